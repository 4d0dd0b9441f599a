"""Sitemaps, OPML and lists of URLs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Reject, Source
from newsbeam.transforms.sources.lists import read_opml, read_url_line, write_opml
from newsbeam.transforms.sources.sitemaps import parse_sitemap

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
NEWS = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://a.example/old</loc><lastmod>2019-03-04</lastmod></url>
<url><loc> https://a.example/1?a=1&amp;b=2 </loc><lastmod>2019-03-06T00:00:00Z</lastmod>
<news:news><news:publication><news:name>A Post</news:name><news:language>en</news:language>
</news:publication><news:publication_date>2019-03-05T09:12:30+01:00</news:publication_date>
<news:title>Flood &amp; fire</news:title><news:keywords>World, Flood</news:keywords></news:news>
<image:image><image:loc>/i.jpg</image:loc></image:image></url>
<url><loc>ftp://a.example/x</loc></url></urlset>"""
INDEX = b"""<sitemapindex><sitemap><loc>https://a.example/1.xml</loc><lastmod>2019-01-01</lastmod>
</sitemap><sitemap><loc>/2.xml</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>"""


def parse(body: bytes, **more: object):
    known = {"ref": "https://a.example/sitemap.xml", "seen_at": SEEN}
    return parse_sitemap(body, **{**known, **more})  # type: ignore[arg-type]


def test_a_news_sitemap_newest_first():
    found = parse(NEWS)
    assert [entry.url for entry in found.entries] == [
        "https://a.example/1?a=1&b=2",
        "https://a.example/old",
    ]
    entry = found.entries[0]
    assert (entry.title, entry.publisher, entry.language) == ("Flood & fire", "A Post", "en")
    assert entry.tags == ("World", "Flood")
    assert entry.image_url == "https://a.example/i.jpg"
    assert entry.published is not None
    assert entry.published.at == datetime(2019, 3, 5, 8, 12, 30, tzinfo=UTC)
    assert entry.modified is not None
    assert (entry.modified.source, entry.modified.at.day) == ("sitemap", 6)
    assert [reject.reason for reject in found.invalid] == ["bad_url"]


@pytest.mark.parametrize(
    ("stated", "flags"),
    [(b"2019-13-05", ("unreadable",)), (b"0001-01-01T00:00:00Z", ("unreadable",)), (b" ", ())],
)
def test_a_day_of_publication_that_cannot_be_read_is_flagged(stated, flags):
    entry = parse(NEWS.replace(b"2019-03-05T09:12:30+01:00", stated)).entries[0]
    assert (entry.title, entry.published, entry.published_flags) == ("Flood & fire", None, flags)


@pytest.mark.parametrize(
    ("ref", "host", "hour"),
    [
        ("https://www.a.com.au/map.xml", b"a.example", 23),
        ("/maps/map.xml", b"a.com.au", 23),
        ("https://a.example/map.xml", b"a.example", 14),
    ],
)
def test_names_of_zones_are_those_of_the_sitemaps_country(ref, host, hour):
    body = NEWS.replace(b"12:30+01:00", b"12:30 EST").replace(b"//a.example", b"//" + host)
    published = parse(body, ref=ref).entries[0].published
    assert published is not None
    assert published.at.hour == hour


def test_an_index_gives_sources_one_level_deeper():
    children = parse(INDEX, depth=1, publisher="A").children
    assert [child.ref for child in children] == [
        "https://a.example/2.xml",
        "https://a.example/1.xml",
    ]
    assert {(child.kind, child.depth, child.publisher) for child in children} == {
        ("sitemap", 2, "A")
    }


def test_text_and_utf_16():
    text = b"https://a.example/1\nhttps://a.example/2\n"
    assert len(parse(text).entries) == len(parse(NEWS.decode().encode("utf-16")).entries) == 2


def test_a_cut_sitemap_gives_what_is_whole():
    cut = NEWS[: NEWS.index(b"a=1&amp;")]  # in the middle of an address
    assert [entry.url for entry in parse(cut).entries] == ["https://a.example/old"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<rss/>", "not_a_sitemap"),
        (b"", "not_a_sitemap"),
        (b"some text", "not_a_sitemap"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><urlset/>', "unsafe_xml"),
        (b"http://a.example/\n" * 50_001, "too_large"),
        (b"<urlset>" + b"<url/>" * 50_001 + b"</urlset>", "too_large"),
        (b"<urlset>" + b"<a>" * 600_001, "too_large"),
    ],
    ids=["rss", "empty", "text", "entities", "lines", "addresses", "tags"],
)
def test_what_is_no_sitemap_says_so(body, reason):
    with pytest.raises(InputError) as caught:
        parse(body)
    assert caught.value.reason == reason


@given(st.integers(0, 1000), st.integers(0, 40), st.binary(max_size=8))
def test_mutated_sitemaps_never_raise_anything_else(at, size, new):
    try:
        parse(NEWS[:at] + new + NEWS[at + size :])
    except InputError as error:
        assert error.reason in ("not_a_sitemap", "unsafe_xml")


@pytest.mark.parametrize("address", ["http://a.ex\0ample/", "http://a.ex\ud800ample/"])
def test_an_address_that_cannot_be_written_is_checked_as_it_will_be(address):
    found = parse(address.encode("utf-8", "surrogatepass") + b"\nhttp://a.example/1\n")
    assert [entry.url for entry in found.entries] == ["http://a.example/1"]
    assert [reject.reason for reject in found.invalid] == ["bad_url"]


DECLARED = (
    b' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    b' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    b' xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"'
    b' xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


@pytest.mark.parametrize("declared", [DECLARED, b""], ids=["declared", "undeclared"])
@pytest.mark.parametrize(
    "before",
    [
        b"<image:loc>https://cdn.example/i.jpg</image:loc>",
        b"<image:image><image:loc>https://cdn.example/i.jpg</image:loc></image:image>",
        b"<video:loc>https://cdn.example/v</video:loc><image:loc>https://cdn.example/i</image:loc>",
        b"<image:lastmod>1999-01-01</image:lastmod>",
    ],
)
def test_the_page_is_the_address_in_the_namespace_of_the_sitemap(declared, before):
    own = b"<loc>https://a.example/1</loc><lastmod>2020-05-06</lastmod>"
    (entry,) = parse(b"<urlset%s><url>%s%s</url></urlset>" % (declared, before, own)).entries
    assert entry.url == "https://a.example/1"
    assert entry.modified is not None
    assert entry.modified.at.year == 2020


def test_a_sitemap_with_prefixes_and_a_foreign_address_in_front():
    body = (
        b"<s:urlset%s><s:url><image:loc>https://cdn.example/i.jpg</image:loc>"
        b"<s:loc>https://a.example/1</s:loc></s:url></s:urlset>" % DECLARED
    )
    assert [entry.url for entry in parse(body).entries] == ["https://a.example/1"]


def test_the_address_of_an_image_alone_is_none_of_a_page():
    found = parse(
        b"<urlset%s><url><image:loc>https://a.example/i</image:loc></url></urlset>" % DECLARED
    )
    assert [reject.reason for reject in found.invalid] == ["bad_url"]


OPML = b"""<opml version="2.0"><body><outline text="Press">
<outline text="A &amp; B" type="rss" xmlUrl="https://a.example/rss" language="de"/></outline>
<outline xmlUrl="nonsense"/></body></opml>"""


def test_opml_gives_feeds_with_their_publishers():
    feed, bad = read_opml(OPML, Source(ref="/subs.opml"), seen_at=SEEN)
    assert feed == Source(
        ref="https://a.example/rss", kind="feed", publisher="A & B", language="de"
    )
    assert isinstance(bad, Reject)
    assert (bad.reason, bad.url) == ("bad_url", "nonsense")


def test_opml_is_read_back():
    sources = [
        Source(ref="https://a.example/rss?a=1&b=2", kind="feed", publisher='A "B" & C'),
        Source(ref="https://b.example/rss", kind="feed", publisher="二", language="ja"),
    ]
    assert list(read_opml(write_opml(sources), Source(ref="x"), seen_at=SEEN)) == sources


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("https://a.example/1", "auto"),
        ("feed:https://a.example/1", "feed"),
        ("Sitemap:https://a.example/1", "sitemap"),
        ("  url:https://a.example/1\r", "url"),
    ],
)
def test_lines_of_a_list(line, kind):
    found = read_url_line(line, 1, Source(ref="/l.txt", publisher="P"), seen_at=SEEN)
    assert found == Source(ref="https://a.example/1", kind=kind, publisher="P")


def test_comments_and_bad_lines_of_a_list():
    source = Source(ref="/l.txt")
    assert read_url_line("# https://a.example", 1, source, seen_at=SEEN) is None
    assert read_url_line(" ", 1, source, seen_at=SEEN) is None
    bad = read_url_line("ftp://a.example", 7, source, seen_at=SEEN)
    assert isinstance(bad, Reject)
    assert (bad.reason, bad.source_ref) == ("bad_url", "/l.txt#7")


def test_a_feed_that_is_called_a_sitemap_says_what_to_call_it():
    with pytest.raises(InputError, match="It is a feed: its root is <rss>"):
        parse_sitemap(b"<rss/>", ref="file", seen_at=datetime(2026, 1, 1, tzinfo=UTC))
