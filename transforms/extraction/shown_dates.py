"""Dates that a page shows to readers: beside the headline, and elsewhere by mark or label."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from transforms.core.records import DateClaim
from transforms.extraction.headline import Near, is_elsewhere
from transforms.extraction.markup import text_of
from transforms.extraction.stamps import parse_claim
from transforms.extraction.written_dates import Written, find_written, read_date
from transforms.text.date_labels import last_label, starts_with_label

#: "1.1.26" is the shortest date. A date line is short; in a longer text, it is part of the story.
_MIN_CHARS = 6
_MAX_LINE_CHARS = 100
_OPENING_CHARS = 40
#: When an article came out and when it was changed stand together.
_MAX_APART_CHARS = 200
_OPENING = re.compile(r"(?<=[a-zß-ÿ]{3}) .*", re.DOTALL)  # keeps what stands before the first word
_MARK = re.compile(
    r"(?:^|[\s_-])(?:date|time|datum|fecha|data|posted|publish(?:ed)?|created|timestamp)(?:$|[\s_-])"
    r"|pubdate|publi(?:shed|cation)-?date|entry-date|post-date",
    re.IGNORECASE,
)
#: Classes that mark a change; themes that know but one date call it all of these.
_CHANGED = re.compile(r"(?:^|[\s_-])(?:updated|modified)(?:$|[\s_-])", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|post|entry|created", re.IGNORECASE)
#: A place, a day, and what parts them from the text.
_DATELINE = re.compile(
    r"^\W{0,2}((?:[^\W\d_]+[\s/-]?){0,3},?\s*(?:den\s+|le\s+|am\s+)?"
    r"\d{1,2}\.?\s?(?:[^\W\d_]{3,10}\.?\s|\d{1,2}\.\s?)(?:19|20)\d\d)\s*(?:\)|[-–—:])"
)
#: So many letters may stand around a date that is all that a line says.
_MAX_LETTERS_BESIDE = 12
#: A sentence has so many words in small letters before its date.
_MIN_SMALL_WORDS = 3
_MARKS = re.compile(r"[|·•–—,:]")
_PLACES = (
    *("time", "span", "div", "p", "li", "td", "small", "em", "strong", "b", "i", "dd"),
    *("h4", "h5", "h6"),
)
_EMBEDDED = re.compile(
    r"""\\?"(?:date_?published|published_?(?:at|date|time)|publish_?date|publication_?date|pub_?date"""
    r"""|first_?published(?:_?at)?)\\?"\s*:\s*\\?"([^"\\]{8,40})""",
    re.IGNORECASE,
)
_MAX_SCRIPT_CHARS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What readers can tell: when an article came out, and when it was changed."""

    published: DateClaim | None
    changed: DateClaim | None
    is_sure: bool = False  # what is published is labelled, or stands alone right at the headline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A date near the headline."""

    claim: DateClaim
    near: Near
    label: str | None
    is_alone: bool  # little else stands in its line
    is_marked_changed: bool = False  # by a class


def dates_beside_headline(near: Iterable[Near], language: str | None) -> Shown:
    """Return the dates that stand nearest to the headline, as a reader would see them."""
    published: list[_Seen] = []
    changed: list[_Seen] = []
    previous = ""
    for each in near:
        for seen in _read(each, previous, language):
            (changed if seen.label == "changed" else published).append(seen)
        previous = each.tail or each.text or previous
    # Of several days above the headline, the last is that of the story before in a list.
    is_list = len({seen.claim.at.date() for seen in published if seen.near.above}) > 1
    below = [seen for seen in published if not seen.near.above]
    first = _nearest(below if is_list and below else published)
    last = _nearest(changed)
    if first and last and first.near.distance > last.near.distance + _MAX_APART_CHARS:
        first = None  # a date in the story
    if first is None:
        return Shown(published=None, changed=last.claim if last else None)
    is_right_there = first.is_alone and first.near.distance <= _MAX_APART_CHARS
    return Shown(
        published=first.claim,
        changed=last.claim if last else None,
        is_sure=bool(first.label) or (is_right_there and not (is_list and first.near.above)),
    )


def _nearest(seen: Iterable[_Seen]) -> _Seen | None:
    return min(seen, key=lambda each: (each.is_marked_changed, each.near.distance), default=None)


def _read(near: Near, previous: str, language: str | None) -> Iterator[_Seen]:
    """Yield the dates of an element and its tail; ``previous`` is the text before it."""
    element = near.element
    if element.tag == "time" or (not near.text and len(element) and _is_box(element)):
        claim = _marked(element, language)
        if claim is not None:
            names = element.get("class") or ""
            yield _Seen(
                claim=claim,
                near=near,
                label=last_label(text_of(element)) or _label_before(element, previous),
                is_alone=True,
                is_marked_changed=bool(_CHANGED.search(names)) and not _PUBLISHED.search(names),
            )
            return
    for text in (near.text, near.tail):
        if len(text) < _MIN_CHARS:
            continue
        # A longer text may open with the date, like a dispatch.
        line = text if len(text) <= _MAX_LINE_CHARS else _OPENING.sub("", text[:_OPENING_CHARS])
        written = find_written(line, language)
        if written is None or (text is near.text and _is_told(element, written)):
            continue
        yield _Seen(
            claim=written.claim,
            near=near,
            label=_label(written) or _label_before(element, previous),
            is_alone=_is_alone(written),
        )


def _is_told(element: HtmlElement, written: Written) -> bool:
    """Say whether a date is part of a story: in a sentence, or within a long paragraph."""
    if last_label(written.before):
        return False
    clause = _MARKS.split(written.before)[-1]
    if sum(map(str.islower, clause.split())) >= _MIN_SMALL_WORDS:
        return True
    told = element.tag == "p" and sum(map(str.isalpha, written.before)) > _MAX_LETTERS_BESIDE
    return told and len(text_of(element)) > _MAX_LINE_CHARS


def _is_box(element: HtmlElement) -> bool:
    """Say whether an element is marked as a date, and holds its parts."""
    names = element.get("class")
    return bool(names and _MARK.search(names)) and element.find(".//time") is None


def _is_alone(written: Written) -> bool:
    """Say whether little else than a date stands in a line: a weekday, "o'clock"."""
    return sum(map(str.isalpha, written.before + written.after)) <= _MAX_LETTERS_BESIDE


def _label(written: Written) -> str | None:
    """Return the label of a date from the text around it: "updated 4 March", "4 March, updated"."""
    label = last_label(written.before)
    if label is None and not any(map(str.isdigit, written.after)):
        label = last_label(written.after)
        return label if label == "changed" else None
    return label


def _label_before(element: HtmlElement, previous: str = "") -> str | None:
    """Return the label that is all the text before an element: "Updated on", "Published:"."""
    sibling = element.getprevious()
    for text in (previous, "" if sibling is None else text_of(sibling)):
        if 0 < len(text) <= _OPENING_CHARS and (label := last_label(text)):
            return label
    return None


def dates_elsewhere(tree: HtmlElement, language: str | None, *, has_headline: bool) -> Shown:
    """Return the dates that stand apart from the headline, outside margins and comments.

    Published: the first in an element that is marked as a date; else the first behind a label,
    "Published: …", or that opens a dispatch, "BERLIN, 4 March 2026 – …", "(4 March 2026) …"; else,
    on a page without a headline, the first element that says nothing but a day. Changed: the first
    that is labelled as such.
    """
    found: dict[str, DateClaim] = {}
    for element in tree.iter(*_PLACES):
        own = (element.text or "").strip()
        kind, claim = _judge(element, own, language)
        if claim is None or kind in found or is_elsewhere(element):
            continue
        found[kind] = claim
        if kind == "marked" and "changed" in found:
            break
    kinds = ("marked", "labelled") if has_headline else ("marked", "labelled", "alone")
    published = (found[kind] for kind in kinds if kind in found)
    return Shown(published=next(published, None), changed=found.get("changed"))


def _judge(element: HtmlElement, own: str, language: str | None) -> tuple[str, DateClaim | None]:
    """Return what kind of date an element has, and the date."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag == "time" or _MARK.search(names):
        claim = _marked(element, language)
        if claim is not None:
            label = last_label(text_of(element)) or _label_before(element)
            return ("changed" if label == "changed" else "marked"), claim
    if not own:
        return "", None
    if match := _DATELINE.match(own):
        return "labelled", read_date(match[1], language)
    if starts_with_label(own):
        line = text_of(element)
        return "labelled", read_date(line, language) if len(line) <= _MAX_LINE_CHARS else None
    written = find_written(own, language) if len(own) <= _MAX_LINE_CHARS else None
    if written is None:
        return "", None
    if (_label(written) or _label_before(element)) == "changed":
        return "changed", written.claim
    in_link = next(element.iterancestors("a"), None) is not None
    if _is_alone(written) and len(element) == 0 and not in_link:
        return "alone", written.claim
    return "", None


def _marked(element: HtmlElement, language: str | None) -> DateClaim | None:
    """Return the date of an element that is marked as one: its stamp, else what readers see."""
    stamp = element.get("datetime")
    if stamp and (claim := parse_claim(stamp, "time")):
        return claim
    text = stamp or text_of(element)
    if len(text) > _MAX_LINE_CHARS:
        return None
    # A box may have day, month and year in elements of their own, with nothing between.
    parted = " ".join(" ".join(element.itertext()).split())
    return read_date(text, language) or read_date(parted, language)


def embedded_date(tree: HtmlElement, language: str | None) -> DateClaim | None:
    """Return the day that the page's scripts name as its publication, if they name but one."""
    found = {
        match[1]
        for script in tree.iter("script")
        if script.text and len(script.text) <= _MAX_SCRIPT_CHARS
        for match in _EMBEDDED.finditer(script.text)
    }
    claims = [claim for text in found if (claim := read_date(text, language))]
    return claims[0] if len({claim.at.date() for claim in claims}) == 1 else None
