"""Python's collector of garbage, which looks for cycles: when it is to stand still."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
