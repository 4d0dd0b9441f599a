"""Write the rows of a pass to staging and publish them as one commit."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import apache_beam as beam

from transforms.core.context import PassContext
from transforms.core.ledger import Tally
from transforms.core.records import LedgerEvent
from transforms.core.sharding import shard_of
from transforms.dataset.commits import commit_unit
from transforms.dataset.layout import partition_of
from transforms.dataset.writer import StagedFile, write_shard


class CommitDataset(beam.PTransform):
    """A dictionary of collections of rows, and ``events``, → the number of the commit.

    Rows of one partition and shard become one file in staging. All files and all tallies of the
    unit then meet in one place, which publishes the commit; that may run more than once, and the
    dataset shows it once (see ``dataset.commits``).
    """

    def __init__(self, context: PassContext) -> None:
        super().__init__()
        self._context = context

    def expand(self, tables: Mapping[str, Any]) -> Any:
        """Apply the step."""
        context = self._context
        keyed = [
            rows
            | f"Key {table}"
            >> beam.Map(_key_row, table, context.config.dataset.shards).with_output_types(
                tuple[str, row_type]  # type: ignore[valid-type]
            )
            | f"Group {table}" >> beam.GroupByKey()
            | f"Write {table}" >> beam.ParDo(_WriteShardFn(context, table))
            for table, rows in tables.items()
            if table != "events"
            for row_type in (rows.element_type,)
        ]
        staged = keyed | "Gather files" >> beam.Flatten()
        tallies = (
            tables["events"]
            | "Key events" >> beam.Map(_key_event).with_output_types(tuple[str, Tally])
            | "Add up" >> beam.CombinePerKey(_add_up)
            | "Key tallies"
            >> beam.Map(lambda kv: (context.unit, kv)).with_output_types(
                tuple[str, tuple[str, Tally]]
            )
        )
        unit = staged.pipeline | "Unit" >> beam.Create([(context.unit, b"")])
        return (
            {
                "staged": staged
                | "Key files"
                >> beam.Map(lambda file: (context.unit, file)).with_output_types(
                    tuple[str, StagedFile]
                ),
                "tallies": tallies,
                "unit": unit,
            }
            | "Meet" >> beam.CoGroupByKey()
            | "Commit" >> beam.ParDo(_CommitFn(context))
        )


def _key_row(row: Any, table: str, shards: int) -> tuple[str, Any]:
    partition = partition_of(table, row)
    identity = getattr(row, "article_id", None) or getattr(row, "reject_id", "")
    return json.dumps([partition, shard_of(identity, shards)]), row


def _key_event(event: LedgerEvent) -> tuple[str, Tally]:
    return json.dumps([event.kind, event.reason]), Tally.of([event.id])


def _add_up(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total += tally
    return total


class _WriteShardFn(beam.DoFn):
    def __init__(self, context: PassContext, table: str) -> None:
        self._context = context
        self._table = table

    def process(self, keyed: tuple[str, Iterable[Any]]) -> Iterable[StagedFile]:
        key, rows = keyed
        partition, _ = json.loads(key)
        yield write_shard(
            self._context.root,
            self._context.unit,
            self._table,
            partition,
            list(rows),
            self._context.config.dataset,
        )


class _CommitFn(beam.DoFn):
    def __init__(self, context: PassContext) -> None:
        self._context = context

    def process(self, keyed: tuple[str, Mapping[str, Iterable[Any]]]) -> Iterable[int]:
        unit, met = keyed
        events = {
            (kind, reason): tally
            for key, tally in met["tallies"]
            for kind, reason in (json.loads(key),)
        }
        commit = commit_unit(
            self._context.root,
            unit,
            list(met["staged"]),
            events,
            base=self._context.base,
            info=dict(self._context.info),
            settings=self._context.config.dataset,
        )
        yield commit.number
