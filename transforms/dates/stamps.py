"""Dates as programs write them: ISO 8601, RFC 822, asctime, Java's, JavaScript's, and misspelt.

Nothing is guessed that is not there: all of a text is the date, or it is none.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from transforms.core.records import DateClaim
from transforms.dates.calendars import find_other_month, gregorian_day
from transforms.dates.digits import plain_digits
from transforms.dates.locales import ANYWHERE, Locale
from transforms.dates.months import find_month
from transforms.dates.zones import read_zone

#: The first newspaper is of 1605; 0001-01-01 and 9999-12-31 are what software writes for "none".
_FIRST_YEAR, _LAST_YEAR = 1600, 2199
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What is longer is no date.
_MAX_CHARS = 120

_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?(?![A-Za-z]))?"
)
#: "+0100", "GMT-5", "EST", "Eastern Time", "+0100 CET", "[America/New_York]", "(CET)".
_ZONE = (
    r"(?:\s*(?P<zone>(?:(?i:GMT|UTC|UT|Z)\s?)?[+\u2013-]\d{1,2}(?::?\d{2}){0,2}"
    r"|[A-Za-z][A-Za-z0-9/_+-]{0,40}(?:\s(?:\w{6,8}\s)?Time)?)(?:\s[A-Z]{2,5}(?![A-Za-z]))?)?"
    r"(?:\s*\[(?P<region>[^\]]{1,60})\])?(?:\s*\((?P<comment>[^)]{0,60})\))?"
)
_WEEKDAY = r"(?:[^\s\d,.]{1,16}(?:\.?,\s*|\.?\s+))?"
_NAME = r"(?P<name>[^\s\d,./()-]{2,16})"
_FORMATS = tuple(
    re.compile(pattern)
    for pattern in (
        # ISO 8601 and W3C-DTF, with "T" or a space; slashes where the year comes first
        r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})"
        rf"(?:(?:[Tt]|,?\s+){_TIME}{_ZONE}|Z|[+-]\d\d:\d\d)?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:[Tt ]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})(?:[.,]\d{1,9})?"
        rf"{_ZONE})?",
        # RFC 822: Tue, 05 Mar 2019 09:12:00 +0100, and the many ways in which it is misspelt
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]+(?:de\s+)?{_NAME}\.?,?[\s-]+"
        rf"(?:de\s+)?(?P<year>\d{{4}}|\d{{2}})\.?,?(?:[T\s]+{_TIME}{_ZONE})?",
        # March 5, 2019 9:12 AM EST, and JavaScript's: Tue Mar 05 2019 09:12:00 GMT+0100 (CET)
        rf"{_WEEKDAY}{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
        rf"(?P<year>\d{{4}}),?(?:(?:\s+-|\s+at)?\s+{_TIME}{_ZONE})?",
        # asctime and Java: Tue Mar  5 09:12:00 [CET] 2019
        rf"[^\W\d]{{2,16}}\.?,?\s+{_NAME}\.?\s+(?P<day>\d{{1,2}})\s+"
        rf"{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
        # 05.03.2019 09:12, where dots mean that the day comes first
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\.?,?"
        rf"(?:\s+{_TIME}{_ZONE})?",
        # 2019年3月5日(火) 09:12, 2019년 3월 5일
        r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
        r"(?:\s*\([^()]{1,4}\))?"
        rf"(?:\s*(?P<cjk_half>上午|下午|午前|午後|오전|오후)?\s*{_TIME}{_ZONE})?",
    )
)


def read_stamp(text: str, *, source: str, locale: Locale = ANYWHERE) -> DateClaim | None:
    """Return the date that ``text`` states, None if it states none that is complete and possible.

    Without a zone, or with one whose name is ambiguous or unknown, the time is taken as UTC and
    flagged ``timezone_assumed``. Without a time, the precision is ``day``. ``locale`` helps with
    names of months and zones, and with years of other calendars.
    """
    text = " ".join(plain_digits(text[:_MAX_CHARS]).split())
    for pattern in _FORMATS:
        if match := pattern.fullmatch(text):
            return _read_match(match.groupdict(), source, locale)
    return None


def _read_match(parts: dict[str, str | None], source: str, locale: Locale) -> DateClaim | None:
    try:
        day = datetime(*_read_day(parts, locale), tzinfo=UTC)
        if parts.get("hour") is None:
            return make_claim(day, source, "day", ("timezone_assumed",))
        at = day + _read_clock(parts)
        offset = _read_offset(parts, at, locale)
        flags = () if offset is not None else ("timezone_assumed",)
        at = at.replace(tzinfo=timezone(offset or timedelta()))
    except (ValueError, OverflowError):
        return None
    return make_claim(at, source, "minute" if parts.get("second") is None else "second", flags)


def _read_day(parts: dict[str, str | None], locale: Locale) -> tuple[int, int, int]:
    year, day = int(parts["year"] or 0), int(parts["day"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= 70 else 2000
    name = parts.get("name")
    if name is None:
        return gregorian_day(year, int(parts.get("month") or 0), day, locale)
    if month := find_month(name, locale.language):
        return gregorian_day(year, month, day, locale)
    if other := find_other_month(name, locale):
        return gregorian_day(year, other[1], day, locale, other[0])
    raise ValueError("no name of a month")


def _read_clock(parts: dict[str, str | None]) -> timedelta:
    hour, minute, second = (int(parts.get(unit) or 0) for unit in ("hour", "minute", "second"))
    half = (parts.get("half") or parts.get("cjk_half") or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] == "p" or half in ("下午", "午後", "오후") else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no such time of day")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))  # 60: a leap second


def _read_offset(parts: dict[str, str | None], at: datetime, locale: Locale) -> timedelta | None:
    """Return the first distance from UTC that is written: itself, a region's, a name's behind."""
    local = at.replace(tzinfo=None)
    for part in ("zone", "region", "comment"):
        offset = read_zone(parts.get(part), country=locale.country, local=local)
        if offset is not None:
            return offset
    return None


def make_claim(
    at: datetime, source: str, precision: str, flags: tuple[str, ...] = ()
) -> DateClaim | None:
    """Return the claim of an aware moment, None where software writes that for "none"."""
    try:
        offset, at = at.utcoffset() or timedelta(), at.astimezone(UTC)
    except OverflowError:
        return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR or at == _EPOCH:
        return None
    minutes = int(offset.total_seconds()) // 60 or None  # UTC says nothing of where it was written
    return DateClaim(at=at, source=source, precision=precision, flags=flags, utc_offset=minutes)
