"""Keywords: the words and pairs of words that a text uses more than its language does.

A term's weight is how often it occurs, dampened by a logarithm, times how specific it is. Without a
corpus at hand that is told by its form: function words count nothing, short words little, names and
pairs more. The same text always gives the same keywords.
"""

import re
from collections import Counter
from itertools import pairwise
from math import log

from transforms.core.records import Keyword
from transforms.text.characters import CJK, HANGUL, UNSPACED
from transforms.text.stop_words import stop_words

#: As much of a long text as is read: what it is about stands in its first pages.
_MAX_CHARS = 12_000
#: Tokens of a text in which a word that occurs once can be a keyword.
_SHORT_TEXT = 120
#: How much more a pair of words tells than one, and a name than another word.
_PAIR, _NAME = 1.4, 1.2
_CJK_RUN = re.compile(f"[{CJK}]{{2,}}")
_POSSESSIVE = re.compile(r"['’]s?$")
#: What may stand around a word.
_PUNCTUATION = ".,;:!?…\"'“”„‘’‚«»‹›()[]{}<>*–—-،؛؟۔।॥|/\\"
_HIRAGANA = re.compile("[\u3041-\u309f]")
_NO_WORDS = re.compile(f"[{CJK}{UNSPACED}]")
_SHORT_WORDS = re.compile(f"[{HANGUL}]")


def extract_keywords(text: str, language: str | None, limit: int) -> tuple[Keyword, ...]:
    """Return at most ``limit`` terms typical of ``text``, best first, scored up to 1.

    A term is written as it most often is in the text. Of Chinese and Japanese, terms are pairs of
    characters; Thai, Lao, Khmer and Burmese give none, since their words are not parted.
    """
    if limit <= 0:
        return ()
    text = text[:_MAX_CHARS]
    forms = _count_terms(text.split(), stop_words(language))
    scores = {key: log(1 + count) * _specificity(key, form) for key, (count, form) in forms.items()}
    if not text.isascii():
        for pair, count in _count_pairs_of_characters(text).items():
            scores[pair], forms[pair] = log(1 + count), (count, pair)
    return _choose(scores, forms, limit)


def _count_terms(tokens: list[str], stops: frozenset[str]) -> dict[str, tuple[int, str]]:
    """Return, for each term in lower case, how often it occurs and how it is mostly written.

    ``tokens`` stand between spaces, with their punctuation; words of a short text count from one
    time on, else from two.
    """
    terms: dict[str, tuple[int, str]] = {}
    words: dict[str, str] = {}
    for token, count in Counter(tokens).items():
        word = _POSSESSIVE.sub("", token.strip(_PUNCTUATION))
        if _is_term(word, stops):
            words[token] = word
            _add(terms, word, count)
    pairs: dict[str, tuple[int, str]] = {}
    for (one, other), count in Counter(pairwise(tokens)).items():
        # nothing stands between the words of a pair
        if one in words and other in words and one[-1].isalpha() and other[0].isalpha():
            _add(pairs, f"{words[one]} {words[other]}", count)
    least = 2 if len(tokens) > _SHORT_TEXT else 1
    terms = {key: term for key, term in terms.items() if term[0] >= least}
    return terms | {key: pair for key, pair in pairs.items() if pair[0] > 1}


def _is_term(word: str, stops: frozenset[str]) -> bool:
    if len(word) < 3 and not (len(word) == 2 and (word.isupper() or _SHORT_WORDS.match(word))):
        return False
    return word[0].isalpha() and word.lower() not in stops and not _NO_WORDS.search(word)


def _add(terms: dict[str, tuple[int, str]], written: str, count: int) -> None:
    key = written.lower()
    total, form = terms.get(key, (0, written))
    # the form that was counted more often stays; of two alike, the first in the alphabet
    better = min((form, written)) if 2 * count == total + count else form
    terms[key] = (total + count, written if count > total else better)


def _specificity(key: str, form: str) -> float:
    weight = min(1.0, 0.3 + len(key) / 8)
    if form[0].isupper():
        weight *= _NAME
    return weight * _PAIR if " " in key else weight


def _count_pairs_of_characters(text: str) -> dict[str, int]:
    """Return pairs of Chinese characters or katakana that occur more than once."""
    pairs: Counter[str] = Counter()
    for run in _CJK_RUN.findall(text):
        pairs.update(map("".join, pairwise(run)))
    return {
        pair: count for pair, count in pairs.items() if count > 1 and not _HIRAGANA.search(pair)
    }


def _choose(
    scores: dict[str, float], forms: dict[str, tuple[int, str]], limit: int
) -> tuple[Keyword, ...]:
    """Return the best terms, leaving out what a term before says already."""
    chosen: list[str] = []
    for key in sorted(scores, key=lambda key: (-scores[key], key)):
        if len(chosen) == limit:
            break
        if not any(_covers(other, key, forms) for other in chosen):
            chosen.append(key)
    return tuple(
        Keyword(term=forms[key][1], score=round(scores[key] / scores[chosen[0]], 4))
        for key in chosen
    )


def _covers(chosen: str, key: str, forms: dict[str, tuple[int, str]]) -> bool:
    """Whether ``key`` is a word of a chosen pair, or a seldom pair with a chosen word."""
    if " " in chosen:
        return key in chosen.split() and forms[key][0] < 2 * forms[chosen][0]
    return chosen in key.split() and 2 * forms[key][0] < forms[chosen][0]
