"""What the answer of a server is taken for."""

from datetime import UTC, datetime

import pytest
from wires import g2_item, g2_message

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Source
from newsbeam.transforms.core.settings import FetchSettings, ReadSettings
from newsbeam.transforms.sources.answers import open_answer, outcomes_of
from newsbeam.transforms.web.responses import Response
from newsbeam.transforms.wires.item import decode_item

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title><item>'
    b"<title>Storm</title><link>http://paper.example/storm</link></item></channel></rss>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><entry><id>a:1</id>'
    b'<title>Storm</title><link href="http://paper.example/storm"/></entry></feed>'
)


def open_as(kind, body, depth, **headers):
    source = Source(ref="http://paper.example/s", kind=kind, depth=depth)
    answer = Response(
        requested_url=source.ref, url=source.ref, status=200, body=body, fetched_at=SEEN, **headers
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


def outcomes(body, **headers):
    entry = Entry(source_kind="feed", source_ref="f", url="http://paper.example/w", seen_at=SEEN)
    answer = Response(
        requested_url="http://paper.example/w",
        url="http://paper.example/w",
        status=200,
        body=body,
        fetched_at=SEEN,
        **headers,
    )
    return outcomes_of(entry, answer, 2048)


def test_of_a_document_that_was_cut_behind_an_address_the_whole_items_are_read():
    items = [g2_item(f"urn:x:{n}", paragraphs=("One.",)) for n in range(3)]
    first, second, rest = outcomes(g2_message(*items)[:-200].encode())
    assert (decode_item(first.body).facts.guid, first.entry.url) == (
        "urn:x:0",
        "http://paper.example/w",
    )
    assert decode_item(second.body).facts.guid == "urn:x:1"
    assert (rest.reason, rest.source_ref, rest.url) == (
        "bad_xml",
        "http://paper.example/w#3",
        None,
    )
    with pytest.raises(InputError) as caught:
        outcomes(items[0][:-200].encode())
    assert caught.value.reason == "bad_xml"


@pytest.mark.parametrize("header", [{"robots_tag": "noai"}, {"tdm_reservation": "1"}])
def test_headers_that_reserve_a_text_stay_with_items_of_the_trade(header):
    (page,) = outcomes(g2_item(paragraphs=("One.",)).encode(), **header)
    assert {name: getattr(page, name) for name in header} == header


@pytest.mark.parametrize("header", [{"robots_tag": "noai"}, {"tdm_reservation": "1"}])
def test_headers_that_reserve_a_polled_document_stay_with_its_items(header):
    body = g2_message(
        g2_item("urn:a", paragraphs=("One.",)), g2_item("urn:b", paragraphs=("Two.",))
    )
    found = open_as("newsml", body.encode(), 0, **header)
    assert [{name: getattr(page, name) for name in header} for page in found.pages] == [header] * 2
