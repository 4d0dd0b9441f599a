"""Finish what an interrupted writer began, and sweep what it left."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from transforms.core.errors import DatasetError
from transforms.core.settings import DatasetSettings
from transforms.dataset.layout import STAGING, replaced_path
from transforms.dataset.log import Commit, load_commits
from transforms.dataset.replacing import replace_files
from transforms.dataset.storage import Storage, open_storage
from transforms.dataset.writer import StagedFile

_SWEPT = ".swept-"


def recover(root: str, settings: DatasetSettings) -> None:
    """Publish the files of all commits that stand, and remove old leftovers of those that do not.

    Harmless at any time, also while others write: whoever comes first does it. Raises
    ``DatasetError``.
    """
    storage = open_storage(root)
    names = storage.names(STAGING)
    commits = load_commits(storage)
    _forget_replaced(storage, commits, settings)
    committed = {commit.unit: commit for commit in commits}
    for name in names:
        folder = f"{STAGING}/{name}"
        if name.startswith(_SWEPT):
            _sweep(storage, name)
        elif name in committed:
            finish(storage, committed[name], commits)
        # An old folder's writer may be alive after all. With the folder out of the way it cannot
        # commit any more (see ``log.append_commit``); if it was faster, its commit shows now.
        elif storage.age_s(folder) > settings.staging_ttl_s and storage.move(
            folder, f"{STAGING}/{_SWEPT}{name}"
        ):
            _sweep(storage, f"{_SWEPT}{name}")


def _sweep(storage: Storage, name: str) -> None:
    folder = f"{STAGING}/{name}"
    commits = load_commits(storage)
    for commit in commits:
        if commit.unit == name.removeprefix(_SWEPT):
            finish(storage, commit, commits, folder=folder)
    storage.remove(folder)


def finish(
    storage: Storage, commit: Commit, commits: Sequence[Commit], *, folder: str | None = None
) -> None:
    """Publish the files of ``commit`` and remove its staging folder.

    ``commits`` are all that are known: what a later one replaced is not published again.
    ``folder`` is where the staged files are, if not where the commit says.
    """
    if commit.removed:
        replace_files(storage, commit, folder or f"{STAGING}/{commit.unit}")
    else:
        gone = {path for each in commits for path in each.removed}
        files = [file for file in commit.files if file.path not in gone]
        for file in files:
            _publish(storage, file, folder)
        storage.sync(file.path for file in files if storage.exists(file.path))
    storage.remove(f"{STAGING}/{commit.unit}")


def _publish(storage: Storage, file: StagedFile, folder: str | None) -> None:
    staged = file.staged if folder is None else f"{folder}/{PurePosixPath(file.staged).name}"
    try:
        if not storage.publish(staged, file.path):
            _check_same(storage, file)
    except (DatasetError, FileNotFoundError):
        # Another process may have published and then replaced it since the log was read.
        if all(file.path not in commit.removed for commit in load_commits(storage)):
            raise


def _forget_replaced(
    storage: Storage, commits: Sequence[Commit], settings: DatasetSettings
) -> None:
    # Not before every pass has ended that judges by the files that stood when it began.
    ended = datetime.now(UTC) - timedelta(seconds=settings.staging_ttl_s)
    for commit in commits:
        if commit.committed_at < ended:
            for path in commit.removed:
                storage.remove(replaced_path(path))


def _check_same(storage: Storage, file: StagedFile) -> None:
    """Names carry a digest of the content, so a file of that name is the one, or is damaged."""
    with storage.open(file.path) as found:
        size = found.size()
    if size != file.bytes:
        raise DatasetError(
            f"{file.path} stands in the way of a file of the same name: it has {size} bytes "
            f"instead of {file.bytes}. Move it away and run the command again."
        )
