from lxml import html

from transforms.extraction.gaps import fill_gaps
from transforms.extraction.headline import find_headline, near_headline
from transforms.extraction.markup import read_markup
from transforms.extraction.prose import find_prose

TEXTS = [
    "The council of Anytown voted on Tuesday on the new bridge over the river, after ten years.",
    "Seven of its nine members were for it, among them the mayor, who called it a waste before.",
    "Work is to begin in spring; until then the ferry goes twice an hour, from May once a day.",
    "Who is to pay was not said: neither the county nor the state has answered its letters.",
]


def fill(paragraphs, body):
    tree = html.document_fromstring(f"<body>{body}</body>")
    headline = find_headline(read_markup(tree), "Bridge")
    near = near_headline(tree, headline) if headline is not None else ()
    return fill_gaps(paragraphs, find_prose(tree, paragraphs), near)


def blocks(texts, kind="story"):
    return "".join(f"<div class='{kind}'><p>{text}</p></div>" for text in texts)


def test_a_paragraph_that_looks_like_the_others_is_put_back_in_its_place():
    first, second, third, fourth = TEXTS
    assert fill([first, third, fourth], blocks(TEXTS)) == TEXTS
    assert fill([second, third, fourth], blocks(TEXTS)) == TEXTS


def test_what_looks_different_stays_out():
    first, second, third, fourth = TEXTS
    page = blocks([first, second]) + blocks([third], "comment") + blocks([fourth])
    assert fill([first, second, fourth], page) == [first, second, fourth]


def test_what_was_mostly_left_out_was_left_out_for_good_reason():
    assert fill(TEXTS[:1], blocks(TEXTS)) == TEXTS[:1]


def test_boxes_of_one_text_that_stand_side_by_side_belong_together():
    boxes = "<aside>Advert</aside>".join(
        f"<div class='row'><div class='story'><p>{text}</p></div></div>" for text in TEXTS
    )
    story = f"<div class='chunks'>{boxes}</div>"
    first, second, *_ = TEXTS
    assert fill([first, second], story) == TEXTS
    elsewhere = f"<section>{boxes.replace('story', 'card')}</section>"
    own = f"<div class='chunks'>{''.join(boxes.partition('<aside>')[:1])}</div>"
    assert fill([first], own + elsewhere) == [first]


def test_a_lead_below_the_headline_is_put_back():
    first, *rest = TEXTS
    lead = f"<h1>Bridge</h1><p class='lead'><b>{first}</b></p>"
    assert fill(rest, lead + blocks(rest)) == TEXTS
    above = f"<p class='lead'><b>{first}</b></p><h1>Bridge</h1>"
    assert fill(rest, above + blocks(rest)) == rest


def test_a_paragraph_that_was_taken_in_another_spelling_is_not_repeated():
    spelt = [text.replace("the", "th\u00ade") for text in TEXTS]
    assert fill(spelt, blocks(TEXTS)) == spelt
