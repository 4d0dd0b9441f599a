"""The articles that new ones may nearly repeat: their signatures, and their texts where wanted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from transforms.core.errors import DatasetError
from transforms.dataset.layout import partition_values, split_data_path
from transforms.dataset.log import live_files, load_commits, open_data, read_data
from transforms.dataset.storage import open_storage
from transforms.dataset.writer import StagedFile
from transforms.dedup.signatures import ALGORITHM, SignatureBlock, decode_column

_COLUMNS = [
    *("article_id", "outcome", "signature", "signature_algorithm"),
    *("published_at", "fetched_at", "first_seen_at"),
]
#: Files whose texts are kept, since the copies of a story come close together.
_KEPT_FILES = 64


class StoryReader:
    """What the dataset had at commit ``base`` of the articles first seen after ``since``."""

    def __init__(self, root: str, base: int, since: datetime) -> None:
        self._storage = open_storage(root)
        commits = load_commits(self._storage, until=base)
        self._index = live_files(commits, "index")
        self._articles: dict[str, list[StagedFile]] = {}
        for file in live_files(commits, "articles"):
            date = partition_values(*split_data_path(file.path))["date"]
            self._articles.setdefault(date, []).append(file)
        self._since = since
        self._dates: list[tuple[pa.Array, pa.Array]] = []  # ids and dates of what was read
        self._texts = lru_cache(_KEPT_FILES)(self._read_texts)

    def blocks(self) -> Iterator[SignatureBlock]:
        """Yield the signatures, oldest commit first, a row group at a time.

        Signatures of another algorithm are passed over: ``rebuild_index`` makes them anew.
        """
        self._dates.clear()
        for file in self._index:
            with open_data(self._storage, file) as parquet:
                for group in range(parquet.num_row_groups):
                    rows = parquet.read_row_group(group, columns=_COLUMNS)
                    wanted = pc.and_(
                        pc.equal(rows["signature_algorithm"], ALGORITHM),
                        pc.greater_equal(rows["first_seen_at"], pa.scalar(self._since)),
                    )
                    rows = rows.filter(wanted)
                    if not rows.num_rows:
                        continue
                    ids = rows["article_id"].combine_chunks()
                    dated = pc.coalesce(rows["published_at"], rows["fetched_at"])
                    self._dates.append((ids, pc.strftime(dated, "%Y-%m-%d").combine_chunks()))
                    yield decode_column(ids, rows["signature"].combine_chunks())

    def text_of(self, article_id: str) -> str:
        """Return the text of an article that ``blocks`` has yielded: of its latest revision."""
        for ids, dates in reversed(self._dates):
            place = pc.index(ids, article_id).as_py()
            if place < 0:
                continue
            for file in reversed(self._articles.get(dates[place].as_py(), [])):
                text = self._texts(file).get(article_id)
                if text is not None:
                    return text
        raise DatasetError(
            f"The index has the article {article_id}, but no file of articles does. "
            "`newsbeam check` says which file is missing."
        )

    def _read_texts(self, file: StagedFile) -> dict[str, str]:
        rows = read_data(self._storage, file, ["article_id", "revision", "text"])
        rows = rows.sort_by("revision")
        return dict(zip(rows["article_id"].to_pylist(), rows["text"].to_pylist(), strict=True))


def horizon(now: datetime, days: float) -> datetime:
    """Return the moment ``days`` before ``now``, or the earliest there is."""
    seconds = max(now.timestamp() - days * 86400, 0)
    return datetime.fromtimestamp(seconds, UTC)
