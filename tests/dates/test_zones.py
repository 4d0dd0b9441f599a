"""Zones as they are written."""

from datetime import datetime, timedelta

import pytest

from newsbeam.transforms.dates.zones import read_zone

WINTER, SUMMER = datetime(2026, 1, 5, 12, 30), datetime(2026, 7, 5, 12, 30)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        *(("+1", 1), ("+01", 1), ("+0100", 1), ("+01:00", 1), ("GMT+1", 1), ("UTC+01:00", 1)),
        *(
            ("-5", -5),
            ("UTC-5", -5),
            ("UTC\u20135", -5),
            ("GMT -0500", -5),
            ("EST-0500", -5),
            ("+0530", 5.5),
        ),
        *(("Z", 0), ("utc", 0), ("CET", 1), ("MESZ", 2), ("JST", 9), ("NPT", 5.75)),
        *(("Eastern Standard Time", -5), ("Etc/GMT+5", -5), ("Asia/Kathmandu", 5.75)),
    ],
)
def test_a_zone_is_so_far_from_utc(text, hours):
    assert read_zone(text, local=WINTER) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text", ["", None, "Uhr", "IST", "BST", "and/or", "../../etc/passwd", "XYZ"]
)
def test_what_is_unknown_or_means_several_zones_is_none(text):
    assert read_zone(text, local=WINTER) is None


@pytest.mark.parametrize(
    ("text", "country", "hours"),
    [
        *(("EST", "US", -5), ("EST", "AU", 10), ("EDT", "AU", 11), ("EST", None, -5)),
        *(("CST", "CN", 8), ("CST", "CU", -5), ("CST", "US", -6), ("PST", "PH", 8)),
        *(("IST", "IN", 5.5), ("IST", "IL", 2), ("IST", "IE", 1), ("BST", "GB", 1)),
        *(("ET", "US", -5), ("ET", None, -5), ("ET", "FR", None), ("AST", "SA", 3)),
    ],
)
def test_the_country_says_which_zone_a_name_means(text, country, hours):
    offset = read_zone(text, country=country, local=WINTER)
    assert offset == (None if hours is None else timedelta(hours=hours))


def test_clocks_of_a_place_follow_its_summer_time():
    for zone in ("America/New_York", "US/Eastern", "ET", "EST5EDT"):
        assert read_zone(zone, local=WINTER) == timedelta(hours=-5)
        assert read_zone(zone, local=SUMMER) == timedelta(hours=-4)
        assert read_zone(zone) is None


@pytest.mark.parametrize("text", ["+15", "-2359", "UTC+99:00", "+01:75"])
def test_no_place_is_that_far_from_utc(text):
    with pytest.raises(ValueError, match="far from UTC"):
        read_zone(text)
