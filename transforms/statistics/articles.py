"""What the articles of a dataset are, from a few small columns of their files."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.dataset.log import read_data
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.calendar import DayCounts
from newsbeam.transforms.statistics.lag import LagCounts
from newsbeam.transforms.statistics.nulls import NullCounts
from newsbeam.transforms.statistics.periods import Periods
from newsbeam.transforms.statistics.reading import (
    Batch,
    codes_of,
    folder_of,
    micros_of,
    read_batches,
)

_COLUMNS = ["publisher", "completeness", "page_kind", "published_at", "published_precision"]
_COLUMNS += ["unit", "word_count", "revision"]
#: What is told of the first print of a story.
_PRINTED = ["article_id", "revision", "title", "publisher", "url", "published_at"]
_DAY_US = 86_400_000_000
_NO_TIME = np.iinfo(np.int64).min


@dataclass
class ArticleCounts:
    """What all articles add up to. Memory is that of the pairs of publisher and day."""

    now: datetime
    recent: Periods  # days of commits of which the lag is told
    articles: int = 0  # rows: of an article each of its revisions
    revisions: int = 0  # later than the first
    words: int = 0
    undated: int = 0
    to_the_day: int = 0  # dated, without a time of day
    in_the_future: int = 0
    newest: datetime | None = None  # publication, up to now
    completeness: Counter[str] = field(default_factory=Counter)
    page_kinds: Counter[str] = field(default_factory=Counter)
    publishers: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    #: Dated articles by the day of publication.
    by_language: DayCounts = field(default_factory=DayCounts)
    by_publisher: DayCounts = field(default_factory=DayCounts)
    #: Rows of the articles that were asked for, by identity: the latest revision.
    printed: dict[str, dict[str, Any]] = field(default_factory=dict)
    lags: LagCounts = field(init=False)
    nulls: NullCounts = field(default_factory=NullCounts)

    def __post_init__(self) -> None:
        self.lags = LagCounts(len(self.recent))


def count_articles(
    storage: Storage,
    files: Sequence[StagedFile],
    committed: Mapping[str, int],
    wanted: Collection[str],
    recent: Periods,
    now: datetime,
) -> ArticleCounts:
    """Return what the articles in ``files`` add up to.

    ``committed`` tells when each unit was committed, in microseconds since 1970. Articles that are
    ``wanted`` by identity are found on the way. Raises ``DatasetError``.
    """
    counts = ArticleCounts(now=now, recent=recent)
    ids = pa.array(sorted(wanted), pa.string())
    columns = [*_COLUMNS, "article_id"] if len(ids) else _COLUMNS
    for batch in read_batches(storage, files, columns, counts.nulls.add):
        _add(counts, batch, committed)
        if len(ids):
            _find(counts, storage, batch, ids)
    return counts


def _add(counts: ArticleCounts, batch: Batch, committed: Mapping[str, int]) -> None:
    rows = batch.rows
    counts.articles += rows.num_rows
    counts.words += pc.sum(rows["word_count"]).as_py() or 0
    _count_values(counts.completeness, rows["completeness"])
    _count_values(counts.page_kinds, rows["page_kind"])
    published = micros_of(rows["published_at"])
    dated = published != _NO_TIME
    counts.undated += int(rows.num_rows - dated.sum())
    _count_dates(counts, published[dated])
    days = published[dated] // _DAY_US
    languages = [folder_of(group.file)["language"] for group in batch.groups]
    for language, group in zip(languages, batch.groups, strict=True):
        counts.languages[language] += group.rows.num_rows
    counts.by_language.add(batch.spread(range(len(languages)))[dated], languages, days)
    codes, names = codes_of(rows["publisher"])
    publishers = [name or "unknown" for name in names]
    for name, count in zip(publishers, np.bincount(codes, minlength=len(names)), strict=True):
        if count:
            counts.publishers[name] += int(count)
    counts.by_publisher.add(codes[dated], publishers, days)
    _count_lags(counts, rows, published, dated, committed)


def _count_lags(
    counts: ArticleCounts,
    rows: pa.Table,
    published: NDArray[np.int64],
    dated: NDArray[np.bool_],
    committed: Mapping[str, int],
) -> None:
    precision, names = codes_of(rows["published_precision"])
    exact = dated & (precision != (names.index("day") if "day" in names else -1))
    counts.to_the_day += int((dated & ~exact).sum())
    units, unit_names = codes_of(rows["unit"])
    times = np.array([committed.get(unit or "", _NO_TIME) for unit in unit_names], np.int64)
    ended = times[units]
    # A revision may come, or be made by a replay, long after the article.
    first = rows["revision"].to_numpy() == 1
    counts.revisions += int((~first).sum())
    timed = exact & first & (ended != _NO_TIME)
    days = counts.recent.places(ended[timed] // _DAY_US)
    counts.lags.add(ended[timed] - published[timed], days)


def _count_values(counter: Counter[str], column: pa.ChunkedArray) -> None:
    for each in pc.value_counts(column).to_pylist():
        counter[each["values"] or "unknown"] += each["counts"]


def _count_dates(counts: ArticleCounts, published: NDArray[np.int64]) -> None:
    now = int(counts.now.timestamp() * 1e6)
    past = published[published <= now]
    counts.in_the_future += len(published) - len(past)
    if len(past):
        newest = datetime.fromtimestamp(int(past.max()) / 1e6, UTC)
        counts.newest = max(counts.newest or newest, newest)


def _find(counts: ArticleCounts, storage: Storage, batch: Batch, ids: pa.Array) -> None:
    """Read the rows that are wanted, if there are any, from the files that have them."""
    hits = np.flatnonzero(pc.is_in(batch.rows["article_id"], value_set=ids).to_numpy())
    places = set(batch.spread(range(len(batch.groups)))[hits].tolist())
    files = {batch.groups[place].file.path: batch.groups[place].file for place in places}
    for file in files.values():
        rows = read_data(storage, file, _PRINTED)
        for row in rows.filter(pc.is_in(rows["article_id"], value_set=ids)).to_pylist():
            known = counts.printed.get(row["article_id"])
            if known is None or row["revision"] > known["revision"]:
                counts.printed[row["article_id"]] = row
