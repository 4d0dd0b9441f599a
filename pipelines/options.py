"""What the commands of ``newsbeam`` share: their options, exit codes, and what arguments mean."""

import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from newsbeam.transforms.core.errors import UsageError

if TYPE_CHECKING:
    from newsbeam.transforms.core.settings import Config

#: As old as an article can be: dates of publication are none before the first newspapers.
_LONGEST = timedelta(days=1000 * 365.25)

EXIT_FAULT, EXIT_USAGE, EXIT_ALL_FAILED, EXIT_INTERRUPTED = 1, 2, 3, 130

Root = Annotated[str, typer.Argument(metavar="ROOT", help="Folder or bucket of the dataset.")]
Output = Annotated[
    str,
    typer.Option(
        "--output", "-o", metavar="PLACE", help="Folder of the dataset, or s3://, gs://, az://."
    ),
]
ConfigFile = Annotated[
    str | None, typer.Option("--config", "-c", metavar="FILE", help="YAML configuration.")
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a setting, such as fetch.delay_s=10; repeatable.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
LogFormat = Annotated[
    str,
    typer.Option("--log-format", metavar="FORMAT", help="text, or json: one object a line."),
]


def read_settings(config: str | None, overrides: list[str] | None) -> "Config":
    """Return the configuration that a command was given, and let buckets be reached by it.

    Raises ConfigError.
    """
    # Checking settings takes long to import, and help is asked for without them.
    from newsbeam.pipelines.config import load_config
    from newsbeam.transforms.stores.credentials import use_buckets

    settings = load_config(config, overrides or ())
    use_buckets(settings.buckets)
    return settings


def parse_duration(text: str) -> float:
    """Return the seconds in a duration such as 90s, 5m, 1h or 1d."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text.strip().lower())
    if match is None or float(match[1]) <= 0:
        raise UsageError(f"--every {text}: write a number with s, m, h or d, for example 5m.")
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]


def parse_age(text: str) -> timedelta:
    """Return the time in an age such as 30d, 6m or 2y."""
    match = re.fullmatch(r"(\d{1,4})([dwmy])", text.strip().lower())
    if match is None or not int(match[1]):
        raise UsageError(f"--older-than {text}: write a number with d, w, m or y, such as 2y.")
    age = timedelta(days=int(match[1]) * {"d": 1, "w": 7, "m": 30.44, "y": 365.25}[match[2]])
    if age > _LONGEST:
        raise UsageError(f"--older-than {text}: nothing was published so long ago.")
    return age


def check_day(option: str, day: str | None) -> None:
    """Raise UsageError if the value of ``option`` is no day."""
    if day is None:
        return
    try:
        is_day = date.fromisoformat(day).isoformat() == day
    except ValueError:
        is_day = False
    if not is_day:
        raise UsageError(f"{option} {day}: write a day of the calendar, such as 2026-11-22.")


def dataset_at(root: str) -> str:
    """Return where the dataset ``root`` is. Raises UsageError if there is none."""
    found = folder_at(root)
    if not _has_commits(found):
        raise UsageError(f"There is no dataset at {found}: give the place of an --output.")
    return found


def _has_commits(root: str) -> bool:
    if "://" not in root:
        return (Path(root) / "commits").is_dir()
    from newsbeam.transforms.dataset.log import newest
    from newsbeam.transforms.dataset.storage import open_storage

    return newest(open_storage(root)) > 0


def folder_at(root: str) -> str:
    """Return ``root`` as workers in other folders find it.

    Raises UsageError if it is a file, or no place for a dataset.
    """
    if "://" in root:
        from newsbeam.transforms.dataset.storage import open_storage

        open_storage(root)
        return root.rstrip("/")
    if match := re.match(r"(?:s3|gs|az)(?=:)", root):
        raise UsageError(f"{root} names no place: write {match[0]}:// and what follows.")
    path = expand(root)
    try:
        is_file = path.exists() and not path.is_dir()
        (path / "commits").exists()
    except OSError as error:  # of a folder that nobody may look into
        raise UsageError(f"{path} cannot be looked into: {error.strerror}.") from None
    if is_file:
        raise UsageError(f"{path} is a file; give a folder for the dataset.")
    return str(path)


def expand(path: str) -> Path:
    """Return a path from the root of the file system. Raises UsageError for a home of nobody."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        raise UsageError(f"{path}: there is no user with a home of that name.") from None


def output_at(root: str) -> str:
    """Return where a dataset is or may begin. Raises UsageError for a folder with other files."""
    found = folder_at(root)
    if "://" in found or not (path := Path(found)).is_dir() or (path / "commits").is_dir():
        return found
    # A pass that was killed before its commit leaves folders of a dataset.
    from newsbeam.transforms.core.schema import TABLES
    from newsbeam.transforms.dataset.layout import CHECKPOINTS, LOOKUP, PAGES, REPLACED, STAGING

    ours = {*TABLES, PAGES, LOOKUP, CHECKPOINTS, STAGING, REPLACED}
    names = (each.name for each in path.iterdir())
    foreign = sorted(name for name in names if name not in ours and not name.startswith("."))
    if foreign:
        raise UsageError(
            f"{path} holds other files, such as {foreign[0]}, and no dataset. Give an empty folder "
            "or one that is not there yet."
        )
    return found


def is_new(root: str) -> bool:
    """Return whether nothing was ever read into the dataset at ``root``, a folder on this disk."""
    return "://" not in root and not (Path(root) / "commits").is_dir()


@contextmanager
def fast_imports() -> Iterator[None]:
    """Import much in less time: no garbage is looked for in what stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def open_output(path: str) -> Iterator[TextIO]:
    """Open a file, or standard output, for text in UTF-8. Raises UsageError if it cannot be.

    A file appears whole, as the block ends well; what was there before stays until then.
    """
    if path == "-":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    if not path:
        raise UsageError("What is to be written has no name: give a path, or - to print it.")
    target = written = expand(path)
    is_plain = target.is_file() or not target.exists()  # a pipe or /dev/null is written as it is
    if is_plain:
        target = target.resolve()  # a link stays one
        written = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        file = written.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with file:
            yield file
        if is_plain:
            written.replace(target)
    finally:
        if is_plain:
            written.unlink(missing_ok=True)
