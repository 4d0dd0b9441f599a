"""Values of feeds that mean the same whichever parser found them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.core.rejects import scrub
from newsbeam.transforms.dates.locales import Locale
from newsbeam.transforms.sources.stated_dates import read_stated

#: RSS asks for "mail@example.com (Name)", and gets it from some.
_ADDRESS = re.compile(r"<?\(?\b(?:mailto:)?[^\s()<>@]+@[^\s()<>@]+\b\)?>?")
_PERIODS_S = {"hourly": 3600, "daily": 86400, "weekly": 604800}
_PERIODS_S |= {"monthly": 30 * 86400, "yearly": 365 * 86400}


def stripped(value: object) -> str | None:
    """Return a text without the white space around it, None for what is no text or empty."""
    return (scrub(value).strip() or None) if isinstance(value, str) else None


def clean_authors(names: Iterable[str | None]) -> tuple[str, ...]:
    """Return names without addresses of mail, each once."""
    return tuple(dict.fromkeys(_clean_authors(names)))


def _clean_authors(names: Iterable[str | None]) -> Iterator[str]:
    for author in names:
        name = author or ""
        if "@" in name:
            name = " ".join(_ADDRESS.sub(" ", name).split())
        if name.startswith("(") and name.endswith(")"):
            name = name[1:-1].strip()
        if name:
            yield name


def choose_image(
    media: Iterable[Mapping[str, Any]], others: Iterable[Mapping[str, Any]]
) -> str | None:
    """Return the address of the widest image of Media RSS, else of the first of ``others``."""
    images = [
        item
        for item in media
        if item.get("medium") == "image" or str(item.get("type")).lower().startswith("image/")
    ]
    images.sort(key=lambda item: -number(item.get("width")))  # stable: the first of equals
    for item in (*images, *others):
        if url := stripped(item.get("url")):
            return url
    return None


def last_date(texts: Sequence[object], locale: Locale) -> DateClaim | None:
    """Return the last of several dates that can be read."""
    for text in reversed(texts):
        if claim := read_stated(text, source="feed", locale=locale):
            return claim
    return None


def minutes(value: object) -> int | None:
    """Return a number of minutes in seconds, None for what is none."""
    found = number(value)
    return found * 60 if found > 0 else None


def update_period(period: object, frequency: object) -> int | None:
    """Return how many seconds lie between two changes: RSS's updatePeriod and updateFrequency."""
    period_s = _PERIODS_S.get(str(period or "").strip().lower())
    return None if period_s is None else max(1, period_s // (number(frequency) or 1))


def number(value: object) -> int:
    """Return a number of up to eight digits, 0 for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
