"""Places: the cities and countries that a text names, found in one pass over it.

Names come from the gazetteer and from a table of adjectives and short names of countries. What is
more often a word or a person's name than a place is left out, or counts only where the text names
its country in another way as well: a place missed is better than one invented.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache

import ahocorasick_rs

from newsbeam.transforms.core.records import Place
from newsbeam.transforms.text.characters import ARABIC, CJK, HANGUL, UNSPACED
from newsbeam.transforms.text.gazetteer import City, cities, city_names, countries, states
from newsbeam.transforms.text.stop_words import stop_words
from newsbeam.transforms.text.tables import WORD_LISTS, read_table

#: Much of a long text is enough.
_MAX_CHARS = 50_000
#: Inhabitants from which a city's names in other scripts are looked for.
LEAST_PEOPLE_OTHER = 300_000

#: Names that are more often a word than a place.
_AMBIGUOUS = WORD_LISTS["ambiguous_places"]
#: Names that are as often a person, a make or another place.
_NEED_COUNTRY = WORD_LISTS["places_that_need_their_country"]
#: A city with less than this share of a namesake's inhabitants is never meant without a word more.
_RIVAL = 1 / 3
#: Words of the names of papers and stations, without the s of the plural.
_OUTLET_STEMS = frozenset(word.rstrip("s") for word in WORD_LISTS["outlet_words"])
#: Words before a city that do not make it a family name.
_BEFORE_CITY = WORD_LISTS["words_before_cities"]
#: Languages that inflect names at their end.
_INFLECTING = WORD_LISTS["languages_that_inflect_names"]
#: Languages in which a capital before a city may mean a person: those whose nouns have none.
_SMALL_NOUNS = frozenset(("en", "fr", "es", "it", "pt", "nl", "und"))

#: Where a city written in two characters is at home; elsewhere they are mostly a part of a word.
_HOMES = {"ko": ("KR", "KP"), "ja": ("JP",), "zh": ("CN", "TW", "HK", "MO", "SG")}
_KNOWN_EVERYWHERE = 5_000_000
_OPEN_SCRIPT = re.compile(f"[{CJK}{UNSPACED}]")
_KATAKANA = re.compile("[\u30a1-\u30fc]")
_HANGUL = re.compile(f"[{HANGUL}]")
_DENSE_SCRIPT = re.compile(f"[{CJK}{HANGUL}]")
#: A name: letters, marks of vowels, spaces and hyphens.
_NAME = re.compile(r"(?:[^\W\d_]|[ \-\u0300-\u036f\u0900-\u0e7f])+")
#: Endings that inflection takes from a name.
_VOWELS = "аяьйоеиуіaeoyiąęäő"
#: Of them, those of plurals, which lose them without getting others: Filipiny, Filipin.
_PLURALS = "yiиі"
#: Letters that are written at a name: prepositions and articles before, particles after.
_PREFIXES = re.compile(f"(?:[وبلفك]|[בלמהוש]|(?<![{ARABIC}])ال)$")
_PARTICLES = frozenset("은는이가을를의에와과도로서인산군측제발")


@dataclass(frozen=True, slots=True, eq=False)  # counted by identity: hashing all takes long
class _Meaning:
    """What a pattern stands for; None as the country for what is no place."""

    name: str
    country: str | None
    is_city: bool = False  # or a state: what may be part of another name
    is_sure: bool = True  # without another word of its country
    ending: int = 0  # letters that may follow
    is_stem: bool = False  # one of them must: Германия is a country, Герман a person
    namesakes: tuple[str, ...] = ()  # countries of cities of the same name
    rivals: tuple[str, ...] = ()  # of them, those that are about as large


def find_places(text: str, language: str | None) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """Return the places of ``text`` and its countries (ISO 3166-1 alpha-2), most named first.

    A country's adjective ("Iranian") counts for the country, a city for itself and its country.
    """
    text = text[:_MAX_CHARS]
    language = (language or "und").split("-")[0]
    found = _count(text, language)
    sure = {meaning.country for meaning in found if meaning.is_sure}
    named: Counter[tuple[str, str]] = Counter()
    in_country: Counter[str] = Counter()
    for meaning, count in found.items():
        country = next((each for each in (meaning.country, *meaning.rivals) if each in sure), None)
        if country:
            named[meaning.name, country] += count
            in_country[country] += count
    places = tuple(
        Place(name=name, country=country, count=count)
        for (name, country), count in sorted(named.items(), key=lambda item: (-item[1], item[0]))
    )
    return places, tuple(sorted(in_country, key=lambda code: (-in_country[code], code)))


def _count(text: str, language: str) -> Counter[_Meaning]:
    """Return how often each meaning is named in ``text``."""
    automaton, meanings = _finder(language)
    found: Counter[_Meaning] = Counter()
    city: tuple[int, _Meaning] | None = None  # the one before, and where it ends
    for index, start, end in automaton.find_matches_as_indexes(text):
        meaning = meanings[index]
        if not meaning.country or not _is_whole(text, start, end, meaning):
            continue
        if city and text[city[0] : start] == ", " and meaning.country in city[1].namesakes:
            # "Birmingham, Alabama" is not in England.
            found[city[1]] -= 1
            found[replace(city[1], country=meaning.country, is_sure=True, rivals=())] += 1
        city = None
        if meaning.is_city:
            if language in _SMALL_NOUNS and (
                _is_surname(text, start, language) or _is_in_outlet(text, end)
            ):
                continue
            city = end, meaning
        found[meaning] += 1
    return +found


@lru_cache(maxsize=32)
def _finder(language: str) -> tuple[ahocorasick_rs.AhoCorasick, tuple[_Meaning, ...]]:
    """Return the automaton for texts in ``language`` and what each of its patterns means."""
    ending = 3 if language in _INFLECTING else 0
    patterns: dict[str, _Meaning] = {}
    if language not in ("en", "und"):
        for script in sorted(_scripts_of(language), reverse=True):
            patterns |= _spelled_cities(script, ending, _HOMES.get(language, ()))
    patterns |= _english_cities(ending)
    patterns |= _own_cities(language, ending)
    _add_countries(patterns, language)
    names = list(patterns)
    automaton = ahocorasick_rs.AhoCorasick(
        names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    return automaton, tuple(patterns.values())


@lru_cache(maxsize=2)
def _english_cities(ending: int) -> dict[str, _Meaning]:
    """Return the patterns that texts in all languages share: they are made once a process."""
    patterns = {
        state: _Meaning(state, "US", is_city=True) for state in states() if state not in _AMBIGUOUS
    }
    for city in cities():  # the largest of a name comes first
        if len(city.name) > 3 and city.name not in _AMBIGUOUS:
            patterns.setdefault(city.name, _meaning_of(city, city.name, ending))
    return patterns


@lru_cache(maxsize=1)
def _largest() -> dict[str, City]:
    return {city.name: city for city in reversed(cities())}


def _own_cities(language: str, ending: int) -> dict[str, _Meaning]:
    """Return the patterns of cities as ``language`` calls them: "Mailand", "Varsovie"."""
    found: dict[str, _Meaning] = {}
    for written, name in city_names(language).items():
        city = _largest().get(name)
        if city and written not in _AMBIGUOUS:
            _add(found, written, _meaning_of(city, written, ending))
    return found


def _meaning_of(city: City, spelling: str, ending: int, *, is_foreign: bool = False) -> _Meaning:
    rivals = tuple(code for code, people in city.namesakes if people > _RIVAL * city.people)
    return _Meaning(
        city.name,
        city.country,
        is_city=True,
        is_sure=not (rivals or is_foreign or _NEED_COUNTRY.intersection((spelling, city.name))),
        ending=ending,
        namesakes=tuple(code for code, _ in city.namesakes),
        rivals=rivals,
    )


@lru_cache(maxsize=64)
def _spelled_cities(script: str, ending: int, homes: tuple[str, ...]) -> dict[str, _Meaning]:
    """Return the patterns of cities as other languages in a script spell them."""
    patterns: dict[str, _Meaning] = {}
    for spelling, city in _spellings().get(script, ()):
        is_foreign = (
            len(spelling) < 3 and city.country not in homes and city.people < _KNOWN_EVERYWHERE
        )
        meaning = _meaning_of(city, spelling, ending, is_foreign=is_foreign)
        _add(patterns, spelling, meaning)
    return patterns


def _scripts_of(language: str) -> set[str]:
    """Return the scripts that a language writes the names of countries in."""
    names = countries(language).values() or ("A",)
    return {_script(letter) for name in names for letter in name if letter.isalpha()}


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return the script of a letter as its Unicode name begins: LATIN, CJK, DEVANAGARI."""
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=1)
def _spellings() -> dict[str, list[tuple[str, City]]]:
    """Return how cities are spelled in scripts but the Latin one, the largest first.

    Spellings bear no language: in Latin script too many of them are words of other languages.
    """
    found: dict[str, list[tuple[str, City]]] = defaultdict(list)
    for city in cities():
        if city.people < LEAST_PEOPLE_OTHER:
            break
        for spelling in city.spellings:
            if is_spelling(spelling):
                found[_script(spelling[0])].append((spelling, city))
    return found


def _add(patterns: dict[str, _Meaning], name: str, meaning: _Meaning) -> None:
    """Add the pattern of ``name``, by its stem where it is inflected, unless there is one."""
    stem = _stem(name) if meaning.ending else name
    is_stem = stem != name and name[-1] not in _PLURALS
    patterns.setdefault(stem, replace(meaning, is_stem=True) if is_stem else meaning)


def _stem(name: str) -> str:
    """Return ``name`` without the ending that inflection changes, if enough is left to know it."""
    stem = name.rstrip(_VOWELS)
    return stem if len(stem) > 3 else name


def is_spelling(spelling: str) -> bool:
    """Whether a city's further ``spelling`` is of another script and long enough to be sure."""
    if spelling[:1] < "\u0370" or spelling in _AMBIGUOUS or not _NAME.fullmatch(spelling):
        return False
    return len(spelling) > (1 if _DENSE_SCRIPT.match(spelling) else 3)


def _add_countries(patterns: dict[str, _Meaning], language: str) -> None:
    english, own = countries("en"), countries(language)
    ending = 3 if language in _INFLECTING else 0
    for code, name in english.items():
        for written in {name, own.get(code, name)}:
            if len(written) > 1:
                is_sure = written not in _AMBIGUOUS and written not in _NEED_COUNTRY
                meaning = _Meaning(name, code, is_sure=is_sure, ending=ending)
                patterns.pop(_stem(written) if ending else written, None)
                _add(patterns, written, meaning)
    for code, of, names in read_table("country_names.tsv"):
        if of in ("*", language) or (of == "en" and language == "und"):
            for written in names.split("|"):
                stem = written.rstrip("*")
                meaning = _Meaning(
                    english.get(code, written),
                    code if code in english else None,
                    ending=3 if stem != written else ending if code in english else 0,
                )
                patterns[stem] = meaning
                if stem != written:  # adjectives stand at the beginning of sentences too
                    patterns.setdefault(stem[0].upper() + stem[1:], meaning)


def _is_surname(text: str, start: int, language: str) -> bool:
    """Whether a capitalised word before a city makes it a name of a person: "Jack London"."""
    before = text[max(0, start - 24) : start]
    if not before.endswith(" ") or before[-2:-1] in '.,;:!?”")':
        return False
    word = before.split()[-1] if before.split() else ""
    if not word[:1].isupper() or word.isupper() or not word.isalpha():
        return False
    return word.lower() not in stop_words(language) and word not in _BEFORE_CITY


def _is_in_outlet(text: str, end: int) -> bool:
    """Whether a city belongs to the name of a paper or station: "the Oslo Times"."""
    after = text[end : end + 20].split(" ", 2)
    return len(after) > 1 and not after[0] and _is_outlet_word(after[1])


def _is_outlet_word(word: str) -> bool:
    letters = word.rstrip(".,;:!?’'”\")s")
    return letters[:1].isupper() and letters.lower().rstrip("s") in _OUTLET_STEMS


def _is_whole(text: str, start: int, end: int, meaning: _Meaning) -> bool:
    """Whether text[start:end] is a word, or stands in a script that does not part words."""
    first, last = text[start], text[end - 1]
    if start and _is_letter(text[start - 1]) and not _OPEN_SCRIPT.match(first):
        prefixed = _PREFIXES.search(text, max(0, start - 2), start)
        if not prefixed or (
            prefixed.start() and _is_letter(text[prefixed.start() - 1]) and text[start - 1] != "ل"
        ):
            return False
    if _KATAKANA.match(first) and start and _KATAKANA.match(text[start - 1]):
        return False
    if end == len(text) or not _is_letter(text[end]):
        return not meaning.is_stem
    if _OPEN_SCRIPT.match(last):
        return not (_KATAKANA.match(last) and _KATAKANA.match(text[end]))
    if _HANGUL.match(last):
        return text[end] in _PARTICLES
    return any(
        after == len(text) or not _is_letter(text[after])
        for after in range(end + 1, min(end + meaning.ending, len(text)) + 1)
    )


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"
