"""Documents of the trade, whatever the format: bytes in, items out."""

import json
from collections.abc import Iterator

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.xml_text import decode_xml
from newsbeam.transforms.wires.anpa import is_anpa, read_anpa
from newsbeam.transforms.wires.detect import ROOTS
from newsbeam.transforms.wires.iptc7901 import read_iptc7901
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.news_article import find_articles, read_article
from newsbeam.transforms.wires.newsml_12 import find_items as find_items_12
from newsbeam.transforms.wires.newsml_12 import read_newsml_12
from newsbeam.transforms.wires.newsml_g2 import find_items as find_items_g2
from newsbeam.transforms.wires.newsml_g2 import read_newsml_g2
from newsbeam.transforms.wires.ninjs import find_items as find_ninjs
from newsbeam.transforms.wires.ninjs import is_ninjs, read_ninjs
from newsbeam.transforms.wires.ninjs_keys import Node
from newsbeam.transforms.wires.nitf import read_nitf
from newsbeam.transforms.wires.telegrams import split_messages
from newsbeam.transforms.wires.xml_tree import (
    Element,
    attribute,
    descendants,
    name_of,
    parse_documents,
)


def is_json_line(head: bytes) -> bool:
    """Return whether the first line of ``head`` is a JSON object by itself, and another follows."""
    line, end, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not end or not rest.strip():
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read_items(body: bytes, kind: str, content_type: str | None = None) -> Iterator[WireItem]:
    """Yield the items in a document of one of ``WIRE_KINDS``, in its order.

    Raises ``InputError``: ``unsafe_xml``, ``bad_xml``, ``bad_json``, ``too_large`` or ``bad_wire``.
    """
    if kind == "iptc7901":
        yield from _read_telegrams(body)
    elif kind in ("ninjs", "jsonld"):
        yield from read_json(decode_xml(body), kind)
    else:
        try:
            yield from _read_xml(body, kind, content_type)
        except RecursionError as error:
            raise InputError("bad_xml", "Its elements are nested too deep.") from error


def read_until_error(
    body: bytes, kind: str, content_type: str | None = None
) -> Iterator[WireItem | InputError]:
    """Yield the items that ``read_items`` yields, and at last what it raises, if it does."""
    try:
        yield from read_items(body, kind, content_type)
    except InputError as error:
        yield error


def _read_xml(body: bytes, kind: str, content_type: str | None) -> Iterator[WireItem]:
    found = 0
    without: InputError | None = None
    for document in parse_documents(body, content_type):
        waiting: WireItem | None = None
        name = name_of(document.root)
        for item in _items_of(document.root, ROOTS.get(name, kind)):
            found += 1
            if waiting is not None:
                yield waiting
            waiting = item
        if not document.is_whole:
            raise InputError("bad_xml", f"It ends in the middle of item {found}. Get it again.")
        if waiting is not None:
            yield waiting
        elif without is None:  # another document may follow
            without = InputError("bad_wire", f"It holds no item: its root is <{name}>.")
    if without is not None:
        raise without


def _items_of(root: Element, kind: str) -> Iterator[WireItem]:
    if kind == "nitf":
        documents = [root] if name_of(root) == "nitf" else list(descendants(root, "nitf"))
        yield from map(read_nitf, documents)
    elif (newsml := _first(root, "newsml")) is not None:
        version = attribute(newsml, "Version")
        for item in find_items_12(newsml):
            yield read_newsml_12(item, version)
    else:
        yield from map(read_newsml_g2, find_items_g2(root))


def _first(root: Element, name: str) -> Element | None:
    """Return the document of this name: the root, or what an envelope of SOAP holds."""
    if name_of(root) == name:
        return root
    return next(descendants(root, name), None) if name_of(root) == "envelope" else None


def _read_telegrams(body: bytes) -> Iterator[WireItem]:
    found = 0
    for header, text, trailer in split_messages(body):
        found += 1
        if is_anpa(header, text):
            yield read_anpa(header, text, trailer)
        else:
            yield read_iptc7901(header, text, trailer)
    if not found:
        raise InputError("bad_wire", "It holds no message: none begins with SOH (0x01).")


def read_json(text: str, kind: str) -> Iterator[WireItem]:
    """Yield the items in a JSON document; ``bad_wire`` if it holds none of this kind."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("bad_json", f"It is no JSON: {error}.") from error
    if kind == "ninjs":
        nodes = list(find_ninjs(value))
        # What stands beside an item is one as well, even without an identifier.
        items = map(read_ninjs, nodes if any(map(_is_named, nodes)) else ())
    else:
        items = map(read_article, find_articles(value))
    first = next(items, None)
    if first is None:
        what = "item of ninjs" if kind == "ninjs" else "article of schema.org"
        raise InputError("bad_wire", f"It is JSON, but holds no {what}.")
    yield first
    yield from items


def _is_named(node: Node) -> bool:
    return is_ninjs(node) or bool(node.get("uri"))
