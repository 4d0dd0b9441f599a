"""What marks an element as the byline, and what says that it is about something else."""

import re
from functools import lru_cache

from newsbeam.transforms.metadata.headline import is_elsewhere, is_whole_article
from newsbeam.transforms.metadata.names import is_person
from newsbeam.transforms.pages.outline import Element, Outline, named

_MARK = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:by-?line|[Aa]uthors?|[Aa]utor(?:en|in|es)?|auteurs?"
    r"|writer|verfasser|kirjoittaja|redattore|reporter|journalist|contributors?|person-?link)"
    r"(?:$|[\s_-]|(?<=[a-z])(?=[A-Z]))|[Bb]yline|[Aa]uthor[-_]?[Nn]ame|username|(?:^|\s)fn(?:$|\s)",
)
#: One of these stands in all that is such a mark.
_IN_MARKS = (
    *("byline", "by-line", "author", "autor", "auteur", "writer", "verfasser", "kirjoittaja", "fn"),
    *("redattore", "reporter", "journalist", "contributor", "person", "username"),
)
_NOT_A_NAME = re.compile(
    r"bio|prep|image|avatar|photo|social|follow|description|box|comment|reply|related|teaser|count|date|time"
    r"|(?:^|\s)org(?:$|\s)",  # "fn org": an hCard of an organization
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|autor(?:e|zy)|auteurs?|profiles?|profil|people|by|contributors?|staff"
    r"|journalist(?:s|es|en|as)?|redaktion|redakteur|redactie|reporters?|persons?|team|users?|member"
    r"|mitarbeiter|writers?|columnists?|columnistas?|firmas?|periodistas?|experts?|editors?|producers?"
    r"|bios?)[/=]",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"/(?:categor(?:y|ies|[iíy]as?|ie)|kategori\w*|tags?|topics?|sections?|rubri\w+|themen?|temas?|ressort)/",
    re.IGNORECASE,
)
#: Everybody has a profile there, the outlet too.
_SOCIAL = re.compile(
    r"//(?:[\w-]+\.)*(?:facebook|twitter|x|instagram|youtube|linkedin|xing|tiktok|pinterest|flipboard"
    r"|telegram|t|bsky|github|google|spotify|soundcloud|whatsapp)\.\w+",
    re.IGNORECASE,
)
#: Near the headline a margin may hold the byline, but what is about other articles does not.
_is_of_others = named(
    r"comment|komment|related|teaser|recommend|popular|disqus|respond|more-?from|also-?read"
    r"|(?:^|[\s_-])(?:promo|latest|credits?)(?:[\s_-]|$)|(?:^|\s)(?:\w*-)?(?:menu|dropdown)(?:\s|$)",
)
#: What says whose a picture is.
_tells_rights = named(
    r"licen[sc]e|lizenz|copyright|(?:img|image|photo|picture|bild|foto)[_-]?(?:credit|source|info|by"
    r"|author|autor|grapher|quelle|nachweis|rechte)",
)
_is_caption = named(
    r"caption|legend|bild-?(?:unterschrift|text)"
    r"|(?:pic|picture|image|img|photo|bild|foto)[_-]?(?:box|wrap|holder|container)",
)
_CREDIT = re.compile(
    r"\bCC[ -]BY|©|\b(?:[Ff]oto|[Pp]hoto|[Bb]ild|[Ii]mage)s?\s*[:©]"
    r"|/\s?[^/]*\b(?:[Ii]mages|[Ss]tock)\b"
)
_NO_BYLINE = frozenset({"input", "label", "form", "img", "time", "button"})


def is_marked(element: Element) -> bool:
    """Say whether an element is marked as naming an author."""
    attrs = element.attrs
    if not attrs or element.tag in _NO_BYLINE:
        return False
    if attrs.get("rel") == "author" or attrs.get("itemprop") == "author":
        return True
    other = attrs.get("id") or attrs.get("data-testid")
    return _names_byline(attrs.get("class") or "") or (bool(other) and _names_byline(other or ""))


@lru_cache(maxsize=4096)
def _names_byline(names: str) -> bool:
    """Say whether a class or an id is that of a byline. Pages repeat most of theirs."""
    if not any(map(names.lower().__contains__, _IN_MARKS)):
        return False
    return bool(_MARK.search(names)) and not _NOT_A_NAME.search(names)


def is_profile(outline: Outline, element: Element) -> bool:
    """Say whether an element links to a page about a person, under a name."""
    return (
        element.tag == "a"
        and bool(_PROFILE.search(element.get("href")))
        and not _SOCIAL.search(element.get("href"))
        and is_person(outline.text_of(element))
    )


def is_section(element: Element) -> bool:
    """Say whether an element links to a section or a topic, whatever it is called."""
    return element.tag == "a" and bool(_SECTION.search(element.get("href")))


def is_of_article(outline: Outline, element: Element) -> bool:
    """Say whether an element far from the headline can belong to the article all the same."""
    return not (is_elsewhere(element) or _is_about_picture(outline, element))


def is_about_others(outline: Outline, element: Element) -> bool:
    """Say whether an element is about another article, about a picture, or in a margin."""
    if _is_about_picture(outline, element):
        return True
    for ancestor in element.chain():
        if ancestor.tag in ("body", "html", "main") or is_whole_article(ancestor):
            return False
        if ancestor.tag in ("figure", "figcaption", "footer", "form", "blockquote"):
            return True
        if _is_of_others(ancestor.names):
            return True
    return False


def _is_about_picture(outline: Outline, element: Element) -> bool:
    """Say whether an element tells what a picture shows, who took it, or whose it is."""
    if element.first < len(outline.blocks) and _CREDIT.search(outline.blocks[element.first].text):
        return True
    for ancestor in element.chain():
        if ancestor.tag in ("body", "html", "main") or is_whole_article(ancestor):
            return False
        names = ancestor.names
        if _tells_rights(names) or (_is_caption(names) and _shows_picture(outline, ancestor)):
            return True
    return False


def _shows_picture(outline: Outline, element: Element) -> bool:
    return any(block.media for block in outline.blocks[element.first : element.last][:3])
