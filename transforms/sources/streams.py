"""Byte streams: decompression found by magic bytes, and reading under a cap."""

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol, cast

import zstandard

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.whole_streams import decompressor_of, inflate

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

#: Of the first frame of a zstd file that has a dictionary.
DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"

_DICTIONARY_CONTENT = b"\x37\xa4\x30\xec"
#: What the format asks of readers; an archive's dictionary has a few hundred KiB.
_MAX_DICTIONARY = 1 << 23
_GZIP_EARLY, _ZSTD_EARLY = (f"the {kind} data ends too early" for kind in ("gzip", "zstd"))
_CHUNK = 1 << 16
#: Small, as what is left of a step behind the end of a member is copied.
_GZIP_STEP = 1 << 13
#: A zstd block of 4 bytes can stand for 128 KiB, so this many bytes inflate to 32 MiB at most.
_ZSTD_STEP = 1 << 10
#: Largest window that a zstd frame may ask for: what its own command line allows by default.
_ZSTD_MAX_WINDOW = 1 << 27


class Piece(NamedTuple):
    """Decompressed bytes."""

    #: Where the gzip member or zstd frame begins that they are of; of plain bytes, their own place.
    start: int
    data: bytes


class DamagedStreamError(InputError):
    """Compressed data that is damaged, or ends too early."""

    def __init__(self, name: str, cause: str, start: int, *, early: bool = False) -> None:
        super().__init__(
            "truncated_archive", f"{name} is damaged: {cause}. Get the file again from its origin."
        )
        self.start = start  # of the gzip member or zstd frame
        self.early = early  # all is right up to where the data ends


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def is_skippable(head: bytes) -> bool:
    """Tell whether ``head`` begins a zstd frame that holds no data (RFC 8878, 3.1.2)."""
    return len(head) >= 4 and head[1:4] == DICTIONARY_MAGIC[1:] and head[0] & 0xF0 == 0x50


def is_zstd(head: bytes) -> bool:
    """Tell whether ``head`` begins a zstd file."""
    return head.startswith(ZSTD_MAGIC) or is_skippable(head)


def read_pieces(
    raw: _Readable,
    head: bytes,
    name: str,
    *,
    offset: int = 0,
    dictionary: zstandard.ZstdCompressionDict | None = None,
) -> Iterator[Piece]:
    """Yield the decompressed bytes of ``raw``, which stands at ``offset`` of its file.

    ``head`` is how the file begins, which says how all of it is compressed. ``dictionary`` is what
    ``read_dictionary`` found, where the reading does not begin with it. Raises InputError as
    ``open_decompressed`` says.
    """
    if head.startswith(GZIP_MAGIC):
        yield from _inflate_gzip(_Compressed(raw, offset), name)
    elif is_zstd(head):
        yield from _inflate_zstd(_Compressed(raw, offset), name, dictionary)
    else:
        while data := raw.read(_CHUNK):
            yield Piece(offset, data)
            offset += len(data)


def read_dictionary(raw: BinaryIO, name: str) -> zstandard.ZstdCompressionDict | None:
    """Return the zstd dictionary that ``raw``, at its start, begins with; None if it does not."""
    head = raw.read(8)
    if len(head) < 8 or not head.startswith(DICTIONARY_MAGIC):
        return None
    size = min(int.from_bytes(head[4:], "little"), _MAX_DICTIONARY)
    return _open_dictionary(raw.read(size), name)


def open_decompressed(raw: BinaryIO, name: str) -> BinaryIO:
    """Return the decompressed bytes of ``raw`` as a stream that is read once, from its start.

    Compression is found by magic bytes: gzip (any number of members), zstd (any number of frames,
    with the dictionary in the first of them if there is one), bzip2, xz, or none. Reading raises
    ``DamagedStreamError("truncated_archive")`` where the data is damaged or ends too early; what
    stood before the damage is delivered first. Reads may be short, as those of an unbuffered file:
    one that asks for n bytes gets between 1 and n until the end.
    """
    head = raw.read(10)
    source = _Prepended(head, raw)
    if make := decompressor_of(head):
        return cast(BinaryIO, _Inflating(Piece(0, data) for data in inflate(source, name, make)))
    if head.startswith(GZIP_MAGIC) or is_zstd(head):
        return cast(BinaryIO, _Inflating(read_pieces(source, head, name)))
    return cast(BinaryIO, source)


def peek(raw: BinaryIO, size: int) -> tuple[bytes, BinaryIO]:
    """Return the first ``size`` bytes of ``raw``, and a stream that begins with them again."""
    parts: list[bytes] = []
    while size > 0 and (data := raw.read(min(size, _CHUNK))):
        parts.append(data)
        size -= len(data)
    head = b"".join(parts)
    if raw.seekable():
        raw.seek(0)
        return head, raw
    return head, cast(BinaryIO, _Prepended(head, raw))


def read_capped(stream: BinaryIO, max_bytes: int) -> bytes:
    """Return all bytes of ``stream``; ``InputError("too_large")`` if there are over ``max_bytes``.

    Never more than ``max_bytes`` + 1 bytes are read.
    """
    parts: list[bytes] = []
    left = max_bytes + 1
    while left > 0:
        data = stream.read(min(left, _CHUNK))
        if not data:
            return b"".join(parts)
        parts.append(data)
        left -= len(data)
    raise too_large(max_bytes)


def too_large(max_bytes: int) -> InputError:
    """Return the error of a document of more than ``max_bytes``."""
    return InputError("too_large", f"It has more than the {max_bytes:,} bytes that are allowed.")


def read_lines(stream: BinaryIO, max_line_bytes: int) -> Iterator[tuple[bytes | None, int]]:
    """Yield each line of ``stream`` without its end, and its size in bytes with it.

    A line of over ``max_line_bytes`` bytes is passed over and yielded as None.
    """
    parts: list[bytes] = []
    size = 0
    while data := stream.read(_CHUNK):
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            size += end + 1 - start
            parts.append(data[start:end])
            yield (b"".join(parts) if size <= max_line_bytes else None), size
            parts, size, start = [], 0, end + 1
        size += len(data) - start
        parts = [*parts, data[start:]] if size <= max_line_bytes else []
    if size:
        yield (b"".join(parts) if size <= max_line_bytes else None), size


class _Prepended(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = memoryview(head), rest
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data: bytes | memoryview
        if self._head:
            data, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            data = self._rest.read(len(view)) or b""
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position


class _Inflating(io.RawIOBase):
    """The decompressed bytes of ``pieces``, never more than a few MiB of them in memory."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._ready = memoryview(piece.data)
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


class _Compressed:
    """The bytes of a compressed stream, taken in small steps, with their place in it."""

    def __init__(self, raw: _Readable, offset: int) -> None:
        self._raw = raw
        self._data = memoryview(b"")
        self._offset = offset

    @property
    def offset(self) -> int:
        """Return where the next byte stands."""
        return self._offset

    def peek(self, size: int) -> bytes:
        """Return the next ``size`` bytes, fewer at the end, and leave them there."""
        while len(self._data) < size and (more := self._raw.read(_CHUNK)):
            self._data = memoryview(bytes(self._data) + more)
        return bytes(self._data[:size])

    def step(self, size: int) -> memoryview:
        """Return the next bytes, at most ``size``; none at the end. ``advance`` takes them."""
        if not self._data:
            self._data = memoryview(self._raw.read(_CHUNK) or b"")
        return self._data[:size]

    def advance(self, size: int) -> None:
        """Leave the next ``size`` bytes of a step behind."""
        self._data = self._data[size:]
        self._offset += size

    def skip_zeros(self) -> None:
        """Leave zeros behind, with which some writers pad."""
        while (step := self.step(_CHUNK)) and step[0] == 0:
            self.advance(len(step) - len(bytes(step).lstrip(b"\0")))

    def skip(self, size: int) -> bool:
        """Leave ``size`` bytes behind, whatever they are; tell whether there were so many."""
        while size > 0 and (piece := self.step(size)):
            size -= len(piece)
            self.advance(len(piece))
        return size == 0


def _inflate_gzip(source: _Compressed, name: str) -> Iterator[Piece]:
    while (head := source.peek(3)).startswith(GZIP_MAGIC):
        start = source.offset
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while not member.eof:
            step = source.step(_GZIP_STEP)
            if not step:
                raise DamagedStreamError(name, _GZIP_EARLY, start, early=True)
            try:
                data = member.decompress(step, _CHUNK)
            except zlib.error as error:
                raise DamagedStreamError(name, str(error), start) from error
            left = member.unused_data if member.eof else member.unconsumed_tail
            source.advance(len(step) - len(left))
            if data:
                yield Piece(start, data)
        source.skip_zeros()
    if head and not GZIP_MAGIC.startswith(head):
        raise DamagedStreamError(name, "something else follows the gzip data", source.offset)
    if head:
        raise DamagedStreamError(name, _GZIP_EARLY, source.offset, early=True)


def _inflate_zstd(
    source: _Compressed, name: str, dictionary: zstandard.ZstdCompressionDict | None
) -> Iterator[Piece]:
    while head := source.peek(8):
        start = source.offset
        if is_skippable(head):
            size = int.from_bytes(head[4:8], "little")
            if start == 0 and head.startswith(DICTIONARY_MAGIC):
                dictionary = _open_dictionary(source.peek(8 + min(size, _MAX_DICTIONARY))[8:], name)
            if len(head) < 8 or not source.skip(8 + size):
                raise DamagedStreamError(name, _ZSTD_EARLY, start, early=True)
            continue
        decompressor = zstandard.ZstdDecompressor(
            dict_data=dictionary, max_window_size=_ZSTD_MAX_WINDOW
        )
        frame = decompressor.decompressobj()
        while not frame.eof:
            step = source.step(_ZSTD_STEP)
            if not step:
                raise DamagedStreamError(name, _ZSTD_EARLY, start, early=True)
            try:
                data = frame.decompress(step)
            except zstandard.ZstdError as error:
                raise DamagedStreamError(name, str(error), start) from error
            source.advance(len(step) - (len(frame.unused_data) if frame.eof else 0))
            if data:
                yield Piece(start, data)
        source.skip_zeros()


def _open_dictionary(data: bytes, name: str) -> zstandard.ZstdCompressionDict:
    """Return the dictionary in a frame of its own, itself compressed or not.

    See https://iipc.github.io/warc-specifications/specifications/warc-zstd/.
    """
    try:
        if data.startswith(ZSTD_MAGIC):
            frame = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW).decompressobj()
            steps = range(0, len(data), _ZSTD_STEP)
            plain = bytearray()
            for at in steps:
                plain += b"" if frame.eof else frame.decompress(data[at : at + _ZSTD_STEP])
                if len(plain) > _MAX_DICTIONARY:
                    raise DamagedStreamError(name, "its dictionary is too large", 0)
            data = bytes(plain)
        if not data.startswith(_DICTIONARY_CONTENT):
            raise DamagedStreamError(name, "what should be its dictionary is none", 0)
        dictionary = zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_FULLDICT)
        zstandard.ZstdDecompressor(dict_data=dictionary)  # which looks at all of it
        return dictionary
    except zstandard.ZstdError as error:
        cause = f"its dictionary is of no use ({error})"
        raise DamagedStreamError(name, cause, 0) from error
