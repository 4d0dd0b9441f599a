"""Days of other calendars, against days that are known in both."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.dates.calendars import find_other_month, gregorian_day, year_of_era
from newsbeam.transforms.dates.locales import ANYWHERE, Locale


@pytest.mark.parametrize(
    ("calendar", "day", "gregorian"),
    [
        # Nowruz, in leap years and around them
        ("jalali", (1399, 1, 1), (2020, 3, 20)),
        ("jalali", (1399, 12, 30), (2021, 3, 20)),
        ("jalali", (1404, 1, 1), (2025, 3, 21)),
        ("jalali", (1357, 11, 22), (1979, 2, 11)),
        # Enkutatash, a day later before a leap year
        ("ethiopic", (2016, 1, 1), (2023, 9, 12)),
        ("ethiopic", (2019, 1, 1), (2026, 9, 11)),
        ("ethiopic", (2015, 13, 6), (2023, 9, 11)),
        # the Nepali new year
        ("bikram_sambat", (2080, 1, 1), (2023, 4, 14)),
        ("bikram_sambat", (2081, 1, 1), (2024, 4, 13)),
        ("bikram_sambat", (2083, 1, 1), (2026, 4, 14)),
        ("bikram_sambat", (2072, 1, 12), (2015, 4, 25)),
        ("thai", (2569, 11, 3), (2026, 11, 3)),
        ("minguo", (115, 11, 3), (2026, 11, 3)),
    ],
)
def test_days_are_those_of_the_gregorian_calendar(calendar, day, gregorian):
    assert gregorian_day(*day, ANYWHERE, calendar) == gregorian


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        ("jalali", (1404, 12, 30)),  # 1404 is no leap year
        ("jalali", (1405, 13, 1)),
        ("jalali", (405, 1, 1)),
        ("ethiopic", (2019, 13, 7)),
        ("bikram_sambat", (2083, 1, 32)),
        ("bikram_sambat", (2300, 1, 1)),
    ],
)
def test_days_that_a_calendar_has_not(calendar, day):
    with pytest.raises(ValueError, match="calendar"):
        gregorian_day(*day, ANYWHERE, calendar)


def test_a_persian_year_follows_the_one_before():
    def first_of(year: int) -> int:
        return date(*gregorian_day(year, 1, 1, ANYWHERE, "jalali")).toordinal()

    for year in range(1300, 1460):
        days = 365
        try:
            gregorian_day(year, 12, 30, ANYWHERE, "jalali")
            days = 366
        except ValueError:
            pass
        assert first_of(year + 1) - first_of(year) == days


@given(st.integers(0, 9999), st.integers(0, 14), st.integers(0, 40))
def test_a_number_is_a_day_of_the_calendar_that_the_language_implies(year, month, day):
    for locale in (ANYWHERE, Locale("fa"), Locale("th"), Locale("ne"), Locale("zh", "TW")):
        try:
            found = gregorian_day(year, month, day, locale)
        except ValueError:
            continue
        assert len(found) == 3


def test_a_year_is_of_another_calendar_only_where_language_or_country_imply_it():
    assert gregorian_day(2569, 11, 3, Locale("th")) == (2026, 11, 3)
    assert gregorian_day(1405, 8, 12, Locale("fa")) == (2026, 11, 3)
    assert gregorian_day(2083, 7, 17, Locale("ne")) == (2026, 11, 3)
    assert gregorian_day(2569, 11, 3, Locale("en", "TH")) == (2026, 11, 3)
    assert gregorian_day(2026, 11, 3, Locale("fa")) == (2026, 11, 3)
    with pytest.raises(ValueError, match="Gregorian"):
        gregorian_day(2569, 11, 3, Locale("en"))


def test_eras_are_named():
    assert [year_of_era(era, 8) for era in ("令和", "R", "平成")] == [2026, 2026, 1996]
    assert year_of_era("民國", 115) == 2026


def test_hindi_has_nepals_names_for_months_of_the_moon():
    assert find_other_month("माघ", Locale("ne")) == ("bikram_sambat", 10)
    assert find_other_month("माघ", Locale("hi")) is None
