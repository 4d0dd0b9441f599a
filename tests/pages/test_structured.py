import json

import pytest

from newsbeam.transforms.pages.structured import find_article, text_of_key, texts_of

URL = "https://daily.example/a"
ARTICLE = {"@type": "NewsArticle", "headline": "Bridge", "datePublished": "2026-03-01", "url": URL}


def test_a_plain_article():
    assert find_article([json.dumps(ARTICLE)], URL)["headline"] == "Bridge"


def test_in_a_graph_with_references():
    graph = {
        "@graph": [
            {"@type": "WebPage", "@id": URL, "name": "Bridge | Daily"},
            {"@type": ["Article", "NewsArticle"], "headline": "Bridge", "author": {"@id": "#jane"}},
            {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
        ]
    }
    article = find_article([json.dumps(graph)], URL)
    assert article["headline"] == "Bridge"
    assert list(texts_of(article["author"])) == ["Jane Doe"]


def test_an_author_may_be_the_address_of_a_node():
    graph = [
        {"@type": "NewsArticle", "headline": "Bridge", "author": [f"{URL}#jane", "John Roe"]},
        {"@type": "Person", "@id": f"{URL}#jane", "name": "Jane Doe"},
    ]
    author = find_article([json.dumps({"@graph": graph})], URL)["author"]
    assert list(texts_of(author)) == ["Jane Doe", "John Roe"]


def test_the_article_of_the_page_and_not_a_related_one():
    other = ARTICLE | {"headline": "Other", "url": "https://daily.example/b"}
    assert (
        find_article([json.dumps([other, ARTICLE])], URL + "?utm_source=x")["headline"] == "Bridge"
    )


def test_lists_of_teasers_are_not_the_article():
    teasers = {"@type": "ItemList", "itemListElement": [ARTICLE | {"headline": "Teaser"}]}
    assert find_article([json.dumps(teasers)], URL) == {}


def test_without_an_article_the_page_stands_in():
    page = {"@type": "WebPage", "datePublished": "2026-03-01"}
    assert find_article([json.dumps(page)], URL)["datePublished"] == "2026-03-01"


@pytest.mark.parametrize(
    "script",
    [
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Bridge"}\n//]]>',
        '<!-- {"@type": "NewsArticle", "headline": "Bridge"} -->',
        '{"@type": "NewsArticle", "headline": "Bridge",};',
        '{"@type": "NewsArticle", "headline": "Bridge"\n"url": "x"}',
        '{"@type": "NewsArticle", "headline": "Bridge", "description": "line\nbreak\ttab"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Bridge&quot;}",
        '{"@type": "NewsArticle", "headline": "Bridge", "x": "un"quoted"}',
        '{"@type": ["Article", "NewsArticle"], "headline": "Bridge" "url": "x"}',
        '{"@type": ["Article", "NewsArticle"], "headline": "Bridge", "x": "un"quoted"}',
    ],
)
def test_broken_json_is_mended(script):
    assert find_article([script], URL)["headline"] == "Bridge"


@pytest.mark.parametrize("script", ["", "null", "[]", "3", '"x"', "{", "[" * 5000, '{"@type": 3}'])
def test_what_is_no_article_is_none(script):
    assert find_article([script], URL) == {}


def test_texts_are_unescaped_and_folded():
    assert text_of_key({"headline": " A &amp;\n B "}, "headline") == "A & B"
    assert text_of_key({"headline": ""}, "headline") is None
    assert list(texts_of([{"@value": "x"}, {"name": ["y", None]}])) == ["x", "y"]
