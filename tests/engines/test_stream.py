"""The unbounded pipeline: a worker dies in the middle, and everything is there once."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from jobs import Dataset

from newsbeam.pipelines import stream as streaming
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.newsroom.live import LiveNewsroom
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watching.config import Plan
from newsbeam.pipelines.watching.events import Ended, Event
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.log import head
from tests.engines.clusters import FlinkCluster, FlinkJobServer, Prism, WorkerPool, wait_until
from tests.engines.conftest import skip_where_missing

WAIT_S = 300.0
#: One request to a host in this time, so that a worker can be killed while it fetches.
DELAY_S = 0.2


@pytest.fixture
def room() -> Iterator[LiveNewsroom]:
    with LiveNewsroom(hosts=6, per_second=4) as served:
        yield served


def settings(room: LiveNewsroom, start_s: float) -> Config:
    config = load_config("configs/demo.yaml")
    sections = {
        "fetch": {"connect_to": room.connect_to, "delay_s": DELAY_S, "shards": 3},
        "poll": {"start_interval_s": 2, "min_interval_s": 2, "max_interval_s": 4},
        "passes": {"worker_start_s": start_s},
    }
    return config.model_copy(
        update={
            name: getattr(config, name).model_copy(update=values)
            for name, values in sections.items()
        }
    )


@contextmanager
def started(engine: str, work: Path) -> Iterator[tuple[str, ...]]:
    """Start an engine without its workers and yield the options of Beam that lead to it."""
    if engine == "Prism":
        with Prism(work) as prism:
            yield prism.options
        return
    settings = {"execution.checkpointing.dir": (work / "checkpoints").as_uri()}
    with FlinkCluster(work, 1, **settings) as flink, FlinkJobServer(work, flink) as jobs:
        yield (*jobs.options, "--checkpointing_interval=5000")


#: How long a worker may take to begin, which silence takes longer to tell, and how many pipelines
#: there are in the end: Flink goes back to its checkpoint by itself.
@pytest.mark.parametrize(("engine", "start_s", "streams"), [("Prism", 60, 2), ("Flink", 150, 1)])
@pytest.mark.timeout(900)
def test_what_is_published_is_there_once_though_the_worker_is_killed(
    room: LiveNewsroom,
    tmp_path: Path,
    engine: str,
    start_s: float,
    streams: int,
):
    skip_where_missing(engine)
    dataset = Dataset(tmp_path / "dataset")
    root, stop = str(dataset.root), threading.Event()
    rounds: list[Outcome] = []
    plan = Plan(settings(room, start_s), resolve_inputs(room.inputs))

    def tell(event: Event) -> None:
        if isinstance(event, Ended):
            rounds.append(event.outcome)

    def published() -> list[str]:
        return [event.story.url for event in room.events if event.kind != "edit"]

    def found() -> list[str]:
        rows = [row for row in dataset.rows("articles") if row["revision"] == 1]
        return [row["url"] for row in (*rows, *dataset.rows("duplicates"))]

    with (
        WorkerPool(tmp_path) as pool,
        started(engine, tmp_path) as options,
        ThreadPoolExecutor(1) as thread,
    ):
        room.start()
        job = thread.submit(
            streaming.stream,
            lambda: plan,
            root,
            choose_engine((*options, *pool.options)),
            every_s=1.0,
            stop=stop,
            tell=tell,
        )
        try:
            wait_until(lambda: job.done() or head(root) >= 2, "two commits", WAIT_S)
            asked = len(room.log)
            wait_until(lambda: len(room.log) > asked + 10, "a round under way")
            (worker,) = pool.workers()
            os.kill(worker, signal.SIGKILL)
            wait_until(
                lambda: job.done() or pool.workers() not in ([], [worker]), "a new worker", WAIT_S
            )
            before = len(room.events)
            wait_until(
                lambda: job.done() or any(each.kind == "exact" for each in room.events[before:]),
                "a reprint",
                WAIT_S,
            )
            room.stop()
            wait_until(lambda: job.done() or len(found()) >= len(published()), "the end", WAIT_S)
        finally:
            stop.set()
        job.result(timeout=30)

    assert len(published()) > 50
    assert Counter(found()) == Counter(published())
    assert len({outcome.commits[0].info["stream"] for outcome in rounds}) == streams
    assert [outcome.faults for outcome in rounds] == [()] * len(rounds)
    assert dataset.check() == 0
