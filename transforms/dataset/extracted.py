"""What pages of archives turned into, kept until their pass is committed.

A pass that is killed leaves no commit, and whoever repeats it finds the same pages in the same
archive. So outcomes are written to staging as they come, a few at a time, and a page that comes
again with the same bytes is not extracted again. These files help and are no part of the
protocol: no commit names them, and one that is missing or damaged costs a few extractions.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.records import Article, Page, Poll, Reject
from newsbeam.transforms.dataset.layout import STAGING
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage
from newsbeam.transforms.extraction.options import ExtractOptions

#: Outcomes of a file: one fewer is what a kill costs at most beside the pages that are just being
#: read. A file costs 0.2 ms on a disk, and a request in a bucket.
_ON_DISK, _IN_BUCKET = 2, 64
_SUFFIX = ".outcomes"
_NAME = re.compile(rf"[0-9a-f]{{32}}{re.escape(_SUFFIX)}")
_DIGEST_BYTES = 16
#: Sources, as ``Poll.source_kind`` says, whose pages have a moment of their own.
_ARCHIVES = ("warc", "cdx", "archive")

_Line = tuple[bytes, str, msgspec.Raw]  # what a page is known by, "a" or "r", its outcome

_ENCODER = msgspec.msgpack.Encoder()
_LINES = msgspec.msgpack.Decoder(list[_Line])
_OUTCOMES: dict[str, msgspec.msgpack.Decoder[Any]] = {
    "a": msgspec.msgpack.Decoder(Article),
    "r": msgspec.msgpack.Decoder(Reject),
}


class ExtractedPages:
    """What the pages of one bundle turn into: found again, or kept for whoever repeats the pass.

    Only pages whose moment of capture is known are kept, as it is of records of archives: the rows
    of others say when their pass began. Serves one thread.
    """

    def __init__(self, root: str, options: ExtractOptions, started_at: datetime) -> None:
        self._storage = open_storage(root)
        self._file_pages = _IN_BUCKET if self._storage.folders is None else _ON_DISK
        self._options = repr(options).encode()
        self._started_at = started_at
        self._folder = ""
        self._known: dict[bytes, _Line] | None = {}  # None: not looked for yet
        self._under_way: dict[int, tuple[str, bytes]] = {}  # by the id of the page
        self._fresh: dict[str, list[_Line]] = defaultdict(list)  # by folder

    def begin(self, source_ref: str) -> None:
        """Look for pages among those of this source from now on."""
        self._folder, self._known = _folder_of(source_ref), None

    def find(self, page: Page) -> Article | Reject | None:
        """Return what ``page`` turned into before its pass was killed; None: it must be extracted.

        Raises ``DatasetError``.
        """
        if page.fetched_at == self._started_at:
            return None
        if self._known is None:
            self._known = {line[0]: line for line in _load(self._storage, self._folder)}
        key = self._key_of(page)
        if key in self._known:
            _, kind, outcome = self._known.pop(key)
            found: Article | Reject = _OUTCOMES[kind].decode(outcome)
            return found
        self._under_way[id(page)] = self._folder, key
        return None

    def add(self, page: Page, outcome: Article | Reject) -> None:
        """Keep what a page that was not found has turned into. Raises ``DatasetError``."""
        folder, key = self._under_way.pop(id(page), ("", b""))
        if not folder:
            return
        kind = "r" if isinstance(outcome, Reject) else "a"
        self._fresh[folder].append((key, kind, msgspec.Raw(_ENCODER.encode(outcome))))
        if len(self._fresh[folder]) >= self._file_pages:
            self._write(folder)

    def finish(self) -> None:
        """Write what is not written yet. Raises ``DatasetError``."""
        for folder in list(self._fresh):
            self._write(folder)

    def _write(self, folder: str) -> None:
        lines = _ENCODER.encode(self._fresh.pop(folder))
        self._storage.replace(f"{folder}/{new_name(_SUFFIX)}", _digest(lines) + lines)

    def _key_of(self, page: Page) -> bytes:
        known = _ENCODER.encode((replace(page, body=b""), _digest(page.body)))
        return _digest(self._options + known)


def drop_extracted(root: str, polls: Iterable[Poll]) -> None:
    """Remove what was kept of archives whose reading, told by ``polls``, is committed."""
    storage = open_storage(root)
    for poll in polls:
        if poll.source_kind in _ARCHIVES:
            storage.remove(_folder_of(poll.source_ref))


def _folder_of(source_ref: str) -> str:
    return f"{STAGING}/pages-{digest('extracted', source_ref)}"


def _load(storage: Storage, folder: str) -> Iterable[_Line]:
    for name in storage.names(folder):
        if not _NAME.fullmatch(name):
            continue
        try:
            data = storage.read(f"{folder}/{name}")
        except FileNotFoundError:
            continue  # somebody else has committed these pages
        if _digest(data[_DIGEST_BYTES:]) == data[:_DIGEST_BYTES]:
            yield from _LINES.decode(memoryview(data)[_DIGEST_BYTES:])


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
