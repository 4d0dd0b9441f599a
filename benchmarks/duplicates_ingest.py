"""What ``newsbeam ingest`` of 10,000 new articles costs beside datasets of different sizes.

    python -m benchmarks.duplicates_ingest FOLDER COUNT

FOLDER holds the corpus that ``benchmarks.duplicates_scale make`` wrote. Its first COUNT texts
become a dataset, in commits of 50,000, as an earlier month would have left it; the 10,000 after
them are lines of JSON with text, URL and date, which the command ingests in one pass: read,
cleaned, measured, looked up by URL and by text, compared nearly, written and committed.
"""

import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.duplicates_scale import NEW_ARTICLES, SITES, Texts
from benchmarks.measure import run
from newsbeam.transforms.core.identity import article_id, digest
from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.writer import to_ledger, write_shard

_COMMIT = 50_000
_DAYS = 20


def url_of(number: int) -> str:
    """Return the address of a text of the corpus."""
    return f"https://paper{number % SITES}.example/news/{number}"


def known_articles(texts: Texts, start: int, stop: int, now: datetime) -> Iterator[Article]:
    """Yield the rows of these texts, with the columns that a later pass looks at."""
    for number in range(start, stop):
        url = url_of(number)
        identity = article_id(url, "")
        at = now - timedelta(days=1 + number % _DAYS)
        yield Article(
            article_id=identity,
            url=url,
            canonical_url=url,
            requested_url=url,
            domain=f"paper{number % SITES}.example",
            host=f"paper{number % SITES}.example",
            text=texts[number],
            language="en",
            language_confidence=1.0,
            published_at=at,
            fetched_at=at,
            first_seen_at=at,
            word_count=0,
            char_count=0,
            sentence_count=0,
            reading_minutes=0,
            completeness="full",
            cluster_id=identity,
            content_hash=digest("made", str(number)),
            extractor="made",
            source_kind="jsonl",
            source_ref=f"/made.jsonl#{number}",
            pipeline_version="0",
        )


def make_dataset(folder: Path, count: int) -> Path:
    """Write the dataset of the first ``count`` texts, unless it is there."""
    root = folder / f"dataset-{count}"
    texts, settings, now = Texts(folder), DatasetSettings(), datetime.now(UTC)
    for number in range(head(str(root)), count // _COMMIT):
        unit = f"made{number:04d}"
        placed = defaultdict(list)
        for row in known_articles(texts, number * _COMMIT, (number + 1) * _COMMIT, now):
            placed[partition_of("articles", row)].append(row)
        staged = [
            write_shard(str(root), unit, "articles", partition, rows, settings)
            for partition, rows in placed.items()
        ]
        commit_unit(str(root), unit, staged, {}, base=number, info={}, settings=settings)
    return root


def write_new(folder: Path, count: int) -> Path:
    """Write the 10,000 texts after the first ``count`` as lines of JSON."""
    texts, path = Texts(folder), folder / f"new-{count}.jsonl"
    day = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    with path.open("w", encoding="utf-8") as file:
        for number in range(count, count + NEW_ARTICLES):
            row = {"url": url_of(number), "published_at": day, "text": texts[number]}
            file.write(json.dumps(row) + "\n")
    return path


def ingest(folder: Path, count: int) -> dict[str, float]:
    """Ingest the new articles into a copy of the dataset and return what it took."""
    root, new = make_dataset(folder, count), write_new(folder, count)
    copy = folder / f"copy-{count}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(
        root, copy, copy_function=lambda source, target: Path(target).hardlink_to(source)
    )
    command = [sys.executable, "-m", "newsbeam", "ingest", str(new), "--output", str(copy)]
    measured = run([*command, "--set", f"passes.max_bytes={1 << 30}", "--log-format", "json"])
    if measured.code:
        raise SystemExit(measured.err)
    ledger = to_ledger(read_commits(str(copy))[-1].ledger)
    shutil.rmtree(copy)
    counts = {kind: tally.count for (kind, _), tally in ledger.items()}
    return {
        "wall_s": measured.wall_s,
        "cpu_s": measured.cpu_s,
        "peak_mb": measured.peak_mb,
        "written": counts["written"],
        "near": counts.get("near_duplicate", 0),
    }


if __name__ == "__main__":
    print(json.dumps(ingest(Path(sys.argv[1]), int(sys.argv[2]))))
