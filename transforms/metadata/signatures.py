"""Who signs an article far from its headline: "Author: Jane Doe", a portrait, the last line."""

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from operator import attrgetter

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.dates.written import read_date
from newsbeam.transforms.metadata.byline_marks import (
    is_about_others,
    is_of_article,
    is_on_card,
    is_profile,
)
from newsbeam.transforms.metadata.byline_text import (
    MAX_CHARS,
    announces,
    elements_in,
    is_author,
    names_behind_label,
    text_before,
    text_behind,
)
from newsbeam.transforms.metadata.headline import is_elsewhere
from newsbeam.transforms.metadata.name_lists import read_names
from newsbeam.transforms.metadata.names import is_person, is_role
from newsbeam.transforms.pages.outline import HEADINGS, Block, Element, Outline
from newsbeam.transforms.text.byline_words import leads_to_helper, names_author, starts_with_label

_MAX_MARKED = 60
#: So many lines stand between headline and text, and so long is one with a date.
_MAX_LINES = 8
_MAX_DATE_CHARS = 60
#: "am", between a name and a day.
_MAX_JOINT_CHARS = 3
#: What is so long is a paragraph of the text.
_MIN_PARAGRAPH_CHARS = 100
#: What a text ends with may be shorter, if it is a sentence.
_MIN_SENTENCE_CHARS, _STOPS = 40, (".", "!", "?", "…", "。", "।", "؟")
_PORTRAIT = re.compile(
    r"(?:author|autor|auteur)[\w-]*(?:bio|box|info|card|profile|about)", re.IGNORECASE
)
_APART = frozenset({"strong", "b", "em", "i"})
_SIGNED = re.compile(
    r"(?:^|[\s_-])(?:right|end|sign(?:ed|ature)?|signatur)(?:$|[\s_-])", re.IGNORECASE
)
_MAX_SIGNATURE_CHARS = 60
_BOLD = frozenset({"h2", "h3", "h4", "h5", "h6", "strong", "b", "a"})


def find_labelled(outline: Outline) -> list[str]:
    """Return the names in a line "Author: Jane Doe" anywhere, else the one person linked to.

    Whom the title names is linked to because the article is about them.
    """
    labelled = 0
    for block in outline.blocks:
        # "All posts by Jane Doe" leads to others.
        is_link = block.link_chars >= len(block.text)
        if block.hidden or is_link or not 1 < len(block.text) <= MAX_CHARS:
            continue
        text = block.text.strip("()")
        is_term = block.element.tag == "dt" and announces(block, text)
        if not (is_term or starts_with_label(text)):
            continue
        if (labelled := labelled + 1) > _MAX_MARKED:
            break
        if is_term or names_author(text):
            follows = is_term or text.endswith((":", "："))
            names = names_behind_label(text_behind(outline, block)) if follows else []
        else:
            names = read_names(text)
        dated = bool(names) and bool(read_date(text))
        if (
            names
            and all(map(is_author if dated else is_person, names))
            and is_of_article(outline, block.element)
            and not is_on_card(outline, block.element)
        ):
            return names
    people: dict[str, None] = {}
    profiles = (each for each in outline.by_tag["a"] if is_profile(outline, each))
    for element in islice(profiles, _MAX_MARKED):
        is_own = is_of_article(outline, element) and not is_on_card(outline, element)
        if is_own and not leads_to_helper(text_before(outline, element)):
            people.update(dict.fromkeys(read_names(outline.text_of(element))))
    title = normalize_text(outline.title or "")
    return [name for name in people if len(people) == 1 and normalize_text(name) not in title]


def find_beside_date(below: Sequence[Block]) -> list[str]:
    """Return the name that is a block of its own between headline and text, beside a date."""
    blocks = below[:_MAX_LINES]
    for number, block in enumerate(blocks):
        if len(block.text) > MAX_CHARS and number:
            return []
        if not is_person(block.text) or block.media or block.element.tag in HEADINGS:
            continue
        # Where names have no capitals, a few words alone are any words.
        if " " in block.text and not any(map(str.isupper, block.text)):
            continue
        behind = blocks[number + 1 : number + 3]
        if behind and not (is_role(behind[0].text) or len(behind[0].text) <= _MAX_JOINT_CHARS):
            behind = behind[:1]
        beside = [*blocks[max(0, number - 1) : number], *behind]
        if any(len(each.text) <= _MAX_DATE_CHARS and read_date(each.text) for each in beside):
            return read_names(block.text)
    return []


def find_portrait(outline: Outline) -> list[str]:
    """Return the name on the one portrait of an author, as stands below an article.

    It is set in bold, else it is what the portrait begins with.
    """
    boxes = [
        each
        for names, elements in outline.by_names.items()
        if _PORTRAIT.search(names)
        for each in elements
        if _PORTRAIT.search(each.get("class"))
    ]
    boxes = sorted(boxes, key=attrgetter("index"))[:_MAX_MARKED]
    boxes = [box for box in boxes if not is_about_others(outline, box)]
    names = {name for box in boxes for name in _bold_names(outline, box)}
    names = names or {
        name
        for box in boxes
        for block in outline.blocks[box.first : box.last][:1]
        for name in _people(block.text)
    }
    return list(names) if len(names) == 1 else []


def _bold_names(outline: Outline, box: Element) -> list[str]:
    """Return the people in the first bold line of ``box`` that names any."""
    bold = (outline.text_of(e) for e in elements_in(outline, box) if e.tag in _BOLD)
    return next((people for text in bold if (people := _people(text))), [])


def _people(text: str) -> list[str]:
    return [name for name in read_names(text) if is_person(name)]


def find_last_line(outline: Outline) -> list[str]:
    """Return the names that end the text, a line each: a paragraph set apart as a whole."""
    blocks = outline.blocks
    for before, block in pairwise(blocks):
        if (
            len(block.text) <= _MAX_SIGNATURE_CHARS
            and not block.hidden
            and (
                len(before.text) >= _MIN_PARAGRAPH_CHARS
                or (len(before.text) >= _MIN_SENTENCE_CHARS and before.text.endswith(_STOPS))
            )
            and block.element.parent is before.element.parent
            and _is_set_apart(block)
            and all(map(is_person, names := block.text.strip("()【】–— ").split("\n")))
            and not _goes_on(blocks[block.index + 1 : block.index + 3], block)
            and not is_elsewhere(block.element)
        ):
            return names
    return []


def _is_set_apart(block: Block) -> bool:
    return (
        block.text.startswith(("(", "【", "–", "—"))
        or "right" in block.element.get("style")
        or bool(_SIGNED.search(f"{block.element.get('class')} {block.element.get('align')}"))
        or any(
            mark.element.tag in _APART and mark.end - mark.start == len(block.text)
            for mark in block.marks
        )
    )


def _goes_on(following: Sequence[Block], block: Block) -> bool:
    """Say whether a text follows a block, or a list."""
    if following and following[0].element.tag == "li":
        return True
    return any(
        each.element.parent is block.element.parent and len(each.text) >= _MIN_PARAGRAPH_CHARS
        for each in following
    )
