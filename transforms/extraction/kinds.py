"""Pages that are no article of the common kind: live blogs, galleries, videos."""

import re
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from transforms.extraction.markup import Markup
from transforms.extraction.structured import Node, types_of

_LIVE_TYPE = re.compile(r'"LiveBlogPosting"')
_LIVE_KEYS = re.compile(r'"(?:liveBlogUpdate|coverageStartTime)"')
_GALLERY_TYPE = re.compile(r"(?:Image|Media)Gallery")
#: What only live blogs are called …
_LIVE = re.compile(
    r"live[\s_-]?(?:blog|ticker|update|rapport|verslag|seuranta|studio)|news[\s_-]?(?:blog|ticker)"
    r"|minute[\s_-]by[\s_-]minute|minuto a minuto|minute par minute|minuto per minuto"
    r"|direkterapport|relacj[ae] na żywo|online přenos|(?:онлайн|текстовая)[\s-]трансляция",
    re.IGNORECASE,
)
#: … and what other pages are called too: a live blog also has its posts' times.
_MAYBE_LIVE = re.compile(
    r"\blive\b|\bticker\b|\ben (?:direct|vivo|directo)\b|\bin diretta\b|\bao vivo\b|\btempo real\b"
    r"|\bdirek?te?\b|\bsuora\b|\bna żywo\b|\bživě\b|\bélő\b|прямой эфир|онлайн|\bcanlı\b|مباشر"
    r"|실시간|速報|ライブ|直播|滚动|滾動|लाइव",
    re.IGNORECASE,
)
_MIN_POSTS = 5
_GALLERY = re.compile(
    r"(?:photo|picture|image|bilder?|foto|media)[\s_-]?(?:galler|galer|strecke|essay|serie|show)"
    r"|(?:^|[\s/_-])(?:galler(?:y|ies)|galer[ií]as?|slide-?shows?|diaporamas?|fotostrecken?|bildspel"
    r"|kuvagalleria|in[\s-]pictures|en im[aá]genes|en images|in bildern)(?:$|[\s/:_.-])"
    r"|фоторепортаж|фотогалере|画像|写真特集|组图|圖輯|화보",
    re.IGNORECASE,
)
_MIN_PICTURES = 5


def find_kinds(
    tree: HtmlElement, markup: Markup, article: Node, *, url: str | None, title: str | None
) -> tuple[str, ...]:
    """Return what the page says that it is: ``live_blog``, ``gallery``, ``video``."""
    names = f"{unquote(urlsplit(url or '').path)} {title or ''}"
    kinds = types_of(article)
    found = []
    if _is_live(markup, names):
        found.append("live_blog")
    if any(_GALLERY_TYPE.fullmatch(kind) for kind in kinds) or _is_gallery(tree, names):
        found.append("gallery")
    if "VideoObject" in kinds or (markup.first("og:type") or "").startswith("video"):
        found.append("video")
    return tuple(found)


def _is_live(markup: Markup, names: str) -> bool:
    if any(_LIVE_TYPE.search(text) and _LIVE_KEYS.search(text) for text in markup.json_ld):
        return True
    if _LIVE.search(names):
        return True
    if not _MAYBE_LIVE.search(names):
        return False
    times = {element.get("datetime") or element.text_content() for element in markup.times}
    return len(times) >= _MIN_POSTS


def _is_gallery(tree: HtmlElement, names: str) -> bool:
    if _GALLERY.search(names) is None:
        return False
    return sum(1 for _ in tree.iter("figure", "picture")) >= _MIN_PICTURES
