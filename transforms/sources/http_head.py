"""The head of an archived HTTP answer, read as RFC 9112 asks of recipients."""

import re
from dataclasses import dataclass

#: No answer that a page came in has a longer head.
MAX_HEAD_BYTES = 1 << 18

#: How an answer begins, in whatever record it stands.
ANSWER = re.compile(rb"[\r\n]{0,8}(?:HTTP/\d|ICY )", re.IGNORECASE)

_STATUS_LINE = re.compile(rb"(?:HTTP/\d+(?:\.\d+)?|ICY)[ \t]+(\d{3})(?![^\s])[^\r\n]*\r*\n", re.I)
_HEAD_END = re.compile(rb"\n[ \t]*\r*\n")
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:")
_FOLD = re.compile(rb"\r?\n[ \t]+(?=[^\r\n])")
#: 100 and 103 come before the answer (RFC 9110, 15.2); 101 is one.
_INTERIM = range(100, 200)
_SWITCHED = 101
_MAX_INTERIM = 16
_MAX_BLANK = 8  # bytes of empty lines before the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpHead:
    """What stands before the body of an answer."""

    status: int
    fields: dict[str, str]  # by names in lower case; values of equal names joined by ", "
    size: int  # bytes of the block up to the body


def read_http_head(block: bytes) -> HttpHead | None:
    """Return the head of the answer in ``block``, None if it does not begin with one.

    Lines may end in CRLF or LF; interim answers before it are passed over; folded lines are one.
    """
    start = len(block[:_MAX_BLANK]) - len(block[:_MAX_BLANK].lstrip(b"\r\n"))
    for _ in range(_MAX_INTERIM):
        line = _STATUS_LINE.match(block, start)
        if line is None:
            return None
        status = int(line[1])
        end, body = _find_end(block, line.end())
        if end - line.end() > MAX_HEAD_BYTES:
            return None
        is_interim = status in _INTERIM and status != _SWITCHED
        if not is_interim or not _STATUS_LINE.match(block, body):
            fields = _read_fields(block[line.end() : end])
            return HttpHead(status=status, fields=fields, size=body)
        start = body
    return None


def _find_end(block: bytes, start: int) -> tuple[int, int]:
    """Return where the lines of fields that begin at ``start`` end, and where the body begins."""
    found = _HEAD_END.search(block, start - 1, start + MAX_HEAD_BYTES)
    end, body = (found.start() + 1, found.end()) if found else (len(block), len(block))
    # A head without its empty line ends where markup begins.
    markup = block.find(b"\n<", start - 1, end)
    return (markup + 1, markup + 1) if markup >= 0 else (end, body)


def _read_fields(head: bytes) -> dict[str, str]:
    fields: dict[str, list[str]] = {}
    for line in _FOLD.sub(b" ", head).split(b"\n"):
        if not _FIELD.match(line):
            continue
        name, _, value = line.partition(b":")
        fields.setdefault(name.decode("ascii").strip().lower(), []).append(_decode(value))
    return {name: ", ".join(values) for name, values in fields.items()}


def _decode(value: bytes) -> str:
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()
