"""The parser that all XML is read by, once it is safe (see ``xml_text``)."""

from lxml import etree

from newsbeam.transforms.core.errors import InputError


def parse_mended(document: bytes, reason: str) -> etree._Element | None:
    """Return the root of a document that ``make_safe`` gave, mended where it is not well-formed.

    None if it has no element. Comments, instructions and references that mean nothing are left
    out. Raises ``InputError(reason)`` for what cannot be mended.
    """
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(reason, f"It is no XML: {error}.") from error
    if root is not None:
        # References behind a section that is not closed were not mended.
        etree.strip_elements(root, etree.Entity, with_tail=False)
    return root
