"""Publish what a unit has staged as one commit, once, however often it is tried.

The record comes first, the files after it: a file that stands before its record would be rows that
no commit names, and twice after a lost race. ``docs/decisions/0002-commit-record-first.md``.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.schema import SCHEMA_VERSION
from newsbeam.transforms.core.settings import DatasetSettings, DuplicateSettings
from newsbeam.transforms.dataset.conflicts import resolve_conflicts, straighten_duplicates
from newsbeam.transforms.dataset.fold import EVERY, fold_log
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.keys import write_run
from newsbeam.transforms.dataset.lately import LATELY
from newsbeam.transforms.dataset.layout import check_unit, split_data_path
from newsbeam.transforms.dataset.log import Commit, append_commit, hint_at_none, read_data
from newsbeam.transforms.dataset.near_conflicts import settle_near_duplicates
from newsbeam.transforms.dataset.projection import (
    COLUMNS,
    ENTERED,
    ROW_KINDS,
    index_rows,
    tally_rows,
)
from newsbeam.transforms.dataset.recovery import finish
from newsbeam.transforms.dataset.repeats import has_inputs, set_apart
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.withdrawals import drop_withdrawn
from newsbeam.transforms.dataset.writer import StagedFile, to_ledger, to_lines, write_rows

_log = logging.getLogger("newsbeam")

#: So many files of one pass, smaller than this on average, are worth a word.
_MANY, _TINY_BYTES = 2000, 256 << 10

#: Without settings of the pipeline, near-duplicates of other commits are not looked for.
_NO_NEAR = DuplicateSettings(near=False)


def commit_unit(
    root: str,
    unit: str,
    staged: Sequence[StagedFile],
    events: Ledger,
    *,
    base: int,
    info: Mapping[str, str],
    settings: DatasetSettings,
    duplicates: DuplicateSettings = _NO_NEAR,
    obey_kills: bool = False,
) -> Commit:
    """Publish ``staged`` as the commit of ``unit``, or return the commit that it has already.

    If the unit has a commit with other inputs, ``staged`` gets a commit of its own beside it.
    ``events`` are the kinds of the ledger that have no rows; ``base`` is the newest commit that
    the unit was judged against: if others have landed since, its rows are judged again. It is the
    same for each attempt, and the commit of the unit, if there is one, comes after it. With
    ``obey_kills`` what it takes back is removed by a commit of its own (``dataset.withdrawals``).
    Raises ``DatasetError``; then it can be tried again, and no row counts twice.
    """
    doubled = {kind for kind, _ in events} & set(ROW_KINDS)
    if doubled:
        raise ValueError(f"{sorted(doubled)} are counted from rows and cannot be events")
    storage = open_storage(root)
    while True:
        state = load_state(storage)
        landed = state.since(min(base, state.folded))
        commit = _find(landed, unit)
        if commit is not None and not has_inputs(commit, events):
            # What an engine did once more, with other inputs, is nothing that may be lost.
            unit, staged = set_apart(storage, commit, staged, events, settings)
            finish(storage, commit, landed)
            continue
        if commit is None:
            _check_marks(landed, base)
            newer = [each for each in landed if each.number > base and not each.removed]
            commit = _prepare(state, unit, staged, events, newer, base, info, settings, duplicates)
            if not append_commit(storage, commit):
                continue
            LATELY.drop(file.staged for file in staged)
        finish(storage, commit, landed)
        if commit.number == 1 and storage.folders is None:
            hint_at_none(storage)
        if obey_kills:
            drop_withdrawn(storage, commit.files, settings)
        if commit.number - state.folded >= EVERY:
            _fold(storage, settings)
        return commit


def _check_marks(landed: Sequence[Commit], base: int) -> None:
    """Raise ``DatasetError`` if something was forgotten since ``base``: it may be in the unit."""
    for commit in landed:
        if commit.number > base and any(mark.salt for mark in commit.marks):
            raise DatasetError(
                f"Commit {commit.number} has forgotten something while this pass ran, which may "
                "have read it. Nothing of the pass was written; run the same command again."
            )


def _fold(storage: Storage, settings: DatasetSettings) -> None:
    try:
        fold_log(storage, settings)
    except DatasetError as error:
        # The commit stands, and a checkpoint can be made at any time.
        _log.warning("No checkpoint of the log could be made: %s", error)


def _find(commits: Sequence[Commit], unit: str) -> Commit | None:
    return next((commit for commit in commits if commit.unit == unit), None)


def _prepare(
    state: State,
    unit: str,
    staged: Sequence[StagedFile],
    events: Ledger,
    newer: Sequence[Commit],
    base: int,
    info: Mapping[str, str],
    settings: DatasetSettings,
    duplicates: DuplicateSettings,
) -> Commit:
    """Return the next commit after ``state``, with all its files in staging.

    ``newer`` are those that have landed since ``base``.
    """
    storage = state.storage
    # Two attempts at one shard make files of the same name; one of them is enough.
    files = [file for _, file in sorted({file.path: file for file in staged}.items())]
    files = resolve_conflicts(state, unit, files, newer, settings=settings)
    if duplicates.near:
        files = settle_near_duplicates(
            storage, unit, files, newer, settings=settings, duplicates=duplicates
        )
    files = straighten_duplicates(state, unit, files, newer, settings=settings)
    files, repeated = _leave_out_repeated(state, unit, files, settings)
    files = _with_index(storage, unit, files, settings)
    _warn_of_tiny_files(files)
    ledger = to_ledger(to_lines(events), to_lines(repeated), *(file.tallies for file in files))
    return Commit(
        number=state.number + 1,
        unit=check_unit(unit),
        base=base,
        schema_version=SCHEMA_VERSION,
        committed_at=datetime.now(UTC),
        info=dict(info),
        files=tuple(sorted(files, key=lambda file: file.path)),
        ledger=to_lines(ledger),
        repeated=to_lines(repeated),
    )


def _warn_of_tiny_files(files: Sequence[StagedFile]) -> None:
    if len(files) > _MANY and sum(file.bytes for file in files) < len(files) * _TINY_BYTES:
        _log.warning(
            "This pass writes %s files of %d KB on average, one for each day and language. "
            "dataset.partition_by: month or year makes fewer, or dataset.old_days for what is old; "
            "`newsbeam upkeep` merges only what is in one folder.",
            f"{len(files):,}",
            sum(file.bytes for file in files) // len(files) // 1024,
        )


def _leave_out_repeated(
    state: State,
    unit: str,
    files: Sequence[StagedFile],
    settings: DatasetSettings,
) -> tuple[list[StagedFile], Ledger]:
    """Return the files without rejects that stand in the dataset already, and the tally of those.

    The same input that fails the same way again counts, but has its row from the first time.
    """
    storage = state.storage
    result = [file for file in files if file.table != "rejects"]
    rejects = {
        file: read_data(storage, file, ["reject_id"])["reject_id"].to_pylist()
        for file in files
        if file.table == "rejects"
    }
    index = IndexFiles(storage, state.files("index"))
    standing = index.lookup_rejects({identity for ids in rejects.values() for identity in ids})
    repeated: Ledger = {}
    for file, ids in rejects.items():
        fresh = []
        for identity in ids:
            fresh.append(identity not in standing)
            standing.add(identity)
        if all(fresh):
            result.append(file)
            continue
        rows, mask = read_data(storage, file), pa.array(fresh)
        for key, tally in tally_rows("rejects", rows.filter(pc.invert(mask))).items():
            repeated[key] = repeated.get(key, Tally()) + tally
        if any(fresh):
            place = split_data_path(file.path)
            result.append(write_rows(storage, unit, *place, rows.filter(mask), settings))
    return result, repeated


def _with_index(
    storage: Storage, unit: str, files: Sequence[StagedFile], settings: DatasetSettings
) -> list[StagedFile]:
    """Return ``files`` with one index file: what follows from their rows, and unchanged entries."""
    parts = [_index_of(storage, file) for file in files if file.table in ENTERED]
    parts += [read_data(storage, file) for file in files if file.table == "index"]
    result = [file for file in files if file.table != "index"]
    if parts:
        # In one piece: a column costs as much for each piece as for many rows.
        rows = pa.concat_tables(parts).combine_chunks()
        result.append(write_run(storage, unit, rows, settings))
    return result


def _index_of(storage: Storage, file: StagedFile) -> pa.Table:
    rows = LATELY.find(file.staged)
    if rows is not None:
        return rows
    return index_rows(file.table, read_data(storage, file, COLUMNS[file.table]))
