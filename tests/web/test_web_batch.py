"""Many URLs at once."""

import asyncio
import gc
import time
from itertools import pairwise

import pytest
from loopback import answer, fast_settings, redirect, resident_mb, serve

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.batch import Job, fetch_all
from newsbeam.transforms.web.client import Fetcher


def everywhere(site, **changes):
    """Settings under which each host name leads to ``site``."""
    return fast_settings(connect_to={"*.example": f"127.0.0.1:{site.port}"}, **changes)


def jobs_for(*urls, kind="page"):
    return [Job(url=url, kind=kind, payload=number) for number, url in enumerate(urls)]


async def collect(settings, jobs, **options):
    """Return payload to status or reason, in the order in which the results came."""
    results = {}
    async with Fetcher(settings, **options) as fetcher:
        async for job, result in fetch_all(fetcher, jobs):
            assert job.payload not in results
            results[job.payload] = (
                result.reason if isinstance(result, InputError) else result.status
            )
    return results


def test_every_job_has_one_result_with_its_own_payload(run):
    async def work():
        pages = {"/ok": answer(b"x"), "/away": redirect("http://b.example/ok")}
        pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /no")
        async with serve(pages) as site:
            urls = [
                "http://a.example/ok",
                "http://a.example/missing",
                "http://a.example/no",
                "mailto:x",
                "http://a.example/away",
                "http://10.0.0.1/",
                "http://c.example/ok",
            ]
            results = await collect(everywhere(site, robots=True), jobs_for(*urls))
        assert results == {
            0: 200,
            1: "http_status",
            2: "robots_denied",
            3: "bad_url",
            4: 200,
            5: "blocked_address",
            6: 200,
        }

    run(work())


def test_no_jobs_give_no_results(run):
    assert run(collect(fast_settings(), [])) == {}


def test_each_host_is_served_in_order_one_at_a_time_with_pauses_and_hosts_side_by_side(run):
    hosts, pages = 20, 5

    async def slow(request, writer):
        await asyncio.sleep(0.02)
        await answer(b"x")(request, writer)

    async def work():
        async with serve({"*": slow}) as site:
            urls = [f"http://h{h}.example/{p}" for p in range(pages) for h in range(hosts)]
            started = time.monotonic()
            results = await collect(everywhere(site, delay_s=0.1), jobs_for(*urls))
            elapsed = time.monotonic() - started
        assert set(results.values()) == {200}
        assert max(site.most_at_once.values()) == 1
        for host in {request.host for request in site.requests}:
            asked = [request for request in site.requests if request.host == host]
            assert [request.path for request in asked] == [f"/{p}" for p in range(pages)]
            assert all(b.started - a.ended >= 0.095 for a, b in pairwise(asked))
        assert elapsed < 0.5 * hosts * pages * 0.12

    run(work())


def test_hosts_of_one_server_wait_for_one_another_without_holding_up_others(run):
    async def work():
        async with serve({"*": answer(b"x")}) as site:
            blogs = [f"http://b{n}.blogs.example/" for n in range(30)]
            urls = [*blogs, "http://daily.example/"]
            settings = everywhere(site, delay_s=0.05, connections=4)
            results = await collect(settings, jobs_for(*urls))
        assert len(results) == 31
        assert list(results).index(30) < 10
        asked = [request for request in site.requests if "blogs" in request.host]
        assert all(b.started - a.ended >= 0.045 for a, b in pairwise(asked))

    run(work())


def test_redirects_to_one_host_wait_for_its_turn(run):
    async def work():
        async with serve({"/": redirect("http://hub.example/page"), "/page": answer(b"x")}) as site:
            urls = [f"http://h{n}.example/" for n in range(8)]
            results = await collect(everywhere(site, delay_s=0.05, connections=2), jobs_for(*urls))
        assert set(results.values()) == {200}
        asked = [request for request in site.requests if request.host == "hub.example"]
        assert len(asked) == 8
        assert all(b.started - a.ended >= 0.045 for a, b in pairwise(asked))

    run(work())


def test_a_dead_host_fails_all_its_jobs_without_being_dialled_again(run):
    lookups = []

    def lookup(name):
        lookups.append(name)
        raise OSError("no such name")

    async def work():
        async with serve() as closed:
            pass
        urls = [f"http://gone.invalid/{n}" for n in range(100)]
        urls += [closed.url(f"/{n}") for n in range(100)]
        started = time.monotonic()
        results = await collect(
            fast_settings(retries=1, delay_s=0.2), jobs_for(*urls), lookup=lookup
        )
        assert [results[n] for n in range(200)] == ["dns_failed"] * 100 + ["connect_failed"] * 100
        assert lookups == ["gone.invalid"]
        assert time.monotonic() - started < 10, "each would have cost a pause"

    run(work())


def test_a_host_that_wants_to_be_left_alone_defers_the_rest_and_the_state_tells(run):
    async def work():
        busy = answer(status=429, headers={"Retry-After": "3600"})
        async with serve({"/2": busy, "*": answer(b"x")}) as site:
            urls = [f"http://a.example/{n}" for n in range(6)] + ["http://b.example/"]
            settings = everywhere(site, retries=2)
            async with Fetcher(settings) as fetcher:
                results = {job.payload: r async for job, r in fetch_all(fetcher, jobs_for(*urls))}
                state = fetcher.hosts.export_state()
            outcome = [getattr(results[n], "reason", "ok") for n in range(7)]
            assert outcome == ["ok", "ok", "http_status", *["host_deferred"] * 3, "ok"]
            assert results[2].http_status == 429
            assert [one.host for one in state] == ["a.example"]
            assert 3500 < state[0].next_at - time.time() < 3610
            asked = len(site.requests)
            again = await collect(settings, jobs_for(urls[0]), state=state)
            assert again == {0: "host_deferred"}
            assert len(site.requests) == asked

    run(work())


def test_pages_that_robots_txt_denies_cost_no_pauses(run):
    async def work():
        robots = answer(b"User-agent: *\nDisallow: /no/")
        async with serve({"/robots.txt": robots, "/yes": answer(b"x")}) as site:
            urls = [f"http://a.example/no/{n}" for n in range(50)] + ["http://a.example/yes"]
            started = time.monotonic()
            settings = everywhere(site, robots=True, delay_s=0.3)
            results = await collect(settings, jobs_for(*urls))
            assert time.monotonic() - started < 8, "each would have cost a pause"
        assert list(results.values()) == ["robots_denied"] * 50 + [200]

    run(work())


def test_slow_hosts_hold_up_nobody(run):
    async def silent(request, writer):
        await request.reader.read()

    async def work():
        async with serve({"/slow": silent, "/quick": answer(b"x")}) as site:
            urls = [f"http://s{n}.example/slow" for n in range(3)]
            urls += [f"http://q{n}.example/quick" for n in range(50)]
            settings = everywhere(site, connections=4, deadline_s=1.0)
            results = await collect(settings, jobs_for(*urls))
        assert list(results.values()) == [200] * 50 + ["timeout"] * 3

    run(work())


def test_answers_wait_for_a_slow_consumer_in_bounded_number(run):
    async def work():
        async with serve({"*": answer(b"x" * 1_000_000)}) as site:
            urls = [f"http://h{n}.example/" for n in range(300)]
            gc.collect()
            before, most = resident_mb(), 0.0
            async with Fetcher(everywhere(site, connections=8)) as fetcher:
                async for _ in fetch_all(fetcher, jobs_for(*urls)):
                    await asyncio.sleep(0.002)
                    most = max(most, resident_mb())
            assert most - before < 60, "300 MB went through"

    run(work())


def test_an_early_end_stops_what_is_under_way(run):
    async def silent(request, writer):
        await request.reader.read()

    async def work():
        async with serve({"/quick": answer(b"x"), "/slow": silent}) as site:
            urls = ["http://q.example/quick", *(f"http://s{n}.example/slow" for n in range(3))]
            async with Fetcher(everywhere(site)) as fetcher:
                results = fetch_all(fetcher, jobs_for(*urls))
                await anext(results)
                await results.aclose()
                await asyncio.sleep(0.05)
                assert not any(site.busy.values())

    run(work())


def test_a_bug_while_serving_is_raised_and_not_waited_for(run, monkeypatch):
    async def broken(self, chase, **_):
        raise ZeroDivisionError

    monkeypatch.setattr(Fetcher, "advance", broken)
    with pytest.raises(ZeroDivisionError):
        run(collect(fast_settings(), jobs_for("http://a.example/", "http://b.example/")), 5)


def test_ten_thousand_hosts_cost_little(run):
    def lookup(name):
        raise OSError("no such name")

    jobs = jobs_for(*(f"http://h{n}.example/{p}" for n in range(10_000) for p in range(2)))
    gc.collect()
    before, started = resident_mb(), time.process_time()
    results = run(collect(fast_settings(), jobs, lookup=lookup))
    assert len(results) == 20_000
    assert time.process_time() - started < 10
    assert resident_mb() - before < 120


def test_connections_are_reused_within_a_host_and_not_left_open_after_it(run):
    async def work():
        async with serve({"/robots.txt": answer(b""), "*": answer(b"x")}) as site:
            urls = [f"http://h{n}.example/{p}" for n in range(200) for p in range(3)]
            settings = everywhere(site, connections=8, robots=True)
            results = await collect(settings, jobs_for(*urls))
        assert set(results.values()) == {200}
        assert site.connections == 200
        assert site.most_open < 30

    run(work())


def test_feeds_may_be_larger_than_pages_and_are_asked_for_as_feeds(run):
    async def work():
        async with serve({"*": answer(b"x" * 1000)}) as site:
            settings = everywhere(site, max_page_bytes=500, max_feed_bytes=1500)
            jobs = jobs_for("http://a.example/feed", kind="feed")
            assert await collect(settings, jobs) == {0: 200}
            assert "rss" in site.requests[0].headers["accept"]
            assert await collect(settings, jobs_for("http://a.example/feed")) == {0: "too_large"}

    run(work())
