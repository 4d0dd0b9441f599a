"""Many URLs at once: hosts side by side, each host in order, nobody waiting for a slow one.

Jobs wait in lanes, one for each server (several hosts can share a lane once their addresses are
known). A heap holds the lanes by the time at which their server may be asked. A lane has a task
only while it is served, and the number of answers that nobody has taken yet is bounded.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.responses import FEED_ACCEPT, HTML_ACCEPT, Chase, Response
from newsbeam.transforms.web.urls import server_of

if TYPE_CHECKING:  # jobs without URLs do without its imports, which take a fifth of a second
    from newsbeam.transforms.web.client import Fetcher

T = TypeVar("T")

#: Marks the lane of a host whose addresses, and so whose server, are not known yet.
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[T]):
    """One URL to fetch, with whatever its owner wants back with the answer."""

    url: str
    kind: Literal["page", "feed"] = "page"
    etag: str | None = None
    last_modified: str | None = None
    payload: T


Result = tuple[Job[T], Response | InputError]
_Work = tuple[Job[T], Chase]


async def fetch_all(fetcher: "Fetcher", jobs: Iterable[Job[T]]) -> AsyncGenerator[Result[T], None]:
    """Fetch ``jobs`` and yield each with its answer or its failure, as they come.

    At most ``settings.connections`` requests are under way. Closing the iterator ends them.
    """
    schedule = _Schedule[T](fetcher)
    try:
        for job in jobs:
            failure = schedule.add(job)
            if failure is not None:
                yield job, failure
        schedule.run()
        while True:
            result = await schedule.results.get()
            if result is None:
                await schedule.end()
                return
            yield result
    finally:
        await schedule.stop()


class _Schedule(Generic[T]):
    """The lanes, the heap of those that wait, and the tasks that serve those that are ready."""

    def __init__(self, fetcher: "Fetcher") -> None:
        self._fetcher = fetcher
        self._lanes: dict[str, deque[_Work[T]]] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._new: deque[str] = deque()  # lanes of hosts that nothing is known of yet
        self._taken: set[str] = set()  # lanes that wait for their turn or are being served
        self._order = count()
        self._left = 0  # jobs without a result
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._crash: BaseException | None = None  # a bug in a task, to be raised to the consumer
        self._leader: asyncio.Task[None] | None = None
        #: None after the last result. Servers of lanes wait while it is full.
        self.results: asyncio.Queue[Result[T] | None] = asyncio.Queue(
            max(1, fetcher.settings.connections // 4)
        )

    def add(self, job: Job[T]) -> InputError | None:
        """Put ``job`` at the end of its lane, or return why it cannot be asked for."""
        settings = self._fetcher.settings
        feed = job.kind == "feed"
        try:
            chase = self._fetcher.start(
                job.url,
                max_bytes=settings.max_feed_bytes if feed else settings.max_page_bytes,
                etag=job.etag,
                last_modified=job.last_modified,
                accept=FEED_ACCEPT if feed else HTML_ACCEPT,
                follows_refresh=True,
            )
        except InputError as error:
            return error
        self._left += 1
        self._lane_of(chase)[1].append((job, chase))
        return None

    def run(self) -> None:
        """Begin to serve the lanes."""
        for lane in self._lanes:
            self._await_turn(lane)
        self._leader = asyncio.create_task(self._lead())

    async def end(self) -> None:
        """Wait for the end, after the last result; raises what went wrong."""
        if self._leader is not None:
            await self._leader

    async def stop(self) -> None:
        """End whatever is under way."""
        tasks = [*self._tasks] if self._leader is None else [self._leader, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _lead(self) -> None:
        """Give each lane a task when its server may be asked, as long as connections are free."""
        limit = self._fetcher.settings.connections
        while self._left and self._crash is None:
            self._changed.clear()
            while len(self._tasks) < limit and (lane := self._next_lane()) is not None:
                task = asyncio.create_task(self._serve(lane))
                self._tasks.add(task)
                task.add_done_callback(self._finish)
            waiting = len(self._tasks) < limit and self._heap
            wait = max(0.0, self._heap[0][0] - self._fetcher.clock()) if waiting else None
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            except TimeoutError:
                continue
        await self.results.put(None)
        if self._crash is not None:
            raise self._crash

    def _next_lane(self) -> str | None:
        """Return a lane whose server may be asked now; those begun with come before new ones."""
        if self._heap and self._heap[0][0] <= self._fetcher.clock():
            return heapq.heappop(self._heap)[2]
        return self._new.popleft() if self._new else None

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            self._crash = self._crash or task.exception()
        self._changed.set()

    async def _serve(self, lane: str) -> None:
        """Go on with the lane's jobs until its server is to be left alone for a while."""
        fetcher = self._fetcher
        queue = self._lanes[lane]
        while queue and self._ready_at(lane) <= fetcher.clock():
            job, chase = queue.popleft()
            name, other = self._lane_of(chase)
            if other is not queue:  # it was found to belong with other hosts
                other.append((job, chase))
                self._await_turn(name)
                continue
            try:
                outcome: Response | InputError | None = await fetcher.advance(
                    chase, keep_alive=bool(queue)
                )
            except InputError as error:
                # Its traceback would keep the response and its buffers alive.
                outcome = InputError(error.reason, error.detail, http_status=error.http_status)
            if outcome is None:
                name, other = self._lane_of(chase)
                other.appendleft((job, chase))
                if other is not queue:
                    self._await_turn(name)
            else:
                await self.results.put((job, outcome))
                self._left -= 1
        self._taken.discard(lane)
        self._await_turn(lane)

    def _lane_of(self, chase: Chase) -> tuple[str, deque[_Work[T]]]:
        """Return name and queue of the lane whose server ``chase`` will ask next."""
        host = server_of(self._fetcher.next_url(chase))
        name = self._fetcher.hosts.group_name(host) or _UNKNOWN + host
        return name, self._lanes.setdefault(name, deque())

    def _await_turn(self, lane: str) -> None:
        """Put a lane that has jobs into the heap, unless it is there or being served."""
        if lane in self._taken or not self._lanes[lane]:
            return
        self._taken.add(lane)
        if lane.startswith(_UNKNOWN):
            self._new.append(lane)
        else:
            heapq.heappush(self._heap, (self._ready_at(lane), next(self._order), lane))
        self._changed.set()

    def _ready_at(self, lane: str) -> float:
        return self._fetcher.hosts.ready_at(lane.removeprefix(_UNKNOWN))
