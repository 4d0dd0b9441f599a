"""What a cell of a table holds: nothing, one text, or several that were written as one."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

#: How pandas, NumPy, SQL and JavaScript write "nothing" as text; no name or headline is one.
_NOTHINGS = """
nan NaN -nan -NaN 1.#QNAN 1.#IND -1.#IND NaT <NA> None none NONE null Null NULL nil undefined
N/A n/a #N/A #NA \\N
"""
_NOTHING = frozenset(_NOTHINGS.split())
_LONGEST_NOTHING = max(map(len, _NOTHING))
#: A list that was printed: Python's, NumPy's (without commas), a set, a tuple, PostgreSQL's.
_PRINTED = re.compile(r"[\[({].*[\])}]", re.DOTALL)
_QUOTED = r"""(?:[ubr]?'((?:[^'\\]|\\.)*)'|[ubr]?"((?:[^"\\]|\\.)*)")"""
_STRINGS = re.compile(rf"\s*(?:{_QUOTED}|None|nan|null)\s*,?", re.DOTALL)
_NAMED = re.compile(rf"""['"](?:name|full_name)['"]\s*:\s*{_QUOTED}""")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NAME_KEYS = ("name", "full_name", "fullName", "display_name", "displayName", "@value")
_NAME_PARTS = (("givenName", "familyName"), ("given", "family"), ("first_name", "last_name"))
#: How pickles of Python begin (protocols 4 and 5). Daft writes one for each text that it takes for
#: an object.
_PICKLES = (b"\x80\x04\x95", b"\x80\x05\x95")
#: As a float, a larger number is rounded.
_MOST_ID = 1e18
#: A longer text is no list of names.
_MAX_CHARS = 10_000


def is_nothing(value: object) -> bool:
    """Say whether a cell is empty: null, not a number, blank, or a word for that."""
    if isinstance(value, str):
        plain = value.strip()
        return not plain or (len(plain) <= _LONGEST_NOTHING and plain in _NOTHING)
    if value is None:
        return True
    if isinstance(value, Decimal):
        return not value.is_finite()
    return isinstance(value, float) and not math.isfinite(value)


def read_id(value: object) -> str | None:
    """Return an id as text: 123.0 and Decimal("123") are "123", as a database exports them."""
    if isinstance(value, Mapping):
        value = value.get("$oid", value.get("$numberLong"))
    if is_nothing(value) or isinstance(value, bool):
        return None
    if isinstance(value, float | Decimal) and abs(float(value)) < _MOST_ID and value == int(value):
        return str(int(value))
    if isinstance(value, bytes):
        return read_bytes(value)
    return str(value) if isinstance(value, str | int | float | Decimal) else None


def read_bytes(value: bytes) -> str | None:
    """Return the text in a binary cell; None where a NUL stands in it, as in pickles and UTF-16."""
    text = value.rstrip(b"\0")  # ClickHouse and NumPy fill short texts up
    return None if b"\0" in text else text.decode("utf-8", "replace")


def is_pickle(value: bytes) -> bool:
    """Say whether a binary cell holds an object of Python in place of a text or a page."""
    return value.startswith(_PICKLES)


def read_name(value: Any) -> Any:
    """Return the name in an object like {"name": …}, and any other value as it is."""
    if not isinstance(value, Mapping):
        return value
    if found := next((value[key] for key in _NAME_KEYS if value.get(key)), None):
        return found
    for keys in _NAME_PARTS:
        parts = [value[key] for key in keys if isinstance(value.get(key), str)]
        if parts:
            return " ".join(parts)
    return None


def split_list(value: Any) -> list[Any]:
    """Return the values in a cell that is a list, or the text of one; else the cell alone."""
    if isinstance(value, list | tuple):
        return [each for each in value if not is_nothing(each)]
    if isinstance(value, dict) and value and all(str(key).isdecimal() for key in value):
        return split_list(list(value.values()))  # a list, as PHP writes one with gaps
    if is_nothing(value):
        return []
    if isinstance(value, str) and len(value) <= _MAX_CHARS and _PRINTED.fullmatch(value.strip()):
        return [each for each in _read_printed(value.strip()) if not is_nothing(each)]
    return [value]


def _read_printed(text: str) -> list[Any]:
    try:
        found = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return list(_printed_strings(text))
    return found if isinstance(found, list) else [found]


def _printed_strings(text: str) -> Iterator[str]:
    """Yield the strings of a list that is no JSON."""
    inner = text[1:-1].rstrip()
    found: list[re.Match[str]] = []
    end = 0
    while end < len(inner) and (match := _STRINGS.match(inner, end)):
        found.append(match)
        end = match.end()
    if end < len(inner):
        found = [*_NAMED.finditer(inner)]
    if found or not inner:
        for match in found:
            if quoted := match[1] or match[2]:
                yield _ESCAPED.sub(r"\1", quoted)
    elif text[0] == "(":
        yield text  # a text in brackets
    else:
        yield from (part.strip(" \"'") for part in inner.split(","))
