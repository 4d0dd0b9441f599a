"""Zip and tar archives as inputs: what their members hold, or the pages that a WACZ lists."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Protocol, cast

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.archives import copy_zip, open_members
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.wacz import ARCHIVE, judge_zip, read_wacz

Item = Page | Entry | Source | Reject


#: A position is the members that are done, and above these bits what of the next one is done.
_MEMBER_BITS = 32


class Inner(Iterable[Item], Protocol):
    """What reads a member."""

    @property
    def position(self) -> int:
        """Return how many of its rows or items are done, valid after the iteration."""

    @property
    def complete(self) -> bool:
        """Return whether its end was reached, valid after the iteration."""

    @property
    def passed_over(self) -> dict[str, Tally]:
        """Return what of it was passed over, valid after the iteration."""


#: Opens a member, the source of which names it; raises ``InputError``.
OpenInner = Callable[[BinaryIO, Source], Inner]


def read_zip(
    stream: BinaryIO,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    open_inner: OpenInner,
    *,
    seen_at: datetime,
    max_url_chars: int,
) -> Iterator[Item]:
    """Yield what a zip file holds: the pages that it lists if it is a WACZ, else its members."""
    with tempfile.SpooledTemporaryFile(max_size=1 << 24) as file:
        spool = cast(BinaryIO, file)
        copy_zip(stream, spool, settings)
        is_wacz, lists_pages = judge_zip(spool)
        if lists_pages:
            yield from read_wacz(
                spool, source, settings, progress, seen_at=seen_at, max_url_chars=max_url_chars
            )
            return
        spool.seek(0)
        below = ARCHIVE if is_wacz else ""
        yield from read_members(
            spool, source, settings, progress, open_inner, seen_at=seen_at, below=below
        )


def read_members(
    stream: BinaryIO,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    open_inner: OpenInner,
    *,
    seen_at: datetime,
    below: str = "",
) -> Iterator[Item]:
    """Yield what the members of an archive ``below`` a folder hold.

    Positions count members, and the rows or items of one that is more than a pass may read: a few
    bytes of an archive may be gigabytes of rows.
    """
    done, begun = source.position & ((1 << _MEMBER_BITS) - 1), source.position >> _MEMBER_BITS
    number = 0
    name = ""
    try:
        for number, (name, member) in enumerate(
            open_members(stream, source.ref, settings), start=1
        ):
            if number <= done or not name.startswith(below):
                continue
            if progress.must_stop():
                progress.stop_at(number - 1)
                return
            left = None if progress.max_bytes is None else progress.max_bytes - progress.bytes_read
            position = begun if number == done + 1 else 0
            inner = replace(source, ref=f"{source.ref}#{name}", position=position, max_bytes=left)
            try:
                if isinstance(member, InputError):
                    raise member
                counted = _Spending(member, progress)
                reader = open_inner(cast(BinaryIO, counted), inner)
                try:
                    yield from reader
                finally:
                    progress.add_passed_over(reader.passed_over)
                if not reader.complete:
                    progress.stop_at(number - 1 + (reader.position << _MEMBER_BITS))
                    return
            except InputError as error:
                yield _reject_member(inner.ref, error, seen_at)
    except InputError as error:
        if not number:
            raise
        # What is behind the damage, or beyond the limit, is one loss.
        number += 1
        yield _reject_member(f"{source.ref}#{number}", error, seen_at)
    progress.position = number


class _Spending:
    """A member's bytes, counted as read."""

    def __init__(self, stream: BinaryIO, progress: Progress) -> None:
        self._stream, self._progress = stream, progress

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._progress.spend(len(data))
        return data

    def seekable(self) -> bool:
        return False


def _reject_member(ref: str, error: InputError, seen_at: datetime) -> Reject:
    member = Entry(source_kind="archive", source_ref=scrub(ref), seen_at=seen_at)
    return reject_entry(member, error, stage="read", rejected_at=seen_at, bytes_ref=ref)
