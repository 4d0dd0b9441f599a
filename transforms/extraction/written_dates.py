"""Dates as people write them: numbers, or a day, a month's name and a year, in many languages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from transforms.core.records import DateClaim
from transforms.sources.dates import read_zone
from transforms.text.calendar_names import months_by_language, weekdays

#: The flag of a date whose day and month may be the other way round.
AMBIGUOUS = "day_month_ambiguous"
#: A year of two digits is read in short texts alone.
_SHORT_CHARS = 40

_YEAR = r"((?:19|20)\d{2})"
_WORD = r"([^\s\d.,()<>|/:-]{3,14})"
_YMD = re.compile(rf"(?<!\d){_YEAR}\s*[-./年년]\s*(\d{{1,2}})\s*[-./月월]\s*(\d{{1,2}})(?!\d)")
_DMY = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s*([-./])\s*(\d{{1,2}})\s*[-./]\s*{_YEAR}(?!\d)"
    rf"|(?<!\d)(\d\d)\s*\|\s*(\d\d)\s*\|\s*{_YEAR}(?!\d)"
)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª|,)?[\s-]*(?:de\s+|of\s+|d['’]\s?)?{_WORD}\.?,?[\s-]*"
    rf"(?:de\s+|del\s+)?{_YEAR}(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W\d_]){_WORD}\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)", re.IGNORECASE
)
_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}\.?\s+(?:m\.\s)?{_WORD}\.?\s+(\d{{1,2}})(?!\d)")
_VIETNAMESE = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+tháng\s+(\d{{1,2}}),?\s+(?:năm\s+)?{_YEAR}(?!\d)", re.IGNORECASE
)
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(\d\d)(?![\d.])")
#: "( Anytown, 14 Gennaio 20 )"
_SHORT_NAMED = re.compile(
    r"^\W*(?:[^\W\d_]+(?:[\s-][^\W\d_]+)?,\s*)?(\d{1,2})\.?\s([^\W\d_]{4,14})\s['’]?([0-4]\d)\W*$"
)
#: Patterns with the name of a month, and which groups are year, month and day.
_NAMED = ((_DAY_MONTH, 3, 2, 1), (_MONTH_DAY, 3, 1, 2), (_YEAR_FIRST, 1, 2, 3))
_CLOCK = re.compile(
    r"(?:(下午|晚上|午後|오후)\s?)?(?<![\d.:])([01]?\d|2[0-3])\s?[:.hH時时시]\s?([0-5]\d)(?!\d)(?::[0-5]\d)?"
    r"(?:\s*([ap])\.?m\b)?",
    re.IGNORECASE,
)
_ZONE = r"(?:\.?\s*(?:uhr|h)?\s*\(?((?-i:[A-Z]{2,5})(?:[+-]\d{1,2}(?::?\d\d)?)?)\b\)?)?"
_TIME_AFTER = re.compile(rf"\D{{0,12}}?{_CLOCK.pattern}{_ZONE}", re.IGNORECASE)
_HALF = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
#: What stands before a date may be a number of another kind, so dots do not count.
_TIME_BEFORE = re.compile(
    rf"{_CLOCK.pattern.replace('[:.', '[:')}{_ZONE}\D{{0,20}}$", re.IGNORECASE
)
#: Nothing else can be a date: looked for first, since most texts have none.
_HINT = re.compile(
    r"\d{1,2}\.\s?\d{1,2}\.\d\d|\d\D{0,20}(?:19|20)\d\d|(?:19|20)\d\d\D{1,20}\d"
    r"|\d\.?\s[^\W\d_]{3,14}\.?\s['’]?\d\d\W*$"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date in a text."""

    claim: DateClaim
    before: str  # the text before the date and its time
    after: str  # the text behind it and its time


def find_written(text: str, language: str | None) -> Written | None:
    """Return the first date in a short text.

    The time is the one that follows it, or that stands before it: "21:30, 4 March 2026".
    """
    if not _HINT.search(text):
        return None
    found = _find_day(text, language)
    if found is None:
        return None
    (year, month, day), start, end, flags = found
    after = _TIME_AFTER.match(text, end)
    before = None if after else _TIME_BEFORE.search(text[:start])
    claim = _claim(year, month, day, after or before, flags)
    if claim is None:
        return None
    return Written(
        claim,
        text[: before.start() if before else start],
        text[after.end() if after else end :],
    )


def all_written(text: str, language: str | None) -> list[tuple[int, int, DateClaim]]:
    """Return the dates in a short text in their order, each with where it begins and ends."""
    written = find_written(text, language)
    if written is None:
        return []
    start, end = len(written.before), len(text) - len(written.after)
    behind = [
        (first + end, last + end, claim) for first, last, claim in all_written(text[end:], language)
    ]
    # Another form of date may stand before the one that was looked for first.
    return [*all_written(text[:start], language), (start, end, written.claim), *behind]


def read_date(text: str, language: str | None) -> DateClaim | None:
    """Return the first date in a short text: numbers, or a day, a month's name and a year."""
    written = find_written(text, language)
    return written.claim if written else None


def read_time(text: str) -> time | None:
    """Return the one time of day in a short text, None if there is no or more than one."""
    found = [*_CLOCK.finditer(text)] if len(text) <= _SHORT_CHARS else []
    return _time_of_day(found[0]) if len(found) == 1 else None


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Return the months' names and abbreviations in many languages, lower case."""
    names: dict[str, int] = {}
    for months in months_by_language().values():
        for name, number in months.items():
            names.setdefault(name, number)
    return names | {"sept": 9, "märz": 3, "januar": 1, "jänner": 1, "feber": 2}


def is_calendar(text: str) -> bool:
    """Say whether a few words are a day and no name: "Thursday", "November 9", "07 Dezember"."""
    words = [word.strip(".,") for word in text.lower().split()]
    named = [word in month_names() or word in weekdays() for word in words]
    return any(named) and all(
        name or any(map(str.isdigit, word)) for name, word in zip(named, words, strict=True)
    )


def _find_day(
    text: str, language: str | None
) -> tuple[tuple[int, int, int], int, int, tuple[str, ...]] | None:
    """Return year, month and day, where in ``text`` they begin and end, and flags."""
    if match := _YMD.search(text):
        return (int(match[1]), int(match[2]), int(match[3])), *match.span(), ()
    if match := _DMY.search(text):
        first, second = int(match[1] or match[5]), int(match[3] or match[6])
        month_first = second > 12
        flags: tuple[str, ...] = ()
        if match[2] in ("/", "-") and first <= 12 and second <= 12:
            month_first, is_known = _order(language, has_half=bool(_HALF.search(text)))
            month_first = month_first and (is_known or match[2] == "/")
            flags = () if is_known or first == second else (AMBIGUOUS,)
        if month_first:
            first, second = second, first
        return (int(match[4] or match[7]), second, first), *match.span(), flags
    short = len(text) <= _SHORT_CHARS
    if short and (match := _SHORT.search(text)):
        return (2000 + int(match[3]), int(match[2]), int(match[1])), *match.span(), ()
    for pattern, year_at, month_at, day_at in _NAMED:
        for match in pattern.finditer(text):
            if number := _month_number(match[month_at], language):
                return (int(match[year_at]), number, int(match[day_at])), *match.span(), ()
    if match := _VIETNAMESE.search(text):
        return (int(match[3]), int(match[2]), int(match[1])), *match.span(), ()
    match = _SHORT_NAMED.search(text) if short else None
    if match and (number := _month_number(match[2], language)):
        return (2000 + int(match[3]), number, int(match[1])), *match.span(), ()
    return None


def _month_number(name: str, language: str | None) -> int | None:
    name = name.lower().rstrip(".,")
    if language and language.lower().startswith("hr"):
        return months_by_language()["hr"].get(name) or month_names().get(name)
    return month_names().get(name)


def _order(language: str | None, *, has_half: bool) -> tuple[bool, bool]:
    """Return whether the month comes first in "3/11/2026", and whether that is known.

    It does in the United States and the Philippines, and it depends in Canada. English without a
    country is rather American, and so is a time with AM or PM without a language.
    """
    tag = (language or "").lower().replace("_", "-")
    if tag in ("en-us", "en-ph", "es-us", "fil"):
        return True, True
    if tag in ("en", "en-ca"):
        return True, False
    return (has_half, False) if not tag else (False, True)


def _claim(
    year: int, month: int, day: int, clock: re.Match[str] | None, flags: tuple[str, ...]
) -> DateClaim | None:
    try:
        at = datetime(year, month, day, tzinfo=UTC)
        offset = read_zone(clock[5]) if clock else None
    except ValueError:
        return None
    if clock is None:
        return DateClaim(at=at, source="time", precision="day", flags=flags)
    at = datetime.combine(at, _time_of_day(clock), UTC)
    return DateClaim(
        at=at - (offset or timedelta()),
        source="time",
        precision="minute",
        flags=flags if offset is not None else ("timezone_assumed", *flags),
        utc_offset=None if offset is None else int(offset.total_seconds()) // 60 or None,
    )


def _time_of_day(clock: re.Match[str]) -> time:
    afternoon, hour, minute, half = clock.groups()[:4]
    hours = int(hour) % 12 if afternoon or half else int(hour)
    return time(hours + 12 if afternoon or half in ("p", "P") else hours, int(minute))
