"""Dates in the lines of a page, each with its label, its marks and what stands around it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.locales import Locale
from newsbeam.transforms.dates.written import Written, all_written, find_written
from newsbeam.transforms.metadata.headline import Near, is_elsewhere
from newsbeam.transforms.metadata.stamps import parse_claim
from newsbeam.transforms.metadata.time_elements import is_named_date, stamp_of
from newsbeam.transforms.pages.outline import HEADINGS, TIMES, Block, Element, Mark, Outline
from newsbeam.transforms.text.calendar_names import weekdays
from newsbeam.transforms.text.date_labels import label_after, label_before, opens_with_label

#: A local day may end so many hours after its midnight in UTC.
ONE_DAY_EVERYWHERE = timedelta(hours=36)
#: When an article came out and when it was changed stand together, right at the headline.
MAX_APART_CHARS = 200
#: A date line is short; in a longer text, a date is part of the story unless it opens that.
MAX_LINE_CHARS = 100
_MAX_READ_CHARS = 400
_MAX_MARKS = 200
_OPENING_CHARS = 60
#: How far from the headline a label is the article's own.
_MAX_LABELLED = 600
#: So many letters may stand around a date that is all that a line says.
_MAX_LETTERS_BESIDE = 12
#: A sentence has so many words in small letters before its date.
_MIN_SMALL_WORDS = 3
#: Day, month and year may be blocks of one box.
_MAX_PARTS = 6
_MAX_PART_CHARS = 14
_MAX_BOX_LEVELS = 3

#: Classes that mark a change; themes that know but one date call it all of these.
_CHANGED = re.compile(r"(?:^|[\s_-])(?:updated|modified|changed)(?:$|[\s_-])", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|post|entry|created", re.IGNORECASE)
#: What parts a date from the story that it opens.
_PARTED = re.compile(
    r"(?:,\s*(?![a-zß-öø-ÿ])[^\W\d_][\w .'’-]{1,30})?\s*(?:\([^()]{1,20}\)\s*)?\.?[|)(:–—/•·-]"
)
#: What a date may have for itself, though it is not marked as one.
_OWN = TIMES | frozenset({"span", "small", "em", "strong", "b", "i", "font"})
#: Of a date in Chinese numerals, the sign of the year. One class first: the search skips at C
#: speed.
_DIGIT = re.compile(r"[\d〇元一二三四五六七八九十](?:(?<=\d)|年)")
#: "3 March 2026, a Tuesday", "3 March 2026 was"
_GOES_ON = re.compile(r"\s*(?:,|[^\WA-Z])")
#: "3 – 5 March 2026" is when something takes place.
_RANGE = re.compile(r"(?<![\d.,:/])\d{1,2}\.?(?:\s[^\W\d_]{3,12}\.?)?\s?[-–—]\s?$")
_MARKS = re.compile(r"[|·•–—,:~]")
_SENTENCE_END = re.compile(r"[.!?。！？।۔؟][\"'”’»)\]]*$")
_DENSE = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
#: A sentence has so many characters besides its date, where words are not parted.
_MIN_DENSE_CHARS = 8


class Line(NamedTuple):
    """A line of a block, with the elements that lie in it."""

    text: str
    near: Near  # its block, and where that stands to the headline
    spans: Sequence[tuple[int, int, Element]] = ()  # inline elements, outer ones first
    box: Element | None = None  # what marks the whole of it as a date

    @property
    def block(self) -> Block:
        """The block that it is a line of."""
        return self.near.block


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A date in a line."""

    claim: DateClaim
    line: Line
    element: Element  # the inmost that holds it
    start: int
    end: int
    label: str | None  # published, changed, date, or none
    is_marked: bool  # by a class, or as ``time``
    is_marked_changed: bool  # by a class
    is_own: bool  # it has an element, or the part of a line between two marks, for itself
    is_alone: bool  # little else stands in its line

    @property
    def above(self) -> bool:
        """Whether it stands before the headline."""
        return self.line.near.above

    @property
    def distance(self) -> int:
        """Characters between the headline and the date."""
        return self.line.near.distance + self.start

    @cached_property
    def elsewhere(self) -> bool:
        """Whether it stands in a margin, a teaser, a caption or among comments."""
        return is_elsewhere(self.element, self.line.near.headline)

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """What belongs to the headline first, what was seen first of equals."""
        labelled = self.label == "published" and self.distance <= _MAX_LABELLED
        named = labelled or (self.is_marked and self.distance <= MAX_APART_CHARS)
        return self.elsewhere, not named, self.is_marked_changed, self.distance

    @property
    def is_sure(self) -> bool:
        """Whether nobody can take the date for another than that of publication."""
        if self.elsewhere:
            return False
        if self.label == "published":
            return self.distance <= _MAX_LABELLED
        return (self.is_marked or self.is_bare) and self.distance <= MAX_APART_CHARS

    @property
    def is_bare(self) -> bool:
        """Whether it stands below the headline without a word; a cell is of the one beside it."""
        beside = self.line.text[: self.start] + self.line.text[self.end :]
        in_cell = self.line.block.element.tag in ("td", "th", "dd")
        return not (self.above or in_cell or any(map(str.isalpha, beside)))


def lines_of(outline: Outline, places: Iterable[Near]) -> Iterator[Line]:
    """Yield the lines of blocks; the parts of a box that is marked as a date are one."""
    behind = 0
    for near in places:
        block = near.block
        if block.index < behind:
            continue
        text = block.text[:_MAX_READ_CHARS]
        marks = [mark for mark in block.marks if mark.start <= len(text)][:_MAX_MARKS]
        if not (_DIGIT.search(text) or any(stamp_of(mark.element) for mark in marks)):
            yield Line(text=text, near=near)
            continue
        box = _box_of(block)
        parts = outline.blocks[box.first : box.last] if box is not None else []
        if len(parts) > 1 and all(len(part.text) <= _MAX_PART_CHARS for part in parts):
            behind = parts[-1].index + 1
            yield Line(text=" ".join(part.text for part in parts), near=near, box=box)
        else:
            yield from _cut(text, marks, near, box)


def _box_of(block: Block) -> Element | None:
    """Return the element around a block that is marked as a date, and holds little else."""
    if len(block.text) > MAX_LINE_CHARS:
        return None
    element: Element | None = block.element
    for _ in range(_MAX_BOX_LEVELS):
        if element is None or element.last - element.first > _MAX_PARTS:
            return None
        if element.tag in TIMES or is_named_date(element.names):
            return element
        element = element.parent
    return None


def _cut(text: str, marks: list[Mark], near: Near, box: Element | None) -> Iterator[Line]:
    if not marks:
        for line in text.split("\n"):
            yield Line(text=line, near=near, box=box)
        return
    marks.sort(key=lambda mark: mark.element.index)
    # Style sheets part what has nothing between: a label and its day, a day and its month.
    edges = {edge for mark in marks for edge in (mark.start, mark.end)}
    cuts = sorted(
        edge
        for edge in edges
        if 0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum()
    )
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    text = " ".join(parts)
    spans = [
        (mark.start + bisect_right(cuts, mark.start), mark.end + bisect_left(cuts, mark.end), mark)
        for mark in marks
    ]
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        yield Line(
            text=line,
            near=near,
            spans=[
                (max(first, at) - at, min(last, end) - at, mark.element)
                for first, last, mark in spans
                if first <= end and last >= at
            ],
            box=box,
        )
        at = end + 1


def read_dates(lines: Iterable[Line], locale: Locale) -> Iterator[Seen]:
    """Yield the dates in the order in which they are read, each with its label."""
    last: Line | None = None
    rest = ""  # what the line before says behind its last date
    for line in lines:
        found = _dates_in(line, locale)
        for number, each in enumerate(found):
            behind = found[number - 1].end if number else 0
            is_last = number + 1 == len(found)
            after = line.text[each.end : None if is_last else found[number + 1].start]
            written = Written(each.claim, line.text[behind : each.start], after)
            before = rest if not number and last is not None and not _is_heading(last) else ""
            label = _label(written, before, is_last=is_last)
            seen = _judge(line, each, written, label)
            is_other = label == "other" or _RANGE.search(written.before)
            if not (is_other or _is_told(seen)):
                yield seen
        last, rest = line, line.text[found[-1].end :] if found else line.text


def _is_heading(line: Line) -> bool:
    return line.block.element.within(*HEADINGS) is not None


class _Found(NamedTuple):
    """Where a date begins and ends in a line, and the ``time`` element that says it."""

    start: int
    end: int
    claim: DateClaim
    element: Element | None = None
    text: DateClaim | None = None  # what readers see of it


def _dates_in(line: Line, locale: Locale) -> list[_Found]:
    """Return the dates of a line: of ``time`` elements, and between them."""
    found: list[_Found] = []
    if not line.spans and not _DIGIT.search(line.text):
        return found
    at = 0
    for start, end, element in line.spans:
        stamp = stamp_of(element)
        if not (stamp or element.tag in TIMES) or start < at:
            continue
        found += _written_in(line.text, at, start, locale)
        inner = find_written(line.text[start:end], locale)
        claim = parse_claim(stamp, "time", locale) or (inner.claim if inner else None)
        if claim is not None and inner is None:
            found.append(_Found(start, end, claim, element))
        elif claim is not None and inner is not None:
            edges = start + len(inner.before), end - len(inner.after)
            found.append(_Found(*edges, claim, element, inner.claim))
        at = end
    return found + _written_in(line.text, at, len(line.text), locale)


def _written_in(text: str, start: int, end: int, locale: Locale) -> list[_Found]:
    return [
        _Found(start + first, start + last, claim)
        for first, last, claim in all_written(text[start:end], locale)
    ]


def _judge(line: Line, found: _Found, written: Written, label: str | None) -> Seen:
    start, end = found.start, found.end
    around = [
        each
        for first, last, each in line.spans
        if first <= start and last >= end and (last > first or each is found.element)
    ]
    claim = found.claim
    # Programs that save a page again write its stamps anew.
    if label == "published" and found.text and claim.at - found.text.at >= ONE_DAY_EVERYWHERE:
        claim = found.text
    is_own = _is_own(line, start, end)
    named = [each for each in around if each.tag in TIMES or is_named_date(each.names)]
    if line.box is not None and is_own:
        named.append(line.box)
    return Seen(
        claim=claim,
        line=line,
        element=around[-1] if around else line.block.element,
        start=start,
        end=end,
        label=label,
        is_marked=bool(named),
        is_marked_changed=any(map(_is_marked_changed, (*named, line.block.element))),
        is_own=is_own,
        is_alone=_letters(written.before + written.after) <= _MAX_LETTERS_BESIDE,
    )


def _label(written: Written, before: str, *, is_last: bool) -> str | None:
    """Return the label of a date, out of the text around it or the text ``before`` that."""
    if any(map(str.isalnum, written.before)):
        return label_before(written.before)
    label = label_before(before) if len(before) <= MAX_LINE_CHARS else None
    if label == "other" and not before.rstrip().endswith((":", "：")):
        label = None  # "Premiere" may be the section
    # What stands between two dates is rather the label of the second.
    is_free = is_last or label_before(written.after) is None
    if label is None and is_free and not any(map(str.isdigit, written.after)):
        label = label_after(written.after)
        label = None if label == "other" else label
    return label


def _is_told(seen: Seen) -> bool:
    """Say whether a date is part of a story: in a sentence, or within a long paragraph."""
    text = seen.line.text
    before, after = text[: seen.start], text[seen.end :]
    if seen.label is not None or opens_with_label(before):
        return False
    opens = seen.end <= _OPENING_CHARS and bool(_PARTED.match(after))
    stands_first = not before.strip() and not _GOES_ON.match(after)
    if not (seen.is_marked or opens or stands_first) and _is_told_in(seen):
        return True
    has_element = seen.is_own and seen.element.tag in _OWN
    is_short = len(text) <= MAX_LINE_CHARS
    small = _small_words(_MARKS.split(before)[-1])
    if small and _small_words(_MARKS.split(after)[0]) >= _MIN_SMALL_WORDS:
        return True
    if small >= _MIN_SMALL_WORDS:
        return not (is_short and (seen.is_marked or has_element))
    if is_short or seen.is_marked:
        return False
    begins = not before.strip() and (has_element or not _GOES_ON.match(after))
    return not (opens or begins)


def _is_told_in(seen: Seen) -> bool:
    """Say whether a day stands in a line that ends as a sentence, and has as many words of one."""
    if seen.claim.precision != "day" or not _SENTENCE_END.search(seen.line.text):
        return False
    words = seen.line.text[: seen.start] + seen.line.text[seen.end :]
    told = sum(word[:1].isalpha() and not word[0].isupper() for word in words.split())
    return told >= _MIN_SMALL_WORDS or len(_DENSE.findall(words)) >= _MIN_DENSE_CHARS


def _is_marked_changed(element: Element) -> bool:
    names = element.get("class")
    return bool(_CHANGED.search(names)) and not _PUBLISHED.search(names)


def _is_own(line: Line, start: int, end: int) -> bool:
    """Say whether a date stands alone between marks or the edges of other elements."""
    edges = {edge for first, last, _ in line.spans for edge in (first, last)}
    first = max((edge for edge in edges if edge <= start), default=0)
    last = min((edge for edge in edges if edge >= end), default=len(line.text))
    before = _MARKS.split(line.text[first:start])[-1]
    after = _MARKS.split(line.text[end:last])[0]
    return _letters(before + after) <= _MAX_LETTERS_BESIDE


def _small_words(text: str) -> int:
    return sum(word.islower() and word.strip(".,") not in weekdays() for word in text.split())


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
