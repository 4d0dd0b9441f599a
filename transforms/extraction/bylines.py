"""The byline that readers see: near the headline, or marked as such elsewhere on the page."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from lxml.html import HtmlElement

from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.markup import text_of
from transforms.extraction.names import (
    is_agency,
    is_house,
    is_nobody,
    is_one_name,
    is_person,
    read_names,
)
from transforms.extraction.written_dates import read_date
from transforms.text.byline_words import names_author, names_helper, starts_with_label

#: A byline is short: several names with their roles at most.
_MAX_CHARS = 160
#: Authors that stand one after another are this near to each other, in characters of text.
_MAX_GAP = 250
#: What is this close to the headline goes before what is marked better further away.
_CLOSE, _FAR = range(600), range(600, 100_000)
_MAX_MARKED = 60
_MAX_BLOCKS = 5
_MAX_ACCOUNT_WORDS = 4

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
    r"|mitarbeiter|writers?|columnists?|columnistas?|firmas?|periodistas?|experts?|editors?|producers?"
    r"|bios?)[/=]",
    re.IGNORECASE,
)
#: Everybody has a profile there, the outlet too.
_SOCIAL = re.compile(
    r"//(?:[\w-]+\.)*(?:facebook|twitter|x|instagram|youtube|linkedin|xing|tiktok|pinterest|flipboard"
    r"|telegram|t|bsky|github|google|spotify|soundcloud|whatsapp)\.\w+",
    re.IGNORECASE,
)
#: Near the headline a margin may hold the byline, but what is about other articles does not.
_OTHERS = re.compile(
    r"comment|komment|related|teaser|recommend|popular|disqus|respond|more-?from|also-?read"
    r"|(?:^|[\s_-])(?:promo|latest|caption|credit)(?:[\s_-]|$)|(?:^|\s)(?:\w*-)?(?:menu|dropdown)(?:\s|$)",
    re.IGNORECASE,
)
_PORTRAITS = "//body//*[contains(@class,'uthor') or contains(@class,'utor')]"
_PORTRAIT = re.compile(
    r"(?:author|autor|auteur)[\w-]*(?:bio|box|info|card|profile|about)", re.IGNORECASE
)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "button", "time"})
_NO_BYLINE = frozenset({"input", "label", "form", "img", "meta", "link", "script", "style"})
_SIGNATURES = ("p", "div", "span", "em", "i", "strong", "b", "h3", "h4", "h5", "h6")


def find_byline(tree: HtmlElement, near: Sequence[Near]) -> list[str]:
    """Return the names of the authors that a reader sees; empty if there are none.

    What is marked as an author near the headline, else a link to a person there, else a line
    "By …" there, else the first mark anywhere but in comments, teasers and margins, else a line
    "Author: …", else the only person whom the page links to, else the one portrait of an author.
    """
    places = chain(_near_places(near), _far_places(tree))
    return next((names for names in places if names), [])


def _near_places(near: Sequence[Near]) -> Iterator[list[str]]:
    """Yield the names in each place near the headline that may name the authors, best first."""
    # What stands below the headline comes first: above it, the site may call itself an author.
    below = sorted(near, key=_is_above)
    for zone in (_CLOSE, _FAR):
        here = [each for each in below if each.distance in zone]
        for marks in (_is_marked, _is_profile):
            marked = [(e.distance, e.element) for e in here if marks(e.element)]
            yield _first_block([each for each in marked if not _is_about_others(each[1])])
        for each in here:
            for text, behind in ((each.text, False), (each.tail, True)):
                if text and len(text) <= _MAX_CHARS:
                    names = _names_in_line(each.element, text, behind=behind)
                    yield names if names and not _is_about_others(each.element) else []


def _far_places(tree: HtmlElement) -> Iterator[list[str]]:
    yield _first_block([(0, e) for e in _marked_elements(tree) if not is_elsewhere(e)])
    yield _signature(tree)
    yield _portrayed(tree)


def _is_above(each: Near) -> bool:
    return each.above


def _is_about_others(element: HtmlElement) -> bool:
    for ancestor in [element, *element.iterancestors()]:
        if ancestor.tag in ("article", "body", "html", "main"):
            return False
        if ancestor.tag in ("figure", "figcaption", "footer", "form"):
            return True
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if len(names) > 1 and _OTHERS.search(names):
            return True
    return False


def _names_in_line(element: HtmlElement, text: str, *, behind: bool) -> list[str]:
    """Return the names in a line "By Jane Doe" or "4.2.2022 | 13:10 | Jane Doe"."""
    if names_author(text):
        return _labelled(element, behind=behind)
    if starts_with_label(text):
        names = read_names(text)
        return names if all(map(_is_author, names)) else []
    if read_date(text, None):
        return [name for name in read_names(text) if is_person(name)]
    return []


def _labelled(element: HtmlElement, *, behind: bool) -> list[str]:
    """Return the names that follow a label: its child, the text behind it, its next sibling."""
    child = None if behind else next(iter(element), None)
    follower = child if child is not None else element.getnext()
    text = "" if behind or child is not None else (element.tail or "").strip()
    if not text and follower is not None:
        text = text_of(follower)
    if not 2 <= len(text) <= _MAX_CHARS or text[0].islower():
        return []
    names = read_names(text)
    return names if all(map(_is_author, names)) else []


def _is_author(name: str) -> bool:
    """Say whether a name with a mark or a label can be an author's."""
    if is_person(name) or is_one_name(name) or is_agency(name):
        return True
    return is_house(name) and (name[0].isupper() or len(name.split()) <= _MAX_ACCOUNT_WORDS)


def _signature(tree: HtmlElement) -> list[str]:
    """Return the names in a line "Author: Jane Doe" anywhere, else the one person linked to."""
    people: dict[str, None] = {}
    for element in tree.iter("a", *_SIGNATURES):
        if element.tag == "a":
            if _is_profile(element) and not is_elsewhere(element):
                people.update(dict.fromkeys(read_names(text_of(element))))
            continue
        text = (element.text or "").strip()
        if not 1 < len(text) <= _MAX_CHARS or not starts_with_label(text.lstrip("(")):
            continue
        if names_author(text):
            names = _labelled(element, behind=False) if text.endswith((":", "：")) else []
        else:
            names = read_names(text.strip("()"))
        if names and all(map(is_person, names)) and not is_elsewhere(element):
            return names
    return list(people) if len(people) == 1 else []


def _portrayed(tree: HtmlElement) -> list[str]:
    """Return the name on the one portrait of an author, as stands below an article."""
    names: dict[str, None] = {}
    for box in tree.xpath(_PORTRAITS):
        if _PORTRAIT.search(box.get("class") or "") and not _is_about_others(box):
            for element in box.iter("h2", "h3", "h4", "h5", "h6", "strong", "b", "a"):
                if found := [name for name in read_names(text_of(element)) if is_person(name)]:
                    names.update(dict.fromkeys(found))
                    break
    return list(names) if len(names) == 1 else []


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
        found = _names_of(element)
        if any(map(is_person, names)):
            found = [name for name in found if is_person(name)]
        if found:
            names += found
            blocks += 1
            first, last_distance = element, distance
    # Many alike are the bylines of many articles.
    return list(dict.fromkeys(names)) if blocks <= _MAX_BLOCKS else []


def _names_of(element: HtmlElement) -> list[str]:
    """Return the names in a marked element: those of links to people, else of its text."""
    if names_helper(_text_before(element)):
        return []
    links = [link for link in element.iter("a") if _is_profile(link)]
    texts = [text_of(link) for link in element.iter("a") if link.get("rel") == "author"]
    texts = texts or [text_of(link) for link in links if not names_helper(_text_before(link))]
    names = [name for text in texts if len(text) <= _MAX_CHARS for name in read_names(text)]
    text = _block_text(element)
    if not names:
        texts = []
        if not 2 <= len(text) <= 2 * _MAX_CHARS:
            return []
        names = read_names(text)
    if any(map(is_person, names)):
        return names
    # One word out of a sentence is no name.
    short = [part for part in texts or text.split(" | ") if len(part.split()) <= _MAX_ACCOUNT_WORDS]
    return [
        name
        for name in names[:1]
        if _is_author(name) and not is_nobody(name) and any(name in part for part in short)
    ]


def _text_before(element: HtmlElement) -> str:
    """Return the text that a reader sees right before an element."""
    for each in [element, *element.iterancestors()][:3]:
        before = each.getprevious()
        if before is not None:
            text = (before.tail or "").strip() or text_of(before)
        else:
            parent = each.getparent()
            text = (parent.text or "").strip() if parent is not None else ""
        if text:
            return text[-_MAX_CHARS:]
    return ""


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
        and is_person(text_of(element))
    )


def _is_within(element: HtmlElement, other: HtmlElement) -> bool:
    return any(ancestor is other for ancestor in element.iterancestors())


def _look(element: HtmlElement) -> tuple[str | None, ...]:
    return element.tag, element.get("class"), element.get("rel"), element.get("itemprop")
