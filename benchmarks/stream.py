"""``watch`` over a newsroom that publishes: is everything there once, how late, at what memory?

Each way to watch runs for itself, at the same time as the others, over a newsroom of its own. A
third of the way a worker is killed with -9. In the end the dataset is compared with what was
published: new articles, exact and edited reprints, and edits.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import machine, memory_kib
from newsbeam.pipelines.demo import read_table
from newsbeam.pipelines.newsroom.live import LiveNewsroom
from newsbeam.transforms.dataset.audit import audit_dataset
from newsbeam.transforms.dataset.log import head, read_commits
from tests.engines.clusters import FlinkCluster, FlinkJobServer, Prism, WorkerPool
from tests.engines.provision import missing_for_flink, missing_for_prism

HOSTS, PER_SECOND, EVERY = 20, 5.0, "10s"
#: How often feeds are asked; real ones are asked every 15 minutes at most.
POLL = {"start_interval_s": 15, "min_interval_s": 15, "max_interval_s": 30}
SAMPLE_S = 10.0
#: Seconds within which each way is to make its first commit.
START_S = 300.0
#: Seconds after the last publication within which everything is to be in the dataset.
SETTLE_S = 90.0
_BIN = Path(sys.executable).parent
#: The ways to watch, with what keeps each from being tried here, "" if nothing does.
_MISSING = {"passes": lambda: "", "prism": missing_for_prism, "flink": missing_for_flink}


@dataclass
class Way:
    """One way to watch: what is started for it, and what was seen."""

    title: str
    args: Sequence[str]
    root: Path
    room: LiveNewsroom
    pool: WorkerPool | None = None  # of workers that are processes of their own
    engine: Sequence[int] = ()  # processes of the engine, the pool among them
    watch: subprocess.Popen[bytes] | None = None
    memory: dict[float, int] = field(default_factory=dict)  # MB by minute
    load: list[float] = field(default_factory=list)  # of the whole machine
    killed: str = ""
    ended: str = ""

    def start(self) -> None:
        """Begin to watch, or begin again."""
        command = [str(_BIN / "newsbeam"), "watch", "--config", str(self._config()), "-o"]
        command += [str(self.root), "--every", EVERY, "--log-format", "json", *self.args]
        with self.root.with_suffix(".log").open("ab") as log:
            self.watch = subprocess.Popen(command, stderr=log)

    def kill(self) -> None:
        """Kill a worker: of the pool, or the process that is its own and has to be begun again."""
        assert self.watch is not None
        if self.pool is not None:
            os.kill(self.pool.workers()[0], signal.SIGKILL)
            self.killed = "the worker"
            return
        self.watch.kill()
        self.watch.wait()
        self.killed = "the whole process; begun again at once"
        self.start()

    def sample(self, minute: float) -> None:
        """Note the memory of all its processes."""
        assert self.watch is not None
        kib = sum(map(memory_kib, (self.watch.pid, *self.engine)))
        self.memory[minute] = kib // 1024
        self.load.append(os.getloadavg()[0])

    def stop(self) -> None:
        """End it as a service manager does."""
        if self.watch is None:
            return
        self.watch.terminate()
        try:
            self.ended = f"exit code {self.watch.wait(60)}"
        except subprocess.TimeoutExpired:
            self.watch.kill()
            self.watch.wait()
            self.ended = "killed: it did not end within a minute"

    def _config(self) -> Path:
        fetch = {
            "connect_to": self.room.connect_to,
            "allow_addresses": ["127.0.0.1/32"],
            "delay_s": 0.0,
        }
        path = self.root.with_suffix(".yaml")
        passes = {"worker_start_s": 180.0}  # the machine is busy with all ways at once
        sections = {"poll": POLL, "fetch": fetch, "passes": passes}
        path.write_text(yaml.safe_dump({"inputs": self.room.inputs, **sections}))
        return path


def make_way(name: str, folder: Path, room: LiveNewsroom, stack: ExitStack) -> Way:
    """Return the way to watch called ``name``, with its engine started."""
    root = folder / name
    if name == "passes":
        return Way("bounded passes, in process", (), root, room)
    work = folder / f"{name}-engine"
    pool = stack.enter_context(WorkerPool(work))
    if name == "prism":
        engine: Any = stack.enter_context(Prism(work))
        programs = [*pool.programs, *engine.programs]
        options = engine.options
    else:
        flink = stack.enter_context(FlinkCluster(work, 1, **_flink_settings(work)))
        engine = stack.enter_context(FlinkJobServer(work, flink))
        programs = [*pool.programs, *flink.programs, *engine.programs]
        options = (*engine.options, "--checkpointing_interval=10000", "--parallelism=1")
    args = ("--streaming", "--", *options, *pool.options)
    return Way(f"stream, {name.title()}", args, root, room, pool, [each.pid for each in programs])


def _flink_settings(work: Path) -> dict[str, str]:
    return {"execution.checkpointing.dir": (work / "checkpoints").as_uri()}


def watch_all(ways: Sequence[Way], minutes: float) -> None:
    """Let all newsrooms publish for so long, and all ways watch until a while after.

    Nothing is published before all ways have made their first commit: what leaves a feed before an
    engine has begun is not there to be found.
    """
    try:
        for way in ways:
            way.start()
        _await_first_commits(ways)
        for way in ways:
            way.room.start()
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < 60 * minutes + SETTLE_S:
            for way in ways:
                if passed > 20 * minutes and not way.killed and head(str(way.root)) > 2:
                    way.kill()
                if passed > 60 * minutes:
                    way.room.stop()
                way.sample(passed / 60)
            time.sleep(SAMPLE_S)
    finally:
        for way in ways:
            way.stop()


def _await_first_commits(ways: Sequence[Way]) -> None:
    end = time.monotonic() + START_S
    while waiting := [way.title for way in ways if not head(str(way.root))]:
        if time.monotonic() > end:
            raise SystemExit(f"No commit within {START_S:.0f} s: {', '.join(waiting)}.")
        time.sleep(1.0)


def compare(way: Way) -> tuple[dict[str, list[float]], list[str]]:
    """Return the seconds from publication to commit, and what is not as it was published."""
    committed = {each.unit: each.committed_at for each in read_commits(str(way.root))}
    articles = read_table(str(way.root), "articles")
    texts: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for row in articles:
        texts[row["url"]].append((row["text"], committed[row["unit"]]))
    rows = [row for row in articles if row["revision"] == 1]
    rows += read_table(str(way.root), "duplicates")
    times = Counter(row["url"] for row in rows)
    landed = {row["url"]: committed[row["unit"]] for row in rows}
    lags: dict[str, list[float]] = {"published": [], "edited": []}
    faults = []
    for event in way.room.events:
        url = event.story.url
        if event.kind == "edit":
            found = [at for text, at in texts[url] if event.story.shown[-1] in text]
            if len(found) == 1:
                lags["edited"].append((found[0] - event.at).total_seconds())
            else:
                faults.append(f"{len(found)} rows have the edit of {url}")
        elif times.pop(url, 0) == 1:
            lags["published"].append((landed[url] - event.at).total_seconds())
        else:
            faults.append(f"{event.kind} {url} is not there once")
    return lags, faults + [f"{url} was not published" for url in times]


def count_reprints(way: Way) -> str:
    """Return how many reprints are known as such, of how many."""
    rows = read_table(str(way.root), "duplicates")
    pairs = {frozenset((row["url"], row["duplicate_of_url"])) for row in rows}
    reprints = [
        frozenset((event.story.url, event.of.url))
        for event in way.room.events
        if event.of is not None and event.kind != "edit"
    ]
    return f"{sum(pair in pairs for pair in reprints)} of {len(reprints)}"


def _percentiles(values: Sequence[float]) -> str:
    if len(values) < 2:
        return "–"
    cut = statistics.quantiles(values, n=100)
    return f"{cut[49]:.1f} / {cut[94]:.1f} / {max(values):.1f}"


def _memory(way: Way) -> str:
    last = max(way.memory)
    marks = [last * part for part in (0.1, 0.3, 0.5, 0.75, 1.0)]
    near = [[mb for at, mb in way.memory.items() if abs(at - mark) < 1.0] for mark in marks]
    return ", ".join(
        f"{statistics.median(each):.0f} ({mark:.0f} min)"
        for mark, each in zip(marks, near, strict=True)
        if each
    )


def tell(ways: Sequence[Way], minutes: float, command: str) -> None:
    """Print the table."""
    print("# Watching a newsroom that publishes\n")
    print(
        f"{HOSTS} feeds, {PER_SECOND:g} publications a second for {minutes:g} minutes: new "
        "articles, one in ten an exact reprint, one in ten a reprint with another beginning, "
        f"one in ten an edit. Feeds are asked every {POLL['min_interval_s']} to "
        f"{POLL['max_interval_s']} s, rounds are {EVERY} apart. Lag runs from the moment of "
        "publication to that of the commit.\n"
    )
    rows: list[tuple[str, Callable[[Way], str]]] = []
    results = {way.title: compare(way) for way in ways}
    audits = {way.title: audit_dataset(str(way.root)) for way in ways}

    def lag(kind: str) -> Callable[[Way], str]:
        return lambda way: _percentiles(results[way.title][0][kind])

    rows += [
        ("published", lambda way: f"{len(way.room.events):,}"),
        ("killed with -9", lambda way: way.killed or "nothing"),
        ("missing, twice or never published", lambda way: str(len(results[way.title][1]))),
        ("reprints known as such", count_reprints),
        ("lag of articles, s: p50 / p95 / max", lag("published")),
        ("lag of edits, s: p50 / p95 / max", lag("edited")),
        ("commits", lambda way: f"{audits[way.title].commits:,}"),
        ("`newsbeam check`", lambda way: f"{len(audits[way.title].faults)} faults"),
        ("memory of all processes, MB", _memory),
        ("load of the machine, median", lambda way: f"{statistics.median(way.load):.0f}"),
        ("ended by SIGTERM", lambda way: way.ended),
    ]
    print(f"| | {' | '.join(way.title for way in ways)} |")
    print(f"|---|{'---|' * len(ways)}")
    for title, value in rows:
        print(f"| {title} | {' | '.join(value(way) for way in ways)} |")
    print(f"\nMeasured with `{command}` on {machine()}, all columns at the same time.")
    for way in ways:
        for fault in [*results[way.title][1], *audits[way.title].faults][:20]:
            print(f"- {way.title}: {fault}")


def main() -> None:
    """Run the ways that are named and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ways", nargs="*", help=", ".join(_MISSING))
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--keep", help="a folder for datasets and logs")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        folder = Path(given.keep or stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        ways = []
        for name in given.ways or _MISSING:
            if missing := _MISSING[name]():
                print(f"{name} left out: {missing}", file=sys.stderr)
                continue
            room = stack.enter_context(LiveNewsroom(hosts=HOSTS, per_second=PER_SECOND))
            ways.append(make_way(name, folder, room, stack))
        watch_all(ways, given.minutes)
        tell(ways, given.minutes, " ".join(("python -m benchmarks.stream", *sys.argv[1:])))


if __name__ == "__main__":
    main()
