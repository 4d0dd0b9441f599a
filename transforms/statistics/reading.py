"""A few columns of the files of a dataset, many small files at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.schema import TABLES
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.log import open_data
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile

#: Columns that repeat few values and are in the files of every version.
_REPEATED: Mapping[str, Sequence[str]] = {
    "articles": ("publisher", "completeness", "unit", "published_precision"),
    "duplicates": (),
    "rejects": ("stage", "reason"),
    "feeds": ("source_ref", "outcome"),
}
#: Row groups that are looked at together, since numbers are added up faster than files are: until
#: they have so many rows.
_GROUPS, _ROWS = 100, 50_000


@dataclass(frozen=True, slots=True)
class Group:
    """A row group of a file: the columns that were asked for."""

    file: StagedFile
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of some row groups, one after the other."""

    groups: Sequence[Group]
    rows: pa.Table

    def spread(self, values: Sequence[int]) -> NDArray[np.int64]:
        """Return for each row the value of its group."""
        return np.repeat(np.array(values, np.int64), [group.rows.num_rows for group in self.groups])


def read_batches(
    storage: Storage,
    files: Sequence[StagedFile],
    columns: Sequence[str],
    on_file: Callable[[pq.FileMetaData], None] = lambda _: None,
    is_wanted: Callable[[pq.RowGroupMetaData], bool] = lambda _: True,
) -> Iterator[Batch]:
    """Yield the rows of ``files`` with ``columns``.

    What a file of an older version has no column for is null. Row groups that ``is_wanted`` turns
    down by what Parquet says of them are not read; ``on_file`` is told what it says of each file.
    Raises ``DatasetError``.
    """
    groups: list[Group] = []
    rows = 0
    for file in files:
        for group in _groups(storage, file, columns, on_file, is_wanted):
            groups.append(group)
            rows += group.rows.num_rows
            if rows >= _ROWS or len(groups) >= _GROUPS:
                yield _batch(groups)
                groups, rows = [], 0
    if groups:
        yield _batch(groups)


def _batch(groups: Sequence[Group]) -> Batch:
    # By "default" a column may be null if it may be in one of the files.
    rows = pa.concat_tables([group.rows for group in groups], promote_options="default")
    return Batch(groups, rows.unify_dictionaries().combine_chunks())


def _groups(
    storage: Storage,
    file: StagedFile,
    columns: Sequence[str],
    on_file: Callable[[pq.FileMetaData], None],
    is_wanted: Callable[[pq.RowGroupMetaData], bool],
) -> Iterator[Group]:
    repeated = [name for name in _REPEATED[file.table] if name in columns]
    with open_data(storage, file, repeated) as parquet:
        metadata = parquet.metadata
        on_file(metadata)
        for number in range(parquet.num_row_groups):
            group = metadata.row_group(number)
            if not is_wanted(group):
                continue
            try:
                rows = parquet.read_row_group(number, columns=list(columns), use_threads=False)
            except (pa.ArrowInvalid, OSError) as error:
                raise DatasetError(f"{file.path} is damaged: {error}.") from error
            yield Group(file, _complete(rows, file.table, columns))


def _complete(rows: pa.Table, table: str, columns: Sequence[str]) -> pa.Table:
    """Return ``columns`` of ``rows`` without what files of some versions say about them."""
    known = rows.schema.names
    if all(name in known for name in columns):
        return rows.select(columns).replace_schema_metadata()
    arrays = []
    for name in columns:
        if name in known:
            arrays.append(rows[name])
        else:
            arrays.append(pa.nulls(rows.num_rows, TABLES[table].field(name).type))
    return pa.table(arrays, names=list(columns))


def ends_before(group: pq.RowGroupMetaData, column: str, at: datetime) -> bool:
    """Tell from its statistics whether a row group has moments of ``column`` before ``at`` alone.

    False where they do not tell.
    """
    for place in range(group.num_columns):
        chunk = group.column(place)
        if chunk.path_in_schema == column:
            statistics = chunk.statistics
            return statistics is not None and statistics.has_min_max and statistics.max < at
    return False


def folder_of(file: StagedFile) -> Mapping[str, str]:
    """Return what stands in the path of ``file``: date, language."""
    return partition_values(*split_data_path(file.path))


def codes_of(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str | None]]:
    """Return a column as numbers and what they stand for; a null has a number too."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # of no rows
        array = pa.array([], column.type)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    values: list[str | None] = [*array.dictionary.to_pylist(), None]
    indices = array.indices
    if indices.null_count:
        indices = indices.fill_null(len(values) - 1)
    return np.asarray(indices.to_numpy(zero_copy_only=False), np.int32), values


def micros_of(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return moments as microseconds since 1970; a null is the least number."""
    numbers = column.cast(pa.int64())
    if numbers.null_count:
        numbers = numbers.fill_null(np.iinfo(np.int64).min)
    return np.asarray(numbers.to_numpy(), np.int64)
