"""What the next pass reads of the sources that are due: a part of bounded size."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from newsbeam.transforms.core.identity import source_identity
from newsbeam.transforms.core.records import LedgerEvent, Poll, Source
from newsbeam.transforms.core.settings import PassSettings

_WEB = ("http://", "https://")
_INDEX = re.compile(r"\.cdxj?(?:\.\w+)?$")
_HTML = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass reads, and the last polls of sources that have not changed since."""

    sources: tuple[Source, ...]
    unchanged: tuple[Poll, ...] = ()


def is_web(ref: str) -> bool:
    """Return whether ``ref`` is asked over HTTP rather than read from a file system."""
    return ref.lower().startswith(_WEB)


def next_pass(sources: Iterable[Source], polls: Mapping[str, Poll], settings: PassSettings) -> Pass:
    """Return what to read next of ``sources``, given how the last poll of each ended.

    A file that was read to its end and has not changed since is not read again, unless it holds
    addresses: what they lead to may have changed. One that was read in part goes on where it
    stood. Sources are taken in order until the pass is full.
    """
    chosen: list[Source] = []
    unchanged: list[Poll] = []
    room = settings.max_bytes
    for source in sources:
        poll = polls.get(source.ref)
        same = (
            poll is not None
            and poll.outcome != "failed"
            and source.fingerprint is not None
            and poll.fingerprint == source.fingerprint
        )
        if same and poll is not None and poll.complete and not poll.has_links:
            unchanged.append(poll)
            continue
        if room <= 0:
            continue
        if is_web(source.ref):
            room -= settings.url_bytes if source.kind == "url" else settings.feed_bytes
            chosen.append(replace(source, last=poll))
        else:
            position = poll.position if same and poll and not poll.complete else 0
            chosen.append(replace(source, last=poll, position=position, max_bytes=room))
            room -= weigh(source, settings)
    return Pass(sources=tuple(chosen), unchanged=tuple(unchanged))


def weigh(source: Source, settings: PassSettings) -> int:
    """Return what a file counts for in the budget of a pass; its name is a good enough guess."""
    name = source.ref.lower()
    if name.endswith(_HTML):
        return int(source.size * settings.html_share)
    if source.kind == "cdx" or _INDEX.search(name):
        return settings.max_bytes  # of what it leads to it reads as much as a pass may
    return source.size


def bytes_of(plan: Pass, settings: PassSettings) -> int:
    """Return what ``plan`` reads, as far as that can be told before.

    Of a feed that was read before only what is new is read.
    """
    size = 0
    for source in plan.sources:
        if not is_web(source.ref):
            size += weigh(source, settings)
        elif source.kind == "url" or source.last is not None:
            size += settings.url_bytes
        else:
            size += settings.feed_bytes
    return size


def poll_again(plan: Pass, now: datetime) -> Iterator[Poll]:
    """Yield the polls of sources that have not changed, as of ``now``."""
    for poll in plan.unchanged:
        yield replace(poll, outcome="not_modified", polled_at=now, entries=0)


def count_unchanged(plan: Pass) -> Iterator[LedgerEvent]:
    """Yield what the ledger says of sources that have not changed."""
    for poll in plan.unchanged:
        for kind in ("polled", "not_modified"):
            yield LedgerEvent(kind=kind, id=source_identity(poll.source_ref))
