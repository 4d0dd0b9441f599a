"""ARC, the format that web archives had before WARC (https://archive.org/web/researcher/ArcFileFormat.php)."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from transforms.core.errors import InputError
from transforms.core.records import Entry, Page, Reject, Source
from transforms.core.rejects import reject_entry, scrub
from transforms.sources.progress import Progress
from transforms.sources.streams import open_decompressed
from transforms.sources.warc import make_page

_MAX_HEADER = 1 << 16
_CHUNK = 1 << 16


def read_arc(
    raw: BinaryIO,
    source: Source,
    progress: Progress,
    *,
    max_bytes: int,
    max_url_chars: int = 2048,
    seen_at: datetime,
) -> Iterator[Page | Reject]:
    """Yield the pages of the ARC file ``raw``, and a reject for each record that is no page.

    Positions are byte offsets after decompression. ARC has no record ids and no way to find the
    next record behind damage, so that damage ends the file.
    """
    stream = cast(
        BinaryIO, io.BufferedReader(cast(Any, open_decompressed(raw, source.ref)), _CHUNK)
    )
    position = 0
    try:
        position += _skip(stream, source.position)
        while True:
            header = stream.readline(_MAX_HEADER)
            start, position = position, position + len(header)
            if not header:
                break
            if not header.strip():
                continue
            if start > source.position and progress.must_stop():
                progress.stop_at(start)
                return
            entry = Entry(
                source_kind="warc",
                source_ref=f"{source.ref}#{start}",
                publisher=source.publisher,
                language=source.language,
                seen_at=seen_at,
            )
            entry, content_type, size = _read_header(header, entry)
            block = stream.read(min(size, max_bytes + _MAX_HEADER))
            position += len(block)
            position += _skip(stream, size - len(block))
            progress.spend(position - start)
            if position - start - len(header) < size:
                raise InputError("bad_record", "The file ends in the middle of a record.")
            if entry.url and entry.url.startswith("filedesc:"):
                continue
            try:
                yield _read_page(entry, content_type, block, max_bytes, max_url_chars)
            except InputError as error:
                yield reject_entry(
                    entry, error, stage="read", rejected_at=seen_at, bytes_ref=entry.source_ref
                )
    except InputError as error:
        broken = Entry(source_kind="warc", source_ref=f"{source.ref}#{position}", seen_at=seen_at)
        bad = InputError("bad_record", error.detail)
        yield reject_entry(broken, bad, stage="read", rejected_at=seen_at)
    progress.position = position


def _read_header(header: bytes, entry: Entry) -> tuple[Entry, str, int]:
    """Return the entry, the media type and the length of the record's block in bytes."""
    fields = header.decode("latin-1").split()
    if len(fields) < 5 or not fields[-1].isdigit() or len(fields[-1]) > 15:
        raise InputError("bad_record", "What should be the header of an ARC record is none.")
    url, _, stamp, content_type = fields[:4]
    try:
        seen_at = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        seen_at = entry.seen_at
    return replace(entry, url=scrub(url), seen_at=seen_at), content_type, int(fields[-1])


def _read_page(
    entry: Entry, content_type: str, block: bytes, max_bytes: int, max_url_chars: int
) -> Page:
    if not block.startswith(b"HTTP/"):
        fields = {"content-type": content_type}
        return make_page(entry, fields, block, None, max_bytes, max_url_chars)
    head, _, body = block.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
    first, *lines = head.decode("latin-1").splitlines()
    code = first.split()[1:2]
    if not code or not code[0].isdigit():
        raise InputError("bad_record", "The HTTP answer has no status.")
    fields = {}
    for line in lines:
        name, _, text = line.partition(":")
        fields.setdefault(name.strip().lower(), text.strip())
    return make_page(entry, fields, body, int(code[0][:3]), max_bytes, max_url_chars)


def _skip(stream: BinaryIO, size: int) -> int:
    skipped = 0
    while skipped < size and (data := stream.read(min(size - skipped, _CHUNK))):
        skipped += len(data)
    return skipped
