"""Dates that a page shows to readers: beside the headline, and elsewhere by mark or label."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, takewhile

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.locales import Locale
from newsbeam.transforms.dates.written import read_date
from newsbeam.transforms.metadata.date_lines import (
    MAX_APART_CHARS,
    MAX_LINE_CHARS,
    Line,
    Seen,
    lines_of,
    read_dates,
)
from newsbeam.transforms.metadata.headline import Near
from newsbeam.transforms.metadata.stamps import parse_claim
from newsbeam.transforms.pages.outline import Block, Element, Outline, named
from newsbeam.transforms.text.date_labels import opens_with_label

#: What comes later on a page is of comments and archives.
_MAX_BLOCKS = 20_000
_MAX_DATES = 500
#: Further from the headline, a day that nothing labels or marks may be one of the story.
_MAX_UNLABELLED = 400
#: A teaser has a headline, a date, a line of text, a kicker.
_MAX_TEASER_BLOCKS = 4
_MIN_HEADLINE_WORDS = 4
#: A place, a day, and what parts them from the text.
_DATELINE = re.compile(
    r"^\W{0,2}((?:[^\W\d_]+(?:[\s/-]|(?![^\W\d_]))){0,3},?\s*(?:den\s+|le\s+|am\s+)?"
    r"\d{1,2}\.?\s?(?:(?:de\s)?[^\W\d_]{3,10}\.?\s(?:de\s)?|\d{1,2}\.\s?)(?:19|20)\d\d)"
    r"\s*(?:\)|\.?\s?[-–—]|:)"
)
#: Whose dates are not the page's.
_FOREIGN_TAGS = frozenset({"figure", "figcaption", "blockquote", "caption"})
_is_foreign_name = named(
    r"(?:^|[\s_-])comments?(?:[\s_-]*(?:list|thread|section|area|item|body|content|meta|date|time)|\s|$)"
    r"|kommentar|related|recommend|most-?popular|disqus|more-?from|also-?read|caption(?:[_-]{0,2}text)?(?:\s|$)"
    r"|tweet|(?:instagram|twitter|facebook|fb|tiktok|bluesky|mastodon|threads|telegram|youtube|reddit|social)"
    r"-(?:media|post|embed|video)|(?:^|\s)(?:embed(?:ded)?|legend)(?:$|[\s_-])",
)
#: The top of a page, which has the day of today.
_is_masthead = named(
    r"(?:^|[\s_-])(?:mast-?head|top-?(?:bar|date|nav|menu|header)|(?:site|page|main)-?header"
    r"|nav-?bar|(?:current|todays?)-?date|date-?(?:today|now)|today|ticker|weather)(?:$|[\s_-])"
    r"|^\s*(?:header|top)\s*$",
)
#: What calls itself a part of the article.
_is_of_post = named(
    r"(?:^|[\s_-])(?:post|entry|article|story|news|publish(?:ed)?)[_-]?(?:date|time|meta|info)"
)
_MAX_PICTURE_BLOCKS = 3
#: A box round a picture. What is marked as a date in it is the article's, laid over the picture.
_is_picture = named(
    r"(?:^|[\s_-])(?:pic|picture|image|img|photo|bild|foto|media|gallery)"
    r"(?:[_-]?(?:box|wrap(?:per)?|holder|container|block|item))?(?:$|\s)",
)
_QUOTE = r"""(?:\\*["']|&quot;)"""
#: "publishedAt": "2026-03-04T10:00:00Z", 'articlePublishDate': '2026-03-04'
_EMBEDDED = re.compile(
    r"""(?:["']|&quot;)(?:article|page|content|story|post)?_?(?:date_?publish(?:ed)?|publication_?(?:date|time)"""
    r"""|pub_?date|(?:first_?)?publish(?:ed)?(?:_?(?:at|on|date|time|date_?time|timestamp))?)"""
    rf"""{_QUOTE}\s*:\s*(?:{_QUOTE}((?:[^"'\\&]|\\+u002b){{8,90}})|(\d{{10}}(?:\d{{3}})?)\b)""",
    re.IGNORECASE,
)
_PLUS = re.compile(r"\\+u002b", re.IGNORECASE)
_MAX_SCRIPT_CHARS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What readers can tell: when an article came out, and when it was changed."""

    published: DateClaim | None = None
    changed: DateClaim | None = None
    is_sure: bool = False  # what is published is labelled, or marked right at the headline
    guess: DateClaim | None = None  # a day that nothing says is that of publication
    lines: tuple[Line, ...] = ()  # what was read
    blocks: tuple[int, ...] = ()  # those that say nothing but dates


def is_foreign(element: Element, headline: Element | None) -> bool:
    """Say whether an element is of a picture, a quoted post, a comment or another article.

    It is judged by what stands between it and the nearest element that also holds the headline.
    """
    home = {each.index for each in headline.chain()} if headline is not None else set()
    has_article = headline is not None and headline.within("article") is not None
    for each in element.chain():
        if each.index in home or each.tag in ("body", "html"):
            return False
        if each.tag in _FOREIGN_TAGS or (each.tag == "article" and has_article):
            return True
        if _is_foreign_name(each.names):
            return True
    return False


def _is_of_picture(seen: Seen, headline: Element | None) -> bool:
    """Say whether a date that nothing marks stands in the box of a picture."""
    if seen.is_marked or seen.label is not None or seen.claim.precision != "day":
        return False
    home = {each.index for each in headline.chain()} if headline is not None else set()
    boxes = takewhile(lambda each: each.index not in home, seen.element.chain())
    small = (each for each in boxes if each.last - each.first <= _MAX_PICTURE_BLOCKS)
    return any(_is_picture(each.names) for each in small)


def is_above_article(element: Element, headline: Element | None) -> bool:
    """Say whether an element stands before the article that has the headline."""
    article = headline.within("article") if headline is not None else None
    return article is not None and element.last <= article.first


def is_of_masthead(element: Element, headline: Element | None) -> bool:
    """Say whether an element stands at the top of the page, where papers show what day it is.

    That is outside of the main part or the article that has the headline, or in the page's head.
    """
    if headline is None:
        is_apart = element.within("article", "main") is None
        return is_apart and any(map(_is_top, element.chain()))
    if element.first >= headline.first:
        return False
    around = headline.within("main") or headline.within("article")
    if around is not None:
        chain = [*element.chain()]
        return around not in chain and not any(_is_of_post(each.names) for each in chain[:2])
    home = {each.index for each in headline.chain()}
    boxes = takewhile(lambda each: each.index not in home, element.chain())
    return any(map(_is_top, boxes))


def _is_top(element: Element) -> bool:
    return element.tag in ("header", "nav") or _is_masthead(element.names)


def is_of_teaser(outline: Outline, element: Element, headline: Element | None) -> bool:
    """Say whether an element stands beside a link that reads like another article's headline."""
    if headline is None:
        return False
    for each in element.chain():
        count = each.last - each.first
        if count > _MAX_TEASER_BLOCKS or each.first <= headline.first < each.last:
            return False
        if any(map(_is_link, outline.blocks[each.first : each.last])):
            return True
    return False


def _is_teaser(outline: Outline, seen: Seen, headline: Element | None) -> bool:
    return seen.label is None and is_of_teaser(outline, seen.element, headline)


def _is_link(block: Block) -> bool:
    links = (block.text[mark.start : mark.end] for mark in block.marks if mark.element.tag == "a")
    return any(len(text.split()) >= _MIN_HEADLINE_WORDS for text in links)


def dates_beside_headline(
    outline: Outline, near: Sequence[Near], locale: Locale, headline: Element | None = None
) -> Shown:
    """Return the dates that stand nearest to the headline, as a reader would see them."""
    lines = tuple(lines_of(outline, near))
    published: list[Seen] = []
    changed: list[Seen] = []
    for seen in (*_in_headline(outline, headline, locale), *read_dates(lines, locale)):
        if seen.label is None and is_foreign(seen.element, headline):
            continue
        if seen.label is None and is_of_masthead(seen.element, headline):
            continue
        if _is_of_picture(seen, headline):
            continue
        is_far = seen.distance > MAX_APART_CHARS or is_above_article(seen.element, headline)
        if is_far and _is_teaser(outline, seen, headline):
            continue
        (changed if seen.label == "changed" else published).append(seen)
    # Of several days above the headline, the last is that of the story before in a list.
    is_list = len({seen.claim.at.date() for seen in published if seen.above}) > 1
    below = [seen for seen in published if not seen.above]
    first = min(below if is_list and below else published, key=lambda seen: seen.rank, default=None)
    own = [seen for seen in changed if not seen.elsewhere]
    last = min(own, key=lambda seen: seen.rank, default=None)
    if first and last and first.label is None and first.distance > last.distance + MAX_APART_CHARS:
        first = None  # a date in the story
    claim = first.claim if first else None
    if first and not (first.label or first.is_marked or first.distance <= _MAX_UNLABELLED):
        claim = replace(first.claim, flags=(*first.claim.flags, "unlabelled"))
    return Shown(
        published=claim,
        changed=last.claim if last else None,
        is_sure=first is not None and first.is_sure and not (is_list and first.above),
        lines=lines,
        blocks=tuple(sorted({s.line.block.index for s in (*published, *changed) if s.is_alone})),
    )


def dates_elsewhere(outline: Outline, locale: Locale, headline: Element | None = None) -> Shown:
    """Return the dates that stand apart from the headline, outside margins and comments.

    Published: the first in an element that is marked as a date; else the first behind a label,
    "Published: …", or that opens a dispatch, "BERLIN, 4 March 2026 – …", "(4 March 2026) …"; else,
    on a page without a headline, the first that stands alone. Changed: the first that is labelled
    as such. The first that stands alone on a page with a headline is flagged ``unlabelled``.
    """
    found: dict[str, DateClaim] = {}
    lines = lines_of(outline, map(_apart, outline.blocks[:_MAX_BLOCKS]))
    for seen in islice(read_dates(lines, locale), _MAX_DATES):
        kind = _kind(seen)
        if kind in found and "guess" in found:
            continue
        if kind is not None and (seen.elsewhere or _is_teaser(outline, seen, headline)):
            kind = "guess" if kind in ("marked", "alone") else None
        if kind is None or kind in found or is_foreign(seen.element, headline):
            continue
        if seen.label is None and is_of_masthead(seen.element, headline):
            continue
        if _is_of_picture(seen, headline):
            continue
        found[kind] = seen.claim
        if kind == "marked" and "changed" in found:
            break
    kinds = ("marked", "labelled", *(() if headline is not None else ("alone",)))
    guess = found.get("alone") or found.get("guess")
    return Shown(
        published=next((found[kind] for kind in kinds if kind in found), None),
        changed=found.get("changed"),
        is_sure="labelled" in found and "marked" not in found,
        guess=replace(guess, flags=(*guess.flags, "unlabelled")) if guess else None,
    )


def _apart(block: Block) -> Near:
    return Near(0, block)


def _kind(seen: Seen) -> str | None:
    if seen.label == "changed":
        return "changed"
    if seen.is_marked:
        return "marked"
    if seen.label == "published" or (seen.label == "date" and seen.is_alone):
        return "labelled"
    if _DATELINE.match(seen.line.text[:MAX_LINE_CHARS]):
        return "labelled"
    stands_alone = seen.is_own or seen.claim.precision != "day" or opens_with_label(seen.line.text)
    return "alone" if stands_alone and seen.element.within("a") is None else None


def embedded_date(outline: Outline, locale: Locale) -> DateClaim | None:
    """Return when the page's scripts say that it was published, if they name but one day."""
    found = dict.fromkeys(
        _PLUS.sub("+", match[1] or match[2])
        for script in chain(outline.json_ld, outline.scripts, *outline.meta.values())
        if len(script) <= _MAX_SCRIPT_CHARS and _names_publication(script)
        for match in _EMBEDDED.finditer(script)
    )
    claims = [
        replace(claim, source="script")
        for text in found
        if (claim := parse_claim(text, "script", locale) or read_date(text, locale))
    ]
    return claims[0] if len({claim.at.date() for claim in claims}) == 1 else None


def _names_publication(script: str) -> bool:
    """Say whether a script has one of the words looked for: most have not, and this is fast."""
    lower = script.lower()
    return any(map(lower.__contains__, ("publish", "publication", "pubdate", "pub_date")))


def _in_headline(outline: Outline, headline: Element | None, locale: Locale) -> Iterator[Seen]:
    """Yield the dates that have an element of their own in the headline."""
    if headline is not None:
        near = [Near(0, block) for block in outline.blocks[headline.first : headline.last]]
        for seen in read_dates(lines_of(outline, near), locale):
            if seen.is_own and seen.element is not headline:
                yield seen
