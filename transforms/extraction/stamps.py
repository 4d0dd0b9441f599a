"""Dates as machines write them: ISO 8601 and its kin, RFC 2822, epochs, days in addresses."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from transforms.core.records import DateClaim

_ISO = re.compile(
    r"^(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_SLASHED = re.compile(
    r"^(\d{4})/(\d{1,2})/(\d{1,2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_DOTTED = re.compile(
    r"^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[\s,|-]+(\d{1,2})[:.](\d{2})(?::(\d{2}))?)?"
)
#: "Di., 25.01.2022 - 14:45"
_WEEKDAY = re.compile(r"^[^\W\d_]{2,10}\.?,\s+(?=\d{1,2}\.\d{1,2}\.)")
_FARTHEST = timedelta(hours=14)
_DAY_FIRST_IN_PATH = re.compile(r"(?<!\d)(\d\d)[-._](\d\d)[-._](20\d\d)(?!\d)")
_IN_PATH = re.compile(
    r"(?<!\d)(20\d\d|199\d)(?:([-/_.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)"
    # 20260129, 202601/29 and 2026-01/29; digits may follow, unless they are the time of a capture.
    r"|[-/]?(0[1-9]|1[0-2])/?(0[1-9]|[12]\d|3[01])(?!\d{6}(?!\d)))"
)
_NO_TIME = (None, None, None, None)
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


def parse_claim(text: str, source: str) -> DateClaim | None:
    """Return the moment that ``text`` names, or None: ISO 8601 and its kin, RFC 2822, epoch.

    A time without a zone is taken as UTC and flagged ``timezone_assumed``. Midnight sharp in the
    writer's own zone says that only the day is known.
    """
    text = _WEEKDAY.sub("", text.strip())
    if _EPOCH.match(text):
        return DateClaim(at=datetime.fromtimestamp(int(text[:10]), UTC), source=source)
    match = _ISO.match(text) or _SLASHED.match(text)
    if match:
        return _claim(match.groups(), source)
    match = _DOTTED.match(text)
    if match:
        day, month, year, *time = match.groups()
        return _claim((year, month, day, *time, None), source)
    try:
        return _moment(parsedate_to_datetime(text), source, "second")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def date_in_url(url: str | None) -> DateClaim | None:
    """Return the day that the path of a URL names."""
    path = (url or "").partition("://")[2].partition("/")[2].partition("?")[0]
    match = _IN_PATH.search("/" + path)
    if match is not None:
        year, _, month, day, packed_month, packed_day = match.groups()
        return _claim((year, month or packed_month, day or packed_day, *_NO_TIME), "url")
    match = _DAY_FIRST_IN_PATH.search(path)
    return _claim((match[3], match[2], match[1], *_NO_TIME), "url") if match else None


def _claim(groups: Sequence[str | None], source: str) -> DateClaim | None:
    year, month, day, hour, minute, second, zone = groups
    try:
        at = datetime(int(year or 0), int(month or 0), int(day or 0), tzinfo=_zone(zone))
        if hour is None:
            return DateClaim(at=at.replace(tzinfo=UTC), source=source, precision="day")
        at = at.replace(hour=int(hour), minute=int(minute or 0), second=int(second or 0))
        return _moment(at, source, "minute" if second is None else "second")
    except (ValueError, OverflowError):
        return None


def _moment(at: datetime, source: str, precision: str) -> DateClaim:
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return DateClaim(at=at.replace(tzinfo=UTC), source=source, precision="day")
    offset = at.utcoffset()
    if offset is not None and abs(offset) > _FARTHEST:
        raise ValueError("No place on earth is that far from UTC.")
    return DateClaim(
        at=at.replace(tzinfo=UTC) if offset is None else at.astimezone(UTC),
        source=source,
        precision=precision,
        flags=("timezone_assumed",) if offset is None else (),
        # UTC says nothing of where it was written.
        utc_offset=int(offset.total_seconds()) // 60 or None if offset is not None else None,
    )


def _zone(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)
