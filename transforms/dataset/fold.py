"""Make a checkpoint: fold the records since the last one into what they add up to.

Whoever commits does it now and then. A kill leaves parts that nothing names, which are swept; two
who do it at once make the same parts, and the one checkpoint or the other is found.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.schema import SCHEMA_VERSION, file_schema
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.checkpoint import (
    INLINE,
    Checkpoint,
    Part,
    Replacing,
    load_checkpoint,
    publish_checkpoint,
    read_part,
    write_part,
)
from newsbeam.transforms.dataset.forgotten import Forgotten
from newsbeam.transforms.dataset.forgotten_polls import forget_polls
from newsbeam.transforms.dataset.layout import (
    CHECKPOINTS,
    LATEST,
    STAGING,
    checkpoint_number,
    checkpoint_path,
)
from newsbeam.transforms.dataset.log import (
    Commit,
    add_commits,
    hint,
    live_files,
    load_record,
    places_of,
    read_data,
)
from newsbeam.transforms.dataset.merging import merge_from
from newsbeam.transforms.dataset.recovery import SWEPT, recover_from
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import State, from_placed, load_state
from newsbeam.transforms.dataset.storage import Storage

#: Records after a checkpoint from which on the next one is due.
EVERY = 32
#: Parts of one kind that are left beside each other.
_PARTS = 4
#: Bytes of a part that is not merged any more; that of the cursors has each source once.
_FULL = 64 << 20
#: Commits that are folded at once; bounds memory where a long log has no checkpoint yet.
_STEP = 1000


def fold_log(storage: Storage, settings: DatasetSettings, *, least: int = EVERY) -> bool:
    """Make a checkpoint of all commits if ``least`` have landed since the last; tell if it was.

    Raises ``DatasetError``; the dataset is as it was then.
    """
    state = load_state(storage)
    if len(state.commits) < max(least, 1):
        return False
    # What a checkpoint covers stands in its place: nobody need look for it in staging again.
    recover_from(storage, settings)
    left = {name.removeprefix(SWEPT) for name in storage.names(STAGING)}
    if any(commit.unit in left for commit in state.commits):
        return False
    checkpoint = state.checkpoint
    history = list(checkpoint.history) if checkpoint else []
    cursors = list(checkpoint.cursors) if checkpoint else []
    for start in range(0, len(state.commits), _STEP):
        some = state.commits[start : start + _STEP]
        history.append(write_part(storage, "history", _records(storage, some)))
        polls = polls_of(storage, some, state.commits)
        if polls.num_rows:
            cursors.append(write_part(storage, "cursors", polls))
    if any(commit.marks for commit in state.commits):
        cursors = _forget(storage, cursors, Forgotten(state.marks()))
    files = _files(state)
    made = Checkpoint(
        number=state.number,
        previous=state.folded,
        schema_version=SCHEMA_VERSION,
        made_at=datetime.now(UTC),
        inline=tuple(each for table in INLINE for each in state.placed(table)),
        files=write_part(storage, "files", files) if files.num_rows else None,
        cursors=tuple(_merge(storage, "cursors", cursors)),
        history=tuple(_merge(storage, "history", history)),
        replacing=tuple(_still_kept(state, settings)),
        marks=tuple(state.marks()),
    )
    publish_checkpoint(storage, made)
    storage.replace(LATEST, hint(made.number))
    sweep_checkpoints(storage, made, settings)
    return True


def _records(storage: Storage, commits: Sequence[Commit]) -> pa.Table:
    return pa.table(
        {
            "number": pa.array([commit.number for commit in commits], pa.int64()),
            "unit": pa.array([commit.unit for commit in commits], pa.string()),
            "record": pa.array(
                [load_record(storage, commit.number) for commit in commits], pa.large_binary()
            ),
        }
    )


def polls_of(storage: Storage, commits: Sequence[Commit], landed: Sequence[Commit]) -> pa.Table:
    """Return the last poll of each source in ``commits``, sorted by source.

    ``landed`` are all that have landed since the checkpoint, ``commits`` among them.
    """
    files = [
        file
        for commit in commits
        if not commit.removed  # what replaces others has their rows, and many more
        for file in commit.files
        if file.table == "feeds"
    ]
    if not all(any(storage.exists(path) for path in places_of(file)) for file in files):
        # Merged so long ago that only the merged file is left. Whatever else that has is the last
        # poll of its source too, or is passed over for a later one.
        files = live_files(landed, "feeds")
    return _last_of_each([widen("feeds", read_data(storage, file)) for file in files])


def _last_of_each(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the last row of each source, sorted by source; ``tables`` are oldest first.

    A file of ``feeds/`` is sorted by day, source and time; older ones by source and time.
    """
    rows = pa.concat_tables([file_schema("feeds").empty_table(), *tables])
    return rows.take(last_places(rows["source_ref"]))


def last_places(refs: pa.ChunkedArray) -> pa.Array:
    """Return the places of the last of each value of ``refs``, sorted by value."""
    # Not by ``group_by``, which imports pandas where it is installed.
    encoded = refs.combine_chunks().dictionary_encode()
    last = np.zeros(len(encoded.dictionary), np.int64)
    last[encoded.indices.to_numpy(zero_copy_only=False)] = np.arange(len(encoded))
    return pa.array(last).take(pc.sort_indices(encoded.dictionary))


def _forget(storage: Storage, parts: Sequence[Part], forgotten: Forgotten) -> list[Part]:
    """Return the cursors in one part, without what was forgotten since the last checkpoint."""
    rows = _last_of_each([rows for part in parts for rows in read_part(storage, part)])
    left = forget_polls(rows, forgotten)
    return [write_part(storage, "cursors", left)] if left.num_rows else []


def _merge(storage: Storage, kind: str, parts: Sequence[Part]) -> list[Part]:
    full = None if kind == "cursors" else _FULL
    start = merge_from([part.bytes for part in parts], _PARTS, full)
    if len(parts) - start < 2:
        return list(parts)
    tables = [rows for part in parts[start:] for rows in read_part(storage, part)]
    rows = _last_of_each(tables) if kind == "cursors" else pa.concat_tables(tables)
    return [*parts[:start], write_part(storage, kind, rows)]


def _files(state: State) -> pa.Table:
    """Return what stands with the head, as rows of the part ``files``."""
    removed = {path for commit in state.commits for path in commit.removed}
    gone = pa.array(sorted(removed), pa.string())
    before = state.checkpoint.files if state.checkpoint else None
    tables = [
        rows.filter(pc.invert(pc.is_in(rows["path"], value_set=gone)))
        for rows in (read_part(state.storage, before) if before else ())
    ]
    landed = add_commits((), state.commits)
    tables.append(from_placed([each for each in landed if each.file.table not in INLINE]))
    return pa.concat_tables(tables).sort_by("path")


def _still_kept(state: State, settings: DatasetSettings) -> Iterator[Replacing]:
    """Yield the commits whose replaced files are kept for passes that began before."""
    for each in state.checkpoint.replacing if state.checkpoint else ():
        if not each.is_over(settings):  # of the others, the recovery has removed them
            yield each
    for commit in state.commits:
        if commit.removed:
            yield Replacing(number=commit.number, committed_at=commit.committed_at)


def sweep_checkpoints(storage: Storage, newest: Checkpoint, settings: DatasetSettings) -> None:
    """Remove checkpoints that no pass can need any more, and parts that nothing names."""
    needed = datetime.now(UTC) - timedelta(seconds=settings.staging_ttl_s)
    kept: set[str] = {LATEST}
    checkpoint: Checkpoint | None = newest
    while checkpoint is not None:
        kept |= {checkpoint_path(checkpoint.number), *(part.path for part in checkpoint.parts)}
        # A pass may have begun just before the first checkpoint that is young enough.
        before = checkpoint.previous if checkpoint.made_at > needed else 0
        checkpoint = load_checkpoint(storage, before) if before else None
    for name in storage.names(CHECKPOINTS):
        path = f"{CHECKPOINTS}/{name}"
        number = checkpoint_number(name) or 0
        if path in kept or number > newest.number:
            continue
        if storage.age_s(path) > settings.staging_ttl_s:
            storage.remove(path)
