"""The article of a page that scripts would fill, out of the data that they would fill it with."""

import json
import re
from collections.abc import Iterable, Iterator

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.pages.outline import Block
from newsbeam.transforms.pages.walk import read_outline

_STRING = re.compile(r'"((?:[^"\\]|\\.){200,})"', re.DOTALL)
_MARKUP = re.compile(r"<p[\s>]|\\u003[cC]p[\s>\\]|&lt;p[\s&]")
#: JSON within a string within JSON is as deep as it gets.
_MAX_DEPTH = 3
_MIN_CHARS = 500
_MAX_SCRIPT_CHARS = 5_000_000
_TEXT = ("p", "h2", "h3", "h4", "li", "blockquote", "pre", "td", "th", "tr", "dd", "dt")


def embedded_paragraphs(scripts: Iterable[str]) -> list[str]:
    """Return the paragraphs of the longest text in HTML that ``scripts`` hold, if any.

    Where it is less than half of what its script holds, it is but a part, or there are several.
    """
    best: list[str] = []
    for text in scripts:
        if len(text) <= _MAX_SCRIPT_CHARS and _MARKUP.search(text):
            found = {tuple(_paragraphs(markup)) for markup in _markup_in(text, 0)}
            longest = max(found, key=_count_chars, default=())
            if 2 * _count_chars(longest) > sum(map(_count_chars, found)):
                best = max(best, [*longest], key=_count_chars)
    return best if _count_chars(best) >= _MIN_CHARS else []


def _count_chars(paragraphs: Iterable[str]) -> int:
    return sum(map(len, paragraphs))


def _markup_in(text: str, depth: int) -> Iterator[str]:
    """Yield the string literals in ``text`` that are HTML, decoded, however deep they lie."""
    for match in _STRING.finditer(text):
        if not _MARKUP.search(match[1]):
            continue
        try:
            value = str(json.loads(f'"{match[1]}"', strict=False))
        except ValueError:
            continue
        if value.lstrip()[:1] in "{[" or '":"' in value:
            if depth < _MAX_DEPTH:
                yield from _markup_in(value, depth + 1)
        elif "<p" in value or "&lt;p" in value:
            yield value


def _paragraphs(markup: str) -> list[str]:
    try:
        outline = read_outline(markup)
    except InputError:
        return []
    return [" ".join(block.text.split()) for block in outline.blocks if _is_text(block)]


def _is_text(block: Block) -> bool:
    element = block.element
    return (
        not block.hidden
        and element.within(*_TEXT) is not None
        and element.within("figure", "figcaption") is None
    )
