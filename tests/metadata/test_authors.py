from datetime import UTC, datetime

import pytest

from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.extraction.plain import read_plain_text
from newsbeam.transforms.metadata.authors import clean_authors, find_authors, names_in
from newsbeam.transforms.metadata.headline import find_headline, near_headline
from newsbeam.transforms.pages.walk import read_outline

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OUTLETS = ("The Daily", "daily.example", "Doe & Sons", "SPUR")


@pytest.mark.parametrize(
    ("raw", "authors"),
    [
        (["By Jane Doe"], ["Jane Doe"]),
        (["Von Jane Doe und John Roe"], ["Jane Doe", "John Roe"]),
        (["Par Jane Doe et John Roe"], ["Jane Doe", "John Roe"]),
        (["Jane Doe, John Roe and Max Moe"], ["Jane Doe", "John Roe", "Max Moe"]),
        (["Jane Doe; John Roe"], ["Jane Doe", "John Roe"]),
        (["Jane Doe", "jane doe"], ["Jane Doe"]),
        (["Jane Doe, political correspondent"], ["Jane Doe"]),
        (["Chefreporterin Jane Doe"], ["Jane Doe"]),
        (["Doe, Jane"], ["Jane Doe"]),
        (["Jane Doe, Jr."], ["Jane Doe, Jr"]),
        (["Jane Doe (jane@daily.example)"], ["Jane Doe"]),
        (["Jane Doe https://x.example/jane @jane"], ["Jane Doe"]),
        (["By Jane Doe 30 August 2023"], ["Jane Doe"]),
        (["Jane Doe am 8.12.2022"], ["Jane Doe"]),
        (["Thursday", "Jane Doe", "November 9"], ["Jane Doe"]),
        (["Jane Doe und John Roe, dpa"], ["Jane Doe", "John Roe", "dpa"]),
        (["Santiago Ramón y Cajal"], ["Santiago Ramón y Cajal"]),
        (["Ana López y Luis Gil"], ["Ana López", "Luis Gil"]),
        (["The Daily", "Jane Doe"], ["Jane Doe"]),
        (["The Daily"], ["The Daily"]),
        (["Doe & Sons"], ["Doe & Sons"]),
        (["admin"], []),
        # a desk signs where nobody else does
        (["Redaktion"], ["Redaktion"]),
        (["Redaktion", "Jane Doe"], ["Jane Doe"]),
        (["Bridge Builders GmbH", "Jane Doe"], ["Jane Doe"]),
        # an agency signs, alone or beside people
        (["dpa"], ["dpa"]),
        (["Reuters", "Jane Doe", "The Daily"], ["Reuters", "Jane Doe"]),
        (["Redaktion", "dpa"], ["dpa"]),
        (["Gear Team", "Jane Doe"], ["Gear Team", "Jane Doe"]),
        (["Politics | by | Jane Doe | 3 min"], ["Jane Doe"]),
        (["Jane Doe, edited by John Roe"], ["Jane Doe"]),
        (["Jane Doe (http://daily.example/jane)"], ["Jane Doe"]),
        (["Jane Doe, Projektleiterin in Anytown"], ["Jane Doe"]),
        (["Von J. D. am"], ["J. D."]),
        (["홍길동 기자"], ["홍길동"]),
        (["last updated"], []),
        (["What the council has to say about this bridge, and why so few have listened."], []),
        (["https://www.facebook.com/daily"], []),
        (["d.doe@daily.example"], []),
        (["渡辺 洋介、佐藤 花子"], ["渡辺 洋介", "佐藤 花子"]),
        # a country, a place where the house sits, and a name with a number
        (["Jane Doe, Germany"], ["Jane Doe"]),
        (["By Jane Doe, Addis Ababa"], ["Jane Doe"]),
        (["Jane Doe", "London"], ["Jane Doe"]),
        (["Ana López, Buenos Aires"], ["Ana López"]),
        (["Jane Doe, South Africa"], ["Jane Doe"]),
        (["Paris"], ["Paris"]),
        (["<a href='/jane'>Jane Doe</a>"], ["Jane Doe"]),
        (["SPUR, Anytown, Germany"], ["SPUR"]),
        (
            ["Bündnis 90/Die Brücke Bundestagsfraktion"],
            ["Bündnis 90/Die Brücke Bundestagsfraktion"],
        ),
        (
            ["Quelle: Deutscher Brückenverband, 02. Februar 2026, Berlin"],
            ["Deutscher Brückenverband"],
        ),
        (["x" * 200, ""], []),
    ],
)
def test_authors_are_people(raw, authors):
    assert clean_authors(raw, OUTLETS) == tuple(authors)


def test_names_in_structured_data():
    assert list(
        names_in([{"name": "Jane"}, "John", {"givenName": "Max", "familyName": "Moe"}])
    ) == ["Jane", "John", "Max Moe"]
    assert list(names_in(None)) == []
    assert list(names_in({"0": {"name": "Jane"}, "2": "John"})) == ["Jane", "John"]


def authors_of(article=None, *, feed=(), head="", body=""):
    outline = read_outline(f"<html><head>{head}</head><body><h1>Bridge</h1>{body}</body></html>")
    headline = find_headline(outline, "Bridge")
    authors = find_authors(
        outline,
        article or {},
        entry=Entry(source_kind="url", source_ref="x", seen_at=NOW, authors=feed),
        outlets=OUTLETS,
        near=near_headline(outline, headline),
    )
    return authors.names, authors.source


META = "<meta name='author' content='Max Moe'>"
BYLINE = "<p class='byline'>By Ana López</p>"


@pytest.mark.parametrize(
    "authors",
    [
        ("Jane Doe, John Roe",),
        ("By Jane Doe and John Roe",),
        ("Doe, Jane", "Roe, John"),
        ("Jane Doe, reporter", "John Roe", "The Daily"),
    ],
)
def test_authors_of_rows_are_read_as_bylines_are(authors):
    entry = Entry(
        source_kind="jsonl", source_ref="x#1", seen_at=NOW, authors=authors, publisher="The Daily"
    )
    page = Page(entry=entry, url=None, body=b"", media="text", fetched_at=NOW)
    metadata, _ = read_plain_text(page, "The council has voted.")
    assert (metadata.authors, metadata.authors_source) == (("Jane Doe", "John Roe"), "row")


def test_authors_have_a_source_and_an_order_of_trust():
    article = {"@type": "NewsArticle", "author": {"@type": "Person", "name": "Jane Doe"}}
    assert authors_of(article, feed=("John Roe",), head=META, body=BYLINE) == (
        ("Jane Doe",),
        "jsonld",
    )
    assert authors_of(feed=("John Roe",), head=META, body=BYLINE) == (("John Roe",), "feed")
    assert authors_of(head=META) == (("Max Moe",), "meta")
    assert authors_of(body=BYLINE) == (("Ana López",), "byline")
    assert authors_of() == ((), None)


@pytest.mark.parametrize(
    ("language", "signed", "name"),
    [
        ("ro", "De Ioana Pop", "Ioana Pop"),
        ("ca", "Per Joana Puig", "Joana Puig"),
        ("sw-KE", "Na Juma Hassan", "Juma Hassan"),
        ("sv", "Per Anders Berg", "Per Anders Berg"),
        ("nl", "De Wit Koen", "De Wit Koen"),
    ],
)
def test_some_words_announce_a_name_in_one_language_alone(language, signed, name):
    outline = read_outline(f"<html lang={language}><h1>Bridge</h1><b class=author>{signed}</b>")
    near = near_headline(outline, find_headline(outline, "Bridge"))
    entry = Entry(source_kind="url", source_ref="x", seen_at=NOW)
    assert find_authors(outline, {}, entry=entry, outlets=(), near=near).names == (name,)


def test_the_preview_of_a_link_tells_who_wrote():
    preview = (
        "<meta name='twitter:label{0}' content='{1}'><meta name='twitter:data{0}' content='{2}'>"
    )
    told = preview.format(1, "Reading time", "4 minutes") + preview.format(
        2, "Verfasst von", "Ada Roe"
    )
    assert authors_of(head=told) == (("Ada Roe",), "meta")
    assert authors_of(head=preview.format(1, "Price", "Ada Roe")) == ((), None)


def test_a_house_or_an_account_signs_where_no_person_does():
    article = {"author": {"name": "The Daily"}}
    assert authors_of(article, body=BYLINE) == (("Ana López",), "byline")
    assert authors_of(article, body="<p class='byline'>News Desk</p>") == (("The Daily",), "jsonld")
    assert authors_of({"author": "jdoe"}, head=META) == (("Max Moe",), "meta")


def test_who_signs_below_the_headline_goes_before_who_entered_the_text():
    assert authors_of(head=META, body=BYLINE) == (("Ana López",), "byline")
    post = {"@type": "BlogPosting", "author": {"name": "Max Moe"}}
    assert authors_of(post, body=BYLINE) == (("Ana López",), "byline")
    assert authors_of(post, body="<p class='byline'>By Max A. Moe</p>") == (("Max Moe",), "jsonld")
    far = "<p>What the council said of the bridge.</p>" * 10 + BYLINE
    assert authors_of(post, body=far) == (("Max Moe",), "jsonld")


def test_all_who_sign_are_named():
    article = {"@type": "NewsArticle", "author": {"name": "Jane Doe"}}
    both = (("Jane Doe", "John Roe"), "byline")
    assert authors_of(article, body="<p class='byline'>By Jane Doe and John Roe</p>") == both
    linked = "<a class='author'>Jane Doe</a><i>, </i><a class='author'>John Roe</a>"
    assert authors_of(article, body=f"<div>{linked}</div>") == both
    assert authors_of(article, body="<p>Jane Doe and John Roe</p>") == both
    for other in ("Jane Doe has met John Roe", "Jane Doe, Harbour Watch"):
        assert authors_of(article, body=f"<p>{other}</p>")[1] == "jsonld"
    shown = "<figure><figcaption>Jane Doe and John Roe</figcaption></figure>"
    assert authors_of(article, body=shown)[1] == "jsonld"
    with_agency = "<p class='byline'>By Jane Doe, AP</p>"
    assert authors_of({**article, "author": "AP"}, body=with_agency)[0] == ("Jane Doe", "AP")
    # an agency that only the byline names is a column of its own
    assert authors_of(article, body=with_agency)[0] == ("Jane Doe",)
    assert authors_of({"author": "Jane"}, body="<p>By Jane Doe</p>") == (("Jane Doe",), "byline")
    # a box of people further down is another matter
    box = "<b class='author'>Jane Doe</b><p>Text.</p><p>More.</p><b class='author'>Max Moe</b>"
    assert authors_of(article, body=box) == (("Jane Doe",), "jsonld")


@pytest.mark.parametrize(
    "body",
    [
        "<ul class='author list'><li>Ana López</li><li>05.03.2026</li></ul>",
        "<div class='caption'><p class='author'>Ana López</p></div>",
        "<p>" + "What the council said of it. " * 5 + "</p><p align='right'><i>Ana López</i></p>",
        "<p>" + "What the council said of it. " * 5 + "</p><p>(Ana López)</p>",
        "<p>" + "What the council said of it. " * 5 + "</p><div class='signature'>Ana López</div>",
    ],
)
def test_a_person_signs_before_the_house(body):
    head = "<meta name='author' content='The Daily'>"
    assert authors_of(head=head, body=body) == (("Ana López",), "byline")


@pytest.mark.parametrize(
    "body",
    [
        "<div class='photo-box'><img src='a.jpg'><p>New Harbour Works, 4.5.2026</p></div>",
        "<div><img src='a.jpg'><p class='author-name'>Max Moe / CC BY 2.0</p></div>",
        "<div class='license'><a class='author' href='/people/max'>Max Moe</a></div>",
        "<div class='author-box'><a href='/authors/max'>Zur Beitragsübersicht</a></div>",
        "<div class='author-bio'><a rel='author' href='/authors/max'>記事一覧</a></div>",
        "<p class='caption'><img src='a.jpg'><b class='author'>Max Moe</b></p>",
        "<div><img src='a.jpg'><p class='author'>Max Moe / Harbour Images</p></div>",
        "<div><img src='a.jpg'><p>Grand Harbour Anytown, 5 June 2026</p></div>",
    ],
)
def test_pictures_and_links_name_no_author(body):
    assert authors_of(body=body + "<p>What the council said.</p>") == ((), None)


def test_the_blocks_of_the_byline_are_told():
    outline = read_outline(f"<h1>Bridge</h1>{BYLINE}<p>Ana López has seen it, she says.</p>")
    headline = find_headline(outline, "Bridge")
    entry = Entry(source_kind="url", source_ref="x", seen_at=NOW)
    near = near_headline(outline, headline)
    assert find_authors(outline, {}, entry=entry, outlets=(), near=near).blocks == (1,)
