"""The unbounded pipeline: rounds of what is due, one after the other, until it is stopped."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import apache_beam as beam

from newsbeam.pipelines.engine import Engine
from newsbeam.pipelines.ingest import settle
from newsbeam.pipelines.remote import nobody_began
from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watch import PacedUpkeep
from newsbeam.transforms.commit import CommitDataset
from newsbeam.transforms.core.context import PassContext, Stream, new_unit
from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.own_steps import load_steps
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.rounds import silent_s
from newsbeam.transforms.extraction.models import check_models
from newsbeam.transforms.fetch import FetchArticles
from newsbeam.transforms.poll import PollSources
from newsbeam.transforms.rounds import BeginRounds, FindDueSources
from newsbeam.transforms.sources.plan import is_web

_log = logging.getLogger("newsbeam")

#: An engine that gave no sign of life for so many seconds has lost its workers.
SILENCE_S = 60.0
#: Pipelines in a row that end without a commit before the stream is given up.
TRIES = 3


def ingest_stream(
    pipeline: beam.Pipeline, sources: Sequence[Source], context: PassContext, every_s: float
) -> Any:
    """Build the pipeline that reads ``sources`` for good; its results are numbers of commits."""
    rounds = pipeline | "Begin rounds" >> BeginRounds(context, sources, every_s)
    return ingest_rounds(rounds, sources, context)


def ingest_rounds(rounds: Any, sources: Sequence[Source], context: PassContext) -> Any:
    """Read in each of ``rounds``, which are windows, what is due of ``sources``, and commit it.

    ::

        FindDueSources ─► PollSources ─────────────────────┬──────────────┐ articles
                               └ entries ─► FetchArticles ─┴─► DropDuplicates ─► CommitDataset
    """
    due = rounds | "Find due sources" >> FindDueSources(context, sources)
    polled = due | "Poll sources" >> PollSources(context)
    fetched = polled.entries | "Fetch articles" >> FetchArticles(context)

    return {**settle([polled, fetched], context), "units": rounds} | "Commit" >> CommitDataset(
        context
    )


def stream(
    find_sources: Callable[[], Sequence[Source]],
    root: str,
    config: Config,
    engine: Engine,
    *,
    every_s: float,
    stop: threading.Event,
    on_round: Callable[[Outcome], None],
) -> None:
    """Keep an unbounded pipeline running that reads what is due into ``root``.

    Rounds are at least ``every_s`` seconds apart. An engine that fails, or loses its workers, is
    begun again from the dataset, which has everything that a round needs: what was polled but not
    committed is polled again. ``on_round`` is called after each round.
    """
    sources = find_sources()
    files = [source.ref for source in sources if not is_web(source.ref)]
    if files:
        raise UsageError(f"A stream polls URLs; {files[0]} is a file. Leave --streaming out.")
    check_models()
    load_steps(config.steps)
    fruitless = 0
    while not stop.is_set():
        recover(root, config.dataset)
        base = head(root)
        context = PassContext(
            root=root,
            unit=(name := new_unit()),
            base=base,
            started_at=datetime.now(UTC),
            config=config,
            only_due=True,
            stream=Stream(name=name, base=base),
            info=(*engine.info, ("stream", name)),
        )
        ended = _run(sources, context, engine, every_s, stop, on_round)
        if ended is None:
            return
        fruitless = fruitless + 1 if head(root) == base else 0
        if fruitless == TRIES:
            raise DatasetError(f"The stream was begun {TRIES} times without a commit: {ended}")
        _log.warning("The stream is begun again: %s", ended)


def _run(
    sources: Sequence[Source],
    context: PassContext,
    engine: Engine,
    every_s: float,
    stop: threading.Event,
    on_round: Callable[[Outcome], None],
) -> str | None:
    """Run one pipeline and return why it ended; None if it was stopped."""
    told, begun = context.base, time.monotonic()
    upkeep = PacedUpkeep(context.root, context.config)
    start_s = context.config.passes.worker_start_s
    with engine.running(
        partial(ingest_stream, sources=sources, context=context, every_s=every_s)
    ) as job:
        while True:
            for commit in read_commits(context.root, after=told):
                told = commit.number
                if commit.info.get("stream") == context.unit:
                    seconds = commit.committed_at - datetime.fromisoformat(commit.info["began_at"])
                    on_round(Outcome(context.root, engine.name, [commit], seconds.total_seconds()))
                    upkeep.go_on()
            if stop.is_set():
                return None
            if not job.runs():
                return engine.why_ended(job)
            silence = silent_s(context)
            if silence is None and time.monotonic() - begun > start_s:
                raise DatasetError(nobody_began(engine.name, start_s))
            if silence is not None and silence > SILENCE_S:
                return f"{engine.name} gave no sign of life for {SILENCE_S:.0f} seconds."
