"""Dates as programs write them: ISO 8601, RFC 822, asctime, Java's, JavaScript's, and misspelt.

Nothing is guessed that is not there: all of a text is the date, or it is none.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.calendars import find_other_month, gregorian_day
from newsbeam.transforms.dates.digits import plain_forms
from newsbeam.transforms.dates.locales import ANYWHERE, Locale
from newsbeam.transforms.dates.months import find_month
from newsbeam.transforms.dates.zones import read_zone

#: The first newspaper is of 1605; 0001-01-01 and 9999-12-31 are what software writes for "none".
_FIRST_YEAR, _LAST_YEAR = 1600, 2199
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
#: What is longer is no date.
_MAX_CHARS = 120

_AFTERNOON = ("下午", "午後", "오후")
_HALF = r"上午|下午|午前|午後|오전|오후"
_TIME = (
    rf"(?:(?P<half_before>{_HALF})\s*)?(?P<hour>\d{{1,2}})(?:[:.]|\s?[hH]\s?)(?P<minute>\d{{2}})"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s*(?:Uhr|[Hh]rs?\.?|[Hh]\b))?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\b\.?|[πΠμΜ]\.?\s?[μΜ]\b\.?|[صم]\b)?"
)
#: "+0100", "GMT -5", "EST-0500", "EST", "Eastern Time", "[America/New_York]", and what repeats it:
#: "+0100 CET", "+0100 (CET)".
_ZONE = (
    r"(?:\s*(?P<zone>(?:[A-Za-z]{1,5}\s?)?[+-]\d{1,2}(?::?\d{2}){0,2}"
    r"|[A-Za-z][A-Za-z0-9/_+:-]{0,40}(?:\s(?:\w{6,8}\s)?Time)?)(?:\s*\b[A-Z]{2,5}(?![A-Za-z]))?)?"
    r"(?:\s*\[(?P<region>[^\]]*)\])?(?:\s*\((?P<comment>[^)]*)\))?"
)
#: What stands between a day and its time, beside white space: "T", a mark, "at" in many languages.
_AT = (
    r"(?:,?\s+(?=\d)|\s?[Tt]\s?|[,:]|,?\s+(?i:(?:[-|/]|at|um|om|klo?|kell|klockan|a las|as|à|às"
    r"|alle(?: ore)?|ore|o|u|ob|ve?|в|о|об|(?:o )?godz\.?|pukul|saat|lúc|στις)\s+|kl\.\s*)?)"
)
_TIME_OF_DAY = rf"(?:{_AT}{_TIME}{_ZONE})?"
#: A weekday says nothing that the date does not, and is wrong now and then.
_WEEKDAY = r"(?:[^\W\d][^\d,]{0,24},\s*|[^\s\d,.]{1,16}(?:\.?,\s*|\.\s*|\s+))?"
_WEEKDAY_BEHIND = (
    r"(?:\s*\([^()\d]{1,12}\)|\s*(?:星期|禮拜|礼拜|週|周)[一二三四五六日天]|\s*[月火水木金土日]曜日?"
    r"|\s*[월화수목금토일]요일)?"
)
_NAME = r"(?P<name>[^\W\d][^\s\d,./()-]{1,15})"
_FORMATS = tuple(
    re.compile(pattern)
    for pattern in (
        # ISO 8601 and W3C-DTF, with "T" or a space; slashes and dots where the year comes first
        r"(?P<year>\d{4})([-/.])\s?(?P<month>\d{1,2})\2\s?(?P<day>\d{1,2})"
        rf"(?:\.?{_WEEKDAY_BEHIND}{_TIME_OF_DAY}|Z|[+-]\d\d:\d\d)",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        # Seconds may be left out behind a mark alone: twelve digits are as soon a number.
        r"(?:(?=[Tt ]|\d{6})[Tt ]?(?P<hour>\d{2}):?(?P<minute>\d{2})"
        rf"(?::?(?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?{_ZONE})?",
        # RFC 822: Tue, 05 Mar 2019 09:12:00 +0100, and the many ways in which it is misspelt
        rf"{_WEEKDAY}(?:d\.\s*|den\s+|le\s+)?(?P<day>\d{{1,2}})(?:\.?[oa]\b|\.|st|nd|rd|th|er)?[\s/-]*"
        rf"(?:de\s+|d['’])?{_NAME}\.?,?[\s/-]*(?:del?\s+)?(?P<year>\d{{4}}|\d{{2}})(?:\s*г)?\.?"
        rf"{_TIME_OF_DAY},?",
        # March 5, 2019 9:12 AM EST, and JavaScript's: Tue Mar 05 2019 09:12:00 GMT+0100 (CET)
        rf"{_WEEKDAY}{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
        rf"(?P<year>\d{{4}}){_TIME_OF_DAY},?",
        # 2019. március 5. 09:12, 2019-Mar-05
        rf"(?P<year>\d{{4}})\.?[\s/-]+{_NAME}\.?[\s/-]+(?P<day>\d{{1,2}})\.?{_TIME_OF_DAY}",
        # asctime and Java: Tue Mar  5 09:12:00 [CET] 2019
        rf"[^\W\d]{{2,16}}\.?,?\s+{_NAME}\.?\s+(?P<day>\d{{1,2}})\s+"
        rf"{_TIME}{_ZONE}\s+(?P<year>\d{{4}})",
        # 05.03.2019 09:12, where dots mean that the day comes first
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}})\.?"
        rf"{_TIME_OF_DAY},?",
        # 2019年3月5日(火) 09:12, 2019년 3월 5일 오전 9:12
        r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
        rf"{_WEEKDAY_BEHIND},?(?:\s*{_TIME}{_ZONE})?",
    )
)
#: 9時12分, 9点12分30秒, 9시 12분
_CJK_TIME = re.compile(
    r"(\d{1,2})\s*[時时點点시](?:\s*(\d{1,2})\s*[分분])?(?:\s*(\d{1,2})\s*[秒초])?"
)


def read_stamp(text: str, *, source: str, locale: Locale = ANYWHERE) -> DateClaim | None:
    """Return the date that ``text`` states, None if it states none that is complete and possible.

    Without a zone, or with one whose name is ambiguous or unknown, the time is taken as UTC and
    flagged ``timezone_assumed``. Without a time, the precision is ``day``. ``locale`` helps with
    names of months and zones, and with years of other calendars.
    """
    for form in plain_forms(text[:_MAX_CHARS]):
        plain = form if form.isascii() else _CJK_TIME.sub(_write_time, form)
        line = " ".join(plain.split()).strip("\"'")
        for pattern in _FORMATS:
            match = pattern.fullmatch(line)
            if match and (claim := _read_match(match.groupdict(), source, locale)):
                return claim
    return None


def _write_time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    return f"{hour}:{int(minute or 0):02}" + (f":{int(second):02}" if second else "")


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
    half = (parts.get("half") or parts.get("half_before") or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pμم" or half in _AFTERNOON else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no such time of day")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))  # 60: a leap second


def _read_offset(parts: dict[str, str | None], at: datetime, locale: Locale) -> timedelta | None:
    """Return the first distance from UTC that is written: itself, a region's, a name's behind."""
    local = at.replace(tzinfo=None)
    for part in ("zone", "region", "comment"):
        if text := parts.get(part):
            offset = read_zone(text, country=locale.country, local=local)
            if offset is not None:
                return offset
    return None


def make_claim(
    at: datetime, source: str, precision: str, flags: tuple[str, ...] = ()
) -> DateClaim | None:
    """Return the claim of an aware moment, None where software writes that for "none"."""
    try:
        offset, at = at.utcoffset(), at.astimezone(UTC)
    except OverflowError:
        return None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR or at == _EPOCH:
        return None
    minutes = offset // _MINUTE if offset else None  # UTC says nothing of where it was written
    return DateClaim(at=at, source=source, precision=precision, flags=flags, utc_offset=minutes)
