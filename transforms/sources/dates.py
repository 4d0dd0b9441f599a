"""Dates as feeds, sitemaps and rows write them. Nothing is guessed that is not there."""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from transforms.core.records import DateClaim
from transforms.sources.month_names import find_month

#: The first newspaper is of 1605; 0001-01-01 and 9999-12-31 are what software writes for "none".
_FIRST_YEAR, _LAST_YEAR = 1600, 2199

_AFTERNOON = ("下午", "午後", "오후")
_HALF = r"上午|下午|午前|午後|오전|오후"
_TIME = (
    rf"(?:(?P<half_before>{_HALF})\s*)?(?P<hour>\d{{1,2}})(?:[:.]|\s?[hH]\s?)(?P<minute>\d{{2}})"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s*(?:Uhr|[Hh]rs?\.?|[Hh]\b))?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\b\.?|[πΠμΜ]\.?\s?[μΜ]\b\.?|[صم]\b)?"
)
#: "+0100", "EST", "GMT +1", also with what repeats it: "(CET)", "[Europe/Berlin]", "CET".
_ZONE = (
    r"(?:\s*(?P<zone>[A-Za-z]{1,5}\s?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z][A-Za-z/_+:\d-]{0,40}"
    r"|[+-]\d{1,2}(?::?\d{2})?)\s*(?:\([^)]*\)|\[[^\]]*\]|\b[A-Z]{2,5})?)?"
)
#: What stands between a day and its time, beside white space.
_AT = (
    r"(?:[Tt]|,?\s+(?:[Tt]|[-|/]\s+|at\s+|um\s+|om\s+|kl\.?\s+|klo\s+|à\s+|às\s+|as\s+|a las\s+"
    r"|alle(?: ore)?\s+|ore\s+|o\s+|в\s+|о\s+)?|[,:])"
)
_TIME_OF_DAY = rf"(?:{_AT}{_TIME}{_ZONE})?"
#: A weekday says nothing that the date does not, and is wrong now and then.
_WEEKDAY = r"(?:[^\W\d][^\d,]{0,24},\s*|[^\W\d][^\s\d,.]{0,15}(?:\.\s*|\s+))?"
_WEEKDAY_BEHIND = (
    r"(?:\s*\([^)\d]{1,12}\)|\s*(?:星期|禮拜|礼拜|週|周)[一二三四五六日天]|\s*[月火水木金土日]曜日?"
    r"|\s*[월화수목금토일]요일)?"
)
_NAME = r"(?P<name>[^\W\d][^\s\d,.:/()-]{1,15})"
_FORMATS = tuple(
    re.compile(pattern)
    for pattern in (
        # ISO 8601 and W3C-DTF, with "T" or a space; slashes and dots where the year comes first
        r"(?P<year>\d{4})([-/.])\s?(?P<month>\d{1,2})\2\s?(?P<day>\d{1,2})"
        rf"\.?{_WEEKDAY_BEHIND}{_TIME_OF_DAY}",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:[Tt ]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})(?:[.,]\d{1,9})?"
        rf"{_ZONE})?",
        # RFC 822: Tue, 05 Mar 2019 09:12:00 +0100, and the many ways in which it is misspelt
        rf"{_WEEKDAY}(?:d\.\s*|den\s+|le\s+)?(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|º)?[\s/-]*"
        rf"(?:de\s+|d['’])?{_NAME}\.?,?[\s/-]*(?:de\s+)?(?P<year>\d{{4}}|\d{{2}})(?:\s*г\.?)?"
        rf"{_TIME_OF_DAY}",
        # March 5, 2019 9:12 AM EST
        rf"{_WEEKDAY}{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
        rf"(?P<year>\d{{4}}){_TIME_OF_DAY}",
        # 2019. március 5. 09:12, 2019-Mar-05
        rf"(?P<year>\d{{4}})\.?[\s/-]+{_NAME}\.?[\s/-]+(?P<day>\d{{1,2}})\.?{_TIME_OF_DAY}",
        # asctime: Tue Mar  5 09:12:00 [CET] 2019
        rf"[^\W\d]{{2,16}}\.?\s+{_NAME}\.?\s+(?P<day>\d{{1,2}})\s+"
        rf"{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
        # 05.03.2019 09:12, where dots mean that the day comes first
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){_TIME_OF_DAY}",
        # 2019年3月5日(火) 09:12, 2019년 3월 5일 오전 9:12
        r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
        rf"{_WEEKDAY_BEHIND},?(?:\s*{_TIME}{_ZONE})?",
    )
)
_OFFSET = re.compile(r"(?:[A-Z]{1,5}\s?)?([+-])(\d{1,2})(?::?(\d{2}))?", re.I)

#: Marks that are not seen: of byte order and of direction, and joiners.
_UNSEEN = re.compile("[\ufeff\u200b-\u200f\u061c\u202a-\u202e\u2060-\u2069\u00ad]")
_MINUS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63", "-"))
#: 9時12分, 9点12分30秒, 9시 12분
_CJK_TIME = re.compile(
    r"(\d{1,2})\s*[時时點点시](?:\s*(\d{1,2})\s*[分분])?(?:\s*(\d{1,2})\s*[秒초])?"
)

#: Hours from UTC of zone names that mean one thing only (so without IST, BST, CST of China).
_ZONES = {
    name: hours
    for hours, names in {
        0.0: "Z UT UTC GMT WET ETC/UTC ETC/GMT ZULU",
        1.0: "CET MET MEZ WEST WAT",
        2.0: "CEST MEST MESZ EET SAST CAT",
        3.0: "EEST MSK EAT",
        5.0: "PKT",
        7.0: "WIB",
        8.0: "WITA HKT SGT AWST",
        9.0: "WIT JST KST",
        9.5: "ACST",
        10.0: "AEST",
        10.5: "ACDT",
        11.0: "AEDT",
        12.0: "NZST",
        13.0: "NZDT",
        -2.5: "NDT",
        -3.0: "BRT ART",
        -4.0: "EDT CLT",
        -5.0: "EST CDT COT",
        -6.0: "CST MDT",
        -7.0: "MST PDT",
        -8.0: "PST AKDT",
        -9.0: "AKST",
        -10.0: "HST",
    }.items()
    for name in names.split()
}


def parse_date(text: str, *, source: str, language: str | None = None) -> DateClaim | None:
    """Return the date that ``text`` states, None if it states none that is complete and possible.

    Without a zone, or with one whose name is ambiguous or unknown, the time is taken as UTC and
    flagged ``timezone_assumed``. Without a time, the precision is ``day``. ``language`` (BCP 47)
    helps with the names of months.
    """
    text = _write_plainly(text[:100])
    for pattern in _FORMATS:
        match = pattern.fullmatch(text)
        if match and (claim := _read_match(match.groupdict(), source, language)):
            return claim
    return None


def _write_plainly(text: str) -> str:
    """Return ``text`` with the signs that the patterns know."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_MINUS)
        text = _CJK_TIME.sub(_write_time, text)
    return " ".join(text.split()).strip("\"'")


def _write_time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    return f"{hour}:{int(minute or 0):02}" + (f":{int(second):02}" if second else "")


def parse_date_value(value: object, *, source: str) -> DateClaim | None:
    """Return the date in a field of a row: text, a datetime, a number since 1970, ``{"$date": …}``.

    The unit of a number (seconds, milliseconds, microseconds, nanoseconds) is told by its size.
    """
    if isinstance(value, Mapping):
        inner = value.get("$date", value.get("$numberLong"))
        return None if inner is None else parse_date_value(inner, source=source)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return _claim(value.replace(tzinfo=UTC), source, "second", ("timezone_assumed",))
        return _claim(value, source, "second", ())
    if isinstance(value, date):
        at = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return _claim(at, source, "day", ("timezone_assumed",))
    if isinstance(value, int) and re.fullmatch(r"(?:19|20|21)\d{6}", str(value)):
        return parse_date(str(value), source=source)  # YYYYMMDD: as seconds it would be in 1970
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_number(float(value), source)
    if isinstance(value, str):
        # 14 digits are YYYYMMDDhhmmss
        if re.fullmatch(r"(?!\d{14}$)\d{9,19}(\.\d+)?", value.strip()):
            return _read_number(float(value), source)
        return parse_date(value, source=source)
    return None


def _read_number(value: float, source: str) -> DateClaim | None:
    if not math.isfinite(value) or value == 0 or abs(value) > 1e20:
        return None  # the start of 1970 is what software writes for "none"
    while abs(value) > 1e11:  # in seconds that would be after the year 5000
        value /= 1000
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
    except OverflowError:
        return None
    return _claim(at, source, "second", ())


def _read_match(
    parts: dict[str, str | None], source: str, language: str | None
) -> DateClaim | None:
    month = (
        find_month(parts["name"], language) if parts.get("name") else int(parts.get("month") or 0)
    )
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= 70 else 2000
    if month is None:
        return None
    try:
        day = datetime(year, month, int(parts["day"] or 0), tzinfo=UTC)
        if parts.get("hour") is None:
            return _claim(day, source, "day", ("timezone_assumed",))
        clock = _read_clock(parts)
        offset = read_zone(parts.get("zone"))
        flags = () if offset is not None else ("timezone_assumed",)
        at = (day + clock).replace(tzinfo=timezone(offset or timedelta()))
    except (ValueError, OverflowError):
        return None
    return _claim(at, source, "minute" if parts.get("second") is None else "second", flags)


def _read_clock(parts: dict[str, str | None]) -> timedelta:
    hour, minute, second = (int(parts.get(unit) or 0) for unit in ("hour", "minute", "second"))
    half = (parts.get("half") or parts.get("half_before") or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pμم" or half in _AFTERNOON else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no such time of day")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))  # 60: a leap second


def read_zone(zone: str | None) -> timedelta | None:
    """Return how far a zone, "+01:00" or "EST", is from UTC.

    None if it is missing, unknown or ambiguous.

    Raises:
        ValueError: no place on earth is that far from UTC.
    """
    if not zone:
        return None
    hours = _ZONES.get(zone.upper())
    if hours is not None:
        return timedelta(hours=hours)
    match = _OFFSET.fullmatch(zone)
    if not match:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset > timedelta(hours=14):
        raise ValueError("no place on earth is that far from UTC")
    return -offset if match[1] == "-" else offset


def _claim(at: datetime, source: str, precision: str, flags: tuple[str, ...]) -> DateClaim | None:
    try:
        offset, at = at.utcoffset() or timedelta(), at.astimezone(UTC)
    except OverflowError:
        return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR or at == datetime(1970, 1, 1, tzinfo=UTC):
        return None
    minutes = int(offset.total_seconds()) // 60 or None  # UTC says nothing of where it was written
    return DateClaim(at=at, source=source, precision=precision, flags=flags, utc_offset=minutes)
