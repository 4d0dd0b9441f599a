"""Texts that do not come with their items but stand at an address: joined with what was fetched."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import TypeVar

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import item_id
from newsbeam.transforms.core.records import WIRE_KINDS, Wire
from newsbeam.transforms.sources.xml_text import decode_xml
from newsbeam.transforms.wires.bodies import read_plain, read_text, tell_story
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_until_error
from newsbeam.transforms.wires.times import later

T = TypeVar("T", WireItem, Wire)


def join_text(item: WireItem, body: bytes, kind: str, content_type: str | None = None) -> WireItem:
    """Return ``item`` with the text in ``body``, the answer at its ``text_url``.

    ``kind`` is what the answer is, by its content: a document of the trade, HTML or plain text.
    The first also tells what the item does not; an embargo or a kill in either of them holds.
    Raises ``InputError``: ``no_article``, or what a document is refused for.
    """
    holds = False
    if kind in WIRE_KINDS:
        other = _find_item(item, read_until_error(body, kind, content_type))
        joined = _complete(item, other)
        holds = other.is_withdrawn or other.is_embargoed
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
    if not joined.paragraphs and not holds:
        raise InputError("no_article", "What is at the address of the item's text holds none.")
    return replace(joined, text_url=None)


def _find_item(item: WireItem, answer: Iterable[WireItem | InputError]) -> WireItem:
    """Return the item in ``answer`` that ``item`` is, at its last version, or else the only one."""
    found: list[WireItem] = []
    broken: InputError | None = None
    for each in answer:
        if isinstance(each, InputError):
            broken = each
        elif each.kind == "text":
            found.append(each)
    if same := [each for each in found if _identity(each) == _identity(item) is not None]:
        return same[-1]
    if broken is not None:
        raise broken
    if len(found) != 1:
        raise InputError(
            "no_article",
            f"At the address of the item's text are {len(found)} other texts, and not its own.",
        )
    return found[0]


def _identity(item: WireItem) -> str | None:
    return item_id(item.facts.format, item.facts.guid, item.facts.version, None)


def _complete(item: WireItem, other: WireItem) -> WireItem:
    """Return ``item`` with what ``other`` says and it does not."""
    facts = _fill(item.facts, other.facts)
    if other.is_withdrawn and not item.is_withdrawn:
        facts = replace(facts, pub_status=other.facts.pub_status)  # withheld says more than killed
    return replace(
        _fill(item, other),
        kind=item.kind,
        facts=facts,
        embargo=later(item.embargo, other.embargo),
        is_embargoed=item.is_embargoed or other.is_embargoed,
        is_killed=item.is_killed or other.is_withdrawn,
    )


def _fill(one: T, other: T) -> T:
    names = [each.name for each in fields(one)]
    missing = {name: getattr(other, name) for name in names if not getattr(one, name)}
    return replace(one, **missing)
