"""The text of an item: paragraphs out of XHTML, NITF, HTML or plain text, and captions apart."""

import base64
import html
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from newsbeam.transforms.sources.xml_text import decode_xml
from newsbeam.transforms.wires.xml_tree import (
    NAMES,
    Element,
    descendants,
    name_of,
    tidy,
)

#: Elements that begin and end a paragraph. All others are part of a line.
_BLOCK_NAMES = (
    "address article aside blockquote block body body.content body.end body.head bq center "
    "contentset credit datacontent dd details div dl dt fieldset figcaption figure fn footer form "
    "group h1 h2 h3 h4 h5 h6 hedline hl1 hl2 hr html inlinexml inlinedata li main media "
    "media-caption menu nitf nitf-table note ol p pre section summary table tagline tbody tfoot "
    "thead ul"
)
#: What is no text of the story, or says elsewhere what it says here.
_SKIPPED_NAMES = (
    "head header script style template noscript title nav iframe object embed svg button input "
    "select option textarea body.head media-metadata media-reference media-producer "
    "media-object nitf-table-metadata"
)
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split()) - _SKIPPED
_CAPTIONS = frozenset(("figcaption", "media-caption"))
#: Blocks whose texts are no paragraphs, or have lines of their own.
_FRAMES = _CAPTIONS | {"figure", "pre"}
_CELLS = frozenset(("td", "th"))
#: Deeper elements are read as one line.
_MAX_DEPTH = 120

_MARKUP = re.compile(r"</[a-z][a-z0-9.-]{0,30}\s*>|<(?:br|hr|img|p)\b[^<>]*>", re.I)
_TAG_AS_TEXT = re.compile(r"</(?:p|div|li)\s*>", re.I)
_ESCAPED = re.compile(r"&lt;/?(?:p|div|br|h[1-6]|ul|li|table|span|a|b|i|em|strong)\b", re.I)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HEADING = re.compile(r"hl?\d |\S+ .*(?:title|head)")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


class Paragraph(NamedTuple):
    """A paragraph, and the element that it was in if that was one of its own."""

    text: str
    element: Element | None = None

    def look(self) -> str:
        """Return what its sender calls it: name and class of its element."""
        if self.element is None:
            return ""
        return f"{name_of(self.element)} {self.element.get('class') or ''}"


@dataclass(slots=True)
class Body:
    """Paragraphs and captions of a body, in order."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


def read_element(element: Element) -> Body:
    """Return what stands in ``element``, of XHTML or NITF.

    Some senders put the mark-up of paragraphs into sections of text: it is read once more.
    """
    body = _walk_through(element)
    if not any("</" in each.text for each in body.paragraphs):
        return body
    read = Body(captions=list(body.captions))
    for each in body.paragraphs:
        inner = read_text(each.text) if _TAG_AS_TEXT.search(each.text) else Body([each])
        read.paragraphs += inner.paragraphs
        read.captions += inner.captions
    return read


def _walk_through(element: Element, depth: int = 0) -> Body:
    walk = _Walk()
    walk.enter(element, depth)
    walk.flush()
    return walk.body


def is_text(element: Element) -> bool:
    """Return whether ``element`` is prose rather than data, such as results of sports."""
    return name_of(element) in _BLOCKS or next(descendants(element, "p"), None) is not None


def read_text(text: str | None) -> Body:
    """Return what a string holds: markup, markup that was escaped, or plain text."""
    if not text or not text.strip():
        return Body()
    if _MARKUP.search(text) is None:
        if _ESCAPED.search(text) is None:
            return read_plain(text)
        text = html.unescape(text)
    # The declaration of an encoding in a string is about bytes that are gone.
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)
    parser = etree.HTMLParser(
        recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        return Body()
    contents = next(descendants(root, "body.content"), root)
    body = _walk_through(contents)
    if contents is not root:
        for end in descendants(root, "body.end"):
            body.paragraphs += _walk_through(end).paragraphs
    return body


def read_base64(text: str | None) -> Body:
    """Return what a string holds whose bytes were written in base64; nothing if that is no text."""
    try:
        raw = base64.b64decode("".join((text or "").split()), validate=True)
    except ValueError:
        return Body()
    return Body() if b"\0" in raw else read_text(decode_xml(raw))


def read_plain(text: str) -> Body:
    """Return the paragraphs of plain text: parted by blank lines, else by lines.

    Lines that a machine wrapped stay together, since each paragraph then ends in a blank line.
    """
    if _REFERENCE.search(text):
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    parts = _BLANK_LINE.split(text)
    if len(parts) == 1:
        parts = text.split("\n")
    return Body([Paragraph(line) for part in parts if (line := tidy(part))])


def tell_story(body: Body, headline: str | None, summary: str | None) -> tuple[str, ...]:
    """Return the paragraphs without a headline and a teaser that stand above them once more."""
    texts = list(body.paragraphs)
    while texts and (
        (texts[0].text == headline and _HEADING.match(texts[0].look()))
        or (texts[0].text == summary and "teaser" in texts[0].look())
    ):
        texts.pop(0)
    return tuple(each.text for each in texts)


class _Walk:
    """Goes through a tree and gathers text until a block ends."""

    def __init__(self) -> None:
        self.body = Body()
        self._line: list[str] = []
        self._block: Element | None = None  # that the line is in
        self._caption: list[str] | None = None  # lines of the one that is being read
        self._figures = 0  # that are open: what stands in them is no story

    def enter(self, element: Element, depth: int) -> None:
        name = NAMES[element.tag]
        if name in _BLOCKS:
            self.flush()
            self._block = element
            if name in _FRAMES:
                self._enter_frame(element, name, depth)
            elif len(element):
                self._read_inside(element, name, depth)
                self.flush()
            else:  # most are a paragraph in one piece
                self._keep(tidy(element.text))
            self._block = None
        elif name == "br":
            self._line.append("\n")
        elif name == "tr" and depth <= _MAX_DEPTH:
            self._read_row(element, depth)
        elif name not in _SKIPPED:
            self._read_inside(element, name, depth)

    def flush(self) -> None:
        if not self._line:
            return
        said = "".join(self._line)
        self._line.clear()
        if "\n" in said:
            self._keep("\n".join(filter(None, map(tidy, said.split("\n")))))
        else:
            self._keep(tidy(said))

    def _enter_frame(self, element: Element, name: str, depth: int) -> None:
        """Read a figure, whose texts are no paragraphs, a caption, or lines as they are."""
        is_caption = name in _CAPTIONS and self._caption is None
        if is_caption:
            self._caption = []
        self._figures += name == "figure"
        self._read_inside(element, name, depth)
        self.flush()
        self._figures -= name == "figure"
        if is_caption and self._caption is not None:
            self.body.captions += [" ".join(self._caption)] if self._caption else []
            self._caption = None

    def _read_inside(self, element: Element, name: str, depth: int) -> None:
        if depth > _MAX_DEPTH:
            self._line.append("".join(element.itertext()))
            return
        self._add(element.text, name)
        for child in element:
            self.enter(child, depth + 1)
            if child.tail:
                self._add(child.tail, name)

    def _keep(self, text: str | None) -> None:
        if text and self._caption is not None:
            self._caption.append(text.replace("\n", " "))
        elif text and not self._figures:
            self.body.paragraphs.append(Paragraph(text, self._block))

    def _add(self, text: str | None, name: str) -> None:
        # Blanks between blocks begin no line.
        if text and (self._line or not text.isspace()):
            self._line.append(text if name == "pre" else text.replace("\n", " "))

    def _read_row(self, row: Element, depth: int) -> None:
        """Read a row as one paragraph of cells; a table of one column is only a frame."""
        self.flush()
        cells = [cell for cell in row if name_of(cell) in _CELLS]
        if len(cells) > 1:
            texts = (
                tidy(" ".join(each.text for each in _read_cell(cell, depth + 1))) for cell in cells
            )
            if line := " | ".join(text for text in texts if text):
                self.body.paragraphs.append(Paragraph(line))
            return
        for child in row:
            self._add(child.text, "")
            for inner in child:
                self.enter(inner, depth + 2)
                self._add(inner.tail, "")
            self.flush()


def _read_cell(cell: Element, depth: int) -> list[Paragraph]:
    return _walk_through(cell, depth).paragraphs
