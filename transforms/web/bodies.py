"""Reading a response's body: under a limit before and after decompression, in known codings."""

import aiohttp

from newsbeam.transforms.core.codings import KNOWN, MAX_CODINGS, decode, is_markup, name_codings
from newsbeam.transforms.core.errors import InputError

#: What is asked for with Accept-Encoding.
ENCODINGS = "gzip, deflate, br, zstd"


async def read_body(
    response: aiohttp.ClientResponse, max_bytes: int, *, truncate: bool = False
) -> bytes:
    """Return the decoded body of ``response``, of at most ``max_bytes`` bytes.

    A larger one is an InputError("too_large"), or is cut with ``truncate``. Data that is damaged,
    ends early or is in an unknown coding is an InputError("bad_encoding"); a body that is plain
    markup is taken as it is, whatever its header says.
    """
    url = str(response.url)
    codings = name_codings(response.headers.getall("Content-Encoding", []))
    if len(codings) > MAX_CODINGS:
        raise InputError("bad_encoding", f"{url}: {len(codings)} content encodings in a row.")
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
    body = _undo(bytes(raw), codings, max_bytes, url=url, truncate=truncate)
    if len(body) > max_bytes:
        if not truncate:
            raise _too_large(url, max_bytes)
        return body[:max_bytes]
    return body


def _undo(body: bytes, codings: list[str], max_bytes: int, *, url: str, truncate: bool) -> bytes:
    for coding in reversed([each for each in codings if each in KNOWN]):
        try:
            body = decompress(body, coding, max_bytes, url=url, truncate=truncate) if body else body
        except InputError:
            if not is_markup(body):
                raise
    unknown = [coding for coding in codings if coding not in KNOWN]
    if unknown and body and not is_markup(body):
        raise InputError("bad_encoding", f"{url}: unknown content encoding {unknown[0][:40]!r}.")
    return body


def decompress(
    data: bytes, encoding: str, max_bytes: int, *, url: str = "the body", truncate: bool = False
) -> bytes:
    """Return ``data`` decompressed, stopping soon after ``max_bytes`` bytes.

    ``encoding`` is one of ``KNOWN``. Data that is damaged or, without ``truncate``, ends early is
    an InputError("bad_encoding"). ``url`` is named in messages.
    """
    found = decode(data, encoding, max_bytes)
    if found.state in ("damaged", "plain"):
        raise InputError("bad_encoding", f"{url}: damaged {encoding} data ({found.cause}).")
    if found.state == "early" and not truncate:
        raise InputError("bad_encoding", f"{url}: the {encoding} data ends early.")
    return found.body


def _too_large(url: str, max_bytes: int) -> InputError:
    return InputError("too_large", f"{url}: more than {max_bytes} bytes.")
