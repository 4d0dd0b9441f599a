"""Measures of a text: words, characters, sentences and minutes of reading, in all scripts."""

import math
import re

from transforms.text.characters import CJK, UNSPACED
from transforms.text.sentences import count_sentences

#: Words of adults reading silently in English, a minute: Brysbaert (2019), "How many words do we
#: read per minute?", Journal of Memory and Language 109.
WORDS_PER_MINUTE = 238
#: Characters of Chinese and Japanese, a minute: the range measured is 255 (Trauzettel-Klosinski &
#: Dietz 2012, aloud) to 500 and more (silently); readers' tools take 500.
CJK_PER_MINUTE = 500

#: Characters of a word in Thai, Lao, Khmer and Burmese, where words are not parted: on average
#: 4 to 5 with their vowel signs and tone marks.
UNSPACED_CHARS_PER_WORD = 4.5

_WORD = re.compile(
    rf"[{CJK}]|[{UNSPACED}]+|[^\W_](?:[^\W_{CJK}{UNSPACED}]|[-'’.\u200c\u200d](?=[^\W_])|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0980-\u0dff])*"
)
_CJK = re.compile(rf"[{CJK}]")
_UNSPACED = re.compile(rf"[{UNSPACED}]")


def count_words(text: str) -> int:
    """Return how many words ``text`` has.

    Letters and digits with apostrophes, hyphens and dots within are one word ("don't", "al-Aqsa",
    "3.5"). A Chinese character or Japanese syllable counts as one; Thai, Lao, Khmer and Burmese,
    which do not part words, count one for each 4.5 characters of a run.
    """
    return sum(
        max(1, round(len(word) / UNSPACED_CHARS_PER_WORD)) if _UNSPACED.match(word) else 1
        for word in _WORD.findall(text)
    )


def count_characters(text: str) -> int:
    """Return how many characters (code points) ``text`` has without whitespace at line breaks."""
    return len(text) - text.count("\n")


def reading_minutes(text: str) -> int:
    """Return the minutes that reading ``text`` takes, rounded up; 0 for nothing."""
    characters = len(_CJK.findall(text))
    words = count_words(text) - characters
    return math.ceil(words / WORDS_PER_MINUTE + characters / CJK_PER_MINUTE)


__all__ = ["count_characters", "count_sentences", "count_words", "reading_minutes"]
