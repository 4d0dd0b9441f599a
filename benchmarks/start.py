"""What a command costs before it has done anything, beside an older build, in one run.

    python -m benchmarks.start 2b25080

The older build is a work tree of this repository at that revision. Each build has an environment
with the packages that its own lock file names, as users have it. Each round runs all in turn; the
least CPU time of the rounds counts, all processes of a command together. At last each build is
cloned, and `make run` in the clone is timed by the clock, with nothing in the caches of pip and uv:
what a newcomer waits. Only ratios hold on another machine. Writes benchmarks/results/start.md.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.builds import git, package
from benchmarks.measure import run
from benchmarks.pages import ROOT

RESULT = ROOT / "benchmarks" / "results" / "start.md"
ROUNDS, FRESH_ROUNDS = 3, 2
MOST_FRESH = 0.6
PARAGRAPHS = (
    "The ferry between Kesmere and the outer islands sails again from Monday, the port said.",
    "It had been laid up since a storm in January had bent its ramp. Repairs took eleven weeks.",
    "Islanders had crossed in fishing boats meanwhile. Their council asked for a second ferry.",
    "A harbour pilot, who has sailed the sound for thirty years, called the repair a patch. The "
    "ramp, he said, was built for calmer winters than those that the coast has seen of late.",
    "The port keeps to its plan: the ferry is to be replaced in six years by one with batteries, "
    "for which the quay at Kesmere is being widened since autumn.",
)
PAGE = (
    '<!doctype html><html lang="en"><head><title>The ferry sails again</title></head><body>'
    "<article><h1>The ferry sails again</h1><time datetime='2026-03-02'>2 March 2026</time>"
    + "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    + "</article></body></html>"
)
#: Command, its arguments, and the share of the older build's CPU time that is to be reached.
COMMANDS = (
    ("newsbeam --help", ("--help",), 0.25),
    ("newsbeam ingest one.html", ("ingest", "one.html", "--output", "news"), 0.40),
    ("newsbeam ingest, nothing new", ("ingest", "one.html", "--output", "news"), 0.30),
)


def main() -> None:
    """Run the benchmark and keep its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="the older build, for example 2b25080")
    revision = parser.parse_args().revision
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder, "old")
        git("worktree", "add", "--detach", str(old), revision)
        try:
            trees = {"this build": ROOT, revision: old}
            builds = {
                name: (make_env(tree, Path(folder, f"env-{number}")), tree)
                for number, (name, tree) in enumerate(trees.items())
            }
            for python, tree in builds.values():
                compile_all(python, tree)
            rounds: dict[str, list[list[float]]] = {build: [] for build in builds}
            for _ in range(ROUNDS):
                for build, (python, tree) in builds.items():
                    rounds[build].append(time_commands(python, tree, Path(folder, "work")))
            fresh: dict[str, list[float]] = {build: [] for build in builds}
            for _ in range(FRESH_ROUNDS):
                for build, (_, tree) in builds.items():
                    fresh[build].append(time_fresh(tree, Path(folder, "clone")))
        finally:
            git("worktree", "remove", "--force", str(old))
    least = {build: [min(each) for each in zip(*rounds[build], strict=True)] for build in builds}
    table = render(revision, least["this build"], least[revision])
    this, that = min(fresh["this build"]), min(fresh[revision])
    table += (
        f"\n\n| By the clock | s | {revision}, s | Ratio | To reach |\n|---|---:|---:|---:|---:|\n"
        f"| `make run` in a fresh clone, nothing cached | {this:.0f} | {that:.0f} "
        f"| {this / that:.2f} | {MOST_FRESH:.2f} |"
    )
    print(table)
    RESULT.write_text(table + "\n", encoding="utf-8")


def make_env(tree: Path, folder: Path) -> str:
    """Return the Python of a new environment in ``folder`` with the packages that a build pins."""
    uv = str(Path(sys.executable).parent / "uv")
    python = str(folder / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    install = [uv, "pip", "install", "--quiet", "--python", python]
    subprocess.run([*install, "--require-hashes", "-r", tree / "requirements.txt"], check=True)
    return python


def compile_all(python: str, tree: Path) -> None:
    """Compile a build and its packages: what has no bytecode costs twice as much to import."""
    packages = next((Path(python).parents[1] / "lib").glob("python*/site-packages"))
    own = [tree / name for name in ("newsbeam", "pipelines", "transforms")]
    folders = [packages, *(each for each in own if each.is_dir())]
    subprocess.run([python, "-m", "compileall", "-q", *folders], check=False, capture_output=True)


def time_commands(python: str, tree: Path, folder: Path) -> list[float]:
    """Return the CPU seconds of each command, in an empty folder with one page."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "one.html").write_text(PAGE, "utf-8")
    start = (
        f"import os, sys; sys.path.insert(0, {str(tree)!r}); os.chdir({str(folder)!r}); "
        f"from {package(tree)}pipelines.cli import main; main()"
    )
    found = []
    for name, arguments, _ in COMMANDS:
        done = run([python, "-P", "-c", start, *arguments], memory=False)
        if done.code != 0:
            sys.exit(f"{tree}: {name}: {done.err[-500:]}")
        found.append(done.cpu_s)
    return found


def time_fresh(tree: Path, clone: Path) -> float:
    """Return the seconds that `make run` takes in a new clone of a build, as committed."""
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", tree, clone], check=True, capture_output=True)
    uncached = {**os.environ, "UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}
    begun = time.monotonic()
    subprocess.run(["make", "run"], cwd=clone, env=uncached, check=True, capture_output=True)
    return time.monotonic() - begun


def render(revision: str, mine: list[float], old: list[float]) -> str:
    """Return the results as Markdown."""
    lines = [
        f"# Start\n\n`make bench-start`: `python -m benchmarks.start {revision}`\n",
        f"| Command | CPU s | {revision}, CPU s | Ratio | To reach |",
        "|---|---:|---:|---:|---:|",
    ]
    for (name, _, target), this, that in zip(COMMANDS, mine, old, strict=True):
        lines.append(f"| `{name}` | {this:.2f} | {that:.2f} | {this / that:.2f} | {target:.2f} |")
    missed = any(
        this > target * that for (_, _, target), this, that in zip(COMMANDS, mine, old, strict=True)
    )
    return "\n".join([*lines, *(["\n- Not attained where the ratio is above."] if missed else [])])


if __name__ == "__main__":
    main()
