"""Python's collector of garbage, which looks for cycles: when it stands still, and when not."""

import ctypes
import gc
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
_mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
_MMAP_THRESHOLD, _LARGE_BYTES = -3, 128 << 10


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from looking for cycles in what is made here and soon is gone.

    It is for work that makes objects by the ten thousand, and hardly a cycle of them: a look
    through all that a process holds takes as long as several pages, and frees nothing. Afterwards
    it goes on as before, so that memory stays flat.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def give_back() -> None:
    """Let the system have the memory of what is done with, as after one of several passes.

    A pipeline of Beam's is full of cycles, and free pieces of the heap stay with the process: some
    45 MB of 340 after each pass.
    """
    with _stops_held():
        gc.collect()
    trim_heap()


def keep_heap_whole() -> None:
    """Let large pieces of memory stand apart, and so go back as soon as they are free.

    GNU's C library begins so, but then takes ever larger ones from the heap: of pages that come and
    go between records that stay, holes are left, some 30 MB in each pass.
    """
    if _mallopt and _malloc_trim:  # it is GNU's
        _mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


def trim_heap() -> None:
    """Let the system have the free pieces of the heap, where the C library can (GNU's)."""
    if _malloc_trim:
        _malloc_trim(0)


class Trimmer:
    """Trims the heap after each so many bytes of pages.

    What pages leave free is spread over all of it, and taken from another place the next time.
    """

    def __init__(self, every: int) -> None:
        self._every = self._left = every

    def count(self, size: int) -> None:
        """Count a page of ``size`` bytes, with which all is done."""
        self._left -= size
        if self._left <= 0:
            trim_heap()
            self._left = self._every


@contextmanager
def _stops_held() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait: raised while the collector calls back, they would be lost."""
    if threading.current_thread() is not threading.main_thread():
        yield  # they are raised in the main thread alone
        return
    held: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: held.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not None  # whatever is not Python's could not be put back
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    for each in held:
        signal.raise_signal(each)
