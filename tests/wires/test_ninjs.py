"""ninjs of three generations, and schema.org's articles."""

import json

import pytest

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.wires.detect import detect_json
from newsbeam.transforms.wires.item import WireItem, decode_item, encode_item
from newsbeam.transforms.wires.read import read_items, read_json

BODY = "<p>The lock opens at six.</p><p>Barges queue.</p>"
TEXT = ("The lock opens at six.", "Barges queue.")


def read(value: object, kind: str = "ninjs") -> list[WireItem]:
    return list(read_json(json.dumps(value), kind))


V1 = {"uri": "urn:x:1", "type": "text", "versioncreated": "2026-03-03T09:30:00Z", "headline": "A"}
V2 = {
    "uri": "urn:x:1",
    "type": "text",
    "versioncreated": "2026-03-03T09:30:00Z",
    "headlines": [{"role": "main", "value": "A"}, {"role": "sub", "value": "B"}],
    "bodies": [
        {"role": "text", "contenttype": "text/plain", "value": "The lock opens at six."},
        {"role": "html", "contenttype": "text/html", "value": BODY},
    ],
}
V3 = {
    "standard": {"name": "ninjs", "version": "3.0"},
    "uri": "urn:x:1",
    "type": "text",
    "versionCreated": "2026-03-03T09:30:00Z",
    "pubStatus": "usable",
    "headlines": [{"role": "main", "value": "A"}],
    "bodies": [{"role": "main", "contentType": "application/xhtml+xml", "value": BODY}],
}


@pytest.mark.parametrize(
    "value",
    [
        V1 | {"body_html": BODY},
        V1 | {"body_text": "\n\n".join(TEXT)},
        V1 | {"body_text": "one line", "body_xhtml": BODY},
        V2,
        V3,
        {"data": {"item": V3}},
        [V3],
    ],
)
def test_one_body_of_several_is_taken(value: object):
    (item,) = read(value)
    assert (item.headline, item.paragraphs) == ("A", TEXT)
    assert item.facts.guid == "urn:x:1"
    assert item.facts.version_created == "2026-03-03T09:30:00+00:00"


def test_captions_of_pictures_are_the_storys_and_texts_are_items():
    picture = {
        "name": "main",
        "uri": "urn:x:2",
        "type": "picture",
        "descriptions": [{"role": "caption", "value": "The lock"}],
        "renditions": [
            {"name": "a", "href": "https://x.example/a.jpg", "contentType": "image/jpeg"}
        ],
    }
    sidebar = V3 | {"uri": "urn:x:3", "name": "sidebar"}
    main, other = read(V3 | {"associations": [picture, sidebar]})
    assert main.facts.captions == ("The lock",)
    assert main.image_url == "https://x.example/a.jpg"
    assert [link.target for link in main.facts.links] == ["urn:x:2", "urn:x:3"]
    assert other.facts.guid == "urn:x:3"


def test_subjects_have_codes_names_and_addresses():
    subjects = [
        {"code": "medtop:20000763", "name": "road transport"},
        {"uri": "http://cv.iptc.org/newscodes/mediatopic/15000000", "name": "sport"},
        {"scheme": "http://x.example/topics/", "code": "h1", "name": "harbour"},
    ]
    (item,) = read(V3 | {"subjects": subjects})
    assert [each.uri for each in item.facts.subjects] == [
        "http://cv.iptc.org/newscodes/mediatopic/20000763",
        "http://cv.iptc.org/newscodes/mediatopic/15000000",
        "http://x.example/topics/h1",
    ]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"type": "picture"}, "picture"),
        ({"type": "event"}, "other"),
        ({"type": "composite"}, "text"),
        ({"type": "composite", "bodies": []}, "package"),
    ],
)
def test_the_type_says_what_an_item_is(changes: dict[str, object], kind: str):
    (item,) = read(V3 | changes)
    assert item.kind == kind


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One</p><p>Two</p>", ("One", "Two")),
        ("One.\n\nTwo &amp; three.", ("One.", "Two & three.")),
        ("&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;", ("One", "Two")),
    ],
)
def test_an_article_body_may_be_markup_escaped_markup_or_text(body: str, expected: tuple[str, ...]):
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": body}
    node |= {"headline": "A", "author": [{"@type": "Person", "name": "Ana Moreira"}]}
    (item,) = read(
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, node]}, "jsonld"
    )
    assert item.paragraphs == expected
    assert item.authors == ("Ana Moreira",)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (V1 | {"body_html": BODY}, "ninjs"),
        (V2, "ninjs"),
        (V3, "ninjs"),
        ({"@context": "http://schema.org", "@type": ["NewsArticle"], "headline": "A"}, "jsonld"),
        ({"url": "https://x.example/1", "text": "One", "title": "A"}, None),
        ({"uri": "https://x.example/1", "text": "One"}, None),
        ({"@context": "https://schema.org", "@type": "Recipe"}, None),
        ({"url": "u", "html": "<p>", "data": {"@context": "https://schema.org", **V3}}, None),
        ({"url": "u", "jsonld": {"@context": "https://schema.org", "@type": "NewsArticle"}}, None),
    ],
)
def test_json_is_told_by_its_keys(value: object, kind: str | None):
    assert detect_json(json.dumps(value, indent=1)) == kind
    # One that goes on behind what is looked at is told by the beginning.
    long = json.dumps(value | {"zz": "x" * 100})  # type: ignore[operator]
    assert detect_json(long[:-60]) == kind


def test_json_of_another_kind_is_refused():
    with pytest.raises(InputError) as caught:
        read({"a": 1})
    assert caught.value.reason == "bad_wire"


def test_rights_may_stand_together_and_a_text_elsewhere():
    rights = {"usageTerms": "Not for archives.", "copyrightNotice": "(c) Ellery"}
    for told in (rights, [rights]):
        (item,) = read({**V3, "rightsInfo": told})
        assert item.facts.usage_terms == "Not for archives."
        assert item.facts.copyright == "(c) Ellery"
    nitf = {"name": "main_nitf", "contenttype": "text/xml", "href": "https://x.example/1"}
    picture = {"name": "main", "mimetype": "image/jpeg", "href": "https://x.example/1.jpg"}
    (item,) = read({**V1, "renditions": {"a": picture, "b": nitf}})
    assert (item.kind, item.text_url) == ("text", "https://x.example/1")
    (item,) = read({**V1, "renditions": {"b": nitf}, "body_text": "Here."})
    assert item.text_url is None


def test_json_in_another_charset_than_it_should_be_is_read():
    body = json.dumps({**V1, "body_text": "Größe und Maß."}, ensure_ascii=False).encode("cp1252")
    (item,) = read_items(body, "ninjs")
    assert item.paragraphs == ("Größe und Maß.",)


def test_half_a_character_is_replaced_and_stops_nothing():
    (item,) = read_json('{"uri": "urn:\\udfff", "headline": "A\\ud800", "body_text": "B"}', "ninjs")
    again = decode_item(encode_item(item))
    assert (again.headline, again.facts.guid) == ("A\ufffd", "urn:\ufffd")


def test_what_stands_beside_an_item_is_one_without_an_identifier_too():
    items = read([V1, {"headline": "B", "body_text": "Here."}, {"headline": "C"}])
    assert [item.headline for item in items] == ["A", "B", "C"]
    assert [item.paragraphs for item in items] == [(), ("Here.",), ()]


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"item":', "}")])
def test_items_may_be_wrapped_as_deep_as_json_is_read(start: str, end: str):
    deep = start * 900 + json.dumps(V1) + end * 900
    assert [item.headline for item in read_json(deep, "ninjs")] == ["A"]
    # Where json gives up depends on the version of Python and on who calls.
    for depth in (*range(850, 1000), *range(1000, 3000, 100)):
        text = start * depth + "{}" + end * depth
        detect_json(text)
        with pytest.raises(InputError) as caught:
            list(read_json(text, "ninjs"))
        assert caught.value.reason in ("bad_json", "bad_wire")
