"""Passes in a loop: each asks only the feeds that are due."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pipelines.engine import Engine
from pipelines.run import Outcome, run_job
from transforms.core.records import Source
from transforms.core.settings import Config
from transforms.dataset.polls import last_polls
from transforms.sources.plan import due_sources


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
