"""What is known of each block of a page, as whole numbers: what the model of bodies judges.

All features are integers, so that the model's verdict is the same on every machine. Shares are in
thousandths. Nothing here knows a language's words, but for the names that makers of pages give to
elements, which are English nearly everywhere.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.extraction.element_names import GROUPS, NAMES, measure_groups
from newsbeam.transforms.extraction.surroundings import (
    MAX,
    PAGE_FEATURES,
    element_above,
    measure_surroundings,
)
from newsbeam.transforms.pages.outline import Block, Element, Outline

TAG_CODES = {
    tag: code
    for code, tags in enumerate(
        (
            ("p",),
            ("div", "center", "address", "form"),
            ("section", "article", "main", "body", "header"),
            ("li", "ul", "ol"),
            ("h1",),
            ("h2",),
            ("h3",),
            ("h4", "h5", "h6"),
            ("blockquote", "pre"),
            ("td", "th", "tr", "table", "caption"),
            ("figcaption", "figure"),
            ("dd", "dt"),
            ("aside", "footer", "nav"),
        )
    )
    for tag in tags
}
_DENSE = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_ENDS = frozenset(".!?…。！？؟۔।:")
_QUOTES = "\"'”’»)]“ "
_SIGNS = ("©", "®", "@", "http", "www.")
_COMMAS = (",", "、", "،")
_SENTENCE = re.compile(r"[.!?…。！？؟۔।](?:(?<=[。！？])|[\"'”’»)\]]*(?=\s|$))")
#: What is ahead is looked at first, as hardly any letter is a digit.
_DATE = re.compile(
    r"(?=\d)(?:\b\d{1,2}[:.h]\d\d\b|\b(?:19|20)\d\d\b|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)
_CAPITALS = re.compile("[A-ZÀ-ÞА-ЯΑ-Ω]")
_SMALL = re.compile(r"[^\W\d_A-ZÀ-ÞА-Я]")
#: Stands between the blocks of a page where all are read at once: no block has it.
_BETWEEN = "\x1f"
_BOLD = frozenset({"b", "strong"})
_SLANTED = frozenset({"i", "em", "small", "cite"})
_PRESSED = frozenset({"button", "label", "output"})
_MAX_DEPTH = 60
#: What is shorter says nothing of the headline or the summary.
_MIN_TOLD_CHARS = 15
#: What is longer is a paragraph, whatever it shares with them or has of signs and dates.
_SHORT_CHARS, _DATED_CHARS = 400, 300
#: Of a long text the beginning tells how it is written.
_START_CHARS = 200

BLOCK_FEATURES = (
    *("size", "words", "linked", "sentences", "ends", "opens", "digits", "capitals", "commas"),
    *("lines", "bold", "slanted", "pressed", "links", "media", "tag", "depth", "repeats"),
    *("titled", "summed", "told", "dated", "signs", "small_words", "mark_whole"),
)
_AROUND = ("size", "linked", "tag", "sentences", "ends", "small_words", "media")
AROUND_FEATURES = tuple(
    f"{name}_{'before' if step < 0 else 'behind'}_{abs(step)}"
    for step in (-2, -1, 1, 2)
    for name in _AROUND
)
FEATURES = (*BLOCK_FEATURES, *PAGE_FEATURES, *AROUND_FEATURES, *GROUPS)
AT = {name: place for place, name in enumerate(FEATURES)}
#: What a model is trained on: with other names of elements, the same features mean something else.
MEANING = (*FEATURES, *(" ".join(stems) for stems in NAMES.values()))


def measure_blocks(
    outline: Outline,
    blocks: Sequence[Block],
    *,
    headline: int | None,
    title: str | None,
    summary: str | None,
    told: str | None,
) -> tuple[NDArray[np.int32], list[NDArray[np.int64]]]:
    """Return the features of ``blocks`` (all that are to be judged, in order), one row each.

    Also return what groups blocks: those that look alike, and those in one box, and in one outside.

    ``headline`` is the index of its first block in the outline, ``told`` the text of the article as
    JSON-LD has it.
    """
    depths, distances = measure_groups(outline, blocks)
    own = _own_features(blocks, depths, title, summary, told)
    keys = [
        _codes([_look(block.element) for block in blocks]),
        _codes([element_above(block.element, 1) for block in blocks]),
        _codes([element_above(block.element, 2) for block in blocks]),
    ]
    page = measure_surroundings(outline, blocks, own, headline, *keys)
    around = _around(own)
    rows = np.minimum(np.hstack([own, page, around, distances]), MAX).astype(np.int32)
    return rows, keys


def size_of(text: str) -> int:
    """Return the length of a text; scripts that do not part words say more in fewer characters."""
    return len(text) if text.isascii() else len(text) + len(_DENSE.findall(text))


def _own_features(
    blocks: Sequence[Block],
    depths: Sequence[int],
    title: str | None,
    summary: str | None,
    told: str | None,
) -> NDArray[np.int32]:
    if not blocks:
        return np.zeros((0, len(BLOCK_FEATURES)), dtype=np.int32)
    texts = [block.text for block in blocks]
    starts = [text[:_START_CHARS] for text in texts]
    chars = np.array([*map(len, texts)])
    begun = np.minimum(chars, _START_CHARS)
    digits, capitals, small_words = _count_letters(starts)
    marked = _sum_marks(blocks)
    repeats = Counter(texts)
    known = _pairs(told) if told else None
    page = "\n".join(texts)
    dense = not page.isascii() and _DENSE.search(page) is not None
    commas = [comma for comma in _COMMAS if comma in page]
    signs = [sign for sign in _SIGNS if sign in page]
    columns = (
        [*map(size_of, texts)] if dense else chars,
        [text.count(" ") + 1 for text in texts],
        np.array([block.link_chars for block in blocks]) * 1000 // chars,
        [len(_SENTENCE.findall(text)) for text in texts],
        [text.rstrip(_QUOTES)[-1:] in _ENDS for text in texts],
        [_opening(text[0]) for text in texts],
        digits * 1000 // begun,
        capitals * 1000 // begun,
        sum((np.array([text.count(comma) for text in texts]) for comma in commas), start=0 * chars),
        [text.count("\n") for text in texts],
        *(marked[:, :3] * 1000 // chars[:, None]).T,
        marked[:, 3],
        [block.media for block in blocks],
        [TAG_CODES.get(block.element.tag, len(TAG_CODES)) for block in blocks],
        np.minimum(depths, _MAX_DEPTH),
        [repeats[text] for text in texts],
        *_told_shares(texts, title, summary),
        [-1] * len(texts) if known is None else [_coverage(text, known) for text in texts],
        [
            bool(has_digit and len(text) < _DATED_CHARS and _DATE.search(text))
            for text, has_digit in zip(texts, digits.tolist(), strict=True)
        ],
        [len(text) < _SHORT_CHARS and any(map(text.count, signs)) for text in texts],
        small_words * 1000 // np.array([start.count(" ") + 1 for start in starts]),
        marked[:, 4],
    )
    return np.stack(columns, axis=1).astype(np.int32)


def _opening(first: str) -> int:
    """Return what a text begins with: a small letter, a capital, a digit or something else."""
    return 0 if first.islower() else 1 if first.isupper() else 2 if first.isdigit() else 3


def _sum_marks(blocks: Sequence[Block]) -> NDArray[np.int64]:
    """Return how much of each block is bold, slanted or pressed, its links, and if one is all."""
    rows = np.zeros((len(blocks), 5), dtype=np.int64)
    for place, block in enumerate(blocks):
        if not block.marks:
            continue
        chars = len(block.text)
        bold = slanted = pressed = links = whole = 0
        for mark in block.marks:
            tag = mark.element.tag
            length = mark.end - mark.start
            if tag == "a":
                links += 1
            elif tag in _BOLD:
                bold += length
            elif tag in _SLANTED:
                slanted += length
            elif tag in _PRESSED:
                pressed += length
            whole = whole or length * 10 >= 9 * chars
        rows[place] = (bold, slanted, pressed, links, whole)
    return rows


def _told_shares(
    texts: Sequence[str], title: str | None, summary: str | None
) -> tuple[list[int], list[int]]:
    """Return how much of the title each text has, and how much of it the summary has."""
    wanted = frozenset((title or "").lower().split())
    summed = frozenset((summary or "").lower().split())
    titled_shares, summed_shares = [0] * len(texts), [0] * len(texts)
    for place, text in enumerate(texts):
        if _MIN_TOLD_CHARS < len(text) < _SHORT_CHARS:
            lower = set(text.lower().split())
            titled_shares[place] = len(wanted & lower) * 1000 // max(1, len(wanted))
            summed_shares[place] = len(summed & lower) * 1000 // max(1, len(lower))
    return titled_shares, summed_shares


def _count_letters(
    texts: Sequence[str],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the digits, the capitals and the words in small letters of each text.

    All are read at once: for each alone, it takes longer to begin than to count.
    """
    joined = _BETWEEN.join(texts)
    letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    kinds = _kinds_of_letters()
    found = kinds[np.minimum(letters, len(kinds) - 1)]
    for place in np.flatnonzero(letters >= len(kinds)).tolist():
        found[place] = _kind_of(joined[place])
    small = (found & _IS_SMALL) > 0
    begins = np.append(small[:-1] & small[1:], False)  # words have two letters or more
    begins[1:-1] &= (found[:-2] & _IS_WORD) == 0
    edges = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
    digits, capitals, words = (
        np.add.reduceat(each, edges, dtype=np.int64)
        for each in ((found & _IS_DIGIT) > 0, (found & _IS_CAPITAL) > 0, begins)
    )
    return digits, capitals, words


_IS_DIGIT, _IS_CAPITAL, _IS_SMALL, _IS_WORD = 1, 2, 4, 8


def _kind_of(letter: str) -> int:
    return (
        _IS_DIGIT * letter.isdecimal()
        | _IS_CAPITAL * (_CAPITALS.match(letter) is not None)
        | _IS_SMALL * (_SMALL.match(letter) is not None)
        | _IS_WORD * letter.isalnum()
    )


@cache
def _kinds_of_letters() -> NDArray[np.uint8]:
    """Return what each letter of the first plane of Unicode is, as ``_kind_of`` has it."""
    every = "".join(map(chr, range(0x10000)))
    kinds = np.zeros(len(every), dtype=np.uint8)
    kinds[np.fromiter(map(str.isdecimal, every), bool, len(every))] |= _IS_DIGIT
    kinds[np.fromiter(map(str.isalnum, every), bool, len(every))] |= _IS_WORD
    for pattern, bit in ((_CAPITALS, _IS_CAPITAL), (_SMALL, _IS_SMALL)):
        kinds[[found.start() for found in pattern.finditer(every)]] |= bit
    return kinds


def _pairs(text: str) -> frozenset[str]:
    words = normalize_text(text).split()
    return frozenset(f"{one} {two}" for one, two in pairwise(words)) | frozenset(words[:1])


def _coverage(text: str, known: frozenset[str]) -> int:
    words = normalize_text(text).split()
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    if not pairs:
        return 500
    return sum(pair in known for pair in pairs) * 1000 // len(pairs)


def _codes(keys: Sequence[object]) -> NDArray[np.int64]:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _look(element: Element) -> tuple[object, ...]:
    """Return how a block looks: its name and class, and those of what it stands in."""
    parent = element.parent
    around = (parent.tag, parent.attrs.get("class")) if parent is not None else ()
    return (element.tag, element.attrs.get("class"), *around)


def _around(own: NDArray[np.int32]) -> NDArray[np.int32]:
    count = len(own)
    columns = [BLOCK_FEATURES.index(name) for name in _AROUND]
    padded = np.full((count + 4, len(columns)), -1, dtype=np.int32)
    padded[2 : count + 2] = own[:, columns]
    return np.hstack([padded[2 + step : 2 + step + count] for step in (-2, -1, 1, 2)])
