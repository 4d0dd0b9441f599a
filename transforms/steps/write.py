"""Write the rows of a pass to staging and publish them as one commit."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from newsbeam.transforms.core import observer
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import (
    Article,
    Duplicate,
    LedgerEvent,
    Poll,
    Reject,
    SiteLine,
    Unchanged,
)
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.core.sharding import shard_of
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.writer import (
    LedgerLine,
    StagedFile,
    to_ledger,
    to_lines,
    write_shard,
    write_shards,
)
from newsbeam.transforms.steps.outputs import Records, by_key

#: Which table has the records of which type as its rows.
_TABLES: dict[str, type] = {
    "articles": Article,
    "duplicates": Duplicate,
    "rejects": Reject,
    "feeds": Poll,
    "index": Unchanged,
    "boilerplate": SiteLine,
}


def key_row(row: Any, table: str, settings: DatasetSettings) -> tuple[str, Any]:
    """Return a row of a table with the name of the file that it belongs to."""
    partition = partition_of(table, row, settings)
    shard = shard_of(row.article_id, settings.shards) if table == "articles" else ""
    return json.dumps([partition, shard]), row


def write_file(context: PassContext, table: str, key: str, rows: Iterable[Any]) -> StagedFile:
    """Write the rows that ``key_row`` gave one key to staging."""
    partition, _ = json.loads(key)
    return write_shard(
        context.root, context.unit, table, partition, list(rows), context.config.dataset
    )


def write_files(
    context: PassContext, table: str, keyed: Mapping[str, Sequence[Any]]
) -> list[StagedFile]:
    """Do what ``write_file`` does for the rows of each key."""
    shards = ((json.loads(key)[0], rows) for key, rows in keyed.items())
    return write_shards(context.root, context.unit, table, shards, context.config.dataset)


def key_event(event: LedgerEvent) -> tuple[str, Tally]:
    """Return an event as a tally, with its class."""
    several = Tally(event.count, int(event.digest, 16)) if event.digest else None
    return json.dumps([event.kind, event.reason]), several or Tally.of([event.id])


def add_up(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of ``tallies``."""
    total = Tally()
    for tally in tallies:
        total += tally
    return total


def to_line(keyed: tuple[str, Tally]) -> LedgerLine:
    """Return the tally of a class as a line of the ledger."""
    kind, reason = json.loads(keyed[0])
    return to_lines({(kind, reason): keyed[1]})[0]


def commit_parts(context: PassContext, parts: Iterable[StagedFile | LedgerLine]) -> int:
    """Publish all files and the ledger of a pass; return the number of its commit."""
    files, lines = [], []
    for part in parts:
        if isinstance(part, StagedFile):
            files.append(part)
        elif part.count:
            lines.append(part)
    began = time.monotonic()
    commit = commit_unit(
        context.root,
        context.unit,
        files,
        to_ledger(lines),
        base=context.base,
        info={**dict(context.info), "began_at": context.started_at.isoformat()},
        settings=context.config.dataset,
        duplicates=context.config.duplicates,
        obey_kills=context.config.wires.obey_kills,
    )
    observer.notify("commit", seconds=time.monotonic() - began)
    return commit.number


def commit_records(found: Records, context: PassContext) -> int:
    """Write and commit all that steps have put out in this process; return the commit's number."""
    files: list[StagedFile] = found.take(StagedFile)
    for table, kind in _TABLES.items():
        rows: list[Any] = found.take(kind)
        keyed = by_key(key_row(row, table, context.config.dataset) for row in rows)
        files += write_files(context, table, keyed)
    events = by_key(((each.kind, each.reason), each) for each in found.take(LedgerEvent))
    ledger = {key: _tally(each) for key, each in events.items()}
    return commit_parts(context, [*files, *to_lines(ledger)])


def _tally(events: Sequence[LedgerEvent]) -> Tally:
    """Return what ``add_up`` does of ``key_event`` of each: many ids are added up at once."""
    several = [Tally(each.count, int(each.digest, 16)) for each in events if each.digest]
    return add_up([*several, Tally.of(each.id for each in events if not each.digest)])
