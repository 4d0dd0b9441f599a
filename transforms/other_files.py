"""Files that only Beam's file systems know, such as those of hdfs://."""

from collections.abc import Iterator
from typing import BinaryIO

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import BeamIOError, FileSystems


def open_other(ref: str) -> BinaryIO:
    """Open a file as it is, without unpacking it. Raises OSError."""
    try:
        opened: BinaryIO = FileSystems.open(
            ref, "application/octet-stream", CompressionTypes.UNCOMPRESSED
        )
    except BeamIOError as error:
        raise OSError(str(error)) from error
    return opened


def find_others(pattern: str) -> Iterator[tuple[str, int, float]]:
    """Yield path, size and time of change of each file that a pattern names, sorted.

    Raises ValueError if there is no file system of that name, or it cannot be asked.
    """
    try:
        found = FileSystems.match([pattern])[0].metadata_list
    except BeamIOError as error:
        causes = (error.exception_details or {}).values()
        raise ValueError("; ".join(map(str, causes)) or str(error)) from error
    except ValueError as error:  # it names a package of Beam that would not help
        raise ValueError("give a path, or an address of http, https, s3, gs or az") from error
    for file in sorted(found, key=lambda file: str(file.path)):
        yield file.path, file.size_in_bytes, file.last_updated_in_seconds
