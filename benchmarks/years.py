"""A dataset after years: what a pass, a commit and an audit cost beside those in a new one.

The past is made by the product's own functions: articles in large passes, then many small commits
with upkeep between them, as ``watch`` does it. Then whole commands are measured, and each figure is
a ratio within this one run. The past lies in memory where there is room (/dev/shm), since CPU is
what is compared.

    python -m benchmarks.years --commits 100000 --articles 30000000 > benchmarks/results/years.md
"""

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import Measured, machine
from benchmarks.measure import run as run_command
from newsbeam.transforms.core.identity import article_id, content_hash, source_identity
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Article, Poll
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.layout import partition_of, split_data_path
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dataset.writer import write_shard
from newsbeam.transforms.dedup.exact import entry_of

FEEDS = 23  # as many as the newsroom has
ROWS = 4  # articles of a small commit
BULK = 20_000  # articles of a large one
PASS, LARGE_PASS = 100, 10_000  # articles of the passes that are measured
UPKEEP_EVERY = 1  # commits, as `watch` does it after each round
BULKS = 8  # large commits between two upkeeps
RUNS = 2  # of each command; the least CPU counts
START = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lmnrstx"]


def make_articles(name: str, count: int, at: datetime) -> Iterator[Article]:
    """Yield articles with words of their own."""
    draw = random.Random(name)
    for number in range(count):
        url = f"https://news.example/{name}/{number}"
        text = " ".join(draw.choices(_WORDS, k=40))
        text_hash = content_hash(text)
        identity = article_id(url, text_hash)
        yield Article(
            article_id=identity,
            url=url,
            canonical_url=url,
            requested_url=url,
            domain="news.example",
            host="news.example",
            text=text,
            language="en",
            language_confidence=1.0,
            published_at=at,
            fetched_at=at,
            first_seen_at=at,
            word_count=40,
            char_count=len(text),
            sentence_count=1,
            reading_minutes=1,
            completeness="full",
            cluster_id=identity,
            content_hash=text_hash,
            extractor="benchmark",
            source_kind="jsonl",
            source_ref=f"{name}.jsonl#{number}",
            source_id=None,
            pipeline_version="0",
        )


def commit(root: str, unit: str, articles: list[Article], polls: list[Poll]) -> None:
    """Commit rows as a pass would that has judged them."""
    settings = DatasetSettings()
    placed: dict[tuple[str, str], list[Article | Poll]] = {}
    for article in articles:
        placed.setdefault(("articles", partition_of("articles", article)), []).append(article)
    if polls:
        placed["feeds", ""] = list(polls)
    staged = [write_shard(root, unit, *place, rows, settings) for place, rows in placed.items()]
    entries = Tally.of(map(entry_of, articles))
    asked = Tally.of(source_identity(poll.source_ref) for poll in polls)
    events = {(kind, ""): entries for kind in ("entries", "admitted", "fetched")}
    events |= {(kind, ""): asked for kind in ("polled", "changed")}
    commit_unit(root, unit, staged, events, base=head(root), info={}, settings=settings)


def small_commit(root: str, number: int) -> None:
    """Commit what a pass over the newsroom's feeds brings."""
    at = START + timedelta(minutes=number)
    polls = [
        Poll(
            source_ref=f"https://{feed}.news.example/feed",
            source_kind="feed",
            polled_at=at,
            outcome="changed",
            entries=20,
            entry_keys=tuple(f"{feed}-{key}" for key in range(20)),
        )
        for feed in range(FEEDS)
    ]
    commit(root, f"s{number:09d}", list(make_articles(f"s{number}", ROWS, at)), polls)


class Past:
    """A dataset with many small commits, made with upkeep between them."""

    def __init__(self, root: str, commits: int) -> None:
        self.commit_s: list[float] = []
        self.upkeep_s = 0.0
        self.most_files = self.most_records = 0  # seen after an upkeep
        for number in range(commits):
            began = time.process_time()
            small_commit(root, number)
            self.commit_s.append(time.process_time() - began)
            if number % UPKEEP_EVERY == UPKEEP_EVERY - 1:
                began = time.process_time()
                keep_up(root, DatasetSettings())
                self.upkeep_s += time.process_time() - began
            if number % 50 == 49:
                self.look(root)

    def look(self, root: str) -> None:
        """Note how many files and records a reader needs."""
        state = load_state(open_storage(root))
        files = Counter(split_data_path(file.path) for file in state.files())
        parts = state.checkpoint.parts if state.checkpoint else ()
        most = max(count for (table, _), count in files.items() if table != "index")
        self.most_files = max(self.most_files, most)
        self.most_records = max(self.most_records, len(state.commits) + len(parts) + 1)

    def typical(self, around: int, width: int = 50) -> float:
        """Return the median CPU of the commits around one, in seconds."""
        first = max(0, around - width)
        return statistics.median(self.commit_s[first : around + width] or self.commit_s)


def known_articles(root: str, count: int) -> None:
    """Make a dataset that knows ``count`` articles; the last large pass is younger than 30 days."""
    bulks = max(1, count // BULK)
    for number in range(bulks):
        rows = min(BULK, count - number * BULK)
        age = timedelta(days=1 if number == bulks - 1 else 60 + 3 * (bulks - number) % 3000)
        at = datetime.now(UTC) - age
        commit(root, f"b{number:09d}", list(make_articles(f"b{number}", rows, at)), [])
        if number % BULKS == BULKS - 1:
            keep_up(root, DatasetSettings())
    keep_up(root, DatasetSettings())


def newsbeam(*arguments: str, memory: bool = False) -> Measured:
    """Run a command and return what it took."""
    done = run_command([sys.executable, "-m", "newsbeam", *arguments], memory=memory)
    if done.code:
        raise RuntimeError(f"newsbeam {' '.join(arguments)}: {done.err or done.out}")
    return done


def write_input(path: Path, name: str, count: int) -> str:
    """Write new articles as JSON lines."""
    at = datetime.now(UTC)
    with path.open("w") as file:
        for article in make_articles(name, count, at):
            row = {"url": article.url, "title": article.article_id, "text": article.text * 8}
            file.write(json.dumps({**row, "published_at": at.isoformat()}) + "\n")
    return str(path)


def ingest(folder: Path, root: str, name: str, count: int, *, memory: bool = False) -> Measured:
    """Read new articles into a copy of nothing less than the whole dataset."""
    source = write_input(folder / f"{name}.jsonl", name, count)
    return newsbeam("ingest", source, "--output", root, memory=memory)


def compare(folder: Path, roots: dict[str, str], count: int) -> dict[str, float]:
    """Return the least CPU of passes into each of two datasets, measured in turns."""
    found: dict[str, list[float]] = {label: [] for label in roots}
    for turn in range(RUNS):
        for label, root in roots.items():
            name = f"pass-{label}-{count}-{turn}"
            found[label].append(ingest(folder, root, name, count).cpu_s)
    return {label: min(seconds) for label, seconds in found.items()}


def main() -> int:
    """Run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=3000)
    parser.add_argument("--articles", type=int, default=1_000_000)
    arguments = parser.parse_args()
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(dir=place))
    try:
        measure(folder, arguments.commits, arguments.articles)
    finally:
        shutil.rmtree(folder)
    return 0


def measure(folder: Path, commits: int, articles: int) -> None:
    """Make the past, measure and print."""
    began = time.monotonic()
    young, old = str(folder / "young"), str(folder / "old")
    Past(young, 10)
    past = Past(old, commits)
    few, many = str(folder / "few"), str(folder / "many")
    known_articles(few, max(articles // 100, 1))
    known_articles(many, articles)
    print(f"# After {commits:,} commits and beside {articles:,} articles\n", flush=True)
    print(f"`python -m benchmarks.years --commits {commits} --articles {articles}`, {machine()}.\n")

    state = load_state(open_storage(old))
    partitions = Counter(split_data_path(file.path) for file in state.files())
    checked = {
        label: min(newsbeam("check", root, "--since", str(head(root) - 1)).cpu_s for _ in range(2))
        for label, root in (("young", young), ("old", old))
    }
    fresh = str(folder / "fresh")
    Past(fresh, 0)
    one = compare(folder, {"old": old, "fresh": fresh}, 1)
    small = compare(folder, {"old": old, "young": young}, PASS)
    large = {
        label: ingest(folder, root, f"large-{label}", LARGE_PASS, memory=True)
        for label, root in (("few", few), ("many", many))
    }
    share = past.upkeep_s / (small["young"] * commits + past.upkeep_s)
    rows = [
        (
            f"CPU of a pass of {PASS} new articles, beside the same after 10 commits",
            f"{small['old']:.2f} s / {small['young']:.2f} s",
            small["old"] / small["young"],
            1.2,
        ),
        (
            "CPU of a commit, the last beside the 100th",
            f"{1e3 * past.typical(commits):.1f} ms / {1e3 * past.typical(100):.1f} ms",
            past.typical(commits) / past.typical(100),
            1.2,
        ),
        (
            f"CPU of a pass of {LARGE_PASS:,} articles beside all known, beside a hundredth",
            f"{large['many'].cpu_s:.1f} s / {large['few'].cpu_s:.1f} s",
            large["many"].cpu_s / large["few"].cpu_s,
            1.4,
        ),
        (
            "… peak memory of that",
            f"{large['many'].peak_mb:.0f} MB / {large['few'].peak_mb:.0f} MB",
            large["many"].peak_mb / large["few"].peak_mb,
            1.2,
        ),
        (
            "CPU of an ingest of one article after all commits, beside a new dataset",
            f"{one['old']:.2f} s / {one['fresh']:.2f} s",
            one["old"] / one["fresh"],
            1.15,
        ),
        (
            "CPU of `check --since` of one commit, beside after 10 commits",
            f"{checked['old']:.2f} s / {checked['young']:.2f} s",
            checked["old"] / checked["young"],
            2.0,
        ),
    ]
    print("| What | | ratio | to reach |\n|---|---:|---:|---:|")
    for what, figures, ratio, least in rows:
        print(f"| {what} | {figures} | {ratio:.2f} | ≤ {least} |")
    print(f"| Files in a partition that a reader needs, at most | {past.most_files} | | ≤ 3 |")
    print(f"| Runs of the index | {partitions['index', '']} | | |")
    print(
        f"| Records and parts of the log that it needs, at most | {past.most_records} | | ≤ 200 |"
    )
    print(f"| Share of CPU that upkeep takes beside such passes | {share:.1%} | | ≤ 15 % |")
    print(f"\n{FEEDS} feeds and {ROWS} articles a commit, upkeep after each;")
    print(f"{(time.monotonic() - began) / 60:.0f} minutes in all.\n")
    print(f"ratio: {max(ratio for _, _, ratio, _ in rows):.2f}")


if __name__ == "__main__":
    sys.exit(main())
