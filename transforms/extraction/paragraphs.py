"""The paragraphs of an article: lines, what two texts share, and what stands at their head."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.dates.months import is_calendar
from newsbeam.transforms.dates.written import read_date

#: A date line says little else: "Published on Monday, 28 April 2023, 19:25 | Updated".
_MAX_DATE_CHARS = 80
_MAX_BYLINE_CHARS = 120

#: Scripts that do not part words: Thai, Lao, Khmer, Burmese, Chinese, Japanese.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SAMPLE_CHARS = 400
_ROW = re.compile(r"\|(.*)\|")
_CELL_END = re.compile(r"(?<!\\)\|")
_BY = re.compile(r"^\W*(?:by|von|par|por|di|da|door|av|af|text|autor|author)\b\W*", re.IGNORECASE)


def split_paragraphs(text: str) -> list[str]:
    """Return the lines of ``text`` that say something."""
    lines = (_unframe(line.strip()) for line in text.split("\n"))
    return [line for line in lines if any(map(str.isalnum, line))]


def _unframe(line: str) -> str:
    """Return a row of a table as trafilatura writes it ("| a | b | |") as its cells ("a | b")."""
    row = _ROW.fullmatch(line)
    if row is None:
        return line
    cells = (cell.strip().replace("\\|", "|") for cell in _CELL_END.split(row[1]))
    return " | ".join(cell for cell in cells if cell)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return how often each run of four words is in ``text``; of characters where words are not
    parted by spaces."""
    words = normalize_text(text).split()
    if 2 * len(_UNSPACED.findall(text[:_SAMPLE_CHARS])) > min(len(text), _SAMPLE_CHARS):
        words = list("".join(words))
    return Counter(zip(*(words[i:] for i in range(4)), strict=False))


def coverage(part: Counter[tuple[str, ...]], whole: Counter[tuple[str, ...]]) -> float:
    """Return the share of ``part``'s shingles that ``whole`` has too; 0 if there are none."""
    return (part & whole).total() / part.total() if part else 0.0


def is_head(paragraph: str, titles: Collection[str], authors: Sequence[str]) -> str | None:
    """Return what a paragraph at the head of a text is, if it is a column of its own.

    That is ``headline``, ``byline`` or ``date``; None for anything with more to say. ``titles`` and
    ``authors`` are normalized.
    """
    text = normalize_text(paragraph)
    if text in titles or any(_adds_little(text, title) for title in titles):
        return "headline"
    if len(paragraph) <= _MAX_BYLINE_CHARS and authors and _is_byline(paragraph, authors):
        return "byline"
    return "date" if len(paragraph) <= _MAX_DATE_CHARS and _is_date_line(paragraph) else None


def _adds_little(text: str, title: str) -> bool:
    """Say whether ``text`` is the title with a kicker or a label: it is little longer."""
    within = text.endswith(title) or text.startswith(title)
    return len(title) > 20 and within and len(text) < 1.7 * len(title)


def _is_byline(paragraph: str, authors: Sequence[str]) -> bool:
    text = normalize_text(_BY.sub("", paragraph))
    for name in sorted(authors, key=len, reverse=True):
        text = text.replace(name, " ")
    # What is left of "Jane Doe and John Doe, London" is a word or two.
    rest = text.split()
    return len(rest) <= 3 and len(" ".join(rest)) < len(normalize_text(paragraph)) / 2


def _is_date_line(paragraph: str) -> bool:
    if read_date(paragraph) is None:
        return False
    words = [w for w in normalize_text(paragraph).split() if not any(map(str.isdigit, w))]
    return len([w for w in words if not is_calendar(w)]) <= 4 and not paragraph.endswith(
        (".", "!", "?")
    )
