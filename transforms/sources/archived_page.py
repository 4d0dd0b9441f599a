"""Pages out of archives: the answers of servers, and documents without one."""

import re
from codecs import BOM_UTF8
from dataclasses import replace

from newsbeam.transforms.core.codings import KNOWN, MAX_CODINGS, decode, name_codings
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.sources.detect import HEAD_BYTES, detect_kind
from newsbeam.transforms.sources.http_head import read_http_head
from newsbeam.transforms.sources.links import absolute_url

_TEXT = "text/plain"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+")
#: Types that say nothing, and XML, which a page may be: its content decides.
_UNTOLD = re.compile(
    r"(?:application|binary|content|text|unknown|x-unknown)/"
    r"(?:(?:x-)?unknown|octet-stream|(?:[\w.-]+\+)?xml|force-download|none)"
    r"|[a-z]+/\*|x-unknown/x-unknown|httpd/unix-directory"
)
_WHOLE_RANGE = re.compile(r"bytes\s+0-(\d{1,18})/(\d{1,18})", re.IGNORECASE)
_PARTIAL = 206
_ROBOTS = re.compile(r"https?://[^/?#]*/robots\.txt(?:[?#]|$)", re.IGNORECASE)
_GZIP = b"\x1f\x8b\x08"
_CHUNK_SIZE = re.compile(rb"[ \t\r\n]{0,8}0{0,16}([0-9A-Fa-f]{1,8})(?:[ \t;][^\r\n]{0,256})?\r?\n")
_LINE_END = re.compile(rb"\r?\n")


def make_answer(
    entry: Entry, block: bytes, max_bytes: int, max_url_chars: int, truncated: str | None = None
) -> Page:
    """Return the page in ``block``, a server's answer as it went over the wire.

    ``truncated`` is why the archive says that it was cut. Raises ``InputError``.
    """
    head = read_http_head(block)
    if head is not None:
        return make_page(
            entry,
            head.fields,
            block[head.size :],
            head.status,
            max_bytes,
            max_url_chars,
            truncated,
        )
    if (
        block[:64].removeprefix(BOM_UTF8).lstrip().startswith(b"<")
    ):  # as HTTP/0.9 had it: no head at all
        return make_page(entry, {}, block, None, max_bytes, max_url_chars, truncated)
    raise InputError("bad_record", "The head of the HTTP answer cannot be read.")


def make_page(
    entry: Entry,
    headers: dict[str, str],
    block: bytes,
    status: int | None,
    max_bytes: int,
    max_url_chars: int,
    truncated: str | None = None,
) -> Page:
    """Return the page in an archived HTTP answer or document.

    ``headers`` have lower-case names; ``block`` is the body as it was sent; ``truncated`` is why
    the archive says that it was cut. Raises ``InputError``.
    """
    _check_status(status, headers)
    content_type = headers.get("content-type")
    media_type = _media_type(content_type or "")
    if media_type is None:
        said = (content_type or "").partition(";")[0].strip()[:80]
        raise InputError("not_html", f"It is {said}, not a page.", http_status=status)
    body, cut = _decode_body(block, headers, max_bytes, status)
    if len(body) > max_bytes:
        raise InputError("too_large", f"It has more than {max_bytes:,} bytes.", http_status=status)
    media = _media(body, media_type, entry.url, status)
    url = absolute_url(entry.url or "", None, max_url_chars)
    return Page(
        entry=replace(entry, url=url),
        url=url,
        body=body,
        media=media,
        content_type=content_type,
        http_status=status,
        robots_tag=headers.get("x-robots-tag"),
        tdm_reservation=headers.get("tdm-reservation"),
        truncated=truncated or cut,
        fetched_at=entry.seen_at,
    )


def _check_status(status: int | None, headers: dict[str, str]) -> None:
    """Raise unless ``status`` is one that the fetcher takes, of a whole page."""
    if status is None or (200 <= status < 300 and status != _PARTIAL):
        return
    if status == _PARTIAL:
        found = _WHOLE_RANGE.match(headers.get("content-range", ""))
        if found and int(found[1]) + 1 == int(found[2]):
            return
        raise InputError("http_status", "The server answered with a part.", http_status=status)
    raise InputError("http_status", f"The server answered {status}.", http_status=status)


def _media_type(content_type: str) -> str | None:
    """Return "html", "text", "" if the content is to decide, or None if it is another type.

    Several types in one header, or in several, are HTML if one of them is.
    """
    named = [part.partition(";")[0].strip().lower() for part in content_type.split(",")]
    named = [part for part in named if part]
    if any("htm" in part for part in named):
        return "html"
    first = next((part for part in named if _MEDIA_TYPE.fullmatch(part)), "")
    if first == _TEXT:
        return "text"
    return "" if not first or _UNTOLD.fullmatch(first) else None


def _media(body: bytes, media_type: str, url: str | None, status: int | None) -> str:
    """Return "html" or "text", trusting the content where it contradicts the header."""
    if not body or body.isspace():
        raise InputError("empty", "The body has no bytes.", http_status=status)
    kind = detect_kind("", body[:HEAD_BYTES], "text/html" if media_type == "html" else None)
    if kind == "binary":
        raise InputError("not_html", "Its body is not text.", http_status=status)
    if _ROBOTS.match(url or ""):
        raise InputError("not_html", "It is a robots.txt, not a page.", http_status=status)
    if media_type == "html" or kind == "html":
        return "html"
    if media_type == "text":
        return "text"
    raise InputError("not_html", f"It is no page by its type, but {kind}.", http_status=status)


def _decode_body(
    block: bytes, headers: dict[str, str], max_bytes: int, status: int | None
) -> tuple[bytes, str | None]:
    """Return the body without its transfer and content codings, and why it ends early if it does.

    It is cut soon after ``max_bytes`` + 1. Archives keep these headers even where they store the
    body decoded already; then the body does not look encoded, and is taken as it is. Others keep
    the body and lose the header: what begins as gzip is read as gzip.
    """
    body, cut = block, None
    length = headers.get("content-length", "").partition(",")[0].strip()
    transfer = name_codings([headers.get("transfer-encoding", "")])
    if "chunked" in transfer:
        body, whole = _join_chunks(body)
        cut = None if whole else "chunks"
    elif length.isdecimal() and len(block) < int(length[:18]):
        cut = "content_length"
    codings = name_codings([headers.get("content-encoding", "")])
    codings += [coding for coding in transfer if coding in KNOWN]
    if not codings and body.startswith(_GZIP):
        codings = ["gzip"]  # some archivers lose the header and keep the coding
    if len(codings) > MAX_CODINGS:
        detail = f"It has {len(codings)} content encodings in a row."
        raise InputError("bad_encoding", detail, http_status=status)
    for coding in reversed([each for each in codings if each in KNOWN]):
        if not body:
            break
        found = decode(body, coding, max_bytes + 1)
        body = found.body
        if found.state == "plain":
            cut = None if cut == "content_length" else cut  # that was its length when encoded
        elif found.state != "whole":
            cut = cut or "encoding"
    unknown = [coding for coding in codings if coding not in KNOWN]
    if unknown and detect_kind("", body[:HEAD_BYTES]) == "binary":
        detail = f"Its content encoding {unknown[0][:40]!r} is unknown."
        raise InputError("bad_encoding", detail, http_status=status)
    return body, cut


def _join_chunks(body: bytes) -> tuple[bytes, bool]:
    """Return what the chunks in ``body`` hold, itself if there are none; and whether all is there.

    All is there once the last chunk, which is empty, has come.
    """
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_SIZE.match(body, position):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts), True
        end = match.end() + size
        line_end = _LINE_END.match(body, end)
        if not parts and line_end is None and end < len(body):
            break  # a text that begins with a number
        parts.append(body[match.end() : end])
        position = line_end.end() if line_end else end
    return (b"".join(parts), False) if parts else (body, True)
