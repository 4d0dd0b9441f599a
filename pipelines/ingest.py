"""The main job: sources in, a commit out. One pass is one bounded Beam pipeline.

Without a runner named a pass is the same steps without one: ``transforms.steps.local_pass``.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import apache_beam as beam

from newsbeam.transforms.commit import CommitDataset
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.own_steps import choose_steps
from newsbeam.transforms.core.records import LedgerEvent, Poll, Source
from newsbeam.transforms.deduplicate import DropDuplicates
from newsbeam.transforms.fetch import FetchArticles
from newsbeam.transforms.own_steps import TakeSteps, TakeStepsBeforeWriting
from newsbeam.transforms.poll import PollSources
from newsbeam.transforms.read import ReadFiles
from newsbeam.transforms.routing import gather, gather_tables
from newsbeam.transforms.sources.plan import Pass, count_unchanged, is_web, poll_again


def ingest_pass(pipeline: beam.Pipeline, plan: Pass, context: PassContext) -> Any:
    """Build the pipeline of one pass over ``plan``; its result is the number of the commit.

    ::

        files ─► ReadFiles ──────────────┬──────────────┐ articles
                    │ sources            │ entries      │
        URLs ─► PollSources ─────────────┤              │
                    └ entries ─► FetchArticles ─────────┴─► DropDuplicates ─► CommitDataset
    """
    tables = settle(read_all(pipeline, plan.sources, context), context)

    again = poll_again(plan, context.started_at)
    unchanged = pipeline | "Unchanged" >> _create(Poll, again)
    counted = pipeline | "Count unchanged" >> _create(LedgerEvent, count_unchanged(plan))
    return {
        **tables,
        "feeds": (tables["feeds"], unchanged) | "With unchanged" >> beam.Flatten(),
        "events": (tables["events"], counted) | "With those counted" >> beam.Flatten(),
        "units": pipeline | "Unit" >> _create(str, [context.unit]),
    } | "Commit" >> CommitDataset(context)


def read_all(pipeline: beam.Pipeline, sources: Sequence[Source], context: PassContext) -> list[Any]:
    """Return the outputs, by tags, of the steps that read ``sources`` and all that they list."""
    files = [source for source in sources if not is_web(source.ref)]
    urls = [source for source in sources if is_web(source.ref)]

    read = pipeline | "Files" >> _create(Source, files) | "Read files" >> ReadFiles(context)
    all_urls = (pipeline | "URLs" >> _create(Source, urls), read.sources) | beam.Flatten()
    polled = all_urls | "Poll sources" >> PollSources(context)
    fetched = gather("entries", [read, polled]) | "Fetch articles" >> FetchArticles(context)

    return [read, polled, fetched]


def settle(steps: Sequence[Any], context: PassContext) -> dict[str, Any]:
    """Judge the articles of ``steps``, outputs of steps that read; return the rows of all tables.

    Steps of the user's own stand before rows are judged and before they are written; where the
    configuration names a model, ``FindEntities`` stands between the two.
    """
    names = context.config.steps
    articles = gather("articles", steps)
    if early := choose_steps(names, writing=False):
        taken = articles | "Own steps before judging" >> TakeSteps(early, context)
        articles, steps = taken.articles, [*steps, taken]
    judged = articles | "Drop duplicates" >> DropDuplicates(context)
    if context.config.entities.model:
        from newsbeam.transforms.entities import (
            FindEntities,  # most jobs do without Beam's inference
        )

        judged["articles"] = judged["articles"] | "Find entities" >> FindEntities(context)
    if late := choose_steps(names, writing=True):
        written = {name: judged[name] for name in ("articles", "duplicates")}
        taken = written | "Own steps before writing" >> TakeStepsBeforeWriting(late, context)
        judged |= {name: getattr(taken, name) for name in written}
        steps = [*steps, taken]
    return gather_tables(judged, *steps)


def _create(kind: type, records: Iterable[Any]) -> Any:
    return beam.Create(list(records), reshuffle=False).with_output_types(kind)
