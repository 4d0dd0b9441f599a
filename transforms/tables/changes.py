"""What a commit of the log is for a table of articles: files that come, files that go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from newsbeam.transforms.core.schema import PARTITIONS, file_schema
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.log import Commit
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.writer import StagedFile

#: The table that has views.
TABLE = "articles"
_PLACES = {"date": pa.date32(), "language": pa.string()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One version of a table: what it has more, and what less, than the one before."""

    number: int  # of the commit
    at: datetime
    added: tuple[StagedFile, ...]
    removed: tuple[str, ...]  # paths
    #: The rows stay the same: files were merged.
    rearranges: bool
    #: Rows are gone for good, and no earlier version may be asked for.
    forgets: bool


def change_of(commit: Commit) -> Change:
    """Return what ``commit`` changes; it may be nothing."""
    forgets = bool(commit.marks or commit.gone)
    return Change(
        number=commit.number,
        at=commit.committed_at,
        added=tuple(file for file in commit.files if file.table == TABLE),
        removed=tuple(path for path in commit.removed if split_data_path(path)[0] == TABLE),
        rearranges=bool(commit.removed) and not forgets,
        forgets=forgets,
    )


def change_to(state: State, at: datetime, standing: Iterable[str], *, forgets: bool) -> Change:
    """Return what brings a table with the files ``standing`` to ``state``, made at ``at``.

    ``forgets`` is whether rows may be gone for good that it had.
    """
    standing = set(standing)
    files = {file.path: file for file in state.files(TABLE)}
    return Change(
        number=state.number,
        at=at,
        added=tuple(file for path, file in files.items() if path not in standing),
        removed=tuple(sorted(standing - files.keys())),
        rearranges=False,
        forgets=forgets,
    )


def table_schema() -> pa.Schema:
    """Return the columns of the table: those of its files, and those that stand in the path.

    Each may be null, since files of older versions lack columns that are never null now.
    """
    fields = [field.with_nullable(True) for field in file_schema(TABLE)]
    return pa.schema([*fields, *(pa.field(name, _PLACES[name]) for name in PARTITIONS[TABLE])])


def values_of(path: str) -> Mapping[str, str]:
    """Return date and language of the rows of a file."""
    return partition_values(*split_data_path(path))
