"""What stands round an article in its page: menus, boxes, teasers, controls. It is taken out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick
from lxml.html import HtmlElement

from transforms.extraction.markup import text_of
from transforms.extraction.walls import barrier_text, names_barrier

#: What has no text of the article. trafilatura drops it too, but copies it many times before.
SILENT = ("script", "style", "svg", "link", "meta", "iframe", "input", "embed")

#: A paragraph with this share of its text in links, and at least so much, leads elsewhere.
_LINKED_SHARE = 0.85
_MIN_TEASER_CHARS = 25
#: "Read also:" in front of a link is no text of its own.
_LABEL = re.compile(r"^[^\d:.,]{3,30}:\s*")
#: More text than this, or than this share of the page, may be the article itself.
_MAX_FRAME_CHARS = 3000
_MAX_BOX_SHARE = 0.3
#: What has more than this in pieces of text that are at least so long tells a story.
_MAX_STORY_CHARS = 500
_MIN_STORY_CHARS = 100
#: A menu is a list of so many links at least, and of such short ones.
_MIN_MENU_LINKS = 4
_MAX_MENU_LINK_CHARS = 25

_MARGINS = ("nav", "header", "footer", "aside")
#: Where one of them is not closed, it holds the rest of the page.
_CONTROLS = (
    "select",
    "button",
    "template",
    "label",
    "object",
    "canvas",
    "audio",
    "video",
    "datalist",
)
_FRAME_TAGS = frozenset({*_MARGINS, *_CONTROLS})
_BOX = re.compile(
    r"news-?letter|sign-?up-?(?:box|form|promo)|subscribe-?(?:box|form|promo|cta|now)"
    r"|(?:^|[\s_-])related|read-?(?:more|next|also)|more-?(?:about|on-this|from|stories|like)"
    r"|also-?(?:read|like)|(?:^|[\s_-])(?:recommend(?:ed|ations?)|trending)(?:$|[\s_-])|recirc|outbrain|taboola"
    r"|most-?(?:read|popular)|popular-?posts|recent-?(?:posts|entries|news)"
    r"|sharedaddy|share-?(?:bar|box|buttons?|tools|links)|social-?(?:share|sharing|bar|links|media)"
    r"|(?:^|[\s_-])toc(?:$|[\s_-])|table-?of-?contents"
    r"|author-?(?:box|bio|info|card|profile)|about-?(?:the-)?author|(?:^|[\s_-])side-?bar(?:$|[\s_-])"
    r"|(?:cookie|consent)[-_]?(?:banner|bar|box|consent|law|layer|manager|notice|policy)|borlabs"
    r"|content-?blocker|(?:editorial|affiliate)-?disclosure|follow-?us|footer-?(?:cta|widget)"
    r"|breadcrumb|promo-?(?:box|block)"
    # adverts change with each visit, the article does not
    r"|(?:^|[\s_-])(?:ads?|adverts?|advertisements?|advertising|adslot|adbox|anzeigen?|werbung"
    r"|publicidad|publicite|publicidade|pubblicita|reklame|reklama)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: What is written for those who cannot see: "opens in a new window", "link copied".
_UNSEEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|(?:visually|visibly|vis)-?hidden|hidden-?visually|screen-?reader(?:-?(?:text|only))?"
    r"|a11y-?(?:text|hidden|only)|assistive-?text|off-?screen(?:-?text)?)(?:$|\s)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:(?:img|image|photo|picture|pic|media|foto|bild|video)[_-]?(?:caption|cptn|credits?|copyright"
    r"|source|legend)|caption(?:[_-]?text)?|cptn|bildunter(?:schrift|zeile)|bildtext"
    r"|bild(?:nachweis|quelle|credit)|l[eé]gende|didascalia|pie-?(?:de-?)?foto|fotocredit)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_CAPTION_CHARS = 600
#: A gallery has so many pictures with captions, at least.
_MIN_SLIDES = 5
#: One of these is in the names of all of them, and of paywalls.
_FIND_ROLES = AhoCorasick(
    (
        *("sr-only", "hidden", "reader", "a11y", "assistive", "off-screen", "offscreen", "caption"),
        *("cptn", "credit", "copyright", "source", "legend", "légende", "bild", "didascalia"),
        *("pie", "wall", "piano", "subscri", "premium", "gate"),
    )
).find_matches_as_indexes
#: An entry's class also lists its tags and categories, whatever they are called.
_ENTRY = re.compile(r"(?:^|\s)(?:h-?entry|type-post|single-post)(?:\s|$)")


def drop_frame(tree: HtmlElement) -> int:
    """Take out menus, footers, and boxes for something else; return the length of their text.

    Every step of the extractor costs as much as the tree is large, and half of it is frame.
    """
    chars = 0
    page = len(tree.text_content())
    for element in list(tree.iter(*_FRAME_TAGS, "ul", "ol", "div", "section", "p", "ins")):
        if not _is_frame(element) or element.getroottree().getroot() is not tree:
            continue
        text = len(element.text_content())
        most = _MAX_FRAME_CHARS if element.tag in _FRAME_TAGS else _MAX_BOX_SHARE * page
        if (
            text <= most
            and element.find(".//h1") is None
            and element.find(".//article") is None
            and (text <= _MAX_STORY_CHARS or _story_chars(element) <= _MAX_STORY_CHARS)
        ):
            chars += text
            element.drop_tree()
    return chars


def _is_frame(element: HtmlElement) -> bool:
    tag = element.tag
    if tag in _FRAME_TAGS and tag != "header":
        return True
    if _is_box(element.get("class") or "") or _is_box(element.get("id") or ""):
        return True
    if tag == "header":
        return next(element.iterancestors("article", "main"), None) is None
    return tag in ("ul", "ol") and _is_menu(element)


@lru_cache(maxsize=8192)
def _is_box(names: str) -> bool:
    """Say whether a class or an id is a box's; the same ones come again and again."""
    return len(names) > 1 and bool(_BOX.search(names)) and not _ENTRY.search(names)


def _story_chars(element: HtmlElement) -> int:
    """Return how much text stands in long pieces, as it does in paragraphs, not in menus."""
    return sum(len(text) for text in element.itertext() if len(text) >= _MIN_STORY_CHARS)


def _is_menu(element: HtmlElement) -> bool:
    """Say whether a list is nothing but short links."""
    links = len(element.findall(".//a"))
    if links < max(_MIN_MENU_LINKS, len(element)) or element.find(".//p") is not None:
        return False
    whole = len(text_of(element))
    linked = sum(len(text_of(link)) for link in element.iter("a"))
    return linked >= _LINKED_SHARE * whole and whole < _MAX_MENU_LINK_CHARS * links


@dataclass(frozen=True, slots=True, kw_only=True)
class Asides:
    """What was seen on the way."""

    is_gallery: bool
    barriers: tuple[str, ...]  # what elements say that are called paywalls


def drop_asides(tree: HtmlElement) -> Asides:
    """Take out captions, and what no reader sees.

    Of a gallery, the captions are the text: there they become paragraphs.
    """
    captions, asides, barriers = [], [], []
    for element in tree.iter("span", "div", "p", "small", "a", "section", "aside", "figcaption"):
        if element.tag == "figcaption":
            captions.append(element)
        elif names := element.get("class") or element.get("id"):
            match _role(names):
                case "aside":
                    asides.append(element)
                case "barrier":
                    barriers.append(element)
    found = Asides(
        is_gallery=_is_gallery(tree, captions),
        barriers=tuple(text for each in barriers if (text := barrier_text(each))),
    )
    if found.is_gallery:
        for caption in captions:
            for element in (caption, *caption.iterancestors("figure")):
                element.tag = "div"
                element.attrib.clear()
        captions = []
    for element in [*captions, *asides]:
        if len(element.text_content()) <= _MAX_CAPTION_CHARS:
            element.drop_tree()
    return found


@lru_cache(maxsize=8192)
def _role(names: str) -> str | None:
    """Return what a class or an id says that an element is; the same ones come again and again."""
    if not _FIND_ROLES(names.lower()):
        return None
    if _UNSEEN.search(names) or _CAPTION.search(names):
        return "aside"
    return "barrier" if names_barrier(names) else None


def _is_gallery(tree: HtmlElement, captions: Sequence[HtmlElement]) -> bool:
    """Say whether there is more to read in captions than elsewhere."""
    chars = sum(len(text_of(caption)) for caption in captions)
    if len(captions) < _MIN_SLIDES or chars < _MAX_STORY_CHARS:
        return False
    inside = sum(_story_chars(caption) for caption in captions)
    return chars > _story_chars(tree) - inside


def drop_teasers(tree: HtmlElement) -> int:
    """Take out paragraphs and items that are nothing but a link elsewhere; return their length."""
    blocks: dict[HtmlElement, None] = {}
    for link in tree.iter("a"):
        block = next(link.iterancestors("p", "li"), None)
        if block is not None:
            blocks[block] = None
    teasers = [block for block in blocks if _is_teaser(block)]
    chars = sum(len(text_of(teaser)) for teaser in teasers)
    for teaser in teasers:
        teaser.drop_tree()
    return chars


def _is_teaser(block: HtmlElement) -> bool:
    text = text_of(block)
    whole = len(text)
    if whole < _MIN_TEASER_CHARS or block.find(".//img") is not None:
        return False
    links = [link for link in block.iter("a") if not (link.get("href") or "#").startswith("#")]
    linked = sum(len(text_of(link)) for link in links)
    if len(links) == 1 and (label := _LABEL.match(text)) and text.endswith(text_of(links[0])):
        whole = max(whole - len(label[0]), linked)
    return linked >= _MIN_TEASER_CHARS and linked >= _LINKED_SHARE * whole
