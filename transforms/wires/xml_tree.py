"""XML of the trade as a tree, under the guards of feeds; names without namespace or prefix.

Senders declare namespaces, prefix them, forget them, or invent them, so that none is told by its
namespace here, and all by their local names.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

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
    return root, not is_cut(document)


def name_of(element: etree._Element) -> str:
    """Return the local name of ``element`` in lower case; "" for what has none."""
    tag = element.tag
    return _local_name(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)  # a document asks for the same few names over and over
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Yield the children with one of these names (in lower case)."""
    if element is not None:
        for child in element:
            if name_of(child) in names:
                yield child


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first descendant on ``path``, a name for each level."""
    for name in path:
        element = next(children(element, name), None)
    return element


def descendants(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Yield all elements below with one of these names, in document order."""
    if element is not None:
        for each in element.iterdescendants(etree.Element):
            if name_of(each) in names:
                yield each


def attribute(element: etree._Element | None, *names: str) -> str | None:
    """Return the first of these attributes that says something."""
    if element is not None:
        for name in names:
            if value := tidy(element.get(name)):
                return value
    return None


def text_of(element: etree._Element | None) -> str | None:
    """Return all text in ``element`` on one line, None if there is none."""
    return None if element is None else tidy("".join(inner_texts(element)))


def inner_texts(element: etree._Element) -> Iterator[str]:
    """Yield all pieces of text in ``element``."""
    return (str(text) for text in element.itertext())


def texts_of(elements: Iterator[etree._Element]) -> tuple[str, ...]:
    """Return what the elements say, each once, without the silent ones."""
    return once(text_of(each) for each in elements)


def once(texts: Iterator[str | None]) -> tuple[str, ...]:
    """Return the texts that are there, each once, in order."""
    return tuple(dict.fromkeys(text for text in texts if text))


def tidy(text: str | None) -> str | None:
    """Return ``text`` in NFC with single blanks, None if nothing is left."""
    return unicodedata.normalize("NFC", " ".join(text.split())) or None if text else None


def number_in(text: str | None) -> int | None:
    """Return an urgency: a number of one digit."""
    return int(text) if text and len(text) == 1 and text in "0123456789" else None
