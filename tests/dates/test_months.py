"""Names of months, and of days of the week."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from newsbeam.transforms.dates.months import find_month, is_calendar
from newsbeam.transforms.text.calendar_names import months_by_language, weekdays

ROOT = Path(__file__).resolve().parents[2]


def test_the_table_is_what_the_installed_cldr_says() -> None:
    # In a process of its own: babel keeps what it resolved for another language before.
    script = (
        "from newsbeam.transforms.text.calendar_names import make_table\n"
        "print(*make_table(), sep='\\n')"
    )
    made = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    table = (files("newsbeam.transforms.text") / "calendar_names.tsv").read_text("utf-8")
    assert table == made.stdout


def test_only_hebrew_has_hebrew_months() -> None:
    for language, names in months_by_language().items():
        hebrew = [name for name in names if any("\u0590" <= letter <= "\u05ff" for letter in name)]
        assert bool(hebrew) == (language == "he")


@pytest.mark.parametrize(
    ("name", "month"),
    [
        # as glibc abbreviates them, and as CLDR does
        *(("сен", 9), ("сент.", 9), ("кві", 4), ("квіт.", 4), ("жов", 10), ("čen", 6), ("čec", 7)),
        *(("gsh", 8), ("gush", 8), ("նմբ", 11), ("mrt.", 3), ("fév", 2), ("févr.", 2)),
        # in full
        *(("nëntor", 11), ("նոյեմբերի", 11), ("azaroaren", 11), ("நவம்பர்", 11), ("ნოემბერი", 11)),
        *(("նոյեմբեր", 11), ("พฤศจิกายน", 11), ("พ.ย.", 11), ("জানুয়ারি", 1), ("নভেম্বর", 11)),
        # the Gulf, the Levant, the Maghreb, Morocco; with hamzas and without
        *(("نوفمبر", 11), ("تشرين الثاني", 11), ("أيلول", 9), ("ايلول", 9), ("جويلية", 7)),
        *(("غشت", 8), ("أغسطس", 8), ("اغسطس", 8), ("يناير", 1), ("كانون الثاني", 1)),
        # Persian, Urdu, Hebrew alone and with "in"
        *(
            ("نوامبر", 11),
            ("ژانویهٔ", 1),
            ("نومبر", 11),
            ("נובמבר", 11),
            ("בנובמבר", 11),
            ("נוב׳", 11),
        ),
        # capitals lose their accents
        *(("ΝΟΕΜΒΡΙΟΥ", 11), ("FEVRIER", 2), ("AĞUSTOS", 8), ("Sept.", 9), ("Jänner", 1)),
    ],
)
def test_a_name_is_a_month_in_whatever_language(name, month):
    assert find_month(name) == month


@pytest.mark.parametrize(
    ("name", "language", "month"),
    [
        *(("listopad", "pl", 11), ("listopad", "cs-CZ", 11), ("listopada", "hr", 10)),
        *(("listopad", None, None), ("lip", "hr", 6), ("lip", "pl", 7)),
    ],
)
def test_what_a_name_means_depends_on_its_language(name, language, month):
    assert find_month(name, language) == month


def test_a_short_word_is_no_month_of_a_small_language_elsewhere():
    assert find_month("mae", "br") == 5
    assert find_month("mae", "fr") is None
    assert find_month("ago", "de") == 8


@pytest.mark.parametrize("name", ["", "ב", "monday", "x" * 1000, "\u0301"])
def test_other_words_are_no_months(name):
    assert find_month(name) is None


def test_weekdays_are_known() -> None:
    assert {"thursday", "donnerstag", "giovedì", "четверг"} <= weekdays()


def test_a_day_is_told_from_a_name():
    assert is_calendar("November 9")
    assert is_calendar("07 Dezember")
    assert not is_calendar("June Carter")
