"""Committed files of a bucket as Arrow opens them: in ranges, with as few requests as it takes.

Arrow's own clients of object stores know nothing of our retries, credentials and sentences, so it
is given files of ours. The log says how large each is, so nobody asks the store for that.

``Scanner.to_reader`` of PyArrow keeps Python's lock while it starts a scan. If a file of ours fails
in that moment, Arrow wants that lock to put the error into words, and both wait for ever (PyArrow
25). DuckDB reads that way; so its reader is made of what ``scan_batches`` gives, which lets go.
"""

import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any, NoReturn

import obstore
import pyarrow as pa
import pyarrow.dataset as pd
from pyarrow.fs import FileInfo, FileSystemHandler, FileType, PyFileSystem

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dataset.log import places_of
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.stores.objects import ask, open_bucket
from newsbeam.transforms.stores.ranges import RangeReader

#: A file up to this is one request; of a larger one the columns that are wanted are asked for.
_WHOLE_BYTES = 1 << 20
#: What lies between two wanted columns is asked for with them up to this.
_HOLE_BYTES = 256 << 10
_RANGE_BYTES = 8 << 20


def scan_bucket(
    url: str,
    table: str,
    files: Iterable[StagedFile],
    schema: pa.Schema,
    places: pa.Schema,
    only: pd.Expression | None = None,
) -> pd.Dataset:
    """Return ``files`` of one ``table`` of the dataset at ``url``; nothing is read yet.

    ``places`` are the columns of ``schema`` that stand in the paths; ``only`` says which rows are
    meant. Files that are replaced meanwhile are read where they are kept. Reading raises
    ``DatasetError``.
    """
    named = {file.path: file for file in files}
    options = pd.ParquetFragmentScanOptions(
        pre_buffer=True,
        cache_options=pa.CacheOptions(
            hole_size_limit=_HOLE_BYTES, range_size_limit=_RANGE_BYTES, lazy=True
        ),
    )
    found = pd.dataset(
        list(named),
        schema=schema,
        format=pd.ParquetFileFormat(default_fragment_scan_options=options),
        filesystem=PyFileSystem(_Files(url, named)),
        partitioning=pd.partitioning(places, flavor="hive"),
        partition_base_dir=table,
    )
    return _Scanned(found, only)


class _Scanned(pd.FileSystemDataset):
    """A dataset whose scanners let go of Python's lock."""

    def __init__(self, found: pd.FileSystemDataset, only: pd.Expression | None) -> None:
        super().__init__(found.get_fragments(), found.schema, found.format, found.filesystem)
        self._only = only

    def __reduce__(self) -> tuple[Any, ...]:
        fragments = list(self.get_fragments())
        plain = pd.FileSystemDataset(fragments, self.schema, self.format, self.filesystem)
        return _Scanned, (plain, self._only)

    def filter(self, expression: pd.Expression) -> "_Scanned":
        only = expression if self._only is None else self._only & expression
        return _Scanned(self, only)

    def replace_schema(self, schema: pa.Schema) -> "_Scanned":
        return _Scanned(super().replace_schema(schema), self._only)

    def scanner(self, columns: Any = None, filter: Any = None, **options: Any) -> "_Scanner":
        both = [each for each in (self._only, filter) if each is not None]
        rows = reduce(operator.and_, both) if both else None
        return _Scanner(super().scanner(columns=columns, filter=rows, **options))


class _Scanner:
    def __init__(self, scanner: pd.Scanner) -> None:
        self._scanner = scanner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scanner, name)

    def to_reader(self) -> pa.RecordBatchReader:
        schema = self._scanner.projected_schema
        return pa.RecordBatchReader.from_batches(schema, self._scanner.to_batches())


class _Committed(RangeReader):
    """A committed file, wherever it is by now."""

    def __init__(self, url: str, file: StagedFile) -> None:
        path, *self._others = places_of(file)
        super().__init__(open_bucket(url), url, path, file.bytes)
        self._file = file

    def readinto(self, buffer: object) -> int:
        while True:
            try:
                return super().readinto(buffer)
            except FileNotFoundError:
                self._look_elsewhere()

    def whole(self) -> bytes:
        """Return all of it, by one request."""
        while True:
            try:
                found = ask(
                    self._url, self._path, "read", lambda: obstore.get(self._store, self._path)
                )
                return bytes(found.bytes())
            except FileNotFoundError:
                self._look_elsewhere()

    def _look_elsewhere(self) -> None:
        if not self._others:
            raise DatasetError(
                f"{self._file.path} is not there any more: it was replaced or forgotten after the "
                "dataset had been opened. Open it again."
            ) from None
        self._path = self._others.pop(0)


class _Files(FileSystemHandler):
    """The files that are named, to be read and nothing else."""

    def __init__(self, url: str, files: dict[str, StagedFile]) -> None:
        self._url, self._files = url, files

    def get_type_name(self) -> str:
        return "newsbeam"

    def normalize_path(self, path: str) -> str:
        return path

    def get_file_info(self, paths: list[str]) -> list[FileInfo]:
        return [FileInfo(path, FileType.File, size=self._files[path].bytes) for path in paths]

    def open_input_file(self, path: str) -> pa.NativeFile:
        file = _Committed(self._url, self._files[path])
        if self._files[path].bytes <= _WHOLE_BYTES:
            return pa.BufferReader(file.whole())
        return pa.PythonFile(file, mode="r")

    def open_input_stream(self, path: str) -> pa.NativeFile:
        return self.open_input_file(path)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("These files are only read.")

    get_file_info_selector = create_dir = delete_dir = delete_dir_contents = _refuse
    delete_root_dir_contents = delete_file = move = copy_file = _refuse
    open_output_stream = open_append_stream = _refuse
