"""What people see on a terminal. Text from the outside is made inert before it is shown."""

import json
import logging
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsbeam.pipelines.logs import as_text
from newsbeam.pipelines.report_words import count, size
from newsbeam.transforms.core.errors import REMEDIES

if TYPE_CHECKING:  # most commands show no such thing, and these take long to import
    import pyarrow as pa

    from newsbeam.pipelines.feeds import FeedHealth
    from newsbeam.transforms.tables.view import Standing

_log = logging.getLogger("newsbeam")

#: What one line of SQL shows of a new dataset.
SQL = "SELECT date, language, publisher, title FROM {articles} ORDER BY published_at DESC LIMIT 20"


_OBEYED = ("Cc", "Cs")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


#: Columns of a page where there is no terminal whose width could be asked for.
_WIDTH_OF_PIPES = 120


def output() -> Console:
    """Return the console for what a command prints on standard output."""
    return Console(emoji=False, width=None if sys.stdout.isatty() else _WIDTH_OF_PIPES)


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


def show_json(value: object) -> None:
    """Print ``value`` as JSON on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=as_text))  # noqa: T201


def show_outcome(console: Console, outcome: Any, log_format: str, as_json: bool = False) -> None:
    """Print the closing table of a job, with its faults if the ledger has any."""
    values = outcome.to_json()
    if as_json:
        show_json(values)
        return
    if log_format == "json":
        _log.info("finished", extra={"data": values})
        return
    table = _table("", "What became of the inputs", "Count")
    for label, number in values["counts"].items():
        if number or label in ("entries", "written"):
            table.add_row(cell(label), f"{number:,}")
    for kind, number in values["passed_over"].items():
        what, of = (
            ("no pages", "records")
            if not kind.startswith("unwanted_")
            else ("left out", "captures")
        )
        table.add_row(cell(f"  {what}: {kind} {of} of archives"), f"{number:,}")
    for reason, number in values["rejects"].items():
        table.add_row(cell(f"  rejected: {reason}"), f"{number:,}")
    console.print(table)
    for reason in dict.fromkeys(label.partition(" ")[0] for label in values["rejects"]):
        if remedy := REMEDIES.get(reason):
            console.print(cell(f"{reason}: {remedy}"), soft_wrap=True)
    rate = f", {values['pages_per_second']:.1f} pages a second" if values["counts"]["read"] else ""
    console.print(
        cell(
            f"{count(values['passes'], 'pass', 'passes')} in "
            f"{values['seconds']:.1f} s{rate}, engine: {values['engine']}"
        )
    )
    counts = values["counts"]
    known = counts["seen before"] + counts["unchanged"] + counts["sources not modified"]
    if known and not counts["written"] and not values["rejects"]:
        console.print(cell("Nothing new: the dataset has all articles of these inputs already."))
    console.print(cell(f"Dataset: {values['root']}"))
    if old := _count_old(outcome.commits):
        console.print(
            cell(
                f"{old:,} old articles have the first day of their year or decade as date and "
                "folder (dataset.archived_days); ask for days by published_at."
            ),
            soft_wrap=True,
        )
    if "://" in values["root"]:
        if counts["written"]:  # DuckDB's own reader of buckets is an extension, to be had online
            query = SQL.format(articles="articles")
            console.print(
                cell(f'Look at it: newsbeam sql {values["root"]} "{query}"'), soft_wrap=True
            )
    elif any((Path(values["root"]) / "articles").glob("*/*/*.parquet")):
        path = f"{values['root']}/articles/**/*.parquet".replace("'", "''")
        query = SQL.format(articles=f"read_parquet('{path}', hive_partitioning=true)")
        console.print(cell(f"Look at it, with DuckDB: {query};"), soft_wrap=True)
    for fault in values["faults"]:
        console.print(Text(f"FAULT: {inert(fault)}", style="bold red"))


def _count_old(commits: Any) -> int:
    """Return how many articles of these commits stand in folders of years gone by."""
    this_year = f"date={datetime.now(UTC).year}"
    files = [file for commit in commits for file in commit.files if file.table == "articles"]
    folders = [(file.path.split("/")[1], file.rows) for file in files]
    return sum(rows for day, rows in folders if day.endswith("-01-01") and day < this_year)


def show_audit(console: Console, audit: Any, as_json: bool) -> None:
    """Print what an audit found."""
    if as_json:
        show_json(asdict(audit))
        return
    for fault in audit.faults:
        console.print(Text(f"FAULT: {inert(fault)}", style="red"), soft_wrap=True)
    for sentence in audit.waiting:
        console.print(cell(sentence), soft_wrap=True)
    rows = ", ".join(f"{table} {number:,}" for table, number in audit.rows.items())
    if audit.older:
        console.print(
            cell(
                f"Files of older versions of the schema: {len(audit.older):,}, such as "
                f"{audit.older[0]}; `newsbeam upkeep` brings them to this one."
            ),
            soft_wrap=True,
        )
    verdict = (
        count(len(audit.faults), "fault") if audit.faults else "Every input has exactly one outcome"
    )
    console.print(
        cell(
            f"{verdict}: {count(audit.commits, 'commit')}, {count(audit.files, 'file')}, "
            f"rows: {rows or 'none'}."
        ),
        soft_wrap=True,
    )


def show_compaction(console: Console, done: Any, as_json: bool) -> None:
    """Print how many files became how many."""
    if as_json:
        show_json(asdict(done))
    elif not done.before:
        console.print(cell("Nothing to merge: no partition has two small files."))
    else:
        console.print(
            cell(
                f"{done.before:,} files became {done.after:,}, {size(done.bytes_before)} became "
                f"{size(done.bytes_after)}."
            )
        )


def show_upkeep(console: Console, done: Any, as_json: bool) -> None:
    """Print what upkeep did."""
    if as_json:
        show_json(asdict(done))
        return
    parts = []
    if done.merged:
        parts.append(f"{done.merged:,} files became {done.into:,} ({size(done.bytes_merged)} read)")
    if done.lookups:
        parts.append(f"{done.lookups:,} runs of the index got their keys")
    if done.folded:
        parts.append("the log was folded into a checkpoint")
    console.print(cell(f"{'; '.join(parts) or 'Nothing was due'}."), soft_wrap=True)


def show_forgotten(console: Console, gone: Any, as_json: bool) -> None:
    """Print what was deleted."""
    if as_json:
        show_json(asdict(gone))
        return
    rows = ", ".join(f"{table} {number:,}" for table, number in gone.rows.items() if number)
    if rows:
        sentence = (
            f"Rows deleted: {rows} (commit {gone.commit}). They are not read again. The files that "
            "held them stay below replaced/ for dataset.staging_ttl_s; then upkeep removes them."
        )
    else:
        sentence = f"Nothing of it was there; it is not read from now on (commit {gone.commit})."
    console.print(cell(sentence), soft_wrap=True)


def show_older(console: Console, older: dict[str, str], as_json: bool) -> None:
    """Print which files do not have the present schema, and how they differ."""
    if as_json:
        show_json(older)
        return
    for path, difference in older.items():
        console.print(cell(f"{path}: {difference}"), soft_wrap=True)
    if older:
        differ = "differs" if len(older) == 1 else "differ"
        verdict = f"{count(len(older), 'file')} {differ}; `newsbeam upkeep` brings each up to date."
    else:
        verdict = "All files have the present schema."
    console.print(cell(verdict), soft_wrap=True)


def show_tables(console: Console, standing: "Sequence[Standing]", as_json: bool) -> None:
    """Print how far the tables of Delta and Iceberg are, and what readers open."""
    if as_json:
        show_json([asdict(each) for each in standing])
        return
    columns = ("Table", "Version", "Commit", "Versions kept", "Files")
    table = _table("", *columns, numbers=len(columns) - 1)
    for each in standing:
        numbers = (f"{each.commit:,}", f"{each.versions:,}", f"{each.files:,}")
        table.add_row(cell(each.format.title()), str(each.version), *numbers)
    console.print(table)
    for each in standing:
        console.print(cell(f"{each.format.title()}: {each.place}"), soft_wrap=True)


def show_schema(
    console: Console, name: str, schema: "pa.Schema", partitions: tuple[str, ...], as_json: bool
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
        show_json({"table": name, "partitions": partitions, "columns": columns})
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


def show_answer(
    console: Console, columns: Sequence[str], rows: Sequence[Sequence[Any]], as_json: bool
) -> None:
    """Print the rows that a query found."""
    if as_json:
        names = list(_distinct(columns))
        show_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    table = _table("", *columns, numbers=0)
    for row in rows:
        table.add_row(*map(cell, row))
    console.print(table)


def _distinct(columns: Sequence[str]) -> Iterator[str]:
    """Yield names of columns, of which a join may have some twice, each with a number then."""
    taken = set(columns)
    seen: set[str] = set()
    for column in columns:
        name, number = column, 0
        while name in seen or (number and name in taken):
            number += 1
            name = f"{column}_{number}"
        seen.add(name)
        yield name


def show_feeds(console: Console, feeds: Sequence["FeedHealth"], as_json: bool) -> None:
    """Print how each feed is doing, and why those that fail do."""
    if as_json:
        show_json([asdict(feed) for feed in feeds])
        return
    if not feeds:
        console.print(cell("No feed or sitemap has been asked yet."))
        return
    from newsbeam.pipelines.feeds import TABLE_COLUMNS, table_row

    now = datetime.now(UTC)
    table = _table("", *TABLE_COLUMNS, numbers=5)
    table.columns[0].max_width = 30
    for column in table.columns[1:]:
        column.no_wrap = True
    for feed in feeds:
        name, *values = map(cell, table_row(feed, now))
        # Where there is no room a name is cut, and no number.
        name.no_wrap, name.overflow = True, "ellipsis"
        table.add_row(name, *values)
    console.print(table)
    for feed in feeds:
        if feed.detail:
            console.print(cell(f"{feed.source} is {feed.state}: {feed.detail}"), soft_wrap=True)
