"""The unbounded pipeline: rounds of what is due, one after the other, until it is stopped."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import apache_beam as beam

from newsbeam.pipelines.ingest import settle
from newsbeam.pipelines.remote import why_lost
from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.runner import Runner
from newsbeam.pipelines.tables import check_tables, update_tables
from newsbeam.pipelines.watch import PacedUpkeep
from newsbeam.pipelines.watching.config import Plan
from newsbeam.pipelines.watching.events import (
    Alive,
    Committed,
    Ended,
    Failed,
    Follower,
    KeptUp,
    Waiting,
)
from newsbeam.pipelines.watching.measures import measure_commit
from newsbeam.transforms.commit import CommitDataset
from newsbeam.transforms.core.context import PassContext, Stream, new_unit
from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.own_steps import load_steps
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.dataset.agenda import Agenda
from newsbeam.transforms.dataset.life import Signs
from newsbeam.transforms.dataset.log import Commit, head, read_commits
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.extraction.models import check_models
from newsbeam.transforms.fetch import FetchArticles
from newsbeam.transforms.poll import PollSources
from newsbeam.transforms.rounds import BeginRounds, FindDueSources
from newsbeam.transforms.sources.plan import is_web

#: Pipelines in a row that end without a commit before the stream is given up.
TRIES = 3
_CHANGED = "The configuration has changed."


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


def check_urls(sources: Sequence[Source]) -> None:
    """Raise UsageError if one of ``sources`` is a file: a stream polls."""
    files = [source.ref for source in sources if not is_web(source.ref)]
    if files:
        raise UsageError(f"A stream polls URLs; {files[0]} is a file. Leave --streaming out.")


def stream(
    look: Callable[[], Plan],
    root: str,
    engine: Runner,
    *,
    every_s: float,
    stop: threading.Event,
    tell: Follower,
) -> None:
    """Keep an unbounded pipeline running that reads what is due into ``root``.

    Rounds are at least ``every_s`` seconds apart. An engine that fails, or loses its workers, is
    begun again from the dataset, which has everything that a round needs: what was polled but not
    committed is polled again. So it is when ``look`` says that something else is watched, or
    otherwise. ``tell`` hears of each round when it has its commit, and of what failed; when rounds
    begin and how far they are shows nowhere but in the engine. What failed in the dataset is tried
    again once a round has gone well; before that it ends the stream: raises DatasetError. So does
    an engine whose pipelines end, or find no worker, three times in a row without a commit.
    """
    check_urls(look().sources)
    check_models()
    check_tables(root, look().config.dataset)
    load_steps(look().config.steps)
    fruitless, following = 0, _Following(root, engine, tell)
    while not stop.is_set():
        try:
            plan = look()
            recover(root, plan.config.dataset)
            base = head(root)
            context = PassContext(
                root=root,
                unit=(name := new_unit()),
                base=base,
                started_at=datetime.now(UTC),
                config=plan.config,
                only_due=True,
                remote=True,
                stream=Stream(name=name, base=base),
                info=(*engine.info, ("stream", name)),
            )
            ended = _run(look, plan, context, engine, every_s, stop, following)
            is_fruitless = ended is not None and head(root) == base
        except DatasetError as error:
            # As between the rounds of a watch: a store that is away must not end the night.
            if not following.has_gone_well:
                raise
            following.tell_failed(str(error), every_s)
            stop.wait(every_s)
            continue
        if ended is None:
            return
        if ended == _CHANGED:
            continue
        fruitless = fruitless + 1 if is_fruitless else 0
        if fruitless == TRIES:
            raise DatasetError(f"The stream was begun {TRIES} times without a commit: {ended}")
        following.tell_failed(f"The stream is begun again: {ended}", every_s)


class _Following:
    """Tells what becomes of the rounds of streams, which follow one another."""

    def __init__(self, root: str, engine: Runner, tell: Follower) -> None:
        self._root = root
        self._engine = engine
        self._tell = tell
        self._agenda = Agenda(root)
        self._rounds = 0
        self._failed = False

    @property
    def has_gone_well(self) -> bool:
        """Return whether there was a round that has its commit."""
        return self._rounds > 0

    def tell_failed(self, why: str, every_s: float) -> None:
        """Tell that a round, or what is between rounds, failed and is tried again."""
        self._failed = True
        self._tell(Failed(why))
        self._tell_waiting(every_s)

    def tell_round(self, commit: Commit, upkeep: PacedUpkeep) -> None:
        """Tell of the round that ``commit`` is, and keep the dataset up."""
        self._rounds += 1
        self._failed = False
        seconds = commit.committed_at - datetime.fromisoformat(commit.info["began_at"])
        outcome = Outcome(self._root, self._engine.name, [commit], seconds.total_seconds())
        self._tell(Committed(measure_commit(self._root, commit)))
        self._tell(Ended(self._rounds, outcome))
        kept_up_s = upkeep.go_on()
        if kept_up_s is not None:
            self._tell(KeptUp(kept_up_s))

    def tell_next(self, sources: Sequence[Source], every_s: float) -> None:
        """Tell when the next round may begin."""
        self._agenda.look(sources)
        self._tell_waiting(every_s)

    def tell_alive(self, every_s: float) -> None:
        """Tell that the engine runs, unless a round should be under way: that shows by its end."""
        next_at = self._agenda.schedule.next_at
        if next_at is not None and next_at <= datetime.now(UTC):
            return
        self._tell(Alive())
        if self._failed:  # what a round that failed was to read stays due, and nothing is
            self._failed = False
            self._tell_waiting(every_s)

    def _tell_waiting(self, every_s: float) -> None:
        looks_at = datetime.now(UTC) + timedelta(seconds=every_s)
        self._tell(Waiting(looks_at, self._agenda.schedule, not self._failed))


def _run(
    look: Callable[[], Plan],
    plan: Plan,
    context: PassContext,
    engine: Runner,
    every_s: float,
    stop: threading.Event,
    following: _Following,
) -> str | None:
    """Run one pipeline and return why it ended; None if it was stopped."""
    told, looked = context.base, time.monotonic()
    upkeep = PacedUpkeep(context.root, context.config)
    start_s = context.config.passes.worker_start_s
    following.tell_next(plan.sources, every_s)
    build = partial(ingest_stream, sources=plan.sources, context=context, every_s=every_s)
    with closing(Signs(context.root, context.unit)) as signs, engine.running(build) as job:
        while True:
            for commit in read_commits(context.root, after=told):
                told = commit.number
                update_tables(context.root, context.config.dataset)
                if commit.info.get("stream") == context.unit:
                    following.tell_round(commit, upkeep)
                    following.tell_next(plan.sources, every_s)
            if stop.is_set():
                return None
            if time.monotonic() - looked > every_s:
                looked = time.monotonic()
                if look() != plan:
                    return _CHANGED
            if not job.runs():
                return engine.why_ended(job)
            why = why_lost(engine.name, signs, start_s)
            if why is not None:
                if signs.begun or following.has_gone_well:
                    return why  # counted as an engine that fails, since it is none of the dataset
                raise DatasetError(why)
            following.tell_alive(every_s)
