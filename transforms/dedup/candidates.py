"""Which articles are worth comparing: those that share a band key.

A band is two anchors that follow each other in the text. One alone is often a common phrase; two
that are neighbours in both texts are a shared passage. The keys of a text are those at its own
level and at coarser ones, so that a short copy meets the long text that it was cut from. With one
``GroupByKey`` on the key, or an index partitioned by it, all candidates of an article are found.

Some keys are shared by very many articles: a block of boilerplate, a template. Such a crowd is
divided by a further key, a MinHash of the article's anchors drawn anew for each crowd, on which
near copies agree about as often as they share shingles; and again where that is still a crowd. The
work stays in proportion to the size of the crowd. Two copies are lost only if they differ in the
further keys of every crowd in which they meet, and meet nowhere else; what was not looked at is
counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from transforms.core.settings import DuplicateSettings
from transforms.dedup.shingles import Hashes, mix
from transforms.dedup.signatures import (
    Signature,
    SignatureBlock,
    decode_block,
    encode_signature,
    estimate_containment,
)

#: How many coarser levels give keys: a copy may be cut to a 2^COARSER-th of the text.
COARSER = 3

#: How often a crowd is divided, at most; one time may leave most of it together.
DIVISIONS = 12

_BAND_BASE = np.uint64(0xDA942042E4DD58B5)
_SIEVE_BITS = 26


def band_keys(signature: Signature) -> tuple[int, ...]:
    """Return the keys under which the text is found, ascending: about 46; none without tokens."""
    block = decode_block([""], [encode_signature(signature)])
    return tuple(sorted(set(find_band_keys(block)[0].tolist())))


def find_band_keys(block: SignatureBlock) -> tuple[Hashes, NDArray[np.int64]]:
    """Return all band keys of a block, and for each the index of its article, ascending.

    An article comes twice with the same key only if its text repeats itself.
    """
    counts = np.diff(block.offsets) - 1
    owners = np.repeat(np.arange(len(block)), counts)
    levels = block.levels
    anchors = block.anchors
    lone = counts[owners] == 1
    keys, key_owners = [anchors[lone]], [owners[lone]]
    places = 2 * np.arange(len(anchors))  # apart, so that all neighbours are new at first
    for step in range(COARSER + 1):
        if step:
            shift = (levels + step)[owners].astype(np.uint64)
            places = np.flatnonzero((anchors >> (np.uint64(64) - shift)) == 0)
            anchors, owners = anchors[places], owners[places]
        # Neighbours here that are neighbours at the level before have their key already.
        new = (owners[1:] == owners[:-1]) & (places[1:] - places[:-1] > 1)
        keys.append(mix(anchors[:-1] * _BAND_BASE + anchors[1:])[new])
        key_owners.append(owners[1:][new])
    order = np.argsort(all_owners := np.concatenate(key_owners), kind="stable")
    return np.concatenate(keys)[order], all_owners[order]


def make_sieve(anchors: Hashes) -> NDArray[np.bool_]:
    """Return which upper bits are those of one of ``anchors``, for ``choose_meeting``."""
    sieve = np.zeros(1 << _SIEVE_BITS, np.bool_)
    sieve[anchors >> np.uint64(64 - _SIEVE_BITS)] = True
    return sieve


def choose_meeting(block: SignatureBlock, sieve: NDArray[np.bool_]) -> SignatureBlock:
    """Return the articles of ``block`` that may share a band with those of the sieve's anchors.

    Two of an article's anchors, or its only one, must pass the sieve. That takes a tenth of the
    time of making all band keys, and on a large index few articles are left to make them of.
    """
    if not len(block):
        return block
    start = int(block.offsets[0])
    passed = sieve[block.words[start : block.offsets[-1]] >> np.uint64(64 - _SIEVE_BITS)]
    starts = block.offsets[:-1] - start
    passed[starts] = False  # heads are no anchors
    counts = np.add.reduceat(passed, starts, dtype=np.int64)
    return block.take(np.flatnonzero(counts >= np.minimum(np.diff(block.offsets) - 1, 2)))


def crowd_key(key: int, anchors: Hashes) -> int:
    """Return the further key of an article in the crowd of ``key``."""
    return int(mix(anchors ^ np.uint64(key)).min())


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What one band key links."""

    pairs: tuple[tuple[str, str], ...]  # of article ids, the smaller first
    left_out: int  # pairs that were not looked at: crowds within crowds


def link_bucket(
    key: int, members: Iterable[tuple[str, Signature]], settings: DuplicateSettings
) -> Links:
    """Return the pairs of ``members``, all with band key ``key``, that are worth comparing."""
    pairs, left_out = [], 0
    for group in _divide(key, sorted(members, key=lambda member: member[0]), settings.crowd):
        size = min(len(group), settings.crowd)
        left_out += len(group) * (len(group) - 1) // 2 - size * (size - 1) // 2
        for (first, a), (second, b) in combinations(group[:size], 2):
            if first != second and estimate_containment(a, b) >= settings.reject_containment:
                pairs.append((first, second))
    return Links(pairs=tuple(pairs), left_out=left_out)


def _divide(
    key: int, members: Sequence[tuple[str, Signature]], crowd: int, divisions: int = DIVISIONS
) -> Iterator[Sequence[tuple[str, Signature]]]:
    if len(members) <= crowd or not divisions:
        yield members
        return
    parts: dict[int, list[tuple[str, Signature]]] = {}
    for member in members:
        parts.setdefault(crowd_key(key, member[1].anchors), []).append(member)
    for further, part in parts.items():
        yield from _divide(further, part, crowd, divisions - 1)
