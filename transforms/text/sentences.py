"""Sentences: splitting a text into them and counting, in all scripts."""

import re
from itertools import pairwise

from newsbeam.transforms.text.tables import WORD_LISTS

_CLOSING = "\"'”’“»›)\\]」』）"
#: Ends of sentences. Those of Chinese and Japanese need no space after them.
_END = re.compile(
    rf"[.!?…؟۔।॥։።။。！？｡\n](?:(?<=[。！？｡])[。！？｡]*[{_CLOSING}]*"
    rf"|(?<=\n)\n*|(?<![。！？｡\n])[.!?…؟۔।॥։።။]*[{_CLOSING}]*(?=\s|$))"
)
_OPENING = " \t\"'“„‘«‹(["
_ABBREVIATIONS = WORD_LISTS["abbreviations"]
_SMALL_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of ``text``, without the space between them, in any script.

    A line break ends a sentence too, so a heading counts as one. Full stops of abbreviations,
    initials and ordinal numbers do not, as far as what follows tells.
    """
    bounds = [0, *_find_ends(text), len(text)]
    sentences = (text[start:end].strip() for start, end in pairwise(bounds))
    return [sentence for sentence in sentences if sentence]


def count_sentences(text: str) -> int:
    """Return how many sentences ``text`` has."""
    count, start = 0, 0
    for end in _find_ends(text):
        count += not text[start:end].isspace()
        start = end
    return count + bool(text[start:].strip())


def _find_ends(text: str) -> list[int]:
    """Return where sentences end, in order."""
    return [
        match.end()
        for match in _END.finditer(text)
        if match.group() != "." or not _goes_on(text, match.start())
    ]


def _goes_on(text: str, stop: int) -> bool:
    """Whether the full stop at ``stop`` ends an abbreviation or number rather than a sentence."""
    after = text[stop + 1 : stop + 12].lstrip(_OPENING)
    if not after or after[0] == "\n":
        return False
    if after[0].islower() or after[0] in ",;:":
        return True
    before = text[max(0, stop - 24) : stop].rpartition(" ")[2].rpartition("\n")[2]
    if not before or len(before) > 12:
        return False
    token = before.lstrip(_OPENING)
    if token.isdigit():
        return len(token) <= 2
    if len(token) == 1:
        return token.isupper() or after[1:2] == "."  # "z. B."
    return token.lower() in _ABBREVIATIONS or (
        "." in token and token.islower() and _SMALL_INITIALS.match(token) is not None
    )
