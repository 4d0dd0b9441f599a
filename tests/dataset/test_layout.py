from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset import layout
from newsbeam.transforms.dataset.layout import (
    check_staged_path,
    check_unit,
    data_path,
    folder_dates,
    partition_of,
    split_data_path,
)

DIGEST = "0123456789abcdef" * 4


class TestPartition:
    def test_is_the_day_of_publication_and_the_language(self, article):
        assert partition_of("articles", article()) == "date=2026-11-22/language=en"

    def test_is_the_day_of_fetching_without_a_date(self, article):
        undated = article(published_at=None, fetched_at=datetime(2026, 11, 23, tzinfo=UTC))
        assert partition_of("articles", undated) == "date=2026-11-23/language=en"

    def test_days_are_those_of_utc(self, article):
        tokyo = timezone(timedelta(hours=9))
        early = article(published_at=datetime(2026, 11, 22, 3, tzinfo=tokyo))
        assert partition_of("articles", early).startswith("date=2026-11-21/")

    def test_of_a_reject_is_the_day_it_was_rejected(self, reject):
        assert partition_of("rejects", reject()) == "date=2026-11-22"

    def test_polls_have_none(self, poll):
        assert partition_of("feeds", poll()) == ""

    @pytest.mark.parametrize("language", ["en", "zh-Hant", "sr-Latn-RS", "und", "de-CH-1996"])
    def test_keeps_languages(self, article, language):
        assert partition_of("articles", article(language=language)).endswith(f"={language}")

    @pytest.mark.parametrize(
        "language", ["", "..", "../..", "en/../../x", "e\0n", "x" * 300, "en\n", "日本", "a=b", "*"]
    )
    def test_counts_any_other_language_as_unknown(self, article, language):
        assert partition_of("articles", article(language=language)).endswith("language=und")

    @pytest.mark.parametrize("year", [1, 476, 1970, 9999])
    def test_has_four_digits_of_any_year(self, article, year):
        old = article(published_at=datetime(year, 3, 1, tzinfo=UTC))
        assert partition_of("articles", old) == f"date={year:04d}-03-01/language=en"


@pytest.mark.parametrize(
    ("table", "partition"),
    [
        ("articles", ""),
        ("articles", "date=2026-11-22"),
        ("articles", "language=en/date=2026-11-22"),
        ("articles", "date=2026-11-22/language=../x"),
        ("articles", "date=2026-11-22/language=en/x=y"),
        ("articles", "date=..;language=en"),
        ("rejects", "date=2026-11-22/"),
        ("rejects", "date=2026-11-22\n"),
        ("feeds", "date=2026-11-22"),
        ("passwords", ""),
        ("../articles", ""),
    ],
)
def test_no_other_folder_can_be_written_to(table, partition):
    with pytest.raises(DatasetError):
        data_path(table, partition, "u1", DIGEST)


@pytest.mark.parametrize(
    "unit", ["", ".", "..", "../x", "a/b", "a\0b", "a b", "-a", "é", "x" * 101]
)
def test_units_that_cannot_be_names_are_refused(unit):
    with pytest.raises(DatasetError):
        check_unit(unit)


def test_paths_can_be_taken_apart_again():
    path = data_path("articles", "date=2026-11-22/language=en", "20261122T1200-ab12", DIGEST)
    assert path == (
        "articles/date=2026-11-22/language=en/part-20261122T1200-ab12-0123456789abcdef.parquet"
    )
    assert split_data_path(path) == ("articles", "date=2026-11-22/language=en")
    assert split_data_path(data_path("feeds", "", "u", DIGEST)) == ("feeds", "")


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "articles/part-u-0123456789abcdef.parquet",
        "articles/date=2026-11-22/language=en/../../../x/part-u-0123456789abcdef.parquet",
        "commits/000000000001.json",
        "index/part-u-0123456789abcdef.parquet/..",
        "",
    ],
)
def test_a_record_cannot_name_files_elsewhere(path):
    with pytest.raises(DatasetError):
        split_data_path(path)
    with pytest.raises(DatasetError):
        check_staged_path(path)


@given(st.text())
def test_whatever_a_language_is_the_path_stays_below_its_table(language):
    from types import SimpleNamespace

    record = SimpleNamespace(
        language=language, published_at=None, fetched_at=datetime(2026, 11, 22, tzinfo=UTC)
    )
    path = data_path("articles", partition_of("articles", record), "u1", DIGEST)
    assert len(Path(path).parts) == 4
    assert ".." not in Path(path).parts
    assert layout.split_data_path(path)[0] == "articles"


@pytest.mark.parametrize(
    ("by", "age_days", "expected"),
    [
        ("day", 3, "2026-08-17"),
        ("month", 3, "2026-08-01"),
        ("year", 3, "2026-01-01"),
        ("day", 89, "2026-08-17"),
        ("day", 91, "2026-01-01"),
        ("month", 400, "2026-01-01"),
        ("year", 500, "2026-01-01"),
        ("day", 502, "2020-01-01"),
    ],
)
def test_a_folder_holds_a_day_a_month_or_a_year_and_what_was_old_a_year_or_a_decade(
    article, by, age_days, expected
):
    day = datetime(2026, 8, 17, 23, tzinfo=UTC)
    row = article(published_at=day, fetched_at=day + timedelta(days=age_days))
    partition = partition_of("articles", row, DatasetSettings(partition_by=by, old_days=90))
    assert partition == f"date={expected}/language=en"
    assert expected in folder_dates("2026-08-17")


def test_old_rows_stand_in_their_day_unless_they_come_out_of_archives(article):
    day = datetime(2025, 8, 17, tzinfo=UTC)

    def place(kind: str, **settings) -> str:
        row = article(published_at=day, source_kind=kind)
        return partition_of("articles", row, DatasetSettings(**settings))

    assert place("feed") == place("file") == "date=2025-08-17/language=en"
    assert place("warc") == place("jsonl") == "date=2025-01-01/language=en"
    assert place("warc", archived_days=None) == "date=2025-08-17/language=en"
    assert place("warc", archived_days=None, old_days=90) == "date=2025-01-01/language=en"


def test_the_first_years_have_a_decade_too(article):
    row = article(published_at=datetime(7, 8, 17, tzinfo=UTC), source_kind="warc")
    assert partition_of("articles", row, DatasetSettings()) == "date=0001-01-01/language=en"
    assert "0001-01-01" in folder_dates("0007-08-17")


def test_a_row_without_a_date_is_as_old_as_its_reading(article):
    row = article(published_at=None)
    assert partition_of("articles", row, DatasetSettings()) == "date=2026-11-22/language=en"
