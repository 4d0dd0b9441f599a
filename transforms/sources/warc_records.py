"""WARC records one by one, going on behind the damaged ones.

The format is that of WARC/1.1 (ISO 28500) and of all versions before it that were written: a line
with the version, fields, an empty line, and as many bytes as Content-Length says. What real
archives have is read as well: names in any case, lines that end in LF alone, folded lines.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from newsbeam.transforms.sources.record_stream import RecordStream
from newsbeam.transforms.sources.streams import (
    GZIP_MAGIC,
    ZSTD_MAGIC,
    DamagedStreamError,
    is_zstd,
    peek,
    read_dictionary,
    read_pieces,
)

#: Types of records that may hold pages, and those that belong to such.
PAGE_TYPES = ("response", "resource", "conversion")
_READ = (*PAGE_TYPES, "continuation")

_GZIP_START = re.compile(rb"\x1f\x8b\x08[\x00-\x1f].{5}[\x00-\x0d\xff]", re.DOTALL)
_ZSTD_START = re.compile(re.escape(ZSTD_MAGIC))
_PLAIN_START = re.compile(
    rb"(?:(?<=\n\n)|(?<=\n\r\n))WARC/\d{1,3}\.\d{1,3}[ \t]*\r?\n", re.IGNORECASE
)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_CHUNK = 1 << 16
#: Starts that look like a record's but are not, in a row, after which the rest is given up.
_MAX_FALSE_STARTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record, with its block if it is of a type that may hold a page."""

    offset: int  # of its first byte in the file, or of the compressed member that it stands in
    starts_member: bool  # reading can begin at its offset
    type: str  # in lower case; "" if it says none
    fields: dict[str, str]  # of its head, by names in lower case; the first of equals
    block: bytes  # at most one byte longer than asked for, to show that there is more
    missing: int = 0  # bytes of the block that the file does not have
    cut: str | None = None  # why the block ends early, where its head does not say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A stretch of the file that cannot be read."""

    offset: int  # of the damaged record, or of what is none
    detail: str


def read_records(raw: BinaryIO, start: int, max_block_bytes: int) -> Iterator[Record | Damage]:
    """Yield all records of ``raw``, which is at its start, from byte offset ``start`` on.

    Behind damage, reading goes on at the next place that looks like the start of a record. Behind
    compressed data that is damaged that can be done only if ``raw`` can be seeked; otherwise
    reading ends there.
    """
    head, raw = peek(raw, 8)
    seekable = raw.seekable()
    is_plain = not (head.startswith(GZIP_MAGIC) or is_zstd(head))
    try:
        dictionary = read_dictionary(raw, "The file") if start or seekable else None
    except DamagedStreamError as error:
        yield Damage(offset=0, detail=f"No record can be read: {error.detail}")
        return
    _go_to(raw, start, seekable)
    position: int | None = start
    false_starts = 0
    while position is not None:
        pieces = read_pieces(raw, head, "The file", offset=position, dictionary=dictionary)
        behind, found = yield from _read_stretch(
            RecordStream(pieces, is_plain=is_plain),
            max_block_bytes,
            is_found=position > start,
            can_return=seekable and is_plain,
        )
        if behind is None or not seekable:
            return
        position = max(behind, position + 1)
        false_starts = 0 if found else false_starts + 1
        if false_starts > _MAX_FALSE_STARTS:
            detail = f"After {_MAX_FALSE_STARTS:,} places that only look like records, it is left."
            yield Damage(offset=position, detail=detail)
            return
        position = _find_start(raw, head, position)
        if position is not None:
            raw.seek(position)


def _read_stretch(
    stream: RecordStream, max_block_bytes: int, *, is_found: bool, can_return: bool
) -> Generator[Record | Damage, None, tuple[int | None, bool]]:
    """Yield records until the data is damaged.

    Return from where on to look for the next, if there may be one, and whether there were any.
    The stretch may begin at what is no record after all if it ``is_found``. With ``can_return``,
    lengths that are wrong lead back to behind the start of their record.
    """
    last: Record | None = None
    at = -1  # of the last record, damaged or not
    between = False
    try:
        while stream.skip_blank():
            offset = stream.offset
            if stream.is_start():
                between = False
                item, is_lost = _read_record(stream, max_block_bytes)
                last, at = item if isinstance(item, Record) else last, offset
                yield item
                if not is_lost:
                    between = True
                    continue
            elif is_found and at < 0:
                return offset + 1, False
            else:
                yield Damage(offset=offset, detail="What stands here is no record.")
            if can_return:
                return (offset if at < 0 else at) + 1, last is not None
            if not stream.find_start():
                break
    except DamagedStreamError as error:
        # Where only the end of a member is missing behind its record, nothing is.
        is_end = between and last is not None and last.starts_member and last.offset == error.start
        if not (is_end and error.early):
            yield Damage(offset=error.start, detail=f"The record cannot be read: {error.detail}")
        return error.start + 1, last is not None
    return None, last is not None


def _read_record(stream: RecordStream, max_block_bytes: int) -> tuple[Record | Damage, bool]:
    """Return the record that begins here, and whether it is not known where the next one does.

    What follows a whole record is looked at before it is returned, so that the checksum of its
    member has been seen.
    """
    offset, starts_member = stream.offset, stream.begins_member
    head = stream.read_head()
    if head is None:
        return Damage(offset=offset, detail="The header of the record has no end."), True
    fields = _read_fields(head)
    length = fields.get("content-length", "")
    if not re.fullmatch(r"\d{1,18}", length):
        return Damage(offset=offset, detail="The header of the record is incomplete."), True
    kind = fields.get("warc-type", "").lower()
    block, missing = stream.read_block(
        int(length), max_block_bytes if kind in _READ else 0, bounded=starts_member
    )
    try:
        stream.skip_blank()
    except DamagedStreamError as error:
        if starts_member and error.start == offset and not error.early:
            raise
    record = Record(
        offset=offset,
        starts_member=starts_member,
        type=kind,
        fields=fields,
        block=block,
        missing=missing,
    )
    return record, missing > 0


def _read_fields(head: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in _FOLD.sub(b" ", head).split(b"\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            key = name.decode("latin-1").strip().lower()
            fields.setdefault(key, value.decode("utf-8", "replace").strip())
    return fields


def _go_to(raw: BinaryIO, position: int, seekable: bool) -> None:
    if seekable:
        raw.seek(position)
        return
    left = position - raw.tell() if position else 0
    while left > 0 and (data := raw.read(min(left, _CHUNK))):
        left -= len(data)


def _find_start(raw: BinaryIO, head: bytes, position: int) -> int | None:
    """Return the first offset from ``position`` on that looks like the start of a record.

    ``head`` is how the file begins.
    """
    pattern = _PLAIN_START
    if head.startswith(GZIP_MAGIC):
        pattern = _GZIP_START
    elif is_zstd(head):
        pattern = _ZSTD_START
    offset = max(0, position - 4)  # an empty line may stand before it
    raw.seek(offset)
    window = b""
    while data := raw.read(_CHUNK):
        window += data
        if found := pattern.search(window, max(0, position - offset)):
            return offset + found.start()
        keep = min(len(window), 64)  # longer than anything that is looked for
        offset += len(window) - keep
        window = window[len(window) - keep :]
    return None
