"""What the answer of a server is taken for."""

from datetime import UTC, datetime

import pytest

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import FetchSettings, ReadSettings
from newsbeam.transforms.sources.answers import open_answer
from newsbeam.transforms.web.responses import Response

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><item>'
    b"<title>Storm</title><link>http://paper.example/storm</link></item></channel></rss>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><entry><id>a:1</id>'
    b'<title>Storm</title><link href="http://paper.example/storm"/></entry></feed>'
)


def open_as(kind, body, depth):
    source = Source(ref="http://paper.example/s", kind=kind, depth=depth)
    answer = Response(
        requested_url=source.ref, url=source.ref, status=200, body=body, fetched_at=SEEN
    )
    return open_answer(source, answer, FetchSettings(), seen_at=SEEN, read=ReadSettings())


@pytest.mark.parametrize("body", [RSS, ATOM])
def test_a_feed_that_an_index_of_sitemaps_lists_is_read_as_one(body):
    found = open_as("sitemap", body, 1)
    assert found.kind == "feed"
    assert [(entry.url, entry.title) for entry in found.entries] == [
        ("http://paper.example/storm", "Storm")
    ]


def test_what_a_person_calls_a_sitemap_is_to_be_one():
    with pytest.raises(InputError) as caught:
        open_as("sitemap", RSS, 0)
    assert caught.value.reason == "not_a_sitemap"
