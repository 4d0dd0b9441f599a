"""What the dataset knows already, asked for by many keys at once.

The index is a row of runs. Of a large one a filter tells at once which keys it has not; the others
are looked up in its sorted keys, and only the rows that have them are read (see ``dataset.keys``).
A small one is kept and searched. Memory is that of the small runs, of some filters, and of what is
found.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.core.columns import INDEX
from newsbeam.transforms.dataset.encoding import INDEX_GROUP_ROWS
from newsbeam.transforms.dataset.filters import Keys
from newsbeam.transforms.dataset.keys import LOOKED_UP, RunKeys, to_keys
from newsbeam.transforms.dataset.log import open_data, read_data
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.dedup.exact import Known

_ARTICLE = [
    *("article_id", "outcome", "revision", "content_hash", "canonical_url", "cluster_id"),
    *("published_at", "first_seen_at", "fetched_at", "entry_id", "url_id"),
]


#: What is kept of a small run.
_SEARCHED = [*dict.fromkeys([*_ARTICLE, *LOOKED_UP, "stage", "unit"])]
#: Filters that are kept; others are read again for each question.
_FILTERS_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlState:
    """How asking for a URL ended the last time."""

    outcome: str  # written, duplicate, unchanged or rejected
    fetched_at: datetime
    article_id: str | None  # None of a reject
    stage: str | None  # of a reject


class IndexFiles:
    """Some runs of the index, oldest first."""

    def __init__(self, storage: Storage, files: Sequence[StagedFile]) -> None:
        self._storage = storage
        self._files = files
        self._small: dict[str, pa.Table] = {}
        self._filters: dict[str, NDArray[np.uint8]] = {}
        self._room = _FILTERS_BYTES

    def lookup_articles(self, article_ids: Collection[str]) -> dict[str, Known]:
        """Return what is known of each of these articles; those without an entry are left out."""
        found: dict[str, Known] = {}
        entries: dict[str, dict[str, str]] = {}
        url_ids: dict[str, set[str]] = {}
        for row in self._find("article_id", article_ids, _ARTICLE):
            identity = row["article_id"]
            known = found.get(identity)
            revision = row["revision"] if row["outcome"] == "written" else 0
            if known is None or revision > known.revision:
                found[identity] = _known(row, revision)
            entries.setdefault(identity, {})[row["entry_id"]] = row["content_hash"]
            if row["url_id"] is not None:
                url_ids.setdefault(identity, set()).add(row["url_id"])
        return {
            identity: replace(
                known,
                entries=tuple(entries[identity].items()),
                url_ids=frozenset(url_ids.get(identity, ())),
            )
            for identity, known in found.items()
        }

    def lookup_texts(self, content_hashes: Collection[str]) -> dict[str, Known]:
        """Return, for each of these texts, the article that had it first, at any revision."""
        found: dict[str, Known] = {}
        for row in self._find("content_hash", content_hashes, _ARTICLE, outcome="written"):
            found.setdefault(row["content_hash"], _known(row, row["revision"]))
        return found

    def lookup_urls(self, url_ids: Collection[str]) -> dict[str, UrlState]:
        """Return, for each URL (by its ``url_id``) that was asked for, how that ended last."""
        return self._lookup_states("url_id", url_ids)

    def lookup_entries(self, url_ids: Collection[str]) -> dict[str, UrlState]:
        """Return, for each entry (by its ``entry_id``) of one of these URLs, how it ended last."""
        return self._lookup_states("entry_id", url_ids)

    def _lookup_states(self, key: str, url_ids: Collection[str]) -> dict[str, UrlState]:
        columns = [key, "outcome", "fetched_at", "article_id", "stage"]
        return {
            row[key]: UrlState(
                outcome=row["outcome"],
                fetched_at=row["fetched_at"].astimezone(UTC),
                article_id=row["article_id"],
                stage=row["stage"],
            )
            for row in self._find("url_id", url_ids, columns)
        }

    def lookup_rejects(self, reject_ids: Collection[str]) -> set[str]:
        """Return those of these rejects that stand in the dataset."""
        return {row["reject_id"] for row in self._find("reject_id", reject_ids, ["reject_id"])}

    def rows_of(self, article_ids: Collection[str]) -> Iterator[dict[str, Any]]:
        """Yield what is entered of each row of these articles, oldest first."""
        columns = ["article_id", "outcome", "revision", "content_hash", "unit"]
        columns += ["published_at", "fetched_at"]
        return self._find("article_id", article_ids, columns)

    def runs_of(self, article_ids: Collection[str]) -> set[str]:
        """Return the paths of the runs that have a row of one of these articles."""
        wanted = pa.array(sorted(set(article_ids)), pa.string())
        keys = to_keys(wanted)
        return {
            file.path
            for file in self._files
            for rows in self._candidates(file, keys, ["article_id"])
            if pc.any(pc.is_in(rows["article_id"], value_set=wanted)).as_py()
        }

    def _find(
        self, key: str, values: Collection[str], columns: list[str], outcome: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows whose ``key`` is one of ``values``, oldest first."""
        if not values:
            return
        wanted = pa.array(sorted(set(values)), pa.string())
        keys = to_keys(wanted)
        for file in self._files:
            for rows in self._candidates(file, keys, [*columns, key]):
                mask = pc.is_in(rows[key], value_set=wanted)
                if outcome is not None:
                    mask = pc.and_(mask, pc.equal(rows["outcome"], outcome))
                if pc.any(mask).as_py():
                    yield from rows.select(columns).filter(mask).to_pylist()

    def _candidates(self, file: StagedFile, keys: Keys, columns: list[str]) -> Iterator[pa.Table]:
        """Yield rows of a run among which all those are that have one of ``keys``."""
        if file.rows <= INDEX_GROUP_ROWS:
            if file.path not in self._small:
                rows = read_data(self._storage, file, _SEARCHED)
                self._small[file.path] = _complete(rows, _SEARCHED)
            yield self._small[file.path]
            return
        run = RunKeys(self._storage, file)
        bits = self._filter(file, run)
        places = None if bits is None else run.find(bits, keys)
        if places is not None and not len(places):
            return
        with open_data(self._storage, file) as parquet:
            end = 0
            for group in range(parquet.num_row_groups):
                start, end = end, end + parquet.metadata.row_group(group).num_rows
                if places is None:
                    yield _complete(parquet.read_row_group(group, columns=columns), columns)
                    continue
                here = places[(places >= start) & (places < end)] - start
                if len(here):
                    rows = parquet.read_row_group(group, columns=columns)
                    yield _complete(rows.take(pa.array(here)), columns)

    def _filter(self, file: StagedFile, run: RunKeys) -> NDArray[np.uint8] | None:
        bits = self._filters.get(file.path)
        if bits is None:
            bits = run.load_filter()
            if bits is not None and bits.nbytes <= self._room:
                self._filters[file.path] = bits
                self._room -= bits.nbytes
        return bits


def _complete(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Return ``rows`` of a file of any version with nulls where it has not one of ``columns``."""
    for name in columns:
        if name not in rows.column_names:
            nulls = pa.nulls(rows.num_rows, INDEX.field(name).type)
            rows = rows.append_column(INDEX.field(name), nulls)
    return rows


class IndexReader(IndexFiles):
    """The index as it was at commit ``base``, whatever is added later."""

    def __init__(self, root: str, base: int) -> None:
        storage = open_storage(root)
        super().__init__(storage, load_state(storage, until=base).files("index"))


def _known(row: dict[str, Any], revision: int) -> Known:
    return Known(
        article_id=row["article_id"],
        revision=revision,
        content_hash=row["content_hash"],
        canonical_url=row["canonical_url"],
        cluster_id=row["cluster_id"],
        published_at=_utc(row["published_at"]),
        first_seen_at=_utc(row["first_seen_at"]),
        fetched_at=_utc(row["fetched_at"]),
    )


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
