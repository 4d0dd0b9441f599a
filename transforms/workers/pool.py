"""Extraction in child processes that can be killed: a wall limit, a memory limit, recycling."""

import asyncio
import atexit
import contextlib
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType

from newsbeam.transforms.core.errors import InputError, ModelError
from newsbeam.transforms.core.records import Article, Page, Reject
from newsbeam.transforms.core.rejects import reject_entry
from newsbeam.transforms.core.settings import ExtractSettings
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.workers.wire import (
    LENGTH,
    PID,
    outcome_size,
    pack_options,
    receive,
    send_page,
    unpack_fault,
    unpack_outcome,
)

#: Starting the nursery imports the extractors: a second, or many on a machine under load.
_START_S = 60.0

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
        self._nursery_lock = threading.Lock()
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._closed = False
        atexit.register(self.close)

    @property
    def window(self) -> int:
        """Return how many pages to offer at once so that no process waits for one."""
        return 2 * self._size

    def warm_up(self, *, much: bool = True) -> None:
        """Start in the background what processes are forked from: its imports take a second.

        It also loads what extraction needs sooner or later, if ``much`` is to come.
        """
        threading.Thread(target=self._warm_up, args=(much,), name="warm-up", daemon=True).start()

    def map_unordered(
        self, pages: Iterable[Page], told: OnOutcome = lambda _page, _outcome: None
    ) -> Iterator[Article | Reject]:
        """Yield the outcome of each page as it is ready; ``told`` is told of both before.

        No more pages are taken from ``pages`` than there are processes, so memory stays flat.
        """
        running: dict[_Worker, tuple[Page, float]] = {}
        outcomes: list[tuple[Page, Article | Reject]] = []
        source = iter(pages)
        with selectors.DefaultSelector() as selector:
            try:
                page = next(source, None)
                while page is not None or running or outcomes:
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
        with self._nursery_lock:
            self._stop_nursery()
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
        with self._nursery_lock:
            if self._control is not None:
                try:
                    self._control.sendall(b"k" + PID.pack(worker.pid))
                except OSError:
                    self._stop_nursery()
        with self._lock:
            self._busy.discard(worker)
            closed = self._closed
        if not closed:
            self._serve_waiting()

    def _warm_up(self, much: bool) -> None:
        # What fails here is tried again for the first page, and fails loudly there.
        with self._nursery_lock, contextlib.suppress(OSError, EOFError, ModelError):
            if self._control is None and not self._closed:
                control = self._start_nursery()
                if much:
                    control.sendall(b"w")

    def _start_worker(self) -> _Worker:
        mine, its = socket.socketpair()
        with its, self._nursery_lock:
            for attempt in (1, 2):
                try:
                    control = self._control or self._start_nursery()
                    socket.send_fds(control, [b"f"], [its.fileno()])
                    (pid,) = PID.unpack(receive(control, PID.size))
                    mine.sendall(pack_options(self._options))
                    return _Worker(pid, mine)
                except (OSError, EOFError):
                    # The nursery was killed, by the system's memory guard for one.
                    self._stop_nursery()
                    if attempt == 2:
                        raise
        raise AssertionError("unreachable")

    def _start_nursery(self) -> socket.socket:
        mine, its = socket.socketpair()
        arguments = f"{its.fileno()}, {self._settings.memory_mb}"
        # What is imported stays: looking for garbage in it takes a fifth of the time to start.
        code = (
            "import gc; gc.disable(); "
            f"from newsbeam.transforms.workers.nursery import main; main({arguments})"
        )
        with its:
            self._nursery = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-c", code],
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Parent and child must see the same modules; one thread each, for they are many.
                env=os.environ
                | {
                    "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                    "OPENBLAS_NUM_THREADS": "1",
                },
            )
        self._control = mine
        mine.settimeout(_START_S)
        (pid,) = PID.unpack(receive(mine, PID.size))
        if not pid:
            fault = unpack_fault(receive(mine, outcome_size(receive(mine, LENGTH.size))))
            self._stop_nursery()
            raise fault
        return mine

    def _stop_nursery(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._nursery is not None:
            try:
                self._nursery.wait(5.0)
            except subprocess.TimeoutExpired:
                self._nursery.kill()
                self._nursery.wait()
            self._nursery = None


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
