"""The articles that new ones may nearly repeat: their signatures, and their texts where wanted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.core.errors import DatasetError
from transforms.core.schema import INDEX
from transforms.dataset.layout import partition_values, split_data_path
from transforms.dataset.log import Commit, live_files, open_data
from transforms.dataset.storage import Storage
from transforms.dataset.writer import StagedFile
from transforms.dedup.exact import ItemState, Known
from transforms.dedup.signatures import ALGORITHM, SignatureBlock, decode_column

_COLUMNS = ["article_id", "signature", "signature_algorithm", "first_seen_at"]
_TEXT = ["article_id", "revision", "text"]
_ITEM = ["article_id", "revision", "withdrawn", "wire.version", "wire.version_created"]
#: Texts that are read ahead, in characters.
_KEPT_CHARS = 1 << 26


class StoryReader:
    """What some commits have of the articles first seen after ``since``."""

    def __init__(self, storage: Storage, commits: Sequence[Commit], since: datetime) -> None:
        self._storage = storage
        self._index = live_files(commits, "index")
        self._articles: dict[str, list[StagedFile]] = {}
        for file in live_files(commits, "articles"):
            date = partition_values(*split_data_path(file.path))["date"]
            self._articles.setdefault(date, []).append(file)
        self._since = since

    def blocks(self) -> Iterator[SignatureBlock]:
        """Yield the signatures, oldest commit first, a row group at a time.

        Row groups that lie before the horizon are not read. Signatures of another algorithm are
        passed over: ``rebuild_index`` makes them anew.
        """
        since = pa.scalar(self._since)
        for file in self._index:
            with open_data(self._storage, file) as parquet:
                for group in range(parquet.num_row_groups):
                    if _ends_before(parquet, group, self._since):
                        continue
                    rows = parquet.read_row_group(group, columns=_COLUMNS)
                    wanted = pc.and_(
                        pc.equal(rows["signature_algorithm"], ALGORITHM),
                        pc.greater_equal(rows["first_seen_at"], since),
                    )
                    if not pc.all(wanted.fill_null(False)).as_py():
                        rows = rows.filter(wanted)
                    if rows.num_rows:
                        yield decode_column(
                            rows["article_id"].combine_chunks(), rows["signature"].combine_chunks()
                        )

    def texts_of(self, articles: Iterable[Known]) -> Callable[[str], str]:
        """Return what gives the text of each of these articles by id: of its latest revision.

        A file is read once for all of them, whatever order they are asked for in; what would take
        too much memory is read when it is asked for.
        """
        wanted: dict[str, dict[str, Known]] = {}
        for article in articles:
            wanted.setdefault(_date_of(article), {})[article.article_id] = article
        everyone = {identity: known for each in wanted.values() for identity, known in each.items()}
        texts: dict[str, str] = {}
        room = _KEPT_CHARS
        for date, of_date in sorted(wanted.items()):
            if room > 0:
                found = self._read_texts(date, set(of_date))
                room -= sum(map(len, found.values()))
                texts |= found

        def text_of(identity: str) -> str:
            if identity not in texts:
                date = _date_of(everyone[identity])
                texts.update(self._read_texts(date, {identity}))
            return texts[identity]

        return text_of

    def with_items(self, articles: Iterable[Known]) -> dict[str, Known]:
        """Return these articles by id, with what the latest revision of each was of as an item."""
        found = {article.article_id: article for article in articles if article.revision}
        by_date: dict[str, list[str]] = {}
        for article in found.values():
            by_date.setdefault(_date_of(article), []).append(article.article_id)
        for date, wanted in by_date.items():
            for file in self._articles.get(date, []):
                for row in self._read_items(file, wanted):
                    known = found[row["article_id"]]
                    if row["revision"] == known.revision and row["wire"]:
                        state = ItemState(
                            version=row["wire"]["version"],
                            version_created=row["wire"]["version_created"],
                            withdrawn=row["withdrawn"] is True,
                        )
                        found[known.article_id] = replace(known, item=state)
        return found

    def _read_items(self, file: StagedFile, wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield the rows of wire items among ``wanted``; files before version 5 have none."""
        with open_data(self._storage, file) as parquet:
            if "wire" not in parquet.schema_arrow.names:
                return
            for group in range(parquet.num_row_groups):
                ids = parquet.read_row_group(group, columns=["article_id"])["article_id"]
                mask = pc.is_in(ids, value_set=pa.array(sorted(wanted), pa.string()))
                if pc.any(mask).as_py():
                    yield from parquet.read_row_group(group, _ITEM).filter(mask).to_pylist()

    def _read_texts(self, date: str, wanted: set[str]) -> dict[str, str]:
        """Return the texts of articles of one date; raise ``DatasetError`` if one is not there."""
        texts: dict[str, str] = {}
        for file in reversed(self._articles.get(date, [])):
            left = pa.array(sorted(wanted - texts.keys()), pa.string())
            if not len(left):
                break
            with open_data(self._storage, file) as parquet:
                for group in range(parquet.num_row_groups):
                    ids = parquet.read_row_group(group, columns=["article_id"])["article_id"]
                    mask = pc.is_in(ids, value_set=left)
                    if pc.any(mask).as_py():
                        rows = parquet.read_row_group(group, columns=_TEXT).filter(mask)
                        rows = rows.sort_by("revision")
                        pairs = zip(
                            rows["article_id"].to_pylist(), rows["text"].to_pylist(), strict=True
                        )
                        texts |= dict(pairs)
        lost = wanted - texts.keys()
        if lost:
            raise DatasetError(
                f"The index has the article {min(lost)}, but no file of articles does. "
                "`newsbeam check` says which file is missing."
            )
        return texts


def _date_of(article: Known) -> str:
    at = article.published_at or article.fetched_at
    return at.astimezone(UTC).date().isoformat() if at else ""


def _ends_before(parquet: pq.ParquetFile, group: int, since: datetime) -> bool:
    """Tell from its statistics whether all articles of a row group were first seen earlier."""
    column = parquet.metadata.row_group(group).column(INDEX.get_field_index("first_seen_at"))
    statistics = column.statistics
    if statistics is None or not statistics.has_min_max:
        return False
    return bool(statistics.max < since)


def horizon(now: datetime, days: float) -> datetime:
    """Return the moment ``days`` before ``now``, or the earliest there is."""
    seconds = max(now.timestamp() - days * 86400, 0)
    return datetime.fromtimestamp(seconds, UTC)
