"""Which articles are worth comparing: those that share a band key.

A band is two anchors that follow each other in the text. One alone is often a common phrase; two
that are neighbours in both texts are a shared passage. The keys of a text are those at its own
level and at coarser ones, so that a short copy meets the long text that it was cut from. With one
``GroupByKey`` on the key, or an index partitioned by it, all candidates of an article are found
(``links``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.dedup.shingles import Hashes, mix
from newsbeam.transforms.dedup.signatures import SignatureBlock, decode_block

#: How many coarser levels give keys: a copy may be cut to a 2^COARSER-th of the text.
COARSER = 3

_BAND_BASE = np.uint64(0xDA942042E4DD58B5)
# The coarse table fits a processor's cache; the fine one lets one in 200 of the rest pass by
# chance where the pass has 10,000 articles. Anchors are small: their lower bits are the random.
_COARSE, _FINE = 22, 26
_SHIFT = np.uint64(_COARSE)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Tells which words may be anchors of a pass, by their lower bits."""

    coarse: NDArray[np.bool_]
    fine: NDArray[np.bool_]

    @staticmethod
    def of(anchors: Hashes) -> "Sieve":
        """Return the sieve that lets ``anchors`` pass, and few others."""
        coarse, fine = (np.zeros(1 << bits, np.bool_) for bits in (_COARSE, _FINE))
        coarse[_lower(anchors, _COARSE)] = True
        fine[_lower(anchors >> _SHIFT, _FINE)] = True
        return Sieve(coarse, fine)

    def passes(self, words: Hashes) -> NDArray[np.bool_]:
        """Return which of ``words`` pass."""
        passed = self.coarse.take(_lower(words, _COARSE))
        some = np.flatnonzero(passed)
        passed[some] = self.fine.take(_lower(words[some] >> _SHIFT, _FINE))
        return passed

    def choose(self, block: SignatureBlock) -> NDArray[np.int64]:
        """Return the articles that may share a band key with the pass: two anchors, or their one.

        Both are asked of the block at once: that is several times faster than making keys.
        """
        start = int(block.offsets[0])
        passed = self.passes(block.words[start : block.offsets[-1]])
        heads = block.offsets[:-1] - start
        passed[heads] = False
        counts = np.add.reduceat(passed, heads, dtype=np.int64) if len(block) else heads
        return np.flatnonzero(counts >= np.minimum(np.diff(block.offsets) - 1, 2).clip(min=1))


def _lower(words: Hashes, bits: int) -> NDArray[np.int64]:
    return (words & np.uint64((1 << bits) - 1)).view(np.int64)


def band_keys(signature_bytes: bytes) -> Hashes:
    """Return the keys under which an encoded signature is found: about 46, some perhaps twice."""
    return find_band_keys(decode_block([""], [signature_bytes]))[0]


def find_band_keys(
    block: SignatureBlock, sieve: Sieve | None = None
) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the band keys of a block, and for each the index of its article, ascending.

    With a ``sieve``, only the keys of anchors that pass it: those that the pass may have too.
    """
    start = int(block.offsets[0])
    heads = block.offsets[:-1] - start
    words = block.words[start : block.offsets[-1]].copy()
    words[heads] = 0  # kept at every level, as a wall between two articles
    passed = np.ones(len(words), np.bool_) if sieve is None else sieve.passes(words)
    passed[heads] = False
    sizes = np.diff(block.offsets)
    limits = np.repeat(np.uint64(1) << (63 - block.levels).astype(np.uint64), sizes)
    places = np.arange(len(words))
    lone = heads[sizes == 2] + 1
    lone = lone[passed[lone]]
    keys, at_places = [words[lone]], [lone]
    neighbours = passed[1:] & passed[:-1]
    for step in range(COARSER + 1):
        if step:
            kept = np.flatnonzero(words < limits)
            words, passed, limits = words[kept], passed[kept], limits[kept] >> np.uint64(1)
            places = places[kept]
            # Neighbours that were neighbours at the level before have their key already.
            neighbours = passed[1:] & passed[:-1] & (kept[1:] - kept[:-1] > 1)
        at = np.flatnonzero(neighbours)
        keys.append(mix(words[at] * _BAND_BASE + words[at + 1]))
        at_places.append(places[at])
    where = np.concatenate(at_places)
    order = np.argsort(where, kind="stable")
    owners = np.searchsorted(heads, where[order], side="right") - 1
    return np.concatenate(keys)[order], owners
