"""Pieces of a page. Whatever comes from an input is escaped here, and nowhere else."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsbeam.pipelines.report_words import ago, moment

#: Rows of a list that are shown at once, and of those that open at most.
SHOWN, OPENED = 10, 300
_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x1f\x7f]+", re.IGNORECASE)
#: What would change the order of the text around it.
_DIRECTIONS = {
    ord(character): "\ufffd"
    for character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is HTML already; everything else is escaped."""

    text: str


#: What a cell can hold.
Cell = Markup | str | int | float | None


def escape(value: Cell) -> str:
    """Return a value as HTML."""
    if isinstance(value, Markup):
        return value.text
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return html.escape(str(value).translate(_DIRECTIONS))


def prose(text: str) -> Markup:
    """Return a sentence of ours; what stands between backticks is code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", escape(text)))


def quote(text: str | None) -> Markup:
    """Return text from an input: its direction does not touch what is around it."""
    return Markup(f"<bdi>{escape(text)}</bdi>" if text else "")


def link(address: str | None, text: str | None = None) -> Markup:
    """Return a link to ``address`` if it is one of the web; else the text alone."""
    shown = quote(text or address)
    if address is None or not _ADDRESS.fullmatch(address):
        return shown
    rel = "noopener noreferrer nofollow"
    return Markup(f'<a href="{html.escape(address)}" rel="{rel}">{shown.text}</a>')


def time(at: datetime | None, now: datetime) -> Markup:
    """Return a moment as people say it, with itself as a title."""
    if at is None:
        return Markup("")
    return Markup(
        f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}" title="{moment(at)}">{ago(at, now)}</time>'
    )


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    name: str
    is_number: bool = False
    wide: bool = False  # on a phone its value stands below its name


def table(
    heads: Sequence[Head], rows: Sequence[Sequence[Cell]], caption: str, *, hidden: bool = False
) -> str:
    """Return a table; on a phone its rows become cards, with the first column as their title.

    A ``hidden`` caption is for those who hear the page: a heading says the same.
    """
    head = "".join(
        f'<th scope="col"{" class=n" if each.is_number else ""}>{escape(each.name)}</th>'
        for each in heads
    )
    body = "".join(f"<tr>{_cells(heads, row)}</tr>" for row in rows)
    return (
        f"<table><caption{' class=h' if hidden else ''}>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cells(heads: Sequence[Head], row: Sequence[Cell]) -> str:
    cells = [f'<th scope="row">{escape(row[0])}</th>']
    for head, value in zip(heads[1:], row[1:], strict=True):
        names = [name for name, wanted in (("n", head.is_number), ("w", head.wide)) if wanted]
        shown = escape(value)
        names += ["e"] if not shown else []
        kind = f' class="{" ".join(names)}"' if names else ""
        cells.append(f'<td{kind} data-h="{escape(head.name)}">{shown}</td>')
    return "".join(cells)


def long_table(
    heads: Sequence[Head],
    rows: Sequence[Sequence[Cell]],
    caption: str,
    noun: str,
    total: int | None = None,
    hidden: bool = False,
) -> str:
    """Return a table of which the first rows are shown, and the others open.

    ``total`` is how many there are, if they are more than ``rows``.
    """
    total = len(rows) if total is None else total
    first = table(heads, rows[:SHOWN], caption, hidden=hidden)
    if total <= SHOWN and len(rows) <= SHOWN:
        return first
    rest = rows[SHOWN : SHOWN + OPENED]
    shown = min(len(rows), SHOWN)
    said = f"{shown:,} of {total:,} {noun}"
    if not rest:
        return f'{first}<p class="of">{escape(said)}</p>'
    more = total - shown - len(rest)
    behind = (
        f'<p class="of">{prose(f"{more:,} more are in `newsbeam report --json`.").text}</p>'
        if more
        else ""
    )
    return (
        f"{first}<details><summary>{escape(said)}: show {len(rest):,} more</summary>"
        f"{table(heads, rest, caption, hidden=True)}{behind}</details>"
    )


def section(anchor: str, title: str, *parts: str) -> str:
    """Return a section of the page."""
    return f'<section id="{anchor}"><h2>{escape(title)}</h2>{"".join(parts)}</section>'


def paragraph(text: Cell, kind: str = "") -> str:
    """Return a paragraph."""
    return f"<p{f' class={kind}' if kind else ''}>{escape(text)}</p>"
