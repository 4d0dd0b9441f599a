"""A dataset after years: what a pass, a commit and an audit cost beside those in a new one.

The past is made by the product's own functions (``benchmarks.past``): many small commits with
upkeep between them, as ``watch`` does it, and an index of many articles in runs of the size that
upkeep leaves. Then whole commands are measured, and each figure is a ratio within this one run.
An older build does the same at a size that it can bear. What many commits have left lies in memory
where there is room (/dev/shm), since CPU is what is compared; what many articles have left on disk.

    python -m benchmarks.years --commits 100000 --articles 30000000 > benchmarks/results/years.md
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import past
from benchmarks.builds import git, package
from benchmarks.measure import Measured, machine
from benchmarks.measure import run as run_command
from benchmarks.pages import ROOT
from newsbeam.transforms.dataset.keys import write_run
from newsbeam.transforms.dataset.layout import split_data_path
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up

OLDER, OLDER_COMMITS = "2b25080", 1000
#: It imports a reader of WARC files that is no part of the environment any more; none are read.
_WITHOUT_WARC = (
    "from unittest.mock import MagicMock; sys.modules.update(dict.fromkeys("
    "('fastwarc', 'fastwarc.stream_io', 'fastwarc.warc'), MagicMock())); "
)
PASS, LARGE_PASS = 100, 10_000  # articles of the passes that are measured
UPKEEP_EVERY = 50  # commits, behind the first ones, after each of which it is done
RUNS = 2  # of each command; the least CPU counts


@dataclass
class Kept:
    """Does upkeep after commits, and notes what it takes and leaves."""

    root: str
    commits: int
    upkeep_s: float = 0.0  # of the first commits, with upkeep after each
    files: int = 0  # in a partition, at most
    records: int = 0  # and parts of a checkpoint, at most

    def after(self, number: int) -> None:
        """Do it after this commit, if it is time."""
        close = number < past.FULL or number >= self.commits - past.LAST
        if not close and number % UPKEEP_EVERY:
            return
        began = time.process_time()
        keep_up(self.root, past.SETTINGS)
        if number < past.FULL:
            self.upkeep_s += time.process_time() - began
        if number % (50 if close else 1000) == 0:
            self.look()

    def look(self) -> None:
        """Note how many files and records a reader needs."""
        state = load_state(open_storage(self.root))
        files = Counter(split_data_path(file.path) for file in state.files())
        parts = state.checkpoint.parts if state.checkpoint else ()
        most = max(count for (table, _), count in files.items() if table != "index")
        self.files = max(self.files, most)
        self.records = max(self.records, len(state.commits) + len(parts) + 1)
        print(f"{state.number:,} commits", file=sys.stderr, flush=True)


@dataclass
class Build:
    """A build of newsbeam, and what was measured of it: pairs of old and new, or many and few."""

    tree: Path
    folder: Path
    before: str = ""  # what Python is to do first
    found: dict[str, tuple[float, float]] = field(default_factory=dict)

    def command(self, *arguments: str, memory: bool = False) -> Measured:
        """Run a command and return what it took."""
        start = (
            f"import sys; sys.path.insert(0, {str(self.tree)!r}); {self.before}"
            f"from {package(self.tree)}pipelines.cli import main; sys.exit(main())"
        )
        line = [sys.executable, "-P", "-c", start, *arguments]
        done = run_command(line, memory=memory)
        if done.code:
            raise RuntimeError(f"newsbeam {' '.join(arguments)}: {done.err or done.out}")
        return done

    def ingest(self, root: str, name: str, count: int, *, memory: bool = False) -> Measured:
        """Read new articles into a dataset."""
        source = write_input(self.folder / f"{name}.jsonl", name, count)
        return self.command("ingest", source, "--output", root, memory=memory)

    def compare(self, what: str, roots: Sequence[str], count: int) -> None:
        """Note the least CPU of passes into each of two datasets, measured in turns."""
        took: dict[str, list[float]] = {root: [] for root in roots}
        for turn in range(RUNS):
            for place, root in enumerate(roots):
                took[root].append(self.ingest(root, f"{what}-{place}-{turn}", count).cpu_s)
        self._note(what, [min(seconds) for seconds in took.values()])

    def compare_large(self, roots: Sequence[str], count: int) -> None:
        """Note CPU and peak memory of a large pass into each of two datasets."""
        done = [self.ingest(root, f"large-{n}", count, memory=True) for n, root in enumerate(roots)]
        self._note("large", [each.cpu_s for each in done])
        self._note("memory", [each.peak_mb for each in done])

    def compare_checks(self, roots: Sequence[str], *, since: bool) -> None:
        """Note the CPU of an audit of the newest commit, or of all where there is no such."""
        lines = [
            ["check", root, *(["--since", str(head(root) - 1)] if since else [])] for root in roots
        ]
        self._note("check", [min(self.command(*line).cpu_s for _ in range(RUNS)) for line in lines])

    def compare_commits(self, took: dict[int, float], commits: int) -> None:
        """Note the CPU of the last commits and of those around the 100th."""
        last = [seconds for number, seconds in took.items() if number >= commits - past.LAST]
        first = [seconds for number, seconds in took.items() if 50 <= number < 150] or last
        self._note("commit", [1e3 * statistics.median(some) for some in (last, first)])
        self._note("mean", [1e3 * statistics.mean(some) for some in (last, first)])

    def _note(self, what: str, pair: Sequence[float]) -> None:
        self.found[what] = (pair[0], pair[1])
        print(f"{what}: {pair[0]:.2f} / {pair[1]:.2f}", file=sys.stderr, flush=True)


def write_input(path: Path, name: str, count: int) -> str:
    """Write new articles as JSON lines."""
    at = datetime.now(UTC)
    with path.open("w") as file:
        for article in past.make_articles(name, count, at):
            row = {"url": article.url, "title": article.article_id, "text": article.text * 8}
            file.write(json.dumps({**row, "published_at": at.isoformat()}) + "\n")
    return str(path)


def measure_this(build: Build, disk: Path, commits: int, articles: int) -> Kept:
    """Make both pasts with this build, and measure."""
    young, old, fresh = (str(build.folder / name) for name in ("young", "old", "fresh"))
    past.many_commits(young, 10, Kept(young, 10).after)
    kept = Kept(old, commits)
    build.compare_commits(past.many_commits(old, commits, kept.after), commits)
    kept.look()
    build.compare_checks([old, young], since=True)
    build.compare("one", [old, fresh], 1)
    build.compare("pass", [old, young], PASS)
    few, many = str(disk / "few"), str(disk / "many")
    new_ones = min(past.YOUNG, articles)
    for root, count in ((few, max(articles // 100, 1)), (many, articles)):
        past.known_articles(
            root,
            count,
            new_ones,
            lambda storage, unit, rows: write_run(storage, unit, rows, past.SETTINGS),
            lambda root=root: keep_up(root, past.SETTINGS),
        )
        keep_up(root, past.SETTINGS)
    build.compare_large([many, few], large_pass(articles))
    build.found["runs"] = (len(load_state(open_storage(many)).files("index")), 0)
    return kept


def large_pass(articles: int) -> int:
    """Return of how many articles a large pass is."""
    return min(LARGE_PASS, max(articles // 10, 1))


@contextmanager
def older_build(folder: Path) -> Iterator[Build | None]:
    """Yield the older build, as a work tree; None where this is no repository that has it."""
    tree = folder / "tree"
    try:
        git("worktree", "add", "--detach", str(tree), OLDER)
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        # What makes the past, as a module of that build.
        made = folder / "benchmarks"
        made.mkdir()
        for name in ("__init__.py", "articles.py", "past.py"):
            text = (ROOT / "benchmarks" / name).read_text(encoding="utf-8")
            (made / name).write_text(text.replace("newsbeam.", package(tree)), encoding="utf-8")
        yield Build(tree, folder, _WITHOUT_WARC)
    finally:
        git("worktree", "remove", "--force", str(tree))


def measure_older(build: Build, commits: int, articles: int) -> None:
    """Make smaller pasts with the older build, and measure."""
    young, old, fresh, few, many = (
        str(build.folder / name) for name in ("young", "old", "fresh", "few", "many")
    )

    def make(root: str, commits: int, articles: int) -> list[float]:
        start = (
            f"import sys; sys.path[:0] = [{str(build.folder)!r}, {str(build.tree)!r}]; "
            "from benchmarks.past import main; main(*sys.argv[1:])"
        )
        done = run_command(
            [sys.executable, "-P", "-c", start, root, str(commits), str(articles)], memory=False
        )
        if done.code:
            raise RuntimeError(done.err)
        return [float(each) for each in json.loads(done.out)]

    make(young, 10, 0)
    build.compare_commits(dict(enumerate(make(old, commits, 0))), commits)
    build.compare_checks([old, young], since=False)
    build.compare("one", [old, fresh], 1)
    build.compare("pass", [old, young], PASS)
    make(few, 0, max(articles // 100, 1))
    make(many, 0, articles)
    build.compare_large([many, few], large_pass(articles))
    files = [path for path in Path(old).rglob("*.parquet") if "staging" not in path.parts]
    build.found["files"] = (len(files), len(list(Path(old, "commits").iterdir())))


#: What is shown: name, sentence, unit, and the ratio to reach.
SHOWN: list[tuple[str, str, str, float | None]] = [
    ("pass", f"CPU of a pass of {PASS} new articles, beside the same after 10 commits", "s", 1.2),
    ("commit", "CPU of a commit, the last beside the 100th, median", "ms", 1.2),
    ("mean", "… mean of a hundred, with the checkpoints among them", "ms", None),
    ("large", "CPU of a large pass beside all known articles, beside a hundredth", "s", 1.4),
    ("memory", "… peak memory of that", "MB", 1.2),
    ("one", "CPU of an ingest of one article after all commits, beside a new dataset", "s", 1.15),
    ("check", "CPU of `check --since` of one commit, beside after 10 commits", "s", 2.0),
]


def show(
    this: Build, older: Build | None, kept: Kept, sizes: tuple[int, int, int, int], minutes: float
) -> float:
    """Print the table; return the worst ratio of this build."""
    commits, articles, older_commits, older_articles = sizes
    print(f"# After {commits:,} commits and beside {articles:,} articles\n")
    print(f"`python -m benchmarks.years --commits {commits} --articles {articles}`, {machine()}.\n")
    print(f"| What | this build | ratio | {OLDER} | its ratio | to reach |")
    print("|---|---:|---:|---:|---:|---:|")
    worst = 0.0
    for name, what, unit, most in SHOWN:
        ratio, figures = in_words(this.found[name], unit)
        theirs = in_words(older.found[name], unit) if older else (0.0, "–")
        if most is not None:
            worst = max(worst, ratio)
        print(
            f"| {what} | {figures} | {ratio:.2f} | {theirs[1]} | "
            f"{f'{theirs[0]:.2f}' if older else '–'} | {f'≤ {most}' if most else ''} |"
        )
    passes = min(commits, past.FULL)
    share = kept.upkeep_s / (this.found["pass"][1] * passes + kept.upkeep_s)
    files, records = older.found["files"] if older else (0, 0)
    print(
        f"| Files in a partition that a reader needs, at most | {kept.files} | | "
        f"{f'{files:.0f} in all' if older else '–'} | | ≤ 3 |"
    )
    print(
        f"| Records and parts of the log that it needs, at most | {kept.records} | | "
        f"{f'{records:.0f}' if older else '–'} | | ≤ 200 |"
    )
    print(
        f"| Share of CPU that upkeep after each of {passes:,} passes takes | {share:.1%} | | | "
        "| ≤ 15 % |"
    )
    print(f"| Runs of the index | {this.found['runs'][0]:.0f} | | | | |")
    print(
        f"\nThe known articles stand in the index, in runs as upkeep leaves them; {past.YOUNG:,} "
        "more, of yesterday, in\nall tables. "
        f"The first {passes:,} commits and the last {past.LAST} bring {past.ROWS} articles and a "
        f"poll of each of {past.FEEDS} feeds, with upkeep\nafter each; of those between, one in "
        f"{past.FULL_EVERY} does, the others a poll alone, with upkeep after each "
        f"{UPKEEP_EVERY}th.\nThey are made as passes over the newsroom's feeds commit, without "
        "reading feeds and pages; the share of\nupkeep is beside the CPU of whole passes of "
        f"{PASS} articles. A large pass is one of {large_pass(articles):,} articles."
    )
    if older:
        print(
            f"\n{OLDER}, measured in the same run, at a size that it can bear: after "
            f"{older_commits:,} commits, and beside {older_articles:,}\narticles (a hundredth of "
            f"that); a large pass of {large_pass(older_articles):,}; it has no upkeep, and its "
            "`check` reads all."
        )
    print(f"\n{minutes:.0f} minutes in all.\n")
    return worst


def in_words(pair: tuple[float, float], unit: str) -> tuple[float, str]:
    """Return the ratio of two figures, and both as text."""
    digits = 2 if unit == "s" else 0 if unit == "MB" else 1
    return pair[0] / pair[1], f"{pair[0]:.{digits}f} {unit} / {pair[1]:.{digits}f} {unit}"


def main() -> int:
    """Run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=3000)
    parser.add_argument("--articles", type=int, default=1_000_000)
    arguments = parser.parse_args()
    commits, articles = max(arguments.commits, 1), max(arguments.articles, 1)
    sizes = (commits, articles, min(commits, OLDER_COMMITS), max(articles // 100, 1))
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(dir=place) as folder,
        tempfile.TemporaryDirectory() as disk,
    ):
        this = Build(ROOT, Path(folder, "this"))
        this.folder.mkdir()
        kept = measure_this(this, Path(disk), commits, articles)
        shutil.rmtree(this.folder)
        theirs = Path(folder, "older")
        theirs.mkdir()
        older = None
        with older_build(theirs) as build:
            try:
                if build is not None:
                    measure_older(build, sizes[2], sizes[3])
                    older = build
            except RuntimeError as error:  # the figures of this build stand all the same
                print(f"{OLDER} could not be measured: {error}", file=sys.stderr)
    worst = show(this, older, kept, sizes, (time.monotonic() - began) / 60)
    print(f"ratio: {worst:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
