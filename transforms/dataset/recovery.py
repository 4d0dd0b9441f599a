"""Finish what an interrupted writer began, and sweep what it left."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.fences import sweep_fenced
from newsbeam.transforms.dataset.layout import STAGING, commit_path, replaced_path
from newsbeam.transforms.dataset.log import Commit, load_commit, load_commits
from newsbeam.transforms.dataset.replacing import replace_files
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.writer import StagedFile

#: Stands before the name of a folder in staging that is being removed.
SWEPT = ".swept-"


def recover(root: str, settings: DatasetSettings) -> None:
    """Publish the files of all commits that stand, and remove old leftovers of those that do not.

    Harmless at any time, also while others write: whoever comes first does it. Raises
    ``DatasetError``.
    """
    recover_from(open_storage(root), settings)


def recover_from(storage: Storage, settings: DatasetSettings) -> None:
    """Do what ``recover`` does."""
    names = storage.names(STAGING)
    state = load_state(storage)
    _forget_replaced(state, settings)
    # What a checkpoint covers was finished before it was made (see ``dataset.fold``).
    committed = {commit.unit: commit for commit in state.commits}
    folders = storage.folders
    for name in names:
        folder = f"{STAGING}/{name}"
        if name.startswith(SWEPT):
            _sweep(storage, name)
        elif name in committed:
            finish(storage, committed[name], state.commits)
        elif folders is None:
            is_old = storage.age_s(folder) > settings.staging_ttl_s
            sweep_fenced(state, name, is_old=is_old)
        # An old folder's writer may be alive after all. With the folder out of the way it cannot
        # commit any more (see ``log.append_commit``); if it was faster, its commit shows now.
        elif storage.age_s(folder) > settings.staging_ttl_s and folders.move(
            folder, f"{STAGING}/{SWEPT}{name}"
        ):
            _sweep(storage, f"{SWEPT}{name}")


def _sweep(storage: Storage, name: str) -> None:
    folder = f"{STAGING}/{name}"
    commits = load_state(storage).commits
    for commit in commits:
        if commit.unit == name.removeprefix(SWEPT):
            finish(storage, commit, commits, folder=folder)
    storage.remove(folder)


def finish(
    storage: Storage, commit: Commit, commits: Sequence[Commit], *, folder: str | None = None
) -> None:
    """Publish the files of ``commit`` and remove its staging folder.

    ``commits`` are those that are known to have landed since: what a later one replaced is not
    published again. ``folder`` is where the staged files are, if not where the commit says.
    """
    if commit.removed or commit.marks:
        replace_files(storage, commit, folder or f"{STAGING}/{commit.unit}")
    else:
        gone = {path for each in commits for path in each.removed}
        files = [file for file in commit.files if file.path not in gone]
        storage.for_each(lambda file: _publish(storage, commit, file, folder), files)
        if storage.folders is not None:
            storage.sync(file.path for file in files if storage.exists(file.path))
    if storage.folders is None:
        _withdraw(storage, commit)
    storage.remove(f"{STAGING}/{commit.unit}")


def _withdraw(storage: Storage, commit: Commit) -> None:
    """Remove what was copied after a later commit had replaced it: the log is asked afterwards."""
    number, gone = commit.number + 1, set[str]()
    while storage.exists(commit_path(number)):
        gone.update(load_commit(storage, number).removed)
        number += 1
    storage.remove_files([file.path for file in commit.files if file.path in gone])


def _publish(storage: Storage, commit: Commit, file: StagedFile, folder: str | None) -> None:
    staged = file.staged if folder is None else f"{folder}/{PurePosixPath(file.staged).name}"
    try:
        if not storage.publish(staged, file.path):
            _check_same(storage, file)
    except (DatasetError, FileNotFoundError):
        # Another process may have published and then replaced it since the log was read.
        later = load_commits(storage, after=commit.number)
        if all(file.path not in each.removed for each in later):
            raise


def _forget_replaced(state: State, settings: DatasetSettings) -> None:
    # Those of commits after the checkpoint stay: cursors are read from what they replaced.
    for replacing in state.checkpoint.replacing if state.checkpoint else ():
        if replacing.is_over(settings):
            removed = load_commit(state.storage, replacing.number).removed
            kept = [replaced_path(path) for path in removed]
            # In a bucket, a writer that was killed may have left one where it was.
            state.storage.remove_files([*kept, *(() if state.storage.folders else removed)])


def _check_same(storage: Storage, file: StagedFile) -> None:
    """Names carry a digest of the content, so a file of that name is the one, or is damaged."""
    size = storage.size(file.path)
    if size != file.bytes:
        raise DatasetError(
            f"{file.path} stands in the way of a file of the same name: it has {size} bytes "
            f"instead of {file.bytes}. Move it away and run the command again."
        )
