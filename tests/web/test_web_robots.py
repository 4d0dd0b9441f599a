"""Acceptance test 25: what robots.txt allows, forbids, and when it cannot be read."""

import time
from itertools import pairwise

import pytest
from loopback import answer, fast_settings, in_turn, redirect, serve

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.client import Fetcher

DENY_ALL = b"User-agent: *\nDisallow: /\n"


class Clock:
    """The time, which a test can put forward."""

    ahead = 0.0

    def __call__(self):
        return time.time() + self.ahead


def settings(**changes):
    return fast_settings(robots=True, **changes)


async def outcome(fetcher, url):
    try:
        return (await fetcher.get(url, max_bytes=1000)).body
    except InputError as error:
        return error.reason


def outcome_with(robots, run, **changes):
    """Serve ``robots`` as robots.txt and return what becomes of a page, and what was asked."""

    async def work():
        async with (
            serve({"/robots.txt": robots, "/page": answer(b"page")}) as site,
            Fetcher(settings(**changes)) as fetcher,
        ):
            return await outcome(fetcher, site.url("/page")), site.paths

    return run(work())


async def silent(request, writer):
    await request.reader.read()


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (answer(b""), b"page"),
        (answer(b"<html>no robots here</html>"), b"page"),
        (answer(b"User-agent: *\nDisallow: /pa\n"), "robots_denied"),
        (answer(b"User-agent: *\nDisallow: /*age$\n"), "robots_denied"),
        (answer(b"User-agent: *\nDisallow: /\nAllow: /page\n"), b"page"),
        (answer(b"User-agent: *\nAllow: /\n\nUser-agent: NewsBeam\nDisallow: /"), "robots_denied"),
        (answer(b"User-agent: newsbeam\nAllow: /\n\nUser-agent: *\nDisallow: /"), b"page"),
        (answer(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n"), "robots_denied"),
        (answer(status=404), b"page"),
        (answer(status=401), b"page"),
        (answer(status=403), b"page"),
        (answer(status=410), b"page"),
        (answer(status=429), "robots_unreachable"),
        (answer(status=500), "robots_unreachable"),
        (answer(status=503), "robots_unreachable"),
        (silent, "robots_unreachable"),
        (answer(b"junk", headers={"Content-Encoding": "gzip"}), "robots_unreachable"),
        (redirect("http://10.0.0.1/robots.txt"), "robots_unreachable"),
        (redirect("/robots.txt"), "robots_unreachable"),
    ],
)
def test_what_each_robots_txt_means(run, robots, expected):
    got, paths = outcome_with(robots, run, deadline_s=0.5 if robots is silent else 5.0)
    assert got == expected
    assert ("/page" in paths) is (expected == b"page"), "a page that is denied was asked for"


@pytest.mark.parametrize(("hops", "expected"), [(5, "robots_denied"), (6, "robots_unreachable")])
def test_five_redirects_are_followed_to_a_robots_txt_and_no_more(run, hops, expected):
    async def work():
        pages = {f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, hops)}
        pages |= {"/robots.txt": redirect("/r1"), f"/r{hops}": answer(DENY_ALL)}
        async with serve(pages) as site, Fetcher(settings()) as fetcher:
            assert await outcome(fetcher, site.url("/page")) == expected
            assert len(site.requests) == 6

    run(work())


def test_only_the_first_500_kib_are_read_and_a_cut_line_does_not_count(run):
    body = b"User-agent: *\nDisallow: /first\n"
    body += b"#" * (500 * 1024 - len(body) - 12) + b"\nDisallow: /" + b"page\n"
    body += b"Disallow: /late\n" + b"#" * 600_000

    async def work():
        pages = {path: answer(b"page") for path in ("/page", "/late")}
        async with (
            serve(pages | {"/robots.txt": answer(body)}) as site,
            Fetcher(settings()) as fetcher,
        ):
            assert await outcome(fetcher, site.url("/first")) == "robots_denied"
            assert await outcome(fetcher, site.url("/page")) == b"page"
            assert await outcome(fetcher, site.url("/late")) == b"page"

    run(work())


def test_robots_txt_is_read_once_a_day_and_once_an_hour_after_a_failure(run):
    clock = Clock()

    async def work():
        robots = in_turn(answer(status=500), answer(b""), answer(DENY_ALL))
        async with (
            serve({"/robots.txt": robots, "/page": answer(b"page")}) as site,
            Fetcher(settings(), clock=clock) as fetcher,
        ):
            url = site.url("/page")
            assert await outcome(fetcher, url) == "robots_unreachable"
            clock.ahead += 3500
            assert await outcome(fetcher, url) == "robots_unreachable"
            assert site.paths == ["/robots.txt"]
            clock.ahead += 200
            assert await outcome(fetcher, url) == b"page"
            clock.ahead += 86000
            assert await outcome(fetcher, url) == b"page"
            assert site.paths.count("/robots.txt") == 2
            clock.ahead += 1000
            assert await outcome(fetcher, url) == "robots_denied"

    run(work())


def test_the_robots_txt_of_a_redirects_target_counts(run):
    async def work():
        async with (
            serve({"/page": answer(b"page"), "/robots.txt": answer(DENY_ALL)}) as other,
            serve({"/go": redirect(other.url("/page"))}) as site,
            Fetcher(settings()) as fetcher,
        ):
            assert await outcome(fetcher, site.url("/go")) == "robots_denied"
            assert other.paths == ["/robots.txt"]

    run(work())


def test_a_failing_robots_txt_is_tried_again(run):
    got, paths = outcome_with(in_turn(answer(status=500), answer(b"")), run, retries=1)
    assert got == b"page"
    assert paths == ["/robots.txt", "/robots.txt", "/page"]


def test_a_host_that_cannot_be_reached_says_so_rather_than_blame_robots_txt(run):
    async def work():
        async with serve() as site:
            pass
        async with Fetcher(settings()) as fetcher:
            return await outcome(fetcher, site.url("/page"))

    assert run(work()) == "connect_failed"


def test_crawl_delay_counts_between_all_requests_and_sitemaps_are_told(run):
    robots = b"User-agent: *\nCrawl-delay: 0.3\nSitemap: http://127.0.0.1/a.xml\n"

    async def work():
        async with serve({"/robots.txt": answer(robots), "/page": answer(b"page")}) as site:
            async with Fetcher(settings()) as fetcher:
                for _ in range(2):
                    await fetcher.get(site.url("/page"), max_bytes=100)
                rules = await fetcher.get_rules(site.url("/page"))
            asked = site.requests
            gaps = [after.started - before.ended for before, after in pairwise(asked)]
            assert len(gaps) == 2
            assert all(0.29 < gap < 3 for gap in gaps)
            assert rules.sitemaps == ("http://127.0.0.1/a.xml",)

    run(work())


def test_crawl_delay_is_honoured_up_to_the_cap(run):
    robots = answer(b"User-agent: *\nCrawl-delay: 3600\n")
    started = time.monotonic()
    got, _ = outcome_with(robots, run, max_crawl_delay_s=0.2)
    assert got == b"page"
    assert 0.2 < time.monotonic() - started < 20


def test_robots_txt_can_be_left_out_of_account(run):
    async def work():
        async with (
            serve({"/robots.txt": answer(DENY_ALL), "/page": answer(b"page")}) as site,
            Fetcher(fast_settings(robots=False)) as fetcher,
        ):
            assert await outcome(fetcher, site.url("/page")) == b"page"
            assert site.paths == ["/page"]

    run(work())
