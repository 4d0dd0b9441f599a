"""Shards of partitions as files in staging, with how their rows count."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.encoding import FileRows, encode_file, part_rows, sort_rows
from newsbeam.transforms.dataset.lately import LATELY
from newsbeam.transforms.dataset.layout import STAGING, Row, check_unit, data_path, ending
from newsbeam.transforms.dataset.projection import ENTERED, index_rows, tally_rows
from newsbeam.transforms.dataset.rows import to_rows
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage

#: Rows of several files that are made columns at once; those of a larger file are, whatever it has.
_TOGETHER_ROWS = 500
#: The end of a file that is read back: the footer of most.
_CHECKED_BYTES = 64 << 10


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
    return write_shards(root, unit, table, [(partition, records)], settings)[0]


def write_shards(
    root: str,
    unit: str,
    table: str,
    shards: Iterable[tuple[str, Sequence[Row]]],
    settings: DatasetSettings,
) -> list[StagedFile]:
    """Do what ``write_shard`` does for the records of several partitions, some at a time."""
    storage = open_storage(root)
    found: list[StagedFile] = []
    for several in _together(shards):
        records = [record for _, shard in several for record in shard]
        places = [(partition, len(shard)) for partition, shard in several]
        rows = to_rows(table, records, unit)
        rows = sort_rows(table, rows, [count for _, count in places])
        files = _write_sorted(storage, unit, table, places, rows, settings)
        _keep_lately(table, files, records, rows)
        found += files
    return found


def _together(
    shards: Iterable[tuple[str, Sequence[Row]]],
) -> Iterator[list[tuple[str, Sequence[Row]]]]:
    several: list[tuple[str, Sequence[Row]]] = []
    count = 0
    for partition, records in shards:
        if several and count + len(records) > _TOGETHER_ROWS:
            yield several
            several, count = [], 0
        several.append((partition, records))
        count += len(records)
    if several:
        yield several


def _keep_lately(
    table: str, files: Sequence[StagedFile], records: Sequence[Row], rows: pa.Table
) -> None:
    """Keep what follows from the rows of ``files``, unless they would have to be signed for it."""
    if table not in ENTERED:
        return
    signed: dict[tuple[str, int], bytes] = {}
    if table == "articles":
        for record in records:
            if isinstance(record, Article) and record.signature is not None:
                signed[record.article_id, record.revision] = record.signature
        if len(signed) < rows.num_rows:
            return
    index = index_rows(table, rows, signed)
    start = 0
    for file in files:
        LATELY.keep(file.staged, index.slice(start, file.rows))
        start += file.rows


def write_rows(
    storage: Storage,
    unit: str,
    table: str,
    partition: str,
    rows: pa.Table,
    settings: DatasetSettings,
) -> StagedFile:
    """Write ``rows``, which have the schema of the table's files, to staging."""
    count = rows.num_rows
    rows = sort_rows(table, rows, [count])
    return _write_sorted(storage, unit, table, [(partition, count)], rows, settings)[0]


def _write_sorted(
    storage: Storage,
    unit: str,
    table: str,
    places: Sequence[tuple[str, int]],
    rows: pa.Table,
    settings: DatasetSettings,
) -> list[StagedFile]:
    """Write ``rows`` as one file for each partition with a count of rows in ``places``."""
    counts = [count for _, count in places]
    if not all(counts):
        raise ValueError(f"no rows for {table} in {places}: an empty file helps nobody")

    def write(partition: str, part: FileRows) -> StagedFile:
        data = memoryview(encode_file(table, part, settings))
        tallies = to_lines(tally_rows(table, part.rows))
        file = stage_file(storage, unit, table, partition, data, part.rows.num_rows, tallies)
        _check_written(storage, file.staged, data)
        return file

    parts = part_rows(table, rows, counts)
    files = [(partition, part) for (partition, _), part in zip(places, parts, strict=True)]
    return storage.for_each(lambda file: write(*file), files)


def stage_file(
    storage: Storage,
    unit: str,
    table: str,
    partition: str,
    data: bytes | memoryview,
    rows: int,
    tallies: tuple[LedgerLine, ...] = (),
) -> StagedFile:
    """Write the bytes of a file to staging, and say where its commit is to place them."""
    sha256 = hashlib.sha256(data).hexdigest()
    staged = f"{STAGING}/{check_unit(unit)}/{new_name(ending(table))}"
    path = data_path(table, partition, unit, sha256)
    storage.write(staged, data, path)
    return StagedFile(
        table=table,
        path=path,
        staged=staged,
        rows=rows,
        bytes=len(data),
        sha256=sha256,
        tallies=tallies,
    )


def _check_written(storage: Storage, staged: str, data: memoryview) -> None:
    """Raise ``DatasetError`` if a file is not as long as ``data``, or ends with something else.

    Its end says where all the rest is.
    """
    with storage.open(staged) as file:
        found = file.size()
        file.seek(max(found - _CHECKED_BYTES, 0))
        if found == len(data) and file.read() == bytes(data[-_CHECKED_BYTES:]):
            return
    raise DatasetError(
        f"{staged}: what was written, {len(data)} bytes, is not what can be read, {found} bytes. "
        "The disk or the file system is faulty; nothing was committed."
    )


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
