"""Small files of a partition become few large ones, those of older versions files of this one."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pyarrow as pa

from newsbeam.transforms.core.schema import SCHEMA_VERSION
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.keys import write_run
from newsbeam.transforms.dataset.layout import PAGES, partition_values, split_data_path
from newsbeam.transforms.dataset.log import Placed, read_data
from newsbeam.transforms.dataset.merging import merge_from
from newsbeam.transforms.dataset.pages import join_pages
from newsbeam.transforms.dataset.recovery import finish, recover
from newsbeam.transforms.dataset.replacing import Replacement, commit_replacement
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage
from newsbeam.transforms.dataset.writer import StagedFile, write_rows

#: Files of a partition that upkeep leaves, and runs of the index.
_FILES, _RUNS = 3, 6
#: Rows that are a whole file, however few bytes they take: polls of feeds that never change take
#: three bytes each in a file, and some hundred while they are merged.
_FULL_ROWS = 1_000_000
#: In a bucket, files of commits younger than this stay as they are: their writer, or a request of
#: it that is still on its way, may be copying them into their place.
GRACE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """What was done: so many files became so many."""

    before: int
    after: int
    bytes_before: int
    bytes_after: int


#: Files of one partition, neighbours in the order of their rows, that become one file.
Merge = Sequence[Placed]


def compact(root: str, settings: DatasetSettings, date: str | None = None) -> Compaction:
    """Merge the small files of each partition, or of those of one ``date``, in one commit.

    The rows are the same, and in the index in the same order. Others may commit meanwhile. Raises
    ``DatasetError``.
    """
    recover(root, settings)

    def plan(state: State) -> Iterator[Merge]:
        for (table, partition), files in settled_partitions(state):
            if date is None or partition_values(table, partition).get("date") == date:
                yield from _all_small(files, settings)

    return merge_files(open_storage(root), "compact", plan, settings)


def merge_files(
    storage: Storage,
    command: str,
    plan: Callable[[State], Iterator[Merge]],
    settings: DatasetSettings,
) -> Compaction:
    """Do what ``plan`` says of the dataset in one commit; nothing if it says nothing."""
    unit = f"{command}-{new_name('')}"
    before: list[Placed] = []

    def prepare(state: State) -> Replacement:
        before.clear()
        files, places = [], []
        for merge in plan(state):
            files.append(_merge(storage, unit, merge, settings))
            places.append(merge[-1].at)
            before.extend(merge)
        return Replacement(
            files=files, places=places, removed=[placed.file.path for placed in before]
        )

    commit = commit_replacement(storage, unit, command, prepare)
    if commit is None:
        return Compaction(before=0, after=0, bytes_before=0, bytes_after=0)
    finish(storage, commit, ())
    return Compaction(
        before=len(before),
        after=len(commit.files),
        bytes_before=sum(placed.file.bytes for placed in before),
        bytes_after=sum(file.bytes for file in commit.files),
    )


def _merge(storage: Storage, unit: str, merge: Merge, settings: DatasetSettings) -> StagedFile:
    table, partition = split_data_path(merge[0].file.path)
    if table == PAGES:
        return join_pages(storage, unit, [each.file for each in merge])
    rows = pa.concat_tables([widen(table, read_data(storage, each.file)) for each in merge])
    if table == "index":
        return write_run(storage, unit, rows, settings)
    return write_rows(storage, unit, table, partition, rows, settings)


def partitions(
    placed: Sequence[Placed],
) -> list[tuple[tuple[str, str], list[Placed]]]:
    """Return the files of each partition by table and partition, oldest rows first."""
    found = defaultdict(list)
    for each in placed:
        found[split_data_path(each.file.path)].append(each)
    return sorted(found.items())


def settled_partitions(state: State) -> list[tuple[tuple[str, str], list[Placed]]]:
    """Return what ``partitions`` does; in a bucket, up to the first file that is too young."""
    found = partitions(state.placed())
    if state.storage.folders is not None:
        return found
    settled = datetime.now(UTC) - timedelta(seconds=GRACE_S)
    young = {
        file.path
        for commit in state.commits
        if commit.committed_at > settled
        for file in commit.files
    }
    return [
        (place, list(takewhile(lambda placed: placed.file.path not in young, files)))
        for place, files in found
    ]


def due_merges(state: State, settings: DatasetSettings) -> Iterator[Merge]:
    """Yield what is to be merged, so that partitions have few files and each row moves rarely.

    Files of older versions are among them, alone if they are not small.
    """
    for (table, _), files in settled_partitions(state):
        start = merge_from(
            [_weight(placed, settings) for placed in files],
            _RUNS if table == "index" else _FILES,
            settings.file_bytes // 2,
        )
        for placed in files[:start]:
            if placed.version < SCHEMA_VERSION:
                yield [placed]
        if len(files) - start > 1:
            yield from _in_bins(files[start:], settings)
        elif files[start:] and files[start].version < SCHEMA_VERSION:
            yield files[start:]


def _all_small(files: Sequence[Placed], settings: DatasetSettings) -> Iterator[Merge]:
    """Yield merges of all small files from the first on, so that the order of rows stays."""
    small = (n for n, each in enumerate(files) if 2 * _weight(each, settings) < settings.file_bytes)
    bins = list(_in_bins(files[next(small, len(files)) :], settings))
    if any(len(some) > 1 for some in bins):
        yield from bins


def _in_bins(files: Sequence[Placed], settings: DatasetSettings) -> Iterator[Merge]:
    some: list[Placed] = []
    total = 0
    for each in files:
        weight = _weight(each, settings)
        if some and total + weight > settings.file_bytes:
            yield some
            some, total = [], 0
        some.append(each)
        total += weight
    if some:
        yield some


def _weight(placed: Placed, settings: DatasetSettings) -> int:
    """Return the bytes of a file, more if its rows would fill the memory; the index stays whole."""
    file = placed.file
    if file.path.startswith("index/"):
        return file.bytes
    return max(file.bytes, file.rows * settings.file_bytes // _FULL_ROWS)
