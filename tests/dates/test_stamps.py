"""Dates as programs write them, in rows, fields of pages, and feeds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.dates.locales import ANYWHERE, read_locale
from newsbeam.transforms.dates.stamps import read_stamp


@pytest.mark.parametrize(
    ("text", "at", "offset"),
    [
        # an offset, in all the ways in which it is written
        ("2026-11-03T06:30:00-05:00", "2026-11-03T11:30:00", -300),
        ("2026-11-03T6:30:00-05:00", "2026-11-03T11:30:00", -300),
        ("2026-11-03T12:30:00+01", "2026-11-03T11:30:00", 60),
        ("2026-11-03T12:30:00+1", "2026-11-03T11:30:00", 60),
        ("2026-11-03T12:30:00 +0100", "2026-11-03T11:30:00", 60),
        ("2026-11-03 12:30:00 GMT+1", "2026-11-03T11:30:00", 60),
        ("2026-11-03 06:30:00 UTC\u22125", "2026-11-03T11:30:00", -300),
        ("2026-11-03T06:30:00\u221205:00", "2026-11-03T11:30:00", -300),
        ("Tue, 3 Nov 2026 12:30:00 (GMT+1)", "2026-11-03T11:30:00", 60),
        # Java, with the region behind the offset, or alone
        ("2026-11-03T06:30:00-05:00[America/New_York]", "2026-11-03T11:30:00", -300),
        ("2026-07-03T06:30:00[America/New_York]", "2026-07-03T10:30:00", -240),
        ("2026-11-03T11:30:00Z[UTC]", "2026-11-03T11:30:00", None),
        ("Tue Nov 03 12:30:00 CET 2026", "2026-11-03T11:30:00", 60),
        # JavaScript
        ("Tue Nov 03 2026 12:30:00 GMT+0100 (CET)", "2026-11-03T11:30:00", 60),
        (
            "Tue Nov 03 2026 12:30:00 GMT+0100 (Central European Standard Time)",
            "2026-11-03T11:30:00",
            60,
        ),
        # Go and Ruby
        ("2026-11-03 12:30:00.25 +0100 CET", "2026-11-03T11:30:00", 60),
        # names
        ("2026-11-03 06:30:00 EST", "2026-11-03T11:30:00", -300),
        ("Nov 3, 2026 6:30 AM ET", "2026-11-03T11:30:00", -300),
        ("2026-11-03 06:30:00 America/New_York", "2026-11-03T11:30:00", -300),
        # misspelt
        ("Tue,03 Nov 2026 11:30:00 GMT", "2026-11-03T11:30:00", None),
        ("\ufeff2026-11-03T11:30:00Z", "2026-11-03T11:30:00", None),
        ("\u200e3 Nov 2026 11:30 GMT", "2026-11-03T11:30:00", None),
        ("2026年11月3日(火) 20:30 JST", "2026-11-03T11:30:00", 540),
        # digits of other scripts
        ("٢٠٢٦-١١-٠٣T١١:٣٠:٠٠Z", "2026-11-03T11:30:00", None),
        ("３ Nov ２０２６ １１:３０ GMT", "2026-11-03T11:30:00", None),
    ],
)
def test_the_moment_and_where_it_was_written(text, at, offset):
    claim = read_stamp(text, source="row")
    assert claim is not None
    assert claim.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (claim.utc_offset, claim.flags) == (offset, ())


@pytest.mark.parametrize(
    ("text", "tag", "country", "hour"),
    [
        ("2026-11-03 12:30:00 EST", "en", "AU", 2),
        ("2026-11-03 12:30:00 EST", "en-AU", None, 2),
        ("2026-11-03 12:30:00 EST", "en", "US", 17),
        ("2026-11-03 12:30:00 IST", "hi", None, 7),
        ("2026-11-03 12:30:00 CST", "zh", None, 4),
    ],
)
def test_names_of_zones_are_those_of_the_country(text, tag, country, hour):
    claim = read_stamp(text, source="row", locale=read_locale(tag, country))
    assert claim is not None
    assert claim.at.hour == hour


def test_years_are_those_of_the_language():
    for text, tag in (
        ("2569-11-03", "th"),
        ("1405-08-12", "fa"),
        ("۱۴۰۵/۰۸/۱۲", "fa-IR"),
        ("2083-07-17", "ne"),
        ("12 آبان 1405", None),
    ):
        claim = read_stamp(text, source="row", locale=read_locale(tag))
        assert claim is not None
        assert claim.at == datetime(2026, 11, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2026", "05/03/2026", "2569-11-03", "20226-01-01", "0000-00-00"),
        *("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31", "2026-11-03T12:30+99:00"),
        "2026-11-03 and 2026-11-04",
    ],
)
def test_nothing_is_invented(text):
    assert read_stamp(text, source="row") is None


@given(st.text(alphabet="0123456789٣۳-:/.TZ +JanuaryMonGMT[]()年月日พ.ย", max_size=60))
def test_no_text_raises(text):
    for locale in (ANYWHERE, read_locale("th"), read_locale("zh-TW")):
        claim = read_stamp(text, source="feed", locale=locale)
        assert claim is None or claim.at.tzinfo is UTC
