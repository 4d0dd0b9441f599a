"""What marks an element as the byline, and what says that it is about something else."""

import re
from functools import lru_cache
from itertools import islice

from newsbeam.transforms.metadata.headline import is_elsewhere, is_whole_article
from newsbeam.transforms.metadata.names import is_person
from newsbeam.transforms.pages.outline import Block, Element, Outline, named
from newsbeam.transforms.text.byline_words import starts_with_label

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
    r"|bios?)[/=]|/@[\w.-]+",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"/(?:categor(?:y|ies|[iíy]as?|ie)|kategori\w*|tags?|labels?|topics?|sections?|rubri\w+|themen?|temas?|ressort)/",
    re.IGNORECASE,
)
#: Everybody has a profile there, the outlet too.
_SOCIAL = re.compile(
    r"//(?:[\w-]+\.)*(?:facebook|twitter|x|instagram|youtube|linkedin|xing|tiktok|pinterest|flipboard"
    r"|telegram|t|threads|bsky|github|google|spotify|soundcloud|whatsapp)\.\w+",
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
    r"\bCC[ -]BY|©|(?P<beside>\b(?:[Ff]oto|[Pp]hoto|[Bb]ild|[Ii]mage)s?\s*[:©])"
    r"|/\s?[^/]*\b(?:[Ii]mages|[Ss]tock)\b"
)
#: A card that leads to another article has so few blocks, each so short, in so few boxes …
_MAX_CARD_BLOCKS, _MAX_CARD_CHARS, _MAX_CARD_LEVELS = 4, 300, 8
#: … and its headline so many words.
_MIN_HEADLINE_WORDS = 4
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


def is_on_card(outline: Outline, element: Element, headline: int = -1) -> bool:
    """Say whether an element shares a small box with the linked headline of another article."""
    for box in islice(element.chain(), _MAX_CARD_LEVELS):
        blocks = outline.blocks[box.first : box.last]
        if len(blocks) > _MAX_CARD_BLOCKS or box.first <= headline < box.last:
            return False
        if any(map(_has_linked_headline, blocks)):
            return True
    return False


def _has_linked_headline(block: Block) -> bool:
    """Say whether most of a block is a link that reads like a headline."""
    if len(block.text) > _MAX_CARD_CHARS:
        return False
    for mark in block.marks:
        href, title = mark.element.get("href"), block.text[mark.start : mark.end]
        if (
            mark.element.tag == "a"
            and 2 * len(title) > len(block.text)
            and len(title.split()) >= _MIN_HEADLINE_WORDS
            and "#" not in href
            and not _PROFILE.search(href)
            and not _SECTION.search(href)
        ):
            return True
    return False


def is_about_others(outline: Outline, element: Element, headline: int = -1) -> bool:
    """Say whether an element is about another article, about a picture, or in a margin.

    What also holds the headline, a block of this index, is this article's, however it is called.
    """
    if _is_about_picture(outline, element):
        return True
    for ancestor in element.chain():
        if ancestor.tag in ("body", "html", "main") or is_whole_article(ancestor):
            return False
        if ancestor.first <= headline < ancestor.last:
            return False
        if ancestor.tag in ("figure", "figcaption", "footer", "form", "blockquote"):
            return True
        if _is_of_others(ancestor.names):
            return True
    return False


def _is_about_picture(outline: Outline, element: Element) -> bool:
    """Say whether an element tells what a picture shows, who took it, or whose it is."""
    text = outline.blocks[element.first].text if element.first < len(outline.blocks) else ""
    # "Text: Jane Doe Photos: Max Moe" is a byline.
    if (credit := _CREDIT.search(text)) and not (credit["beside"] and starts_with_label(text)):
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
