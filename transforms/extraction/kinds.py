"""What kind of page it is: an article of some form, or a listing, a product, a forum or the like.

Live blogs, galleries and films say so themselves and are articles. Whether another page is one is
judged by ``kind_model``.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from newsbeam.transforms.core.refresh import MAX_REFRESH_CHARS, refresh_reference
from newsbeam.transforms.core.urls import canonicalize_url, join_url
from newsbeam.transforms.extraction.kind_model import load_model
from newsbeam.transforms.extraction.page_features import page_features
from newsbeam.transforms.extraction.page_names import page_names
from newsbeam.transforms.extraction.phrases import fold_case
from newsbeam.transforms.pages.outline import Outline
from newsbeam.transforms.pages.structured import Node, types_of

#: Kinds of the model that are told apart where they are learned, but not in the dataset.
_NAMES = {"collection": "listing"}

_LIVE_TYPE = re.compile(r'"LiveBlogPosting"')
_LIVE_KEYS = re.compile(r'"(?:liveBlogUpdate|coverageStartTime)"')
_GALLERY_TYPE = re.compile(r"(?:Image|Media)Gallery")
#: What only live blogs are called, as ``fold_case`` writes it …
_LIVE = re.compile(
    r"live[\s_-]?(?:blog|ticker|update|rapport|verslag|seuranta|studio)|news[\s_-]?(?:blog|ticker)"
    r"|minute[\s_-]by[\s_-]minute|minuto a minuto|minute par minute|minuto per minuto"
    r"|direkterapport|relacj[ae] na żywo|online přenos|(?:онлайн|текстовая)[\s-]трансляция"
)
#: … and what other pages are called too: a live blog also has its posts' times.
_MAYBE_LIVE = re.compile(
    r"\b(?:live|ticker|en (?:direct|vivo|directo)|in diretta|ao vivo|tempo real|direk?te?|suora"
    r"|na żywo|živě|élő|canli)\b|прямой эфир|онлайн|مباشر|실시간|速報|ライブ|直播|滚动|滾動|लाइव"
)
_MIN_POSTS = 5
_GALLERY = re.compile(
    r"(?:photo|picture|image|bilder?|foto|media)[\s_-]?(?:galler|galer|strecke|essay|serie|show)"
    r"|(?:^|[\s/_-])(?:galler(?:y|ies)|galer[ií]as?|slide-?shows?|diaporamas?|fotostrecken?|bildspel"
    r"|kuvagalleria|in[\s-]pictures|en im[aá]genes|en images|in bildern)(?:$|[\s/:_.-])"
    r"|фоторепортаж|фотогалере|画像|写真特集|组图|圖輯|화보"
)
_MIN_PICTURES = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of page it is."""

    value: str  # one of newsbeam.transforms.core.records.PAGE_KINDS
    is_article: bool
    score: float  # how far it is from the other verdict: above 0 for articles, below for others


def judge_kind(outline: Outline, *, article: Node, url: str | None, title: str | None) -> Kind:
    """Return the kind of a page.

    ``article`` is the JSON-LD node of its article, ``title`` its headline.
    """
    model = load_model()
    features = page_features(outline, article=article, url=url)
    values = [features[name] for name in model.features]
    other, score = model.judge(values, page_names(outline))
    names = fold_case(f"{unquote(urlsplit(url or '').path)} {title or ''}")
    types = types_of(article)
    if _is_live(outline, names):
        return Kind("live_blog", is_article=True, score=abs(score))
    if any(_GALLERY_TYPE.fullmatch(each) for each in types) or _is_gallery(outline, names):
        return Kind("gallery", is_article=True, score=abs(score))
    if score < 0:
        return Kind(_NAMES.get(other, other), is_article=False, score=score)
    if "VideoObject" in types or (outline.first("og:type") or "").startswith("video"):
        return Kind("video", is_article=True, score=score)
    return Kind("article", is_article=True, score=score)


def redirect_target(outline: Outline, url: str | None) -> str | None:
    """Return where a page sends its readers that has hardly a text of its own."""
    for value in outline.values("refresh"):
        reference = refresh_reference(value)
        target = join_url(url, reference) if reference else None
        if target is None or (url and canonicalize_url(target) == canonicalize_url(url)):
            continue
        if sum(len(block.text) for block in outline.blocks) <= MAX_REFRESH_CHARS:
            return target
    return None


def _is_live(outline: Outline, names: str) -> bool:
    if any(_LIVE_TYPE.search(text) and _LIVE_KEYS.search(text) for text in outline.json_ld):
        return True
    if _LIVE.search(names):
        return True
    if not _MAYBE_LIVE.search(names):
        return False
    times = {each.get("datetime") or outline.text_of(each) for each in outline.by_tag["time"]}
    return len(times) >= _MIN_POSTS


def _is_gallery(outline: Outline, names: str) -> bool:
    if _GALLERY.search(names) is None:
        return False
    return len(outline.tagged(("figure", "picture"))) >= _MIN_PICTURES
