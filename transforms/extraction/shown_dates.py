"""Dates that readers see: beside the headline, in the languages of the world; and in addresses."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from functools import lru_cache

from lxml.html import HtmlElement

from transforms.core.records import DateClaim
from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.markup import text_of
from transforms.extraction.stamps import parse_claim
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

_LABEL = re.compile(
    r"^\W*(?:(?:first\s+)?(?:published|posted|released|issued)|publication date|date(?:\s+posted)?"
    r"|datum|ver[öo]ffentlicht|erstellt|eingestellt|erschienen|publi[ée]e?|publicad[oa]|publicación|fecha"
    r"|pubblicato|data|gepubliceerd|geplaatst|publicerad|publisert|udgivet|julkaistu|opublikowano"
    r"|dodano|publikováno|vydáno|közzétéve|objavljeno|дата|опубликовано|опубліковано|yayın\w*"
    r"|gepostet|stand|vom)\b",
    re.IGNORECASE,
)
#: A place, a day, and what parts them from the text.
_DATELINE = re.compile(
    r"^\W{0,2}((?:[^\W\d_]+[\s/-]?){0,3},?\s*(?:den\s+|le\s+|am\s+)?"
    r"\d{1,2}\.?\s?(?:[^\W\d_]{3,10}\.?\s|\d{1,2}\.\s?)(?:19|20)\d\d)\s*(?:\)|[-–—:])"
)
_EMBEDDED = re.compile(
    r"""\\?"(?:date_?published|published_?(?:at|date|time)|publish_?date|publication_?date|pub_?date"""
    r"""|first_?published(?:_?at)?)\\?"\s*:\s*\\?"([^"\\]{8,40})""",
    re.IGNORECASE,
)
_MAX_SCRIPT_CHARS = 2_000_000

_YEAR = r"((?:19|20)\d{2})"
_WORD = r"([^\s\d.,()<>|/:]{3,14})"
_YMD = re.compile(rf"(?<!\d){_YEAR}\s*[-./年년]\s*(\d{{1,2}})\s*[-./月월]\s*(\d{{1,2}})(?!\d)")
_DMY = re.compile(rf"(?<!\d)(\d{{1,2}})\s*([-./])\s*(\d{{1,2}})\s*[-./]\s*{_YEAR}(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª|,)?[\s-]*(?:de\s+|of\s+|d['’]\s?)?{_WORD}\.?,?[\s-]*"
    rf"(?:de\s+|del\s+)?{_YEAR}(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W\d_]){_WORD}\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)", re.IGNORECASE
)
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(\d\d)(?![\d.])")
_CLOCK = re.compile(
    r"(?:(下午|晚上|午後|오후)\s?)?(?<![\d.:])([01]?\d|2[0-3])\s?[:.hH时時시]\s?([0-5]\d)(?!\d)(?::[0-5]\d)?"
    r"(?:\s*([ap])\.?m\b)?",
    re.IGNORECASE,
)
_TIME_AFTER = re.compile(rf"\D{{0,12}}?{_CLOCK.pattern}", re.IGNORECASE)
#: What stands before a date may be a number of another kind, so dots do not count.
_TIME_BEFORE = re.compile(rf"{_CLOCK.pattern.replace('[:.', '[:')}\D{{0,20}}$", re.IGNORECASE)
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
        if best is not None and each.distance >= best[0]:
            continue
        if each.element.tag == "time" and (claim := _marked(each.element, language)):
            best = each.distance, claim
            continue
        for text in (each.text, each.tail):
            if not text:
                continue
            # A longer text may open with the date, like a dispatch.
            line = text if len(text) <= _MAX_LINE_CHARS else _OPENING.sub("", text[:_OPENING_CHARS])
            if _HINT.search(line) and (claim := read_date(line, language)):
                best = each.distance, claim
                break
    return best[1] if best else None


def first_marked_date(tree: HtmlElement, language: str | None) -> DateClaim | None:
    """Return the first date in an element that is marked as one, outside margins and comments."""
    for element in tree.iter("time", "span", "div", "p", "li", "td", "small", "em"):
        marked = element.tag == "time" or _MARK.search(
            f"{element.get('class') or ''} {element.get('id') or ''}"
        )
        if not marked or is_elsewhere(element):
            continue
        if claim := _marked(element, language):
            return claim
    return None


def _marked(element: HtmlElement, language: str | None) -> DateClaim | None:
    """Return the date of an element that is marked as one: its stamp, else what readers see."""
    stamp = element.get("datetime")
    if stamp and (claim := parse_claim(stamp, "time")):
        return claim
    text = stamp or text_of(element)
    return read_date(text, language) if len(text) <= _MAX_LINE_CHARS else None


def labelled_date(tree: HtmlElement, language: str | None) -> DateClaim | None:
    """Return the first date behind a label, "Published: …", or that opens a dispatch.

    "BERLIN, 4 March 2026 – …" and "(4 March 2026) …" open dispatches.
    """
    for element in tree.iter("p", "span", "div", "li", "td", "small", "em", "strong", "dd", "h6"):
        start = (element.text or "").strip()
        if not start or not (match := _LABEL.match(start) or _DATELINE.match(start)):
            continue
        line = match[1] if match.re is _DATELINE else text_of(element)
        if len(line) > _MAX_LINE_CHARS or is_elsewhere(element):
            continue
        if claim := read_date(line, language):
            return claim
    return None


def embedded_date(tree: HtmlElement, language: str | None) -> DateClaim | None:
    """Return the day that the page's scripts name as its publication, if they name but one."""
    found = {
        match[1]
        for script in tree.iter("script")
        if script.text and len(script.text) <= _MAX_SCRIPT_CHARS
        for match in _EMBEDDED.finditer(script.text)
    }
    claims = [claim for text in found if (claim := read_date(text, language))]
    return claims[0] if len({claim.at.date() for claim in claims}) == 1 else None


def date_in_url(url: str | None) -> DateClaim | None:
    """Return the day that the path of a URL names."""
    path = (url or "").partition("://")[2].partition("/")[2].partition("?")[0]
    match = _IN_PATH.search("/" + path)
    if match is None:
        match = _DAY_FIRST_IN_PATH.search(path)
        return _claim(int(match[3]), int(match[2]), int(match[1]), source="url") if match else None
    year, _, month, day, packed_month, packed_day = match.groups()
    return _claim(int(year), int(month or packed_month), int(day or packed_day), source="url")


def read_date(text: str, language: str | None) -> DateClaim | None:
    """Return the first date in a short text: numbers, or a day, a month's name and a year.

    The time is the one that follows it, or that stands before it: "21:30, 4 March 2026".
    """
    found = _find_day(text, language)
    if found is None:
        return None
    (year, month, day), start, end = found
    clock = _TIME_AFTER.match(text, end) or _TIME_BEFORE.search(text[:start])
    return _claim(year, month, day, clock)


def _find_day(text: str, language: str | None) -> tuple[tuple[int, int, int], int, int] | None:
    """Return year, month and day, and where in ``text`` they begin and end."""
    if match := _YMD.search(text):
        return (int(match[1]), int(match[2]), int(match[3])), *match.span()
    if match := _DMY.search(text):
        first, separator, second = int(match[1]), match[2], int(match[3])
        if second > 12 or (separator == "/" and first <= 12 and _month_first(language)):
            first, second = second, first
        return (int(match[4]), second, first), *match.span()
    if len(text) <= _OPENING_CHARS and (match := _SHORT.search(text)):
        return (2000 + int(match[3]), int(match[2]), int(match[1])), *match.span()
    for pattern, day_at, month_at in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(text):
            if number := _month_number(match[month_at], language):
                return (int(match[3]), number, int(match[day_at])), *match.span()
    return None


def read_time(text: str) -> time | None:
    """Return the one time of day in a short text, None if there is no or more than one."""
    found = [*_CLOCK.finditer(text)] if len(text) <= _OPENING_CHARS else []
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
    year: int, month: int, day: int, clock: re.Match[str] | None = None, *, source: str = "time"
) -> DateClaim | None:
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    if clock is None:
        return DateClaim(at=at, source=source, precision="day")
    return DateClaim(
        at=datetime.combine(at, _time_of_day(clock), UTC),
        source=source,
        precision="minute",
        flags=("timezone_assumed",),
    )


def _time_of_day(clock: re.Match[str]) -> time:
    afternoon, hour, minute, half = clock.groups()
    hours = int(hour) % 12 if afternoon or half else int(hour)
    return time(hours + 12 if afternoon or half in ("p", "P") else hours, int(minute))
