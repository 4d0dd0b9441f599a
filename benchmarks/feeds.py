"""Feeds, sitemaps and archives against the truth: what is found, what it costs, what it raises.

    .venv/bin/python -m benchmarks.feeds > benchmarks/results/feeds.md

The evaluation data is found as in the tests: NEWSBEAM_DATA, else ../shared/data beside the
repository. Times are CPU milliseconds of this process, the best of three.
"""

import hashlib
import html
import io
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Page, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.sources.feeds import ParsedFeed, parse_feed
from newsbeam.transforms.sources.sitemaps import parse_sitemap

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
COMMAND = ".venv/bin/python -m benchmarks.feeds > benchmarks/results/feeds.md"


@dataclass
class Row:
    """One line of the table."""

    name: str
    files: int = 0
    counts_right: int = 0
    found: int = 0
    truth: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    total_ms: float = 0.0
    slowest_ms: float = 0.0
    slowest: str = ""
    refused: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)

    def take(self, name: str, read: Callable[[], Any]) -> Any:
        """Return what ``read`` returns, None if it raises, and count its time."""
        self.files += 1
        best = float("inf")
        result = None
        for _ in range(3):
            started = time.process_time()
            try:
                result = read()
            except InputError as error:
                self.refused.append(f"{name} ({error.reason})")
                break
            except Exception as error:  # noqa: BLE001  # what is counted here
                self.raised.append(f"{name} ({error!r})")
                break
            best = min(best, (time.process_time() - started) * 1000)
        if result is not None:
            self.total_ms += best
            if best > self.slowest_ms:
                self.slowest_ms, self.slowest = best, name
        return result

    def count(self, found: int, truth: int) -> None:
        """Count the items of one file."""
        self.counts_right += found == truth
        self.found += found
        self.truth += truth

    def compare(self, what: str, expected: object, found: object) -> None:
        """Count whether one field is right."""
        self.fields[f"{what} of"] += 1
        self.fields[what] += expected == found


def parse(body: bytes) -> ParsedFeed:
    """Parse a feed as a poll does."""
    return parse_feed(body, ref="https://feed.example/", seen_at=SEEN)


def measure_feeds(folder: Path) -> Iterable[Row]:
    """Real feeds, by us and by feedparser alone; then feedparser's own cases."""
    ours, theirs = Row("real feeds"), Row("real feeds, feedparser alone")
    for truth in read_truth(folder):
        body = (folder / truth["file"]).read_bytes()
        name = truth["file"].removeprefix("raw/")
        plain = theirs.take(
            name, lambda body=body: feedparser.parse(io.BytesIO(body), sanitize_html=False)
        )
        theirs.count(len(plain.entries), truth["n_items"])
        feed = ours.take(name, lambda body=body: parse(body))
        if feed is None:
            continue
        ours.count(len(feed.entries) + len(feed.invalid), truth["n_items"])
        for item, entry in pair(truth.get("items", ()), feed):
            if entry is None:
                ours.compare("title", item.get("title"), None)
                continue
            ours.compare("title", words(item.get("title")), words(entry.title))
            if item.get("guid"):
                ours.compare("id", item["guid"], entry.source_id)
            expected = instant(item.get("date"))
            claim = entry.published or entry.modified
            if expected is not None:
                ours.compare("date", expected, claim and claim.at)
    yield ours
    yield theirs
    cases = Row("feedparser's test cases (against feedparser)")
    for path in sorted((folder / "feedparser_tests").rglob("*.*")):
        body = path.read_bytes()
        feed = cases.take(path.name, lambda body=body: parse(body))
        if feed is not None and path.suffix != ".json":
            entries = feedparser.parse(io.BytesIO(body), sanitize_html=False).entries
            cases.count(len(feed.entries) + len(feed.invalid), len(entries))
        elif feed is not None:
            cases.count(len(feed.entries), 2)
    yield cases


def measure_ratio(folder: Path) -> tuple[float, float]:
    """Return the CPU milliseconds of a real feed, in feedparser alone and in ours.

    Both read each feed in turn, so that whatever slows the machine slows both; the best of five.
    """
    bodies = [(folder / truth["file"]).read_bytes() for truth in read_truth(folder)]
    readers: tuple[Callable[[bytes], Any], ...] = (
        lambda body: feedparser.parse(io.BytesIO(body), sanitize_html=False),
        parse,
    )
    totals = [0.0, 0.0]
    for body in bodies:
        best = [float("inf"), float("inf")]
        for _ in range(5):
            for place, read in enumerate(readers):
                started = time.process_time()
                read(body)
                best[place] = min(best[place], time.process_time() - started)
        for place, seconds in enumerate(best):
            totals[place] += seconds * 1000 / len(bodies)
    return totals[0], totals[1]


def measure_sitemaps(folder: Path) -> Iterable[Row]:
    """Sitemaps and indexes; feeds among them are refused, as they should be."""
    row = Row("sitemaps")
    for truth in read_truth(folder):
        body = (folder / truth["file"]).read_bytes()
        name = truth["file"].removeprefix("raw/")
        found = row.take(
            name,
            lambda body=body: parse_sitemap(body, ref="https://a.example/", seen_at=SEEN),
        )
        if found is None:
            row.count(0, truth["n"])
            continue
        row.count(len(found.entries) + len(found.children), truth["n"])
        by_url = {entry.url: entry for entry in found.entries}
        urls = set(by_url) | {child.ref for child in found.children}
        for expected in truth["entries"]:
            row.compare("url", True, expected["loc"] in urls)
            entry = by_url.get(expected["loc"])
            if entry is not None and expected.get("news_title"):
                row.compare("title", words(expected["news_title"]), words(entry.title))
            if entry is not None and expected.get("news_publication_date"):
                day = str(entry.published.at.date()) if entry.published else None
                row.compare("date", expected["news_publication_date"][:10], day)
    yield row


def measure_archives(folder: Path) -> Iterable[Row]:
    """WARC and ARC: HTML pages that were answered with 200, by URL and the SHA-1 of the body."""
    row = Row("web archives, pages")
    for truth in read_truth(folder):
        data = (folder / truth["file"]).read_bytes()
        pages = row.take(truth["file"].removeprefix("real/"), lambda data=data: read_pages(data))
        if pages is None:
            continue
        found = Counter((page.url, hashlib.sha1(page.body).hexdigest()) for page in pages)
        expected = Counter((page["url"], page["sha1"]) for page in truth["html_200"])
        row.count((found & expected).total(), expected.total())
    made = folder / "fundus_pages_cc-news-shape.warc.gz"
    data = made.read_bytes()
    pages = row.take(made.name, lambda: read_pages(data)) or []
    urls = {json.loads(line)["url"] for line in read_lines(folder / "fundus_pages_truth.jsonl")}
    row.count(len(urls & {page.url for page in pages}), len(urls))
    yield row


def read_pages(data: bytes) -> list[Page]:
    """Return the HTML pages of an archive."""
    reader = open_documents(
        io.BytesIO(data), Source(ref="a.warc"), ReadSettings(), seen_at=SEEN, max_entries=1
    )
    return [item for item in reader if isinstance(item, Page) and item.media == "html"]


def pair(items: Iterable[dict[str, Any]], feed: ParsedFeed) -> Iterable[tuple[dict[str, Any], Any]]:
    """Yield each true item with the entry of the same link, id or title, or None."""
    by_key: dict[str, Any] = {}
    for entry in feed.entries:
        for key in (words(entry.title), entry.source_id, entry.url):
            if key:
                by_key.setdefault(key, entry)
    for item in items:
        keys = (item.get("link"), item.get("guid"), words(item.get("title")))
        yield item, next((by_key[key] for key in keys if key in by_key), None)


def words(text: str | None) -> str:
    """Return ``text`` without markup, as letters and digits."""
    plain = re.sub("<[^>]+>", "", html.unescape(html.unescape(text or "")))
    return " ".join(re.findall(r"\w+", plain.lower()))


def instant(text: str | None) -> datetime | None:
    """Return a true date that has a zone."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file that are not empty."""
    return [line for line in path.read_text("utf-8").split("\n") if line]


def read_truth(folder: Path) -> list[dict[str, Any]]:
    """Return the truth of a folder."""
    return [json.loads(line) for line in read_lines(folder / "truth.jsonl")]


def main() -> None:
    """Print the table."""
    root = Path(__file__).parents[1]
    data = Path(os.environ.get("NEWSBEAM_DATA", root.parent / "shared" / "data"))
    if not data.exists():
        sys.exit(f"{data} is absent: set NEWSBEAM_DATA to the folder of the evaluation data.")
    rows = [
        *measure_feeds(data / "feeds"),
        *measure_sitemaps(data / "sitemaps"),
        *measure_archives(data / "warc"),
    ]
    print(f"# Feeds, sitemaps and archives\n\n`{COMMAND}`\n")
    print(
        "| Input | Files | Counts right | Items found / truth | Fields right | Mean ms | "
        "Slowest ms | Raised |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        right = ", ".join(
            f"{what} {row.fields[what]}/{row.fields[what + ' of']}"
            for what in ("url", "title", "id", "date")
            if row.fields[what + " of"]
        )
        counted = row.files - len(row.refused) if row.name.startswith("feedparser") else row.files
        print(
            f"| {row.name} | {row.files} | {row.counts_right}/{counted} "
            f"| {row.found} / {row.truth} | {right} | {row.total_ms / max(1, row.files):.1f} "
            f"| {row.slowest_ms:.0f} ({row.slowest}) | {len(row.raised)} |"
        )
    theirs, ours = measure_ratio(data / "feeds")
    print("\n| CPU of a real feed, in turns | feedparser alone | ours | Ratio |\n|---|---|---|---|")
    print(f"| mean ms | {theirs:.1f} | {ours:.1f} | {ours / theirs:.2f} |")
    print("\nRefused with a reason:\n")
    for row in rows:
        for each in row.refused:
            print(f"- {row.name}: {each}")
    for row in rows:
        for each in row.raised:
            print(f"- RAISED {row.name}: {each}")


if __name__ == "__main__":
    main()
