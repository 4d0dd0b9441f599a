"""Texts, dates and addresses of the elements of a feed, as RSS and Atom mean them."""

import contextlib
import html
import re

from lxml import etree

from newsbeam.transforms.core.rejects import scrub
from newsbeam.transforms.sources.feed_names import is_atom
from newsbeam.transforms.sources.markup import literal_text, plain_text

#: How much of an element is read, in characters.
_MAX_NAME, _MAX_LINE = 256, 4096
_MAX_INNER = 1000  # elements inside of one

_BREAKS = re.compile(r"[\r\n]+[ \t\r\n]*")
_TIME_TAG = re.compile(r"""<time\b[^<>]*?\bdatetime\s*=\s*["']([^"'<>]+)["']""", re.I)
_TYPES = {"text/plain": "text", "text/html": "html", "application/xhtml+xml": "xhtml"}
_CONTROLS = re.compile("[\x80-\x9f]")
#: Letters that windows-1252 has where Unicode has control characters.
_WINDOWS = {
    code: character
    for code in range(0x80, 0xA0)
    if (character := bytes([code]).decode("cp1252", "ignore"))
}


class UnusualTextError(Exception):
    """A text in base64, as Atom 0.3 allows it: feedparser reads it."""


def read_text(element: etree._Element) -> str | None:
    """Return what readers see of a title or summary, on one line.

    Atom says whether it is text, HTML or XHTML (RFC 4287, 3.1); RSS does not, and means HTML.
    Raises ``UnusualTextError``.
    """
    kind = (element.get("type") or "").lower()
    kind = _TYPES.get(kind, kind)
    if element.get("mode") == "base64" or (
        "/" in kind and not kind.startswith("text/") and not kind.endswith("xml")
    ):
        raise UnusualTextError
    is_text = kind in ("", "text") and is_atom(element)
    if len(element):
        return plain_text(_mend(_markup(element, escape=is_text or kind == "xhtml")))
    text = _mend((element.text or "")[:_MAX_LINE])
    return literal_text(text) if is_text else plain_text(text)


def line_of(element: etree._Element) -> str | None:
    """Return a short text, such as a name, without tags."""
    text = _mend((element.text or "")[:_MAX_NAME])
    return literal_text(text) if is_atom(element) else plain_text(text)


def date_of(element: etree._Element) -> str | None:
    """Return a date as it is written, in ``<time>`` or not."""
    for inner in element:
        if (at := inner.get("datetime")) and at.strip():
            return at[:_MAX_NAME].strip()
    text = "".join(map(str, element.itertext())) if len(element) else element.text or ""
    text = text[:_MAX_NAME]
    if "<" in text:
        stamp = _TIME_TAG.search(text)
        text = stamp[1] if stamp else plain_text(text) or ""
    return text.strip() or None


def address_of(element: etree._Element) -> str | None:
    """Return an address or identity: line breaks in it mean nothing."""
    text = (element.text or "")[:_MAX_LINE].strip()
    if "\n" in text or "\r" in text:
        text = _BREAKS.sub("", text)
    return scrub(text) or None


def _markup(element: etree._Element, *, escape: bool) -> str:
    """Return the content of ``element`` as HTML, without attributes.

    Texts in it are HTML already unless ``escape``.
    """
    parts: list[str] = []
    left = _MAX_LINE
    for number, (event, inner) in enumerate(etree.iterwalk(element, events=("start", "end"))):
        if left <= 0 or number > _MAX_INNER:
            break
        name = str(inner.tag).rpartition("}")[2]
        if inner is not element:
            parts.append(f"<{name}>" if event == "start" else f"</{name}>")
        text = inner.text if event == "start" else inner.tail if inner is not element else None
        if text:
            parts.append(html.escape(text[:left], quote=False) if escape else text[:left])
            left -= len(text)
    return "".join(parts)


def _mend(text: str) -> str:
    """Return ``text`` with UTF-8 that was read as ISO 8859-1 on its way here put right."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_WINDOWS) if _CONTROLS.search(text) else text
