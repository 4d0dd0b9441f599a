"""XML of the trade as a tree, under the guards of feeds; names without namespace or prefix.

Senders declare namespaces, prefix them, forget them, or invent them, so that none is told by its
namespace here, and all by their local names in lower case, which they are given as the tree is
made: lxml then finds them by itself, many times as fast as Python would.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress

from lxml import etree

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.xml_text import is_cut, limit_tags, make_safe

#: A message of ten megabytes with a tag for every twenty bytes.
_MAX_TAGS = 500_000

#: What we name an article by whose sender gave it no identifier.
OWN_URN = "urn:newsbeam:"

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def parse_xml(body: bytes, content_type: str | None = None) -> tuple[etree._Element, bool]:
    """Return the root of an XML document, mended where it is not well-formed.

    With it, whether the document is whole: it may have been cut in its middle.

    Raises ``InputError``: ``unsafe_xml``, ``too_large`` or ``bad_xml``.
    """
    document = make_safe(body, content_type)
    limit_tags(document, _MAX_TAGS)
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise InputError("bad_xml", f"It is no XML: {error}.") from error
    if root is None:
        raise InputError("bad_xml", "It is no XML: it has no element.")
    etree.strip_elements(root, etree.Entity, with_tail=False)
    name_plainly(root)
    return root, not is_cut(document)


def name_plainly(root: etree._Element) -> None:
    """Give all elements of a tree their local names in lower case."""
    plain: dict[str, str] = {}
    for element in root.iter(etree.Element):
        tag = element.tag
        name = plain.get(tag)
        if name is None:
            name = plain[tag] = tag.rpartition("}")[2].rpartition(":")[2].lower()
        if name is not tag and name != tag:
            with suppress(ValueError):  # what was mended may have names that none may be given
                element.tag = name


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Yield the children with one of these names (in lower case)."""
    return iter(()) if element is None else element.iterchildren(*names)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first descendant on ``path``, a name for each level."""
    for name in path:
        if element is None:
            return None
        element = next(element.iterchildren(name), None)
    return element


def descendants(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Yield all elements below with one of these names, in document order."""
    return iter(()) if element is None else element.iterdescendants(*names)


def attribute(element: etree._Element | None, *names: str) -> str | None:
    """Return the first of these attributes that says something."""
    if element is not None:
        for name in names:
            if (value := element.get(name)) and (value := tidy(value)):
                return value
    return None


def text_of(element: etree._Element | None) -> str | None:
    """Return all text in ``element`` on one line, None if there is none."""
    if element is None:
        return None
    return tidy("".join(element.itertext()) if len(element) else element.text)


def texts_of(elements: Iterable[etree._Element]) -> tuple[str, ...]:
    """Return what the elements say, each once, without the silent ones."""
    return once(text_of(each) for each in elements)


def once(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the texts that are there, each once, in order."""
    return tuple(dict.fromkeys(text for text in texts if text))


def tidy(text: str | None) -> str | None:
    """Return ``text`` in NFC with single blanks, None if nothing is left."""
    if not text:
        return None
    text = " ".join(text.split())
    return (text if text.isascii() else unicodedata.normalize("NFC", text)) or None


def number_in(text: str | None) -> int | None:
    """Return an urgency: a number of one digit."""
    return int(text) if text and len(text) == 1 and text in "0123456789" else None
