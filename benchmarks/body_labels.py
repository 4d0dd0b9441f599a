"""Which blocks of a page are its article, by what is known of its text."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from newsbeam.transforms.pages.outline import Block

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+")
#: Blocks of so many words are found by their words alone, others by their place too.
_LONG = 8
_SHARED = 0.5


def label_blocks(blocks: Sequence[Block], body: str) -> np.ndarray:
    """Return 1 for each block whose text is in ``body``.

    A long block is in it if half of its runs of four words are. The long ones that come in the
    same order as in ``body`` are anchors; a short block must stand between the same two as there.
    """
    words = tokens(body)
    whole = " " + " ".join(words) + " "
    runs = set(zip(*(words[i:] for i in range(4)), strict=False))
    labels = np.zeros(len(blocks), dtype=np.int8)
    split = [tokens(block.text) for block in blocks]
    places: dict[int, tuple[int, int]] = {}
    for number, each in enumerate(split):
        if len(each) < _LONG:
            continue
        own = [*zip(*(each[i:] for i in range(4)), strict=False)]
        if sum(run in runs for run in own) < _SHARED * len(own):
            continue
        labels[number] = 1
        start = whole.find(" " + " ".join(each[:5]) + " ")
        end = whole.find(" " + " ".join(each[-5:]) + " ")
        if start >= 0 or end >= 0:
            places[number] = (start if start >= 0 else end, max(start, end))
    anchors = longest_rise(places)
    following = [len(whole)] * len(blocks)
    coming: list[int | None] = [None] * len(blocks)
    limit, anchor = len(whole), None
    for number in range(len(blocks) - 1, -1, -1):
        following[number], coming[number] = limit, anchor
        if number in anchors:
            limit, anchor = places[number][0], number
    last, before = 0, None
    for number, each in enumerate(split):
        if number in anchors:
            last, before = max(last, places[number][1]), number
        elif each and len(each) < _LONG and following[number] > last:
            after = coming[number]
            near = (before is not None and number - before <= 40) or (
                after is not None and after - number <= 15
            )
            text = " " + " ".join(each) + " "
            at = whole.find(text, max(0, last - 1), following[number] + 1)
            # Above the first anchor, only what ends right before it.
            close = before is not None or not anchors or following[number] - at < 400
            if (near or not anchors) and at >= 0 and close:
                labels[number] = 1
                last = at + len(text) - 1
    return labels


def longest_rise(places: dict[int, tuple[int, int]]) -> set[int]:
    """Return the longest run of blocks whose places rise."""
    ends: list[int] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for number, (start, _) in places.items():
        at = bisect_right(ends, start)
        before[number] = last[at - 1] if at else None
        if at == len(ends):
            ends.append(start)
            last.append(number)
        else:
            ends[at], last[at] = start, number
    found: set[int] = set()
    number = last[-1] if last else None
    while number is not None:
        found.add(number)
        number = before[number]
    return found


def label_segments(
    blocks: Sequence[Block],
    labels: np.ndarray,
    weights: np.ndarray,
    inside: Sequence[str],
    outside: Sequence[str],
    weight: float,
) -> None:
    """Label with ``weight`` the blocks that hold segments known to be text, or not to be."""
    for segments, label in ((inside, 1), (outside, 0)):
        for segment in segments:
            wanted = " ".join(segment.split())
            for number, block in enumerate(blocks):
                text = " ".join(block.text.split())
                if wanted in text or (len(text) >= 12 and text in wanted):
                    labels[number] = label
                    weights[number] = weight


def tokens(text: str) -> list[str]:
    """Return the words of a text as ``score.py`` compares them."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
