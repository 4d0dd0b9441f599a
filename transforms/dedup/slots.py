"""Where two texts that are nearly the same differ, word for word, and by what kind of word.

Both texts are read as tokens and laid side by side. What stands between two runs that are the same
is a *gap*: what one text has there and what the other has. A gap with little on both sides is a
*slot*, where one thing was put for another; a gap with nothing on one side is an insertion.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel

from newsbeam.transforms.text.calendar_names import months_by_language, weekdays
from newsbeam.transforms.text.characters import CJK, UNSPACED
from newsbeam.transforms.text.number_words import HAN_COUNTERS, HAN_NUMERALS, number_words

#: A number, a letter of a script without spaces, a word, or what ends a sentence.
_TOKEN = re.compile(
    rf"\d+(?:[.,:٫٬'’]\d+)*|[{CJK}{UNSPACED}]"
    rf"|[^\W\d_{CJK}{UNSPACED}](?:[^\W\d_{CJK}{UNSPACED}]|[’'\u0300-\u036f\u0590-\u0dff])*"
    r"|[.!?…:;•|“”\"«»\n(\[。！？]+"
)
_UNSPACED_LETTER = re.compile(f"[{CJK}{UNSPACED}]")
_LETTER_OF_WORD = re.compile(f"[{UNSPACED}]")
_DAY = re.compile(r"[12]?\d|3[01]")
_OF = frozenset({"de", "of"})
#: What follows the number of a day: 3日, 3号, 3일.
_DAY_MARKS = frozenset({"日", "号", "號", "일"})
#: In scripts that part no words, so few letters between two gaps are a chance, as in two names.
_CHANCE = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_THOUSANDS = re.compile(r"(?<=\d)[.,'’٬](?=\d{3}(?!\d))")
#: Texts of more tokens are no reports from a template, and too long to be laid side by side.
MOST_TOKENS = 12_000
#: Tokens on each side of a slot, at most.
_SLOT = 10


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or one letter of a script without spaces."""

    key: str  # case folded; numbers without their separators of thousands
    kind: str  # number, word_number, date, year, name, initial (begins a sentence), letter, word


@dataclass(frozen=True, slots=True)
class Gap:
    """What each text has between two runs that both have."""

    first: tuple[Token, ...]
    second: tuple[Token, ...]

    @property
    def is_slot(self) -> bool:
        """Whether little was put for little."""
        return _is_slot(len(self.first), len(self.second))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts side by side."""

    gaps: tuple[Gap, ...]
    kept: tuple[Token, ...]  # what both have, as the first writes it


@lru_cache(maxsize=64)  # a text is compared with many copies in a row
def read_tokens(text: str) -> Sequence[Token]:
    """Return the tokens of ``text``."""
    found: list[Token] = []
    starts = True
    for word in _TOKEN.findall(unicodedata.normalize("NFKC", text)):
        token = _token(word, starts)
        starts = token is None
        if token is not None:
            found.append(token)
    if any(token.kind == "letter" for token in found):
        _mark_han_numbers(found)
    _mark_days(found)
    return found


@lru_cache(maxsize=1 << 15)
def _token(word: str, starts: bool) -> Token | None:
    """Return ``word``, which begins a sentence or not, as a token; None for what ends one."""
    first = word[0]
    if first.isdecimal():
        key = _THOUSANDS.sub("", "".join(str(int(c)) if c.isdecimal() else c for c in word))
        return Token(key, "year" if _YEAR.fullmatch(key) else "number")
    if not first.isalpha():
        return None
    key = word.casefold()
    if _UNSPACED_LETTER.match(word):
        return Token(key, "letter")
    if key in _dates():
        return Token(key, "date")
    if key in number_words():
        return Token(key, "word_number")
    if first.isupper():
        return Token(key, "initial" if starts else "name")
    return Token(key, "word")


def _mark_days(tokens: list[Token]) -> None:
    """A number beside a month or a word for day is a day: 3 March, March 3, 3 de marzo, 3日."""
    months = _months()
    for at, token in enumerate(tokens):
        if at and token.key in _DAY_MARKS and _DAY.fullmatch(tokens[at - 1].key):
            tokens[at - 1] = Token(tokens[at - 1].key, "date")
        if token.kind == "date" and token.key in months:
            for place in (at - 1, at + 1, at - 2 if tokens[at - 1].key in _OF else at):
                if 0 <= place < len(tokens) and _DAY.fullmatch(tokens[place].key):
                    tokens[place] = Token(tokens[place].key, "date")


def _mark_han_numbers(tokens: list[Token]) -> None:
    """Han numerals are numbers where something that is counted follows them."""
    for at in range(len(tokens) - 2, -1, -1):
        token, after = tokens[at], tokens[at + 1]
        if token.key in HAN_NUMERALS and (
            after.key in HAN_COUNTERS or (after.kind == "word_number" and after.key in HAN_NUMERALS)
        ):
            tokens[at] = Token(token.key, "word_number")


def counted_words() -> frozenset[str]:
    """Return the words that are numbers, months or days."""
    return number_words() | _dates()


@lru_cache(maxsize=1)
def _dates() -> frozenset[str]:
    return weekdays() | _months()


@lru_cache(maxsize=1)
def _months() -> frozenset[str]:
    names = months_by_language().values()
    return frozenset(name for each in names for name in each if len(name) > 2)


def lay_side_by_side(first: Sequence[Token], second: Sequence[Token]) -> Alignment:
    """Return where two lists of tokens differ."""
    gaps: list[Gap] = []
    kept: list[Token] = []
    done = 0
    found = _differences([t.key for t in first], [t.key for t in second])
    for here, there in _join_words(found, first):
        gaps.append(Gap(tuple(first[here]), tuple(second[there])))
        kept += first[done : here.start]
        done = here.stop
    return Alignment(tuple(gaps), (*kept, *first[done:]))


def _join_words(
    gaps: Iterable[tuple[slice, slice]], first: Sequence[Token]
) -> Iterator[tuple[slice, slice]]:
    """Yield ``gaps``; those within one word of a script that parts none are one."""
    last: tuple[slice, slice] | None = None
    for here, there in gaps:
        if last is not None:
            between = first[last[0].stop : here.start]
            if len(between) <= _CHANCE and all(_LETTER_OF_WORD.match(t.key) for t in between):
                last = slice(last[0].start, here.stop), slice(last[1].start, there.stop)
                continue
            yield last
        last = here, there
    if last is not None:
        yield last


def _is_slot(here: int, there: int) -> bool:
    return 0 < here <= _SLOT and 0 < there <= _SLOT


def _differences(
    first: Sequence[Hashable], second: Sequence[Hashable]
) -> Iterator[tuple[slice, slice]]:
    """Yield what stands in each list between two runs that are the same."""
    begun: tuple[int, int] | None = None
    end = 0, 0
    for step in Indel.opcodes(first, second):
        if step.tag != "equal":
            begun = begun or (step.src_start, step.dest_start)
            end = step.src_end, step.dest_end
        elif begun:
            yield slice(begun[0], end[0]), slice(begun[1], end[1])
            begun = None
    if begun:
        yield slice(begun[0], end[0]), slice(begun[1], end[1])


def runs_of(tokens: Sequence[Token], kinds: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Yield the runs of tokens of ``kinds``."""
    run: list[str] = []
    for token in tokens:
        if token.kind in kinds:
            run.append(token.key)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)
