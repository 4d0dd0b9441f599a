"""ARC, the format that web archives had before WARC (https://archive.org/web/researcher/ArcFileFormat.php)."""

import io
import re
from collections.abc import Callable, Iterator
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
_SURE_LINE = re.compile(rb"\n(?=" + _SURE.pattern + rb")")
_BLANK = b"\r\n\t \0"
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
    that is the header of a record, which may stand within a record whose length is too large;
    behind a gzip member that is damaged, in the next one, if ``raw`` can be seeked.
    """
    stream, base = _Stream(raw, source.ref), 0
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
            if not header.strip(_BLANK):
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
            block, missing = _read_block(stream, size, max_bytes + _MAX_HEADER)
            position += size - missing
            if missing:
                raise InputError("bad_record", f"The record ends {missing:,} bytes too early.")
        except InputError as error:
            is_lost = True
            if start >= source.position:
                yield _reject_place(f"{source.ref}#{start}", error, seen_at)
            if isinstance(error, DamagedStreamError):
                at = find_start(raw, base + error.start + 1) if raw.seekable() else None
                if at is None:
                    break
                raw.seek(at)
                stream, base = _Stream(raw, source.ref), at
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


class _Stream:
    """The decompressed bytes of the file; what comes can be looked at, what was read put back."""

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self._rest = io.BufferedReader(cast(Any, open_decompressed(raw, name)), _CHUNK)
        self._ahead, self._at = b"", 0
        self._error: DamagedStreamError | None = None  # behind what is ahead

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer at the end."""
        return self._take(size, self._rest.read)

    def readline(self, limit: int) -> bytes:
        """Return what comes to the end of the line, at most ``limit`` bytes."""
        end = self._ahead.find(b"\n", self._at, self._at + limit)
        if end >= 0:
            limit = end + 1 - self._at
        return self._take(limit, self._rest.readline)

    def _take(self, size: int, more: Callable[[int], bytes]) -> bytes:
        data = self._ahead[self._at : self._at + size]
        self._at += len(data)
        if len(data) == size:
            return data
        if self._error is not None:
            raise self._error
        return data + more(size - len(data))

    def skip(self, size: int, *, at_line: bool) -> int:
        """Pass over so many bytes, but no header of a record; return how many.

        ``at_line`` says whether a line begins here.
        """
        skipped = 0
        while skipped < size and (line := self.readline(min(size - skipped, _CHUNK))):
            if at_line and _SURE.match(line):
                self.unread(line)
                break
            skipped += len(line)
            at_line = line.endswith(b"\n")
        return skipped

    def look(self) -> bytes:
        """Return what comes to the end of the first line that is not blank, or more."""
        while True:
            ahead = self._ahead[self._at : self._at + _MAX_HEADER]
            is_enough = len(ahead) == _MAX_HEADER or b"\n" in ahead.lstrip(_BLANK)
            if is_enough or self._error is not None:
                return ahead
            try:
                data = self._rest.read1(_CHUNK)
            except DamagedStreamError as error:
                self._error = error
                return ahead
            if not data:
                return ahead
            self._ahead, self._at = self._ahead[self._at :] + data, 0

    def unread(self, data: bytes) -> None:
        """Let ``data`` come next."""
        if data:
            self._ahead, self._at = data + self._ahead[self._at :], 0


def _read_block(stream: _Stream, size: int, keep: int) -> tuple[bytes, int]:
    """Return at most ``keep`` bytes of a block, and how many of its ``size`` are missing.

    Where its length is too large, it ends before the header of the next record. It is that if no
    record follows the block; and where it is larger than any page, since nothing is lost of one.
    """
    block = stream.read(min(size, keep))
    missing = size - len(block)
    if not missing and _fits(block, stream.look()):
        return block, 0
    unread = _find_header(block + stream.look(), len(block))
    if missing and len(block) == keep and not unread:
        return block, missing - stream.skip(missing, at_line=block.endswith(b"\n"))
    stream.unread(unread)
    return block, missing + len(unread)


def _fits(block: bytes, ahead: bytes) -> bool:
    """Tell whether a record may end between ``block`` and what is ``ahead``.

    It does if the header of another one stands there, on a line of its own, or nothing.
    """
    line = ahead.lstrip(_BLANK)
    begins = len(line) < len(ahead) or block.endswith(b"\n")
    return not line or (begins and _split_header(line.partition(b"\n")[0]) is not None)


def _find_header(data: bytes, end: int) -> bytes:
    """Return what stands before ``end``, from the first header of a record on; nothing without."""
    found = _SURE_LINE.search(data)
    return data[found.end() : end] if found else b""


def _reject_place(ref: str, error: InputError, seen_at: datetime) -> Reject:
    broken = Entry(source_kind="warc", source_ref=ref, seen_at=seen_at)
    bad = InputError("bad_record", error.detail)
    return reject_entry(broken, bad, stage="read", rejected_at=seen_at)


def _split_header(header: bytes) -> tuple[str, str, str, int] | None:
    """Return URL, date, media type and length of a record; None if it is no header of one."""
    line, _, size = header.decode("latin-1").strip().rpartition(" ")
    match = _ADDRESS.search(line)
    if match is None or not match.start() or not re.fullmatch(r"\d{1,15}", size):
        return None
    content_type = "".join(line[match.end() :].split()[:1])
    return line[: match.start()], match[1], content_type, int(size)


def _read_header(header: bytes, entry: Entry) -> tuple[Entry, str, int]:
    """Return the entry, the media type and the length of the record's block in bytes."""
    parts = _split_header(header)
    if parts is None:
        raise InputError("bad_record", "What should be the header of an ARC record is none.")
    url, stamp, content_type, size = parts
    try:
        seen_at = datetime.strptime(stamp[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        seen_at = entry.seen_at
    return replace(entry, url=scrub(url), seen_at=seen_at), content_type, size


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
