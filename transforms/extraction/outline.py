"""A page, parsed once and walked once: its blocks of text in reading order, and what it declares.

Whatever is judged afterwards (headline, byline, dates, frame, text) is judged on the blocks of the
outline. Nobody walks the tree again.

A block is what a reader sees as one paragraph, line, item or cell: text between two boundaries that
a browser would draw. Elements are kept by name and attributes, each with its parent and with the
blocks that it holds, so that a block knows all that it stands in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.core.errors import InputError

#: Elements that begin and end a block.
BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li"),
        *("main", "menu", "nav", "noscript", "ol", "optgroup", "p", "pre", "search", "section"),
        *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp", "listing"),
    }
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: What is in them is drawn by scripts, plug-ins or controls, or never.
_SILENT = frozenset(
    {
        *(
            "script",
            "style",
            "svg",
            "template",
            "select",
            "datalist",
            "textarea",
            "iframe",
            "object",
        ),
        *(
            "audio",
            "video",
            "canvas",
            "noembed",
            "noframes",
            "progress",
            "meter",
            "map",
            "frameset",
        ),
        *("annotation", "annotation-xml", "rt", "rp", "rtc", "head-placeholder"),
    }
)
_MEDIA = frozenset({"img", "picture", "video", "iframe", "audio", "object", "embed"})
_VOID = frozenset({"meta", "link", "title", "base"})
#: A custom element in one of these is a word of a sentence; elsewhere it is a block.
_SENTENCES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd"})

_UNSEEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|(?:visually|visibly|vis)-?hidden|hidden-?visually|screen-?reader(?:-?(?:text|only))?"
    r"|a11y-?(?:text|hidden|only)|assistive-?text|off-?screen(?:-?text)?)(?:$|\s)",
    re.IGNORECASE,
)
#: A browser with scripts draws the first never, the second when it is asked to.
_UNDRAWN_TAGS = frozenset({"noscript", "dialog"})
#: How React names the pieces of a page that is streamed.
_STREAMED = re.compile(r"S:[0-9a-f]+")
_UNDRAWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# Characters that no text may have.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[1245-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]))(?:;|(?![\da-f]))",
    re.IGNORECASE,
)
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_NEVER = ("\ufffe".encode(), "\uffff".encode())

#: Of inline elements in each other only so many are told of.
_MAX_OPEN = 100
#: Longest value of a meta element that is looked at; some pages keep whole scripts in one.
_MAX_VALUE_CHARS = 10_000
#: A cell of data is short; what is longer is laid out by the table.
_MAX_CELL_CHARS = 200


class Element:
    """An element: its name, its attributes, what it stands in, and which blocks it holds."""

    __slots__ = ("_names", "attrs", "first", "index", "is_block", "last", "parent", "tag")

    def __init__(
        self, tag: str, attrs: Mapping[str, str | None], parent: "Element | None", index: int
    ) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.index = index  # in ``Outline.elements``: the order of the page
        self._names: str | None = None
        self.is_block = False
        self.first = 0  # the first block that it holds text of …
        self.last = 0  # … and the one behind the last

    def get(self, name: str) -> str:
        """Return an attribute, empty if there is none."""
        return self.attrs.get(name) or ""

    @property
    def names(self) -> str:
        """The class and the id: what its makers call it."""
        names = self._names
        if names is None:
            attrs = self.attrs
            names = f"{attrs.get('class') or ''} {attrs.get('id') or ''}" if attrs else " "
            self._names = names
        return names

    def chain(self) -> "Iterator[Element]":
        """Yield the element and all that it stands in, inmost first."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def within(self, *tags: str) -> "Element | None":
        """Return the nearest element of these names that this one is or stands in."""
        return next((each for each in self.chain() if each.tag in tags), None)


class Mark:
    """An inline element in the text of a block: which characters are its own."""

    __slots__ = ("element", "end", "start")

    def __init__(self, start: int, end: int, element: Element) -> None:
        self.start, self.end, self.element = start, end, element


class Block:
    """A paragraph, line, item or cell as a reader sees it."""

    __slots__ = ("element", "hidden", "index", "link_chars", "marks", "media", "text")

    def __init__(
        self,
        text: str,
        element: Element,
        marks: tuple[Mark, ...],
        link_chars: int,
        media: int,
        hidden: bool,
    ) -> None:
        self.text = text  # spaces folded; line breaks where the page breaks a line
        self.element = element  # the nearest one that makes blocks
        self.marks = marks
        self.link_chars = link_chars  # characters in links that lead elsewhere
        self.media = media  # pictures, films and frames between the block before and this one
        self.hidden = hidden  # no browser draws it
        self.index = 0  # in ``Outline.blocks``

    def segments(self) -> "list[tuple[str, Element]]":
        """Return the text cut where inline elements begin and end, each piece with its inmost one.

        Pieces of white space alone are left out.
        """
        if not self.marks:
            return [(self.text, self.element)]
        cuts = sorted({0, len(self.text), *(edge for m in self.marks for edge in (m.start, m.end))})
        pieces = []
        for start, end in pairwise(cuts):
            if text := self.text[start:end].strip():
                inside = [m for m in self.marks if m.start <= start and m.end >= end]
                # Of elements with the same text, the inmost was opened last.
                inmost = max(inside, key=lambda m: m.element.index, default=None)
                pieces.append((text, inmost.element if inmost else self.element))
        return pieces


@dataclass(slots=False, kw_only=True)
class Outline:
    """What one walk over a page found."""

    blocks: list[Block]
    elements: list[Element]
    #: Contents by lower-case ``property``, ``name``, ``itemprop`` or ``http-equiv``, as they come.
    meta: Mapping[str, tuple[str, ...]]
    links: Mapping[str, str]  # ``href`` of link elements by ``rel``; the first of each
    title: str | None  # the title element
    json_ld: tuple[str, ...]
    language: str | None  # html lang
    times: tuple[Element, ...]  # time elements
    properties: tuple[Element, ...]  # elements with itemprop, outside the head
    replaced: int  # characters that no text may have, replaced by U+FFFD
    _scripts: list[LexborNode] = field(default_factory=list)

    @cached_property
    def scripts(self) -> list[str]:
        """The texts of scripts, but for JSON-LD."""
        return [text for node in self._scripts if (text := node.text())]

    def first(self, *names: str) -> str | None:
        """Return the first value of the first of ``names`` that a meta element gives."""
        return next(self.values(*names), None)

    def values(self, *names: str) -> Iterator[str]:
        """Yield all values that meta elements give for ``names``, in their order."""
        for name in names:
            yield from self.meta.get(name, ())

    def text_of(self, element: Element) -> str:
        """Return the text of an element on one line, a space between its blocks."""
        return " ".join(" ".join(self.texts_of(element)).split()).rstrip("¶#§ ")

    def texts_of(self, element: Element) -> list[str]:
        """Return the text that an element has in each block, in order."""
        blocks = self.blocks[element.first : element.last]
        if element.is_block:
            return [block.text for block in blocks]
        return [
            text
            for block in blocks
            for mark in block.marks
            if mark.element is element and (text := block.text[mark.start : mark.end].strip())
        ]


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
    for index, block in enumerate(walk.blocks):
        block.index = index
    return Outline(
        blocks=walk.blocks,
        elements=walk.elements,
        meta={name: tuple(values) for name, values in walk.meta.items()},
        links=walk.links,
        title=walk.title,
        json_ld=tuple(walk.json_ld),
        language=language or None,
        times=tuple(each for each in walk.elements if each.tag == "time"),
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
        self.title: str | None = None
        self.json_ld: list[str] = []
        self.scripts: list[LexborNode] = []
        self.properties: list[Element] = []
        self.parts: list[str] = []
        self.length = 0
        self.space = False  # white space was seen that parts what follows
        self.marks: list[Mark] = []
        self.open: list[Mark] = []  # inline elements that are not closed yet
        self.box: Element | None = None  # the inmost element that makes blocks
        self.link_chars = 0
        self.media = 0
        self.tables: list[_Table] = []
        self.quotes = 0
        self.pre = 0

    def run(self, root: LexborNode) -> None:
        """Read ``root`` and all below it, without recursion: pages nest as deep as they like."""
        node: LexborNode | None = root
        #: Elements that are open: node, element, mark of an inline one, hidden state outside of it.
        stack: list[tuple[LexborNode, Element, Mark | None, bool]] = []
        parent: Element | None = None
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
                self._break(hidden)
            elif tag in _SILENT or tag in _VOID:
                self._declare(node, tag, parent)
            elif tag is not None and tag[0] != "-" and tag[0] != "!":
                attrs = node.attributes
                unseen = (attrs or tag in _UNDRAWN_TAGS) and _is_unseen(tag, attrs)
                inline = tag not in BLOCKS and ("-" not in tag or not _makes_block(parent))
                if not (unseen and inline):
                    element = Element(tag, attrs, parent, len(elements))
                    elements.append(element)
                    if "itemprop" in attrs:
                        self.properties.append(element)
                    mark = self._enter_inline(element) if inline else None
                    if mark is None:
                        self._enter(element, hidden)
                    child = node.child
                    if child is None:
                        self._leave(element, mark, hidden)
                    else:
                        stack.append((node, element, mark, hidden))
                        hidden, parent = hidden or bool(unseen), element
            if child is not None:
                node = child
                continue
            following = node.next
            while following is None and stack:
                node, element, mark, outside = stack.pop()
                self._leave(element, mark, hidden)
                hidden, parent = outside, element.parent
                following = node.next
            node = following

    def _enter_inline(self, element: Element) -> Mark:
        tag = element.tag
        element.first = len(self.blocks)
        if tag in _MEDIA:
            self.media += 1
        elif tag == "q":
            self.add("“" if self.quotes == 0 else "‘")
            self.quotes += 1
        # A space that was seen before it is not its own.
        mark = Mark(self.length + (self.space and self.length > 0), -1, element)
        if len(self.open) < _MAX_OPEN:
            self.open.append(mark)
        return mark

    def _enter(self, element: Element, hidden: bool) -> None:
        tag = element.tag
        self.flush(hidden)
        element.is_block = True
        element.first = len(self.blocks)
        self.box = element
        if tag == "table":
            self.tables.append(_Table(element))
        elif tag == "pre":
            self.pre += 1

    def _leave(self, element: Element, mark: Mark | None, hidden: bool) -> None:
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
        self.flush(hidden)
        element.last = len(self.blocks)
        self.box = element.parent
        while self.box is not None and not self.box.is_block:
            self.box = self.box.parent
        if tag == "table":
            self.tables.pop().close(self, nested=bool(self.tables))
        elif tag == "tr" and self.tables:
            self.tables[-1].rows.append(element)
        elif tag == "pre":
            self.pre -= 1

    def _close(self, mark: Mark) -> None:
        # An empty time may be all that says when: where it stands tells to which words it belongs.
        if self.length > mark.start or mark.element.tag == "time":
            mark.start, mark.end = min(mark.start, self.length), self.length
            self.marks.append(mark)
            if mark.element.tag == "a" and not (mark.element.get("href") or "#").startswith("#"):
                self.link_chars += self.length - mark.start

    def _break(self, hidden: bool) -> None:
        """A line ends; two in a row end the block."""
        if self.length and self.parts[-1] == "\n":
            self.flush(hidden)
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

    def flush(self, hidden: bool) -> None:
        """End the block that is being read."""
        if not self.length:
            self.space = False
            return
        for mark in self.open:
            if mark.start < self.length or mark.element.tag == "time":
                self._close(Mark(mark.start, -1, mark.element))
            mark.start = 0
        text = "".join(self.parts).rstrip("\n")
        if text and self.box is not None:
            marks = tuple(self.marks)
            block = Block(text, self.box, marks, self.link_chars, self.media, hidden)
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
            self._add_meta(node.attributes)
        elif tag == "link":
            attrs = node.attributes
            if href := (attrs.get("href") or "").strip():
                for rel in (attrs.get("rel") or "").lower().split():
                    self.links.setdefault(rel, href)
        elif tag == "title":
            if self.title is None:
                self.title = " ".join((node.text() or "").split()) or None
        elif tag in _MEDIA:
            self.media += 1
        if tag == "meta" and parent is not None and node.attributes.get("itemprop"):
            element = Element(tag, node.attributes, parent, len(self.elements))
            element.first = element.last = len(self.blocks)
            self.properties.append(element)

    def _add_meta(self, attrs: Mapping[str, str | None]) -> None:
        content = (attrs.get("content") or attrs.get("value") or "")[:_MAX_VALUE_CHARS].strip()
        if not content:
            return
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (attrs.get(attribute) or "").strip().lower()
            if name and content not in self.meta.setdefault(name, []):
                self.meta[name].append(content)


def _makes_block(parent: Element | None) -> bool:
    """Say whether a custom element in ``parent`` is a block: sentences hold words."""
    return parent is None or (parent.is_block and parent.tag not in _SENTENCES)


class _Table:
    """A table that is being read: where it holds data, each of its rows becomes one block."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.rows: list[Element] = []

    def close(self, walk: _Walk, *, nested: bool) -> None:
        """Join the cells of each row if they are data."""
        blocks, first = walk.blocks, self.element.first
        rows = [blocks[row.first : row.last] for row in self.rows]
        filled = [row for row in rows if row]
        if nested or len(filled) < 2 or not all(map(_is_data, filled)):
            return
        if sum(len(row) > 1 for row in filled) * 2 < len(filled):
            return
        starts = {row.first: row for row in self.rows if row.last > row.first}
        joined: list[Block] = []
        place: dict[int, int] = {}
        at = first
        while at < len(blocks):
            place[at] = first + len(joined)
            if (row := starts.get(at)) is None:
                joined.append(blocks[at])
                at += 1
                continue
            joined.append(_join(blocks[at : row.last], row))
            for each in range(at, row.last):
                place[each] = first + len(joined) - 1
            at = row.last
        place[at] = first + len(joined)
        for element in walk.elements[self.element.index :]:
            if element.first < element.last:
                last = place.get(element.last - 1, element.last - 1) + 1
                element.first, element.last = place.get(element.first, element.first), last
            else:
                element.first = element.last = place.get(element.first, element.first)
        blocks[first:] = joined


def _is_data(row: list[Block]) -> bool:
    cells = [block.element for block in row]
    return all(
        cell.tag in ("td", "th") and len(block.text) <= _MAX_CELL_CHARS
        for cell, block in zip(cells, row, strict=True)
    ) and len(set(map(id, cells))) == len(cells)


def _join(cells: list[Block], row: Element) -> Block:
    marks: list[Mark] = []
    texts: list[str] = []
    at = 0
    for cell in cells:
        for mark in cell.marks:
            marks.append(Mark(mark.start + at, mark.end + at, mark.element))
        texts.append(" ".join(cell.text.split("\n")))
        at += len(texts[-1]) + 3
    return Block(
        " | ".join(texts),
        row,
        tuple(marks),
        sum(cell.link_chars for cell in cells),
        sum(cell.media for cell in cells),
        any(cell.hidden for cell in cells),
    )


def _is_unseen(tag: str, attrs: Mapping[str, str | None]) -> bool:
    """Say whether no browser draws an element."""
    if tag in _UNDRAWN_TAGS and "open" not in attrs:
        return True
    if "hidden" in attrs and attrs["hidden"] != "until-found":
        # What a server sends piece by piece is moved into its place by a script right away.
        return _STREAMED.fullmatch(attrs.get("id") or "") is None
    style = attrs.get("style")
    if style and _UNDRAWN.search(style):
        return True
    names = attrs.get("class")
    return bool(names) and _names_unseen(names)


@lru_cache(maxsize=16384)
def _names_unseen(names: str) -> bool:
    """Say whether a class is for screen readers alone; the same ones come again and again."""
    return _UNSEEN.search(names) is not None


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
