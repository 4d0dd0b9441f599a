"""What large hostile feeds and sitemaps cost: CPU seconds and outcome of each, as Markdown.

.venv/bin/python -m benchmarks.fuzz.large
"""

import time
from collections.abc import Iterator

from benchmarks.fuzz.targets import SEEN
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.sources.feeds import parse_feed
from newsbeam.transforms.sources.sitemaps import parse_sitemap

SETTINGS = FetchSettings()
_ITEM = b"<item><link>http://a.example/c</link>"


def fill(head: bytes, part: bytes, tail: bytes) -> bytes:
    """Return ``part`` repeated between ``head`` and ``tail`` up to the largest feed allowed."""
    return head + part * ((SETTINGS.max_feed_bytes - len(head) - len(tail)) // len(part)) + tail


def make_feeds() -> Iterator[tuple[str, bytes]]:
    """Yield feeds by what there is too much of."""
    start, end = b"<rss><channel>", b"</channel></rss>"
    item, over = start + _ITEM, b"</item>" + end
    escaped, section = b"text &lt;p&gt; " * 800, b"<p>text &amp; more</p>" * 500
    yield (
        "full texts, escaped",
        fill(start, _ITEM + b"<description>%s</description></item>" % escaped, end),
    )
    yield (
        "full texts in CDATA",
        fill(start, _ITEM + b"<description><![CDATA[%s]]></description></item>" % section, end),
    )
    yield "entries", fill(start, _ITEM + b"</item>", end)
    yield "entries, below the limit of tags", start + (_ITEM + b"</item>") * 19_000 + end
    yield "enclosures", start + (_ITEM + b"<enclosure url='x'/>" * 45 + b"</item>") * 1900 + end
    yield "elements in one entry", fill(item, b"<x/>", over)
    yield "depth", fill(item, b"<a>", b"")
    yield (
        "namespaces",
        item + b"".join(b"<a%d:b xmlns:a%d='u%d'/>" % (n, n, n) for n in range(25_000)),
    )
    yield (
        "attributes",
        b"%s<x %s/>%s" % (item, b" ".join(b"a%d=''" % n for n in range(900_000)), over),
    )
    yield "ampersands", fill(item + b"<title>", b"&", b"</title>" + over)
    yield "references", fill(item + b"<title>", b"&eacute;", b"</title>" + over)
    yield "sections that are not closed", fill(item + b"<title>&", b"<![CDATA[", b"")
    yield "comments that are not closed", fill(item + b"<title>&", b"<!--", b"")
    yield (
        "bytes of no encoding",
        fill(item + b"<title>", bytes(range(128, 256)), b"</title>" + over),
    )
    head = b'{"version":"https://jsonfeed.org/version/1.1","items":['
    yield "JSON entries", fill(head, b'{"id":"1","url":"http://a.example/c"},', b"{}]}")
    yield (
        "JSON entries, the most",
        head + b'{"id":"1","url":"http://a.example/"},' * 19_999 + b"{}]}",
    )
    yield "JSON lists", fill(head, b"[],", b"{}]}")
    yield "JSON depth", fill(head, b"[", b"")


def make_sitemaps() -> Iterator[tuple[str, bytes]]:
    """Yield sitemaps by what there is too much of."""
    url = b"<url><loc>http://a.example/%d</loc><lastmod>2026-03-03T09:30:00Z</lastmod></url>"
    yield (
        "sitemap, the most addresses",
        b"<urlset>%s</urlset>" % b"".join(url % number for number in range(50_000)),
    )
    yield "sitemap of tags", fill(b"<urlset>", b"<a>", b"")
    yield (
        "sitemap of tags, below the limit",
        b"<urlset><url>%s</url></urlset>" % (b"<a/>" * 599_000),
    )
    yield "sitemap of lines", fill(b"", b"http://a.example/c\n", b"")


def measure(name: str, body: bytes) -> str:
    """Return a line of the table."""
    read = parse_sitemap if name.startswith("sitemap") else parse_feed
    started = time.process_time()
    try:
        found = read(body, ref="http://a.example/feed", seen_at=SEEN)
        outcome = f"{len(found.entries)} entries"
    except InputError as error:
        outcome = f"{error.reason}: {error.detail[:60]}"
    spent = time.process_time() - started
    return f"| {name} | {len(body) / 1e6:.1f} | {spent:.2f} | {outcome} |"


def main() -> None:
    """Print the table."""
    print("| Too much of | MB | CPU s | Outcome |\n|---|---|---|---|")
    for make in (make_feeds, make_sitemaps):
        for name, body in make():
            print(measure(name, body), flush=True)


if __name__ == "__main__":
    main()
