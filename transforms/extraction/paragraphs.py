"""The paragraphs of an article as its readers know them: without headline, byline and repeats."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from transforms.core.identity import normalize_text
from transforms.extraction.written_dates import is_calendar, read_date

#: What stands above an article is among its first paragraphs.
_HEAD = 8
#: A date line says little else: "Published on Monday, 28 April 2023, 19:25 | Updated".
_MAX_DATE_CHARS = 80
_MAX_BYLINE_CHARS = 120
_MAX_HEADING_WORDS = 4
#: Shorter paragraphs may stand twice for good reason.
_MIN_REPEATED_CHARS = 40

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


def drop_head(
    paragraphs: Sequence[str], *, titles: Iterable[str | None], authors: Iterable[str]
) -> list[str]:
    """Return ``paragraphs`` without headline, byline and date line among the first ones.

    They are columns of their own. Anything with more to say stays. A byline may be the last too.
    """
    known = {normalize_text(title) for title in titles if title}
    names = [normalize_text(name) for name in authors]
    head = [p for p in paragraphs[:_HEAD] if not _is_head(p, known, names)]
    rest = list(paragraphs[_HEAD:])
    if rest and normalize_text(rest[-1]) in names:
        rest.pop()
    # What it announced is not there.
    while rest and rest[-1].endswith(":") and len(rest[-1].split()) <= _MAX_HEADING_WORDS:
        rest.pop()
    return [*head, *rest]


def drop_repeats(paragraphs: Sequence[str]) -> list[str]:
    """Return ``paragraphs`` without the second of two long ones that are the same."""
    seen: set[str] = set()
    kept = []
    for paragraph in paragraphs:
        key = normalize_text(paragraph) if len(paragraph) >= _MIN_REPEATED_CHARS else ""
        if key and key in seen:
            continue
        seen.add(key)
        kept.append(paragraph)
    return kept


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


def _is_head(paragraph: str, titles: set[str], authors: Sequence[str]) -> bool:
    text = normalize_text(paragraph)
    if text in titles or any(_adds_little(text, title) for title in titles):
        return True
    if len(paragraph) <= _MAX_BYLINE_CHARS and authors and _is_byline(paragraph, authors):
        return True
    return len(paragraph) <= _MAX_DATE_CHARS and _is_date_line(paragraph)


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
    if read_date(paragraph, None) is None:
        return False
    words = [w for w in normalize_text(paragraph).split() if not any(map(str.isdigit, w))]
    return len([w for w in words if not is_calendar(w)]) <= 4 and not paragraph.endswith(
        (".", "!", "?")
    )
