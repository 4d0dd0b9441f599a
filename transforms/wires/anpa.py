"""ANPA 1312: a telegram whose first lines, between carets, are slug, headline, notes and byline."""

import re

from newsbeam.transforms.core.records import Wire, WireNote, WireSubject
from newsbeam.transforms.text.byline_words import starts_with_label
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.telegrams import is_kill_mark, join_lines, read_moment
from newsbeam.transforms.wires.times import write_time
from newsbeam.transforms.wires.xml_tree import once, tidy

#: Service and number, and the selector behind them.
_SERVICE = re.compile(r"\s*(?P<service>[A-Za-z]{1,3})\s*(?P<number>\d{3,5})")
#: Priority and category, then keywords, day and words: "r i  BC-XX--Slug  11-13 0149".
_LINE = re.compile(
    r"\s*(?P<priority>[a-z])\s+(?P<category>[a-z]{1,2})\b\s*(?P<keywords>.*?)"
    r"(?:\s+\d\d-\d\d)?(?:\s+\d{3,4})?\s*$"
)
#: "AP-WF-11-13-24 1509GMT": who sent it, and when.
_SENDER = re.compile(r"\s*(?P<provider>[A-Za-z]{2,12}?)-(?:[A-Za-z]{2}-)?\d\d-\d\d-\d\d")
_NOTE = re.compile(r"(?:Eds?|Editors?|Note to editors?|Advisory)\s*[:.]", re.I)
_PICTURES = re.compile(r"(?:[A-Z]{2,6}\s+)?(?:Photos?|Graphics?|Video|Audio)\b")
_WORDS = re.compile(r"\s*,\s*\d{1,5}$")
_VERSION = re.compile(r",\s*((?:\d+\w\w\s)?(?:Ld|Lead|Writethru|Add|KILL|ADV|Adv)\b.*)$", re.I)


def is_anpa(header: str, text: str) -> bool:
    """Return whether a message is ANPA's rather than IPTC's."""
    lines = header.replace("\r", "\n").strip().split("\n")
    has_line = len(lines) > 1 and "\x13" in lines[1]
    return has_line or "\x1f" in lines[0] or text.lstrip().startswith("^")


def read_anpa(header: str, text: str, trailer: str | None) -> WireItem:
    """Return what one message says."""
    lines = header.replace("\r", "\n").replace("\x13", " ").strip().split("\n")
    said = next((match for line in lines[1:] if (match := _LINE.match(line))), None)
    carets, body = _split_carets(text.replace("\r\n", "\n").replace("\r", "\n"))
    slug = _WORDS.sub("", carets[0][0]) if carets else None
    keywords = tidy(said["keywords"]) if said else None
    mark = _VERSION.search(slug or "")
    headline = byline = None
    notes = []
    for line, end in carets[1:]:
        if _NOTE.match(line):
            notes.append(WireNote(text=line, role="Eds"))
        elif _PICTURES.match(line):
            continue
        elif end == "=":  # the second of them is what the person is
            byline = byline or (line if starts_with_label(line) else None)
        else:
            headline = headline or line
    if not carets:
        slug, headline, body = keywords, *_first_line(body)
    sender = _SENDER.match(trailer or "")
    created = read_moment(trailer)
    category = said["category"] if said else None
    signals = once(iter([mark[1] if mark else None]))
    facts = Wire(
        format="anpa",
        slugline=slug,
        byline=byline,
        provider=sender["provider"] if sender else None,
        version_created=write_time(created),
        subjects=(WireSubject(code=category, name=None, uri=None),) if category else (),
        signals=signals,
        notes=tuple(notes),
    )
    return WireItem(
        kind="text",
        facts=facts,
        headline=headline,
        publisher=facts.provider,
        keywords=(keywords,) if keywords else (),
        published=created,
        is_killed=any(map(is_kill_mark, (*signals, headline or ""))),
        paragraphs=join_lines(body),
    )


def _split_carets(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the lines between carets, each with the sign that ends it, and those of the text."""
    carets: list[tuple[str, str]] = []
    lines = text.strip("\n").split("\n")
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith("^"):
            carets.append((tidy(bare[1:].rstrip("<=")) or "", bare[-1:]))
        elif carets and bare and carets[-1][1] not in "<=":
            carets[-1] = (f"{carets[-1][0]} {bare.rstrip('<=')}".strip(), bare[-1:])
        elif bare or carets:
            return carets, [each.rstrip("<") for each in lines[number:]]
    return carets, []


def _first_line(lines: list[str]) -> tuple[str | None, list[str]]:
    """Return the headline of a message without carets: a first line that stands alone."""
    for number, line in enumerate(lines):
        if line.strip():
            stands_alone = number + 1 < len(lines) and not lines[number + 1].strip()
            is_indented = line[:1] in " \t"
            if stands_alone and not is_indented and len(line) < 120:
                return tidy(line), lines[number + 1 :]
            break
    return None, lines
