"""Write the pages of the manual that follow from the code: columns, settings, commands.

    python -m benchmarks.make_reference

A test compares ``docs/reference`` with what this makes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import typer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.core import TyperGroup

from newsbeam.pipelines.cli import app
from newsbeam.transforms.core.schema import PARTITIONS, SCHEMA_VERSION, TABLES
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.core.settings.base import Settings

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
_TABLES = {
    "articles": "One row for each revision of an article.",
    "duplicates": "One row for each input that repeats an article.",
    "rejects": "One row for each input that failed.",
    "feeds": "One row for each time that a source was asked.",
    "index": "What later passes look up.",
    "boilerplate": "Lines that the articles of a site share.",
}


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    made = {"columns.md": columns(), "settings.md": settings(), "commands.md": commands()}
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def columns() -> Iterator[str]:
    """Yield the lines of the page about the columns of each table."""
    yield "# Columns"
    yield ""
    yield f"Version {SCHEMA_VERSION} of the schema. `newsbeam schema TABLE` prints the same."
    for table, schema in TABLES.items():
        yield from ("", f"## {table}", "", _TABLES[table])
        if PARTITIONS[table]:
            yield ""
            yield f"In the path: {', '.join(f'`{name}`' for name in PARTITIONS[table])}."
        yield from ("", "| Column | Type | Null | Meaning |", "|---|---|---|---|")
        for field in schema:
            meaning = (field.metadata or {}).get(b"description", b"").decode()
            null = "yes" if field.nullable else "no"
            yield f"| `{field.name}` | {_type(field.type)} | {null} | {_cell(meaning)} |"


def _type(found: pa.DataType) -> str:
    """Return a type in few words: what a struct holds has lines of its own in the meaning."""
    if pa.types.is_list(found):
        return f"list of {_type(found.value_type)}"
    if pa.types.is_struct(found):
        return f"struct ({', '.join(f'`{each.name}`' for each in found)})"
    return _cell(str(found))


def settings() -> Iterator[str]:
    """Yield the lines of the page about settings."""
    yield "# Settings"
    yield ""
    yield "A configuration is YAML with these sections. Each setting has a default;"
    yield "`--set KEY=VALUE` overrides one, and `newsbeam validate --config FILE` prints all with"
    yield "their values."
    yield from _section(Config, "")


def _section(model: type[Settings], prefix: str) -> Iterator[str]:
    """Yield a table of the plain settings of ``model``, and a section for each that has its own."""
    plain = {name: info for name, info in model.model_fields.items() if _model(info) is None}
    nested = {name: sub for name, info in model.model_fields.items() if (sub := _model(info))}
    if plain:
        yield from ("", f"## `{prefix}`" if prefix else "## At the top", "")
        if prefix:
            yield from (_first_sentence(model), "")
        yield from ("| Setting | Default | Meaning |", "|---|---|---|")
        for name, info in plain.items():
            yield f"| `{name}` | {_default(info)} | {_cell(info.description or '')} |"
    for name, sub in nested.items():
        yield from _section(sub, f"{prefix}.{name}" if prefix else name)


def _model(info: FieldInfo) -> type[Settings] | None:
    kind = info.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Settings) else None


def _first_sentence(model: type[Settings]) -> str:
    return _cell((model.__doc__ or "").split("\n\n")[0])


def _default(info: FieldInfo) -> str:
    if info.default is PydanticUndefined:
        return "(needed)"
    value: Any = info.default
    if value is None:
        return "null"
    if isinstance(value, tuple | frozenset | set):
        value = sorted(value) if isinstance(value, frozenset | set) else list(value)
    return f"`{_cell(json.dumps(value, default=str, ensure_ascii=False))}`"


def commands() -> Iterator[str]:
    """Yield the lines of the page about commands."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    yield "# Commands"
    yield ""
    yield "`newsbeam COMMAND --help` prints the same. What stands behind `--` goes to Beam."
    yield ""
    yield "Exit codes: [Operations](../operations.md#exit-codes)."
    shown = {name: each for name, each in group.commands.items() if not each.hidden}
    for name, command in shown.items():
        context = typer.Context(command, info_name=f"newsbeam {name}")
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        yield from ("", f"## {name}", "", (command.help or "").strip(), "", f"    {usage}", "")
        yield from ("| Option | Meaning |", "|---|---|")
        for parameter in command.params:
            record = parameter.get_help_record(context)
            if record is None or getattr(parameter, "hidden", False):
                continue
            yield f"| `{_cell(record[0])}` | {_cell(record[1])} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
