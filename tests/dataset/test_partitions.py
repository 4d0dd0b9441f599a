"""Folders of months and years beside those of days: found, checked, merged, and told of."""

import logging
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset import commits
from newsbeam.transforms.dataset.export import Query, read_rows
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.stories import StoryReader
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dataset.writer import write_shard


def stage(dataset, unit, rows, settings):
    placed = defaultdict(list)
    for row in rows:
        placed[partition_of("articles", row, settings)].append(row)
    return [
        write_shard(dataset.root, unit, "articles", partition, some, settings)
        for partition, some in placed.items()
    ]


@pytest.mark.parametrize("by", ["day", "month", "year"])
def test_a_back_catalogue_has_few_folders_and_all_is_found_in_them(
    dataset, article, events, by, monkeypatch
):
    settings = DatasetSettings(partition_by=by, old_days=90)
    now = article().fetched_at
    old = [article(f"o{n}", published_at=now - timedelta(days=100 + 11 * n)) for n in range(60)]
    new = [article(f"n{n}", published_at=now - timedelta(days=11 * n)) for n in range(8)]
    monkeypatch.setattr(dataset, "settings", settings)
    for unit, rows in (("u1", old), ("u2", new)):
        commits.commit_unit(
            dataset.root,
            unit,
            stage(dataset, unit, rows, settings),
            events(rows),
            base=head(dataset.root),
            info={},
            settings=settings,
        )
    folders = {name.split("/")[1] for name in dataset.files("articles")}
    assert len(folders) <= {"day": 3 + 8, "month": 3 + 4, "year": 3}[by]
    keep_up(dataset.root, settings)
    assert dataset.audit().faults == ()
    every = [*old, *new]
    known = IndexReader(dataset.root, head(dataset.root)).lookup_articles(
        [each.article_id for each in every]
    )
    stories = StoryReader(load_state(open_storage(dataset.root)), now - timedelta(days=9999))
    text_of = stories.texts_of(known.values())
    assert all(text_of(each.article_id) == each.text for each in every)
    glob = str(dataset.path / "articles/**/*.parquet")
    query = f"""
        SELECT typeof(date), count(*) FROM read_parquet('{glob}', hive_partitioning = true)
        WHERE published_at >= date AND language = 'en' GROUP BY ALL
    """
    assert duckdb.sql(query).fetchall() == [("DATE", 68)], "in each folder, date is its first day"


def test_an_export_of_some_days_finds_them_in_folders_of_a_month(dataset, article, events):
    settings = DatasetSettings(partition_by="month", old_days=None)
    first = datetime(2026, 3, 1, 8, tzinfo=UTC)
    rows = [article(f"a{n}", published_at=first + timedelta(days=n)) for n in range(40)]
    staged = stage(dataset, "u1", rows, settings)
    commits.commit_unit(
        dataset.root, "u1", staged, events(rows), base=0, info={}, settings=settings
    )
    assert {name.split("/")[1] for name in dataset.files("articles")} == {
        "date=2026-03-01",
        "date=2026-04-01",
    }
    fold_log(open_storage(dataset.root), settings, least=1)
    found = read_rows(dataset.root, Query(since="2026-03-30", until="2026-04-02"))
    days = [(row["date"], row["published_at"].date().isoformat()) for row in found]
    expected = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"]
    assert sorted(days) == [(day, day) for day in expected]


def test_a_pass_of_many_tiny_files_names_the_setting(dataset, article, caplog, monkeypatch):
    monkeypatch.setattr(commits, "_MANY", 5)
    now = article().published_at
    rows = [article(f"{n}", published_at=now - timedelta(days=n)) for n in range(6)]
    with caplog.at_level(logging.WARNING, "newsbeam"):
        dataset.commit("u1", rows)
    assert "dataset.partition_by" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING, "newsbeam"):
        dataset.commit("u2", [article("x")])
    assert caplog.text == ""
