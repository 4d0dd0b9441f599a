"""The commands of ``newsbeam`` that look at a dataset, keep it up or take from it."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from newsbeam.pipelines import display
from newsbeam.pipelines.options import (
    EXIT_FAULT,
    ConfigFile,
    Json,
    Overrides,
    Root,
    check_day,
    dataset_at,
    fast_imports,
    open_output,
    parse_age,
    read_settings,
)
from newsbeam.pipelines.report_words import count
from newsbeam.transforms.core.errors import UsageError

if TYPE_CHECKING:
    from newsbeam.transforms.dataset.export import Row

commands = typer.Typer()


@commands.command()
def feeds(
    root: Root,
    opml: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the feeds to this file as OPML instead."),
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Show how each feed is doing. Feeds that fail, moved or fell silent come first."""
    from newsbeam.pipelines.feeds import export_opml, measure_feeds

    if opml is not None and as_json:
        raise UsageError("--opml writes a file; leave --json out.")
    read_settings(config, overrides)
    measured = measure_feeds(dataset_at(root))
    if opml is not None:
        with open_output(opml) as file:
            file.write(export_opml(measured).decode("utf-8"))
        kept = sum(feed.state != "gone" for feed in measured)
        gone = len(measured) - kept
        left = f", without {gone:,} that {'is' if gone == 1 else 'are'} gone" if gone else ""
        _say(f"Wrote {opml}: {count(kept, 'feed')}{left}.")
        return
    display.show_feeds(display.output(), measured, as_json)


@commands.command()
def check(
    root: Root,
    since: Annotated[
        int | None,
        typer.Option(metavar="COMMIT", help="Only what came after the commit of this number."),
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Prove from the files that nothing is lost or changed. It reads every file."""
    from newsbeam.pipelines.progress import show_files
    from newsbeam.transforms.dataset.audit import audit_dataset, audit_since

    read_settings(config, overrides)
    with show_files(Console(stderr=True, emoji=False), "Checking") as on_file:
        if since is None:
            audit = audit_dataset(dataset_at(root), on_file=on_file)
        else:
            audit = audit_since(dataset_at(root), since, on_file=on_file)
    display.show_audit(display.output(), audit, as_json)
    if audit.faults:
        raise typer.Exit(EXIT_FAULT)


@commands.command()
def report(
    root: Root,
    html: Annotated[
        str | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Write the report to this file as a page; in the place of an older page, it also "
            "tells what changed since.",
        ),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(metavar="COMMIT", help="Tell what changed after the commit of this number."),
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Show what came in, what went wrong, and what is there."""
    if html is not None and as_json:
        raise UsageError("--html writes a page; leave --json out.")
    # There is no linear algebra in it, and each thread that waits for some burns CPU first.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with fast_imports():
        from newsbeam.pipelines.report import measure_dataset, write_report

    settings = read_settings(config, overrides).dataset
    if html is not None:
        write_report(dataset_at(root), html, settings, since=since)
        _say(f"Wrote {html}.")
        return
    measured = measure_dataset(dataset_at(root), settings, since=since)
    if as_json:
        from newsbeam.pipelines.report_json import to_json

        display.show_json(to_json(measured))
        return
    from newsbeam.pipelines.report_terminal import show_report

    show_report(display.output(), measured)


@commands.command()
def explain(
    root: Root,
    article: Annotated[
        str, typer.Argument(metavar="URL-OR-ID", help="URL, id or file (source_ref) of an article.")
    ],
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Show each decision about one article. For a duplicate: how the two texts differ."""
    from newsbeam.pipelines.explain import explain as explain_article
    from newsbeam.pipelines.explain_display import show_explanation

    settings = read_settings(config, overrides).duplicates
    explained = explain_article(dataset_at(root), article, settings)
    show_explanation(display.output(), explained, as_json)


@commands.command()
def compact(
    root: Root,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Only this day.")] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Merge small files into large ones. The rows stay as they are."""
    from newsbeam.pipelines.tables import update_tables
    from newsbeam.transforms.dataset.compact import compact as compact_dataset

    check_day("--date", date)
    settings = read_settings(config, overrides).dataset
    place = dataset_at(root)
    done = compact_dataset(place, settings, date)
    update_tables(place, settings)
    display.show_compaction(display.output(), done, as_json)


@commands.command()
def upkeep(
    root: Root, config: ConfigFile = None, overrides: Overrides = None, as_json: Json = False
) -> None:
    """Merge small files, shorten the log, remove leftovers. `watch` does it itself."""
    from newsbeam.pipelines.tables import update_tables
    from newsbeam.transforms.dataset.upkeep import keep_up

    settings, place = read_settings(config, overrides), dataset_at(root)
    done = keep_up(place, settings.dataset, obey_kills=settings.wires.obey_kills)
    update_tables(place, settings.dataset)
    display.show_upkeep(display.output(), done, as_json)


@commands.command()
def forget(
    root: Root,
    url: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL", help="Address or id of an article, or address of a document; repeatable."
        ),
    ] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option(metavar="DOMAIN", help="Registered domain, such as example.org; repeatable."),
    ] = None,
    publisher: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Name of an outlet; repeatable.")
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="Articles of more than this age, such as 30d, 6m or 2y."),
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Delete articles and their copies for good. They are not read again either."""
    from newsbeam.pipelines.tables import update_tables
    from newsbeam.transforms.dataset.forget import forget as forget_rows

    settings, place = read_settings(config, overrides).dataset, dataset_at(root)
    before = None if older_than is None else datetime.now(UTC) - parse_age(older_than)
    gone = forget_rows(
        place,
        settings,
        urls=url or (),
        domains=domain or (),
        publishers=publisher or (),
        before=before,
    )
    update_tables(place, settings)
    display.show_forgotten(display.output(), gone, as_json)


@commands.command()
def replay(
    root: Root,
    reason: Annotated[
        str | None, typer.Option(metavar="REASON", help="Only rejects with this reason.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All kept pages, not only those of rejects.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what changes, and write nothing.")
    ] = False,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Extract kept pages again, and commit what they give now. keep.bytes keeps them."""
    from newsbeam.pipelines.logs import set_up_logging
    from newsbeam.pipelines.replay_display import ChangeLines, show_replay

    settings = read_settings(config, overrides)
    if reason is not None and everything:
        raise UsageError("--reason names rejects; leave --all out.")
    set_up_logging("text")
    from newsbeam.pipelines.replay import replay as replay_pages
    from newsbeam.pipelines.tables import update_tables

    lines, place = ChangeLines(display.output(), as_json), dataset_at(root)
    done = replay_pages(
        place,
        settings,
        writes=not diff,
        reason=reason,
        everything=everything,
        on_change=lines.add,
    )
    if not diff:
        update_tables(place, settings.dataset)
    show_replay(display.output(), done, lines, as_json)
    if done.outcome is not None and done.outcome.faults:
        raise typer.Exit(EXIT_FAULT)


@commands.command()
def tables(
    root: Root, config: ConfigFile = None, overrides: Overrides = None, as_json: Json = False
) -> None:
    """Bring Delta and Iceberg tables up to the newest commit. Says what readers open."""
    from newsbeam.pipelines.tables import catch_up

    settings, place = read_settings(config, overrides).dataset, dataset_at(root)
    standing = list(catch_up(place, settings))
    display.show_tables(display.output(), standing, as_json)


@commands.command()
def export(
    root: Root,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="ninjs, jsonl or newsml.")
    ],
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="What to write; - is standard output."),
    ] = "-",
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="First day.")] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="COLUMN=VALUE, or a condition in SQL; repeatable."),
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
) -> None:
    """Write articles as ninjs, NewsML or JSON lines. newsbeam reads the same rows from them."""
    from newsbeam.transforms.dataset.export import FORMATS, Query, read_rows

    if form not in FORMATS:
        raise UsageError(f"--format {form}: there are {', '.join(FORMATS)}.")
    for name, day in (("--since", since), ("--until", until)):
        check_day(name, day)
    if since and until and since > until:
        raise UsageError(f"--since {since}: it is later than --until {until}.")
    read_settings(config, overrides)
    rows = read_rows(dataset_at(root), Query(since=since, until=until, where=tuple(where or ())))
    written = 0

    def counted() -> Iterator["Row"]:
        nonlocal written
        for written, row in enumerate(rows, 1):  # noqa: B007
            yield row

    with open_output(output) as file:
        for piece in FORMATS[form](counted()):
            file.write(piece)
    if output != "-":
        _say(f"Wrote {output}: {count(written, 'article')}.")


@commands.command()
def reindex(
    root: Root, config: ConfigFile = None, overrides: Overrides = None, as_json: Json = False
) -> None:
    """Make the index anew, from the other tables."""
    from newsbeam.pipelines.tables import update_tables
    from newsbeam.transforms.dataset.rebuild import rebuild_index

    settings, place = read_settings(config, overrides).dataset, dataset_at(root)
    commit = rebuild_index(place, settings)
    update_tables(place, settings)
    rows = sum(file.rows for file in commit.files)
    if as_json:
        display.show_json({"commit": commit.number, "rows": rows})
        return
    said = f"The index has {count(rows, 'row')} (commit {commit.number})."
    display.output().print(display.cell(said))


@commands.command()
def sql(
    root: Root,
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="SQL over articles, duplicates, rejects and feeds, such as "
            "SELECT language, count(*) FROM articles GROUP BY ALL.",
        ),
    ],
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Ask a dataset in SQL, with DuckDB. It needs newsbeam[sql]."""
    from newsbeam.reading import open as open_dataset

    read_settings(config, overrides)
    columns, rows = open_dataset(dataset_at(root)).rows(query)
    if columns:
        display.show_answer(display.output(), columns, rows, as_json)


@commands.command()
def schema(
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE", help="articles, duplicates, rejects, feeds, index or boilerplate."
        ),
    ] = "articles",
    check_root: Annotated[
        str | None,
        typer.Option(
            "--check", metavar="ROOT", help="Say which files of a dataset are of another version."
        ),
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Print the columns of a table, with types and meanings."""
    from newsbeam.transforms.core.schema import PARTITIONS, TABLES

    if table not in TABLES:
        raise UsageError(f"There is no table {table}. The tables are {', '.join(TABLES)}.")
    if check_root is not None:
        from newsbeam.transforms.dataset.schemas import find_older

        read_settings(config, overrides)
        older = find_older(dataset_at(check_root))
        display.show_older(display.output(), older, as_json)
        if older:
            raise typer.Exit(EXIT_FAULT)
        return
    display.show_schema(display.output(), table, TABLES[table], PARTITIONS[table], as_json)


def _say(sentence: str) -> None:
    Console(stderr=True, emoji=False).print(sentence, markup=False, highlight=False, soft_wrap=True)
