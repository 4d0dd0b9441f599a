"""The same pages on every engine that is there: results, CPU a page, faults.

    python -m benchmarks.engines [--pages N] [--rounds N] [--without-faults]

Needs the evaluation data (NEWSBEAM_DATA, else ../shared/data) and what ``make engines`` brought.
Prints the tables and writes them to benchmarks/results/engines.md.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import machine, run
from newsbeam.transforms.core.ledger import total
from newsbeam.transforms.dataset.audit import audit_dataset
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.writer import to_ledger
from tests.engines.clusters import EngineError, listed_in_sessions
from tests.engines.provision import flink_jar, spark_jar
from tests.engines.runs import DATA, MISSING, Sets, command, read_sets, sample_pages, started

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "engines.md"
_TICKS = 100  # a second, on every Linux
_SAMPLE_S = 0.1
_LIMIT_S = 1800


@dataclass(frozen=True, slots=True)
class Row:
    """One engine: what came out, and what it cost."""

    engine: str
    sets: Sets
    faults: int  # of the audit
    fetched: int
    start_s: float  # CPU of the same command over one page
    cpu_s: float
    wall_s: float

    def ms_a_page(self) -> float:
        """Return the CPU of a page without what the first one costs."""
        return (self.cpu_s - self.start_s) * 1000 / (self.fetched - 1)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, help="evenly spread pages instead of all")
    parser.add_argument("--rounds", type=int, default=3, help="of which the cheapest counts")
    parser.add_argument("--without-faults", action="store_true")
    arguments = parser.parse_args()
    pages = sample_pages(arguments.pages)
    if not pages:
        print(f"bench-engines skipped: no evaluation data at {DATA} (set NEWSBEAM_DATA).")
        return
    rows: list[Row] = []
    notes = [f"{jar.name} was used." for jar in (flink_jar(), spark_jar()) if jar]
    for engine in ("plain loop", *MISSING):
        missing = MISSING[engine]() if engine in MISSING else ""
        if missing:
            notes.append(f"{engine} left out: {missing}.")
            continue
        print(f"{engine} …", file=sys.stderr, flush=True)
        try:
            rows.append(measure(engine, pages, arguments.rounds))
        except EngineError as error:
            notes.append(f"{engine} FAILED: {error}")
        write(rows, notes, len(pages))
    write(rows, notes, len(pages), "" if arguments.without_faults else show_faults())
    print(RESULTS.read_text())


def write(rows: Sequence[Row], notes: Sequence[str], pages: int, faults: str = "") -> None:
    """Write what has been measured so far."""
    lines = [show(rows, pages), *(f"- {note}" for note in notes), *([faults] if faults else [])]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure(engine: str, pages: Sequence[Path], rounds: int) -> Row:
    """Ingest ``pages`` on ``engine``, after one page alone, and return what that took at best.

    A neighbour on the same core makes all work dearer, so a single round says little.
    """
    work = Path(tempfile.mkdtemp(prefix="newsbeam-engines-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        sessions: list[int] = []
        options: tuple[str, ...] = ()
        if engine != "plain loop":
            options, sessions = stack.enter_context(started(engine, work / "engine"))
        one, every = [], []
        for turn in range(rounds):
            one.append(cost(engine, pages[:1], work / f"one-{turn}", options, sessions))
            every.append(cost(engine, pages, work / f"all-{turn}", options, sessions))
        (start_s, _), (cpu_s, wall_s) = min(one), min(every)
        root = work / "all-0"
        commits = read_commits(str(root))
        fetched = sum(total(to_ledger(each.ledger), "fetched").count for each in commits)
        faults = len(audit_dataset(str(root)).faults)
        sets = read_sets(root)
    return Row(engine, sets, faults, fetched, start_s, cpu_s, wall_s)


def cost(
    engine: str,
    pages: Sequence[Path],
    root: Path,
    options: tuple[str, ...],
    sessions: Sequence[int],
) -> tuple[float, float]:
    """Ingest ``pages`` and return the CPU of all processes, and the wall time, in seconds."""
    if engine == "plain loop":
        listed = root.with_suffix(".txt")
        listed.write_text("".join(f"{page}\n" for page in pages))
        job = [sys.executable, "-m", "benchmarks.plain", str(root), str(listed)]
    else:
        job = command(pages, root, options)
    with CpuOf(sessions) as elsewhere:
        measured = run(job, timeout_s=_LIMIT_S, memory=False)
    if measured.code != 0:
        raise EngineError(measured.err.strip().splitlines()[-1][:500])
    return measured.cpu_s + elsewhere.seconds(), measured.wall_s


class CpuOf:
    """The CPU that sessions of processes use while the block lasts.

    Processes that come and go are seen every tenth of a second; the rest of their lives is lost.
    """

    def __init__(self, sessions: Sequence[int]) -> None:
        self._sessions = frozenset(sessions)
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "CpuOf":
        self._first = listed_in_sessions(self._sessions)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while True:
            ended = self._ended.wait(_SAMPLE_S)
            self._last |= listed_in_sessions(self._sessions)
            if ended:
                return

    def seconds(self) -> float:
        """Return the CPU of all processes that were seen."""
        ticks = sum(used - self._first.get(name, 0) for name, used in self._last.items())
        return ticks / _TICKS


def show(rows: Sequence[Row], pages: int) -> str:
    """Return the table of the engines."""
    plain, wanted = rows[0], rows[0].sets
    lines = [
        "# Engines",
        "",
        f"`python -m benchmarks.engines` on {machine()}: {pages} pages in files.",
        "",
        "CPU is that of all processes: command, workers, extraction, and the engine's own, without",
        "the start of a cluster, of the cheapest round. One page: the same command over one",
        "page, which is the start of command and job. A page: what each further page costs.",
        "",
        "| Engine | Articles | Duplicates | Rejects | Same sets | Check | CPU s "
        "| of the plain loop | CPU s, one page | CPU ms a page | of the plain loop | Wall s |",
        "|---|---:|---:|---:|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        further = row.ms_a_page()
        # On a cluster that is cold, one page can cost more than all: Java compiles as it goes.
        told = f"{further:.1f} | {further / plain.ms_a_page():.2f}" if further > 0 else "– | –"
        counts = (len(row.sets.articles), len(row.sets.duplicates), len(row.sets.rejects))
        lines.append(
            f"| {row.engine} | {' | '.join(f'{count:,}' for count in counts)} "
            f"| {'yes' if row.sets == wanted else 'NO'} "
            f"| {'passes' if row.faults == 0 else f'{row.faults} faults'} "
            f"| {row.cpu_s:.1f} | {row.cpu_s / plain.cpu_s:.2f} "
            f"| {row.start_s:.1f} | {told} | {row.wall_s:.0f} |"
        )
    return "\n".join([*lines, ""])


def show_faults() -> str:
    """Return the table of the faults, which are those of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "faults.xml"
        tests = [sys.executable, "-m", "pytest", "-q", "tests/engines/test_faults.py"]
        subprocess.run([*tests, f"--junitxml={report}"], cwd=ROOT, stdout=sys.stderr, check=False)
        cases = ET.parse(report).getroot().iter("testcase")
        lines = [
            "",
            "| Fault (`tests/engines/test_faults.py`) | Outcome | Wall s |",
            "|---|---|---:|",
        ]
        for case in cases:
            bad = case.find("failure") is not None or case.find("error") is not None
            outcome = "FAILED" if bad else "left out" if len(case) else "same set, check passes"
            name = case.attrib["name"].removeprefix("test_").replace("_", " ")
            if "cannot start" in name and not bad and not len(case):
                outcome = "error sentence, nothing committed"
            lines.append(f"| {name} | {outcome} | {float(case.attrib['time']):.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
