"""Names and paths of a dataset. Nothing that came from the web ever becomes a path unchecked.

::

    ROOT/
      articles/date=2026-11-22/language=en/part-<unit>-<digest>.parquet
      duplicates/date=…/part-…parquet    rejects/date=…/part-…parquet
      index/part-…parquet                feeds/part-…parquet
      boilerplate/part-…parquet          what was learned of sites
      pages/part-…warc.gz                bytes of pages, as ``keep.bytes`` asks for
      lookup/part-….keys.parquet         where the keys of a file of index/ are, with a filter
      commits/000000000001.json          what counts
      checkpoints/000000000064.json      what the commits up to one add up to, with files beside it
      checkpoints/latest                 the number of a checkpoint that is among the newest
      staging/<unit>/<uuid>.parquet      written, but not published yet
      replaced/articles/date=…/…         what compaction replaced, for passes that began before
      tables/ _delta_log/ iceberg/       tables of Delta and Iceberg (see ``transforms.tables``)
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.records import Article, Duplicate, Poll, Reject, SiteLine, Unchanged
from newsbeam.transforms.core.schema import PARTITIONS
from newsbeam.transforms.core.settings import DatasetSettings

COMMITS = "commits"
LOOKUP = "lookup"
CHECKPOINTS = "checkpoints"
#: The only file that is ever replaced. It tells where to begin to look, nothing else.
LATEST = f"{CHECKPOINTS}/latest"
STAGING = "staging"
REPLACED = "replaced"
#: The folder, and in commits the name of the table, of files that are no Parquet but WARC.
PAGES = "pages"

#: What a table's files are made from. ``index`` takes the entries that were found unchanged; its
#: other rows are derived when a unit is committed.
Row = Article | Duplicate | Reject | Poll | Unchanged | SiteLine

#: Kinds of sources that ``dataset.archived_days`` is for.
_ARCHIVES = ("warc", "cdx", "archive", "jsonl", "parquet")
_UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_COMMIT = re.compile(r"(\d{12})\.json")
# BCP 47 as far as it names a language, a script, a region and a variant.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_VALUES = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "language": _LANGUAGE}
_FILE = re.compile(r"part-[A-Za-z0-9][A-Za-z0-9._-]{0,99}-[0-9a-f]{16}(\.parquet|\.warc\.gz)")
_PART = re.compile(r"checkpoints/[a-z]+-[0-9a-f]{16}\.parquet")
_STAGED = re.compile(
    r"staging/[A-Za-z0-9][A-Za-z0-9._-]{0,99}/[0-9a-f]{32}(?:\.parquet|\.warc\.gz)"
)


def partition_of(table: str, record: Row, settings: DatasetSettings | None = None) -> str:
    """Return the folder of ``record`` below its table, such as ``date=2026-11-22/language=en``.

    The date is that of publication, else of fetching, in UTC: the day, or the first day of the
    month, year or decade, as ``settings`` say; without them the day. A language that is not a plain
    BCP 47 tag counts as ``und``.
    """
    values: dict[str, str] = {}
    for name in PARTITIONS[table]:
        if name == "date":
            values[name] = _folder_date(record, settings)
        else:
            language = getattr(record, name)
            values[name] = language if _LANGUAGE.fullmatch(language) else "und"
    return "/".join(f"{name}={value}" for name, value in values.items())


def _folder_date(record: Row, settings: DatasetSettings | None) -> str:
    day = _day(record).astimezone(UTC)
    if settings is None:
        return day.date().isoformat()
    period: str = settings.partition_by
    limit = settings.old_days or math.inf
    if getattr(record, "source_kind", None) in _ARCHIVES:
        limit = min(limit, settings.archived_days or math.inf)
    # By what the row itself says, so that it has the same place whenever it is written.
    read_at = getattr(record, "fetched_at", None)
    if read_at is not None and (read_at - day) / timedelta(days=1) > limit:
        # Of years long past an archive has few articles each: a folder a year would have one row in
        # each. The year before still has its own, so that it can be asked for.
        is_recent = day.year >= read_at.astimezone(UTC).year - 1
        period = "year" if is_recent else "decade"
    return _first_day(day.date(), period).isoformat()


def _first_day(day: date, period: str) -> date:
    """Return the first day of the period that ``day`` is in."""
    if period == "decade":
        return date(max(day.year // 10 * 10, 1), 1, 1)
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[period]


def _day(record: Row) -> datetime:
    if isinstance(record, Reject):
        return record.rejected_at
    if isinstance(record, Poll):
        return record.polled_at
    if isinstance(record, SiteLine):
        return record.learned_at
    return record.published_at or record.fetched_at


def folder_dates(day: str) -> list[str]:
    """Return the dates that a folder of rows of ``day`` can have, the latest first.

    They are the first days of what it holds: the day, its month, its year or its decade.
    """
    of_decade = f"{day[:3]}0-01-01".replace("0000", "0001")
    return sorted({day, f"{day[:7]}-01", f"{day[:4]}-01-01", of_decade}, reverse=True)


def partition_values(table: str, partition: str) -> Mapping[str, str]:
    """Return the values that stand in ``partition``; a ``DatasetError`` if it is no such folder."""
    names = PARTITIONS.get(table)
    pairs = [part.partition("=") for part in partition.split("/")] if partition else []
    if names is None or tuple(pair[0] for pair in pairs) != names:
        raise DatasetError(f"{partition!r} is no partition of the table {table!r}.")
    values = {name: value for name, _, value in pairs}
    for name, value in values.items():
        if not _VALUES[name].fullmatch(value):
            raise DatasetError(f"{value[:80]!r} cannot be the {name} of a partition.")
    return values


def data_path(table: str, partition: str, unit: str, digest: str) -> str:
    """Return where a file with this content digest (hex) is published, relative to the root."""
    partition_values(table, partition)
    name = f"part-{check_unit(unit)}-{digest[:16]}{ending(table)}"
    return "/".join(part for part in (table, partition, name) if part)


def ending(table: str) -> str:
    """Return how the names of the files of ``table`` end."""
    return ".warc.gz" if table == PAGES else ".parquet"


def split_data_path(path: str) -> tuple[str, str]:
    """Return table and partition of a published file; a ``DatasetError`` if it cannot be one."""
    table, _, below = path.partition("/")
    partition, _, name = below.rpartition("/")
    match = _FILE.fullmatch(name)
    if match is None or match[1] != ending(table):
        raise DatasetError(f"{path[:200]!r} is no name of a data file.")
    partition_values(table, partition)
    return table, partition


def replaced_path(path: str) -> str:
    """Return where a published file is kept for a while after another one has replaced it."""
    return f"{REPLACED}/{path}"


def check_staged_path(path: str) -> str:
    """Return ``path`` if it is that of a staged file; else raise a ``DatasetError``."""
    if not _STAGED.fullmatch(path) or ".." in path.split("/"):
        raise DatasetError(f"{path[:200]!r} is no name of a staged file.")
    return path


def fence_path(unit: str) -> str:
    """Return what stands in the staging folder of a unit in a bucket that is being swept."""
    return f"{STAGING}/{unit}/.swept"


def check_unit(unit: str) -> str:
    """Return ``unit`` if it can be a name in a path; else raise a ``DatasetError``."""
    if not _UNIT.fullmatch(unit):
        raise DatasetError(
            f"{unit[:120]!r} cannot name a pass: letters, digits, dots, dashes and underscores "
            "only, 100 at most, the first a letter or digit."
        )
    return unit


def commit_path(number: int) -> str:
    """Return where the record of commit ``number`` stands."""
    return f"{COMMITS}/{number:012d}.json"


def commit_number(name: str) -> int | None:
    """Return the number of the commit whose file is called ``name``, None for other files."""
    match = _COMMIT.fullmatch(name)
    return int(match[1]) if match else None


def checkpoint_path(number: int) -> str:
    """Return where the checkpoint of the commits up to ``number`` stands."""
    return f"{CHECKPOINTS}/{number:012d}.json"


def checkpoint_number(name: str) -> int | None:
    """Return the number of the checkpoint whose file is called ``name``, None for other files."""
    return commit_number(name)


def part_path(kind: str, digest: str) -> str:
    """Return where a part of a checkpoint with this content digest (hex) stands."""
    return check_part_path(f"{CHECKPOINTS}/{kind}-{digest[:16]}.parquet")


def check_part_path(path: str) -> str:
    """Return ``path`` if it is that of a part of a checkpoint; else raise a ``DatasetError``."""
    if not _PART.fullmatch(path):
        raise DatasetError(f"{path[:200]!r} is no name of a part of a checkpoint.")
    return path
