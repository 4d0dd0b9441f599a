"""Let files take the place of others, so that readers with a glob see the ones or the others.

A folder is made anew beside the old one, of hard links to the files that stay and of the new files,
and the two are exchanged by one rename: whoever lists the folder finds all old files or all new
ones. Replaced files are kept below ``replaced/`` for passes and readers that follow the log from
before. ``docs/decisions/0015-one-story-once.md`` says what holds, and what does in a bucket,
``docs/decisions/0028-in-a-bucket.md``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.schema import SCHEMA_VERSION
from newsbeam.transforms.dataset.layout import REPLACED, replaced_path
from newsbeam.transforms.dataset.log import Commit, Mark, UnitLine, append_commit, load_commits
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import ASIDE, Folders, Storage
from newsbeam.transforms.dataset.writer import StagedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """New files, the places at which they stand, and the paths of those that they replace."""

    files: Sequence[StagedFile]
    places: Sequence[int]
    removed: Sequence[str]
    marks: Sequence[Mark] = ()  # of what is forgotten
    gone: Sequence[UnitLine] = ()


_LOCK = f"{REPLACED}/.lock"


def commit_replacement(
    storage: Storage,
    unit: str,
    command: str,
    prepare: Callable[[State], Replacement],
) -> Commit | None:
    """Append the commit of what ``prepare`` makes of the dataset; None if it replaces nothing.

    Others may commit meanwhile: their files stay beside the new ones. If these replace files
    themselves, or something is to be forgotten that may be among theirs, ``prepare`` is called
    again.
    """
    while True:
        state = load_state(storage)
        made = prepare(state)
        if not made.removed and not made.marks:
            return None
        commit = Commit(
            number=state.number + 1,
            unit=unit,
            base=state.number,
            schema_version=SCHEMA_VERSION,
            committed_at=datetime.now(UTC),
            info={"command": command},
            files=tuple(made.files),
            places=tuple(made.places),
            removed=tuple(made.removed),
            marks=tuple(made.marks),
            gone=tuple(made.gone),
        )
        while not append_commit(storage, commit):
            newer = load_commits(storage, after=commit.number - 1)
            if made.marks or any(each.removed for each in newer):
                break
            commit = replace(commit, number=newer[-1].number + 1)
        else:
            return commit


def replace_files(storage: Storage, commit: Commit, staging: str) -> None:
    """Bring the folders of ``commit`` to what the log says, whatever was done of it already."""
    folders_of = storage.folders
    if folders_of is None:
        replace_objects(storage, commit, staging)
        return
    with folders_of.lock(_LOCK):
        # Read under the lock: a process that slept here must not bring back what was replaced.
        state = load_state(storage)
        if commit.number <= state.folded:
            return  # whoever made the checkpoint has done it, and others may have replaced more
        gone = {path for each in state.commits for path in each.removed}
        folders = sorted({_folder(path) for path in commit.removed})
        for folder in folders:
            _replace_folder(storage, folders_of, commit, staging, folder, gone)
        storage.sync(path for path in _present(storage, folders) if storage.exists(path))


def replace_objects(storage: Storage, commit: Commit, staging: str) -> None:
    """Do what ``replace_files`` does in a bucket, where nothing can be exchanged.

    Of each folder the old files go first and the new ones come then: a reader with a glob may miss
    rows for that moment, and sees none twice. Each step can be repeated, and by several at once.
    """
    state = load_state(storage)
    if commit.number <= state.folded:
        return
    gone = {path for each in state.commits for path in each.removed}
    staged = {file.path: file.staged for each in state.commits for file in each.files}

    def keep(path: str) -> None:
        try:
            storage.publish(path, replaced_path(path))
        except DatasetError:
            # It was never published, and its own commit will not do it any more.
            if path not in staged:
                raise
            storage.publish(staged[path], replaced_path(path))

    def change(folder: str) -> None:
        storage.remove_files([path for path in commit.removed if _folder(path) == folder])
        for file in commit.files:
            if _folder(file.path) == folder and file.path not in gone:
                name = PurePosixPath(file.staged).name
                storage.publish(f"{staging}/{name}", file.path)

    storage.for_each(keep, commit.removed)
    storage.for_each(change, sorted({_folder(path) for path in commit.removed}))


def _replace_folder(
    storage: Storage,
    folders: Folders,
    commit: Commit,
    staging: str,
    folder: str,
    gone: set[str],
) -> None:
    new = [file for file in commit.files if _folder(file.path) == folder and file.path not in gone]
    aside = f"{staging}/exchange/{folder}"
    if folders.exists(aside + ASIDE):
        folders.exchange(aside, folder)
    present = _present(storage, [folder])
    for path in present:
        if path in gone:
            storage.publish(path, replaced_path(path))
    if any(path in gone for path in present) or any(file.path not in present for file in new):
        storage.remove(aside)
        for path in present:
            if path not in gone:
                storage.publish(path, f"{aside}/{PurePosixPath(path).name}")
        for file in new:
            name = PurePosixPath(file.staged).name
            if file.path not in present:
                storage.publish(f"{staging}/{name}", f"{aside}/{PurePosixPath(file.path).name}")
        storage.sync(f"{aside}/{name}" for name in storage.names(aside))
        folders.exchange(aside, folder)
    # Others publish while this runs: their files may have gone into the old folder.
    while not folders.remove_folder(aside):
        for name in storage.names(aside):
            if f"{folder}/{name}" not in gone:
                storage.publish(f"{aside}/{name}", f"{folder}/{name}")
            storage.remove(f"{aside}/{name}")
    if not storage.names(folder):  # all of it was forgotten
        folders.remove_folder(folder)


def _folder(path: str) -> str:
    return PurePosixPath(path).parent.as_posix()


def _present(storage: Storage, folders: Sequence[str]) -> list[str]:
    return [f"{folder}/{name}" for folder in folders for name in storage.names(folder)]
