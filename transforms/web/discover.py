"""Where a site's feeds and sitemaps may be, best guess first. Nothing is asked for to find out."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from newsbeam.transforms.core.urls import host_of, join_url, registered_domain

# A tag with quoted values, which may contain ">". Bounds and possessive repeats keep hostile pages
# cheap; no tree is built, because one tag with 100,000 attributes would take a parser a minute.
_TAG = re.compile(
    r"""<(link|a|base)\s((?:[^<>"']++|"[^"]{0,2048}+"|'[^']{0,2048}+'){1,200}+)>""", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]{1,64}+)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++)""")

_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss|atom|feed|feeds|rdf)(?:[/._-]|\d|$)|[?&]feed=", re.IGNORECASE
)
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario", re.IGNORECASE)
_NEWS = re.compile(r"news|latest|recent|article|post", re.IGNORECASE)

#: Where many content management systems have them; asked last.
COMMON_FEED_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds")
COMMON_SITEMAP_PATHS = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A URL that may be a feed or a sitemap of the site."""

    url: str
    kind: Literal["feed", "sitemap"]
    how: Literal["link", "robots", "anchor", "path"]  # what led to it, most trusted first
    title: str | None = None


def find_candidates(
    home_url: str, page: str, sitemaps: Iterable[str] = ()
) -> tuple[Candidate, ...]:
    """Return feeds and sitemaps that a site may have, the likeliest first, each URL once.

    ``page`` is the HTML of its home page, ``sitemaps`` what its robots.txt names. First come feeds
    that the page declares (those of comments last), then the sitemaps (those of news first), then
    links of the same site that look like feeds, then paths that are common.
    """
    links, anchors = _read_tags(home_url, page)
    links.sort(key=lambda link: bool(_COMMENTS.search(f"{link.url} {link.title}")))
    named = [join_url(home_url, url) for url in sitemaps]
    robots = [Candidate(url=url, kind="sitemap", how="robots") for url in named if url]
    robots.sort(key=lambda sitemap: not _NEWS.search(sitemap.url))
    domain = registered_domain(host_of(home_url) or "")
    near = [link for link in anchors if registered_domain(host_of(link.url) or "") == domain]
    return _once([*links, *robots, *near, *_common(home_url)])


def _read_tags(home_url: str, page: str) -> tuple[list[Candidate], list[Candidate]]:
    """Return the feeds that ``page`` declares, and its links that look like feeds."""
    base = home_url
    links, anchors = [], []
    for match in _TAG.finditer(page):
        values = {
            name.lower(): html.unescape(value.strip("\"'")).strip()
            for name, value in _ATTRIBUTE.findall(match[2])
        }
        tag, url = match[1].lower(), join_url(base, values.get("href") or "")
        if url is None or not values.get("href"):
            continue
        title = values.get("title") or None
        if tag == "base":
            base = url
        elif tag == "a":
            if _FEED_PATH.search(url.partition("://")[2].partition("/")[2]):
                anchors.append(Candidate(url=url, kind="feed", how="anchor", title=title))
        elif _declares_feed(values):
            links.append(Candidate(url=url, kind="feed", how="link", title=title))
    return links, anchors


def _declares_feed(link: dict[str, str]) -> bool:
    relations = link.get("rel", "").lower().split()
    media_type = link.get("type", "").lower().partition(";")[0].strip()
    return "alternate" in relations and media_type in _FEED_TYPES


def _common(home_url: str) -> list[Candidate]:
    feeds = [(path, "feed") for path in COMMON_FEED_PATHS]
    found = []
    for path, kind in [*feeds, *((path, "sitemap") for path in COMMON_SITEMAP_PATHS)]:
        url = join_url(home_url, path)
        if url is not None:
            found.append(
                Candidate(url=url, kind="feed" if kind == "feed" else "sitemap", how="path")
            )
    return found


def _once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        found.setdefault(candidate.url, candidate)
    return tuple(found.values())
