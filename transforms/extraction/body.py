"""The text of an article out of the blocks of its page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import chain
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.core.records import Removed
from newsbeam.transforms.core.urls import host_of
from newsbeam.transforms.extraction.classes import (
    BEHIND,
    TEXT,
    Known,
    is_advert,
    is_caption,
    is_control,
    is_fact_box,
    known_class,
    list_removed,
    other_class,
)
from newsbeam.transforms.extraction.corrections import (
    drop_foreign,
    drop_head,
    drop_lead_ins,
    drop_repeats,
    end_at_wall,
    open_gallery,
    take_standfirst,
    trim_edges,
)
from newsbeam.transforms.extraction.endings import (
    drop_comments,
    drop_discussion,
    drop_next_articles,
    drop_notes,
    drop_read_also,
    drop_teasers,
)
from newsbeam.transforms.extraction.features import AT, TAG_CODES, measure_blocks, size_of
from newsbeam.transforms.extraction.model import UNITS, Ints, body_model
from newsbeam.transforms.extraction.paragraphs import coverage, shingles, split_paragraphs
from newsbeam.transforms.extraction.surroundings import MAX_LINKED
from newsbeam.transforms.extraction.walls import cut_at_wall
from newsbeam.transforms.metadata.page_metadata import Metadata
from newsbeam.transforms.pages.embedded import embedded_paragraphs
from newsbeam.transforms.pages.outline import Block, Outline

#: What was found is poor if articleBody is so many times longer.
_POOR = 2.0
#: What is declared is the page as it is shown if so much of it is, boxes and captions included.
_WHOLE_PAGE = 0.7
_MIN_BODY_CHARS = 500
#: A page that shows less than this besides links, and hides more, is drawn by its scripts.
_MIN_SHOWN_CHARS = 500
#: What is a little likelier not to be text is kept: a line too many is less of a loss.
_LEAST = -300
_LEAST_BESIDE = -2000
_PARAGRAPH_CHARS = 60
_SUBHEADS = (TAG_CODES["h2"], TAG_CODES["h6"])
#: So many blocks below a text a subhead of it may stand: there are pictures and adverts in between.
_NEAR_BLOCKS = 3
#: Where more than this share of a text is doubtful, trafilatura is asked too …
_DOUBTFUL = 0.6
#: … unless there is as much of it as this: what trafilatura makes of such pages is no better.
_LONG_CHARS = 3000
_DEEP = 60
#: So many characters at the end of a text tell where on the page it ends.
_KEY_CHARS = 25
_STOPS = frozenset('.!?…。！？؟।”»"')
#: So much is kept of what was taken out.
_MAX_REMOVED = 60
#: A row of so many blocks that are nothing but short links is a menu.
_MENU_BLOCKS, _MENU_CHARS = 8, 60
_TAG = re.compile(r"<[^>]{1,500}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of a page's article."""

    paragraphs: tuple[str, ...]
    extractor: str  # blocks, jsonld, script or trafilatura
    last: int | None = None  # the last block of the text, as the outline counts
    is_sure: bool = True  # the model hardly hesitated
    is_gallery: bool = False
    cut: bool = False  # a paywall ended it
    removed: tuple[Removed, ...] = ()  # what stood near the text and is none
    counts: Mapping[str, int] = field(default_factory=dict)  # removed_… → blocks


def read_body(outline: Outline, metadata: Metadata, known: Known) -> Body:
    """Return the article's text; it has no paragraphs if the page has none.

    The model says which blocks are text. Where JSON-LD has the article too, it decides which of
    them belong to it, and takes their place where they are but a part of it. On a page without
    text, what its scripts would fill in does.
    """
    blocks = judged_blocks(outline)
    told, evidence = told_paragraphs(metadata.body)
    rows, keys = measure_blocks(
        outline,
        blocks,
        headline=known.headline.start if known.headline else None,
        title=metadata.title,
        summary=metadata.summary,
        told=evidence,
    )
    scores = body_model().judge(rows, keys)
    chosen = _choose(rows, scores, keys[0])
    classes = _classify(blocks, rows, chosen, known, len(outline.blocks))
    standfirst = take_standfirst(blocks, classes, rows, metadata.summary)
    is_gallery = open_gallery(blocks, classes)
    drop_head(blocks, classes, metadata)
    drop_foreign(blocks, classes, told, standfirst)
    drop_repeats(blocks, classes)
    drop_next_articles(blocks, classes, known.headline)
    drop_comments(classes, rows)
    drop_discussion(blocks, classes, known.headline)
    trim_edges(blocks, classes)
    drop_teasers(
        blocks, classes, known.headline, metadata.canonical_url and host_of(metadata.canonical_url)
    )
    drop_read_also(blocks, classes)
    drop_notes(blocks, classes, metadata.authors)
    drop_lead_ins(blocks, classes)
    calls = metadata.free_access is not True
    cut = end_at_wall(blocks, classes, calls=calls)
    text = [block for block, kind in zip(blocks, classes, strict=True) if kind == TEXT]
    paragraphs = [line for block in text for line in split_paragraphs(_without_button(block))]
    other = _other_text(outline, blocks, paragraphs, told)
    if other is not None:
        return body_of_lines(outline, other[1], extractor=other[0], calls=calls)
    removed = list_removed(blocks, classes)
    counts = Counter(f"removed_{each.kind}" for each in removed)
    return Body(
        paragraphs=tuple(paragraphs),
        extractor="blocks",
        last=text[-1].index if text else None,
        is_sure=_is_sure(rows, scores),
        is_gallery=is_gallery,
        cut=cut,
        removed=removed[:_MAX_REMOVED],
        counts=counts,
    )


def body_of_lines(outline: Outline, lines: Sequence[str], *, extractor: str, calls: bool) -> Body:
    """Return a text that was not made of blocks, up to the paywall at its end.

    ``calls``: a call to subscribe and read on is one too.
    """
    kept, cut = cut_at_wall(lines, calls=calls)
    key = kept[-1][-_KEY_CHARS:] if kept else ""
    found = [b.index for b in outline.blocks if key and not b.hidden and key in b.text]
    return Body(
        paragraphs=tuple(kept), extractor=extractor, last=found[-1] if found else None, cut=cut
    )


def _without_button(block: Block) -> str:
    """Return the text of a block up to the button behind its last sentence: "Show more"."""
    text = block.text
    for mark in block.marks:
        if mark.element.tag == "button" and mark.end == len(text) and text[-1] not in _STOPS:
            said = text[: mark.start].rstrip()
            if said[-1:] in _STOPS:
                return said
    return text


def judged_blocks(outline: Outline) -> list[Block]:
    """Return the blocks that may be text: those that a browser draws, but for menus.

    Where scripts have yet to show anything, hidden blocks may be text too; so may what is there for
    browsers without scripts, where it is most of a page.
    """
    shown = [block for block in outline.blocks if not block.hidden]
    hidden = [block for block in outline.blocks if block.hidden]
    unseen = _unlinked_size(hidden)
    if unseen > _MIN_SHOWN_CHARS and unseen > (said := _unlinked_size(shown)):
        if said >= _MIN_SHOWN_CHARS:
            hidden = [block for block in hidden if _is_unscripted(block)]
        if _unlinked_size(hidden) > said:
            shown = sorted((*shown, *hidden), key=attrgetter("index"))
    kept: list[Block] = []
    run: list[Block] = []
    for block in shown:
        text = block.text
        if len(text) <= _MENU_CHARS and block.link_chars >= 0.9 * len(text):
            run.append(block)
            continue
        # A menu is left out, but for its edges, which are what stands beside other blocks.
        kept += run if len(run) < _MENU_BLOCKS else (*run[:2], *run[-2:])
        run = []
        kept.append(block)
    return kept + (run if len(run) < _MENU_BLOCKS else run[:2])


def _is_unscripted(block: Block) -> bool:
    """Say whether a browser without scripts draws a block; saved pages may have markup in it."""
    return block.text[0] != "<" and block.element.within("noscript") is not None


def _unlinked_size(blocks: Sequence[Block]) -> int:
    return sum(size_of(block.text) - block.link_chars for block in blocks)


def _choose(rows: NDArray[np.int32], scores: Ints, looks: Ints) -> NDArray[np.bool_]:
    """Return which blocks are text, by their scores.

    A whole paragraph that stands right beside text and looks like it is text too, unless the model
    is sure of the contrary.
    """
    chosen = scores > _LEAST
    if len(scores) and not chosen.any():
        return _best_run(rows, scores)
    paragraph = (
        (rows[:, AT["size"]] >= _PARAGRAPH_CHARS)
        & (rows[:, AT["ends"]] > 0)
        & (rows[:, AT["linked"]] < MAX_LINKED)
        & (scores > _LEAST_BESIDE)
    )
    alike = looks[1:] == looks[:-1]
    beside = np.zeros(len(scores), dtype=np.bool_)
    beside[1:] |= chosen[:-1] & alike
    beside[:-1] |= chosen[1:] & alike
    extended: NDArray[np.bool_] = chosen | (paragraph & beside)
    return extended | _subheads(rows, scores, extended)


def _subheads(
    rows: NDArray[np.int32], scores: Ints, chosen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which blocks are headings right above a paragraph of the text, and not far below it.

    Page builders put them in boxes of their own, and the model then takes them for others.
    """
    tag = rows[:, AT["tag"]]
    heading = (tag >= _SUBHEADS[0]) & (tag <= _SUBHEADS[1]) & (rows[:, AT["linked"]] < MAX_LINKED)
    paragraph = chosen & (rows[:, AT["size"]] >= _PARAGRAPH_CHARS) & (rows[:, AT["ends"]] > 0)
    below, above = np.zeros((2, len(scores)), dtype=np.bool_)
    above[:-1] = paragraph[1:]
    for step in range(1, _NEAR_BLOCKS + 1):
        below[step:] |= chosen[:-step]
    found: NDArray[np.bool_] = heading & above & below & (scores > _LEAST_BESIDE)
    return found


def _classify(
    blocks: Sequence[Block],
    rows: NDArray[np.int32],
    chosen: NDArray[np.bool_],
    known: Known,
    count: int,
) -> list[str]:
    """Return the class of each block, of a page that has ``count``.

    What stands far above and below the text is frame.
    """
    classes = ["frame"] * len(blocks)
    places = np.flatnonzero(chosen)
    if not len(places):
        return classes
    first, last = int(places[0]), int(places[-1]) + BEHIND
    if known.headline:
        heads = [n for n, b in enumerate(blocks) if b.index >= known.headline.start]
        first = min(first, heads[0]) if heads else first
    is_text = chosen.tolist()
    sizes = np.zeros(count + 1, dtype=np.int64)
    sizes[[block.index + 1 for block in blocks]] = np.where(chosen, rows[:, AT["size"]], 0)
    held: list[int] = np.cumsum(sizes).tolist()  # chosen text that stands before each block
    for place in range(first, min(last, len(blocks))):
        block = blocks[place]
        kind = known_class(block, known)
        if kind is None and is_caption(block):
            kind = "caption"
        elif (
            kind is None
            and is_text[place]
            and not (
                is_advert(block, held, known.headline)
                or is_fact_box(block, held)
                or is_control(block)
            )
        ):
            kind = TEXT
        classes[place] = kind or other_class(block, rows[place].tolist())
    return classes


def _best_run(rows: NDArray[np.int32], scores: Ints) -> NDArray[np.bool_]:
    """Return the likeliest sentences of a page on which nothing is likely."""
    told = (rows[:, AT["ends"]] > 0) & (rows[:, AT["linked"]] < MAX_LINKED)
    return told & (scores >= int(scores.max()) - UNITS)


def _is_sure(rows: NDArray[np.int32], scores: Ints) -> bool:
    """Say whether little of a page may as well be text as not, or enough of it is text.

    Of small pages nobody else would know more; over those that nest deep others take minutes, or
    give up.
    """
    sizes = rows[:, AT["size"]].astype(np.int64)
    if sizes.sum() < _MIN_BODY_CHARS or int(rows[:, AT["depth"]].max()) >= _DEEP:
        return True
    text = int(sizes[scores > _LEAST].sum())
    doubtful = int(sizes[np.abs(scores) < UNITS].sum())
    return text >= _LONG_CHARS or doubtful <= _DOUBTFUL * text


def _other_text(
    outline: Outline, blocks: Sequence[Block], paragraphs: Sequence[str], told: Sequence[str]
) -> tuple[str, list[str]] | None:
    """Return the text that the page declares or its scripts hold, where it shows but a part."""
    if _is_poor(paragraphs, told) and not _is_whole_page(blocks, paragraphs, told):
        return "jsonld", list(told)
    if not told and sum(map(len, paragraphs)) < _MIN_BODY_CHARS:
        embedded = embedded_paragraphs(chain(outline.scripts, outline.states))
        if _is_poor(paragraphs, embedded):
            return "script", embedded
    return None


def _is_poor(paragraphs: Sequence[str], other: Sequence[str]) -> bool:
    found, whole = sum(map(size_of, paragraphs)), sum(map(size_of, other))
    return whole >= _MIN_BODY_CHARS and whole > _POOR * found


def _is_whole_page(blocks: Sequence[Block], paragraphs: Sequence[str], told: Sequence[str]) -> bool:
    """Say whether articleBody is what the page shows, its boxes and captions among a long text."""
    if sum(map(len, paragraphs)) < _LONG_CHARS:
        return False
    page = shingles("\n".join(block.text for block in blocks))
    return coverage(shingles("\n".join(told)), page) > _WHOLE_PAGE


def told_paragraphs(structured: str | None) -> tuple[list[str], str | None]:
    """Return articleBody as paragraphs, and as the evidence that it is if it is long enough.

    Pages put escaped HTML into it.
    """
    if not structured:
        return [], None
    text = unescape(structured)
    if "</p>" in text or "<br" in text:
        text = re.sub(r"</p>|<br\s*/?>", "\n", text)
    lines = split_paragraphs(unescape(_TAG.sub(" ", text)))
    told = [" ".join(line.split()) for line in lines]
    return told, "\n".join(told) if sum(map(len, told)) >= _MIN_BODY_CHARS else None
