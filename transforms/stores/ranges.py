"""Read an object of any size in ranges, as a file; it is never whole in memory."""

import io

import obstore
from obstore.store import ObjectStore

from newsbeam.transforms.stores.objects import ask

#: What is asked for at once, so that a file read from one end to the other is few requests.
BLOCK_BYTES = 4 << 20


class RangeReader(io.RawIOBase):
    """An object that stays as it is while it is read; ``size`` is that of the whole of it.

    Reading raises ``DatasetError``, or ``FileNotFoundError`` if the object is gone.
    """

    def __init__(self, store: ObjectStore, url: str, path: str, size: int) -> None:
        self._store, self._url, self._path, self._size = store, url, path, size
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, which may be behind the end."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        """Fill ``buffer`` by one request, as far as there is something."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        start, end = self._at, min(self._at + len(view), self._size)
        if start >= end:
            return 0
        data = ask(
            self._url,
            self._path,
            "read",
            lambda: obstore.get_range(self._store, self._path, start=start, end=end),
        )
        view[: len(data)] = memoryview(data)
        self._at += len(data)
        return len(data)


def open_buffered(reader: RangeReader, block: int) -> io.BufferedReader:
    """Return a file over an object, of which at least ``block`` bytes are asked for at once."""
    return io.BufferedReader(reader, max(block, 1))
