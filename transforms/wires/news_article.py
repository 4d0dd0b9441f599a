"""JSON documents of schema.org's NewsArticle, as publishers hand them on without their pages."""

import re
from collections.abc import Iterator
from typing import Any

from newsbeam.transforms.core.records import Wire, WireSubject
from newsbeam.transforms.wires.bodies import read_text, tell_story
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.times import read_time, write_time
from newsbeam.transforms.wires.xml_tree import once, tidy

Node = dict[str, Any]

_ARTICLE = re.compile(
    r"(?:^|[/:])(?:\w*Article|\w*NewsArticle|BlogPosting|LiveBlogPosting|Report)$"
)
_MAX_DEPTH = 6


def is_article(value: object) -> bool:
    """Return whether a JSON object is an article of schema.org."""
    if not isinstance(value, dict):
        return False
    types = value.get("@type")
    listed = types if isinstance(types, list) else [types]
    return any(isinstance(each, str) and _ARTICLE.search(each) for each in listed)


def find_articles(value: Any, depth: int = 0) -> Iterator[Node]:
    """Yield the articles in a JSON document: it, those of a list or graph, or a page's subject."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from find_articles(each, depth + 1)
    elif is_article(value):
        yield value
    elif isinstance(value, dict):
        for key in ("@graph", "mainEntity", "itemListElement", "item"):
            yield from find_articles(value.get(key), depth + 1)


def read_article(node: Node) -> WireItem:
    """Return what an article says."""
    body = read_text(_raw(node.get("articleBody")) or _raw(node.get("text")))
    headline = _text(node.get("headline")) or _text(node.get("name"))
    summary = _text(node.get("description")) or _text(node.get("abstract"))
    modified = read_time(_text(node.get("dateModified")))
    published = read_time(_text(node.get("datePublished")))
    url = _url(node)
    facts = Wire(
        language=_language(node.get("inLanguage")),
        format="schema.org",
        format_version=_type(node),
        guid=_text(node.get("@id")) or url,
        version=_text(node.get("version")),
        dateline=_text(node.get("dateline")),
        provider=_name(node.get("publisher")) or _name(node.get("sourceOrganization")),
        version_created=write_time(modified),
        content_created=write_time(read_time(_text(node.get("dateCreated")))),
        subjects=tuple(_subjects(node)),
        genres=once(_texts(node.get("genre"))),
        located=once(_names(node.get("locationCreated"))),
        captions=once(_captions(node)),
        copyright=_text(node.get("copyrightNotice")) or _name(node.get("copyrightHolder")),
        usage_terms=_text(node.get("usageInfo")) or _text(node.get("license")),
    )
    return WireItem(
        kind="text",
        facts=facts,
        url=url,
        headline=headline,
        subheadline=_text(node.get("alternativeHeadline")),
        summary=summary,
        authors=once(_names(node.get("author") or node.get("creator"))),
        publisher=_name(node.get("publisher")),
        section=next(iter(once(_texts(node.get("articleSection")))), None),
        keywords=once(_keywords(node.get("keywords"))),
        image_url=next(_images(node.get("image")), None),
        published=published,
        modified=modified,
        paragraphs=tell_story(body, headline, summary),
    )


def _raw(value: Any) -> str | None:
    if isinstance(value, list):
        return "\n\n".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else None


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    if "<" in value or "&" in value:
        return tidy(" ".join(each.text for each in read_text(value).paragraphs))
    return tidy(value)


def _texts(value: Any) -> Iterator[str | None]:
    for each in value if isinstance(value, list) else [value]:
        yield _text(each)


def _names(value: Any) -> Iterator[str | None]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict) and not each.get("name"):
            parts = (_text(each.get("givenName")), _text(each.get("familyName")))
            yield " ".join(part for part in parts if part)
        else:
            yield _text(each)


def _name(value: Any) -> str | None:
    return next(filter(None, _names(value)), None)


def _keywords(value: Any) -> Iterator[str | None]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield from map(tidy, each.split(",") if not isinstance(value, list) else [each])
        else:
            yield _text(each)


def _subjects(node: Node) -> Iterator[WireSubject]:
    for section in once(_texts(node.get("articleSection"))):
        yield WireSubject(code=None, name=section, uri=None)
    about = node.get("about")
    for each in about if isinstance(about, list) else [about]:
        if isinstance(each, dict) and (name := _text(each.get("name"))):
            uri = _text(each.get("@id")) or _text(each.get("sameAs")) or _text(each.get("url"))
            yield WireSubject(code=None, name=name, uri=uri)


def _language(value: Any) -> str | None:
    if isinstance(value, dict):
        return _text(value.get("alternateName")) or _text(value.get("name"))
    return _text(value)


def _type(node: Node) -> str | None:
    types = node.get("@type")
    return _text(types)


def _url(node: Node) -> str | None:
    page = node.get("mainEntityOfPage")
    told = page.get("@id") or page.get("url") if isinstance(page, dict) else page
    for each in (node.get("url"), told, node.get("@id")):
        if isinstance(each, str) and each.startswith(("http://", "https://")):
            return each.strip()
    return next((each for each in (node.get("url"), told) if isinstance(each, str)), None)


def _images(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        found = (
            each.get("url") or each.get("contentUrl") or each.get("@id")
            if isinstance(each, dict)
            else each
        )
        if isinstance(found, str) and found.startswith("http"):
            yield found


def _captions(node: Node) -> Iterator[str | None]:
    image = node.get("image")
    for each in image if isinstance(image, list) else [image]:
        if isinstance(each, dict):
            yield _text(each.get("caption")) or _text(each.get("description"))
