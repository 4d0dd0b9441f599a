"""Keywords: the words and pairs of words that a text uses more than its language does.

A term's weight is how often it occurs, dampened by a logarithm, times how specific it is. Without a
corpus at hand that is told by its form: function words count nothing, short words little, names and
pairs more. The same text always gives the same keywords.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import log

from newsbeam.transforms.core.records import Keyword
from newsbeam.transforms.text.characters import CJK, HANGUL, UNSPACED
from newsbeam.transforms.text.stop_words import stop_words
from newsbeam.transforms.text.tables import WORD_LISTS

#: As much of a long text as is read: what it is about stands in its first pages.
_MAX_CHARS = 6_000
#: Tokens of a text in which a word that occurs once can be a keyword.
_SHORT_TEXT = 120
#: Words that say something beside another alone: "New York", "Supreme Court".
_ONLY_IN_PAIRS = WORD_LISTS["only_in_pairs"]
#: How much more a pair of words tells than one, and a name than another word.
_PAIR, _NAME = 1.4, 1.2
_CJK_RUN = re.compile(f"[{CJK}][{CJK}]+")
#: What may stand around a word.
_PUNCTUATION = ".,;:!?…\"'“”„‘’‚«»‹›()[]{}<>*–—-،؛؟۔।॥|/\\"
_POSSESSIVES = ("'s", "’s")
_HIRAGANA = re.compile("[\u3041-\u309f]")
_NO_WORDS = re.compile(f"[{CJK}{UNSPACED}]")
_HANGUL = re.compile(f"[{HANGUL}]")


def extract_keywords(text: str, language: str | None, limit: int) -> tuple[Keyword, ...]:
    """Return at most ``limit`` terms typical of ``text``, best first, scored up to 1.

    A term is written as it most often is in the text. Of Chinese and Japanese, terms are pairs of
    characters; Thai, Lao, Khmer and Burmese give none, since their words are not parted.
    """
    if limit <= 0:
        return ()
    text = text[:_MAX_CHARS]
    stops = stop_words(language)
    terms = _count_terms(text.split(), stops - _ONLY_IN_PAIRS)
    if not text.isascii():
        terms |= _count_pairs_of_characters(text, stops)
    scores = {
        key: log(1 + term.count) * _specificity(key, term.form) for key, term in terms.items()
    }
    return _choose(scores, terms, limit)


@dataclass(slots=True)
class _Term:
    """How often a term occurs, and the form in which it does most often."""

    count: int
    form: str
    form_count: int


def _count_terms(tokens: list[str], stops: frozenset[str]) -> dict[str, _Term]:
    """Return the words and pairs of words in ``tokens``, by their form in lower case.

    ``tokens`` stand between spaces, with their punctuation; words of a short text count from one
    time on, else from two.
    """
    counts = Counter(tokens)
    bare = [token if token.isalpha() else _bare(token) for token in counts]
    lower = list(map(str.lower, bare))
    least = 2 if len(tokens) > _SHORT_TEXT else 1
    at_most: dict[str, int] = {}  # most words of a text occur once: they are looked at no further
    for key, count in zip(lower, counts.values(), strict=True):
        at_most[key] = at_most.get(key, 0) + count
    words: dict[str, tuple[str, str]] = {}  # token → the word in it, and its form in lower case
    totals: dict[str, int] = {}
    for token, word, key in zip(counts, bare, lower, strict=True):
        if at_most[key] < least or key in stops or token in stops:
            continue
        if word[0].isalpha() if len(word) > 2 and word.isascii() else _is_term(word):
            words[token] = (word, key)
            totals[key] = totals.get(key, 0) + counts[token]
    terms: dict[str, _Term] = {}
    keys: dict[str, str] = {}  # token → the term that it is
    for token, (word, key) in words.items():
        if totals[key] < least:
            continue
        keys[token] = key
        count = counts[token]
        term = terms.get(key)
        if term is None:
            terms[key] = _Term(totals[key], word, count)
        elif count > term.form_count:
            term.form, term.form_count = word, count
    pairs = _count_pairs(tokens, keys, terms)
    return {key: terms[key] for key in terms.keys() - _ONLY_IN_PAIRS} | pairs


def _count_pairs(
    tokens: list[str], keys: dict[str, str], terms: dict[str, _Term]
) -> dict[str, _Term]:
    """Return the pairs of ``terms`` that follow each other more than once, nothing between them."""
    found = list(map(keys.get, tokens))
    neighbours = [
        (one, other)
        for one, other, left, right in zip(found, found[1:], tokens, tokens[1:], strict=False)
        if one and other and left[-1].isalnum() and right[0].isalnum()
    ]
    pairs = Counter(neighbours)
    return {
        f"{one} {other}": _Term(count, f"{terms[one].form} {terms[other].form}", count)
        for (one, other), count in pairs.items()
        if count > 1
    }


def _bare(token: str) -> str:
    word = token.strip(_PUNCTUATION)
    return word[:-2] if word.endswith(_POSSESSIVES) else word


def _is_term(word: str) -> bool:
    if len(word) < 3:
        return len(word) == 2 and (word.isupper() or bool(_HANGUL.match(word)))
    return word[0].isalpha() and (word.isascii() or not _NO_WORDS.search(word))


def _specificity(key: str, form: str) -> float:
    weight = min(1.0, 0.3 + len(key) / 8)
    if form[0].isupper():
        weight *= _NAME
    return weight * _PAIR if " " in key else weight


def _count_pairs_of_characters(text: str, stops: frozenset[str]) -> dict[str, _Term]:
    """Return pairs of Chinese characters or katakana that occur more than once."""
    pairs: Counter[str] = Counter()
    for run in _CJK_RUN.findall(text):
        pairs.update(map("".join, pairwise(run)))
    return {
        pair: _Term(count, pair, count)
        for pair, count in pairs.items()
        if count > 1 and pair not in stops and not _HIRAGANA.search(pair)
    }


def _choose(scores: dict[str, float], terms: dict[str, _Term], limit: int) -> tuple[Keyword, ...]:
    """Return the best terms, leaving out what a term before says already."""
    chosen: list[str] = []
    for key in sorted(scores, key=lambda key: (-scores[key], key)):
        if len(chosen) == limit:
            break
        if not any(_covers(other, key, terms) for other in chosen):
            chosen.append(key)
    return tuple(
        Keyword(term=terms[key].form, score=round(scores[key] / scores[chosen[0]], 4))
        for key in chosen
    )


def _covers(chosen: str, key: str, terms: dict[str, _Term]) -> bool:
    """Whether ``key`` is a word of a chosen pair, or a seldom pair with a chosen word."""
    if " " in chosen:
        return key in chosen.split() and terms[key].count < 2 * terms[chosen].count
    return chosen in key.split() and 2 * terms[key].count < terms[chosen].count
