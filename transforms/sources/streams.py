"""Byte streams: decompression found by magic bytes, and reading under a cap."""

import io
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

import zstandard

from transforms.core.errors import InputError

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

_CHUNK = 1 << 16
#: A zstd block of 4 bytes can stand for 128 KiB, so this many bytes inflate to 32 MiB at most.
_ZSTD_CHUNK = 1 << 10
#: Largest window that a zstd frame may ask for: what its own command line allows by default.
_ZSTD_MAX_WINDOW = 1 << 27


def open_decompressed(raw: BinaryIO, name: str) -> BinaryIO:
    """Return the decompressed bytes of ``raw`` as a stream that is read once, from its start.

    Compression is found by magic bytes: gzip (any number of members), zstd (any number of frames),
    or none. Reading raises ``InputError("truncated_archive")`` where the data is damaged or ends
    too early; what stood before the damage is delivered first. Reads may be short, as those of an
    unbuffered file: one that asks for n bytes gets between 1 and n until the end.
    """
    head = raw.read(4)
    source = _Prepended(head, raw)
    if head.startswith(GZIP_MAGIC):
        return cast(BinaryIO, _Inflating(source, name, _inflate_gzip))
    if head == ZSTD_MAGIC:
        return cast(BinaryIO, _Inflating(source, name, _inflate_zstd))
    return cast(BinaryIO, source)


def peek(raw: BinaryIO, size: int) -> tuple[bytes, BinaryIO]:
    """Return the first ``size`` bytes of ``raw``, and a stream that begins with them again."""
    parts: list[bytes] = []
    while size > 0 and (data := raw.read(size)):
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
    raise InputError("too_large", f"It has more than the {max_bytes:,} bytes that are allowed.")


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
        self._head, self._rest = head, rest
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._head:
            data, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            data = self._rest.read(len(view)) or b""
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position  # which fastwarc asks of streams that cannot be seeked, too


class _Inflating(io.RawIOBase):
    """The decompressed bytes of ``source``, never more than a few MiB of them in memory."""

    def __init__(self, source: "_Prepended", name: str, pieces: "_Inflater") -> None:
        self._pieces = pieces(source, name)
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._ready = memoryview(piece)
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


_Inflater = Callable[[_Prepended, str], Iterator[bytes]]


def _inflate_gzip(source: _Prepended, name: str) -> Iterator[bytes]:
    data = source.read(_CHUNK)
    while data:
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while not member.eof:
            if not data:
                raise _damaged(name, "the gzip data ends too early")
            try:
                piece = member.decompress(data, _CHUNK)
            except zlib.error as error:
                raise _damaged(name, str(error)) from error
            if piece:
                yield piece
            data = member.unconsumed_tail or (b"" if member.eof else source.read(_CHUNK))
        data = (member.unused_data or source.read(_CHUNK)).lstrip(b"\0")
        if data and not GZIP_MAGIC.startswith(data[:3]) and not data.startswith(GZIP_MAGIC):
            raise _damaged(name, "something else follows the gzip data")


def _inflate_zstd(source: _Prepended, name: str) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW)
    data = source.read(_ZSTD_CHUNK)
    while data:
        frame = decompressor.decompressobj()
        while not frame.eof:
            if not data:
                raise _damaged(name, "the zstd data ends too early")
            try:
                piece = frame.decompress(data)
            except zstandard.ZstdError as error:
                raise _damaged(name, str(error)) from error
            if piece:
                yield piece
            data = b"" if frame.eof else source.read(_ZSTD_CHUNK)
        data = frame.unused_data or source.read(_ZSTD_CHUNK)


def _damaged(name: str, cause: str) -> InputError:
    return InputError(
        "truncated_archive", f"{name} is damaged: {cause}. Get the file again from its origin."
    )
