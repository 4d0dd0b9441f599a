"""NewsML-G2, NewsML 1 and NITF: what an item says, however its sender writes it."""

import pytest
from wires import g2_item, g2_message, nitf

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.detect import detect_kind
from newsbeam.transforms.sources.xml_text import split_roots
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_items

TEXT = ("The lock at Port Ellery opens at six.", "Barges queue from five.")


def read(document: str | bytes, kind: str = "newsml") -> list[WireItem]:
    body = document.encode() if isinstance(document, str) else document
    return list(read_items(body, kind))


def content(inner: str) -> str:
    """Return a G2 item with this contentSet."""
    head, _, rest = g2_item().partition("<contentSet>")
    return f"{head}<contentSet>{inner}</contentSet>{rest.partition('</contentSet>')[2]}"


@pytest.mark.parametrize(
    "inner",
    [
        '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>A</p><p>B</p></body></html>'
        "</inlineXML>",
        "<inlineXML><html><body><p>A</p><p>B</p></body></html></inlineXML>",  # no namespace
        '<inlineXML><x:html xmlns:x="urn:x"><x:body><x:p>A</x:p><x:p>B</x:p></x:body></x:html>'
        "</inlineXML>",
        "<inlineXML><h:body><h:p>A</h:p><h:p>B</h:p></h:body></inlineXML>",  # undeclared
        "<inlineXML><nitf><body><body.content><p>A</p><p>B</p></body.content></body></nitf>"
        "</inlineXML>",
        '<inlineData contenttype="text/plain">A\n\nB</inlineData>',
        '<inlineData contenttype="text/html">&lt;p>A&lt;/p>&lt;p>B&lt;/p></inlineData>',
        "<inlineData><![CDATA[<p>A</p><p>B</p>]]></inlineData>",
        '<inlineData encoding="http://x.example/base64">QQoKQg==</inlineData>',
        '<remoteContent href="a.html"/><inlineData contenttype="text/plain">B A</inlineData>'
        "<inlineXML><html><body><p>A</p><p>B</p></body></html></inlineXML>",  # markup first
    ],
)
def test_the_text_is_read_whatever_it_is_wrapped_in(inner: str):
    (item,) = read(content(inner))
    assert item.paragraphs == ("A", "B")


def test_captions_tables_and_repeated_titles_are_no_paragraphs_of_the_story():
    (item,) = read(
        content(
            "<inlineXML><html><body><header><time>09:30</time></header>"
            "<h1>A vote on the breakwater</h1>"
            '<p class="teaser">The harbour board voted.</p><p>One<br/>two</p>'
            "<figure><div>Photo: X</div><figcaption><b>The lock</b> at noon</figcaption></figure>"
            "<table><tr><th>Quay</th><th>Hour</th></tr><tr><td>1</td><td>6</td></tr></table>"
            "<ul><li>first</li><li>second</li></ul></body></html></inlineXML>"
        )
    )
    assert item.paragraphs == ("One\ntwo", "Quay | Hour", "1 | 6", "first", "second")
    assert item.facts.captions == ("The lock at noon",)


def test_notes_that_are_confidential_are_not_read():
    meta = (
        '<edNote pubconstraint="x:nonpublic">Call 555 0100</edNote>'
        '<edNote role="n:pad"><s xmlns="urn:h"><p>Photo follows</p>'
        '<p class="np-nonpublic">Call 555 0101</p></s></edNote>'
    )
    (item,) = read(g2_item(paragraphs=TEXT, meta=meta))
    assert [note.text for note in item.facts.notes] == ["Photo follows"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("text", "text"), ("picture", "picture"), ("video", "video"), ("composite", "package")],
)
def test_the_class_says_what_an_item_is(kind: str, expected: str):
    (item,) = read(g2_item(kind=kind))
    assert item.kind == expected


def test_a_message_holds_items_of_several_kinds():
    message = g2_message(
        g2_item("urn:x:1", paragraphs=TEXT, namespace=""),
        '<packageItem guid="urn:x:2"><groupSet/></packageItem>',
        '<conceptItem guid="urn:x:3"/>',
    )
    assert [item.kind for item in read(message)] == ["text", "package", "other"]


def test_a_message_that_was_cut_gives_what_is_whole_and_says_so():
    message = g2_message(g2_item("urn:x:1", paragraphs=TEXT), g2_item("urn:x:2", paragraphs=TEXT))
    items = read_items(message[: message.rindex("</p>")].encode(), "newsml")
    assert next(items).facts.guid == "urn:x:1"
    with pytest.raises(InputError, match="middle of item 2"):
        next(items)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-03T09:30:00Z", "2026-03-03T09:30:00+00:00"),
        ("20260303T093000+0100", "2026-03-03T09:30:00+01:00"),
        ("2026-03-03T09:30:00.125-03:30", "2026-03-03T09:30:00-03:30"),
        (" 2026-03-03 09:30 ", "2026-03-03T09:30"),
        ("2026-03-03T09:30:00", "2026-03-03T09:30:00"),
        ("20260303+0100", "2026-03-03"),
        ("YYYYMMDD000000-HHMM", None),
        ("", None),
    ],
)
def test_times_keep_the_zone_that_was_written(written: str, expected: str | None):
    (item,) = read(g2_item(paragraphs=TEXT, created=written))
    assert item.facts.version_created == expected


def newsml_12(component: str, management: str = '<Status FormalName="Usable"/>') -> str:
    return (
        '<NewsML Version="1.2"><NewsItem><Identification><NewsIdentifier>'
        "<ProviderId>ellery.example</ProviderId><DateId>20260303</DateId><NewsItemId>17</NewsItemId>"
        '<RevisionId PreviousRevision="1" Update="N">2</RevisionId>'
        "<PublicIdentifier>urn:newsml:ellery.example:20260303:17:2</PublicIdentifier>"
        "</NewsIdentifier></Identification><NewsManagement>"
        "<FirstCreated>20260303T093000Z</FirstCreated>"
        f"<ThisRevisionCreated>20260303T103000Z</ThisRevisionCreated>{management}"
        f"</NewsManagement>{component}</NewsItem></NewsML>"
    )


def component(text: str, *, role: str = "", language: str = "", more: str = "") -> str:
    return (
        "<NewsComponent>"
        + (f'<Role FormalName="{role}"/>' if role else "")
        + (
            f'<DescriptiveMetadata><Language FormalName="{language}"/></DescriptiveMetadata>'
            if language
            else ""
        )
        + f"<ContentItem><DataContent>{text}</DataContent></ContentItem>{more}</NewsComponent>"
    )


def test_components_have_roles_and_one_language_is_taken():
    english = component("<p>One</p>", role="Body", language="en")
    french = component("<p>Un</p>", role="Body", language="fr")
    parts = (
        component("<p>A title</p>", role="HeadLine")
        + component("<p>Call us</p>", role="Contact")
        + component("<p>The lock</p>", role="Caption")
    )
    (item,) = read(newsml_12(f"<NewsComponent>{parts}{english}{french}</NewsComponent>"))
    assert (item.headline, item.paragraphs) == ("A title", ("One",))
    assert item.facts.captions == ("The lock",)
    assert item.facts.language == "en"
    assert (item.facts.version, item.facts.links[0].version) == ("2", "1")


def test_a_picture_with_a_caption_is_no_story():
    photo = '<ContentItem Href="a.jpg"><MediaType FormalName="Photo"/></ContentItem>'
    caption = component("<p>The lock</p>", role="Caption")
    (item,) = read(newsml_12(f"<NewsComponent>{caption}{photo}</NewsComponent>"))
    assert item.kind == "picture"


def test_an_instruction_may_take_a_revision_back():
    management = '<Status FormalName="Usable"/><Instruction FormalName="Delete"/>'
    (item,) = read(newsml_12(component("<p>One</p>"), management))
    assert item.is_withdrawn


def test_nitf_keeps_person_title_and_place_apart():
    head = (
        "<byline>By <person>Ana Moreira</person><byttl>Harbour Writer</byttl></byline>"
        "<distributor>Ellery Press</distributor><dateline><location>PORT ELLERY</location> "
        '<story.date norm="20260303">20260303</story.date></dateline>'
        "<abstract><p>On the lock.</p></abstract>"
    )
    data = '<urgency ed-urg="4"/><date.issue norm="20260303T093000Z"/><du-key version="3"/>'
    (item,) = read(nitf(TEXT, data=data, head=head), "nitf")
    assert item.facts.byline == "By Ana Moreira Harbour Writer"
    assert item.people == ("Ana Moreira",)
    assert (item.facts.credit, item.facts.dateline) == ("Ellery Press", "PORT ELLERY")
    assert (item.dateline_place, item.summary) == ("PORT ELLERY", "On the lock.")
    assert (item.facts.version, item.facts.urgency) == ("3", 4)
    assert item.paragraphs == TEXT


@pytest.mark.parametrize(
    ("data", "held"),
    [
        ('<date.issue norm="20260303T093000Z"/><date.release norm="20260304T093000Z"/>', True),
        ('<date.issue norm="20260303T093000Z"/><date.release norm="20260303T093000Z"/>', False),
        ('<date.issue norm="20260303T093000Z"/>', False),
    ],
)
def test_a_release_after_the_issue_is_an_embargo(data: str, held: bool):
    (item,) = read(nitf(TEXT, data=data), "nitf")
    assert item.is_embargoed == held
    assert (item.embargo is not None) == held


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "\n\n" + text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("<body>", '<body a="x?b=1&c=2">'),
        lambda text: '<!DOCTYPE nitf SYSTEM "http://x.example/nitf.dtd">' + text,
        lambda text: text.replace("<nitf", '<nitf xsi:schemaLocation="a b"'),
        lambda text: text.replace("</hl1>", "&nbsp;&bull;</hl1>"),
    ],
)
def test_what_is_not_well_formed_is_read_all_the_same(spoil):
    (item,) = read(spoil(nitf(TEXT)), "nitf")
    assert item.paragraphs == TEXT


def test_a_document_that_is_something_else_says_so():
    with pytest.raises(InputError) as caught:
        read("<newsMessage><itemSet/></newsMessage>")
    assert caught.value.reason == "bad_wire"


def test_what_an_item_does_not_say_its_nitf_says():
    (item,) = read(
        "<newsItem><contentMeta/><contentSet><inlineXML><nitf><body><body.head><hedline><hl1>A</hl1>"
        "<hl2>B</hl2></hedline></body.head><body.content><p>C</p></body.content></body></nitf>"
        "</inlineXML></contentSet></newsItem>"
    )
    assert (item.headline, item.subheadline, item.paragraphs) == ("A", "B", ("C",))


def test_a_nitf_body_without_parts_and_a_date_without_seconds():
    (item,) = read(
        '<nitf><head><docdata><date.issue norm="20260303T0930"/></docdata></head><body><body.head>'
        "<hedline><hl1>A</hl1></hedline></body.head><p>B</p><body.end><tagline>C</tagline>"
        "</body.end></body></nitf>",
        "nitf",
    )
    assert (item.headline, item.paragraphs) == ("A", ("B", "C"))
    assert item.facts.version_created == "2026-03-03T09:30"


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        (
            '<remoteContent href="https://x.example/a" contenttype="text/html"/>',
            "https://x.example/a",
        ),
        ('<remoteContent href="a.xml" contenttype="application/nitf+xml"/>', "a.xml"),
        ('<remoteContent href="a.html?b=1"/>', "a.html?b=1"),
        ('<remoteContent href="a.jpg"/>', None),
        ('<remoteContent href="a.svg" contenttype="image/svg+xml"/>', None),
        ('<remoteContent href="a.css" contenttype="text/css"/>', None),
        ('<remoteContent href="a.html"/><inlineXML><html><p>A</p></html></inlineXML>', None),
    ],
)
def test_where_a_text_is_that_does_not_come_along(remote: str, address: str | None):
    (item,) = read(content(remote))
    assert (item.text_url, item.kind) == (address, "text")


@pytest.mark.parametrize(
    ("inner", "text", "address"),
    [
        ('<Encoding Notation="Base64"><DataContent>QQoKQg==</DataContent></Encoding>', "A B", None),
        ('<MimeType FormalName="text/html"/>', "", "https://x.example/a"),
        ('<MediaType FormalName="Photo"/>', "", None),
    ],
)
def test_newsml_1_packs_its_text_or_says_where_it_is(inner: str, text: str, address: str | None):
    (item,) = read(
        "<NewsML><NewsItem><NewsComponent>"
        f'<ContentItem Href="https://x.example/a">{inner}</ContentItem>'
        "</NewsComponent></NewsItem></NewsML>"
    )
    assert (" ".join(item.paragraphs), item.text_url) == (text, address)


@pytest.mark.parametrize("inner", [g2_message(g2_item(paragraphs=TEXT)), nitf(TEXT)])
def test_items_in_an_envelope_of_soap_are_found(inner: str):
    document = f'<s:Envelope xmlns:s="urn:soap"><s:Header/><s:Body>{inner}</s:Body></s:Envelope>'
    kind = detect_kind("a.xml", document.encode())
    (item,) = read(document, kind)
    assert item.paragraphs == TEXT


def test_an_envelope_of_anything_else_is_none_of_ours():
    document = b'<s:Envelope xmlns:s="urn:soap"><s:Body><p>A</p></s:Body></s:Envelope>'
    assert detect_kind("a.xml", document) not in ("newsml", "nitf")


def test_documents_one_behind_another_are_all_read():
    one, two = g2_item("urn:x:1", paragraphs=TEXT), g2_item("urn:x:2", paragraphs=TEXT)
    assert [item.facts.guid for item in read(f"{one}\n{two}")] == ["urn:x:1", "urn:x:2"]
    declared = f'<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf.dtd">{nitf(TEXT)}\n'
    assert [item.paragraphs for item in read(declared * 3, "nitf")] == [TEXT] * 3
    entities = '<!DOCTYPE nitf [<!ENTITY a "b">]>'
    with pytest.raises(InputError, match="entities"):
        read(declared + entities + nitf(TEXT), "nitf")
    with pytest.raises(InputError, match="middle of item 2"):
        read(f"{one}\n{two[:-100]}")


def test_paragraphs_in_a_section_of_text_are_paragraphs():
    (item,) = read(
        content(
            "<inlineXML><html><body><![CDATA[<p>A &amp; B</p><p>C</p>]]></body></html></inlineXML>"
        )
    )
    assert item.paragraphs == ("A & B", "C")


def test_documents_of_different_formats_one_behind_another_are_all_read():
    package = g2_item("urn:x:p").replace("newsItem", "packageItem")
    comment = "<!-- <nitf> is no document here -->"
    story = g2_item("urn:x:1", paragraphs=("One.",))
    assert [item.facts.guid for item in read(package + comment + story)] == ["urn:x:p", "urn:x:1"]
    empty, *stories = read("<nitf/>" + story + "<?xml version='1.0'?>" + nitf(("Two.",)), "nitf")
    assert empty.paragraphs == ()
    assert [item.paragraphs for item in stories] == [("One.",), ("Two.",)]


def test_what_stands_behind_a_document_and_is_none_is_told():
    items = read_items((g2_item("urn:x:1") + "<note/>" + g2_item("urn:x:2")).encode(), "newsml")
    assert [next(items).facts.guid, next(items).facts.guid] == ["urn:x:1", "urn:x:2"]
    with pytest.raises(InputError, match="note") as caught:
        next(items)
    assert caught.value.reason == "bad_wire"


def test_a_root_within_its_like_or_in_a_section_of_text_parts_nothing():
    inner = "<![CDATA[</newsItem><newsItem>]]><newsItem/><newsItem></newsItem>"
    whole = g2_item("urn:x:1").replace("<dateline>", inner + "<dateline>")
    assert split_roots((whole + whole).encode()) == [whole.encode()] * 2
