"""Who stands under which band key, in arrays that grow: an inverted index for one pass."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.dedup.candidates import DIVISIONS, crowd_key, divide_crowd
from transforms.dedup.shingles import Hashes


def drop_repeats(ordered: Hashes) -> Hashes:
    """Return the ascending values ``ordered``, each once."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def find_slots(ordered: Hashes, keys: Hashes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each of ``keys`` stands in the ascending ``ordered``, and whether it does."""
    if not len(ordered):
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    slots = np.searchsorted(ordered, keys)
    slots[slots == len(ordered)] = 0
    return slots, ordered[slots] == keys


class Postings:
    """Articles by the slots of their keys: for each slot a linked list, all held in four arrays.

    A slot is the place of a key among the sorted keys that at least two articles have. Where a
    list reaches the size of a crowd, it is divided by further keys (``candidates.crowd_key``).
    """

    def __init__(self, keys: Hashes, crowd: int) -> None:
        self._keys = keys
        self._crowd = crowd
        self._anchors: list[Hashes] = []  # of each article
        self._last = np.full(len(keys), -1, np.int32)  # entry of the latest article at a slot
        self._count = np.zeros(len(keys), np.int32)  # articles at a slot, up to a crowd
        self._article = np.empty(1024, np.int32)  # of each entry
        self._before = np.empty(1024, np.int32)  # the entry before it at the same slot, or -1
        self._size = 0
        self._parts: dict[int, list[int] | None] = {}  # by further key; None where divided again

    def load(
        self, slots: NDArray[np.int64], articles: NDArray[np.int64], anchors: Sequence[Hashes]
    ) -> None:
        """Enter many articles into empty postings: for each entry its slot and its article."""
        self._anchors = list(anchors)
        order = np.argsort(slots, kind="stable")
        slots = slots[order]
        again = np.flatnonzero(slots[1:] == slots[:-1])
        self._article = articles[order].astype(np.int32)
        self._before = np.full(len(slots), -1, np.int32)
        self._before[again + 1] = again
        self._size = len(slots)
        ends = np.flatnonzero(np.append(slots[1:] != slots[:-1], True)[: len(slots)])
        self._last[slots[ends]] = ends
        counts = np.diff(ends, prepend=-1)
        self._count[slots[ends]] = counts
        for end, count in zip(ends.tolist(), counts.tolist(), strict=True):
            if count >= self._crowd:
                self._divide(int(slots[end]), self._article[end - count + 1 : end + 1].tolist())

    def add(self, slots: NDArray[np.int64], anchors: Hashes) -> None:
        """Enter the next article, which has these anchors, at ``slots``."""
        article = len(self._anchors)
        self._anchors.append(anchors)
        crowded = self._count[slots] >= self._crowd
        for slot in slots[crowded].tolist():
            self._file(int(self._keys[slot]), article)
        slots = slots[~crowded]
        start, stop = self._size, self._size + len(slots)
        if stop > len(self._article):
            self._article = np.resize(self._article, 2 * stop)
            self._before = np.resize(self._before, 2 * stop)
        self._article[start:stop] = article
        self._before[start:stop] = self._last[slots]
        self._last[slots] = np.arange(start, stop)
        self._count[slots] += 1
        self._size = stop
        for slot in slots[self._count[slots] == self._crowd].tolist():
            self._divide(slot, self._listed(np.array([slot]))[::-1])

    def find(self, slots: NDArray[np.int64], anchors: Hashes) -> tuple[list[int], int]:
        """Return the articles at ``slots``, ascending, and how many parts of crowds were full."""
        found = self._listed(slots)
        full = 0
        for slot in slots[self._count[slots] >= self._crowd].tolist():
            key = crowd_key(int(self._keys[slot]), anchors)
            while (members := self._parts.get(key, [])) is None:
                key = crowd_key(key, anchors)
            full += len(members) >= self._crowd
            found += members
        return sorted(set(found)), full

    def _listed(self, slots: NDArray[np.int64]) -> list[int]:
        """Return the articles in the linked lists of ``slots``; some may come more than once."""
        parts = []
        entries = self._last[slots]
        entries = entries[entries >= 0]
        while len(entries):
            parts.append(self._article[entries])
            entries = self._before[entries]
            entries = entries[entries >= 0]
        return np.concatenate(parts).tolist() if parts else []

    def _divide(self, slot: int, members: list[int]) -> None:
        """Turn the list of a slot, the oldest article first, into parts."""
        self._last[slot] = -1
        self._part(int(self._keys[slot]), members, 1)

    def _part(self, key: int, members: list[int], division: int) -> None:
        """File the crowd of ``key`` in parts, and parts that are still crowds in further ones."""
        anchors = [self._anchors[member] for member in members]
        for further, part in divide_crowd(key, members, anchors).items():
            if len(part) > self._crowd and division < DIVISIONS:
                self._parts[further] = None
                self._part(further, part, division + 1)
            else:
                self._parts[further] = part[: self._crowd]

    def _file(self, key: int, article: int, division: int = 1) -> None:
        """Enter ``article`` in its part of the crowd of ``key``."""
        key = crowd_key(key, self._anchors[article])
        members = self._parts.setdefault(key, [])
        if members is None:
            self._file(key, article, division + 1)
        elif len(members) < self._crowd:
            members.append(article)
        elif division < DIVISIONS:
            self._parts[key] = None
            self._part(key, [*members, article], division + 1)
