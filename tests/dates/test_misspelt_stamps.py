"""Dates as feeds, sitemaps and fields of pages write them, in all the ways that are misspelt."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.dates.locales import read_locale
from newsbeam.transforms.dates.stamps import read_stamp

ASSUMED = ("timezone_assumed",)


@pytest.mark.parametrize(
    ("text", "at", "precision", "flags"),
    [
        ("Tue, 05 Mar 2019 09:12:30 +0100", "2019-03-05T08:12:30", "second", ()),
        ("Tue, 5 Mar 19 09:12 GMT", "2019-03-05T09:12:00", "minute", ()),
        ("05 March 2019 09:12:30 EST", "2019-03-05T14:12:30", "second", ()),
        ("Tue, 05 Mar 2019 09:12:30 IST", "2019-03-05T09:12:30", "second", ASSUMED),
        ("2019-03-05T09:12:30.123Z", "2019-03-05T09:12:30", "second", ()),
        ("2019-03-05T09:12+05:30", "2019-03-05T03:42:00", "minute", ()),
        ("2019-03-05 09:12:30", "2019-03-05T09:12:30", "second", ASSUMED),
        ("20190305T091230Z", "2019-03-05T09:12:30", "second", ()),
        ("20190305T0912Z", "2019-03-05T09:12:00", "minute", ()),
        ("20190305T0912+0100", "2019-03-05T08:12:00", "minute", ()),
        ("2019-03-05", "2019-03-05T00:00:00", "day", ASSUMED),
        ("2019-03-05T24:00:00Z", "2019-03-06T00:00:00", "second", ()),
        ("March 5, 2019 at 9:12 PM EST", "2019-03-06T02:12:00", "minute", ()),
        ("Tue Mar  5 09:12:30 2019", "2019-03-05T09:12:30", "second", ASSUMED),
        ("5.3.2019 09:12", "2019-03-05T09:12:00", "minute", ASSUMED),
        ("5 de marzo de 2019", "2019-03-05T00:00:00", "day", ASSUMED),
        ("Di, 5. März 2019 09:12:30 +0100", "2019-03-05T08:12:30", "second", ()),
        ("5 марта 2019", "2019-03-05T00:00:00", "day", ASSUMED),
        ("2019年3月5日 下午9:12", "2019-03-05T21:12:00", "minute", ASSUMED),
        ("Tue, 05 Mar 2019 09:12:30 GMT+2", "2019-03-05T07:12:30", "second", ()),
        # a blank too few or too many, or another sign for it
        ("Sat,14 Sep 2019 18:40:05 +0200", "2019-09-14T16:40:05", "second", ()),
        ("Sat , 14 Sep 2019 18:40:05+0200", "2019-09-14T16:40:05", "second", ()),
        ("14Sep2019 18:40 UTC", "2019-09-14T18:40:00", "minute", ()),
        ("14/Sep/2019:18:40:05 +0200", "2019-09-14T16:40:05", "second", ()),
        ("2019. szeptember 14. 18:40", "2019-09-14T18:40:00", "minute", ASSUMED),
        # marks that nobody sees, and signs of other keyboards
        ("\ufeffSat, 14 Sep 2019 18:40:05 GMT", "2019-09-14T18:40:05", "second", ()),
        ("\u200f14 Sep \u200e2019 18:40:05 GMT", "2019-09-14T18:40:05", "second", ()),
        ("2019-09-14T18:40:05\u221203:00", "2019-09-14T21:40:05", "second", ()),
        ("Sat, 14 Sep 2019 18:40:05 \u20130300", "2019-09-14T21:40:05", "second", ()),
        ("２０１９-09-14 １８：４０", "2019-09-14T18:40:00", "minute", ASSUMED),
        # zones by name, by sign, and twice
        ("Sat, 14 Sep 2019 18:40:05 EDT", "2019-09-14T22:40:05", "second", ()),
        ("Sat, 14 Sep 2019 18:40:05 GMT +0200", "2019-09-14T16:40:05", "second", ()),
        ("Sat, 14 Sep 2019 18:40:05 EST-0500", "2019-09-14T23:40:05", "second", ()),
        ("Sat, 14 Sep 2019 18:40:05 +0200 CEST", "2019-09-14T16:40:05", "second", ()),
        ("2019-09-14T18:40:05+02:00[Europe/Vienna]", "2019-09-14T16:40:05", "second", ()),
        # hours of one digit, halves of the day, dots
        ("Sat, 14 Sep 2019 6:40 PM EDT", "2019-09-14T22:40:00", "minute", ()),
        ("September 14th, 2019, 6:40 p. m.", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("Sat. 14 Sep. 2019 6.40.05 GMT", "2019-09-14T06:40:05", "second", ()),
        ("2019-09-14T6:40:05Z", "2019-09-14T06:40:05", "second", ()),
        # weekdays that are wrong, long or elsewhere
        ("Mon, 14 Sep 2019 18:40:05 GMT", "2019-09-14T18:40:05", "second", ()),
        ("quinta-feira, 14 de março de 2019 18:40", "2019-03-14T18:40:00", "minute", ASSUMED),
        ("2019年9月14日(土)", "2019-09-14T00:00:00", "day", ASSUMED),
        ("2019年9月14日（土）18時40分", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("2019年9月14日 星期六 18:40", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("2019년 9월 14일 토요일 오후 6시 40분", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("2019/09/14(土) 18:40", "2019-09-14T18:40:00", "minute", ASSUMED),
        # as people write it
        ("samedi 14 septembre 2019 à 18h40", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("14.09.2019 um 18:40 Uhr", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("14 сентября 2019 г. в 18:40", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("lørdag d. 14. september 2019 kl. 18.40", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("14 de septiembre de 2019 a las 18:40 h", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("1º de marzo del 2019", "2019-03-01T00:00:00", "day", ASSUMED),
        ("14 września 2019 o godz. 18:40", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("14 Σεπτεμβρίου 2019 6:40 μ.μ.", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("١٤ سبتمبر ٢٠١٩، ٦:٤٠ م", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("2019年9月14日㈯ 18時", "2019-09-14T18:00:00", "minute", ASSUMED),
        # a dash for the minus or between day and time, marks inside of numbers and words
        ("14 Sep 2019 – 18:40", "2019-09-14T18:40:00", "minute", ASSUMED),
        ("20\u200b19-09-\u206014T18:40:05Z", "2019-09-14T18:40:05", "second", ()),
        ("14 Sep\u00adtember 2019 18:40 GMT", "2019-09-14T18:40:00", "minute", ()),
        ("14\u200bSep\u200b2019\u200b18:40 GMT", "2019-09-14T18:40:00", "minute", ()),
        ("Sat, 14 Sep 2019 20:40 Europe/Vienna", "2019-09-14T18:40:00", "minute", ()),
    ],
)
def test_dates_that_are_stated(text, at, precision, flags):
    claim = read_stamp(text, source="feed")
    assert claim is not None
    assert claim.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (claim.precision, claim.flags, claim.source) == (precision, flags, "feed")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Tue, 05 Mar 2019 09:12:30 +0530", 330),
        ("Tue, 05 Mar 2019 21:12:30 EST", -300),
        ("2019-03-05T09:12:30-03:30", -210),
        # these say nothing of where the outlet is
        ("2019-03-05T09:12:30Z", None),
        ("Tue, 05 Mar 2019 09:12:30 +0000", None),
        ("2019-03-05 09:12:30", None),
        ("2019-03-05", None),
    ],
)
def test_the_distance_from_utc_is_kept(text, minutes):
    claim = read_stamp(text, source="feed")
    assert claim is not None
    assert claim.utc_offset == minutes


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "1 2 3", "2019", "2019-03", "05/03/2019", "2019-13-01", "31 Feb 2019"),
        *("0001-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "9999-12-31", "25:61"),
        "18 listopad 2020",  # October in one language, November in another
        "2019-03-05T09:12:30+99:00",
        # numbers and words that only look like it
        *("12 of 2019", "3 de 19", "14 Sep", "10.30 Uhr", "2019 9 14", "version 2019.9", "9時12分"),
        *("5 Mars bars 2019", "14 Sep 2019 and 15 Sep 2019", "room 14, Sep 2019", "20190914184"),
        *("14 Sep 2019 18:40 to 19:40", "since 2019-09-14", "2019-09-14 18.400 people"),
    ],
)
def test_nothing_is_invented(text):
    assert read_stamp(text, source="feed") is None


def test_the_language_settles_what_a_month_is_called():
    claim = read_stamp("18 listopad 2020", source="feed", locale=read_locale("pl"))
    assert claim is not None
    assert claim.at.month == 11


@given(st.text(alphabet="0123456789-:/.TZ +JanuaryMon年月日", max_size=40))
def test_no_text_raises(text):
    claim = read_stamp(text, source="feed")
    assert claim is None or claim.at.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)))
def test_isoformat_is_read_back(at):
    claim = read_stamp(at.replace(tzinfo=UTC).isoformat(), source="row")
    assert claim is not None
    assert claim.at == at.replace(microsecond=0, tzinfo=UTC)
