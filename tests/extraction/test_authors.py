from datetime import UTC, datetime

import pytest
from lxml import html

from transforms.core.records import Entry
from transforms.extraction.authors import clean_authors, find_authors, names_in
from transforms.extraction.headline import find_headline, near_headline
from transforms.extraction.markup import read_markup

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OUTLETS = ("The Daily", "daily.example", "Doe & Sons")


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


def authors_of(article=None, *, feed=(), head="", body=""):
    tree = html.document_fromstring(
        f"<html><head>{head}</head><body><h1>Bridge</h1>{body}</body></html>"
    )
    markup = read_markup(tree)
    headline = find_headline(markup, "Bridge")
    return find_authors(
        tree,
        markup,
        article or {},
        entry=Entry(source_kind="url", source_ref="x", seen_at=NOW, authors=feed),
        outlets=OUTLETS,
        near=near_headline(tree, headline),
    )


META = "<meta name='author' content='Max Moe'>"
BYLINE = "<p class='byline'>By Ana López</p>"


def test_authors_have_a_source_and_an_order_of_trust():
    article = {"author": {"@type": "Person", "name": "Jane Doe"}}
    assert authors_of(article, feed=("John Roe",), head=META, body=BYLINE) == (
        ("Jane Doe",),
        "jsonld",
    )
    assert authors_of(feed=("John Roe",), head=META, body=BYLINE) == (("John Roe",), "feed")
    assert authors_of(head=META, body=BYLINE) == (("Max Moe",), "meta")
    assert authors_of(body=BYLINE) == (("Ana López",), "byline")
    assert authors_of() == ((), None)


def test_a_house_or_an_account_signs_where_no_person_does():
    article = {"author": {"name": "The Daily"}}
    assert authors_of(article, body=BYLINE) == (("Ana López",), "byline")
    assert authors_of(article, body="<p class='byline'>News Desk</p>") == (("The Daily",), "jsonld")
    assert authors_of({"author": "jdoe"}, head=META) == (("Max Moe",), "meta")
