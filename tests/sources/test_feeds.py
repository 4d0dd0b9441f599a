"""Feeds of every format become the same entries."""

import json

import pytest
from feed_documents import AT, ATOM, ATOM03, ITEM, JSON, RDF, RSS, find_data, parse


@pytest.mark.parametrize(
    "body", [RSS, RDF, ATOM, ATOM03, JSON], ids=["rss", "rdf", "atom", "atom03", "json"]
)
def test_every_format_gives_the_same_entry(body):
    feed = parse(body)
    assert (feed.title, feed.site_url, feed.language) == ("A Post", "https://a.example/", "en-US")
    (entry,) = feed.entries
    assert (entry.url, entry.title, entry.summary) == ("https://a.example/1", "Flood & fire", "A B")
    assert entry.authors == ("Ada Li",)
    assert (entry.language, entry.source_title, entry.publisher) == ("en-US", "A Post", None)
    assert (entry.source_kind, entry.source_ref) == ("feed", "https://f.example/feed")
    assert entry.published is not None
    assert (entry.published.at, entry.published.precision) == (
        AT,
        "minute" if body != RSS else "second",
    )
    assert entry.tags == (() if body == ATOM03 else ("World",))
    assert entry.source_id == "g1"


def test_texts_of_a_json_feed_are_no_markup():
    feed = json.loads(JSON)
    feed["items"][0] |= {"title": "What <nav> is for", "summary": "If a<b, then &lt; is meant."}
    (entry,) = parse(json.dumps(feed)).entries
    assert (entry.title, entry.summary) == ("What <nav> is for", "If a<b, then &lt; is meant.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_does_not_matter(encoding):
    assert parse(RSS.replace("Flood", "Flöd 洪水").encode(encoding)).entries[0].title == (
        "Flöd 洪水 & fire"
    )


def test_a_declared_encoding_is_used_and_a_wrong_header_too():
    body = RSS.replace('"1.0"?', '"1.0" encoding="windows-1251"?').replace("Flood", "Потоп")
    assert parse(body.encode("cp1251")).entries[0].title == "Потоп & fire"
    header = "text/xml; charset=iso-8859-1"  # says one thing, the bytes are another
    assert parse(RSS, content_type=header).entries[0].title == "Flood & fire"


def test_what_the_feed_says_of_the_next_poll():
    feed = parse(RSS)
    assert (feed.ttl_s, feed.skip_hours, feed.skip_days) == (1800, (1,), ("sunday",))
    sy = '<x:updatePeriod xmlns:x="http://purl.org/rss/1.0/modules/syndication/">daily</x:updatePeriod>'
    assert parse(RSS.replace("<ttl>30</ttl>", sy)).update_period_s == 86400


def test_what_the_user_knows_wins():
    entry = parse(RSS, publisher="Mine", language="fr").entries[0]
    assert (entry.publisher, entry.language) == ("Mine", "fr")


def test_the_image_is_made_absolute():
    assert parse(RSS).entries[0].image_url == "https://a.example/i.jpg"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/rel?a=1&amp;b=2</link>", "https://a.example/rel?a=1&b=2"),
        ("<link> https://b.example/x\n </link>", "https://b.example/x"),
        ("<guid>https://b.example/g</guid>", "https://b.example/g"),
        ("<guid isPermaLink='false'>https://b.example/g</guid>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>https://</link>", None),
        (f"<link>https://b.example/{'x' * 2100}</link>", None),
        ("<title>no link</title>", None),
    ],
)
def test_links(item, url):
    feed = parse(RSS.replace(ITEM, f"<item>{item}</item>"))
    if url is None:
        assert [reject.reason for reject in feed.invalid] == ["bad_url"]
        assert feed.entries == ()
    else:
        assert [entry.url for entry in feed.entries] == [url]


def test_feedburner_tells_the_original_link():
    orig = "<feedburner:origLink>https://b.example/orig</feedburner:origLink><guid>"
    assert parse(RSS.replace("<guid>", orig)).entries[0].url == "https://b.example/orig"


def test_real_feeds_give_their_items():
    folder = find_data("feeds")
    for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        feed = parse((folder / truth["file"]).read_bytes())
        assert len(feed.entries) + len(feed.invalid) == truth["n_items"], truth["file"]
