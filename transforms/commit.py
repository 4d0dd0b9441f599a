"""Write the rows of a pass to staging and publish them as one commit."""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import apache_beam as beam

from newsbeam.transforms import resources
from newsbeam.transforms.coders import CommitPart
from newsbeam.transforms.core import observer
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import LedgerEvent
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
)

#: What is no collection of rows.
_NO_ROWS = ("events", "units", "pages")


class CommitDataset(beam.PTransform):
    """Collections of rows by table, ``pages``, ``events`` and ``units`` → the number of the commit.

    Rows of one partition and shard become one file in staging. All files and all tallies of the
    unit then meet in one place, which publishes the commit; that may run more than once, and the
    dataset shows it once (see ``dataset.commits``). ``pages`` are files of kept pages that stand in
    staging already. ``units`` has one element for each unit, so
    that one without a row or a tally is committed too; where it is absent there is one unit.

    >>> import apache_beam as beam
    >>> from newsbeam.transforms import *
    >>> news = new_pass("news")
    >>> with beam.Pipeline() as pipeline:
    ...     read = pipeline | beam.Create([Source(ref="story.html")]) | ReadFiles(news)
    ...     judged = read.articles | DropDuplicates(news)
    ...     number = gather_tables(judged, read) | CommitDataset(news)
    ...     _ = number | beam.Map(print)
    1
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, tables: Mapping[str, Any]) -> Any:
        """Apply the step."""
        context = self._context
        files = [
            rows | f"Stage {table}" >> _StageTable(context, table)
            for table, rows in tables.items()
            if table not in _NO_ROWS
        ] | "Gather files" >> beam.Flatten()
        units = tables.get("units")
        if units is None:
            pipeline = tables["events"].pipeline
            units = pipeline | "Unit" >> beam.Create([context.unit], reshuffle=False)
        tallies = (
            tables["events"]
            | "Key events" >> beam.Map(_key_event).with_output_types(tuple[str, Tally])
            | "Add up" >> beam.CombinePerKey(_add_up)
            | "As lines" >> beam.Map(_to_line).with_output_types(LedgerLine)
        )
        empty = units | "Nothing" >> beam.Map(_to_nothing).with_output_types(LedgerLine)
        parts = (
            ("files", files),
            ("pages", tables["pages"]),
            ("tallies", tallies),
            ("units", empty),
        )
        keyed = [
            part
            | f"Key {name}" >> beam.Map(_to_one_place).with_output_types(tuple[str, CommitPart])
            for name, part in parts
        ]
        return (
            keyed
            | "Bring together" >> beam.Flatten()
            | "Group" >> beam.GroupByKey()
            | "Commit" >> beam.ParDo(_CommitFn(context))
        )


class _StageTable(beam.PTransform):
    """Rows of one table → files in staging, one for each partition and shard."""

    def __init__(self, context: PassContext, table: str) -> None:
        super().__init__()
        self._context = context
        self._table = table

    def expand(self, rows: Any) -> Any:
        """Apply the step."""
        row: Any = rows.element_type
        settings = self._context.config.dataset
        return (
            rows
            | "Key" >> beam.Map(_key_row, self._table, settings).with_output_types(tuple[str, row])
            | "Group" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(_WriteShardFn(self._context, self._table))
        )


def _to_one_place(part: Any) -> tuple[str, Any]:
    return "", part


def _key_row(row: Any, table: str, settings: DatasetSettings) -> tuple[str, Any]:
    partition = partition_of(table, row, settings)
    shard = shard_of(row.article_id, settings.shards) if table == "articles" else ""
    return json.dumps([partition, shard]), row


def _key_event(event: LedgerEvent) -> tuple[str, Tally]:
    several = Tally(event.count, int(event.digest, 16)) if event.digest else None
    return json.dumps([event.kind, event.reason]), several or Tally.of([event.id])


def _add_up(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total += tally
    return total


class _WriteShardFn(beam.DoFn):
    def __init__(self, context: PassContext, table: str) -> None:
        self._context = context
        self._table = table

    def process(
        self, keyed: tuple[str, Iterable[Any]], window: Any = beam.DoFn.WindowParam
    ) -> Iterable[StagedFile]:
        context = resources.in_window(self._context, window)
        key, rows = keyed
        partition, _ = json.loads(key)
        yield write_shard(
            context.root,
            context.unit,
            self._table,
            partition,
            list(rows),
            context.config.dataset,
        )


class _CommitFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(
        self, keyed: tuple[str, Iterable[Any]], window: Any = beam.DoFn.WindowParam
    ) -> Iterable[int]:
        context = resources.in_window(self._context, window)
        files, lines = [], []
        for part in keyed[1]:
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
        yield commit.number


def _to_line(keyed: tuple[str, Tally]) -> LedgerLine:
    kind, reason = json.loads(keyed[0])
    return to_lines({(kind, reason): keyed[1]})[0]


def _to_nothing(_: str) -> LedgerLine:
    return LedgerLine(kind="polled", reason="", count=0, digest="0" * 32)
