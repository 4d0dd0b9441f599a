"""What follows from files that this process has written lately: their rows of the index.

Whoever commits files of its own need not open them again, read their texts, and sign them.
"""

import threading
from collections.abc import Iterable

import pyarrow as pa

#: Those of more rows than a pass has; some 40 MB.
_MOST = 50_000


class Lately:
    """Rows of the index of files, at most about ``most``, those of the latest files."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()  # guards what follows
        self._files: dict[str, pa.Table] = {}
        self._count = 0

    def keep(self, staged: str, rows: pa.Table) -> None:
        """Keep the rows of the index that follow from a staged file."""
        with self._lock:
            self._files[staged] = rows
            self._count += rows.num_rows
            while self._count > self._most and len(self._files) > 1:
                self._drop(next(iter(self._files)))

    def find(self, staged: str) -> pa.Table | None:
        """Return the rows of the index of a staged file, None if they are not here."""
        with self._lock:
            return self._files.get(staged)

    def drop(self, staged: Iterable[str]) -> None:
        """Keep nothing of these files any more: they are committed."""
        with self._lock:
            for name in staged:
                self._drop(name)

    def _drop(self, staged: str) -> None:
        rows = self._files.pop(staged, None)
        self._count -= 0 if rows is None else rows.num_rows


#: What this process has written.
LATELY = Lately()
