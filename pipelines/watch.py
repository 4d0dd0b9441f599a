"""Passes in a loop: each asks only the feeds that are due."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime

from pipelines.engine import Engine
from pipelines.plan import is_web
from pipelines.run import Outcome, run_job
from transforms.core.records import Poll, Source
from transforms.core.settings import Config
from transforms.dataset.polls import last_polls
from transforms.sources.answers import listed_sources
from transforms.web.polling import PollState, is_due


def due_sources(
    sources: Iterable[Source], polls: Mapping[str, Poll], now: datetime
) -> list[Source]:
    """Return those of ``sources`` that are to be read at ``now``, and of those that they list.

    Files are read always, URLs when they are due.
    """
    found: dict[str, Source] = {}
    waiting = list(sources)
    while waiting:
        source = waiting.pop(0)
        if source.ref in found:
            continue
        found[source.ref] = source
        waiting += listed_sources(source, polls.get(source.ref))
    return [
        source
        for source in found.values()
        if not is_web(source.ref)
        or source.ref not in polls
        or is_due(_state(polls[source.ref]), now)
    ]


def _state(poll: Poll) -> PollState:
    values = {field.name: getattr(poll, field.name) for field in fields(PollState)}
    return PollState(**{**values, "url": poll.url or poll.source_ref})


def watch(
    find_sources: Callable[[], Sequence[Source]],
    root: str,
    config: Config,
    engine: Engine,
    *,
    every_s: float,
    stop: threading.Event,
    on_round: Callable[[Outcome], None],
) -> None:
    """Read what is due into ``root``, again every ``every_s`` seconds, until ``stop`` is set.

    What is due stands in the dataset, so a restart changes nothing. ``find_sources`` is asked each
    time, since globs may match new files. ``on_round`` is called after each round that read
    something.
    """
    while not stop.is_set():
        due = due_sources(find_sources(), last_polls(root), datetime.now(UTC))
        if due:
            on_round(run_job(due, root, config, engine, only_due=True))
        stop.wait(every_s)
