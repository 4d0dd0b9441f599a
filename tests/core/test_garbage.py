"""Memory is given back between passes, and Ctrl-C is not lost meanwhile."""

import os
import signal
import weakref

import pytest

from newsbeam.transforms.core.garbage import give_back


class Node:
    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_that_comes_while_garbage_is_collected_is_heard(stop):
    """What is raised in a callback of the collector is ignored by Python."""
    before = signal.signal(stop, signal.default_int_handler)
    try:
        node = Node()
        called = []

        def call_back(_: object) -> None:
            os.kill(os.getpid(), stop)
            called.append(stop)

        kept = weakref.ref(node, call_back)
        del node
        with pytest.raises(KeyboardInterrupt):
            give_back()
        assert called == [stop]
        assert kept() is None
        assert signal.getsignal(stop) is signal.default_int_handler
    finally:
        signal.signal(stop, before)
