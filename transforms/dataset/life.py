"""Signs of life of workers, for whoever waits for them on another machine.

Engines do not say whether a worker could be started, and not all notice that one was killed. What
they share with the one who waits is the dataset: each process that works on a pass or a stream has
a mark in its staging folder, and gives it another name as long as it lives. Whoever waits looks at
names alone, since the clocks of two machines need not agree.
"""

import logging
import threading
import time
from contextlib import suppress
from functools import lru_cache

from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dataset.layout import STAGING, check_unit
from newsbeam.transforms.dataset.storage import Storage, new_name, open_storage

_log = logging.getLogger("newsbeam")

#: Seconds between two signs of life of a process, and between two looks for them.
BEAT_S = 15.0
_ENDING = ".alive"

_lock = threading.Lock()  # an engine's worker may begin several steps at once


def show_life(context: PassContext, beat_s: float = BEAT_S) -> None:
    """Let this process show every ``beat_s`` seconds that it lives, if the engine is elsewhere.

    It ends with the process, or when its mark is taken away: a commit removes the staging folder.
    """
    if context.remote:
        with _lock:
            _show_life(context.root, context.unit, beat_s)


@lru_cache(maxsize=4)  # once for a process is enough
def _show_life(root: str, unit: str, beat_s: float) -> None:
    mark = Mark(open_storage(root), unit)
    threading.Thread(target=_beat, args=(mark, beat_s), name="show-life", daemon=True).start()


def _beat(mark: "Mark", beat_s: float) -> None:
    is_there = True
    while is_there:
        time.sleep(beat_s)
        try:
            is_there = mark.renew()
        except DatasetError as error:  # it may be there again for the next one
            _log.debug("No sign of life could be given: %s", error)


class Mark:
    """An empty file in the staging folder of ``unit`` whose name is that of nobody else."""

    def __init__(self, storage: Storage, unit: str) -> None:
        self._storage = storage
        self._folder = _folder(unit)
        self._first = self._last = self._next_name()
        storage.write(self._first, b"")

    def renew(self) -> bool:
        """Change the name; False if the mark was taken away. Never brings its folder back."""
        following = self._next_name()
        folders = self._storage.folders
        if folders is not None:
            # On NFS the answer to a rename that succeeded can be lost, and the retry fails.
            is_there = folders.move(self._last, following) or folders.exists(following)
            self._last = following
            return is_there
        # What sweeps a bucket lists it first, and may miss a name that comes just then. The first
        # one is in every such list and stays: if it is gone, what came since has to go.
        is_there = self._storage.exists(self._first)
        before, self._last = self._last, following
        if is_there:
            self._storage.write(following, b"")
        if before != self._first:
            self._storage.remove_files([before])
        return is_there

    def _next_name(self) -> str:
        return f"{self._folder}/{new_name(_ENDING)}"


class Signs:
    """The signs of life that workers give on a pass or a stream, as somebody sees who waits."""

    def __init__(self, root: str, unit: str, look_s: float = BEAT_S) -> None:
        self._storage = open_storage(root)
        self._folder = _folder(unit)
        self._look_s = look_s
        self._seen: list[str] = []
        self._seen_at: float | None = None
        self._looked_at = 0.0
        #: Whether any worker has given a sign.
        self.begun = False
        #: Why the last look failed.
        self.failure: DatasetError | None = None

    def silent_s(self) -> float:
        """Return for how many seconds since the first call no sign was new, by the clock here.

        A look that fails has seen none: on NFS one may, in the moment of the commit.
        """
        now = time.monotonic()
        if self._seen_at is None:
            self._seen_at = now
        if not self.begun or now - self._looked_at >= self._look_s:
            self._looked_at = now
            self._look(now)
        return now - self._seen_at

    def _look(self, now: float) -> None:
        try:
            names = self._storage.names(self._folder)
        except DatasetError as error:
            self.failure = error
            return
        self.failure = None
        if names != self._seen:
            self._seen, self._seen_at, self.begun = names, now, True

    def close(self) -> None:
        """Take the marks away, so that nobody renews them any more."""
        with suppress(DatasetError):  # it would hide why nobody waits any more
            names = self._storage.names(self._folder)
            marks = [f"{self._folder}/{name}" for name in names if name.endswith(_ENDING)]
            self._storage.remove_files(marks)


def _folder(unit: str) -> str:
    return f"{STAGING}/{check_unit(unit)}"
