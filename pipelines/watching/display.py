"""What a watch does, and what it does next and when, source by source, on a terminal."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from newsbeam.pipelines.display import cell, inert
from newsbeam.pipelines.report_words import ago, duration
from newsbeam.pipelines.watching.events import (
    Began,
    Committed,
    Configured,
    Ended,
    Event,
    Failed,
    Progressed,
    Refused,
    Waiting,
)
from newsbeam.pipelines.watching.health import utc_now
from newsbeam.pipelines.watching.log import describe
from newsbeam.pipelines.watching.measures import Measures
from newsbeam.transforms.core.observer import Done
from newsbeam.transforms.sources.schedule import Schedule, Standing

#: Lines of the terminal that the table leaves to the rest.
_OTHER_LINES = 9
#: Columns of the terminal below which a source has its name and its next turn alone.
_WIDE = 70
_MOST_ROWS = 200
_REFRESH_HZ = 2


@dataclass
class _Round:
    """The round under way."""

    number: int
    began_at: datetime
    due: frozenset[str]  # names of its sources
    read: set[str] = field(default_factory=set)  # those of them that have answered
    listed: int = 0  # sources that others list, and that have answered
    articles: int = 0
    rejects: int = 0

    def note(self, done: Done) -> None:
        """Count what was done."""
        if done.kind == "articles":
            self.articles += 1
        elif done.kind == "rejects":
            self.rejects += 1
        elif done.name in self.due:
            self.read.add(done.name)
        else:
            self.listed += 1

    def describe(self, now: datetime) -> str:
        """Return how far it is, in words."""
        listed = f" and {self.listed:,} that they list" if self.listed else ""
        lasts = duration((now - self.began_at).total_seconds())
        return (
            f"Round {self.number}, for {lasts}: {len(self.read):,} of "
            f"{len(self.due):,} sources{listed} have answered, {self.articles:,} articles, "
            f"{self.rejects:,} rejects"
        )


class WatchDisplay:
    """Follows a watch and draws it on a terminal while ``shown`` lasts."""

    def __init__(
        self,
        console: Console,
        root: str,
        engine: str,
        url: str | None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._console = console
        self._clock = clock
        self._title = " · ".join(
            each for each in (f"newsbeam watch → {root}", engine, url and f"{url}/metrics") if each
        )
        self._lock = threading.Lock()  # a thread draws what others tell
        self._live: Live | None = None
        self._round: _Round | None = None
        self._rows: Sequence[Standing] = ()
        self._states: dict[str, int] = {}
        self._looks_at: datetime | None = None
        self._rounds = 0
        self._total = Measures()
        self._failed = ""  # why the last look or round failed
        self._fault = ""  # in the ledger of the last round
        self._refused = ""

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw until the block ends; what is logged meanwhile scrolls above."""
        with Live(
            console=self._console,
            get_renderable=self.draw,
            refresh_per_second=_REFRESH_HZ,
            redirect_stderr=sys.stderr.isatty(),  # else it goes where it was sent
            vertical_overflow="crop",
        ) as self._live:
            yield
        self._live = None

    def __call__(self, event: Event) -> None:
        """Take note of ``event``."""
        with self._lock:
            self._note(event)
        if isinstance(event, Began) and self._live is not None:
            self._live.refresh()  # a short round is over before the next picture

    def _note(self, event: Event) -> None:
        match event:
            case Began(number, due, schedule):
                refs = frozenset(source.ref for source in due)
                self._round = _Round(number, self._clock(), refs)
                self._take(schedule)
            case Progressed(done) if self._round is not None:
                self._round.note(done)
            case Committed(measures):
                self._total += replace(measures, lag_seconds=(), commit_seconds=())  # they grow
            case Ended(_, outcome):
                self._rounds += 1
                self._round = None
                self._fault = f"FAULT: {outcome.faults[0]}" if outcome.faults else ""
            case Failed(why):
                self._round = None
                self._failed = f"The last round failed: {why}"
            case Configured():
                self._refused = ""
            case Refused(path, why):
                self._refused = f"{path} is refused, the configuration before goes on: {why}"
            case Waiting(looks_at, schedule, went_well):
                self._looks_at = looks_at
                self._failed = "" if went_well else self._failed
                self._take(schedule)

    def _take(self, schedule: Schedule) -> None:
        self._rows = schedule.upcoming(_MOST_ROWS)
        self._states = schedule.states

    def draw(self) -> RenderableType:
        """Return what the terminal shows now."""
        now = self._clock()
        with self._lock:
            problems = [each for each in (self._failed, self._fault, self._refused) if each]
            room = max(self._console.height - _OTHER_LINES - len(problems), 1)
            read: set[str] = self._round.read if self._round else set()
            # What has answered is over; what is to be seen first is what is still waited for.
            rows = sorted(self._rows, key=lambda each: each.source.ref in read)[:room]
            known = sum(self._states.values()) - self._states.get("gone", 0)
            later = f"… and {known - len(rows):,} later" if known > len(rows) else ""
            parts: list[RenderableType] = [
                _line(self._title, "bold"),
                _line(self._doing(now)),
                self._table(now, rows),
                _line(later, "dim"),
                *(_line(each, "dim") for each in self._summary()),
                *(_line(each, "bold red") for each in problems),
            ]
        return Group(*parts)

    def _doing(self, now: datetime) -> str:
        if self._round is not None:
            return self._round.describe(now)
        if self._looks_at is None:
            return "Begins"
        if self._looks_at <= now:
            return "Looks what is due, and keeps the dataset up"
        return f"Waits; looks again {ago(self._looks_at, now)}"

    def _table(self, now: datetime, rows: Sequence[Standing]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, expand=True, show_edge=False, pad_edge=False)
        is_wide = self._console.width >= _WIDE
        table.add_column("Source", ratio=1, no_wrap=True, overflow="ellipsis")
        if is_wide:
            table.add_column("Now", width=12, no_wrap=True)
            table.add_column("Last poll", ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column("Next", justify="right", min_width=9, no_wrap=True)
        for standing in rows:
            style = "red" if standing.state == "failing" else ""
            details = (Text(self._state(standing)), Text(_last(standing, now), style))
            name = cell(_name(standing))
            table.add_row(name, *(details if is_wide else ()), Text(_next(standing, now)))
        return table

    def _state(self, standing: Standing) -> str:
        ref = standing.source.ref
        if self._round is None or ref not in self._round.due:
            return "waits"
        return "has answered" if ref in self._round.read else "its turn"

    def _summary(self) -> tuple[str, str]:
        states = ", ".join(f"{count:,} {state}" for state, count in self._states.items() if count)
        rounds = "1 round" if self._rounds == 1 else f"{self._rounds:,} rounds"
        return (
            f"Sources: {states or 'none'}.",
            f"Since the start, {rounds}: {describe(self._total)}.",
        )


def _line(text: str, style: str = "") -> Text:
    return Text(inert(text), style=style, no_wrap=True, overflow="ellipsis")


def _name(standing: Standing) -> str:
    found = standing.source.publisher or standing.title
    return found or standing.source.ref.partition("://")[2] or standing.source.ref


def _last(standing: Standing, now: datetime) -> str:
    if standing.polled_at is None:
        return "never"
    when = ago(standing.polled_at, now)
    if standing.state == "failing":
        times = f" ({standing.failures} times)" if standing.failures > 1 else ""
        return f"{standing.reason}{times}, {when}"
    new = standing.entries - standing.seen_before
    return f"{new:,} new, {when}" if new else f"nothing new, {when}"


def _next(standing: Standing, now: datetime) -> str:
    if standing.due_at is None:
        return "never"
    return "now" if standing.due_at <= now else ago(standing.due_at, now)
