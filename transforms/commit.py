"""Write the rows of a pass to staging and publish them as one commit."""

from collections.abc import Iterable, Mapping
from typing import Any

import apache_beam as beam

from newsbeam.transforms.coders import CommitPart
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.dataset.writer import LedgerLine, StagedFile
from newsbeam.transforms.pass_fn import PassFn
from newsbeam.transforms.steps.write import (
    add_up,
    commit_parts,
    key_event,
    key_row,
    to_line,
    write_file,
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
            | "Key events" >> beam.Map(key_event).with_output_types(tuple[str, Tally])
            | "Add up" >> beam.CombinePerKey(add_up)
            | "As lines" >> beam.Map(to_line).with_output_types(LedgerLine)
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
            | "Key" >> beam.Map(key_row, self._table, settings).with_output_types(tuple[str, row])
            | "Group" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(_WriteShardFn(self._context, self._table))
        )


def _to_one_place(part: Any) -> tuple[str, Any]:
    return "", part


class _WriteShardFn(PassFn):
    def __init__(self, context: PassContext, table: str) -> None:
        super().__init__(context)
        self._table = table

    def process(
        self, keyed: tuple[str, Iterable[Any]], window: Any = beam.DoFn.WindowParam
    ) -> Iterable[StagedFile]:
        yield write_file(self.in_window(window), self._table, *keyed)


class _CommitFn(PassFn):
    def process(
        self, keyed: tuple[str, Iterable[Any]], window: Any = beam.DoFn.WindowParam
    ) -> Iterable[int]:
        yield commit_parts(self.in_window(window), keyed[1])


def _to_nothing(_: str) -> LedgerLine:
    return LedgerLine(kind="polled", reason="", count=0, digest="0" * 32)
