"""A text that was fetched is joined with the item that names it."""

import pytest
from wires import g2_item, g2_message, nitf

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.wires.elsewhere import join_text
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_items

TEXT = ("The lock at Port Ellery opens at six.", "Barges queue from five.")


def item() -> WireItem:
    (told,) = read_items(g2_item().encode(), "newsml")
    return told


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("html", f"<html><head><title>X</title></head><p>{TEXT[0]}</p><p>{TEXT[1]}</p></html>"),
        ("text", "\n\n".join(TEXT)),
        ("nitf", nitf(TEXT)),
        ("newsml", g2_item("urn:x:other", paragraphs=TEXT, headline="Another")),
    ],
)
def test_the_item_says_what_it_is_and_the_answer_what_is_missing(kind: str, body: str):
    joined = join_text(item(), body.encode(), kind)
    assert joined.paragraphs == TEXT
    assert joined.headline == "A vote on the breakwater"
    assert joined.facts.guid == "urn:newsml:ellery.example:20260303:breakwater"
    assert joined.text_url is None


def test_an_embargo_or_a_kill_of_either_holds():
    held = '<date.issue norm="20260303T093000Z"/><date.release norm="21260303T093000Z"/>'
    assert join_text(item(), nitf(TEXT, data=held).encode(), "nitf").is_embargoed
    killed = nitf(TEXT).replace("<docdata>", '<docdata management-status="canceled">')
    assert join_text(item(), killed.encode(), "nitf").is_withdrawn


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("html", b"<html><body></body></html>", "no_article"),
        ("binary", b"\0\1", "no_article"),
        ("nitf", b"<nitf><body/></nitf>", "no_article"),
        ("ninjs", b"{", "bad_json"),
    ],
)
def test_an_answer_without_a_text_is_told(kind: str, body: bytes, reason: str):
    with pytest.raises(InputError) as error:
        join_text(item(), body, kind)
    assert error.value.reason == reason


def test_of_several_items_the_one_that_is_meant_is_taken():
    mine = g2_item(paragraphs=TEXT)
    other = g2_item("urn:x:other", paragraphs=("Another story.",))
    picture = g2_item("urn:x:picture", kind="picture")
    assert join_text(item(), g2_message(other, mine).encode(), "newsml").paragraphs == TEXT
    assert join_text(item(), g2_message(picture, other).encode(), "newsml").paragraphs
    later = g2_message(g2_item("urn:x:a", paragraphs=TEXT), other)
    with pytest.raises(InputError) as caught:
        join_text(item(), later.encode(), "newsml")
    assert caught.value.reason == "no_article"


def test_a_kill_or_an_embargo_holds_without_a_text():
    killed = join_text(item(), g2_item(status="withheld").encode(), "newsml")
    assert (killed.is_withdrawn, killed.facts.pub_status) == (True, "withheld")
    embargo = "<embargoed>2126-03-03T09:30:00Z</embargoed>"
    assert join_text(item(), g2_item(meta=embargo).encode(), "newsml").is_embargoed
    other = g2_item("urn:x:other", status="canceled")
    mine = g2_message(other, g2_item(paragraphs=TEXT)).encode()
    assert not join_text(item(), mine, "newsml").is_withdrawn


def test_an_answer_that_was_cut_behind_the_text_is_enough():
    whole = g2_message(g2_item(paragraphs=TEXT), g2_item("urn:x:other"))
    assert join_text(item(), whole[:-200].encode(), "newsml").paragraphs == TEXT
    with pytest.raises(InputError) as caught:
        join_text(item(), g2_item(paragraphs=TEXT)[:-200].encode(), "newsml")
    assert caught.value.reason == "bad_xml"
