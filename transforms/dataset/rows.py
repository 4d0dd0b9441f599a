"""Records to columns and back."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.records import (
    Article,
    Cleaning,
    Duplicate,
    Entity,
    Keyword,
    Measure,
    Place,
    Poll,
    Removed,
    Unchanged,
    WaitingEntry,
    Wire,
    WireLink,
    WireNote,
    WireSubject,
)
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset.layout import Row


def to_rows(table: str, records: Sequence[Row], unit: str) -> pa.Table:
    """Return ``records`` as the columns of a file of ``table``, each marked with ``unit``."""
    schema = file_schema(table)
    getters = _UNCHANGED if table == "index" else {}
    columns = []
    for field in schema:
        if field.name == "unit":
            values: list[Any] = [unit] * len(records)
        elif getter := getters.get(field.name):
            values = [getter(record) for record in records]
        elif table == "index" and field.name not in Unchanged.__slots__:
            values = [None] * len(records)
        else:
            values = [getattr(record, field.name) for record in records]
        if pa.types.is_nested(field.type):
            values = [_structs(value) for value in values]
        columns.append(_column(values, field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _structs(value: Any) -> Any:
    """Return a record, or a tuple of records or strings, with dictionaries for all records."""
    if isinstance(value, tuple):
        return [_structs(item) for item in value]
    names = getattr(value, "__slots__", None)
    return value if names is None else {name: _structs(getattr(value, name)) for name in names}


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        # Lone surrogates are no Unicode text and cannot be written as UTF-8. Their identities
        # stay, because normalized text has no symbols, and U+FFFD is one.
        return pa.array([_mended(value) for value in values], kind)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list | tuple):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {name: _mended(item) for name, item in value.items()}
    return value


#: How an index row is made of an ``Unchanged``; other fields have the same name or stay empty.
_UNCHANGED: dict[str, Callable[[Any], object]] = {
    "entry_id": lambda row: entry_id(
        row.source_kind, row.source_ref, row.source_id, row.requested_url
    ),
    "url_id": lambda row: url_id(row.requested_url),
    "outcome": lambda _: "unchanged",
}


def widen(table: str, rows: pa.Table) -> pa.Table:
    """Return rows of a file of any version with the columns of files of this one.

    What an older file has no column for is null, or an empty list.
    """
    schema = file_schema(table)
    columns = []
    for field in schema:
        if field.name in rows.column_names:
            columns.append(rows[field.name])
        elif field.nullable:
            columns.append(pa.nulls(rows.num_rows, field.type))
        else:
            columns.append(pa.array([[]] * rows.num_rows, field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def to_articles(rows: pa.Table, language: str) -> list[Article]:
    """Return the articles in ``rows`` of a file; their language stands in the file's path."""
    return [
        Article(
            **{
                **values,
                "places": tuple(Place(**place) for place in values["places"]),
                "keywords": tuple(Keyword(**keyword) for keyword in values["keywords"]),
                "cleaning": tuple(Cleaning(**cleaning) for cleaning in values["cleaning"]),
                "quality": _to_measures(values["quality"]),
                "entities": _to_entities(values["entities"]),
                "removed": tuple(Removed(**removed) for removed in values["removed"]),
                "wire": _to_wire(values["wire"]),
                "language": language,
            }
        )
        for values in _values(rows)
    ]


def _to_measures(values: tuple[dict[str, Any], ...] | None) -> tuple[Measure, ...] | None:
    return None if values is None else tuple(Measure(**value) for value in values)


def _to_entities(values: tuple[dict[str, Any], ...] | None) -> tuple[Entity, ...] | None:
    return None if values is None else tuple(Entity(**value) for value in values)


def _to_wire(values: dict[str, Any] | None) -> Wire | None:
    if values is None:
        return None
    plain = {name: _plain(value) for name, value in values.items()}
    return Wire(
        **{
            **plain,
            "subjects": tuple(WireSubject(**subject) for subject in values["subjects"]),
            "notes": tuple(WireNote(**note) for note in values["notes"]),
            "links": tuple(WireLink(**link) for link in values["links"]),
        }
    )


def to_duplicates(rows: pa.Table) -> list[Duplicate]:
    """Return the duplicates in ``rows``."""
    return [Duplicate(**values) for values in _values(rows)]


def to_polls(rows: pa.Table) -> list[Poll]:
    """Return the polls in ``rows``."""
    return [
        Poll(**{**values, "waiting": tuple(WaitingEntry(**entry) for entry in values["waiting"])})
        for values in _values(rows)
    ]


def _values(rows: pa.Table) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows.to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value
