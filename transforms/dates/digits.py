"""Dates in Western digits and plain marks, letter for letter, so that positions stay."""

import re
import unicodedata
from collections.abc import Iterator

#: The zero of each script that has digits of its own; the nine others follow it in Unicode.
_ZEROS = "٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꩐꯰０"
_MARKS = {
    "-": "\u2010\u2011\u2012\u2212\ufe63\uff0d",
    "+": "\uff0b",
    ":": "\u2236\ufe55\uff1a",
    "/": "\u2044\u2215\uff0f",
    ".": "\u06d4\uff0e",
    ",": "\u060c\u066b\uff0c",
    "(": "\uff08",
    ")": "\uff09",
    # No-break and thin blanks, marks of direction and of the order of bytes: seen by nobody.
    " ": "\u00a0\u061c\u2002\u2003\u2007\u2008\u2009\u200a\u200b\u200e\u200f\u202a\u202b\u202c"
    "\u202d\u202e\u202f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff",
}
_PLAIN = {
    **{ord(zero) + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **{ord(letter): plain for plain, letters in _MARKS.items() for letter in letters},
}
_ODD = re.compile(f"[{re.escape(''.join(map(chr, _PLAIN)))}]")
#: Marks that are not seen: of the order of bytes and of direction, joiners, and soft hyphens.
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_KANJI = {letter: number for number, letter in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "元": 1,
}


def plain_digits(text: str) -> str:
    """Return ``text``, as long as it is, with the digits of any script and odd marks as in ASCII.

    "۳ نوامبر ۲۰۲۶" has 3 and 2026; U+2212 is a minus; marks of direction are blanks.
    """
    return text if text.isascii() or not _ODD.search(text) else text.translate(_PLAIN)


def plain_forms(text: str) -> Iterator[str]:
    """Yield ``text`` as it may be meant: without marks that nobody sees, and with blanks for them.

    Digits and marks are plain in both, dashes are minuses, and signs in one piece are taken apart
    ("㈫" is "(火)"), so positions do not stay.
    """
    if text.isascii():
        yield text
        return
    seen = _UNSEEN.sub("", text)
    for form in (seen,) if seen == text else (seen, text):
        plain = plain_digits(form).replace("\u2013", "-").replace("\u2014", "-")
        yield unicodedata.normalize("NFKC", plain)


def read_number(text: str) -> int:
    """Return a number in digits or in Chinese signs: "26", "二十六", "二〇二六", "元" (1)."""
    if text.isdigit() and text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _KANJI.get(tens, 1) * 10 + _KANJI.get(ones, 0)
    return int("".join(str(_KANJI.get(letter, "")) for letter in text) or 0)
