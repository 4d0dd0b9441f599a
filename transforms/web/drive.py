"""Asynchronous work for synchronous callers: an event loop in a thread of its own.

The loop goes on while the caller is busy with an item, so that answers are received and deadlines
mean what they say; how far it may run ahead is for the asynchronous iterator to bound.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterator
from types import TracebackType
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class EventLoopThread:
    """A private event loop in a thread; used as a context manager."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetch", daemon=True)

    def __enter__(self) -> "EventLoopThread":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.run(_cancel_others())
        self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` in the loop and return its result; cancel it if the caller is stopped."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def iterate(self, items: AsyncGenerator[T, None]) -> Iterator[T]:
        """Yield each of ``items``; an early end closes the asynchronous generator."""
        steps = _Steps(items)
        try:
            while True:
                try:
                    item = self.run(steps.take())
                except StopAsyncIteration:
                    return
                yield item
        finally:
            self.run(steps.close())


class _Steps(Generic[T]):
    """An asynchronous generator that can be closed while it is asked for an item."""

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        self._items = items
        self._taking: asyncio.Task[Any] | None = None

    async def take(self) -> T:
        self._taking = asyncio.current_task()
        return await anext(self._items)

    async def close(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            await asyncio.wait([self._taking])
        await self._items.aclose()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
