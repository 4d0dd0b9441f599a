from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.dates.locales import read_locale
from newsbeam.transforms.dates.written import read_date
from newsbeam.transforms.metadata.stamps import date_in_url, parse_claim


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "precision", "flags"),
    [
        ("2026-03-01T10:20:30Z", utc(2026, 3, 1, 10, 20, 30), "second", ()),
        ("2026-03-01T10:20:30.123+01:00", utc(2026, 3, 1, 9, 20, 30), "second", ()),
        ("2026-03-01T10:20+0100", utc(2026, 3, 1, 9, 20), "minute", ()),
        ("2026-03-01 10:20:30 UTC", utc(2026, 3, 1, 10, 20, 30), "second", ()),
        ("20260301T102030Z", utc(2026, 3, 1, 10, 20, 30), "second", ()),
        ("2026-03-01T10:20:30", utc(2026, 3, 1, 10, 20, 30), "second", ("timezone_assumed",)),
        ("2026-03-01", utc(2026, 3, 1), "day", ()),
        ("2026/03/01 10:20", utc(2026, 3, 1, 10, 20), "minute", ("timezone_assumed",)),
        ("01.03.2026 10:20", utc(2026, 3, 1, 10, 20), "minute", ("timezone_assumed",)),
        ("So., 01.03.2026 - 10:20", utc(2026, 3, 1, 10, 20), "minute", ("timezone_assumed",)),
        ("Sun, 01 Mar 2026 10:20:30 +0100", utc(2026, 3, 1, 9, 20, 30), "second", ()),
        ("1772360430", utc(2026, 3, 1, 10, 20, 30), "second", ()),
        ("1772360430000", utc(2026, 3, 1, 10, 20, 30), "second", ()),
        # midnight in the writer's zone: only the day is known, and it is his
        ("2026-03-01T00:00:00+01:00", utc(2026, 3, 1), "day", ()),
    ],
)
def test_dates_are_read(text, at, precision, flags):
    claim = parse_claim(text, "meta")
    assert (claim.at, claim.precision, claim.flags) == (at, precision, flags)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-02-30", "0000-00-00", "99.99.9999", "2026"]
)
def test_what_is_no_date_is_none(text):
    assert parse_claim(text, "meta") is None


@given(st.text(max_size=60) | st.from_regex(r"[0-9:T+\-. /]{4,30}"))
def test_no_text_breaks_a_reader(text):
    for claim in (
        parse_claim(text, "meta"),
        read_date(text, read_locale("en")),
        date_in_url("https://x.example/" + text),
    ):
        assert claim is None or claim.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("4 March 2026", "en", (2026, 3, 4)),
        ("March 4th, 2026 at 9:15 p.m.", "en", (2026, 3, 4)),
        ("Mittwoch, 4. März 2026, 18:30 Uhr", "de", (2026, 3, 4)),
        ("le 4 mars 2026 à 18h30", "fr", (2026, 3, 4)),
        ("4 de marzo de 2026", "es", (2026, 3, 4)),
        ("4 marca 2026", "pl", (2026, 3, 4)),
        ("4 марта 2026 г.", "ru", (2026, 3, 4)),
        ("4 Mart 2026", "tr", (2026, 3, 4)),
        ("2026年3月4日 18時30分", "ja", (2026, 3, 4)),
        ("2026년 3월 4일", "ko", (2026, 3, 4)),
        ("2026. 3. 4.", "ko", (2026, 3, 4)),
        ("21:30, 4 March 2026", "en", (2026, 3, 4)),
        ("04.03.2026", "de", (2026, 3, 4)),
        ("04.03.26, 18:30", "de", (2026, 3, 4)),
        ("(Anytown, 4 Marzo 26)", "it", (2026, 3, 4)),
        ("04 | 03 | 2026", "de", (2026, 3, 4)),
        ("Updated 12:30, 4 March 2026", "en", (2026, 3, 4)),
        ("04-ago-2026", "es", (2026, 8, 4)),
        ("2026. március 4.", "hu", (2026, 3, 4)),
        ("2026 m. kovo 4 d.", "lt", (2026, 3, 4)),
        ("ngày 4 tháng 3 năm 2026", "vi", (2026, 3, 4)),
        ("4 มีนาคม 2026", "th", (2026, 3, 4)),
        ("04/03/2026", "fr", (2026, 3, 4)),
        ("03/04/2026", "en-US", (2026, 3, 4)),
        ("04/03/2026", "en-GB", (2026, 3, 4)),
        ("25/03/2026", "en-US", (2026, 3, 25)),
        ("5. listopada 2025", "hr", (2025, 10, 5)),
        ("5 listopada 2025", "pl", (2025, 11, 5)),
    ],
)
def test_dates_are_read_as_readers_see_them(text, language, day):
    assert read_date(text, read_locale(language)).at.date() == datetime(*day).date()


@pytest.mark.parametrize(
    "text", ["Top 10 may 12", "Win 3 sep 20", "1 out 10", "Page 1 | 2 | 2026", "Jan 99"]
)
def test_numbers_and_words_are_no_dates(text):
    assert read_date(text, read_locale("en")) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://daily.example/2026/03/04/bridge", (2026, 3, 4)),
        ("https://daily.example/news/20260304/bridge", (2026, 3, 4)),
        ("https://daily.example/news/A2026030412345678", (2026, 3, 4)),
        ("https://daily.example/202603/t20260304_55.html", (2026, 3, 4)),
        ("https://daily.example/meldungen/04-03-2026", (2026, 3, 4)),
        ("https://archive.example/web/20260304101112/http://x.example/", None),
        ("https://daily.example/2026/03/bridge", None),
        ("https://daily.example/a-1234567890", None),
        (None, None),
    ],
)
def test_days_in_addresses(url, day):
    claim = date_in_url(url)
    assert (claim and claim.at.date()) == (day and datetime(*day).date())


@pytest.mark.parametrize("zone", ["+1459", "-2359", "+9999"])
def test_no_place_is_that_far_from_utc(zone):
    assert parse_claim(f"2026-03-01T10:00:00{zone}", "meta") is None
    assert parse_claim(f"Sun, 01 Mar 2026 10:00:00 {zone}", "meta") is None
