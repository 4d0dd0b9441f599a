"""Kill writers with SIGKILL, again and again, while a reader looks on: nothing lost, twice or torn.

Two writers commit overlapping units into one dataset while a third process keeps it up: merges
files, folds the log, gives runs of the index their keys. One of the three is killed at a random
moment and started again, as often as asked for. A reader counts rows all the while, with a glob in
DuckDB and by the commit log. In the end each unit whose commit was acknowledged must stand, each
entry of each unit must have exactly one outcome, and the audit must find no fault.

In a bucket (``--store s3``: SeaweedFS on this machine) the reader lists and opens objects itself.
Files of a folder that is just being merged may be missing there, but no row may be seen twice, none
that is not committed, and by the log all of them.

    python -m benchmarks.kill9 --kills 500 > benchmarks/results/kill9.md
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas  # noqa: F401 - pyarrow would load it in each writer
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import machine
from newsbeam.transforms.core.identity import article_id, content_hash, entry_id, reject_id
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Article, Duplicate, Reject, Unchanged
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset import bucket  # noqa: F401 - each writer would load it
from newsbeam.transforms.dataset.audit import audit_dataset
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.layout import STAGING, partition_of
from newsbeam.transforms.dataset.log import head, live_files, open_data, read_commits, read_data
from newsbeam.transforms.dataset.rebuild import rebuild_index
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dataset.writer import write_shard
from newsbeam.transforms.dedup.exact import entry_of, settle_same_text, settle_same_url
from tests.support.buckets import Pointed, Server, new_url

WRITERS = 2
ENTRIES = 12  # of a unit
SLUGS = 3000  # URLs that all units draw from, so that they meet
STORES = ("disk", "s3")
#: A process is killed within so many times what a new writer needs for its first commit.
LIFE = 1.5
FIRST_S = 120.0  # in which that must stand
#: In a bucket, commits that are younger are not merged: a minute, if nobody is in a hurry.
GRACE_S = 5.0
REBUILD_EVERY = 50  # kills; the index is made anew while a writer lives
REBUILD_S = 300.0  # in which it must be done, on a machine under load
UPKEEP = WRITERS  # the number of the process that keeps the dataset up
GROUP_ROWS = 64  # rows that make a run of the index a large one, so that there are some
EVERY = 8  # commits after which the log is folded
START = datetime(2026, 11, 1, tzinfo=UTC)
TABLES: dict[type, str] = {
    Article: "articles",
    Duplicate: "duplicates",
    Reject: "rejects",
    Unchanged: "index",
}


def inputs(unit: str) -> Iterator[Article | Reject]:
    """Yield what a unit reads: articles of shared URLs, some changed, some reprinted, and rejects.

    Each entry has an identity of its own, so that its one outcome can be looked for.
    """
    draw = random.Random(unit)
    for place in range(ENTRIES):
        slug = draw.randrange(SLUGS)
        url = f"https://news.example/{slug}"
        at = START + timedelta(hours=slug % 96)
        entry = {"source_kind": "feed", "source_ref": "https://news.example/feed"}
        source_id = f"{unit}/{place}"
        if draw.random() < 0.15:
            identity = entry_id(**entry, source_id=source_id, url=url)
            yield Reject(
                reject_id=reject_id("fetch", "timeout", identity),
                stage="fetch",
                reason="timeout",
                detail="The deadline passed.",
                url=url,
                source_id=source_id,
                rejected_at=at,
                **entry,
            )
            continue
        # Of ten URLs, two have the same text; of each text there are three versions.
        text = f"Story {slug // 10 * 9 + slug % 9}, version {draw.choice('1112')}. " * 20
        text_hash = content_hash(text)
        yield Article(
            article_id=article_id(url, text_hash),
            url=url,
            canonical_url=url,
            requested_url=url,
            domain="news.example",
            host="news.example",
            text=text,
            language="en" if slug % 3 else "de",
            language_confidence=1.0,
            published_at=at,
            fetched_at=at,
            first_seen_at=at,
            word_count=80,
            char_count=len(text),
            sentence_count=20,
            reading_minutes=1,
            completeness="full",
            cluster_id=article_id(url, text_hash),
            content_hash=text_hash,
            extractor="benchmark",
            source_id=source_id,
            pipeline_version="0",
            **entry,
        )


def judge(root: str, base: int, rows: list[Article | Reject]) -> list[Any]:
    """Return the outcomes of a unit's rows at commit ``base``, as the pipeline would."""
    reader = IndexReader(root, base)
    outcomes: list[Any] = [row for row in rows if isinstance(row, Reject)]
    by_id, by_text = defaultdict(list), defaultdict(list)
    for row in rows:
        if isinstance(row, Article):
            by_id[row.article_id].append(row)
    known = reader.lookup_articles(list(by_id))
    for identity, group in by_id.items():
        for outcome in settle_same_url(group, known.get(identity)):
            if isinstance(outcome, Article):
                by_text[outcome.content_hash].append(outcome)
            else:
                outcomes.append(outcome)
    texts = reader.lookup_texts(list(by_text))
    for text, group in by_text.items():
        outcomes += settle_same_text(group, texts.get(text))
    return outcomes


def entries_of(unit: str) -> list[str]:
    """Return the identity of each entry of a unit."""
    return [
        entry_id(row.source_kind, row.source_ref, row.source_id, row.url)
        if isinstance(row, Reject)
        else entry_of(row)
        for row in inputs(unit)
    ]


def write(root: str, writer: int, control: str) -> None:
    """Commit one unit after the other, from the first that has no commit, until told to stop."""
    settings = DatasetSettings()
    recover(root, settings)
    done = {commit.unit for commit in load_state(open_storage(root)).history()}
    number = 0
    while not (Path(control) / "stop").exists():
        number += 1
        unit = f"w{writer}-{number:06d}"
        if unit in done:
            continue
        base = head(root)
        placed = defaultdict(list)
        rows = list(inputs(unit))
        for row in judge(root, base, rows):
            table = TABLES[type(row)]
            placed[table, partition_of(table, row)].append(row)
        staged = [write_shard(root, unit, *place, rows, settings) for place, rows in placed.items()]
        entries, fetched = Tally.of(entries_of(unit)), [r for r in rows if isinstance(r, Article)]
        events = {
            ("entries", ""): entries,
            ("admitted", ""): entries,
            ("fetched", ""): Tally.of(entry_of(row) for row in fetched),
        }
        commit_unit(root, unit, staged, events, base=base, info={}, settings=settings)
        with (Path(control) / "acknowledged").open("a") as log:
            log.write(f"{unit}\n")


def keep(root: str, control: str) -> None:
    """Keep the dataset up until told to stop."""
    while not (Path(control) / "stop").exists():
        done = keep_up(root, DatasetSettings())
        with (Path(control) / "kept").open("a") as log:
            log.write(f"{bool(done.merged):d} {done.folded:d}\n")
        time.sleep(0.02)


def read(root: str, control: str) -> None:
    """Look at the dataset until told to stop; what is wrong goes to a file."""
    storage = open_storage(root)
    looks, again, least, faults = 0, 0, 0, []
    while not faults and not (Path(control) / "stop").exists():
        present = storage.walk("articles")
        if not present:
            time.sleep(0.01)
            continue
        try:
            rows, distinct = count_by_glob(root, storage, present)
            state = load_state(storage)
            files = state.files("articles")
            counted = 0
            for file in files[-20:]:
                with open_data(storage, file) as parquet:
                    counted += parquet.read(columns=["article_id"]).num_rows - file.rows
        except FileNotFoundError:
            # Compaction took a file that was listed: the reader is told, and looks again.
            again += 1
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader must see none
            faults.append(f"reading failed: {error}")
            break
        if rows != distinct:
            faults.append(f"{rows} rows, {distinct} distinct")
        stand = rows if storage.folders else sum(file.rows for file in files)
        if stand < least:
            faults.append(f"{least} rows became {stand}")
        if counted:
            faults.append("a file has other rows than its commit says")
        commits = read_commits(root)
        if unknown := set(present) - {file.path for each in commits for file in each.files}:
            faults.append(f"no commit names {sorted(unknown)[0]}")
        looks, least = looks + 1, stand
    (Path(control) / "reader").write_text("\n".join([str(looks), str(again), *faults]))


def count_by_glob(root: str, storage: Storage, present: list[str]) -> tuple[int, int]:
    """Return the rows and the distinct rows that a reader of files sees who knows no log.

    Raises ``FileNotFoundError`` if a file that was listed is gone.
    """
    keys = ["article_id", "revision"]
    if storage.folders is None:  # DuckDB's reader of S3 is an extension, to be had online
        parts = [pq.read_table(storage.open(path), columns=keys) for path in present]
        rows = pa.concat_tables(parts)
        return rows.num_rows, rows.group_by(keys).aggregate([]).num_rows
    glob = Path(root) / "articles" / "**" / "*.parquet"
    query = f"select count(*), count(distinct ({', '.join(keys)})) from '{glob}'"
    try:
        ((rows, distinct),) = duckdb.sql(query).fetchall()
    except duckdb.IOException as error:
        if "No such file" in str(error):
            raise FileNotFoundError(str(error)) from error
        raise
    return rows, distinct


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """What was left after all the kills."""

    kills: int
    life_s: float  # of a process, at most
    states: Counter[str]  # what a killed writer left behind
    commits: int
    rows: dict[str, int]
    looks: int
    again: int  # looks that found a file gone that was listed
    merges: int
    checkpoint: int  # the commit of the newest
    seconds: float
    faults: list[str]


def early(do: Callable[..., None], *arguments: Any) -> None:
    """Do it where checkpoints, merges and large runs of the index come after few commits."""
    folder = "newsbeam.transforms.dataset"
    for name in ("encoding", "keys", "index", "upkeep"):
        vars(sys.modules[f"{folder}.{name}"])["INDEX_GROUP_ROWS"] = GROUP_ROWS
    for name in ("commits", "upkeep"):
        vars(sys.modules[f"{folder}.{name}"])["fold_log"] = partial(fold_log, least=EVERY)
    vars(sys.modules[f"{folder}.commits"])["EVERY"] = EVERY
    vars(sys.modules[f"{folder}.compact"])["GRACE_S"] = GRACE_S
    do(*arguments)


def rebuild(root: str) -> None:
    """Make the index anew."""
    rebuild_index(root, DatasetSettings())


def survive(root: str, control: str, kills: int, seed: int) -> Survival:
    """Kill writers ``kills`` times and return what is left."""
    draw = random.Random(seed)
    # Forking saves each writer half a second of imports, and the one that is forked has no threads.
    processes = multiprocessing.get_context("forkserver")
    ours = [name for name in sys.modules if name.startswith("newsbeam.")]
    processes.set_forkserver_preload([*ours, "duckdb", "pandas"])
    begun = time.monotonic()

    def launch(*what: Any) -> Any:
        process = processes.Process(target=early, args=what)
        process.start()
        return process

    def start(number: int) -> Any:
        if number == UPKEEP:
            return launch(keep, root, control)
        return launch(write, root, number, control)

    reader = launch(read, root, control)
    writers = [start(number) for number in range(WRITERS + 1)]
    states: Counter[str] = Counter()
    faults = []
    life_s = LIFE * first_commit_s(control)
    for kill in range(1, kills + 1):
        time.sleep(draw.uniform(0, life_s))
        victim = draw.randrange(WRITERS + 1)
        if writers[victim].exitcode:
            faults.append("a writer failed by itself")
        writers[victim].kill()
        writers[victim].join(60)
        states["in upkeep" if victim == UPKEEP else left_by(root, victim)] += 1
        writers[victim] = start(victim)
        if kill % REBUILD_EVERY == 0:
            rebuilding = launch(rebuild, root)
            rebuilding.join(REBUILD_S)
            if rebuilding.exitcode != 0:
                faults.append(f"making the index anew ended with {rebuilding.exitcode}")
    (Path(control) / "stop").touch()
    for process in [*writers, reader]:
        process.join(120)
    codes = [process.exitcode for process in [*writers, reader]]

    recover(root, DatasetSettings())
    audit = audit_dataset(root)
    looks, again, *seen = (Path(control) / "reader").read_text().splitlines()
    return Survival(
        kills=kills,
        life_s=life_s,
        states=states,
        commits=audit.commits,
        rows=audit.rows,
        looks=int(looks),
        again=int(again),
        merges=sum(each.info.get("command") == "upkeep" for each in read_commits(root)),
        checkpoint=load_state(open_storage(root)).folded,
        seconds=time.monotonic() - begun,
        faults=[
            *faults,
            *(f"reader: {fault}" for fault in seen),
            *(f"audit: {fault}" for fault in audit.faults),
            *(f"{audit.unpublished} files unpublished" for _ in range(min(1, audit.unpublished))),
            *(f"a process ended with {code}" for code in codes if code),
            *lost_and_doubled(root, control),
        ],
    )


def first_commit_s(control: str) -> float:
    """Wait until a writer has said that its first commit stands; return how long that took."""
    begun = time.monotonic()
    while not (Path(control) / "acknowledged").stat().st_size:
        if time.monotonic() - begun > FIRST_S:
            raise SystemExit(f"No writer has committed anything in {FIRST_S:.0f} s.")
        time.sleep(0.01)
    return time.monotonic() - begun


def left_by(root: str, writer: int) -> str:
    """Return in which state the writer died."""
    storage = open_storage(root)
    left = [name for name in storage.names(STAGING) if name.startswith(f"w{writer}-")]
    if not left:
        return "with nothing staged"
    recent = {commit.unit for commit in read_commits(root, after=max(0, head(root) - 5))}
    return "committed, not all published" if recent & set(left) else "staged, not committed"


def lost_and_doubled(root: str, control: str) -> Iterator[str]:
    """Yield what is lost or there twice, by the entries of each unit."""
    commits = read_commits(root)
    units = [commit.unit for commit in commits if commit.unit.startswith("w")]
    acknowledged = set((Path(control) / "acknowledged").read_text().split())
    if lost := acknowledged - set(units):
        yield f"{len(lost)} acknowledged commits are gone"
    settled = defaultdict(list)
    for file in live_files(commits, "index"):
        rows = read_data(open_storage(root), file, ["unit", "entry_id"])
        for unit, entry in zip(*(rows[n].to_pylist() for n in ("unit", "entry_id")), strict=True):
            settled[unit].append(entry)
    for unit in units:
        if Counter(settled[unit]) != Counter(entries_of(unit)):
            yield f"the entries of {unit} do not have one outcome each"


def main() -> int:
    """Run and print a report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=STORES, default="disk")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        control = folder / "control"
        control.mkdir()
        (control / "acknowledged").touch()
        root = str(folder / "dataset")
        if arguments.store == "s3":
            server = Server(folder / "weed")
            stack.callback(server.kill)
            server.start()
            stack.enter_context(Pointed(server.port))
            root = new_url()
        found = survive(root, str(control), arguments.kills, arguments.seed)
    where = "" if arguments.store == "disk" else f" --store {arguments.store}"
    print(f"# {found.kills} times kill -9{', in a bucket' if where else ''}\n")
    print(
        f"`python -m benchmarks.kill9 --kills {found.kills} --seed {arguments.seed}{where}`, "
        f"{machine()}\n"
    )
    print(f"{WRITERS} writers with units of {ENTRIES} entries over {SLUGS} URLs, and upkeep;")
    print(f"killed after 0 to {found.life_s:.1f} s; {found.seconds:.0f} s in all.\n")
    print("| What | |\n|---|---|")
    for state, count in sorted(found.states.items()):
        print(f"| killed {state} | {count} |")
    print(f"| commits that stand | {found.commits} |")
    for table, rows in found.rows.items():
        print(f"| rows in {table}/ | {rows} |")
    print(f"| merges that stand | {found.merges} |")
    print(f"| newest checkpoint | {found.checkpoint} |")
    print(f"| times the reader looked | {found.looks} |")
    print(f"| … and was told that a file had just been replaced | {found.again} |")
    print(f"| faults: lost, twice, torn, or found by the audit | {len(found.faults)} |")
    for fault in found.faults[:20]:
        print(f"\n- {fault}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
