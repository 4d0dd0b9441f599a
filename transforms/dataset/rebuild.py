"""Make the index anew from the tables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from transforms.core.errors import DatasetError
from transforms.core.schema import SCHEMA_VERSION
from transforms.core.settings import DatasetSettings
from transforms.dataset.log import Commit, append_commit, live_files, load_commits, read_data
from transforms.dataset.projection import COLUMNS, index_rows
from transforms.dataset.recovery import finish, recover
from transforms.dataset.storage import Storage, new_name, open_storage
from transforms.dataset.writer import StagedFile, write_rows

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
    commits = load_commits(storage)
    commit = _prepare(storage, commits, settings)
    while not append_commit(storage, commit):
        newer = load_commits(storage, after=len(commits))
        commits += newer
        if any(each.removed for each in newer):
            commit = _prepare(storage, commits, settings)
        commit = replace(commit, number=len(commits) + 1)
    finish(storage, commit, [*commits, commit])
    return commit


def _prepare(storage: Storage, commits: Sequence[Commit], settings: DatasetSettings) -> Commit:
    unit = f"index-{new_name('')}"
    rows = _all_rows(storage, commits)
    step = _GROUPS * settings.row_group_rows
    return Commit(
        number=len(commits) + 1,
        unit=unit,
        base=len(commits),
        schema_version=SCHEMA_VERSION,
        committed_at=datetime.now(UTC),
        info={"command": "rebuild index"},
        files=tuple(
            write_rows(storage, unit, "index", "", rows.slice(start, step), settings)
            for start in range(0, rows.num_rows, step)
        ),
        removed=tuple(file.path for file in live_files(commits, "index")),
    )


def _all_rows(storage: Storage, commits: Sequence[Commit]) -> pa.Table:
    """Return the rows of the whole index, those of older commits first."""
    number = {commit.unit: commit.number for commit in commits}
    parts = []
    for file in live_files(commits):
        if file.table == "index":
            parts += _unchanged_rows(storage, file)
        elif file.table in ("articles", "duplicates", "rejects"):
            parts.append(index_rows(file.table, read_data(storage, file, COLUMNS[file.table])))
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
