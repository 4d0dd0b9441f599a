"""A page comes back from its records as it was, whatever it holds, and others can read them."""

import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.records import DateClaim, Entry, Page, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.dataset.page_records import pack_page, read_known, read_page
from newsbeam.transforms.sources.documents import open_documents

NOW = datetime(2026, 11, 22, 12, 30, 1, 250, tzinfo=UTC)
TEXTS = st.none() | st.text(st.characters(exclude_categories=[]), max_size=20)
HTML = b"<html><head><title>Ferry</title></head><body><p>The ferry sails again.</p></body></html>"


def make_page(**fields: object) -> Page:
    entry = Entry(
        source_kind="feed",
        source_ref="https://news.example/feed",
        url="https://news.example/a b?ü=1",
        authors=("A. Writer", "B. Writer"),
        published=DateClaim(at=NOW, source="feed", flags=("timezone_assumed",), utc_offset=60),
        seen_at=NOW,
    )
    page = Page(
        entry=entry,
        url="https://news.example/final",
        body=HTML,
        media="html",
        content_type="text/html; charset=utf-8",
        http_status=200,
        robots_tag="noai",
        tdm_reservation="1",
        fetched_at=NOW,
    )
    return replace(page, **fields)  # type: ignore[arg-type]


@given(
    body=st.binary(max_size=200),
    title=TEXTS,
    source_id=TEXTS,
    header=TEXTS,
    url=TEXTS,
    status=st.none() | st.integers(200, 299),
    media=st.sampled_from(["html", "text", "wire"]),
)
def test_a_page_comes_back_as_it_was(body, title, source_id, header, url, status, media):
    page = make_page(
        body=body, content_type=header, robots_tag=header, truncated=header, url=url,
        http_status=status, media=media,
    )  # fmt: skip
    page = replace(page, entry=replace(page.entry, title=title, source_id=source_id, url=url))
    packed = pack_page(page)
    file = io.BytesIO(b"before" + packed + pack_page(make_page()))
    kept = read_known(file, 6)
    assert read_page(file, kept) == page
    assert kept.end == 6 + len(packed)
    assert read_page(file, read_known(file, kept.end)) == make_page()


def test_any_reader_of_archives_finds_the_page_and_its_headers():
    data = pack_page(make_page()) + pack_page(make_page(http_status=None, content_type=None))
    reader = open_documents(
        io.BytesIO(data),
        Source(ref="/pages.warc.gz"),
        ReadSettings(),
        seen_at=NOW,
        max_entries=1,
    )
    answer, resource = (item for item in reader if isinstance(item, Page))
    assert (answer.body, answer.http_status, answer.robots_tag) == (HTML, 200, "noai")
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.url == "https://news.example/final"
    assert answer.fetched_at == NOW.replace(microsecond=0)
    assert (resource.body, resource.http_status) == (HTML, None)
    assert sum(tally.count for tally in reader.passed_over.values()) == 2


def test_a_head_cannot_be_written_by_what_a_server_says():
    sent = "text/html\r\nX-Robots-Tag: all\r\n\r\n<p>not the page</p>"
    packed = pack_page(make_page(content_type=sent, url="https://a.example/\r\nWARC-Type: x"))
    text = gzip.decompress(packed)
    assert text.count(b"\r\nX-Robots-Tag: ") == 1
    assert b"\r\nWARC-Type: x" not in text
    kept = read_known(io.BytesIO(packed), 0)
    assert read_page(io.BytesIO(packed), kept).content_type == sent


@pytest.mark.parametrize("place", [0, 40, -30, -3])
def test_damage_is_an_error_and_no_page(place):
    packed = bytearray(pack_page(make_page()))
    packed[place] ^= 0xFF
    file = io.BytesIO(bytes(packed))
    with pytest.raises(DatasetError, match="at byte"):
        read_page(file, read_known(file, 0))


def test_a_file_that_is_cut_off_is_an_error():
    packed = pack_page(make_page())
    file = io.BytesIO(packed[:-4])
    with pytest.raises(DatasetError, match="has no end"):
        read_page(file, read_known(file, 0))
