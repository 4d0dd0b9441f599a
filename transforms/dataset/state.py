"""What the log adds up to at one of its commits: a checkpoint and the records after it.

Everything that reads the past begins here. A pass keeps the number of the commit that it began
with, and finds the same state by it as long as it lasts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import pyarrow as pa

from newsbeam.transforms.dataset.checkpoint import (
    INLINE,
    Checkpoint,
    SortedPart,
    find_checkpoint,
    read_part,
)
from newsbeam.transforms.dataset.log import (
    Commit,
    Mark,
    Placed,
    add_commits,
    check_file,
    load_commit,
    newest,
    parse_record,
)
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile

#: Sorts behind everything that may follow a prefix of a path.
_END = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The dataset as it is with the commit ``number``."""

    storage: Storage
    number: int
    checkpoint: Checkpoint | None
    commits: tuple[Commit, ...]  # those after the checkpoint

    @property
    def folded(self) -> int:
        """Return the number of the checkpoint, 0 without one."""
        return self.checkpoint.number if self.checkpoint else 0

    def files(self, table: str | None = None, partition: str = "") -> list[StagedFile]:
        """Return the files that stand, oldest rows first.

        Those of one ``table``, or of those partitions of it whose folders begin with
        ``partition``, such as ``date=2026-11-22/``.
        """
        return [placed.file for placed in self.placed(table, partition)]

    def placed(self, table: str | None = None, partition: str = "") -> list[Placed]:
        """Return what ``files`` does, with place and version."""
        prefix = "" if table is None else f"{table}/{partition}"
        before: list[Placed] = []
        if self.checkpoint is not None:
            if table is None or table in INLINE:
                before += self.checkpoint.inline
            if table not in INLINE and self.checkpoint.files is not None:
                part = SortedPart(self.storage, self.checkpoint.files, "path")
                for group in part.groups(prefix, prefix + _END):
                    before += to_placed(part.read(group))
        return [
            placed
            for placed in add_commits(before, self.commits)
            if placed.file.path.startswith(prefix)
        ]

    def marks(self) -> list[Mark]:
        """Return the marks of all that was forgotten; of dates the latest alone."""
        found = list(self.checkpoint.marks) if self.checkpoint else []
        found += [mark for commit in self.commits for mark in commit.marks]
        dates = [mark for mark in found if mark.kind == "before"]
        latest = max(dates, key=lambda mark: mark.value, default=None)
        others = dict.fromkeys(mark for mark in found if mark.kind != "before")
        return [*others, *([latest] if latest else [])]

    def since(self, number: int) -> list[Commit]:
        """Return the commits after ``number``, whatever has been folded since."""
        folded = [load_commit(self.storage, each) for each in range(number + 1, self.folded + 1)]
        return [*folded, *(each for each in self.commits if each.number > number)]

    def history(self) -> Iterator[Commit]:
        """Yield all commits, the oldest first."""
        for number, record in self.records():
            yield parse_record(record, number)
        yield from self.commits

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and record of the commits that the checkpoint covers, the oldest first."""
        for part in self.checkpoint.history if self.checkpoint else ():
            for rows in read_part(self.storage, part, ["number", "record"]):
                yield from zip(*rows.to_pydict().values(), strict=True)


def load_state(storage: Storage, until: int | None = None) -> State:
    """Return what the log adds up to, now or with the commit ``until``.

    Raises ``DatasetError`` for a record that is missing, damaged or of a newer version.
    """
    checkpoint = find_checkpoint(storage, until)
    folded = checkpoint.number if checkpoint else 0
    last = newest(storage, folded) if until is None else until
    commits = tuple(load_commit(storage, number) for number in range(folded + 1, last + 1))
    return State(storage=storage, number=last, checkpoint=checkpoint, commits=commits)


def from_placed(files: Sequence[Placed]) -> pa.Table:
    """Return files as rows of a checkpoint, sorted by path."""
    ordered = sorted(files, key=lambda placed: placed.file.path)
    return pa.table(
        {
            "path": pa.array([placed.file.path for placed in ordered], pa.string()),
            "at": pa.array([placed.at for placed in ordered], pa.int64()),
            "version": pa.array([placed.version for placed in ordered], pa.int32()),
            "file": pa.array([msgspec.json.encode(p.file) for p in ordered], pa.binary()),
        }
    )


def to_placed(rows: pa.Table) -> list[Placed]:
    """Return what ``from_placed`` took."""
    return [
        Placed(
            at=at,
            version=version,
            file=check_file(msgspec.json.decode(file, type=StagedFile)),
        )
        for _, at, version, file in zip(*rows.to_pydict().values(), strict=True)
    ]
