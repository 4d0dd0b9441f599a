"""Rows that are too many for memory, kept on the disk until those with one key can be judged."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa

from newsbeam.transforms.dataset.keys import to_keys

#: Into how many parts rows are divided; one of them is in memory at a time.
_PARTS = 32


class Spill:
    """Takes rows in, and gives them back in parts: all rows of one key in the same part."""

    def __init__(self, schema: pa.Schema, key: str) -> None:
        self._schema = schema
        self._key = key
        self._folder = Path(tempfile.mkdtemp(prefix="newsbeam-check-"))
        self._writers: dict[int, pa.RecordBatchFileWriter] = {}

    def __enter__(self) -> "Spill":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for writer in self._writers.values():
            writer.close()
        shutil.rmtree(self._folder)

    def add(self, rows: pa.Table) -> None:
        """Take in ``rows``; columns that are missing are null."""
        columns = [
            rows[field.name].cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(rows.num_rows, field.type)
            for field in self._schema
        ]
        rows = pa.Table.from_arrays(columns, schema=self._schema)
        parts = to_keys(rows[self._key].combine_chunks()) % np.uint64(_PARTS)
        for part in np.unique(parts).tolist():
            if part not in self._writers:
                path = str(self._folder / str(part))
                self._writers[part] = pa.ipc.new_file(path, self._schema)
            self._writers[part].write_table(rows.filter(pa.array(parts == part)))

    def parts(self) -> Iterator[pa.Table]:
        """Yield the rows, after which none can be added."""
        for writer in self._writers.values():
            writer.close()
        for part in sorted(self._writers):
            with pa.memory_map(str(self._folder / str(part))) as source:
                yield pa.ipc.open_file(source).read_all()
        self._writers.clear()
