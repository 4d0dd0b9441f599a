"""When entries of feeds were published: dates, zones, and what cannot be read."""

from datetime import datetime

import pytest
from feed_documents import AT, ATOM, ATOM03, ITEM, JSON, RDF, RSS, parse


def test_a_date_without_zone_is_flagged_and_nonsense_is_none():
    entry = parse(RSS.replace(" +0100", "")).entries[0]
    assert entry.published is not None
    assert entry.published.flags == ("timezone_assumed",)
    assert parse(RSS.replace("05 Mar", "35 Mar")).entries[0].published is None


BAD = {
    "rss": (RSS, "Tue, 05 Mar 2019 09:12:00 +0100"),
    "rdf": (RDF, "2019-03-05T09:12+01:00"),
    "atom": (ATOM, "2019-03-05T09:12+01:00"),
    "atom03": (ATOM03, "2019-03-05T09:12+01:00"),
    "json": (JSON, "2019-03-05T09:12+01:00"),
    "by feedparser": (
        ATOM03.replace("<title>Flood &amp; fire", '<title mode="base64">Rmxvb2Q='),
        "2019-03-05T09:12+01:00",
    ),
}


@pytest.mark.parametrize(("body", "stated"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("text", ["20199-03-05T09:12", "0001-01-01T00:00:00Z", "the 35th of May"])
def test_a_stated_date_that_cannot_be_read_is_flagged(body, stated, text):
    (good,) = parse(body).entries
    (bad,) = parse(body.replace(stated, text)).entries
    assert (good.published is None, good.published_flags) == (False, ())
    assert (bad.published, bad.published_flags) == (None, ("unreadable",))
    assert bad.title == good.title


@pytest.mark.parametrize("text", ["", " ", "null"])
def test_no_stated_date_is_no_unreadable_one(text):
    for body, stated in BAD.values():
        (entry,) = parse(body.replace(stated, text)).entries
        assert (entry.published, entry.published_flags) == (None, ())


def test_an_unreadable_change_leaves_the_day_of_publication():
    (entry,) = parse(ATOM.replace("2019-03-06T00:00:00Z", "soon")).entries
    assert (entry.published is None, entry.modified, entry.published_flags) == (False, None, ())


@pytest.mark.parametrize(
    ("ref", "site", "language", "zone", "hour"),
    [
        ("https://f.example/feed", "https://a.example/", "en-us", "EST", 14),
        ("https://f.example/feed", "https://a.example/", "en-au", "EST", 23),
        ("https://f.com.au/feed", "https://a.example/", "en-us", "EST", 23),
        # a service has the feed, and the site is at home somewhere
        ("https://f.example/feed", "https://a.com.au/", "en-us", "EST", 23),
        ("/news/feed.xml", "https://a.co.in/", "en-us", "IST", 3),
        ("/news/feed.xml", "https://a.ie/", "en", "IST", 8),
        ("/news/feed.xml", "https://a.example/", "en", "IST", None),
        ("/news/feed.xml", "https://a.example/", "en", "Europe/Berlin", 8),
    ],
)
def test_names_of_zones_are_those_of_the_feeds_country(ref, site, language, zone, hour):
    body = RSS.replace("+0100", zone).replace(">en-us<", f">{language}<")
    body = body.replace("<link>https://a.example/</link>", f"<link>{site}</link>")
    published = parse(body, ref=ref).entries[0].published
    assert published is not None
    assert published.flags == (("timezone_assumed",) if hour is None else ())
    moved = {14: (5, 14), 23: (4, 23), 3: (5, 3), 8: (5, 8), None: (5, 9)}[hour]
    assert (published.at.day, published.at.hour) == moved


def test_years_and_months_are_those_of_the_feeds_language():
    for stated, language in (("5 มีนาคม 2562", "th"), ("1397-12-14", "fa"), ("5 lut 2019", "pl")):
        body = RSS.replace("Tue, 05 Mar 2019 09:12:00 +0100", stated)
        published = parse(body.replace(">en-us<", f">{language}<")).entries[0].published
        assert published is not None
        assert str(published.at.date()) == ("2019-02-05" if language == "pl" else "2019-03-05")


def test_seconds_since_1970_are_read():
    number = JSON.replace('"2019-03-05T09:12+01:00"', "1551773520")
    for body in (RSS.replace("Tue, 05 Mar 2019 09:12:00 +0100", "1551773520"), number):
        published = parse(body).entries[0].published
        assert published is not None
        assert published.at == AT


def published_in(date: str) -> datetime | None:
    """Return when an item whose pubDate is ``date`` was published."""
    item = f"<item><link>https://a.example/1</link><pubDate>{date}</pubDate></item>"
    claim = parse(RSS.replace(ITEM, item)).entries[0].published
    return claim and claim.at


@pytest.mark.parametrize(
    "date",
    [
        "<time datetime='2019-03-05T09:12:00+01:00'>yesterday</time>",
        '&lt;time datetime="2019-03-05T09:12:00+01:00"&gt;yesterday&lt;/time&gt;',
        "<![CDATA[<time>Tue, 05 Mar 2019 09:12:00 +0100</time>]]>",
        "<time>Tue, 05 Mar 2019 09:12:00 +0100</time>",
        "1551773520",
        "1551773520000",
    ],
)
def test_a_date_inside_of_an_element_or_in_seconds_is_a_date(date):
    assert published_in(date) == AT
