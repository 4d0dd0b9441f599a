"""Names of months and weekdays in the languages of news, from CLDR and beyond.

CLDR's stand in ``calendar_names.tsv``, since loading its data for that many languages takes longer
than extracting ten pages. ``python -m newsbeam.transforms.text.calendar_names`` writes the table
anew; a test compares it with the CLDR of the installed babel. ``more_month_names.tsv`` has by hand
what glibc's locales, older CLDR and newsrooms write beside it.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from babel.localedata import load

from newsbeam.transforms.text.tables import read_table

#: Croatian comes last: some of its months are other months' names in Polish and Czech.
_LANGUAGES = (
    "en de fr es it pt nl sv da nb nn fi pl cs sk sl hu ro bg el ru uk tr ar fa he hi bn id ms vi "
    "lt lv et ca eu gl is ga sr sr_Latn mk sq az kk uz ka hy sw af th be bs br cy gd lb fo eo ur "
    "ps ckb ku mr ne pa gu ta te kn ml si my km lo mn ky tg tk am ti so ha yo ig zu xh rw om fil "
    "jv hr"
)
#: Countries whose months have other names in the same language, or are abbreviated otherwise.
_COUNTRIES = {
    "ar": "LB IQ DZ MA MR",
    "de": "AT",
    "en": "AU CA GB",
    "es": "MX PE UY",
    "fr": "CA CH",
    "it": "CH",
    "pt": "PT",
    "sw": "KE",
}
_TABLE = "calendar_names.tsv"


@lru_cache(maxsize=1)
def months_by_language() -> dict[str, dict[str, int]]:
    """Return language → a month's name or abbreviation, lower case, without a dot → 1 to 12."""
    found: dict[str, dict[str, int]] = {}
    for language, number, names in (*read_table(_TABLE), *read_table("more_month_names.tsv")):
        if number != "weekdays":
            for name in names.split("|"):
                # What CLDR says of a name goes before.
                found.setdefault(language, {}).setdefault(name, int(number))
    return found


@lru_cache(maxsize=1)
def weekdays() -> frozenset[str]:
    """Return the names of the days of the week in all languages of the table, lower case."""
    return frozenset(
        name
        for _, number, names in read_table(_TABLE)
        if number == "weekdays"
        for name in names.split("|")
    )


def make_table() -> Iterator[str]:
    """Yield the lines of the table as the installed CLDR has them."""
    yield "# language, month (1 to 12) or weekdays, names; from CLDR, by calendar_names.py"
    for language in _LANGUAGES.split():
        countries = _COUNTRIES.get(language, "").split()
        places = [load(name) for name in (language, *(f"{language}_{each}" for each in countries))]
        for number in range(1, 13):
            names = (
                name.lower().rstrip(".")
                for place in places
                for name in _names(place["months"], ("wide", "abbreviated"), number)
            )
            yield f"{language}\t{number}\t{'|'.join(dict.fromkeys(names))}"
        days = (
            name.lower() for day in range(7) for name in _names(places[0]["days"], ("wide",), day)
        )
        yield f"{language}\tweekdays\t{'|'.join(dict.fromkeys(days))}"


def _names(
    data: Mapping[str, Mapping[str, object]], widths: tuple[str, ...], number: int
) -> Iterator[str]:
    """Yield the names of a month or day that the locale itself has.

    ``Locale.months`` cannot be asked: babel (2.18) keeps what a reference in CLDR's root was
    resolved to, so one language is given the months of another that was asked first.
    """
    for context in ("format", "stand-alone"):
        for width in widths:
            names = data[context].get(width)
            if isinstance(names, tuple):  # a reference, and what the locale has of its own
                names = names[1]
            if isinstance(names, dict) and number in names:
                yield str(names[number])


if __name__ == "__main__":
    Path(__file__).with_name(_TABLE).write_text("\n".join([*make_table(), ""]), "utf-8")
