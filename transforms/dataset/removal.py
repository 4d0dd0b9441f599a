"""Take rows out of the files of a dataset, so that every ledger balances without them.

What is chosen in articles, duplicates, rejects and the lines of sites goes with the rows of the
index that follow from it, and with the bytes of its pages where they are kept; polls go by what was
forgotten. What a ledger has counted is kept as a tally of what is gone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.forgotten import Forgotten
from newsbeam.transforms.dataset.forgotten_polls import forgotten_sources, without_addresses
from newsbeam.transforms.dataset.keys import write_run
from newsbeam.transforms.dataset.layout import PAGES, split_data_path
from newsbeam.transforms.dataset.log import Mark, Placed, UnitLine, read_data
from newsbeam.transforms.dataset.page_records import KeptPage
from newsbeam.transforms.dataset.pages import drop_pages
from newsbeam.transforms.dataset.projection import (
    COLUMNS,
    POLL,
    entry_ids,
    tally_polls,
    tally_units,
)
from newsbeam.transforms.dataset.replacing import Replacement
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile, write_rows

_OUTCOMES = {"articles": "written", "duplicates": "duplicate", "rejects": "rejected"}


class Choice(Protocol):
    """Says which rows go."""

    @property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """Of each table, the columns that ``mask`` looks at beside those of the index."""

    def begin(self, state: State) -> None:
        """Take the dataset as it is now."""

    def files(self, state: State, table: str) -> Iterable[Placed]:
        """Return the files that may have such rows."""

    def mask(self, table: str, rows: pa.Table) -> NDArray[np.bool_]:
        """Return which of ``rows`` go; of the index, those that follow from no other row."""


class Removal:
    """Makes the files that take the place of those with rows that go.

    Polls do not go by ``choice``, but for what ``forgotten`` names.
    """

    def __init__(
        self,
        storage: Storage,
        unit: str,
        choice: Choice,
        settings: DatasetSettings,
        forgotten: Forgotten | None = None,
    ) -> None:
        self._storage = storage
        self._unit = unit
        self._choice = choice
        self._forgotten = forgotten
        self._settings = settings
        self.counts: dict[str, int] = {}

    def prepare(self, state: State, marks: Sequence[Mark] = ()) -> Replacement:
        """Return what takes the place of what is there; ``marks`` are committed with it."""
        self.counts = defaultdict(int)
        self._new: list[StagedFile] = []
        self._places: list[int] = []
        self._removed: list[str] = []
        self._tallies: dict[tuple[str, str, str], Tally] = {}
        #: What the rows of the index that go are known by.
        self._entries: set[str] = set()
        #: The inputs of all rows that go, whose bytes go too.
        self._inputs: set[str] = set()
        self._choice.begin(state)
        for table in ("articles", "duplicates", "rejects", "boilerplate", "index"):
            for placed in self._choice.files(state, table):
                self._rewrite(table, placed)
        if self._forgotten is not None:
            for placed in state.placed("feeds"):
                self._rewrite_polls(placed, self._forgotten)
        if self._inputs or self._forgotten is not None:
            for placed in state.placed(PAGES):
                self._rewrite_pages(placed)
        lines = [
            UnitLine(unit=unit, kind=kind, reason=reason, count=t.count, digest=f"{t.digest:032x}")
            for (unit, kind, reason), t in sorted(self._tallies.items())
        ]
        return Replacement(
            files=self._new, places=self._places, removed=self._removed, marks=marks, gone=lines
        )

    def _goes(self, table: str, rows: pa.Table) -> NDArray[np.bool_]:
        found = self._choice.mask(table, rows)
        if table == "index":
            entries = pa.array(sorted(self._entries), pa.string())
            found |= pc.is_in(_entry_keys("index", rows), value_set=entries).to_numpy(
                zero_copy_only=False
            )
        return found

    def _rewrite(self, table: str, placed: Placed) -> None:
        columns = {*COLUMNS[table], *self._choice.columns.get(table, ())} - {"text"}
        goes = self._goes(table, read_data(self._storage, placed.file, sorted(columns)))
        if not goes.any():
            return
        rows = widen(table, read_data(self._storage, placed.file))
        going, stays = rows.filter(pa.array(goes)), rows.filter(pa.array(~goes))
        self.counts[table] += going.num_rows
        self._add(tally_units(table, going))
        if table != "boilerplate":
            self._inputs |= set(entry_ids(table, going))
        if table in _OUTCOMES:
            self._entries |= set(_entry_keys(table, going).to_pylist())
        self._replace(table, placed, stays)

    def _rewrite_polls(self, placed: Placed, forgotten: Forgotten) -> None:
        rows = widen("feeds", read_data(self._storage, placed.file))
        goes = forgotten_sources(rows, forgotten)
        going = rows.filter(pa.array(goes))
        stays = without_addresses(rows.filter(pa.array(~goes)), forgotten)
        if stays.equals(rows):
            return
        self.counts["feeds"] += going.num_rows
        self._add({(unit, POLL + kind, ""): t for (unit, kind), t in tally_polls(going).items()})
        self._replace("feeds", placed, stays)

    def _add(self, tallies: Mapping[tuple[str, str, str], Tally]) -> None:
        for key, tally in tallies.items():
            self._tallies[key] = self._tallies.get(key, Tally()) + tally

    def _replace(self, table: str, placed: Placed, stays: pa.Table) -> None:
        self._removed.append(placed.file.path)
        if not stays.num_rows:
            return
        if table == "index":
            self._new.append(write_run(self._storage, self._unit, stays, self._settings))
        else:
            place = split_data_path(placed.file.path)
            self._new.append(write_rows(self._storage, self._unit, *place, stays, self._settings))
        self._places.append(placed.at)

    def _page_goes(self, kept: KeptPage) -> bool:
        if kept.entry_id in self._inputs:
            return True
        return self._forgotten is not None and self._forgotten.has_page_of(kept.page.entry)

    def _rewrite_pages(self, placed: Placed) -> None:
        gone, left = drop_pages(self._storage, self._unit, placed.file, self._page_goes)
        if not gone:
            return
        self.counts[PAGES] += gone
        self._removed.append(placed.file.path)
        if left is not None:
            self._new.append(left)
            self._places.append(placed.at)


def _entry_keys(table: str, rows: pa.Table) -> pa.Array:
    """Return by what a row of the index is known to follow from a row of a table.

    The text is a part of it: one document may hold several versions of an article.
    """
    count = rows.num_rows
    outcomes = rows["outcome"].to_pylist() if table == "index" else [_OUTCOMES[table]] * count
    texts = [None] * count if table == "rejects" else rows["content_hash"].to_pylist()
    joined = zip(rows["unit"].to_pylist(), entry_ids(table, rows), outcomes, texts, strict=True)
    return pa.array(["|".join([*each, text or ""]) for *each, text in joined], pa.string())
