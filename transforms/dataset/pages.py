"""The files of ``pages/``: bytes of pages, kept so that they can be extracted again.

A file is a row of pages (see ``page_records``), so files are joined by putting one behind another,
and a page is taken out by leaving its bytes out. Files are written, committed, replaced and swept
like all others of a dataset.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.own_steps import take_steps
from newsbeam.transforms.core.records import Article, Page, Reject
from newsbeam.transforms.dataset.forgotten import Forgotten
from newsbeam.transforms.dataset.layout import PAGES
from newsbeam.transforms.dataset.log import places_of
from newsbeam.transforms.dataset.page_records import KeptPage, Readable, pack_page, read_known
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.writer import StagedFile, stage_file

#: How large a file becomes in a pass before the next one is begun: it is in memory until then.
_FILE_BYTES = 16 << 20


@dataclass
class PageKeeper:
    """Writes pages to staging as they are extracted, where they are. ``which``: as ``keep.bytes``.

    What a bundle has written that is done again is named by no commit and swept with the unit.
    """

    root: str
    unit: str
    which: str
    find_forgotten: Callable[[], Forgotten]
    steps: Sequence[str] = ()  # of the user's own, before rows are judged
    _packed: list[bytes] = field(default_factory=list)
    _size: int = 0
    _staged: list[StagedFile] = field(default_factory=list)

    def offer(self, page: Page, outcome: Article | Reject) -> None:
        """Keep ``page`` if pages of such an outcome are kept. Raises ``DatasetError``."""
        if self.which == "none" or (self.which == "rejected" and isinstance(outcome, Article)):
            return
        if self._is_forgotten(page, outcome):
            return  # its article is not written either
        packed = pack_page(page)
        if self._size + len(packed) > _FILE_BYTES:
            self._write()
        self._packed.append(packed)
        self._size += len(packed)

    def _is_forgotten(self, page: Page, outcome: Article | Reject) -> bool:
        forgotten = self.find_forgotten()
        if not forgotten:
            return False
        if isinstance(outcome, Article):
            outcome = take_steps(outcome, self.steps)
        return forgotten.has_page_of(page.entry) or forgotten.has_outcome(outcome)

    def finish(self) -> list[StagedFile]:
        """Return the files of all pages that were kept. Raises ``DatasetError``."""
        self._write()
        staged, self._staged = self._staged, []
        return staged

    def _write(self) -> None:
        if self._packed:
            data, rows = b"".join(self._packed), len(self._packed)
            self._packed, self._size = [], 0
            self._staged.append(write_pages(open_storage(self.root), self.unit, data, rows))


def write_pages(storage: Storage, unit: str, data: bytes, rows: int) -> StagedFile:
    """Write the pages in ``data``, ``rows`` of them, to staging. Raises ``DatasetError``."""
    return stage_file(storage, unit, PAGES, "", data, rows)


def scan_pages(storage: Storage, file: StagedFile) -> Iterator[KeptPage]:
    """Yield what is known of each page in a committed file. Raises ``DatasetError``."""
    with open_pages(storage, file) as opened:
        place = 0
        while place < file.bytes:
            kept = read_known(opened, place)
            yield kept
            place = kept.end
        if place != file.bytes:
            raise DatasetError("its last page is cut off")


@contextmanager
def open_pages(storage: Storage, file: StagedFile) -> Iterator[Readable]:
    """Open a committed file; what cannot be read of it becomes a ``DatasetError`` that names it."""
    opened = _open(storage, file)
    try:
        with opened:
            yield opened
    except DatasetError as error:
        raise DatasetError(f"{file.path} is damaged: {error}.") from error


def _open(storage: Storage, file: StagedFile) -> Any:
    for path in places_of(file):
        try:
            return storage.open(path)
        except FileNotFoundError:
            continue
    raise DatasetError(f"{file.path} is missing though it was committed.")


def join_pages(storage: Storage, unit: str, files: Sequence[StagedFile]) -> StagedFile:
    """Write the pages of several files as one, to staging."""
    data = b"".join(_read(storage, file) for file in files)
    return write_pages(storage, unit, data, sum(file.rows for file in files))


def drop_pages(
    storage: Storage, unit: str, file: StagedFile, goes: Callable[[KeptPage], bool]
) -> tuple[int, StagedFile | None]:
    """Return how many pages of a file go, and it without them.

    The file is None if no page is left, or all are.
    """
    pages = list(scan_pages(storage, file))
    left = [kept for kept in pages if not goes(kept)]
    gone = len(pages) - len(left)
    if not gone or not left:
        return gone, None
    data = memoryview(_read(storage, file))
    return gone, write_pages(
        storage, unit, b"".join(data[kept.start : kept.end] for kept in left), len(left)
    )


def _read(storage: Storage, file: StagedFile) -> bytes:
    with _open(storage, file) as opened:
        return bytes(opened.read())
