"""The newsroom's server: what clients see, and the switches that make it misbehave."""

import gzip
import http.client
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.pipelines.newsroom.server import STOP_S

HOST = "harbour-gazette.example"
FEED = f"http://{HOST}/feed.xml"
CLOSED = (http.client.IncompleteRead, ConnectionError, http.client.RemoteDisconnected)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as room:
        yield room


def ask(
    room: Newsroom, url: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[int, http.client.HTTPMessage, bytes]:
    host, _, path = url.removeprefix("http://").partition("/")
    client = http.client.HTTPConnection(room.address, timeout=10)
    try:
        client.request(method, f"/{path}", headers={"Host": host, **(headers or {})})
        answer = client.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        client.close()


def test_serves_hosts_apart(room: Newsroom) -> None:
    _, headers, ours = ask(room, FEED)
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert b"<title>The Harbour Gazette</title>" in ours
    assert ask(room, "http://prairie-ledger.example/feed.xml")[0] == 404
    assert ask(room, "http://unknown.example/feed.xml")[0] == 404


def test_keeps_the_connection_and_logs_each_request(room: Newsroom) -> None:
    client = http.client.HTTPConnection(room.address, timeout=10)
    client.request("GET", "/feed.xml", headers={"Host": HOST, "User-Agent": "test"})
    client.getresponse().read()
    first = client.sock
    client.request("GET", "/nowhere?utm_source=x", headers={"Host": HOST})
    client.getresponse().read()
    assert client.sock is first
    client.close()
    assert [(one.host, one.path, one.status) for one in room.log] == [
        (HOST, "/feed.xml", 200),
        (HOST, "/nowhere?utm_source=x", 404),
    ]
    assert room.log[0].headers["user-agent"] == "test"
    assert room.log[0].at < room.log[1].at


def test_head_has_the_headers_and_no_body(room: Newsroom) -> None:
    status, headers, body = ask(room, FEED, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1000


def test_compresses_only_when_asked(room: Newsroom) -> None:
    _, plain_headers, plain = ask(room, FEED)
    _, headers, packed = ask(room, FEED, {"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain_headers
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_answers_304_to_a_client_that_has_this_version(room: Newsroom, validator: str) -> None:
    _, headers, _ = ask(room, FEED)
    request = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[validator]
    assert ask(room, FEED, {request: headers[validator]})[::2] == (304, b"")


def test_a_second_edition_ends_the_304_only_where_something_changed(room: Newsroom) -> None:
    unchanged = "http://elbtal-anzeiger.example/feed.atom"
    tags = {url: ask(room, url)[1]["ETag"] for url in (FEED, unchanged)}
    _, before, _ = ask(room, FEED)
    room.advance(datetime(2026, 4, 21, 12, tzinfo=UTC))
    assert ask(room, unchanged, {"If-None-Match": tags[unchanged]})[0] == 304
    status, after, body = ask(room, FEED, {"If-None-Match": tags[FEED]})
    assert status == 200
    assert after["Last-Modified"] == "Tue, 21 Apr 2026 12:00:00 GMT" != before["Last-Modified"]
    assert b"2026-04-21T12:00:00+00:00" in body


def test_tracking_parameters_lead_to_the_same_page(room: Newsroom) -> None:
    story = next(one for one in room.content.stories if one.publisher.key == "prairie-ledger")
    plain = ask(room, story.url)[2]
    assert ask(room, f"{story.url}&utm_source=rss")[2] == plain
    assert ask(room, story.url.partition("?")[0])[0] == 404


@pytest.mark.parametrize("status", [301, 410, 429, 500])
def test_behaves_with_any_status_and_header(room: Newsroom, status: int) -> None:
    room.behave(FEED, status=status, headers={"Location": "/new", "Retry-After": "7"})
    got, headers, body = ask(room, FEED)
    assert (got, body) == (status, b"")
    assert (headers["Location"], headers["Retry-After"]) == ("/new", "7")
    assert ask(room, f"http://{HOST}/business.rss")[0] == 200
    room.behave(FEED)
    assert ask(room, FEED)[0] == 200


def test_behaves_so_for_a_whole_host_and_for_some_answers_only(room: Newsroom) -> None:
    room.behave(HOST, status=503, times=2)
    assert [ask(room, FEED)[0] for _ in range(3)] == [503, 503, 200]


def test_behaves_with_another_body_and_a_wrong_charset(room: Newsroom) -> None:
    room.behave(FEED, body="<p>Größe</p>".encode(), charset="iso-8859-1")
    _, headers, body = ask(room, FEED)
    assert body.decode() == "<p>Größe</p>"
    assert headers["Content-Type"].endswith("charset=iso-8859-1")


def test_waits_before_a_slow_answer(room: Newsroom) -> None:
    room.behave(FEED, delay_s=0.3)
    started = time.monotonic()
    assert ask(room, FEED)[0] == 200
    assert time.monotonic() - started >= 0.3


def test_drips(room: Newsroom) -> None:
    room.behave(FEED, body=b"x" * 64, drip_s=0.05)
    started = time.monotonic()
    assert ask(room, FEED)[2] == b"x" * 64
    assert time.monotonic() - started >= 0.15


def test_breaks_off_in_the_middle(room: Newsroom) -> None:
    room.behave(FEED, truncate=True)
    with pytest.raises(CLOSED):
        ask(room, FEED)


def test_sends_damaged_gzip(room: Newsroom) -> None:
    room.behave(FEED, bad_gzip=True)
    _, headers, body = ask(room, FEED)
    assert headers["Content-Encoding"] == "gzip"
    with pytest.raises((OSError, EOFError, zlib.error)):
        gzip.decompress(body)


def test_an_unknown_switch_is_an_error(room: Newsroom) -> None:
    with pytest.raises(ValueError, match="slow"):
        room.behave(FEED, slow=3)


def test_nobody_listens_at_the_dead_host(room: Newsroom) -> None:
    host, port = room.connect_to["gone-herald.example"].split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)
    assert room.connect_to["*.example"] == room.address


def test_answers_many_clients_at_once(room: Newsroom) -> None:
    room.behave(FEED, delay_s=0.3)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(room, FEED)[0])) for _ in range(20)
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [200] * 20
    assert time.monotonic() - started < 20 * 0.3
    assert len(room.log) == 20


def test_ends_at_once_in_the_middle_of_slow_answers() -> None:
    before = set(threading.enumerate())
    with Newsroom() as room:
        room.behave("slow.example", delay_s=600)
        room.behave("drip.example", body=b"x" * 10_000, drip_s=600)
        clients = []
        for host in ("slow.example", "drip.example", "idle.example"):
            client = http.client.HTTPConnection(room.address, timeout=10)
            client.request("GET", "/", headers={"Host": host})
            clients.append(client)
        deadline = time.monotonic() + 10
        while len(room.log) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(room.log) == 3
        started = time.monotonic()
    assert time.monotonic() - started < STOP_S
    for client in clients:
        client.close()
    assert set(threading.enumerate()) <= before


def test_outside_of_its_block_there_is_no_address() -> None:
    with pytest.raises(RuntimeError, match="with"):
        _ = Newsroom().address


_DIGEST = """
import hashlib
from newsbeam.pipelines.newsroom import Newsroom, load_content, make_load
from newsbeam.pipelines.newsroom.site import Site
total = hashlib.blake2b()
for content in (load_content(), make_load(3, 2)):
    site = Site(content)
    for url in site.addresses():
        host, _, path = url.removeprefix("http://").partition("/")
        total.update(url.encode() + site.find(host, "/" + path).body)
print(total.hexdigest())
"""


def test_two_processes_see_the_same_bytes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
