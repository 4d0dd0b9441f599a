"""What a job over archived pages costs, beside the same by hand and beside an older build.

    pip install trafilatura==2.3.1 datasketch==2.0.0 pyarrow==26.0.1 \
        fastwarc==2.0.1 resiliparse==2.0.1
    python -m benchmarks.archive_jobs 2b25080 --peer THAT/bin/python

The peers stand in an environment of their own; the older build needs fastwarc in this one. The
archive is made of the pages of the evaluation data, with their addresses, so that their dates are
mixed; by hand means: records by fastwarc, pages by trafilatura (or resiliparse) in two processes,
MinHash and LSH by datasketch, one Parquet file by pyarrow. All are run in turn. Prints tables and
writes them to benchmarks/results/archive_jobs.md.
"""

import argparse
import gzip
import json
import lzma
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

from benchmarks.builds import git, package
from benchmarks.measure import Measured, machine, run
from benchmarks.pages import ROOT, data_folder, read_truth, truths

RESULT = ROOT / "benchmarks" / "results" / "archive_jobs.md"
ROWS = 4000
ROW_WORDS = 420

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
_TRAFILATURA = """
from trafilatura import bare_extraction
def extract(url, body):
    found = bare_extraction(body, url=url, with_metadata=True)
    if found is None:
        return None
    return {k: getattr(found, k) for k in ("text", "title", "author", "date", "url", "sitename")}
"""
_RESILIPARSE = """
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
def extract(url, body):
    text = bytes_to_str(body, detect_encoding(body))
    return {"text": extract_plain_text(text, main_content=True), "url": url}
"""
#: The command with a clock at each stage: seconds of wall and of the parent's CPU within it.
_STAGES = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
out = sys.argv[2]
from PACKAGEtransforms import commit, deduplicate, near, read
spent = {}
last_page = [0.0]
def clocked(name, cls):
    original = cls.process
    def process(self, *args, **kwargs):
        items = original(self, *args, **kwargs)
        iterator = iter(items if items is not None else ())
        while True:
            wall, cpu = time.monotonic(), time.thread_time()
            try:
                item = next(iterator)
            except StopIteration:
                return
            finally:
                one = spent.setdefault(name, [0.0, 0.0])
                one[0] += time.monotonic() - wall
                one[1] += time.thread_time() - cpu
                if name == "read, extract":
                    last_page[0] = time.monotonic()
            yield item
    cls.process = process
for name, module, *classes in (
    ("read, extract", read, "_ReadFilesFn"),
    ("sites, addresses", deduplicate, "_SettleSitesFn", "_JudgeSitesFn"),
    ("equal texts", deduplicate, "_SettleTextsFn", "_JudgeTextsFn"), ("sign", near, "_SignFn"),
    ("link", near, "_LinkFn"), ("judge", near, "_JudgeFn"),
    ("sort, encode", commit, "_WriteShardFn"), ("commit", commit, "_CommitFn"),
):
    for cls in classes:  # builds have had different names for some
        if hasattr(module, cls):
            clocked(name, getattr(module, cls))
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
            table = measure(folder, old, arguments.revision, arguments.peer, arguments.rounds)
        finally:
            git("worktree", "remove", "--force", str(old))
    print(table)
    RESULT.write_text(table + "\n", encoding="utf-8")


def measure(folder: Path, old: Path, revision: str, peer: str, rounds: int) -> str:
    """Run all in turn and return the tables."""
    data = data_folder()
    pages = write_archive(data, folder / "pages.warc.gz")
    rows = write_rows(data, folder / "rows.jsonl")
    builds = {"newsbeam": ROOT, revision: old}
    by_hand = {
        "trafilatura, datasketch, pyarrow": _TRAFILATURA,
        "resiliparse, datasketch, pyarrow": _RESILIPARSE,
    }
    jobs: dict[str, list[Measured]] = defaultdict(list)
    tables: dict[str, list[Measured]] = defaultdict(list)
    for turn in range(rounds):
        for build, tree in builds.items():
            jobs[build].append(ingest(tree, folder / "pages.warc.gz", folder / build))
            tables[build].append(ingest(tree, folder / "rows.jsonl", folder / "rows"))
        for kind, extract in by_hand.items():
            script = folder / "hand.py"
            script.write_text(_BY_HAND.replace("EXTRACT", extract), encoding="utf-8")
            command = [peer, str(script), str(folder / "pages.warc.gz"), str(folder / "hand")]
            jobs[kind].append(run(command, memory=False))
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
    peaks = {
        build: ingest(tree, folder / "pages.warc.gz", folder / "peak", memory=True).peak_mb
        for build, tree in builds.items()
    }
    for kind in by_hand:
        (folder / "hand.py").write_text(
            _BY_HAND.replace("EXTRACT", by_hand[kind]), encoding="utf-8"
        )
        command = [peer, str(folder / "hand.py"), str(folder / "pages.warc.gz"), "/dev/null"]
        peaks[kind] = run(command, memory=True).peak_mb
    stages = {build: clock(tree, folder) for build, tree in builds.items()}
    scores = {build: body_score(data, folder / build) for build in builds}
    return render(pages, rows, rounds, revision, jobs, tables, peaks, stages, scores, folder)


def write_archive(data: Path, path: Path) -> int:
    """Write the pages as an archive, those of WCXB that are no articles left out."""
    count = 0
    with path.open("wb") as out:
        for truth in truths(data):
            for known in read_truth(truth):
                if known.get("kind", "article") != "article":
                    continue
                body = gzip.decompress((truth.parent / known["file"]).read_bytes())
                url = known.get("url") or ""
                if not url.startswith(("http://", "https://")):
                    url = f"https://page-{count}.example/"
                block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
                head = (
                    f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
                    f"WARC-Date: 2026-11-01T00:00:00Z\r\nWARC-Record-ID: <urn:{known['id']}>\r\n"
                    "Content-Type: application/http; msgtype=response\r\n"
                    f"Content-Length: {len(block)}\r\n\r\n"
                )
                out.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 6))
                count += 1
    return count


def write_rows(data: Path, path: Path) -> int:
    """Write rows of about 420 words as JSON lines."""
    count = 0
    texts = data / "texts" / "news_en_abp.jsonl.xz"
    with lzma.open(texts, "rt", encoding="utf-8") as lines, path.open("w") as out:
        for line in lines:
            known = json.loads(line)
            words = known["text"].split(" ")
            if len(words) < ROW_WORDS or count == ROWS:
                continue
            row = {
                "id": known["id"],
                "url": known["url"],
                "title": known["title"],
                "text": " ".join(words[:ROW_WORDS]),
                "published_at": known["date"],
            }
            out.write(json.dumps(row) + "\n")
            count += 1
    return count


def _command(tree: Path) -> str:
    return (
        f"import sys; sys.path.insert(0, {str(tree)!r}); "
        f"from {package(tree)}pipelines.cli import main; main()"
    )


def ingest(tree: Path, source: Path, dataset: Path, *, memory: bool = False) -> Measured:
    """Run the command over one file into a new dataset."""
    shutil.rmtree(dataset, ignore_errors=True)
    command = [sys.executable, "-P", "-c", _command(tree), "ingest", str(source)]
    done = run([*command, "--output", str(dataset)], memory=memory)
    if done.code != 0:
        sys.exit(f"{tree}: {done.err[-800:]}")
    return done


def clock(tree: Path, folder: Path) -> dict[str, list[float]]:
    """Return wall and CPU seconds of each stage in the parent."""
    dataset = folder / "staged"
    shutil.rmtree(dataset, ignore_errors=True)
    script = _STAGES.replace("PACKAGE", package(tree))
    command = [sys.executable, "-P", "-c", script, str(tree), str(folder / "stages.json")]
    run([*command, "ingest", str(folder / "pages.warc.gz"), "--output", str(dataset)], memory=False)
    found: dict[str, list[float]] = json.loads((folder / "stages.json").read_text())
    return found


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
    rounds: int,
    revision: str,
    jobs: dict[str, list[Measured]],
    tables: dict[str, list[Measured]],
    peaks: dict[str, float],
    stages: dict[str, dict[str, list[float]]],
    scores: dict[str, tuple[float, int]],
    folder: Path,
) -> str:
    """Return the tables as Markdown; of rounds the medians."""
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
