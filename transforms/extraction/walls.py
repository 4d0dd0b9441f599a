"""Paywalls as their readers see them: what they say, and where the text ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from ahocorasick_rs import AhoCorasick

from newsbeam.transforms.extraction.phrases import PHRASES, compile_folded, fold_case
from newsbeam.transforms.pages.outline import Element, Outline

#: What a paywall says of the article in front of it. That a site has subscriptions, or that free
#: articles are counted, says nothing: such boxes stand on whole articles too.
_LOCKED = compile_folded("locked")
#: How a paywall asks to read on. On a long page, that may be said of other articles.
_CALL = compile_folded("call")
#: A printed issue or a newsletter has more; that withholds nothing of what is here.
_OF_ANOTHER = compile_folded("of_another")
#: One of these stands in whatever a paywall says; they are found a hundred times as fast.
_FIND_STEMS = AhoCorasick(fold_case(PHRASES["wall_stem"]).split("|")).find_matches_as_indexes
#: What else is kept for subscribers.
_NOT_TEXT = re.compile(r"com+ent|discussi|diskussi|bookmark|merkliste|archive", re.IGNORECASE)
_AROUND_CHARS = 60
#: Words that stand by a paywall, and on many other pages.
_NEAR_WALL = re.compile(PHRASES["near_wall"], re.IGNORECASE)
_BARRIER = re.compile(
    r"pay-?wall|(?:^|[\s_-])piano|subscri(?:be|ption|ber)s?-?(?:wall|only|gate|barrier|required)"
    r"|(?<!non)(?<!non-)premium-?(?:wall|teaser|content)|reg(?:istration)?-?wall|meter-?wall|content-?gate",
    re.IGNORECASE,
)
_BARRIER_STEMS = ("wall", "piano", "subscri", "premium", "gate")
#: Testers' tools are called so too.
_TOOL = re.compile(r"debug|(?:^|[\s_-])(?:dev|test(?:er|ing)?)(?:$|[\s_-])", re.IGNORECASE)
#: A barrier says what it wants; an empty element only waits for a script.
_MIN_BARRIER_CHARS = 20
#: It counts what readers may read for free, and may stand on what they read.
_METER = re.compile(
    r"\blimits?\b|l[ií]mite|free (?:articles|stories)|(?:articles?|stories) (?:left|remaining)"
    r"|kostenlose[nr]? artikel|articles? gratuits?|art[ií]culos? gratis|gratisartik",
    re.IGNORECASE,
)
#: A line that is longer tells of paywalls.
_MAX_LINE_CHARS = 300
#: So far from the end of a text, in lines and characters, its wall may stand.
_LAST_LINES = 12
_BEHIND_CHARS = 500
_NAME = re.compile(r"([.#])([\w-]+)[^.#]*$")
#: A paragraph; what offers a subscription is written in shorter lines.
_PARAGRAPH_CHARS = 150
_GOES_ON = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """What a page has of paywalls, besides what it declares."""

    cut: bool = False  # the text ended with the words of one
    barriers: tuple[str, ...] = ()  # what elements say that are called so
    behind: str = ""  # what follows the text on the page
    follows: str = ""  # its first line
    locked_chars: int | None = None  # in the part that is declared not to be free


def read_walls(
    outline: Outline,
    *,
    last: int | None,
    selectors: Sequence[str] = (),
    cut: bool = False,
    read_barriers: bool = True,
) -> Walls:
    """Return what the page has of paywalls.

    ``last`` is the index of the last block of the text, ``selectors`` name what is declared not to
    be free, ``cut`` says that ``cut_at_wall`` has found one. What barriers say can be left unread:
    nobody asks beside a long text, and some pages call each paragraph of theirs one.
    """
    named = {name for each in selectors if (match := _NAME.search(each)) and (name := match[2])}
    barriers: list[Element] = []
    locked: list[Element] = []
    for names, elements in outline.by_names.items():
        if read_barriers and _names_barrier(names):
            barriers += elements
        if named and not named.isdisjoint(names.split()):
            locked += elements
    barriers, locked = _outmost(barriers), _outmost(locked)
    behind: list[str] = []
    size = 0
    for block in outline.blocks[last + 1 :] if last is not None else ():
        if size > _BEHIND_CHARS:
            break
        if not block.hidden:
            behind.append(" ".join(block.text.split()))
            size += len(behind[-1]) + 1
    return Walls(
        cut=cut,
        barriers=tuple(text for each in barriers if (text := _barrier_text(outline, each))),
        behind=" ".join(behind)[:_BEHIND_CHARS],
        follows=behind[0] if behind else "",
        locked_chars=max((len(_visible(outline, each)) for each in locked), default=0)
        if named
        else None,
    )


def _outmost(elements: list[Element]) -> list[Element]:
    """Return ``elements`` without those that stand in another and so say nothing more."""
    found: list[Element] = []
    for element in sorted(elements, key=attrgetter("index")):
        if not found or element.last > found[-1].last:
            found.append(element)
    return found


@lru_cache(maxsize=4096)
def _names_barrier(names: str) -> bool:
    lower = names.lower()
    if not any(stem in lower for stem in _BARRIER_STEMS):
        return False
    return bool(_BARRIER.search(names)) and not _TOOL.search(names)


def _barrier_text(outline: Outline, element: Element) -> str | None:
    """Return what a paywall says; None if it says nothing of one, or only counts free articles."""
    text = _visible(outline, element)
    silent = len(text) < _MIN_BARRIER_CHARS or not hints_at_wall(text)
    return None if silent or _METER.search(text) else text


def _visible(outline: Outline, element: Element) -> str:
    if not element.is_block:
        return outline.text_of(element)
    blocks = outline.blocks[element.first : element.last]
    return " ".join(" ".join(block.text for block in blocks if not block.hidden).split())


def cut_at_wall(paragraphs: Sequence[str], *, calls: bool = True) -> tuple[list[str], bool]:
    """Return ``paragraphs`` up to the paywall at their end, and whether there is one."""
    place = find_wall(paragraphs, calls=calls)
    return list(paragraphs[:place]), place is not None


def find_wall(paragraphs: Sequence[str], *, calls: bool = True) -> int | None:
    """Return at which of ``paragraphs`` the paywall at their end begins, None without one.

    ``calls``: a call to subscribe and read on is one too, unless the text goes on behind it.
    """
    first = max(1, len(paragraphs) - _LAST_LINES)
    for place in range(first, len(paragraphs)):
        line = paragraphs[place]
        if len(line) > _MAX_LINE_CHARS:
            continue
        going_on = sum(len(each) >= _PARAGRAPH_CHARS for each in paragraphs[place + 1 :])
        if says_wall(line, calls=calls and going_on < _GOES_ON):
            rest = sum(map(len, paragraphs[place:]))
            if 2 * rest <= sum(map(len, paragraphs)):
                return place
    return None


def says_wall(text: str, *, calls: bool = True) -> bool:
    """Say whether ``text`` has words by which a paywall withholds what stands in front of it.

    ``calls`` also takes a call to subscribe and read on for such words.
    """
    text = fold_case(text)
    # "About" has the letters of a German subscription, and of no word of a paywall.
    if not _FIND_STEMS(text.replace("about", "")):
        return False
    for pattern in (_LOCKED, _CALL) if calls else (_LOCKED,):
        for match in pattern.finditer(text):
            end = match.end() + _AROUND_CHARS
            if pattern is _CALL and _OF_ANOTHER.search(text[match.start() : end]):
                continue
            if _NOT_TEXT.search(text[max(0, match.start() - _AROUND_CHARS) : end]) is None:
                return True
    return False


def hints_at_wall(text: str) -> bool:
    """Say whether ``text`` speaks of subscriptions, accounts or the like."""
    return _NEAR_WALL.search(text) is not None
