"""Dates in the fields of rows: text, moments, days, numbers since 1970."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.dates.digits import plain_digits
from newsbeam.transforms.dates.locales import ANYWHERE, Locale
from newsbeam.transforms.dates.stamps import make_claim, read_stamp
from newsbeam.transforms.dates.written import AMBIGUOUS, find_written

#: As seconds, anything smaller would be of 1966 to 1973: it rather is a year or a count.
_LEAST_NUMBER = 1e8
#: As seconds, anything larger would be after the year 5000: it is of a smaller unit.
_MOST_SECONDS = 1e11
_MOST_NUMBER = 1e20
#: 9 to 19 digits are a number since 1970, but 14 are YYYYMMDDhhmmss.
_NUMBER = re.compile(r"-?(?!\d{14}$)\d{9,19}(?:\.\d+)?|\d(?:\.\d+)?[eE]\+?\d{1,2}")
_DAY_NUMBER = re.compile(r"(?:19|20|21)\d{6}(?:\d{6})?")
#: How .NET writes a moment into JSON.
_DOT_NET = re.compile(r"/?Date\((-?\d{9,17})(?:[+-]\d{4})?\)/?")
_MAX_CHARS = 120
#: What may stand beside a date that is all a field says: a weekday, "Uhr", an era.
_MAX_LETTERS_BESIDE = 24


def read_value(value: object, *, source: str, locale: Locale = ANYWHERE) -> DateClaim | None:
    """Return the date in a field of a row, None if it has none that is complete and possible.

    Read are text, as programs and people write dates, datetimes, days, numbers since 1970 (int,
    float or Decimal; their size tells seconds, milli-, micro- and nanoseconds apart), MongoDB's
    ``{"$date": …}`` and PHP's ``{"date": …, "timezone": …}``. Numbers that may be two days,
    "3/11/2026", are one only where ``locale`` tells which.
    """
    if isinstance(value, Mapping):
        day, zone = value.get("date"), value.get("timezone")
        if isinstance(day, str) and isinstance(zone, str):
            return _read_text(f"{day} {zone}", source, locale)
        inner = next((value[key] for key in ("$date", "$numberLong") if key in value), None)
        return None if inner is None else read_value(inner, source=source, locale=locale)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return make_claim(value.replace(tzinfo=UTC), source, "second", ("timezone_assumed",))
        return make_claim(value, source, "second")
    if isinstance(value, date):
        return _read_day(value, source)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        return _read_number(value, source)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return _read_text(value, source, locale) if isinstance(value, str) else None


def _read_day(day: date, source: str) -> DateClaim | None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return make_claim(at, source, "day", ("timezone_assumed",))


def _read_number(value: int | float | Decimal, source: str) -> DateClaim | None:
    if not _is_in_range(value):
        return None
    if value == int(value) and _DAY_NUMBER.fullmatch(str(int(value))):
        return read_stamp(str(int(value)), source=source)
    seconds = float(value)
    if abs(seconds) < _LEAST_NUMBER:
        return None  # among them the start of 1970, which is what software writes for "none"
    while abs(seconds) > _MOST_SECONDS:
        seconds /= 1000
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return make_claim(at, source, "second")


def _is_in_range(value: int | float | Decimal) -> bool:
    if isinstance(value, int):  # which may be too large to be a float
        return abs(value) <= _MOST_NUMBER
    is_finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
    return is_finite and abs(float(value)) <= _MOST_NUMBER


def _read_text(text: str, source: str, locale: Locale) -> DateClaim | None:
    text = text[: 2 * _MAX_CHARS].strip()
    plain = plain_digits(text).strip().strip("\"'")
    if match := _DOT_NET.fullmatch(plain):
        return _read_number(int(match[1]), source)
    if _NUMBER.fullmatch(plain):
        return _read_number(float(plain), source)
    claim = read_stamp(text, source=source, locale=locale)
    if claim is not None or len(plain) > _MAX_CHARS:
        return claim
    written = find_written(plain, locale)
    if written is None or AMBIGUOUS in written.claim.flags:
        return None
    beside = written.before + written.after
    if any(map(str.isdigit, beside)) or sum(map(str.isalpha, beside)) > _MAX_LETTERS_BESIDE:
        return None
    claim = written.claim
    flags = ("timezone_assumed",) if claim.precision == "day" else claim.flags
    # The start of 1970 is none in any form.
    return make_claim(claim.at, source, claim.precision, flags) and replace(
        claim, source=source, flags=flags
    )
