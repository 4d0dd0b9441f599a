"""The commit log: what the dataset consists of. A commit counts once its record stands.

A record is a JSON file ``commits/<number>.json`` that carries its own checksum. What the records
add up to is told by ``dataset.state``, which need not read all of them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.schema import SCHEMA_VERSION
from newsbeam.transforms.dataset.layout import (
    CHECKPOINTS,
    LATEST,
    STAGING,
    check_staged_path,
    check_unit,
    checkpoint_number,
    checkpoint_path,
    commit_path,
    fence_path,
    replaced_path,
    split_data_path,
)
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage
from newsbeam.transforms.dataset.writer import LedgerLine, StagedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that was forgotten, without saying what (see ``dataset.forgotten``)."""

    kind: str  # article, url, domain, publisher, or before: a date
    salt: str  # hex; "" of a date
    value: str  # a salted hash, or the date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """What is gone of one class of a unit's ledger."""

    unit: str
    kind: str
    reason: str
    count: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What one unit added to the dataset."""

    number: int  # 1, 2, …
    unit: str
    base: int  # the newest commit that the unit was judged against while it ran
    schema_version: int
    committed_at: datetime
    info: dict[str, str]  # engine, runner, versions, times: for people
    files: tuple[StagedFile, ...]
    #: Paths of files of earlier commits that this one replaces.
    removed: tuple[str, ...] = ()
    #: Where its files stand among the others of their table (see ``Placed``), if they replace any.
    #: Older records have none; their files stand behind all that they replaced.
    places: tuple[int, ...] = ()
    #: What it forgets, and how the rows that it removes were counted.
    marks: tuple[Mark, ...] = ()
    gone: tuple[UnitLine, ...] = ()
    #: The whole ledger of the unit, and the part of it that has no row of its own, because the
    #: same reject stands in the dataset already.
    ledger: tuple[LedgerLine, ...] = ()
    repeated: tuple[LedgerLine, ...] = ()


#: Room for the files of one commit, between the places of two commits.
_POSITION_BITS = 20


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha256: str
    commit: msgspec.Raw


def read_commits(root: str, *, after: int = 0, until: int | None = None) -> list[Commit]:
    """Return the commits numbered above ``after``, up to ``until``, in order.

    Raises ``DatasetError`` for a record that is missing, damaged or of a newer version.
    """
    return load_commits(open_storage(root), after=after, until=until)


def head(root: str) -> int:
    """Return the number of the newest commit, 0 in an empty or new dataset."""
    return newest(open_storage(root))


def newest(storage: Storage, known: int | None = None) -> int:
    """Return the number of the newest commit, found from a checkpoint on by looking for the next.

    ``known`` is one of which the caller knows that all records up to it have stood.

    Raises ``DatasetError`` if a record is missing before others.
    """
    last = newest_checkpoint(storage) if known is None else known
    while storage.exists(commit_path(last + 1)):
        last += 1
    if storage.exists(commit_path(last + 2)):
        # It may have been written while the one before was looked for.
        if storage.exists(commit_path(last + 1)):
            return newest(storage, known)
        raise _missing(commit_path(last + 1))
    return last


def newest_checkpoint(storage: Storage) -> int:
    """Return the number of a checkpoint that is among the newest, 0 if none is found.

    The number is a place to begin at and nothing more: what it says is never the end of the log.
    """
    try:
        number = checkpoint_number(storage.read(LATEST).decode("ascii", "replace").strip())
    except FileNotFoundError:
        number = None
    if number == 0 or (number is not None and storage.exists(checkpoint_path(number))):
        return number
    return max((checkpoint_number(name) or 0 for name in storage.names(CHECKPOINTS)), default=0)


def hint_at_none(storage: Storage) -> None:
    """Say that there is no checkpoint, unless the hint says more: nobody need list them to know."""
    storage.create(LATEST, hint(0))


def hint(number: int) -> bytes:
    """Return what ``LATEST`` holds to name the checkpoint ``number``."""
    return checkpoint_path(number).rpartition("/")[2].encode()


def load_commits(storage: Storage, *, after: int = 0, until: int | None = None) -> list[Commit]:
    """Do what ``read_commits`` does."""
    # Each number is opened by its name: a listing may miss one that appears while it is made.
    last = newest(storage) if until is None else until
    return [load_commit(storage, number) for number in range(after + 1, last + 1)]


def load_commit(storage: Storage, number: int) -> Commit:
    """Return one commit; raises ``DatasetError`` if it is missing, damaged or too new."""
    return parse_record(load_record(storage, number), number)


def load_record(storage: Storage, number: int) -> bytes:
    """Return the bytes of one record; raises ``DatasetError`` if it is missing."""
    path = commit_path(number)
    try:
        return storage.read(path)
    except FileNotFoundError as error:
        raise _missing(path) from error


def parse_record(data: bytes, number: int) -> Commit:
    """Return the commit ``number`` that a record holds; errors as ``load_commit``."""
    path = commit_path(number)
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
        if hashlib.sha256(envelope.commit).hexdigest() != envelope.sha256:
            raise DatasetError("the record does not fit its checksum; it is damaged.")
        commit = msgspec.json.decode(envelope.commit, type=Commit)
        check_unit(commit.unit)
        for file in commit.files:
            check_file(file)
        for removed in commit.removed:
            split_data_path(removed)
        if commit.places and len(commit.places) != len(commit.files):
            raise DatasetError("not each file has a place.")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DatasetError(
            f"{path} is no commit record: {str(error).rstrip('. ')}. Bring it back from a copy of "
            "the dataset."
        ) from error
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from error
    if commit.number != number:
        raise DatasetError(f"{path} is the record of commit {commit.number}; it was renamed.")
    check_version(path, commit.schema_version)
    return commit


def check_file(file: StagedFile) -> StagedFile:
    """Return ``file`` if its paths are what they may be; else raise a ``DatasetError``."""
    if split_data_path(file.path)[0] != file.table:
        raise DatasetError(f"{file.path} is no file of the table {file.table}.")
    check_staged_path(file.staged)
    return file


def check_version(path: str, version: int) -> None:
    """Raise a ``DatasetError`` if what stands at ``path`` was written by a newer newsbeam."""
    if version > SCHEMA_VERSION:
        raise DatasetError(
            f"{path} has schema version {version}; this newsbeam knows {SCHEMA_VERSION}. Use the "
            "version that wrote it, or a newer one."
        )


def _missing(path: str) -> DatasetError:
    return DatasetError(f"{path} is missing though later commits stand; restore it from a backup.")


def append_commit(storage: Storage, commit: Commit) -> bool:
    """Publish the record of ``commit``; False if another commit has its number already.

    Raises ``DatasetError`` if its files are not in staging any more.
    """
    body = msgspec.json.format(msgspec.json.encode(commit), indent=1)
    checksum = hashlib.sha256(body).hexdigest().encode()
    data = b'{"sha256":"' + checksum + b'","commit":' + body + b"}"
    path = commit_path(commit.number)
    if storage.folders is None:
        # After the log was read, as ``dataset.fences`` needs it.
        if storage.exists(fence_path(commit.unit)):
            raise DatasetError(
                f"What {commit.unit} has written was swept as a leftover before it was committed. "
                "Run the same command again."
            )
        _check_staged(storage, commit)
        return storage.create(path, data)
    staged = f"{STAGING}/{commit.unit}/{new_name('.json')}"
    storage.write(staged, data)
    # After the record is written beside them: if they are swept later than this look, the record
    # goes with them and cannot be published.
    _check_staged(storage, commit)
    storage.sync([staged, *(file.staged for file in commit.files)])
    if not storage.publish(staged, path):
        return False
    storage.sync([path])
    return True


def _check_staged(storage: Storage, commit: Commit) -> None:
    staged = [file.staged for file in commit.files]
    for path, is_there in zip(staged, storage.for_each(storage.exists, staged), strict=True):
        if not is_there:
            raise DatasetError(
                f"{path} is gone before it was committed: it was swept as a leftover, or removed "
                "by hand. Run the same command again."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A file of the dataset with its place among the others of its table."""

    at: int  # ascending from the oldest rows to the newest
    version: int  # of the schema
    file: StagedFile


def place_files(commit: Commit) -> list[Placed]:
    """Return the files of ``commit``; those that replace others stand where those stood."""
    begin = (2 * commit.base + 1 if commit.removed else 2 * commit.number) << _POSITION_BITS
    places = commit.places or range(begin, begin + len(commit.files))
    return [
        Placed(at=at, version=commit.schema_version, file=file)
        for at, file in zip(places, commit.files, strict=True)
    ]


def add_commits(before: Iterable[Placed], commits: Iterable[Commit]) -> list[Placed]:
    """Return what stands of the files ``before`` and those of ``commits``, oldest rows first."""
    commits = list(commits)
    removed = {path for commit in commits for path in commit.removed}
    found = [*before, *(placed for commit in commits for placed in place_files(commit))]
    return sorted(
        (placed for placed in found if placed.file.path not in removed),
        key=lambda placed: placed.at,
    )


def live_files(commits: Iterable[Commit], table: str | None = None) -> list[StagedFile]:
    """Return the files that ``commits`` add up to, oldest rows first, of one table or of all."""
    return [
        placed.file for placed in add_commits((), commits) if table in (None, placed.file.table)
    ]


def places_of(file: StagedFile) -> tuple[str, ...]:
    """Return where to look for a committed file, in this order."""
    # It can move from staging to its place between the first two looks.
    return file.path, file.staged, file.path, replaced_path(file.path)


def open_data(
    storage: Storage, file: StagedFile, dictionaries: Sequence[str] = ()
) -> pq.ParquetFile:
    """Open a committed file, where it is published, still in staging, or was replaced meanwhile.

    Columns among ``dictionaries``, which the file must have, are read as dictionaries. Raises
    ``DatasetError`` if it is in none of these places or no Parquet file.
    """
    # What is read from afar is asked for at once; on a disk that costs more than it saves.
    is_far = storage.folders is None
    for path in places_of(file):
        try:
            return pq.ParquetFile(
                storage.open(path), read_dictionary=list(dictionaries), pre_buffer=is_far
            )
        except FileNotFoundError:
            continue
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(path, error) from error
    raise DatasetError(
        f"{file.path} is missing though it was committed. Bring it back from a copy of the dataset."
    )


def _damaged(path: str, error: Exception) -> DatasetError:
    return DatasetError(
        f"{path} is damaged: {str(error).rstrip('. ')}. Bring it back from a copy of the dataset."
    )


def read_data(storage: Storage, file: StagedFile, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of a committed file."""
    with open_data(storage, file) as parquet:
        try:
            return parquet.read(columns=list(columns) if columns is not None else None)
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(file.path, error) from error
