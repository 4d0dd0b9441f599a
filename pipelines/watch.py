"""Passes in a loop: each asks only the feeds that are due."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from newsbeam.pipelines.engine import Engine
from newsbeam.pipelines.run import Outcome, run_job
from newsbeam.pipelines.tables import update_tables
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.sources.plan import due_sources

_log = logging.getLogger("newsbeam")
#: What people are told even where only warnings are shown (see ``logs``).
_spoken = logging.getLogger("newsbeam.watch")


class PacedUpkeep:
    """Keeps a dataset up, within a share of the time that passes."""

    def __init__(self, root: str, config: Config) -> None:
        self._root = root
        self._config = config
        self._began = time.monotonic()
        self._spent_s = 0.0
        self._kept_up = 0  # the commit up to which nothing is due

    def go_on(self) -> None:
        """Do what is due, as long as the share of the time so far allows.

        A step may take longer than that; then the next ones wait.
        """
        newest = head(self._root)
        share = self._config.upkeep.share
        left_s = share * (time.monotonic() - self._began) - self._spent_s
        if left_s <= 0 or newest == self._kept_up:
            return
        began = time.monotonic()
        try:
            done = keep_up(
                self._root,
                self._config.dataset,
                limit_s=left_s,
                obey_kills=self._config.wires.obey_kills,
            )
            _log.debug("kept up", extra={"data": asdict(done)})
            self._kept_up = head(self._root) if done.done else 0
            update_tables(self._root, self._config.dataset)
        except DatasetError as error:
            # Reading goes on as long as it can: what upkeep did not do, it can do later.
            _log.warning("Upkeep could not be done: %s", error)
        self._spent_s += time.monotonic() - began


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
    something. Between rounds the dataset is kept up, within the share of the time that the
    configuration names.
    """
    upkeep = PacedUpkeep(root, config)
    while not stop.is_set():
        due = due_sources(find_sources(), last_polls(root), datetime.now(UTC))
        if due:
            on_round(run_job(due, root, config, engine, only_due=True))
        upkeep.go_on()
        _say_when(find_sources(), root, every_s)
        stop.wait(every_s)


def _say_when(sources: Sequence[Source], root: str, every_s: float) -> None:
    """Log when the next round looks, and when the first source is due."""
    now = datetime.now(UTC)
    polls = last_polls(root)
    every_source = due_sources(sources, polls, datetime.max.replace(tzinfo=UTC))
    known = [polls[source.ref].next_at for source in every_source if source.ref in polls]
    due_at = min((at for at in known if at is not None), default=None)
    looks_at = now + timedelta(seconds=every_s)
    data = {"looks_at": looks_at, "due_at": due_at}
    told = f"Looks again at {looks_at:%H:%M:%S} UTC"
    if due_at is not None:
        told += f"; the next feed is due at {due_at:%Y-%m-%d %H:%M:%S} UTC"
    _spoken.info("%s.", told, extra={"data": data})
