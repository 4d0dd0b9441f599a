"""Web archives: the pages in WARC files."""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import urlsplit

from fastwarc.stream_io import BrotliReader
from fastwarc.warc import WarcRecord, WarcRecordType

from transforms.core.errors import InputError
from transforms.core.records import Entry, Page, Reject, Source
from transforms.core.rejects import reject_entry, scrub
from transforms.sources.detect import HEAD_BYTES, detect_kind
from transforms.sources.links import absolute_url
from transforms.sources.progress import Progress
from transforms.sources.streams import open_decompressed
from transforms.sources.warc_records import Damage, RawRecord, can_start_at, read_records

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_CHUNK_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r?\n")
#: Little, as what stands before damage is delivered by whole pieces.
_CHUNK = 1 << 12
_MAX_REASON_CHARS = 40


def read_warc(
    raw: BinaryIO,
    source: Source,
    progress: Progress,
    *,
    max_bytes: int,
    max_url_chars: int = 2048,
    seen_at: datetime,
) -> Iterator[Page | Reject]:
    """Yield the pages of the WARC file ``raw``, and a reject for each record that is no page.

    ``max_bytes`` limits one page, decoded. Positions are byte offsets of records in the file.
    ``seen_at`` is taken for records without a date and for rejects.
    """
    previous = None
    for item in read_records(raw, source.position, max_bytes):
        # In a file that is one gzip member, all records stand at the same offset: no pass can
        # begin between them.
        if item.offset != previous and previous is not None:
            progress.bytes_read = item.offset - source.position
            if progress.must_stop() and can_start_at(raw, item.offset):
                progress.stop_at(item.offset)
                return
        previous = item.offset
        entry = Entry(
            source_kind="warc",
            source_ref=f"{source.ref}#{item.offset}",
            publisher=source.publisher,
            language=source.language,
            seen_at=seen_at,
        )
        try:
            if isinstance(item, Damage):
                raise InputError("bad_record", item.detail)
            entry = _describe(item.record, entry)
            yield _read_page(item, entry, max_bytes, max_url_chars)
        except InputError as error:
            yield reject_entry(
                entry,
                error,
                stage="read",
                rejected_at=seen_at,
                bytes_ref=f"{source.ref}#{item.offset}",
            )
    progress.position = raw.tell() if raw.seekable() else 0


def make_page(
    entry: Entry,
    headers: dict[str, str],
    block: bytes,
    status: int | None,
    max_bytes: int,
    max_url_chars: int,
    truncated: str | None = None,
) -> Page:
    """Return the page in an archived HTTP answer or document.

    ``headers`` have lower-case names; ``block`` is the body as it was sent; ``truncated`` is why
    the archive says that it was cut. Raises ``InputError``.
    """
    if status is not None and status != 200:
        raise InputError("http_status", f"The server answered {status}.", http_status=status)
    content_type = headers.get("content-type")
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type and media_type not in (*_HTML_TYPES, "text/plain"):
        raise InputError("not_html", f"It is {media_type}, not a page.", http_status=status)
    body, cut = _decode_body(block, headers, max_bytes)
    if len(body) > max_bytes:
        raise InputError("too_large", f"It has more than {max_bytes:,} bytes.", http_status=status)
    media = _media(body, media_type, entry.url, status)
    url = absolute_url(entry.url or "", None, max_url_chars)
    return Page(
        entry=replace(entry, url=url),
        url=url,
        body=body,
        media=media,
        content_type=content_type,
        http_status=status,
        robots_tag=headers.get("x-robots-tag"),
        tdm_reservation=headers.get("tdm-reservation"),
        truncated=truncated or cut,
        fetched_at=entry.seen_at,
    )


def _media(body: bytes, media_type: str, url: str | None, status: int | None) -> str:
    """Return "html" or "text", trusting the content where it contradicts the header."""
    if not body.strip():
        raise InputError("empty", "The body has no bytes.", http_status=status)
    kind = detect_kind("", body[:HEAD_BYTES], media_type)
    if kind == "binary":
        raise InputError("not_html", f"Its body is not text: {media_type}.", http_status=status)
    if url and urlsplit(url).path == "/robots.txt":
        raise InputError("not_html", "It is a robots.txt, not a page.", http_status=status)
    if media_type in _HTML_TYPES or kind == "html":
        return "html"
    if media_type == "text/plain":
        return "text"
    raise InputError("not_html", f"It has no media type and is {kind}.", http_status=status)


def _describe(record: WarcRecord, entry: Entry) -> Entry:
    """Return ``entry`` with what the WARC headers say; its URL is not checked yet."""
    uri = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")  # wget adds brackets
    date = record.record_date
    known = date is not None and date.tzinfo is not None
    return replace(
        entry,
        url=scrub(uri) or None,
        source_id=scrub(record.record_id) if record.record_id else None,
        seen_at=date.astimezone(UTC) if known else entry.seen_at,
    )


def _read_page(item: RawRecord, entry: Entry, max_bytes: int, max_url_chars: int) -> Page:
    record = item.record
    if record.record_type == WarcRecordType.revisit:
        raise InputError("revisit", "The record only points to an earlier capture.")
    if record.record_type == WarcRecordType.continuation:
        raise InputError("bad_record", "It continues another record, which is not supported.")
    if item.fault:
        raise InputError("bad_record", item.fault)
    if item.missing:
        raise InputError("bad_record", f"The record ends {item.missing:,} bytes too early.")
    truncated = (record.headers.get("WARC-Truncated") or "").strip().lower()[:_MAX_REASON_CHARS]
    status = None
    if record.is_http:
        fields = {key.lower(): value for key, value in record.http_headers.items()}
        status = record.http_headers.status_code
        if status is None:
            raise InputError("bad_record", "The HTTP answer has no status.")
    else:
        fields = {"content-type": record.headers.get("Content-Type") or "application/octet-stream"}
    return make_page(
        entry, fields, item.block, status, max_bytes, max_url_chars, scrub(truncated) or None
    )


def _decode_body(block: bytes, headers: dict[str, str], max_bytes: int) -> tuple[bytes, str | None]:
    """Return the body without its transfer and content encoding, and why it ends early if it does.

    It is cut after ``max_bytes`` + 1. Archives keep these headers even where they store the body
    decoded already; then the body does not look encoded, and is taken as it is.
    """
    body, cut = block, None
    length = headers.get("content-length", "").strip()
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body, whole = _join_chunks(body)
        cut = None if whole else "chunks"
    elif length.isdecimal() and len(block) < int(length[:18]):
        cut = "content_length"
    codings = headers.get("content-encoding", "").lower().split(",")
    for coding in reversed([name.strip().removeprefix("x-") for name in codings][-2:]):
        if coding in ("", "identity"):
            continue
        encoded = body
        body, whole = _decompress(encoded, coding, max_bytes)
        if body == encoded:
            cut = None if cut == "content_length" else cut  # that was its length when encoded
        elif not whole:
            cut = cut or "encoding"
    return body, cut


def _decompress(body: bytes, coding: str, max_bytes: int) -> tuple[bytes, bool]:
    """Return ``body`` decompressed, itself if it was not compressed; and whether it has its end."""
    if coding == "deflate":
        # Meant to be zlib's format, but some servers send the raw stream inside it.
        inflate = zlib.decompressobj(zlib.MAX_WBITS if body[:1] == b"\x78" else -zlib.MAX_WBITS)
        try:
            data = inflate.decompress(body, max_bytes + 1)
        except zlib.error:
            return body, True
        return data, inflate.eof or len(data) > max_bytes
    if coding == "br":
        stream: BinaryIO | BrotliReader = BrotliReader(io.BytesIO(body))
    elif coding in ("gzip", "zstd"):
        stream = open_decompressed(io.BytesIO(body), "The body")
    else:
        raise InputError("bad_encoding", f"Its content encoding {coding[:40]!r} is unknown.")
    parts: list[bytes] = []
    left = max_bytes + 1
    try:
        while left > 0 and (data := stream.read(min(left, _CHUNK))):
            parts.append(data)
            left -= len(data)
    except (OSError, InputError):
        # Cut at its end, or not compressed at all.
        return (b"".join(parts), False) if parts else (body, True)
    return b"".join(parts), True


def _join_chunks(body: bytes) -> tuple[bytes, bool]:
    """Return what the chunks in ``body`` hold, itself if there are none; and whether all is there.

    All is there once the last chunk, which is empty, has come.
    """
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_SIZE.match(body, position):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts), True
        parts.append(body[match.end() : match.end() + size])
        position = match.end() + size
        position += 2 if body[position : position + 2] == b"\r\n" else 0
    return (b"".join(parts), False) if parts else (body, True)
