"""What is done with each input of the fuzzer, and what must hold of the outcome.

Each target takes bytes and raises whatever is wrong: an exception that is no ``InputError``, an
outcome that breaks a promise (``BrokenError``), or more than a second of CPU (``SlowError``). The
last four bytes choose a header and, now and then, blow the input up by repeating a part of it,
since much of what makes a parser slow is too long for a fuzzer to write.
"""

import asyncio
import io
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from newsbeam.transforms.core.errors import REASONS, InputError
from newsbeam.transforms.core.ledger import PASSED_OVER_KINDS
from newsbeam.transforms.core.records import WIRE_KINDS, Entry, Page, Reject, Source
from newsbeam.transforms.core.settings import FetchSettings, PollSettings, ReadSettings
from newsbeam.transforms.extraction.dispatch import read_dispatch
from newsbeam.transforms.sources.answers import Found, open_answer
from newsbeam.transforms.sources.detect import detect_kind
from newsbeam.transforms.sources.documents import DocumentReader, open_documents
from newsbeam.transforms.sources.feed_by_feedparser import read_by_feedparser
from newsbeam.transforms.sources.feed_draft import MAX_ENTRIES
from newsbeam.transforms.sources.feed_xml import parse_feed_xml
from newsbeam.transforms.sources.feeds import parse_feed
from newsbeam.transforms.sources.sitemaps import parse_sitemap
from newsbeam.transforms.web.client import Fetcher
from newsbeam.transforms.web.hosts import Hosts
from newsbeam.transforms.web.polling import PollAnswer, PollState, judge_poll
from newsbeam.transforms.web.responses import FEED_ACCEPT, Response
from newsbeam.transforms.web.robots import RobotsCache
from newsbeam.transforms.web.urls import parse_url
from newsbeam.transforms.wires.elsewhere import join_text
from newsbeam.transforms.wires.item import decode_item

OPTIONS = 4  # bytes at the end of an input
SEEN = datetime(2026, 3, 3, tzinfo=UTC)
MAX_CPU_S = 1.0
_BLOWN_UP = 128 * 1024  # bytes
_MAX_PASSES = 50
_SETTINGS = FetchSettings(max_entries=100)
_READ = ReadSettings(max_text_bytes=1 << 20, max_archive_bytes=1 << 22, max_archive_members=50)
_TYPES = (None, "text/xml", "application/rss+xml; charset=utf-8", "text/xml; charset=utf-16")
_ADDRESS = "127.0.0.2"


class BrokenError(Exception):
    """A promise that does not hold."""


class SlowError(BrokenError):
    """More CPU than an input may cost."""


def fuzz_feeds(data: bytes) -> None:
    """Read a feed; half of them as the rare ones are read, by feedparser."""
    body, options = _unfold(data)
    content_type = _TYPES[options[0] % len(_TYPES)]
    if options[0] >= 128:
        known = Entry(source_kind="feed", source_ref="http://a.example/feed", seen_at=SEEN)
        draft = read_by_feedparser(parse_feed_xml(body, content_type), known)
        for each in draft.entries:
            repr(each).encode("utf-8")
        return
    feed = parse_feed(body, ref="http://a.example/feed", seen_at=SEEN, content_type=content_type)
    _check_entries(feed.entries)
    _require(len(feed.entries) <= MAX_ENTRIES, "too many entries are taken")
    _require(all(0 <= hour <= 23 for hour in feed.skip_hours), "hours of no day are skipped")


def fuzz_sitemaps(data: bytes) -> None:
    """Read a sitemap."""
    body, options = _unfold(data)
    sitemap = parse_sitemap(
        body,
        ref="http://a.example/sitemap.xml",
        seen_at=SEEN,
        content_type=_TYPES[options[0] % len(_TYPES)],
    )
    _check_entries(sitemap.entries)
    for child in sitemap.children:
        _check_url(child.ref)


def fuzz_robots(data: bytes) -> None:
    """Read a robots.txt and ask it about a path, which stands before it and a zero byte."""
    body, _ = _unfold(data)
    path, _, text = body.partition(b"\0")
    url = parse_url("http://a.example/" + path.decode("utf-8", "replace"), 2048)
    rules = RobotsCache(_SETTINGS, clock=lambda: 0.0).learn(url, text)
    _require(math.isfinite(rules.crawl_delay_s) or rules.crawl_delay_s > 0, "the delay is odd")
    for sitemap in rules.sitemaps:
        sitemap.encode("utf-8")
    hosts = Hosts(_SETTINGS, clock=lambda: 0.0)
    hosts.add("a.example", ())
    hosts.set_crawl_delay("a.example", rules.crawl_delay_s)
    _require(hosts.ready_at("a.example") <= _SETTINGS.max_crawl_delay_s, "the pause has no cap")
    try:
        rules.check(url)
    except InputError as error:
        _require(error.reason == "robots_denied", f"robots.txt ends as {error.reason}")


def fuzz_archives(data: bytes) -> None:
    """Read an archive at once and in passes: both find the same, and each record has its end."""
    body, options = _unfold(data)
    reader = _open_archive(body, 0, None)
    whole = [_brief(item) for item in reader]
    _require(len(whole) <= len(body), "there are more outcomes than bytes")
    passed = {kind: tally.count for kind, tally in reader.passed_over.items()}
    _require(set(passed) <= set(PASSED_OVER_KINDS), "a kind of records that nobody knows")
    # Behind damage a pass may begin, and no item may be lost or told twice by that.
    in_passes, position, again = [], 0, Counter[str]()
    for _ in range(_MAX_PASSES):
        reader = _open_archive(body, position, 1 + options[0])
        in_passes += [_brief(item) for item in reader]
        again.update({kind: tally.count for kind, tally in reader.passed_over.items()})
        if reader.complete:
            _require(in_passes == whole, "passes find something else than one reading")
            _require(again == passed, "passes count other records than one reading")
            return
        _require(reader.position > position, "a pass does not go on")
        position = reader.position


def _open_archive(body: bytes, position: int, max_bytes: int | None) -> DocumentReader:
    source = Source(ref="a.warc", kind="warc", position=position, max_bytes=max_bytes)
    return open_documents(
        io.BytesIO(body), source, _READ, seen_at=SEEN, max_entries=_SETTINGS.max_entries
    )


def _brief(item: Any) -> tuple[str, ...]:
    """Return what tells the outcome of a record from others; raise if it breaks a promise."""
    if isinstance(item, Reject):
        _require(item.reason in REASONS and bool(item.detail), "a reject does not say why")
        return item.reject_id, item.detail
    _check_url(item.url or "")
    _require(0 < len(item.body) <= _READ.max_text_bytes, "a page is empty or over the limit")
    for text in (item.entry.source_id, item.entry.source_ref, item.content_type):
        (text or "").encode("utf-8")  # raises on lone surrogates
    _require(item.fetched_at.tzinfo is not None, "a date without a zone")
    return item.entry.source_ref, item.url or "", str(len(item.body)), str(item.truncated)


def fuzz_http(data: bytes) -> None:
    """Serve the bytes as a server's whole answer, fetch it, and take it for a poll."""
    body, _ = _unfold(data)
    response = _server().fetch(body)
    _require(200 <= response.status < 300 or response.status == 304, "a failure is an answer")
    _require(len(response.body) <= _Server.MAX_BYTES, "the body is over the limit")
    found = Found(kind="feed")
    if response.status != 304:
        found = open_answer(Source(ref=response.url), response, _SETTINGS, seen_at=SEEN, read=_READ)
        _check_entries(found.entries)
    answer = PollAnswer(
        at=SEEN,
        status=response.status,
        final_url=response.url,
        permanent=response.permanent,
        etag=response.etag,
        last_modified=response.last_modified,
        cache_control=response.cache_control,
        expires=response.expires,
        hints=found.hints,
    )
    state = judge_poll(PollState(url=response.url), answer, PollSettings())
    _require(state.next_at is not None and state.next_at > SEEN, "the next poll is not later")


def fuzz_wires(data: bytes) -> None:
    """Read a document of the news trade, or an archive of some, up to what its rows are made of."""
    body, options = _unfold(data)
    kinds = ("auto", *WIRE_KINDS)
    reader = open_documents(
        io.BytesIO(body),
        Source(ref="a", kind=kinds[options[0] % len(kinds)]),
        _READ,
        seen_at=SEEN,
        max_entries=_SETTINGS.max_entries,
    )
    for item in reader:
        if isinstance(item, Reject):
            _require(item.reason in REASONS and bool(item.detail), "a reject does not say why")
        if isinstance(item, Entry) and item.item is not None:
            told = decode_item(item.item)
            joined = join_text(told, body, detect_kind("a", body))
            holds = joined.is_withdrawn or joined.is_embargoed
            _require(holds or bool(joined.paragraphs), "a text that was fetched is none")
            _require(joined.is_embargoed >= told.is_embargoed, "an embargo is lost")
        if not isinstance(item, Page) or item.media != "wire":
            continue
        said = read_dispatch(item, obey_kills=bool(options[0] & 128))
        wire = decode_item(item.body)
        _require(wire.kind == "text", "what is no text is a page")
        held = wire.embargo is not None and wire.embargo.at > SEEN
        _require(not held or wire.is_withdrawn, "an item comes before its embargo ends")
        for claim in (said.metadata.published, said.metadata.modified):
            _require(claim is None or claim.at.tzinfo is not None, "a date without a zone")
        _require(not said.withdrawn or wire.is_withdrawn, "what is taken back was not")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feeds": fuzz_feeds,
    "sitemaps": fuzz_sitemaps,
    "robots": fuzz_robots,
    "http": fuzz_http,
    "archives": fuzz_archives,
    "wires": fuzz_wires,
}


def run_target(name: str, data: bytes, *, max_cpu_s: float = MAX_CPU_S) -> None:
    """Give ``data`` to a target; an ``InputError`` is an outcome like others."""
    started = time.process_time()
    try:
        TARGETS[name](data)
    except InputError as error:
        _require(error.reason in REASONS and bool(error.detail), "a failure does not say why")
    spent = time.process_time() - started
    if spent > max_cpu_s:
        raise SlowError(f"{spent:.1f} s of CPU for {len(data)} bytes")


def _unfold(data: bytes) -> tuple[bytes, bytes]:
    """Return an input, blown up if its options say so, and the options."""
    body, options = data[:-OPTIONS], data[-OPTIONS:].rjust(OPTIONS, b"\0")
    _, repeat, first, size = options
    if repeat >= 250 and body:
        start = len(body) * first // 256
        part = body[start : start + size + 1]
        body = body[:start] + part * (_BLOWN_UP // len(part)) + body[start + len(part) :]
    return body, options


def _check_entries(entries: Iterable[Entry]) -> None:
    for entry in entries:
        _check_url(entry.url or "")
        for text in (entry.url, entry.title, entry.summary, entry.source_id, *entry.authors):
            _require("\0" not in (text or ""), "NUL in a text")
            (text or "").encode("utf-8")  # raises on lone surrogates
        for claim in (entry.published, entry.modified):
            _require(claim is None or claim.at.tzinfo is not None, "a date without a zone")


def _check_url(url: str) -> None:
    try:
        parse_url(url, _SETTINGS.max_url_chars)
    except InputError as error:
        raise BrokenError(f"an address cannot be asked for: {error}") from error


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenError(otherwise)


class _Server:
    """A server in this process that answers every request with the same bytes and hangs up."""

    MAX_BYTES = 1 << 20

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._answer = b""
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, _ADDRESS, 0))
        self._settings = FetchSettings(
            allow_addresses=(_ADDRESS,),
            connect_to={"a.example": f"{_ADDRESS}:{server.sockets[0].getsockname()[1]}"},
            delay_s=0.0,
            latency_factor=0.0,
            robots=False,
            retries=0,
            connections=1,
        )

    def fetch(self, answer: bytes) -> Response:
        """Return what the fetcher makes of ``answer``."""
        self._answer = answer
        return self._loop.run_until_complete(self._fetch())

    async def _fetch(self) -> Response:
        async with Fetcher(self._settings, lookup=_look_up_nothing) as fetcher:
            return await fetcher.get(
                "http://a.example/", max_bytes=self.MAX_BYTES, etag='"1"', accept=FEED_ACCEPT
            )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self._answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the fetcher had enough
        finally:
            writer.close()


@cache
def _server() -> _Server:
    return _Server()


def _look_up_nothing(hostname: str) -> tuple[str, ...]:
    raise OSError(f"{hostname} is not looked up while fuzzing")


def describe_findings(name: str, paths: Iterable[Any]) -> Iterable[str]:
    """Yield what is wrong with each of some inputs, by its file."""
    for path in paths:
        try:
            run_target(name, path.read_bytes())
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the finding
            yield f"{path}: {error!r}"
