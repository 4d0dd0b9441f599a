"""Dates as machines write them: ISO 8601 and its kin, RFC 2822, epochs, days in addresses."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.digits import plain_digits
from newsbeam.transforms.dates.locales import ANYWHERE, Locale
from newsbeam.transforms.dates.months import find_month
from newsbeam.transforms.dates.stamps import read_stamp

#: A moment in ISO 8601, or in German order, and more behind it: a zone's own name, "Uhr".
_ISO = re.compile(
    r"\d{4}-?\d\d-?\d\d"
    r"(?:[T\s]+\d{1,2}:?\d\d(?::?\d\d(?:[.,]\d{1,9})?)?\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(\d{1,2}\.\d{1,2}\.\d{4})(?:[\s,|-]+(\d{1,2})[:.](\d\d(?::\d\d)?))?")
#: "Di., 25.01.2022 - 14:45"
_WEEKDAY = re.compile(r"[^\W\d_]{2,10}\.?,\s+(?=\d{1,2}\.\d{1,2}\.)")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
#: What is longer is no date.
_MAX_CHARS = 100

#: "/2026/march/04/"
_NAMED_IN_PATH = re.compile(r"/(20\d\d)[/-]([a-z]{3,9})[/-](\d{1,2})(?=[/-]|$)")
_DAY_FIRST_IN_PATH = re.compile(r"(?<!\d)(\d\d)[-._](\d\d)[-._](20\d\d)(?!\d)")
_IN_PATH = re.compile(
    r"(?<!\d)(20\d\d|199\d)(?:([-/_.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)"
    # 20260129, 202601/29 and 2026-01/29; digits may follow, unless they are the time of a capture.
    r"|[-/]?(0[1-9]|1[0-2])/?(0[1-9]|[12]\d|3[01])(?!\d{6}(?!\d)))"
)


def parse_claim(text: str, source: str, locale: Locale = ANYWHERE) -> DateClaim | None:
    """Return the moment that ``text`` names, or None: as feeds are read, and epochs.

    A time without a zone is taken as UTC and flagged ``timezone_assumed``. Midnight sharp in the
    writer's own zone says that only the day is known.
    """
    plain = plain_digits(text).strip()
    if len(plain) > _MAX_CHARS or not any(map(str.isdigit, plain)):
        return None
    if _EPOCH.fullmatch(plain):
        return DateClaim(at=datetime.fromtimestamp(int(plain[:10]), UTC), source=source)
    claim = read_stamp(text, source=source, locale=locale)
    if claim is None and (match := _ISO.match(plain)):
        claim = read_stamp(match[0], source=source, locale=locale)
    if claim is None and (match := _DOTTED.match(_WEEKDAY.sub("", plain))):
        clock = f" {match[2]}:{match[3]}" if match[2] else ""
        claim = read_stamp(match[1] + clock, source=source, locale=locale)
    return _plain(claim) if claim is not None else None


def _plain(claim: DateClaim) -> DateClaim:
    """Return ``claim`` as a day, without any zone, if that is all it says."""
    at = claim.at + timedelta(minutes=claim.utc_offset or 0)
    if at.time() == time():
        return replace(claim, at=at, precision="day", flags=(), utc_offset=None)
    return claim


def date_in_url(url: str | None) -> DateClaim | None:
    """Return the day that the path of a URL names."""
    path = (url or "").partition("://")[2].partition("/")[2].partition("?")[0]
    if match := _IN_PATH.search("/" + path):
        year, _, month, day, packed_month, packed_day = match.groups()
        return _day(year, month or packed_month, day or packed_day)
    if match := _DAY_FIRST_IN_PATH.search(path):
        return _day(match[3], match[2], match[1])
    match = _NAMED_IN_PATH.search("/" + path.lower())
    month = find_month(match[2]) if match else None
    return _day(match[1], str(month), match[3]) if match and month else None


def _day(year: str, month: str, day: str) -> DateClaim | None:
    try:
        at = datetime(int(year), int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None
    return DateClaim(at=at, source="url", precision="day")
