"""Names of months in the languages that CLDR knows, as feeds abbreviate them."""

from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError

from transforms.text.calendar_names import months_by_language

_ENGLISH = {
    name: number + 1
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}


@lru_cache(maxsize=1024)
def find_month(name: str, language: str | None = None) -> int | None:
    """Return the month, 1 to 12, that ``name`` means: in English, in ``language``, or anywhere.

    None for a name that no language has, or that means different months in different ones
    (listopad is October in Croatian and November in Polish).
    """
    name = name.lower().rstrip(".")
    if name[:3] in _ENGLISH and name.isascii() and _is_english(name):
        return _ENGLISH[name[:3]]
    if language:
        own = _months(language.replace("-", "_")).get(name)
        if own:
            return own
    tables = months_by_language().values()
    found = {month for months in tables if (month := months.get(name))}
    return found.pop() if len(found) == 1 else None


def _is_english(name: str) -> bool:
    full = (
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *("september", "october", "november", "december"),
    )
    return any(month.startswith(name) for month in full)


@cache
def _months(language: str) -> dict[str, int]:
    try:
        names = Locale.parse(language).months
    except (UnknownLocaleError, ValueError):
        base = language.partition("_")[0]
        return _months(base) if base != language else {}
    return {
        str(name).lower().rstrip("."): number
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in names[context][width].items()
    }
