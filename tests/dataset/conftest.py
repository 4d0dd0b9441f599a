import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from buckets import Pointed, new_url
from emulators import azure_environment, google_environment, google_proxy

from newsbeam.transforms.core.identity import (
    article_id,
    content_hash,
    entry_id,
    line_id,
    reject_id,
    source_identity,
)
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.records import (
    Article,
    Duplicate,
    Keyword,
    Place,
    Poll,
    Reject,
    SiteLine,
    Unchanged,
)
from newsbeam.transforms.core.settings import DatasetSettings, DuplicateSettings
from newsbeam.transforms.dataset import compact
from newsbeam.transforms.dataset.audit import Audit, audit_dataset
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.log import Commit, head, live_files, load_commits, read_data
from newsbeam.transforms.dataset.rows import widen
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.stories import StoryReader
from newsbeam.transforms.dataset.writer import StagedFile, write_shard
from newsbeam.transforms.dedup.claims import settle_claims
from newsbeam.transforms.dedup.exact import settle_same_text, settle_same_url

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
TABLES: dict[type, str] = {
    Article: "articles",
    Duplicate: "duplicates",
    Reject: "rejects",
    Poll: "feeds",
    Unchanged: "index",
    SiteLine: "boilerplate",
}


def make_article(slug: str | None = "a", text: str | None = None, **fields: Any) -> Article:
    """One URL a slug, one text a slug unless given; None for an article without a URL."""
    url = None if slug is None else f"https://news.example/{slug}"
    text = text if text is not None else f"The council met about {slug} on Monday.\n\nIt rained."
    text_hash = content_hash(text)
    identity = article_id(url, text_hash)
    article = Article(
        article_id=identity,
        url=url,
        canonical_url=url,
        requested_url=url,
        domain=None if url is None else "news.example",
        host=None if url is None else "news.example",
        title=f"Title of {slug}",
        text=text,
        language="en",
        language_confidence=0.75,
        published_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        fetched_at=NOW,
        first_seen_at=NOW,
        word_count=9,
        char_count=len(text),
        sentence_count=2,
        reading_minutes=1,
        places=(Place(name="Vienna", country="AT", count=2),),
        keywords=(Keyword(term="council", score=0.5),),
        authors=("A. Writer",),
        completeness="full",
        cluster_id=identity,
        content_hash=text_hash,
        extractor="test",
        source_kind="feed",
        source_ref="https://news.example/feed",
        source_id=slug,
        pipeline_version="0",
    )
    return replace(article, **fields)


def make_reject(slug: str = "r", stage: str = "fetch", reason: str = "timeout") -> Reject:
    url = f"https://news.example/{slug}"
    ref = "https://news.example/feed"
    entry = source_identity(ref) if stage == "poll" else entry_id("feed", ref, None, url)
    return Reject(
        reject_id=reject_id(stage, reason, entry),
        stage=stage,
        reason=reason,
        detail="The deadline passed.",
        url=url,
        source_kind="feed",
        source_ref=ref,
        source_id=None,
        rejected_at=NOW,
    )


def make_poll(ref: str = "https://news.example/feed", **fields: Any) -> Poll:
    poll = Poll(source_ref=ref, source_kind="feed", polled_at=NOW, outcome="changed", entries=3)
    return replace(poll, **fields)


def make_site_line(line: str = "Our harbour, our news.") -> SiteLine:
    return SiteLine(
        line_id=line_id("news.example", line),
        domain="news.example",
        line=line,
        articles=9,
        site_articles=20,
        learned_at=NOW,
    )


def events_of(rows: Sequence[Any]) -> Ledger:
    """What a pipeline would have counted on the way to these rows."""
    passed: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if isinstance(row, SiteLine):
            continue
        if isinstance(row, Poll):
            kinds = ["polled"] if row.outcome == "failed" else ["polled", row.outcome]
            identity = source_identity(row.source_ref)
        elif isinstance(row, Reject):
            kinds = {
                "poll": [],
                "read": ["entries"],
                "fetch": ["entries", "admitted"],
                "extract": ["entries", "admitted", "fetched"],
            }[row.stage]
            identity = entry_id(row.source_kind, row.source_ref, row.source_id, row.url)
        else:
            kinds = ["entries", "admitted", "fetched"]
            identity = entry_id(row.source_kind, row.source_ref, row.source_id, row.requested_url)
        for kind in kinds:
            passed[kind].append(identity)
    return {(kind, ""): Tally.of(ids) for kind, ids in passed.items()}


class Dataset:
    """A dataset in a temporary folder or a bucket, written as a pipeline would."""

    def __init__(self, root: Path | str) -> None:
        self.path = Path(root)
        self.root = str(root)
        self.settings = DatasetSettings()

    def stage(self, unit: str, rows: Sequence[Any]) -> list[StagedFile]:
        placed: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in rows:
            table = TABLES[type(row)]
            placed[table, partition_of(table, row)].append(row)
        return [
            write_shard(self.root, unit, table, partition, records, self.settings)
            for (table, partition), records in placed.items()
        ]

    def judge(self, articles: Sequence[Article], base: int) -> list[Any]:
        """What the pipeline makes of articles at commit ``base``."""
        reader = IndexReader(self.root, base)
        stories = StoryReader(load_state(open_storage(self.root), until=base), NOW)
        settled = settle_claims(
            articles, reader.lookup_articles, stories.told_of, DuplicateSettings()
        )
        by_id: dict[str, list[Article]] = defaultdict(list)
        by_text: dict[str, list[Article]] = defaultdict(list)
        outcomes: list[Any] = []
        for each in settled.articles:
            by_id[each.article_id].append(each)
        known = reader.lookup_articles(list(by_id))
        known |= stories.with_items(known.values())
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

    def commit(self, unit: str, rows: Sequence[Any], base: int | None = None) -> Commit:
        return commit_unit(
            self.root,
            unit,
            self.stage(unit, rows),
            events_of(rows),
            base=head(self.root) if base is None else base,
            info={"runner": "test"},
            settings=self.settings,
        )

    def rows_of(self, table: str) -> list[dict[str, Any]]:
        """As ``rows``, by the checkpoint."""
        storage = open_storage(self.root)
        parts = [widen(table, read_data(storage, f)) for f in load_state(storage).files(table)]
        return pa.concat_tables(parts).to_pylist() if parts else []

    def rows(self, table: str) -> list[dict[str, Any]]:
        storage = open_storage(self.root)
        files = live_files(load_commits(storage), table)
        parts = [widen(table, read_data(storage, file)) for file in files]
        return pa.concat_tables(parts).to_pylist() if parts else []

    def files(self, folder: str = ".") -> list[str]:
        if "://" in self.root:
            return open_storage(self.root, fresh=True).walk(folder)
        return sorted(
            path.relative_to(self.path).as_posix()
            for path in (self.path / folder).rglob("*")
            if path.is_file()
        )

    def audit(self) -> Audit:
        return audit_dataset(self.root)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path / "dataset")


@pytest.fixture
def open_dataset() -> Callable[[Path], Dataset]:
    return Dataset


@pytest.fixture(params=["disk", "memory", "s3", "azure", "google"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Dataset]]:
    """Makes new datasets, each somewhere else in the same store."""
    count = itertools.count()
    if request.param == "disk":
        yield lambda: Dataset(tmp_path / f"dataset-{next(count)}")
    elif request.param == "memory":
        yield lambda: Dataset(f"memory://{uuid4().hex}")
    elif request.param == "s3":
        request.getfixturevalue("s3")
        yield lambda: Dataset(new_url())
    elif request.param == "azure":
        with Pointed(azure_environment(request.getfixturevalue("azurite").port)):
            yield lambda: Dataset(new_url("az"))
    else:
        port = request.getfixturevalue("unsigned_server").port
        with (
            closing(google_proxy(port)) as proxy,
            Pointed(google_environment(proxy.port, tmp_path)),
        ):
            yield lambda: Dataset(new_url("gs"))


@pytest.fixture
def store(make_store: Callable[[], Dataset]) -> Dataset:
    return make_store()


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits of tests are as good as old ones, unless a test says otherwise."""
    monkeypatch.setattr(compact, "GRACE_S", 0.0)


@pytest.fixture
def events() -> Callable[[Sequence[Any]], Ledger]:
    return events_of


@pytest.fixture
def article() -> Callable[..., Article]:
    return make_article


@pytest.fixture
def reject() -> Callable[..., Reject]:
    return make_reject


@pytest.fixture
def site_line() -> Callable[..., SiteLine]:
    return make_site_line


@pytest.fixture
def poll() -> Callable[..., Poll]:
    return make_poll


@pytest.fixture(autouse=True)
def iceberg_planner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Polars read tables of Iceberg by the one planner that it has without other packages."""
    monkeypatch.setenv("POLARS_ICEBERG_PLANNER", "pyiceberg")
