"""The parsers that all XML is read by, once it is safe (see ``xml_text``)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from lxml import etree

from newsbeam.transforms.core.errors import InputError

#: What any parser of other people's XML is made with: it asks nobody, and mends what it can.
OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "recover": True,
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "remove_comments": True,
        "remove_pis": True,
    }
)


def parse_mended(document: bytes, reason: str) -> etree._Element | None:
    """Return the root of a document that ``make_safe`` gave, mended where it is not well-formed.

    None if it has no element. Comments, instructions and references that mean nothing are left
    out. Raises ``InputError(reason)`` for what cannot be mended.
    """
    try:
        root = etree.fromstring(document, etree.XMLParser(**OPTIONS))
    except etree.XMLSyntaxError as error:
        raise InputError(reason, f"It is no XML: {error}.") from error
    if root is not None:
        # References behind a section that is not closed were not mended.
        etree.strip_elements(root, etree.Entity, with_tail=False)
    return root


def parse_whole(text: str) -> ElementTree.Element | None:
    """Return the root of a document that ``read_safely`` gave, None where it is not well-formed.

    Its elements are objects of Python's from the start, so that what is asked of them costs less
    than of lxml's.
    """
    try:
        return ElementTree.fromstring(text)  # noqa: S314  # no document type, so no entities
    except (ElementTree.ParseError, UnicodeEncodeError):
        return None
