"""What a file or an answer is, found from its content."""

import re

from newsbeam.transforms.sources.archives import is_archive
from newsbeam.transforms.sources.cdx_lines import is_cdx
from newsbeam.transforms.sources.streams import GZIP_MAGIC, is_zstd
from newsbeam.transforms.sources.xml_text import decode_xml
from newsbeam.transforms.wires.detect import ROOTS, detect_json, detect_telegram

KINDS = (
    "feed",
    "sitemap",
    "opml",
    "urls",
    "html",
    "text",
    "jsonl",
    "parquet",
    "warc",
    "newsml",
    "nitf",
    "ninjs",
    "iptc7901",
    "jsonld",
    "archive",
    "cdx",
    "empty",
    "binary",
)

#: How many bytes ``detect_kind`` looks at.
HEAD_BYTES = 1 << 16

_ROOTS = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "channel": "feed",  # CDF
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "opml": "opml",
    "html": "html",
    **ROOTS,
}
#: The first tag, after a declaration, comments, a document type or anything else before it.
_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*(<!doctype\b[^>]*>)?", re.I | re.DOTALL)
_TAG = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_HTML_TAG = re.compile(
    r"<(?:head|body|title|meta|link|script|style|div|p|h1|h2|article|main|table|span|a|br|ul|"
    r"section|header|nav|form|img|iframe|center|font)\b[^<>]*>",
    re.I,
)
_ARC = re.compile(rb"filedesc://\S+ [0-9.]+ \d{8,14} ")
_WARC = re.compile(rb"[\r\n]{0,16}WARC/\d{1,3}\.\d{1,3}[ \t]*\r?\n", re.IGNORECASE)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/', re.I)
_URL_LINE = re.compile(
    r"(?:(?:feed|sitemap|url|newsml|nitf|ninjs|iptc7901|auto):)?https?://\S+", re.I
)
#: Those that no text has: not the white space, nor the escape and the separator of old encodings.
_CONTROLS = bytes({*range(0x20)} - {*range(0x09, 0x0E), 0x1B, 0x1E})
_TEXT_ENDINGS = (".txt", ".md", ".markdown", ".text")


def detect_kind(name: str, head: bytes, content_type: str | None = None) -> str:
    """Return what ``head``, the decompressed first bytes of an input, is the beginning of.

    One of ``KINDS``. The content decides; ``name`` and the HTTP header ``content_type`` are asked
    only where it fits more than one kind. ``binary`` is anything that is not text and not read.
    """
    if not head:
        return "empty"
    if head.startswith(b"PAR1"):
        return "parquet"
    if _WARC.match(head) or _ARC.match(head):
        return "warc"
    if is_archive(head):
        return "archive"
    if detect_telegram(head):
        return "iptc7901"
    if head.startswith(GZIP_MAGIC) or is_zstd(head):
        return "binary"  # compressed twice
    text = _read_text(head, content_type)
    if text is None:
        return "binary"
    text = text.lstrip("\ufeff\x1e \t\r\n\0")
    if not text:
        return "empty"
    if is_cdx(text):
        return "cdx"
    if text[0] in "{[":
        return _judge_json(text)
    if text[0] == "<":
        return _judge_markup(text, name, content_type)
    if _lists_urls(text, complete=len(head) < HEAD_BYTES):
        return "urls"
    # A feed or sitemap behind a stray character or a server's warning.
    start = text.find("<", 0, 1024)
    if start > 0 and (kind := _kind_of_root(text[start:])) not in (None, "html"):
        return kind or "text"
    return "html" if _looks_like_html(text, name, content_type) else "text"


def _read_text(head: bytes, content_type: str | None) -> str | None:
    """Return ``head`` as text, None if it is none: control characters are the sign of it."""
    text = decode_xml(head[: HEAD_BYTES - 4] if len(head) >= HEAD_BYTES else head, content_type)
    if b"\0" in head[:4096] and "\0" not in text[:4096]:
        return text  # UTF-16 or UTF-32
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return None if controls * 100 > len(head) or b"\0\0" in head else text


def _judge_json(text: str) -> str:
    if text[0] == "{" and _JSON_FEED.search(text):
        return "feed"
    if kind := detect_json(text):
        return kind
    # An object or a list of them (which is refused with advice); "[1]" and "{{Infobox" are text.
    if re.match(r'(?:\[\s*)?\{\s*(?:"|\})', text):
        return "jsonl"
    return "text"


def _judge_markup(text: str, name: str, content_type: str | None) -> str:
    kind = _kind_of_root(text)
    if kind:
        return kind
    if text.startswith("<?xml") and not _HTML_TAG.search(text):
        return "text"
    return "html" if _looks_like_html(text, name, content_type) else "text"


def _kind_of_root(text: str) -> str | None:
    prolog = _ROOT.match(text)
    if prolog is None:
        return None
    if prolog[1] and re.match(r"<!doctype\s+html\b", prolog[1], re.I):
        return "html"
    root = _TAG.search(text, prolog.end() if not prolog[1] or "[" not in prolog[1] else 0)
    if root is None:
        return None
    name = root[1].lower()
    if name == "envelope":  # of SOAP: what it holds decides
        inner = (ROOTS.get(match[1].lower()) for match in _TAG.finditer(text, root.end()))
        return next(filter(None, inner), None)
    return _ROOTS.get(name)


def _looks_like_html(text: str, name: str, content_type: str | None) -> bool:
    tags = len(_HTML_TAG.findall(text))
    if tags == 0:
        return False
    lower = name.lower()
    if lower.endswith(_TEXT_ENDINGS):
        return text[0] == "<" and tags * 200 > len(text)  # Markdown may hold a few tags
    if "html" in (content_type or "").lower() or lower.endswith((".html", ".htm", ".xhtml")):
        return True
    return text[0] == "<" or tags * 500 > len(text)


def _lists_urls(text: str, *, complete: bool) -> bool:
    lines = text.splitlines()
    if not complete and len(lines) > 1:
        lines.pop()  # cut in its middle
    lines = [line.strip() for line in lines]
    lines = [line for line in lines if line and not line.startswith("#")]
    return bool(lines) and all(_URL_LINE.fullmatch(word) for line in lines for word in line.split())
