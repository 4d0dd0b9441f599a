"""The articles that new ones may nearly repeat: their signatures, and their texts where wanted."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.core.errors import DatasetError
from transforms.core.schema import INDEX
from transforms.dataset.layout import partition_values, split_data_path
from transforms.dataset.log import Commit, live_files, open_data, read_data
from transforms.dataset.storage import Storage
from transforms.dataset.writer import StagedFile
from transforms.dedup.exact import Known
from transforms.dedup.signatures import ALGORITHM, SignatureBlock, decode_column

_COLUMNS = ["article_id", "signature", "signature_algorithm", "first_seen_at"]
#: Files whose texts are kept, since the copies of a story come close together.
_KEPT_FILES = 64


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
        self._texts = lru_cache(_KEPT_FILES)(self._read_texts)

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

    def text_of(self, article: Known) -> str:
        """Return the text of the latest revision of an article that the index has."""
        at = article.published_at or article.fetched_at
        date = at.astimezone(UTC).date().isoformat() if at else ""
        for file in reversed(self._articles.get(date, [])):
            text = self._texts(file).get(article.article_id)
            if text is not None:
                return text
        raise DatasetError(
            f"The index has the article {article.article_id}, but no file of articles does. "
            "`newsbeam check` says which file is missing."
        )

    def _read_texts(self, file: StagedFile) -> dict[str, str]:
        rows = read_data(self._storage, file, ["article_id", "revision", "text"])
        rows = rows.sort_by("revision")
        return dict(zip(rows["article_id"].to_pylist(), rows["text"].to_pylist(), strict=True))


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
