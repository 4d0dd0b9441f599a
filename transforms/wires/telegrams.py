"""What IPTC 7901 and ANPA 1312 share: control characters, charsets, wrapped lines, marks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.months import find_month
from newsbeam.transforms.dates.zones import read_zone
from newsbeam.transforms.sources.xml_text import decode_xml
from newsbeam.transforms.wires.xml_tree import tidy

SOH, STX = "\x01", "\x02"  # begin a message, and its text

#: A message: header, text and trailer, each of which may be cut off.
_MESSAGE = re.compile(
    r"\x01(?P<header>[^\x01\x02\x03\x04]*)"
    r"(?:\x02(?P<text>[^\x01\x03\x04]*))?"
    r"(?:\x03(?P<trailer>[^\x01\x04]*))?"
)
#: What typesetters are told, between the signs for it. US (0x1f) parts columns, and stays.
_INSTRUCTION = re.compile(r"\x0c[^\x0b\r\n]{0,80}\x0b")
#: Backspaces, bells, shifts and padding, which printers wanted and readers do not.
_NOISE = re.compile(r"[\x00\x05-\x08\x0b\x0c\x0e-\x12\x14-\x1e\x7f]")
#: "- a point", "* a point", "+ 0900 a date", "1. a point": what a list's lines begin with.
_POINT = re.compile(r"(?:[*•·]|[-–+](?=\s))\s*")
_COLUMN_BREAK = re.compile(r"(?<=\S)(?:\t+|[^\S\n]{3,})(?=\S)")

#: "2ND LEAD", "1st Ld-Writethru", "REFILE", "CORRECTED", "KILL", "URGENT".
_MARK = re.compile(
    r"(?:\d+(?:st|nd|rd|th|er|e|o)?[\s-]+)?(?:ld|lead|add|take)(?:[\s-]*(?:writethru|\d+))?"
    r"|(?:\d+(?:st|nd|rd|th)\s+)?ld[\s-]*writethru|writethru"
    r"|refile|correct(?:ed|ion|s)?|update\s?\d*|urgent|alert|flash|snap|advisory|embargo(?:ed)?"
    r"|(?:mandatory\s+)?kill|withdraw(?:n|al)?|cancel(?:led|ed)?|repeat|resend|substitute",
    re.IGNORECASE,
)
_KILL = re.compile(r"\b(?:mandatory\s+)?kill\b|\bwithdraw(?:n|al)\b|\bannul(?:é|iert|ado)?\b", re.I)

_EMBARGO = re.compile(r"\W*(?:embargo|sperrfrist|sous embargo|under embargo)", re.I)

_DTG = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s*(?P<zone>[A-Za-z]{1,5}\s+)?"
    r"(?P<month>[^\W\d]{3,12})\.?\s+(?P<year>\d\d(?:\d\d)?)\b"
)
#: What German wires write and CLDR does not.
_MONTHS = {"mrz": 3}
_AMERICAN = re.compile(
    r"(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d(?:\d\d)?)\s+(?P<hour>\d\d)(?P<minute>\d\d)\s*"
    r"(?P<zone>[A-Za-z]{1,5})?"
)


def split_messages(body: bytes) -> Iterator[tuple[str, str, str | None]]:
    """Yield (header, text, trailer) of each message in ``body``."""
    clean = _NOISE.sub("", _INSTRUCTION.sub("", decode_xml(body)))
    if SOH not in clean and STX in clean:
        clean = SOH + clean
    for match in _MESSAGE.finditer(clean):
        text = (match["text"] or "").lstrip(STX).replace("\x13", "")
        yield match["header"], text.replace("\x1f", "\t"), match["trailer"]


def read_moment(trailer: str | None) -> DateClaim | None:
    """Return the time in a trailer: "131137 GMT Nov 24", or "11-13-24 1509GMT"."""
    if not trailer:
        return None
    if match := _DTG.search(trailer):
        month = _MONTHS.get(match["month"].lower()) or find_month(match["month"])
    elif match := _AMERICAN.search(trailer):
        month = int(match["month"])
    else:
        return None
    year = int(match["year"])
    try:
        offset = read_zone((match["zone"] or "").strip() or None)
        at = datetime(
            year + (2000 if year < 70 else 1900) if year < 100 else year,
            month or 0,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            tzinfo=timezone(offset or timedelta()),
        )
    except ValueError:
        return None
    return DateClaim(
        at=at.astimezone(UTC),
        source="wire",
        precision="minute",
        flags=() if offset is not None else ("timezone_assumed",),
        utc_offset=int(offset.total_seconds()) // 60 or None if offset else None,
    )


def is_mark(line: str) -> bool:
    """Return whether a line says what kind of message this is, and is no part of the headline."""
    line = line.strip()
    if (line.startswith("(") and line.endswith(")")) or _EMBARGO.match(line):
        return True
    return _MARK.fullmatch(line.strip(" .:-")) is not None


def is_kill_mark(text: str) -> bool:
    """Return whether a mark or a note takes a message back."""
    return _KILL.search(text) is not None


def is_embargo_mark(text: str) -> bool:
    """Return whether a mark holds a message back. Until when, people alone can tell."""
    return _EMBARGO.match(text) is not None


def join_lines(lines: list[str]) -> tuple[str, ...]:
    """Return the paragraphs of a text whose lines were wrapped.

    A paragraph ends at a blank line, before an indented one or a point of a list; rows of tables
    stand alone, with " | " between their cells.
    """
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        bare = line.strip()
        if not bare:
            paragraphs.append([])
        elif ("|" in bare or "\t" in bare or "  " in bare) and (cells := _cells_of(bare)):
            paragraphs += [[_join_cells(cells)], []]
        else:
            if line[0].isspace() and _begins_paragraph(line, paragraphs[-1]):
                paragraphs.append([])
            paragraphs[-1].append(bare)
    return tuple(text for parts in paragraphs if (text := tidy(" ".join(parts))))


def _cells_of(bare: str) -> list[str]:
    """Return the cells of a row of a table, none for any other line."""
    if len(bare) > 1 and bare[0] == bare[-1] == "|":
        return bare[1:-1].split("|")
    cells = _COLUMN_BREAK.split(bare)
    return cells if len(cells) > 2 else []


def _begins_paragraph(line: str, before: list[str]) -> bool:
    """Return whether an indented line does: what a point goes on with is indented as well."""
    spread = line.expandtabs(8)
    if len(spread) - len(spread.lstrip()) < 2:
        return False
    goes_on = before and _POINT.match(before[0]) and not _POINT.match(line.strip())
    return not goes_on


def _join_cells(cells: list[str]) -> str:
    return " | ".join(text for cell in cells if (text := tidy(cell)))
