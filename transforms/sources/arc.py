"""ARC, the format that web archives had before WARC (https://archive.org/web/researcher/ArcFileFormat.php)."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.sources.archived_page import make_answer, make_page
from newsbeam.transforms.sources.http_head import ANSWER, read_http_head
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.selection import Selection
from newsbeam.transforms.sources.streams import DamagedStreamError, open_decompressed
from newsbeam.transforms.sources.warc import refuse_page
from newsbeam.transforms.sources.warc_records import find_start

_MAX_HEADER = 1 << 16
_CHUNK = 1 << 16
_NO_TYPE = "no-type"  # what the format has where a server named none
#: What is a header also where it may be text of a page.
_SURE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,19}:\S+ \S+ \d{14} [^\0\r\n]{0,2000} \d{1,15}\r?\n")
#: Address and date of a record. Before them stands the URL; behind them the media type, in version
#: 2 with more fields, and the length. Writers put what servers sent there as it was: URLs and types
#: with blanks in them.
_ADDRESS = re.compile(r"(?<! ) {1,8}[0-9A-Fa-f.:-]{1,45} {1,8}(\d{8,17}) {1,8}")


def read_arc(
    raw: BinaryIO,
    source: Source,
    progress: Progress,
    *,
    max_bytes: int,
    max_url_chars: int = 2048,
    seen_at: datetime,
    selection: Selection,
) -> Iterator[Page | Reject]:
    """Yield the pages of the ARC file ``raw``, and a reject for each record that is no page.

    Records that are not in ``selection`` are counted in ``progress``.

    Positions are byte offsets after decompression. Behind damage, reading goes on at the next line
    that is the header of a record; behind a gzip member that is damaged, in the next one, if
    ``raw`` can be seeked.
    """
    stream, base = _open(raw, source.ref), 0
    position = 0
    is_lost = False
    while True:
        start = position
        try:
            header = stream.readline(_MAX_HEADER)
            position += len(header)
            if not header:
                break
            if is_lost and not _SURE.match(header):
                continue
            if not header.strip(b"\r\n\t \0"):
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
            is_lost = False
            block = stream.read(min(size, max_bytes + _MAX_HEADER))
            position += len(block)
            position += _skip(stream, size - len(block))
            if position - start - len(header) < size:
                raise InputError("bad_record", "The file ends in the middle of a record.")
        except InputError as error:
            is_lost = True
            if start >= source.position:
                yield _reject_place(f"{source.ref}#{start}", error, seen_at)
            if isinstance(error, DamagedStreamError):
                at = find_start(raw, base + error.start + 1) if raw.seekable() else None
                if at is None:
                    break
                raw.seek(at)
                stream, base = _open(raw, source.ref), at
                position += 1  # what is damaged has a place of its own
            continue
        if start < source.position:
            continue
        progress.spend(position - start)
        identity = entry_id("warc", entry.source_ref, None, None)
        if entry.url and entry.url.startswith("filedesc:"):
            progress.pass_over("filedesc", identity)
            continue
        try:
            unwanted = _refuse(entry, block, selection)
            if unwanted is None:
                page = _read_page(entry, content_type, block, max_bytes, max_url_chars)
                unwanted = refuse_page(page, selection)
            if unwanted is None:
                yield page
            else:
                progress.pass_over(unwanted, identity)
        except InputError as error:
            yield reject_entry(
                entry, error, stage="read", rejected_at=seen_at, bytes_ref=entry.source_ref
            )
    progress.position = position


def _open(raw: BinaryIO, name: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(cast(Any, open_decompressed(raw, name)), _CHUNK))


def _reject_place(ref: str, error: InputError, seen_at: datetime) -> Reject:
    broken = Entry(source_kind="warc", source_ref=ref, seen_at=seen_at)
    bad = InputError("bad_record", error.detail)
    return reject_entry(broken, bad, stage="read", rejected_at=seen_at)


def _read_header(header: bytes, entry: Entry) -> tuple[Entry, str, int]:
    """Return the entry, the media type and the length of the record's block in bytes."""
    line, _, size = header.decode("latin-1").strip().rpartition(" ")
    match = _ADDRESS.search(line)
    if match is None or not match.start() or not re.fullmatch(r"\d{1,15}", size):
        raise InputError("bad_record", "What should be the header of an ARC record is none.")
    url, stamp, content_type = line[: match.start()], match[1], line[match.end() :].split()[:1]
    try:
        seen_at = datetime.strptime(stamp[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        seen_at = entry.seen_at
    return replace(entry, url=scrub(url), seen_at=seen_at), "".join(content_type), int(size)


def _refuse(entry: Entry, block: bytes, selection: Selection) -> str | None:
    head = read_http_head(block) if selection.looks_at_statuses else None
    return selection.refuse(
        url=entry.url, captured_at=entry.seen_at, status=head.status if head else None
    )


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
