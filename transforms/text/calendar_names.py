"""Names of months and weekdays in the languages of news, from CLDR.

They stand in ``calendar_names.tsv``, since loading CLDR's data for that many languages takes longer
than extracting ten pages. ``python -m transforms.text.calendar_names`` writes the table anew; a
test compares it with the CLDR of the installed babel.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from babel import Locale

from transforms.text.tables import read_table

#: Croatian comes last: some of its months are other months' names in Polish and Czech.
_LANGUAGES = (
    "en de fr es it pt nl sv da nb nn fi pl cs sk sl hu ro bg el ru uk tr ar fa he hi bn id ms vi "
    "lt lv et ca eu gl is ga sr sr_Latn mk sq az kk uz ka hy sw af th hr"
)
_TABLE = "calendar_names.tsv"


@lru_cache(maxsize=1)
def months_by_language() -> dict[str, dict[str, int]]:
    """Return language → a month's name or abbreviation, lower case, without a dot → 1 to 12."""
    found: dict[str, dict[str, int]] = {}
    for language, number, names in read_table(_TABLE):
        if number != "weekdays":
            found.setdefault(language, {}).update(dict.fromkeys(names.split("|"), int(number)))
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
        locale = Locale.parse(language)
        for number in range(1, 13):
            names = (
                str(locale.months[context][width][number]).lower().rstrip(".")
                for context in ("format", "stand-alone")
                for width in ("wide", "abbreviated")
            )
            yield f"{language}\t{number}\t{'|'.join(dict.fromkeys(names))}"
        days = locale.days["stand-alone"]["wide"].values()
        yield f"{language}\tweekdays\t{'|'.join(str(day).lower() for day in days)}"


if __name__ == "__main__":
    Path(__file__).with_name(_TABLE).write_text("\n".join([*make_table(), ""]), "utf-8")
