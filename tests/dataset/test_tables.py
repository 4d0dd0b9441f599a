"""The tables of Delta and Iceberg show what the log says, at each commit, whatever happens."""

from collections import Counter
from datetime import timedelta

import polars as pl
import pytest

from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.tables.follow import follow_log

FORMATS = ("delta", "iceberg")


@pytest.fixture(autouse=True)
def planner(monkeypatch):
    monkeypatch.setenv("POLARS_ICEBERG_PLANNER", "pyiceberg")


def by_log(root, number=None):
    """Rows by date and language, as the log says."""
    counts = Counter()
    for file in load_state(open_storage(root), until=number).files("articles"):
        values = partition_values(*split_data_path(file.path))
        counts[values["date"], values["language"]] += file.rows
    return dict(counts)


def versions(root, form):
    """The version of the table that shows each commit."""
    if form == "delta":
        from deltalake import DeltaTable

        found = [
            (each.get("newsbeam.commit"), each["version"]) for each in DeltaTable(root).history()
        ]
    else:
        found = [
            (each.summary.additional_properties.get("newsbeam.commit"), each.snapshot_id)
            for each in load_iceberg(root).metadata.snapshots
        ]
    counts = Counter(int(commit) for commit, _ in found if commit is not None)
    assert set(counts.values()) == {1}, "a commit became two versions"
    return {int(commit): version for commit, version in found if commit is not None}


def load_iceberg(root):
    from newsbeam.transforms.tables.catalogs import open_catalog

    catalog = open_catalog(root, DatasetSettings().iceberg)
    try:
        return catalog.load_table("newsbeam.articles")
    finally:
        catalog.close()


def scan(root, form, version=None):
    """The table as Polars reads it: date and language are its own columns."""
    if form == "delta":
        return pl.scan_delta(root, version=version)
    place = load_iceberg(root).metadata_location
    return pl.scan_iceberg(place, snapshot_id=version)


def by_reader(root, form, version=None):
    rows = scan(root, form, version).group_by("date", "language").agg(pl.col("text").count())
    return {(str(date), language): count for date, language, count in rows.collect().rows()}


def by_writer(root, form, version=None):
    if form == "delta":
        from deltalake import DeltaTable

        table = DeltaTable(root, version=version).to_pyarrow_table(
            columns=["date", "language", "text"]
        )
    else:
        scanned = load_iceberg(root).scan(
            snapshot_id=version, selected_fields=("date", "language", "text")
        )
        table = scanned.to_arrow()
    rows = table.group_by(["date", "language"]).aggregate([("text", "count")]).to_pylist()
    return {(str(each["date"]), each["language"]): each["text_count"] for each in rows}


def add(dataset, article, names, unit, **fields):
    rows = [
        article(name, published_at=article().published_at - timedelta(days=n % 3), **fields)
        for n, name in enumerate(names)
    ]
    return dataset.commit(unit, rows)


@pytest.mark.parametrize("form", FORMATS)
def test_each_commit_is_a_version_with_the_rows_of_the_log(dataset, article, reject, form):
    settings = DatasetSettings(tables=(form,))
    add(dataset, article, "abcd", "u1")
    follow_log(dataset.root, form, settings)
    add(dataset, article, "ef", "u2", language="de")
    dataset.commit("u3", [reject()])  # no article at all
    add(dataset, article, "gh", "u4", text="Something else.\n\nMore of it.")
    standing = follow_log(dataset.root, form, settings)
    assert standing.commit == head(dataset.root) == 4
    found = versions(dataset.root, form)
    assert sorted(found.keys() - {0}) == [1, 2, 3, 4]
    for number in (1, 2, 3, 4):
        counts = by_log(dataset.root, number)
        assert by_reader(dataset.root, form, found[number]) == counts
        assert by_writer(dataset.root, form, found[number]) == counts
    assert by_reader(dataset.root, form) == by_log(dataset.root)
    assert not dataset.audit().faults


@pytest.mark.parametrize("form", FORMATS)
def test_rows_read_from_a_table_are_those_of_the_dataset(dataset, article, form):
    add(dataset, article, "abc", "u1", published_utc_offset=120)
    follow_log(dataset.root, form, DatasetSettings())
    columns = ["article_id", "text", "published_at", "published_utc_offset", "word_count", "places"]
    told = scan(dataset.root, form).select(columns).sort("article_id").collect().to_dicts()
    rows = sorted(dataset.rows("articles"), key=lambda row: row["article_id"])
    assert told == [{name: row[name] for name in columns} for row in rows]


@pytest.mark.parametrize("form", FORMATS)
def test_upkeep_leaves_the_rows_and_forget_no_earlier_version(dataset, article, form):
    settings = DatasetSettings(tables=(form,))
    for number in range(6):
        add(dataset, article, [f"a{number}", f"b{number}"], f"u{number}")
        follow_log(dataset.root, form, settings)
    before = by_log(dataset.root)
    keep_up(dataset.root, settings)
    follow_log(dataset.root, form, settings)
    assert by_reader(dataset.root, form) == by_log(dataset.root) == before
    gone = forget(dataset.root, settings, urls=["https://news.example/a0"])
    standing = follow_log(dataset.root, form, settings)
    assert by_reader(dataset.root, form) == by_log(dataset.root)
    assert sum(by_reader(dataset.root, form).values()) == sum(before.values()) - 1
    assert standing.versions == 1
    # Keys of what went are of no use, and the text is nowhere that the table leads to.
    found = versions(dataset.root, form)
    assert list(found) == [gone.commit]
    add(dataset, article, "c", "later")
    follow_log(dataset.root, form, settings)
    found = versions(dataset.root, form)
    for number in (gone.commit, gone.commit + 1):
        assert by_reader(dataset.root, form, found[number]) == by_log(dataset.root, number)
    assert not dataset.audit().faults


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_an_article_stands_in_a_table(dataset, article, form):
    add(dataset, article, ["unmistakable"], "u1")
    follow_log(dataset.root, form, DatasetSettings())
    written = [*dataset.files("_delta_log"), *dataset.files("iceberg")]
    assert written
    for path in written:
        data = (dataset.path / path).read_bytes()
        assert b"unmistakable" not in data
        assert b"news.example" not in data
