from datetime import UTC, date, datetime

import numpy as np
import pytest

from newsbeam.transforms.statistics.periods import choose_periods, last_days

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RECENT = last_days(NOW)


def days(*texts: str) -> np.ndarray:
    return np.array([(date.fromisoformat(text) - date(1970, 1, 1)).days for text in texts])


def test_the_last_days_end_with_that_of_the_last_pass():
    assert (RECENT.unit, len(RECENT)) == ("day", 35)
    assert RECENT.starts[-1] == date(2026, 11, 22)
    found = RECENT.places(days("2026-10-18", "2026-10-19", "2026-11-22", "2026-11-23"))
    assert found.tolist() == [-1, 0, 34, -1]


@pytest.mark.parametrize(
    ("published", "unit", "first", "number"),
    [
        (["2026-11-21", "2020-01-01"], "day", "2026-11-09", 14),
        (["2026-11-21", "2026-10-29"], "day", "2026-10-29", 25),
        (["2026-04-13", "2026-04-18"], "day", "2026-04-13", 6),
        (["2025-01-01", "2025-12-01"], "week", "2024-12-30", 49),
        (["2021-03-05", "2025-02-01"], "month", "2021-03-01", 48),
        (["1950-03-05", "2009-02-01"], "year", "1950-01-01", 60),
        (["1850-03-05", "2009-02-01"], "year", "1950-01-01", 60),
        ([], "day", "2026-10-19", 35),
    ],
)
def test_what_is_of_long_ago_is_counted_in_longer_stretches(published, unit, first, number):
    found = choose_periods(days(*published), np.ones(len(published), int), RECENT)
    assert (found.unit, found.starts[0].isoformat(), len(found)) == (unit, first, number)


def test_a_few_articles_of_today_do_not_hide_a_back_catalogue():
    found = choose_periods(
        days("2026-11-22", "2012-05-01", "2020-05-01"), np.array([3, 500, 500]), RECENT
    )
    assert found.unit == "year"
    assert found.places(days("2012-05-01"))[0] == 0


def test_a_few_dates_of_another_century_do_not_stretch_the_plot():
    found = choose_periods(
        days("1066-10-14", "2024-05-01", "2024-05-09"), np.array([1, 500, 500]), RECENT
    )
    assert found.starts[0] == date(2024, 5, 1)
