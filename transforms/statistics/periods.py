"""Into which stretches of time the articles of a dataset are counted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

#: Days that are shown of a dataset that is written to day by day.
RECENT_DAYS = 35
#: And at least, where the dataset has nothing of the first of these.
LEAST_DAYS = 14
#: It is one if so many of its articles, or such a share of them, were published in these days.
_LIVE_ARTICLES, _LIVE_SHARE = 200, 0.05
#: Stretches that are shown at most, where the articles are of long ago.
_MOST = 60
#: Of the articles of long ago, the share that may be older than what is shown.
_OLDEST = 0.02
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Periods:
    """Stretches of time that follow each other: days, weeks, months or years, in UTC."""

    unit: str  # day, week, month or year
    starts: tuple[date, ...]  # ascending; never empty
    end: date  # the first day behind the last

    def __len__(self) -> int:
        return len(self.starts)

    def places(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return in which stretch each day (of days since 1970) is; -1 for none."""
        edges = np.array([(start - _EPOCH).days for start in self.starts], np.int64)
        places = np.searchsorted(edges, days, side="right") - 1
        return np.where(days >= (self.end - _EPOCH).days, -1, places)


def last_days(ended: datetime, days: int = RECENT_DAYS) -> Periods:
    """Return the last days up to that of the moment ``ended``."""
    today = ended.astimezone(UTC).date()
    return _split(today - timedelta(days=days - 1), today, "day")


def choose_periods(days: NDArray[np.int64], counts: NDArray[np.int64], recent: Periods) -> Periods:
    """Return what to count articles by, of which ``counts`` were published on ``days``.

    These are the ``recent`` days if enough was published in them, from the first that has anything
    on; else stretches that cover nearly
    all of the time from which articles are.
    """
    total = int(counts.sum())
    places = recent.places(days)
    inside = int(counts[places >= 0].sum())
    if not total or inside >= _LIVE_ARTICLES or inside >= _LIVE_SHARE * total:
        begin = int(places[places >= 0].min()) if inside else 0
        begin = min(begin, max(len(recent) - LEAST_DAYS, 0))
        return Periods(recent.unit, recent.starts[begin:], recent.end)
    last = (recent.end - _EPOCH).days
    order = np.argsort(days, kind="stable")
    passed = np.cumsum(counts[order])
    oldest = int(days[order][np.searchsorted(passed, _OLDEST * total, side="right")])
    past = days[days < last]
    newest = int(past.max()) if len(past) else int(days.max())
    first = _day(min(oldest, newest))
    for unit in ("day", "week", "month", "year"):
        periods = _split(first, _day(newest), unit)
        if len(periods) <= _MOST:
            return periods
    return Periods(unit="year", starts=periods.starts[-_MOST:], end=periods.end)


def _split(first: date, last: date, unit: str) -> Periods:
    if unit in ("day", "week"):
        step = timedelta(days=1 if unit == "day" else 7)
        start = first if unit == "day" else first - timedelta(days=first.weekday())
        starts = [start + n * step for n in range((last - start) // step + 1)]
        return Periods(unit=unit, starts=tuple(starts), end=starts[-1] + step)
    starts = []
    start = date(first.year, first.month if unit == "month" else 1, 1)
    while start <= last:
        starts.append(start)
        start = _next(start, unit)
    return Periods(unit=unit, starts=tuple(starts), end=start)


def _next(start: date, unit: str) -> date:
    if unit == "year" or start.month == 12:
        return date(start.year + 1, 1, 1)
    return date(start.year, start.month + 1, 1)


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)
