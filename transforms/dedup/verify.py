"""Whether two texts are the same article, told from the texts themselves.

Jaccard and containment of shingles settle most pairs. They cannot tell a copy with every tenth word
changed (Jaccard .45, containment .64) from two articles that share a block of captions, a list of
countries or the same boilerplate (up to .56 and .82). Where the shared runs lie can: in an edited
copy they cover the text and the gaps between them are short in both texts; beside a shared block
stands one long gap. So the shorter text is walked along: *covered* is the share of its tokens
inside shared runs, *aligned* the share when gaps that are short in both texts count too.

Reports made from a template (weather, prices, results) differ by their numbers alone, so texts that
agree otherwise are still two articles when most of their numbers stand in another context; or when
what differs are names, numbers and dates, and hardly anything else (``subjects``).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dedup.shingles import (
    LETTER_WIDTH,
    WORD_WIDTH,
    Hashes,
    Shingles,
    mix,
    shingle,
)
from newsbeam.transforms.dedup.slots import counted_words
from newsbeam.transforms.dedup.subjects import are_of_one_template

# A sorted entry is the upper bits of a shingle's hash and, below, its position in the text: one
# plain sort orders both, and equal shingles by position, whatever sort the machine has.
_POSITION_BITS = np.uint64(24)
_POSITIONS = np.uint64((1 << 24) - 1)

_EDGE = np.zeros(1, np.uint64)  # stands before the first token and after the last
_PAIR_BASE = np.uint64(0xD1342543DE82EF95)

Basis = Literal["jaccard", "containment", "alignment", "numbers", "subject", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of a comparison. All shares are 0 to 1."""

    same: bool
    #: What decided. "numbers" and "subject": the same but for its numbers, or for whom and what it
    #: is about, and so not the same.
    basis: Basis
    similarity: float  # Jaccard of the shingles
    containment: float  # shared shingles over those of the shorter text
    covered: float  # share of the shorter text's tokens in shared runs
    aligned: float  # ... or in gaps between them that are short in both texts


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedText:
    """A text made ready to be compared with many others."""

    text: str
    shingles: Shingles
    values: Hashes  # upper bits of the shingles' hashes, sorted; repeated ones repeat
    positions: NDArray[np.intp]  # where each of them stands in the text
    distinct: int


def prepare_text(text: str) -> PreparedText:
    """Return ``text`` ready to be compared."""
    shingles = shingle(text)
    entries = np.arange(len(shingles.hashes), dtype=np.uint64)
    entries |= shingles.hashes & ~_POSITIONS
    entries.sort()
    values = entries >> _POSITION_BITS
    return PreparedText(
        text=text,
        shingles=shingles,
        values=values,
        positions=(entries & _POSITIONS).astype(np.intp),
        distinct=int(np.count_nonzero(values[1:] != values[:-1])) + 1 if len(values) else 0,
    )


def compare_texts(a: str, b: str, settings: DuplicateSettings) -> Verdict:
    """Tell whether ``a`` and ``b`` are the same article; the order of the two does not matter."""
    return compare_prepared(prepare_text(a), prepare_text(b), settings)


def compare_prepared(a: PreparedText, b: PreparedText, settings: DuplicateSettings) -> Verdict:
    """Tell whether two prepared texts are the same article."""
    short, long = (a, b) if _rank(a) <= _rank(b) else (b, a)
    if short.distinct == 0 or short.shingles.width != long.shingles.width:
        return Verdict(
            same=False, basis="none", similarity=0.0, containment=0.0, covered=0.0, aligned=0.0
        )
    at = np.searchsorted(long.values, short.values)
    at[at == len(long.values)] = 0
    found = long.values[at] == short.values
    values = short.values[found]
    shared = int(np.count_nonzero(values[1:] != values[:-1])) + 1 if len(values) else 0
    similarity = shared / (short.distinct + long.distinct - shared)
    containment = shared / short.distinct
    covered = aligned = 0.0
    basis: Basis = "none"
    if shared and containment >= settings.reject_containment:
        here, there = _shared_positions(short, long, found, at)
        gap = settings.max_gap * short.shingles.width // WORD_WIDTH
        zone = _Zone.over(short, here, there, gap)
        covered, aligned = zone.covered, zone.aligned
        enough = short.distinct >= max(
            settings.min_part_shingles, settings.min_part * long.distinct
        )
        if similarity >= settings.jaccard:
            basis = "jaccard"
        elif enough and containment >= settings.containment:
            basis = "containment"
        elif enough and covered >= settings.covered and aligned >= settings.aligned:
            basis = "alignment"
        if basis != "none" and _numbers_differ(short.shingles, long.shingles, zone, settings):
            basis = "numbers"
        elif (
            basis != "none"
            and _may_differ_in_subject(short.shingles, long.shingles, here, there)
            and are_of_one_template(short.text, long.text)
        ):
            basis = "subject"
    return Verdict(
        same=basis not in ("none", "numbers", "subject"),
        basis=basis,
        similarity=similarity,
        containment=containment,
        covered=covered,
        aligned=aligned,
    )


def _rank(text: PreparedText) -> tuple[int, int, bytes]:
    """Return what tells the shorter of two texts, so that swapping them changes nothing."""
    return text.distinct, len(text.values), text.shingles.tokens.tobytes()


def _shared_positions(
    short: PreparedText, long: PreparedText, found: NDArray[np.bool_], at: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the shared shingles stand in the shorter text, ascending, and in the longer."""
    here, there = short.positions[found], long.positions[at[found]]
    order = np.argsort(here)
    return here[order], there[order]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Zone:
    """The part of the shorter text that goes with the longer one."""

    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    covered: float
    aligned: float

    @staticmethod
    def over(
        short: PreparedText, here: NDArray[np.intp], there: NDArray[np.intp], max_gap: int
    ) -> "_Zone":
        """Return the zone of the shared shingles at ``here`` and ``there``."""
        count = len(short.shingles.tokens)
        width = min(short.shingles.width, count)
        step, step_there = np.diff(here), np.diff(there)
        gap = np.maximum(step - width, 0)
        bridged = (gap <= max_gap) & (step_there > 0) & (step_there <= width + max_gap)
        inside = width + int(np.minimum(step, width).sum())
        cuts = np.flatnonzero(~bridged & (step > width))
        return _Zone(
            starts=here[np.append(0, cuts + 1)],
            ends=here[np.append(cuts, len(here) - 1)] + width,
            covered=inside / count,
            aligned=(inside + int(gap[bridged].sum())) / count,
        )


def _may_differ_in_subject(
    a: Shingles, b: Shingles, here: NDArray[np.intp], there: NDArray[np.intp]
) -> bool:
    """Tell whether names or numbers may stand for others in every second difference.

    Positions and hashes tell that in a tenth of a millisecond, and most copies by it: they are cut,
    and any words are put in, taken out and replaced. Nothing is told of texts without capitals.
    """
    own, theirs = _between(a, here), _between(b, there)
    exchanged = np.flatnonzero((own > 0) & (theirs > 0))
    unbroken = 1 - min(a.width, len(a.tokens))
    same = (own == unbroken) & (theirs == unbroken)
    same[0], same[-1] = own[0] == theirs[0] == 0, own[-1] == theirs[-1] == 0
    differences = len(same) - int(np.count_nonzero(same))
    if 2 * len(exchanged) < differences or not differences:
        return False
    if a.width == LETTER_WIDTH or not (a.capital.any() and b.capital.any()):
        return True
    counted = _count(a, here, own, exchanged) & _count(b, there, theirs, exchanged)
    return bool(2 * np.count_nonzero(counted) >= differences)


def _between(text: Shingles, at: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many tokens stand before, between and after the shared shingles at ``at``.

    Fewer than none, where shingles overlap.
    """
    width = min(text.width, len(text.tokens))
    found = np.empty(len(at) + 1, np.intp)
    found[0] = at[0]
    np.subtract(at[1:], at[:-1] + width, out=found[1:-1])
    found[-1] = len(text.tokens) - at[-1] - width
    return found


def _count(
    text: Shingles, at: NDArray[np.intp], sizes: NDArray[np.intp], gaps: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return which of the ``gaps`` hold a capital, a number or a word of a date."""
    words = _counted_words()
    counts = words.take(words.searchsorted(text.tokens), mode="clip") == text.tokens
    counts |= text.numeric
    counts |= text.capital
    before = np.zeros(len(counts) + 1, np.intp)
    np.cumsum(counts, out=before[1:])
    ends = np.where(gaps < len(at), at.take(gaps, mode="clip"), len(counts))
    return before[ends] > before[ends - sizes[gaps]]


@lru_cache(maxsize=1)
def _counted_words() -> Hashes:
    """Return the hashes of words that are numbers or belong to dates."""
    return np.unique(np.concatenate([shingle(word).tokens for word in sorted(counted_words())]))


def _numbers_differ(a: Shingles, b: Shingles, zone: _Zone, settings: DuplicateSettings) -> bool:
    """Tell whether most numbers of ``a`` in ``zone`` have lost both their neighbours in ``b``."""
    at = np.flatnonzero(a.numeric)
    if len(at) < settings.min_numbers:
        return False
    at = at[zone.ends[np.searchsorted(zone.starts, at, side="right") - 1] > at]
    at = at[at >= zone.starts[0]]
    if len(at) < settings.min_numbers:
        return False
    there = np.flatnonzero(b.numeric)
    after_a, before_a = _with_neighbours(a.tokens, at)
    after_b, before_b = (set(pairs.tolist()) for pairs in _with_neighbours(b.tokens, there))
    carried = sum(
        after in after_b or before in before_b
        for after, before in zip(after_a.tolist(), before_a.tolist(), strict=True)
    )
    return carried < settings.numbers * len(at)


def _with_neighbours(tokens: Hashes, at: NDArray[np.intp]) -> tuple[Hashes, Hashes]:
    """Return a hash of each token at ``at`` with the one after it, and with the one before it."""
    padded = np.concatenate((_EDGE, tokens, _EDGE))
    these, after, before = padded[at + 1], padded[at + 2], padded[at]
    return mix(these * _PAIR_BASE + after), mix(before * _PAIR_BASE + these)
