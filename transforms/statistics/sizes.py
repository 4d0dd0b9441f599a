"""How large a dataset is, and what upkeep has done and has to do."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsbeam.transforms.core.schema import SCHEMA_VERSION, TABLES
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.compact import due_merges
from newsbeam.transforms.dataset.layout import STAGING, split_data_path
from newsbeam.transforms.dataset.log import Placed
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.statistics.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """One table."""

    table: str
    rows: int
    files: int
    bytes: int
    folders: int
    most_files: int  # in one folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """All tables, the log, and upkeep."""

    tables: tuple[TableSize, ...]
    commits: int
    passes: int
    checkpoint: int  # the commit that the newest one covers; 0 without one
    unfolded: int  # commits after it
    merging: int  # commits of upkeep that replaced files
    merged_at: datetime | None
    forgetting: int  # commits that forgot something
    due_files: int  # files that upkeep would merge or rewrite now
    older_files: int  # of an older version of the schema
    staged: int  # passes that run, or were interrupted


def measure_sizes(
    state: State, placed: Sequence[Placed], history: History, settings: DatasetSettings
) -> Sizes:
    """Return the sizes of ``state``, whose files are ``placed`` and merged by ``settings``."""
    due = sum(len(merge) for merge in due_merges(state, settings))
    return Sizes(
        tables=tuple(_sizes(placed)),
        commits=history.commits,
        passes=history.passes,
        checkpoint=state.folded,
        unfolded=len(state.commits),
        merging=history.merging,
        merged_at=history.merged_at,
        forgetting=history.forgetting,
        due_files=due,
        older_files=sum(each.version < SCHEMA_VERSION for each in placed),
        staged=sum(not name.startswith(".") for name in state.storage.names(STAGING)),
    )


def _sizes(placed: Sequence[Placed]) -> list[TableSize]:
    folders: dict[str, Counter[str]] = defaultdict(Counter)
    rows: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for each in placed:
        table, folder = split_data_path(each.file.path)
        folders[table][folder] += 1
        rows[table] += each.file.rows
        size[table] += each.file.bytes
    return [
        TableSize(
            table=table,
            rows=rows[table],
            files=folders[table].total(),
            bytes=size[table],
            folders=len(folders[table]),
            most_files=max(folders[table].values(), default=0),
        )
        for table in TABLES
    ]
