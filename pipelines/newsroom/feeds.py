"""Lists of articles in each format: RSS 2.0, Atom 1.0, RSS 1.0, JSON Feed, sitemaps and OPML."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from newsbeam.pipelines.newsroom.content import Feed, Publisher, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed."""

    link: str  # as the feed writes it: it may be relative or carry tracking parameters
    guid: str
    title: str
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A feed with what it holds."""

    publisher: Publisher
    feed: Feed
    items: Sequence[Item]
    names: Mapping[str, str] = field(default_factory=dict)  # of the lists in an OPML, by URL

    @property
    def url(self) -> str:
        """Where the feed stands."""
        return f"http://{self.publisher.host}{self.feed.path}"

    @property
    def title(self) -> str:
        """The publisher's name, with the sections if the feed is limited to some."""
        return " – ".join((self.publisher.name, *self.feed.sections))

    @property
    def changed_at(self) -> datetime | None:
        """The latest date of any item."""
        dates = [item.modified_at or item.published_at for item in self.items]
        return max((date for date in dates if date), default=None)


def make_item(story: Story, feed: Feed) -> Item:
    """Return the entry of ``story`` in ``feed``, with the kind of link that the feed uses."""
    tracking = "utm_source=rss&utm_medium=feed&utm_campaign=all"
    link = {
        "plain": story.url,
        "tracked": f"{story.url}{'&' if '?' in story.path else '?'}{tracking}",
        "relative": story.path,
        "mobile": story.mobile_url,
    }[feed.links]
    return Item(
        link=link,
        guid=f"tag:{story.publisher.host},2026:{story.slug}",
        title=story.title,
        summary=story.summary,
        authors=story.authors,
        published_at=story.published_at,
        modified_at=story.modified_at,
        section=story.section,
        tags=story.tags,
    )


def render_feed(listing: Listing) -> tuple[bytes, str]:
    """Return the bytes of a feed and its content type."""
    charset = "utf-8" if listing.feed.format == "json" else listing.publisher.charset
    body = _FORMATS[listing.feed.format](listing).encode(charset)
    return body, f"{listing.feed.media_type}; charset={charset}"


def _xml(listing: Listing, body: str) -> str:
    return f'<?xml version="1.0" encoding="{listing.publisher.charset}"?>\n{body}\n'


def _tag(name: str, value: str | datetime | None) -> str:
    text = value.isoformat() if isinstance(value, datetime) else value
    return f"<{name}>{escape(text)}</{name}>\n" if text else ""


def _rfc_date(at: datetime | None) -> str | None:
    return format_datetime(at) if at else None


def _rss(listing: Listing) -> str:
    items = []
    for item in listing.items:
        parts = [
            _tag("title", item.title),
            _tag("link", item.link),
            _tag("description", item.summary),
            f'<guid isPermaLink="false">{escape(item.guid)}</guid>\n' if listing.feed.guids else "",
            *(_tag("dc:creator", name) for name in item.authors),
            _tag("category", item.section),
            _tag("pubDate", _rfc_date(item.published_at)),
            _tag("atom:updated", item.modified_at),
        ]
        items.append(f"<item>\n{''.join(parts)}</item>")
    changed = listing.changed_at
    return _xml(
        listing,
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        + _tag("title", listing.title)
        + _tag("link", f"http://{listing.publisher.host}/")
        + _tag("description", listing.title)
        + _tag("language", listing.publisher.language)
        + _tag("lastBuildDate", _rfc_date(changed))
        + "\n".join(items)
        + "\n</channel>\n</rss>",
    )


def _atom(listing: Listing) -> str:
    entries = []
    for item in listing.items:
        changed = item.modified_at or item.published_at
        authors = "".join(f"<author>{_tag('name', name)}</author>\n" for name in item.authors)
        entries.append(
            f"<entry>\n{_tag('title', item.title)}"
            f'<link rel="alternate" href={quoteattr(item.link)}/>\n'
            f"{_tag('id', item.guid)}"
            f"{_tag('published', item.published_at)}"
            f"{_tag('updated', changed)}"
            f"{_tag('summary', item.summary)}{authors}"
            + "".join(f"<category term={quoteattr(tag)}/>\n" for tag in item.tags)
            + "</entry>"
        )
    changed = listing.changed_at
    return _xml(
        listing,
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{listing.publisher.language}">\n'
        f"{_tag('title', listing.title)}{_tag('id', listing.url)}"
        f'<link rel="self" href={quoteattr(listing.url)}/>\n'
        f"{_tag('updated', changed)}" + "\n".join(entries) + "\n</feed>",
    )


def _rdf(listing: Listing) -> str:
    items, sequence = [], []
    for item in listing.items:
        sequence.append(f"<rdf:li rdf:resource={quoteattr(item.link)}/>")
        items.append(
            f"<item rdf:about={quoteattr(item.link)}>\n{_tag('title', item.title)}"
            f"{_tag('link', item.link)}{_tag('description', item.summary)}"
            + "".join(_tag("dc:creator", name) for name in item.authors)
            + _tag("dc:subject", item.section)
            + _tag("dc:date", item.published_at)
            + "</item>"
        )
    channel = (
        f"<channel rdf:about={quoteattr(listing.url)}>\n{_tag('title', listing.title)}"
        f"{_tag('link', f'http://{listing.publisher.host}/')}"
        f"{_tag('description', listing.title)}"
        f"{_tag('dc:language', listing.publisher.language)}"
        f"<items><rdf:Seq>{''.join(sequence)}</rdf:Seq></items>\n</channel>"
    )
    return _xml(
        listing,
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        + channel
        + "\n"
        + "\n".join(items)
        + "\n</rdf:RDF>",
    )


def _json(listing: Listing) -> str:
    items = []
    for item in listing.items:
        one: dict[str, object] = {"id": item.guid, "url": item.link, "title": item.title}
        one["summary"] = item.summary or ""
        one["authors"] = [{"name": name} for name in item.authors]
        one["tags"] = list(item.tags)
        if item.published_at:
            one["date_published"] = item.published_at.isoformat()
        if item.modified_at:
            one["date_modified"] = item.modified_at.isoformat()
        items.append(one)
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": listing.title,
        "home_page_url": f"http://{listing.publisher.host}/",
        "feed_url": listing.url,
        "language": listing.publisher.language,
        "items": items,
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _news_sitemap(listing: Listing) -> str:
    urls = []
    for item in listing.items:
        urls.append(
            f"<url>\n{_tag('loc', item.link)}"
            f"{_tag('lastmod', item.modified_at)}"
            f"<news:news>\n<news:publication>\n{_tag('news:name', listing.publisher.name)}"
            f"{_tag('news:language', listing.publisher.language)}</news:publication>\n"
            f"{_tag('news:publication_date', item.published_at)}"
            f"{_tag('news:title', item.title)}</news:news>\n</url>"
        )
    return _xml(
        listing,
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        + "\n".join(urls)
        + "\n</urlset>",
    )


def _sitemap(listing: Listing) -> str:
    urls = []
    for item in listing.items:
        changed = item.modified_at or item.published_at
        lastmod = _tag("lastmod", changed)
        urls.append(f"<url>\n{_tag('loc', item.link)}{lastmod}</url>")
    return _xml(
        listing,
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(urls)
        + "\n</urlset>",
    )


def _sitemap_index(listing: Listing) -> str:
    maps = "".join(f"<sitemap>\n{_tag('loc', url)}</sitemap>\n" for url in listing.feed.lists)
    return _xml(
        listing,
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{maps}</sitemapindex>',
    )


def _opml(listing: Listing) -> str:
    outlines = "\n".join(
        f'<outline type="rss" text={quoteattr(listing.names.get(url, url))} '
        f"xmlUrl={quoteattr(url)}/>"
        for url in listing.feed.lists
    )
    return _xml(
        listing,
        f'<opml version="2.0">\n<head>{_tag("title", listing.title)}</head>\n'
        f"<body>\n{outlines}\n</body>\n</opml>",
    )


_FORMATS: dict[str, Callable[[Listing], str]] = {
    "rss": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
    "news_sitemap": _news_sitemap,
    "sitemap": _sitemap,
    "sitemap_index": _sitemap_index,
    "opml": _opml,
}
