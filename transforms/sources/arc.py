"""ARC, the format that web archives had before WARC (https://archive.org/web/researcher/ArcFileFormat.php)."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from transforms.core.errors import InputError
from transforms.core.identity import entry_id
from transforms.core.records import Entry, Page, Reject, Source
from transforms.core.rejects import reject_entry, scrub
from transforms.sources.archived_page import make_answer, make_page
from transforms.sources.http_head import ANSWER
from transforms.sources.progress import Progress
from transforms.sources.streams import open_decompressed

_MAX_HEADER = 1 << 16
_CHUNK = 1 << 16
_NO_TYPE = "no-type"  # what the format has where a server named none
#: URL, address, date, media type, with more fields behind it in version 2, and length. Writers
#: put what servers sent there as it was: URLs and types with blanks in them.
_HEADER = re.compile(r"(\S.*?) +([0-9A-Fa-f.:-]+) +(\d{8,17}) +(\S.*?) +(\d{1,15})")


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
                progress.pass_over("filedesc", entry_id("warc", entry.source_ref, None, None))
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
    match = _HEADER.fullmatch(header.decode("latin-1").strip())
    if match is None:
        raise InputError("bad_record", "What should be the header of an ARC record is none.")
    url, _, stamp, content_type, size = match.groups()
    try:
        seen_at = datetime.strptime(stamp[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        seen_at = entry.seen_at
    return replace(entry, url=scrub(url), seen_at=seen_at), content_type.split()[0], int(size)


def _read_page(
    entry: Entry, content_type: str, block: bytes, max_bytes: int, max_url_chars: int
) -> Page:
    if ANSWER.match(block):
        return make_answer(entry, block, max_bytes, max_url_chars)
    fields = {} if content_type == _NO_TYPE else {"content-type": content_type}
    return make_page(entry, fields, block, None, max_bytes, max_url_chars)


def _skip(stream: BinaryIO, size: int) -> int:
    skipped = 0
    while skipped < size and (data := stream.read(min(size - skipped, _CHUNK))):
        skipped += len(data)
    return skipped
