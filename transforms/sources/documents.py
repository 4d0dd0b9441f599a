"""The one entry point for files: whatever a file is, what it holds comes out one by one."""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import WIRE_KINDS, Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.arc import read_arc
from newsbeam.transforms.sources.archives import MAX_DEPTH, ZIP_MAGIC, is_archive
from newsbeam.transforms.sources.cdx import OpenFile, open_local, read_cdx
from newsbeam.transforms.sources.detect import HEAD_BYTES, detect_kind
from newsbeam.transforms.sources.lists import read_opml, read_url_line
from newsbeam.transforms.sources.members import Item, read_members, read_zip
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.selection import Selection
from newsbeam.transforms.sources.streams import (
    DICTIONARY_MAGIC,
    open_decompressed,
    peek,
    read_capped,
    read_lines,
)
from newsbeam.transforms.sources.warc import read_warc
from newsbeam.transforms.sources.whole_streams import decompressor_of

#: The name decides only where the beginning of the content is lost.
_ARCHIVE = re.compile(r"\.warc\b", re.IGNORECASE)
#: Kinds whose positions are counts of rows, lines or items.
_COUNTED = frozenset(("jsonl", "parquet", "urls", *WIRE_KINDS))


class DocumentReader:
    """The items of one file, to be iterated once.

    Pages and entries are articles; sources are to be polled: from OPML, lists of URLs and sitemap
    indexes. ``kind`` is that of ``Entry.source_kind``.
    """

    def __init__(
        self,
        kind: str,
        items: Iterable[Item],
        progress: Progress,
        *,
        title: str | None = None,
    ) -> None:
        self.kind = kind
        self.title = title
        self._items = items
        self._progress = progress

    def __iter__(self) -> Iterator[Item]:
        try:
            yield from self._items
        except OSError as error:
            raise InputError("unreadable", f"The file cannot be read on: {error}.") from error

    @property
    def position(self) -> int:
        """Where the next pass goes on, valid after the iteration: a byte offset, or lines, rows."""
        return self._progress.position

    @property
    def complete(self) -> bool:
        """Whether the end was reached, valid after the iteration."""
        return self._progress.complete

    @property
    def passed_over(self) -> dict[str, Tally]:
        """Records of an archive that are no pages by their type, valid after the iteration."""
        return self._progress.passed_over


def open_documents(
    raw: BinaryIO,
    source: Source,
    settings: ReadSettings,
    *,
    seen_at: datetime,
    max_entries: int,
    max_url_chars: int = 2048,
    depth: int = 0,
    open_file: OpenFile = open_local,
) -> DocumentReader:
    """Return a reader of what the file ``raw``, at its start, holds from ``source.position`` on.

    Its kind is found from its content unless ``source.kind`` says it. At most about
    ``source.max_bytes`` bytes are read of what can be read in parts: of WARC as the file is
    compressed, of JSON lines, lists and archives after decompression, within their members that
    hold rows or items; of feeds and sitemaps, at
    most ``max_entries`` items. ``depth`` is how many archives the file is in; ``open_file`` opens
    the archives that an index names. Raises ``InputError``
    for a file that cannot be read at all; damage further on becomes a reject among the items.
    """
    try:
        head, raw = peek(raw, HEAD_BYTES)
        if decompressor_of(head):  # which has no part that could be read alone
            head, raw = peek(open_decompressed(raw, source.ref), HEAD_BYTES)
        text_head = _decompress_head(head, source.ref)
    except OSError as error:
        raise InputError("unreadable", f"{source.ref} cannot be read: {error}.") from error
    found = detect_kind(source.ref, text_head)
    if found == "empty":
        raise InputError("empty", f"{source.ref} has no bytes.")
    kind = found if source.kind in ("auto", "file", "url") else source.kind
    if source.kind in ("file", "url") and kind not in ("html", "binary", "archive"):
        kind = "text"
    if found == "archive" and kind in WIRE_KINDS:
        kind = "archive"  # of such items
    if settings.fields and found in ("ninjs", "jsonld") and source.kind == "auto":
        kind = "jsonl"  # whoever names the fields knows the rows
    if kind == "binary":
        raise InputError(
            "not_text",
            f"{source.ref} is neither text nor HTML, a feed, JSON lines, Parquet, WARC, an archive "
            "or an item of the news trade.",
        )
    progress = Progress(position=source.position, max_bytes=source.max_bytes)
    if depth and kind not in _COUNTED:
        progress.max_bytes = None  # a place in it would not go beside that of the member
    if kind == "warc":
        read = read_arc if text_head.startswith(b"filedesc:") else read_warc
        pages = read(
            raw,
            source,
            progress,
            max_bytes=settings.max_text_bytes,
            max_url_chars=max_url_chars,
            seen_at=seen_at,
            selection=Selection(settings.select),
        )
        return DocumentReader("warc", pages, progress)
    plain = (
        raw
        if kind == "parquet" and head.startswith(b"PAR1")
        else open_decompressed(raw, source.ref)
    )
    if kind in ("jsonl", "parquet"):
        # What reads one kind only is not imported for others.
        from newsbeam.transforms.sources.tables import read_json_lines, read_parquet

        read_table = read_parquet if kind == "parquet" else read_json_lines
        rows = read_table(
            plain, source, settings, progress, seen_at=seen_at, max_url_chars=max_url_chars
        )
        return DocumentReader(kind, rows, progress)
    if kind == "cdx":
        captures = read_cdx(
            plain,
            source,
            settings,
            progress,
            seen_at=seen_at,
            max_url_chars=max_url_chars,
            open_file=open_file,
        )
        return DocumentReader("cdx", captures, progress)
    if kind in WIRE_KINDS:
        from newsbeam.transforms.sources.wires import read_wires

        items = read_wires(
            plain, kind, source, settings, progress, seen_at=seen_at, max_url_chars=max_url_chars
        )
        return DocumentReader(kind, items, progress)
    if kind == "archive":
        if not is_archive(text_head):
            raise InputError("truncated_archive", f"{source.ref} is no zip or tar archive.")
        if depth >= MAX_DEPTH:
            raise InputError("too_deep", f"{source.ref} is an archive within archives.")

        def open_inner(member: BinaryIO, inner: Source) -> DocumentReader:
            return open_documents(
                member,
                inner,
                settings,
                seen_at=seen_at,
                max_entries=sys.maxsize,
                max_url_chars=max_url_chars,
                depth=depth + 1,
            )

        members = (
            read_zip(
                plain,
                source,
                settings,
                progress,
                open_inner,
                seen_at=seen_at,
                max_url_chars=max_url_chars,
            )
            if text_head.startswith(ZIP_MAGIC)
            else read_members(plain, source, settings, progress, open_inner, seen_at=seen_at)
        )
        return DocumentReader("archive", members, progress)
    if kind == "urls":
        listed = _read_urls(plain, source, progress, seen_at, max_url_chars)
        return DocumentReader("file", listed, progress)
    body = read_capped(plain, settings.max_text_bytes)
    if kind == "opml":
        return DocumentReader(
            "file",
            list(read_opml(body, source, seen_at=seen_at, max_url_chars=max_url_chars)),
            progress,
        )
    known: Any = {
        "ref": source.ref,
        "seen_at": seen_at,
        "max_url_chars": max_url_chars,
        "publisher": source.publisher,
        "language": source.language,
    }
    if kind == "feed":
        from newsbeam.transforms.sources.feeds import parse_feed

        feed = parse_feed(body, **known)
        return DocumentReader(
            "feed",
            _take_part((*feed.entries, *feed.invalid), progress, max_entries),
            progress,
            title=feed.title,
        )
    if kind == "sitemap":
        from newsbeam.transforms.sources.sitemaps import parse_sitemap

        sitemap = parse_sitemap(body, depth=source.depth, **known)
        return DocumentReader(
            "sitemap",
            _take_part(
                (*sitemap.children, *sitemap.entries, *sitemap.invalid), progress, max_entries
            ),
            progress,
        )
    return DocumentReader("file", [_make_page(body, kind, source, seen_at)], progress)


def _take_part(items: Sequence[Item], progress: Progress, max_entries: int) -> Sequence[Item]:
    """Return what this pass reads of ``items``, and leave those behind it to the next."""
    end = progress.position + max_entries
    part = items[progress.position : end]
    if end < len(items):
        progress.stop_at(end)
    else:
        progress.position = len(items)
    return part


def _decompress_head(head: bytes, name: str) -> bytes:
    """Return the decompressed form of ``head``, which may end anywhere."""
    stream = open_decompressed(io.BytesIO(head), name)
    parts: list[bytes] = []
    left = HEAD_BYTES
    try:
        while left > 0 and (data := stream.read(left)):
            parts.append(data)
            left -= len(data)
    except InputError:
        # Only archives begin with a dictionary, which may be longer than what was looked at.
        if not parts and (_ARCHIVE.search(name) or head.startswith(DICTIONARY_MAGIC)):
            return b"WARC/1.0\r\n"  # its first record is damaged, others may not be
        if not parts:
            raise
    return b"".join(parts)


def _make_page(body: bytes, kind: str, source: Source, seen_at: datetime) -> Page:
    entry = Entry(
        source_kind="file",
        source_ref=scrub(source.ref),
        publisher=source.publisher,
        language=source.language,
        seen_at=seen_at,
    )
    return Page(
        entry=entry,
        url=None,
        body=body,
        media="html" if kind == "html" else "text",
        fetched_at=seen_at,
    )


def _read_urls(
    stream: BinaryIO, source: Source, progress: Progress, seen_at: datetime, max_url_chars: int
) -> Iterator[Source | Reject]:
    """Yield what each line of a list of URLs names; positions are counts of lines."""
    number = progress.position
    try:
        for number, line in progress.count(read_lines(stream, 8 * max_url_chars)):
            text = "x" * (max_url_chars + 1) if line is None else line.decode("utf-8", "replace")
            item = read_url_line(text, number, source, seen_at=seen_at, max_url_chars=max_url_chars)
            if item is not None:
                yield item
    except InputError as error:
        number += 1
        broken = Entry(source_kind="file", source_ref=f"{source.ref}#{number}", seen_at=seen_at)
        yield reject_entry(broken, error, stage="read", rejected_at=seen_at)
        progress.position = number
