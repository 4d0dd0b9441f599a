"""Archives as tests make them: one record after another, in the forms that writers have used."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime

import zstandard

from newsbeam.transforms.core.records import Page, Reject, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.documents import DocumentReader, open_documents

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
HTML = b"<html><head><title>Ferry</title></head><body><p>The ferry sails again.</p></body></html>"
MAX_BYTES = 1 << 20


def http(
    body: bytes = HTML,
    *,
    status: str = "HTTP/1.1 200 OK",
    fields: Iterable[str] = ("Content-Type: text/html",),
    end: str = "\r\n",
) -> bytes:
    """Return a server's answer."""
    return end.join([status, *fields, "", ""]).encode("latin-1") + body


def record(
    name: str,
    block: bytes,
    *,
    version: str = "WARC/1.0",
    fields: dict[str, str] | None = None,
    end: str = "\r\n",
    between: bytes = b"\r\n\r\n",
) -> bytes:
    """Return a record; ``fields`` replace those of a response, or take them out if empty."""
    head = {
        "WARC-Type": "response",
        "WARC-Target-URI": f"https://paper.example/{name}",
        "WARC-Date": "2020-02-03T04:05:06Z",
        "WARC-Record-ID": f"<urn:uuid:{name}>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **(fields or {}),
    }
    lines = [version, *(f"{key}: {value}" for key, value in head.items() if value), "", ""]
    return end.join(lines).encode() + block + between


def open_archive(data: bytes, **source: object) -> DocumentReader:
    """Return the reader of an archive with these bytes."""
    given = Source(**{"ref": "/a.warc", **source})  # type: ignore[arg-type]
    settings = ReadSettings(max_text_bytes=MAX_BYTES)
    return open_documents(io.BytesIO(data), given, settings, seen_at=SEEN, max_entries=1)


def outcomes(data: bytes, **source: object) -> list[str]:
    """Return the last part of each page's URL and the reason of each reject, in their order."""
    return [
        (item.url or "").rpartition("/")[2] if isinstance(item, Page) else item.reason
        for item in open_archive(data, **source)
        if isinstance(item, Page | Reject)
    ]


def passed_over(data: bytes) -> dict[str, int]:
    """Return how many records were passed over, by their kind."""
    reader = open_archive(data)
    list(reader)
    return {kind: tally.count for kind, tally in reader.passed_over.items()}


def skippable(data: bytes, number: int = 0) -> bytes:
    """Return a zstd frame that holds no data."""
    return bytes((0x50 + number,)) + b"\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


def zstd_with_dictionary(parts: list[bytes], *, compressed: bool) -> bytes:
    """Return a file of one frame for each of ``parts``, with a dictionary trained on them."""
    samples = [part + b"%d" % number for number, part in enumerate(parts * 40)]
    dictionary = zstandard.train_dictionary(2000, samples)
    compressor = zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True)
    content = dictionary.as_bytes()
    first = skippable(zstandard.compress(content) if compressed else content, 0xD)
    return first + b"".join(compressor.compress(part) for part in parts)
