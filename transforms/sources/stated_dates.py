"""Dates that feeds and sitemaps state, and where they were written."""

import re
from collections.abc import Iterable

from newsbeam.transforms.core.records import DateClaim
from newsbeam.transforms.core.urls import host_of
from newsbeam.transforms.dates.locales import Locale, country_of
from newsbeam.transforms.dates.stamps import read_stamp
from newsbeam.transforms.dates.values import read_value
from newsbeam.transforms.sources.cells import is_nothing

_WEB = ("http://", "https://")
#: Since 1970, in seconds or milliseconds, before 2030: later ones look like YYYYMMDDhh.
_SECONDS = re.compile(r"1[0-8]\d{8}(?:\d{3})?")


def read_stated(value: object, *, source: str, locale: Locale) -> DateClaim | None:
    """Return the date in a text or a number since 1970, None if it is none that can be read."""
    if isinstance(value, str) and not _SECONDS.fullmatch(value):
        return read_stamp(value, source=source, locale=locale)
    return read_value(value, source=source) if isinstance(value, str | int | float) else None


def flags_of(published: DateClaim | None, stated: Iterable[object]) -> tuple[str, ...]:
    """Return the flag of an entry for which dates were ``stated``, but none was read."""
    return () if published or all(map(is_nothing, stated)) else ("unreadable",)


def source_country(*addresses: str | None) -> str | None:
    """Return the country of the first of ``addresses`` whose domain is of one."""
    hosts = (host_of(each) for each in addresses if each and each.startswith(_WEB))
    return next((country for host in hosts if (country := country_of(host))), None)
