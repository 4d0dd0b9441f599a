"""Signatures of the articles in files that this process has written lately.

The index has them, and the files that its rows follow from do not: whoever commits files of its own
need not read their texts again, and sign them.
"""

import threading
from collections.abc import Iterable, Mapping

from newsbeam.transforms.core.records import Article

Signatures = Mapping[tuple[str, int], bytes]  # by article and revision, encoded

#: Those of more articles than a pass has; some 25 MB.
_MOST = 50_000


class Lately:
    """Signatures of at most about ``most`` articles, those of the latest files."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()  # guards what follows
        self._files: dict[str, Signatures] = {}
        self._count = 0

    def keep(self, staged: str, articles: Iterable[Article]) -> None:
        """Keep the signatures of the articles in a staged file, if all of them have one."""
        found = {(each.article_id, each.revision): each.signature for each in articles}
        known = {key: signature for key, signature in found.items() if signature is not None}
        if len(known) < len(found):
            return
        with self._lock:
            self._files[staged] = known
            self._count += len(known)
            while self._count > self._most and len(self._files) > 1:
                self._count -= len(self._files.pop(next(iter(self._files))))

    def drop(self, staged: Iterable[str]) -> None:
        """Forget staged files, which are committed: what is left of articles holds memory open."""
        with self._lock:
            for each in staged:
                self._count -= len(self._files.pop(each, ()))

    def find(self, staged: str) -> Signatures | None:
        """Return the signatures of all articles in a staged file, None if they are not here."""
        with self._lock:
            return self._files.get(staged)


#: What this process has written.
LATELY = Lately()
