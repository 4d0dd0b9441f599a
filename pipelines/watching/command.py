"""The command ``newsbeam watch``: who follows it, put together before anything begins."""

import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from rich.console import Console

from newsbeam.pipelines.engine import Engine, choose_engine
from newsbeam.pipelines.watch import watch
from newsbeam.pipelines.watching.config import WatchedConfig
from newsbeam.pipelines.watching.display import WatchDisplay
from newsbeam.pipelines.watching.events import Event, Follower
from newsbeam.pipelines.watching.health import PATIENCE, PATIENCE_ELSEWHERE, Health
from newsbeam.pipelines.watching.log import WatchLog, say_where
from newsbeam.pipelines.watching.report import ReportFile


def run_watch(
    config: str,
    overrides: Sequence[str],
    root: str,
    beam_args: Sequence[str],
    *,
    every_s: float,
    streaming: bool,
    metrics: str | None,
    report: str | None,
    live: bool,
) -> None:
    """Watch what the file ``config`` names, into ``root``, until Ctrl-C or SIGTERM.

    ``metrics`` is HOST:PORT to serve metrics and health at, ``report`` a file for the report;
    ``live`` allows a display where standard output is a terminal. Raises UsageError before
    anything begins if one of them cannot be had.
    """
    followers: list[Follower] = [WatchLog()]

    def tell(event: Event) -> None:
        for follower in followers:
            follower(event)

    engine: Engine
    if streaming:
        from newsbeam.pipelines.runner import choose_runner
        from newsbeam.pipelines.stream import check_urls, stream

        watched = WatchedConfig(config, overrides, root, tell, check=check_urls)
        engine = runner = choose_runner(beam_args)
        go_on = partial(stream, watched.look, root, runner)
    else:
        watched = WatchedConfig(config, overrides, root, tell, check=lambda _: None)
        engine = choose_engine(beam_args)
        go_on = partial(watch, watched.look, root, engine)
    with ExitStack() as stack:
        url = None
        if metrics is not None:
            from newsbeam.pipelines.watching.metrics import Metrics
            from newsbeam.pipelines.watching.server import MetricsServer

            health = Health(PATIENCE if engine.in_process else PATIENCE_ELSEWHERE)
            counted = Metrics(health)
            server = MetricsServer(metrics, counted, health)
            stack.enter_context(server.serving())
            followers += [health, counted]
            url = server.url
            say_where(url)
        if report is not None:
            followers.append(ReportFile(root, report, lambda: watched.plan.config.dataset))
        console = Console(emoji=False)
        if live and sys.stdout.isatty() and console.is_interactive:
            display = WatchDisplay(console, root, engine.name, url)
            followers.append(display)
            stack.enter_context(display.shown())
        go_on(every_s=every_s, stop=threading.Event(), tell=tell)
