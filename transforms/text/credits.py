"""Credits: the agency and the place that a news text names at its head or its end.

"WASHINGTON (Reuters) —", "MOSCOW, May 5. /TASS/.", "(ANSA) - ROMA, 3 MAG -", "Islam Times -",
"© 2023 AFP". Agencies are known by a table; an outlet's own credit is known by its form. Prose is
never read as a credit: where form and table leave a doubt, nothing is returned.
"""

import re
from dataclasses import dataclass, replace

from newsbeam.transforms.text.agencies import find_agency
from newsbeam.transforms.text.characters import CASED, UPPER
from newsbeam.transforms.text.gazetteer import is_city
from newsbeam.transforms.text.tables import WORD_LISTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A credit that was read: the agency, the place, and the span of the text that it takes up."""

    agency: str | None
    place: str | None
    start: int
    end: int


#: A credit stands within this many characters from the text's beginning.
_HEAD_CHARS = 160
#: Characters that follow a credit that only its form tells.
_LEAST_LEAD = 40
#: Lines that may stand before it, and how long each may be.
_LINES_BEFORE, _LINE_CHARS = 2, 120
#: A line longer than this is no credit at the end.
_TAIL_CHARS = 200

_DASH = r"(?:--?-?|[–—―‒−ـ_])"
_QUOTE = "[\"“„«'‘(]"
#: Particles within names of places: "Rio de Janeiro", "Frankfurt am Main".
_LINK = r"(?:de|del|la|las|los|el|di|da|do|dos|am|an|der|im|of|the|sur|le|upon|al|i|bei)"
_AND = r"(?:and|und|et|y|e)"


def _place_name(word: str, region: str) -> str:
    """Return a pattern for places of one to four ``word``, their regions, and lists of them."""
    name = rf"{word}(?:[ \-](?:{_LINK}[ \-])?{word}){{0,3}}"
    return rf"{name}(?:, ?{region}){{0,2}}(?:(?: ?[/;] ?| {_AND} ){name}(?:, ?{region})?){{0,3}}"


_CAPS = rf"[{UPPER}][{UPPER}.'’\-]*"
_TITLE = rf"[{UPPER}][{CASED}.'’\-]*"
_REGION = rf"{_TITLE}(?: {_TITLE}){{0,3}}"
_PLACE = _place_name(_TITLE, _REGION)
_CAPS_PLACE = _place_name(_CAPS, _REGION)

#: Names and abbreviations of months, from CLDR, in the languages that have capitals.
_MONTHS = WORD_LISTS["months"]
#: A place that stands before it must not take its first letters.
_MONTH = rf"(?<![{CASED}])(?P<month>[{CASED}]{{3,12}})\.?"
_DATE = (
    rf"(?:(?:[{CASED}]{{2,10}},? )?"  # a weekday
    rf"(?:\d{{1,2}}(?:\.|er|st|nd|rd|th)?(?: de| d['’])? ?{_MONTH}(?:,? (?:de )?\d{{4}})?"
    rf"|{_MONTH.replace('month', 'month_first')} \d{{1,2}}(?:, \d{{4}})?"
    rf"|\d{{4}}\. {_MONTH.replace('month', 'month_between')} \d{{1,2}}\.(?:, [{CASED}]{{2,12}})?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4})(?: г\.)?)"
)

#: "CITY, Region, May 3 (Agency) -", "(Agency)", "CITY, May 3. /Agency/."
_PLACE_AGENCY = re.compile(
    rf"(?P<place>{_PLACE})?(?:[,.:]? ?\(?{_DATE}\)?)?[,.:]? ?"
    r"(?:\((?P<round>[^()\n]{2,60})\)|/(?P<slash>[^/\n]{2,40})/(?!\w)|\[(?P<square>[^\[\]\n]{2,40})\])"
    rf"\.? ?(?P<dash>{_DASH}|[:=.])?\s*"
)
#: "CITY, 3 May —", "City, 3 May:", "CITY, 3 May — Agency."
_PLACE_DATE = re.compile(
    rf"(?P<place>{_PLACE}),? {_DATE}(?:[.,]? ?{_DASH}|(?P<colon>:))\s*"
    r"(?:(?P<agency>[^\n.–—]{2,40})\.\s)?"
)
#: "City. 3 May. Agency -"
_DATE_AGENCY = re.compile(rf"(?P<place>{_PLACE})\. {_DATE}\. (?P<agency>[^\n–—]{{2,30}}?) {_DASH} ")
#: "CITY —"
_PLACE_ALONE = re.compile(rf"(?P<place>{_CAPS_PLACE})(?: ?{_DASH} | ?[–—])(?={_QUOTE}?[{UPPER}\d])")
#: "City –", "City. ", "CITY: ", where the city is known and prose follows.
_CITY_ALONE = re.compile(
    rf"(?P<place>[{UPPER}][{CASED}'’\-]*(?:[ \-]{_TITLE})??)"
    rf"(?: [-–—] |(?<=[{CASED}]{{4}})\. |(?<=[{UPPER}]{{4}}): )(?={_QUOTE}?[{UPPER}])"
)
#: "(Agency) - CITY, 3 May -"
_AGENCY_PLACE = re.compile(
    rf"\((?P<agency>[^()\n]{{2,40}})\) ?{_DASH} ?(?P<place>{_CAPS_PLACE})(?:, {_DATE})? ?{_DASH} "
)
#: What stands in capitals before a dash and is no place: labels, organisations.
_NO_PLACES = WORD_LISTS["no_places"]
#: "Name of Outlet -", "outlet.com, City -"
_OUTLET = re.compile(
    rf"(?P<outlet>(?:{_TITLE}|\d+)(?: (?:of|the|de|la|{_TITLE}|\d+)){{0,4}}"
    r"|[\w\-]+\.(?:com|net|org|co|info|news|[a-z]{2}))"
    rf"(?:, (?P<place>{_PLACE}))? [-–—] (?={_QUOTE}?[{UPPER}\d])"
)
#: Words that names of papers, agencies and stations begin or end with.
#: The sign of a regional desk or an author, or a site, beside an agency: "mau/dpa", "dpa/lby".
_DESK = re.compile(r"[a-zäöü]{2,4}|[\w\-]+\.[a-z]{2,4}")
_BETWEEN_AGENCIES = re.compile(rf"\s*[/+,;]\s*|-(?={_TITLE})|\s+{_AND}\s+")
_OUTLET_WORDS = WORD_LISTS["outlet_words"]
_DOMAIN = re.compile(r"[\w\-]+\.[a-z]{2,4}$")

#: "【东京共同】", "(ロンドン 3日 ロイター)", "[东京 3日 路透]"
_HAN_BRACKET = re.compile(
    r"[【\[(（［](?P<inner>(?=[^】\])）]*[\u3040-\u9fff])[^】\])）\n]{2,40})[】\])）］]\s*(?:[-–—=]\s*)?"
)
#: "新华社北京5月3日电"
_HAN_WIRE = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{2,5}[社网])(?P<place>[\u4e00-\u9fff]{2,8}?)"
    r"(?:\d{1,2}月)?\d{1,2}日[电電讯訊]\s*(?:[（(][^）)\n]{1,30}[）)])?\s*"
)
#: "(서울=연합뉴스) 홍길동 기자 ="
_KOREAN = re.compile(
    r"[\[(](?P<place>[가-힣]{2,10})=(?P<agency>[가-힣A-Za-z0-9]{2,10})[\])]\s*"
    r"(?:[가-힣 ]{2,20} = )?"
)
_ARABIC_PLACE = r"[\u0620-\u06ff]{2,15}(?: [\u0620-\u06ff]{2,15}){0,2}"
#: "القاهرة (رويترز) -"
_ARABIC = re.compile(
    rf"(?P<place>{_ARABIC_PLACE})?\s*(?:[-–—ـ]\s*)?"
    r"[(/«](?P<agency>[^()/«»\n]{2,25})[)/»]\s*[-–—ـ:]\s*"
)
#: "नई दिल्ली, 3 मई (भाषा)"
_INDIC = re.compile(
    r"(?P<place>[\u0900-\u0dff]{2,15}(?: [\u0900-\u0dff]{2,15}){0,2}), "
    r"\d{1,2} [\u0900-\u0dff]{2,12}\s*[(/](?P<agency>[^()/\n]{2,25})[)/][\s।:-]*"
)

_TAIL = (
    re.compile(r"(?:[-–—]{1,2}\s*|[(（\[/]\s*)?(?P<agency>[^()（）\[\]\n]{2,30}?)[)）\]/]?\.?$"),
    re.compile(
        r"(?i)[(\[]?(?:mit|avec|con|com|with|met|via|from|par|por|von)"
        r"(?: (?:material|inputs?|informaci(?:ón|ones)|informações|agenc(?:y|i?es)|reporting))?"
        r"(?: (?:der|von|de|da|do|from|by))?\s(?P<agency>[^()\n]{2,30}?)[)\].]*$"
    ),
    re.compile(
        r"(?i)(?:©|\(c\)|copyright(?: ©| \(c\))?)\s*(?:\d{4}\s*)?(?:by )?"
        r"(?P<agency>[^\n.,]{2,40}?)(?:\s*\d{4})?(?:[.,][^\n]*)?$"
    ),
    re.compile(
        r"(?i)\(?(?:sources?|quellen?|fuente|fonte|bron|kilde|källa|źródło|kaynak|zdroj|sumber"
        r"|источник|джерело|المصدر|منبع|स्रोत|来源|來源)\s?[:：]\s*(?P<agency>[^()\n]{2,40}?)[)）.]?$"
    ),
    re.compile(r"(?P<agency>dpa|epd|sda|apa|sid|ots)(?:[-/:][\w~/ .:-]*)?$"),
)
_LAST_BRACKET = re.compile(r"\s\((?P<agency>[^()\n]{2,30})\)\.?$")


def read_head(text: str) -> Credit | None:
    """Return the dateline or agency credit that ``text`` begins with, None if it has none.

    A credit with an agency may come after up to two short lines: a heading, a byline.
    """
    credit = _read_line(text[:_HEAD_CHARS])
    start = 0
    for _ in range(_LINES_BEFORE):
        if credit:
            break
        end = text.find("\n\n", start, start + _LINE_CHARS)
        if end < 0:
            return None
        start = end + 2
        credit = _read_line(text[start : start + _HEAD_CHARS])
        if credit and credit.agency:
            return replace(credit, start=start, end=start + credit.end)
        credit = None
    return credit


def _read_line(head: str) -> Credit | None:
    readers = (
        *(_read_agency_place, _read_place_agency, _read_place_date, _read_date_agency),
        _read_asian,
    )
    for read in (*readers, _read_place_alone, _read_outlet):
        credit = read(head)
        if credit:
            return credit
    return None


def _agencies(written: str | None) -> str | None:
    """Return the agencies in a bracket ("dpa/AFP"), None unless all are known."""
    if not written:
        return None
    whole = find_agency(written) or find_agency(re.split("[,;]", written)[0])
    if whole:
        return whole
    names = []
    for part in _BETWEEN_AGENCIES.split(written):
        name = find_agency(part)
        if name:
            names.append(name)
        elif not _DESK.fullmatch(part.strip()):
            return None
    return "/".join(dict.fromkeys(names)) or None


def _read_agency_place(head: str) -> Credit | None:
    match = _AGENCY_PLACE.match(head)
    agency = match and _agencies(match["agency"])
    if not match or not agency:
        return None
    return Credit(agency=agency, place=_tidy(match["place"]), start=0, end=match.end())


def _read_place_agency(head: str) -> Credit | None:
    match = _PLACE_AGENCY.match(head)
    if not match or (match["place"] and _has_no_month(match)):
        return None
    if match["dash"] is None and head[match.end() : match.end() + 1].islower():
        return None  # an abbreviation in brackets, and the sentence goes on
    written = match["round"] or match["slash"] or match["square"]
    agency = _agencies(written)
    dashed = match["dash"] not in (None, ".", ":")
    if not agency and dashed and (match["place"] or "A").partition(",")[0].isupper():
        # an agency that the table lacks: a short name in brackets before a dash
        form = f"{_TITLE}(?: {_TITLE})?" if match["place"] else f"[{UPPER}]{{2,8}}"
        if re.fullmatch(form, written) and len(written) < 20:
            agency = written
    if not agency:
        return None
    return Credit(agency=agency, place=_tidy(match["place"]), start=0, end=match.end())


def _read_place_date(head: str) -> Credit | None:
    match = _PLACE_DATE.match(head)
    if not match or _has_no_month(match):
        return None
    if match["colon"] and not is_city(match["place"]):
        return None  # "Update, 3 May:"
    agency = _agencies(match["agency"])
    end = match.end() if agency or not match["agency"] else match.start("agency")
    return Credit(agency=agency, place=_tidy(match["place"]), start=0, end=end)


def _read_date_agency(head: str) -> Credit | None:
    match = _DATE_AGENCY.match(head)
    agency = match and _agencies(match["agency"])
    if not match or not agency or _has_no_month(match):
        return None
    return Credit(agency=agency, place=_tidy(match["place"]), start=0, end=match.end())


def _read_place_alone(head: str) -> Credit | None:
    match = _PLACE_ALONE.match(head)
    if match:
        parts = match["place"].split(", ")
        if sites := [part for part in parts if _DOMAIN.match(part.lower())]:
            place = ", ".join(part for part in parts if part not in sites)
            return Credit(agency=sites[0], place=_tidy(place), start=0, end=match.end())
        is_place = sum(map(str.isalpha, match["place"])) > 3
        if not is_place or _NO_PLACES.intersection(match["place"].split()):
            return None
    else:
        match = _CITY_ALONE.match(head)
        if not match or not is_city(match["place"]) or len(head) - match.end() < _LEAST_LEAD:
            return None
    return Credit(agency=None, place=_tidy(match["place"]), start=0, end=match.end())


def _read_asian(head: str) -> Credit | None:
    for pattern in (_HAN_WIRE, _KOREAN, _ARABIC, _INDIC):
        match = pattern.match(head)
        agency = match and find_agency(match["agency"])
        if match and agency:
            return Credit(agency=agency, place=_tidy(match["place"]), start=0, end=match.end())
    match = _HAN_BRACKET.match(head)
    if not match:
        return None
    wire = _HAN_WIRE.match(match["inner"])
    if wire and (agency := find_agency(wire["agency"])):
        return Credit(agency=agency, place=_tidy(wire["place"]), start=0, end=match.end())
    parts = re.split(r"[=＝／/\s]", match["inner"])
    for part in parts:
        for length in range(len(part), 1, -1):  # the agency may be glued to the place: "東京共同"
            agency = find_agency(part[-length:])
            if agency:
                place = parts[0] if part != parts[0] else part[:-length]
                return Credit(agency=agency, place=place or None, start=0, end=match.end())
    return None


def _read_outlet(head: str) -> Credit | None:
    match = _OUTLET.match(head)
    if not match or len(head) - match.end() < _LEAST_LEAD:
        return None
    words = match["outlet"].lower().removeprefix("the ").split()
    if not _OUTLET_WORDS.intersection((words[0], words[-1])) and not _DOMAIN.match(words[-1]):
        return None
    return Credit(agency=match["outlet"], place=_tidy(match["place"]), start=0, end=match.end())


def _has_no_month(match: re.Match[str]) -> bool:
    """Whether what stands where a month would is none."""
    month = match["month"] or match["month_first"] or match["month_between"]
    return month is not None and month.lower() not in _MONTHS


def _tidy(place: str | None) -> str | None:
    return (place.strip(" ,") or None) if place else None


def read_tail(text: str) -> Credit | None:
    """Return the agency credit that ``text`` ends with, None if it has none."""
    end = len(text.rstrip())
    start = text.rfind("\n", 0, end) + 1
    line = text[start:end].lstrip()
    start = end - len(line)
    if len(line) <= _TAIL_CHARS:
        for pattern in _TAIL:
            match = pattern.match(line)
            agency = match and _agencies(match["agency"])
            if agency:
                return Credit(agency=agency, place=None, start=start, end=end)
    last = text[max(start, end - 40) : end]
    match = _LAST_BRACKET.search(last)
    agency = match and _agencies(match["agency"])
    if match and agency:
        return Credit(agency=agency, place=None, start=end - len(last) + match.start(), end=end)
    return None
