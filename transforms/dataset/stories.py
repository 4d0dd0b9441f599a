"""The articles that new ones may nearly repeat: their signatures, and their texts where wanted."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newsbeam.transforms.core.columns import INDEX
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.spool import Place, Spool
from newsbeam.transforms.dataset.layout import folder_dates
from newsbeam.transforms.dataset.log import open_data
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dedup.claims import Told
from newsbeam.transforms.dedup.exact import ItemState, Known
from newsbeam.transforms.dedup.signatures import SignatureBlock, decode_column
from newsbeam.transforms.dedup.signing import ALGORITHM

_COLUMNS = ["article_id", "signature", "signature_algorithm", "first_seen_at"]
_TEXT = ["text"]
_TOLD = ["url", "title", "text"]
_ITEM = ["withdrawn", "wire.version", "wire.version_created"]


class StoryReader:
    """What the dataset has, in one of its states, of the articles first seen after ``since``."""

    def __init__(self, state: State, since: datetime) -> None:
        self._storage = state.storage
        self._state = state
        self._index = state.files("index")
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

        A file is read once for all of them, whatever order they are asked for in; until then they
        are kept on the disk. Raises ``DatasetError`` if one of them is not there.
        """
        wanted: dict[str, set[str]] = {}
        for article in articles:
            wanted.setdefault(_date_of(article), set()).add(article.article_id)
        spool, latest = Spool(), dict[str, tuple[int, Place]]()
        for folder, ids in _by_folder(wanted):
            for identity, (revision, row) in self._read_folder(folder, ids, _TEXT).items():
                if identity not in latest or latest[identity][0] < revision:
                    latest[identity] = revision, spool.add(row["text"].encode())
        _check_all_are_there(wanted, latest)
        return lambda identity: spool.read(latest[identity][1]).decode()

    def told_of(self, articles: Iterable[Known]) -> dict[str, Told]:
        """Return what the latest revision of each of these articles says, by id."""
        wanted: dict[str, set[str]] = {}
        for article in articles:
            wanted.setdefault(_date_of(article), set()).add(article.article_id)
        return {identity: Told(**row) for identity, row in self._read_latest(wanted, _TOLD).items()}

    def with_items(self, articles: Iterable[Known]) -> dict[str, Known]:
        """Return these articles by id, with what the latest revision of each was of as an item."""
        found = {article.article_id: article for article in articles if article.revision}
        wanted: dict[str, set[str]] = {}
        for article in found.values():
            wanted.setdefault(_date_of(article), set()).add(article.article_id)
        for identity, row in self._read_latest(wanted, _ITEM).items():
            if wire := row.get("wire"):  # files before version 5 have none
                state = ItemState(
                    version=wire["version"],
                    version_created=wire["version_created"],
                    withdrawn=row["withdrawn"] is True,
                )
                found[identity] = replace(found[identity], item=state)
        return found

    def _read_latest(
        self, wanted: Mapping[str, set[str]], columns: list[str]
    ) -> dict[str, dict[str, Any]]:
        """Return columns of the latest revision of articles, by id; they are ``wanted`` by date.

        A folder is read once, whatever dates it holds. Raises ``DatasetError`` if one of them is
        not there.
        """
        latest: dict[str, tuple[int, dict[str, Any]]] = {}
        for folder, ids in _by_folder(wanted):
            for identity, found in self._read_folder(folder, ids, columns).items():
                latest[identity] = max(found, latest.get(identity, found), key=_revision)
        _check_all_are_there(wanted, latest)
        return {identity: row for identity, (_, row) in latest.items()}

    def _read_folder(
        self, date: str, wanted: set[str], columns: list[str]
    ) -> dict[str, tuple[int, dict[str, Any]]]:
        """Return the latest revision, and columns of it, of those articles that are in a folder."""
        found: dict[str, tuple[int, dict[str, Any]]] = {}
        for file in reversed(self._state.files("articles", f"date={date}/")):
            left = pa.array(sorted(wanted - found.keys()), pa.string())
            if not len(left):
                break
            with open_data(self._storage, file) as parquet:
                for group in range(parquet.num_row_groups):
                    ids = parquet.read_row_group(group, columns=["article_id"])["article_id"]
                    mask = pc.is_in(ids, value_set=left)
                    if pc.any(mask).as_py():
                        names = ["article_id", "revision", *columns]
                        rows = parquet.read_row_group(group, columns=names).filter(mask)
                        values = rows.drop_columns(["article_id", "revision"]).to_pylist()
                        for identity, revision, row in zip(
                            rows["article_id"].to_pylist(),
                            rows["revision"].to_pylist(),
                            values,
                            strict=True,
                        ):
                            this = (revision, row)
                            found[identity] = max(this, found.get(identity, this), key=_revision)
        return found


def _revision(found: tuple[int, dict[str, Any]]) -> int:
    return found[0]


def _by_folder(wanted: Mapping[str, set[str]]) -> list[tuple[str, set[str]]]:
    """Return each folder that may have rows of the dates in ``wanted``, with all ids of those."""
    found: dict[str, set[str]] = {}
    for date, ids in wanted.items():
        for folder in folder_dates(date):
            found.setdefault(folder, set()).update(ids)
    return sorted(found.items())


def _check_all_are_there(wanted: Mapping[str, set[str]], found: Collection[str]) -> None:
    lost = set[str]().union(*wanted.values()).difference(found)
    if lost:
        raise DatasetError(
            f"The index has the article {min(lost)}, but no file of articles does. "
            "`newsbeam check` says which file is missing."
        )


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
