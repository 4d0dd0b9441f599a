"""How many rows of each column are null, as files tell: by Parquet's own statistics, or a note."""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow.parquet as pq

from newsbeam.transforms.core.schema import NULLS


@dataclass
class NullCounts:
    """Adds up what files tell. Of a list, a row that is empty counts as null."""

    #: By column of the table: rows of the files that tell, and how many of them are null.
    told: Counter[str] = field(default_factory=Counter)
    nulls: Counter[str] = field(default_factory=Counter)
    #: By number of leaves, which tells the versions of the schema apart: where the first leaf of
    #: each column is.
    _leaves: dict[int, dict[str, int]] = field(default_factory=dict)

    def add(self, file: pq.FileMetaData) -> None:
        """Add one file."""
        if note := (file.metadata or {}).get(NULLS.encode()):  # of few rows
            columns = self._first_leaves(file.row_group(0))
            self.told.update(dict.fromkeys(columns, file.num_rows))
            self.nulls.update(dict(zip(columns, map(int, note.split()), strict=True)))
            return
        for number in range(file.num_row_groups):
            self._add_group(file.row_group(number))

    def _add_group(self, group: pq.RowGroupMetaData) -> None:
        rows = group.num_rows
        for column, place in self._first_leaves(group).items():
            statistics = group.column(place).statistics
            if statistics is not None and statistics.has_null_count:
                self.told[column] += rows
                self.nulls[column] += statistics.null_count

    def _first_leaves(self, group: pq.RowGroupMetaData) -> dict[str, int]:
        found = self._leaves.get(group.num_columns)
        if found is None:
            found = {}
            for place in range(group.num_columns):
                found.setdefault(group.column(place).path_in_schema.partition(".")[0], place)
            self._leaves[group.num_columns] = found
        return found

    def share(self, column: str) -> float | None:
        """Return the share of rows without a value; None if no file tells."""
        told = self.told[column]
        return self.nulls[column] / told if told else None
