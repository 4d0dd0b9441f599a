"""Characters: what must not stand in a text, and the one way to write what may.

``scrub`` makes any string safe to store, ``normalize`` gives it the form that is kept. Both look
first, at the speed of C, whether there is anything to do: mostly there is not.
"""

import re
import unicodedata
from collections import Counter

from newsbeam.transforms.text.characters import ARABIC, INDIC, JOINING

_C1 = re.compile("[\x80-\x9f]")
#: Control characters but tab, line feed and carriage return; surrogates; noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(
        chr(plane + end) for plane in range(0x10000, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
    )
    + "]"
)

#: UTF-8 read as Latin-1, Windows-1252 or Windows-1251: the character of a lead byte, then one that
#: stands for a continuation byte. Real text seldom has such pairs; where it does, ftfy decides.
_LATIN_TRAIL = (
    "\x80-\x9f\u00a0-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)
_CYRILLIC_TRAIL = (
    "\u0402\u0403\u0409-\u040f\u0452\u0453\u0459-\u045f\u0490\u0491\u00a0-\u00bb\u2013-\u2122"
)
_MOJIBAKE = re.compile(
    "[\x80-\x9f\u00c2-\u00f4\u0420\u0421\u0432]"  # one class first: the search skips at C speed
    f"(?:(?<=[\x80-\x9f])|(?<=[\u00c2-\u00f4])[{_LATIN_TRAIL}]"
    f"|(?<=[\u0420\u0421])[{_CYRILLIC_TRAIL}]|(?<=\u0432)\u0402)"
)

#: What each such pair begins with, as UTF-8.
_LEADS = (b"\xc2", b"\xc3", b"\xd0")

#: Soft hyphen, zero-width space, marks of direction, word joiner, byte order mark; the separator of
#: Mongolian vowels where it is none.
_INVISIBLE = re.compile(
    "(?<![\u1820-\u18aa])\u180e|[\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb]"
)
#: Joiners stay after letters that they join or part: Arabic, Indic, and in emoji.
_JOINER = re.compile(
    f"(?<![{ARABIC}{INDIC}{JOINING}\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]+"
)

_LINE_BREAK = re.compile("\r\n?|[\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")
_AROUND_BREAK = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")


def _is_plain(text: str) -> bool:
    """Whether ``text`` has nothing but printable characters, spaces and line feeds.

    Controls, surrogates, noncharacters, invisible characters and other spaces are not printable.
    """
    return text.replace("\n", "").isprintable()


def scrub(value: str) -> tuple[str, int]:
    """Return ``value`` as valid UTF-8 text without control characters, and how many were replaced.

    Lone surrogates become U+FFFD; vertical tab, form feed and separators become a space; other
    control characters and noncharacters go. C1 controls are first read as what they nearly always
    are: bytes of Windows-1252 or of UTF-8 decoded as Latin-1.
    """
    if _is_plain(value) or not _FORBIDDEN.search(value):
        return value, 0
    count = 0
    if _C1.search(value):
        mended = mend_mojibake(value)
        count = len(_C1.findall(value)) - len(_C1.findall(mended))
        value = mended
    value, replaced = _FORBIDDEN.subn(_replacement, value)
    return value, count + replaced


def _replacement(match: re.Match[str]) -> str:
    char = match.group()
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return " " if char in "\x0b\x0c\x1c\x1d\x1e\x1f" else ""


def mend_mojibake(text: str) -> str:
    """Return ``text`` with wrongly decoded characters mended, line by line."""
    if text.isascii() or not _may_be_mojibake(text):
        return text
    import ftfy  # takes long, and one text in fifty needs it

    return "\n".join(
        ftfy.fixes.fix_c1_controls(ftfy.fix_encoding(line)) if _MOJIBAKE.search(line) else line
        for line in text.split("\n")
    )


def _may_be_mojibake(text: str) -> bool:
    # Bytes are looked through faster: where only marks are beyond ASCII, none of these is there.
    data = text.encode("utf-8", "surrogatepass")
    return any(lead in data for lead in _LEADS) and _MOJIBAKE.search(text) is not None


def normalize(text: str, counts: Counter[str] | None = None) -> str:
    """Return ``text`` in NFC, mojibake mended, invisible characters out, whitespace folded.

    Line breaks stay (at most two in a row), without spaces around them. Words and quotation marks
    are kept as written; ZWJ and ZWNJ stay where scripts need them. ``counts`` is told of texts with
    ``mojibake`` and of ``invisible_characters``.
    """
    counts = Counter() if counts is None else counts
    mended = mend_mojibake(text)
    folded = _fold(mended, counts)
    if folded != text:
        # beside other characters than before, more may turn out to be mojibake
        while (again := mend_mojibake(folded)) != folded:
            mended, folded = again, _fold(again, counts)
    counts["mojibake"] += mended != text
    return folded


def _fold(text: str, counts: Counter[str]) -> str:
    if not _is_plain(text):
        given, text = text, _JOINER.sub("", _INVISIBLE.sub("", text))
        counts["invisible_characters"] += len(given) - len(text)
        text = _LINE_BREAK.sub("\n", text)
        text = _SPACES.sub(" ", text)
    elif "  " in text:
        text = _SPACES.sub(" ", text)
    text = unicodedata.normalize("NFC", text)
    if " \n" in text or "\n " in text:
        text = _AROUND_BREAK.sub("\n", text)
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip(" \n")
