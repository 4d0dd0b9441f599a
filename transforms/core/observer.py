"""Who wants to know, live, that a source was read or an article extracted in this process.

For progress on a terminal only: what counts is the ledger. On another machine nobody listens.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_listeners: list[Callable[[str], None]] = []


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Call ``listener`` with "source", "articles" or "rejects" for each, inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def notify(kind: str) -> None:
    """Tell the listeners that one more ``kind`` is done."""
    for listener in _listeners:
        listener(kind)
