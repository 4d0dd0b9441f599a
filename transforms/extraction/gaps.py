"""Paragraphs that the extractor left out of the middle of an article, put back in their places."""

from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.markup import text_of

#: Shorter paragraphs may have been left out for good reason, as may those that are mostly links.
_MIN_CHARS = 80
_MAX_LINKED = 0.4
#: So much of a paragraph tells it from all others.
_KEY_CHARS = 40
#: So many paragraphs of a kind must be there, and no fewer than are missing.
_MIN_KNOWN = 2

_MAX_LEADS = 3
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "“", "»", '"', "。")

_Look = tuple[str | None, ...]


def fill_gaps(paragraphs: Sequence[str], tree: HtmlElement, near: Sequence[Near] = ()) -> list[str]:
    """Return ``paragraphs`` with those of the page that stand and look like them.

    What looks alike (the classes of the paragraph and of the two elements round it) is one text: if
    most of it was taken, all of it belongs to the article. So does what stands right between the
    headline and the first paragraph that was taken, if it is whole sentences.
    """
    whole = _squash("\n".join(paragraphs))
    blocks = [
        (_look(block), text, block)
        for block in tree.iter("p")
        if len(text := text_of(block)) >= _MIN_CHARS and not _is_linked(block, text)
    ]
    known = [any(key in whole for key in _keys(text)) for _, text, _ in blocks]
    taken = Counter(look for (look, _, _), there in zip(blocks, known, strict=True) if there)
    missing = Counter(look for (look, _, _), there in zip(blocks, known, strict=True) if not there)
    alike = {look for look in missing if taken[look] >= max(_MIN_KNOWN, missing[look])}
    leads = _leads(blocks, known, near)
    if not alike and not leads:
        return list(paragraphs)
    result = list(paragraphs)
    place = 0
    for (look, text, block), there in zip(blocks, known, strict=True):
        if there:
            keys = _keys(text)
            found = (n for n, p in enumerate(result) if any(key in _squash(p) for key in keys))
            place = max(place, next(found, place - 1) + 1)
        elif look in alike or block in leads:
            result.insert(place, text)
            place += 1
    return result


def _leads(
    blocks: Sequence[tuple[_Look, str, HtmlElement]], known: Sequence[bool], near: Sequence[Near]
) -> set[HtmlElement]:
    """Return the paragraphs between the headline and the first one that was taken."""
    if True not in known:
        return set()
    first = known.index(True)
    below = {each.element for each in near if not each.above}
    if blocks[first][2] not in below:
        return set()
    return {
        block
        for _, text, block in blocks[max(0, first - _MAX_LEADS) : first]
        if block in below and text.endswith(_SENTENCE_ENDS) and not is_elsewhere(block)
    }


def _keys(text: str) -> tuple[str, str, str]:
    """Return the beginning, the middle and the end of a text: formulas and the like may differ."""
    text = _squash(text)
    middle = (len(text) - _KEY_CHARS) // 2
    return text[:_KEY_CHARS], text[middle : middle + _KEY_CHARS], text[-_KEY_CHARS:]


def _squash(text: str) -> str:
    return "".join(text.split())


def _look(block: HtmlElement) -> _Look:
    """Return how a block looks: its classes, and those of the two elements round it."""
    look: list[str | None] = [block.get("class")]
    for ancestor in block.iterancestors():
        look += [str(ancestor.tag), ancestor.get("class")]
        if len(look) == 5:
            break
    return tuple(look)


def _is_linked(block: HtmlElement, text: str) -> bool:
    return sum(len(text_of(link)) for link in block.iter("a")) > _MAX_LINKED * len(text)
