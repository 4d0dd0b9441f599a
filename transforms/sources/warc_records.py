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
NO_RECORD = "What stands here is no record."

_PACKED = rb"\x1f\x8b\x08[\x00-\x1f].{5}[\x00-\x0d\xff]|" + re.escape(ZSTD_MAGIC)
_PLAIN = rb"(?i:WARC/\d{1,3}\.\d{1,3}[ \t]*\r?\n)"
_PACKED_START = re.compile(_PACKED, re.DOTALL)
#: Of any form: files that are plain and compressed in turns have been put together.
_START = re.compile(_PACKED + rb"|(?:(?<=\n\n)|(?<=\n\r\n))" + _PLAIN, re.DOTALL)
_FORM = re.compile(_PACKED + rb"|" + _PLAIN, re.DOTALL)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_CHUNK = 1 << 16
_LOOK = 32  # bytes in which the start of a record shows its form
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
    compressed data that is damaged, and behind data of another form, that can be done only if
    ``raw`` can be seeked; otherwise reading ends there.
    """
    head, raw = peek(raw, _LOOK)
    seekable = raw.seekable()
    try:
        dictionary = read_dictionary(raw, "The file") if start or seekable else None
    except DamagedStreamError as error:
        yield Damage(offset=0, detail=f"No record can be read: {error.detail}")
        return
    _go_to(raw, start, seekable)
    position: int | None = start
    is_found = False
    false_starts = 0
    told: set[int] = set()
    while position is not None:
        if seekable:
            head = _look(raw, position)
        pieces = read_pieces(raw, head, "The file", offset=position, dictionary=dictionary)
        end = yield from _read_stretch(
            RecordStream(pieces, is_plain=_form_of(head) == "plain"),
            max_block_bytes,
            is_found=is_found,
            raw=raw if seekable else None,
            form=_form_of(head),
            told=told,
        )
        if end is None or not seekable:
            return
        false_starts = 0 if end.had_records else false_starts + 1
        if false_starts > _MAX_FALSE_STARTS:
            detail = f"After {_MAX_FALSE_STARTS:,} places that only look like records, it is left."
            yield Damage(offset=end.offset, detail=detail)
            return
        is_found = not end.is_joint
        position = end.offset if end.is_joint else find_start(raw, max(end.offset, position) + 1)
        if position is not None:
            raw.seek(position)


@dataclass(frozen=True, slots=True)
class _End:
    """Where a stretch ends before the file does."""

    offset: int  # of what is damaged, or of a part of another form
    had_records: bool
    is_joint: bool = False  # a part of another form begins here


def _read_stretch(
    stream: RecordStream,
    max_block_bytes: int,
    *,
    is_found: bool,
    raw: BinaryIO | None,
    form: str,
    told: set[int],
) -> Generator[Record | Damage, None, _End | None]:
    """Yield records until the data is damaged or goes on in another form; return where.

    The stretch may begin at what is no record after all if it ``is_found``. ``raw`` is what the
    stream reads, if it can be seeked: then lengths that are wrong lead back to behind the start of
    their record where the data is plain. ``told`` are places of no record, which may be come to
    again from there.
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
                return _End(offset, False)
            elif raw is not None and form == "plain" and _is_joint(raw, offset, form):
                return _End(offset, last is not None, is_joint=True)
            elif form != "plain" or offset not in told:
                told.add(offset)
                yield Damage(offset=offset, detail=NO_RECORD)
            if raw is not None and form == "plain":
                return _End(offset if at < 0 else at, last is not None)
            if not stream.find_start():
                break
    except DamagedStreamError as error:
        if raw is not None and _is_joint(raw, error.start, form):
            return _End(error.start, last is not None, is_joint=True)
        # Where only the end of a member is missing behind its record, nothing is.
        is_end = between and last is not None and last.starts_member and last.offset == error.start
        if not (is_end and error.early):
            yield Damage(offset=error.start, detail=f"The record cannot be read: {error.detail}")
        return _End(error.start, last is not None)
    return None


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
    block, missing = stream.read_block(int(length), max_block_bytes, bounded=starts_member)
    unread = 0
    try:
        is_kept = len(block) + missing == int(length)
        if is_kept and (missing or not stream.is_between()):
            unread = stream.unread(block, offset)
        stream.skip_blank()
    except DamagedStreamError as error:
        if starts_member and error.start == offset and not error.early:
            raise
    record = Record(
        offset=offset,
        starts_member=starts_member,
        type=kind,
        fields=fields,
        block=block if kind in _READ else b"",
        missing=missing + unread,
    )
    return record, missing > 0 and not unread


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


def _look(raw: BinaryIO, position: int) -> bytes:
    """Return some bytes at ``position``, and stay where ``raw`` is."""
    here = raw.tell()
    raw.seek(position)
    ahead = raw.read(_LOOK)
    raw.seek(here)
    return ahead


def _form_of(head: bytes) -> str:
    if head.startswith(GZIP_MAGIC):
        return "gzip"
    return "zstd" if is_zstd(head) else "plain"


def _is_joint(raw: BinaryIO, position: int, form: str) -> bool:
    """Tell whether records of another form than ``form`` begin at ``position``."""
    ahead = _look(raw, position)
    return _form_of(ahead) != form and _FORM.match(ahead) is not None


def find_start(raw: BinaryIO, position: int) -> int | None:
    """Return the first offset from ``position`` on that looks like the start of a record.

    What stands before it is damaged: where that is compressed, plain records may be part of it.
    """
    damaged = _look(raw, position - 1)
    pattern = _START if _form_of(damaged) == "plain" else _PACKED_START
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
