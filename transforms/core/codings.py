"""Content codings: bodies that were compressed once or more, and those that only say so.

Nothing here inflates more than it is asked for. Compressed data is fed in steps so small that no
step can give more than a few megabytes, whatever its sender made of it: a step of gzip expands at
most 1,032-fold, and each four bytes of zstd give at most 128 KiB. Brotli knows no such bound, so
its output is limited instead.
"""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

KNOWN = ("gzip", "deflate", "br", "zstd")
#: More in a row is no mistake of a server.
MAX_CODINGS = 4

_ZLIB_STEP = 4096  # gives at most 4.2 MB
_ZSTD_STEP = 256  # gives at most 8 MiB
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = zstandard.FRAME_HEADER
_BROTLI_LIMIT = 1 << 20
_ZSTD_WINDOW = 8 << 20  # RFC 9659: no larger window over HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What came out of one coding."""

    body: bytes
    #: ``whole``; ``early``: the data ends before its end; ``damaged``: what stood before the damage
    #: is there; ``plain``: the data is not in that coding at all, and ``body`` is the data.
    state: Literal["whole", "early", "damaged", "plain"]
    cause: str = ""  # of damage


class _Decompressor(Protocol):
    """What zlib and zstandard objects have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def name_codings(headers: Iterable[str]) -> list[str]:
    """Return the codings that Content-Encoding headers name, in the order of being applied.

    Names are in lower case, without the old ``x-``, quotes and parameters; ``identity`` is left
    out.
    """
    parts = (part for header in headers for part in header.split(","))
    named = (part.partition(";")[0].strip(" \t\"'").lower() for part in parts)
    short = [part.removeprefix("x-") for part in named]
    return [part for part in short if part not in ("", "identity")]


def is_markup(data: bytes) -> bool:
    """Tell whether ``data`` begins as HTML, XML or JSON does, and hardly anything compressed."""
    return data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith((b"<", b"{"))


def decode(data: bytes, coding: str, max_bytes: int) -> Decoded:
    """Return ``data`` without ``coding``, one of ``KNOWN``, stopping soon after ``max_bytes``.

    Data of several gzip members or zstd frames is one body. Whatever else stands behind a whole
    one is ignored, as in browsers: some servers pad. (The brotli library takes it for damage.)
    """
    magic = {"gzip": _GZIP_MAGIC, "zstd": _ZSTD_MAGIC}.get(coding)
    if magic is not None and not data.startswith(magic):
        return Decoded(body=data, state="plain", cause="it does not begin as such data does")
    if coding == "br":
        return _judge(_decode_brotli(data, max_bytes), data)
    if coding == "zstd":
        decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        return _decode_steps(data, decoder.decompressobj, _ZSTD_STEP, max_bytes, magic=_ZSTD_MAGIC)
    bits = 16 + zlib.MAX_WBITS if coding == "gzip" else _deflate_bits(data)
    found = _decode_steps(
        data, lambda: zlib.decompressobj(bits), _ZLIB_STEP, max_bytes, magic=_GZIP_MAGIC
    )
    return _judge(found, data) if coding == "deflate" else found


def _judge(found: Decoded, data: bytes) -> Decoded:
    """Return ``found``, or that a coding without a magic number was not there at all."""
    if found.state == "damaged" and (not found.body or is_markup(data)):
        return Decoded(body=data, state="plain", cause=found.cause)
    return found


def _decode_steps(
    data: bytes, make: Callable[[], _Decompressor], step: int, max_bytes: int, *, magic: bytes
) -> Decoded:
    decoder = make()
    body = bytearray()
    position = 0
    while position < len(data) and len(body) <= max_bytes:
        if decoder.eof:
            if not data.startswith(magic, position):
                break
            decoder = make()
        piece = data[position : position + step]
        try:
            body += decoder.decompress(piece)
        except (zlib.error, zstandard.ZstdError) as error:
            return Decoded(body=bytes(body), state="damaged", cause=str(error))
        position += len(piece) - (len(decoder.unused_data) if decoder.eof else 0)
    ended = decoder.eof or len(body) > max_bytes
    return Decoded(body=bytes(body), state="whole" if ended else "early")


def _decode_brotli(data: bytes, max_bytes: int) -> Decoded:
    decoder = brotli.Decompressor()
    body = bytearray()
    piece = data
    try:
        while not decoder.is_finished() and len(body) <= max_bytes:
            more = decoder.process(piece, output_buffer_limit=_BROTLI_LIMIT)
            if not more and not piece:
                break
            body += more
            piece = b""
    except brotli.error as error:
        return Decoded(body=bytes(body), state="damaged", cause=str(error))
    ended = decoder.is_finished() or len(body) > max_bytes
    return Decoded(body=bytes(body), state="whole" if ended else "early")


def _deflate_bits(data: bytes) -> int:
    """Return zlib's window bits for "deflate", which some servers send without its wrapper."""
    wrapped = data[:1] and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
