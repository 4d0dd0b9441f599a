"""Whether a dataset is whole, found out from its files alone."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pyarrow as pa

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.schema import TABLES, file_schema, version_of
from newsbeam.transforms.dataset.audit_keys import KNOWN, KeyAudit
from newsbeam.transforms.dataset.audit_ledger import LedgerAudit
from newsbeam.transforms.dataset.audit_pages import PageAudit
from newsbeam.transforms.dataset.audit_rows import audit_rows, checked_columns
from newsbeam.transforms.dataset.checkpoint import checksum_fault, find_checkpoint
from newsbeam.transforms.dataset.forgotten import Forgotten
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.layout import COMMITS, PAGES, commit_number
from newsbeam.transforms.dataset.log import Commit, load_commit, open_data, places_of, read_data
from newsbeam.transforms.dataset.schemas import schema_fault
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.waiting import waiting_sentences
from newsbeam.transforms.dataset.writer import StagedFile

#: Is told how many files have been read, of how many.
OnFile = Callable[[int, int], None]
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found; the dataset is whole if there are no faults."""

    faults: tuple[str, ...]  # sentences, each naming a file
    commits: int
    files: int
    rows: dict[str, int]  # of each table, and how many pages are kept if any are
    #: Committed files that still stand in staging: the next writer puts them into their place.
    unpublished: int
    #: Sentences on entries above ``fetch.max_entries`` that no pass has read yet: no faults.
    waiting: tuple[str, ...] = ()
    #: Files of older versions of the schema: no fault, but readers need options for them.
    older: tuple[str, ...] = ()


def audit_dataset(root: str, *, on_file: OnFile = lambda _done, _all: None) -> Audit:
    """Check the commit log, every file, every identity, the ledger and the index.

    Runs beside writers: what they commit meanwhile is left for the next audit. Memory is flat:
    what must be compared with other rows is kept on the disk, in parts. ``on_file`` is told how
    many files of how many have been read.
    """
    storage = open_storage(root, fresh=True)
    present = {path for table in (*TABLES, PAGES) for path in storage.walk(table)}
    faults: list[str] = []
    state = _read_log(storage, faults)
    log_is_whole = not faults
    files = state.files()
    with (
        closing(KeyAudit()) as keys,
        closing(LedgerAudit()) as ledgers,
        closing(PageAudit(state)) as pages,
    ):
        read = _read_files(state, files, keys, ledgers, pages, on_file)
        faults += read.faults
        if log_is_whole:
            if all(file.table != "index" for file in read.broken):
                faults += pages.faults()
            if not {file.table for file in read.broken} & {"articles", "duplicates"}:
                faults += keys.faults()
            broken, complete = {_unit_of(file) for file in read.broken}, True
            for commit in state.history():
                ledgers.add_commit(commit)
                # A merged file has rows of many units.
                complete = complete and not (commit.removed and commit.unit in broken)
            complete = complete and all(file.table != "index" for file in read.broken)
            faults += ledgers.faults(complete=complete, broken=broken)
            faults += _strays(storage, present)
    waiting: list[str] = []
    if log_is_whole and not any(file.table in ("feeds", "index") for file in read.broken):
        waiting = waiting_sentences(state)
    return read.to_audit(faults, state, waiting=waiting)


def audit_since(root: str, number: int, *, on_file: OnFile = lambda _done, _all: None) -> Audit:
    """Check what the commits after ``number`` have brought, beside what the index knows.

    What upkeep has merged since is read where the pass left it, or, once that is gone, as it is
    now; ledgers are compared for the former only.
    """
    storage = open_storage(root, fresh=True)
    faults: list[str] = []
    state = _read_log(storage, faults)
    if not 0 <= number <= state.number:
        raise UsageError(f"--since {number}: the newest commit is {state.number}.")
    if faults:
        return _Read().to_audit(faults, state)
    commits = state.since(number)
    live = {file.path for file in state.files()} if any(c.removed for c in commits) else set()
    files, gone = [], set()
    for commit in commits:
        for file in commit.files:
            if not commit.removed or file.path in live:
                if any(storage.exists(path) for path in places_of(file)) or file.path in live:
                    files.append(file)
                else:
                    gone.add(commit.unit)
    passes = [commit for commit in commits if not commit.removed]
    with (
        closing(KeyAudit()) as keys,
        closing(LedgerAudit()) as ledgers,
        closing(PageAudit(state)) as pages,  # whose inputs are in the whole index alone
    ):
        merged = {file.path for commit in commits if commit.removed for file in commit.files}
        theirs = [file for file in files if file.path not in merged]
        read = _read_files(state, theirs, keys, ledgers, pages, on_file)
        for file in files:
            if file.path in merged:
                found = _file_faults(storage, file)
                read.add(storage, file, found)
        faults += read.faults
        if not read.broken:
            _add_known(state, theirs, passes, keys)
            faults += keys.faults()
        for commit in passes:
            ledgers.add_commit(commit)
        broken = {_unit_of(file) for file in read.broken} | gone
        faults += ledgers.faults(complete=True, broken=broken)
    return read.to_audit(faults, state, commits=len(commits))


@dataclass
class _Read:
    """What reading some files has shown."""

    faults: list[str] = field(default_factory=list)
    broken: list[StagedFile] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    older: list[str] = field(default_factory=list)
    files: int = 0
    unpublished: int = 0

    def add(self, storage: Storage, file: StagedFile, faults: list[str]) -> None:
        self.files += 1
        if faults:
            self.faults += faults
            self.broken.append(file)
            return
        self.rows[file.table] += file.rows
        if schema_fault(storage, file):
            self.older.append(file.path)

    def to_audit(
        self,
        faults: Sequence[str],
        state: State,
        commits: int | None = None,
        waiting: Sequence[str] = (),
    ) -> Audit:
        return Audit(
            faults=tuple(faults),
            commits=state.number if commits is None else commits,
            files=self.files,
            rows={t: self.rows[t] for t in (*TABLES, PAGES) if t != PAGES or self.rows[t]},
            unpublished=self.unpublished,
            waiting=tuple(waiting),
            older=tuple(sorted(self.older)),
        )


def _read_files(
    state: State,
    files: Sequence[StagedFile],
    keys: KeyAudit,
    ledgers: LedgerAudit,
    pages: PageAudit,
    on_file: OnFile,
) -> _Read:
    read, storage, forgotten = _Read(), state.storage, Forgotten(state.marks())
    for done, file in enumerate(files):
        on_file(done, len(files))
        found = _file_faults(storage, file)
        read.add(storage, file, found)
        if not found:
            read.unpublished += storage.exists(file.staged) and not storage.exists(file.path)
            if file.table == PAGES:
                read.faults += pages.add(file)
                continue
            groups = pages.watch(file, _row_groups(storage, file))
            read.faults += audit_rows(file, groups, keys, ledgers, forgotten)
    on_file(len(files), len(files))
    return read


def _add_known(
    state: State, files: Sequence[StagedFile], passes: Sequence[Commit], keys: KeyAudit
) -> None:
    """Let ``keys`` know what the index has of the articles that ``files`` name, of other passes."""
    columns = {
        "articles": ["article_id"],
        "duplicates": ["article_id", "duplicate_of"],
        "index": ["article_id"],
    }
    named = {
        value
        for file in files
        if file.table in columns
        for column in read_data(state.storage, file, columns[file.table]).columns
        for value in column.to_pylist()
        if value is not None
    }
    units = {commit.unit for commit in passes}
    index = IndexFiles(state.storage, state.files("index"))
    rows = [row for row in index.rows_of(named) if row["unit"] not in units]
    if rows:
        keys.add_known(pa.Table.from_pylist(rows, schema=KNOWN))


def _unit_of(file: StagedFile) -> str:
    """Return the unit in the name of a file: that of its commit."""
    return file.path.rpartition("/part-")[2].rpartition("-")[0]


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


def _file_faults(storage: Storage, file: StagedFile) -> list[str]:
    try:
        size, sha256 = _checksum(storage, file)
        if (size, sha256) != (file.bytes, file.sha256):
            return [
                f"{file.path} is not what was written: it has {size} bytes and SHA-256 "
                f"{sha256[:12]}… instead of {file.bytes} and {file.sha256[:12]}…"
            ]
        if file.table == PAGES:
            return []
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
