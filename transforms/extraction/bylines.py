"""The byline that readers see: near the headline, or marked as such elsewhere on the page."""

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.markup import text_of
from transforms.extraction.shown_dates import is_calendar, read_date

#: A byline is short: several names with their roles at most.
_MAX_CHARS = 140
#: Authors that stand one after another are this near to each other, in characters of text.
_MAX_GAP = 250
_MAX_MARKED = 60
_MAX_BLOCKS = 5
#: More parts than this are a portrait of the author.
_MAX_PARTS = 5

_MARK = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:by-?line|[Aa]uthors?|[Aa]utor(?:en|in|es)?|auteurs?"
    r"|writer|verfasser|kirjoittaja|redattore|reporter|journalist|contributors?|person-?link)"
    r"(?:$|[\s_-]|(?<=[a-z])(?=[A-Z]))|[Bb]yline|[Aa]uthor[-_]?[Nn]ame|username|fn\b",
)
_NOT_A_NAME = re.compile(
    r"bio|prep|image|avatar|photo|social|follow|description|box|comment|reply|related|teaser|count|date|time",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|auteurs?|profiles?|people|by|contributors?|staff|journalists?"
    r"|redaktion|redakteur|reporter|person|team|users?|member|mitarbeiter|writers?|columnists?|experts?)[/=]",
    re.IGNORECASE,
)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "button", "time"})
_NO_BYLINE = frozenset({"input", "label", "form", "img", "meta", "link", "script", "style"})
#: "By Jane Doe", the whole line; names are words that do not begin with a small letter.
_BY_LINE = re.compile(
    r"^(?:(?:[Ww]ritten|[Pp]osted|[Pp]ublished|[Rr]eported|[Ss]tory|[Ee]rstellt|[Vv]eröffentlicht"
    r"|[Pp]ubliziert|[Ee]in \w+|[Ee]ine \w+|[Gg]eschrieben)\s+)?"
    r"(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|[Dd]oor|[Aa]v|[Aa]f|[Tt]ext|[Aa]utor(?:in)?"
    r"|[Aa]uthor|[Aa]uteur|[Tt]exte|[Tt]exto|[Pp]rzez|[Aa]vtor|Автор)\s*[:：]?\s+"
    r"(?=[^\s\d])(?![a-zß-öø-ÿ]+\s+[a-zß-öø-ÿ])[\w.'’-]+(?:[\s,&/]+[\w.'’-]+){0,13}[\s,]*$"
)


#: Two to four words with capitals, of letters alone.
_NAME = re.compile(
    r"^[^\W\d_a-zß-öø-ÿ][\w.'’-]*(?:\s+(?:(?:van|von|de|der|da|di|del|la|le)\s+)*[^\W\d_a-zß-öø-ÿ][\w.'’-]*){1,3}$"
)
#: What parts a name from the date in a line of its own.
_BESIDE_DATE = re.compile(r"\s*(?:[|•·,/–—]|\s-\s|\bvon\b|\bby\b|\bpar\b|\bpor\b)\s*")


def find_byline(tree: HtmlElement, near: Sequence[Near]) -> list[str]:
    """Return the texts that name the authors, as they stand; empty if there are none.

    What is marked as an author near the headline, else a link to a person there, else a line
    "By …" there, else the first mark anywhere but in comments, teasers and margins.
    """
    marked = [(each.distance, each.element) for each in near if _is_marked(each.element)]
    profiles = [(each.distance, each.element) for each in near if _is_profile(each.element)]
    names = _first_block(marked) or _first_block(profiles)
    if names:
        return names
    for each in near:
        for text in (each.text, each.tail):
            if not text or len(text) > _MAX_CHARS:
                continue
            if _BY_LINE.match(text):
                return [text]
            if read_date(text, None) and (names := _names_beside_date(text)):
                return names
    return _first_block([(0, element) for element in _marked_elements(tree)])


def _names_beside_date(text: str) -> list[str]:
    """Return the names in a line like "4.2.2022 | 13:10 | Jane Doe"."""
    parts = [part for part in _BESIDE_DATE.split(text) if part]
    return [part for part in parts if _NAME.match(part) and not is_calendar(part)]


def _first_block(marked: Sequence[tuple[int, HtmlElement]]) -> list[str]:
    """Return the names of the first marked element and of those like it right behind."""
    names: list[str] = []
    first: HtmlElement | None = None
    blocks = last_distance = 0
    for distance, element in marked:
        if first is not None and (
            _look(element) != _look(first) or distance - last_distance > _MAX_GAP
        ):
            continue
        if first is not None and _is_within(element, first):
            continue
        if not is_elsewhere(element) and (found := list(_names_in(element))):
            names += found
            blocks += 1
            first, last_distance = element, distance
    # Many alike are the bylines of many articles.
    return list(dict.fromkeys(names)) if blocks <= _MAX_BLOCKS else []


def _names_in(element: HtmlElement) -> Iterator[str]:
    """Yield the names in a marked element: those of links to people, else its text."""
    links = [link for link in element.iter("a") if _is_profile(link)]
    texts = [text_of(link) for link in links or element.iter("a") if link.get("rel") == "author"]
    texts = texts or [text_of(link) for link in links]
    for text in [text for text in texts if text] or [_block_text(element)]:
        if 2 <= len(text) <= _MAX_CHARS and text.count(" | ") < _MAX_PARTS:
            yield text


def _block_text(element: HtmlElement) -> str:
    """Return the text of an element with ``|`` where another block begins."""
    parts = [
        " ".join(text.split())
        for each in element.iter()
        for text in (
            each.text if each.tag not in _SILENT else None,
            each.tail if each is not element else None,
        )
        if text
    ]
    return " | ".join(part for part in parts if part)


def _marked_elements(tree: HtmlElement) -> list[HtmlElement]:
    found = tree.xpath(
        "//body//*[@rel='author' or @itemprop='author' or contains(@class,'uthor')"
        " or contains(@class,'yline') or contains(@class,'utor') or contains(@class,'uteur')]"
    )
    return [element for element in found[:_MAX_MARKED] if _is_marked(element)]


def _is_marked(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in _NO_BYLINE:
        return False
    if element.get("rel") == "author" or element.get("itemprop") == "author":
        return True
    names = f"{element.get('class') or ''} {element.get('id') or element.get('data-testid') or ''}"
    return len(names) > 1 and bool(_MARK.search(names)) and not _NOT_A_NAME.search(names)


def _is_profile(element: HtmlElement) -> bool:
    """Say whether an element links to a page about a person, under a name."""
    return (
        element.tag == "a"
        and bool(_PROFILE.search(element.get("href") or ""))
        and bool(_NAME.match(text_of(element)))
    )


def _is_within(element: HtmlElement, other: HtmlElement) -> bool:
    return any(ancestor is other for ancestor in element.iterancestors())


def _look(element: HtmlElement) -> tuple[str | None, ...]:
    return element.tag, element.get("class"), element.get("rel"), element.get("itemprop")
