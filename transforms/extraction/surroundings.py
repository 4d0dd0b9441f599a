"""Where a block of a page stands: what looks like it, what shares its box, and where the prose is.

As in ``features``, all numbers are whole, and shares in thousandths.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.extraction.element_names import FAR
from newsbeam.transforms.pages.outline import Block, Element, Outline

#: No feature says more.
MAX = 30_000
#: A long paragraph of few links is prose.
_PROSE_CHARS = 80
#: Sentences have less than this share of links, in thousandths.
MAX_LINKED = 400

PAGE_FEATURES = (
    *("place", "before", "from_headline", "chars_from_headline", "page_blocks", "page_size"),
    *("look_count", "look_size", "look_mean", "look_linked", "look_rank", "look_share"),
    *("look_first", "look_last", "box_count", "box_size", "box_linked", "box_share"),
    *("outer_count", "outer_size", "outer_linked", "outer_share", "column", "column_share"),
    *("prose_before", "prose_behind", "to_prose_before", "to_prose_behind", "near_before"),
    *("near_behind", "since_heading", "same_before", "same_behind", "run_size"),
)


def measure_surroundings(
    outline: Outline,
    blocks: Sequence[Block],
    own: NDArray[np.int32],
    headline: int | None,
    looks: NDArray[np.int64],
    boxes: NDArray[np.int64],
    outers: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Return ``PAGE_FEATURES`` of each block, one row each.

    ``own`` are its own features, size, links, end and name among them; ``headline`` is the index of
    the headline's first block in the outline; the codes say what looks alike, what stands in one
    box, and in one outside.
    """
    count = len(blocks)
    size = own[:, 0].astype(np.int64)
    linked = size * own[:, 2] // 1000
    total = max(1, int(size.sum()))
    upto = np.concatenate(([0], np.cumsum(size)))
    prose = np.where((size >= _PROSE_CHARS) & (own[:, 2] < MAX_LINKED), size, 0)
    whole = max(1, int(prose.sum()))
    prose_upto = np.concatenate(([0], np.cumsum(prose)))
    places = np.arange(count)
    # Which of ``blocks`` is the first at or behind each block of the outline.
    at = np.searchsorted([b.index for b in blocks], np.arange(len(outline.blocks) + 1))
    start = int(at[headline]) if headline is not None else 0
    look = _sums(looks, size, linked, prose)
    rank = np.argsort(np.argsort(-look[:, 3], kind="stable"), kind="stable")
    firsts = np.full(len(look), count)
    np.minimum.at(firsts, looks, places)
    lasts = np.zeros(len(look), dtype=np.int64)
    np.maximum.at(lasts, looks, places)
    box, outer = _sums(boxes, size, linked, prose), _sums(outers, size, linked, prose)
    column, share = _columns(blocks, boxes, box, whole)
    is_prose = prose > 0
    last = np.maximum.accumulate(np.where(is_prose, places, -100))
    before = np.concatenate(([-100], last[:-1]))
    ahead = np.minimum.accumulate(np.where(is_prose, places, count + 100)[::-1])[::-1]
    behind = np.concatenate((ahead[1:], [count + 100]))
    headings = (own[:, 15] >= 4) & (own[:, 15] <= 7)
    heading = np.maximum.accumulate(np.where(headings, places, -100))
    same = looks[1:] == looks[:-1]
    # Length of the run of blocks that lie between two pieces of frame.
    frame = (own[:, 2] > 600) | ((size < 30) & (own[:, 4] == 0))
    run = np.cumsum(frame)
    runs = np.bincount(run, weights=size).astype(np.int64)[run]
    features = (
        places * 1000 // max(1, count),
        upto[:-1] * 1000 // total,
        np.clip(places - start, -200, 2000),
        np.clip(upto[:-1] - upto[start], -MAX, MAX),
        np.full(count, count),
        np.full(count, min(total, MAX)),
        look[looks, 0],
        look[looks, 1],
        look[looks, 1] // look[looks, 0],
        look[looks, 2] * 1000 // np.maximum(1, look[looks, 1]),
        rank[looks],
        look[looks, 3] * 1000 // whole,
        places - firsts[looks],
        lasts[looks] - places,
        box[boxes, 0],
        box[boxes, 1],
        box[boxes, 2] * 1000 // np.maximum(1, box[boxes, 1]),
        box[boxes, 3] * 1000 // whole,
        outer[outers, 0],
        outer[outers, 1],
        outer[outers, 2] * 1000 // np.maximum(1, outer[outers, 1]),
        outer[outers, 3] * 1000 // whole,
        column,
        share,
        prose_upto[:-1] * 1000 // whole,
        (whole - prose_upto[1:]) * 1000 // whole,
        np.minimum(places - before, 100),
        np.minimum(behind - places, 100),
        _window(prose_upto, places, -6, -1),
        _window(prose_upto, places, 1, 6),
        np.minimum(places - heading, 100),
        np.concatenate(([0], same)) if count else places,
        np.concatenate((same, [0])) if count else places,
        np.minimum(runs, MAX),
    )
    return np.stack([np.asarray(f, dtype=np.int64) for f in features], axis=1).astype(np.int32)


def _window(
    upto: NDArray[np.int64], places: NDArray[np.int64], low: int, high: int
) -> NDArray[np.int64]:
    last = len(upto) - 1
    sums: NDArray[np.int64] = upto[np.clip(places + high + 1, 0, last)]
    sums = sums - upto[np.clip(places + low, 0, last)]
    return np.minimum(sums, MAX)


def _columns(
    blocks: Sequence[Block],
    boxes: NDArray[np.int64],
    box: NDArray[np.int64],
    whole: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how far each block is from the box with most prose, and that box's share."""
    count = len(blocks)
    if not count:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    best = int(box[:, 3].argmax())
    first = next(place for place in range(count) if boxes[place] == best)
    column = element_above(blocks[first].element, 1)
    inside = {}
    for block in blocks:
        element = block.element
        if element.index not in inside:
            steps = 0
            each: Element | None = element
            while each is not None and each.index != column and steps < FAR:
                each, steps = each.parent, steps + 1
            inside[element.index] = steps if each is not None and each.index == column else FAR
    far = np.array([inside[b.element.index] for b in blocks], dtype=np.int64)
    return far, np.full(count, int(box[best, 3]) * 1000 // whole)


def _sums(
    codes: NDArray[np.int64],
    size: NDArray[np.int64],
    linked: NDArray[np.int64],
    prose: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return how many blocks each code has, and the sums of their lengths, links and prose."""
    if not len(codes):
        return np.zeros((1, 4), dtype=np.int64)
    sums = np.zeros((int(codes.max()) + 1, 4), dtype=np.int64)
    for place, values in enumerate((np.ones_like(size), size, linked, prose)):
        np.add.at(sums[:, place], codes, values)
    return sums


def element_above(element: Element, levels: int) -> int:
    """Return the index of the element that stands so many levels above, or of the topmost."""
    for _ in range(levels):
        if element.parent is not None:
            element = element.parent
    return element.index
