"""Rows as the bytes of Parquet files that are good to read.

A pass over old pages makes hundreds of files of a row or two, of a hundred columns each. What can
be done for the rows of many files at once, a column at a time, is done so: to sort them, to count
what has no value, and to measure what is worth compressing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from newsbeam import __version__
from newsbeam.transforms.core.schema import DESCRIPTIONS, NULLS, file_schema
from newsbeam.transforms.core.settings import DatasetSettings

_Numbers = NDArray[np.int64]

#: Rows that are read together lie together; the order is total, so equal rows make equal files.
_ORDER = {
    "articles": ("domain", "published_at", "article_id", "revision"),
    "duplicates": ("article_id", "source_kind", "source_ref", "source_id", "requested_url"),
    "rejects": ("reject_id", "source_ref", "rejected_at"),
    "feeds": ("source_ref", "polled_at", "next_at"),
    "index": (),
    "boilerplate": ("domain", "line"),
}
#: Of these, the moment whose day (in UTC) comes before all others: who asks what happened lately
#: passes over the row groups of other days, by their statistics.
_DAY = {"feeds": "polled_at"}
_DAY_US = 86_400_000_000
#: Columns that repeat few values. A dictionary on unique ones makes reading 2.5 times slower.
_REPEATED = {
    "articles": (
        *("domain", "host", "publisher", "agency", "dateline_place", "section"),
        *("published_source", "published_precision", "completeness", "extractor", "source_kind"),
        *("content_type", "charset", "charset_source", "unit", "pipeline_version"),
        *("published_utc_offset", "title_source", "authors_source", "page_kind"),
        *("published_flags.list.element", "countries.list.element"),
        *("quality_flags.list.element", "places.list.element.country"),
        *("cleaning.list.element.rule", "entities.list.element.label"),
        *("removed.list.element.kind", "wire.format", "wire.format_version", "wire.pub_status"),
        *("wire.provider", "wire.credit", "wire.language", "wire.copyright", "wire.usage_terms"),
    ),
    "duplicates": ("source_kind", "publisher", "how", "unit"),
    "rejects": ("stage", "reason", "source_kind", "unit"),
    "feeds": ("source_ref", "source_kind", "outcome", "reason", "title", "unit"),
    "index": ("outcome", "stage", "signature_algorithm", "unit"),
    "boilerplate": ("domain", "unit"),
}
_BLOOMED = {"articles": ("article_id", "url")}
#: Rows of a row group of the index: what is read to get one of them (see ``dataset.keys``).
INDEX_GROUP_ROWS = 4096
_BLOOM_FALSE_POSITIVES = 0.01
#: In a file of fewer rows than this, what helps to read large ones would be much of the file: of
#: one row 12 KB of 29. It goes without descriptions, dictionaries, Bloom filters (which are read in
#: no less time than the columns) and a page index, and has bounds of these columns of articles
#: alone. How many rows of each column have no value stands beside them.
_FEW_ROWS = 1000
_BOUNDED = {
    "articles": (
        *("domain", "published_at", "modified_at", "fetched_at", "first_seen_at"),
        *("revision", "unit", "withdrawn"),
    ),
}
#: A zstd context costs 30 µs a column, which is not worth it for less.
_COMPRESSED_BYTES = 128
_LENGTH_BYTES = 4  # of a text


@dataclass(frozen=True, slots=True)
class _Few:
    """What is known of a file of few rows."""

    nulls: Sequence[int]  # rows without a value, of each column
    large: Sequence[str]  # columns, as Parquet calls them, that are worth compressing


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of one file, as its schema has them."""

    rows: pa.Table
    few: _Few | None


def sort_rows(table: str, rows: pa.Table, counts: Sequence[int]) -> pa.Table:
    """Return ``rows``, of which the first ``counts[0]`` are of one file and so on, each sorted."""
    order = _ORDER[table]
    if not order or max(counts) == 1:
        return rows
    keys = {"file": pa.array(np.repeat(np.arange(len(counts)), counts))}
    if moment := _DAY.get(table):
        keys["day"] = pc.divide(rows[moment].cast(pa.int64()), _DAY_US)
    keys |= {name: rows[name] for name in order}
    return rows.take(pc.sort_indices(pa.table(keys), [(name, "ascending") for name in keys]))


def part_rows(table: str, rows: pa.Table, counts: Sequence[int]) -> list[FileRows]:
    """Return what each file of ``rows``, which ``sort_rows`` has sorted, is made of."""
    schema = file_schema(table)
    rows = rows.cast(schema).replace_schema_metadata()
    bounds = np.concatenate([[0], np.cumsum(counts)])
    nulls: list[_Numbers] = []
    sizes: dict[str, _Numbers] = {}
    # Files of many rows do without both: all their columns are compressed.
    if min(counts) < _FEW_ROWS:
        for field, column in zip(schema, rows.columns, strict=True):
            nulls.append(_count_nulls(column, bounds))
            sizes |= _measure(field.name, column, bounds)
    parts: list[FileRows] = []
    for number, count in enumerate(counts):
        few = None
        if count < _FEW_ROWS:
            large = [name for name, each in sizes.items() if each[number] >= _COMPRESSED_BYTES]
            few = _Few([int(each[number]) for each in nulls], large)
        parts.append(FileRows(rows.slice(bounds[number], count), few))
    return parts


def encode_file(table: str, part: FileRows, settings: DatasetSettings) -> pa.Buffer:
    """Return the bytes of a file."""
    rows, few = part.rows, part.few
    schema = file_schema(table)
    group_rows = settings.row_group_rows
    if table == "index":
        group_rows = min(group_rows, INDEX_GROUP_ROWS)
    metadata = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    metadata["newsbeam.writer"] = f"newsbeam {__version__}"
    if few:
        metadata.pop(DESCRIPTIONS, None)
        metadata[NULLS] = " ".join(map(str, few.nulls))
    # Arrow's own form of the schema takes 16 KB, and Parquet's says all of it but large types.
    is_large = table == "index"
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        schema.with_metadata(metadata),
        **_compression(few, settings.compression_level),
        store_schema=is_large,
        use_dictionary=False if few else list(_REPEATED[table]),
        write_statistics=list(_BOUNDED[table]) if few and table in _BOUNDED else True,
        write_page_index=few is None,
        write_page_checksum=True,
        sorting_columns=_sorting(table),
        bloom_filter_options={
            name: {
                "ndv": min(rows.num_rows, group_rows),
                "fpp": _BLOOM_FALSE_POSITIVES,
            }
            for name in _BLOOMED.get(table, ())
            if few is None
        },
    ) as file:
        file.write_table(rows, row_group_size=group_rows)
        if not is_large:
            file.add_key_value_metadata(metadata)
    return sink.getvalue()


def _sorting(table: str) -> list[pq.SortingColumn]:
    if table in _DAY:
        return []  # the day is no column
    schema = file_schema(table)
    return [pq.SortingColumn(schema.get_field_index(name)) for name in _ORDER[table]]


def _compression(few: _Few | None, level: int) -> dict[str, Any]:
    if few is None:
        return {"compression": "zstd", "compression_level": level}
    if not few.large:
        return {"compression": "none"}
    return {
        "compression": dict.fromkeys(few.large, "zstd"),
        "compression_level": dict.fromkeys(few.large, level),
    }


def _count_nulls(column: pa.ChunkedArray, bounds: _Numbers) -> _Numbers:
    """Return how many rows have no value: as Parquet's statistics do, a list that is empty."""
    if pa.types.is_list(column.type):
        full = pc.fill_null(pc.greater(pc.list_value_length(column), 0), False)
    elif column.null_count == 0:
        return np.zeros(len(bounds) - 1, np.int64)
    else:
        full = column.is_valid()
    return np.diff(bounds) - _sum(full, bounds)


def _measure(path: str, column: pa.ChunkedArray, bounds: _Numbers) -> dict[str, _Numbers]:
    """Return the bytes of the rows between ``bounds``, by what Parquet calls their columns."""
    found: dict[str, _Numbers] = {}
    start = 0
    for chunk in column.chunks:
        here = np.clip(bounds - start, 0, len(chunk))
        start += len(chunk)
        for name, sizes in _measure_leaves(path, chunk, here):
            found[name] = found.get(name, 0) + sizes
    return found


def _measure_leaves(path: str, array: pa.Array, bounds: _Numbers) -> Iterator[tuple[str, _Numbers]]:
    kind = array.type
    if pa.types.is_list(kind):
        inner = np.asarray(array.offsets)[bounds]
        yield from _measure_leaves(f"{path}.list.element", array.values, inner)
    elif pa.types.is_struct(kind):
        for place, field in enumerate(kind):
            yield from _measure_leaves(f"{path}.{field.name}", array.field(place), bounds)
    elif pa.types.is_primitive(kind):
        yield path, np.diff(bounds) * kind.bit_width // 8
    else:
        lengths = pc.add(pc.cast(pc.binary_length(array), pa.int64()), _LENGTH_BYTES)
        yield path, _sum(pc.fill_null(lengths, 0), bounds)


def _sum(values: pa.Array | pa.ChunkedArray, bounds: _Numbers) -> _Numbers:
    """Return the sum of the values between each two bounds."""
    before = np.concatenate([[0], np.cumsum(np.asarray(values), dtype=np.int64)])
    return np.diff(before[bounds])
