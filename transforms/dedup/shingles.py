"""Text to tokens to shingles, as arrays of pinned 64-bit hashes.

A token is a word: letters, marks and digits, case folded, compatibility forms undone, so that
whitespace, punctuation, case and full-width forms do not count. In scripts that do not part words
by spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan …) a token is one letter with its
marks. A shingle is a run of ``WORD_WIDTH`` tokens, or of ``LETTER_WIDTH`` where most tokens are
single letters, which is about as many words.

Everything is array arithmetic over the code points, about 0.1 ms for an article of 6,000
characters on one core; a loop over words takes several times that. The hashes are the same on every
machine. They follow the Unicode tables of the Python release, so a change of any of this changes
``signing.ALGORITHM``.
"""

import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

#: Tokens in a shingle.
WORD_WIDTH = 5
LETTER_WIDTH = 7

# Code points stand in the lower 21 bits of a table entry, what is known of them above.
_DIGIT = 1 << 21
_UNSPACED = 1 << 22
_MARK = 1 << 23
_IGNORED = 1 << 24

#: Blocks of letters that have one form each, and all others in which anything is assigned that is
#: not private: to ask of each letter takes long.
_UNFOLDED_BLOCKS = (
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Hangul
    (0x17000, 0x187F7),  # Tangut
    (0x20000, 0x2A6DF),  # Han
    (0x30000, 0x3134A),
)
_OTHER_BLOCKS = (
    (0, 0x3400),
    (0xA000, 0xAC00),
    (0xD7A4, 0xD800),
    (0xF900, 0x17000),
    (0x187F8, 0x20000),
    (0x2A6E0, 0x30000),
    (0x3134B, 0x323B0),
    (0xE0000, 0xE0200),
)

#: Below this are the letters of texts in most languages: to describe all takes ten times as long.
_MOST = 0x3000

#: Blocks of scripts written without spaces between words. Hangul is not: Korean has spaces.
_UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # iteration mark, closing mark, zero
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3100, 0x312F),  # Bopomofo
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),  # Burmese extensions
    (0xAA60, 0xAADF),
    (0xF900, 0xFAFF),  # Han compatibility
    (0xFF66, 0xFF9F),  # half-width Katakana
    (0x1AFF0, 0x1B16F),  # kana extensions
    (0x20000, 0x3FFFF),  # Han extensions
)

# Odd constants drawn once; they must never change under one ALGORITHM.
_CHAR_BASE = 0x9E3779B97F4A7C15
_TOKEN_BASE = np.uint64(0xD1342543DE82EF95)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shingles:
    """The tokens and shingles of one text, in the order of the text."""

    tokens: Hashes
    numeric: NDArray[np.bool_]  # of each token: begins with a digit
    capital: NDArray[np.bool_]  # … with a capital letter
    hashes: Hashes  # of each shingle; the one at position i begins with token i
    width: int  # tokens in a shingle


def mix(values: Hashes) -> Hashes:
    """Return ``values`` scrambled by the finalizer of SplitMix64, which is a bijection."""
    mixed = (values ^ (values >> _SHIFT_1)) * _MIX_1
    mixed = (mixed ^ (mixed >> _SHIFT_2)) * _MIX_2
    mixed ^= mixed >> _SHIFT_3
    return mixed


def shingle(text: str) -> Shingles:
    """Return the tokens and shingles of ``text``; a text shorter than one shingle is one."""
    codes, marked = _marked_letters(text)
    starts, tokens, width = _tokens(marked)
    return Shingles(
        tokens=tokens,
        numeric=(marked[starts] & np.uint32(_DIGIT)) != 0,
        capital=_capitals(_size(codes)).take(codes[starts]),
        hashes=hash_runs(tokens, width),
        width=width,
    )


def tokens(text: str) -> Hashes:
    """Return the hash of each token of ``text``, in order."""
    return shingle(text).tokens


def shingle_hashes(text: str) -> Hashes:
    """Return the hash of each shingle of ``text``, in order; repeated ones repeat."""
    _, tokens, width = _tokens(_marked_letters(text)[1])
    return hash_runs(tokens, width)


def hash_runs(tokens: Hashes, width: int) -> Hashes:
    """Return the hash of each run of ``width`` tokens; of all tokens where there are fewer."""
    width = min(width, len(tokens))
    if width == 0:
        return np.empty(0, np.uint64)
    count = len(tokens) - width + 1
    runs = tokens[:count].copy()
    for offset in range(1, width):
        runs *= _TOKEN_BASE
        runs += tokens[offset : offset + count]
    return mix(runs)


def _tokens(marked: NDArray[np.uint32]) -> tuple[NDArray[np.intp], Hashes, int]:
    """Return where each token begins, its hash, and how many tokens are in a shingle."""
    starts, ends, unspaced = _token_bounds(marked)
    powers, inverses = _powers(len(marked))
    sums = np.zeros(len(marked) + 1, np.uint64)
    np.cumsum(marked * powers[: len(marked)], out=sums[1:])
    tokens = mix((sums[ends] - sums[starts]) * inverses[starts])
    return starts, tokens, LETTER_WIDTH if 2 * unspaced > len(tokens) else WORD_WIDTH


def _marked_letters(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return each character of ``text`` and its table entry, without those that are ignored."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    marked = _letter_table(_size(codes)).take(codes)  # twice as fast as indexing
    if marked.size and marked.max() >= _IGNORED:
        counts = marked < _IGNORED
        codes, marked = codes[counts], marked[counts]
    return codes, marked


def _token_bounds(
    marked: NDArray[np.uint32],
) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Return where each token begins and ends, and how many are single letters."""
    word = np.zeros(len(marked) + 2, np.bool_)
    np.not_equal(marked, 0, out=word[1:-1])
    edges = np.flatnonzero(word[1:] != word[:-1])
    if not marked.size or marked.max() < _UNSPACED:
        return edges[0::2], edges[1::2], 0
    flagged = np.zeros(len(marked) + 2, np.bool_)
    np.not_equal(marked & np.uint32(_UNSPACED), 0, out=flagged[1:-1])
    mark = (marked & np.uint32(_MARK)) != 0
    here, before = flagged[1:-1], flagged[:-2]
    letter = here & ~mark
    begins = word[1:-1] & (~word[:-2] | letter | (before & ~here & ~mark))
    starts = np.flatnonzero(begins)
    # A token ends where the next begins, or before the separator in between.
    ends = np.append(starts[1:], len(marked))
    stops = edges[1::2]
    ends = np.minimum(ends, stops[np.searchsorted(stops, starts, side="right")])
    return starts, ends, int(np.count_nonzero(here[starts]))


def _size(codes: NDArray[np.uint32]) -> int:
    """Return how many code points a table must have for ``codes``."""
    return _MOST if not codes.size or codes.max() < _MOST else sys.maxunicode + 1


@lru_cache(maxsize=2)
def _letter_table(size: int) -> NDArray[np.uint32]:
    """Return what each code point is: 0 for a separator, else its folded form with its flags."""
    table = np.zeros(size, np.uint32)
    for low, high in _UNFOLDED_BLOCKS:
        if high < size:
            table[low : high + 1] = np.arange(low, high + 1)
    for low, high in _OTHER_BLOCKS:
        chars = map(chr, range(low, min(high, size)))
        table[low:high] = [_describe(char) for char in chars]
    for low, high in _UNSPACED_BLOCKS:
        block = table[low : high + 1]
        plain = (block != 0) & (block < _IGNORED) & ((block & _DIGIT) == 0)
        block[plain] |= _UNSPACED
    return table


@lru_cache(maxsize=2)
def _capitals(size: int) -> NDArray[np.bool_]:
    """Return which code points are capitals."""
    table = np.zeros(size, np.bool_)
    for low, high in _OTHER_BLOCKS:
        table[low:high] = [char.isupper() for char in map(chr, range(low, min(high, size)))]
    return table


def _describe(char: str) -> int:
    category = unicodedata.category(char)
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f" or char == "\u0640":
        return _IGNORED  # joiners, direction marks, soft hyphens, variation selectors, tatweel
    if category in ("Mn", "Me") and "\u0591" <= char <= "\u06ed":
        return _IGNORED  # vowel points of Hebrew and Arabic, which most papers leave out
    if category[0] not in "LMN":
        return 0
    folded = unicodedata.normalize("NFKC", char).casefold()
    code = ord(folded) if len(folded) == 1 else ord(char)
    if category == "Nd":
        return code | _DIGIT
    return code | _MARK if category[0] == "M" else code


@lru_cache(maxsize=8)
def _powers_up_to(size: int) -> tuple[Hashes, Hashes]:
    inverse = pow(_CHAR_BASE, -1, 1 << 64)
    result = []
    for base in (_CHAR_BASE, inverse):
        powers = np.full(size, base, np.uint64)
        powers[0] = 1
        result.append(np.cumprod(powers, dtype=np.uint64))
    return result[0], result[1]


def _powers(length: int) -> tuple[Hashes, Hashes]:
    """Return the powers of the base and of its inverse modulo 2^64, at least ``length`` of each."""
    return _powers_up_to(max(1 << 14, 1 << (length - 1).bit_length() if length > 1 else 1))
