"""Indexes of web archives, CDX and CDXJ: each line names a capture by its place in an archive.

A line is of one of three forms: fields parted by blanks, as a first line " CDX N b a …" names them,
or as they usually are;
``urlkey timestamp {JSON}``, as pywb writes it; JSON alone, as index servers answer. What is needed
is the name of an archive and an offset. https://iipc.github.io/warc-specifications/ has the first.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from newsbeam.transforms.core.errors import InputError

#: The first line of an index of fields, which names them.
HEADER = re.compile(r"\s?CDX((?:[ \t]\S)+)\s*")
#: As a line begins that is followed by JSON: a key of the address, or what stands for none.
_KEYED = re.compile(r"\S+ (\d{4,17}) (\{.*\})\s*")
_LETTERS = {
    "b": "timestamp",
    "a": "url",
    "s": "status",
    "m": "mime",
    "S": "length",
    "V": "offset",
    "g": "filename",
}
#: What files without a first line have, by the number of fields.
_USUAL = {
    len(letters): letters
    for letters in map(
        str.split, ("N b a m s k r M S V g", "N b a m s k r M V g", "N b a m s k r V g")
    )
}
_FIELDS = re.compile(r"\S+\s\d{14}\s\S+\s\S+\s(?:\d{3}|-)\s(?:\S+\s){2,4}(?:\d+|-)\s\S+\s*")
#: How lines begin that name nothing.
_NOTES = ("!", "#")


def is_cdx(text: str) -> bool:
    """Return whether ``text`` begins an index: by its first line that is no note."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    while first.startswith(_NOTES):
        first, _, rest = rest.lstrip("\r\n").partition("\n")
    if HEADER.fullmatch(first) or _FIELDS.fullmatch(first):
        return True
    if _KEYED.fullmatch(first) or (first[:1] == "{" and '"offset"' in first):
        try:
            return read_line(first, None) is not None
        except InputError:
            return False
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a line says of a capture."""

    url: str | None
    at: datetime | None
    filename: str
    offset: int
    length: int | None  # in the archive
    status: int | None
    languages: str | None
    is_revisit: bool


def read_line(line: str, letters: list[str] | None) -> Capture | None:
    """Return what a line names; None if it names nothing, as empty and first lines do.

    ``letters`` are those of the first line, if there was one. Raises ``InputError`` (bad_record).
    """
    if not line.strip() or line.startswith(_NOTES) or HEADER.fullmatch(line):
        return None
    keyed = _KEYED.fullmatch(line)
    if keyed or line[:1] == "{":
        fields = _read_json(keyed[2] if keyed else line)
        fields.setdefault("timestamp", keyed[1] if keyed else "")
    else:
        values = line.split()
        names = letters or _USUAL.get(len(values), [])
        if len(values) != len(names):
            usual = len(letters) if letters else "9 to 11"
            raise InputError("bad_record", f"The line has {len(values)} fields, not {usual}.")
        pairs = zip(names, values, strict=True)
        fields = {_LETTERS[name]: value for name, value in pairs if name in _LETTERS}
    name, offset = fields.get("filename", ""), fields.get("offset", "")
    if not name or name == "-" or not re.fullmatch(r"\d{1,18}", offset):
        raise InputError("bad_record", "The line names no archive, or no place in it.")
    status, length = fields.get("status", ""), fields.get("length", "")
    return Capture(
        url=fields.get("url") or None,
        at=read_timestamp(fields.get("timestamp", "")),
        filename=name,
        offset=int(offset),
        length=int(length) if re.fullmatch(r"\d{1,18}", length) else None,
        status=int(status) if re.fullmatch(r"\d{3}", status) else None,
        languages=fields.get("languages"),
        is_revisit=fields.get("mime") == "warc/revisit",
    )


def _read_json(text: str) -> dict[str, str]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("bad_record", f"The line is no JSON: {error}.") from error
    if not isinstance(values, dict):
        raise InputError("bad_record", "The line is no JSON object.")
    return {str(key): str(value) for key, value in values.items()}


def read_timestamp(digits: str) -> datetime | None:
    """Return the moment of a timestamp of 4 to 14 digits, None of anything else."""
    full = digits[:14]
    full += "00000101000000"[len(full) :]
    try:
        return datetime.strptime(full, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
