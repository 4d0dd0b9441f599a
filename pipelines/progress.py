"""Progress: a live line on a terminal, log lines elsewhere."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from newsbeam.pipelines.engine import Engine
from newsbeam.transforms.core import observer
from newsbeam.transforms.core.ledger import total
from newsbeam.transforms.dataset.log import Commit
from newsbeam.transforms.dataset.writer import to_ledger

_log = logging.getLogger("newsbeam")


@contextmanager
def show_progress(
    console: Console, engine: Engine, sources: int, log_format: str
) -> Iterator[Callable[[Commit], None]]:
    """Show how a job goes while the block runs; yields what is to be called after each commit.

    On a terminal with the in-process engine, sources and outcomes are counted live; elsewhere one
    line a pass is logged.
    """
    _log.info("started", extra={"data": {"engine": engine.name, "sources": sources}})
    if log_format == "json" or not console.is_terminal or not engine.in_process:
        yield _log_pass
        return
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("sources, {task.fields[articles]} articles, {task.fields[rejects]} rejects"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = progress.add_task("Reading", total=sources, articles=0, rejects=0)
    counts = {"articles": 0, "rejects": 0}

    def observe(done: observer.Done) -> None:
        if done.kind == "source":
            progress.advance(task)
        elif done.kind in counts:
            counts[done.kind] += 1
            progress.update(task, **counts)  # type: ignore[arg-type]

    with progress, observer.listening(observe):
        yield _log_pass


@contextmanager
def show_files(console: Console, doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many files of how many are done, on a terminal; yields what is to be told of it."""
    if not console.is_terminal:
        yield lambda _done, _all: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("files"), console=console, transient=True) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, all_: progress.update(task, completed=done, total=all_)


def _log_pass(commit: Commit) -> None:
    ledger = to_ledger(commit.ledger)
    counts = {
        kind: total(ledger, kind).count
        for kind in ("polled", "entries", "written", "seen_before", "failed", "rejected")
    }
    _log.info("committed", extra={"data": {"commit": commit.number, "unit": commit.unit, **counts}})
