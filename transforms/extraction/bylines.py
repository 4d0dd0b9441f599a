"""The byline that readers see: near the headline, or marked as such elsewhere on the page."""

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from transforms.extraction.authors import clean_authors
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
    r"/(?:authors?|autor(?:en|es|in)?|autore|auteurs?|profiles?|profil|people|by|contributors?|staff"
    r"|journalist(?:s|es|en|as)?|redaktion|redakteur|redactie|reporters?|persons?|team|users?|member"
    r"|mitarbeiter|writers?|columnists?|columnistas?|firmas?|periodistas?|experts?)[/=]",
    re.IGNORECASE,
)
#: Everybody has a profile there, the outlet too.
_SOCIAL = re.compile(
    r"//(?:[\w-]+\.)*(?:facebook|twitter|x|instagram|youtube|linkedin|xing|tiktok|pinterest|flipboard"
    r"|telegram|t|bsky|github|google|spotify|soundcloud|whatsapp)\.\w+",
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


#: "By", and the name is the next thing; "Author:", and it is anything but a sentence.
_LABEL = re.compile(
    r"^\W*(?:(?:[Ww]ritten|[Pp]osted|[Pp]ublished|[Rr]eported|[Ee]rstellt|[Vv]eröffentlicht)\s+)?"
    r"(?:[Bb]y|BY|[Vv]on|VON|[Vv]om|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|[Dd]oor|[Aa]v|[Aa]f|[Pp]rzez"
    r"|(?:[Tt]ext(?:e|o)?|[Aa]utor(?:in|en|a|es)?|[Aa]uthors?|[Aa]uteurs?|[Aa]utore|Автор)(?=\s*[:：]))"
    r"\s*[:：]?$"
)
#: The same at the end of an article, with the name.
_LABELLED = re.compile(
    r"^\W*(?:[Tt]ext(?:e|o)?|[Aa]utor(?:in|en|a|es)?|[Aa]uthors?|[Aa]uteurs?|[Aa]utore|Автор)\s*[:：]"
    r"\s*(?=[^\W\d_a-zß-öø-ÿ])(.{4,120})$"
)
_SIGNED = re.compile(
    r"^\(?(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR)\s+"
    r"[^\W\d_a-zß-öø-ÿ][\w.'’-]+(?:\s+(?:(?:van|von|de|der|da|di|del|la|le|und|and|et|y)\s+)*"
    r"[^\W\d_a-zß-öø-ÿ][\w.'’-]*){1,5}\)?$"
)
_MAX_SIGNATURE_CHARS = 60
_CUT_NAME = re.compile(r"\s+(?:am|on|le|el|il|den|op|em)\s.*|\s*\d.*", re.DOTALL)

#: Two to four words with capitals, of letters alone.
_NAME = re.compile(
    r"^[^\W\d_a-zß-öø-ÿ][\w.'’-]*(?:\s+(?:(?:van|von|de|der|da|di|del|la|le)\s+)*[^\W\d_a-zß-öø-ÿ][\w.'’-]*){1,3}$"
)
#: What parts a name from the date in a line of its own.
_BESIDE_DATE = re.compile(r"\s*(?:[|•·,/–—]|\s-\s|\bvon\b|\bby\b|\bpar\b|\bpor\b)\s*")
#: One word behind "by" is a name too: "6.11.2023 13:30 von Olga".
_BY_ONE = re.compile(r"\d\s+(?:von|by|par|por)\s+([^\W\d_a-zß-öø-ÿ]\w+)\s*$")


def find_byline(tree: HtmlElement, near: Sequence[Near]) -> list[str]:
    """Return the texts that name the authors, as they stand; empty if there are none.

    What is marked as an author near the headline, else a link to a person there, else a line
    "By …" there, else the first mark anywhere but in comments, teasers and margins, else a line
    "Author: …", else the only person whom the page links to.
    """
    # What stands below the headline comes first: above it, the site may call itself an author.
    below = sorted(near, key=_is_above)
    marked = [(each.distance, each.element) for each in below if _is_marked(each.element)]
    profiles = [(each.distance, each.element) for each in below if _is_profile(each.element)]
    names = _first_block(marked) or _first_block(profiles)
    if names:
        return names
    for each in near:
        for text, behind in ((each.text, False), (each.tail, True)):
            if not text or len(text) > _MAX_CHARS:
                continue
            if _BY_LINE.match(text):
                return [text]
            if _LABEL.match(text) and (name := _labelled(each.element, behind=behind)):
                return [name]
            if read_date(text, None) and (names := _names_beside_date(text)):
                return names
    return _first_block([(0, element) for element in _marked_elements(tree)]) or _signature(tree)


def _is_above(each: Near) -> bool:
    return each.above


def _labelled(element: HtmlElement, *, behind: bool) -> str | None:
    """Return the name that follows a label: its child, the text behind it, its next sibling."""
    child = None if behind else next(iter(element), None)
    follower = child if child is not None else element.getnext()
    text = "" if behind or child is not None else (element.tail or "").strip()
    if not text and follower is not None:
        text = text_of(follower)
    name = _CUT_NAME.sub("", " ".join(text.split()))
    if is_elsewhere(element) or not 2 <= len(name) <= _MAX_CHARS or name[0].islower():
        return None
    return name


def _signature(tree: HtmlElement) -> list[str]:
    """Return the names in a line "Author: Jane Doe" anywhere, else the one person linked to."""
    people: dict[str, None] = {}
    for element in tree.iter("p", "div", "span", "em", "i", "strong", "b", "h4", "h5", "h6", "a"):
        if element.tag == "a":
            if _is_profile(element) and not is_elsewhere(element):
                people.update(dict.fromkeys(clean_authors([text_of(element)])))
            continue
        start = (element.text or "").strip()
        if len(start) <= _MAX_CHARS and _LABELLED.match(start):
            return [start]
        if len(start) <= _MAX_SIGNATURE_CHARS and _SIGNED.match(start) and not len(element):
            return [start]
        if _LABEL.match(start) and start.endswith((":", "：")):
            name = _labelled(element, behind=False)
            if name:
                return [name]
    return list(people) if len(people) == 1 else []


def _names_beside_date(text: str) -> list[str]:
    """Return the names in a line like "4.2.2022 | 13:10 | Jane Doe"."""
    if one := _BY_ONE.search(text):
        return [one[1]]
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
        and not _SOCIAL.search(element.get("href") or "")
        and bool(_NAME.match(text_of(element)))
    )


def _is_within(element: HtmlElement, other: HtmlElement) -> bool:
    return any(ancestor is other for ancestor in element.iterancestors())


def _look(element: HtmlElement) -> tuple[str | None, ...]:
    return element.tag, element.get("class"), element.get("rel"), element.get("itemprop")
