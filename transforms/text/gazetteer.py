"""Names of places: cities of GeoNames and countries of CLDR, each loaded once a process.

``cities.tsv.gz`` is made by ``benchmarks/make_cities.py``; decision record 36 says why.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError, localedata

from newsbeam.transforms.text.stop_words import STOP_WORDS
from newsbeam.transforms.text.tables import read_table

#: Inhabitants that a city needs: smaller ones are more often something else of the same name.
LEAST_PEOPLE = 100_000
#: What CLDR adds to some names: "Hong Kong SAR China", "Myanmar (Burma)".
_LABEL = re.compile(r" SAR China$| \([^)]*\)$")
#: Territories of CLDR that are no countries: unions, outlying oceania, pseudo-regions.
_NO_COUNTRIES = frozenset(("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"))
#: Stands for the inhabitants of a state of the United States.
_STATE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city: English name, ISO 3166-1 alpha-2 country, inhabitants, further spellings."""

    name: str
    country: str
    people: int
    spellings: tuple[str, ...]
    namesakes: tuple[tuple[str, int], ...] = ()  # country, inhabitants of others, largest first


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, ...], ...]:
    return tuple(read_table("cities.tsv.gz"))


@lru_cache(maxsize=1)
def cities() -> tuple[City, ...]:
    """Return the cities of ``LEAST_PEOPLE`` and more, the largest first."""
    return tuple(
        City(
            name=name,
            country=country,
            people=int(people),
            spellings=tuple(spellings.split("|")) if spellings else (),
            namesakes=tuple(_to_namesake(cell) for cell in others.split("|") if cell),
        )
        for name, country, people, spellings, others in _rows()
        if people != _STATE
    )


def _to_namesake(cell: str) -> tuple[str, int]:
    country, _, people = cell.partition("=")
    return country, int(people)


@lru_cache(maxsize=1)
def _city_names() -> str:
    """Return all names of cities, one a line: most processes look for a few, if any."""
    names = "\n".join("\n".join((city.name, *city.spellings)) for city in cities())
    return f"\n{names}\n".casefold()


def is_city(name: str) -> bool:
    """Whether ``name`` is a city's, in any language and case."""
    folded = name.casefold()
    if len(folded) < 4 or any(folded in words for words in STOP_WORDS.values()):
        return False  # "Dabei" is a spelling of Dubai somewhere
    return f"\n{folded}\n" in _city_names()


def is_place(name: str) -> bool:
    """Whether ``name`` is a city's, in any language, or a country's in English."""
    return is_city(name) or name in countries("en").values()


@lru_cache(maxsize=1)
def states() -> tuple[str, ...]:
    """Return the names of the states of the United States."""
    return tuple(name for name, _, people, _, _ in _rows() if people == _STATE)


@lru_cache(maxsize=64)
def countries(language: str) -> dict[str, str]:
    """Return ISO 3166-1 alpha-2 code → name in ``language``; empty if CLDR lacks the language."""
    return {
        code: _LABEL.sub("", name)
        for code, name in _of_cldr(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }


@lru_cache(maxsize=64)
def city_names(language: str) -> dict[str, str]:
    """Return what ``language`` calls cities → their names in the gazetteer, where they differ.

    From CLDR, which knows the cities of time zones, and from a table for Latin scripts.
    """
    found = dict(_of_cldr(language).zone_cities)
    for of, cells in read_table("city_names.tsv"):
        if of == language:
            for cell in cells.split("|"):
                city, _, written = cell.partition("=")
                found[written] = city
    return {written: city for written, city in found.items() if written != city}


@dataclass(frozen=True, slots=True)
class _OfCldr:
    """What is taken of CLDR's data of a language, which are a megabyte."""

    territories: Mapping[str, str]
    zone_cities: Mapping[str, str]  # what the language calls them → as the zone is called


@lru_cache(maxsize=64)
def _of_cldr(language: str) -> _OfCldr:
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return _OfCldr({}, {})
    cities = {}
    for zone, names in locale.time_zones.items():
        city = zone.rpartition("/")[2].replace("_", " ")
        cities[str(names.get("city", city))] = city
    found = _OfCldr({code: str(name) for code, name in locale.territories.items()}, cities)
    # babel keeps all of it for good, of each language that there is a page in.
    getattr(localedata, "_cache", {}).pop(str(locale), None)
    return found
