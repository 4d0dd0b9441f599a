"""The pairs of articles that meet under their keys, kept in proportion to the number of articles.

Some keys are shared by very many articles: a block of boilerplate, a template, a story that all
the world prints. Each member of such a crowd is paired with its first members, since a story that
makes a crowd is the one that was written first; and the crowd is divided by a further key, a
MinHash of the article's anchors drawn anew for each crowd, on which near copies agree about as
often as they share shingles; and again where that is still a crowd. Two copies are lost only if
they differ in the further keys of every crowd in which they meet, and meet nowhere else.

What comes of a key depends on its own members alone, so it is the same however the keys are
divided among workers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.dedup.shingles import Hashes, mix
from newsbeam.transforms.dedup.signatures import SignatureBlock

#: How often a crowd is divided, at most; one time may leave most of it together.
DIVISIONS = 12

#: Members of a crowd, written first, that each further member is paired with.
FIRST = 2

# Bounds memory, changes no result: pairs, and anchors, that are looked at in one piece.
_PAIRS = 1 << 22
_WORDS = 1 << 22

#: Pairs are coded as one number: the later article above the earlier one.
Pairs = NDArray[np.uint64]
LATER = np.uint64(32)
EARLIER = np.uint64((1 << 32) - 1)


@dataclass(frozen=True, slots=True)
class Groups:
    """Articles by the key under which they meet; those of one group ascend."""

    keys: Hashes  # of each entry; equal ones stand together
    members: NDArray[np.int64]  # of each entry: an article by its place in writing order
    starts: NDArray[np.int64]  # where each group begins

    @staticmethod
    def of(keys: Hashes, members: NDArray[np.int64], crowd: NDArray[np.int64]) -> "Groups":
        """Return the entries grouped by ``crowd`` and key, each article once in a group.

        Articles must ascend where keys and crowds are the same.
        """
        order = np.lexsort((keys, crowd)) if len(crowd) else np.argsort(keys, kind="stable")
        keys, members = keys[order], members[order]
        new_key = np.ones(len(keys), np.bool_)
        np.not_equal(keys[1:], keys[:-1], out=new_key[1:])
        if len(crowd):
            crowd = crowd[order]
            new_key[1:] |= crowd[1:] != crowd[:-1]
        fresh = new_key.copy()
        fresh[1:] |= members[1:] != members[:-1]
        return Groups(keys[fresh], members[fresh], np.flatnonzero(new_key[fresh]))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """The number of entries of each group."""
        return np.diff(self.starts, append=len(self.members))

    def select(self, wanted: NDArray[np.bool_]) -> "Groups":
        """Return some of the groups."""
        sizes = self.sizes
        entries = np.repeat(wanted, sizes)
        ends = np.cumsum(sizes[wanted])
        return Groups(self.keys[entries], self.members[entries], ends - sizes[wanted])

    def pairs(self, new_from: int, most: int) -> Iterator[Pairs]:
        """Yield the pairs of each member from ``new_from`` on with the first ``most`` before it."""
        firsts = np.repeat(self.starts, self.sizes)
        counts = np.minimum(np.arange(len(self.members)) - firsts, most)
        counts[self.members < new_from] = 0
        totals = np.cumsum(counts)
        begin = 0
        while begin < len(counts):
            done = int(totals[begin - 1]) if begin else 0
            stop = max(int(np.searchsorted(totals, done + _PAIRS, side="right")), begin + 1)
            some = counts[begin:stop]
            ahead = np.arange(int(some.sum())) - np.repeat(totals[begin:stop] - some - done, some)
            later = np.repeat(self.members[begin:stop], some).astype(np.uint64)
            earlier = self.members[np.repeat(firsts[begin:stop], some) + ahead]
            yield later << LATER | earlier.astype(np.uint64)
            begin = stop


@dataclass(frozen=True, slots=True)
class Meetings:
    """The pairs of all groups, each once, ascending."""

    pairs: Pairs
    left_out: int  # pairs that were not made: crowds that nothing divides


def pair_up(groups: Groups, new_from: int, block: SignatureBlock, crowd: int) -> Meetings:
    """Return the pairs of articles that meet in ``groups``, of which the later is a new one.

    Articles are numbered as in ``block``, the new ones from ``new_from`` on.
    """
    sizes = groups.sizes
    found = list(groups.select(sizes <= crowd).pairs(new_from, crowd))
    groups = groups.select(sizes > crowd)
    for _ in range(DIVISIONS):
        if not len(groups.starts):
            break
        found += groups.pairs(new_from, FIRST)
        numbers = np.repeat(np.arange(len(groups.starts)), groups.sizes)
        parts = Groups.of(_further_keys(groups, block), groups.members, numbers)
        sizes = parts.sizes
        last = parts.members[parts.starts + sizes - 1]
        parts = parts.select((sizes > 1) & (last >= new_from))
        sizes = parts.sizes
        found += parts.select(sizes <= crowd).pairs(new_from, crowd)
        groups = parts.select(sizes > crowd)
    found += groups.pairs(new_from, crowd)
    sizes = groups.sizes
    return Meetings(
        pairs=drop_repeats(np.sort(np.concatenate([np.empty(0, np.uint64), *found]))),
        left_out=int(((sizes - crowd) * (sizes - crowd - 1) // 2).sum()),
    )


def _further_keys(groups: Groups, block: SignatureBlock) -> Hashes:
    """Return the further key of each entry: the least of its anchors, scrambled by its key."""
    further = np.empty(len(groups.members), np.uint64)
    sizes = block.offsets[groups.members + 1] - block.offsets[groups.members] - 1
    ends = np.cumsum(sizes)
    begin = 0
    while begin < len(sizes):
        done = int(ends[begin - 1]) if begin else 0
        stop = max(int(np.searchsorted(ends, done + _WORDS, side="right")), begin + 1)
        anchors, starts = gather_anchors(block, groups.members[begin:stop])
        keys = np.repeat(groups.keys[begin:stop], sizes[begin:stop])
        further[begin:stop] = np.minimum.reduceat(mix(anchors ^ keys), starts)
        begin = stop
    return further


def gather_anchors(
    block: SignatureBlock, articles: NDArray[np.int64]
) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the anchors of ``articles`` one after the other, and where those of each begin."""
    first = block.offsets[articles] + 1
    sizes = block.offsets[articles + 1] - first
    starts = np.cumsum(sizes) - sizes
    return block.words[np.repeat(first - starts, sizes) + np.arange(int(sizes.sum()))], starts


def drop_repeats(ordered: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the ascending values ``ordered``, each once."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
