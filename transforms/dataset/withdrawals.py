"""Take the story out of a dataset when its sender takes it back (``wires.obey_kills``).

The revision that takes an article back stays, with its notice. The revisions before it go, with the
duplicates that have their texts, and nothing is marked: what comes of the article later is judged
by the revision that stays. Replaced files are kept for as long as those of ``forget``.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.layout import folder_dates, partition_values, split_data_path
from newsbeam.transforms.dataset.log import Placed, open_data
from newsbeam.transforms.dataset.recovery import finish
from newsbeam.transforms.dataset.removal import Removal
from newsbeam.transforms.dataset.replacing import commit_replacement
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.storage import Storage, new_name
from newsbeam.transforms.dataset.writer import StagedFile

#: article_id → the last revision that took it back.
Notices = dict[str, int]


def drop_withdrawn(
    storage: Storage, files: Iterable[StagedFile], settings: DatasetSettings
) -> None:
    """Remove the revisions before those in ``files`` that take an article back.

    Raises ``DatasetError``; then it can be done again.
    """
    notices = _find_notices(storage, files)
    if not notices:
        return
    unit = f"withdraw-{new_name('')}"
    removal = Removal(storage, unit, _Withdrawn(notices), settings)
    commit = commit_replacement(storage, unit, "withdraw", removal.prepare)
    if commit is not None:
        finish(storage, commit, ())


def _find_notices(storage: Storage, files: Iterable[StagedFile]) -> Notices:
    """Return the revisions in ``files`` that take an article back and are not its first."""
    found: Notices = {}
    for file in files:
        if file.table != "articles":
            continue
        with open_data(storage, file) as parquet:
            for group in _groups_with_notices(parquet):
                rows = parquet.read_row_group(group, ["article_id", "revision", "withdrawn"])
                later = pc.greater(rows["revision"], 1)
                for row in rows.filter(pc.and_(rows["withdrawn"], later)).to_pylist():
                    identity = row["article_id"]
                    found[identity] = max(row["revision"], found.get(identity, 0))
    return found


def _groups_with_notices(parquet: pq.ParquetFile) -> Iterator[int]:
    names = [parquet.schema.column(place).path for place in range(len(parquet.schema))]
    if "withdrawn" not in names:
        return  # written before there was such a column
    place = names.index("withdrawn")
    for group in range(parquet.num_row_groups):
        statistics = parquet.metadata.row_group(group).column(place).statistics
        if statistics is None or statistics.num_values:
            yield group


class _Withdrawn:
    """Chooses what came before the notices."""

    def __init__(self, notices: Notices) -> None:
        self.columns: dict[str, Sequence[str]] = {"duplicates": ["duplicate_of"]}
        self._notices = notices

    def begin(self, state: State) -> None:
        """Find the texts that go, and where they stand."""
        index = IndexFiles(state.storage, state.files("index"))
        before = []
        self._stay: set[tuple[str, str]] = set()
        for row in index.rows_of(self._notices):
            if row["outcome"] != "written":
                continue
            if row["revision"] < self._notices[row["article_id"]]:
                before.append(row)
            else:
                self._stay.add((row["article_id"], row["content_hash"]))
        self._ids = pa.array(sorted({row["article_id"] for row in before}), pa.string())
        self._runs = index.runs_of(self._ids.to_pylist())
        days = {(row["published_at"] or row["fetched_at"]).strftime("%Y-%m-%d") for row in before}
        self._folders = {date for day in days for date in folder_dates(day)}

    def files(self, state: State, table: str) -> list[Placed]:
        """Return the files that have the revisions, their duplicates, or rows of the index."""
        if not len(self._ids) or table in ("rejects", "boilerplate"):
            return []
        placed = state.placed(table)
        if table == "index":
            return [each for each in placed if each.file.path in self._runs]
        if table == "articles":
            return [each for each in placed if _date_of(each.file) in self._folders]
        return placed  # a copy may be of any day

    def mask(self, table: str, rows: pa.Table) -> NDArray[np.bool_]:
        """Return the revisions before a notice, and the duplicates that have their texts."""
        if table == "index":
            return np.zeros(rows.num_rows, np.bool_)
        name = "article_id" if table == "articles" else "duplicate_of"
        some = np.flatnonzero(pc.is_in(rows[name], value_set=self._ids).to_numpy())
        found = np.zeros(rows.num_rows, np.bool_)
        for place, row in zip(some, rows.take(pa.array(some)).to_pylist(), strict=True):
            if table == "articles":
                found[place] = row["revision"] < self._notices[row[name]]
            else:
                found[place] = (row[name], row["content_hash"]) not in self._stay
        return found


def _date_of(file: StagedFile) -> str:
    return partition_values(*split_data_path(file.path))["date"]
