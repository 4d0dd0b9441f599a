"""Jobs over archives that are killed with -9: what was extracted is not extracted again."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from archives import http, record
from jobs import PARAGRAPHS, Dataset
from noted import NOTED

ROOT = Path(__file__).parents[2]
PAGES = 150


def write_archive(path: Path, pages: int = PAGES, *, says: str = "a harbour") -> None:
    """Write an archive of articles, each with words of its own."""
    draw = random.Random(says)
    words = " ".join(" ".join(story) for story in PARAGRAPHS.values()).split()
    with path.open("wb") as out:
        for number in range(pages):
            text = "".join(
                f"<p>{' '.join(draw.choices(words, k=40))}, {says} of {number}.</p>"
                for _ in range(4)
            )
            html = (
                f'<html lang="en"><head><title>The vote number {number}</title></head>'
                f"<body><article><h1>The vote number {number}</h1>{text}</article></body></html>"
            )
            out.write(record(f"story-{number}", http(html.encode())))


def start(archive: Path, dataset: Dataset, notes: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", NOTED, str(notes), "ingest", str(archive)]
    options = ["--output", str(dataset.root), "--log-format", "json"]
    return subprocess.Popen(
        [*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill_when(process: subprocess.Popen[bytes], notes: Path, extracted: int) -> None:
    """End ``process`` once it has given away so many pages."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until and len(given(notes)) < extracted:
        time.sleep(0.005)
    assert process.poll() is None, "it ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


def given(notes: Path) -> list[str]:
    return notes.read_text().splitlines() if notes.exists() else []


def test_a_job_that_is_killed_goes_on_at_the_page_where_it_stood(dataset: Dataset, tmp_path: Path):
    archive, notes = tmp_path / "crawl.warc", tmp_path / "notes"
    write_archive(archive)
    draw = random.Random(3)
    kills = sorted(draw.sample(range(10, PAGES - 10), 3))
    for extracted in kills:
        kill_when(start(archive, dataset, notes), notes, extracted)
    assert start(archive, dataset, notes).wait(100) == 0
    assert len({row["source_ref"] for row in dataset.rows("articles")}) == PAGES
    assert len(dataset.rows("articles")) == PAGES
    assert dataset.check() == 0
    # What was under way, and an outcome that waited for another one to be written with.
    again = len(given(notes)) - len(set(given(notes)))
    assert again <= len(kills) * (1 + 2 * (os.cpu_count() or 1))


def test_an_archive_that_has_changed_since_is_read_anew(dataset: Dataset, tmp_path: Path):
    archive, notes = tmp_path / "crawl.warc", tmp_path / "notes"
    write_archive(archive)
    kill_when(start(archive, dataset, notes), notes, 100)
    stamp = archive.stat().st_mtime_ns
    write_archive(archive, says="a library")
    os.utime(archive, ns=(stamp, stamp))
    assert start(archive, dataset, notes).wait(100) == 0
    assert all("a library" in row["text"] for row in dataset.rows("articles"))
    assert len(dataset.rows("articles")) == PAGES


def test_what_was_kept_is_not_taken_by_other_settings_and_goes_with_the_commit(
    dataset: Dataset, tmp_path: Path
):
    archive, notes = tmp_path / "crawl.warc", tmp_path / "notes"
    write_archive(archive)
    kill_when(start(archive, dataset, notes), notes, 100)
    assert list(dataset.root.glob("staging/*/*.outcomes"))
    dataset.ingest(archive, extract__min_chars=100_000)
    assert {row["reason"] for row in dataset.rows("rejects")} == {"too_short"}
    assert len(dataset.rows("rejects")) == PAGES
    assert not list(dataset.root.glob("staging/*/*.outcomes"))
