"""Days of other calendars as Gregorian ones: Thai, Minguo, Japanese, Persian, Nepali, Ethiopic.

A year is one of another calendar only where the text names that (an era, a month of it) or the
language implies it, and where it cannot be a Gregorian year of news.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from itertools import accumulate

from newsbeam.transforms.dates.locales import Locale
from newsbeam.transforms.dates.months import fold_month
from newsbeam.transforms.text.tables import read_table

Day = tuple[int, int, int]

#: Eras that are named with the year, and the Gregorian year before their first.
_ERAS = {
    "民國": 1911,
    "民国": 1911,
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "大正": 1911,
    "明治": 1867,
    "r": 2018,
    "h": 1988,
    "s": 1925,
}
#: 1 Farvardin 1 and 1 Meskerem 1 as days of Python's count, less one.
_JALALI_EPOCH, _ETHIOPIC_EPOCH = 226894, 2795
#: 1 Baisakh of the first year in the table.
_BIKRAM_EPOCH = date(1993, 4, 13).toordinal()
_THAI_AHEAD = 543
#: Calendar → years of it that are none of ours, and the languages and countries that use it.
_HOMES = {
    "thai": (range(2400, 2700), frozenset({"th"}), frozenset({"TH"})),
    "jalali": (
        range(1300, 1500),
        frozenset({"fa", "prs", "ps", "mzn", "glk"}),
        frozenset({"IR", "AF"}),
    ),
    "bikram_sambat": (range(2050, 2100), frozenset({"ne"}), frozenset({"NP"})),
    "minguo": (range(80, 200), frozenset[str](), frozenset({"TW"})),
}
#: Years that no other calendar has in its range: those of nearly all dates.
_GREGORIAN_ALONE = range(1500, 2050)


def year_of_era(era: str, year: int) -> int:
    """Return the Gregorian year of a year of a Japanese era or of Minguo; "R" is Reiwa."""
    return _ERAS[era.lower()] + year


def gregorian_day(year: int, month: int, day: int, locale: Locale, calendar: str = "") -> Day:
    """Return the Gregorian year, month and day.

    ``calendar`` is that of the month's name (``find_other_month``), empty for a number or a
    Gregorian name.

    Raises:
        ValueError: there is no such day, or nothing says of which calendar the year is.
    """
    if calendar or (calendar := _implied(year, locale)):
        found = _READERS[calendar](year, month, day)
        return found.year, found.month, found.day
    if not 1000 < year < 2200:
        raise ValueError("no year of the Gregorian calendar")
    return year, month, day


def _implied(year: int, locale: Locale) -> str:
    """Return the calendar that ``locale`` implies for a year that is none of ours, else ""."""
    if year in _GREGORIAN_ALONE:
        return ""
    for calendar, (years, languages, countries) in _HOMES.items():
        if year in years and (locale.language in languages or locale.country in countries):
            return calendar
    return ""


def implies_calendar(locale: Locale) -> bool:
    """Say whether dates in ``locale`` may be of another calendar, though none is named."""
    return any(
        locale.language in languages or locale.country in countries
        for _, languages, countries in _HOMES.values()
    )


def find_other_month(name: str, locale: Locale) -> tuple[str, int] | None:
    """Return the calendar and the number of a month that only another calendar has."""
    found = _months().get(fold_month(name))
    # Hindi has the Nepali names for months of the moon.
    if found and found[0] == "bikram_sambat" and locale.language not in ("ne", None):
        return None
    return found


@lru_cache(maxsize=1)
def _months() -> dict[str, tuple[str, int]]:
    return {
        fold_month(name): (calendar, int(number))
        for calendar, number, names in read_table("other_calendars.tsv")
        for name in names.split("|")
    }


def _thai(year: int, month: int, day: int) -> date:
    return date(year - _THAI_AHEAD, month, day)


def _minguo(year: int, month: int, day: int) -> date:
    return date(year_of_era("民國", year), month, day)


def _jalali(year: int, month: int, day: int) -> date:
    """Return a day of the Persian calendar, by the cycle of 33 years, which holds 1206 to 1498."""
    if not 1206 <= year <= 1498:
        raise ValueError("no year of the Persian calendar that can be told")
    is_leap = (year * 8 + 29) % 33 < 8
    _check(month, day, [31] * 6 + [30] * 5 + [29 + is_leap])
    before = 365 * (year - 1) + (8 * year + 21) // 33
    return date.fromordinal(_JALALI_EPOCH + before + 31 * (month - 1) - max(0, month - 7) + day)


def _ethiopic(year: int, month: int, day: int) -> date:
    _check(month, day, [30] * 12 + [6 if year % 4 == 3 else 5])
    return date.fromordinal(_ETHIOPIC_EPOCH + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day)


@lru_cache(maxsize=1)
def _bikram_years() -> dict[int, tuple[int, list[int]]]:
    """Return of each year of the table its first day, and the days of its months."""
    rows = [
        (int(year), [*map(int, days.split())]) for year, days in read_table("bikram_sambat.tsv")
    ]
    firsts = accumulate((sum(days) for _, days in rows), initial=_BIKRAM_EPOCH)
    return {year: (first, days) for (year, days), first in zip(rows, firsts, strict=False)}


def _bikram(year: int, month: int, day: int) -> date:
    if year not in _bikram_years():
        raise ValueError("no year of the Nepali calendar that is known")
    first, days = _bikram_years()[year]
    _check(month, day, days)
    return date.fromordinal(first + sum(days[: month - 1]) + day - 1)


def _check(month: int, day: int, days: list[int]) -> None:
    if not (1 <= month <= len(days) and 1 <= day <= days[month - 1]):
        raise ValueError("no such day in that calendar")


_READERS: dict[str, Callable[[int, int, int], date]] = {
    "thai": _thai,
    "minguo": _minguo,
    "jalali": _jalali,
    "ethiopic": _ethiopic,
    "bikram_sambat": _bikram,
}
