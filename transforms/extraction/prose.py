"""The long paragraphs of a page: what an extraction is measured by, and what it may have missed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from transforms.extraction.headline import Near
from transforms.extraction.markup import text_of

#: Shorter paragraphs may have been left out for good reason, as may those that are mostly links.
_MIN_CHARS = 80
_MAX_LINKED = 0.4
#: So much of a paragraph tells it from all others.
_KEY_CHARS = 40

#: An extraction with less than this share of so much prose is another part of the page.
_MIN_COVERED = 0.25
_MIN_PROSE_CHARS = 600
#: It is also shorter than this share of the prose: lists and tables are not counted as such.
_MAX_FOUND = 0.4
#: What is longer is an article, unless this share of what it lacks stands above and among it.
_MIN_WHOLE_CHARS = 1500
_MIN_MISSED = 0.25

#: What readers have written, and what is no part of an article.
_OTHERS = re.compile(
    r"comment|komment|coment|disqus|respon[ds]|discuss|replies|forum|leser-?(?:brief|meinung)"
    r"|reageer|reacties",
    re.IGNORECASE,
)
_MARGINS = frozenset({"aside", "footer", "form", "nav", "template", "dialog"})
_PARTS = ("p", "li", "h2", "h3", "h4", "h5", "blockquote", "pre", "dt", "dd")


@dataclass(frozen=True, slots=True)
class Prose:
    """A long paragraph in the page."""

    element: HtmlElement
    text: str
    taken: bool  # the extraction has it


def find_prose(tree: HtmlElement, paragraphs: Sequence[str]) -> list[Prose]:
    """Return the long paragraphs of ``tree``, and whether ``paragraphs`` have each."""
    whole = squash("\n".join(paragraphs))
    return [
        Prose(block, text, any(key in whole for key in keys_of(text)))
        for block in tree.iter("p")
        if len(text := text_of(block)) >= _MIN_CHARS and not _is_linked(block, text)
    ]


def whole_prose(
    paragraphs: Sequence[str], tree: HtmlElement, prose: Sequence[Prose], near: Sequence[Near]
) -> list[str]:
    """Return ``paragraphs``, or, if they are something else, the prose below the headline.

    That is all paragraphs, headings and items from its first long paragraph to its last, without
    comments and margins.
    """
    found = sum(map(len, paragraphs))
    if found >= _MAX_FOUND * sum(len(each.text) for each in prose) and found:
        return list(paragraphs)
    headline = next((each.element for each in near if not each.above), None)
    below = _below(tree, headline)
    own = [each for each in prose if each.element in below and not _is_other(each.element)]
    chars = sum(len(each.text) for each in own)
    taken = sum(len(each.text) for each in own if each.taken)
    if chars < _MIN_PROSE_CHARS or taken >= _MIN_COVERED * chars or found >= _MAX_FOUND * chars:
        return list(paragraphs)
    # Other articles may stand above and below this one, and comments may be called anything.
    if found >= _MIN_WHOLE_CHARS and _missed_before_end(own) < _MIN_MISSED * (chars - taken):
        return list(paragraphs)
    return [*_parts_between(tree, own[0].element, own[-1].element)]


def keys_of(text: str) -> tuple[str, str, str]:
    """Return the beginning, the middle and the end of a text: formulas and the like may differ."""
    text = squash(text)
    middle = (len(text) - _KEY_CHARS) // 2
    return text[:_KEY_CHARS], text[middle : middle + _KEY_CHARS], text[-_KEY_CHARS:]


def squash(text: str) -> str:
    """Return ``text`` without spaces, which extractors set as they like."""
    return "".join(text.split())


def _missed_before_end(prose: Sequence[Prose]) -> int:
    """Return how much was left out above and among the paragraphs that were taken."""
    last = max((n for n, each in enumerate(prose) if each.taken), default=0)
    return sum(len(each.text) for each in prose[:last] if not each.taken)


def _below(tree: HtmlElement, headline: HtmlElement | None) -> set[HtmlElement]:
    blocks = tree.iter("p", *(() if headline is None else (headline.tag,)))
    below: set[HtmlElement] = set()
    started = headline is None
    for block in blocks:
        started = started or block is headline
        if started:
            below.add(block)
    return below


def _is_other(element: HtmlElement) -> bool:
    """Say whether an element stands in a margin or among comments."""
    for ancestor in element.iterancestors():
        if ancestor.tag in ("article", "main", "body", "html"):
            return False
        if ancestor.tag in _MARGINS:
            return True
        if _OTHERS.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


def _parts_between(tree: HtmlElement, first: HtmlElement, last: HtmlElement) -> Iterator[str]:
    started = False
    done: set[HtmlElement] = set()
    for part in tree.iter(*_PARTS):
        started = started or part is first
        if not started or part.getparent() in done or _is_other(part):
            continue
        text = text_of(part)
        # What holds other parts is told by them.
        if text and part.find(".//p") is None and not _is_linked(part, text):
            yield text
            done.add(part)
        if part is last:
            return


def _is_linked(block: HtmlElement, text: str) -> bool:
    return sum(len(text_of(link)) for link in block.iter("a")) > _MAX_LINKED * len(text)
