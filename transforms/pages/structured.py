"""JSON-LD: the node that is the article, with references resolved and broken JSON mended."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from newsbeam.transforms.core.urls import canonicalize_url

Node = Mapping[str, Any]

#: Types of https://schema.org that are the article itself, and those that may stand for it.
_ARTICLE = re.compile(
    r"(?:News|Reportage|Analysis|Opinion|Background|Review|AskPublicNews|Satirical|Advertiser"
    r"|Tech|Scholarly|MedicalScholarly)\w*Article|^Article$|BlogPosting|^Report$|LiveBlogPosting"
    r"|SocialMediaPosting|DiscussionForumPosting|ClaimReview|^Review$|CriticReview|Recipe"
)
_STAND_IN = re.compile(
    r"WebPage|ItemPage|AboutPage|CreativeWork|VideoObject|AudioObject|Event$|(?:Image|Media)Gallery"
)

#: Keys under which the article, or what it refers to, may lie. Lists of other articles
#: (``itemListElement``, ``hasPart``, ``relatedLink``, ``citation``) are no place to look.
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "subjectOf", "associatedArticle")
_MAX_DEPTH = 6

_CDATA = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*$")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_MISSING_COMMA = re.compile(r'(["}\]])(?:\s*\n\s*(?=")|\s+(?="[\w@]+"\s*:))')
_PAIR = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|@type|description|articleSection|articleBody)"\s*:\s*"((?:[^"\\]|\\.)*)"'
)
_TYPES = re.compile(r'"@type"\s*:\s*\[([^\]]*)\]')
_AUTHOR = re.compile(r'"author"\s*:\s*[\[{][^\]}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"')


def find_article(scripts: Iterable[str], page_url: str | None) -> Node:
    """Return the JSON-LD node of the page's article; empty if there is none.

    Of several, the one that names the page's own URL; else the first that has both a headline and
    a date; else the first. A node for the page as a whole stands in where no article node is.
    References (``{"@id": …}``) to other nodes are replaced by them.
    """
    nodes: list[Node] = []
    for script in scripts:
        nodes.extend(_walk(_load(script), 0))
    by_id = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and len(n) > 1}
    own = canonicalize_url(page_url) if page_url else None
    articles = [node for node in nodes if _is_type(node, _ARTICLE)]
    stand_ins = [node for node in nodes if _is_type(node, _STAND_IN)]
    for group in (articles, stand_ins):
        if group:
            best = max(group, key=lambda node: _rank(node, own))  # the first of equals
            return {k: _resolve(v, by_id, plain=k == "author") for k, v in best.items()}
    return {}


def texts_of(value: Any) -> Iterator[str]:
    """Yield the strings in a JSON-LD value: itself, those of a list, ``name`` or ``@value``."""
    if isinstance(value, str):
        text = " ".join(unescape(value).split())
        if text:
            yield text
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, Mapping):
        yield from texts_of(value.get("name") or value.get("@value") or value.get("headline"))


def text_of_key(node: Node, *keys: str) -> str | None:
    """Return the first string under the first of ``keys`` that has one."""
    return next((text for key in keys for text in texts_of(node.get(key))), None)


def _load(script: str) -> Any:
    text = script.strip()
    if text.startswith(("<!", "//")) or text.endswith(">"):
        text = _CDATA.sub("", text).strip()
    text = text.rstrip(";")
    for mend in (str, _mend, unescape):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    pairs: dict[str, Any] = {}
    for key, value in _PAIR.findall(text):
        pairs.setdefault(key, _unescape_json(value))
    listed, plain = _TYPES.search(text), text.find('"@type":"')
    if listed and not 0 <= plain < listed.start():
        pairs["@type"] = re.findall(r'"([^"]+)"', listed[1])
    authors = [_unescape_json(name) for name in _AUTHOR.findall(text)[:1]]
    return pairs | ({"author": authors} if authors else {})


def _mend(text: str) -> str:
    return _MISSING_COMMA.sub(r"\1,", _TRAILING_COMMA.sub(r"\1", text))


def _unescape_json(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from _walk(each, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        for key, each in value.items():
            if key in _CONTAINERS:
                yield from _walk(each, depth + 1)
            elif isinstance(each, Mapping) and "@id" in each:
                yield each
            elif isinstance(each, list):
                yield from (e for e in each if isinstance(e, Mapping) and "@id" in e)


def types_of(node: Node) -> list[str]:
    """Return the types of a node, without their vocabulary."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rpartition("/")[2] for kind in kinds if isinstance(kind, str)]


def _is_type(node: Node, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(kind) for kind in types_of(node))


def _rank(node: Node, own: str | None) -> tuple[bool, bool, bool]:
    urls = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    urls = [url.get("@id") if isinstance(url, Mapping) else url for url in urls]
    named = own is not None and any(
        isinstance(url, str) and canonicalize_url(url.partition("#")[0]) == own for url in urls
    )
    headline = bool(node.get("headline") or node.get("name"))
    return named, headline and bool(node.get("datePublished")), headline


def _resolve(value: Any, by_id: Mapping[str, Node], *, plain: bool = False) -> Any:
    """Return ``value`` with the nodes it refers to; ``plain`` strings may be references too."""
    if isinstance(value, list):
        return [_resolve(each, by_id, plain=plain) for each in value]
    if plain and isinstance(value, str):
        return by_id.get(value, value)
    if isinstance(value, Mapping) and isinstance(value.get("@id"), str):
        return {**by_id.get(value["@id"], {}), **value}
    return value
