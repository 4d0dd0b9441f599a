"""Which sources are read next: those that are due, in parts of bounded size."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.core.settings import PassSettings
from newsbeam.transforms.sources.answers import listed_sources
from newsbeam.transforms.web.polling import PollState, is_due

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


def due_sources(
    sources: Iterable[Source], polls: Mapping[str, Poll], now: datetime
) -> list[Source]:
    """Return those of ``sources`` that are to be read at ``now``, and of those that they list.

    Files are read always, URLs when they are due.
    """
    found: dict[str, Source] = {}
    waiting = list(sources)
    while waiting:
        source = waiting.pop(0)
        if source.ref in found:
            continue
        found[source.ref] = source
        waiting += listed_sources(source, polls.get(source.ref))
    return [
        source
        for source in found.values()
        if not is_web(source.ref)
        or source.ref not in polls
        or is_due(_state(polls[source.ref]), now)
    ]


def _state(poll: Poll) -> PollState:
    values = {field.name: getattr(poll, field.name) for field in fields(PollState)}
    return PollState(**{**values, "url": poll.url or poll.source_ref})


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
