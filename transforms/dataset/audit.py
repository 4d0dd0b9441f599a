"""Whether a dataset is whole, found out from its files alone."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from transforms.core.errors import DatasetError
from transforms.core.schema import TABLES, file_schema, version_of
from transforms.dataset.audit_rows import RowAudit, checked_columns
from transforms.dataset.checkpoint import checksum_fault, find_checkpoint
from transforms.dataset.layout import COMMITS, commit_number, commit_path
from transforms.dataset.log import Commit, load_commit, open_data, places_of
from transforms.dataset.state import State, load_state
from transforms.dataset.storage import Storage, open_storage
from transforms.dataset.writer import StagedFile

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found; the dataset is whole if there are no faults."""

    faults: tuple[str, ...]  # sentences, each naming a file
    commits: int
    files: int
    rows: dict[str, int]  # of each table
    #: Committed files that still stand in staging: the next writer puts them into their place.
    unpublished: int


def audit_dataset(root: str) -> Audit:
    """Check the commit log, every file, every identity, the ledger and the index.

    Runs beside writers: what they commit meanwhile is left for the next audit.
    """
    storage = open_storage(root)
    present = {path for table in TABLES for path in storage.walk(table)}
    faults: list[str] = []
    state = _read_log(storage, faults)
    log_is_whole = not faults
    files = state.files()
    rows, broken, unpublished = RowAudit(), [], 0
    counts: Counter[str] = Counter()
    for file in files:
        found = _file_faults(storage, file)
        if found:
            faults += found
            broken.append(file)
            continue
        counts[file.table] += file.rows
        unpublished += storage.exists(file.staged) and not storage.exists(file.path)
        rows.add(file, _row_groups(storage, file))
    if log_is_whole:
        commits = list(state.history())
        faults += _unit_faults(commits)
        faults += rows.faults(commits, broken)
        faults += _strays(storage, present)
    return Audit(
        faults=tuple(faults),
        commits=state.number,
        files=len(files),
        rows={table: counts[table] for table in TABLES},
        unpublished=unpublished,
    )


def _read_log(storage: Storage, faults: list[str]) -> State:
    """Return what the sound records add up to; the others become faults."""
    checkpoint = find_checkpoint(storage)
    for part in checkpoint.parts if checkpoint else ():
        fault = checksum_fault(storage, part)
        faults += [fault] if fault else []
    names = storage.names(COMMITS)
    folded = checkpoint.number if checkpoint else 0
    last = max((commit_number(name) or 0 for name in names), default=folded)
    commits = []
    for number in range(folded + 1, last + 1):
        try:
            commits.append(load_commit(storage, number))
        except DatasetError as error:
            faults.append(str(error))
    faults += [
        f"{COMMITS}/{name} is no commit record." for name in names if commit_number(name) is None
    ]
    return State(
        storage=storage, number=max(last, folded), checkpoint=checkpoint, commits=tuple(commits)
    )


def _unit_faults(commits: Sequence[Commit]) -> Iterator[str]:
    units = Counter(commit.unit for commit in commits)
    for commit in commits:
        if units[commit.unit] > 1:
            yield f"{commit_path(commit.number)}: unit {commit.unit} has other commits."


def _file_faults(storage: Storage, file: StagedFile) -> list[str]:
    try:
        size, sha256 = _checksum(storage, file)
        if (size, sha256) != (file.bytes, file.sha256):
            return [
                f"{file.path} is not what was written: it has {size} bytes and SHA-256 "
                f"{sha256[:12]}… instead of {file.bytes} and {file.sha256[:12]}…"
            ]
        with open_data(storage, file) as parquet:
            schema = parquet.schema_arrow
            if not schema.equals(file_schema(file.table, version_of(schema))):
                return [f"{file.path} does not have the schema of {file.table}/."]
            if parquet.metadata.num_rows != file.rows:
                return [
                    f"{file.path} has {parquet.metadata.num_rows} rows, its commit says "
                    f"{file.rows}."
                ]
    except DatasetError as error:
        return [str(error)]
    return []


def _checksum(storage: Storage, file: StagedFile) -> tuple[int, str]:
    for path in places_of(file):
        try:
            source = storage.open(path)
        except FileNotFoundError:
            continue
        hasher = hashlib.sha256()
        with source:
            while chunk := source.read(_CHUNK):
                hasher.update(chunk)
            return source.tell(), hasher.hexdigest()
    raise DatasetError(f"{file.path} is missing though it was committed.")


def _row_groups(storage: Storage, file: StagedFile) -> Iterator[pa.Table]:
    columns = checked_columns(file.table)
    with open_data(storage, file) as parquet:
        for group in range(parquet.num_row_groups):
            yield parquet.read_row_group(group, columns=columns)


def _strays(storage: Storage, present: set[str]) -> list[str]:
    """Return a sentence for each file in a data folder that no commit names.

    ``present`` was listed before the log is read here, so that a live writer's files are named.
    """
    state = load_state(storage)
    # What a later commit has replaced may stand there still, or again for a moment.
    named = {file.path for commit in state.commits for file in commit.files}
    named |= {path for commit in state.commits for path in commit.removed}
    named |= {file.path for file in state.files()}
    return [f"{path} is named by no commit." for path in sorted(present - named)]
