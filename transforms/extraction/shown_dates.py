"""Dates that readers see: beside the headline, in the languages of the world; and in addresses."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from lxml.html import HtmlElement

from transforms.core.records import DateClaim
from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.markup import text_of
from transforms.text.calendar_names import months_by_language, weekdays

#: A date line is short; a date in a longer text is part of the story.
_MAX_LINE_CHARS = 100
_OPENING_CHARS = 40
_OPENING = re.compile(r"(?<=[a-zß-ÿ]{3}) .*", re.DOTALL)  # keeps what stands before the first word
_DAY_FIRST_IN_PATH = re.compile(r"(?<!\d)(\d\d)[-._](\d\d)[-._](20\d\d)(?!\d)")
_MARK = re.compile(
    r"(?:^|[\s_-])(?:date|time|datum|fecha|data|posted|publish(?:ed)?|created|timestamp)(?:$|[\s_-])"
    r"|pubdate|publi(?:shed|cation)-?date|entry-date|post-date",
    re.IGNORECASE,
)

_YEAR = r"((?:19|20)\d{2})"
_TIME = (
    r"(?:\D{0,12}?(?<!\d)([01]?\d|2[0-3])\s?[:.hH]\s?([0-5]\d)(?!\d)(?::[0-5]\d)?\s*([ap]\.?m\b)?)?"
)
_WORD = r"([^\s\d.,()<>|/:]{3,14})"
_YMD = re.compile(
    rf"(?<!\d){_YEAR}\s*[-./年년]\s*(\d{{1,2}})\s*[-./月월]\s*(\d{{1,2}})(?!\d){_TIME}"
)
_DMY = re.compile(rf"(?<!\d)(\d{{1,2}})\s*([-./])\s*(\d{{1,2}})\s*[-./]\s*{_YEAR}(?!\d){_TIME}")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª|,)?[\s-]*(?:de\s+|of\s+|d['’]\s?)?{_WORD}\.?,?[\s-]*"
    rf"(?:de\s+|del\s+)?{_YEAR}(?!\d){_TIME}",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W\d_]){_WORD}\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d){_TIME}",
    re.IGNORECASE,
)
_SHORT = re.compile(rf"(?<![\d.])(\d{{1,2}})\.\s?(\d{{1,2}})\.(\d\d)(?![\d.]){_TIME}")
_HINT = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\d\d|\d\D{0,20}(?:19|20)\d\d|(?:19|20)\d\d\D{1,3}\d")

_IN_PATH = re.compile(
    r"(?<!\d)(20\d\d|199\d)(?:([-/_.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)"
    # 20260129, 202601/29 and 2026-01/29; digits may follow, unless they are the time of a capture.
    r"|[-/]?(0[1-9]|1[0-2])/?(0[1-9]|[12]\d|3[01])(?!\d{6}(?!\d)))"
)


def date_beside_headline(near: Iterable[Near], language: str | None) -> DateClaim | None:
    """Return the date that stands nearest to the headline, as a reader would see it."""
    best: tuple[int, DateClaim] | None = None
    for each in near:
        texts = [each.text, each.tail]
        if each.element.tag == "time":
            texts[0] = each.element.get("datetime") or text_of(each.element)
        for text in texts:
            if not text or (best is not None and each.distance >= best[0]):
                continue
            # A longer text may open with the date, like a dispatch.
            line = text if len(text) <= _MAX_LINE_CHARS else _OPENING.sub("", text[:_OPENING_CHARS])
            if _HINT.search(line) and (claim := read_date(line, language)):
                best = each.distance, claim
    return best[1] if best else None


def first_marked_date(tree: HtmlElement, language: str | None) -> DateClaim | None:
    """Return the first date in an element that is marked as one, outside margins and comments."""
    for element in tree.iter("time", "span", "div", "p", "li", "td", "small", "em"):
        marked = element.tag == "time" or _MARK.search(
            f"{element.get('class') or ''} {element.get('id') or ''}"
        )
        if not marked or is_elsewhere(element):
            continue
        text = element.get("datetime") or text_of(element)
        if text and len(text) <= _MAX_LINE_CHARS and (claim := read_date(text, language)):
            return claim
    return None


def date_in_url(url: str | None) -> DateClaim | None:
    """Return the day that the path of a URL names."""
    path = (url or "").partition("://")[2].partition("/")[2].partition("?")[0]
    match = _IN_PATH.search("/" + path)
    if match is None:
        match = _DAY_FIRST_IN_PATH.search(path)
        return (
            _claim(match[3], match[2], match[1], None, None, None, source="url") if match else None
        )
    year, _, month, day, packed_month, packed_day = match.groups()
    return _claim(year, month or packed_month, day or packed_day, None, None, None, source="url")


def read_date(text: str, language: str | None) -> DateClaim | None:
    """Return the first date in a short text: numbers, or a day, a month's name and a year."""
    match = _YMD.search(text)
    if match:
        year, month, day, *time = match.groups()
        return _claim(year, month, day, *time)
    match = _DMY.search(text)
    if match:
        first, separator, second, year, *time = match.groups()
        if int(second) > 12 or (separator == "/" and int(first) <= 12 and _month_first(language)):
            first, second = second, first
        return _claim(year, second, first, *time)
    match = _SHORT.search(text)
    if match and len(text) <= _OPENING_CHARS:
        day, month, year, *time = match.groups()
        return _claim(f"20{year}", month, day, *time)
    for pattern, day_at, month_at in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(text):
            number = _month_number(match[month_at], language)
            if number:
                return _claim(match[3], str(number), match[day_at], match[4], match[5], match[6])
    return None


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


def _month_number(name: str, language: str | None) -> int | None:
    name = name.lower().rstrip(".,")
    if language and language.lower().startswith("hr"):
        return months_by_language()["hr"].get(name) or month_names().get(name)
    return month_names().get(name)


def _month_first(language: str | None) -> bool:
    """Only American English puts the month first; a page in plain "en" is taken for one."""
    tag = (language or "").lower().replace("_", "-")
    return tag in ("en", "en-us", "en-ph", "fil", "es-us")


def _claim(
    year: str,
    month: str,
    day: str,
    hour: str | None,
    minute: str | None,
    half: str | None,
    *,
    source: str = "time",
) -> DateClaim | None:
    try:
        at = datetime(int(year), int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None
    if hour is None or minute is None:
        return DateClaim(at=at, source=source, precision="day")
    hours = int(hour) % 12 + (12 if half[0] in "pP" else 0) if half else int(hour)
    return DateClaim(
        at=at.replace(hour=hours, minute=int(minute)),
        source=source,
        precision="minute",
        flags=("timezone_assumed",),
    )
