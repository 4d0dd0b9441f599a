"""Who wants to know, live, what is done in this process: sources read, articles made, commits.

For terminals and metrics only: what counts is the ledger. On another machine nobody listens.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done."""

    kind: str  # source, articles, rejects, commit
    name: str = ""  # of a source
    seconds: float = 0.0  # that a commit took


_listeners: list[Callable[[Done], None]] = []


@contextmanager
def listening(listener: Callable[[Done], None]) -> Iterator[None]:
    """Call ``listener`` with what is done inside the block, from whatever thread does it."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def notify(kind: str, name: str = "", seconds: float = 0.0) -> None:
    """Tell the listeners that one more ``kind`` is done."""
    if _listeners:
        done = Done(kind, name, seconds)
        for listener in _listeners:
            listener(done)
