"""A dataset of months: articles, duplicates, rejects and polls of many sources, made quickly.

Rows are made by the product's own functions, a few of each kind, and then repeated with identities,
moments, publishers and sources of their own; files, index and commits are written as a pass writes
them. Each day has as many commits as passes, and its rows stand in the files that upkeep leaves:
one for each day and language.

    python -m benchmarks.months ROOT ROWS DAYS PASSES
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.articles import make_article
from benchmarks.past import identities, signatures_of_texts
from newsbeam.transforms.core.identity import source_identity
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.core.records import Duplicate, Poll, Reject
from newsbeam.transforms.core.schema import SCHEMA_VERSION, file_schema
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.keys import write_run
from newsbeam.transforms.dataset.log import Commit, append_commit, newest
from newsbeam.transforms.dataset.projection import index_rows
from newsbeam.transforms.dataset.recovery import finish
from newsbeam.transforms.dataset.rows import to_rows
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dataset.writer import StagedFile, to_ledger, to_lines, write_rows

SOURCES, PUBLISHERS = 5000, 1000
POLLS = 24  # of a source and day
#: Of a hundred articles.
DUPLICATES, REJECTS = 10, 5
LAST = datetime(2026, 11, 22, tzinfo=UTC)
SETTINGS = DatasetSettings()
_LANGUAGES = {"en": 50, "de": 20, "es": 12, "fr": 10, "it": 5, "pt": 3}
_KINDS = ("article", "article", "article", "article", "live_blog", "gallery", "video", "listing")
_COMPLETE = ("full", "full", "full", "full", "full", "teaser", "paywalled", "truncated")
_FAULTS = ("timeout", "http_status", "robots_denied", "connect_failed", "bad_encoding")
_WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lmnrstx"]
_TEMPLATES = 400


class Maker:
    """Makes one day after the other at ``root``."""

    def __init__(self, root: str, passes: int, seed: int = 1) -> None:
        self._storage: Storage = open_storage(root)
        self._passes = passes  # of a day
        self._draw = np.random.default_rng(seed)
        self._articles = self._make_articles()
        self._duplicate = to_rows("duplicates", [_duplicate()], "")
        self._rejects = to_rows("rejects", [_reject(reason) for reason in _FAULTS], "")
        self._polls = to_rows(
            "feeds", [_poll(outcome) for outcome in ("not_modified", "changed")], ""
        )

        names = (f"https://{number}.news.example/feed" for number in range(SOURCES))
        self._tallies = [Tally.of([source_identity(name)]) for name in names]
        self._polled: Ledger = {}

    def _make_articles(self) -> pa.Table:
        words = np.array(_WORDS)
        made = []
        for number in range(_TEMPLATES):
            text = " ".join(self._draw.choice(words, 60))
            made.append(
                make_article(
                    f"https://news.example/{number}",
                    text,
                    LAST,
                    title=f"Title {number} of what was {words[number % len(words)]}",
                    completeness=_COMPLETE[number % len(_COMPLETE)],
                    page_kind=_KINDS[number % len(_KINDS)],
                    published_precision="second",
                    published_source="feed",
                    authors=(f"Author {number % 90}",),
                    source_kind="feed",
                )
            )
        return to_rows("articles", made, "")

    def make_day(self, day: datetime, articles: int) -> None:
        """Commit the passes of a day, the last of them with the rows of all."""
        unit = f"{day:%Y%m%d}T235959Z-{self._passes - 1:08x}"
        files = self._stage_day(unit, day, articles)
        for number in range(self._passes - 1):
            at = day + number * timedelta(days=1) / self._passes
            self._commit(f"{at:%Y%m%dT%H%M%SZ}-{number:08x}", at, [], {})
        rows = to_ledger(*(file.tallies for file in files))
        found = Tally()
        failed = Tally()
        for (kind, _), tally in rows.items():
            found += tally
            failed += tally if kind == "failed" else Tally()
        fetched = Tally(found.count - failed.count, (found.digest - failed.digest) % (1 << 128))
        ledger: Ledger = {("entries", ""): found, ("admitted", ""): found, ("fetched", ""): fetched}
        ledger |= rows | self._polled
        self._commit(unit, day + timedelta(hours=23, minutes=59), files, ledger)
        fold_log(self._storage, SETTINGS, least=1)

    def _commit(self, unit: str, at: datetime, files: Sequence[StagedFile], ledger: Ledger) -> None:
        number = newest(self._storage) + 1
        commit = Commit(
            number=number,
            unit=unit,
            base=number - 1,
            schema_version=SCHEMA_VERSION,
            committed_at=at,
            info={
                "engine": "FnApiRunner (in process)",
                "beam": "2.77.0",
                "began_at": (at - timedelta(minutes=2)).isoformat(),
            },
            files=tuple(files),
            ledger=to_lines(ledger),
        )
        assert append_commit(self._storage, commit)
        finish(self._storage, commit, ())

    def _stage_day(self, unit: str, day: datetime, count: int) -> list[StagedFile]:
        files, index = [], []
        folder = f"date={day:%Y-%m-%d}"
        total = sum(_LANGUAGES.values())
        written: list[pa.Table] = []
        for language, weight in _LANGUAGES.items():
            rows = self._day_articles(unit, day, max(count * weight // total, 1))
            written.append(rows)
            files.append(self._write(unit, "articles", f"{folder}/language={language}", rows))
        every = pa.concat_tables([rows.select(["article_id", "url", "title"]) for rows in written])
        duplicates = self._day_duplicates(unit, day, every, count * DUPLICATES // 100)
        rejects = self._day_rejects(unit, day, count * REJECTS // 100)
        files.append(self._write(unit, "duplicates", folder, duplicates))
        files.append(self._write(unit, "rejects", folder, rejects))
        files.append(self._write(unit, "feeds", "", self._day_polls(unit, day)))
        for rows in written:
            index.append(self._index(rows))
        index += [index_rows("duplicates", duplicates), index_rows("rejects", rejects)]
        files.append(write_run(self._storage, unit, pa.concat_tables(index), SETTINGS))
        return files

    def _write(self, unit: str, table: str, folder: str, rows: pa.Table) -> StagedFile:
        return write_rows(self._storage, unit, table, folder, rows, SETTINGS)

    def _day_articles(self, unit: str, day: datetime, count: int) -> pa.Table:
        draw = self._draw
        names = identities(draw, count)
        publishers = (draw.random(count) ** 3 * PUBLISHERS).astype(int)
        urls = _texts("https://", publishers, ".news.example/", names)
        published = _moments(day, np.sort(draw.integers(0, 86_340, count)))
        read = _moments(day, np.minimum(draw.integers(60, 90_000, count), 86_390))
        return _replaced(
            self._articles.take(pa.array(draw.integers(0, _TEMPLATES, count))),
            unit=unit,
            article_id=names,
            cluster_id=names,
            content_hash=identities(draw, count),
            url=urls,
            canonical_url=urls,
            requested_url=urls,
            source_id=urls,
            domain=_texts("", publishers, ".news.example"),
            host=_texts("", publishers, ".news.example"),
            publisher=_texts("Paper ", publishers),
            source_ref=_texts("https://", publishers, ".news.example/feed"),
            published_at=published,
            fetched_at=read,
            first_seen_at=read,
            word_count=draw.integers(80, 1500, count),
        )

    def _day_duplicates(self, unit: str, day: datetime, articles: pa.Table, count: int) -> pa.Table:
        draw = self._draw
        # A few stories are printed by many.
        places = (draw.random(count) ** 6 * articles.num_rows).astype(int)
        stories = articles.take(pa.array(places))
        publishers = draw.integers(0, PUBLISHERS, count)
        names = identities(draw, count)
        urls = _texts("https://", publishers, ".news.example/copy/", names)
        at = _moments(day, draw.integers(0, 86_000, count))
        return _replaced(
            self._duplicate.take(pa.array(np.zeros(count, int))),
            unit=unit,
            article_id=names,
            url=urls,
            requested_url=urls,
            publisher=_texts("Paper ", publishers),
            title=stories["title"],
            duplicate_of=stories["article_id"],
            duplicate_of_url=stories["url"],
            cluster_id=stories["article_id"],
            content_hash=identities(draw, count),
            published_at=at,
            fetched_at=at,
        )

    def _day_rejects(self, unit: str, day: datetime, count: int) -> pa.Table:
        draw = self._draw
        publishers = (draw.random(count) ** 4 * PUBLISHERS).astype(int)
        names = identities(draw, count)
        return _replaced(
            self._rejects.take(pa.array(draw.integers(0, len(_FAULTS), count))),
            unit=unit,
            reject_id=names,
            url=_texts("https://", publishers, ".news.example/", names),
            source_ref=_texts("https://", publishers, ".news.example/feed"),
            rejected_at=_moments(day, draw.integers(0, 86_000, count)),
        )

    def _day_polls(self, unit: str, day: datetime) -> pa.Table:
        count = SOURCES * POLLS
        sources = np.repeat(np.arange(SOURCES), POLLS)
        seconds = np.tile(np.arange(POLLS) * 86_400 // POLLS, SOURCES) + sources % 3600
        changed = self._draw.random(count) < 0.2
        times = changed.reshape(SOURCES, POLLS).sum(axis=1)
        self._polled = {
            ("polled", ""): _times(self._tallies, np.full(SOURCES, POLLS)),
            ("changed", ""): _times(self._tallies, times),
            ("not_modified", ""): _times(self._tallies, POLLS - times),
        }
        return _replaced(
            self._polls.take(pa.array(changed.astype(int))),
            unit=unit,
            source_ref=_texts("https://", sources, ".news.example/feed"),
            title=_texts("Feed ", sources),
            polled_at=_moments(day, seconds),
            seen_before=20 - self._draw.integers(0, 5, count) * changed,
        )

    def _index(self, rows: pa.Table) -> pa.Table:
        """Return the rows of the index of articles, with signatures that are drawn."""
        count = rows.num_rows
        signatures = signatures_of_texts(self._draw, count)
        schema = file_schema("index")
        given: dict[str, Any] = {
            "entry_id": identities(self._draw, count),
            "url_id": identities(self._draw, count),
            "outcome": "written",
            "signature": signatures,
        }
        columns = []
        for field in schema:
            value = given.get(field.name)
            if isinstance(value, str):
                columns.append(pa.repeat(pa.scalar(value, field.type), count))
            elif value is not None:
                columns.append(value.cast(field.type))
            elif field.name in rows.column_names:
                columns.append(rows[field.name].cast(field.type))
            else:
                columns.append(pa.nulls(count, field.type))
        return pa.Table.from_arrays(columns, schema=schema)


def _times(tallies: Sequence[Tally], times: np.ndarray[Any, Any]) -> Tally:
    """Return the sum of tallies, each taken so many times."""
    numbers = [int(each) for each in times]
    digests = (tally.digest * each for tally, each in zip(tallies, numbers, strict=True))
    return Tally(sum(numbers), sum(digests) % (1 << 128))


def _replaced(rows: pa.Table, **columns: Any) -> pa.Table:
    """Return ``rows`` with other columns; a lone text is that of every row."""
    for name, given in columns.items():
        values = given
        place = rows.schema.get_field_index(name)
        field = rows.schema.field(place)
        if isinstance(values, str):
            values = pa.repeat(pa.scalar(values, field.type), rows.num_rows)
        elif isinstance(values, np.ndarray):
            values = pa.array(values)
        rows = rows.set_column(place, field, values.cast(field.type))
    return rows


def _moments(day: datetime, seconds: np.ndarray[Any, Any]) -> pa.Array:
    micros = int(day.timestamp()) * 1_000_000 + seconds.astype(np.int64) * 1_000_000
    return pa.array(micros, pa.timestamp("us", tz="UTC"))


def _texts(*parts: Any) -> pa.Array:
    """Return texts, joined from constants and columns of numbers or texts."""
    import pyarrow.compute as pc

    columns = [pa.array(part) if isinstance(part, np.ndarray) else part for part in parts]
    texts = [c.cast(pa.string()) if isinstance(c, pa.Array) else pa.scalar(c) for c in columns]
    return pc.binary_join_element_wise(*texts, pa.scalar(""))


def _duplicate() -> Duplicate:
    return Duplicate(
        article_id="",
        url=None,
        source_kind="feed",
        source_ref="https://0.news.example/feed",
        source_id=None,
        title=None,
        publisher=None,
        published_at=None,
        fetched_at=LAST,
        content_hash="",
        duplicate_of="",
        duplicate_of_url=None,
        how="near",
        similarity=0.9,
        containment=0.95,
        cluster_id="",
        requested_url=None,
        text="A text of its own that says the same in other words, more or less.",
    )


def _reject(reason: str) -> Reject:
    return Reject(
        reject_id="",
        stage="fetch",
        reason=reason,
        detail=f"The server did not give the page: {reason}.",
        url=None,
        source_kind="feed",
        source_ref="",
        source_id=None,
        http_status=503 if reason == "http_status" else None,
        rejected_at=LAST,
    )


def _poll(outcome: str) -> Poll:
    return Poll(
        source_ref="",
        source_kind="feed",
        polled_at=LAST,
        outcome=outcome,
        entries=20,
        url=None,
        http_status=200,
    )


def make(root: str, rows: int, days: int, passes: int) -> None:
    """Make a dataset of so many articles over so many days, of so many passes each."""
    maker = Maker(root, passes)
    for number in range(days):
        maker.make_day(LAST - timedelta(days=days - 1 - number), rows // days)
        print(f"day {number + 1} of {days}", file=sys.stderr, flush=True)
    while not keep_up(root, SETTINGS).done:
        pass


if __name__ == "__main__":
    make(sys.argv[1], *map(int, sys.argv[2:5]))
