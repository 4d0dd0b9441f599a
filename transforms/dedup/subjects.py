"""Whether two texts that agree nearly word for word are about something else.

Weather for five towns, deaths, matches, quakes and quotes are written from one template: the texts
are the same but for whom, where, when and how many. An edited copy differs as well, and may have
other numbers, but not there: words are put in, taken out and replaced wherever an editor liked, and
most names stay. So what is looked at is *what* was put for what (``slots``):

- *names*, that is words with a capital within a sentence, where the one text has no trace of the
  other's name, and which are no two spellings of one; where a script has no capitals, what is
  replaced in the same way again and again;
- *numbers*, in digits of any script, in words, in Han numerals; *dates* by day, month and year.

Two texts are about different things if what differs is mostly of that kind, and if much of that
kind differs. No rule knows a publisher, a subject or a template.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.fuzz import ratio

from newsbeam.transforms.dedup.slots import (
    MOST_TOKENS,
    Gap,
    Token,
    lay_side_by_side,
    read_tokens,
    runs_of,
)
from newsbeam.transforms.text.number_words import HAN_NUMERALS

#: More alike than this, in per cent, are two spellings of one name.
_TWINS = 70
#: Share of capitals within sentences from which on they mark nouns, or headlines, and not names.
_NOUNS, _HEADLINES = 0.22, 0.6
_NUMBERS = frozenset({"number", "word_number", "year"})
_NAMES = frozenset({"name"})
_WORDS = frozenset({"word", "name", "initial", "letter"})


def are_of_one_template(first: str, second: str) -> bool:
    """Say whether two nearly equal texts tell the same of different things.

    The order of the two does not matter.
    """
    one, two = sorted((first, second))
    a, b = read_tokens(one), read_tokens(two)
    if not a or not b or max(len(a), len(b)) > MOST_TOKENS:
        return False
    return _Differences.between(a, b).tell_apart()


@dataclass(slots=True)
class _Differences:
    """How often each kind of thing was put for another of its kind, and how much was kept."""

    capitals: str = "names"  # what capitals mark: names, nouns, or nothing
    names: int = 0  # slots
    repeats: int = 0  # slots in which words are replaced as in another slot
    others: int = 0  # slots with words that only one text has, once
    heads: int = 0  # of them, those in which both begin a sentence or a line
    numbers: int = 0
    dates: int = 0
    years: int = 0
    rewordings: int = 0  # slots with anything else
    insertions: int = 0  # gaps with something on one side alone, or much on both
    swapped_names: set[str] = field(default_factory=set)
    kept_names: int = 0
    kept_numbers: int = 0
    kept_years: int = 0

    @staticmethod
    def between(a: Sequence[Token], b: Sequence[Token]) -> "_Differences":
        """Lay two texts side by side and count."""
        laid = lay_side_by_side(a, b)
        found = _Differences(capitals=_what_capitals_mark(a))
        texts = _Text(a), _Text(b)
        cores: Counter[tuple[str, str]] = Counter()
        for gap in laid.gaps:
            if not gap.is_slot:
                long = min(len(gap.first), len(gap.second)) > 0
                found.insertions += 2 if long else 1
            elif not found._count_slot(gap, texts):
                cores[_core(gap.first), _core(gap.second)] += 1
        if not found.names + found.numbers + found.dates and max(cores.values(), default=0) < 2:
            return found
        for (ours, theirs), times in cores.items():
            if not _is_exchange(ours, theirs, texts):
                found.rewordings += times
            elif times > 1:
                found.repeats += times
            else:
                found.others += 1
        found.kept_names = len({token.key for token in laid.kept if token.kind == "name"})
        found.kept_numbers = sum(1 for _ in runs_of(laid.kept, _NUMBERS))
        found.kept_years = sum(token.kind == "year" for token in laid.kept)
        return found

    def _count_slot(self, gap: Gap, texts: "tuple[_Text, _Text]") -> bool:
        """Count what counts in a slot; say whether there was anything."""
        before = self.names + self.numbers + self.dates
        if self.capitals != "nothing":
            ours, theirs = (
                [t.key for t in side if text.is_name(t) and t.key not in other.keys]
                for side, text, other in (
                    (gap.first, texts[0], texts[1]),
                    (gap.second, texts[1], texts[0]),
                )
            )
            if ours and theirs and not _are_twins(ours, theirs):
                self.names += 1
                self.swapped_names.update(ours)
        for numbers_of in (_digits, _number_words):
            mine, its = numbers_of(gap.first), numbers_of(gap.second)
            self.numbers += bool(mine and its and mine != its)
        if _differ(gap, "year"):
            self.years += 1
        self.dates += _differ(gap, "date")
        if self.names + self.numbers + self.dates == before:
            self.heads += _begin_something(gap.first) and _begin_something(gap.second)
            return False
        return True

    def tell_apart(self) -> bool:
        """Say whether the texts are about different things."""
        counted = self.names + self.numbers + self.dates
        number_share = _share(self.numbers, self.kept_numbers)
        name_share = _share(len(self.swapped_names), self.kept_names)
        edits = self.insertions + self.rewordings
        if self.capitals == "names":
            edits += max(self.others - self.heads, 0)
        if not counted + self.repeats or edits > counted + self.repeats:
            return False
        if self.years and not self.kept_years and not self.insertions and edits <= 2 * self.years:
            return True  # the same of another year
        if self.numbers >= 4 and number_share >= 0.75 and edits <= 1:
            return True
        if self.dates and self.numbers >= 2 and number_share >= 0.6 and edits <= 1:
            return True  # the same of another day
        if self.dates and self.numbers and number_share >= 0.9 and not edits + self.others:
            return True
        if self.numbers >= 3 and number_share >= 0.9 and not edits:
            few = self.kept_names < self.numbers and self.capitals == "names"
            if few and not self.others:
                return True  # nothing is told but numbers
        if self.capitals == "nothing":
            return self._tell_apart_without_names(number_share)
        if self.capitals == "nouns":
            name_share = 0.2 if number_share >= 0.6 and self.numbers else 0.0
        if self.names and counted + self.heads >= 3 and name_share >= 0.2:
            return True
        if self.heads and self.numbers >= 2 and number_share >= 0.6 and not self.insertions:
            return True  # a name after a colon
        if self.names >= 2 and name_share >= 0.5 and not edits:
            return True
        if self.names and self.dates and name_share >= 0.5 and not edits + self.others:
            return True
        return bool(
            self.names
            and self.numbers
            and not self.insertions
            and name_share >= 0.5
            and number_share >= 0.6
        )

    def _tell_apart_without_names(self, number_share: float) -> bool:
        """As ``tell_apart``, where names look like other words."""
        exchanged = self.repeats + self.others
        if 3 * self.insertions > exchanged + self.numbers:
            return self.repeats >= 2 and self.numbers >= 2 and number_share >= 0.6
        if self.repeats and self.numbers and number_share >= 0.5:
            return True
        if exchanged and self.numbers >= 3 and number_share >= 0.5 and not self.insertions:
            return True  # beside rewordings, at most as many as what counts
        if exchanged and self.numbers and number_share >= 0.6 and exchanged + self.numbers >= 3:
            return True
        return self.repeats >= 2 and exchanged >= 4 and not self.rewordings


class _Text:
    """What a text has anywhere."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self.keys = frozenset([token.key for token in tokens])
        self._names = frozenset([token.key for token in tokens if token.kind == "name"])

    @cached_property
    def words(self) -> str:
        """All words, as ``_core`` writes them."""
        return _core(self._tokens)

    def is_name(self, token: Token) -> bool:
        """Say whether a token is a name here: what begins a sentence must be one elsewhere too."""
        return token.kind == "name" or (token.kind == "initial" and token.key in self._names)


def _what_capitals_mark(tokens: Sequence[Token]) -> str:
    kinds = Counter([token.kind for token in tokens])
    capitals, small = kinds["name"], kinds["word"]
    has_case = capitals + kinds["initial"] > 0
    if not has_case or kinds["letter"] > capitals + small or not capitals + small:
        return "nothing"
    share = capitals / (capitals + small)
    return "nothing" if share > _HEADLINES else "nouns" if share > _NOUNS else "names"


def _core(tokens: Sequence[Token]) -> str:
    """Return the words among ``tokens``, parted by spaces where their script parts them."""
    parts = []
    for token in tokens:
        if token.kind == "letter":
            parts.append(token.key)
        elif token.kind in _WORDS:
            parts.append(f" {token.key} ")
    return " ".join("".join(parts).split())


def _is_exchange(ours: str, theirs: str, texts: tuple[_Text, _Text]) -> bool:
    """Say whether something was put for something that has nothing to do with it.

    Neither text has what the other has there.
    """
    if len(ours) < 2 or len(theirs) < 2 or _has_hiragana(ours) or _has_hiragana(theirs):
        return False
    return (
        ours not in texts[1].words and theirs not in texts[0].words and ratio(ours, theirs) < _TWINS
    )


def _has_hiragana(text: str) -> bool:
    return any("\u3041" <= char <= "\u309f" for char in text)


def _are_twins(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Say whether two names are one: in two spellings, or one in its initials."""
    if ratio("".join(ours), "".join(theirs)) >= _TWINS:
        return True
    short, long = sorted((ours, theirs), key=len)
    return len(short) == 1 < len(long) and short[0] == "".join(word[0] for word in long)


def _digits(side: Sequence[Token]) -> list[str]:
    return [token.key for token in side if token.kind in ("number", "year")]


def _number_words(side: Sequence[Token]) -> list[str]:
    """Return the numbers in words: Han numerals too, where they are all that stands there."""
    if all(token.key in HAN_NUMERALS for token in side):
        return [token.key for token in side]
    return [token.key for token in side if token.kind == "word_number"]


def _begin_something(side: Sequence[Token]) -> bool:
    return all(token.kind in ("initial", "name") for token in side)


def _differ(gap: Gap, kind: str) -> bool:
    mine, its = ([t.key for t in side if t.kind == kind] for side in (gap.first, gap.second))
    return bool(mine and its and mine != its)


def _share(swapped: int, kept: int) -> float:
    return swapped / (swapped + kept) if swapped else 0.0
