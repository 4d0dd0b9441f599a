"""The stories that were printed most often, with who printed them when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.reading import read_batches

#: Stories that are told of.
_STORIES = 30
#: Prints that are told of each.
_PRINTS = 40
_COPY = ["cluster_id", "title", "publisher", "url", "published_at", "how", "similarity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One print of a story."""

    publisher: str | None
    title: str | None
    url: str | None
    published_at: datetime | None
    how: str  # first; url, exact or near of a copy
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story: the article that stays, and its copies in the order of publication."""

    cluster_id: str
    title: str | None
    copies: int  # all that are known, also those that are not among the prints
    prints: tuple[Print, ...]


def most_printed(storage: Storage, files: Sequence[StagedFile]) -> dict[str, int]:
    """Return how many copies the most printed stories have in ``files`` of duplicates.

    By cluster, most first. Raises ``DatasetError``.
    """
    counted = [
        pc.value_counts(batch.rows["cluster_id"])
        for batch in read_batches(storage, files, ["cluster_id"])
    ]
    if not counted:
        return {}
    every = pa.concat_arrays(counted)
    clusters = every.field("values").dictionary_encode()
    counts = np.bincount(
        clusters.indices.to_numpy(), weights=every.field("counts").to_numpy()
    ).astype(np.int64)
    total = pa.table({"cluster": clusters.dictionary, "count": counts})
    order = [("count", "descending"), ("cluster", "ascending")]
    top = total.take(pc.select_k_unstable(total, k=_STORIES, sort_keys=order)).to_pydict()
    return dict(zip(top["cluster"], top["count"], strict=True))


def tell_stories(
    storage: Storage,
    files: Sequence[StagedFile],
    copies: Mapping[str, int],
    printed: Mapping[str, Mapping[str, Any]],
) -> list[Story]:
    """Return the stories of ``copies``, from ``files`` of duplicates: most copies, newest first.

    ``printed`` are rows of the articles that stay. Raises ``DatasetError``.
    """
    prints: dict[str, list[Print]] = {cluster: [] for cluster in copies}
    for cluster, row in printed.items():
        if cluster in prints:
            prints[cluster].append(_print({**row, "how": "first", "similarity": 1.0}))
    ids = pa.array(sorted(copies), pa.string())
    if not len(ids):
        return []
    for batch in read_batches(storage, files, _COPY):
        rows = batch.rows.filter(pc.is_in(batch.rows["cluster_id"], value_set=ids))
        for row in rows.to_pylist():
            if len(prints[row["cluster_id"]]) < _PRINTS:
                prints[row["cluster_id"]].append(_print(row))
    stories = [_story(cluster, count, prints[cluster]) for cluster, count in copies.items()]
    return sorted(stories, key=lambda each: (each.copies, _newest(each)), reverse=True)


def _newest(story: Story) -> datetime:
    """Return when a story was printed last; what is undated comes behind the rest."""
    dates = (each.published_at for each in story.prints if each.published_at)
    return max(dates, default=datetime.min.replace(tzinfo=UTC))


def _print(row: Mapping[str, Any]) -> Print:
    at = row["published_at"]
    return Print(
        publisher=row["publisher"],
        title=row["title"],
        url=row["url"],
        published_at=None if at is None else at.astimezone(UTC),
        how=row["how"],
        similarity=round(row["similarity"], 3),
    )


def _story(cluster: str, copies: int, prints: list[Print]) -> Story:
    undated = datetime.max.replace(tzinfo=UTC)
    ordered = sorted(prints, key=lambda each: (each.published_at or undated, each.url or ""))
    titles = [each.title for each in ordered if each.title]
    first = [each.title for each in ordered if each.how == "first" and each.title]
    return Story(
        cluster_id=cluster,
        title=next(iter([*first, *titles]), None),
        copies=copies,
        prints=tuple(ordered),
    )
