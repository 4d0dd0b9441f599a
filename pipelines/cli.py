"""The command ``newsbeam``: its jobs, and how it ends; ``dataset_commands`` has the rest."""

import errno
import os
import signal
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from newsbeam import __version__
from newsbeam.pipelines import dataset_commands, display
from newsbeam.pipelines.logs import set_up_logging
from newsbeam.pipelines.options import (
    EXIT_ALL_FAILED,
    EXIT_FAULT,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    ConfigFile,
    Json,
    LogFormat,
    Output,
    Overrides,
    fast_imports,
    is_new,
    output_at,
    parse_duration,
    read_settings,
)
from newsbeam.transforms.core.errors import NewsbeamError, UsageError

app = typer.Typer(
    name="newsbeam",
    help="News in, a partitioned Parquet dataset out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # whose imports take as long as all others of `--help`
    context_settings={"help_option_names": ["-h", "--help"]},
)

#: What stands behind ``--`` on the command line: options for Beam.
_beam_args: list[str] = []


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"newsbeam {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _before(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version."),
    ] = False,
) -> None:
    """News in, a partitioned Parquet dataset out."""


@app.command()
def ingest(
    output: Output,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
            help="URLs, paths, folders, globs or crawls (cc-news:2026-11). The kind is found from "
            "the content; a prefix such as feed: or warc: forces it.",
        ),
    ] = None,
    part: Annotated[
        str,
        typer.Option(
            metavar="N/COUNT",
            help="Share of a crawl's archives, such as 3/16: the third of sixteen.",
        ),
    ] = "1/1",
    config: ConfigFile = None,
    overrides: Overrides = None,
    log_format: LogFormat = "text",
    as_json: Json = False,
) -> None:
    """Read inputs into a dataset. Options for Beam, such as --runner, follow after --."""
    console = set_up_logging(log_format)
    settings = read_settings(config, overrides)
    root = output_at(output)
    with fast_imports():
        if is_new(root) and not _beam_args:
            # There is something to extract, here: it is prepared beside all other imports.
            from newsbeam.transforms.workers.forks import begin_early

            begin_early(settings.extract.memory_mb)
        from newsbeam.pipelines.crawl_names import is_crawl, parse_share
        from newsbeam.pipelines.engine import choose_engine
        from newsbeam.pipelines.plan import resolve_inputs
        from newsbeam.pipelines.progress import show_progress
        from newsbeam.pipelines.run import run_job

    given = [*settings.inputs, *(inputs or ())]
    crawls = [each for each in given if is_crawl(each)]
    sources = resolve_inputs(each for each in given if not is_crawl(each))
    if not given or not (sources or crawls):
        raise UsageError("Nothing to read: give an INPUT, or a --config with inputs.")
    share = parse_share(part)
    if share[1] > 1 and not crawls:
        raise UsageError(
            f"--part {part}: only the archives of a crawl, such as cc-news:2026-11, have parts."
        )
    engine = choose_engine(_beam_args)
    with show_progress(console, engine, len(sources) + len(crawls), log_format) as on_pass:
        outcome = run_job(sources, root, settings, engine, on_pass=on_pass)
        if crawls:
            from newsbeam.pipelines.crawls import run_crawls

            found = run_crawls(crawls, root, settings, engine, share=share, on_pass=on_pass)
            outcome.commits += found.commits
            outcome.seconds += found.seconds
    display.show_outcome(console, outcome, log_format, as_json)
    if outcome.faults:
        raise typer.Exit(EXIT_FAULT)
    if outcome.failed:
        raise typer.Exit(EXIT_ALL_FAILED)


@app.command()
def watch(
    output: Output,
    config: Annotated[
        str,
        typer.Option("--config", "-c", metavar="FILE", help="YAML configuration with inputs."),
    ],
    every: Annotated[
        str,
        typer.Option(metavar="TIME", help="Least time between two rounds: 90s, 5m or 1h."),
    ] = "5m",
    streaming: Annotated[
        bool,
        typer.Option(
            "--streaming",
            help="One unbounded pipeline instead of a job a round, on an engine named after --.",
        ),
    ] = False,
    metrics: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Serve /metrics (Prometheus) and /healthz here."),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the report here as a page after each round."),
    ] = None,
    overrides: Overrides = None,
    log_format: LogFormat = "text",
) -> None:
    """Ask each source again whenever it is due, until Ctrl-C."""
    set_up_logging(log_format)
    every_s = parse_duration(every)
    from newsbeam.pipelines.watching.command import run_watch

    read_settings(config, overrides)  # the output may be in a bucket
    run_watch(
        config,
        overrides or (),
        output_at(output),
        _beam_args,
        every_s=every_s,
        streaming=streaming,
        metrics=metrics,
        report=report,
        live=log_format == "text",
    )


@app.command()
def discover(
    site: Annotated[str, typer.Argument(metavar="SITE", help="Address of the home page.")],
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Find the feeds and sitemaps of a site. What is printed is a configuration."""
    from newsbeam.pipelines.discover import discover_sources, write_snippet

    found = discover_sources(site, read_settings(None, overrides).fetch)
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
    as_json: Json = False,
) -> None:
    """Ingest an invented newsroom, and compare with the truth. It needs no internet."""
    console = set_up_logging(log_format)
    from newsbeam.pipelines.demo import run_demo

    differences = run_demo(output_at(output), console, log_format, _beam_args, as_json)
    if differences:
        raise typer.Exit(EXIT_FAULT)


@app.command()
def validate(
    config: Annotated[
        str, typer.Option("--config", "-c", metavar="FILE", help="YAML configuration.")
    ],
    overrides: Overrides = None,
    as_json: Json = False,
) -> None:
    """Check a configuration and print it with all defaults."""
    settings = read_settings(config, overrides)
    if settings.entities.model:
        from newsbeam.transforms.text.entities import check_model

        check_model(settings.entities)
    if settings.steps:
        from newsbeam.transforms.core.own_steps import load_steps

        load_steps(settings.steps)
    values = settings.model_dump(mode="json")
    if as_json:
        display.show_json(values)
        return
    import yaml

    print(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), end="")  # noqa: T201
    Console(stderr=True, emoji=False).print(
        f"{config} is valid. Inputs: {len(settings.inputs):,}.", markup=False, highlight=False
    )


@app.command(hidden=True)
def version() -> None:
    """Print the version."""
    print(__version__)  # noqa: T201


_STOPPED = "Stopped. What was committed stays; the same command goes on from there."


app.add_typer(dataset_commands.commands)


def main(argv: list[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in a sentence and an exit code."""
    # As Ctrl-C does: the first process of a container is not ended by it otherwise.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(list(sys.argv[1:]) if argv is None else argv))


def run(argv: list[str]) -> int:
    """Run the command line and return its exit code."""
    # Arrow's own pool keeps what is free, some 40 MB of it after each pass.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if "--" in argv:
        split = argv.index("--")
        argv, _beam_args[:] = argv[:split], argv[split + 1 :]
    else:
        _beam_args.clear()
    try:
        if _beam_args and argv[:1] not in (["ingest"], ["watch"], ["demo"]):
            raise UsageError(
                f"{' '.join(_beam_args)}: what follows -- are options for Beam, which ingest, "
                "watch and demo take. Leave them out."
            )
        code = _run_app(argv)
        sys.stdout.flush()  # at the end of the process nobody could say that it failed
        return code
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _complain("The disk is full: what the command prints or writes is not whole.")
        # What still waits to be printed would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAULT
    except KeyboardInterrupt:
        _complain(_STOPPED)
        return EXIT_INTERRUPTED
    except UsageError as error:
        _complain(error)
        return EXIT_USAGE
    except NewsbeamError as error:
        _complain(error)
        return EXIT_FAULT


def _run_app(argv: list[str]) -> int:
    try:
        app(argv, prog_name="newsbeam")
    except SystemExit as stop:
        if stop.code == EXIT_INTERRUPTED:
            _complain(_STOPPED)
        return stop.code if isinstance(stop.code, int) else 0
    return 0


def _complain(message: object) -> None:
    lines = "\n".join(map(display.inert, str(message).splitlines()))
    Console(stderr=True, emoji=False).print(
        f"newsbeam: {lines}", markup=False, highlight=False, soft_wrap=True
    )
