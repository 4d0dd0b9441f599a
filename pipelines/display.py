"""What people see on a terminal. Text from the outside is made inert before it is shown."""

import json
import logging
import unicodedata
from typing import Any

import pyarrow as pa
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_log = logging.getLogger("newsbeam")

#: What one line of SQL shows of a new dataset.
SQL = (
    "SELECT date, language, publisher, title FROM "
    "read_parquet('{root}/articles/**/*.parquet', hive_partitioning=true) "
    "ORDER BY published_at DESC LIMIT 20"
)


_OBEYED = ("Cc", "Cs")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(text: str) -> str:
    """Return ``text`` without anything that a terminal obeys: controls and direction overrides."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if character in _DIRECTIONS or unicodedata.category(character) in _OBEYED
        else character
        for character in text.replace("\n", " ").replace("\t", " ")
    )


def cell(value: object) -> Text:
    """Return ``value`` as inert text without markup."""
    return Text(inert("" if value is None else str(value)))


def _table(title: str, *columns: str, numbers: int = 1) -> Table:
    """Return an empty table whose last ``numbers`` columns are numbers."""
    table = Table(
        box=box.SIMPLE_HEAD,
        title=Text(title) if title else None,
        title_justify="left",
        title_style="bold",
    )
    for position, column in enumerate(columns):
        is_number = position >= len(columns) - numbers
        table.add_column(column, justify="right" if is_number else "left")
    return table


def show_outcome(console: Console, outcome: Any, log_format: str) -> None:
    """Print the closing table of a job, with its faults if the ledger has any."""
    values = outcome.to_json()
    if log_format == "json":
        _log.info("finished", extra={"data": values})
        return
    table = _table("", "What became of the inputs", "Count")
    for label, number in values["counts"].items():
        if number or label in ("entries", "written"):
            table.add_row(cell(label), f"{number:,}")
    for reason, number in values["rejects"].items():
        table.add_row(cell(f"  rejected: {reason}"), f"{number:,}")
    console.print(table)
    rate = f", {values['pages_per_second']:.1f} pages a second" if values["counts"]["read"] else ""
    console.print(
        cell(
            f"{values['passes']} {'pass' if values['passes'] == 1 else 'passes'} in "
            f"{values['seconds']:.1f} s{rate}, engine: {values['engine']}"
        )
    )
    if not values["counts"]["written"] and not outcome.failed:
        console.print(cell("Nothing new: the dataset has all articles of these inputs already."))
    console.print(cell(f"Dataset: {values['root']}"))
    console.print(
        cell(f"Look at it, with DuckDB: {SQL.format(root=values['root'])};"), soft_wrap=True
    )
    for fault in values["faults"]:
        console.print(Text(f"FAULT: {inert(fault)}", style="bold red"))


def show_audit(console: Console, audit: Any, as_json: bool) -> None:
    """Print what an audit found."""
    if as_json:
        print(json.dumps(audit.to_json(), ensure_ascii=False, indent=2))  # noqa: T201
        return
    for fault in audit.faults:
        console.print(Text(f"FAULT: {inert(fault)}", style="red"), soft_wrap=True)
    rows = ", ".join(f"{count:,} {table}" for table, count in audit.rows.items())
    verdict = (
        f"{len(audit.faults)} faults" if audit.faults else "Every input has exactly one outcome"
    )
    console.print(
        cell(
            f"{verdict}: {audit.commits:,} commits, {audit.files:,} files, rows: {rows or 'none'}."
        ),
        soft_wrap=True,
    )


def show_schema(
    console: Console, name: str, schema: pa.Schema, partitions: tuple[str, ...], as_json: bool
) -> None:
    """Print the columns of a table."""
    columns = [
        {
            "name": field.name,
            "type": str(field.type).replace(" not null", ""),
            "nullable": field.nullable,
            "description": (field.metadata or {}).get(b"description", b"").decode(),
        }
        for field in schema
    ]
    if as_json:
        answer = {"table": name, "partitions": partitions, "columns": columns}
        print(json.dumps(answer, indent=2))  # noqa: T201
        return
    table = _table(f"{name} (in the path: {', '.join(partitions) or 'nothing'})", numbers=0)
    for heading in ("Column", "Type", "Null", "Meaning"):
        table.add_column(heading)
    for column in columns:
        table.add_row(
            cell(column["name"]),
            cell(column["type"]),
            "yes" if column["nullable"] else "no",
            cell(column["description"]),
        )
    console.print(table)


def show_report(console: Console, measured: Any, as_json: bool) -> None:
    """Print a report as tables, one a section."""
    if as_json:
        print(json.dumps(measured.to_json(), ensure_ascii=False, indent=2, default=str))  # noqa: T201
        return
    for section in measured.sections:
        table = _table(section.title, *section.columns, numbers=section.numbers)
        for row in section.rows:
            table.add_row(*(cell(value) for value in row))
        console.print(table)
