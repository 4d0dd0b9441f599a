"""Ingest real pages, feeds, texts and archives with the command itself, and score the dataset.

    python -m benchmarks.real [--keep FOLDER]

Needs the evaluation data: the folder named by NEWSBEAM_DATA, else ../shared/data. Prints one table
and writes it to benchmarks/results/real.md.
"""

import argparse
import gzip
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured, machine, run
from newsbeam.transforms.dataset.log import live_files, read_commits, read_data
from newsbeam.transforms.dataset.storage import open_storage

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("NEWSBEAM_DATA", ROOT.parent / "shared" / "data"))
RESULTS = ROOT / "benchmarks" / "results" / "real.md"

#: Figures of trafilatura 2.3.1 with its default settings, from the README of the data.
REFERENCE = {
    ("pages/fundus", "body_F1"): 0.944,
    ("pages/fundus", "title_exact"): 0.640,
    ("pages/fundus", "author_exact"): 0.814,
    ("pages/fundus", "date_day"): 0.947,
    ("pages/htmldate", "date_day"): 0.909,
    ("pages/readability", "body_F1"): 0.928,
    ("pages/readability", "title_exact"): 0.778,
    ("pages/readability", "author_exact"): 0.500,
    ("pages/readability", "date_day"): 0.923,
    ("pages/trafeval", "seg_F1"): 0.920,
    ("pages/trafeval", "title_exact"): 0.574,
    ("pages/trafeval", "author_exact"): 0.560,
    ("pages/trafeval", "date_day"): 0.889,
}

#: What the pages cost with trafilatura alone, its metadata included. As many run at once as there
#: are cores, as in the job: a core whose neighbour is busy does less in a second of CPU time.
BASELINE = """
import json, sys, time
from pathlib import Path
from trafilatura import bare_extraction
pages = [Path(p).read_bytes() for p in json.load(open(sys.argv[1]))]
begun = time.process_time()
for page in pages:
    try:
        bare_extraction(page, with_metadata=True)
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
print(time.process_time() - begun)
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", help="folder to leave datasets and predictions in")
    arguments = parser.parse_args()
    if not (DATA / "pages").is_dir():
        print(f"bench-real skipped: no evaluation data at {DATA} (set NEWSBEAM_DATA).")
        return
    work = Path(arguments.keep or tempfile.mkdtemp(prefix="newsbeam-real-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        table = measure(work)
    finally:
        if arguments.keep is None:
            shutil.rmtree(work)
    RESULTS.write_text(table, encoding="utf-8")
    print(table)


def measure(work: Path) -> str:
    """Run everything and return the table."""
    pages = unpack_pages(work)
    lines = [
        "# Real input",
        "",
        f"`python -m benchmarks.real` on {machine()}.",
        "",
        "| Input | Sources | Entries | Written | Duplicates | Rejects | CPU s | Wall s | "
        "Peak MB | Check |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    texts = _texts(work)
    offline = {
        "fetch.connect_to": '{"*": "127.0.0.1:9"}',
        "fetch.allow_addresses": "[127.0.0.1/32]",
    }
    parts: list[tuple[str, list[str], dict[str, str]]] = [
        ("seed", [str(path) for path in (DATA / "seed").iterdir()], {}),
        ("pages", [str(work / "html")], {}),
        ("feeds", [str(DATA / "feeds" / "raw")], offline | {"fetch.retries": "0"}),
        (
            "texts",
            texts,
            {"read.fields": "{published_at: date, publisher: source, section: topic}"},
        ),
        ("warc", [str(DATA / "warc" / "real"), *map(str, (DATA / "warc").glob("*.warc.gz"))], {}),
    ]
    measured: dict[str, Measured] = {}
    for name, inputs, settings in parts:
        root = work / name
        # Looking at memory slows a run, so it is looked at in a run of its own.
        shutil.rmtree(root, ignore_errors=True)
        memory = _ingest(inputs, root, settings, memory=True)
        shutil.rmtree(root, ignore_errors=True)
        timed = _ingest(inputs, root, settings, memory=False)
        measured[name] = replace(timed, peak_mb=memory.peak_mb)
        lines.append(_row(name, root, measured[name]))
    lines += ["", *_speed(work, pages, measured["pages"]), "", *_quality(work)]
    return "\n".join([*lines, ""])


def unpack_pages(work: Path) -> list[Path]:
    """Unpack the pages, since cost is counted from HTML bytes on."""
    pages = []
    for packed in sorted(DATA.glob("pages/*/html/*.html.gz")):
        plain = work / "html" / packed.parts[-3] / packed.stem
        plain.parent.mkdir(parents=True, exist_ok=True)
        plain.write_bytes(gzip.decompress(packed.read_bytes()))
        pages.append(plain)
    return pages


def _texts(work: Path) -> list[str]:
    inputs = []
    for packed in sorted((DATA / "texts").glob("*.jsonl.xz")):
        plain = work / packed.stem
        with lzma.open(packed) as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target)
        inputs.append(str(plain))
    return inputs


def _ingest(inputs: list[str], root: Path, settings: dict[str, str], *, memory: bool) -> Measured:
    overrides = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    command = [*_newsbeam(), "ingest", *inputs, "--output", str(root), "--log-format", "json"]
    return run([*command, *overrides], memory=memory)


def _newsbeam() -> list[str]:
    return [sys.executable, "-m", "newsbeam"]


def _finished(measured: Measured) -> dict[str, Any]:
    for line in reversed(measured.err.splitlines()):
        if line.startswith("{") and '"message": "finished"' in line:
            found: dict[str, Any] = json.loads(line)
            return found
    raise SystemExit(f"The run did not finish (exit code {measured.code}):\n{measured.err[-3000:]}")


def _row(name: str, root: Path, measured: Measured) -> str:
    done = _finished(measured)
    counts = done["counts"]
    duplicates = counts["exact duplicates"] + counts["near duplicates"]
    checked = subprocess.run(
        [*_newsbeam(), "check", str(root)], capture_output=True, text=True, check=False
    )
    verdict = "passes" if checked.returncode == 0 else f"FAILS: {checked.stdout[:200]}"
    return (
        f"| {name} | {counts['sources']:,} | {counts['entries']:,} | {counts['written']:,} | "
        f"{duplicates:,} | {sum(done['rejects'].values()):,} | {measured.cpu_s:.1f} | "
        f"{measured.wall_s:.1f} | {measured.peak_mb:,.0f} | {verdict} |"
    )


def _speed(work: Path, pages: list[Path], measured: Measured) -> list[str]:
    cores = len(os.sched_getaffinity(0))
    runs = []
    for part in range(cores):
        listed = work / f"pages-{part}.json"
        listed.write_text(json.dumps([str(page) for page in pages[part::cores]]))
        command = [sys.executable, "-c", BASELINE, str(listed)]
        runs.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    baseline = sum(float(run.communicate()[0]) for run in runs)
    ours, count = measured.cpu_s, len(pages)
    return [
        "| Pages | This run | To reach |",
        "|---|---:|---:|",
        f"| pages | {count} | |",
        f"| pages a second, wall | {count / measured.wall_s:.1f} | |",
        f"| CPU ms a page, start to commit | {1000 * ours / count:.1f} | |",
        f"| CPU ms a page, trafilatura alone | {1000 * baseline / count:.1f} | |",
        f"| ratio of the two | {ours / baseline:.2f} | 1.15 |",
        f"| wall time / CPU time | {measured.wall_s / ours:.2f} | 0.65 |",
        f"| peak memory, all processes, MB | {measured.peak_mb:,.0f} | 1,500 |",
    ]


def _quality(work: Path) -> list[str]:
    predictions = work / "predictions"
    predictions.mkdir(exist_ok=True)
    _predict_pages(work, predictions / "pages.jsonl")
    scored = subprocess.run(
        [sys.executable, str(DATA / "score.py"), str(DATA), str(predictions)],
        capture_output=True,
        text=True,
        check=True,
    )
    scores = json.loads(scored.stdout)
    return [
        "| Set | Measure | Dataset | Reference |",
        "|---|---|---:|---:|",
        *(
            f"| {name} | {key} | {scores[name][key]:.3f} | {reference:.3f} |"
            for (name, key), reference in REFERENCE.items()
        ),
    ]


def _predict_pages(work: Path, target: Path) -> None:
    """Write what the dataset says of each page in the form that score.py reads."""
    ids = {
        str(work / "html" / source / Path(row["file"]).stem): row["id"]
        for source in ("fundus", "htmldate", "readability", "trafeval")
        for row in map(json.loads, (DATA / "pages" / source / "truth.jsonl").open(encoding="utf-8"))
    }
    root = str(work / "pages")
    storage, commits = open_storage(root), read_commits(root)
    articles = {}
    by_ref = {}
    for file in live_files(commits, "articles"):
        language = file.path.split("language=")[1].split("/")[0]
        for row in read_data(storage, file).to_pylist():
            row["language"] = language
            articles[row["article_id"]] = row
            by_ref[row["source_ref"]] = row
    for file in live_files(commits, "duplicates"):
        for row in read_data(storage, file).to_pylist():
            by_ref[row["source_ref"]] = articles[row["duplicate_of"]]
    with target.open("w", encoding="utf-8") as lines:
        for ref, row in by_ref.items():
            published = row["published_at"]
            if published is not None and row["published_precision"] == "day":
                published = published.date()
            elif published is not None:
                minutes = row["published_utc_offset"] or 0
                published = published.astimezone(timezone(timedelta(minutes=minutes)))
            line = {
                "id": ids[ref],
                "title": row["title"],
                "authors": row["authors"],
                "date": str(published) if published else None,
                "text": row["text"],
                "lang": row["language"],
            }
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
