"""Engines on loopback, started and stopped by tests and benchmarks.

Each is a context manager that yields when the engine answers and that ends all of its processes, by
their ids, when the block ends. Ports are free ones, every wait is bounded, and everything is
written below a folder that the caller gives::

    with WorkerPool(work) as pool, Prism(work) as prism:
        run(["ingest", ..., "--", *prism.options, *pool.options])

``options`` are what goes behind ``--`` on the command line.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.engines.provision import FLINK_HOME, PRISM, ROOT, SPARK_HOME, flink_jar, spark_jar

#: How long an engine may take to start on a machine under load, and a process to end.
_START_S = 180.0
_STOP_S = 10.0
_HOST = "127.0.0.1"


class EngineError(Exception):
    """Says what did not start, and what it wrote last."""


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], what: str, seconds: float = _START_S) -> None:
    """Return when ``condition`` holds. Raises EngineError if it does not within ``seconds``."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise EngineError(f"{what} did not come about within {seconds:.0f} s.")
        time.sleep(0.1)


def listens(port: int) -> bool:
    """Return whether somebody listens on ``port`` of loopback."""
    with contextlib.suppress(OSError), socket.create_connection((_HOST, port), timeout=1):
        return True
    return False


class Program:
    """A process in a group of its own, its output in a file of ``folder``."""

    def __init__(
        self,
        folder: Path,
        name: str,
        command: Sequence[object],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Return the process id, which is also that of its group."""
        return self._process.pid

    def wait_for_port(self, port: int) -> None:
        """Return when the program listens on ``port``. Raises EngineError if it does not."""

        def ready() -> bool:
            if self._process.poll() is not None:
                raise EngineError(f"{self.name} ended at once: {self.tail()}")
            return listens(port)

        wait_until(ready, f"{self.name} on port {port}")

    def tail(self) -> str:
        """Return the end of what the program wrote."""
        return self.log.read_text(errors="replace")[-2000:]

    def kill(self) -> None:
        """End the process with -9, and leave its children to themselves."""
        self._process.kill()
        self._process.wait(_STOP_S)

    def stop(self) -> None:
        """End the process and all that it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_S)
        with contextlib.suppress(EngineError):
            wait_until(lambda: not group_of(self.pid), f"end of {self.name}", _STOP_S)


def group_of(leader: int) -> list[int]:
    """Return the ids of the processes in the group of ``leader``, zombies left out."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, group = stat.read_text().rpartition(") ")[2].split()[:3]
            if int(group) == leader and state != "Z":
                members.append(int(stat.parent.name))
    return members


def listed_in_sessions(sessions: Collection[int]) -> dict[str, int]:
    """Return the ticks of CPU of each process in these sessions, by its id and its start.

    A program here is the leader of a session that all of its descendants belong to.
    """
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            values = stat.read_text().rpartition(") ")[2].split()
            if int(values[3]) in sessions:
                found[f"{stat.parent.name} {values[19]}"] = int(values[11]) + int(values[12])
    return found


class _Engine:
    """What all engines here share: programs that end with the block."""

    options: tuple[str, ...] = ()

    def __init__(self, work: Path) -> None:
        self.work = work
        self.programs: list[Program] = []

    def start(self, name: str, command: Sequence[object], **env: str) -> Program:
        """Start a program that ends with this engine."""
        program = Program(self.work, name, command, env=env)
        self.programs.append(program)
        return program

    def open(self) -> None:
        """Start everything and return when it answers."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything, the last first."""
        while self.programs:
            self.programs.pop().stop()


class WorkerPool(_Engine):
    """Beam's worker pool: it starts a Python worker for whatever engine asks.

    Workers run ``python``, this environment's unless told otherwise. A pool that several
    TaskManagers use is ``shared`` (see there).
    """

    def __init__(self, work: Path, python: Path | None = None, *, shared: bool = False) -> None:
        super().__init__(work)
        self._shared = shared
        self.python = python or Path(sys.executable)
        self.port = free_port()
        self.options = (
            "--environment_type=EXTERNAL",
            f"--environment_config=localhost:{self.port}",
        )

    def open(self) -> None:
        """Start the pool."""
        # It runs bare ``python``, so the environment's own comes first on the path.
        path = f"{self.python.parent}{os.pathsep}{os.environ['PATH']}"
        arguments = (
            (ROOT / "tests" / "engines" / "shared_pool.py", self.port)
            if self._shared
            else (
                *("-m", "apache_beam.runners.worker.worker_pool_main"),
                f"--service_port={self.port}",
            )
        )
        self.start("worker-pool", (sys.executable, *arguments), PATH=path)
        self.programs[0].wait_for_port(self.port)

    def workers(self) -> list[int]:
        """Return the ids of the worker processes that the pool started."""
        return _children(self.programs[0].pid)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    alive = group_of(pid)  # the rest are zombies
    return [child for child in children if child in alive]


class JobService(_Engine):
    """Beam's own portable job service, written in Python."""

    def open(self) -> None:
        """Start the service."""
        port = free_port()
        module = "apache_beam.runners.portability.local_job_service_main"
        staging = self.work / "job-service"
        command = (sys.executable, "-m", module, f"--port={port}", f"--staging_dir={staging}")
        self.start("job-service", command).wait_for_port(port)
        self.options = ("--runner=PortableRunner", f"--job_endpoint=localhost:{port}")


class Prism(_Engine):
    """Beam's local engine in Go, as a service; workers come from a pool."""

    def open(self) -> None:
        """Start Prism."""
        port = free_port()
        command = (PRISM, f"-job_port={port}", "-serve_http=false", "-log_kind=text")
        self.start("prism", command).wait_for_port(port)
        self.options = ("--runner=PortableRunner", f"--job_endpoint=localhost:{port}")


class FlinkCluster(_Engine):
    """One JobManager and ``task_managers`` TaskManagers with two slots each."""

    def __init__(self, work: Path, task_managers: int = 2, **settings: str) -> None:
        super().__init__(work)
        self._count = task_managers
        self._settings = settings
        self._started = 0
        self.rest_port = free_port()
        self.task_managers: list[Program] = []

    def open(self) -> None:
        """Start the cluster and return when all TaskManagers have registered."""
        self._configure()
        self.start("jobmanager", self._script("jobmanager.sh"), **self._env("jobmanager"))
        self.programs[0].wait_for_port(self.rest_port)
        for _ in range(self._count):
            self.add_task_manager()
        wait_until(self._all_registered, "registration of the TaskManagers")

    def add_task_manager(self) -> Program:
        """Start another TaskManager, as a supervisor would in place of one that died."""
        self._started += 1
        name = f"taskmanager-{self._started}"
        program = self.start(name, self._script("taskmanager.sh"), **self._env(name))
        self.task_managers.append(program)
        return program

    def ask(self, path: str) -> Any:
        """Return what the REST interface answers to ``path``."""
        with urllib.request.urlopen(f"http://{_HOST}:{self.rest_port}{path}", timeout=10) as answer:
            return json.load(answer)

    def jobs(self, state: str) -> list[str]:
        """Return the ids of the jobs in ``state``, such as RUNNING."""
        return [job["id"] for job in self.ask("/jobs")["jobs"] if job["status"] == state]

    def _all_registered(self) -> bool:
        with contextlib.suppress(OSError):
            return len(self.ask("/taskmanagers")["taskmanagers"]) >= self._count
        return False

    def _script(self, name: str) -> tuple[object, ...]:
        return ("bash", FLINK_HOME / "bin" / name, "start-foreground")

    def _env(self, name: str) -> dict[str, str]:
        folder = self.work / name
        folder.mkdir(exist_ok=True)
        return {
            "FLINK_CONF_DIR": str(self.work / "flink-conf"),
            "FLINK_LOG_DIR": str(folder),
            "FLINK_PID_DIR": str(folder),
            "_FLINK_HOME_DETERMINED": "1",
            "FLINK_HOME": str(FLINK_HOME),
            "PYFLINK_PYTHON": sys.executable,
        }

    def _configure(self) -> None:
        conf = self.work / "flink-conf"
        shutil.copytree(FLINK_HOME / "conf", conf)
        given = (FLINK_HOME / "conf" / "config.yaml").read_text()
        opens = next(line for line in given.splitlines() if "--add-opens" in line)
        settings = {
            "env.java.opts.all": opens.partition(":")[2].strip(),
            "jobmanager.rpc.address": _HOST,
            "jobmanager.rpc.port": str(free_port()),
            "jobmanager.bind-host": _HOST,
            "jobmanager.memory.process.size": "1g",
            "rest.address": _HOST,
            "rest.bind-address": _HOST,
            "rest.port": str(self.rest_port),
            "taskmanager.host": _HOST,
            "taskmanager.bind-host": _HOST,
            "taskmanager.memory.process.size": "1500m",
            "taskmanager.numberOfTaskSlots": "2",
            "taskmanager.load-balance.mode": "SLOTS",  # both TaskManagers work
            "io.tmp.dirs": str(self.work),
            # Without it the first TaskManager that dies ends the job.
            "restart-strategy.type": "fixed-delay",
            "restart-strategy.fixed-delay.attempts": "5",
            "restart-strategy.fixed-delay.delay": "2 s",
            "heartbeat.interval": "1 s",
            "heartbeat.timeout": "10 s",
            **self._settings,
        }
        lines = (f"{key}: {value}\n" for key, value in settings.items())
        (conf / "config.yaml").write_text("".join(lines))


class FlinkJobServer(_Engine):
    """Beam's job server for a Flink cluster; it submits what Python sends to it."""

    def __init__(self, work: Path, flink: FlinkCluster) -> None:
        super().__init__(work)
        self._flink = flink

    def open(self) -> None:
        """Start the job server."""
        jar = flink_jar()
        assert jar is not None
        port = free_port()
        command = (
            *("java", "-Xmx512m", *_opens(), "-jar", jar),
            f"--flink-master={_HOST}:{self._flink.rest_port}",
            *_job_server_options(self.work, port),
        )
        self.start("flink-job-server", command).wait_for_port(port)
        self.options = (
            "--runner=FlinkRunner",
            f"--job_endpoint=localhost:{port}",
            f"--flink_master={_HOST}:{self._flink.rest_port}",
            "--parallelism=2",
        )


class SparkCluster(_Engine):
    """A standalone master and one worker, and Beam's job server, which is the driver."""

    def open(self) -> None:
        """Start master, worker and job server."""
        jar = spark_jar()
        assert jar is not None
        master, port = free_port(), free_port()
        url = f"spark://{_HOST}:{master}"
        self._spark("master", "master.Master", "--port", master, "--webui-port", free_port())
        self.programs[-1].wait_for_port(master)
        web = free_port()
        limits = ("--cores", 2, "--memory", "2g", "--work-dir", self.work / "spark")
        self._spark("worker", "worker.Worker", *limits, "--webui-port", web, url)
        self.programs[-1].wait_for_port(web)
        classes = f"{jar}{os.pathsep}{SPARK_HOME / 'jars'}/*"
        command = (
            *("java", "-Xmx1g", *_opens(), "-cp", classes),
            *("-Dspark.driver.host=127.0.0.1", "-Dspark.driver.bindAddress=127.0.0.1"),
            *("-Dspark.ui.enabled=false", "-Dspark.executor.memory=1g"),
            "org.apache.beam.runners.spark.SparkJobServerDriver",
            f"--spark-master-url={url}",
            *_job_server_options(self.work, port),
        )
        self.start("spark-job-server", command).wait_for_port(port)
        self.options = ("--runner=SparkRunner", f"--job_endpoint=localhost:{port}")

    def _spark(self, name: str, program: str, *arguments: object) -> None:
        command = (
            *(SPARK_HOME / "bin" / "spark-class", f"org.apache.spark.deploy.{program}"),
            *("--host", _HOST, *arguments),
        )
        env = {"SPARK_HOME": str(SPARK_HOME), "SPARK_LOCAL_IP": _HOST}
        self.start(f"spark-{name}", command, **env)


def _job_server_options(work: Path, port: int) -> Iterator[str]:
    yield f"--job-port={port}"
    yield "--artifact-port=0"
    yield "--expansion-port=-1"
    yield f"--artifacts-dir={work / 'artifacts'}"


def _opens() -> Iterator[str]:
    """Yield what Java 17 must be told so that serializers may look into its own classes."""
    for package in ("lang", "lang.invoke", "util", "util.concurrent", "nio", "net", "io", "time"):
        yield f"--add-opens=java.base/java.{package}=ALL-UNNAMED"
    yield "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
