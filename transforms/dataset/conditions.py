"""Conditions on articles: one value of a column, or what SQL can say of a row."""

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.columns import ARTICLES
from newsbeam.transforms.core.errors import UsageError

#: "language=de", "wire.version=2", "publisher = 'Ellery Press'": what needs no SQL.
_EQUALS = re.compile(r"\s*([\w.]+)\s*=\s*(?:'([^']*)'|([^\s'\"=<>()][^'\"=<>()]*?))\s*")
#: What joins conditions in SQL, and hardly stands in a name: "revision = 1 AND withdrawn".
_JOINED = re.compile(r"\s(?:AND|OR)\s")

#: Rows in, those that meet a condition out.
Filter = Callable[[pa.Table], pa.Table]


def read_condition(condition: str) -> Filter:
    """Return what keeps the rows that meet ``condition``: COLUMN=VALUE, or a condition in SQL.

    The rows have the columns of articles, ``date`` and ``language``; a dot reaches into ``wire``.
    SQL is asked of DuckDB, for some rows at a time: it knows of a row what stands in it. Raises
    ``UsageError`` for a column that there is not, and for what is no condition.
    """
    match = _EQUALS.fullmatch(condition)
    if match is None or (match[3] and _JOINED.search(match[3])):
        return _in_sql(condition)
    return _equals(match[1], match[2] if match[2] is not None else match[3])


def _equals(name: str, value: str) -> Filter:
    top, _, inner = name.partition(".")
    try:
        field = ARTICLES.field(top)
        if inner:
            field = field.type.field(inner)
    except (KeyError, AttributeError, TypeError):
        raise UsageError(
            f"--where {name}: articles have no such column. `newsbeam schema` shows them."
        ) from None
    if pa.types.is_nested(field.type) or pa.types.is_timestamp(field.type):
        raise UsageError(
            f"--where {name}: only columns of one text, number or truth value equal something; "
            "write a condition in SQL."
        )
    if not pa.types.is_string(field.type) and " " in value:
        return _in_sql(f"{name} = {value}")

    def keep(rows: pa.Table) -> pa.Table:
        column = pc.struct_field(rows[top], inner) if inner else rows[top]
        return rows.filter(pc.fill_null(pc.equal(column.cast(pa.string()), value), False))

    return keep


def _in_sql(condition: str) -> Filter:
    try:
        import duckdb
    except ImportError as error:
        raise UsageError(
            f"--where {condition}: write COLUMN=VALUE, such as language=de; conditions in SQL need "
            "DuckDB: pip install 'newsbeam[sql]'."
        ) from error
    connection = duckdb.connect(config={"enable_external_access": "false"})

    def keep(rows: pa.Table) -> pa.Table:
        days = rows.schema.get_field_index("date")
        # Only numbers of rows come back: values that went through another engine might differ.
        asked = rows.set_column(days, "date", rows["date"].cast(pa.date32()))
        asked = asked.append_column("row_number", pa.array(range(rows.num_rows), pa.int64()))
        try:
            found = connection.from_arrow(asked).filter(condition).project("row_number")
            return rows.take(pa.array(sorted(row for (row,) in found.fetchall()), pa.int64()))
        except duckdb.Error as error:
            raise UsageError(
                f"--where {condition}: neither COLUMN=VALUE, such as language=de, nor a condition "
                f"in SQL: {error}"
            ) from None

    return keep
