"""The main job: sources in, a commit out. One pass is one bounded Beam pipeline."""

from typing import Any

import apache_beam as beam

from pipelines.plan import Pass, is_web
from transforms.coders import register_coders
from transforms.commit import CommitDataset
from transforms.core.context import PassContext
from transforms.core.identity import source_identity
from transforms.core.records import LedgerEvent, Source
from transforms.core.sharding import shard_of
from transforms.deduplicate import DropExactDuplicates
from transforms.fetch import FetchArticles
from transforms.poll import PollSources
from transforms.read import ReadFiles
from transforms.routing import gather


def ingest_pass(pipeline: beam.Pipeline, plan: Pass, context: PassContext) -> Any:
    """Build the pipeline of one pass over ``plan``; its result is the number of the commit.

    ::

        files ─► ReadFiles ──────────────┬──────────────┐ articles
                    │ sources            │ entries      │
        URLs ─► PollSources ─────────────┤              │
                    └ entries ─► FetchArticles ─────────┴─► DropExactDuplicates ─► CommitDataset
    """
    register_coders()
    config = context.config
    files = [source for source in plan.sources if not is_web(source.ref)]
    urls = [source for source in plan.sources if is_web(source.ref)]

    read = (
        pipeline
        | "Files" >> beam.Create(files, reshuffle=False).with_output_types(Source)
        | "Divide files" >> _Divide(config.read.shards)
        | "Read files" >> ReadFiles(context)
    )
    polled = (
        (
            pipeline | "URLs" >> beam.Create(urls, reshuffle=False).with_output_types(Source),
            read.sources,
        )
        | "All URLs" >> beam.Flatten()
        | "Poll sources" >> PollSources(context)
    )
    fetched = gather("entries", [read, polled]) | "Fetch articles" >> FetchArticles(context)

    steps = [read, polled, fetched]
    judged = gather("articles", steps) | "Drop exact duplicates" >> DropExactDuplicates(context)
    not_modified = pipeline | "Not modified" >> beam.Create(
        _count_unchanged(plan), reshuffle=False
    ).with_output_types(LedgerEvent)
    return {
        **judged,
        "rejects": gather("rejects", steps),
        "feeds": gather("polls", steps),
        "events": (gather("events", steps), not_modified) | "All events" >> beam.Flatten(),
    } | "Commit" >> CommitDataset(context)


class _Divide(beam.PTransform):
    """Sources → (shard, sources): what one worker reads, so that it can keep its cores busy."""

    def __init__(self, shards: int) -> None:
        super().__init__()
        self._shards = shards

    def expand(self, sources: Any) -> Any:
        """Apply the step."""
        return (
            sources
            | beam.Map(_key_source, self._shards).with_output_types(tuple[str, Source])
            | beam.GroupByKey()
        )


def _key_source(source: Source, shards: int) -> tuple[str, Source]:
    return shard_of(source.ref, shards), source


def _count_unchanged(plan: Pass) -> list[LedgerEvent]:
    return [
        LedgerEvent(kind=kind, id=source_identity(source.ref))
        for source in plan.unchanged
        for kind in ("polled", "not_modified")
    ]
