"""What tests of several folders share."""

from collections.abc import Iterator

import pytest
from azurite import Azurite
from buckets import Pointed, Server

from tests.engines.provision import missing_for_azure


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


@pytest.fixture(scope="session")
def azurite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """An emulator of Azure on loopback, where there is one."""
    if why := missing_for_azure():
        pytest.skip(why)
    server = Azurite(tmp_path_factory.mktemp("azurite"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def azure(azurite_server: Azurite) -> Iterator[Azurite]:
    """That emulator, where newsbeam finds it by the variables of the environment."""
    with azurite_server.pointed():
        yield azurite_server
