"""Make the index anew from the tables."""

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.keys import write_run
from newsbeam.transforms.dataset.log import Commit, read_data
from newsbeam.transforms.dataset.projection import COLUMNS, index_rows
from newsbeam.transforms.dataset.recovery import finish, recover
from newsbeam.transforms.dataset.replacing import Replacement, commit_replacement
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage
from newsbeam.transforms.dataset.writer import StagedFile

#: Row groups of one index file.
_GROUPS = 10


def rebuild_index(root: str, settings: DatasetSettings) -> Commit:
    """Replace all index files, damaged or not, by new ones, in a commit of its own.

    Others may commit meanwhile; their index files stay beside the new ones. Rows of entries that
    were found unchanged stand in the index only; those of a file that cannot be read are lost, and
    an audit then says so of the ledgers of their units. Raises ``DatasetError``.
    """
    recover(root, settings)
    storage = open_storage(root)
    unit = f"index-{new_name('')}"
    step = _GROUPS * settings.row_group_rows

    def prepare(state: State) -> Replacement:
        rows = _all_rows(state)
        files = [
            write_run(storage, unit, rows.slice(start, step), settings)
            for start in range(0, rows.num_rows, step)
        ]
        before = state.placed("index")
        # They stand where the oldest stood, in the order of their own.
        places = range(before[0].at, before[0].at + len(files)) if before else ()
        return Replacement(
            files=files, places=places, removed=[placed.file.path for placed in before]
        )

    commit = commit_replacement(storage, unit, "reindex", prepare)
    if commit is None:
        raise DatasetError("The dataset has no index that could be made anew.")
    finish(storage, commit, ())
    return commit


def _all_rows(state: State) -> pa.Table:
    """Return the rows of the whole index, those of older commits first."""
    storage = state.storage
    number = {commit.unit: commit.number for commit in state.history()}

    def rows_of(file: StagedFile) -> list[pa.Table]:
        if file.table == "index":
            return _unchanged_rows(storage, file)
        if file.table in ("articles", "duplicates", "rejects"):
            return [index_rows(file.table, read_data(storage, file, COLUMNS[file.table]))]
        return []

    parts = [part for found in storage.for_each(rows_of, state.files()) for part in found]
    if not parts:
        raise DatasetError("The dataset has no rows that an index could be made of.")
    rows = pa.concat_tables(parts)
    places = pa.array([number[unit] for unit in rows["unit"].to_pylist()], pa.int64())
    order = pa.table({"number": places, "place": range(rows.num_rows)}).sort_by(
        [("number", "ascending"), ("place", "ascending")]
    )
    return rows.take(order["place"])


def _unchanged_rows(storage: Storage, file: StagedFile) -> list[pa.Table]:
    try:
        rows = read_data(storage, file)
    except DatasetError:
        return []
    return [rows.filter(pc.equal(rows["outcome"], "unchanged"))]
