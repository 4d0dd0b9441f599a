"""Pacing: acceptance test 24 as far as hosts go, and one request at a time."""

import asyncio
import time
from email.utils import formatdate
from itertools import pairwise

import pytest
from loopback import answer, fast_settings, in_turn, serve

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.client import Fetcher
from newsbeam.transforms.web.hosts import Hosts, HostState, parse_retry_after


class Clock:
    """A clock that stands until a test puts it forward."""

    now = 1_700_000_000.0

    def __call__(self):
        return self.now


def make_hosts(*, state=(), **settings):
    clock = Clock()
    hosts = Hosts(fast_settings(**settings), clock=clock, state=state)
    hosts.add("daily.example", ["192.0.2.1"])
    return hosts, clock


def note(hosts, status, *, host="daily.example", retry_after=None, latency_s=0.1):
    async def work():
        async with hosts.turn(host) as group:
            hosts.note_answer(group, status=status, latency_s=latency_s, retry_after=retry_after)

    asyncio.run(work())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        (formatdate(1_700_000_060, usegmt=True), 60.0),
        (formatdate(1_600_000_000, usegmt=True), 0.0),
        ("Tue, 14 Nov 2023 22:14:20 -0000", 60.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("9" * 5000, 999999999999.0),
        (f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT", None),
        (f"Mon, 01 Jan 2024 00:00:00 +{'9' * 20}", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value, seconds):
    assert parse_retry_after(value, 1_700_000_000.0) == seconds


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "wait"), [("100", 100), (formatdate(1_700_000_100, usegmt=True), 100)]
)
def test_retry_after_holds_for_the_whole_host(status, retry_after, wait):
    hosts, clock = make_hosts()
    note(hosts, status, retry_after=retry_after)
    assert hosts.ready_at("daily.example") == clock.now + wait


def test_without_retry_after_the_wait_doubles_from_a_minute_to_a_day():
    hosts, clock = make_hosts()
    waits = []
    for _ in range(13):
        note(hosts, 429)
        waits.append(hosts.export_state()[0].next_at - clock.now)
        clock.now += waits[-1]
    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-2:] == [86400, 86400]
    note(hosts, 200)
    note(hosts, 503)
    assert hosts.ready_at("daily.example") == clock.now + 60


def test_no_host_can_ask_to_be_left_alone_for_more_than_a_day():
    hosts, clock = make_hosts()
    note(hosts, 503, retry_after="99999999")
    assert hosts.export_state()[0].next_at == clock.now + 86400


def test_a_host_to_be_left_alone_for_long_is_deferred_and_others_are_not():
    hosts, clock = make_hosts()
    hosts.add("other.example", ["192.0.2.1"])
    note(hosts, 429, retry_after="121")
    with pytest.raises(InputError) as caught:
        note(hosts, 200)
    assert caught.value.reason == "host_deferred"
    note(hosts, 200, host="other.example")
    clock.now += 121
    note(hosts, 200)


def test_a_later_pass_honours_what_an_earlier_one_learnt():
    hosts, _ = make_hosts()
    note(hosts, 429, retry_after="1000")
    later, later_clock = make_hosts(state=hosts.export_state())
    with pytest.raises(InputError):
        note(later, 200)
    later_clock.now += 1000
    note(later, 429)
    assert later.ready_at("daily.example") == later_clock.now + 60


def test_state_of_hosts_that_were_not_met_is_kept_and_old_state_is_not():
    state = (
        HostState(host="a.example", next_at=Clock.now + 10, backoff_s=0.0),
        HostState(host="b.example", next_at=Clock.now - 10, backoff_s=0.0),
        HostState(host="c.example", next_at=Clock.now - 10, backoff_s=60.0),
    )
    hosts, _ = make_hosts(state=state)
    assert hosts.export_state() == (state[0], state[2])


def test_the_delay_grows_with_latency_and_shrinks_again():
    hosts, clock = make_hosts(delay_s=5.0, latency_factor=1.0)
    delays = []
    for latency in (0.1, 30.0, 30.0, 0.1, 0.1, 0.1, 0.1):
        note(hosts, 200, latency_s=latency)
        delays.append(hosts.ready_at("daily.example") - clock.now)
        clock.now += delays[-1]
    assert delays[0] == pytest.approx(5.0)
    assert 10 < delays[1] < delays[2] <= 30
    assert delays[2] > delays[3] > delays[-1]
    assert delays[-1] == pytest.approx(5.0)


def test_hosts_of_one_domain_wait_for_one_another_if_they_share_an_address():
    hosts, _ = make_hosts()
    hosts.add("a.news.example", ["192.0.2.7", "192.0.2.8"])
    hosts.add("b.news.example", ["192.0.2.8", "192.0.2.9"])
    hosts.add("c.news.example", ["192.0.2.10"])
    hosts.add("a.other.example", ["192.0.2.7"])
    hosts.add("b.news.example:8080", ["192.0.2.8"])
    names = {
        host: hosts.group_name(host)
        for host in ("a.news.example", "b.news.example", "c.news.example", "a.other.example")
    }
    assert names["a.news.example"] == names["b.news.example"]
    assert len(set(names.values())) == 3
    assert hosts.group_name("b.news.example:8080") == "b.news.example:8080"
    assert hosts.group_name("never.example") is None


def test_requests_to_one_host_come_one_at_a_time_with_the_delay_between(run):
    async def slow(request, writer):
        await asyncio.sleep(0.05)
        await answer(b"x")(request, writer)

    async def work():
        async with serve({"*": slow}) as site:
            async with Fetcher(fast_settings(delay_s=0.1)) as fetcher:
                urls = [site.url(f"/{n}") for n in range(5)]
                await asyncio.gather(*(fetcher.get(url, max_bytes=10) for url in urls))
            asked = sorted(site.requests, key=lambda request: request.started)
            assert len(asked) == 5
            assert max(site.most_at_once.values()) == 1
            for before, after in pairwise(asked):
                assert after.started - before.ended >= 0.095

    run(work())


@pytest.mark.parametrize("status", [408, 500, 502, 504, 522, 524])
def test_passing_failures_are_tried_again(run, status):
    async def work():
        pages = {"/": in_turn(answer(status=status), answer(status=status), answer(b"x"))}
        async with serve(pages) as site, Fetcher(fast_settings(retries=2)) as fetcher:
            assert (await fetcher.get(site.url(), max_bytes=10)).body == b"x"
            assert len(site.requests) == 3

    run(work())


@pytest.mark.parametrize(("status", "times"), [(500, 3), (404, 1), (410, 1), (403, 1), (501, 1)])
def test_a_lasting_failure_has_the_status(run, status, times):
    async def work():
        async with serve({"/": answer(status=status)}) as site:
            async with Fetcher(fast_settings(retries=2)) as fetcher:
                with pytest.raises(InputError) as caught:
                    await fetcher.get(site.url(), max_bytes=10)
            assert caught.value.reason == "http_status"
            assert caught.value.http_status == status
            assert len(site.requests) == times

    run(work())


def test_after_a_429_the_same_page_is_asked_again_when_the_host_allows(run):
    async def work():
        busy = answer(status=429, headers={"Retry-After": "1"})
        pages = {"/": in_turn(busy, answer(b"x"))}
        async with serve(pages) as site, Fetcher(fast_settings(retries=1)) as fetcher:
            started = time.monotonic()
            assert (await fetcher.get(site.url(), max_bytes=10)).body == b"x"
            assert 1 <= time.monotonic() - started < 10

    run(work())


def test_a_server_that_fails_on_every_page_is_deferred_soon():
    hosts, clock = make_hosts(retry_delay_s=2.0)
    waits = []
    group_of = hosts.turn

    async def fail():
        async with group_of("daily.example") as group:
            hosts.note_failure(group, 0.0)

    with pytest.raises(InputError, match="left alone"):
        for _ in range(20):
            asyncio.run(fail())
            waits.append(hosts.wait_s("daily.example"))
            if waits[-1] <= 120:
                clock.now += waits[-1]
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    clock.now += 128
    note(hosts, 404)
    asyncio.run(fail())
    assert hosts.wait_s("daily.example") == 2


def test_a_usual_pause_never_defers_a_host_however_long_it_is():
    hosts, clock = make_hosts(delay_s=300.0, max_wait_s=10.0)
    note(hosts, 200)
    assert hosts.ready_at("daily.example") == clock.now + 300


def test_a_lost_connection_is_tried_again(run):
    async def hang_up(request, writer):
        writer.close()

    async def work():
        async with serve({"/": in_turn(hang_up, hang_up, hang_up, answer(b"x"))}) as site:
            async with Fetcher(fast_settings(retries=2)) as fetcher:
                with pytest.raises(InputError) as caught:
                    await fetcher.get(site.url(), max_bytes=10)
            assert caught.value.reason == "connect_failed"
            assert len(site.requests) == 3

    run(work())


def test_conditional_requests_send_validators_back_byte_for_byte(run):
    etag, modified = 'W/"a, b;\\"', "Mon, 01 jan 2024 00:00:00 +0000"
    headers = {"ETag": etag, "Last-Modified": modified}

    async def handle(request, writer):
        known = request.headers.get("if-none-match") == etag
        await answer(b"" if known else b"feed", 304 if known else 200, headers)(request, writer)

    async def work():
        async with serve({"/feed": handle}) as site, Fetcher(fast_settings()) as fetcher:
            first = await fetcher.get(site.url("/feed"), max_bytes=10)
            assert (first.etag, first.last_modified) == (etag, modified)
            again = await fetcher.get(
                site.url("/feed"),
                max_bytes=10,
                etag=first.etag,
                last_modified=first.last_modified,
            )
            assert (again.status, again.body) == (304, b"")
            assert site.requests[-1].headers["if-modified-since"] == modified

    run(work())
