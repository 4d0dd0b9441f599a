"""Captures that an index of web archives names, read from their places in the archives."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.cdx_lines import HEADER, Capture, read_line
from newsbeam.transforms.sources.http_head import MAX_HEAD_BYTES
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.segments import Segments
from newsbeam.transforms.sources.selection import Selection
from newsbeam.transforms.sources.streams import read_lines
from newsbeam.transforms.sources.warc import settle_item
from newsbeam.transforms.sources.warc_records import NO_RECORD, Damage, read_records

#: Opens a file of this machine or an object store; raises OSError.
OpenFile = Callable[[str], BinaryIO]

_MAX_LINE = 1 << 16
#: How much smaller a page is in an archive, where the index does not say.
_PACKED = 5
_REMEDY = "Take the archive that the index was made of, or make the index anew."
#: Archives that stay open: lines are sorted by address, not by archive.
_MAX_OPEN = 16


def open_local(path: str) -> BinaryIO:
    """Open a file of this machine."""
    return Path(path).open("rb")


class Archives:
    """The archives below one folder, a few of them open. A context: at its end they are closed."""

    def __init__(self, base: str, open_file: OpenFile) -> None:
        self._base, self._open_file = base, open_file
        self._open: OrderedDict[str, BinaryIO] = OrderedDict()

    def __enter__(self) -> "Archives":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()

    def place(self, name: str) -> str:
        """Return where the archive lies. Raises ``InputError`` if the name leads elsewhere."""
        base = self._base.rstrip("/")
        if "://" not in base and name.startswith("/"):
            base = str(Path(base).absolute())
        below = name.removeprefix(f"{base}/")
        if ".." in below.split("/") or "\0" in below or "://" in below or below.startswith("/"):
            raise InputError(
                "unreadable",
                f"The archive {name[:200]} is not below {self._base} (read.archives).",
            )
        return f"{base}/{below}"

    def open(self, path: str) -> BinaryIO:
        """Return an archive. Raises ``InputError`` if it cannot be opened."""
        if path not in self._open:
            try:
                self._open[path] = self._open_file(path)
            except (OSError, ValueError) as error:
                raise InputError("unreadable", f"{path} cannot be opened: {error}.") from error
            if len(self._open) > _MAX_OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(path)
        return self._open[path]


def read_cdx(
    stream: BinaryIO,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    *,
    seen_at: datetime,
    max_url_chars: int,
    open_file: OpenFile = open_local,
) -> Iterator[Page | Reject]:
    """Yield the page, or a reject, of each capture that an index names; positions count lines.

    Archives lie below ``settings.archives``, or in the folder of the index.
    """
    selection = Selection(settings.select)
    letters: list[str] | None = None
    number = 0
    base = settings.archives or source.ref.rpartition("/")[0] or "."
    with Archives(base, open_file) as archives:
        try:
            for number, (line, size) in enumerate(read_lines(stream, _MAX_LINE), start=1):
                text = "" if line is None else line.decode("utf-8", "replace").strip("\r\ufeff")
                if header := HEADER.fullmatch(text):
                    letters = header[1].split()
                if number <= source.position:
                    continue
                if progress.must_stop():
                    progress.stop_at(number - 1)
                    return
                progress.spend(size)
                entry = Entry(
                    source_kind="cdx",
                    source_ref=scrub(f"{source.ref}#{number}"),
                    publisher=source.publisher,
                    language=source.language,
                    seen_at=seen_at,
                )
                try:
                    if line is None:
                        raise InputError("bad_record", f"The line has more than {_MAX_LINE} bytes.")
                    capture = read_line(text, letters)
                    if capture is None:
                        continue
                    entry = replace(entry, url=scrub(capture.url or "") or None)
                    if unwanted := _refuse(capture, selection):
                        progress.pass_over(unwanted, entry_id("cdx", entry.source_ref, None, None))
                        continue
                    path = archives.place(capture.filename)
                    raw = archives.open(path)
                except InputError as error:
                    yield reject_entry(entry, error, stage="read", rejected_at=seen_at)
                    continue
                found = read_capture(
                    raw,
                    entry,
                    capture.offset,
                    f"{path}#{capture.offset}",
                    progress,
                    selection,
                    max_bytes=settings.max_text_bytes,
                    max_url_chars=max_url_chars,
                )
                if found is not None:
                    body = found.body if isinstance(found, Page) else b""
                    progress.spend(capture.length or len(body) // _PACKED)
                    yield found
        except InputError as error:
            number += 1
            broken = Entry(source_kind="cdx", source_ref=f"{source.ref}#{number}", seen_at=seen_at)
            yield reject_entry(broken, error, stage="read", rejected_at=seen_at)
    progress.position = number


def _refuse(capture: Capture, selection: Selection) -> str | None:
    return selection.refuse(
        url=capture.url,
        captured_at=capture.at,
        status=capture.status,
        languages=capture.languages,
    )


def read_capture(
    raw: BinaryIO,
    entry: Entry,
    offset: int,
    bytes_ref: str,
    progress: Progress,
    selection: Selection,
    *,
    max_bytes: int,
    max_url_chars: int,
) -> Page | Reject | None:
    """Return the outcome of the one record at ``offset`` of the archive ``raw``.

    That is None where it was passed over, and is counted in ``progress``.
    """
    try:
        raw.seek(0)
        item = next(read_records(raw, offset, max_bytes + MAX_HEAD_BYTES + 1), None)
    except (OSError, ValueError, InputError) as error:
        detail = f"{bytes_ref} cannot be read: {error}."
        broken = InputError("unreadable", detail)
        return reject_entry(
            entry, broken, stage="read", rejected_at=entry.seen_at, bytes_ref=bytes_ref
        )
    if item is None or item.offset != offset or isinstance(item, Damage):
        told = item.detail if isinstance(item, Damage) else NO_RECORD
        remedy = f" {_REMEDY}" if told == NO_RECORD else ""
        broken = InputError("bad_record", f"{bytes_ref}: {told}{remedy}")
        return reject_entry(
            entry, broken, stage="read", rejected_at=entry.seen_at, bytes_ref=bytes_ref
        )
    # What follows of a record in segments is elsewhere.
    (item,) = Segments(max_bytes).join(iter([item]))
    return settle_item(
        item,
        entry,
        progress,
        selection,
        bytes_ref=bytes_ref,
        max_bytes=max_bytes,
        max_url_chars=max_url_chars,
    )
