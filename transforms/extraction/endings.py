"""What stands behind an article and was taken for it: comments, other articles, notes on who wrote.

Each rule takes the blocks of a page with their classes, and changes the classes in place.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, takewhile, zip_longest
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.core.urls import host_of
from newsbeam.transforms.extraction.classes import TEXT
from newsbeam.transforms.extraction.features import AT, size_of
from newsbeam.transforms.extraction.phrases import compile_folded, fold_case
from newsbeam.transforms.metadata.names import is_person
from newsbeam.transforms.pages.outline import HEADINGS, Block, Element
from newsbeam.transforms.text.boilerplate import match_rule

#: So many cards are a box of other articles.
_MIN_CARDS = 3
#: A card has so many blocks with its head, and says so much besides; above cards stands a title.
_MAX_CARD_BLOCKS, _CARD_CHARS, _MAX_TITLE_CHARS = 4, range(20, 500), 60
#: So far behind the text there may be cards whose lines were taken for some of it.
_LAST_CARDS = 12
#: A headline has so many words, where words are parted.
_MIN_HEADLINE_WORDS = 4
#: So far up its article may stand around a block: pages nest as deep as they like.
_MAX_LEVELS = 60
#: A comment calls itself that, or what is right around it does.
_IN_COMMENT = 1
#: A note on who wrote is so long, and one of so many blocks at the end.
_MAX_NOTE_CHARS, _MAX_NOTES = 600, 4
#: "Our correspondent in Ellenby, Jane Doe": so far before the name, or into a note in italics.
_MAX_ROLE_CHARS = 80
_TITLES = frozenset({"dr", "prof", "professor"})
#: "About the author"; "reporter"; "The author is".
_ABOUT_AUTHOR, _WRITES, _OF_AUTHOR = map(compile_folded, ("about_author", "writes", "of_author"))
#: A call to listen or to follow leads to so many of these, and not to what somebody wrote there.
_MIN_PLATFORMS, _MAX_CALL_CHARS = 2, 200
_PLATFORM = re.compile(
    r"//(?:[\w-]+\.)*(?:facebook|twitter|x|instagram|youtube|tiktok|threads|bsky|t|telegram|whatsapp"
    r"|linkedin|flipboard|spotify|apple|google|deezer|soundcloud|podbean|castbox|overcast|pocketcasts"
    r"|stitcher|tunein|iheart|acast|audible|amazon|ivoox|patreon|paypal|ko-fi|steadyhq|buymeacoffee)"
    r"\.\w+(?!\S*/(?:status|watch|reel|p|posts?|videos?|photos?|shorts|dp|maps|document|file)\b)",
    re.IGNORECASE,
)
_QUOTES = ("“", "„", '"', "«", "»", "‘", "「")


def drop_comments(classes: list[str], rows: NDArray[np.int32]) -> None:
    """Take out what readers wrote below the text, in boxes that call themselves comments.

    Where most of a page stands in such a box, its name means something else.
    """
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    said = [*takewhile(lambda place: rows[place][AT["comment"]] <= _IN_COMMENT, reversed(text))]
    if 2 * len(said) <= len(text):
        for place in said:
            classes[place] = "comment"


def drop_discussion(blocks: Sequence[Block], classes: list[str], headline: range) -> None:
    """Take out what stands behind a heading "3 comments", in its box or to the end."""
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    for place in range(text[len(text) // 2], len(blocks)) if text else ():
        block = blocks[place]
        if block.element.tag not in HEADINGS or match_rule(block.text.strip()) != "comments":
            continue
        box = block.element.parent
        is_own = box is None or box.first <= headline.start < box.last
        last = len(blocks) if is_own or box is None else box.last
        said = [each for each in text if each > place and (is_own or blocks[each].index < last)]
        if 2 * _chars(blocks, said) < _chars(blocks, text):
            for each in said:
                classes[each] = "comment"
        return


def drop_next_articles(blocks: Sequence[Block], classes: list[str], headline: range) -> None:
    """Take out other articles that a page shows below its own, each under a headline of its own."""
    title = next((block for block in blocks if block.index in headline), None)
    article = _article_around(title) if title is not None else None
    if title is None or article is None or title.element.tag != "h1":
        return
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    own = _places_in(blocks, article)
    if not any(place in own for place in text):
        return
    for place in text[bisect_left(text, own.stop) :]:
        other = _article_around(blocks[place])
        if other is not None and _has_headline(blocks, other, title.text):
            classes[place] = "related"


def _article_around(block: Block) -> Element | None:
    around = islice(block.element.chain(), _MAX_LEVELS)
    return next((element for element in around if element.tag == "article"), None)


def _has_headline(blocks: Sequence[Block], article: Element, title: str) -> bool:
    """Say whether an article begins with a headline that is not ``title``."""
    first = [blocks[place] for place in _places_in(blocks, article)[:_MAX_CARD_BLOCKS]]
    return any(block.element.tag == "h1" and block.text != title for block in first)


def drop_notes(blocks: Sequence[Block], classes: list[str], authors: Collection[str]) -> None:
    """Take out notes on who wrote at the end, and where else to hear and to follow the outlet.

    "Jane Doe", "Jane Doe is …", "Our correspondent Jane Doe …", "The author is …", and all behind a
    heading "About the author". A house that signs may be what the end is about: "The Harbour Board
    has asked for …".
    """
    names = [normalize_text(author) for author in authors if is_person(author)]
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    tail = list(
        takewhile(
            lambda place: len(blocks[place].text) <= _MAX_NOTE_CHARS,
            reversed(text[-_MAX_NOTES:] if len(text) > _MAX_NOTES else ()),
        )
    )
    heads = [n for n, p in enumerate(tail, 1) if _ABOUT_AUTHOR.match(fold_case(blocks[p].text))]
    notes = dict.fromkeys(tail[: max(heads, default=0)], "credit")
    for place in tail[len(notes) :]:
        if _is_note(blocks[place], names):
            notes[place] = "credit"
        elif _leads_to_platforms(blocks[place]):
            notes[place] = "call"
        elif match_rule(blocks[place].text) is None:  # else the lines are cleaned of it
            break
    if 2 * _chars(blocks, notes) < _chars(blocks, text):
        for place, kind in notes.items():
            classes[place] = kind


def _is_note(block: Block, names: Sequence[str]) -> bool:
    """Say whether a block at the end of a text tells who wrote it; ``names`` are normalized."""
    words = f"{normalize_text(block.text)} "
    before = [words[:at] for name in names if (at := f" {words}".find(f" {name} ")) >= 0]
    if any(
        _TITLES.issuperset(each.split()) or _WRITES.search(each[-_MAX_ROLE_CHARS:])
        for each in before
    ):
        return True
    if _OF_AUTHOR.match(fold_case(block.text)):
        return True
    is_slanted = any(
        mark.element.tag in ("em", "i") and mark.end - mark.start == len(block.text)
        for mark in block.marks
    )
    is_slanted = is_slanted and not block.text.startswith(_QUOTES)
    return is_slanted and _WRITES.search(words[:_MAX_ROLE_CHARS]) is not None


def _leads_to_platforms(block: Block) -> bool:
    """Say whether a block has links, and all of them lead to where outlets have their channels."""
    hrefs = [mark.element.get("href") for mark in block.marks if mark.element.tag == "a"]
    is_call = len(hrefs) >= _MIN_PLATFORMS and len(block.text) <= _MAX_CALL_CHARS
    return is_call and all(map(_PLATFORM.search, hrefs))


def _chars(blocks: Sequence[Block], places: Iterable[int]) -> int:
    return sum(len(blocks[place].text) for place in places)


def drop_teasers(
    blocks: Sequence[Block], classes: list[str], headline: range, host: str | None
) -> None:
    """Take out boxes of other articles: of cards alone, each a linked headline and a few lines.

    What leads to other sites may be what a list of the article is about.
    """
    text = [place for place, kind in enumerate(classes) if kind == TEXT]
    if not text:
        return
    behind = min(text[-1] + 1 + _LAST_CARDS, len(blocks))
    heads = [p for p in range(text[0], behind) if _is_card_head(blocks[p], host)]
    total = _chars(blocks, text)
    run: list[int] = []
    for place in (*heads, None):
        if place is not None and (not run or _are_alike(blocks, run[-1], place)):
            run.append(place)
            continue
        if len(run) >= _MIN_CARDS:
            box = _box_around(blocks[run[0]], blocks[run[-1]])
            is_own = box.first <= headline.start < box.last
            if is_own:
                places = _last_cards(blocks, run, box, text[-1])
            else:
                places = _cards_alone(blocks, run, box)
            inner = [each for each in places if classes[each] == TEXT]
            if 2 * _chars(blocks, inner) < total:
                for each in inner:
                    classes[each] = "related"
        run = [] if place is None else [place]


def drop_read_also(blocks: Sequence[Block], classes: list[str]) -> None:
    """Take out links that stand below "Read also", and those words."""
    linked = [
        kind == TEXT and block.link_chars >= 0.9 * len(block.text)
        for block, kind in zip(blocks, classes, strict=True)
    ]
    place = 1
    while place < len(blocks):
        last = place
        while last < len(blocks) and linked[last]:
            last += 1
        if last > place and _says_read_also(blocks[place - 1]):
            classes[place - 1 : last] = ["related"] * (last - place + 1)
        place = last + 1


def _says_read_also(block: Block) -> bool:
    """Say whether a block is the title of links; one that is a link itself leads on."""
    text = block.text.strip()
    is_title = len(text) <= _MAX_TITLE_CHARS and not block.link_chars
    return is_title and match_rule(text) == "read_more"


def _are_alike(blocks: Sequence[Block], place: int, other: int) -> bool:
    """Say whether what begins at two places may be cards of one box."""
    first, second = blocks[place].element, blocks[other].element
    near = other - place <= _MAX_CARD_BLOCKS
    return near and (first.tag, first.get("class")) == (second.tag, second.get("class"))


def _cards_alone(blocks: Sequence[Block], heads: Sequence[int], box: Element) -> Sequence[int]:
    """Return the places in a box of nothing but cards, and what little stands above them."""
    inner = _places_in(blocks, box)
    above = range(inner.start, heads[0])
    if len(above) > _MAX_CARD_BLOCKS or any(
        len(blocks[place].text) > _MAX_TITLE_CHARS for place in above
    ):
        return ()
    for place, following in zip_longest(heads, heads[1:], fillvalue=inner.stop):
        lines = [len(block.text) for block in blocks[place + 1 : following]]
        if len(lines) >= _MAX_CARD_BLOCKS or sum(lines) not in _CARD_CHARS:
            return ()
    return inner


def _last_cards(
    blocks: Sequence[Block], heads: Sequence[int], box: Element, last: int
) -> Sequence[int]:
    """Return the places in cards with boxes of their own, if the article's box ends with them."""
    found: list[int] = []
    for head, box_of_card in _card_boxes(blocks, heads, box):
        card = _cards_alone(blocks, [head], box_of_card)
        if not card or (found and card[0] != found[-1] + 1):
            return ()
        found += card
    return found if found[-1] >= last else ()


def _card_boxes(
    blocks: Sequence[Block], heads: Sequence[int], box: Element
) -> Iterator[tuple[int, Element]]:
    """Yield each head with the outmost element around it that holds no other; ``box`` holds all."""
    for before, head, after in zip((-1, *heads), heads, (*heads[1:], len(blocks)), strict=False):
        others = [blocks[each].index for each in (before, after) if 0 <= each < len(blocks)]
        card = blocks[head].element
        for each in card.chain():
            if each is box or any(each.first <= other < each.last for other in others):
                break
            card = each
        yield head, card


def _places_in(blocks: Sequence[Block], box: Element) -> range:
    """Return the places of the blocks in a box."""
    return range(
        bisect_left(blocks, box.first, key=attrgetter("index")),
        bisect_left(blocks, box.last, key=attrgetter("index")),
    )


def _is_card_head(block: Block, host: str | None) -> bool:
    """Say whether a block is a link to a page of this site that reads like a headline."""
    if block.link_chars < 0.9 * len(block.text) or block.element.tag == "tr":
        return False
    if len(block.text.split()) < _MIN_HEADLINE_WORDS and size_of(block.text) < 2 * len(block.text):
        return False
    hrefs = [mark.element.get("href") for mark in block.marks if mark.element.tag == "a"]
    return any("#" not in h and ("//" not in h or host_of(h) == host) for h in hrefs if h)


def _box_around(first: Block, last: Block) -> Element:
    """Return the inmost element that holds two blocks."""
    for element in first.element.chain():
        if element.first <= first.index and last.index < element.last:
            return element
    return first.element
