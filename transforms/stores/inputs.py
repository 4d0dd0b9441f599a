"""Objects to be read: found by URL, folder or glob, opened in ranges."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import BinaryIO, cast

import obstore
from obstore.store import ObjectStore

from newsbeam.transforms.core.errors import DatasetError, InputError, UsageError
from newsbeam.transforms.stores.objects import ask, open_bucket
from newsbeam.transforms.stores.ranges import BLOCK_BYTES, RangeReader, open_buffered

_WILD = frozenset("*?[")


def find_objects(url: str) -> Iterator[tuple[str, int, float]]:
    """Yield URL, size and time of change of each object that ``url`` names, by their names.

    It is an object, a folder, of which all is meant, or a glob in which ``**`` stands for any
    number of folders. Raises ``UsageError`` if the store cannot be asked.
    """
    bucket, key = _split(url)
    try:
        store = open_bucket(bucket)
        found = list(_find(store, bucket, key))
    except DatasetError as error:
        raise UsageError(f"The input {url} cannot be looked for. {error}") from None
    for path, size, changed_at in sorted(found):
        yield f"{bucket}/{path}", size, changed_at


def open_object(url: str) -> BinaryIO:
    """Return an object as a file that is read in ranges; ``InputError`` if that fails, or later."""
    bucket, key = _split(url)
    try:
        store = open_bucket(bucket)
        size = ask(bucket, key, "read", lambda: obstore.head(store, key))["size"]
    except FileNotFoundError:
        raise InputError("unreadable", f"{url} is not there any more.") from None
    except (DatasetError, UsageError) as error:
        raise InputError("unreadable", str(error)) from None
    return cast(BinaryIO, open_buffered(_Input(store, bucket, key, size), min(size, BLOCK_BYTES)))


class _Input(RangeReader):
    def readinto(self, buffer: object) -> int:
        try:
            return super().readinto(buffer)
        except FileNotFoundError:
            raise InputError("unreadable", "It was removed while it was read.") from None
        except DatasetError as error:
            raise InputError("unreadable", str(error)) from None


def _split(url: str) -> tuple[str, str]:
    scheme, _, rest = url.partition("://")
    bucket, _, key = rest.partition("/")
    return f"{scheme}://{bucket}", key


def _find(store: ObjectStore, bucket: str, key: str) -> Iterator[tuple[str, int, float]]:
    parts = key.rstrip("/").split("/") if key.rstrip("/") else []
    wild = next((n for n, part in enumerate(parts) if _WILD & {*part}), len(parts))
    if parts and not key.endswith("/"):  # a name with [ or * in it is a name first
        try:
            meta = ask(bucket, key, "read", lambda: obstore.head(store, key))
        except FileNotFoundError:
            pass
        else:
            yield key, meta["size"], meta["last_modified"].timestamp()
            return
    folder = "/".join(parts[:wild])
    globs = parts[wild:] or ["**"]
    below = len(folder) + 1 if folder else 0
    for meta in ask(bucket, folder, "list", lambda: obstore.list(store, folder or None).collect()):
        path = meta["path"]
        if _matches(path[below:].split("/"), globs):
            yield path, meta["size"], meta["last_modified"].timestamp()


def _matches(names: Sequence[str], globs: Sequence[str]) -> bool:
    if not globs:
        return not names
    if globs[0] == "**":
        return _matches(names, globs[1:]) or (
            bool(names) and (len(globs) == 1 or _matches(names[1:], globs))
        )
    return bool(names) and fnmatchcase(names[0], globs[0]) and _matches(names[1:], globs[1:])
