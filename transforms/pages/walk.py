"""The one parse and the one walk: from the text of a page to its outline."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.pages.drawing import (
    BLOCKS,
    MEDIA,
    QUIET,
    UNDRAWN,
    is_unseen,
    makes_block,
)
from newsbeam.transforms.pages.outline import TIMES, Block, Element, Mark, Outline
from newsbeam.transforms.pages.tables import Table

# Characters that no text may have.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[1245-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]))(?:;|(?![\da-f]))",
    re.IGNORECASE,
)
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_NEVER = ("\ufffe", "\uffff")

#: Of inline elements in each other only so many are told of.
_MAX_OPEN = 100
#: Longest value of a meta element that is looked at; some pages keep whole scripts in one.
_MAX_VALUE_CHARS = 10_000
_DATE_PROPERTIES = frozenset({"datepublished", "datemodified"})


def read_outline(text: str) -> Outline:
    """Return the outline of an HTML page.

    Raises:
        InputError: ``no_article`` if there is no element at all.
    """
    data, replaced = _clean(text)
    root = LexborHTMLParser(data).root
    if root is None:
        raise InputError("no_article", "The page has no elements.")
    walk = _Walk()
    walk.run(root)
    if walk.marks and walk.blocks:  # empty times behind all text
        last = walk.blocks[-1]
        end = len(last.text)
        last.marks += tuple(Mark(end, end, mark.element) for mark in walk.marks)
    language = walk.elements[0].get("lang") or walk.elements[0].get("xml:lang")
    return Outline(
        blocks=walk.blocks,
        elements=walk.elements,
        meta={name: tuple(values) for name, values in walk.meta.items()},
        links=walk.links,
        canonicals=tuple(walk.canonicals),
        base=walk.base,
        title=walk.title,
        json_ld=tuple(walk.json_ld),
        language=language or None,
        properties=tuple(walk.properties),
        replaced=replaced,
        _scripts=walk.scripts,
    )


class _Walk:
    """One walk over a tree. The text of the block that is being read is in ``parts``."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.elements: list[Element] = []
        self.meta: dict[str, list[str]] = {}
        self.links: dict[str, str] = {}
        self.canonicals: list[str] = []
        self.base: str | None = None
        self.title: str | None = None
        self.json_ld: list[str] = []
        self.scripts: list[LexborNode] = []
        self.properties: list[Element] = []
        self.parts: list[str] = []
        self.length = 0
        self.space = False  # white space was seen that parts what follows
        self.marks: list[Mark] = []
        self.open: list[Mark] = []  # inline elements that are not closed yet
        self.link_chars = 0
        self.media = 0
        self.tables: list[Table] = []
        self.quotes = 0
        self.pre = 0

    def run(self, root: LexborNode) -> None:
        """Read ``root`` and all below it, without recursion: pages nest as deep as they like."""
        node: LexborNode | None = root
        #: Elements that are open: node, element, mark of an inline one; and outside of it, the
        #: inmost element that makes blocks, and whether it is hidden.
        stack: list[tuple[LexborNode, Element, Mark | None, Element | None, bool]] = []
        parent: Element | None = None
        box: Element | None = None
        hidden = False
        elements = self.elements
        while node is not None:
            tag = node.tag
            child = None
            if tag == "-text":
                text = node.text_content
                if text and not text.isspace():
                    self.add(text)
                elif text:
                    self.space = True
            elif tag == "br":
                self._break(box, hidden)
            elif tag in QUIET:
                self._declare(node, tag, parent)
            elif tag is not None and tag[0] != "-" and tag[0] != "!":
                attrs = node.attributes
                unseen = (bool(attrs) or tag in UNDRAWN) and is_unseen(tag, attrs)
                is_block = tag in BLOCKS or ("-" in tag and makes_block(tag, parent))
                if is_block or not unseen:
                    if is_block and self.length:
                        self.flush(box, hidden)
                    element = Element(tag, attrs, parent, len(elements), is_block, len(self.blocks))
                    elements.append(element)
                    if "itemprop" in attrs or "property" in attrs:
                        self.properties.append(element)
                    mark = None if is_block else self._enter_inline(element)
                    if is_block:
                        self._enter(element)
                    child = node.child
                    if child is None:
                        self._leave(element, mark, element if is_block else box, hidden)
                    else:
                        stack.append((node, element, mark, box, hidden))
                        hidden, parent = hidden or unseen, element
                        if is_block:
                            box = element
            if child is not None:
                node = child
                continue
            following = node.next
            while following is None and stack:
                node, element, mark, outer, outside = stack.pop()
                self._leave(element, mark, box, hidden)
                hidden, box, parent = outside, outer, element.parent
                following = node.next
            node = following

    def _enter_inline(self, element: Element) -> Mark:
        tag = element.tag
        if tag in MEDIA:
            self.media += 1
        elif tag == "q":
            self.add("“" if self.quotes == 0 else "‘")
            self.quotes += 1
        # A space that was seen before it is not its own; none is kept at the start of a line.
        spaced = self.space and self.length > 0 and self.parts[-1] != "\n"
        mark = Mark(self.length + spaced, -1, element)
        if len(self.open) < _MAX_OPEN:
            self.open.append(mark)
        return mark

    def _enter(self, element: Element) -> None:
        self.space = False
        if element.tag == "table":
            self.tables.append(Table(element))
        elif element.tag == "pre":
            self.pre += 1

    def _leave(
        self, element: Element, mark: Mark | None, box: Element | None, hidden: bool
    ) -> None:
        tag = element.tag
        if mark is not None:
            if tag == "q":
                self.quotes -= 1
                self.add("”" if self.quotes == 0 else "’")
            if self.open and self.open[-1] is mark:
                self.open.pop()
                self._close(mark)
            element.last = len(self.blocks) + (self.length > 0)
            return
        if self.length:
            self.flush(box, hidden)
        self.space = False
        element.last = len(self.blocks)
        if tag == "table":
            table = self.tables.pop()
            if not self.tables:  # in another table, the rows of one may be placed side by side
                table.join_rows(self.blocks, self.elements)
        elif tag == "tr" and self.tables:
            self.tables[-1].rows.append(element)
        elif tag == "pre":
            self.pre -= 1

    def _close(self, mark: Mark) -> None:
        # An empty time may be all that says when: where it stands tells to which words it belongs.
        if self.length > mark.start or mark.element.tag in TIMES:
            mark.start, mark.end = min(mark.start, self.length), self.length
            self.marks.append(mark)
            if mark.element.tag == "a" and not (mark.element.get("href") or "#").startswith("#"):
                self.link_chars += self.length - mark.start

    def _break(self, box: Element | None, hidden: bool) -> None:
        """A line ends; two in a row end the block."""
        if self.length and self.parts[-1] == "\n":
            self.flush(box, hidden)
        elif self.length:
            self.parts.append("\n")
            self.length += 1
            self.space = False

    def add(self, text: str) -> None:
        """Add text that is not only white space to the block, its white space folded."""
        if self.pre and "\n" in text:
            first, *lines = text.split("\n")
            if first.strip():
                self._add_line(first)
            for line in lines:
                if self.length and self.parts[-1] != "\n":
                    self.parts.append("\n")
                    self.length += 1
                if line.strip():
                    self._add_line(line)
        else:
            self._add_line(text)

    def _add_line(self, text: str) -> None:
        line = " ".join(text.split())
        if self.length and (self.space or text[0].isspace()) and self.parts[-1] != "\n":
            self.parts.append(" ")
            self.length += 1
        self.parts.append(line)
        self.length += len(line)
        self.space = text[-1].isspace()

    def flush(self, box: Element | None, hidden: bool) -> None:
        """End the block that is being read, which has some text and stands in ``box``."""
        for mark in self.open:
            if mark.start < self.length or mark.element.tag in TIMES:
                self._close(Mark(mark.start, -1, mark.element))
            mark.start = 0
        text = "".join(self.parts).rstrip("\n")
        if text and box is not None:
            marks = tuple(self.marks)
            block = Block(text, box, marks, self.link_chars, self.media, hidden, len(self.blocks))
            self.blocks.append(block)
            self.media = 0
        self.parts, self.marks = [], []
        self.length = self.link_chars = 0
        self.space = False

    def _declare(self, node: LexborNode, tag: str, parent: Element | None) -> None:
        """Keep what an element says that has no text of its own."""
        if tag == "script":
            is_data = "ld+json" in (node.attributes.get("type") or "").lower()
            if is_data:
                self.json_ld.append(node.text() or "")
            else:
                self.scripts.append(node)
        elif tag == "meta":
            self._add_meta(node.attributes, parent)
        elif tag == "link":
            attrs = node.attributes
            if href := (attrs.get("href") or "").strip():
                for rel in (attrs.get("rel") or "").lower().split():
                    self.links.setdefault(rel, href)
                    if rel == "canonical" and self._in_head(parent):
                        self.canonicals.append(href)
        elif tag == "base":
            self.base = self.base or (node.attributes.get("href") or "").strip() or None
        elif tag == "title":
            if self.title is None:
                self.title = " ".join((node.text() or "").split()) or None
        elif tag in MEDIA:
            self.media += 1
        if tag == "meta" and parent is not None and node.attributes.get("itemprop"):
            place = len(self.blocks)
            element = Element(tag, node.attributes, parent, len(self.elements), False, place)
            element.last = place
            self.properties.append(element)

    def _in_head(self, parent: Element | None) -> bool:
        """Say whether a child of ``parent`` speaks for the page.

        A parser ends the head at the first element that does not belong there; what follows stands
        at the top of the body, before any text. Cards that are embedded stand further below.
        """
        if parent is None or parent.tag in ("html", "head"):
            return True
        return parent.tag == "body" and not self.blocks and not self.length

    def _add_meta(self, attrs: Mapping[str, str | None], parent: Element | None) -> None:
        content = (attrs.get("content") or attrs.get("value") or "")[:_MAX_VALUE_CHARS].strip()
        if not content:
            return
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (attrs.get(attribute) or "").strip().lower()
            # What else is marked up in the body is one of ``properties``, each in its place.
            is_of_head = name == "og:url" or (name in _DATE_PROPERTIES and attribute == "itemprop")
            if is_of_head and not self._in_head(parent):
                continue
            if name and content not in self.meta.setdefault(name, []):
                self.meta[name].append(content)


def _clean(text: str) -> tuple[bytes, int]:
    """Return ``text`` in UTF-8, with U+FFFD for what no text may have, and the number of those."""
    replaced = 0
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        data = b"\x00"
    # Hardly any page has one, and bytes are searched ten times as fast as characters.
    if len(data.translate(None, _CONTROLS)) != len(data) or any(each in text for each in _NEVER):
        text, replaced = _FORBIDDEN.subn("\ufffd", text)
        data = text.encode("utf-8")
    if b"&#" in data:
        clean, more = _FORBIDDEN_REFERENCE.subn("\ufffd", text)
        if more:
            data, replaced = clean.encode("utf-8"), replaced + more
    return data, replaced
