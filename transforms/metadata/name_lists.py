"""Bylines taken apart: from "By Jane Doe and John Roe, Reuters | 4 min read" to the names in it.

All words that it knows stand in ``transforms/text/bylines.tsv``, by language.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from newsbeam.transforms.dates.months import is_calendar
from newsbeam.transforms.metadata.names import (
    BEATS,
    DENSE,
    MAX_NAME_CHARS,
    is_agency,
    is_house,
    is_one_name,
    is_person,
)
from newsbeam.transforms.text.byline_words import (
    ROLES,
    either,
    names_author,
    names_helper,
    read_words,
    without_helpers,
    without_label,
)

_LETTERS = read_words("letters")
_WHEN = read_words("when")
_MAIL = re.compile(r"[(<\[]?\s*\S+@\S+\.\w+\s*[)>\]]?")
#: "jdoe@daily.example (Jane Doe)", as RSS has it.
_MAIL_OF = re.compile(r"\S+@\S+\.\w+\s*\(([^()@]+)\)")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?:^|\s)@(\w+)")
_BRACKETS = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\]|（[^）]*）)")
#: "and John Roe (Photos)", one of a list.
_HELPER_IN_BRACKETS = re.compile(
    rf"(?:(?!\s(?:{either(read_words('and'))})\s)[^,;|()]){{1,70}}\s[(（]([^()（）]+)[)）]",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[;|•·∙»\n]\s*|\s+[-–—]+\s+")
_LISTED = re.compile(
    rf"\s*,?\s+(?:{either(read_words('and'))})\s+(?=\w[\w.])"
    r"|\s*[、，،؛]\s*|\s+[/+]\s*|\s*/\s+",
    re.IGNORECASE,
)
#: "and John Roe", an item of a list: in small letters, for names may begin with "I" or "Ja".
_AND_FIRST = re.compile(rf"\s*(?:{either(read_words('and'))})\s+(?=\w[\w.])")
#: "y", "e" and "a" also stand inside names, "/" inside the codes of desks: between whole names.
_BETWEEN_NAMES = re.compile(
    r"(?<=\w)\s+(?:y|e|en|a)\s+(?=\w+\s+\w)|(?<=\s)(\S*\D)/(?=\S)|(?<!\d)/(?=\S+\s)"
)
#: What stands behind a surname in a catalogue: "Jane", "Jane A.", "J.", "Jane van".
_SORTED = re.compile(
    r"^[^\W\d_]+(?:\.|-[^\W\d_]+)?(?:\s[^\W\d_]\.?)*(?:\s(?:van|von|de|der|da|di|del|la))*$"
)
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
#: Where a date, a time, or how long it takes to read begins.
_MOMENT = re.compile(
    r"(?:^|\s)(?:\d{1,4}(?:[.:/-]\d{1,4})+\.?|\d{1,2}\.|(?:19|20)\d\d|\d+\s?(?:min|h|std|uhr|am|pm)|\d+"
    r"|\d+年\S*)(?=$|[\s,.]).*",
    re.IGNORECASE | re.DOTALL,
)
#: "Jane Doe on Monday", "Jane Doe for The Daily", "Jane Doe and 2 others", "Jane Doe says".
_BEHIND = re.compile(
    r"\s+(?:[Ss]pecial (?:to|for)|SPECIAL (?:TO|FOR)|(?:and|&) \d+ (?:others?|more)"
    r"|on|at|in|ON|AT|IN|[Ff]or|FOR|am|um|vom|vor|bei|aus|für|pour|chez|para|le|el|den|says|sagt|reports|berichtet)(?:\s.*)?$",
    re.DOTALL,
)
#: "Jane Doe am", once the date is gone.
_DANGLING = re.compile(r"(?<=\w\w)\s+(?:on|at|am|um|vom|el|le|den|and|&|und|et)$")
_GLUED_ROLE = re.compile(r"(?<=[a-zß-öø-ÿ]{2})(?=[A-Z][a-z]+(?:\s|$))")
_EDGES = " .,:;-–—|/*'\"“”→›»«()+∙✉©【】〔〕"
_SMALL_WORD = re.compile(r"(?<!\S)[a-zß-öø-ÿ]{2,}(?!\S)")
#: A sentence has words in small letters; a list of names has few.
_MAX_SMALL_WORDS = 5
#: What is longer names more than anybody signs for; some expressions take the square of its length.
_MAX_BYLINE_CHARS = 2000
_MAX_WORDS = 7
#: Korean and Japanese write a role right behind the name.
_DENSE_ROLE = re.compile(
    rf"(?<=\S\S)\s*(?:{either(word for word in ROLES.exact if DENSE.match(word))})$"
)
#: "김철수 기자 외 1명": and one more.
_DENSE_OTHERS = re.compile(r"\s*외\s*\d+\s*[명인]$")
#: "ロンドン＝山田太郎", "새소식=김철수": where and for whom, before names that are not of Katakana.
_DENSE_FROM = re.compile(r"^[^\s=＝]{1,12}[=＝](?=[\u3400-\u9fff\uac00-\ud7af])")
#: "王小明／台北報導": where it is reported from.
_REPORTS = re.compile(r"(?:\s*[／/]|\s)\S*(?:報導|报道|報道)$")
#: "J. D": the last point is no full stop.
_INITIAL = re.compile(r"\b[^\W\d_]\.\s?[^\W\d_]$")


def read_names(text: str, *, declared: bool = False) -> list[str]:
    """Return the names in a byline, in order, without labels, roles, dates, places and helpers.

    Beside a full name, a word alone is a place or a button to a reader's eye, and a name where
    authors are ``declared``.
    """
    text = unicodedata.normalize("NFC", text[:_MAX_BYLINE_CHARS]).replace("\u2011", "-")
    text = without_label(_MAIL_OF.sub(r"\1", text))
    if begun := _AND_FIRST.match(text):
        text = text[begun.end() :]
    if "(" in text or "（" in text:
        text = _HELPER_IN_BRACKETS.sub(_unless_helper, text)
    handles = _HANDLE.findall(text)
    if handles and _HANDLE.sub("", without_label(text)).strip(_EDGES):
        handles = []
    text = _URL.sub(" ", _MAIL.sub(" ", _HANDLE.sub(" ", _unbracket(text))))
    if len(_SMALL_WORD.findall(text)) > _MAX_SMALL_WORDS and text.rstrip().endswith((".", "…")):
        return []
    names: list[str] = []
    helps = False
    for part in _PARTS.split(text):
        if not any(map(str.isalpha, part)):
            continue
        if part != text and names_helper(part):
            helps = True
            continue
        if not helps and not names_author(part, colon=False):
            for piece in _LISTED.split(without_helpers(without_label(part))):
                for each in _split_whole_names(piece):
                    names += _comma_names(each, declared)
        helps = False
    names = _once(names) or handles
    if any(map(is_person, names)):
        return [
            name
            for name in names
            if is_person(name) or is_agency(name) or (declared and _is_first_name(name))
        ]
    if len(names) > 1 and is_house(names[0]) and not any(map(is_agency, names)):
        # A house, its parts and where it sits are one name.
        return [whole] if (whole := _tidy(" ".join(text.split()))) else names[:1]
    return names


def _unless_helper(match: re.Match[str]) -> str:
    return "" if names_helper(match[1]) else match[0]


def _unbracket(text: str) -> str:
    """Return ``text`` without what stands in brackets, but for brackets around all of it."""
    return _BRACKETS.sub("", text).strip() or text.strip("()[]（） ")


def _split_whole_names(text: str) -> Iterator[str]:
    start = 0
    for match in _BETWEEN_NAMES.finditer(text):
        yield text[start : match.start()] + (match[1] or "")
        start = match.end()
    yield text[start:]


def _comma_names(text: str, declared: bool) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    names: list[str] = []
    for part in parts:
        if names and _SUFFIX.match(part):
            names[-1] += f", {part.rstrip('.')}"
        elif part and (not names or _is_another(part, names[0], declared)):
            names.append(part)
        elif names:
            declared = False  # "Jane Doe, Reporter, Anytown"
    is_sorted = len(names) == len(parts) == 2 and is_one_name(names[0]) and not is_house(names[0])
    if is_sorted and _SORTED.match(names[1]):
        names = [f"{names[1]} {names[0]}"]  # "Doe, Jane"
    return [name for each in names if (name := _tidy(each))]


def _is_another(part: str, first: str, declared: bool) -> bool:
    """Say whether what follows a comma is a name too, not a role, a degree or a place."""
    if is_agency(part):
        return True
    part, first = _DENSE_ROLE.sub("", part), _DENSE_ROLE.sub("", first)
    words = part.split()
    if part[0].islower() or part.lower().rstrip(".") in _LETTERS:
        return False
    if any(word.strip(".").lower() in ROLES for word in words):
        return False
    return len(words) > 1 or " " not in first or (declared and _is_first_name(part))


def _is_first_name(word: str) -> bool:
    return is_one_name(word) and word[0].isupper() and word[1:].islower()


def _tidy(name: str) -> str:
    """Return a name without what stands around it, empty if nothing of a name is left."""
    name = without_label(name.strip(_EDGES)).strip(_EDGES)
    moment = _MOMENT.search(name)
    if moment and (moment.start() or not re.search(r"[^\W\d_]{3}", name) or _opens_moment(name)):
        name = name[: moment.start()].strip(_EDGES)
    glued = _GLUED_ROLE.search(name)
    if glued and any(map(_is_role, name[glued.start() :].split())):
        name = name[: glued.start()]
    words = name.split()
    for i, word in enumerate(words):
        # "Jane Doe Updated", "Jane Doe July 4"
        bare = word.lower().strip(":")
        is_when = bare in _WHEN or (moment and f"{bare}:" in _WHEN)
        if i >= 1 and ((moment and is_calendar(word)) or is_when):
            words = words[:i]
            break
    name = _DENSE_OTHERS.sub("", _DENSE_FROM.sub("", " ".join(_without_outlet(words))))
    name = " ".join(_without_roles(name.split()))
    name = _DENSE_ROLE.sub("", _REPORTS.sub("", name))
    name = _DANGLING.sub("", name)
    cut = _BEHIND.sub("", name)
    if is_person(cut) or (" " not in cut and not is_house(cut)):
        name = cut
    name = name.strip(_EDGES)
    if _INITIAL.search(name):
        name += "."
    if len(name) > MAX_NAME_CHARS or len(name.split()) > _MAX_WORDS or is_calendar(name):
        return ""
    return name


def _opens_moment(text: str) -> bool:
    return bool(
        re.match(
            r"\W*\d{1,4}([.:/-]\d|\s?(?:min|h|std|uhr|am|pm|minute)\w*\b)", text, re.IGNORECASE
        )
    )


def _without_roles(words: list[str]) -> list[str]:
    """Return ``words`` without the roles before and behind a full name, and without degrees."""
    first, last = 0, len(words)
    while last - first > 2 and _is_letters(words[last - 1]):
        last -= 1
    while last - first > 1 and _is_role(words[last - 1]):
        last -= 1
    while 1 < last < len(words) and words[last - 1].lower() in BEATS:
        last -= 1
    while last - first > 1 and _is_role(words[first]):
        if last - first == 2 and not DENSE.match(words[first]):
            break  # of two words, the first is one of the name
        first += 1
    return words[first:last] if is_person(" ".join(words[first:last])) else words


def _without_outlet(words: list[str]) -> list[str]:
    """Return ``words`` without whom a person writes for.

    "JANE DOE Associated Press", "Jane Doe BBC News"; "Great Day Editorial Team" is one name.
    """
    for place in range(2, len(words)):
        outlet = " ".join(words[place:])
        is_station = words[place].isupper() and not words[0].isupper() and is_house(outlet)
        if (is_station or is_agency(outlet)) and is_person(" ".join(words[:place])):
            return words[:place]
    return words


def _is_role(word: str) -> bool:
    return word.strip(".,:").lower() in ROLES


def _is_letters(word: str) -> bool:
    bare = word.strip(",.")
    return bare.lower() in _LETTERS and (bare.isupper() or "." in bare or bare in ("PhD", "MSc"))


def _once(names: Iterable[str]) -> list[str]:
    """Return names once each, without initials of those that stand in full."""
    kept = list(dict.fromkeys(names))
    initials = {"".join(word[0] for word in name.split()) for name in kept if " " in name}
    return [name for name in kept if name not in initials]
