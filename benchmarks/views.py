"""The tables of Delta and Iceberg: what a version costs beside its commit, and what readers count.

A dataset with revisions, duplicates, upkeep and a forget in its history is written by the
product's own functions, and each table follows after each of them. Then each reader counts rows by
day and language, at the head and at an earlier version, and is compared with the log. DuckDB
and Spark are asked in environments of their own (``benchmarks.table_readers``).

    python -m benchmarks.views --rows 100000 > benchmarks/results/views.md
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ["POLARS_ICEBERG_PLANNER"] = "pyiceberg"

import polars as pl
from deltalake import DeltaTable

from benchmarks.articles import make_article
from benchmarks.measure import machine
from benchmarks.past import make_articles
from benchmarks.table_readers import Asked, Counts, ask_duckdb, ask_spark
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Article, Duplicate
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.audit import audit_dataset
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.layout import partition_of, partition_values, split_data_path
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dataset.writer import write_shard
from newsbeam.transforms.dedup.exact import duplicate_of, entry_of
from newsbeam.transforms.tables.catalogs import open_catalog
from newsbeam.transforms.tables.follow import follow_log

FORMATS = ("delta", "iceberg")
SETTINGS = DatasetSettings(tables=FORMATS)
COMMITS = 100
UPKEEP_EVERY, FORGET_AT = 20, 70
LANGUAGES = ("en", "de", "fr", "hi", "pt-BR")
REVISED, REPEATED = 0.05, 0.05  # shares of the rows of a commit
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Cost:
    """Seconds of a processor and of a clock, one of each for each call."""

    cpu_s: list[float] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)

    def of(self, call: Callable[[], object]) -> None:
        """Call, and note what it took."""
        cpu, wall = time.process_time(), time.monotonic()
        call()
        self.cpu_s.append(time.process_time() - cpu)
        self.wall_s.append(time.monotonic() - wall)


def make_rows(number: int, count: int, before: list[Article]) -> list[Article | Duplicate]:
    """Return what a pass gives: new articles of three days, revisions and duplicates."""
    at = START + timedelta(days=number // 4)
    revised, repeated = (int(share * count) if before else 0 for share in (REVISED, REPEATED))
    rows: list[Article | Duplicate] = []
    for place, each in enumerate(make_articles(f"c{number}", count - revised - repeated, at)):
        day = at - timedelta(days=place % 3)
        # What was forgotten is not read again.
        is_gone = number <= FORGET_AT and place % 50 == 0
        domain = "gone.example" if is_gone else "news.example"
        language = LANGUAGES[place % len(LANGUAGES)]
        rows.append(replace(each, published_at=day, language=language, domain=domain, host=domain))
    for place, old in enumerate(before[:revised]):
        kept = ("language", "published_at", "cluster_id", "domain", "host")
        rows.append(
            make_article(
                old.url or "",
                f"{old.text} Corrected.",
                at,
                source_ref=f"r{number}.jsonl#{place}",
                revision=old.revision + 1,
                supersedes=old.content_hash,
                **{name: getattr(old, name) for name in kept},
            )
        )
    for place, old in enumerate(before[revised : revised + repeated]):
        again = replace(old, source_ref=f"d{number}.jsonl#{place}")
        rows.append(duplicate_of(again, old, how="exact"))
    return rows


def commit_rows(root: str, number: int, rows: list[Article | Duplicate]) -> None:
    """Stage and commit rows, as a pass would that has judged them."""
    unit = f"c{number:05d}"
    placed: dict[tuple[str, str], list[Article | Duplicate]] = {}
    for row in rows:
        table = "articles" if isinstance(row, Article) else "duplicates"
        placed.setdefault((table, partition_of(table, row)), []).append(row)
    staged = [write_shard(root, unit, *place, some, SETTINGS) for place, some in placed.items()]
    entries = Tally.of(map(entry_of, rows))
    events = {(kind, ""): entries for kind in ("entries", "admitted", "fetched")}
    commit_unit(root, unit, staged, events, base=head(root), info={}, settings=SETTINGS)


@dataclass
class Written:
    """What was done to a dataset, and what it took."""

    commits: Cost = field(default_factory=Cost)
    follows: dict[str, Cost] = field(default_factory=lambda: {form: Cost() for form in FORMATS})
    replacing: dict[str, Cost] = field(default_factory=lambda: {form: Cost() for form in FORMATS})
    upkeeps: int = 0
    forgotten: int = 0
    earlier: int = 0  # a commit after the last upkeep and before others


def write_dataset(root: str, rows: int) -> Written:
    """Write the dataset, each table behind each commit."""
    done, before = Written(), list[Article]()
    for number in range(COMMITS):
        made = make_rows(number, rows // COMMITS, before)
        before = [each for each in made if isinstance(each, Article) and each.revision == 1]
        before = [each for each in before if each.domain != "gone.example"]
        done.commits.of(lambda made=made, number=number: commit_rows(root, number, made))
        for form in FORMATS:
            done.follows[form].of(lambda form=form: follow_log(root, form, SETTINGS))
        upkeep = number % UPKEEP_EVERY == UPKEEP_EVERY // 2
        if upkeep:
            keep_up(root, SETTINGS)
            done.upkeeps += 1
        if number == FORGET_AT:
            gone = forget(root, SETTINGS, domains=["gone.example"])
            done.forgotten = sum(gone.rows.values())
        if upkeep or number == FORGET_AT:
            for form in FORMATS:
                done.replacing[form].of(lambda form=form: follow_log(root, form, SETTINGS))
            done.earlier = head(root) + 3
    return done


def by_log(root: str, number: int | None = None) -> Counts:
    """Return rows by day and language, as the log has them."""
    counts: Counter[tuple[str, str]] = Counter()
    for file in load_state(open_storage(root), until=number).files("articles"):
        values = partition_values(*split_data_path(file.path))
        counts[values["date"], values["language"]] += file.rows
    return dict(counts)


def _count(frame: pl.LazyFrame) -> Counts:
    rows = frame.group_by("date", "language").agg(pl.col("text").count()).collect().rows()
    return {(str(day), language): count for day, language, count in rows}


def readings(root: str, number: int | None, folder: Path) -> Iterator[tuple[str, Counts | None]]:
    """Yield what each reader counts of the version that shows commit ``number``, or of the head."""
    history = DeltaTable(root).history()
    version = next(
        (each["version"] for each in history if each.get("newsbeam.commit") == str(number)), None
    )
    catalog = open_catalog(root, SETTINGS.iceberg)
    table = catalog.load_table(SETTINGS.iceberg.table)
    catalog.close()
    snapshot = next(
        (
            each.snapshot_id
            for each in table.metadata.snapshots
            if each.summary and each.summary.additional_properties["newsbeam.commit"] == str(number)
        ),
        None,
    )
    columns = ["date", "language", "text"]
    found = DeltaTable(root, version=version).to_pyarrow_table(columns=columns)
    yield "Delta, deltalake", _count(pl.LazyFrame(found))
    yield "Delta, Polars", _count(pl.scan_delta(root, version=version))
    place = table.metadata_location
    scanned = table.scan(snapshot_id=snapshot, selected_fields=tuple(columns)).to_arrow()
    yield "Iceberg, pyiceberg", _count(pl.LazyFrame(scanned))
    yield "Iceberg, Polars", _count(pl.scan_iceberg(place, snapshot_id=snapshot))
    asked: list[Asked] = [("iceberg", place, snapshot), ("delta", root, version)]
    # DuckDB's extension of Delta reads the head alone.
    for_duckdb = asked if version is None else asked[:1]
    for name, answers in (
        ("DuckDB", ask_duckdb(folder, for_duckdb)),
        ("Spark", ask_spark(folder, asked)),
    ):
        yield from zip((f"Iceberg, {name}", f"Delta, {name}"), answers, strict=False)


def main() -> int:
    """Print the tables; 1 if a reader counts something else than the log."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        root = f"{folder}/news"
        done = write_dataset(root, rows)
        faults = audit_dataset(root).faults
        stands = sum(by_log(root).values())
        print("# Tables of Delta and Iceberg\n")
        print(f"    python -m benchmarks.views --rows {rows}\n")
        print(
            f"{machine()}. {COMMITS} commits of {rows // COMMITS:,} rows, a twentieth of them "
            f"revisions and a twentieth duplicates; upkeep {done.upkeeps} times; a forget of a "
            f"domain, {done.forgotten:,} rows of all tables. {stands:,} articles stand. "
            f"The audit finds {len(faults)} faults.\n"
        )
        for fault in faults[:5]:
            print(fault, file=sys.stderr)
        print("## A version beside its commit\n")
        print("Milliseconds: CPU of all threads (median), and the clock (median).\n")
        print("| What | CPU | Clock | CPU, of the commit's |\n|---|---:|---:|---:|")
        base = statistics.median(done.commits.cpu_s)
        kinds = {"write and commit": done.commits}
        kinds |= {f"{form.title()}: a version": done.follows[form] for form in FORMATS}
        kinds |= {
            f"{form.title()}: after upkeep or forget": done.replacing[form] for form in FORMATS
        }
        for name, cost in kinds.items():
            cpu, wall = statistics.median(cost.cpu_s), statistics.median(cost.wall_s)
            print(f"| {name} | {cpu * 1000:.0f} | {wall * 1000:.0f} | {cpu / base:.2f} |")
        first, last = (
            {form: statistics.median(done.follows[form].cpu_s[part]) for form in FORMATS}
            for part in (slice(0, 20), slice(-20, None))
        )
        grown = ", ".join(f"{form.title()} {last[form] / first[form]:.2f}" for form in FORMATS)
        print(f"\nThe last 20 versions beside the first 20, CPU: {grown}.")
        sizes = {"_delta_log": 0, "iceberg": 0}
        for name in sizes:
            sizes[name] = sum(f.stat().st_size for f in Path(root, name).rglob("*") if f.is_file())
        data = sum(file.bytes for file in load_state(open_storage(root)).files("articles"))
        told = ", ".join(f"`{name}/` {size / 1e6:.2f} MB" for name, size in sizes.items())
        print(f"On the disk: {told}, beside {data / 1e6:.0f} MB of articles.\n")
        print("## What readers count, by day and language\n")
        print("| Reader | Version | Rows | Folders | As the log |\n|---|---|---:|---:|---|")
        for number, name in ((None, "head"), (done.earlier, f"of commit {done.earlier}")):
            truth = by_log(root, number)
            for reader, counts in readings(root, number, Path(folder) / "readers"):
                if counts is None:
                    print(f"| {reader} | {name} | | | not run |")
                    continue
                wrong += counts != truth
                verdict = "yes" if counts == truth else "**no**"
                print(
                    f"| {reader} | {name} | {sum(counts.values()):,} | {len(counts)} | {verdict} |"
                )
    return 1 if wrong or faults else 0


if __name__ == "__main__":
    sys.exit(main())
