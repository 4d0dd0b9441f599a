"""Zip and tar archives: each member is a document, and none is written anywhere.

What an archive says of itself, sizes and names, is not relied upon: what is read is counted.
"""

import lzma
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import ReadSettings

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MAGIC_AT = 257
#: Archives within archives are read to this depth.
MAX_DEPTH = 2
#: What computers of Apple's put beside each file.
_RUBBISH = ("__MACOSX/", "._")

#: Long names and attributes are notes before a member.
_MAX_NOTE_BYTES = 1 << 20

#: What the standard library raises over archives that are damaged, or of another make.
DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, ValueError, OverflowError, NotImplementedError, RuntimeError, KeyError),
)

Member = tuple[str, BinaryIO | InputError]


def is_archive(head: bytes) -> bool:
    """Return whether ``head``, decompressed, begins a zip or tar archive."""
    return head.startswith(ZIP_MAGIC) or head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar"


def open_members(stream: BinaryIO, ref: str, settings: ReadSettings) -> Iterator[Member]:
    """Yield name and bytes of each file in an archive, or why it cannot be read.

    A stream is to be read before the next one is asked for; it raises ``InputError`` where its
    data is damaged or the archive holds more than it may. Raises ``InputError`` for an archive that
    cannot be read at all.
    """
    head = stream.read(4)
    with tempfile.SpooledTemporaryFile(max_size=1 << 24) as spool:
        spool.write(head)
        budget = _Budget(settings.max_archive_bytes)
        if head.startswith(ZIP_MAGIC):
            # Its table of contents stands at the end.
            if stream.seekable():
                members = _zip_members(stream, ref, budget)
            else:
                copy_zip(stream, cast(BinaryIO, spool), settings)
                members = _zip_members(cast(BinaryIO, spool), ref, budget)
        else:
            limited = _Limited(head, stream, settings.max_archive_bytes)
            members = _tar_members(cast(BinaryIO, limited), ref, budget)
        for number, (name, member) in enumerate(members, start=1):
            if number > settings.max_archive_members:
                yield (
                    name,
                    InputError(
                        "too_large",
                        f"{ref} has more than {settings.max_archive_members:,} members "
                        "(read.max_archive_members).",
                    ),
                )
                return
            yield name, member


class _Budget:
    """How much of an archive may still be decompressed."""

    def __init__(self, left: int) -> None:
        self._limit = self._left = left

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise InputError(
                "too_large",
                f"The archive holds more than {self._limit:,} bytes (read.max_archive_bytes).",
            )


class _Counted:
    """A member's bytes, counted, with damage told as an ``InputError``."""

    def __init__(self, stream: BinaryIO, name: str, budget: _Budget) -> None:
        self._stream, self._name, self._budget = stream, name, budget

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except DAMAGE as error:
            raise InputError("truncated_archive", f"{self._name} is damaged: {error}.") from error
        self._budget.spend(len(data))
        return data

    def seekable(self) -> bool:
        return False


class _Limited:
    """A stream that begins with bytes that were read already, and ends after ``limit`` bytes."""

    def __init__(self, head: bytes, stream: BinaryIO, limit: int) -> None:
        self._head, self._stream = head, stream
        self._budget = _Budget(limit)

    def read(self, size: int) -> bytes:
        parts = [self._head[:size]]
        self._head = self._head[size:]
        left = size - len(parts[0])
        while left > 0 and (data := self._stream.read(left)):
            self._budget.spend(len(data))
            parts.append(data)
            left -= len(data)
        return b"".join(parts)


class _Header(tarfile.TarInfo):
    """A header that may not ask for more memory than a name needs."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        is_note = self.type not in (*tarfile.REGULAR_TYPES, tarfile.DIRTYPE)
        if is_note and self.size > _MAX_NOTE_BYTES:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        processed: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return processed


def copy_zip(stream: BinaryIO, spool: BinaryIO, settings: ReadSettings) -> None:
    """Add what is left of ``stream`` to ``spool``, and go to its start. Raises ``InputError``."""
    left = settings.max_archive_bytes
    while data := stream.read(1 << 16):
        left -= len(data)
        if left < 0:
            raise InputError("too_large", "The archive is larger than read.max_archive_bytes.")
        spool.write(data)
    spool.seek(0)


def _zip_members(spool: BinaryIO, ref: str, budget: _Budget) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(spool)
    except DAMAGE as error:
        raise InputError("truncated_archive", f"{ref} is no whole zip archive: {error}.") from error
    with archive:
        for info in archive.infolist():
            budget.spend(0)
            if info.filename.endswith("/") or _is_rubbish(info.filename):
                continue
            if info.flag_bits & 1:
                yield (
                    info.filename,
                    InputError("unreadable", f"{info.filename} is encrypted. Decrypt it first."),
                )
                continue
            try:
                member = archive.open(info)
            except DAMAGE as error:
                cause = InputError("truncated_archive", f"{info.filename} is damaged: {error}.")
                yield info.filename, cause
                continue
            with member:
                counted = _Counted(cast(BinaryIO, member), info.filename, budget)
                yield info.filename, cast(BinaryIO, counted)


def _tar_members(stream: BinaryIO, ref: str, budget: _Budget) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
            for info in archive:
                if not info.isfile() or _is_rubbish(info.name):
                    continue
                member = archive.extractfile(info)
                if member is not None:
                    counted = _Counted(cast(BinaryIO, member), info.name, budget)
                    yield info.name, cast(BinaryIO, counted)
    except DAMAGE as error:
        raise InputError("truncated_archive", f"{ref} is no whole tar archive: {error}.") from error


def _is_rubbish(name: str) -> bool:
    return name.startswith(_RUBBISH[0]) or name.rpartition("/")[2].startswith(_RUBBISH[1])
