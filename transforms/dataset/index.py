"""What the dataset knows already, asked for by many keys at once.

The index is scanned, a row group at a time: the key's column first, the others only where a key was
found. Memory is that of one row group and of what is found.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.dataset.log import live_files, load_commits, open_data
from transforms.dataset.storage import Storage, open_storage
from transforms.dataset.writer import StagedFile
from transforms.dedup.exact import Known

_ARTICLE = [
    *("article_id", "outcome", "revision", "content_hash", "canonical_url", "cluster_id"),
    *("published_at", "first_seen_at", "fetched_at", "entry_id", "url_id"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlState:
    """How asking for a URL ended the last time."""

    outcome: str  # written, duplicate, unchanged or rejected
    fetched_at: datetime
    article_id: str | None  # None of a reject
    stage: str | None  # of a reject


class IndexFiles:
    """Some files of the index, oldest first."""

    def __init__(self, storage: Storage, files: Sequence[StagedFile]) -> None:
        self._storage = storage
        self._files = files

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
        columns = ["url_id", "outcome", "fetched_at", "article_id", "stage"]
        return {
            row["url_id"]: UrlState(
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

    def _find(
        self, key: str, values: Collection[str], columns: list[str], outcome: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows whose ``key`` is one of ``values``, oldest first."""
        if not values:
            return
        wanted = pa.array(sorted(set(values)), pa.string())
        for file in self._files:
            with open_data(self._storage, file) as parquet:
                for group in range(parquet.num_row_groups):
                    keys = parquet.read_row_group(group, columns=[key])[key]
                    mask = pc.is_in(keys, value_set=wanted)
                    if not pc.any(mask).as_py():
                        continue
                    rows = parquet.read_row_group(group, columns=columns).filter(mask)
                    if outcome is not None:
                        rows = rows.filter(pc.equal(rows["outcome"], outcome))
                    yield from rows.to_pylist()


class IndexReader(IndexFiles):
    """The index as it was at commit ``base``, whatever is added later."""

    def __init__(self, root: str, base: int) -> None:
        storage = open_storage(root)
        super().__init__(storage, live_files(load_commits(storage, until=base), "index"))


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
