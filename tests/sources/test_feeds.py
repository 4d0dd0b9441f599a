"""Feeds of every format become the same entries; whatever the bytes, only InputError is raised."""

import base64
import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources import xml_feed
from newsbeam.transforms.sources.feed_texts import UnusualTextError
from newsbeam.transforms.sources.feeds import ParsedFeed, parse_feed

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2019, 3, 5, 8, 12, tzinfo=UTC)

ITEM = """<item><title>Flood &amp; fire</title><link>https://a.example/1</link><guid>g1</guid>
<pubDate>Tue, 05 Mar 2019 09:12:00 +0100</pubDate><description>&lt;p&gt;A&lt;/p&gt;B</description>
<author>desk@a.example (Ada Li)</author><category>World</category>
<enclosure url="/i.jpg" type="image/jpeg" length="1"/></item>"""
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>A Post</title>
<link>https://a.example/</link><language>en-us</language><ttl>30</ttl>
<skipHours><hour>1</hour></skipHours><skipDays><day>Sunday</day></skipDays>{ITEM}</channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>A Post</title><link>https://a.example/</link>
<dc:language>en-us</dc:language></channel>
<item rdf:about="g1"><title>Flood &amp; fire</title><link>https://a.example/1</link>
<dc:date>2019-03-05T09:12+01:00</dc:date><dc:creator>Ada Li</dc:creator>
<dc:subject>World</dc:subject><description>A B</description></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us" xml:base="https://a.example/">
<title>A Post</title><link href="/"/>
<entry><id>g1</id><title type="html">Flood &amp;amp; fire</title>
<link rel="self" href="/self"/><link rel="alternate" href="1"/>
<published>2019-03-05T09:12+01:00</published><updated>2019-03-06T00:00:00Z</updated>
<author><name>Ada Li</name></author><category term="World"/><summary>A B</summary></entry></feed>"""
ATOM03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en-us">
<title>A Post</title><link rel="alternate" type="text/html" href="https://a.example/"/>
<entry><id>g1</id><title>Flood &amp; fire</title>
<link rel="alternate" type="text/html" href="https://a.example/1"/>
<issued>2019-03-05T09:12+01:00</issued><author><name>Ada Li</name></author>
<summary>A B</summary></entry></feed>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A Post",
        "home_page_url": "https://a.example/",
        "language": "en-us",
        "items": [
            {
                "id": "g1",
                "url": "/1",
                "title": "Flood & fire",
                "summary": "A B",
                "date_published": "2019-03-05T09:12+01:00",
                "authors": [{"name": "Ada Li"}],
                "tags": ["World"],
            }
        ],
    }
)


def parse(body: str | bytes, **more: object) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    known: dict[str, object] = {"ref": "https://f.example/feed", "seen_at": SEEN}
    return parse_feed(data, **{**known, **more})  # type: ignore[arg-type]


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


def test_a_date_without_zone_is_flagged_and_nonsense_is_none():
    entry = parse(RSS.replace(" +0100", "")).entries[0]
    assert entry.published is not None
    assert entry.published.flags == ("timezone_assumed",)
    assert parse(RSS.replace("05 Mar", "35 Mar")).entries[0].published is None


@pytest.mark.parametrize(
    "mend",
    [
        lambda text: text.replace("&amp;", "&"),
        lambda text: text.replace("Flood &amp; fire", "Flood &amp; fire\x0b\x01"),
        lambda text: text.replace("</channel></rss>", ""),
        lambda text: "\n  junk " + text,
        lambda text: text.replace("</item>", "<media:thumbnail url='x'/></item>"),
    ],
)
def test_feeds_that_are_not_well_formed_are_read(mend):
    assert [entry.title for entry in parse(mend(RSS)).entries] == ["Flood & fire"]


def test_a_feed_that_was_cut_gives_no_half_address():
    cut = RSS.replace("</channel>", ITEM.replace("/1<", "/long-address<") + "</channel>")
    feed = parse(cut[: cut.index("-address")])
    assert [entry.url for entry in feed.entries] == ["https://a.example/1"]
    assert feed.invalid == ()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "laughs": f'<!DOCTYPE r [<!ENTITY l0 "lol">{LAUGHS}]><rss><channel>&l9;</channel></rss>',
    "quadratic": f'<!DOCTYPE r [<!ENTITY a "{"a" * 50000}">]><rss>{"&a;" * 50000}</rss>',
    "xxe": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel>&a;</channel></rss>',
    "attlist": f"<!DOCTYPE r [{'<!ATTLIST r a CDATA #IMPLIED>' * 100000}]><rss/>",
    "lower case": '<!doctype r [<!entity a "b">]><rss><channel>&a;</channel></rss>',
    "parameter": "<!DOCTYPE r [<!-- x -->%a;]><rss/>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ATTACKS)
def test_entities_never_reach_a_parser(name, encoding):
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        parse(ATTACKS[name].encode(encoding))
    assert caught.value.reason == "unsafe_xml"
    assert time.process_time() - started < 1


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


def test_harmless_document_types_pass():
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss'
    )
    assert len(parse(RSS.replace("<rss", doctype)).entries) == 1


@pytest.mark.parametrize(
    "entry",
    [
        f"<item><author>{'a' * 500_000}</author></item>",
        f"<item>{''.join(f'<category>{n}</category>' for n in range(20_000))}</item>",
        "<item " + " ".join(f'a{n}=""' for n in range(20_000)) + "/>",
        f"<item>{'<a>' * 50_000}</item>",
        f"<item><description>{'&lt;script&gt;' * 50_000}</description></item>",
    ],
    ids=["name", "categories", "attributes", "depth", "scripts"],
)
def test_what_makes_parsers_slow_is_bounded(entry):
    started = time.process_time()
    parse(f"<rss version='2.0'><channel>{entry}</channel></rss>")
    assert time.process_time() - started < 2


ITEM_OF_LINK = "<item><link>http://a.example/</link>{}</item>"
ENCLOSURES = "<enclosure url='x.png' type='image/png'/>" * 50


@pytest.mark.parametrize(
    "content",
    [
        ITEM_OF_LINK.format("") * 20_001,
        "<x/>" * 100_001,
        "".join(f"<a{n}:b xmlns:a{n}='u{n}'/>" for n in range(20_000)),
        f"<item><description>{'&' * 500_000}</description></item>",
    ],
    ids=["entries", "tags", "namespaces", "references"],
)
def test_a_feed_that_is_a_bomb_is_too_large_at_little_cost(content):
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        parse(f"<rss><channel>{content}</channel></rss>")
    assert caught.value.reason == "too_large"
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "items", ['{"url":"http://a.example/"},' * 20_000 + "{}", "[]," * 500_000 + "{}"]
)
def test_a_json_feed_that_is_a_bomb_is_too_large(items):
    with pytest.raises(InputError) as caught:
        parse(f'{{"version":"https://jsonfeed.org/version/1.1","items":[{items}]}}')
    assert caught.value.reason == "too_large"


def test_tags_in_a_full_text_do_not_count():
    text = "<p>Text.</p>" * 60_000
    item = ITEM_OF_LINK.format(f"<description><![CDATA[{text}]]></description>")
    feed = parse(f"<rss><channel>{item}</channel></rss>")
    assert feed.entries[0].summary.startswith("Text. Text.")


@pytest.mark.parametrize("opening", ["<![CDATA[", "<!--"])
def test_openings_that_are_never_closed_cost_little(opening):
    started = time.process_time()
    with suppress(InputError):
        parse(f"<rss><channel><item><title>&{opening * 50_000}")
    assert time.process_time() - started < 2


def test_lines_and_references_in_a_summary_cost_little():
    """feedparser is called for each of them, unless it gets them in one piece."""
    lines = ITEM_OF_LINK.format(f"<description>{'&lt;&#10;' * 4000}</description>") * 100
    started = time.process_time()
    assert len(parse(f"<rss><channel>{lines}</channel></rss>").entries) == 100
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", ["a:0", "a:", "a:b:c", ":a", "media:1"])
def test_an_undeclared_prefix_before_what_is_no_name_is_no_obstacle(name):
    item = ITEM_OF_LINK.format(f"<{name}>x</{name}><title>Stays</title>")
    assert parse(f"<rss><channel>{item}</channel></rss>").entries[0].title == "Stays"


@pytest.mark.parametrize("name", ["title", "a:title", "a:30:00"])
def test_a_namespace_that_is_no_address_is_no_obstacle(name):
    item = f"<item xmlns:a='h&lt;t'><link>http://a.example/</link><{name}>x</{name}></item>"
    feed = parse(f"<rss><channel>{item}</channel></rss>")
    assert [entry.title for entry in feed.entries] == ["x" if name == "title" else None]


def test_unknown_references_behind_an_open_comment_are_no_obstacle():
    """Found by fuzzing: for the parser, an attribute opens no comment."""
    damaged = RSS.replace("<item>", "<item x='<!--'>", 1).replace("Flood", "&ah; Flood")
    assert parse(damaged).entries[0].title.startswith("Flood")


def test_entries_without_an_end_are_entries():
    """Found by fuzzing: inside of one another."""
    items = "".join(f"<item><link>http://a.example/{n}<title>{n}</title>" for n in range(5))
    feed = parse(f"<rss><channel>{items}</channel></rss>")
    assert [entry.url for entry in feed.entries] == [f"http://a.example/{n}" for n in range(5)]


def test_an_entry_in_what_only_resembles_one_is_an_entry():
    """Found by fuzzing: no entry came before it that it could be put behind."""
    item = "<item><link>http://a.example/1</link><title>One</title></item>"
    feed = parse(f"<rss><channel><iTEm>{item}</iTEm></channel></rss>")
    assert [entry.url for entry in feed.entries] == ["http://a.example/1"]


def test_a_section_that_ends_in_a_text_is_kept():
    title = "<title>a ]]&gt; &lt;b&gt; c</title>"
    item = ITEM_OF_LINK.format(title)
    assert parse(f"<rss><channel>{item}</channel></rss>").entries[0].title is not None


@pytest.mark.parametrize(
    "body", [b"", b"<html><p>x</p></html>", b"{}", b"[1]", b"\x00\xff", b"text"]
)
def test_what_is_no_feed_says_so(body):
    with pytest.raises(InputError) as caught:
        parse(body)
    assert caught.value.reason == "not_a_feed"


def parse_or_refuse(body: bytes) -> None:
    try:
        feed = parse(body, content_type="text/xml; charset=x")
    except InputError:
        return
    for entry in feed.entries:
        assert entry.url is not None
        repr(entry).encode("utf-8")


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_raise_anything_else(body):
    parse_or_refuse(body)


@settings(max_examples=200)
@given(
    st.sampled_from([RSS, RDF, ATOM, ATOM03, JSON]),
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 30), st.binary(max_size=8)), max_size=4),
)
def test_mutated_feeds_never_raise_anything_else(body, edits):
    data = body.encode()
    for at, size, new in edits:
        data = data[:at] + new + data[at + size :]
    parse_or_refuse(data)


def find_data(*parts: str) -> Path:
    root = Path(__file__).parents[2]
    path = Path(os.environ.get("NEWSBEAM_DATA", root.parent / "shared" / "data")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is absent: set NEWSBEAM_DATA to the folder of the evaluation data")
    return path


def test_real_feeds_give_their_items():
    folder = find_data("feeds")
    for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        feed = parse((folder / truth["file"]).read_bytes())
        assert len(feed.entries) + len(feed.invalid) == truth["n_items"], truth["file"]


def test_the_cases_of_feedparser_are_read_or_refused():
    refused = []
    for path in sorted(find_data("feeds", "feedparser_tests").rglob("*.*")):
        try:
            parse(path.read_bytes())
        except InputError:
            refused.append(path.name)
    assert refused == ["rss_empty_document.xml", "entity_in_doctype.xml"]


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


def atom_entry(content: str) -> str:
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><entry><id>1</id>"
        f"<link href='https://a.example/1'/>{content}</entry></feed>"
    )


@pytest.mark.parametrize("field", ["title", "summary"])
@pytest.mark.parametrize(
    ("attributes", "content", "shown"),
    [
        ("type='text'", "How &lt;b&gt; differs from &lt;i&gt;", "How <b> differs from <i>"),
        ("", "Escaping &amp;amp; is hard", "Escaping &amp; is hard"),
        ("type='html'", "How &lt;b&gt;bold&lt;/b&gt; &amp;amp; loud", "How bold & loud"),
        ("type='html'", "The &amp;lt;b&amp;gt; tag", "The <b> tag"),
        ("type='html'", "<![CDATA[A <em>new</em> pier]]>", "A new pier"),
        (
            "type='xhtml'",
            "<div xmlns='http://www.w3.org/1999/xhtml'>A <b>new</b> &lt;pier&gt; &amp; more</div>",
            "A new <pier> & more",
        ),
    ],
)
def test_atom_says_what_its_texts_are(field, attributes, content, shown):
    entry = parse(atom_entry(f"<{field} {attributes}>{content}</{field}>")).entries[0]
    assert getattr(entry, field) == shown


def test_a_feed_and_an_author_of_atom_have_names_in_plain_text():
    feed = parse(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Tags &lt;a&gt; to &lt;z&gt;</title>"
        "<entry><id>1</id><link href='https://a.example/1'/><author><name>A &lt;B&gt; C</name>"
        "</author></entry></feed>"
    )
    assert feed.title == "Tags <a> to <z>"
    assert feed.entries[0].authors == ("A <B> C",)


def test_tags_in_titles_of_rss_are_mark_up():
    item = ITEM_OF_LINK.format("<title>A &lt;i&gt;new&lt;/i&gt; pier &amp;amp; more</title>")
    assert parse(RSS.replace(ITEM, item)).entries[0].title == "A new pier & more"


OWN = "<title>Own title</title><description>Own words.</description>"
OTHERS = [
    "<media:content url='i.jpg' medium='image'><media:title>Of a photo</media:title>"
    "<media:description>A photo.</media:description></media:content>",
    "<media:group><media:description>A film.</media:description>"
    "<media:content url='f.mp4'><media:title>Of a film</media:title></media:content></media:group>",
    "<media:title>Of media</media:title><media:description>Of media.</media:description>",
    "<media:thumbnail url='t.jpg'/><itunes:summary>Of a podcast.</itunes:summary>",
    "<dc:title>Of a catalogue</dc:title><dc:description>Of a catalogue.</dc:description>",
]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("is_first", [True, False])
def test_an_items_own_title_and_description_come_first(other, is_first):
    parts = (OWN, other) if is_first else (other, OWN)
    entry = parse(RSS.replace(ITEM, ITEM_OF_LINK.format("".join(parts)))).entries[0]
    assert (entry.title, entry.summary) == ("Own title", "Own words.")


def test_what_media_say_is_the_summary_where_the_item_says_nothing():
    entry = parse(RSS.replace(ITEM, ITEM_OF_LINK.format(OTHERS[1]))).entries[0]
    assert (entry.title, entry.summary) == ("Of a film", "A film.")


def test_the_widest_image_is_taken_wherever_it_stands():
    media = (
        "<media:thumbnail url='/t.jpg'/><media:content url='/s.jpg' medium='image' width='90'/>"
        "<media:group><media:content url='/l.jpg' type='image/jpeg' width='900'/></media:group>"
    )
    entry = parse(RSS.replace(ITEM, ITEM_OF_LINK.format(media))).entries[0]
    assert entry.image_url == "https://a.example/l.jpg"


@pytest.mark.parametrize("name", ["RSS", "ATOM", "RDF", "own"])
def test_the_same_is_read_whichever_reader_reads_it(name, monkeypatch):
    body = {
        "RSS": RSS,
        "ATOM": ATOM,
        "RDF": RDF,
        "own": RSS.replace(ITEM, ITEM_OF_LINK.format(OTHERS[0] + OWN)),
    }[name]
    ours = parse(body)

    def refuse(*_: object) -> None:
        raise UnusualTextError

    monkeypatch.setattr(xml_feed, "read_tree", refuse)
    assert parse(body) == ours


def test_cdf_and_texts_in_base64_are_read_too():
    cdf = (
        "<CHANNEL HREF='http://a.example/'><TITLE>C</TITLE><ITEM HREF='/1'><TITLE>One</TITLE>"
        "<ABSTRACT>Short.</ABSTRACT></ITEM></CHANNEL>"
    )
    entry = parse(cdf).entries[0]
    assert (entry.url, entry.title, entry.summary) == ("http://a.example/1", "One", "Short.")
    title = f"<title mode='base64'>{base64.b64encode(b'A pier').decode()}</title>"
    assert parse(ATOM03.replace("<title>Flood &amp; fire</title>", title)).entries[0].title == (
        "A pier"
    )


def test_links_are_resolved_against_xml_base_at_every_level():
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/en/'><title>A</title>"
        "<entry xml:base='sport/'><id>x</id><link href='1'/></entry>"
        "<entry><id>y</id><link href='2' xml:base='https://b.example/'/></entry></feed>"
    )
    urls = [entry.url for entry in parse(body).entries]
    assert urls == ["https://a.example/en/sport/1", "https://b.example/2"]


def test_real_feeds_read_the_same_whichever_reader_reads_them(monkeypatch):
    paths = [path for path in find_data("feeds").rglob("*.*") if path.suffix != ".jsonl"]
    ours = {path: read_or_none(path) for path in paths}

    def refuse(*_: object) -> None:
        raise UnusualTextError

    monkeypatch.setattr(xml_feed, "read_tree", refuse)
    assert len(ours) > 500
    for path, feed in ours.items():
        other = read_or_none(path)
        if path.name == "item_guid_isPermaLink_ValueError.xml":
            continue  # both refuse its entry, one because of its guid, one for want of a link
        assert other == feed, path.name


def read_or_none(path: Path) -> ParsedFeed | None:
    try:
        return parse(path.read_bytes())
    except InputError:
        return None
