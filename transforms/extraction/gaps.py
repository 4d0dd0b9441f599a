"""Paragraphs that the extractor left out of the middle of an article, put back in their places."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.prose import Prose, keys_of, squash

#: So many paragraphs of a kind must be there, and no fewer than are missing.
_MIN_KNOWN = 2

_MAX_LEADS = 3
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "“", "»", '"', "。")

_Look = tuple[str | None, ...]


def fill_gaps(
    paragraphs: Sequence[str], prose: Sequence[Prose], near: Sequence[Near] = ()
) -> list[str]:
    """Return ``paragraphs`` with those of the page that stand and look like them.

    What looks alike (the classes of the paragraph and of the two elements round it) is one text: if
    most of it was taken, all of it belongs to the article. So does what stands right between the
    headline and the first paragraph that was taken, if it is whole sentences.
    """
    looks = [_look(each.element) for each in prose]
    taken = Counter(look for look, each in zip(looks, prose, strict=True) if each.taken)
    missing = Counter(look for look, each in zip(looks, prose, strict=True) if not each.taken)
    alike = {look for look in missing if taken[look] >= max(_MIN_KNOWN, missing[look])}
    own = _leads(prose, near) | _of_main_text(prose, looks)
    if not alike and not own:
        return list(paragraphs)
    result = list(paragraphs)
    place = 0
    for look, each in zip(looks, prose, strict=True):
        if each.taken:
            keys = keys_of(each.text)
            found = (n for n, p in enumerate(result) if any(key in squash(p) for key in keys))
            place = max(place, next(found, place - 1) + 1)
        elif look in alike or each.element in own:
            result.insert(place, each.text)
            place += 1
    return result


def _of_main_text(prose: Sequence[Prose], looks: Sequence[_Look]) -> set[HtmlElement]:
    """Return the paragraphs that look like most of what was taken, and stand in the same place.

    Adverts cut a text into boxes that stand side by side; extractors may take but one of them.
    """
    chars: Counter[_Look] = Counter()
    for look, each in zip(looks, prose, strict=True):
        if each.taken:
            chars[look] += len(each.text)
    if not chars:
        return set()
    main, most = chars.most_common(1)[0]
    if 2 * most < chars.total():
        return set()
    alike = [each for look, each in zip(looks, prose, strict=True) if look == main]
    known = Counter(_place(each.element) for each in alike if each.taken)
    return {
        each.element
        for each in alike
        if not each.taken and known[_place(each.element)] >= _MIN_KNOWN
    }


def _place(block: HtmlElement) -> HtmlElement | None:
    """Return the element that holds the row of the box of a paragraph and the rows beside it."""
    return next(islice(block.iterancestors(), 2, None), None)


def _leads(prose: Sequence[Prose], near: Sequence[Near]) -> set[HtmlElement]:
    """Return the paragraphs between the headline and the first one that was taken."""
    first = next((n for n, each in enumerate(prose) if each.taken), None)
    if first is None:
        return set()
    below = {each.element for each in near if not each.above}
    if prose[first].element not in below:
        return set()
    return {
        each.element
        for each in prose[max(0, first - _MAX_LEADS) : first]
        if each.element in below
        and each.text.endswith(_SENTENCE_ENDS)
        and not is_elsewhere(each.element)
    }


def _look(block: HtmlElement) -> _Look:
    """Return how a block looks: its classes, and those of the two elements round it."""
    look: list[str | None] = [block.get("class")]
    for ancestor in block.iterancestors():
        look += [str(ancestor.tag), ancestor.get("class")]
        if len(look) == 5:
            break
    return tuple(look)
