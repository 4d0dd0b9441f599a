"""What was read or written lately, kept in memory: for objects that never change."""

import threading
from collections import OrderedDict

import pyarrow as pa


class Kept:
    """Bytes by name, those used last; may be used by several threads."""

    def __init__(self, room: int, largest: int) -> None:
        self.largest = largest
        self._room = room
        self._data: OrderedDict[str, pa.Buffer] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> pa.Buffer | None:
        """Return the bytes, or None."""
        with self._lock:
            data = self._data.get(name)
            if data is not None:
                self._data.move_to_end(name)
            return data

    def put(self, name: str, data: pa.Buffer) -> None:
        """Keep ``data``, unless it is larger than what is kept."""
        if data.size > self.largest:
            return
        with self._lock:
            self._drop(name)
            self._data[name] = data
            self._room -= data.size
            while self._room < 0:
                self._drop(next(iter(self._data)))

    def drop(self, name: str) -> None:
        """Forget a name and its size."""
        with self._lock:
            self._drop(name)
            self._sizes.pop(name, None)

    def _drop(self, name: str) -> None:
        data = self._data.pop(name, None)
        if data is not None:
            self._room += data.size

    def size(self, name: str) -> int | None:
        """Return the size that was put in, or that of the bytes."""
        data = self._data.get(name)
        return data.size if data is not None else self._sizes.get(name)

    def put_size(self, name: str, size: int) -> None:
        """Keep the size alone."""
        with self._lock:
            self._sizes[name] = size
