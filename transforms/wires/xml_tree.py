"""XML of the trade as a tree, under the guards of feeds; names without namespace or prefix.

Senders declare namespaces, prefix them, forget them, or invent them, so that none is told by its
namespace here, and all by their local names.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.xml_parser import parse_mended, parse_whole
from newsbeam.transforms.sources.xml_text import (
    is_cut,
    limit_tags,
    make_safe,
    mend_text,
    read_safely,
    split_roots,
)

#: A message of ten megabytes with a tag for every twenty bytes.
_MAX_TAGS = 500_000

#: What we name an article by whose sender gave it no identifier.
OWN_URN = "urn:newsbeam:"

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Element(Protocol):
    """What is asked of an element: those of ElementTree and of lxml answer alike."""

    @property
    def tag(self) -> str:
        """Return its name, with its namespace where it has one."""

    @property
    def text(self) -> str | None:
        """Return the text before its first child."""

    @property
    def tail(self) -> str | None:
        """Return the text between its end and what follows."""

    def get(self, key: str, /) -> str | None:
        """Return an attribute."""

    def iter(self) -> Iterator["Element"]:
        """Return itself and all below, in document order."""

    def itertext(self) -> Iterator[Any]:
        """Return all pieces of text in it."""

    def __iter__(self) -> Iterator["Element"]: ...
    def __len__(self) -> int: ...


class _Names(dict[str, str]):
    """Tags, and the local names that they are in lower case: documents use the same few."""

    def __missing__(self, tag: str) -> str:
        if len(self) >= 4096:
            self.clear()
        name = self[tag] = tag.rpartition("}")[2].rpartition(":")[2].lower()
        return name


#: Asked in loops, where the call of a function would cost more than the answer.
NAMES = _Names()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as a tree."""

    root: Element
    is_whole: bool  # or it was cut in its middle
    #: All its elements where they are lxml's, which makes the object of one that nobody holds
    #: anew each time that it is asked for.
    held: tuple[Element, ...] = ()


def parse_documents(body: bytes, content_type: str | None = None) -> Iterator[Document]:
    """Yield the documents in ``body``, mended where they are not well-formed: mostly one.

    Raises ``InputError``: ``unsafe_xml``, ``too_large`` or ``bad_xml``.
    """
    text = read_safely(body, content_type)
    if text.count("<") <= _MAX_TAGS and (root := parse_whole(text)) is not None:
        yield Document(root=root, is_whole=True)
        return
    whole = mend_text(text)
    limit_tags(whole, _MAX_TAGS)
    parts = split_roots(whole)
    for part in parts:
        # Only the first has its document type out.
        yield _mend(whole if len(parts) == 1 else make_safe(part))


def _mend(document: bytes) -> Document:
    root = parse_mended(document, "bad_xml")
    if root is None:
        raise InputError("bad_xml", "It is no XML: it has no element.")
    return Document(root=root, is_whole=not is_cut(document), held=tuple(root.iter()))


def name_of(element: Element) -> str:
    """Return the local name of ``element`` in lower case."""
    return NAMES[element.tag]


class Parts:
    """Elements by their names, for a reader that asks for many; often the children of another."""

    def __init__(self, elements: Iterable[Element] | None) -> None:
        self._all = () if elements is None else tuple(elements)
        self._first = {NAMES[element.tag]: element for element in reversed(self._all)}

    def every(self, name: str, *others: str) -> Sequence[Element]:
        """Return the elements with one of these names, in their order."""
        if name not in self._first and not others:
            return ()
        names = (name, *others)
        return [element for element in self._all if NAMES[element.tag] in names]

    def first(self, name: str) -> Element | None:
        """Return the first element of this name."""
        return self._first.get(name)


def children(element: Element | None, *names: str) -> Sequence[Element]:
    """Return the children with one of these names (in lower case)."""
    if element is None:
        return ()
    return [part for part in element if NAMES[part.tag] in names]


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant on ``path``, a name for each level."""
    for name in path:
        if element is None:
            return None
        for part in element:
            if NAMES[part.tag] == name:
                element = part
                break
        else:
            return None
    return element


def descendants(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield ``element`` and all below it with one of these names, in document order."""
    if element is None:
        return iter(())
    return (each for each in element.iter() if NAMES[each.tag] in names)


def attribute(element: Element | None, *names: str) -> str | None:
    """Return the first of these attributes that says something."""
    if element is not None:
        for name in names:
            if (value := element.get(name)) and (value := tidy(value)):
                return value
    return None


def text_of(element: Element | None) -> str | None:
    """Return all text in ``element`` on one line, None if there is none."""
    if element is None:
        return None
    return tidy("".join(element.itertext()) if len(element) else element.text)


def texts_of(elements: Iterable[Element]) -> tuple[str, ...]:
    """Return what the elements say, each once, without the silent ones."""
    return once(map(text_of, elements))


def once(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the texts that are there, each once, in order."""
    return tuple(dict.fromkeys(filter(None, texts)))


def tidy(text: str | None) -> str | None:
    """Return ``text`` in NFC with single blanks, None if nothing is left."""
    if not text:
        return None
    text = " ".join(text.split())
    return (text if text.isascii() else unicodedata.normalize("NFC", text)) or None


def number_in(text: str | None) -> int | None:
    """Return an urgency: a number of one digit."""
    return int(text) if text and len(text) == 1 and text in "0123456789" else None
