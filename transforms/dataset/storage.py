"""Where a dataset is kept: the few operations that the commit protocol is made of.

Everything rests on ``create``, which must never replace: ``link(2)`` on a local disk, in an object
store one conditional request (``If-None-Match: *`` on S3). What only a disk can do, to move and
exchange folders and to lock, stands apart in ``Folders``; a store without it has ``folders`` None.
"""

import ctypes
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import pyarrow as pa

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.dataset.layout import STAGING

_FULL = (errno.ENOSPC, errno.EDQUOT)
_UNLINKABLE = (errno.EPERM, errno.ENOTSUP, errno.EXDEV)
#: Where a folder is for a moment that cannot be exchanged at once.
ASIDE = ".aside"
#: Files or folders that a disk is asked to keep at once: each takes it some milliseconds.
_THREADS = 4
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # of Linux

Item = TypeVar("Item")
Result = TypeVar("Result")


class Storage(Protocol):
    """Files below a root, named by relative paths with ``/``. Errors are ``DatasetError``.

    Only ``open``, ``read`` and ``size`` let a ``FileNotFoundError`` through, since a missing file
    means something else to each caller.
    """

    @property
    def folders(self) -> "Folders | None":
        """Return what can be done with whole folders; None in a store that has none."""

    def open(self, path: str) -> pa.NativeFile:
        """Open a file for reading at any place."""

    def read(self, path: str) -> bytes:
        """Return the whole of a file."""

    def write(self, path: str, data: bytes | memoryview, final: str | None = None) -> None:
        """Write a new file; its content is on the disk when this returns.

        ``final`` is where it is to be published, for a store that keeps what it wrote at hand.
        """

    def create(self, path: str, data: bytes | memoryview) -> bool:
        """Let a file appear at ``path``, whole and for good, unless another one is there."""

    def replace(self, path: str, data: bytes) -> None:
        """Write a file in the place of what is there. For hints alone, which may be out of date."""

    def sync(self, paths: Iterable[str]) -> None:
        """Make sure that these files, written or published, are still there after a power cut."""

    def publish(self, staged: str, path: str) -> bool:
        """Let a staged file appear at ``path``, whole, unless one is there.

        Returns False if another file is there, or if ``staged`` is gone and a file is there. A
        second call for the same two is True again.
        """

    def exists(self, path: str) -> bool:
        """Return whether a file is there."""

    def size(self, path: str) -> int:
        """Return the size of a file in bytes."""

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it is not there."""

    def walk(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, sorted."""

    def remove(self, path: str) -> None:
        """Remove a file or a whole folder, if it is there."""

    def remove_files(self, paths: Sequence[str]) -> None:
        """Remove these files, as far as they are there."""

    def age_s(self, folder: str) -> float:
        """Return for how many seconds nothing was added to a folder or file; 0 without one."""

    def for_each(self, do: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return what ``do`` makes of each item; several at once where waiting takes the time."""


class Folders(Protocol):
    """What a disk can do with whole folders, and for one process at a time."""

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there."""

    def move(self, folder: str, target: str) -> bool:
        """Rename a folder; False if it is not there."""

    def exchange(self, folder: str, target: str) -> None:
        """Let each of two folders have the other's name, at one moment where that is possible."""

    def remove_folder(self, folder: str) -> bool:
        """Remove an empty folder; False if something is in it."""

    def lock(self, path: str) -> AbstractContextManager[None]:
        """Let one process at a time do what is inside; it ends with the process."""


def open_storage(root: str, *, fresh: bool = False) -> Storage:
    """Return the storage at ``root``, a local path or a bucket; ``UsageError`` for other places.

    A ``fresh`` one keeps nothing that was read or written before: for those who check the store.
    """
    if "://" not in root:
        return LocalStorage(root)
    # A client of object stores is only loaded where there is one.
    from newsbeam.transforms.dataset.bucket import BucketStorage, bucket_storage
    from newsbeam.transforms.stores.objects import is_bucket

    if not is_bucket(root):
        raise UsageError(
            f"{root.partition('://')[0]}://: datasets are kept on local or mounted file systems, "
            "on s3://, gs:// and az://. Give one of these."
        )
    return BucketStorage(root) if fresh else bucket_storage(root)


class LocalStorage:
    """A folder on a POSIX file system that has hard links."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)

    @property
    def folders(self) -> "LocalStorage":
        """Return this: a disk has folders."""
        return self

    def open(self, path: str) -> pa.NativeFile:
        """Open a file for reading at any place."""
        with _explained(self._root / path, "read"):
            return pa.OSFile(str(self._root / path), "rb")

    def read(self, path: str) -> bytes:
        """Return the whole of a file."""
        with _explained(self._root / path, "read"):
            return (self._root / path).read_bytes()

    def write(self, path: str, data: bytes | memoryview, final: str | None = None) -> None:  # noqa: ARG002
        """Write a new file; its content is on the disk when this returns."""
        target = self._root / path
        with _explained(target, "write"):
            try:
                try:
                    file = target.open("xb")
                except FileNotFoundError:
                    self._make_folder(target.parent)
                    file = target.open("xb")
                with file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                target.unlink(missing_ok=True)
                raise

    def create(self, path: str, data: bytes | memoryview) -> bool:
        """Let a file appear at ``path``, whole and for good, unless another one is there."""
        folder = f"{STAGING}/{new_name('.new')}"
        staged = f"{folder}/file"
        self.write(staged, data)
        created = self.publish(staged, path)
        self.sync([path])
        self.remove(folder)
        return created

    def replace(self, path: str, data: bytes) -> None:
        """Write a file in the place of what is there. For hints alone, which may be out of date."""
        target = self._root / path
        fresh = target.with_name(new_name(ASIDE))
        with _explained(target, "write"):
            self._make_folder(target.parent)
            try:
                fresh.write_bytes(data)
                fresh.replace(target)
            except OSError:
                fresh.unlink(missing_ok=True)
                raise

    def sync(self, paths: Iterable[str]) -> None:
        """Make sure that these files, written or published, are still there after a power cut."""
        # All folders at once and each only once: a pass can fill hundreds of partitions.
        folders = {folder for path in paths for folder in PurePosixPath(path).parents}
        self.for_each(self._sync_folder, sorted(folders))

    def _sync_folder(self, folder: PurePosixPath) -> None:
        with _explained(self._root / folder, "sync"):
            _sync_folder(self._root / folder)

    def publish(self, staged: str, path: str) -> bool:
        """Let a staged file appear at ``path``, whole, unless one is there."""
        source, target = self._root / staged, self._root / path
        with _explained(target, "publish"):
            self._make_folder(target.parent)
            try:
                try:
                    os.link(source, target)
                except FileNotFoundError:
                    # The folder may have been exchanged and removed since it was looked up.
                    self._make_folder(target.parent)
                    os.link(source, target)
            except FileNotFoundError:
                if not target.exists():
                    raise
                return False
            except FileExistsError:
                # On NFS the answer to a link that succeeded can be lost and the retry fails.
                try:
                    return source.samefile(target)
                except FileNotFoundError:
                    return False
        return True

    def exists(self, path: str) -> bool:
        """Return whether a file or folder is there."""
        return (self._root / path).exists()

    def size(self, path: str) -> int:
        """Return the size of a file in bytes."""
        with _explained(self._root / path, "read"):
            return (self._root / path).stat().st_size

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it is not there."""
        with _explained(self._root / folder, "list"):
            try:
                return sorted(path.name for path in (self._root / folder).iterdir())
            except FileNotFoundError:
                return []

    def walk(self, folder: str) -> list[str]:
        """Return the paths of all files below a folder, sorted."""
        return sorted(
            (Path(parent) / name).relative_to(self._root).as_posix()
            for parent, _, names in os.walk(self._root / folder)
            for name in names
        )

    def remove(self, path: str) -> None:
        """Remove a file or a whole folder, if it is there."""
        target = self._root / path
        with _explained(target, "remove"):
            if target.is_dir():
                shutil.rmtree(target, onerror=_ignore_others)
            else:
                target.unlink(missing_ok=True)

    def remove_files(self, paths: Sequence[str]) -> None:
        """Remove these files, as far as they are there."""
        for path in paths:
            self.remove(path)

    def for_each(self, do: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return what ``do`` makes of each, several at once: a disk has to be waited for."""
        return each_at_once(do, items, _THREADS)

    def age_s(self, folder: str) -> float:
        """Return for how many seconds nothing was added to a folder or file; 0 without one."""
        with _explained(self._root / folder, "read"):
            try:
                return max(0.0, time.time() - (self._root / folder).stat().st_mtime)
            except FileNotFoundError:
                return 0.0

    def move(self, folder: str, target: str) -> bool:
        """Rename a folder; False if it is not there."""
        with _explained(self._root / folder, "move"):
            try:
                (self._root / folder).rename(self._root / target)
            except FileNotFoundError:
                return False
        return True

    def exchange(self, folder: str, target: str) -> None:
        """Let each of two folders have the other's name, at one moment where Linux can do that.

        Elsewhere the target is away between two renames; called again after a crash in between,
        this ends what was begun. A folder that is not there is an empty one.
        """
        one, other = self._root / folder, self._root / target
        aside = one.with_name(one.name + ASIDE)
        with _explained(other, "exchange"):
            if not aside.exists():
                one.mkdir(parents=True, exist_ok=True)
                other.mkdir(parents=True, exist_ok=True)
                if _exchange_at_once(one, other):
                    return
                other.rename(aside)
            if not other.exists():
                one.rename(other)
            aside.rename(one)

    def remove_folder(self, folder: str) -> bool:
        """Remove an empty folder; False if something is in it."""
        with _explained(self._root / folder, "remove"):
            try:
                (self._root / folder).rmdir()
            except FileNotFoundError:
                return True
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                return False
        return True

    @contextmanager
    def lock(self, path: str) -> Iterator[None]:
        """Let one process at a time do what is inside; it ends with the process."""
        file = self._root / path
        with _explained(file, "lock"):
            self._make_folder(file.parent)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            with _explained(file, "lock"):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _make_folder(self, folder: Path) -> None:
        if not self._root.is_dir():
            self._root.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._root.parent)
        folder.mkdir(parents=True, exist_ok=True)


def each_at_once(do: Callable[[Item], Result], items: Iterable[Item], threads: int) -> list[Result]:
    """Return what ``do`` makes of each of ``items``, ``threads`` of them at a time."""
    items = list(items)
    if len(items) < 2:
        return [do(item) for item in items]
    with ThreadPoolExecutor(min(threads, len(items))) as pool:
        return list(pool.map(do, items))


def new_name(suffix: str) -> str:
    """Return a file name that nobody else makes."""
    return f"{uuid4().hex}{suffix}"


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Exchange two names by ``renameat2(2)``; False where system or file system cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ignore_others(_function: object, _path: str, failure: Any) -> None:
    # Another process may be removing the same folder, or still be adding to it; whatever is left
    # is removed by the next ``recover``.
    error = failure[1]
    if not isinstance(error, OSError) or error.errno not in (errno.ENOENT, errno.ENOTEMPTY):
        raise error


@contextmanager
def _explained(path: Path, doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError) and doing == "read":
            raise
        if error.errno in _FULL:
            raise DatasetError(
                f"The disk is full: {path} cannot be written. What was committed is safe and can "
                "be read. Free some space and run the same command again; it goes on where it "
                "stopped."
            ) from error
        remedy = ""
        if doing == "publish" and error.errno in _UNLINKABLE:
            remedy = " Publishing needs hard links; choose a root on a file system that has them."
        raise DatasetError(f"Cannot {doing} {path}: {error.strerror or error}.{remedy}") from error
