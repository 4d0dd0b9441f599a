"""A checkpoint: what the commits up to one add up to, so that nobody has to read them again.

A small JSON file names parts, which are Parquet files that are written once:

- ``files``: each file of the dataset, sorted by path, so that one partition can be looked up;
- ``cursors``: how each source stood when it was last polled, sorted by source;
- ``history``: the records themselves, for those who want to know of each commit.

The files of the index and of ``boilerplate/``, which every pass needs, stand in the JSON itself.
Everything here follows from the records: a checkpoint that is gone or damaged costs time, no more.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.layout import (
    CHECKPOINTS,
    check_part_path,
    checkpoint_number,
    checkpoint_path,
    part_path,
)
from newsbeam.transforms.dataset.log import (
    Mark,
    Placed,
    check_file,
    check_version,
    newest_checkpoint,
)
from newsbeam.transforms.dataset.storage import Storage

#: Tables of which every pass needs all files.
INLINE = ("index", "boilerplate")
#: Rows that are read together when one of them is wanted.
_GROUP_ROWS = {"files": 1000, "cursors": 500, "history": 250}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One Parquet file of a checkpoint; may be shared with others."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """A commit that replaced files."""

    number: int
    committed_at: datetime

    def is_over(self, settings: DatasetSettings) -> bool:
        """Tell whether every pass has ended that judges by the files that it replaced."""
        ended = datetime.now(UTC) - timedelta(seconds=settings.staging_ttl_s)
        return self.committed_at < ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the commits up to ``number`` add up to."""

    number: int
    previous: int  # the checkpoint before, 0 if there was none
    schema_version: int
    made_at: datetime
    inline: tuple[Placed, ...]  # of the tables in INLINE
    files: Part | None  # of all other tables
    cursors: tuple[Part, ...]  # oldest first; of two rows of a source the later one counts
    history: tuple[Part, ...]  # oldest first, as its rows are
    #: Commits whose replaced files are still kept for passes that began before.
    replacing: tuple[Replacing, ...] = ()
    marks: tuple[Mark, ...] = ()  # of what was forgotten

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return all files that belong to it."""
        return (*((self.files,) if self.files else ()), *self.cursors, *self.history)


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha256: str
    checkpoint: msgspec.Raw


def find_checkpoint(storage: Storage, until: int | None = None) -> Checkpoint | None:
    """Return the newest sound checkpoint up to commit ``until``; None: the records must do.

    Raises ``DatasetError`` for one of a newer version.
    """
    number = newest_checkpoint(storage)
    while number:
        found = load_checkpoint(storage, number)
        if found is None:
            break
        if until is None or number <= until:
            return found
        number = found.previous
    else:
        return None
    # The chain is broken: whatever else is there and sound will do.
    names = storage.names(CHECKPOINTS)
    numbers = sorted((n for name in names if (n := checkpoint_number(name))), reverse=True)
    sound = (
        load_checkpoint(storage, each)
        for each in numbers
        if each < number and (until is None or each <= until)
    )
    return next((each for each in sound if each is not None), None)


def load_checkpoint(storage: Storage, number: int) -> Checkpoint | None:
    """Return one checkpoint; None if it or a part of it is missing or damaged.

    Raises ``DatasetError`` if a newer newsbeam wrote it.
    """
    path = checkpoint_path(number)
    try:
        envelope = msgspec.json.decode(storage.read(path), type=_Envelope)
        if hashlib.sha256(envelope.checkpoint).hexdigest() != envelope.sha256:
            return None
        found = msgspec.json.decode(envelope.checkpoint, type=Checkpoint)
        for placed in found.inline:
            check_file(placed.file)
        if found.number != number or found.previous >= number:
            return None
        if not all(storage.for_each(partial(_is_whole, storage), found.parts)):
            return None
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    check_version(path, found.schema_version)
    return found


def publish_checkpoint(storage: Storage, checkpoint: Checkpoint) -> None:
    """Let ``checkpoint``, whose parts stand already, be found. A damaged one makes room for it."""
    body = msgspec.json.format(msgspec.json.encode(checkpoint), indent=1)
    checksum = hashlib.sha256(body).hexdigest().encode()
    data = b'{"sha256":"' + checksum + b'","checkpoint":' + body + b"}"
    path = checkpoint_path(checkpoint.number)
    if not storage.create(path, data) and load_checkpoint(storage, checkpoint.number) is None:
        storage.remove(path)
        storage.create(path, data)


def write_part(storage: Storage, kind: str, rows: pa.Table) -> Part:
    """Write ``rows`` as a part; the same rows make the same part."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        rows,
        sink,
        compression="zstd",
        row_group_size=_GROUP_ROWS[kind],
        write_page_checksum=True,
    )
    data = memoryview(sink.getvalue())
    sha256 = hashlib.sha256(data).hexdigest()
    part = Part(path=part_path(kind, sha256), rows=rows.num_rows, bytes=len(data), sha256=sha256)
    if not storage.create(part.path, data) and not _is_whole(storage, part):
        storage.remove(part.path)
        storage.create(part.path, data)
    return part


def read_part(
    storage: Storage, part: Part, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """Yield the rows of ``part``, some hundreds at a time; errors as ``SortedPart``."""
    try:
        with _open(storage, part) as parquet:
            for group in range(parquet.num_row_groups):
                yield parquet.read_row_group(group, columns=columns)
    except (FileNotFoundError, pa.ArrowInvalid, OSError) as error:
        raise _damaged(part, error) from error


class SortedPart:
    """A part that is sorted by its column ``key``, looked up by the statistics of its row groups.

    Raises ``DatasetError`` if it is damaged, with what to do.
    """

    def __init__(self, storage: Storage, part: Part, key: str) -> None:
        self._part = part
        try:
            self._parquet = _open(storage, part)
            columns = self._parquet.metadata.row_group(0)
            place = next(
                n for n in range(columns.num_columns) if columns.column(n).path_in_schema == key
            )
            bounds = [
                self._parquet.metadata.row_group(group).column(place).statistics
                for group in range(self._parquet.num_row_groups)
            ]
        except (FileNotFoundError, pa.ArrowInvalid, OSError) as error:
            raise _damaged(part, error) from error
        self._least = [each.min for each in bounds]
        self._most = [each.max for each in bounds]

    def groups(self, least: str, most: str) -> range:
        """Return the row groups in which keys from ``least`` to ``most`` may be."""
        return range(bisect_left(self._most, least), bisect_right(self._least, most))

    def read(self, group: int) -> pa.Table:
        """Return the rows of one row group."""
        try:
            return self._parquet.read_row_group(group)
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(self._part, error) from error


def checksum_fault(storage: Storage, part: Part) -> str | None:
    """Return a sentence if the bytes of ``part`` are not those that were written."""
    data = storage.read(part.path)
    if hashlib.sha256(data).hexdigest() != part.sha256:
        return str(_damaged(part, "its bytes do not fit their checksum"))
    return None


def _open(storage: Storage, part: Part) -> pq.ParquetFile:
    return pq.ParquetFile(storage.open(check_part_path(part.path)), page_checksum_verification=True)


def _is_whole(storage: Storage, part: Part) -> bool:
    try:
        return storage.size(check_part_path(part.path)) == part.bytes
    except (FileNotFoundError, DatasetError):
        return False


def _damaged(part: Part, error: object) -> DatasetError:
    return DatasetError(
        f"{part.path} is damaged: {error}. Remove the folder {CHECKPOINTS}/; it is made anew from "
        "the records."
    )
