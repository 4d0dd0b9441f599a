import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.urls import (
    canonicalize_url,
    host_of,
    join_url,
    registered_domain,
)


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
