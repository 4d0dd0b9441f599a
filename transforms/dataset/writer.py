"""One shard of one partition as a Parquet file that is good to read."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newsbeam import __version__
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.schema import DESCRIPTIONS, NULLS, file_schema
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.layout import STAGING, Row, check_unit, data_path
from newsbeam.transforms.dataset.projection import tally_rows
from newsbeam.transforms.dataset.rows import to_rows
from newsbeam.transforms.dataset.signed import LATELY
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage

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
#: one row 12 KB of 29. It goes without descriptions, dictionaries and a page index, and has
#: bounds of these columns of articles alone. How many rows of each column have no value stands
#: beside them.
_FEW_ROWS = 1000
_BOUNDED = {
    "articles": (
        *("domain", "published_at", "modified_at", "fetched_at", "first_seen_at"),
        *("revision", "unit", "withdrawn"),
    ),
}
#: A zstd context costs 30 µs a column, which is not worth it for less.
_COMPRESSED_BYTES = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One class of a ledger, as plain values."""

    kind: str
    reason: str
    count: int
    digest: str  # 32 hex digits: the sum of the ids' hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """A file that is written, with where it will be published; the same values in the commit."""

    table: str
    path: str  # relative to the root, as are all paths here
    staged: str
    rows: int
    bytes: int
    sha256: str
    #: How its rows count in the ledger.
    tallies: tuple[LedgerLine, ...]


def write_shard(
    root: str,
    unit: str,
    table: str,
    partition: str,
    records: Sequence[Row],
    settings: DatasetSettings,
) -> StagedFile:
    """Write ``records`` of one partition (see ``layout.partition_of``) to staging.

    Table ``index`` takes ``Unchanged`` records. May be called again for the same records: the
    file of the attempt that is never committed is swept. Raises ``DatasetError``.
    """
    rows = to_rows(table, records, unit)
    staged = write_rows(open_storage(root), unit, table, partition, rows, settings)
    if table == "articles":
        LATELY.keep(staged.staged, (row for row in records if isinstance(row, Article)))
    return staged


def write_rows(
    storage: Storage,
    unit: str,
    table: str,
    partition: str,
    rows: pa.Table,
    settings: DatasetSettings,
) -> StagedFile:
    """Write ``rows``, which have the schema of the table's files, to staging."""
    if not rows.num_rows:
        raise ValueError(f"no rows for {table}/{partition}: an empty file helps nobody")
    data = memoryview(_encode(table, rows, settings))
    sha256 = hashlib.sha256(data).hexdigest()
    staged = f"{STAGING}/{check_unit(unit)}/{new_name('.parquet')}"
    path = data_path(table, partition, unit, sha256)
    storage.write(staged, data, path)
    with storage.open(staged) as file:
        found = pq.read_metadata(file).num_rows
    if found != rows.num_rows:
        raise DatasetError(
            f"{staged}: {rows.num_rows} rows were written, {found} can be read. The disk or the "
            "file system is faulty; nothing was committed."
        )
    return StagedFile(
        table=table,
        path=path,
        staged=staged,
        rows=rows.num_rows,
        bytes=len(data),
        sha256=sha256,
        tallies=to_lines(tally_rows(table, rows)),
    )


def _encode(table: str, rows: pa.Table, settings: DatasetSettings) -> pa.Buffer:
    rows, order = _sorted(table, rows)
    schema = file_schema(table)
    rows = rows.cast(schema)
    group_rows = settings.row_group_rows
    if table == "index":
        group_rows = min(group_rows, INDEX_GROUP_ROWS)
    are_few = rows.num_rows < _FEW_ROWS
    metadata = _metadata(schema, rows, are_few=are_few)
    # Arrow's own form of the schema takes 16 KB, and Parquet's says all of it but large types.
    is_large = table == "index"
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        schema.with_metadata(metadata),
        **_compression(rows, settings.compression_level),
        store_schema=is_large,
        use_dictionary=False if are_few else list(_REPEATED[table]),
        write_statistics=list(_BOUNDED[table]) if are_few and table in _BOUNDED else True,
        write_page_index=not are_few,
        write_page_checksum=True,
        sorting_columns=[pq.SortingColumn(schema.get_field_index(name)) for name in order],
        bloom_filter_options={
            name: {
                "ndv": min(rows.num_rows, group_rows),
                "fpp": _BLOOM_FALSE_POSITIVES,
            }
            for name in _BLOOMED.get(table, ())
        },
    ) as file:
        file.write_table(rows.replace_schema_metadata(), row_group_size=group_rows)
        if not is_large:
            file.add_key_value_metadata(metadata)
    return sink.getvalue()


def _metadata(schema: pa.Schema, rows: pa.Table, *, are_few: bool) -> dict[str, str]:
    metadata = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    metadata["newsbeam.writer"] = f"newsbeam {__version__}"
    if are_few:
        metadata.pop(DESCRIPTIONS, None)
        metadata[NULLS] = " ".join(str(_count_nulls(column)) for column in rows.columns)
    return metadata


def _count_nulls(column: pa.ChunkedArray) -> int:
    """Return how many rows have no value: as Parquet's statistics do, a list that is empty."""
    if not pa.types.is_list(column.type):
        return int(column.null_count)
    full = pc.sum(pc.greater(pc.list_value_length(column), 0)).as_py()
    return len(column) - int(full or 0)


def _sorted(table: str, rows: pa.Table) -> tuple[pa.Table, tuple[str, ...]]:
    """Return ``rows`` in the order of ``table``, and by which columns they are sorted then."""
    order, moment = _ORDER[table], _DAY.get(table)
    if moment is None:
        if order and rows.num_rows > 1:
            rows = rows.sort_by([(name, "ascending") for name in order])
        return rows, order
    days = pc.divide(rows[moment].cast(pa.int64()), _DAY_US)
    keys = pa.table([days, *rows.select(order).columns], names=["day", *order])
    places = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    return rows.take(places), ()


def _compression(rows: pa.Table, level: int) -> dict[str, Any]:
    names = [
        leaf
        for field, column in zip(rows.schema, rows.columns, strict=True)
        if column.nbytes >= _COMPRESSED_BYTES
        for leaf in _leaves(field.name, field.type)
    ]
    if not names:
        return {"compression": "none"}
    return {
        "compression": dict.fromkeys(names, "zstd"),
        "compression_level": dict.fromkeys(names, level),
    }


def _leaves(path: str, kind: pa.DataType) -> Iterator[str]:
    """Yield what Parquet calls the columns that a column of ours is stored as."""
    if pa.types.is_list(kind):
        yield from _leaves(f"{path}.list.element", kind.value_type)
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{path}.{field.name}", field.type)
    else:
        yield path


def to_lines(ledger: Ledger) -> tuple[LedgerLine, ...]:
    """Return a ledger as plain values, sorted."""
    return tuple(
        LedgerLine(kind=kind, reason=reason, count=tally.count, digest=f"{tally.digest:032x}")
        for (kind, reason), tally in sorted(ledger.items())
    )


def to_ledger(*lines: Sequence[LedgerLine]) -> Ledger:
    """Return the sum of what ``to_lines`` gave."""
    ledger: Ledger = {}
    for line in (each for part in lines for each in part):
        key = (line.kind, line.reason)
        ledger[key] = ledger.get(key, Tally()) + Tally(line.count, int(line.digest, 16))
    return ledger
