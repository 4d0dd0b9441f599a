"""The articles of a dataset, a few at a time, for whoever takes them from here."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.dataset.conditions import Filter, read_condition
from newsbeam.transforms.dataset.layout import folder_dates, partition_values, split_data_path
from newsbeam.transforms.dataset.log import open_data
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.wires.write_newsml import write_newsml
from newsbeam.transforms.wires.write_ninjs import write_ninjs
from newsbeam.transforms.wires.written import write_moment

#: Rows that are in memory at once.
_BATCH_ROWS = 256
_DAY = "%Y-%m-%d"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which articles are wanted: of these days, and with these values of columns."""

    since: str | None = None  # the first day, YYYY-MM-DD
    until: str | None = None  # the last day
    where: tuple[str, ...] = ()  # conditions, as ``read_condition`` takes them


def read_rows(root: str, query: Query) -> Iterator[Row]:
    """Return the articles that ``query`` asks for, by folder, with their day and language.

    Memory is that of a batch of rows. Raises ``UsageError``, of a condition before the first row is
    asked for, and ``DatasetError``.
    """
    filters = [read_condition(each) for each in query.where]
    nothing = _with_place(file_schema("articles").empty_table(), pa.array([], pa.string()), "und")
    for keep in filters:
        keep(nothing)
    return _read(root, query, filters)


def _read(root: str, query: Query, filters: Sequence[Filter]) -> Iterator[Row]:
    storage = open_storage(root)
    files = []
    first, last = query.since or "", query.until or "9999"
    earliest = folder_dates(first)[-1] if first else ""
    for file in load_state(storage).files("articles"):
        place = partition_values(*split_data_path(file.path))
        if earliest <= place["date"] <= last:
            files.append((place["date"], place["language"], file))
    files.sort(key=lambda each: (each[0], each[1], each[2].path))
    for _, language, file in files:
        with open_data(storage, file) as parquet:
            for batch in parquet.iter_batches(_BATCH_ROWS):
                rows = widen("articles", pa.Table.from_batches([batch]))
                days = pc.strftime(pc.coalesce(rows["published_at"], rows["fetched_at"]), _DAY)
                # A folder may be that of a month or a year.
                wanted = pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last))
                rows = _with_place(rows, days, language).filter(wanted)
                for keep in filters:
                    rows = keep(rows)
                yield from rows.to_pylist()


def _with_place(rows: pa.Table, days: pa.Array, language: str) -> pa.Table:
    """Return rows with what stands in the path of their file."""
    rows = rows.append_column("date", days)
    return rows.append_column("language", pa.array([language] * rows.num_rows, pa.string()))


def write_jsonl(rows: Iterable[Row]) -> Iterator[str]:
    """Yield rows as JSON lines by the names of their columns, without what is empty.

    ``url`` is the canonical one, by which an article is known. ``date`` is that of publication:
    where it is only the day of fetching, whoever reads it would take it for more.
    """
    for row in rows:
        values = {
            **row,
            "date": row["date"] if row["published_at"] else None,
            "url": row["canonical_url"] or row["url"],
            "published_at": write_moment(row, "published_at"),
        }
        said = {name: value for name, value in values.items() if value not in (None, [], "")}
        if "text" not in said:
            said["text"] = ""
        yield json.dumps(said, ensure_ascii=False, default=_write, separators=(",", ":")) + "\n"


def _write(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _write_message(rows: Iterable[Row]) -> Iterator[str]:
    return write_newsml(rows, sent=datetime.now(UTC))


#: Format → what writes rows in it, in pieces of text.
FORMATS: Mapping[str, Callable[[Iterable[Row]], Iterator[str]]] = {
    "ninjs": write_ninjs,
    "jsonl": write_jsonl,
    "newsml": _write_message,
}
