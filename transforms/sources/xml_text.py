"""XML made safe before any parser sees it: decoded by us, checked, and handed on as UTF-8.

A parser that is given the original bytes may read them in another encoding than the check did, and
so find entities that the check did not see. Here the decoded text is checked, its document type is
taken out, and only then is it encoded again, so that what was checked is what is parsed.
"""

import codecs
import html
import re

import chardetng_py

from newsbeam.transforms.core.charset_labels import SUPERSETS
from newsbeam.transforms.core.errors import InputError

#: Longest document type that is let through. The longest in common use, RSS 0.91's, has 100
#: characters; whoever needs thousands is defining attributes and entities.
_MAX_DOCTYPE_CHARS = 2048

#: The root's end tag may be followed by a comment of the server's.
_TAIL_BYTES = 4096

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What "<?" or "<r" looks like without a byte order mark.
_PATTERNS = (
    (re.compile(rb"<\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"<\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[^\0]"), "utf-16-be"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),  # "<?xm" in EBCDIC
)
_DECLARED = re.compile(rb"""<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']\s*([\w.:-]{1,40})""", re.I)
#: As much as browsers look at, many times over.
_DETECTED_BYTES = 1 << 20
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)

#: Encodings that do not hold ASCII where ASCII is, in which a declaration could hide markup, or
#: that are no text encodings at all.
_REFUSED = {"utf_7", "utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "mbcs"}

#: Anything that may stand before the document type or the root element.
_PROLOG = re.compile(r"(?:[^<]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(
    r"""<!DOCTYPE(?:[^\[>"']++|"[^"]*"|'[^']*')*+(?:\[(?P<subset>.*?)\]\s*)?>""",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY_DECLARATION = re.compile(r"<!ENTITY|%[\w.-]+;", re.IGNORECASE)

#: Not allowed in XML 1.0, but common in feeds that a database wrote.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: References other than XML's own five, stray ampersands, and whatever may hold neither. What is
#: not closed goes to the end, so that no part of a document is searched twice.
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos);)"
    r"(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?",
    re.DOTALL,
)
#: Anything that such a search could mend; most documents have nothing of the kind.
_UNUSUAL_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3})"
    r"|#x(?:[2-9a-fA-F][0-9a-fA-F]|[1-9a-fA-F][0-9a-fA-F]{2}|20[0-9a-fA-F]{2}));)"
)
#: The first element behind others: comments are passed over.
_NEXT_ROOT = re.compile(rb"<!--.*?(?:-->|\Z)|(<[A-Za-z_])", re.DOTALL)
#: A tag: whether it ends an element, the name, and whether that is empty. Comments and sections of
#: text are passed over, for they may hold the like of one.
_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(/?)([A-Za-z_][\w.:-]*+)(?:\s[^<>]*?)?(/?)>",
    re.DOTALL,
)
#: The first element: its name, and whether it is empty.
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)(?:[^<>]*(/)>)?")
_CDATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
#: Whoever has more of them sends a bomb.
_MAX_REFERENCES = 500_000


def decode_xml(body: bytes, content_type: str | None = None) -> str:
    """Return the text of an XML document (or of anything else that is text).

    The encoding is that of the byte order mark, else the first of the header, the declaration and
    UTF-8 that fits the bytes, else the one that the bytes look like.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    start = body[:512].lstrip(b" \t\r\n") if not body.startswith(b"\0") else body[:512]
    for pattern, encoding in _PATTERNS:
        if pattern.match(start):
            return body.decode(encoding, "replace")
    claims = []
    if content_type and (match := _HEADER_CHARSET.search(content_type)):
        claims.append(match[1])
    if declared := _DECLARED.search(body[:1024]):
        claims.append(declared[1].decode("ascii", "replace"))
    for claim in (*claims, "utf-8"):
        text = _decode(body, claim)
        if text is not None:
            return text
    # UTF-8 with a few broken bytes is better read as that than as something else altogether.
    text = body.decode("utf-8", "replace")
    sample = text[:_DETECTED_BYTES]
    broken = sample.count("\ufffd")
    if broken * 2 < sum(len(run) for run in _NOT_ASCII.findall(sample)):
        return text
    detector = chardetng_py.EncodingDetector()
    detector.feed(body[:_DETECTED_BYTES], last=len(body) <= _DETECTED_BYTES)
    guess = detector.guess(tld=None, allow_utf8=False)
    return _decode(body, guess) or text


def make_safe(body: bytes, content_type: str | None = None) -> bytes:
    """Return XML as UTF-8 without its declaration and document type, safe for any parser.

    Named HTML entities, stray ampersands and forbidden control characters are mended, since feeds
    have all three. Raises ``InputError("unsafe_xml")`` for a document type that declares entities
    or is huge.
    """
    return mend_text(read_safely(body, content_type))


def read_safely(body: bytes, content_type: str | None = None) -> str:
    """Return the text of XML from its root element on: what ``make_safe`` makes, not mended yet.

    Raises ``InputError`` as it does.
    """
    return _refuse_doctype(decode_xml(body, content_type))


def mend_text(text: str) -> bytes:
    """Return what ``read_safely`` gave as UTF-8, its references and control characters mended."""
    text = _FORBIDDEN.sub("", text)
    if _UNUSUAL_REFERENCE.search(text):
        text, mended = _REFERENCE.subn(_mend_reference, text, _MAX_REFERENCES)
        if mended == _MAX_REFERENCES:
            raise InputError("too_large", f"It has {mended:,} references or more.")
    return text.encode("utf-8")


def limit_tags(document: bytes, max_tags: int) -> None:
    """Raise ``InputError("too_large")`` if ``document`` has more tags, CDATA not counted."""
    # The plain count settles all but the largest documents.
    if document.count(b"<") > max_tags and _CDATA.sub(b"", document).count(b"<") > max_tags:
        raise InputError("too_large", f"It has more than {max_tags:,} tags.")


def drop_cut_end(document: bytes, items: str) -> bytes:
    """Return ``document`` without the item that it ends in, if it was cut before its root ends.

    ``items`` are the names of items, separated by "|". A parser that mends the document would
    close the item where it was cut, perhaps in the middle of a URL.
    """
    if not is_cut(document):
        return document
    pattern = rf"</(?:[\w.-]+:)?(?:{items})\s*>".encode()
    ends = [match.end() for match in re.finditer(pattern, document, re.IGNORECASE)]
    return document[: ends[-1]] if ends else document


def split_roots(document: bytes) -> list[bytes]:
    """Return the documents that stand one behind another in ``document``, which a parser would stop
    at the first of.

    Whatever begins behind the end of a root is one more; a root that does not end is the last.
    """
    parts: list[bytes] = []
    begin = 0
    while (end := _end_of_root(document, begin)) is not None:
        if _find_root(document, end) is None:
            break
        parts.append(document[begin:end])
        begin = end
    return [*parts, document[begin:]] if parts else [document]


def _find_root(document: bytes, begin: int) -> int | None:
    """Return where the first element from ``begin`` on starts, None if there is none."""
    found = (each.start() for each in _NEXT_ROOT.finditer(document, begin) if each[1])
    return next(found, None)


def _end_of_root(document: bytes, begin: int) -> int | None:
    """Return where the first element from ``begin`` on ends, None if it does not."""
    start = _find_root(document, begin)
    root = None if start is None else _ROOT.match(document, start)
    if root is None:
        return None
    if root[2]:
        return root.end()
    if begin == 0:  # as in most documents: it stands alone, and none of its tags is looked at
        end = document.find(b"</" + root[1])
        if end == document.rfind(b"</" + root[1]) and document.count(b"<" + root[1]) == 1:
            closed = document.find(b">", end)
            return None if end < 0 or closed < 0 else closed + 1
    depth = 1
    for tag in _TAG.finditer(document, root.end()):
        if tag[2] == root[1] and not tag[3]:
            depth += -1 if tag[1] else 1
            if depth == 0:
                return tag.end()
    return None


def is_cut(document: bytes) -> bool:
    """Return whether ``document`` ends before its root does."""
    root = _ROOT.search(document)
    if root is None or root[2]:
        return False
    return document.rfind(b"</" + root[1], max(0, len(document) - _TAIL_BYTES)) < 0


def _refuse_doctype(text: str) -> str:
    """Return ``text`` from its root element on, or raise ``InputError("unsafe_xml")``."""
    end = _PROLOG.match(text).end()  # type: ignore[union-attr]  # it matches the empty string
    while text[end : end + 9].upper() == "<!DOCTYPE":
        match = _DOCTYPE.match(text, end, end + _MAX_DOCTYPE_CHARS)
        if match is None:
            raise InputError(
                "unsafe_xml",
                f"Its document type is not closed within {_MAX_DOCTYPE_CHARS:,} characters.",
            )
        if _ENTITY_DECLARATION.search(match[0]):
            raise InputError("unsafe_xml", "Its document type declares entities.")
        end = _PROLOG.match(text, match.end()).end()  # type: ignore[union-attr]
    return text[end:]


def _mend_reference(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;" if match[0] == "&" else match[0]
    if name.startswith("#"):
        code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code <= 0xFFFD:
            return match[0]
        return match[0] if 0x10000 <= code <= 0x10FFFF else "\ufffd"
    character = html.unescape(f"&{name};")
    # An unknown name is left as the text that its author typed.
    return f"&amp;{name};" if character.startswith("&") else character


def _decode(body: bytes, claim: str) -> str | None:
    """Return ``body`` in the encoding that ``claim`` means, None if it does not fit."""
    try:
        name = codecs.lookup(claim).name
        if name in _REFUSED or not codecs.lookup(name)._is_text_encoding:
            return None
        if name.startswith(("utf-16", "utf-32")):
            return None  # there was no mark, and it does not look like it: ASCII would be mangled
        return body.decode(SUPERSETS.get(name, name))
    except (LookupError, ValueError):
        return None
