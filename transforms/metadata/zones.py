"""Where an instant was written: its distance from UTC, by what else the page says of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.locales import Locale
from newsbeam.transforms.dates.written import all_written, read_time

#: Distances from UTC that are in use, in minutes: whole hours, and these few others. UTC itself is
#: left out, since servers show it to readers anywhere, and so is -12 hours, where nobody lives, but
#: where a clock of twelve hours is that does not say which half of the day it means.
_OFFSETS = frozenset(range(-660, 841, 60)) - {0} | {
    *(-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825)
}
_ASSUMED = frozenset({"timezone_assumed", "future_clamped"})
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_MAX_LINE_CHARS = 100
#: A time belongs to the day that stands at most so many texts before it.
_MAX_BETWEEN = 3


def find_offset(
    published: DateClaim,
    stamps: Iterable[DateClaim],
    others: Sequence[DateClaim],
    lines: Sequence[str],
    locale: Locale,
) -> int | None:
    """Return the minutes east of UTC where ``published`` was written, None if nothing says so.

    Its own stamp says it; else the one of ``stamps`` that is nearest, if it is less than an hour
    away (a feed in UTC, the page with its zone, and seconds or minutes between); else the clock
    that readers see beside the headline, where that is the same minute under an offset that is in
    use. A clock that may be that of ``others``, the instants of later changes, says nothing, nor do
    clocks that differ. A mere day is that of the place where it was written, so it needs no offset.
    """
    if published.precision == "day" or not _ASSUMED.isdisjoint(published.flags):
        return None
    if published.utc_offset is not None:
        return published.utc_offset
    zoned = [
        (abs(stamp.at - published.at), stamp.utc_offset)
        for stamp in stamps
        if stamp.utc_offset is not None
    ]
    if zoned and min(zoned)[0] < _HOUR:
        return min(zoned)[1]
    changes = [each for each in others if abs(each.at - published.at) >= _MINUTE]
    found = {
        offset
        for clock in _shown(lines, locale)
        if (offset := _between(clock, published)) is not None
        and all(_between(clock, change) is None for change in changes)
    }
    return found.pop() if len(found) == 1 else None


def _shown(lines: Sequence[str], locale: Locale) -> Iterator[DateClaim]:
    """Yield the moments that readers see beside the headline: a day, and a time with it or next."""
    day, age = None, 0
    for text in lines:
        age += 1
        if len(text) > _MAX_LINE_CHARS:
            continue
        if found := all_written(text, locale):
            for _, _, claim in found:
                if claim.precision != "day":
                    yield claim
            day, age = found[-1][2], 0
        elif day is not None and age <= _MAX_BETWEEN and (time := read_time(text)):
            yield replace(
                day, at=datetime.combine(day.at, time, UTC), precision="minute", utc_offset=None
            )


def _between(clock: DateClaim, instant: DateClaim) -> int | None:
    """Return how many minutes a clock is ahead of UTC if it shows this instant, else None."""
    local = clock.at + timedelta(minutes=clock.utc_offset or 0)
    minutes = (local.replace(second=0) - instant.at.replace(second=0)) // _MINUTE
    return minutes if minutes in _OFFSETS else None
