"""bzip2 and xz: streams that Python's own decompressors read, one after another in a file."""

import bz2
import lzma
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from newsbeam.transforms.core.errors import InputError

BZIP2_MAGIC = b"BZh"
XZ_MAGIC = b"\xfd7zXZ\x00"

#: Of the first block of a bzip2 stream, or of the end of an empty one.
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
_CHUNK = 1 << 16
#: What the strongest presets of xz need for reading.
_XZ_MEMORY = 1 << 27


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def decompressor_of(head: bytes) -> Callable[[], Any] | None:
    """Return what makes a decompressor of a stream that begins with ``head``, None for others."""
    if head.startswith(XZ_MAGIC):
        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    if head.startswith(BZIP2_MAGIC) and head[3:4].isdigit() and head[4:10] in _BZIP2_BLOCKS:
        return bz2.BZ2Decompressor
    return None


def inflate(raw: _Readable, name: str, make: Callable[[], Any]) -> Iterator[bytes]:
    """Yield the decompressed bytes of all streams in ``raw``, at most 64 KiB at a time.

    Raises ``InputError("truncated_archive")`` where the data is damaged or ends too early.
    """
    data = raw.read(_CHUNK) or b""
    while data:
        stream = make()
        while not stream.eof:
            if stream.needs_input and not data and not (data := raw.read(_CHUNK) or b""):
                raise _damaged(name, "the data ends too early")
            try:
                plain = stream.decompress(data, _CHUNK)
            except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
                raise _damaged(name, str(error)) from error
            data = b""
            if plain:
                yield plain
        data = stream.unused_data.lstrip(b"\0")
        while not data and (more := raw.read(_CHUNK)):
            data = more.lstrip(b"\0")  # xz pads with them


def _damaged(name: str, cause: str) -> InputError:
    return InputError(
        "truncated_archive", f"{name} is damaged: {cause}. Get the file again from its origin."
    )
