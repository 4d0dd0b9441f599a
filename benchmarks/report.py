"""What a report costs: over many rows, and beside an older build over fewer.

    python -m benchmarks.report --most > benchmarks/results/report.md

The datasets are made by ``benchmarks.months``: 5,000 sources that are each asked hourly, 200,000
articles over 60 days with a pass every five minutes, and 2,000,000 over 100 days with one an hour.
The older build is a work tree of this repository, patched so that it accepts the version of the
schema; both write a page, in turns, and neither finds pandas, which is no part of the product.
``--folder`` keeps the datasets, or uses those that are there; ``--most`` measures 10,000,000
articles too, whose dataset takes half an hour and 8 GB.
"""

import argparse
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from benchmarks.builds import git, package
from benchmarks.measure import Measured, machine
from benchmarks.measure import run as run_command
from benchmarks.months import SOURCES, make
from benchmarks.pages import ROOT
from newsbeam.transforms.core.schema import SCHEMA_VERSION
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage

OLDER = "2b25080"
FEW, FEW_DAYS, FEW_PASSES = 200_000, 60, 288
MANY, MANY_DAYS, MANY_PASSES = 2_000_000, 100, 24
MOST, MOST_DAYS, MOST_PASSES = 10_000_000, 100, 24
RUNS = 3
#: It imports a reader of WARC files that is no part of the environment any more.
_BEFORE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pandas":
            raise ImportError(name)
sys.meta_path.insert(0, Hidden())
from unittest.mock import MagicMock
if {older}:
    names = ("fastwarc", "fastwarc.stream_io", "fastwarc.warc")
    sys.modules.update(dict.fromkeys(names, MagicMock()))
sys.path.insert(0, {tree!r})
from {package}pipelines.cli import main
sys.exit(main())
"""


def report(tree: Path, root: Path, page: Path) -> Measured:
    """Write the page about a dataset with the build in ``tree``, and return what it took."""
    start = _BEFORE.format(older=tree != ROOT, tree=str(tree), package=package(tree))
    page.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-c", start, "report", str(root), "--html", str(page)]
    done = run_command(command)
    if done.code:
        raise RuntimeError(done.err or done.out)
    return done


@contextmanager
def older_build(folder: Path):  # type: ignore[no-untyped-def]
    """Yield the work tree of the older build."""
    tree = folder / "older"
    git("worktree", "add", "--detach", str(tree), OLDER)
    try:
        schema = tree / "transforms" / "core" / "schema.py"
        text = schema.read_text(encoding="utf-8")
        schema.write_text(
            text.replace("SCHEMA_VERSION = 3", f"SCHEMA_VERSION = {SCHEMA_VERSION}"),
            encoding="utf-8",
        )
        yield tree
    finally:
        git("worktree", "remove", "--force", str(tree))


def made(folder: Path, rows: int, days: int, passes: int) -> Path:
    """Return a dataset of so many rows, made unless it is there."""
    root = folder / f"rows-{rows}"
    if not root.exists():
        make(str(root), rows, days, passes)
    return root


def describe(root: Path) -> str:
    """Return what is in a dataset, in words."""
    state = load_state(open_storage(str(root)))
    files = state.files()
    rows = {
        table: sum(file.rows for file in files if file.table == table)
        for table in ("articles", "duplicates", "rejects", "feeds")
    }
    return (
        f"{rows['articles']:,} articles, {rows['duplicates']:,} duplicates, {rows['rejects']:,} "
        f"rejects, {rows['feeds']:,} polls, {state.number:,} commits, {len(files):,} files"
    )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="Where the datasets are kept.")
    parser.add_argument("--most", action="store_true", help="Measure 10,000,000 articles too.")
    given = parser.parse_args()
    folder = given.folder
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(dir=None if folder else _roomy()) as temporary:
        os.environ["PYTHONPYCACHEPREFIX"] = f"{temporary}/compiled"
        few = made(folder or Path(temporary), FEW, FEW_DAYS, FEW_PASSES)
        many = made(folder or Path(temporary), MANY, MANY_DAYS, MANY_PASSES)
        page = Path(temporary, "report.html")
        with older_build(Path(temporary)) as older:
            for tree in (ROOT, older):
                report(tree, few, page)  # compiles what it imports
            pairs = [(report(ROOT, few, page), report(older, few, page)) for _ in range(RUNS)]
        own, other = (min(each.cpu_s for each in some) for some in zip(*pairs, strict=True))
        few_memory, older_memory = (
            max(each.peak_mb for each in some) for some in zip(*pairs, strict=True)
        )
        runs = [report(ROOT, many, page) for _ in range(RUNS)]
        large, memory = min(each.cpu_s for each in runs), max(each.peak_mb for each in runs)
        size = page.stat().st_size
        most = made(folder or Path(temporary), MOST, MOST_DAYS, MOST_PASSES) if given.most else None
        most_runs = [report(ROOT, most, page) for _ in range(RUNS)] if most else []
        command = "python -m benchmarks.report" + (" --most" if most else "")
        print(f"# What a report costs\n\n`{command}`, {machine()}.\n")
        print(f"| What | this build | {OLDER} | ratio | to reach |")
        print("|---|---:|---:|---:|---:|")
        print(f"| CPU, {MANY:,} rows | {large:.2f} s | | | ≤ 5 s |")
        print(f"| Peak memory of that | {memory:.0f} MB | | | ≤ 400 MB |")
        if most_runs:
            print(f"| CPU, {MOST:,} rows | {min(each.cpu_s for each in most_runs):.2f} s | | | |")
            peak = max(each.peak_mb for each in most_runs)
            print(f"| Peak memory of that | {peak:.0f} MB | | | |")
        print(f"| CPU, {FEW:,} rows | {own:.2f} s | {other:.2f} s | {own / other:.2f} | ≤ .2 |")
        print(
            f"| Peak memory of that | {few_memory:.0f} MB | {older_memory:.0f} MB | "
            f"{few_memory / older_memory:.2f} | |"
        )
        print(f"\n{SOURCES:,} sources. {MANY:,} rows: {describe(many)}.")
        print(f"{FEW:,} rows: {describe(few)}.")
        if most:
            print(f"{MOST:,} rows: {describe(most)}.")
        print(
            f"The page about {MANY:,} rows has {size / 1e6:.1f} MB. CPU is the least of {RUNS} "
            "runs of the whole command, in turns\nwhere two builds are compared; memory is sampled."
        )


def _roomy() -> str | None:
    """Return a folder in memory if the datasets fit there."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > 6 << 30 else None


if __name__ == "__main__":
    main()
