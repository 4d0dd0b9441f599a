"""What becomes of rows that were judged before other commits landed.

The same plain rules as in the pipeline are applied again, to the rows that the newer commits touch:
the result is that of two runs one after the other.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.identity import article_id
from newsbeam.transforms.core.records import Article, Duplicate, Reject, Unchanged
from newsbeam.transforms.core.settings import DatasetSettings, DuplicateSettings
from newsbeam.transforms.core.urls import canonicalize_url
from newsbeam.transforms.dataset.index import IndexFiles
from newsbeam.transforms.dataset.layout import Row, partition_of, partition_values, split_data_path
from newsbeam.transforms.dataset.log import Commit, live_files, read_data
from newsbeam.transforms.dataset.rows import to_articles, to_duplicates, to_rows, widen
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.stories import StoryReader
from newsbeam.transforms.dataset.writer import StagedFile, write_rows
from newsbeam.transforms.dedup.claims import Lookup, Read, settle_claims
from newsbeam.transforms.dedup.exact import (
    ItemState,
    Known,
    entry_of,
    settle_same_text,
    settle_same_url,
    unchanged,
)
from newsbeam.transforms.dedup.straight import Told, follow, named_by, told_by


def resolve_conflicts(
    state: State,
    unit: str,
    staged: Sequence[StagedFile],
    newer: Sequence[Commit],
    *,
    settings: DatasetSettings,
) -> list[StagedFile]:
    """Return ``staged``, which was judged before the commits ``newer``, as it is to be with them.

    Files of which no row is touched stay; the others are written anew, to staging.
    """
    storage = state.storage
    recent = IndexFiles(storage, live_files(newer, "index"))
    ours = [file for file in staged if file.table in ("articles", "duplicates")]
    if not newer or not ours:
        return list(staged)

    keys = {
        file.path: read_data(storage, file, ["article_id", "content_hash", "url"]) for file in ours
    }
    ids, texts = _values(keys.values(), "article_id"), _values(keys.values(), "content_hash")
    touched_ids = set(recent.lookup_articles(ids))
    # What is not what it claims to be becomes one with what we have under its own URL.
    touched_ids |= _ids_of_own_urls(keys.values(), touched_ids)
    known_texts = recent.lookup_texts(texts)
    everything = IndexFiles(storage, state.files("index"))
    known = everything.lookup_articles(touched_ids)
    stories = StoryReader(state, datetime.max.replace(tzinfo=UTC))

    kept: list[StagedFile] = []
    judged = _Judged(
        unit=unit,
        known=known,
        known_texts=known_texts,
        claims=_Claims(
            lookup=everything.lookup_articles,
            read=stories.told_of,
            with_items=stories.with_items,
        ),
    )
    rewritten: dict[tuple[str, str], list[pa.Table]] = defaultdict(list)
    for file in staged:
        touched = _touched(keys[file.path], touched_ids, known_texts) if file in ours else None
        if touched is None or not pc.any(touched).as_py():
            kept.append(file)
            continue
        rows = read_data(storage, file)
        rewritten[split_data_path(file.path)].append(rows.filter(pc.invert(touched)))
        judged.take(file, rows.filter(touched))
    return kept + rewrite(storage, unit, rewritten, judged.settle(settings), settings)


def rewrite(
    storage: Storage,
    unit: str,
    rest: dict[tuple[str, str], list[pa.Table]],
    added: Iterable[tuple[str, str, pa.Table]],
    settings: DatasetSettings,
) -> list[StagedFile]:
    """Write what is left of some partitions, and what is added to them."""
    for table, partition, rows in added:
        rest[table, partition].append(rows)
    return [
        write_rows(storage, unit, table, partition, rows, settings)
        for (table, partition), parts in sorted(rest.items())
        if (rows := pa.concat_tables(parts)).num_rows
    ]


def _values(tables: Iterable[pa.Table], column: str) -> set[str]:
    return {value for table in tables for value in table[column].to_pylist()}


def _touched(rows: pa.Table, ids: Collection[str], texts: Collection[str]) -> pa.ChunkedArray:
    return pc.or_(
        pc.is_in(rows["article_id"], value_set=pa.array(sorted(ids), pa.string())),
        pc.is_in(rows["content_hash"], value_set=pa.array(sorted(texts), pa.string())),
    )


def _ids_of_own_urls(tables: Iterable[pa.Table], ids: Collection[str]) -> set[str]:
    """Return the ids that rows under ``ids`` have by the URL that they came from."""
    wanted = pa.array(sorted(ids), pa.string())
    urls = {
        url
        for table in tables
        for url in table.filter(pc.is_in(table["article_id"], value_set=wanted))["url"].to_pylist()
    }
    return {article_id(own, "") for url in urls if url and (own := canonicalize_url(url))}


@dataclass(frozen=True, slots=True)
class _Claims:
    """What the dataset has of the URLs that rows claim, and of the items that they are of."""

    lookup: Lookup
    read: Read
    with_items: Callable[[Iterable[Known]], dict[str, Known]]


class _Judged:
    """The touched rows of a unit, to be judged again."""

    def __init__(
        self,
        *,
        unit: str,
        known: dict[str, Known],
        known_texts: dict[str, Known],
        claims: _Claims,
    ) -> None:
        self._unit = unit
        self._claims = claims
        self._known = known
        self._known_texts = known_texts
        self._articles: list[Article] = []
        self._duplicates: list[Duplicate] = []

    def take(self, file: StagedFile, rows: pa.Table) -> None:
        """Add rows of a file of articles or duplicates."""
        if file.table == "articles":
            self._articles += read_articles(file, rows)
        else:
            self._duplicates += to_duplicates(rows)

    def settle(self, settings: DatasetSettings) -> list[tuple[str, str, pa.Table]]:
        """Return the outcomes as rows by table and partition."""
        by_id: dict[str, list[Article]] = defaultdict(list)
        by_text: dict[str, list[Article]] = defaultdict(list)
        settled = settle_claims(
            self._articles, self._claims.lookup, self._claims.read, DuplicateSettings()
        )
        moved = {
            (before.article_id, before.content_hash): after
            for before, after in zip(self._articles, settled.articles, strict=True)
            if before.article_id != after.article_id
        }
        outcomes: list[Row] = [self._settle_duplicate(row, moved) for row in self._duplicates]
        for article in settled.articles:
            by_id[article.article_id].append(article)
        for identity, group in by_id.items():
            if any(each in moved.values() for each in group):
                known = self._with_item(group, settled.known.get(identity))
                judged = settle_same_url([replace(each, revision=1) for each in group], known)
            else:
                judged = self._settle_group(identity, group)
            for outcome in judged:
                if isinstance(outcome, Article):
                    by_text[outcome.content_hash].append(outcome)
                else:
                    outcomes.append(outcome)
        for text, group in by_text.items():
            outcomes += settle_same_text(group, self._known_texts.get(text))

        return as_rows(outcomes, self._unit, settings)

    def _settle_group(
        self, identity: str, group: list[Article]
    ) -> list[Article | Duplicate | Unchanged | Reject]:
        known = self._with_item(group, self._known.get(identity))
        return settle_same_url(group, known) if known else [*group]

    def _with_item(self, group: Iterable[Article], known: Known | None) -> Known | None:
        """Return what is known of articles of one id with the version that it is of, if any is."""
        if known is None or not any(ItemState.of(each) for each in group):
            return known
        return self._claims.with_items([known]).get(known.article_id, known)

    def _settle_duplicate(
        self, row: Duplicate, moved: Mapping[tuple[str, str], Article]
    ) -> Duplicate | Unchanged:
        """A duplicate that another run has entered already is not entered again.

        One of an article that is known by its own URL now follows it.
        """
        if stays := moved.get((row.duplicate_of, row.content_hash)):
            is_own = row.article_id == row.duplicate_of
            return replace(
                row,
                article_id=stays.article_id if is_own else row.article_id,
                duplicate_of=stays.article_id,
                duplicate_of_url=stays.canonical_url,
                cluster_id=stays.cluster_id,
            )
        known = self._known.get(row.article_id)
        if known and dict(known.entries).get(entry_of(row)) == row.content_hash:
            return unchanged(row, known)
        return row


def read_articles(file: StagedFile, rows: pa.Table) -> list[Article]:
    """Return the articles in ``rows`` of ``file``."""
    _, partition = split_data_path(file.path)
    return to_articles(rows, partition_values("articles", partition)["language"])


def as_rows(
    outcomes: Iterable[Row], unit: str, settings: DatasetSettings
) -> list[tuple[str, str, pa.Table]]:
    """Return outcomes as rows by table and partition."""
    placed: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in outcomes:
        table = _TABLES[type(row)]
        placed[table, partition_of(table, row, settings)].append(row)
    return [(*place, to_rows(place[0], rows, unit)) for place, rows in placed.items()]


_TABLES: dict[type, str] = {
    Article: "articles",
    Duplicate: "duplicates",
    Unchanged: "index",
    Reject: "rejects",
}


def straighten_duplicates(
    state: State,
    unit: str,
    staged: Sequence[StagedFile],
    newer: Sequence[Commit],
    *,
    settings: DatasetSettings,
) -> list[StagedFile]:
    """Return ``staged`` with each duplicate naming an article, not another duplicate.

    Steps judge one after the other: what was kept as the first of its URL can turn out to repeat
    another article's text, in this unit or in one of the commits ``newer`` that have landed since,
    and then the rows that named it must name that one.
    """
    storage = state.storage
    ours = [file for file in staged if file.table == "duplicates"]
    theirs = live_files(newer, "duplicates") if ours else []
    named = _values([read_data(storage, file, ["duplicate_of"]) for file in ours], "duplicate_of")
    links = {
        identity
        for file in [*theirs, *ours]
        for identity, of in _pairs(read_data(storage, file, ["article_id", "duplicate_of"]))
        if identity != of
    }
    if not named & links:
        return list(staged)
    rows = {file: to_duplicates(widen("duplicates", read_data(storage, file))) for file in ours}
    others = [
        each
        for file in theirs
        for each in to_duplicates(widen("duplicates", read_data(storage, file)))
    ]
    ways = _Ways([*others, *(each for found in rows.values() for each in found)])
    # Articles can have duplicates among their own revisions; they are there to be named.
    for file in staged:
        if file.table == "articles":
            ways.close(_pairs(read_data(storage, file, ["article_id", "content_hash"])))
    known = IndexFiles(storage, state.files("index")).lookup_articles(links)
    ways.close((each.article_id, each.content_hash) for each in known.values() if each.revision)
    kept = [file for file in staged if file.table != "duplicates"]
    return kept + [
        write_rows(
            storage,
            unit,
            *split_data_path(file.path),
            to_rows("duplicates", [ways.straighten(each) for each in found], unit),
            settings,
        )
        for file, found in rows.items()
    ]


def _pairs(rows: pa.Table) -> Iterator[tuple[str, str]]:
    first, second = (column.to_pylist() for column in rows.columns)
    return zip(first, second, strict=True)


class _Ways:
    """The ways from duplicates to what they are duplicates of."""

    def __init__(self, links: Iterable[Duplicate]) -> None:
        # Whatever named an article goes on to what it is of; what has its text, whether or not
        # the article stands there with another one.
        self._of_text = {told: link for link in links if (told := told_by(link))}
        self._of_article = {link.article_id: link for link in self._of_text.values()}

    def close(self, standing: Iterable[Told]) -> None:
        """Let articles that stand, each with its text, be named."""
        for identity, text in standing:
            self._of_article.pop(identity, None)
            self._of_text.pop((identity, text), None)

    def straighten(self, row: Duplicate) -> Duplicate:
        """Return ``row`` as one of an article that stays."""
        for _ in range(len(self._of_text)):
            same = None if row.how == "near" else self._of_text.get(named_by(row))
            link = same or self._of_article.get(row.duplicate_of)
            if link is None:
                break
            row = follow(row, link)
        return row
