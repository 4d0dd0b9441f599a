"""What one walk over a page found: its blocks of text in reading order, and what it declares.

Whatever is judged afterwards (headline, byline, dates, frame, text) is judged on the blocks of the
outline. Nobody walks the tree again.

A block is what a reader sees as one paragraph, line, item or cell: text between two boundaries that
a browser would draw. Elements are kept by name and attributes, each with its parent and with the
blocks that it holds, so that a block knows all that it stands in.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import attrgetter

from selectolax.lexbor import LexborNode

#: Pages repeat most names of elements, and so do the pages of a site.
_MAX_NAMES = 4096
#: Elements that say when; scripts write into those of the web's toolkits how long ago that is.
TIMES = frozenset({"time", "time-ago", "relative-time", "local-time", "amp-timeago"})
_MIN_STATE_CHARS = 500
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def named(pattern: str, *parts: str) -> Callable[[str], bool]:
    """Return what says whether the names of an element match ``pattern``, in small letters.

    One of ``parts`` stands in all that match, if any are given: they are looked for in a fifth of
    the time that an expression takes. Without regard to case by itself, one takes several times as
    long.
    """
    search = re.compile(pattern).search

    @lru_cache(maxsize=_MAX_NAMES)
    def is_named(names: str) -> bool:
        lower = names.lower()
        if parts and not any(map(lower.__contains__, parts)):
            return False
        return search(lower) is not None

    return is_named


class Element:
    """An element: its name, its attributes, what it stands in, and which blocks it holds."""

    __slots__ = ("attrs", "first", "index", "is_block", "last", "names", "parent", "tag")

    def __init__(
        self,
        tag: str,
        attrs: Mapping[str, str | None],
        parent: "Element | None",
        index: int,
        is_block: bool,
        first: int,
    ) -> None:
        self.tag = tag
        self.attrs = attrs
        #: The class and the id: what its makers call it.
        self.names = f"{attrs.get('class') or ''} {attrs.get('id') or ''}" if attrs else " "
        self.parent = parent
        self.index = index  # in ``Outline.elements``: the order of the page
        self.is_block = is_block
        self.first = first  # the first block that it holds text of …
        self.last = 0  # … and the one behind the last

    def get(self, name: str) -> str:
        """Return an attribute, empty if there is none."""
        return self.attrs.get(name) or ""

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
        index: int,
    ) -> None:
        self.text = text  # spaces folded; line breaks where the page breaks a line
        self.element = element  # the nearest one that makes blocks
        self.marks = marks
        self.link_chars = link_chars  # characters in links that lead elsewhere
        self.media = media  # pictures, films and frames between the block before and this one
        self.hidden = hidden  # no browser draws it
        self.index = index  # in ``Outline.blocks``


@dataclass(kw_only=True)
class Outline:
    """What one walk over a page found."""

    blocks: list[Block]
    elements: list[Element]
    #: Contents by lower-case ``property``, ``name``, ``itemprop`` or ``http-equiv``, as they come.
    meta: Mapping[str, tuple[str, ...]]
    links: Mapping[str, str]  # ``href`` of link elements by ``rel``; the first of each
    canonicals: tuple[str, ...]  # ``href`` of each canonical link of the head
    base: str | None  # ``href`` of the base element
    title: str | None  # the title element
    json_ld: tuple[str, ...]
    language: str | None  # html lang
    properties: tuple[Element, ...]  # elements with itemprop or property, outside the head
    replaced: int  # characters that no text may have, replaced by U+FFFD
    _scripts: list[LexborNode] = field(default_factory=list)

    @cached_property
    def scripts(self) -> list[str]:
        """The texts of scripts, but for JSON-LD."""
        return [text for node in self._scripts if (text := node.text())]

    @property
    def states(self) -> Iterator[str]:
        """The attributes that hold JSON for a script to draw the page with, but for short ones."""
        for element in self.elements:
            for value in element.attrs.values():
                if value and len(value) >= _MIN_STATE_CHARS and value.lstrip()[:1] in ("{", "["):
                    yield value

    @cached_property
    def by_tag(self) -> Mapping[str, Sequence[Element]]:
        """The elements of each name, in the order of the page; none for other names."""
        found: defaultdict[str, list[Element]] = defaultdict(list)
        for element in self.elements:
            found[element.tag].append(element)
        return found

    @cached_property
    def by_names(self) -> Mapping[str, Sequence[Element]]:
        """The elements of each class and id, in the order of the page."""
        found: defaultdict[str, list[Element]] = defaultdict(list)
        for element in self.elements:
            found[element.names].append(element)
        return found

    def tagged(self, tags: Iterable[str]) -> list[Element]:
        """Return the elements of these names, in the order of the page."""
        found = [element for tag in tags for element in self.by_tag[tag]]
        found.sort(key=attrgetter("index"))
        return found

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
