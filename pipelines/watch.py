"""Rounds in a loop: each asks only the feeds that are due."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from newsbeam.pipelines.engine import Engine
from newsbeam.pipelines.run import run_job
from newsbeam.pipelines.watching.config import Plan
from newsbeam.pipelines.watching.events import (
    Began,
    Committed,
    Ended,
    Failed,
    Follower,
    KeptUp,
    Progressed,
    Waiting,
)
from newsbeam.pipelines.watching.measures import measure_commit
from newsbeam.transforms import resources
from newsbeam.transforms.core import observer
from newsbeam.transforms.core.errors import DatasetError, NewsbeamError
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.agenda import Agenda
from newsbeam.transforms.dataset.log import Commit, head
from newsbeam.transforms.dataset.upkeep import keep_up

_log = logging.getLogger("newsbeam")


class PacedUpkeep:
    """Keeps a dataset up, within a share of the time that passes."""

    def __init__(self, root: str, config: Config) -> None:
        self.config = config
        self._root = root
        self._began = time.monotonic()
        self._spent_s = 0.0
        self._kept_up = 0  # the commit up to which nothing is due

    def go_on(self) -> float | None:
        """Do what is due, as long as the share of the time so far allows; return the seconds.

        A step may take longer than that; then the next ones wait. None if nothing was to be done.
        """
        newest = head(self._root)
        share = self.config.upkeep.share
        left_s = share * (time.monotonic() - self._began) - self._spent_s
        if left_s <= 0 or newest == self._kept_up:
            return None
        began = time.monotonic()
        try:
            done = keep_up(
                self._root,
                self.config.dataset,
                limit_s=left_s,
                obey_kills=self.config.wires.obey_kills,
            )
            self._kept_up = head(self._root) if done.done else 0
        except DatasetError as error:
            # Reading goes on as long as it can: what upkeep did not do, it can do later.
            _log.warning("Upkeep could not be done: %s", error)
        seconds = time.monotonic() - began
        self._spent_s += seconds
        return seconds


def watch(
    look: Callable[[], Plan],
    root: str,
    engine: Engine,
    *,
    every_s: float,
    stop: threading.Event,
    tell: Follower,
) -> None:
    """Read what is due into ``root``, again every ``every_s`` seconds, until ``stop`` is set.

    What is due stands in the dataset, so a restart changes nothing. ``look`` says before each
    round what is watched and how. ``tell`` hears of all that is done. Between rounds the dataset
    is kept up, within the share of the time that the configuration names.

    A round that fails is told, and the next one tries again. What has never gone well ends the
    watch: raises UsageError or DatasetError.
    """
    _Watch(look, root, engine, tell).go_on(every_s, stop)


class _Watch:
    def __init__(self, look: Callable[[], Plan], root: str, engine: Engine, tell: Follower) -> None:
        self._look = look
        self._root = root
        self._engine = engine
        self._tell = tell
        self._agenda = Agenda(root)
        self._plan = look()
        self._upkeep = PacedUpkeep(root, self._plan.config)
        self._rounds = 0
        self._commit_s: float | None = None  # that the last commit took, where it is known

    def go_on(self, every_s: float, stop: threading.Event) -> None:
        has_gone_well = False
        while not stop.is_set():
            failed = False
            try:
                self._take_plan()
                self._read_due()
                self._keep_up()
                self._agenda.look(self._plan.sources)
                has_gone_well = True
            except NewsbeamError as error:
                if not has_gone_well:
                    raise
                failed = True
                self._tell(Failed(str(error)))
            looks_at = datetime.now(UTC) + timedelta(seconds=every_s)
            self._tell(Waiting(looks_at, self._agenda.schedule, not failed))
            stop.wait(every_s)

    def _take_plan(self) -> None:
        before, self._plan = self._plan, self._look()
        if self._plan.config != before.config:
            self._upkeep.config = self._plan.config
            resources.renew()  # connections and processes are made by the settings

    def _read_due(self) -> None:
        schedule = self._agenda.look(self._plan.sources)
        due = schedule.due(datetime.now(UTC))
        if not due:
            return
        self._rounds += 1
        self._tell(Began(self._rounds, tuple(due), schedule))
        with observer.listening(self._observe):
            outcome = run_job(
                due,
                self._root,
                self._plan.config,
                self._engine,
                only_due=True,
                on_pass=self._measure,
            )
        self._tell(Ended(self._rounds, outcome))

    def _measure(self, commit: Commit) -> None:
        self._tell(Committed(measure_commit(self._root, commit, self._commit_s)))
        self._commit_s = None

    def _observe(self, done: observer.Done) -> None:
        if done.kind == "commit":
            self._commit_s = done.seconds
        else:
            self._tell(Progressed(done))

    def _keep_up(self) -> None:
        seconds = self._upkeep.go_on()
        if seconds is not None:
            self._tell(KeptUp(seconds))
