"""Names of months and weekdays."""

from importlib.resources import files

from transforms.text.calendar_names import make_table, months_by_language, weekdays


def test_the_table_is_what_the_installed_cldr_says() -> None:
    table = (files("transforms.text") / "calendar_names.tsv").read_text("utf-8")
    assert table.splitlines() == list(make_table())


def test_months_are_known_in_full_and_abbreviated() -> None:
    months = months_by_language()
    assert months["de"]["märz"] == months["es"]["marzo"] == months["ru"]["марта"] == 3
    assert months["en"]["dec"] == 12


def test_what_a_name_means_depends_on_its_language() -> None:
    months = months_by_language()
    assert (months["pl"]["listopad"], months["hr"]["listopad"]) == (11, 10)


def test_weekdays_are_known() -> None:
    assert {"thursday", "donnerstag", "giovedì", "четверг"} <= weekdays()
