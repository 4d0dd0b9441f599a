"""Keywords: the words and pairs of words that a text uses more than its language does.

Without a corpus at hand the weight of a term is how often it occurs, dampened, times how specific
it is: function words count nothing, short words little, capitalised names and early words more.
The same text always gives the same keywords.
"""

import re
from collections import Counter
from math import log

from transforms.core.records import Keyword
from transforms.text.characters import CJK, HANGUL, UNSPACED, UPPER
from transforms.text.stop_words import stop_words

#: As much of a long text as is read.
_MAX_CHARS = 20_000
#: What a pair counts for beside its two words.
_PAIR = 1.4

_TOKEN = re.compile(
    rf"[{CJK}]+|[{UNSPACED}]+|[^\W\d_{CJK}{UNSPACED}][\w'’\-\u200c\u0300-\u036f\u0900-\u0dff]*|[^\s\w]|\d+"
)
_CJK_RUN = re.compile(rf"[{CJK}]")
_UNSPACED_RUN = re.compile(rf"[{UNSPACED}]")
_POSSESSIVE = re.compile(r"['’]s?$")


def extract_keywords(text: str, language: str | None, limit: int) -> tuple[Keyword, ...]:
    """Return at most ``limit`` terms typical of ``text``, best first, scored up to 1.

    A term is written as it most often is in the text. Of Chinese and Japanese,
    terms are pairs of characters.
    """
    if limit <= 0:
        return ()
    stops = stop_words(language)
    scores: dict[str, float] = {}
    forms: dict[str, Counter[str]] = {}
    previous = ""
    for position, token in enumerate(_TOKEN.findall(text[:_MAX_CHARS])):
        if _CJK_RUN.match(token):
            previous = ""
            _count_characters(token, scores, forms)
            continue
        if _UNSPACED_RUN.match(token):
            previous = ""
            continue
        word = _POSSESSIVE.sub("", token)
        key = word.lower()
        if (
            len(key) < 3 - bool(re.match(f"[{HANGUL}{UPPER}]", word))
            or key in stops
            or not word[0].isalpha()
        ):
            previous = ""
            continue
        weight = (1.3 if word[0].isupper() else 1.0) * (1.2 if position < 100 else 1.0)
        scores[key] = scores.get(key, 0.0) + weight
        forms.setdefault(key, Counter())[word] += 1
        if previous:
            pair = f"{previous.lower()} {key}"
            scores[pair] = scores.get(pair, 0.0) + weight * _PAIR
            forms.setdefault(pair, Counter())[f"{previous} {word}"] += 1
        previous = word
    return _best(scores, forms, limit)


def _count_characters(run: str, scores: dict[str, float], forms: dict[str, Counter[str]]) -> None:
    for start in range(len(run) - 1):
        pair = run[start : start + 2]
        if not ("\u3040" <= pair[0] <= "\u309f" or "\u3040" <= pair[1] <= "\u309f"):
            scores[pair] = scores.get(pair, 0.0) + 1
            forms.setdefault(pair, Counter())[pair] += 1


def _best(
    scores: dict[str, float], forms: dict[str, Counter[str]], limit: int
) -> tuple[Keyword, ...]:
    counts = {key: sum(forms[key].values()) for key in scores}
    weighted = sorted(
        (
            (log(1 + score) * min(1.0, len(key) / 6 + 0.3) if counts[key] > 1 else score * 0.2, key)
            for key, score in scores.items()
        ),
        key=lambda item: (-item[0], item[1]),
    )
    chosen: list[tuple[float, str]] = []
    for score, key in weighted[: 6 * limit]:
        if len(chosen) == limit:
            break
        if not any(_covers(other, key, counts) for _, other in chosen):
            chosen.append((score, key))
    if not chosen:
        return ()
    top = chosen[0][0]
    return tuple(
        Keyword(
            term=min(forms[key].items(), key=lambda form: (-form[1], form[0]))[0],
            score=round(score / top, 4),
        )
        for score, key in chosen
    )


def _covers(chosen: str, key: str, counts: dict[str, int]) -> bool:
    """Whether ``key`` says nothing beside ``chosen``: shares its word and is not named apart."""
    one, other = set(chosen.split()), set(key.split())
    if one == other:
        return True
    if other < one:
        return counts[key] < 2 * counts[chosen]
    return one < other and counts[key] < 2
