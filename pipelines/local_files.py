"""Files of this machine, found by path, folder or glob."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from newsbeam.pipelines.options import expand

_WILD = frozenset("*?[")


def find_files(ref: str) -> Iterator[tuple[str, int, float]]:
    """Yield path, size and time of change of each file that ``ref`` names, by their names.

    It is a file, a folder, of which all is meant, or a glob in which ``**`` stands for any number
    of folders. A folder that cannot be read is yielded itself, as is what may not even be looked
    at: reading it fails, and that is its outcome.
    """
    path = expand(ref)
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where nobody may look
        found = set(_match(path, ["**"]))
    elif _is_there(path):  # a name with [ or * in it is a name first
        found = {path}
    else:
        found = set(_match(Path(path.anchor), path.parts[1:]))
    for each in sorted(found):
        try:
            stat = each.stat()
        except OSError:  # of a link that leads nowhere
            yield str(each), 0, 0.0
        else:
            yield str(each), stat.st_size, stat.st_mtime


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _match(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield the files below ``folder`` that ``parts`` of a path match, and unreadable folders."""
    part, rest = parts[0], parts[1:]
    if part != "**" and not _WILD & {*part}:
        path = folder / part
        if rest:
            yield from _match(path, rest)
        elif _is_there(path) and not path.is_dir():
            yield path
        return
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        yield folder
        return
    for entry in entries:
        is_folder = _is_folder(entry)
        if part == "**":
            if is_folder and not entry.is_symlink():  # which may lead in a circle
                yield from _match(Path(entry), parts)
            elif not rest and not is_folder:
                yield Path(entry)
        elif fnmatchcase(entry.name, part):
            if is_folder and rest:
                yield from _match(Path(entry), rest)
            elif not is_folder and not rest:
                yield Path(entry)
    if part == "**" and rest:
        yield from _match(folder, rest)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
