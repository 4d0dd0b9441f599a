"""Whatever the bytes of a feed, reading it is safe, costs little, and only InputError is raised."""

import time
from contextlib import suppress

import pytest
from feed_documents import ATOM, ATOM03, ITEM, ITEM_OF_LINK, JSON, RDF, RSS, find_data, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import InputError


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


def test_the_cases_of_feedparser_are_read_or_refused():
    refused = []
    for path in sorted(find_data("feeds", "feedparser_tests").rglob("*.*")):
        try:
            parse(path.read_bytes())
        except InputError:
            refused.append(path.name)
    assert refused == ["rss_empty_document.xml", "entity_in_doctype.xml"]
