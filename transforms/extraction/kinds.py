"""What kind of page it is: an article of some form, or a listing, a product, a forum or the like.

Live blogs, galleries and films say so themselves and are articles. Whether another page is one is
judged by trees over the numbers of ``page_features``: for each other kind, by how much it is
likelier than an article. ``benchmarks/train_kinds.py`` makes them; they are whole numbers, so that
the verdict is the same on all machines.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from transforms.core.errors import ModelError
from transforms.core.urls import canonicalize_url, join_url
from transforms.extraction.outline import Outline
from transforms.extraction.page_features import page_features
from transforms.extraction.structured import Node, types_of
from transforms.extraction.walk import read_outline

MODEL = Path(__file__).with_name("kinds.json")
_VERSION = 1
#: Trees ask three questions, one after the other.
_DEPTH = 3
_NODES = 2**_DEPTH - 1
#: Kinds of the model that are told apart where they are learned, but not in the dataset.
_NAMES = {"collection": "listing"}

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

_REFRESH = re.compile(
    r"\s*(\d{1,9})(?:\.\d*)?\s*[;,]?\s*(?:url\s*=)?\s*[\"']?([^\"']*)", re.IGNORECASE
)
_MAX_REFRESH_S = 10
_MAX_REFRESH_CHARS = 600


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of page it is."""

    value: str  # one of transforms.core.records.PAGE_KINDS
    is_article: bool
    score: float  # how far it is from the other verdict: above 0 for articles, below for others


def judge_kind(outline: Outline, *, article: Node, url: str | None, title: str | None) -> Kind:
    """Return the kind of a page.

    ``article`` is the JSON-LD node of its article, ``title`` its headline.
    """
    model = load_model()
    features = page_features(outline, article=article, url=url)
    other, score = model.judge([features[name] for name in model.features])
    names = f"{unquote(urlsplit(url or '').path)} {title or ''}"
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
        match = _REFRESH.match(value)
        if match is None or not match[2].strip() or int(match[1]) > _MAX_REFRESH_S:
            continue
        target = join_url(url, match[2].strip())
        if target is None or (url and canonicalize_url(target) == canonicalize_url(url)):
            continue
        if sum(len(block.text) for block in outline.blocks) <= _MAX_REFRESH_CHARS:
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


@dataclass(frozen=True, slots=True)
class Model:
    """Trees for each kind, the first of which is the article, all filled up to the same depth."""

    features: tuple[str, ...]
    kinds: tuple[str, ...]
    thresholds: NDArray[np.int64]  # by how much a kind must be likelier than an article
    starts: NDArray[np.int64]  # the first tree of each kind
    asked: NDArray[np.int64]  # feature of each node; seven nodes a tree, from its root
    limits: NDArray[np.int64]  # what goes left has at most this
    leaves: NDArray[np.int64]  # eight a tree

    def judge(self, values: Sequence[int]) -> tuple[str, float]:
        """Return the likeliest other kind, and by how much the page is an article rather."""
        given = np.array(values, dtype=np.int64)
        roots = np.arange(0, len(self.asked), _NODES)
        at = np.zeros_like(roots)
        for _ in range(_DEPTH):
            node = roots + at
            at = 2 * at + 1 + (given[self.asked[node]] > self.limits[node])
        found = self.leaves[np.arange(len(roots)) * (_NODES + 1) + at - _NODES]
        sums = np.add.reduceat(found, self.starts)
        margins = sums[1:] - sums[0]
        beyond = int((margins - self.thresholds[1:]).max())
        return self.kinds[1 + int(margins.argmax())], -beyond / 1000


def _fill(tree: Any, depth: int, at: int, nodes: list[tuple[int, int]], leaves: list[int]) -> None:
    """Put the nodes of a tree where their numbers say; a leaf above the depth goes both ways."""
    if depth == _DEPTH:
        leaves[at - _NODES] = int(tree)
        return
    feature, limit, left, right = tree if isinstance(tree, list) else (0, 0, tree, tree)
    nodes[at] = (feature, limit)
    _fill(left, depth + 1, 2 * at + 1, nodes, leaves)
    _fill(right, depth + 1, 2 * at + 2, nodes, leaves)


def make_model(content: Mapping[str, Any]) -> Model:
    """Return a model as it is evaluated, from what its file has."""
    asked: list[tuple[int, int]] = []
    leaves: list[int] = []
    for tree in (tree for trees in content["trees"] for tree in trees):
        own, ends = [(0, 0)] * _NODES, [0] * (_NODES + 1)
        _fill(tree, 0, 0, own, ends)
        asked += own
        leaves += ends
    table = np.array(asked, dtype=np.int64)
    lengths = [len(trees) for trees in content["trees"]]
    return Model(
        features=tuple(content["features"]),
        kinds=tuple(content["kinds"]),
        thresholds=np.array(content["thresholds"], dtype=np.int64),
        starts=np.array([0, *accumulate(lengths[:-1])], dtype=np.int64),
        asked=np.ascontiguousarray(table[:, 0]),
        limits=np.ascontiguousarray(table[:, 1]),
        leaves=np.array(leaves, dtype=np.int64),
    )


@cache
def load_model(path: Path = MODEL) -> Model:
    """Return the model in ``path``.

    Raises:
        ModelError: The file is missing, damaged or of another version.
    """
    try:
        stored = json.loads(path.read_bytes())
        content = stored["model"]
        if stored["version"] != _VERSION:
            raise ValueError(f"it is of version {stored['version']}, not {_VERSION}")
        if stored["checksum"] != _checksum(content):
            raise ValueError("its checksum is wrong")
        known = page_features(read_outline("<p>"), article={}, url=None)
        if set(content["features"]) != set(known):
            raise ValueError("it was trained on other features of pages")
        return make_model(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(path, f"cannot be used: {error}") from error


def write_model(
    path: Path,
    features: Sequence[str],
    kinds: Sequence[str],
    thresholds: Sequence[int],
    trees: Sequence[Sequence[Any]],
) -> int:
    """Write a model and return the size of its file."""
    content = {"features": features, "kinds": kinds, "thresholds": thresholds, "trees": trees}
    stored = {"version": _VERSION, "checksum": _checksum(content), "model": content}
    return path.write_text(json.dumps(stored, separators=(",", ":")) + "\n", encoding="utf-8")


def _checksum(content: object) -> str:
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
