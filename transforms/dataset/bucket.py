"""A dataset in a bucket: objects that are created if absent, written once, copied and deleted.

There are no folders to move or exchange and no locks, so ``folders`` is None, and those who need
them do without (see ``dataset.replacing`` and ``dataset.fences``). Listings are asked for what may
be swept, never for what counts. Objects do not change once they are written, so what was read or
written lately is kept in memory.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import obstore
import pyarrow as pa
from obstore.exceptions import AlreadyExistsError, BaseError, NotSupportedError

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.settings import BucketSettings
from newsbeam.transforms.dataset.layout import CHECKPOINTS, COMMITS, LATEST, STAGING
from newsbeam.transforms.dataset.storage import each_at_once, new_name
from newsbeam.transforms.stores.credentials import buckets_in_use
from newsbeam.transforms.stores.kept import Kept
from newsbeam.transforms.stores.objects import TRIES, ask, explain, open_bucket, place
from newsbeam.transforms.stores.ranges import RangeReader, open_buffered

if TYPE_CHECKING:
    from obstore import ObjectMeta

#: What is kept in memory, in all and of one object; larger ones are read in ranges.
_KEPT_BYTES, _WHOLE_BYTES = 64 << 20, 16 << 20
#: What is asked for at once of a larger one: Parquet is read in pieces.
_BLOCK_BYTES = 256 << 10
#: Requests at the same time, where many objects are copied.
_THREADS = 16

Item = TypeVar("Item")
Result = TypeVar("Result")


class BucketStorage:
    """Objects below a URL."""

    #: Nothing here can be moved, exchanged or locked.
    folders = None

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._store = open_bucket(self._url)
        self._kept = Kept(_KEPT_BYTES, _WHOLE_BYTES)
        self._creates = False  # whether the store has shown that it does not write over

    def _ask(self, path: str, doing: str, request: Callable[[], Result]) -> Result:
        return ask(self._url, path, doing, request)

    def open(self, path: str) -> pa.NativeFile:
        """Open an object for reading at any place."""
        data = self._kept.get(path)
        if data is not None:
            return pa.BufferReader(data)
        size, data = self._ask(path, "read", lambda: self._get(path, _WHOLE_BYTES))
        if data is None:
            reader = RangeReader(self._store, self._url, path, size)
            return pa.PythonFile(open_buffered(reader, _BLOCK_BYTES), mode="r")
        self._kept.put(path, data)
        return pa.BufferReader(data)

    def _get(self, path: str, most: int | None) -> tuple[int, pa.Buffer | None]:
        """Return size and bytes, or None for them if there are more than ``most``."""
        found = obstore.get(self._store, path)
        size = found.meta["size"]
        if most is not None and size > most:
            return size, None
        return size, pa.py_buffer(found.bytes())

    def read(self, path: str) -> bytes:
        """Return the whole of an object."""
        data = self._kept.get(path)
        if data is None:
            data = self._whole(path)
            if _is_record(path):
                self._kept.put(path, data)
        return bytes(data)

    def _whole(self, path: str) -> pa.Buffer:
        return self._ask(path, "read", lambda: self._get(path, None))[1]

    def write(self, path: str, data: bytes | memoryview, final: str | None = None) -> None:
        """Write a new object; it is there for all, and for good, when this returns."""
        self._put(path, data)
        kept = pa.py_buffer(data)
        self._kept.put(path, kept)
        if final is not None:
            self._kept.put(final, kept)

    def _put(self, path: str, data: bytes | memoryview) -> None:
        plain = memoryview(data).cast("B")  # Arrow's bytes are signed, which the client refuses
        self._ask(path, "write", lambda: obstore.put(self._store, path, plain, use_multipart=False))

    def replace(self, path: str, data: bytes) -> None:
        """Write an object in the place of what is there. For hints alone."""
        self._kept.drop(path)
        self._put(path, data)

    def create(self, path: str, data: bytes | memoryview) -> bool:
        """Let an object appear at ``path``, unless one is there; True if it has this content.

        If no answer comes, what stands there tells whether it was this call that made it. Raises
        ``UsageError`` if the store cannot do it.
        """
        self._check_creates()
        plain = memoryview(data).cast("B")
        failure: BaseException | None = None
        for attempt in range(1, TRIES + 1):
            try:
                obstore.put(self._store, path, plain, mode="create", use_multipart=False)
            except NotSupportedError:
                raise self._no_creates() from None
            except AlreadyExistsError as error:
                failure = error
            except BaseError as error:
                failure = error
            else:
                if _is_record(path):
                    self._kept.put(path, pa.py_buffer(bytes(data)))
                return True
            # The answer to a request that succeeded may be lost, and the client asks again.
            try:
                return bytes(self._whole(path)) == bytes(data)
            except FileNotFoundError:
                time.sleep(0.2 * 2**attempt)
        if failure is None:
            raise AssertionError("an attempt fails or returns")
        raise explain(self._url, path, "write", failure)

    def _check_creates(self) -> None:
        """Raise ``UsageError`` if the store lets a second writer write over the first."""
        if self._creates:
            return
        path = f"{STAGING}/probe-{new_name('')}/created"
        self._put(path, b"1")
        try:
            obstore.put(self._store, path, b"2", mode="create", use_multipart=False)
        except AlreadyExistsError:
            self._creates = True
        except NotSupportedError:
            pass
        except BaseError as error:
            raise explain(self._url, path, "write", error) from None
        self.remove_files([path])
        if not self._creates:
            raise self._no_creates()

    def _no_creates(self) -> UsageError:
        return UsageError(
            f"{self._url}: this store cannot create an object only if there is none (on S3: "
            "If-None-Match), which is what keeps two writers apart. Use a store that can, or a "
            "local folder."
        )

    def sync(self, paths: Iterable[str]) -> None:
        """Do nothing: what a store has accepted is there."""

    def publish(self, staged: str, path: str) -> bool:
        """Let a staged object appear at ``path`` too: a copy that the store makes.

        What may stand there has the same content, since names carry a digest of it.
        """
        try:
            self._ask(path, "publish", lambda: obstore.copy(self._store, staged, path))
        except FileNotFoundError:
            if not self.exists(path):
                raise DatasetError(
                    f"Cannot publish {place(self._url, path)}: {staged} is gone."
                ) from None
            return False
        return True

    def exists(self, path: str) -> bool:
        """Return whether an object is there."""
        if _is_record(path) and self._kept.get(path) is not None:
            return True  # records stay
        try:
            self._head(path)
        except FileNotFoundError:
            return False
        return True

    def _head(self, path: str) -> "ObjectMeta":
        return self._ask(path, "read", lambda: obstore.head(self._store, path))

    def size(self, path: str) -> int:
        """Return the size of an object."""
        size = self._kept.size(path)
        if size is None:
            size = int(self._head(path)["size"])
            self._kept.put_size(path, size)
        return size

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if it is not there."""
        # Some stores list folders in which nothing is left: objects are what is asked for.
        below = len(folder) + 1
        return sorted({path[below:].partition("/")[0] for path in self.walk(folder)})

    def walk(self, folder: str) -> list[str]:
        """Return the paths of all objects below a folder, sorted."""
        return sorted(each["path"] for each in self._list(folder))

    def _list(self, folder: str) -> "Sequence[ObjectMeta]":
        return self._ask(folder, "list", lambda: obstore.list(self._store, folder).collect())

    def remove(self, path: str) -> None:
        """Remove an object or a whole folder, if it is there."""
        self.remove_files(self.walk(path) or [path])

    def remove_files(self, paths: Sequence[str]) -> None:
        """Remove these objects, as far as they are there."""
        for path in paths:
            self._kept.drop(path)
        try:
            self._delete(paths)
        except FileNotFoundError:
            # Google's store says so of what is not there, and then the rest may still stand.
            self.for_each(self._delete_if_there, paths)

    def _delete(self, paths: Sequence[str]) -> None:
        if paths:
            self._ask(paths[0], "remove", lambda: obstore.delete(self._store, list(paths)))

    def _delete_if_there(self, path: str) -> None:
        with suppress(FileNotFoundError):
            self._delete([path])

    def age_s(self, folder: str) -> float:
        """Return for how many seconds nothing was added to a folder, or an object stands.

        By the clocks of the store and of this machine; 0 if nothing is there.
        """
        times = [each["last_modified"] for each in self._list(folder)]
        if not times:
            try:
                times = [self._head(folder)["last_modified"]]
            except FileNotFoundError:
                return 0.0
        return max(0.0, (datetime.now(UTC) - max(times)).total_seconds())

    def for_each(self, do: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Return what ``do`` makes of each, several at once: waiting is what takes the time."""
        return each_at_once(do, items, _THREADS)


def _is_record(path: str) -> bool:
    return path != LATEST and path.startswith((f"{COMMITS}/", f"{CHECKPOINTS}/"))


def bucket_storage(url: str) -> BucketStorage:
    """Return the storage at ``url``, the same each time in this process."""
    return opened_storage(url, buckets_in_use())


@lru_cache(maxsize=16)  # with what is kept
def opened_storage(url: str, _settings: BucketSettings) -> BucketStorage:
    """Do what ``bucket_storage`` does, for what is in use."""
    return BucketStorage(url)
