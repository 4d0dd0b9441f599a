"""Small files of a partition become few large ones."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from transforms.core.settings import DatasetSettings
from transforms.dataset.layout import partition_values, split_data_path
from transforms.dataset.log import read_data
from transforms.dataset.recovery import finish, recover
from transforms.dataset.replacing import Replacement, commit_replacement
from transforms.dataset.rows import widen
from transforms.dataset.state import State
from transforms.dataset.storage import new_name, open_storage
from transforms.dataset.writer import StagedFile, write_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """What was done: so many files became so many."""

    before: int
    after: int
    bytes_before: int
    bytes_after: int


def compact(root: str, settings: DatasetSettings, date: str | None = None) -> Compaction:
    """Merge the small files of each partition, or of those of one ``date``, in one commit.

    The rows are the same, and in the index in the same order. Others may commit meanwhile. Raises
    ``DatasetError``.
    """
    recover(root, settings)
    storage = open_storage(root)
    unit = f"compact-{new_name('')}"
    replaced: list[StagedFile] = []

    def prepare(state: State) -> Replacement:
        replaced.clear()
        files = []
        for (table, partition), bins in _plan(state.files(), settings.file_bytes, date):
            for some in bins:
                rows = pa.concat_tables([widen(table, read_data(storage, file)) for file in some])
                files.append(write_rows(storage, unit, table, partition, rows, settings))
                replaced.extend(some)
        return files, [file.path for file in replaced]

    commit = commit_replacement(storage, unit, "compact", prepare)
    if commit is None:
        return Compaction(before=0, after=0, bytes_before=0, bytes_after=0)
    finish(storage, commit, ())
    return Compaction(
        before=len(replaced),
        after=len(commit.files),
        bytes_before=sum(file.bytes for file in replaced),
        bytes_after=sum(file.bytes for file in commit.files),
    )


def _plan(
    files: Sequence[StagedFile], file_bytes: int, date: str | None
) -> Iterator[tuple[tuple[str, str], list[list[StagedFile]]]]:
    """Yield each partition that has something to merge, with the files of each new one.

    Files that replace others count as the youngest (``log.live_files``), so from the first small
    file on all are replaced, and the order of rows stays.
    """
    partitions = defaultdict(list)
    for file in files:
        table, partition = split_data_path(file.path)
        if date is None or partition_values(table, partition).get("date") == date:
            partitions[table, partition].append(file)
    for place, present in sorted(partitions.items()):
        first = next((n for n, file in enumerate(present) if 2 * file.bytes < file_bytes), None)
        bins: list[list[StagedFile]] = []
        for file in present[first:] if first is not None else []:
            if bins and sum(each.bytes for each in bins[-1]) + file.bytes <= file_bytes:
                bins[-1].append(file)
            else:
                bins.append([file])
        if any(len(some) > 1 for some in bins):
            yield place, bins
