"""What an audit finds in kept pages: each can be read, and is of an input that has an outcome.

So bytes of what was forgotten, whose rows are gone, are found.
"""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dataset.layout import PAGES
from newsbeam.transforms.dataset.pages import scan_pages
from newsbeam.transforms.dataset.spill import Spill
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.writer import StagedFile

_SCHEMA = pa.schema([("key", pa.string()), ("file", pa.int32())])  # null: of the index


class PageAudit:
    """Takes in pages and the inputs in the index, and judges them in the end."""

    def __init__(self, state: State) -> None:
        self._storage = state.storage
        self._has_pages = bool(state.files(PAGES))
        self._spill = Spill(_SCHEMA, "key")
        self._paths: list[str] = []

    def close(self) -> None:
        """Remove what was kept on the disk."""
        self._spill.__exit__(None, None, None)

    def add(self, file: StagedFile) -> Iterator[str]:
        """Take in the pages of a file; yield a sentence if it does not hold what it is to hold."""
        try:
            keys = [kept.entry_id for kept in scan_pages(self._storage, file)]
        except DatasetError as error:
            yield str(error)
            return
        if len(keys) != file.rows:
            yield f"{file.path} has {len(keys)} pages, its commit says {file.rows}."
        self._paths.append(file.path)
        places = pa.array([len(self._paths) - 1] * len(keys), pa.int32())
        self._spill.add(pa.table({"key": pa.array(keys, pa.string()), "file": places}))

    def watch(self, file: StagedFile, groups: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Yield the rows of a file, and take in the inputs in them if it is of the index."""
        for rows in groups:
            if self._has_pages and file.table == "index":
                self._spill.add(pa.table({"key": rows["entry_id"].unique()}))
            yield rows

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each file with pages that no row of the index is about."""
        counts: dict[str, int] = {}
        for rows in self._spill.parts():
            known = rows.filter(pc.is_null(rows["file"]))["key"].combine_chunks()
            lost = rows.filter(pc.invert(pc.is_in(rows["key"], value_set=known)))
            for place in lost["file"].to_pylist():
                counts[self._paths[place]] = counts.get(self._paths[place], 0) + 1
        for path, count in sorted(counts.items()):
            yield f"{path}: {count} pages are of inputs that have no outcome."
