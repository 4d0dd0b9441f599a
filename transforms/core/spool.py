"""What is needed again once, later, and would be in the way until then: kept in a file."""

import tempfile
import weakref

#: Where something stands: its first byte, and how many they are.
Place = tuple[int, int]


class Spool:
    """A file without a name, which is gone when nobody holds this any more."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this
        self._size = 0
        weakref.finalize(self, self._file.close)

    def add(self, data: bytes) -> Place:
        """Keep ``data`` and return its place."""
        place = self._size, len(data)
        self._file.seek(self._size)
        self._size += self._file.write(data)
        return place

    def read(self, place: Place) -> bytes:
        """Return what was kept at a place."""
        start, size = place
        self._file.seek(start)
        return self._file.read(size)
