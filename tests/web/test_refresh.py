"""Pages that only send their readers on: followed once, as any other request is made."""

import pytest
from loopback import answer, fast_settings, redirect, serve

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.web.batch import Job, fetch_all
from newsbeam.transforms.web.client import Fetcher

STORY = answer(b"<html><p>The story.</p></html>")
WORDS = b"<p>" + b"A sentence of the page itself. " * 40 + b"</p>"


def onward(content, head=b"<title>Moved</title>", body=b"<p>Please go on.</p>"):
    meta = b'<meta http-equiv="refresh" content="%s">' % content.encode()
    return answer(b"<html><head>%s%s</head><body>%s</body></html>" % (head, meta, body))


async def fetch_one(url, **settings):
    # The server here closes a connection without having said so.
    async with Fetcher(fast_settings(retries=1, **settings)) as fetcher:
        results = [each async for each in fetch_all(fetcher, [Job(url=url, payload=None)])]
    ((_, outcome),) = results
    return outcome


def outcome_of(run, pages, path="/old", **settings):
    """Return where a fetch ends, or why it fails, and what was asked for."""

    async def work():
        async with serve(pages) as site:
            found = await fetch_one(site.url(path), **settings)
            asked = [each for each in site.paths if each != "/robots.txt"]
            if isinstance(found, InputError):
                return found.reason, asked
            return found.url.removeprefix(site.url("")), asked

    return run(work())


@pytest.mark.parametrize(
    "page",
    [
        onward("0; url=/new"),
        onward("3;URL='/new'"),
        onward("0, new"),
        onward(
            "0; url=/new", head=b"<!-- " + b"x" * 900 + b" --><script>" + b"y" * 900 + b"</script>"
        ),
        answer(b"<META content='1;url=/new' HTTP-EQUIV=Refresh><a href=/new>on</a>"),
        answer(b"<noscript><meta http-equiv=refresh content=0;url=/new></noscript><p>Wait"),
        answer(b"", headers={"Refresh": "0; url=/new"}),
        answer(b"<p>Wait", headers={"Refresh": "5;/new", "Content-Type": "text/html"}),
    ],
)
def test_a_page_that_only_sends_on_is_a_redirect(run, page):
    assert outcome_of(run, {"/old": page, "/new": STORY}) == ("/new", ["/old", "/new"])


@pytest.mark.parametrize(
    "page",
    [
        onward("300; url=/new"),
        onward("0"),
        onward("0; url=/old"),
        onward("0; url=mailto:desk@paper.example"),
        onward("0; url=/new", body=WORDS),
        answer(b"<!-- <meta http-equiv=refresh content='0;url=/new'> --><p>Text."),
        answer(b"<script>'<meta http-equiv=refresh content=\"0;url=/new\">'</script><p>Text."),
        answer(b"<meta name=description content='refresh; url=/new'><p>Text."),
        answer(b"<p>Refresh", headers={"Refresh": "300; url=/new"}),
    ],
)
def test_other_pages_are_what_was_asked_for(run, page):
    assert outcome_of(run, {"/old": page, "/new": STORY}) == ("/old", ["/old"])


def test_it_is_followed_once(run):
    pages = {"/old": onward("0;/b"), "/b": onward("0;/c"), "/c": STORY}
    assert outcome_of(run, pages) == ("/b", ["/old", "/b"])


def test_redirects_before_and_after_it_are_followed_too(run):
    pages = {"/old": redirect("/a"), "/a": onward("0;/b"), "/b": redirect("/c"), "/c": STORY}
    assert outcome_of(run, pages) == ("/c", ["/old", "/a", "/b", "/c"])


def test_it_counts_among_the_redirects(run):
    pages = {"/old": redirect("/a"), "/a": onward("0;/b"), "/b": STORY}
    assert outcome_of(run, pages, max_redirects=1)[0] == "too_many_redirects"


def test_its_target_is_under_robots_txt_and_the_guards_of_addresses(run):
    rules = answer(b"User-agent: *\nDisallow: /new\n")
    pages = {"/robots.txt": rules, "/old": onward("0;/new"), "/new": STORY}
    assert outcome_of(run, pages, robots=True) == ("robots_denied", ["/old"])
    pages = {"/old": onward("0;url=http://10.0.0.1/new")}
    assert outcome_of(run, pages) == ("blocked_address", ["/old"])


def test_its_target_waits_for_the_host(run):
    async def work():
        async with serve({"/old": onward("0;/new"), "/new": STORY}) as site:
            await fetch_one(site.url("/old"), delay_s=0.3)
            first, second = site.requests
            assert 0.29 < second.started - first.ended < 3

    run(work())
