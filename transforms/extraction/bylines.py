"""The byline that readers see: near the headline, or marked as such elsewhere on the page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

from transforms.extraction.byline_marks import (
    is_about_others,
    is_marked,
    is_of_article,
    is_profile,
)
from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.names import (
    PARTICLES,
    is_agency,
    is_house,
    is_nobody,
    is_one_name,
    is_person,
    read_names,
)
from transforms.extraction.outline import HEADINGS, Block, Element, Outline
from transforms.extraction.written_dates import is_calendar, read_date
from transforms.text.byline_words import (
    HOUSES,
    PAGE,
    ROLES,
    from_label,
    names_author,
    names_helper,
    starts_with_label,
)

#: A byline is short: several names with their roles at most.
_MAX_CHARS = 160
#: Authors that stand one after another are this near to each other, in characters of text.
_MAX_GAP = 250
#: What is this close to the headline goes before what is marked better further away.
_CLOSE, _FAR = range(600), range(600, 100_000)
_MAX_MARKED = 60
_MAX_ELEMENTS = 400
_MAX_BLOCKS = 5
_MAX_ACCOUNT_WORDS = 4
#: So many lines stand between headline and text, and so long is one with a date.
_MAX_LINES = 8
_MAX_DATE_CHARS = 60
#: So near to the headline stands who signs.
_MAX_SIGNED = 150
#: What is so long is a paragraph of the text.
_MIN_PARAGRAPH_CHARS = 100

_PORTRAIT = re.compile(
    r"(?:author|autor|auteur)[\w-]*(?:bio|box|info|card|profile|about)", re.IGNORECASE
)
_APART = frozenset({"strong", "b", "em", "i"})
_SIGNED = re.compile(r"(?:^|[\s_-])(?:right|sign(?:ed|ature)?|signatur)(?:$|[\s_-])", re.IGNORECASE)
_MAX_SIGNATURE_CHARS = 60
_BOLD = frozenset({"h2", "h3", "h4", "h5", "h6", "strong", "b", "a"})
#: A sentence has words in small letters; a byline has few.
_SMALL_WORD = re.compile(r"(?<!\S)[^\W\d_A-Z]{2,}(?![^\s.,;:!?])")
_MAX_SMALL_WORDS = 2
#: A label has so many characters at most.
_MAX_LABEL = 40


def find_byline(outline: Outline, near: Sequence[Near], *, near_alone: bool = False) -> list[str]:
    """Return the names of the authors that a reader sees; empty if there are none.

    What is marked as an author near the headline, else a link to a person there, else a line
    "By …" there, else the first mark anywhere but in comments, teasers and margins, else a line
    "Author: …", else the only person whom the page links to, else the one portrait of an author.
    """
    places = _near_places(outline, near)
    if not near_alone:
        places = chain(places, _far_places(outline, near))
    return next((names for names in places if names), [])


def find_signed(outline: Outline, near: Sequence[Near]) -> list[str]:
    """Return the people of the first line "By …" right below the headline."""
    for each in near:
        text = from_label(each.block.text)
        if each.above or each.distance > _MAX_SIGNED or len(text) > _MAX_CHARS:
            continue
        if starts_with_label(text) and not is_about_others(outline, each.block.element):
            names = _names_in_lines(outline, each.block)
            return names if all(map(is_person, names)) else []
    return []


def blocks_naming(blocks: Iterable[Block], names: Iterable[str]) -> tuple[int, ...]:
    """Return the indexes of the short ones among ``blocks`` that name these authors."""
    wanted = [name.casefold() for name in names]
    return tuple(
        block.index
        for block in blocks
        if len(block.text) <= _MAX_CHARS
        and any(name in block.text.casefold() for name in wanted)
        and sum(map(_is_of_sentence, _SMALL_WORD.findall(block.text))) <= _MAX_SMALL_WORDS
    )


def stand_together(outline: Outline, names: Sequence[str]) -> bool:
    """Say whether each of ``names`` is in the same block as the one before or in the next one."""
    blocks = [blocks_naming(outline.blocks, [name]) for name in names]
    return all(
        any(0 <= second - first <= 1 for first in before for second in after)
        for before, after in pairwise(blocks)
    )


def _near_places(outline: Outline, near: Sequence[Near]) -> Iterator[list[str]]:
    """Yield the names in each place near the headline that may name the authors, best first."""
    # What stands below the headline comes first: above it, the site may call itself an author.
    below = sorted(near, key=_is_above)
    for zone in (_CLOSE, _FAR):
        here = [each for each in below if each.distance in zone]
        begin = ((each.distance, e) for each in here for e in _beginning_in(each.block))
        elements = [*islice(begin, _MAX_ELEMENTS)]
        marked = [(at, e) for at, e in elements if is_marked(e)]
        linked = [(at, e) for at, e in elements if is_profile(outline, e)]
        for found in (marked, linked):
            yield _first_block(
                outline, [each for each in found if not is_about_others(outline, each[1])]
            )
        for each in here:
            names = _names_in_lines(outline, each.block)
            yield names if names and not is_about_others(outline, each.block.element) else []


def _alone(below: Sequence[Block]) -> list[str]:
    """Return the name that is a block of its own between headline and text, beside a date."""
    blocks = below[:_MAX_LINES]
    for number, block in enumerate(blocks):
        if len(block.text) > _MAX_CHARS and number:
            return []
        if not is_person(block.text) or block.media or block.element.tag in HEADINGS:
            continue
        # Where names have no capitals, a few words alone are any words.
        if " " in block.text and not any(map(str.isupper, block.text)):
            continue
        beside = [*blocks[max(0, number - 1) : number], *blocks[number + 1 : number + 2]]
        if any(len(each.text) <= _MAX_DATE_CHARS and read_date(each.text, None) for each in beside):
            return read_names(block.text)
    return []


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


def _far_places(outline: Outline, near: Sequence[Near]) -> Iterator[list[str]]:
    marked = [(0, e) for e in _marked_elements(outline) if is_of_article(outline, e)]
    yield _first_block(outline, marked)
    yield _signature(outline)
    yield _alone([each.block for each in near if not each.above])
    yield _portrayed(outline)
    yield _signed(outline)


def _is_above(each: Near) -> bool:
    return each.above


def _names_in_lines(outline: Outline, block: Block) -> list[str]:
    """Return the names in a line "By Jane Doe" or "4.2.2022 | 13:10 | Jane Doe"."""
    if len(block.text) > _MAX_CHARS:
        return []
    for start in _starts(block):
        part, _, rest = (text := from_label(parted(block, start))).partition(" | ")
        if names_author(part):
            return _labelled(rest or _text_behind(outline, block))
        if starts_with_label(part):
            # What stands beside it in the line may sign too, or say something else.
            for each in (text, part):
                if (names := read_names(each)) and all(map(_is_author, names)):
                    return names
            return []
    text = parted(block)
    if (
        not block.media
        and not any(map(_is_of_sentence, _SMALL_WORD.findall(text)))
        and read_date(text, None)
    ):
        return [name for name in read_names(text) if is_person(name)]
    return []


def _starts(block: Block) -> list[int]:
    """Return where the block, its lines and what its inline elements part begin."""
    edges = {edge for mark in block.marks for edge in (mark.start, mark.end)}
    breaks = {at + 1 for at, letter in enumerate(block.text) if letter == "\n"}
    return sorted({0, *edges, *breaks} - {len(block.text)})


def _is_of_sentence(word: str) -> bool:
    """Say whether a small word stands in no line of names, dates and places."""
    known = word in PARTICLES or word in PAGE or word in ROLES
    return not known and not is_calendar(word)


def _text_behind(outline: Outline, block: Block) -> str:
    behind = outline.blocks[block.index + 1 : block.index + 2]
    return parted(behind[0]) if behind and len(behind[0].text) <= _MAX_CHARS else ""


def _labelled(text: str) -> list[str]:
    """Return the names in what follows a label."""
    if not 2 <= len(text) <= _MAX_CHARS or text[0].islower():
        return []
    names = read_names(text)
    return names if all(map(_is_author, names)) else []


def _is_author(name: str) -> bool:
    """Say whether a name with a mark or a label can be an author's."""
    if is_person(name) or is_one_name(name) or is_agency(name):
        return True
    words = name.split()
    if name.islower() and words[0] == "the" and words[-1] not in HOUSES:
        return False  # "by the way"
    return is_house(name) and (name[0].isupper() or len(words) <= _MAX_ACCOUNT_WORDS)


def _signature(outline: Outline) -> list[str]:
    """Return the names in a line "Author: Jane Doe" anywhere, else the one person linked to."""
    labelled = 0
    for block in outline.blocks:
        # "All posts by Jane Doe" leads to others.
        is_link = block.link_chars >= len(block.text)
        if block.hidden or is_link or not 1 < len(block.text) <= _MAX_CHARS:
            continue
        text = block.text.strip("()")
        if not starts_with_label(text):
            continue
        if (labelled := labelled + 1) > _MAX_MARKED:
            break
        if names_author(text):
            follows = text.endswith((":", "："))
            names = _labelled(_text_behind(outline, block)) if follows else []
        else:
            names = read_names(text)
        dated = bool(names) and bool(read_date(text, None))
        if (
            names
            and all(map(_is_author if dated else is_person, names))
            and is_of_article(outline, block.element)
        ):
            return names
    people: dict[str, None] = {}
    profiles = (each for each in outline.elements if is_profile(outline, each))
    for element in islice(profiles, _MAX_MARKED):
        if is_of_article(outline, element):
            people.update(dict.fromkeys(read_names(outline.text_of(element))))
    return list(people) if len(people) == 1 else []


def _portrayed(outline: Outline) -> list[str]:
    """Return the name on the one portrait of an author, as stands below an article."""
    names: dict[str, None] = {}
    boxes = (each for each in outline.elements if _PORTRAIT.search(each.get("class")))
    for box in islice(boxes, _MAX_MARKED):
        if is_about_others(outline, box):
            continue
        for element in _below(outline, box):
            if element.tag not in _BOLD:
                continue
            text = outline.text_of(element)
            if found := [name for name in read_names(text) if is_person(name)]:
                names.update(dict.fromkeys(found))
                break
    return list(names) if len(names) == 1 else []


def _below(outline: Outline, box: Element) -> Iterator[Element]:
    """Yield the elements in ``box`` that hold text."""
    for element in islice(outline.elements, box.index + 1, None):
        if element.first >= box.last:
            return
        if element.first < element.last:
            yield element


def _signed(outline: Outline) -> list[str]:
    """Return the name that ends the text: a paragraph of its own, set apart as a whole."""
    blocks = outline.blocks
    for before, block in pairwise(blocks):
        if (
            len(block.text) <= _MAX_SIGNATURE_CHARS
            and len(before.text) >= _MIN_PARAGRAPH_CHARS
            and block.element.parent is before.element.parent
            and _is_set_apart(block)
            and is_person(name := block.text.strip("()–— "))
            and not _goes_on(blocks[block.index + 1 : block.index + 3], block)
            and not is_elsewhere(block.element)
        ):
            return [name]
    return []


def _is_set_apart(block: Block) -> bool:
    return (
        block.text.startswith(("(", "–", "—"))
        or "right" in block.element.get("style")
        or bool(_SIGNED.search(f"{block.element.get('class')} {block.element.get('align')}"))
        or any(
            mark.element.tag in _APART and mark.end - mark.start == len(block.text)
            for mark in block.marks
        )
    )


def _goes_on(following: Sequence[Block], block: Block) -> bool:
    return any(
        each.element.parent is block.element.parent and len(each.text) >= _MIN_PARAGRAPH_CHARS
        for each in following
    )


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
        if first is not None and _is_within(element, first):
            continue
        found = _names_of(outline, element)
        if any(map(is_person, names)):
            found = [name for name in found if is_person(name)]
        if found:
            names += found
            blocks += 1
            first, last_distance = element, distance
    # Many alike are the bylines of many articles.
    return list(dict.fromkeys(names)) if blocks <= _MAX_BLOCKS else []


def _names_of(outline: Outline, element: Element) -> list[str]:
    """Return the names in a marked element: those of links to people, else of its text."""
    if names_helper(_text_before(outline, element)):
        return []
    links = [e for e in (element, *_below(outline, element)) if e.tag == "a"]
    texts = [outline.text_of(link) for link in links if link.get("rel") == "author"]
    texts = texts or [
        outline.text_of(link)
        for link in links
        if is_profile(outline, link) and not names_helper(_text_before(outline, link))
    ]
    names = [name for text in texts if len(text) <= _MAX_CHARS for name in read_names(text)]
    if not names:
        texts = []
        text = _parted_text(outline, element)
        if not 2 <= len(text) <= 2 * _MAX_CHARS:
            return []
        names = read_names(text)
        texts = text.split(" | ")
    if any(map(is_person, names)):
        return names
    # One word out of a sentence is no name.
    short = [part for part in texts if len(part.split()) <= _MAX_ACCOUNT_WORDS]
    return [
        name
        for name in names[:1]
        if _is_author(name) and not is_nobody(name) and any(name in part for part in short)
    ]


def _text_before(outline: Outline, element: Element) -> str:
    """Return the text that a reader sees right before an element."""
    if element.first >= len(outline.blocks):
        return ""
    block = outline.blocks[element.first]
    start = min((m.start for m in block.marks if m.element is element), default=0)
    before = block.text[:start].strip()
    if not before and element.first:
        before = outline.blocks[element.first - 1].text
    return before[-_MAX_CHARS:]


def _parted_text(outline: Outline, element: Element) -> str:
    """Return the text of an element with ``|`` where another block or inline element begins."""
    blocks = outline.blocks[element.first : element.last]
    if sum(len(block.text) for block in blocks) > 4 * _MAX_CHARS:
        return ""
    if element.is_block:
        return " | ".join(map(parted, blocks))
    spans = [(b, m) for b in blocks for m in b.marks if m.element is element]
    return " | ".join(parted(block, mark.start, mark.end) for block, mark in spans)


def parted(block: Block, start: int = 0, end: int | None = None) -> str:
    """Return the text of a block with ``|`` for what a style sheet parts.

    A line, an inline element right behind another or behind a label, and one that begins inside of
    a word.
    """
    text = block.text if end is None else block.text[:end]
    ends = {mark.end for mark in block.marks}
    cuts = {0}
    for mark in block.marks:
        at = mark.start
        if start < at < len(text) and (
            len(text[:at].rstrip()) in ends
            or (text[at - 1].isalnum() and text[at].isalnum())
            or (at - start <= _MAX_LABEL and names_author(text[start:at], colon=False))
        ):
            cuts.add(at)
        if (
            start < mark.end < len(text)
            and text[mark.end - 1].isalnum()
            and text[mark.end].isalnum()
        ):
            cuts.add(mark.end)
    edges = [start, *sorted(cuts - {0}), len(text)]
    parts = [
        part
        for first, last in pairwise(edges)
        for line in text[first:last].split("\n")
        if (part := line.strip())
    ]
    return " | ".join(parts)


def _marked_elements(outline: Outline) -> list[Element]:
    found = (
        element
        for element in outline.elements
        if element.first < element.last and is_marked(element)
    )
    return [*islice(found, _MAX_MARKED)]


def _is_within(element: Element, other: Element) -> bool:
    return any(ancestor is other for ancestor in element.chain())


def _look(element: Element) -> tuple[str, ...]:
    return element.tag, element.get("class"), element.get("rel"), element.get("itemprop")
