import pytest
from lxml import html

from transforms.extraction.headline import find_headline, near_headline
from transforms.extraction.markup import read_markup
from transforms.extraction.prose import find_prose, whole_prose

TEXTS = [
    "The mayor of Anytown opened the new bridge over the river on Tuesday, ten years late.",
    "Seven of the nine members that had voted on it, even the loudest of its critics.",
    "Until the evening, two thousand people walked to the other bank, most of them twice.",
    "The ferry, which had gone twice an hour since spring, will be sold before the winter.",
    "Who is to pay for the lamps was not said: neither county nor state answers letters.",
    "Children of the school on the hill had painted the railing in all colours they had.",
    "A retired engineer, who had drawn the first plan of it at twenty, cut the ribbon with a saw.",
    "For the night, the band of the fire brigade was to play on the pier, rain or no rain.",
]
TEASER = ["Vote for the bridge of the year, and win a trip."]


def read(paragraphs, body):
    tree = html.document_fromstring(f"<body>{body}</body>")
    headline = find_headline(read_markup(tree), "Bridge")
    near = near_headline(tree, headline) if headline is not None else ()
    return whole_prose(paragraphs, tree, find_prose(tree, paragraphs), near)


def blocks(texts, tag="div", kind=""):
    return "".join(f"<{tag} class='{kind}'><p>{text}</p></{tag}>" for text in texts)


def test_an_extraction_of_something_else_is_replaced_by_the_prose_below_the_headline():
    above = f"<p>{TEXTS[0]} That was last year.</p><h1>Bridge</h1>"
    page = above + blocks(TEXTS[:3]) + "<h2>After the break</h2><ul><li>Tea</li></ul>"
    page += blocks(TEXTS[3:]) + "<p>Menu</p>"
    expected = [*TEXTS[:3], "After the break", "Tea", *TEXTS[3:]]
    assert read(TEASER, page) == expected
    assert read([], page) == expected
    assert read(TEXTS[2:3], page) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<h1>Bridge</h1>" + blocks(TEXTS, kind="comment-body"),
        "<h1>Bridge</h1>" + blocks(TEXTS, kind="user-replies"),
        "<h1>Bridge</h1>" + blocks(TEXTS, tag="aside"),
        "<h1>Bridge</h1>" + blocks([f"<a href='/x'>{text}</a>" for text in TEXTS]),
        blocks(TEXTS) + "<h1>Bridge</h1>",
        "<h1>Bridge</h1>" + blocks(TEXTS[:1]),
    ],
)
def test_comments_margins_and_teasers_are_no_prose_of_the_article(page):
    assert read(TEASER, page) == TEASER


def test_most_of_an_article_is_kept_as_it_is():
    assert read(TEXTS[:4], "<h1>Bridge</h1>" + blocks(TEXTS)) == TEXTS[:4]


def test_a_long_article_is_not_mixed_with_those_that_follow_it():
    own = [f"{text} {text} {text}" for text in TEXTS[:4]]
    others = [f"In other news: {text} {text} {text}" for text in TEXTS] * 4
    page = "<h1>Bridge</h1>" + blocks(own) + blocks(others)
    assert read(own, page) == own
