"""WACZ, web archives in a zip file: the pages that it lists, each from where its index says.

https://specs.webrecorder.net/wacz/latest/: ``archive/`` holds WARC files, ``indexes/`` CDXJ files,
``pages/`` lists of the pages that somebody looked at; what they were made of is in the WARC files
too.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any, BinaryIO, cast

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.core.urls import join_url
from newsbeam.transforms.sources.archives import DAMAGE
from newsbeam.transforms.sources.cdx import read_capture
from newsbeam.transforms.sources.cdx_lines import Capture, read_line
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.selection import Selection
from newsbeam.transforms.sources.streams import open_decompressed, read_lines

_PACKAGE = "datapackage.json"
ARCHIVE = "archive/"
_INDEXES, _PAGES = "indexes/", "pages/"
_INDEX_ENDINGS = (".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz")
_MAX_LINE = 1 << 20  # a list of pages may hold their text
_LOCAL_HEADER = 30
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

#: Address → its captures, each with its line of an index.
_Captures = dict[str, list[tuple[str, Capture]]]


def judge_zip(spool: BinaryIO) -> tuple[bool, bool]:
    """Return whether the zip file in ``spool`` is a WACZ, and whether it lists pages with places.

    Of one that does not, all that stands below ``ARCHIVE`` is to be read. A list may have no page:
    some tools write its head and look for none.
    """
    try:
        archive = zipfile.ZipFile(spool)
        names = archive.namelist()
    except DAMAGE:
        return False, False
    is_wacz = _PACKAGE in names and any(name.startswith(ARCHIVE) for name in names)
    return is_wacz, is_wacz and bool(_indexes(names)) and _has_pages(archive, _lists(names))


def _has_pages(archive: zipfile.ZipFile, lists: list[str]) -> bool:
    try:
        return any(True for name in lists for _ in _read_list(archive, name))
    except DAMAGE:
        return True  # which is told when it is read


def _lists(names: list[str]) -> list[str]:
    return sorted(name for name in names if name.startswith(_PAGES) and name.endswith(".jsonl"))


def _indexes(names: list[str]) -> list[str]:
    return sorted(
        name for name in names if name.startswith(_INDEXES) and name.endswith(_INDEX_ENDINGS)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A line of a list of pages."""

    ref: str  # its list and its number
    url: str | None  # None: it cannot be read
    at: datetime | None


def read_wacz(
    spool: BinaryIO,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    *,
    seen_at: datetime,
    max_url_chars: int,
) -> Iterator[Page | Reject]:
    """Yield one outcome for each page that the WACZ in ``spool`` lists; positions count pages.

    Captures that no list names, pictures, other visits and the like, are counted in ``progress``.
    """
    try:
        archive = zipfile.ZipFile(spool)
        names = archive.namelist()
        listed = [each for name in _lists(names) for each in _read_list(archive, name)]
        captures = _read_indexes(
            archive, _indexes(names), {_key(each.url) for each in listed}, source, progress
        )
        if not source.position:
            _count_others(listed, captures, progress)
    except DAMAGE as error:
        raise InputError("truncated_archive", f"{source.ref} is damaged: {error}.") from error
    selection = Selection(settings.select)
    with _Members(archive, spool, settings.max_archive_bytes) as members:
        for number, page in enumerate(listed):
            if number < source.position:
                continue
            if progress.must_stop():
                progress.stop_at(number)
                return
            entry = Entry(
                source_kind="archive",
                source_ref=scrub(f"{source.ref}#{page.ref}"),
                url=page.url,
                publisher=source.publisher,
                language=source.language,
                seen_at=page.at or seen_at,
            )
            found: Page | Reject | None
            try:
                _, capture = _choose(page, captures)
                name = f"{ARCHIVE}{capture.filename.removeprefix(ARCHIVE)}"
                found = read_capture(
                    members.open(name),
                    entry,
                    capture.offset,
                    f"{source.ref}#{name}#{capture.offset}",
                    progress,
                    selection,
                    max_bytes=settings.max_text_bytes,
                    max_url_chars=max_url_chars,
                )
            except InputError as error:
                found = reject_entry(entry, error, stage="read", rejected_at=seen_at)
            if found is not None:
                progress.spend(len(found.body) if isinstance(found, Page) else 1)
                yield found
    progress.position = len(listed)


def _key(url: str | None) -> str | None:
    """Return what two spellings of an address have in common: no part within the page."""
    return url and (join_url(None, url) or url).partition("#")[0]


def _read_list(archive: zipfile.ZipFile, name: str) -> Iterator[_Listed]:
    with archive.open(name) as file:
        for number, (line, _) in enumerate(read_lines(cast(BinaryIO, file), _MAX_LINE), start=1):
            if line is not None and not line.strip():
                continue
            try:
                values = json.loads(line or b"")
            except (ValueError, RecursionError):
                values = None
            if number == 1 and isinstance(values, dict) and "format" in values:
                continue
            known = values if isinstance(values, dict) else {}
            url = known.get("url")
            yield _Listed(
                ref=f"{name}#{number}",
                url=scrub(url) if isinstance(url, str) and url else None,
                at=_read_moment(known.get("ts")),
            )


def _read_moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _read_indexes(
    archive: zipfile.ZipFile,
    names: list[str],
    wanted: set[str | None],
    source: Source,
    progress: Progress,
) -> _Captures:
    """Return the captures of the pages in ``wanted``; count all others when reading begins."""
    found: _Captures = {}
    for name in names:
        with archive.open(name) as file:
            lines = open_decompressed(cast(BinaryIO, file), name)
            for number, (line, _) in enumerate(read_lines(lines, _MAX_LINE), start=1):
                text = "" if line is None else line.decode("utf-8", "replace").rstrip("\r")
                try:
                    capture = read_line(text, None)
                except InputError:  # its page, if it is one, is found to have no capture
                    continue
                if capture is None:
                    continue
                key = _key(capture.url)
                ref = scrub(f"{source.ref}#{name}#{number}")
                if key is not None and key in wanted:
                    found.setdefault(key, []).append((ref, capture))
                elif not source.position:
                    _count_unlisted(ref, progress)
    return found


def _count_others(listed: list[_Listed], captures: _Captures, progress: Progress) -> None:
    """Count the captures of listed pages that were made at another time than the list says."""
    chosen = {_choose(each, captures)[0] for each in listed if _key(each.url) in captures}
    for known in captures.values():
        for ref, _ in known:
            if ref not in chosen:
                _count_unlisted(ref, progress)


def _count_unlisted(ref: str, progress: Progress) -> None:
    progress.pass_over("unlisted", entry_id("archive", ref, None, None))


def _choose(page: _Listed, captures: _Captures) -> tuple[str, Capture]:
    """Return the capture of a page that was made when the list says, or next to then."""
    if page.url is None:
        raise InputError("bad_json", "The line of the list of pages names no address.")
    known = captures.get(_key(page.url) or "")
    if not known:
        raise InputError("not_found", "The index has no capture of this page.")
    # A revisit has no page, and says that it is that of another capture.
    known = [each for each in known if not each[1].is_revisit] or known
    moment = page.at or max((each.at or _LONG_AGO) for _, each in known)
    return min(known, key=lambda each: abs((each[1].at or _LONG_AGO) - moment) or timedelta(0))


class _Members:
    """The WARC files in the zip, as files in which one can go to any place."""

    def __init__(self, archive: zipfile.ZipFile, spool: BinaryIO, limit: int) -> None:
        self._archive, self._spool, self._left = archive, spool, limit
        self._open: dict[str, BinaryIO] = {}
        self._copies: list[IO[bytes]] = []

    def __enter__(self) -> "_Members":
        return self

    def __exit__(self, *_: object) -> None:
        for copy in self._copies:
            copy.close()

    def open(self, name: str) -> BinaryIO:
        """Return a member. Raises ``InputError`` if there is none or it cannot be read."""
        if name not in self._open:
            try:
                info = self._archive.getinfo(name)
                stored = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
                self._open[name] = self._slice(info) if stored else self._copy(info)
            except KeyError:
                raise InputError("not_found", f"There is no {name[:200]} in the file.") from None
            except DAMAGE as error:
                cause = f"{name[:200]} is damaged: {error}."
                raise InputError("truncated_archive", cause) from error
        return self._open[name]

    def _slice(self, info: zipfile.ZipInfo) -> BinaryIO:
        self._spool.seek(info.header_offset)
        header = self._spool.read(_LOCAL_HEADER)
        sizes = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
        start = info.header_offset + _LOCAL_HEADER + sum(sizes)
        return cast(BinaryIO, _Slice(self._spool, start, info.file_size))

    def _copy(self, info: zipfile.ZipInfo) -> BinaryIO:
        """Decompress a member: what is compressed twice cannot be read at a place."""
        copy = tempfile.SpooledTemporaryFile(max_size=1 << 24)  # noqa: SIM115 - closed at the end
        self._copies.append(cast(IO[bytes], copy))
        with self._archive.open(info) as member:
            while data := member.read(1 << 16):
                self._left -= len(data)
                if self._left < 0:
                    raise InputError(
                        "too_large", "It holds more than allowed (read.max_archive_bytes)."
                    )
                copy.write(data)
        return cast(BinaryIO, copy)


class _Slice(io.RawIOBase):
    """Part of a file, as a file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(view), self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
