"""What is needed again once, later, and would be in the way until then: kept in a file."""

import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from newsbeam.transforms.core.errors import DatasetError

#: Where something stands: its first byte, and how many they are.
Place = tuple[int, int]

#: Less than this is not worth a file, which a container may have no folder for.
_FEW_BYTES = 4 << 20


class Spool:
    """A file without a name, which is gone when nobody holds this any more.

    Raises ``DatasetError`` where the folder for temporary files is full, or there is none.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_FEW_BYTES)  # noqa: SIM115 - lives as long as this
        self._size = 0
        weakref.finalize(self, self._file.close)

    def add(self, data: bytes) -> Place:
        """Keep ``data`` and return its place."""
        place = self._size, len(data)
        with _explained():
            self._file.seek(self._size)
            self._size += self._file.write(data)
        return place

    def read(self, place: Place) -> bytes:
        """Return what was kept at a place."""
        start, size = place
        with _explained():
            self._file.seek(start)
            return self._file.read(size)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"Articles cannot be kept in a temporary file until they are written: {error}. Make "
            "room, or name another folder in the environment variable TMPDIR, and run the same "
            "command again."
        ) from error
