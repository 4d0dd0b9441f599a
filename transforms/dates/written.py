"""Dates as people write them: numbers, or a day, a month's name and a year, in many languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.calendars import (
    Day,
    find_other_month,
    gregorian_day,
    implies_calendar,
    year_of_era,
)
from newsbeam.transforms.dates.digits import plain_digits, read_number
from newsbeam.transforms.dates.locales import ANYWHERE, Locale
from newsbeam.transforms.dates.months import find_month
from newsbeam.transforms.dates.zones import read_zone

#: The flag of a date whose day and month may be the other way round.
AMBIGUOUS = "day_month_ambiguous"
#: A year of two digits is read in short texts alone.
_SHORT_CHARS = 40
#: Languages that write the year first, whatever the number of its digits.
_YEAR_FIRST = frozenset({"hu", "ja", "ko", "lt", "mn", "zh"})
#: Languages that write a slash between day and month alone: "3/11 2026".
_DAY_BEFORE_SLASH = frozenset({"da", "fi", "fo", "is", "nb", "nn", "sv"})

_GREGORIAN = r"(?:19|20)\d{2}"
#: Years of the Thai and the Persian calendar, too.
_OTHER = r"(?:19|20|2[456]|1[34])\d{2}"


class _Patterns:
    """The forms of dates with years of four digits; each match has the groups y, m and d."""

    def __init__(self, year: str, word: str, second: str = "") -> None:
        """Take patterns of a year, of a month's name, and of what may stand behind the name."""
        y, m, d = rf"(?P<y>{year})", rf"(?P<m>{word})", r"(?P<d>\d{1,2})"
        self.year_first = re.compile(
            rf"(?<!\d){y}\s*[-./年년]\s*(?P<m>\d{{1,2}})\s*[-./月월]\s*{d}(?!\d)"
        )
        self.numbers = re.compile(
            rf"(?<!\d)(\d{{1,2}})\s*([-./])\s*(\d{{1,2}})\s*[-./]\s*({year})(?!\d)"
            rf"|(?<!\d)(\d\d)\s*\|\s*(\d\d)\s*\|\s*({year})(?!\d)"
        )
        self.named = tuple(
            re.compile(pattern, re.IGNORECASE)
            for pattern in (
                rf"(?<!\d){d}(?:\.|st|nd|rd|th|er|º|ª|°|,|ی)?[\s-]*"
                rf"(?:de\s+|of\s+|d['’]\s?|من\s+|ខែ)?{m}"
                rf"\.?,?{second}[\s-]*(?:de\s+|del\s+|ឆ្នាំ|[พค]\.?ศ\.?\s*)?{y}(?!\d)",
                rf"(?<![^\W\d_]){m}\.?\s*{d}(?:st|nd|rd|th)?,?"
                rf"(?:\s+(?:ቀን|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}}))?,?\s+{y}(?!\d)",
                rf"(?<!\d){y}(?:\.|e?ko)?\s+(?:m\.\s)?{m}\.?\s+{d}(?!\d)",
                # Latvian, Uzbek, Kazakh: the year, then the day
                rf"(?<!\d){y}(?:\.\s+gada|-yil|\s+жылғы)\s+{d}[.-]?\s*{m}",
            )
        )


_NARROW = _Patterns(_GREGORIAN, r"[^\s\d.,()<>|/:-]{3,14}")
#: Months of two words in Arabic and Kurdish, with points in Thai, and with a second name behind:
#: "تشرين الثاني/نوفمبر".
_WIDE = _Patterns(
    _OTHER,
    r"(?:كانون|تشرين)\s(?:ال)?[^\s\d/،,.]{2,5}|(?:کانوونی|تشرینی)\s[^\s\d,.]{4,6}"
    r"|[\u0e01-\u0e4e]{1,3}\.[\u0e01-\u0e4e]{1,3}|[^\s\d.,()<>|/:-]{3,14}|[^\s!-~]{2}",
    r"(?:\s?/\s?[^\s\d/]{2,12}(?:\s[^\s\d]{2,6})?|\s+ماه|\s*\([^\s\d()]{2,12}\))?",
)
_VIETNAMESE = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})\s+tháng\s+(?P<m>\d{{1,2}}),?\s+(?:năm\s+)?(?P<y>{_GREGORIAN})(?!\d)",
    re.IGNORECASE,
)
_MONGOLIAN = re.compile(
    rf"(?<!\d)(?P<y>{_GREGORIAN})\s+оны\s+(?P<m>\d{{1,2}})(?:-р|\s+дугаар|\s+дүгээр)?\s+сарын\s+(?P<d>\d{{1,2}})"
)
_NUMERAL = r"(?:\d{1,4}|[〇零元一二三四五六七八九十]{1,4})"
#: "令和8年11月3日", "民國115年11月3日", "二〇二六年十一月三日"
_CHINESE = re.compile(
    rf"(?P<era>令和|平成|昭和|大正|明治|民國|民国)?\s*(?P<y>{_NUMERAL})\s*年\s*(?P<m>{_NUMERAL})\s*月"
    rf"\s*(?P<d>{_NUMERAL})\s*[日號号]"
)
#: "R8.11.3", "115/11/03"
_JAPANESE_SHORT = re.compile(
    r"(?<![A-Za-z\d])(?P<era>[RHS])\s?(?P<y>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<d>\d{1,2})(?!\d)"
)
_MINGUO_SHORT = re.compile(
    r"(?<![\d./-])(?P<y>1\d\d)(?P<mark>[./-])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})(?![\d./-])"
)
#: "3 พ.ย. 69": of the Thai year 2569.
_THAI_SHORT = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s*(?P<m>[\u0e01-\u0e4e]{1,3}\.[\u0e01-\u0e4e]{1,3}|[\u0e01-\u0e4e]{5,10})\.?"
    r"\s*(?P<y>[4-9]\d)(?!\d)"
)
#: "3.11.26", "11/3/26", "26.11.03": three numbers, the order of which is the language's.
_SHORT = re.compile(
    r"(?<![\d./-])(\d{1,2})(?:(\.)\s?(\d{1,2})\.|([/-])(\d{1,2})\4)(\d\d)(?![\d/-]|\.\d)"
)
#: "3/11 2026"
_NORDIC = re.compile(rf"(?<![\d/])(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})[\s-]+(?P<y>{_GREGORIAN})(?!\d)")
#: "( Anytown, 14 Gennaio 20 )"
_SHORT_NAMED = re.compile(
    r"^\W*(?:[^\W\d_]+(?:[\s-][^\W\d_]+)?,\s*)?(?P<d>\d{1,2})\.?\s(?P<m>[^\W\d_]{4,14})\s['’]?"
    r"(?P<y>[0-4]\d)\W*$"
)
_CLOCK = re.compile(
    r"(?:(下午|晚上|午後|오후)\s?)?(?<![\d.:])([01]?\d|2[0-3])\s?[:.hH時时시]\s?([0-5]\d)(?!\d)(?::[0-5]\d)?"
    r"(?:\s*([ap])\.?m\b)?",
    re.IGNORECASE,
)
#: "-05:00" only behind seconds: "10:00-12:00" says how long something takes.
_ZONE = (
    r"(?:\.?\s*(?:uhr|h)?\s*\(?((?-i:(?:GMT|UTC|UT)\s?[+\u2013-]\d{1,2}(?::?\d\d)?(?!\d)|[A-Z]{2,5}"
    r"|(?:Eastern|Central|Mountain|Pacific)(?:\s(?:Standard\s|Daylight\s)?Time)?"
    r"|[A-Z][a-z]+(?:/[A-Z][A-Za-z_]+){1,2})|\+\d\d:?\d\d(?!\d)|-\d{4}(?!\d)"
    r"|(?:(?<=:\d\d:\d\d)|(?<=:\d\d:\d\d\s[ap]m))\s?-\d\d:\d\d)\b\)?)?"
)
_TIME_AFTER = re.compile(rf"\D{{0,12}}?{_CLOCK.pattern}{_ZONE}", re.IGNORECASE)
_HALF = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
#: What stands before a date may be a number of another kind, so dots do not count.
_TIME_BEFORE = re.compile(
    rf"{_CLOCK.pattern.replace('[:.', '[:')}{_ZONE}\D{{0,20}}$", re.IGNORECASE
)
#: Nothing else can be a date: looked for first, since most texts have none. What begins with a
#: class of characters is looked for at C speed.
_NUMBER = re.compile(r"[\d年]")
_HINT = re.compile(
    r"\d(?:\d?[./-]\s?\d{1,2}[./-]\d\d|\D{0,20}(?:19|20)\d\d|(?:(?<=1)9|(?<=2)0)\d\d\D{1,20}\d"
    r"|\.?\s[^\W\d_]{3,14}\.?\s['’]?\d\d\W*$)"
)
_WIDE_HINT = re.compile(
    rf"{_HINT.pattern}|年|\d\D{{0,40}}{_OTHER}|{_OTHER}\D{{1,40}}\d|[RHS]\d{{1,2}}[./-]\d"
    r"|1\d\d[./-]\d|\d\s*[\u0e01-\u0e4e.]{3,14}\s*\d\d"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date in a text."""

    claim: DateClaim
    before: str  # the text before the date and its time
    after: str  # the text behind it and its time


def find_written(text: str, locale: Locale = ANYWHERE) -> Written | None:
    """Return the first date in a short text.

    The time is the one that follows it, or that stands before it: "21:30, 4 March 2026".
    """
    if _NUMBER.search(text) is None:
        return None
    plain = plain_digits(text)
    may_be_other = not plain.isascii() or implies_calendar(locale) or locale.language == "ja"
    if not (_WIDE_HINT if may_be_other else _HINT).search(plain):
        return None
    found = _find_day(plain, locale, may_be_other=may_be_other)
    if found is None:
        return None
    day, start, end, flags = found
    after = _TIME_AFTER.match(plain, end)
    before = None if after else _TIME_BEFORE.search(plain[:start])
    claim = _claim(day, after or before, flags, locale)
    if claim is None:
        return None
    return Written(
        claim,
        text[: before.start() if before else start],
        text[after.end() if after else end :],
    )


def all_written(text: str, locale: Locale = ANYWHERE) -> list[tuple[int, int, DateClaim]]:
    """Return the dates in a short text in their order, each with where it begins and ends."""
    written = find_written(text, locale)
    if written is None:
        return []
    start, end = len(written.before), len(text) - len(written.after)
    behind = [
        (first + end, last + end, claim) for first, last, claim in all_written(text[end:], locale)
    ]
    # Another form of date may stand before the one that was looked for first.
    return [*all_written(text[:start], locale), (start, end, written.claim), *behind]


def read_date(text: str, locale: Locale = ANYWHERE) -> DateClaim | None:
    """Return the first date in a short text: numbers, or a day, a month's name and a year."""
    written = find_written(text, locale)
    return written.claim if written else None


def read_time(text: str) -> time | None:
    """Return the one time of day in a short text, None if there is no or more than one."""
    found = [*_CLOCK.finditer(plain_digits(text))] if len(text) <= _SHORT_CHARS else []
    return _time_of_day(found[0]) if len(found) == 1 else None


class _Found(NamedTuple):
    """A day, where it begins and ends in a text, and its flags."""

    day: Day
    start: int
    end: int
    flags: tuple[str, ...] = ()


def _find_day(text: str, locale: Locale, *, may_be_other: bool) -> _Found | None:
    """Return the first day in a text of plain digits, in the order of the forms."""
    forms = _forms(text, locale, _WIDE if may_be_other else _NARROW, may_be_other=may_be_other)
    return next(forms, None)


def _forms(
    text: str, locale: Locale, patterns: _Patterns, *, may_be_other: bool
) -> Iterator[_Found]:
    if may_be_other:
        yield from _other_forms(text, locale)
    yield from _numbered(patterns.year_first, text, locale)
    yield from _ordered(patterns.numbers, text, locale)
    is_short = len(text) <= _SHORT_CHARS
    if is_short:
        yield from _short(text, locale)
    if locale.language in _DAY_BEFORE_SLASH:
        yield from _numbered(_NORDIC, text, locale)
    for pattern in patterns.named:
        yield from _named(pattern, text, locale)
    yield from _numbered(_VIETNAMESE, text, locale)
    if is_short:
        yield from _named(_SHORT_NAMED, text, locale, century=2000)


def _other_forms(text: str, locale: Locale) -> Iterator[_Found]:
    """Yield days parted by words, and those whose year is of an era, in Chinese signs or short."""
    if "年" in text:
        yield from _numbered(_CHINESE, text, locale)
    if "сарын" in text:
        yield from _numbered(_MONGOLIAN, text, locale)
    if locale.language == "ja":
        yield from _numbered(_JAPANESE_SHORT, text, locale)
    if locale.country == "TW":
        yield from _numbered(_MINGUO_SHORT, text, locale)
    if len(text) <= _SHORT_CHARS:
        thai = replace(locale, language="th")
        yield from _named(_THAI_SHORT, text, thai, century=2500)


def _short(text: str, locale: Locale) -> Iterator[_Found]:
    """Yield days in numbers whose year has two digits."""
    for match in _SHORT.finditer(text):
        first, mark = int(match[1]), match[2] or match[4]
        second, third = int(match[3] or match[5]), int(match[6])
        flags: tuple[str, ...] = ()
        if locale.language in _YEAR_FIRST:
            year, month, day = first, second, third
        elif mark == "-":
            continue
        else:
            year, (month, day) = third, (second, first)
            if mark == "/":
                month_first, is_known = _month_first(first, second, locale, text)
                month, day = (first, second) if month_first else (second, first)
                flags = () if is_known else (AMBIGUOUS,)
        try:
            found = gregorian_day(year + 2000, month, day, locale)
        except ValueError:
            continue
        yield _Found(found, *match.span(), flags)


def _numbered(
    pattern: re.Pattern[str], text: str, locale: Locale, century: int = 0
) -> Iterator[_Found]:
    for match in pattern.finditer(text):
        year, month, day = (read_number(match[part]) for part in ("y", "m", "d"))
        era = match.groupdict().get("era")
        try:
            found = (
                (year_of_era(era, year), month, day)
                if era
                else gregorian_day(year + century, month, day, locale)
            )
        except ValueError:
            continue
        yield _Found(found, *match.span())


def _named(
    pattern: re.Pattern[str], text: str, locale: Locale, century: int = 0
) -> Iterator[_Found]:
    for match in pattern.finditer(text):
        year, name, day = int(match["y"]) + century, match["m"], int(match["d"])
        calendar, month = "", find_month(name, locale.language)
        if month is None:
            calendar, month = find_other_month(name, locale) or ("", None)
        elif year > 2400:  # a Thai year with a Thai name
            locale = replace(locale, language="th")
        if month is not None:
            try:
                yield _Found(gregorian_day(year, month, day, locale, calendar), *match.span())
            except ValueError:
                continue


def _ordered(pattern: re.Pattern[str], text: str, locale: Locale) -> Iterator[_Found]:
    """Yield days in numbers with the year last: day or month may come first."""
    for match in pattern.finditer(text):
        first, second = int(match[1] or match[5]), int(match[3] or match[6])
        month_first, is_known = second > 12, True
        if match[2] in ("/", "-"):
            month_first, is_known = _month_first(first, second, locale, text)
            month_first = month_first and (is_known or match[2] == "/")
        flags = () if is_known else (AMBIGUOUS,)
        month, day = (first, second) if month_first else (second, first)
        try:
            found = gregorian_day(int(match[4] or match[7]), month, day, locale)
        except ValueError:
            continue
        yield _Found(found, *match.span(), flags)


def _month_first(first: int, second: int, locale: Locale, text: str) -> tuple[bool, bool]:
    """Return whether the month comes first in "3/11/2026", and whether that is known.

    English without a country is rather American, and so is a time with AM or PM.
    """
    if first > 12 or second > 12:
        return second > 12, True
    if locale.month_first is not None:
        return locale.month_first, True
    return locale.language == "en" or bool(_HALF.search(text)), first == second


def _claim(
    day: Day, clock: re.Match[str] | None, flags: tuple[str, ...], locale: Locale
) -> DateClaim | None:
    try:
        at = datetime(*day, tzinfo=UTC)
        if clock is None:
            return DateClaim(at=at, source="time", precision="day", flags=flags)
        at = datetime.combine(at, _time_of_day(clock), UTC)
        offset = read_zone(clock[5], country=locale.country, local=at.replace(tzinfo=None))
    except ValueError:
        return None
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
