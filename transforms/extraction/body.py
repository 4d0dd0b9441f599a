"""The text of an article out of the blocks of its page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape

import numpy as np
from numpy.typing import NDArray

from transforms.core.identity import normalize_text
from transforms.core.records import Removed
from transforms.extraction.classes import (
    BEHIND,
    TEXT,
    Known,
    is_advert,
    is_caption,
    known_class,
    list_removed,
    other_class,
)
from transforms.extraction.embedded import embedded_paragraphs
from transforms.extraction.features import FEATURES, measure_blocks, size_of
from transforms.extraction.metadata import Metadata
from transforms.extraction.model import UNITS, Ints, body_model
from transforms.extraction.outline import HEADINGS, Block, Outline
from transforms.extraction.paragraphs import (
    coverage,
    is_head,
    shingles,
    split_paragraphs,
)
from transforms.extraction.walls import cut_at_wall, find_wall

#: JSON-LD's articleBody is the whole article if it covers this much of what was found …
_WHOLE = 0.75
#: … and a paragraph of which it has less than this share is not part of the article.
_FOREIGN = 0.2
#: Shorter paragraphs are subheads and the like, which articleBody often leaves out.
_MIN_JUDGED_CHARS = 60
#: What was found is poor if articleBody is so many times longer.
_POOR = 2.0
_MIN_BODY_CHARS = 500
#: A page that shows less than this, and hides more, is drawn by its scripts.
_MIN_SHOWN_CHARS = 500
#: What is a little likelier not to be text is kept: a line too many is less of a loss.
LEAST = -300
LEAST_BESIDE = -2000
_PARAGRAPH_CHARS = 60
#: Where more than this share of the text is doubtful, trafilatura is asked too.
_DOUBTFUL = 0.6
_DEEP = 60
#: A row of so many blocks that are nothing but short links is a menu.
_MENU_BLOCKS, _MENU_CHARS = 8, 60
#: What stands twice on a page, and is so short, is a control of it.
_MAX_CONTROL_CHARS = 40
#: So many blocks at the end that each begin with a link so long are teasers.
_MIN_TEASERS, _MIN_TEASER_CHARS = 3, 12
#: So far down, a headline, a byline or a date may stand above the text.
_HEAD = 8
_MAX_HEAD_CHARS = 400
#: Shorter paragraphs may stand twice for good reason.
_MIN_REPEATED_CHARS = 40
#: Fewer captions with less text make no gallery.
_MIN_SLIDES, _MIN_GALLERY_CHARS = 5, 500
#: A standfirst is so long; so much of the summary tells that it is the same.
_STANDFIRST_CHARS = range(40, 1000)
_SUMMARY_CHARS = 150
#: Sentences have less than this share of links, in thousandths.
_MAX_LINKED = 400
_REFRAINS = HEADINGS | {"p", "li"}
_TAG = re.compile(r"<[^>]{1,500}>")
_AT = {name: place for place, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of a page's article."""

    paragraphs: tuple[str, ...]
    extractor: str  # blocks, jsonld, script or trafilatura
    last: int | None = None  # the last block of the text, as the outline counts
    blocks: tuple[int, ...] = ()  # the blocks of the text
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
        headline=known.headline,
        title=metadata.title,
        summary=metadata.summary,
        told=evidence,
    )
    scores = body_model().judge(rows, keys)
    chosen = _choose(rows, scores, keys[0])
    classes = _classify(blocks, rows, chosen, known)
    standfirst = _take_standfirst(blocks, classes, rows, metadata.summary)
    is_gallery = _open_gallery(blocks, classes)
    _drop_head(blocks, classes, metadata)
    _drop_foreign(blocks, classes, told, standfirst)
    _drop_repeats(blocks, classes)
    _trim_edges(blocks, classes)
    calls = metadata.free_access is not True
    cut = _cut_at_wall(blocks, classes, calls=calls)
    text = [block for block, kind in zip(blocks, classes, strict=True) if kind == TEXT]
    paragraphs = [line for block in text for line in split_paragraphs(block.text)]
    other = _other_text(outline, paragraphs, told)
    if other is not None:
        lines, cut = cut_at_wall(other[1], calls=calls)
        return Body(paragraphs=tuple(lines), extractor=other[0], is_gallery=is_gallery, cut=cut)
    removed = list_removed(blocks, classes)
    counts: dict[str, int] = {}
    for each in removed:
        counts[f"removed_{each.kind}"] = counts.get(f"removed_{each.kind}", 0) + 1
    return Body(
        paragraphs=tuple(paragraphs),
        extractor="blocks",
        last=text[-1].index if text else None,
        blocks=tuple(block.index for block in text),
        is_sure=_is_sure(rows, scores),
        is_gallery=is_gallery,
        cut=cut,
        removed=removed,
        counts=counts,
    )


def judged_blocks(outline: Outline) -> list[Block]:
    """Return the blocks that may be text: those that a browser draws, but for menus.

    Where scripts have yet to show anything, hidden blocks may be text too.
    """
    shown = [block for block in outline.blocks if not block.hidden]
    chars = sum(len(block.text) for block in shown)
    whole = sum(len(block.text) for block in outline.blocks)
    if chars < _MIN_SHOWN_CHARS and whole - chars > 2 * _MIN_SHOWN_CHARS:
        return list(outline.blocks)
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


def _choose(rows: NDArray[np.int32], scores: Ints, looks: Ints) -> NDArray[np.bool_]:
    """Return which blocks are text, by their scores.

    A whole paragraph that stands right beside text and looks like it is text too, unless the model
    is sure of the contrary.
    """
    chosen = scores > LEAST
    if len(scores) and not chosen.any():
        return _best_run(rows, scores)
    paragraph = (
        (rows[:, _AT["size"]] >= _PARAGRAPH_CHARS)
        & (rows[:, _AT["ends"]] > 0)
        & (rows[:, _AT["linked"]] < _MAX_LINKED)
        & (scores > LEAST_BESIDE)
    )
    alike = looks[1:] == looks[:-1]
    beside = np.zeros(len(scores), dtype=np.bool_)
    beside[1:] |= chosen[:-1] & alike
    beside[:-1] |= chosen[1:] & alike
    extended: NDArray[np.bool_] = chosen | (paragraph & beside)
    return extended


def _classify(
    blocks: Sequence[Block], rows: NDArray[np.int32], chosen: NDArray[np.bool_], known: Known
) -> list[str]:
    """Return the class of each block. What stands far above and below the text is frame."""
    classes = ["frame"] * len(blocks)
    places = np.flatnonzero(chosen)
    if not len(places):
        return classes
    first, last = int(places[0]), int(places[-1]) + BEHIND
    if known.headline is not None:
        heads = [n for n, b in enumerate(blocks) if b.index >= known.headline.first]
        first = min(first, heads[0]) if heads else first
    is_text = chosen.tolist()
    for place in range(first, min(last, len(blocks))):
        block = blocks[place]
        kind = known_class(block, known)
        if kind is None:
            text = is_text[place] and not is_caption(block) and not is_advert(block)
            kind = TEXT if text else other_class(block, rows[place])
        classes[place] = kind
    return classes


def _best_run(rows: NDArray[np.int32], scores: Ints) -> NDArray[np.bool_]:
    """Return the likeliest sentences of a page on which nothing is likely."""
    told = (rows[:, _AT["ends"]] > 0) & (rows[:, _AT["linked"]] < _MAX_LINKED)
    return told & (scores >= int(scores.max()) - UNITS)


def _is_sure(rows: NDArray[np.int32], scores: Ints) -> bool:
    """Say whether little of a page may as well be text as not.

    Of small pages nobody else would know more; over those that nest deep others take minutes, or
    give up.
    """
    sizes = rows[:, _AT["size"]].astype(np.int64)
    if sizes.sum() < _MIN_BODY_CHARS or int(rows[:, _AT["depth"]].max()) >= _DEEP:
        return True
    text = int(sizes[scores > LEAST].sum())
    doubtful = int(sizes[np.abs(scores) < UNITS].sum())
    return doubtful <= _DOUBTFUL * text


def _take_standfirst(
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
        if classes[place] in ("caption", "byline", "date") or row[_AT["linked"]] > _MAX_LINKED:
            continue
        same = len(wanted) >= _STANDFIRST_CHARS.start and wanted in normalize_text(text)
        if same or (row[_AT["lead"]] <= 1 and row[_AT["ends"]]):
            classes[place] = TEXT
            found.append(place)
    return found


def _open_gallery(blocks: Sequence[Block], classes: list[str]) -> bool:
    """Make captions text where there is more to read in them than elsewhere."""
    captions = [place for place, kind in enumerate(classes) if kind == "caption"]
    chars = sum(len(blocks[place].text) for place in captions)
    text = sum(len(b.text) for b, kind in zip(blocks, classes, strict=True) if kind == TEXT)
    if len(captions) < _MIN_SLIDES or chars < max(_MIN_GALLERY_CHARS, text):
        return False
    for place in captions:
        classes[place] = TEXT
    return True


def _drop_head(blocks: Sequence[Block], classes: list[str], metadata: Metadata) -> None:
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
        if len(line) <= _MAX_HEAD_CHARS and normalize_text(line) in names:
            classes[text[-1]] = "byline"


def _drop_foreign(
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


def _drop_repeats(blocks: Sequence[Block], classes: list[str]) -> None:
    """Take out the second of two long paragraphs that are the same.

    What comes again below other headings, in a paragraph of its own, is a refrain.
    """
    seen: dict[str, int] = {}
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    for number, place in enumerate(text):
        key = blocks[place].text
        if len(key) < _MIN_REPEATED_CHARS:
            continue
        if key in seen and (number - seen[key] == 1 or blocks[place].element.tag not in _REFRAINS):
            classes[place] = "other"
        seen[key] = number


def _trim_edges(blocks: Sequence[Block], classes: list[str]) -> None:
    """Take out controls of the page at both ends of the text, and teasers at its end."""
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    seen = Counter(block.text for block in blocks)
    for places in (text, text[::-1]):
        for place in places:
            block = blocks[place]
            short = len(block.text) <= _MAX_CONTROL_CHARS and block.element.tag not in HEADINGS
            if not short or seen[block.text] == 1 or block.text[-1] in ".!?":
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


def _cut_at_wall(blocks: Sequence[Block], classes: list[str], *, calls: bool) -> bool:
    """Class what a paywall says, and all behind it, as a call; say whether there is one."""
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    if not text:
        return False
    span = range(text[0], text[-1] + 1)
    wall = find_wall([blocks[place].text for place in span], calls=calls)
    for place in span[wall:] if wall is not None else ():
        classes[place] = "call"
    return wall is not None


def _other_text(
    outline: Outline, paragraphs: Sequence[str], told: Sequence[str]
) -> tuple[str, list[str]] | None:
    """Return the text that the page declares or its scripts hold, where it shows but a part."""
    if _is_poor(paragraphs, told):
        return "jsonld", list(told)
    if not told and sum(map(len, paragraphs)) < _MIN_BODY_CHARS:
        embedded = embedded_paragraphs(outline.scripts)
        if _is_poor(paragraphs, embedded):
            return "script", embedded
    return None


def _is_poor(paragraphs: Sequence[str], other: Sequence[str]) -> bool:
    found, whole = sum(map(size_of, paragraphs)), sum(map(size_of, other))
    return whole >= _MIN_BODY_CHARS and whole > _POOR * found


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
