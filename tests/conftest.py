"""What tests of several folders share."""

import signal
from collections.abc import Iterator

import pytest
from buckets import Pointed, Server


def pytest_configure() -> None:
    """Let Ctrl-C reach the tests: what a shell starts in the background is born deaf to it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An S3 server on loopback, for all tests that want one."""
    server = Server(tmp_path_factory.mktemp("weed"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def s3(s3_server: Server) -> Iterator[Server]:
    """That server, where newsbeam finds it by the variables of the environment."""
    with Pointed(s3_server.port):
        yield s3_server
