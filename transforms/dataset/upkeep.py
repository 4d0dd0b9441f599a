"""What a dataset needs now and then, so that a pass goes on costing what the pass is.

Small files are merged and files of older versions brought to the present one; runs of the index
get their keys where they are missing; the log is folded; leftovers are swept. Each step is a commit
of its own or changes nothing that is read, so it may be killed at any moment and be done by several
at once.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.compact import Compaction, Merge, due_merges, merge_files
from newsbeam.transforms.dataset.encoding import INDEX_GROUP_ROWS
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.keys import filter_path, keys_path, run_of, write_lookup
from newsbeam.transforms.dataset.layout import LOOKUP, replaced_path
from newsbeam.transforms.dataset.log import live_files, read_data
from newsbeam.transforms.dataset.recovery import recover_from
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.withdrawals import drop_withdrawn
from newsbeam.transforms.dataset.writer import StagedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What was done."""

    merged: int  # files that became fewer
    into: int
    bytes_merged: int
    lookups: int  # runs of the index that got their keys
    folded: bool  # whether there is a new checkpoint
    done: bool  # False if there is more to do


def keep_up(
    root: str,
    settings: DatasetSettings,
    *,
    limit_s: float | None = None,
    obey_kills: bool = False,
) -> Upkeep:
    """Do what is due, for about ``limit_s`` seconds: a step that has begun is brought to its end.

    With ``obey_kills`` what was taken back is removed where a pass has not done it: in what has
    been written since the last checkpoint, or, without a limit, in all of the dataset.

    Raises ``DatasetError``; then what was done stays, and nothing is lost.
    """
    began, storage = time.monotonic(), open_storage(root)
    recover_from(storage, settings)
    _forget_old(root, storage, settings)
    if obey_kills:
        state = load_state(storage)
        recent = live_files(state.commits, "articles")
        drop_withdrawn(storage, state.files("articles") if limit_s is None else recent, settings)
    merges: list[Compaction] = []
    lookups, done = 0, False

    def has_time() -> bool:
        return limit_s is None or time.monotonic() - began < limit_s

    while has_time() and not done:
        merge = merge_files(storage, "upkeep", lambda state: _some(state, settings), settings)
        merges += [merge] if merge.before else []
        done = not merge.before
    while done and has_time():
        run = next(_runs_without_keys(load_state(storage)), None)
        if run is None:
            break
        _make_keys(storage, run)
        lookups += 1
    folded = fold_log(storage, settings)
    if done:
        _sweep_lookups(storage, settings)
    return Upkeep(
        merged=sum(each.before for each in merges),
        into=sum(each.after for each in merges),
        bytes_merged=sum(each.bytes_before for each in merges),
        lookups=lookups,
        folded=folded,
        done=done,
    )


def _forget_old(root: str, storage: Storage, settings: DatasetSettings) -> None:
    """Forget what is older than is kept, once a day."""
    if settings.keep_days is None:
        return
    before = datetime.now(UTC) - timedelta(days=settings.keep_days)
    dates = [mark.value for mark in load_state(storage).marks() if mark.kind == "before"]
    if not dates or datetime.fromisoformat(dates[0]) < before - timedelta(days=1):
        forget(root, settings, before=before)


def _some(state: State, settings: DatasetSettings) -> Iterator[Merge]:
    """Yield merges of about the size of one large file: what one commit does."""
    room = settings.file_bytes
    for merge in due_merges(state, settings):
        yield merge
        room -= sum(placed.file.bytes for placed in merge)
        if room <= 0:
            return


def _runs_without_keys(state: State) -> Iterator[StagedFile]:
    for run in state.files("index"):
        if run.rows > INDEX_GROUP_ROWS and not (
            state.storage.exists(keys_path(run)) and state.storage.exists(filter_path(run))
        ):
            yield run


def _make_keys(storage: Storage, run: StagedFile) -> None:
    write_lookup(storage, run, widen("index", read_data(storage, run)))


def _sweep_lookups(storage: Storage, settings: DatasetSettings) -> None:
    """Remove old keys of runs that no pass can read any more."""
    runs = load_state(storage).files("index")
    needed = {path for run in runs for path in (keys_path(run), filter_path(run))}
    for name in storage.names(LOOKUP):
        path = f"{LOOKUP}/{name}"
        if (
            path not in needed
            and storage.age_s(path) > settings.staging_ttl_s
            and not storage.exists(replaced_path(run_of(name)))
        ):
            storage.remove(path)
