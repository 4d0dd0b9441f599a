"""Dates in the fields of rows."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.dates.locales import ANYWHERE, read_locale
from newsbeam.transforms.dates.values import read_value

MOMENT = datetime(2019, 3, 5, 9, 12, 30, tzinfo=UTC)
DAY = datetime(2019, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        # seconds, milliseconds, microseconds and nanoseconds, in every type of number
        *(1551777150, 1551777150000, 1551777150000000, 1551777150000000000),
        *(
            1551777150.0,
            1551777150000.0,
            1.55177715e18,
            Decimal(1551777150),
            Decimal("1551777150.0"),
        ),
        *("1551777150", "1551777150.0", "1551777150000", "1.55177715e9", " 1551777150 "),
        # YYYYMMDDhhmmss
        *(20190305091230, "20190305091230"),
        # moments, text, MongoDB, PHP, .NET
        *(MOMENT, MOMENT.replace(tzinfo=None), MOMENT.astimezone(timezone(timedelta(hours=5)))),
        *("2019-03-05T09:12:30Z", "Tue Mar 05 10:12:30 CET 2019", b"2019-03-05 09:12:30"),
        *({"$date": "2019-03-05T09:12:30Z"}, {"$date": {"$numberLong": "1551777150000"}}),
        {"date": "2019-03-05 10:12:30.000000", "timezone_type": 3, "timezone": "Europe/Berlin"},
        {"date": "2019-03-05 14:42:30.000000", "timezone_type": 1, "timezone": "+05:30"},
        *("/Date(1551777150000)/", "/Date(1551777150000+0100)/", '"2019-03-05T09:12:30Z"'),
    ],
)
def test_moments(value):
    claim = read_value(value, source="row")
    assert claim is not None
    assert (claim.at, claim.source, claim.precision) == (MOMENT, "row", "second")


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        *(
            (20190305, None),
            (20190305.0, None),
            (Decimal(20190305), None),
            (date(2019, 3, 5), None),
        ),
        *(("5. März 2019", None), ("٥ مارس ٢٠١٩", None), ("۱۴ اسفند ۱۳۹۷", None)),
        *(("平成31年3月5日", None), ("2562-03-05", "th"), ("03/05/2019", "en-US")),
        *(("05/03/2019", "en-GB"), ("Tuesday, 5th March 2019", None), ("5 бер 2019", None)),
    ],
)
def test_days(value, tag):
    claim = read_value(value, source="row", locale=read_locale(tag))
    assert claim is not None
    assert (claim.at, claim.precision, claim.flags) == (DAY, "day", ("timezone_assumed",))


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, [], {}, {"$date": None}, b"", "", "yesterday", "2019", 2019, 7.5, 0, "0"),
        *(float("nan"), float("inf"), Decimal("NaN"), 1e300, 10**400, Decimal("1e999"), -1),
        *("0000-00-00", "0001-01-01T00:00:00Z", "20226-01-01", "9999-12-31", datetime(1, 1, 1)),
        *("1970-01-01T00:00:00Z", "05/03/2019", "2019-02-30", "from 2019-03-05 to 2019-03-09"),
        "The mayor spoke of the bridge on 5 March 2019, and of the railway.",
    ],
)
def test_what_is_no_date_or_may_be_several(value):
    assert read_value(value, source="row") is None


def test_a_moment_keeps_its_distance_from_utc():
    at = datetime(2019, 3, 5, 21, tzinfo=timezone(timedelta(hours=-5)))
    claim = read_value(at, source="row")
    assert claim is not None
    assert (claim.at, claim.utc_offset) == (datetime(2019, 3, 6, 2, tzinfo=UTC), -300)


@given(
    st.text(max_size=60)
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True)
    | st.datetimes()
    | st.dates()
    | st.binary(max_size=30)
)
def test_no_value_raises(value):
    for locale in (ANYWHERE, read_locale("en-US"), read_locale("fa")):
        claim = read_value(value, source="row", locale=locale)
        assert claim is None or 1600 <= claim.at.year < 2200
