"""Quality: the measures of Gopher, C4 and FineWeb, and the rules that judge by them.

Own code, after the papers: Rae et al. 2021 (Gopher, appendix A.1), Raffel et al. 2020 (C4, section
2.2), Penedo et al. 2024 (FineWeb, section 3.6). Thresholds are theirs. A line is a paragraph here.
What a rule presumes and a text lacks is not judged: spaces between words (Chinese, Japanese, Thai,
Lao, Khmer, Burmese), marks at the end of sentences (Thai, Lao), a list of function words. C4's list
of offensive words is left out: it drops news about them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from newsbeam.transforms.core.quality_rules import QUALITY_RULES
from newsbeam.transforms.core.records import Measure
from newsbeam.transforms.text.characters import CJK, FULL_WIDTH_ENDS, SPACED_ENDS, UNSPACED
from newsbeam.transforms.text.measures import count_words
from newsbeam.transforms.text.sentences import count_sentences
from newsbeam.transforms.text.stop_words import stop_words

#: n-grams of which Gopher takes the most frequent one, and those that it takes all repeats of,
#: each with the largest share of characters.
_TOP_NGRAMS = {2: 0.20, 3: 0.18, 4: 0.16}
_REPEATED_NGRAMS = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}
_LISTS = ("top_ngram_chars", "repeated_ngram_chars")
#: Gopher's own list; other languages take ours.
_ENGLISH_STOP_WORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))
#: A line of up to so many characters is short to FineWeb; half of it in Chinese and Japanese.
_SHORT_LINE = 30
#: C4 keeps a line that has so many words, none of them longer than that.
_C4_LINE_WORDS, _C4_WORD_CHARS = 3, 1000
_C4_POLICIES = (
    *("terms of use", "privacy policy", "cookie policy", "uses cookies"),
    *("use of cookies", "use cookies"),
)

_NO_SPACES = re.compile(f"[{CJK}{UNSPACED}]")
_DENSE = re.compile(f"[{CJK}]")
_NO_ENDS = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edf]")
_ELLIPSIS = re.compile(r"\.{3,}|…")
_BULLETS = tuple("•‣⁃◦▪●○■□►▶➤✓*-–·・")
_CLOSING = "\"'”’“»›)]」』）"
_ENDS = tuple(SPACED_ENDS + FULL_WIDTH_ENDS + "\"'”’»」』")
_PUNCTUATION = ".,;:!?…\"'“”„‘’‚«»‹›()[]{}<>*–—-،؛؟۔।॥|/\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What Gopher, C4 and FineWeb measure of a text; shares 0 to 1, None where not judged."""

    word_count: int
    mean_word_chars: float | None
    symbols_per_word: float  # # or ellipses, whichever are more
    bullet_lines: float  # of lines, which are paragraphs
    ellipsis_lines: float
    letter_words: float | None  # of tokens: those with a letter
    stop_words: int | None  # different ones
    repeated_lines: float  # of lines: those that stand further up already
    repeated_line_chars: float
    top_ngram_chars: tuple[float, ...] | None  # for n of 2, 3, 4
    repeated_ngram_chars: tuple[float, ...] | None  # for n from 5 to 10
    c4_lines: float | None  # of lines: those that C4 would keep
    c4_sentences: int | None  # in these
    lorem_ipsum: bool
    curly_bracket: bool
    ended_lines: float | None  # of lines: those with a mark that ends a sentence
    short_lines: float
    line_breaks_per_word: float


def measure_quality(text: str, language: str | None) -> Quality:
    """Return the measures of ``text``, which is not empty; None stands for what is not judged."""
    lines = [line for line in text.split("\n") if line]
    tokens = text.split()
    words = [bare for token in tokens if (bare := token.strip(_PUNCTUATION).lower())]
    has_spaces = 2 * len(_NO_SPACES.findall(text)) < len("".join(tokens))
    has_ends = 2 * len(_NO_ENDS.findall(text)) < len("".join(tokens))
    word_count = max(1, count_words(text))
    repeated_lines = _repeats(lines)
    kept = [line for line in lines if _is_kept_by_c4(line, has_spaces)]
    lower = text.lower()
    return Quality(
        word_count=word_count,
        mean_word_chars=_mean([len(word) for word in words]) if has_spaces else None,
        symbols_per_word=max(text.count("#"), len(_ELLIPSIS.findall(text))) / word_count,
        bullet_lines=_share(sum(line.startswith(_BULLETS) for line in lines), lines),
        ellipsis_lines=_share(sum(map(_ends_in_ellipsis, lines)), lines),
        letter_words=_share(sum(any(map(str.isalpha, token)) for token in tokens), tokens)
        if has_spaces
        else None,
        stop_words=_count_stop_words(words, language) if has_spaces else None,
        repeated_lines=_share(repeated_lines, lines),
        repeated_line_chars=sum(map(len, repeated_lines)) / sum(map(len, lines)),
        top_ngram_chars=tuple(_top_ngram(words, n) for n in _TOP_NGRAMS) if has_spaces else None,
        repeated_ngram_chars=tuple(_repeated_ngrams(words, n) for n in _REPEATED_NGRAMS)
        if has_spaces
        else None,
        c4_lines=_share(kept, lines) if has_ends else None,
        c4_sentences=sum(map(count_sentences, kept)) if has_ends else None,
        lorem_ipsum="lorem ipsum" in lower,
        curly_bracket="{" in text,
        ended_lines=_share(sum(line.endswith(_ENDS) for line in lines), lines)
        if has_ends
        else None,
        short_lines=_share(sum(map(_is_short, lines)), lines),
        line_breaks_per_word=(len(lines) - 1) / word_count,
    )


def named_measures(of: Quality) -> tuple[Measure, ...]:
    """Return the measures as a row has them: those that are judged, n-grams one by one, 0 or 1."""
    tops = zip(_TOP_NGRAMS, of.top_ngram_chars or (), strict=False)
    repeats = zip(_REPEATED_NGRAMS, of.repeated_ngram_chars or (), strict=False)
    named = {
        **{field.name: getattr(of, field.name) for field in fields(of) if field.name not in _LISTS},
        **{f"top_{n}gram_chars": share for n, share in tops},
        **{f"repeated_{n}gram_chars": share for n, share in repeats},
    }
    return tuple(
        Measure(name=name, value=float(value)) for name, value in named.items() if value is not None
    )


def failed_rules(of: Quality) -> tuple[str, ...]:
    """Return the names of the rules that a text with these measures fails."""
    tops = zip(of.top_ngram_chars or (), _TOP_NGRAMS.values(), strict=False)
    repeats = zip(of.repeated_ngram_chars or (), _REPEATED_NGRAMS.values(), strict=False)
    failed = {
        "gopher_word_count": not 50 <= of.word_count <= 100_000,
        "gopher_word_length": of.mean_word_chars is not None and not 3 <= of.mean_word_chars <= 10,
        "gopher_symbols": of.symbols_per_word > 0.1,
        "gopher_bullets": of.bullet_lines > 0.9,
        "gopher_ellipses": of.ellipsis_lines > 0.3,
        "gopher_letters": of.letter_words is not None and of.letter_words < 0.8,
        "gopher_stop_words": of.stop_words is not None and of.stop_words < 2,
        "gopher_repeated_lines": of.repeated_lines > 0.3 or of.repeated_line_chars > 0.2,
        "gopher_top_ngrams": any(share > most for share, most in tops),
        "gopher_repeated_ngrams": any(share > most for share, most in repeats),
        "c4_sentences": of.c4_sentences is not None and of.c4_sentences < 5,
        "c4_lorem_ipsum": of.lorem_ipsum,
        "c4_curly_bracket": of.curly_bracket,
        "fineweb_ended_lines": of.ended_lines is not None and of.ended_lines <= 0.12,
        "fineweb_short_lines": of.short_lines >= 0.67,
        "fineweb_repeated_lines": of.repeated_line_chars >= 0.1,
        "fineweb_list": of.line_breaks_per_word > 0.3,
    }
    return tuple(rule for rule in QUALITY_RULES if failed[rule])


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None


def _share(part: Sequence[object] | int, whole: Sequence[object]) -> float:
    count = part if isinstance(part, int) else len(part)
    return count / len(whole) if whole else 0.0


def _ends_in_ellipsis(line: str) -> bool:
    return line.rstrip(_CLOSING).endswith(("...", "…"))


def _is_short(line: str) -> bool:
    return len(line) + len(_DENSE.findall(line[: _SHORT_LINE + 1])) <= _SHORT_LINE


def _repeats(lines: Sequence[str]) -> list[str]:
    """Return each of ``lines`` as often as it stands there after the first time."""
    counts = Counter(lines)
    return [line for line, count in counts.items() for _ in range(count - 1)]


def _count_stop_words(words: Sequence[str], language: str | None) -> int | None:
    """Return how many different function words the text has, None if they are not known."""
    known = _ENGLISH_STOP_WORDS if language == "en" else stop_words(language)
    return len(known.intersection(words)) if known else None


def _is_kept_by_c4(line: str, has_spaces: bool) -> bool:
    """Whether C4 keeps ``line``: it ends a sentence, has words, and is no notice of a site."""
    if not line.endswith(_ENDS) or _ends_in_ellipsis(line):
        return False
    tokens = line.split()
    if has_spaces and (len(tokens) < _C4_LINE_WORDS or max(map(len, tokens)) > _C4_WORD_CHARS):
        return False
    lower = line.lower()
    return "javascript" not in lower and not any(policy in lower for policy in _C4_POLICIES)


def _top_ngram(words: Sequence[str], n: int) -> float:
    """Return the share of characters in the n-gram that occurs most, if it occurs twice."""
    counts = Counter(_ngrams(words, n))
    most = max(counts.values(), default=0)
    if most < 2:
        return 0.0
    chars = max(sum(map(len, ngram)) for ngram, count in counts.items() if count == most)
    return min(1.0, most * chars / sum(map(len, words)))


def _repeated_ngrams(words: Sequence[str], n: int) -> float:
    """Return the share of characters in words of n-grams that occur more than once, each once."""
    counts = Counter(_ngrams(words, n))
    if len(counts) == max(0, len(words) - n + 1):
        return 0.0
    covered = chars = 0
    for start, ngram in enumerate(_ngrams(words, n)):
        if counts[ngram] > 1:
            chars += sum(map(len, words[max(start, covered) : start + n]))
            covered = start + n
    return chars / sum(map(len, words))


def _ngrams(words: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(n)), strict=False)
