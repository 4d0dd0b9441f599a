import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.core.urls import (
    canonical_of,
    canonicalize_url,
    host_of,
    join_url,
    registered_domain,
)

ARTICLE = "https://www.daily.example/news/council-votes-on-bridge-10441"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Daily.Example:80/a b?x=1&utm_source=q#top", "http://daily.example/a%20b?x=1"),
        ("https://daily.example", "https://daily.example/"),
        ("https://daily.example/?fbclid=1&GCLID=2", "https://daily.example/"),
        ("https://daily.example/a/../b/%7efoo%e3", "https://daily.example/b/~foo%E3"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://u:p@daily.example/a", "https://daily.example/a"),
        # what may choose the article stays, in its order, empty or not
        (
            "https://daily.example/?b=&a=1&ref=rss&id=7",
            "https://daily.example/?b=&a=1&ref=rss&id=7",
        ),
        ("https://daily.example/#!/story/1", "https://daily.example/#!/story/1"),
        ("https://daily.example/a/", "https://daily.example/a/"),
        ("  https://daily.example/a\n", "https://daily.example/a"),
        ("http://daily.example/\ud800", "http://daily.example/%EF%BF%BD"),
    ],
)
def test_canonical_form(url, expected):
    assert canonicalize_url(url) == expected


@pytest.mark.parametrize(
    "url", ["", "mailto:x@y.example", "javascript:alert(1)", "//x/", "https://", "news"]
)
def test_what_is_no_web_url_has_no_canonical_form(url):
    assert canonicalize_url(url) is None


@given(st.text())
def test_any_string_has_at_most_one_canonical_form(tail):
    once = canonicalize_url("https://daily.example/" + tail)
    assert once is not None
    assert canonicalize_url(once) == once
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("/news/council-votes-on-bridge-10441", ARTICLE),
        ("https://m.daily.example/bridge", "https://m.daily.example/bridge"),
        ("https://www.daily.example/", ARTICLE),  # the home page
        ("https://www.daily.example/news/", ARTICLE),  # the section
        ("https://other.example/news/council-votes", ARTICLE),  # another site's page
        ("ftp://daily.example/x", ARTICLE),
        ("", ARTICLE),
        (None, ARTICLE),
    ],
)
def test_claims_of_the_page_count_when_plausible(claim, expected):
    assert canonical_of(ARTICLE + "?utm_medium=feed", claim) == expected


def test_a_script_without_its_query_is_no_article():
    page = "https://daily.example/story.php?id=7"
    assert canonical_of(page, "/story.php") == page
    assert canonical_of(page, "/story.php?id=7&lang=en") == page + "&lang=en"


def test_pages_below_an_article_belong_to_it():
    assert canonical_of(ARTICLE + "/amp", ARTICLE) == ARTICLE
    assert canonical_of(ARTICLE + "/page-2-of-3", ARTICLE) == ARTICLE


def test_an_amp_cache_may_name_the_publisher():
    cached = "https://daily-example.cdn.ampproject.org/c/s/daily.example/a"
    assert canonical_of(cached, ARTICLE) == ARTICLE


def test_the_second_claim_serves_when_the_first_does_not():
    assert canonical_of(ARTICLE, "https://www.daily.example/", ARTICLE + "?p=2") == ARTICLE + "?p=2"


def test_without_own_url_a_claim_must_be_whole():
    assert canonical_of(None, "/relative") is None
    assert canonical_of(None, ARTICLE) == ARTICLE
    assert canonical_of(None, "https://daily.example/") is None
    assert canonical_of(None, None) is None


def test_join_url():
    assert join_url("https://daily.example/a/b", "../c.jpg") == "https://daily.example/c.jpg"
    assert join_url(None, "c.jpg") is None
    assert join_url("https://daily.example/", "data:image/png;base64,xx") is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.daily.co.uk", "daily.co.uk"),
        ("www.daily.example", "daily.example"),
        ("mine.blogspot.com", "mine.blogspot.com"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
    ],
)
def test_registered_domain(host, domain):
    assert registered_domain(host) == domain


def test_host():
    assert host_of("https://WWW.Daily.Example:8443/x") == "www.daily.example"
    assert host_of("no url") is None
