"""The command ``newsbeam``."""

import gc
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console

from pipelines import display
from pipelines.config import load_config
from pipelines.logs import set_up_logging
from transforms import __version__, resources
from transforms.core.errors import NewsbeamError, UsageError

EXIT_FAULT, EXIT_USAGE, EXIT_ALL_FAILED, EXIT_INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="newsbeam",
    help="News in, a partitioned Parquet dataset out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Root = Annotated[str, typer.Argument(metavar="ROOT", help="Folder of the dataset.")]
Output = Annotated[str, typer.Option("--output", "-o", help="Folder of the dataset.")]
ConfigFile = Annotated[str | None, typer.Option("--config", "-c", help="YAML configuration.")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override one setting.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
LogFormat = Annotated[str, typer.Option("--log-format", help="text, or json: one object a line.")]

#: What stands behind ``--`` on the command line: options for Beam.
_beam_args: list[str] = []


@app.command()
def ingest(
    output: Output,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="INPUT...", help="URLs, paths, folders or globs; kind: forces."),
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    log_format: LogFormat = "text",
) -> None:
    """Read INPUTs into the dataset at --output. Options for Beam follow after --."""
    console = set_up_logging(log_format)
    settings = load_config(config, overrides or ())
    if not _beam_args:
        resources.warm_up(settings)  # while Beam is imported, which takes as long
    with _imports():
        from pipelines.engine import choose_engine
        from pipelines.plan import resolve_inputs
        from pipelines.progress import show_progress
        from pipelines.run import run_job

    sources = resolve_inputs([*settings.inputs, *(inputs or ())])
    if not sources:
        raise UsageError("Nothing to read: give an INPUT, or a --config with inputs.")
    engine = choose_engine(_beam_args)
    with show_progress(console, engine, len(sources), log_format) as on_pass:
        outcome = run_job(sources, _absolute(output), settings, engine, on_pass=on_pass)
    display.show_outcome(console, outcome, log_format)
    if outcome.faults:
        raise typer.Exit(EXIT_FAULT)
    if outcome.failed:
        raise typer.Exit(EXIT_ALL_FAILED)


@app.command()
def watch(
    output: Output,
    config: Annotated[str, typer.Option("--config", "-c", help="YAML configuration with inputs.")],
    every: Annotated[str, typer.Option(help="Time between rounds, such as 90s, 5m or 1h.")] = "5m",
    streaming: Annotated[
        bool, typer.Option("--streaming", help="One unbounded pipeline instead of passes.")
    ] = False,
    overrides: Overrides = None,
    log_format: LogFormat = "text",
) -> None:
    """Read what is due of the configured inputs, again and again, until Ctrl-C."""
    console = set_up_logging(log_format)
    from pipelines.engine import choose_engine
    from pipelines.plan import resolve_inputs
    from pipelines.stream import stream
    from pipelines.watch import watch as watch_sources

    settings = load_config(config, overrides or ())
    if not settings.inputs:
        raise UsageError(f"{config} has no inputs to watch.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    watching = stream if streaming else watch_sources
    watching(
        lambda: resolve_inputs(settings.inputs),
        _absolute(output),
        settings,
        choose_engine(_beam_args),
        every_s=parse_duration(every),
        stop=threading.Event(),
        on_round=lambda outcome: display.show_outcome(console, outcome, log_format),
    )


@app.command()
def feeds(
    root: Root,
    opml: Annotated[str | None, typer.Option(help="Write the feeds as OPML instead.")] = None,
    as_json: Json = False,
) -> None:
    """Show how each feed is doing: failures, moves, gaps, duplicates, when it is asked next."""
    from pipelines.feeds import export_opml, measure_feeds

    measured = measure_feeds(_dataset(root))
    if opml is not None:
        Path(opml).write_bytes(export_opml(measured))
        return
    display.show_feeds(display.output(), measured, as_json)


@app.command()
def discover(
    site: Annotated[str, typer.Argument(help="Address of the home page.")],
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Find the feeds and sitemaps of a site, and print them as a piece of configuration."""
    from pipelines.discover import discover_sources, write_snippet

    found = discover_sources(site, load_config(None, overrides or ()).fetch)
    if not found:
        raise UsageError(f"{site} has no feed or sitemap that can be found from its home page.")
    if as_json:
        display.show_json([asdict(each) for each in found])
    else:
        print(write_snippet(found), end="")  # noqa: T201


@app.command()
def demo(
    output: Output = "out/demo",
    log_format: LogFormat = "text",
) -> None:
    """Run the whole job on an invented newsroom and compare the dataset with the truth."""
    console = set_up_logging(log_format)
    from pipelines.demo import run_demo

    differences = run_demo(_absolute(output), console, log_format, _beam_args)
    if differences:
        raise typer.Exit(EXIT_FAULT)


@app.command()
def check(
    root: Root,
    since: Annotated[
        int | None, typer.Option(metavar="COMMIT", help="Only what came after this commit.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove from the files that every input has one outcome and no byte has changed."""
    from pipelines.progress import show_files
    from transforms.dataset.audit import audit_dataset, audit_since

    with show_files(Console(stderr=True), "Checking") as on_file:
        if since is None:
            audit = audit_dataset(_dataset(root), on_file=on_file)
        else:
            audit = audit_since(_dataset(root), since, on_file=on_file)
    display.show_audit(display.output(), audit, as_json)
    if audit.faults:
        raise typer.Exit(EXIT_FAULT)


@app.command()
def explain(
    root: Root,
    article: Annotated[str, typer.Argument(metavar="URL-OR-ID", help="URL or id of an article.")],
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Show each decision about one article; for a duplicate, how the two texts differ."""
    from pipelines.explain import explain as explain_article
    from pipelines.explain_display import show_explanation

    settings = load_config(config, overrides or ()).duplicates
    explained = explain_article(_dataset(root), article, settings)
    show_explanation(display.output(), explained, as_json)


@app.command()
def compact(
    root: Root,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="This day alone.")] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Merge the small files of each partition into large ones; the rows stay as they are."""
    from transforms.dataset.compact import compact as compact_dataset

    _check_day("--date", date)
    settings = load_config(config, overrides or ()).dataset
    display.show_compaction(
        display.output(), compact_dataset(_dataset(root), settings, date), as_json
    )


@app.command()
def upkeep(
    root: Root, config: ConfigFile = None, overrides: Overrides = None, as_json: Json = False
) -> None:
    """Do what a dataset needs now and then: merge, fold the log, sweep. `watch` does it itself."""
    from transforms.dataset.upkeep import keep_up

    settings = load_config(config, overrides or ()).dataset
    display.show_upkeep(display.output(), keep_up(_dataset(root), settings), as_json)


@app.command()
def forget(
    root: Root,
    url: Annotated[list[str] | None, typer.Option(help="Address of an article.")] = None,
    domain: Annotated[list[str] | None, typer.Option(help="Registered domain.")] = None,
    publisher: Annotated[list[str] | None, typer.Option(help="Name of an outlet.")] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Such as 30d, 6m or 2y.")
    ] = None,
    config: ConfigFile = None,
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Delete articles and what repeats them, for good: they are not read again either."""
    from transforms.dataset.forget import forget as forget_rows

    settings = load_config(config, overrides or ()).dataset
    before = None if older_than is None else datetime.now(UTC) - parse_age(older_than)
    gone = forget_rows(
        _dataset(root),
        settings,
        urls=url or (),
        domains=domain or (),
        publishers=publisher or (),
        before=before,
    )
    display.show_forgotten(display.output(), gone, as_json)


@app.command()
def export(
    root: Root,
    form: Annotated[str, typer.Option("--format", help="ninjs, jsonl or newsml.")],
    output: Annotated[
        str, typer.Option("--output", "-o", help="File to write; - is standard output.")
    ] = "-",
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="First day.")] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=VALUE", help="Only articles with this value; repeatable."),
    ] = None,
) -> None:
    """Write the articles as the news trade sends them; read again, they give the same rows."""
    from transforms.dataset.export import FORMATS, Query, read_rows

    if form not in FORMATS:
        raise UsageError(f"--format {form}: there are {', '.join(FORMATS)}.")
    for name, day in (("--since", since), ("--until", until)):
        _check_day(name, day)
    pairs = []
    for each in where or ():
        column, equals, value = each.partition("=")
        if not equals:
            raise UsageError(f"--where {each}: write COLUMN=VALUE, such as language=de.")
        pairs.append((column.strip(), value.strip()))
    rows = read_rows(_dataset(root), Query(since=since, until=until, where=tuple(pairs)))
    with _open_output(output) as file:
        for piece in FORMATS[form](rows):
            file.write(piece)


@app.command()
def reindex(root: Root, config: ConfigFile = None, overrides: Overrides = None) -> None:
    """Make the index anew from the articles, duplicates and rejects."""
    from transforms.dataset.rebuild import rebuild_index

    commit = rebuild_index(_dataset(root), load_config(config, overrides or ()).dataset)
    rows = sum(file.rows for file in commit.files)
    display.output().print(display.cell(f"The index has {rows:,} rows (commit {commit.number})."))


@app.command()
def schema(
    table: Annotated[str, typer.Argument(help="articles, duplicates, rejects, feeds, index.")] = (
        "articles"
    ),
    check_root: Annotated[
        str | None,
        typer.Option("--check", metavar="ROOT", help="Say which files of a dataset differ."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the columns of a table of the dataset, with their types and meanings."""
    from transforms.core.schema import PARTITIONS, TABLES

    if check_root is not None:
        from transforms.dataset.schemas import find_older

        older = find_older(_dataset(check_root))
        display.show_older(display.output(), older, as_json)
        if older:
            raise typer.Exit(EXIT_FAULT)
        return
    if table not in TABLES:
        raise UsageError(f"There is no table {table}. The tables are {', '.join(TABLES)}.")
    display.show_schema(display.output(), table, TABLES[table], PARTITIONS[table], as_json)


@app.command()
def validate(
    config: Annotated[str, typer.Option("--config", "-c", help="YAML configuration.")],
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Check a configuration and print it with all defaults filled in."""
    settings = load_config(config, overrides or ())
    values = settings.model_dump(mode="json")
    if as_json:
        display.show_json(values)
        return
    import yaml

    print(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), end="")  # noqa: T201
    Console(stderr=True).print(
        f"{config} is valid: {len(settings.inputs)} inputs.", markup=False, highlight=False
    )


@app.command()
def report(
    root: Root,
    html: Annotated[str | None, typer.Option("--html", help="Write a page instead.")] = None,
    as_json: Json = False,
) -> None:
    """Show what is in a dataset: volumes, languages, publishers, duplicates, rejects."""
    from pipelines.report import measure_dataset

    measured = measure_dataset(_dataset(root))
    if html is not None:
        from pipelines.report_page import write_page

        Path(html).write_text(write_page(measured), encoding="utf-8")
        Console(stderr=True).print(f"Wrote {html}.", markup=False, highlight=False)
        return
    display.show_report(display.output(), measured, as_json)


@app.command(hidden=True)
def version() -> None:
    """Print the version."""
    print(__version__)  # noqa: T201


@contextmanager
def _imports() -> Iterator[None]:
    """Import much in less time: no garbage is looked for in what stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _check_day(option: str, day: str | None) -> None:
    if day is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        raise UsageError(f"{option} {day}: write a day such as 2026-11-22.")


@contextmanager
def _open_output(path: str) -> Iterator[TextIO]:
    """Open a file, or standard output, for text in UTF-8. Raises UsageError if it cannot be."""
    if path == "-":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        file = Path(path).expanduser().open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    with file:
        yield file


_STOPPED = "Stopped. What was committed stays; the same command goes on from there."


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
    return timedelta(days=int(match[1]) * {"d": 1, "w": 7, "m": 30.44, "y": 365.25}[match[2]])


def _dataset(root: str) -> str:
    """Return where the dataset ``root`` is. Raises UsageError if there is none."""
    found = _absolute(root)
    if "://" not in found and not (Path(found) / "commits").is_dir():
        raise UsageError(f"There is no dataset at {found}: give the folder of an --output.")
    return found


def _absolute(root: str) -> str:
    """Return ``root`` as workers in other folders find it. Raises UsageError if it is a file."""
    if "://" in root:
        return root
    path = Path(root).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file; give a folder for the dataset.")
    return str(path)


def main(argv: list[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in a sentence and an exit code."""
    sys.exit(run(list(sys.argv[1:]) if argv is None else argv))


def run(argv: list[str]) -> int:
    """Run the command line and return its exit code."""
    if "--" in argv:
        split = argv.index("--")
        argv, _beam_args[:] = argv[:split], argv[split + 1 :]
    else:
        _beam_args.clear()
    try:
        app(argv, prog_name="newsbeam")
    except SystemExit as stop:
        if stop.code == EXIT_INTERRUPTED:
            _complain(_STOPPED)
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        _complain(_STOPPED)
        return EXIT_INTERRUPTED
    except UsageError as error:
        _complain(error)
        return EXIT_USAGE
    except NewsbeamError as error:
        _complain(error)
        return EXIT_FAULT
    return 0


def _complain(message: object) -> None:
    Console(stderr=True).print(
        f"newsbeam: {display.inert(str(message))}", markup=False, highlight=False, soft_wrap=True
    )
