"""IPTC 7901: a telegram with a header line, a slug, a block of titles, the text and a trailer."""

import re

from newsbeam.transforms.core.records import Wire, WireNote, WireSubject
from newsbeam.transforms.text.byline_words import starts_with_label
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.telegrams import (
    is_embargo_mark,
    is_kill_mark,
    is_mark,
    join_lines,
    read_moment,
)
from newsbeam.transforms.wires.times import write_time
from newsbeam.transforms.wires.xml_tree import number_in, tidy

#: Source and number, priority, category, words, and what a sender adds: "epa 0968".
_HEADER = re.compile(
    r"(?P<service>[A-Za-z]{1,4})\s*(?P<number>\d{1,5})\s+(?P<urgency>\d)\s+"
    r"(?P<category>[A-Za-z]{1,4})?\s*(?P<words>\d{1,5})?(?P<sender>.*)"
)
#: "epa 968", "vvvvb KNA 170123-89-00065#2": who sends it, before a number.
_SENDER = re.compile(r"([^\W\d][\w/-]*)\s+\d[\d#-]*$")
_END_OF_TITLES = re.compile(r"\s*=\s*$")
#: Titles are few and short; a block of them without its sign ends at a blank line.
_MAX_TITLE_LINES = 10
#: Where notes to editors begin, and where those that must not be published do.
_NOTEPAD = re.compile(r"\s*#{1,3}\s*(?:Notizblock|Notes?|Notepad|Bloc-notes)\b|\s*#{4,}\s*$", re.I)
_SECRET = re.compile(r"\s*(?:\*\s*){3,}$")


def read_iptc7901(header: str, text: str, trailer: str | None) -> WireItem:
    """Return what one message says."""
    first, *rest = [line.strip() for line in header.replace("\r", "\n").strip().split("\n")]
    said = _HEADER.match(first)
    sender = tidy(said["sender"]) if said else None
    named = _SENDER.search(sender or "")
    provider = named[1] if named else sender
    titles, lines = _split_titles(text.replace("\r\n", "\n").replace("\r", "\n"))
    marks = tuple(line for line in titles if is_mark(line))
    others = [line for line in titles if line not in marks]
    byline = others.pop() if len(others) > 1 and starts_with_label(others[-1]) else None
    story, notes = _split_notepad(lines)
    created = read_moment(trailer)
    category = said["category"] if said else None
    facts = Wire(
        format="iptc-7901",
        urgency=number_in(said["urgency"]) if said else None,
        slugline=tidy(" ".join(rest)),
        byline=byline,
        provider=provider,
        version_created=write_time(created),
        subjects=(WireSubject(code=category, name=None, uri=None),) if category else (),
        signals=marks,
        notes=notes,
    )
    return WireItem(
        kind="text",
        facts=facts,
        headline=tidy(" ".join(others)),
        publisher=provider,
        published=created,
        is_embargoed=any(map(is_embargo_mark, marks)),
        is_killed=any(map(is_kill_mark, marks)),
        paragraphs=join_lines(story),
    )


def _split_titles(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of the title block, which ends in " =", and those of the text."""
    lines = text.strip("\n ").split("\n")
    for number, line in enumerate(lines[:_MAX_TITLE_LINES]):
        if _END_OF_TITLES.search(line):
            titles = [*lines[:number], _END_OF_TITLES.sub("", line)]
            return [title.strip() for title in titles if title.strip()], lines[number + 1 :]
    end = next((number for number, line in enumerate(lines) if not line.strip()), 0)
    if 0 < end <= _MAX_TITLE_LINES and len(lines) > end + 1:
        return [line.strip() for line in lines[:end]], lines[end:]
    return [], lines


def _split_notepad(lines: list[str]) -> tuple[list[str], tuple[WireNote, ...]]:
    """Return the story, and of the notes behind it those that are not confidential."""
    start = next(
        (
            number
            for number, line in enumerate(lines)
            if line.lstrip()[:1] in ("#", "*") and (_NOTEPAD.match(line) or _SECRET.match(line))
        ),
        len(lines),
    )
    notes: list[str] = []
    for line in lines[start:]:
        if _SECRET.match(line):
            break
        if not _NOTEPAD.match(line):
            notes.append(line.lstrip("# "))
    text = tidy(" ".join(notes))
    return lines[:start], (WireNote(text=text, role="notepad"),) if text else ()
