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
from transforms.text.date_labels import label_after, label_before, opens_with_label

#: "1.1.26" is the shortest date. A date line is short; in a longer text, it is part of the story.
_MIN_CHARS = 6
_MAX_LINE_CHARS = 100
_OPENING_CHARS = 40
#: When an article came out and when it was changed stand together, right at the headline.
_MAX_APART_CHARS = 200
#: How far from the headline a label is the article's own.
_MAX_LABELLED = 600
_HEADINGS = ("h1", "h2", "h3", "h4")
_OPENING = re.compile(r"(?<=[a-zß-ÿ]{3}) .*", re.DOTALL)  # keeps what stands before the first word
_MARK = re.compile(
    r"(?:^|[\s_-])(?:date|time|datum|fecha|data|posted|publish(?:ed)?|created|timestamp)(?:$|[\s_-])"
    r"|pubdate|publi(?:shed|cation)-?date|entry-date|post-date",
    re.IGNORECASE,
)
#: Classes that mark a change; themes that know but one date call it all of these.
_CHANGED = re.compile(r"(?:^|[\s_-])(?:updated|modified)(?:$|[\s_-])", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|post|entry|created", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
#: A place, a day, and what parts them from the text.
_DATELINE = re.compile(
    r"^\W{0,2}((?:[^\W\d_]+(?:[\s/-]|(?![^\W\d_]))){0,3},?\s*(?:den\s+|le\s+|am\s+)?"
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
    is_sure: bool = False  # what is published is labelled, or marked right at the headline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A date near the headline."""

    claim: DateClaim
    near: Near
    label: str | None  # published, changed or date
    is_marked: bool  # by a class, or as ``time``
    is_marked_changed: bool  # by a class

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """What belongs to the headline first, what was seen first of equals."""
        labelled = self.label == "published" and self.near.distance <= _MAX_LABELLED
        elsewhere = is_elsewhere(self.near.element)
        named = labelled or (self.is_marked and self.near.distance <= _MAX_APART_CHARS)
        return elsewhere, not named, self.is_marked_changed, self.near.distance


def dates_beside_headline(near: Iterable[Near], language: str | None) -> Shown:
    """Return the dates that stand nearest to the headline, as a reader would see them."""
    published: list[_Seen] = []
    changed: list[_Seen] = []
    for seen in _read(near, language):
        (changed if seen.label == "changed" else published).append(seen)
    # Of several days above the headline, the last is that of the story before in a list.
    is_list = len({seen.claim.at.date() for seen in published if seen.near.above}) > 1
    below = [seen for seen in published if not seen.near.above]
    first = min(below if is_list and below else published, key=lambda seen: seen.rank, default=None)
    own = [seen for seen in changed if not is_elsewhere(seen.near.element)]
    last = min(own, key=lambda seen: seen.rank, default=None)
    if first and last and first.label is None and _is_far(first, last):
        first = None  # a date in the story
    return Shown(
        published=first.claim if first else None,
        changed=last.claim if last else None,
        is_sure=first is not None and _is_sure(first, is_list=is_list),
    )


def _is_far(seen: _Seen, other: _Seen) -> bool:
    return seen.near.distance > other.near.distance + _MAX_APART_CHARS


def _is_sure(seen: _Seen, *, is_list: bool) -> bool:
    """Say whether nobody can take a date for another than that of publication."""
    if is_elsewhere(seen.near.element) or (is_list and seen.near.above):
        return False
    if seen.label == "published":
        return seen.near.distance <= _MAX_LABELLED
    return seen.is_marked and seen.near.distance <= _MAX_APART_CHARS


def _read(near: Iterable[Near], language: str | None) -> Iterator[_Seen]:
    """Yield the dates in the order in which they are read, each with its label."""
    before, boxed = "", None
    for each, text in _pieces(near):
        element = each.element
        if text is not None and not _DIGIT.search(text):
            before = "" if element.tag in _HEADINGS else text
            continue
        if boxed is not None and boxed in element.iterancestors():
            continue  # its parts were read as one
        if text is None:
            if seen := _read_marked(each, before, language):
                yield seen
                before, boxed = "", element
            continue
        # A longer text may open with the date, like a dispatch.
        line = text if len(text) <= _MAX_LINE_CHARS else _OPENING.sub("", text[:_OPENING_CHARS])
        while len(line) >= _MIN_CHARS and (written := find_written(line, language)):
            if not _is_told(element, written):
                yield _Seen(
                    claim=written.claim,
                    near=each,
                    label=_label(written, before),
                    is_marked=_is_alone(written) and _is_named_date(element),
                    is_marked_changed=_is_marked_changed(element),
                )
            before, line = "", written.after
        before = "" if element.tag in _HEADINGS else line


def _read_marked(near: Near, before: str, language: str | None) -> _Seen | None:
    """Return the date of an element that is marked as one, unless it holds several."""
    element = near.element
    claim = _marked(element, language)
    if claim is None:
        return None
    written = find_written(text_of(element), language)
    if written is None:
        label = label_before(before)
    elif element.tag != "time" and find_written(written.after, language):
        return None
    else:
        label = _label(written, before)
    return _Seen(
        claim=claim,
        near=near,
        label=label,
        is_marked=True,
        is_marked_changed=_is_marked_changed(element),
    )


def _pieces(near: Iterable[Near]) -> Iterator[tuple[Near, str | None]]:
    """Yield elements and their texts as they are read: what is behind one follows what is in it.

    Of an element that is marked as a date, None stands for its text.
    """
    open_: list[Near] = []
    for each in near:
        parent = each.element.getparent()
        while open_ and open_[-1].element is not parent:
            behind = open_.pop()
            if behind.tail:
                yield behind, behind.tail
        open_.append(each)
        element = each.element
        if element.tag == "time" or (not each.text and len(element) and _is_box(element)):
            yield each, None
        if each.text:
            yield each, each.text
        elif element.tag == "label":
            yield each, text_of(element)
    for behind in reversed(open_):
        if behind.tail:
            yield behind, behind.tail


def _label(written: Written, before: str) -> str | None:
    """Return the label of a date, out of the text around it or the text ``before`` that."""
    if any(map(str.isalnum, written.before)):
        return label_before(written.before)
    label = label_before(before) if len(before) <= _MAX_LINE_CHARS else None
    if label is None and not any(map(str.isdigit, written.after)):
        label = label_after(written.after)
    return label


def _is_told(element: HtmlElement, written: Written) -> bool:
    """Say whether a date is part of a story: in a sentence, or within a long paragraph."""
    if label_before(written.before) or opens_with_label(written.before):
        return False
    clause = _MARKS.split(written.before)[-1]
    if sum(map(str.islower, clause.split())) >= _MIN_SMALL_WORDS:
        return True
    told = element.tag == "p" and sum(map(str.isalpha, written.before)) > _MAX_LETTERS_BESIDE
    return told and len(text_of(element)) > _MAX_LINE_CHARS


def _is_named_date(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(names) > 1 and bool(_MARK.search(names))


def _is_marked_changed(element: HtmlElement) -> bool:
    names = element.get("class") or ""
    return bool(_CHANGED.search(names)) and not _PUBLISHED.search(names)


def _is_box(element: HtmlElement) -> bool:
    """Say whether an element is marked as a date, and holds the parts of one."""
    names = element.get("class")
    return bool(names and _MARK.search(names)) and element.find(".//time") is None


def _is_alone(written: Written) -> bool:
    """Say whether little else than a date stands in a line: a weekday, "o'clock"."""
    return sum(map(str.isalpha, written.before + written.after)) <= _MAX_LETTERS_BESIDE


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
        if claim is None or kind in found or (has_headline and kind == "alone"):
            continue
        if is_elsewhere(element):
            continue
        found[kind] = claim
        if kind == "marked" and "changed" in found:
            break
    published = (found[kind] for kind in ("marked", "labelled", "alone") if kind in found)
    return Shown(
        published=next(published, None),
        changed=found.get("changed"),
        is_sure="labelled" in found and "marked" not in found,
    )


def _judge(element: HtmlElement, own: str, language: str | None) -> tuple[str, DateClaim | None]:
    """Return what kind of date an element has, and the date."""
    if element.tag == "time" or _is_named_date(element):
        claim = _marked(element, language)
        if claim is not None:
            written = find_written(text_of(element), language)
            label = _label(written, _text_before(element)) if written else None
            return ("changed" if label == "changed" else "marked"), claim
    if not own:
        return "", None
    if match := _DATELINE.match(own[:_MAX_LINE_CHARS]):
        return "labelled", read_date(match[1], language)
    if len(own) > _MAX_LINE_CHARS:
        return "", None
    written = find_written(own, language)
    # "Published: <b>4 March</b>"
    if written is None and label_before(own) and len(line := text_of(element)) <= _MAX_LINE_CHARS:
        written = find_written(line, language)
    if written is None:
        return "", None
    label = _label(written, _text_before(element))
    if label == "changed":
        return "changed", written.claim
    if label == "published" or (label == "date" and _is_alone(written)):
        return "labelled", written.claim
    in_link = next(element.iterancestors("a"), None) is not None
    if _is_alone(written) and len(element) == 0 and not in_link:
        return "alone", written.claim
    return "", None


def _text_before(element: HtmlElement) -> str:
    """Return the text of the element right before one, unless that is a heading or no text."""
    sibling = element.getprevious()
    if sibling is None:
        parent = element.getparent()
        return (parent.text or "").strip() if parent is not None else ""
    if (sibling.tail or "").strip():
        return str(sibling.tail).strip()
    silent = not isinstance(sibling.tag, str) or sibling.tag in (*_HEADINGS, "script", "style")
    return "" if silent else text_of(sibling)


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
