"""What dies in mid-run costs time, never an article: nothing is lost, nothing is there twice."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsbeam.pipelines.cli import run as newsbeam
from newsbeam.pipelines.newsroom import make_pages
from newsbeam.transforms.dataset.log import read_commits
from tests.engines.clusters import (
    FlinkCluster,
    FlinkJobServer,
    JobService,
    Prism,
    WorkerPool,
    wait_until,
)
from tests.engines.conftest import skip_where_missing
from tests.engines.provision import ROOT
from tests.engines.runs import Sets, command, read_sets, run

pytestmark = pytest.mark.timeout(1200)
#: Enough work for a fault to fall into the middle of it.
_PAGES = 400
_RUN_S = 400


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of invented pages, some of them twice under different addresses."""
    folder = tmp_path_factory.mktemp("pages")
    for number, page in enumerate(make_pages(_PAGES)):
        (folder / f"{number:05d}.html").write_bytes(page.html)
        if number % 20 == 0:
            (folder / f"{number:05d}-copy.html").write_bytes(page.html)
    return folder


@pytest.fixture(scope="module")
def expected(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Sets:
    root = tmp_path_factory.mktemp("reference") / "dataset"
    assert run(command([pages], root, ()), _RUN_S).returncode == 0
    return read_sets(root)


class Flink:
    """A cluster with its job server and workers, to be broken."""

    def __init__(self, work: Path, pool: WorkerPool, cluster: FlinkCluster) -> None:
        self.pool, self.cluster = pool, cluster
        self._work = work
        self.server = self._start_server()

    def _start_server(self) -> FlinkJobServer:
        return FlinkJobServer(self._work, self.cluster).__enter__()

    def restart_server(self) -> None:
        self.server.close()
        self.server = self._start_server()

    @property
    def options(self) -> tuple[str, ...]:
        return (*self.server.options, *self.pool.options)


@pytest.fixture
def flink(tmp_path: Path) -> Iterator[Flink]:
    skip_where_missing("Flink")
    work = tmp_path / "flink"
    with WorkerPool(work, shared=True) as pool, FlinkCluster(work) as cluster:
        broken = Flink(work, pool, cluster)
        try:
            yield broken
        finally:
            broken.server.close()


def wait_for_first_sign(root: Path) -> None:
    """Return when a worker has written something; the pass is then under way."""
    wait_until(lambda: any((root / "staging").glob("*/*")), "a worker's first sign", _RUN_S)


def wait_for_extraction(pid: int) -> None:
    """Return when the worker has an extraction process.

    A worker that dies before its first bundle is under way may leave Beam's job service waiting.
    """
    tasks = Path(f"/proc/{pid}/task")
    wait_until(
        lambda: any(each.read_text().strip() for each in tasks.glob("*/children")),
        "an extraction process",
        _RUN_S,
    )


def ingest_with_fault(flink: Flink, pages: Path, root: Path, fault: Callable[[], None]) -> int:
    """Run the job, break something while it runs, and return its exit code."""
    with subprocess.Popen(
        command([pages], root, flink.options, settings=["read.shards=4"]),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as job:
        try:
            wait_for_first_sign(root)
            assert not read_commits(str(root))
            fault()
            assert not read_commits(str(root)), "the fault came too late"
            job.communicate(timeout=_RUN_S)
        finally:
            if job.poll() is None:
                job.kill()
        return job.returncode


def check_after_another_run(flink: Flink, pages: Path, root: Path, expected: Sets) -> None:
    done = run(command([pages], root, flink.options), _RUN_S)
    assert done.returncode == 0, done.stderr
    assert read_sets(root) == expected
    assert newsbeam(["check", str(root)]) == 0


def test_a_task_manager_is_killed(flink: Flink, pages: Path, root: Path, expected: Sets):
    def fault() -> None:
        flink.cluster.task_managers[0].kill()
        flink.cluster.add_task_manager()

    assert ingest_with_fault(flink, pages, root, fault) == 0
    assert read_sets(root) == expected
    check_after_another_run(flink, pages, root, expected)


def test_a_worker_is_killed(flink: Flink, pages: Path, root: Path, expected: Sets):
    def fault() -> None:
        os.kill(flink.pool.workers()[0], signal.SIGKILL)

    assert ingest_with_fault(flink, pages, root, fault) == 0
    assert read_sets(root) == expected
    check_after_another_run(flink, pages, root, expected)


def test_the_job_server_is_killed(flink: Flink, pages: Path, root: Path, expected: Sets):
    """The command ends with an error; the job it sent may go on, beside the next one."""

    def fault() -> None:
        flink.server.programs[0].kill()

    assert ingest_with_fault(flink, pages, root, fault) == 1
    flink.restart_server()
    check_after_another_run(flink, pages, root, expected)
    wait_until(lambda: not flink.cluster.jobs("RUNNING"), "end of the first job", _RUN_S)
    assert read_sets(root) == expected
    assert newsbeam(["check", str(root)]) == 0


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
@pytest.mark.parametrize("name", ["job service", "Prism"])
def test_a_worker_is_lost_elsewhere(
    name: str, sign: signal.Signals, pages: Path, root: Path, tmp_path: Path, expected: Sets
):
    """Engines without restarts give up or wait for good; the same command then makes it good.

    A worker that is stopped is like one whose machine is gone: no connection of it breaks.
    """
    skip_where_missing(name)
    with started_apart(name, tmp_path / "work") as (pool, options):
        once = command([pages], root, options, settings=["passes.worker_start_s=60"])
        job = subprocess.Popen(once, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        try:
            wait_for_first_sign(root)
            worker = pool.workers()[0]
            wait_for_extraction(worker)
            os.kill(worker, sign)
            _, said = job.communicate(timeout=_RUN_S)
        finally:
            if job.poll() is None:
                job.kill()
        assert job.returncode == 1
        assert "Traceback" not in said
        last = said.splitlines()[-1]
        assert "job service at localhost" in last
        assert last.endswith("run the same command again.")
        assert not read_commits(str(root))
        assert run(once, _RUN_S).returncode == 0
    assert read_sets(root) == expected
    assert newsbeam(["check", str(root)]) == 0


@pytest.mark.parametrize("name", ["job service", "Prism", "Flink"])
def test_a_worker_that_cannot_start_is_an_error_and_no_hang(name: str, root: Path, tmp_path: Path):
    skip_where_missing(name)
    page = tmp_path / "page.html"
    page.write_bytes(next(make_pages(1)).html)
    nothing = tmp_path / "bin" / "python"
    nothing.parent.mkdir()
    nothing.write_text("#!/bin/sh\nexit 1\n")
    nothing.chmod(0o755)
    with started_apart(name, tmp_path / "work", nothing) as (_, options):
        done = run(command([page], root, options, settings=["passes.worker_start_s=15"]), 180)
    assert done.returncode == 1
    assert "has begun within 15 s" in done.stderr.splitlines()[-1]
    assert not read_commits(str(root))


@contextmanager
def started_apart(
    name: str, work: Path, python: Path | None = None
) -> Iterator[tuple[WorkerPool, tuple[str, ...]]]:
    """Start an engine with a worker pool of its own, which the test may break."""
    with WorkerPool(work, python, shared=name == "Flink") as pool:
        if name == "Flink":
            with FlinkCluster(work) as cluster, FlinkJobServer(work, cluster) as server:
                yield pool, (*server.options, *pool.options)
        else:
            with (JobService if name == "job service" else Prism)(work) as server:
                yield pool, (*server.options, *pool.options)
