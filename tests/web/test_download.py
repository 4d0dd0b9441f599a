"""Large files in parts: whole, resumed, changed, from servers that send no parts."""

import pytest
from loopback import fast_settings
from ranges import serve_files

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.client import Fetcher
from newsbeam.transforms.web.download import download

DATA = bytes(range(256)) * 10


@pytest.fixture
def server():
    with serve_files() as server:
        server.files["a.gz"] = DATA
        yield server


@pytest.fixture
def fetch(run, server, tmp_path):
    def fetch(part_bytes=1000):
        async def work():
            async with Fetcher(fast_settings()) as fetcher:
                await download(fetcher, f"{server.url}/a.gz", tmp_path / "a.gz", part_bytes)

        run(work())
        return (tmp_path / "a.gz").read_bytes()

    return fetch


def test_a_file_comes_in_parts_and_is_there_once_it_is_whole(server, fetch, tmp_path):
    assert fetch() == DATA
    assert [each for _, each in server.requests] == [
        "bytes=0-999",
        "bytes=1000-1999",
        "bytes=2000-2999",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["a.gz"]


def test_after_a_failure_it_goes_on_where_it_stood(server, fetch, tmp_path):
    server.fails_after = 2
    with pytest.raises(InputError, match="status 500"):
        fetch()
    assert not (tmp_path / "a.gz").exists()
    server.fails_after = 10**9
    server.requests.clear()
    assert fetch() == DATA
    assert server.requests == [("/a.gz", "bytes=2000-2999")]


def test_a_file_that_changed_meanwhile_is_fetched_anew(server, fetch):
    server.fails_after = 2
    with pytest.raises(InputError):
        fetch()
    server.fails_after = 10**9
    server.files["a.gz"] = other = DATA[::-1][:900]
    server.etag = '"2"'
    assert fetch() == other


def test_what_was_whole_when_the_job_was_killed_is_fetched_anew(server, fetch, tmp_path):
    (tmp_path / "a.gz.part").write_bytes(DATA)
    (tmp_path / "a.gz.etag").write_text(server.etag)
    assert fetch() == DATA


def test_a_server_without_parts_is_good_for_small_files(server, fetch):
    server.sends_parts = False
    assert fetch(part_bytes=10_000) == DATA


def test_a_server_without_parts_is_not_good_for_large_ones(server, fetch):
    server.sends_parts = False
    with pytest.raises(InputError) as caught:
        fetch()
    assert caught.value.reason == "too_large"
