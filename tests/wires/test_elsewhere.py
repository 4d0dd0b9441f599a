"""A text that was fetched is joined with the item that names it."""

import pytest
from wires import g2_item, nitf

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
