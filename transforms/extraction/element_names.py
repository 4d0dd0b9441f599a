"""What makers of pages call things: how near each block stands to what is named, or is, of a group.

The names are classes and identifiers (``element_names.tsv``), English nearly everywhere, whatever
the language of the text; groups of elements stand beside them.
"""

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from newsbeam.transforms.pages.outline import Block, Element, Outline
from newsbeam.transforms.text.tables import read_table


def _read_names() -> dict[str, list[str]]:
    """Return parts of what makers of pages call elements, by what stands in them."""
    rows = read_table("element_names.tsv", "newsbeam.transforms.extraction")
    return {group: stems.split() for group, stems in rows}


NAMES = _read_names()
TAGS = {
    "in_article": ("article",),
    "in_main": ("main",),
    "in_aside": ("aside",),
    "in_nav": ("nav",),
    "in_header": ("header", "hgroup"),
    "in_footer": ("footer",),
    "in_form": ("form", "fieldset"),
    "in_figure": ("figure", "figcaption"),
    "in_table": ("table",),
    "in_list": ("ul", "ol", "dl", "menu"),
    "in_quote": ("blockquote",),
    "in_section": ("section",),
    "in_details": ("details", "summary", "noscript"),
    "in_p": ("p",),
    "in_button": ("button", "label"),
}
GROUPS = (*NAMES, *TAGS)
#: What is further up than this, in elements that make blocks, says nothing.
FAR = 9
_GROUP_OF_STEM = [group for group, stems in enumerate(NAMES.values()) for _ in stems]
_find_stems = AhoCorasick(
    [stem for stems in NAMES.values() for stem in stems]
).find_matches_as_indexes
_GAP = re.compile(r"[\s_-]+|(?<=[a-z])(?=[A-Z])")
#: Of endless classes only so much is looked at.
_MAX_NAME_CHARS = 400
_GROUP_OF_TAG = {
    tag: len(NAMES) + place for place, tags in enumerate(TAGS.values()) for tag in tags
}


@lru_cache(maxsize=4096)
def name_groups(names: str) -> tuple[int, ...]:
    """Return which groups of names a class and an id fall in; the same ones come again."""
    if len(names) < 3:
        return ()
    names = names[:_MAX_NAME_CHARS]
    parted = names.lower()
    if parted == names:
        parted = parted.replace("_", " ").replace("-", " ")
        words = parted.split()
        parted = f"-{'-' * parted[0].isspace()}{'-'.join(words)}{'-' * parted[-1].isspace()}-"
    else:
        parted = f"-{_GAP.sub('-', names).lower()}-"
    found = _find_stems(parted, overlapping=True)
    return tuple({_GROUP_OF_STEM[which] for which, _, _ in found})


def measure_groups(
    outline: Outline, blocks: Sequence[Block]
) -> tuple[list[int], NDArray[np.int32]]:
    """Return how deep each block stands, and how far up the nearest element of each group is.

    Depth counts elements that make blocks. What an inline element that holds all of a block is
    called counts as the block's own name.
    """
    depths, nearest = _nearest_groups(outline)
    places = [block.element.index for block in blocks]
    depth = [depths[place] for place in places]
    rows = np.frombuffer(b"".join([nearest[place] for place in places]), dtype=np.int32)
    rows = rows.reshape(len(blocks), len(GROUPS))
    distances = np.minimum(np.array(depth, dtype=np.int32)[:, None] - rows, FAR)
    for place, block in enumerate(blocks):
        for mark in block.marks:
            if (mark.end - mark.start) * 10 >= 9 * len(block.text):
                distances[place, [*_groups_of(mark.element)]] = 0
    return depth, distances


def _nearest_groups(outline: Outline) -> tuple[list[int], "list[array[int]]"]:
    """Return how deep each element is, and how deep the nearest one of each group around it.

    Only elements that make blocks and hold any are looked at. Depth counts elements that make
    blocks.
    """
    nothing = array("i", [-FAR] * len(GROUPS))
    depths = [0] * len(outline.elements)
    nearest = [nothing] * len(outline.elements)
    for element in outline.elements:
        if not element.is_block or element.first == element.last:
            continue
        parent = element.parent
        while parent is not None and not parent.is_block:
            parent = parent.parent
        depth, row = 0, nothing
        if parent is not None:
            at = parent.index
            depth, row = depths[at] + 1, nearest[at]
        groups, own = name_groups(element.names), _GROUP_OF_TAG.get(element.tag)
        if groups or own is not None:
            row = row[:]
            for group in groups:
                row[group] = depth
            if own is not None:
                row[own] = depth
        depths[element.index] = depth
        nearest[element.index] = row
    return depths, nearest


def _groups_of(element: Element) -> tuple[int, ...]:
    own = _GROUP_OF_TAG.get(element.tag)
    named = name_groups(element.names)
    return named if own is None else (*named, own)
