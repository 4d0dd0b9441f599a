"""A page as two WARC records: what is known of it, and its bytes; each a gzip member of its own.

The first is of the type ``metadata`` and holds, as JSON, the ``Page`` without its body and the
length of the member that follows, so that a file can be looked through without unpacking bodies.
The second is a ``response``, or a ``resource`` where no server answered, which any reader of WARC
(ISO 28500) understands. Its HTTP head is written for those; ours reads the first record, typed.
"""

import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import responses
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

import msgspec

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.identity import digest, entry_id
from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.core.rejects import scrub

#: Higher ones take twice the time for a twentieth less.
_LEVEL = 4
_GZIP = 31  # as zlib names the format
_STEP = 1 << 14
#: Nothing that is known of a page is longer.
_MAX_KNOWN_BYTES = 1 << 26
_TYPES = {"html": "text/html", "text": "text/plain", "wire": "application/x-newsbeam-item"}
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"


class Readable(Protocol):
    """A file that is open at any place."""

    def seek(self, position: int, /) -> Any:
        """Go to a byte offset."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page in a file, without its body, which is read where it is wanted."""

    page: Page
    start: int  # byte offset of what is known of it
    body: int  # byte offset of its bytes
    end: int  # ... and of what follows it

    @property
    def entry_id(self) -> str:
        """Return the identity of the input that it was read from."""
        return page_entry_id(self.page.entry)


def page_entry_id(entry: Entry) -> str:
    """Return the identity of an entry as its row has it: of identifiers that can be written."""
    named = (None if one is None else scrub(one) for one in (entry.source_id, entry.url))
    return entry_id(entry.source_kind, scrub(entry.source_ref), *named)


def pack_page(page: Page) -> bytes:
    """Return the two records of ``page``, compressed."""
    identity = UUID(digest("page", page_entry_id(page.entry), _moment(page.fetched_at)))
    uri = _uri(page)
    body = _compress(_body_record(page, identity, uri))
    known = {"length": len(body), "page": msgspec.to_builtins(replace(page, body=b""))}
    block = json.dumps(known, separators=(",", ":")).encode("ascii")  # with lone surrogates
    fields = {
        "WARC-Type": "metadata",
        "WARC-Record-ID": f"<{UUID(digest('known', str(identity))).urn}>",
        "WARC-Refers-To": f"<{identity.urn}>",
        "WARC-Target-URI": uri,
        "WARC-Date": _moment(page.fetched_at),
        "Content-Type": "application/json",
    }
    return _compress(_record(fields, block)) + body


def read_known(file: Readable, start: int) -> KeptPage:
    """Return what is known of the page at byte offset ``start``. Raises ``DatasetError``."""
    data, body = _read_member(file, start, _MAX_KNOWN_BYTES)
    try:
        known = json.loads(_block(data, b"metadata"))
        return KeptPage(
            page=msgspec.convert(known["page"], Page),
            start=start,
            body=body,
            end=body + int(known["length"]),
        )
    except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise DatasetError(f"at byte {start} no page begins: {error}") from error


def read_page(file: Readable, kept: KeptPage) -> Page:
    """Return a page with its body. Raises ``DatasetError``."""
    data, end = _read_member(file, kept.body, None)
    if end != kept.end:
        raise DatasetError(f"the record at byte {kept.body} is not as long as is said before it")
    if kept.page.http_status is None:
        return replace(kept.page, body=_block(data, b"resource"))
    _, _, body = _block(data, b"response").partition(b"\r\n\r\n")
    return replace(kept.page, body=body)


def _body_record(page: Page, identity: UUID, uri: str) -> bytes:
    content_type = _line(page.content_type) or _TYPES[page.media]
    fields = {
        "WARC-Type": "resource" if page.http_status is None else "response",
        "WARC-Record-ID": f"<{identity.urn}>",
        "WARC-Target-URI": uri,
        "WARC-Date": _moment(page.fetched_at),
        "WARC-Truncated": _line(page.truncated),
        "Content-Type": content_type,
    }
    if page.http_status is None:
        return _record(fields, page.body)
    fields["Content-Type"] = "application/http; msgtype=response"
    head = {
        "Content-Type": content_type,
        "X-Robots-Tag": _line(page.robots_tag),
        "TDM-Reservation": _line(page.tdm_reservation),
        "Content-Length": str(len(page.body)),
    }
    status = f"HTTP/1.1 {page.http_status} {responses.get(page.http_status, '')}"
    return _record(fields, _lines(status, head) + page.body)


def _record(fields: dict[str, str], block: bytes) -> bytes:
    head = _lines("WARC/1.1", {**fields, "Content-Length": str(len(block))})
    return head + block + b"\r\n\r\n"


def _lines(first: str, fields: dict[str, str]) -> bytes:
    named = (f"{name}: {value}" for name, value in fields.items() if value)
    return "\r\n".join([first, *named, "", ""]).encode("utf-8", "replace")


def _block(data: bytes, kind: bytes) -> bytes:
    """Return the block of a record that is to be of a type."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if not blank or not head.startswith(b"WARC/1.1\r\nWARC-Type: " + kind + b"\r\n"):
        raise DatasetError(f"a {kind.decode()} record is missing")
    _, _, length = lines[-1].partition(b"Content-Length: ")
    if not length.isdigit() or len(rest) != int(length) + 4:
        raise DatasetError(f"a {kind.decode()} record has another length than it says")
    return rest[:-4]


def _compress(data: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def _read_member(file: Readable, start: int, most: int | None) -> tuple[bytes, int]:
    """Return a gzip member, unpacked, and where it ends."""
    unpacker, parts, size, end = zlib.decompressobj(_GZIP), [], 0, start
    file.seek(start)
    try:
        while not unpacker.eof:
            data = file.read(_STEP)
            if not data:
                raise DatasetError(f"the record at byte {start} has no end")
            end += len(data)
            parts.append(unpacker.decompress(data))
            size += len(parts[-1])
            if most is not None and size > most:
                raise DatasetError(f"the record at byte {start} is longer than any that is written")
    except zlib.error as error:
        raise DatasetError(f"the record at byte {start} cannot be unpacked: {error}") from error
    return b"".join(parts), end - len(unpacker.unused_data)


def _uri(page: Page) -> str:
    named = page.url or page.entry.url or page.entry.source_ref
    if "://" not in named:
        named = f"file://{named}"
    return quote(scrub(named), safe=_URI_SAFE)


def _line(value: str | None) -> str:
    """Return a value as it can stand in a line of a head: without controls."""
    return " ".join(scrub(value or "").split()) if value and value.isprintable() else ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
