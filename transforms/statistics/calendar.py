"""Articles by day and by what they are of, added up while they are read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Days are kept in so many bits, from 3,000 years before 1970 on.
_DAY_BITS = 22
_SHIFT = 1 << (_DAY_BITS - 1)
#: Pairs that are kept before they are added up.
_PENDING = 1 << 20


class DayCounts:
    """How many rows there are of each name and day; memory is that of the pairs that occur."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._places: dict[str, int] = {}
        self._keys = np.empty(0, np.int64)
        self._counts = np.empty(0, np.int64)
        self._pending: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def add(
        self, codes: NDArray[np.integer[Any]], names: Sequence[str], days: NDArray[np.int64]
    ) -> None:
        """Add rows: the number of the name of each, and its day since 1970."""
        places = np.array([self._place(name) for name in names], np.int64)
        keys = (places[codes] << _DAY_BITS) + days + _SHIFT
        self._pending.append(np.unique(keys, return_counts=True))
        if sum(len(some) for some, _ in self._pending) > _PENDING:
            self._add_up()

    def _place(self, name: str) -> int:
        place = self._places.get(name)
        if place is None:
            place = self._places[name] = len(self.names)
            self.names.append(name)
        return place

    def _add_up(self) -> None:
        keys = np.concatenate([self._keys, *(some for some, _ in self._pending)])
        counts = np.concatenate([self._counts, *(some for _, some in self._pending)])
        self._keys, where = np.unique(keys, return_inverse=True)
        self._counts = np.bincount(where, weights=counts, minlength=len(self._keys)).astype(
            np.int64
        )
        self._pending = []

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the number of the name, the day and the count of each pair."""
        self._add_up()
        days = (self._keys & ((1 << _DAY_BITS) - 1)) - _SHIFT
        return self._keys >> _DAY_BITS, days, self._counts

    def by_place(self, places: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """Return counts by name and stretch of time; ``places`` is that of each pair, -1: none."""
        names, _, counts = self.pairs()
        inside = places >= 0
        flat = names[inside] * size + places[inside]
        added = np.bincount(flat, weights=counts[inside], minlength=len(self.names) * size)
        return added.astype(np.int64).reshape(len(self.names), size)
