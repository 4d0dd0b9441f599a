import asyncio
import signal
import threading
import time

import pytest

from newsbeam.transforms.web.drive import EventLoopThread


async def numbers(end, log):
    try:
        for number in range(end):
            await asyncio.sleep(0.001)
            yield number
    finally:
        await asyncio.sleep(0.001)
        log.append("closed")


def test_items_come_to_a_synchronous_caller_in_order():
    log = []
    with EventLoopThread() as loop:
        assert list(loop.iterate(numbers(5, log))) == [0, 1, 2, 3, 4]
    assert log == ["closed"]


def test_an_early_end_closes_the_generator():
    log = []
    with EventLoopThread() as loop:
        for number in loop.iterate(numbers(5, log)):
            if number == 1:
                break
        assert log == ["closed"]


def test_errors_reach_the_caller():
    async def broken():
        yield 1
        raise ValueError("no more")

    with EventLoopThread() as loop:
        items = loop.iterate(broken())
        assert next(items) == 1
        with pytest.raises(ValueError, match="no more"):
            next(items)


def test_the_loop_goes_on_while_the_caller_is_busy():
    done = []

    async def work():
        async def tick():
            await asyncio.sleep(0.02)
            done.append(1)

        task = asyncio.create_task(tick())
        yield "started"
        await task

    with EventLoopThread() as loop:
        for _ in loop.iterate(work()):
            time.sleep(0.1)
            assert done == [1]


def test_nothing_is_left_behind():
    before = threading.active_count()
    cancelled = []

    async def forever():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(1)
            raise

    async def start():
        task = asyncio.create_task(forever())
        await asyncio.sleep(0)
        return task

    with EventLoopThread() as loop:
        loop.run(start())
    assert cancelled == [1]
    assert threading.active_count() == before


def test_a_caller_that_is_interrupted_leaves_no_generator_running():
    log = []

    async def slow():
        try:
            yield 1
            await asyncio.sleep(60)
        finally:
            log.append("closed")

    def interrupt():
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    with EventLoopThread() as loop:
        items = loop.iterate(slow())
        assert next(items) == 1
        timer = threading.Timer(0.1, interrupt)
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            next(items)
        assert log == ["closed"]
        timer.join()
