"""How far from UTC a zone is: "+0100", "GMT-5", "EST-0500", "EST", "America/New_York".

Names stand in ``zone_names.tsv``, with the countries where they mean which zone.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsbeam.transforms.text.tables import read_table

_OFFSET = re.compile(
    r"(?:[A-Z]{1,5}\s*)?([+\u2013-])\s?(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?", re.IGNORECASE
)
#: A name of the IANA database; "EST5EDT" is one, too.
_REGION = re.compile(
    r"[A-Za-z]+(?:[_-][A-Za-z]+)*(?:/[A-Za-z0-9+-]+(?:_[A-Za-z]+)*){1,2}|[A-Z]{3}\d[A-Z]{3}"
)
_MAX_OFFSET = timedelta(hours=14)


def read_zone(
    text: str | None, *, country: str | None = None, local: datetime | None = None
) -> timedelta | None:
    """Return how far a zone is from UTC; None if it is missing, unknown or ambiguous.

    ``country`` (ISO 3166-1) tells names apart that several countries have: EST is ten hours ahead
    of UTC in Australia, IST nothing where no country is known. A zone with summer time needs the
    ``local`` time, without a zone, that it belongs to.

    Raises:
        ValueError: no place on earth is that far from UTC.
    """
    text = (text or "").strip()
    if not text:
        return None
    if match := _OFFSET.fullmatch(text):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if offset > _MAX_OFFSET or int(match[3] or 0) > 59:
            raise ValueError("no place on earth is that far from UTC")
        return offset if match[1] == "+" else -offset
    meanings = _names().get(" ".join(text.upper().split()))
    if meanings is not None:
        meant = meanings.get(country or "-") or meanings.get("*")
        return meant if meant is None or isinstance(meant, timedelta) else _at(meant, local)
    return _at(text, local) if _REGION.fullmatch(text) else None


def _at(region: str, local: datetime | None) -> timedelta | None:
    zone = _zone(region)
    return None if zone is None or local is None else local.replace(tzinfo=zone).utcoffset()


@lru_cache(maxsize=512)
def _zone(region: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(region)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # a word with a slash


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, timedelta | str]]:
    """Return name → country → distance from UTC, or the region whose clock it is."""
    found: dict[str, dict[str, timedelta | str]] = {}
    for names, countries, meant in read_table("zone_names.tsv"):
        match = _OFFSET.fullmatch(meant)
        value: timedelta | str = meant
        if match:
            value = timedelta(hours=int(match[2]), minutes=int(match[3]))
            value = value if match[1] == "+" else -value
        for name in names.split("|"):
            found.setdefault(name, {}).update(dict.fromkeys(countries.split(), value))
    return found
