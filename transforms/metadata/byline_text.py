"""The names in one place that may be a byline: a marked element, or a line "By Jane Doe"."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice, pairwise

from newsbeam.transforms.dates.months import is_calendar
from newsbeam.transforms.dates.written import read_date
from newsbeam.transforms.metadata.byline_marks import is_profile, is_section
from newsbeam.transforms.metadata.name_lists import read_names
from newsbeam.transforms.metadata.names import (
    PARTICLES,
    is_agency,
    is_house,
    is_nobody,
    is_one_name,
    is_person,
)
from newsbeam.transforms.pages.outline import Block, Element, Outline
from newsbeam.transforms.text.byline_words import (
    HOUSES,
    LABEL_WITHIN,
    PAGE,
    ROLES,
    either,
    from_label,
    leads_to_helper,
    names_author,
    starts_with_label,
)

#: A byline is short: several names with their roles at most.
MAX_CHARS = 160
_MAX_ACCOUNT_WORDS = 4
#: A sentence has words in small letters; a byline has few.
SMALL_WORD = re.compile(r"(?<!\S)[^\W\d_A-Z]{2,}(?![^\s.,;:!?])")
_MAX_SMALL_WORDS = 2
_DAY = timedelta(days=1)
#: "om 10:15", "alle 9", "kl. 10": part of a date.
_AT = re.compile(r"\b[^\W\d_]{1,5}\.?\s(?=\d)")
#: "(서울=통신) 홍길동 기자 = ", "王小明／台北報導": as Korea and Taiwan sign, in a line
#: or where the text begins.
_SIGNED = re.compile(
    r"(?:[(\[（【][^)\]）】]{1,30}[)\]）】]\s*)?([\uac00-\ud7af]{2,4})\s*"
    rf"(?:{either(word for word in ROLES.exact if '가' <= word[0] <= '힣')})"
    r"(?=\s*=|\s*$|\s*[|·]|\s+\S+@)"
    r"|([㐀-鿿]{2,4})\s*[／/]\s?[㐀-鿿]{2,8}(?:報導|报道|報道)"
)
#: A label has so many characters at most.
_MAX_LABEL = 40


def names_in_line(outline: Outline, block: Block, days: Collection[date] = ()) -> list[str]:
    """Return the names in a line "By Jane Doe" or "4.2.2022 | 13:10 | Jane Doe".

    Beside a day that is none of ``days``, if they are known, stands something else: an event.
    """
    if name := _signed(block.text):
        return [name]
    if len(block.text) > MAX_CHARS:
        return []
    for start in _starts(block):
        if start and leads_to_helper(block.text[:start]):
            continue
        part, _, rest = (text := from_label(_parted(block, start))).partition(" | ")
        if announces(block, part):
            return names_behind_label(rest or text_behind(outline, block))
        if starts_with_label(part):
            # What stands beside it in the line may sign too, or say something else.
            for each in (text, part):
                if (names := read_names(each)) and all(map(is_author, names)):
                    return names
            return []
    text = _parted(block)
    if (
        not block.media
        and block.element.tag != "tr"  # a row of data
        and not any(map(is_of_sentence, SMALL_WORD.findall(_AT.sub("", text))))
        and (claim := read_date(text))
        and (not days or any(abs(claim.at.date() - day) <= _DAY for day in days))
    ):
        sections = _section_words(block)
        return [
            name for name in read_names(text) if is_person(name) and not sections >= {*name.split()}
        ]
    return []


def _signed(text: str) -> str | None:
    """Return the name of the reporter with whom a text in Korean or Chinese begins, if one does."""
    match = _SIGNED.match(text)
    name = (match[1] or match[2]) if match else ""
    return name if name and is_person(name) else None


def _section_words(block: Block) -> set[str]:
    """Return the words of links to sections and topics: "Living Well", beside a date."""
    return {
        word.strip(",")
        for mark in block.marks
        if is_section(mark.element)
        for word in block.text[mark.start : mark.end].split()
    }


def names_of(outline: Outline, element: Element) -> list[str]:
    """Return the names in a marked element: those of links to people, else of its text."""
    if leads_to_helper(text_before(outline, element)):
        return []
    links = [e for e in (element, *elements_in(outline, element)) if e.tag == "a"]
    texts = [outline.text_of(link) for link in links if link.get("rel") == "author"]
    texts = texts or [
        outline.text_of(link)
        for link in links
        if is_profile(outline, link) and not leads_to_helper(text_before(outline, link))
    ]
    names = [name for text in texts if len(text) <= MAX_CHARS for name in read_names(text)]
    if not names:
        texts = []
        text = _parted_text(outline, element)
        if not 2 <= len(text) <= 2 * MAX_CHARS:
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
        if is_author(name) and not is_nobody(name) and any(name in part for part in short)
    ]


def blocks_naming(blocks: Iterable[Block], names: Iterable[str]) -> tuple[int, ...]:
    """Return the indexes of the short ones among ``blocks`` that name these authors."""
    wanted = [name.casefold() for name in names]
    return tuple(
        block.index
        for block in blocks
        if len(block.text) <= MAX_CHARS
        and any(name in block.text.casefold() for name in wanted)
        and sum(map(is_of_sentence, SMALL_WORD.findall(block.text))) <= _MAX_SMALL_WORDS
    )


def stand_together(outline: Outline, names: Sequence[str]) -> bool:
    """Say whether each of ``names`` is in the same block as the one before or in the next one."""
    blocks = [blocks_naming(outline.blocks, [name]) for name in names]
    return all(
        any(0 <= second - first <= 1 for first in before for second in after)
        for before, after in pairwise(blocks)
    )


def is_author(name: str) -> bool:
    """Say whether a name with a mark or a label can be an author's."""
    if is_person(name) or is_one_name(name) or is_agency(name):
        return True
    words = name.split()
    if name.islower() and words[0] == "the" and words[-1] not in HOUSES:
        return False  # "by the way"
    return is_house(name) and (name[0].isupper() or len(words) <= _MAX_ACCOUNT_WORDS)


def announces(block: Block, text: str) -> bool:
    """Say whether the text of a block announces an author who follows; a term needs no colon."""
    return names_author(text, colon=block.element.tag != "dt")


def names_behind_label(text: str) -> list[str]:
    """Return the names in what follows a label."""
    if not 2 <= len(text) <= MAX_CHARS or text[0].islower():
        return []
    names = read_names(text)
    return names if all(map(is_author, names)) else []


def text_behind(outline: Outline, block: Block) -> str:
    """Return the text of the block behind a block if it is a line, else nothing."""
    behind = outline.blocks[block.index + 1 : block.index + 2]
    return _parted(behind[0]) if behind and len(behind[0].text) <= MAX_CHARS else ""


def elements_in(outline: Outline, box: Element) -> Iterator[Element]:
    """Yield the elements in ``box`` that hold text."""
    for element in islice(outline.elements, box.index + 1, None):
        if element.first >= box.last:
            return
        if element.first < element.last:
            yield element


def _parted(block: Block, start: int = 0, end: int | None = None) -> str:
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


def _parted_text(outline: Outline, element: Element) -> str:
    """Return the text of an element with ``|`` where another block or inline element begins."""
    blocks = outline.blocks[element.first : element.last]
    if element.tag != "dd":  # what else is told of a person
        blocks = [
            block
            for block in blocks
            if block.element.tag != "dd"
            or announces(before := outline.blocks[block.index - 1], before.text)
        ]
    if sum(len(block.text) for block in blocks) > 4 * MAX_CHARS:
        return ""
    if element.is_block:
        return " | ".join(map(_parted, blocks))
    spans = [(b, m) for b in blocks for m in b.marks if m.element is element]
    return " | ".join(_parted(block, mark.start, mark.end) for block, mark in spans)


def _starts(block: Block) -> list[int]:
    """Return where the block, its lines and what its inline elements part begin."""
    edges = {edge for mark in block.marks for edge in (mark.start, mark.end)}
    breaks = {at + 1 for at, letter in enumerate(block.text) if letter == "\n"}
    labels = {match.start() for match in LABEL_WITHIN.finditer(block.text)}
    return sorted({0, *edges, *breaks, *labels} - {len(block.text)})


def text_before(outline: Outline, element: Element) -> str:
    """Return the text that a reader sees right before an element."""
    if element.first >= len(outline.blocks):
        return ""
    block = outline.blocks[element.first]
    start = min((m.start for m in block.marks if m.element is element), default=0)
    before = block.text[:start].strip()
    if not before and element.first:
        before = outline.blocks[element.first - 1].text
    return before[-MAX_CHARS:]


def is_of_sentence(word: str) -> bool:
    """Say whether a small word stands in no line of names, dates and places."""
    known = word in PARTICLES or word in PAGE or word in ROLES
    return not known and not is_calendar(word)
