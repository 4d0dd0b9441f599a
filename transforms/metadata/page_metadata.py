"""What a page says of its article: each field from the most trusted place that has it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from newsbeam.transforms.core.canonical import canonical_of, read_claim
from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.core.records import DateClaim, Entry
from newsbeam.transforms.core.urls import canonicalize_url, host_of, join_url, registered_domain
from newsbeam.transforms.metadata.authors import find_authors
from newsbeam.transforms.metadata.dates import find_dates
from newsbeam.transforms.metadata.headings import read_headings
from newsbeam.transforms.metadata.headline import Near, find_headline, near_headline
from newsbeam.transforms.metadata.reservations import read_opt_out
from newsbeam.transforms.metadata.titles import choose_title
from newsbeam.transforms.pages.outline import Element, Outline
from newsbeam.transforms.pages.structured import (
    Node,
    find_article,
    text_of_key,
    texts_of,
    types_of,
)

_MAX_TAGS = 30
_MAX_TAG_CHARS = 80
#: Keys of a content system rather than words: "98be933f-38cf-4fba-b6c6-ad438e82010a".
_KEY = re.compile(r"[0-9a-f-]{16,}|\d{5,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Metadata of an article, judged and cleaned."""

    title: str | None = None
    title_source: str | None = None  # jsonld, meta, heading, title_element, feed, row, text
    subtitle: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    authors_source: str | None = None  # jsonld, feed, meta, byline, row
    published: DateClaim | None = None
    published_flags: tuple[str, ...] = ()  # unreadable
    modified: DateClaim | None = None
    publisher: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    language: str | None = None  # as declared, not verified
    canonical_url: str | None = None
    free_access: bool | None = None
    ai_training_opt_out: bool | None = None
    content_tier: str | None = None  # free, metered, locked
    declared_words: int | None = None  # wordCount of JSON-LD
    body: str | None = None  # articleBody of JSON-LD, raw
    locked: tuple[str, ...] = ()  # CSS selectors of what is not free
    titles: tuple[str, ...] = ()  # all forms of the headline


@dataclass(frozen=True, slots=True, kw_only=True)
class PageData:
    """What is read from a page beside its text."""

    metadata: Metadata
    headline: Element | None  # the heading that shows the title
    near: tuple[Near, ...]  # what stands around the headline
    byline: tuple[int, ...]  # indexes of the blocks that name the authors …
    dates: tuple[int, ...]  # … and of those that say nothing but dates
    article: Node  # JSON-LD's node of the article; empty if there is none


def read_metadata(
    outline: Outline,
    *,
    url: str | None,
    entry: Entry,
    fetched_at: datetime,
    max_future_s: float,
) -> PageData:
    """Return the metadata of the page at ``url``.

    A page is trusted in this order: JSON-LD, Open Graph, meta elements, visible elements. The
    feed's title, summary, authors, section and picture fill what the page lacks; its date and
    publisher come first.
    """
    article = find_article(outline.json_ld, url)
    publisher = _publisher(outline, article, entry)
    outlets = tuple(_outlet_names(outline, publisher, url))
    declared = text_of_key(article, "headline")
    headings = read_headings(outline, [declared, *outline.values("og:title"), outline.title])
    section = _section(outline, article, entry)
    path = _path_of(url)
    # A template for pages about the site calls its headline the site's name.
    sites = [name for name in headings.sites if normalize_text(name) not in path[-1:]]
    chosen = choose_title(
        structured=declared,
        open_graph=outline.values("og:title"),
        headings=(*(name for name in headings.sites if name not in sites), *headings.headlines),
        # The headline in a news node is the newsroom's; in others mostly made for search engines.
        only=None if any("News" in kind for kind in types_of(article)) else headings.only,
        main=headings.main,
        element=outline.title,
        others=outline.values("headline", "twitter:title", "dc.title", "parsely-title", "title"),
        feed=entry.title,
        names=(*outlets, *sites),
        labels=(section or "", *path[:-1]),
    )
    title = chosen.text if chosen else None
    headline = find_headline(outline, title)
    near = near_headline(outline, headline) if headline is not None else ()
    dates = find_dates(
        outline,
        article,
        entry=entry,
        url=url,
        near=near,
        now=fetched_at,
        max_future_s=max_future_s,
        headline=headline,
    )
    days = {claim.at.date() for claim in (dates.published, dates.modified) if claim}
    authors = find_authors(outline, article, entry=entry, outlets=outlets, near=near, days=days)
    metadata = Metadata(
        title=title,
        title_source=_told(chosen.source if chosen else None, entry),
        subtitle=_other_than(title, text_of_key(article, "alternativeHeadline", "alternateName")),
        summary=_other_than(
            title,
            text_of_key(article, "description"),
            *outline.values("og:description", "description", "twitter:description"),
            entry.summary,
        ),
        authors=authors.names,
        authors_source=_told(authors.source, entry),
        published=dates.published,
        published_flags=dates.flags,
        modified=dates.modified,
        publisher=publisher,
        section=section,
        tags=_tags(outline, article, entry),
        image_url=_image(outline, article, entry, url),
        language=outline.language or outline.first("og:locale", "content-language", "language"),
        canonical_url=canonical_of(url, *_claims(url, outline), base=outline.base),
        free_access=_boolean(article.get("isAccessibleForFree")),
        ai_training_opt_out=read_opt_out(
            outline.values("tdm-reservation"), outline.values("robots", "googlebot", "ccbot")
        ),
        content_tier=outline.first("article:content_tier", "content_tier"),
        declared_words=_number(article.get("wordCount")),
        body=_body(article),
        locked=tuple(_locked(article.get("hasPart"))),
        titles=tuple(
            _present(
                [
                    title,
                    outline.first("og:title"),
                    declared,
                    *headings.headlines[:1],
                    *headings.kickers,
                ]
            )
        ),
    )
    return PageData(
        metadata=metadata,
        headline=headline,
        near=near,
        byline=authors.blocks,
        dates=dates.blocks,
        article=article,
    )


def _claims(url: str | None, outline: Outline) -> tuple[str, ...]:
    """Return what the page says of its address, the canonical link first.

    Links that contradict each other are none: nobody can tell which one is a mistake. What can be
    no page's own address contradicts nothing.
    """
    found = (read_claim(url, href, base=outline.base) for href in outline.canonicals)
    links = {link for link in found if link is not None}
    return (*(links if len(links) == 1 else ()), *outline.values("og:url"))


def _path_of(url: str | None) -> list[str]:
    """Return the parts of the path of ``url``, normalized: mostly sections, then the headline."""
    path = urlsplit(canonicalize_url(url or "") or "").path
    return [words for part in path.split("/") if (words := normalize_text(unquote(part)))]


def told_by(entry: Entry) -> str:
    """Return the source of what ``entry`` says of title and authors: a row or a feed."""
    return "row" if entry.source_kind in ("jsonl", "parquet") else "feed"


def _told(source: str | None, entry: Entry) -> str | None:
    return told_by(entry) if source == "feed" else source


def texts_raw(value: object) -> Iterator[str]:
    """Yield strings of a JSON-LD value with their line breaks."""
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from texts_raw(each)


def _publisher(outline: Outline, article: Node, entry: Entry) -> str | None:
    claims = (
        entry.publisher,
        text_of_key(article, "publisher"),
        outline.first("og:site_name"),
        *_marked_publishers(outline),
        outline.first(
            "application-name", "dc.publisher", "publisher", "apple-mobile-web-app-title"
        ),
        entry.source_title,
    )
    return next((claim for claim in claims if claim and "://" not in claim), None)


def _marked_publishers(outline: Outline) -> Iterator[str]:
    """Yield the names of publishers in microdata."""
    for element in outline.properties:
        if element.get("itemprop") == "name" and any(
            each.get("itemprop") == "publisher" for each in element.chain()
        ):
            yield (element.get("content") or outline.text_of(element)).strip()


def _outlet_names(outline: Outline, publisher: str | None, url: str | None) -> Iterator[str]:
    """Yield the names under which the outlet may stand in titles and bylines."""
    for name in (
        publisher,
        *outline.values("og:site_name", "application-name", "apple-mobile-web-app-title"),
        *outline.values("twitter:site", "dc.publisher", "publisher"),
    ):
        if name:
            yield name.lstrip("@")
    host = host_of(url) if url else None
    if host:
        domain = registered_domain(host)
        yield from (host, host.removeprefix("www."), domain, domain.partition(".")[0])


def _section(outline: Outline, article: Node, entry: Entry) -> str | None:
    claims = (
        text_of_key(article, "articleSection"),
        *outline.values("article:section", "parsely-section", "section", "cxenseparse:section"),
        entry.section,
    )
    return next((claim for claim in claims if claim and "://" not in claim), None)


def _tags(outline: Outline, article: Node, entry: Entry) -> tuple[str, ...]:
    for claims in (
        [*texts_of(article.get("keywords"))],
        [*outline.values("article:tag", "parsely-tags")],
        [*outline.values("news_keywords")],
        list(entry.tags),
        [*outline.values("keywords")],
    ):
        tags: dict[str, str] = {}
        for claim in claims:
            for tag in re.split(r"[,;|]", claim):
                name = tag.strip()
                if not 0 < len(name) <= _MAX_TAG_CHARS or "://" in name:
                    continue
                if not _KEY.fullmatch(name):
                    tags.setdefault(name.casefold(), name)
        if tags:
            return tuple(tags.values())[:_MAX_TAGS]
    return ()


def _image(outline: Outline, article: Node, entry: Entry, url: str | None) -> str | None:
    claims = [
        *outline.values("og:image", "og:image:url", "og:image:secure_url", "twitter:image"),
        *_image_urls(article.get("image")),
        *outline.values("twitter:image:src", "thumbnail"),
        entry.image_url,
    ]
    return next((joined for claim in claims if claim and (joined := join_url(url, claim))), None)


def _image_urls(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _image_urls(each)
    elif isinstance(value, dict):
        yield from _image_urls(value.get("url") or value.get("contentUrl"))


def _body(article: Node) -> str | None:
    """Return articleBody, or, of a live blog, all of its posts."""
    body = next(texts_raw(article.get("articleBody") or article.get("text")), None)
    updates = article.get("liveBlogUpdate")
    posts = updates if isinstance(updates, list) else [updates]
    texts = [
        text
        for post in posts
        if isinstance(post, dict)
        for key in ("headline", "articleBody")
        for text in texts_raw(post.get(key))
    ]
    return "\n".join([*([body] if body else []), *texts]) or None


def _locked(parts: object) -> Iterator[str]:
    """Yield the CSS selectors of the parts that are not free."""
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and _boolean(part.get("isAccessibleForFree")) is False:
            for selectors in texts_raw(part.get("cssSelector")):
                yield from (each.strip() for each in selectors.split(",") if each.strip())


def _boolean(value: object) -> bool | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower().rpartition("/")[2]
    return {"true": True, "false": False, "1": True, "0": False}.get(text)


def _number(value: object) -> int | None:
    text = str(value).strip()
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _other_than(title: str | None, *claims: str | None) -> str | None:
    return next((claim for claim in _present(claims) if claim != title), None)


def _present(claims: Iterable[str | None]) -> Iterator[str]:
    for claim in claims:
        text = " ".join((claim or "").split())
        if text:
            yield text
