"""The byline that readers see: near the headline, or marked as such elsewhere on the page."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import chain, islice

from newsbeam.transforms.metadata.byline_marks import (
    is_about_others,
    is_marked,
    is_of_article,
    is_on_card,
    is_profile,
)
from newsbeam.transforms.metadata.byline_text import MAX_CHARS, names_in_line, names_of
from newsbeam.transforms.metadata.headline import Near
from newsbeam.transforms.metadata.name_lists import read_names
from newsbeam.transforms.metadata.names import is_person
from newsbeam.transforms.metadata.signatures import (
    find_beside_date,
    find_labelled,
    find_last_line,
    find_portrait,
)
from newsbeam.transforms.pages.outline import Block, Element, Outline
from newsbeam.transforms.text.byline_words import from_label, read_words, starts_with_label

#: Authors that stand one after another are this near to each other, in characters of text.
_MAX_GAP = 250
#: What is this close to the headline goes before what is marked better further away.
_CLOSE, _FAR = range(600), range(600, 100_000)
#: So near to the headline stands who signs.
_MAX_SIGNED = 150
_MAX_MARKED = 60
_MAX_ELEMENTS = 400
_MAX_BLOCKS = 5
_MIN_CARDS = 3
_AND = read_words("and")


def find_byline(
    outline: Outline,
    near: Sequence[Near],
    *,
    days: Collection[date] = (),
    near_alone: bool = False,
) -> list[str]:
    """Return the names of the authors that a reader sees; empty if there are none.

    What is marked as an author near the headline, else a link to a person there, else a line
    "By …" there, else the first mark anywhere but in comments, teasers and margins, else a line
    "Author: …", else the only person whom the page links to, else the one portrait of an author.
    ``days`` are those on which the article came out or was changed.
    """
    places = _near_places(outline, near, days)
    if not near_alone:
        places = chain(places, _far_places(outline, near))
    return next((names for names in places if names), [])


def find_signed(outline: Outline, near: Sequence[Near]) -> list[str]:
    """Return the people of the first line "By …" right below the headline."""
    for each in near:
        text = from_label(each.block.text)
        if each.above or each.distance > _MAX_SIGNED or len(text) > MAX_CHARS:
            continue
        element = each.block.element
        if starts_with_label(text) and not is_about_others(outline, element, each.headline):
            names = names_in_line(outline, each.block)
            return names if all(map(is_person, names)) else []
    return []


def find_list(outline: Outline, near: Sequence[Near], names: Collection[str]) -> list[str]:
    """Return the names in the first line below the headline that lists all of ``names``, and more.

    Nothing but names stands in it, commas and an "and": beside a comma alone may stand a house.
    """
    for each in near:
        text = each.block.text
        if each.above or len(text) > MAX_CHARS or not all(name in text for name in names):
            continue
        found = read_names(text)
        for name in found:
            text = text.replace(name, " ")
        rest = text.replace(",", " ").casefold().split()
        is_own = not is_about_others(outline, each.block.element, each.headline)
        if len(found) > len(names) and rest and _AND.issuperset(rest) and is_own:
            return found
    return []


def _near_places(
    outline: Outline, near: Sequence[Near], days: Collection[date]
) -> Iterator[list[str]]:
    """Yield the names in each place near the headline that may name the authors, best first."""
    # What stands below the headline comes first: above it, the site may call itself an author.
    below = sorted(near, key=_is_above)
    headline = near[0].headline if near else -1

    def is_own(element: Element) -> bool:
        is_others = zone is _FAR and is_on_card(outline, element, headline)
        return not (is_others or is_about_others(outline, element, headline))

    for zone in (_CLOSE, _FAR):
        here = [each for each in below if each.distance in zone]
        begin = ((each.distance, e) for each in here for e in _beginning_in(each.block))
        elements = [*islice(begin, _MAX_ELEMENTS)]
        marked = [(at, e) for at, e in elements if is_marked(e)]
        linked = [(at, e) for at, e in elements if is_profile(outline, e)]
        for found in (marked, linked):
            yield _first_block(outline, [each for each in found if is_own(each[1])])
        for each in here:
            names = names_in_line(outline, each.block, days)
            yield names if names and is_own(each.block.element) else []


def _far_places(outline: Outline, near: Sequence[Near]) -> Iterator[list[str]]:
    marked = [e for e in _marked_elements(outline) if is_of_article(outline, e)]
    cards = [e for e in marked if is_on_card(outline, e)]
    yield _first_block(outline, [(0, e) for e in marked if e not in cards])
    yield find_labelled(outline)
    yield find_beside_date([each.block for each in near if not each.above])
    yield find_portrait(outline)
    yield find_last_line(outline)
    signed = [names for e in cards if (names := names_of(outline, e))]
    # Who signs all other articles that are shown has written this one too.
    yield signed[0] if len(signed) >= _MIN_CARDS and signed.count(signed[0]) == len(signed) else []


def _beginning_in(block: Block) -> list[Element]:
    """Return the elements whose text begins in a block, in the order of the page."""
    found = [mark.element for mark in block.marks if mark.element.first == block.index]
    for element in block.element.chain():
        if element.first != block.index or element.tag in ("body", "html"):
            break
        found.append(element)
    return sorted(found, key=_index)


def _index(element: Element) -> int:
    return element.index


def _is_above(each: Near) -> bool:
    return each.above


def _first_block(outline: Outline, marked: Sequence[tuple[int, Element]]) -> list[str]:
    """Return the names of the first marked element and of those like it right behind."""
    names: list[str] = []
    first: Element | None = None
    blocks = last_distance = 0
    for distance, element in marked:
        if first is not None and (
            _look(element) != _look(first) or distance - last_distance > _MAX_GAP
        ):
            continue
        # What signs above the headline is of the article before.
        if first is not None and (_is_within(element, first) or element.index < first.index):
            continue
        found = names_of(outline, element)
        if any(map(is_person, names)):
            found = [name for name in found if is_person(name)]
        if found:
            names += found
            blocks += 1
            first, last_distance = element, distance
    # Many alike are the bylines of many articles.
    return list(dict.fromkeys(names)) if blocks <= _MAX_BLOCKS else []


def _marked_elements(outline: Outline) -> list[Element]:
    found = (
        element
        for element in outline.elements
        if element.attrs and element.first < element.last and is_marked(element)
    )
    return [*islice(found, _MAX_MARKED)]


def _is_within(element: Element, other: Element) -> bool:
    return any(ancestor is other for ancestor in element.chain())


def _look(element: Element) -> tuple[str, ...]:
    return element.tag, element.get("class"), element.get("rel"), element.get("itemprop")
