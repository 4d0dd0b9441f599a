"""Extraction in child processes that can be killed: a wall limit, a memory limit, recycling."""

import asyncio
import atexit
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Article, Page, Reject
from newsbeam.transforms.core.rejects import reject_entry
from newsbeam.transforms.core.settings import ExtractSettings
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.workers.forks import new_nursery
from newsbeam.transforms.workers.wire import (
    LENGTH,
    outcome_size,
    pack_options,
    receive,
    send_page,
    unpack_outcome,
)

#: Is told what became of a page.
OnOutcome = Callable[[Page, Article | Reject], None]


@dataclass(slots=True, eq=False)
class _Worker:
    """One extraction process, as the pool sees it."""

    pid: int
    channel: socket.socket
    pages: int = 0


class ExtractionPool:
    """Turns pages into articles in ``settings.workers`` processes; threads may share it.

    A page that takes longer than ``timeout_s``, or whose process dies, becomes a reject and its
    process is replaced. All processes end with ``close``, at exit, and when this process dies.
    """

    def __init__(self, settings: ExtractSettings, options: ExtractOptions) -> None:
        self._settings = settings
        self._options = options
        self._size = settings.workers or len(os.sched_getaffinity(0))
        self._lock = threading.Lock()  # guards what follows
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._waiting: deque[Future[_Worker]] = deque()
        self._nursery = new_nursery(settings.memory_mb)
        self._is_much = False  # more than a few pages are to come
        self._closed = False
        atexit.register(self.close)

    @property
    def window(self) -> int:
        """Return how many pages to offer at once so that no process waits for one."""
        return 2 * self._size

    def warm_up(self, *, much: bool = True) -> None:
        """Start what processes are forked from, without waiting: its imports take a second.

        If ``much`` is to come, what pages need sooner or later is loaded before the first of them.
        """
        self._is_much = much
        self._nursery.begin()
        if much:
            self._nursery.load()

    def map_unordered(
        self, pages: Iterable[Page], told: OnOutcome = lambda _page, _outcome: None
    ) -> Iterator[Article | Reject]:
        """Yield the outcome of each page as it is ready; ``told`` is told of both before.

        No more pages are taken from ``pages`` than there are processes, so memory stays flat.
        """
        running: dict[_Worker, tuple[Page, float]] = {}
        outcomes: list[tuple[Page, Article | Reject]] = []
        source = iter(pages)
        # For so few channels, which come and go with each page, it asks the system least.
        with selectors.PollSelector() as selector:
            try:
                page = next(source, None)
                while page is not None or running or outcomes:
                    self._prepare(page)
                    # Whoever is free gets its next page before anybody looks at the last.
                    is_done = not running and not outcomes
                    while page is not None and (worker := self._acquire(wait=is_done)):
                        worker = self._give(worker, page)
                        running[worker] = page, time.monotonic() + self._settings.timeout_s
                        selector.register(worker.channel, selectors.EVENT_READ, worker)
                        page, is_done = next(source, None), False
                    for done, outcome in outcomes:
                        told(done, outcome)
                        yield outcome
                    outcomes = self._collect(running, selector) if running else []
            finally:
                for worker in running:
                    self._discard(worker)

    async def extract(self, page: Page) -> Article | Reject:
        """Return the outcome of one page; waits for a free process."""
        self._prepare(page)
        future = self._request()
        try:
            worker = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._release(future.result())
            raise
        loop = asyncio.get_running_loop()
        try:
            worker = await loop.run_in_executor(None, self._give, worker, page)
            async with asyncio.timeout(self._settings.timeout_s):
                worker.channel.setblocking(False)
                size = outcome_size(await _receive(loop, worker.channel, LENGTH.size))
                outcome = unpack_outcome(await _receive(loop, worker.channel, size))
        except TimeoutError:
            self._discard(worker)
            return self._timed_out(page)
        except (EOFError, OSError):
            self._discard(worker)
            return self._crashed(page)
        except asyncio.CancelledError:
            self._discard(worker)
            raise
        worker.channel.setblocking(True)
        self._release(worker, outcome)
        return outcome

    def rest(self) -> None:
        """End the processes that nobody uses: what they have learned takes 100 MB each.

        Others are forked when they are needed, which takes milliseconds.
        """
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.channel.close()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            workers = [*self._idle, *self._busy]
            self._idle.clear()
            self._busy.clear()
            waiting, self._waiting = self._waiting, deque()
        for future in waiting:
            future.cancel()
        for worker in workers:
            worker.channel.close()
        self._nursery.close()
        atexit.unregister(self.close)

    def __enter__(self) -> "ExtractionPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # One page.

    def _give(self, worker: _Worker, page: Page) -> _Worker:
        """Send a page; if the process died while idle, to another one."""
        try:
            send_page(worker.channel, page)
        except OSError:
            self._discard(worker)
            worker = self._request().result()
            send_page(worker.channel, page)
        worker.pages += 1
        return worker

    def _collect(
        self, running: dict[_Worker, tuple[Page, float]], selector: selectors.BaseSelector
    ) -> list[tuple[Page, Article | Reject]]:
        """Wait for the next outcomes and return them; their processes are free again."""
        outcomes: list[tuple[Page, Article | Reject]] = []
        soonest = min(deadline for _, deadline in running.values())
        for key, _ in selector.select(max(0.0, soonest - time.monotonic())):
            worker: _Worker = key.data
            page, deadline = running.pop(worker)
            selector.unregister(worker.channel)
            outcomes.append((page, self._receive(worker, page, deadline)))
        now = time.monotonic()
        for worker in [each for each, (_, deadline) in running.items() if deadline <= now]:
            page, _ = running.pop(worker)
            selector.unregister(worker.channel)
            self._discard(worker)
            outcomes.append((page, self._timed_out(page)))
        return outcomes

    def _receive(self, worker: _Worker, page: Page, deadline: float) -> Article | Reject:
        try:
            worker.channel.settimeout(max(0.1, deadline - time.monotonic()))
            size = outcome_size(receive(worker.channel, LENGTH.size))
            outcome = unpack_outcome(receive(worker.channel, size))
        except TimeoutError:
            self._discard(worker)
            return self._timed_out(page)
        except (EOFError, OSError):
            self._discard(worker)
            return self._crashed(page)
        worker.channel.settimeout(None)
        self._release(worker, outcome)
        return outcome

    def _timed_out(self, page: Page) -> Reject:
        limit = self._settings.timeout_s
        return _reject(
            page, "extraction_timeout", f"Not done after {limit:g} s (extract.timeout_s); killed."
        )

    def _crashed(self, page: Page) -> Reject:
        return _reject(page, "extraction_crashed", "The extraction process died over this page.")

    # Processes.

    def _request(self) -> "Future[_Worker]":
        """Return a free process, now or later."""
        future: Future[_Worker] = Future()
        worker = self._acquire(wait=False)
        if worker is not None:
            future.set_result(worker)
            return future
        with self._lock:
            self._waiting.append(future)
        # One may have come free in between.
        self._serve_waiting()
        return future

    def _acquire(self, *, wait: bool) -> _Worker | None:
        """Take a free process, or start one if there may be more; else wait for it, or not."""
        with self._lock:
            if self._closed:
                raise RuntimeError("This pool is closed.")
            if self._idle:
                worker = self._idle.pop()
                self._busy.add(worker)
                return worker
            start = len(self._busy) < self._size
            if start:
                # Holds the place until the process is there.
                place = _Worker(0, socket.socket())
                self._busy.add(place)
        if start:
            try:
                worker = self._start_worker()
            finally:
                with self._lock:
                    self._busy.discard(place)
                    place.channel.close()
            with self._lock:
                self._busy.add(worker)
            return worker
        return self._request().result() if wait else None

    def _release(self, worker: _Worker, outcome: Article | Reject | None = None) -> None:
        """Give a process back, or end it when it has served its time or ran out of memory."""
        spent = isinstance(outcome, Reject) and outcome.reason == "extraction_memory"
        if spent or worker.pages >= self._settings.recycle_after:
            self._discard(worker)
            return
        with self._lock:
            self._busy.discard(worker)
            if self._closed:
                worker.channel.close()
                return
            self._idle.append(worker)
        self._serve_waiting()

    def _serve_waiting(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    return
            worker = self._acquire(wait=False)
            if worker is None:
                return
            with self._lock:
                future = self._waiting.popleft() if self._waiting else None
            if future is not None and future.set_running_or_notify_cancel():
                future.set_result(worker)
            else:
                with self._lock:
                    self._busy.discard(worker)
                    self._idle.append(worker)

    def _discard(self, worker: _Worker) -> None:
        """End a process, whatever it is doing."""
        worker.channel.close()
        self._nursery.kill(worker.pid)
        with self._lock:
            self._busy.discard(worker)
            closed = self._closed
        if not closed:
            self._serve_waiting()

    def _prepare(self, page: Page | None) -> None:
        """Have loaded what pages need sooner or later, and texts do not, once one comes."""
        if self._is_much and page is not None and page.media == "html":
            self._is_much = False
            self._nursery.load(second_reader=True)

    def _start_worker(self) -> _Worker:
        mine, its = socket.socketpair()
        with its:
            pid = self._nursery.fork(its)
        mine.sendall(pack_options(self._options))
        return _Worker(pid, mine)


async def _receive(loop: asyncio.AbstractEventLoop, channel: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = await loop.sock_recv_into(channel, view[got:])
        if not count:
            raise EOFError
        got += count
    return data


def _reject(page: Page, reason: str, detail: str) -> Reject:
    return reject_entry(
        page.entry, InputError(reason, detail), stage="extract", rejected_at=page.fetched_at
    )
