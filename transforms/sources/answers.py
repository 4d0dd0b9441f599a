"""What the answer of a server holds: a feed, a sitemap, a list of feeds, or an article."""

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import WIRE_KINDS, Entry, Page, Reject, Source
from newsbeam.transforms.core.settings import FetchSettings, ReadSettings
from newsbeam.transforms.sources.detect import HEAD_BYTES, detect_kind
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.sources.feeds import parse_feed
from newsbeam.transforms.sources.lists import read_opml
from newsbeam.transforms.sources.sitemaps import parse_sitemap
from newsbeam.transforms.sources.streams import open_decompressed, read_capped
from newsbeam.transforms.sources.wires import open_items, settle_item
from newsbeam.transforms.web.polling import NO_HINTS, FeedHints
from newsbeam.transforms.web.responses import Response
from newsbeam.transforms.wires.elsewhere import join_text
from newsbeam.transforms.wires.item import decode_item
from newsbeam.transforms.wires.read import read_until_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an answer turned out to hold."""

    kind: str  # feed, sitemap, opml or url
    title: str | None = None
    entries: tuple[Entry, ...] = ()  # to be fetched
    pages: tuple[Page, ...] = ()  # here already
    children: tuple[Source, ...] = ()  # to be polled
    invalid: tuple[Reject, ...] = ()
    hints: FeedHints = NO_HINTS
    #: Records of an archive that are no pages by their type.
    passed_over: Mapping[str, Tally] = field(default_factory=dict)

    @property
    def listed(self) -> tuple[str, ...]:
        """Return the children as the row of a poll keeps them: with their kind in front."""
        return tuple(f"{child.kind}:{child.ref}" for child in self.children)

    @property
    def count(self) -> int:
        """Return how many entries there are, of all sorts."""
        return sum(map(len, (self.entries, self.pages, self.invalid)))


def listed_sources(source: Source, children: Iterable[str]) -> Iterator[Source]:
    """Yield what ``source`` lists: the ``children`` of its last poll, with kinds in front."""
    for listed in children:
        kind, _, ref = listed.partition(":")
        yield Source(
            ref=ref,
            kind=kind,
            publisher=source.publisher,
            language=source.language,
            depth=source.depth + 1,
        )


def open_answer(
    source: Source,
    answer: Response,
    settings: FetchSettings,
    *,
    seen_at: datetime,
    read: ReadSettings,
) -> Found:
    """Return what ``answer`` holds, by ``source.kind`` or, if that is auto, by its content.

    Raises InputError if it is not what it was to be, or nothing that can be read.
    """
    # A sitemap is often a .gz file in its own right, whatever the transfer was encoded as.
    body = read_capped(
        open_decompressed(io.BytesIO(answer.body), answer.url), settings.max_feed_bytes
    )
    kind = source.kind
    listed = kind == "sitemap" and source.depth > 0
    if kind == "auto" or listed:
        found = detect_kind(answer.url, body[:HEAD_BYTES], answer.content_type)
        # What an index of sitemaps lists may be a feed (https://www.sitemaps.org/protocol.html).
        kind = found if not listed or found == "feed" else kind
    known: Any = {
        "ref": answer.url,
        "seen_at": seen_at,
        "content_type": answer.content_type,
        "max_url_chars": settings.max_url_chars,
        "publisher": source.publisher,
        "language": source.language,
    }
    if kind == "feed":
        feed = parse_feed(body, **known)
        return Found(
            kind=kind,
            title=feed.title,
            entries=feed.entries,
            invalid=feed.invalid,
            hints=FeedHints(
                ttl_s=feed.ttl_s,
                update_period_s=feed.update_period_s,
                skip_hours=feed.skip_hours,
                skip_days=feed.skip_days,
            ),
        )
    if kind == "sitemap":
        sitemap = parse_sitemap(body, depth=source.depth, **known)
        return Found(
            kind=kind,
            entries=sitemap.entries,
            children=sitemap.children,
            invalid=sitemap.invalid,
        )
    if kind in (*WIRE_KINDS, "archive"):
        document = _open_items(source, body, kind, settings, read, seen_at)
        return replace(document, pages=tuple(_reserve(page, answer) for page in document.pages))
    if kind == "opml":
        items = list(read_opml(body, source, seen_at=seen_at, max_url_chars=settings.max_url_chars))
        return Found(
            kind=kind,
            children=tuple(item for item in items if isinstance(item, Source)),
            invalid=tuple(item for item in items if isinstance(item, Reject)),
        )
    entry = Entry(
        source_kind="url",
        source_ref=source.ref,
        url=source.ref,
        publisher=source.publisher,
        language=source.language,
        seen_at=seen_at,
    )
    return Found(kind="url", pages=(page_of(entry, answer),))


def _open_items(
    source: Source,
    body: bytes,
    kind: str,
    settings: FetchSettings,
    read: ReadSettings,
    seen_at: datetime,
) -> Found:
    reader = open_documents(
        io.BytesIO(body),
        replace(source, kind=kind if source.kind == "auto" else source.kind),
        read,
        seen_at=seen_at,
        max_entries=sys.maxsize,  # a poll has a cap of its own
        max_url_chars=settings.max_url_chars,
    )
    items = list(reader)
    return Found(
        kind=reader.kind,
        title=reader.title,
        entries=tuple(item for item in items if isinstance(item, Entry)),
        pages=tuple(item for item in items if isinstance(item, Page)),
        children=tuple(item for item in items if isinstance(item, Source)),
        invalid=tuple(item for item in items if isinstance(item, Reject)),
        passed_over=reader.passed_over,
    )


def _reserve(page: Page, answer: Response) -> Page:
    """Return a page of a document with what the document's own headers reserve."""
    return replace(
        page,
        robots_tag=page.robots_tag or answer.robots_tag,
        tdm_reservation=page.tdm_reservation or answer.tdm_reservation,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An entry whose text is elsewhere than where it was asked for."""

    url: str
    entry: Entry


def outcomes_of(entry: Entry, answer: Response, max_url_chars: int) -> list[Page | Reject | Lead]:
    """Return what ``answer`` holds: a page, or the items of a document of the news trade.

    The first is the outcome of ``entry``; each further one is an entry of its own, the last of a
    document that ends in its middle the reject of the rest. An entry that came with an item gets
    its text from ``answer``. Raises InputError("not_html") if it holds neither, what is wrong with
    a document without a whole item, and what ``join_text`` raises.
    """
    kind = detect_kind(answer.url, answer.body[:HEAD_BYTES], answer.content_type)
    if entry.item is not None:
        item = join_text(decode_item(entry.item), answer.body, kind, answer.content_type)
        settled = [settle_item(item, replace(entry, item=None), stage="fetch")]
    elif kind in WIRE_KINDS:
        items = read_until_error(answer.body, kind, answer.content_type)
        settled = open_items(items, entry, base=answer.url, max_url_chars=max_url_chars)
    else:
        return [page_of(entry, answer)]
    found: list[Page | Reject | Lead] = []
    for number, each in enumerate(settled):
        if isinstance(each, Entry):
            known = replace(each, url=None if number else entry.url)
            found.append(Lead(url=each.url or "", entry=known))
        elif isinstance(each, Page):
            found.append(
                replace(
                    each,
                    content_type=answer.content_type,
                    http_status=answer.status,
                    robots_tag=answer.robots_tag,
                    tdm_reservation=answer.tdm_reservation,
                    fetched_at=answer.fetched_at,
                )
            )
        else:
            found.append(each)
    return found


def page_of(entry: Entry, answer: Response) -> Page:
    """Return the page that ``answer`` holds. Raises InputError("not_html") if it holds none."""
    kind = detect_kind(answer.url, answer.body[:HEAD_BYTES], answer.content_type)
    if kind == "empty":
        raise InputError(
            "empty", f"{answer.url} answered with no bytes.", http_status=answer.status
        )
    if kind not in ("html", "text", "urls"):
        declared = answer.content_type or "no type"
        raise InputError(
            "not_html",
            f"{answer.url} is no page but {kind} (declared as {declared}).",
            http_status=answer.status,
        )
    return Page(
        entry=entry,
        url=answer.url,
        body=answer.body,
        media="html" if kind == "html" else "text",
        content_type=answer.content_type,
        http_status=answer.status,
        robots_tag=answer.robots_tag,
        tdm_reservation=answer.tdm_reservation,
        fetched_at=answer.fetched_at,
    )
