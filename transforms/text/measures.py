"""Measures of a text: words, characters, sentences and minutes of reading, in all scripts."""

import re
from functools import lru_cache
from math import ceil

from newsbeam.transforms.text.characters import CJK, UNSPACED
from newsbeam.transforms.text.sentences import count_sentences

#: Words a minute of adults who read English silently: Brysbaert (2019), "How many words do we read
#: per minute?", Journal of Memory and Language 109, 104047.
WORDS_PER_MINUTE = 238
#: Characters of Chinese or Japanese a minute. Silent reading of Chinese is measured at 400 to 700;
#: 500 is what web editors take.
CJK_PER_MINUTE = 500
#: Characters of a word where words are not parted (Thai, Lao, Khmer, Burmese), with vowel signs
#: and tone marks: an approximation, since telling the words needs a dictionary.
UNSPACED_CHARS_PER_WORD = 4.5

_CJK = re.compile(f"[{CJK}]")
_NO_SPACES = re.compile(f"[{CJK}{UNSPACED}]")
_UNSPACED = re.compile(f"[{UNSPACED}]+")


def count_words(text: str) -> int:
    """Return how many words ``text`` has.

    A word is what stands between spaces, dashes and slashes and has a letter or digit: "don't",
    "al-Aqsa" and "3.5" are one. A Chinese character or Japanese syllable counts as one word; Thai,
    Lao, Khmer and Burmese count one for each 4.5 characters of a run.
    """
    return sum(_count_units(text))


def count_characters(text: str) -> int:
    """Return how many characters (code points) ``text`` has, line breaks aside."""
    return len(text) - text.count("\n")


def reading_minutes(text: str) -> int:
    """Return the minutes that reading ``text`` takes, rounded up; 0 for nothing."""
    words, characters = _count_units(text)
    return ceil(words / WORDS_PER_MINUTE + characters / CJK_PER_MINUTE)


@lru_cache(maxsize=1)  # an article's words are asked for twice in a row
def _count_units(text: str) -> tuple[int, int]:
    """Return the words of ``text`` outside Chinese and Japanese, and the characters within."""
    characters = words = 0
    if not text.isascii() and _NO_SPACES.search(text):
        characters = len(_CJK.findall(text))
        text = _CJK.sub(" ", text)
        for run in _UNSPACED.findall(text):
            words += max(1, round(len(run) / UNSPACED_CHARS_PER_WORD))
        text = _UNSPACED.sub(" ", text)
    for parting in ("—", "–", "―", "…", "/", "--"):
        if parting in text:
            text = text.replace(parting, " ")
    tokens = text.split()
    marks = [
        token
        for token in tokens
        if not (token[0].isalnum() or token[-1].isalnum() or any(map(str.isalnum, token)))
    ]
    return words + len(tokens) - len(marks), characters


__all__ = ["count_characters", "count_sentences", "count_words", "reading_minutes"]
