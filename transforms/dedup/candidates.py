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
from typing import TypeVar

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

Member = TypeVar("Member")

#: How many coarser levels give keys: a copy may be cut to a 2^COARSER-th of the text.
COARSER = 3

#: How often a crowd is divided, at most; one time may leave most of it together.
DIVISIONS = 12

_BAND_BASE = np.uint64(0xDA942042E4DD58B5)
_SIEVE_BITS = 26
_SIEVE_SHIFT = np.uint64(64 - _SIEVE_BITS)


def band_keys(signature: Signature) -> tuple[int, ...]:
    """Return the keys under which the text is found, ascending: about 46; none without tokens."""
    block = decode_block([""], [encode_signature(signature)])
    return tuple(sorted(set(find_band_keys(block)[0].tolist())))


def find_band_keys(
    block: SignatureBlock, sieve: NDArray[np.bool_] | None = None
) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the band keys of a block, and for each the index of its article, ascending.

    With a ``sieve``, only the keys of anchors that pass it: those that the articles it was made
    from may have too. That is several times faster where few do.
    """
    start = int(block.offsets[0])
    heads = block.offsets[:-1] - start
    words = block.words[start : block.offsets[-1]].copy()
    words[heads] = 0  # kept at every level, as a wall between two articles
    passed = np.ones(len(words), np.bool_) if sieve is None else sieve[words >> _SIEVE_SHIFT]
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


def make_sieve(anchors: Hashes) -> NDArray[np.bool_]:
    """Return which upper bits are those of one of ``anchors``, for ``find_band_keys``."""
    sieve = np.zeros(1 << _SIEVE_BITS, np.bool_)
    sieve[anchors >> _SIEVE_SHIFT] = True
    return sieve


def crowd_key(key: int, anchors: Hashes) -> int:
    """Return the further key of an article in the crowd of ``key``."""
    return int(mix(anchors ^ np.uint64(key)).min())


def divide_crowd(
    key: int, members: Sequence[Member], anchors: Sequence[Hashes]
) -> dict[int, list[Member]]:
    """Return the members of the crowd of ``key`` by further key, in the order given."""
    starts = np.cumsum([0, *map(len, anchors[:-1])])
    further = np.minimum.reduceat(mix(np.concatenate(anchors) ^ np.uint64(key)), starts)
    parts: dict[int, list[Member]] = {}
    for part, member in zip(further.tolist(), members, strict=True):
        parts.setdefault(part, []).append(member)
    return parts


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
    parts = divide_crowd(key, members, [signature.anchors for _, signature in members])
    for further, part in parts.items():
        yield from _divide(further, part, crowd, divisions - 1)
