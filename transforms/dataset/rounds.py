"""Rounds of a stream: each is a pass, and follows from when it began and from the commit log alone.

A round begins only once the one before it has its commit. So every worker, at any time, finds the
same commit to judge a round against, and nothing but the moment has to travel with the elements.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from newsbeam.transforms.core.context import PassContext, Stream
from newsbeam.transforms.dataset.log import load_commit, newest
from newsbeam.transforms.dataset.storage import open_storage


def name_round(context: PassContext, began_at: datetime) -> str:
    """Return the name of a round and of its commit; names have the order of the rounds."""
    return f"{_stream(context).name}-{began_at:%Y%m%dT%H%M%SZ}"


def round_context(context: PassContext, began_at: datetime) -> PassContext:
    """Return the context of the round of ``context.stream`` that began at that moment."""
    unit = name_round(context, began_at)
    base = _base(context.root, _stream(context), unit)
    return replace(context, unit=unit, base=base, started_at=began_at)


def is_committed(context: PassContext, began_at: datetime) -> bool:
    """Return whether the round that began then has its commit, if no later one has begun."""
    unit = name_round(context, began_at)
    rounds = _committed(context.root, _stream(context), unit)
    return next((name for _, name in rounds), None) == unit


def _stream(context: PassContext) -> Stream:
    if context.stream is None:
        raise ValueError(f"{context.unit} is no stream and has no rounds")
    return context.stream


@lru_cache(maxsize=16)
def _base(root: str, stream: Stream, unit: str) -> int:
    """Return the commit of the round before ``unit``, or that before the stream."""
    earlier = (number for number, name in _committed(root, stream, unit) if name < unit)
    return next(earlier, stream.base)


def _committed(root: str, stream: Stream, unit: str) -> Iterator[tuple[int, str]]:
    """Yield number and name of the commits of rounds, newest first, up to that of ``unit``."""
    storage = open_storage(root)
    for number in range(newest(storage), stream.base, -1):
        name = load_commit(storage, number).unit
        # What a round leaves to a second commit has a longer name (see ``dataset.commits``).
        if name.startswith(stream.name) and len(name) == len(unit) and name <= unit:
            yield number, name
