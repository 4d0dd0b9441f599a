"""Names of months, in the language of the page or the feed, or in any that has them."""

import re
import unicodedata
from functools import lru_cache

from newsbeam.transforms.text.calendar_names import months_by_language, weekdays

#: Accents of letters that have case, hamzas and vowel signs of Arabic, points below letters of
#: India: often left out.
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670\u0640\u093c\u09bc]")
_ALIKE = str.maketrans("ıأإآٱىيكةۀ", "iااااییکهه")
#: Hebrew writes "in" together with the month, Persian "month" behind it.
_IN_HEBREW = "ב"
_PERSIAN_MONTH = "\u200cماه"


@lru_cache(maxsize=4096)
def find_month(name: str, language: str | None = None) -> int | None:
    """Return the month, 1 to 12, that ``name`` means: in ``language``, in English, or anywhere.

    None for a name that no language has, or that means different months in different ones where
    ``language`` (BCP 47) is none of them: listopad is October in Croatian and November in Polish.
    """
    language = (language or "").replace("_", "-").partition("-")[0].lower()
    key = fold_month(name)
    meanings = _meanings().get(key) or _meanings().get(key.removeprefix(_IN_HEBREW))
    if meanings is None:
        return None
    if found := meanings.get(_TABLES.get(language, language)) or meanings.get("en"):
        return found
    numbers = {number for told, number in meanings.items() if _is_told(key, told)}
    return numbers.pop() if len(numbers) == 1 else None


#: Nearly every word of three letters is a month somewhere: elsewhere, those of these alone are.
_MAX_SHORT = 3
_WIDELY_READ = (
    "en de fr es it pt nl sv da nb nn fi pl cs sk sl hu ro tr id ms vi lt lv et ca eu gl is ga "
    "sr_Latn sq az uz sw af hr"
)
#: Languages that use another's names.
_TABLES = {"no": "nb", "iw": "he", "prs": "fa", "sh": "sr_Latn", "tl": "fil"}


def _is_told(name: str, language: str) -> bool:
    """Say whether a name that is a month in ``language`` is one in a text of any language."""
    return language in _WIDELY_READ.split() or len(name) > _MAX_SHORT or not name.isascii()


def fold_month(name: str) -> str:
    """Return a month's name as it is compared: without case, accents, points and hamzas."""
    name = name.casefold().replace("\u00a0", " ").rstrip(".,;׳'’").removesuffix(_PERSIAN_MONTH)
    return _ACCENTS.sub("", unicodedata.normalize("NFD", name)).translate(_ALIKE)


@lru_cache(maxsize=1)
def _meanings() -> dict[str, dict[str, int]]:
    """Return folded name → language → month."""
    found: dict[str, dict[str, int]] = {}
    for language, names in months_by_language().items():
        for name, number in names.items():
            found.setdefault(fold_month(name), {}).setdefault(language, number)
    return found


def is_calendar(text: str) -> bool:
    """Say whether a few words are a day and no name: "Thursday", "November 9", "07 Dezember"."""
    words = [word.strip(".,") for word in text.lower().split()]
    named = [word in _words() for word in words]
    return any(named) and all(
        name or any(map(str.isdigit, word)) for name, word in zip(named, words, strict=True)
    )


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return weekdays().union(
        name
        for language, names in months_by_language().items()
        for name in names
        if _is_told(name, language)
    )
