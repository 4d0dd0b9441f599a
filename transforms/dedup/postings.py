"""Who stands under which band key, in arrays that grow: an inverted index for one pass."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from transforms.dedup.candidates import DIVISIONS, crowd_key
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

    A slot is the place of a key among the sorted keys that at least two articles have.
    """

    def __init__(self, keys: Hashes, crowd: int) -> None:
        self._keys = keys
        self._crowd = crowd
        self._last = np.full(len(keys), -1, np.int32)  # entry of the latest article at a slot
        self._count = np.zeros(len(keys), np.int32)
        self._article = np.empty(1024, np.int32)  # of each entry
        self._before = np.empty(1024, np.int32)  # the entry before it at the same slot, or -1
        self._size = 0
        self._crowds: dict[int, list[int]] = {}

    def add(self, article: int, slots: NDArray[np.int64], anchors: Hashes) -> None:
        """Enter ``article`` at ``slots``, or where they are crowded in the divided crowd."""
        crowded = self._count[slots] >= self._crowd
        for slot in slots[crowded].tolist():
            for members in self._divided(slot, anchors):
                if len(members) < self._crowd:
                    members.append(article)
                    break
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

    def find(self, slots: NDArray[np.int64], anchors: Hashes) -> tuple[list[int], int]:
        """Return the articles at ``slots``, ascending, each once, and how many crowds were full."""
        parts = []
        entries = self._last[slots]
        entries = entries[entries >= 0]
        while len(entries):
            parts.append(self._article[entries])
            entries = self._before[entries]
            entries = entries[entries >= 0]
        full = 0
        for slot in slots[self._count[slots] >= self._crowd].tolist():
            for members in self._divided(slot, anchors):
                parts.append(np.array(members, np.int32))
                if len(members) < self._crowd:
                    break
            else:
                full += 1
        return (np.unique(np.concatenate(parts)).tolist() if parts else []), full

    def _divided(self, slot: int, anchors: Hashes) -> Iterator[list[int]]:
        """Yield the parts of a crowd where an article belongs, each in case the last is full."""
        key = int(self._keys[slot])
        for _ in range(DIVISIONS):
            key = crowd_key(key, anchors)
            yield self._crowds.setdefault(key, [])
