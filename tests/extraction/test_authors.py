import pytest
from lxml import html

from transforms.extraction.authors import clean_authors, is_house, names_in
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
        (["Redaktion"], []),
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
    assert not is_house(("The Daily", "Jane Doe"), OUTLETS)


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
    ],
)
def test_the_visible_byline_is_found(fragment, texts):
    assert byline(fragment) == texts
