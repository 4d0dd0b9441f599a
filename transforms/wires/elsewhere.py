"""Texts that do not come with their items but stand at an address: joined with what was fetched."""

from dataclasses import fields, replace
from typing import TypeVar

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import WIRE_KINDS, Wire
from newsbeam.transforms.sources.xml_text import decode_xml
from newsbeam.transforms.wires.bodies import read_plain, read_text, tell_story
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_items
from newsbeam.transforms.wires.times import later

T = TypeVar("T", WireItem, Wire)


def join_text(item: WireItem, body: bytes, kind: str, content_type: str | None = None) -> WireItem:
    """Return ``item`` with the text in ``body``, the answer at its ``text_url``.

    ``kind`` is what the answer is, by its content: a document of the trade, HTML or plain text.
    The first also tells what the item does not; an embargo or a kill in either of them holds.
    Raises ``InputError``: ``no_article``, or what a document is refused for.
    """
    if kind in WIRE_KINDS:
        texts = (each for each in read_items(body, kind, content_type) if each.paragraphs)
        joined = _complete(item, next(texts, item))
    elif kind in ("html", "text"):
        found = (read_text if kind == "html" else read_plain)(decode_xml(body, content_type))
        captions = tuple(dict.fromkeys([*item.facts.captions, *found.captions]))
        joined = replace(
            item,
            facts=replace(item.facts, captions=captions),
            paragraphs=tell_story(found, item.headline, item.summary),
        )
    else:
        raise InputError("no_article", f"The item's text is at an address that holds {kind}.")
    if not joined.paragraphs:
        raise InputError("no_article", "What is at the address of the item's text holds none.")
    return replace(joined, text_url=None)


def _complete(item: WireItem, other: WireItem) -> WireItem:
    """Return ``item`` with what ``other`` says and it does not."""
    return replace(
        _fill(item, other),
        kind=item.kind,
        facts=_fill(item.facts, other.facts),
        embargo=later(item.embargo, other.embargo),
        is_embargoed=item.is_embargoed or other.is_embargoed,
        is_killed=item.is_killed or other.is_withdrawn,
    )


def _fill(one: T, other: T) -> T:
    names = [each.name for each in fields(one)]
    missing = {name: getattr(other, name) for name in names if not getattr(one, name)}
    return replace(one, **missing)
