"""Dates as people write them, in their languages, digits and calendars."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.dates.locales import ANYWHERE, Locale, read_locale
from newsbeam.transforms.dates.written import all_written, find_written, read_date


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        # digits of other scripts
        *(("٣ نوفمبر ٢٠٢٦", "ar"), ("३ नवंबर २०२६", "hi"), ("৩ নভেম্বর ২০২৬", "bn")),
        *(("۳ نوامبر ۲۰۲۶", "fa"), ("๓ พฤศจิกายน ๒๕๖๙", "th"), ("２０２６年１１月３日", "ja")),
        *(("٠٣/١١/٢٠٢٦", "ar"), ("၃ နိုဝင်ဘာ ၂၀၂၆", "my")),
        # Arabic months
        *(("الثلاثاء، 3 تشرين الثاني 2026", "ar"), ("3 تشرين الثاني/نوفمبر 2026", "ar")),
        ("3 نوفمبر/تشرين الثاني 2026", "ar"),
        # Thai years, in full and short
        *(("3 พฤศจิกายน 2569", None), ("3 พ.ย. 2569", None), ("3 พ.ย. 69", "th")),
        *(("03/11/2569", "th"), ("3 พฤศจิกายน 2026", "th")),
        # Japanese eras and Minguo
        *(("令和8年11月3日", None), ("令和８年１１月３日", "ja"), ("R8.11.3", "ja")),
        *(("民國115年11月3日", None), ("115年11月3日", "zh-TW"), ("115/11/03", "zh-Hant")),
        *(("二〇二六年十一月三日", "zh"), ("令和八年十一月三日", "ja")),
        # Persian
        *(("۱۲ آبان ۱۴۰۵", None), ("سه‌شنبه ۱۲ آبان ماه ۱۴۰۵", "fa"), ("۱۴۰۵/۰۸/۱۲", "fa")),
        *(("12 آبان\u200cماه 1405", "fa"), ("۱۲ عقرب ۱۴۰۵", "prs")),
        # Nepali and Ethiopic
        *(("२०८३ कात्तिक १७ गते", "ne"), ("१७ कात्तिक २०८३", "ne"), ("कात्तिक १७, २०८३", None)),
        *(("ጥቅምት 24 ቀን 2019 ዓ.ም.", "am"), ("ጥቅምት 24, 2019", None)),
        # the year first, in words of its own
        *(
            ("2026-yil 3-noyabr", "uz"),
            ("2026 жылғы 3 қараша", "kk"),
            ("2026ko azaroaren 3a", "eu"),
        ),
        *(("2026 оны 11-р сарын 3", "mn"), ("2026 оны 11 дүгээр сарын 03", "mn")),
        *(("ថ្ងៃទី៣ ខែវិច្ឆិកា ឆ្នាំ២០២៦", "km"), ("3ی تشرینی دووەم 2026", "ckb")),
        # two digits of a year, in the order of the language
        *(("3.11.26", "de"), ("26.11.03", "ko"), ("26/11/03", "ja"), ("26-11-03", "zh")),
        *(("03/11/26", "en-GB"), ("11/3/26", "en-US"), ("03/11/26", "fr")),
        # a slash between day and month alone
        *(("3/11 2026", "da"), ("3/11-2026", "sv")),
        # a name that is written without its point, an era, a degree sign
        *(("3 नवंबर 2026", "hi"), ("3 พฤศจิกายน พ.ศ. 2569", "th"), ("3° novembre 2026", "it")),
        # other languages
        *(("3 בנובמבר 2026", "he"), ("2026. gada 3. novembris", "lv"), ("3 nëntor 2026", "sq")),
        *(("3 նոյեմբերի 2026", "hy"), ("3 лис 2026", "uk"), ("3 ноя 2026", "ru")),
    ],
)
def test_a_day(text, tag):
    claim = read_date(text, read_locale(tag))
    assert claim is not None
    assert (claim.at, claim.precision) == (datetime(2026, 11, 3, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("text", "tag", "offset"),
    [
        ("Nov 3, 2026 at 6:30 a.m. ET", "en-US", -300),
        ("3 November 2026, 22:30 AEDT", "en-AU", 660),
        ("3 Nov 2026, 18:30 (GMT+7)", "vi", 420),
        ("3 Nov 2026 06:30 UTC\u22125", "en", -300),
        ("2026-11-03 06:30:00 -05:00", "en", -300),
        ("3 Nov 2026 12:30 +0100", "en", 60),
        ("3 Nov 2026 17:00 IST", "en-IN", 330),
        ("3 Nov 2026 6:30 AM Eastern", "en-US", -300),
        ("Nov 3 Tue 2026 6:30 EST", "zh-TW", -300),
    ],
)
def test_the_zone_behind_a_time(text, tag, offset):
    claim = read_date(text, read_locale(tag))
    assert claim is not None
    assert (claim.at, claim.utc_offset) == (datetime(2026, 11, 3, 11, 30, tzinfo=UTC), offset)


@pytest.mark.parametrize(
    "text", ["3 Nov 2026, 10:00-12:00", "3 Nov 2026, 10:00 - 14:00", "3 Nov 2026 10:00 PT - 3 min"]
)
def test_a_span_of_time_has_no_zone(text):
    claim = read_date(text, Locale("en", "GB", month_first=False))
    assert claim is not None
    assert (claim.at.hour, claim.flags) == (10, ("timezone_assumed",))


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        *(("1405/08/12", "en"), ("03/11/2569", "en"), ("115/11/03", "zh-CN"), ("R8.11.3", "en")),
        *(
            ("N° 3 du 2024", "fr"),
            ("12 آبان 2026", "fa"),
            ("3 พฤศจิกายน 1999 บาท 2999", "en"),
            ("माघ 10, 2080", "hi"),
        ),
    ],
)
def test_a_year_of_another_calendar_needs_a_name_or_a_language(text, tag):
    claim = read_date(text, read_locale(tag))
    assert claim is None or claim.at.year == 1999


def test_what_stands_around_a_date_is_given_as_it_is_written():
    written = find_written("تاریخ: ۱۲ آبان ۱۴۰۵ (ایران)", Locale("fa"))
    assert written is not None
    assert (written.before, written.after) == ("تاریخ: ", " (ایران)")


@given(st.text(max_size=80), st.sampled_from([None, "en", "th", "fa", "ne", "ja", "zh-TW", "ar"]))
def test_no_text_raises_and_spans_lie_within(text, tag):
    for start, end, claim in all_written(text, read_locale(tag)):
        assert 0 <= start < end <= len(text)
        assert claim.at.tzinfo is UTC


def test_a_locale_is_read_from_a_tag_and_a_country():
    assert read_locale("en-AU") == Locale("en", "AU", month_first=False)
    assert read_locale("en_US") == Locale("en", "US", month_first=True)
    assert read_locale("en", "AU") == Locale("en", "AU", month_first=None)
    assert read_locale("iw") == Locale("he", "IL", month_first=False)
    assert read_locale(None) == read_locale("und") == read_locale("-") == ANYWHERE


@pytest.mark.parametrize(
    ("text", "tag"),
    [("3/11 2026", "en"), ("Won 3-11-26", "de"), ("1.26.11.03", "ko"), ("26/13/32", "ja")],
)
def test_other_numbers_are_no_short_dates(text, tag):
    assert read_date(text, read_locale(tag)) is None


def test_a_month_is_known_without_the_points_below_its_letters():
    assert read_date("3 फरवरी 2026", read_locale("hi")) == read_date(
        "3 फ़रवरी 2026", read_locale("hi")
    )


def test_a_short_day_and_month_that_nothing_tells_apart_are_flagged():
    assert read_date("3/11/26", read_locale("en")).flags == ("day_month_ambiguous",)
    assert read_date("13/11/26", read_locale("en")).flags == ()
