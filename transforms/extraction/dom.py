"""One parse of a page, shared by metadata, dates and body."""

import re
from dataclasses import dataclass

from lxml import etree, html

from transforms.core.errors import InputError

# Characters that XML forbids: lxml refuses to write them, and extractors rewrite what they read.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[1245-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]))(?:;|(?![\da-f]))",
    re.IGNORECASE,
)

#: The same as bytes of UTF-8, but for surrogates, which it does not have.
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_NEVER = ("\ufffe".encode(), "\uffff".encode())

#: libxml2 leaves out what follows; to a browser, and so to readers, the page goes on.
_END = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)

#: Children deeper than libxml2 goes (2,048 levels) end its parse.
_CUT = "ERR_RESOURCE_LIMIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dom:
    """A parsed page. ``tree`` is shared: whoever changes it works on a copy."""

    tree: html.HtmlElement
    truncated: bool  # the parser gave up before the end
    replaced: int  # characters that no text may have, replaced by U+FFFD


def parse_dom(text: str) -> Dom:
    """Return the element tree of an HTML page.

    Raises:
        InputError: ``no_article`` if there is no element at all.
    """
    data, replaced = _clean(text)
    data = _END.sub(b"", data)
    parser = html.HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        # Script frameworks part words by comments.
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    # lxml.html asks a Python function for the class of each element, a tenth of all the time that
    # extraction takes, only to tell form fields apart.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        tree = html.document_fromstring(data, parser=parser)
    except etree.ParserError:
        raise InputError("no_article", "The page has no elements.") from None
    truncated = any(error.type_name == _CUT for error in parser.error_log)
    return Dom(tree=tree, truncated=truncated, replaced=replaced)


def _clean(text: str) -> tuple[bytes, int]:
    """Return ``text`` in UTF-8, with U+FFFD for what no text may have, and the number of those."""
    replaced = 0
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        data = b"\x00"
    # Hardly any page has one, and bytes are searched ten times as fast as characters.
    if len(data.translate(None, _CONTROLS)) != len(data) or any(each in data for each in _NEVER):
        text, replaced = _FORBIDDEN.subn("\ufffd", text)
        data = text.encode("utf-8")
    if b"&#" in data:
        clean, more = _FORBIDDEN_REFERENCE.subn("\ufffd", text)
        if more:
            data, replaced = clean.encode("utf-8"), replaced + more
    return data, replaced
