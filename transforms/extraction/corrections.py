"""What stands above the model's verdict: rules that class blocks of a page anew.

Each takes the blocks of a page with their classes, and changes the classes in place.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.extraction.classes import TEXT
from newsbeam.transforms.extraction.features import AT
from newsbeam.transforms.extraction.paragraphs import coverage, is_head, shingles
from newsbeam.transforms.extraction.surroundings import MAX_LINKED
from newsbeam.transforms.extraction.walls import find_wall
from newsbeam.transforms.metadata.page_metadata import Metadata
from newsbeam.transforms.pages.outline import HEADINGS, Block

#: JSON-LD's articleBody is the whole article if it covers this much of what was found …
_WHOLE = 0.75
#: … and a paragraph of which it has less than this share is not part of the article.
_FOREIGN = 0.2
#: Shorter paragraphs are subheads and the like, which articleBody often leaves out.
_MIN_JUDGED_CHARS = 60
#: What stands twice on a page, and is so short, is a control of it.
_MAX_CONTROL_CHARS = 40
#: A line or a link that leads on is so long, and so many stand one after another.
_MAX_LEAD_IN_CHARS, _MAX_LINK_CHARS, _MAX_LEAD_INS = 60, 160, 3
#: So many blocks at the end that each begin with a link so long are teasers.
_MIN_TEASERS, _MIN_TEASER_CHARS = 3, 12
#: So far down, a headline, a byline or a date may stand above the text.
_HEAD = 8
_MAX_HEAD_CHARS = 400
#: Shorter paragraphs may stand twice for good reason.
_MIN_REPEATED_CHARS = 40
#: So many different paragraphs of such a length that all stand twice are a copy of the text.
_MIN_COPIED, _MIN_COPIED_CHARS = 3, 80
#: Fewer captions with less text make no gallery.
_MIN_SLIDES, _MIN_GALLERY_CHARS = 5, 500
#: A standfirst is so long; so much of the summary tells that it is the same.
_STANDFIRST_CHARS = range(40, 1000)
_SUMMARY_CHARS = 150
_REFRAINS = HEADINGS | {"p", "li", "dt", "dd", "blockquote"}


def take_standfirst(
    blocks: Sequence[Block],
    classes: list[str],
    rows: NDArray[np.int32],
    summary: str | None,
) -> list[int]:
    """Class what sums the article up between headline and text as text; return its places."""
    if TEXT not in classes:
        return []
    first = classes.index(TEXT)
    heads = [place for place in range(first) if classes[place] == "headline"]
    wanted = normalize_text(summary or "")[:_SUMMARY_CHARS]
    found = []
    for place in range(heads[-1] + 1 if heads else first, first + 1):
        text = blocks[place].text
        row = rows[place]
        if not _STANDFIRST_CHARS.start <= len(text) < _STANDFIRST_CHARS.stop:
            continue
        if classes[place] in ("caption", "byline", "date") or row[AT["linked"]] > MAX_LINKED:
            continue
        same = len(wanted) >= _STANDFIRST_CHARS.start and wanted in normalize_text(text)
        if same or (row[AT["lead"]] <= 1 and row[AT["ends"]]):
            classes[place] = TEXT
            found.append(place)
    return found


def open_gallery(blocks: Sequence[Block], classes: list[str]) -> bool:
    """Make captions text where there is more to read in them than elsewhere."""
    captions = [place for place, kind in enumerate(classes) if kind == "caption"]
    chars = sum(len(blocks[place].text) for place in captions)
    text = sum(len(b.text) for b, kind in zip(blocks, classes, strict=True) if kind == TEXT)
    if len(captions) < _MIN_SLIDES or chars < max(_MIN_GALLERY_CHARS, text):
        return False
    for place in captions:
        classes[place] = TEXT
    return True


def drop_head(blocks: Sequence[Block], classes: list[str], metadata: Metadata) -> None:
    """Class headline, byline and date line among the first blocks of the text as what they are."""
    titles = {
        normalize_text(t) for t in (*metadata.titles, metadata.subtitle, metadata.section) if t
    }
    names = [normalize_text(name) for name in metadata.authors]
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    for place in text[:_HEAD]:
        line = blocks[place].text
        if len(line) <= _MAX_HEAD_CHARS and (kind := is_head(line, titles, names)):
            classes[place] = kind
    if text and classes[text[-1]] == TEXT:
        line = blocks[text[-1]].text
        if is_head(line, (), names) == "byline":
            classes[text[-1]] = "byline"


def drop_foreign(
    blocks: Sequence[Block], classes: list[str], told: Sequence[str], own: Sequence[int]
) -> None:
    """Take out what articleBody, being whole, does not have, but for what is surely the ``own``."""
    if not told:
        return
    whole = shingles("\n".join(told))
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    parts = [shingles(blocks[place].text) for place in text]
    shared = sum((part & whole).total() for part in parts)
    if shared < _WHOLE * sum(part.total() for part in parts):
        return
    for place, part in zip(text, parts, strict=True):
        long = len(blocks[place].text) >= _MIN_JUDGED_CHARS
        if long and place not in own and coverage(part, whole) < _FOREIGN:
            classes[place] = "other"


def drop_repeats(blocks: Sequence[Block], classes: list[str]) -> None:
    """Take out the second of two long paragraphs that are the same.

    What comes again below other headings, in a paragraph of its own, is a refrain. Pages that hold
    their text once for each width of screen have all of it again: a run of such paragraphs, with
    what is short between them, is a copy.
    """
    seen: dict[str, int] = {}
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    for place in _copied(blocks, text):
        classes[place] = "other"
    text = [place for place in text if classes[place] == TEXT]
    for number, place in enumerate(text):
        key = blocks[place].text
        if len(key) < _MIN_REPEATED_CHARS:
            continue
        if key in seen and (number - seen[key] == 1 or blocks[place].element.tag not in _REFRAINS):
            classes[place] = "other"
        seen[key] = number


def _copied(blocks: Sequence[Block], text: Sequence[int]) -> list[int]:
    """Return the places of runs that all stood on the page before, long paragraphs among them."""
    seen = {block.text for block in blocks[: text[0] if text else 0]}  # the headline, say
    copied: list[int] = []
    run: list[int] = []
    for place in (*text, None):
        key = "" if place is None else blocks[place].text
        if place is not None and key in seen:
            run.append(place)
            continue
        long = {t for each in run if len(t := blocks[each].text) >= _MIN_COPIED_CHARS}
        if len(long) >= _MIN_COPIED:
            copied += run
        run = []
        seen.add(key)
    return copied


def trim_edges(blocks: Sequence[Block], classes: list[str]) -> None:
    """Take out controls of the page at both ends of the text, and teasers at its end."""
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    seen = Counter(block.text for block in blocks)
    for places in (text, text[::-1]):
        for place in places:
            block = blocks[place]
            short = len(block.text) <= _MAX_CONTROL_CHARS and block.element.tag not in HEADINGS
            # In a table that places things, a cell that is a link is a menu.
            is_link = block.element.tag == "td" and block.link_chars == len(block.text)
            if not short or not (seen[block.text] > 1 or is_link) or block.text[-1] in ".!?":
                break
            classes[place] = "frame"
    teasers = 0
    while teasers < len(text) and _opens_with_link(blocks[text[-1 - teasers]]):
        teasers += 1
    if _MIN_TEASERS <= teasers < len(text):
        for place in text[-teasers:]:
            classes[place] = "related"


def _opens_with_link(block: Block) -> bool:
    """Say whether a block begins with a link to elsewhere, as headline of what it says."""
    return any(
        mark.start == 0
        and mark.element.tag == "a"
        and _MIN_TEASER_CHARS <= mark.end < len(block.text)
        and not (mark.element.get("href") or "#").startswith("#")
        for mark in block.marks
    )


def drop_lead_ins(blocks: Sequence[Block], classes: list[str]) -> None:
    """Take out headings, links and lines with a colon that end the text: they lead to what is none.

    Many in a row are a list.
    """
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    ending = [*takewhile(lambda place: _leads_on(blocks[place]), reversed(text))]
    if len(ending) <= _MAX_LEAD_INS and len(ending) < len(text):
        for place in ending:
            classes[place] = "frame"


def _leads_on(block: Block) -> bool:
    text, tag = block.text, block.element.tag
    if text.endswith((":", "：")) or (tag in HEADINGS and text[-1] not in ".。"):
        return len(text) <= _MAX_LEAD_IN_CHARS
    is_link = block.link_chars >= 0.9 * len(text) and tag != "tr"
    return is_link and len(text) <= _MAX_LINK_CHARS and text[-1] not in ".。"


def end_at_wall(blocks: Sequence[Block], classes: list[str], *, calls: bool) -> bool:
    """Class what a paywall says, and all behind it, as a call; say whether there is one."""
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    if not text:
        return False
    span = range(text[0], text[-1] + 1)
    wall = find_wall([blocks[place].text for place in span], calls=calls)
    for place in span[wall:] if wall is not None else ():
        classes[place] = "call"
    return wall is not None
