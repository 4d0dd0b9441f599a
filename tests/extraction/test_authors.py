import pytest
from lxml import html

from transforms.extraction.authors import clean_authors, is_house, is_nickname, names_in
from transforms.extraction.bylines import find_byline
from transforms.extraction.headline import find_headline, near_headline
from transforms.extraction.markup import read_markup

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


def test_a_house_is_known():
    assert is_house(("The Daily",), OUTLETS)
    assert is_house(("Sportredaktion",), OUTLETS)
    assert is_house(("Bridge Builders e.V",), OUTLETS)
    assert not is_house(("The Daily", "Jane Doe"), OUTLETS)


@pytest.mark.parametrize(
    ("authors", "nickname"),
    [(["jdoe"], True), (["Roe42"], True), (["Olga"], False), (["jdoe", "Jane Doe"], False)],
)
def test_names_of_accounts_are_known(authors, nickname):
    assert is_nickname(authors) is nickname


def test_names_in_structured_data():
    assert list(
        names_in([{"name": "Jane"}, "John", {"givenName": "Max", "familyName": "Moe"}])
    ) == ["Jane", "John", "Max Moe"]
    assert list(names_in(None)) == []


def byline(fragment):
    tree = html.document_fromstring(f"<html><body>{fragment}</body></html>")
    headline = find_headline(read_markup(tree), "Bridge")
    return find_byline(tree, near_headline(tree, headline) if headline is not None else ())


@pytest.mark.parametrize(
    ("fragment", "texts"),
    [
        (
            "<h1>Bridge</h1><div class='the-byline'>By <a rel='author'>Jane Doe</a> | staff</div>",
            ["Jane Doe"],
        ),
        (
            "<h1>Bridge</h1><b class='author'>Jane Doe</b><b class='author'>John Roe</b>",
            ["Jane Doe", "John Roe"],
        ),
        ("<h1>Bridge</h1><p>By Jane Doe</p><p>Text that goes on.</p>", ["By Jane Doe"]),
        ("<h1>Bridge</h1><a href='/authors/jane'>Jane Doe</a>", ["Jane Doe"]),
        ("<h1>Bridge</h1><small>4.2.2026 | 13:10 | Jane Doe</small>", ["Jane Doe"]),
        ("<h1>Bridge</h1><p>Text.</p><div id='comments'><b class='author'>Troll</b></div>", []),
        ("<h1>Bridge</h1><label class='author'>Name</label>", []),
        (
            "<article><p>Text</p><footer><a rel='author'>Jane Doe</a></footer></article>",
            ["Jane Doe"],
        ),
        ("<h1>Bridge</h1>" + "<p class='author'>One of many</p>" * 9, []),
        # the name is in an element of its own, or behind that of its label
        ("<h1>Bridge</h1><div>By&nbsp;<em>Jane Doe</em> on Monday</div>", ["Jane Doe"]),
        ("<h1>Bridge</h1><div><i>4 May</i> By <b>Jane Doe</b></div>", ["Jane Doe"]),
        ("<h1>Bridge</h1><div><h5>Autor: </h5>Jane Doe</div>", ["Jane Doe"]),
        ("<h1>Bridge</h1><small>6.11.2025 13:30 von Olga</small>", ["Olga"]),
        # above the headline, the site may be marked as an author
        (
            "<p class='author'>Anytown Blog</p><h1>Bridge</h1><b class='author'>Jane Doe</b>",
            ["Jane Doe"],
        ),
        # signed below the text
        ("<p>Text that goes on.</p><p>Text: Jane Doe</p>", ["Text: Jane Doe"]),
        ("<p>Text that goes on.</p><p><b>Author:</b> <i>Jane Doe</i></p>", ["Jane Doe"]),
        ("<p>Text that goes on.</p><em>Von Jane Doe</em>", ["Von Jane Doe"]),
        # the one person whom the page links to, but not on a social network
        ("<p>Text.</p><a href='/reporters/jane'>All posts by Jane Doe</a>", []),
        ("<p>Text.</p><a href='/reporters/jane'>Jane Doe</a>", ["Jane Doe"]),
        ("<p>Text.</p><a href='https://www.youtube.com/user/d'>Jane Doe</a>", []),
        # a tag of an entry is no section of comments
        (
            "<div class='hentry tag-comments'><h1>Bridge</h1><a rel='author'>jdoe</a></div>",
            ["jdoe"],
        ),
    ],
)
def test_the_visible_byline_is_found(fragment, texts):
    assert byline(fragment) == texts
