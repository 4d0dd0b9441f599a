"""Where a key stands in a run of the index, found without reading the run.

A run is a file of the index, its rows in the order in which they were committed. Beside each run of
more than one row group, below ``lookup/``, stand its keys, sorted, with the rows that have them,
and a filter of them. They follow from the run and carry its SHA-256: where they are missing, or do
not fit, the run itself is searched.
"""

import re
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.encoding import INDEX_GROUP_ROWS
from newsbeam.transforms.dataset.filters import Keys, decode_filter, encode_filter, may_have
from newsbeam.transforms.dataset.layout import LOOKUP, split_data_path
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile, write_rows

#: Columns of the index that are looked up, each with the rows of which it is a key.
LOOKED_UP: dict[str, str | None] = {
    "article_id": None,
    "content_hash": "written",
    "url_id": None,
    "reject_id": None,
}
#: Stands in the names of filters and keys: those that lack a column of these are not looked for.
_KIND = digest("keys", *LOOKED_UP)[:4]
#: Keys in a row group of the sorted keys: what is read to find one of them.
_GROUP_KEYS = 8192
_RUN = b"newsbeam.run"
_HALF = 16  # hex digits
_SUFFIX = r"\.[0-9a-f]{4}\.(filter|keys\.parquet)$"


def write_run(storage: Storage, unit: str, rows: pa.Table, settings: DatasetSettings) -> StagedFile:
    """Write rows of the index to staging as one run, and beside it where its keys are."""
    run = write_rows(storage, unit, "index", "", rows, settings)
    if rows.num_rows > INDEX_GROUP_ROWS:
        write_lookup(storage, run, rows)
    return run


def write_lookup(storage: Storage, run: StagedFile, rows: pa.Table) -> None:
    """Publish filter and sorted keys of ``run``, which has these ``rows``.

    They may stand there before the run is committed: nobody looks at them without it.
    """
    keys, places = _sort_keys(rows)
    sink = pa.BufferOutputStream()
    table = pa.table({"key": keys, "row": places}).replace_schema_metadata({_RUN: run.sha256})
    pq.write_table(
        table, sink, compression="zstd", row_group_size=_GROUP_KEYS, write_page_checksum=True
    )
    for path, data in (
        (keys_path(run), memoryview(sink.getvalue())),
        (filter_path(run), encode_filter(np.unique(keys), run.sha256)),
    ):
        if not storage.create(path, data):
            storage.remove(path)  # what stands there may be what a kill or a fault has left
            storage.create(path, data)


def keys_path(run: StagedFile) -> str:
    """Return where the sorted keys of ``run`` stand."""
    return f"{LOOKUP}/{_name(run)}.{_KIND}.keys.parquet"


def filter_path(run: StagedFile) -> str:
    """Return where the filter of ``run`` stands."""
    return f"{LOOKUP}/{_name(run)}.{_KIND}.filter"


def run_of(name: str) -> str:
    """Return the path of the run that a file below ``lookup/`` is of."""
    return f"index/{re.sub(_SUFFIX, '', name)}.parquet"


def _name(run: StagedFile) -> str:
    split_data_path(run.path)
    return PurePosixPath(run.path).stem


def to_keys(identities: pa.Array) -> Keys:
    """Return the keys of identities, which are 32 hex digits, as numbers."""
    if not pc.all(pc.equal(pc.binary_length(identities), 2 * _HALF)).as_py():
        # No identity of ours; whatever was asked for has a key all the same.
        identities = pa.array([digest(one) for one in identities.to_pylist()], pa.string())
    joined = identities.cast(pa.binary()).to_numpy(zero_copy_only=False)
    digits = np.frombuffer(b"".join(joined), np.uint8).reshape(-1, 2 * _HALF)[:, :_HALF]
    nibbles = (digits & 15) + 9 * (digits >> 6)
    pairs = (nibbles[:, ::2] << 4) | (nibbles[:, 1::2] & 15)
    return np.ascontiguousarray(pairs).view(">u8").ravel().astype(np.uint64)


def _sort_keys(rows: pa.Table) -> tuple[Keys, NDArray[np.uint32]]:
    keys, places = [], []
    for column, outcome in LOOKED_UP.items():
        mask = pc.is_valid(rows[column])
        if outcome is not None:
            mask = pc.and_(mask, pc.equal(rows["outcome"], outcome))
        at = np.flatnonzero(mask.to_numpy())
        keys.append(to_keys(rows[column].filter(mask).combine_chunks()))
        places.append(at.astype(np.uint32))
    every, where = np.concatenate(keys), np.concatenate(places)
    order = np.lexsort((where, every))
    return every[order], where[order]


class RunKeys:
    """Looks up keys in one run."""

    def __init__(self, storage: Storage, run: StagedFile) -> None:
        self._storage = storage
        self._run = run

    def load_filter(self) -> NDArray[np.uint8] | None:
        """Return the bits of the filter; None if there is none that fits the run."""
        try:
            return decode_filter(self._storage.read(filter_path(self._run)), self._run.sha256)
        except FileNotFoundError:
            return None

    def find(self, bits: NDArray[np.uint8], keys: Keys) -> NDArray[np.int64] | None:
        """Return which rows may have one of ``keys``, ascending; None if only the run can tell."""
        likely = np.unique(may_have(bits, keys))
        if not len(likely):
            return np.empty(0, np.int64)
        try:
            return self._find_likely(likely)
        except (FileNotFoundError, DatasetError, pa.ArrowInvalid, OSError):
            return None  # damaged: the run itself is searched

    def _find_likely(self, likely: Keys) -> NDArray[np.int64] | None:
        source = self._storage.open(keys_path(self._run))
        with pq.ParquetFile(source, page_checksum_verification=True) as parquet:
            metadata = parquet.schema_arrow.metadata or {}
            if metadata.get(_RUN) != self._run.sha256.encode():
                return None
            bounds = [
                parquet.metadata.row_group(group).column(0).statistics
                for group in range(parquet.num_row_groups)
            ]
            least = np.array([each.min for each in bounds], np.uint64)
            most = np.array([each.max for each in bounds], np.uint64)
            first = np.searchsorted(most, likely, "left")
            behind = np.searchsorted(least, likely, "right")
            groups = {g for a, b in zip(first, behind, strict=True) for g in range(a, b)}
            found = [np.empty(0, np.int64)]
            for group in sorted(groups):
                rows = parquet.read_row_group(group)
                mask = np.isin(rows["key"].to_numpy(), likely)
                found.append(rows["row"].to_numpy()[mask].astype(np.int64))
        return np.unique(np.concatenate(found))
