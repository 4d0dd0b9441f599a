"""Text behind a paywall whose letters are scrambled: it has the look of words, and none are."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouyæøœıаеиоуыэюяєіαεηιουω")
#: What is read first is open; what stands at the end is judged by it.
_OPEN_CHARS = 200
_TAIL_CHARS = 2000
_MIN_WORDS = 40
#: Scripts without small letters do not part words, write no vowels, or have letters by the hundred.
_SAME_LETTERS = 0.7
#: In any text long words come back, pairs of letters are those of its beginning, and so are many
#: of the words. Measured on some 1,200 pages in 15 languages, none has all three this low.
_MAX_AGAIN = 0.05
_MIN_NEW_PAIRS = 0.2
_MAX_KNOWN = 0.12
#: A cipher lets words come back, but gives them other letters, and some no vowels. So many words
#: at the end tell, wherever it began.
_MAX_VOWELLESS = 0.08
_MIN_NEW_PAIRS_IN_CIPHER = 0.45
_MAX_KNOWN_IN_CIPHER = 0.03
_LAST_WORDS = 80


def is_scrambled(paragraphs: Sequence[str], known: str = "") -> bool:
    """Say whether the letters are scrambled in what follows the first of ``paragraphs``.

    ``known`` is what else is in the language of the page, such as title and summary.
    """
    start = size = 0
    while start < len(paragraphs) and size < _OPEN_CHARS:
        size += len(paragraphs[start])
        start += 1
    words = _WORD.findall("\n".join(paragraphs[start:])[-_TAIL_CHARS:].lower())
    clear = _WORD.findall("\n".join((*paragraphs[:start], known)).lower())
    if len(words) < _MIN_WORDS:
        return False
    last, seen = words[-_LAST_WORDS:], set(clear)
    known_share = _share_known(last, seen)
    if known_share > _MAX_KNOWN or not _same_letters("".join(words), set("".join(clear))):
        return False
    if _share_again(words, clear) < _MAX_AGAIN and _share_new(words, clear) > _MIN_NEW_PAIRS:
        return _share_known(words, seen) <= _MAX_KNOWN
    if known_share > _MAX_KNOWN_IN_CIPHER:
        return False
    vowelless = _share_vowelless(last)
    if vowelless < max(_MAX_VOWELLESS, 2 * _share_vowelless(clear)):
        return False
    return _share_new(last, clear) > _MIN_NEW_PAIRS_IN_CIPHER


def _same_letters(tail: str, clear: set[str]) -> bool:
    """Say whether ``tail`` is in the same script, one of those whose words can be judged."""
    cased = [letter for letter in clear if letter != letter.upper()]
    return sum(map(tail.count, cased)) > _SAME_LETTERS * len(tail)


def _share_known(words: Sequence[str], known: set[str]) -> float:
    judged = [word for word in words if len(word) > 1]
    return sum(map(known.__contains__, judged)) / max(1, len(judged))


def _share_again(words: Sequence[str], clear: Sequence[str]) -> float:
    counts = Counter((*words, *clear))
    judged = [word for word in words if len(word) > 3]
    return sum(counts[word] > 1 for word in judged) / max(1, len(judged))


def _share_new(words: Sequence[str], clear: Sequence[str]) -> float:
    known = {pair for word in clear for pair in pairwise(f" {word} ")}
    judged = [pair for word in words for pair in pairwise(f" {word} ")]
    return sum(pair not in known for pair in judged) / max(1, len(judged))


def _share_vowelless(words: Sequence[str]) -> float:
    judged = [unicodedata.normalize("NFD", word) for word in words if len(word) > 2]
    return sum(_VOWELS.isdisjoint(word) for word in judged) / max(1, len(judged))
