"""WARC records one by one, going on behind the damaged ones."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordPayloadReader, WarcRecordType

from transforms.sources.streams import GZIP_MAGIC, ZSTD_MAGIC

_WANTED = (
    WarcRecordType.response
    | WarcRecordType.resource
    | WarcRecordType.conversion
    | WarcRecordType.revisit
    | WarcRecordType.continuation
)
_HEADER_START = re.compile(rb"(?:^|\n\r?\n)(?=WARC/1\.\d\r?\n)")
_CHUNK = 1 << 16
#: Starts that look like a record's but are not, in a row, after which the rest is given up.
_MAX_FALSE_STARTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One record; ``block`` is at most one byte longer than asked for, to show that there is more.

    The record itself may be asked for headers, but not read.
    """

    offset: int  # of its first byte in the file, compressed as the file is
    record: WarcRecord
    block: bytes  # of an HTTP record: what follows the HTTP headers
    missing: int  # bytes of the block that the file does not have
    fault: str | None  # why the HTTP headers cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A stretch of the file that cannot be read."""

    offset: int  # of the damaged record, or of the last good one before it
    detail: str


def read_records(raw: BinaryIO, start: int, max_block_bytes: int) -> Iterator[RawRecord | Damage]:
    """Yield the records of ``raw`` that may hold pages, from byte offset ``start`` on.

    Behind damage, reading goes on at the next place that looks like the start of a record, if
    ``raw`` can be seeked; otherwise it ends there.
    """
    seekable = raw.seekable()
    position: int | None = start
    quiet = False  # the damage that led here has been told already
    false_starts = 0
    while position is not None and false_starts < _MAX_FALSE_STARTS:
        _go_to(raw, position, seekable)
        last: int | None = None
        damage: Damage | None = None
        try:
            for record in ArchiveIterator(raw, parse_http=False):
                last = record.stream_pos
                quiet, false_starts = False, 0
                if record.headers.get("Content-Length") is None:
                    yield Damage(offset=last, detail="The header of the record is incomplete.")
                    continue
                if not record.record_type & _WANTED:
                    continue
                try:
                    found = _read_record(record, max_block_bytes)
                except OSError as error:
                    damage = Damage(offset=last, detail=f"The record cannot be read: {error}.")
                    break
                yield found
                if found.missing and seekable:
                    break  # its length is wrong, or the file was cut: the next may be inside it
            else:
                damage = _find_cut_header(raw, last, position) if seekable else None
                if damage is not None:
                    yield damage
                return
        except OSError as error:
            if last is not None:
                detail = f"What follows the record at byte {last:,} is damaged: {error}."
                damage, quiet = Damage(offset=last, detail=detail), True
            elif not quiet and (position == start or _starts_record(raw, position, seekable)):
                detail = f"The record cannot be read: {error}."
                damage, quiet = Damage(offset=position, detail=detail), False
            else:
                quiet = False
        if damage is not None:
            yield damage
        false_starts += 1  # set back by the next record that can be read
        last = position if last is None else last
        position = _find_start(raw, last + 1) if seekable else None


def can_start_at(raw: BinaryIO, position: int) -> bool:
    """Tell whether reading can begin at ``position``: not inside of a compressed member.

    ``raw`` stays where it is.
    """
    if not raw.seekable():
        return True
    here = raw.tell()
    try:
        raw.seek(0)
        magic = raw.read(3)
        raw.seek(position)
        head = raw.read(3)
    finally:
        raw.seek(here)
    return not magic.startswith((GZIP_MAGIC, ZSTD_MAGIC[:3])) or head == magic


def _read_record(record: WarcRecord, max_block_bytes: int) -> RawRecord:
    fault = None
    if record.is_http:
        try:
            record.parse_http()
        except OSError as error:
            fault = f"The HTTP headers cannot be read: {error}."
    size = record.content_length
    block = b"" if fault else _read_upto(record.reader, max_block_bytes + 1)
    missing = size - len(block) if len(block) <= max_block_bytes and not fault else 0
    return RawRecord(
        offset=record.stream_pos, record=record, block=block, missing=missing, fault=fault
    )


def _read_upto(reader: WarcRecordPayloadReader, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        data = reader.read(min(size, _CHUNK))
        if not data:
            break
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def _go_to(raw: BinaryIO, position: int, seekable: bool) -> None:
    if seekable:
        raw.seek(position)
        return
    while position > 0:
        data = raw.read(min(position, _CHUNK))
        if not data:
            return
        position -= len(data)


def _starts_record(raw: BinaryIO, position: int, seekable: bool) -> bool:
    """Tell whether what is at ``position`` really is a record, if a damaged one."""
    if not seekable:
        return False
    raw.seek(position)
    data = raw.read(1024)
    head = data
    if data.startswith(GZIP_MAGIC):
        try:
            head = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(data, 5)
        except zlib.error:
            return False
    is_cut = len(data) < 1024 and b"WARC/".startswith(head)
    return is_cut or head.startswith((b"WARC/", ZSTD_MAGIC))


def _find_cut_header(raw: BinaryIO, last: int | None, start: int) -> Damage | None:
    """Return the damage of a file that ends within the header of a record, which is no error.

    ``last`` is the offset of the last record that was read, None if there was none.
    """
    position = start if last is None else _find_start(raw, last + 1)
    if position is None or not _starts_record(raw, position, seekable=True):
        return None
    return Damage(offset=position, detail="The file ends within the header of the record.")


def _find_start(raw: BinaryIO, position: int) -> int | None:
    """Return the first offset from ``position`` on that looks like the start of a record."""
    raw.seek(0)
    magic = raw.read(4)
    raw.seek(max(0, position - 4))
    window, offset = b"", max(0, position - 4)
    while data := raw.read(_CHUNK):
        window += data
        if magic.startswith(GZIP_MAGIC):
            found = window.find(GZIP_MAGIC, max(0, position - offset))
        elif magic == ZSTD_MAGIC:
            found = window.find(ZSTD_MAGIC, max(0, position - offset))
        else:
            match = next(
                (m for m in _HEADER_START.finditer(window) if offset + m.end() >= position), None
            )
            found = match.end() if match else -1
        if found >= 0:
            return offset + found
        keep = 16  # longer than anything that is looked for
        offset += max(0, len(window) - keep)
        window = window[-keep:]
    return None
