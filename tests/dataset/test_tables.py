"""The tables of Delta and Iceberg show what the log says, at each commit."""

import json
import os
import tarfile
import time
from collections import Counter
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from table_views import FORMATS, add, by_log, by_reader, by_writer, load_iceberg, scan, versions

from newsbeam.pipelines.cli import run
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.tables import changes, delta, iceberg
from newsbeam.transforms.tables.follow import follow_log


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
    if form == "iceberg":  # whose manifests are compressed
        files = load_iceberg(dataset.root).inspect.data_files()
        assert files.num_rows == 1
        bounds = files.select(["lower_bounds", "upper_bounds"]).to_pylist()
        assert not any(bounds[0].values())


@pytest.mark.parametrize("form", FORMATS)
def test_a_dataset_of_an_older_version_is_caught_up(tmp_path, open_dataset, capsys, form):
    with tarfile.open(Path(__file__).parent / "version-4.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    root = str(tmp_path / "version-4")
    counts = by_log(root)
    assert run(["tables", root]) == 2
    assert "has no tables" in capsys.readouterr().err
    assert run(["tables", root, "--set", f"dataset.tables=[{form}]", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["format"], each["commit"]) for each in told] == [(form, head(root))]
    assert by_reader(root, form) == counts
    # Its files lack columns of today.
    wires = scan(root, form).select("wire", "title").collect()
    assert wires["wire"].null_count() == wires.height == sum(counts.values())
    # From now on it is kept up by commands that are not told of it.
    assert run(["upkeep", root]) == 0
    assert run(["forget", root, "--url", "https://news.example/a0"]) == 0
    assert by_reader(root, form) == by_log(root) != counts
    capsys.readouterr()
    assert run(["tables", root]) == 0
    assert form.title() in capsys.readouterr().out


@pytest.mark.parametrize("form", FORMATS)
def test_a_new_column_comes_with_the_commit_that_has_it(dataset, article, monkeypatch, form):
    today = changes.table_schema()
    former = pa.schema([field for field in today if field.name not in ("wire", "withdrawn")])
    module = {"delta": delta, "iceberg": iceberg}[form]
    add(dataset, article, "ab", "u1")
    with monkeypatch.context() as patch:
        patch.setattr(module, "table_schema", lambda: former)
        follow_log(dataset.root, form, DatasetSettings())
    assert "withdrawn" not in scan(dataset.root, form).collect_schema()
    dataset.commit("u2", [article("c", withdrawn=True)])
    follow_log(dataset.root, form, DatasetSettings())
    rows = scan(dataset.root, form).select("withdrawn", "date").collect()
    assert Counter(rows["withdrawn"].to_list()) == {None: 2, True: 1}
    assert rows["date"].null_count() == 0
    assert by_reader(dataset.root, form) == by_log(dataset.root)


@pytest.mark.parametrize("form", FORMATS)
def test_old_versions_go_and_the_newest_can_be_asked_for(dataset, article, monkeypatch, form):
    monkeypatch.setattr({"delta": delta, "iceberg": iceberg}[form], "VERSIONS", 4)
    files = []
    for number in range(1, 13):
        add(dataset, article, [f"a{number}"], f"u{number}")
        standing = follow_log(dataset.root, form, DatasetSettings())
        assert standing.versions <= 9
        files.append(len(dataset.files("_delta_log" if form == "delta" else "iceberg/metadata")))
    found = versions(dataset.root, form)
    assert set(range(9, 13)) <= found.keys()
    assert 1 not in found
    for number in range(9, 13):
        assert by_reader(dataset.root, form, found[number]) == by_log(dataset.root, number)


@pytest.mark.parametrize("form", FORMATS)
def test_a_glob_and_an_audit_do_not_see_the_table(dataset, article, monkeypatch, form):
    monkeypatch.setattr(delta, "VERSIONS", 2)
    for number in range(1, 7):  # with a checkpoint of Delta, which is a Parquet file
        add(dataset, article, [f"a{number}"], f"u{number}")
        follow_log(dataset.root, form, DatasetSettings())
    found = pl.scan_parquet(f"{dataset.root}/articles/**/*.parquet").select(pl.len()).collect()
    assert found.item() == 6
    assert dataset.audit().faults == ()


def test_vacuum_of_a_delta_table_removes_nothing_of_the_dataset(dataset, article):
    for number in range(6):
        add(dataset, article, [f"a{number}"], f"u{number}")
        follow_log(dataset.root, "delta", DatasetSettings())
    keep_up(dataset.root, DatasetSettings())
    follow_log(dataset.root, "delta", DatasetSettings())
    before = dataset.files()
    old = time.time() - 366 * 86400
    for path in before:
        os.utime(dataset.path / path, (old, old))
    # It names what the table had and upkeep has removed, and nothing that is there.
    named = DeltaTable(dataset.root).vacuum(full=True, dry_run=True)
    assert not set(named) & set(before)
    with pytest.raises(DeltaError, match="minimum retention"):
        DeltaTable(dataset.root).vacuum(0, full=True, dry_run=True)
