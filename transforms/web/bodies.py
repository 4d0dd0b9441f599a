"""Reading a response's body: under a limit before and after decompression, in one known encoding.

Compressed data is fed in steps so small that no step can give more than a few megabytes, whatever
the server made of it: a step of gzip expands at most 1,032-fold, and each four bytes of zstd give
at most 128 KiB. Brotli knows no such bound, so its output is limited instead.
"""

import zlib
from collections.abc import Callable
from typing import Protocol

import aiohttp
import brotli  # type: ignore[import-untyped]
import zstandard

from transforms.core.errors import InputError

#: What is asked for with Accept-Encoding.
ENCODINGS = "gzip, deflate, br, zstd"

_ZLIB_STEP = 4096  # gives at most 4.2 MB
_ZSTD_STEP = 256  # gives at most 8 MiB
_GZIP_MAGIC = b"\x1f\x8b"
_BROTLI_LIMIT = 1 << 20
_ZSTD_WINDOW = 8 << 20  # RFC 9659: no larger window over HTTP


class _Decompressor(Protocol):
    """What zlib and zstandard objects have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


async def read_body(
    response: aiohttp.ClientResponse, max_bytes: int, *, truncate: bool = False
) -> bytes:
    """Return the decoded body of ``response``, of at most ``max_bytes`` bytes.

    A larger one is an InputError("too_large"), or is cut with ``truncate``. An encoding that is
    unknown, doubled or damaged is an InputError("bad_encoding").
    """
    url = str(response.url)
    encoding = _single_encoding(response.headers.getall("Content-Encoding", []), url)
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > max_bytes:
            # Compressed data is no larger than what is in it, but for a few bytes that no page
            # of this size needs.
            if not truncate:
                raise _too_large(url, max_bytes)
            del raw[max_bytes:]
            break
    if not raw or encoding == "identity":
        return bytes(raw)
    body = decompress(bytes(raw), encoding, max_bytes, url=url, truncate=truncate)
    if len(body) > max_bytes:
        if not truncate:
            raise _too_large(url, max_bytes)
        return body[:max_bytes]
    return body


def decompress(
    data: bytes, encoding: str, max_bytes: int, *, url: str = "the body", truncate: bool = False
) -> bytes:
    """Return ``data`` decompressed, stopping soon after ``max_bytes`` bytes.

    ``encoding`` is gzip, deflate, br or zstd. Data that is damaged or, without ``truncate``, ends
    early is an InputError("bad_encoding"). ``url`` is named in messages.
    """
    try:
        if encoding == "br":
            body, complete = _decompress_brotli(data, max_bytes)
        elif encoding == "zstd":
            decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
            body, complete = _decompress_steps(
                data, decoder.decompressobj, _ZSTD_STEP, max_bytes, magic=zstandard.FRAME_HEADER
            )
        else:
            bits = 16 + zlib.MAX_WBITS if encoding == "gzip" else _deflate_bits(data)
            body, complete = _decompress_steps(
                data, lambda: zlib.decompressobj(bits), _ZLIB_STEP, max_bytes, magic=_GZIP_MAGIC
            )
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise InputError("bad_encoding", f"{url}: damaged {encoding} data ({error}).") from error
    if not complete and not truncate:
        raise InputError("bad_encoding", f"{url}: the {encoding} data ends early.")
    return body


def _decompress_steps(
    data: bytes, make: Callable[[], _Decompressor], step: int, max_bytes: int, *, magic: bytes
) -> tuple[bytes, bool]:
    """Return the output of one or more members or frames, and whether the last one ended.

    Whatever else stands behind a whole one is ignored, as in browsers: some servers pad. (The
    brotli library takes it for damage.)
    """
    decoder = make()
    body = bytearray()
    position = 0
    while position < len(data) and len(body) <= max_bytes:
        if decoder.eof:
            if not data.startswith(magic, position):
                break
            decoder = make()
        piece = data[position : position + step]
        body += decoder.decompress(piece)
        position += len(piece) - (len(decoder.unused_data) if decoder.eof else 0)
    return bytes(body), decoder.eof or len(body) > max_bytes


def _decompress_brotli(data: bytes, max_bytes: int) -> tuple[bytes, bool]:
    decoder = brotli.Decompressor()
    body = bytearray(decoder.process(data, output_buffer_limit=_BROTLI_LIMIT))
    while not decoder.is_finished() and len(body) <= max_bytes:
        more = decoder.process(b"", output_buffer_limit=_BROTLI_LIMIT)
        if not more:
            break
        body += more
    return bytes(body), decoder.is_finished() or len(body) > max_bytes


def _deflate_bits(data: bytes) -> int:
    """Return zlib's window bits for "deflate", which some servers send without its wrapper."""
    wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


def _single_encoding(headers: list[str], url: str) -> str:
    named = [part.strip().lower() for header in headers for part in header.split(",")]
    named = [part for part in named if part]
    if len(named) > 1:
        raise InputError("bad_encoding", f"{url}: {len(named)} content encodings, one is allowed.")
    encoding = named[0].removeprefix("x-") if named else "identity"
    if encoding not in ("identity", "gzip", "deflate", "br", "zstd"):
        raise InputError("bad_encoding", f"{url}: unknown content encoding {encoding[:40]!r}.")
    return encoding


def _too_large(url: str, max_bytes: int) -> InputError:
    return InputError("too_large", f"{url}: more than {max_bytes} bytes.")
