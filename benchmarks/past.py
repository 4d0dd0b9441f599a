"""A past for a dataset: many small commits, and an index of many articles, made by the product.

Also runs as it is under an older build, for which ``benchmarks.years`` takes the names of its
packages out; so it uses what both have, and is told what only one has.

    python -m benchmarks.past ROOT COMMITS ARTICLES
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.articles import make_article
from newsbeam.transforms.core.identity import source_identity
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Article, Poll
from newsbeam.transforms.core.schema import SCHEMA_VERSION, file_schema
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.log import Commit, append_commit, head
from newsbeam.transforms.dataset.recovery import finish
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.writer import write_rows, write_shard
from newsbeam.transforms.dedup.exact import entry_of
from newsbeam.transforms.dedup.signatures import ALGORITHM

FEEDS = 23  # as many as the newsroom has
ROWS = 4  # articles of a commit
#: Commits that bring articles and a poll of each feed; of those after them one in so many does, and
#: the others are rounds in which one feed was due and had nothing new.
FULL, FULL_EVERY = 3000, 50
LAST = 100  # commits that are full again, so that they can be compared with the first ones
#: Rows of a run of the index: such a file has about 128 MB, and upkeep merges it no more.
RUN = 320_000
YOUNG = 20_000  # articles that near-duplicates are looked for among
START = datetime(2026, 1, 1, tzinfo=UTC)
#: Years pass in an hour here: what was replaced is needed for as long as a pass takes.
SETTINGS = DatasetSettings(staging_ttl_s=60)
_WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lmnrstx"]
_ANCHORS = 36  # of the signature of a text of 40 words


def make_articles(name: str, count: int, at: datetime) -> Iterator[Article]:
    """Yield articles with words of their own."""
    draw = random.Random(name)
    for number in range(count):
        text = " ".join(draw.choices(_WORDS, k=40))
        ref = f"{name}.jsonl#{number}"
        yield make_article(f"https://news.example/{name}/{number}", text, at, source_ref=ref)


def commit_rows(root: str, unit: str, articles: list[Article], polls: list[Poll]) -> None:
    """Commit rows as a pass would that has judged them."""
    placed: dict[tuple[str, str], list[Article | Poll]] = {}
    for article in articles:
        placed.setdefault(("articles", partition_of("articles", article)), []).append(article)
    placed["feeds", ""] = list(polls)
    staged = [
        write_shard(root, unit, *place, rows, SETTINGS) for place, rows in placed.items() if rows
    ]
    entries = Tally.of(map(entry_of, articles))
    asked = Tally.of(source_identity(poll.source_ref) for poll in polls)
    events = {(kind, ""): asked for kind in ("polled", "changed") if polls}
    events |= {(kind, ""): entries for kind in ("entries", "admitted", "fetched") if articles}
    commit_unit(root, unit, staged, events, base=head(root), info={}, settings=SETTINGS)


def is_full(number: int, commits: int) -> bool:
    """Return whether a commit brings articles and a poll of each feed."""
    return number < FULL or number % FULL_EVERY == 0 or number >= commits - LAST


def small_commit(root: str, number: int, *, full: bool) -> None:
    """Commit what a round over the feeds brings."""
    at = START + timedelta(minutes=number)
    feeds = range(FEEDS) if full else [number % FEEDS]
    polls = [
        Poll(
            source_ref=f"https://{feed}.news.example/feed",
            source_kind="feed",
            polled_at=at,
            outcome="changed",
            entries=20,
            entry_keys=tuple(f"{feed}-{key}" for key in range(20)),
        )
        for feed in feeds
    ]
    articles = list(make_articles(f"s{number}", ROWS, at)) if full else []
    commit_rows(root, f"s{number:09d}", articles, polls)


def many_commits(
    root: str, commits: int, after: Callable[[int], None] = lambda _number: None
) -> dict[int, float]:
    """Make small commits; return the CPU seconds of each full one, by number from 0 on.

    ``after`` is called with the number of each.
    """
    took = {}
    for number in range(commits):
        full = is_full(number, commits)
        began = time.process_time()
        small_commit(root, number, full=full)
        if full:
            took[number] = time.process_time() - began
        after(number)
    return took


def known_articles(
    root: str, count: int, young: int, write: Callable[..., Any], after: Callable[[], None]
) -> None:
    """Let a dataset know ``count`` articles more than ``young`` ones, which are of yesterday.

    The old ones stand in the index alone, in runs of the size that upkeep leaves, which ``write``
    writes: passes over new articles do not look at the rows of old ones. ``after`` is called
    after each run.
    """
    draw = np.random.default_rng(count)
    storage, done = open_storage(root), 0
    signatures = signatures_of_texts(draw, min(RUN, count))
    while done < count:
        number, unit = head(root) + 1, f"b{done:09d}"
        at = datetime.now(UTC) - timedelta(days=60 + 3000 * (count - done) / count)
        rows = _index_rows(draw, unit, min(RUN, count - done), at, signatures)
        run = write(storage, unit, rows)
        commit = Commit(
            number=number,
            unit=unit,
            base=number - 1,
            schema_version=SCHEMA_VERSION,
            committed_at=datetime.now(UTC),
            info={},
            files=(run,),
        )
        append_commit(storage, commit)
        finish(storage, commit, ())
        done += rows.num_rows
        after()
    at = datetime.now(UTC) - timedelta(days=1)
    commit_rows(root, "young", list(make_articles("young", young, at)), [])


def _index_rows(
    draw: np.random.Generator, unit: str, count: int, at: datetime, signatures: pa.Array
) -> pa.Table:
    """Return rows of the index of articles that were written."""
    articles = identities(draw, count)
    columns = {
        "entry_id": identities(draw, count),
        "url_id": identities(draw, count),
        "article_id": articles,
        "content_hash": identities(draw, count),
        "cluster_id": articles,
        "canonical_url": pa.array([f"https://news.example/{unit}/{n}" for n in range(count)]),
        "signature": signatures.slice(0, count),
    }
    values = {
        "outcome": "written",
        "revision": 1,
        "published_at": at,
        "fetched_at": at,
        "first_seen_at": at,
        "signature_algorithm": ALGORITHM,
        "unit": unit,
    }
    schema = file_schema("index")
    arrays = []
    for field in schema:
        if field.name in columns:
            arrays.append(columns[field.name].cast(field.type))
        else:
            value = pa.scalar(values.get(field.name), field.type)
            arrays.append(pa.repeat(value, count))
    return pa.Table.from_arrays(arrays, schema=schema)


def identities(draw: np.random.Generator, count: int) -> pa.Array:
    """Return identities: 32 hex digits each."""
    digits = np.frombuffer(draw.bytes(16 * count).hex().encode(), np.uint8)
    offsets = np.arange(0, 32 * (count + 1), 32, dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(digits)]
    )


def signatures_of_texts(draw: np.random.Generator, count: int) -> pa.Array:
    """Return signatures of texts of 40 words; each run has the same ones."""
    words = np.empty((count, _ANCHORS + 1), "<u8")
    words[:, 0] = _ANCHORS
    words[:, 1:] = np.sort(draw.integers(0, 2**64, (count, _ANCHORS), np.uint64), axis=1)
    offsets = np.arange(0, words[0].nbytes * (count + 1), words[0].nbytes, dtype=np.int64)
    return pa.Array.from_buffers(
        pa.large_binary(), count, [None, pa.py_buffer(offsets), pa.py_buffer(words)]
    )


def main(root: str, commits: str, articles: str) -> None:
    """Make a past of one kind or both, without upkeep, and print the CPU of each full commit."""
    took = many_commits(root, int(commits))
    if int(articles):
        known_articles(
            root,
            int(articles),
            min(YOUNG, int(articles)),
            lambda storage, unit, rows: write_rows(storage, unit, "index", "", rows, SETTINGS),
            lambda: None,
        )
    print(json.dumps(list(took.values())))


if __name__ == "__main__":
    main(*sys.argv[1:])
