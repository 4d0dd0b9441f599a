"""What the log and the readers of Delta and Iceberg count in the same dataset."""

from collections import Counter
from datetime import timedelta

import polars as pl
from deltalake import DeltaTable

from newsbeam.transforms.core.settings import IcebergSettings
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.tables.catalogs import open_catalog

FORMATS = ("delta", "iceberg")
DEFAULT = IcebergSettings()


def by_log(root, number=None):
    """Rows by date and language, as the log says."""
    counts = Counter()
    for file in load_state(open_storage(root), until=number).files("articles"):
        values = partition_values(*split_data_path(file.path))
        counts[values["date"], values["language"]] += file.rows
    return dict(counts)


def versions(root, form, settings=DEFAULT):
    """The version of the table that shows each commit."""
    if form == "delta":
        history = DeltaTable(root).history()
        found = [(each.get("newsbeam.commit"), each["version"]) for each in history]
    else:
        found = [
            (each.summary.additional_properties.get("newsbeam.commit"), each.snapshot_id)
            for each in load_iceberg(root, settings).metadata.snapshots
        ]
    counts = Counter(int(commit) for commit, _ in found if commit is not None)
    assert set(counts.values()) == {1}, "a commit became two versions"
    return {int(commit): version for commit, version in found if commit is not None}


def load_iceberg(root, settings=DEFAULT):
    catalog = open_catalog(root, settings)
    try:
        return catalog.load_table(settings.table)
    finally:
        catalog.close()


def scan(root, form, version=None):
    """The table as Polars reads it: date and language are columns of its own."""
    if form == "delta":
        return pl.scan_delta(root, version=version)
    return pl.scan_iceberg(load_iceberg(root).metadata_location, snapshot_id=version)


def by_reader(root, form, version=None):
    rows = scan(root, form, version).group_by("date", "language").agg(pl.col("text").count())
    return {(str(date), language): count for date, language, count in rows.collect().rows()}


def by_writer(root, form, version=None, settings=DEFAULT):
    columns = ["date", "language", "text"]
    if form == "delta":
        table = DeltaTable(root, version=version).to_pyarrow_table(columns=columns)
    else:
        found = load_iceberg(root, settings)
        table = found.scan(snapshot_id=version, selected_fields=tuple(columns)).to_arrow()
    rows = table.group_by(["date", "language"]).aggregate([("text", "count")]).to_pylist()
    return {(str(each["date"]), each["language"]): each["text_count"] for each in rows}


def add(dataset, article, names, unit, **fields):
    rows = [
        article(name, published_at=article().published_at - timedelta(days=n % 3), **fields)
        for n, name in enumerate(names)
    ]
    return dataset.commit(unit, rows)
