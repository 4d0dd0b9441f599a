"""The bytes of a page as text: by BOM, header, meta, UTF-8 or detection, in that order."""

import codecs
import re
from dataclasses import dataclass

import chardetng_py

from newsbeam.transforms.core.charset_labels import SUPERSETS
from newsbeam.transforms.text.unicode import mend_mojibake

#: How much of a page is searched for a declaration; WHATWG says 1,024, real pages need more.
_SCAN_BYTES = 4096

_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:+-]+)""", re.IGNORECASE)
_META = re.compile(rb"""<meta[^>]*?\bcharset\s*=\s*["']?\s*([\w.:+-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:+-]+)""", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: Lead bytes of UTF-8 that was decoded as Latin-1 and encoded once more, before others of it.
_TWICE = re.compile("[\u00c2\u00c3\u00e2](?:[\x80-\xbf]|&nbsp;)")

#: Bytes of UTF-16 say themselves which end comes first, or are told little-endian.
_SUPERSETS = {**SUPERSETS, "utf-16": "utf-16-le"}
#: Labels that Python does not know or takes for something else.
_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "x-euc-jp": "euc_jp",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "unicode-1-1-utf-8": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "logical": "iso8859-8",
}
#: Markup between two words that are not ASCII: its middle tells nothing of their encoding.
_ASCII_RUN = re.compile(rb"([\x00-\x7f]{16})[\x00-\x7f]+([\x00-\x7f]{16})")
#: Python codecs that are no encodings of pages.
_FOREIGN = ("idna", "punycode", "utf-7", "unicode_escape", "raw_unicode_escape", "undefined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of a page, the encoding used (Python's name) and what chose it."""

    text: str
    charset: str
    source: str  # bom, header, meta, utf-8, detected


def decode_page(body: bytes, content_type: str | None) -> Decoded:
    """Return ``body`` as text. Never fails: what cannot be decoded becomes U+FFFD.

    The order is that of browsers, and a declaration that the bytes contradict loses: one that does
    not decode them, or a legacy one for bytes that are valid UTF-8. Where header and meta disagree,
    or a server sends only the default of old servers (ISO-8859-1), the detector decides between
    what is possible. Text that was encoded twice is mended.
    """
    for bom, charset in _BOMS:
        if body.startswith(bom):
            text = body[len(bom) :].decode(charset, "replace")
            return Decoded(text=text, charset=charset, source="bom")
    claims = _declared(body, content_type)
    if _looks_utf16(body):
        return Decoded(
            text=body.decode("utf-16-le", "replace"), charset="utf-16-le", source="detected"
        )
    if all(claim.startswith("iso2022") for claim in claims) and claims and body.isascii():
        return _strict(body, claims) or _replace(body, "utf-8", "utf-8")
    try:
        text = _decode_utf8(body)
    except UnicodeDecodeError:
        return _decode_legacy(body, claims)
    # Of two characters, the one that is seldom is looked for first: one is found faster than two.
    is_suspect = "Â" in text or "Ã" in text or ("\x80" in text and "â\x80" in text)
    if is_suspect and _TWICE.search(text):
        # Now, because parsers drop the controls and fold the spaces by which it is recognised.
        text = mend_mojibake(text.replace("Â&nbsp;", "&nbsp;"))
    source = claims.get("utf-8", "utf-8")
    if text.isascii() and "utf-8" not in claims:
        # Any of them gives the same text: name what the page says of itself.
        for charset, named_by in claims.items():
            return Decoded(text=text, charset=charset, source=named_by)
    return Decoded(text=text, charset="utf-8", source=source)


def _decode_utf8(body: bytes) -> str:
    """Decode UTF-8 strictly, but for halves of characters that some systems encode one by one."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _SURROGATE.sub("\ufffd", body.decode("utf-8", "surrogatepass"))


def _declared(body: bytes, content_type: str | None) -> dict[str, str]:
    """Return the encodings that the header and the page name, each with which of them named it."""
    found: dict[str, str] = {}
    header = _HEADER.search(content_type or "")
    if header and (charset := _codec_name(header[1])):
        found[charset] = "header"
    head = _COMMENT.sub(b"", body[:_SCAN_BYTES])
    meta = _META.search(head) or _XML.search(head)
    if meta and (charset := _codec_name(meta[1].decode("ascii"))):
        # A page whose declaration can be read as ASCII is not in UTF-16, whatever it says.
        found.setdefault("utf-8" if charset.startswith("utf-16") else charset, "meta")
    return found


def _codec_name(label: str) -> str | None:
    label = label.lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
        "".encode(name)  # a codec that is no text encoding refuses
    except (LookupError, UnicodeError):
        return None
    return None if name in _FOREIGN else _SUPERSETS.get(name, name)


def _looks_utf16(body: bytes) -> bool:
    sample = body[:_SCAN_BYTES]
    return len(sample) > 8 and sample[1::2].count(0) > len(sample) // 5 and 0 not in sample[::2]


def _decode_legacy(body: bytes, claims: dict[str, str]) -> Decoded:
    possible = {name: source for name, source in claims.items() if name != "utf-8"}
    strict = [decoded for name in possible if (decoded := _strict(body, {name: possible[name]}))]
    if len(strict) == 1 and strict[0].charset != "cp1252":
        return strict[0]
    if "utf-8" in claims and _mostly_utf8(body):
        return _replace(body, "utf-8", claims["utf-8"])
    # The detector takes 100 ns a byte, and most bytes of a page are markup.
    guess = _codec_name(chardetng_py.detect(_ASCII_RUN.sub(rb"\1\2", body))) or "cp1252"
    for decoded in strict:
        if decoded.charset == guess:
            return decoded
    if len(strict) > 1 or (strict and not _strict(body, {guess: "detected"})):
        return strict[0]
    if not strict and _mostly_utf8(body):
        return _replace(body, "utf-8", "utf-8")
    return _replace(body, guess, "detected")


def _mostly_utf8(body: bytes) -> bool:
    """Say whether the bytes are UTF-8 with a few bad ones: a cut character, a pasted snippet."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    wide = len(body) - len(text)  # grows with each good character of several bytes
    return bad * 10 < wide


def _strict(body: bytes, claims: dict[str, str]) -> Decoded | None:
    for charset, source in claims.items():
        try:
            return Decoded(text=body.decode(charset), charset=charset, source=source)
        except UnicodeDecodeError:
            continue
    return None


def _replace(body: bytes, charset: str, source: str) -> Decoded:
    return Decoded(text=body.decode(charset, "replace"), charset=charset, source=source)
