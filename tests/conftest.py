"""What tests of several folders share."""

import signal
from collections.abc import Iterator

import pytest
from buckets import Pointed, Server
from emulators import Azurite, missing_azurite


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


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Azure's store on loopback, where it can be had."""
    if missing := missing_azurite():
        pytest.skip(f"Azure left out: {missing}")
    server = Azurite(tmp_path_factory.mktemp("azurite"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def unsigned_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An S3 server that asks for no signature, to stand behind a proxy that speaks for Google's."""
    server = Server(tmp_path_factory.mktemp("weed-unsigned"), unsigned=True)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def s3(s3_server: Server) -> Iterator[Server]:
    """That server, where newsbeam finds it by the variables of the environment."""
    with Pointed(s3_server.port):
        yield s3_server
