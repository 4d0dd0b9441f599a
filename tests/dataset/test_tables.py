"""The tables of Delta and Iceberg show what the log says, at each commit, whatever happens."""

import json
import multiprocessing
import os
import shutil
import tarfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from buckets import KEY, SECRET, environment, forget_stores, new_url
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from pyiceberg.table import Transaction

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.tables import update_tables
from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.settings import (
    BucketSettings,
    DatasetSettings,
    IcebergSettings,
    S3Settings,
)
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.stores.credentials import use_buckets
from newsbeam.transforms.tables import changes, delta, iceberg, view
from newsbeam.transforms.tables.catalogs import open_catalog
from newsbeam.transforms.tables.follow import follow_log

FORMATS = ("delta", "iceberg")
DEFAULT = IcebergSettings()


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


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


#: Where a process may be gone: before the version stands, and when it does.
POINTS = {
    "delta": (DeltaTable, "create_write_transaction"),
    "iceberg": (Transaction, "commit_transaction"),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_process_that_is_gone_leaves_a_version_once(dataset, article, monkeypatch, form, when):
    settings = DatasetSettings(tables=(form,))
    for number in range(1, 4):
        add(dataset, article, [f"a{number}", f"b{number}"], f"u{number}")
        kind, name = POINTS[form]
        real = getattr(kind, name)

        def crash(*args, real=real, **kwargs):
            if when == "after":
                real(*args, **kwargs)
            raise Crash

        with monkeypatch.context() as patch:
            patch.setattr(kind, name, crash)
            with pytest.raises(Crash):
                follow_log(dataset.root, form, settings)
                raise AssertionError("the crash never came")
        if number == 2:
            continue  # the next one has two commits to show
        follow_log(dataset.root, form, settings)
        assert by_reader(dataset.root, form) == by_log(dataset.root)
    found = versions(dataset.root, form)
    assert sorted(found.keys() - {0}) == [1, 2, 3]
    for number in (1, 2, 3):
        assert by_reader(dataset.root, form, found[number]) == by_log(dataset.root, number)


def _follow_often(root, form, flags, number):
    """Follow the log of ``root`` until told to stop; return what went wrong."""
    wrong = []
    while not (flags / "stop").exists():
        try:
            follow_log(root, form, DatasetSettings())
        except DatasetError as error:
            wrong.append(str(error))
        (flags / str(number)).touch()
    return wrong


@pytest.mark.parametrize("form", FORMATS)
def test_two_writers_make_each_version_once(dataset, article, tmp_path, form):
    context = multiprocessing.get_context("spawn")
    add(dataset, article, "ab", "u0")
    (flags := tmp_path / "flags").mkdir()
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        both = [pool.submit(_follow_often, dataset.root, form, flags, n) for n in range(2)]
        try:
            until = time.monotonic() + 60
            while len(list(flags.iterdir())) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            # However late they are: the table is there, and each commit becomes a version.
            follow_log(dataset.root, form, DatasetSettings())
            for number in range(1, 7):
                add(dataset, article, [f"a{number}"], f"u{number}")
        finally:
            (flags / "stop").touch()
        wrong = [error for each in both for error in each.result(60)]
    follow_log(dataset.root, form, DatasetSettings())
    assert wrong == []
    found = versions(dataset.root, form)
    assert sorted(found.keys() - {0}) == list(range(1, 8))
    for number in (3, 7):
        assert by_reader(dataset.root, form, found[number]) == by_log(dataset.root, number)


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
def test_the_commit_stands_if_the_table_cannot_be_written(
    dataset, article, monkeypatch, caplog, form
):
    settings = DatasetSettings(tables=(form,))
    add(dataset, article, "ab", "u1")
    update_tables(dataset.root, settings)
    shown = by_reader(dataset.root, form)
    add(dataset, article, "cd", "u2")

    def fail(*_args, **_kwargs):
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(*POINTS[form], fail)
        update_tables(dataset.root, settings)
    assert "What was committed stands" in caplog.text
    assert f"`newsbeam tables {dataset.root}` catches up" in caplog.text
    assert by_reader(dataset.root, form) == shown
    assert run(["tables", dataset.root]) == 0
    assert by_reader(dataset.root, form) == by_log(dataset.root) != shown


@pytest.mark.parametrize("form", FORMATS)
def test_old_versions_go_and_the_newest_can_be_asked_for(dataset, article, monkeypatch, form):
    monkeypatch.setattr(module := {"delta": delta, "iceberg": iceberg}[form], "VERSIONS", 4)
    assert module.VERSIONS == 4
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


def test_what_cannot_be_is_said_before_anything_is_read(dataset, article, monkeypatch, capsys):
    page = dataset.path.parent / "one.jsonl"
    page.write_text(json.dumps({"url": "https://news.example/x", "text": "It rained. " * 9}))
    monkeypatch.setattr(view, "find_spec", lambda _name: None)
    asked = ["ingest", str(page), "--output", dataset.root, "--set", "dataset.tables=[delta]"]
    assert run(asked) == 2
    assert "pip install 'newsbeam[delta]'" in capsys.readouterr().err
    assert not dataset.path.exists()


def test_a_secret_is_refused_in_a_configuration(capsys):
    for key, value in (("token", "t0p"), ("uri", "postgresql://me:t0p@db.example/catalog")):
        setting = f"dataset.iceberg.catalog={{{key}: '{value}'}}"
        assert run(["tables", ".", "--set", setting]) == 2
        told = capsys.readouterr().err
        assert f"PYICEBERG_CATALOG__NEWSBEAM__{key.upper()}" in told
        assert "t0p" not in told


def test_a_table_of_another_place_is_not_written(dataset, article, tmp_path):
    add(dataset, article, "ab", "u1")
    follow_log(dataset.root, "iceberg", DatasetSettings())
    shutil.copytree(dataset.root, tmp_path / "copy")
    table = load_iceberg(dataset.root)
    with pytest.raises(DatasetError, match="another dataset"):
        follow_log(str(tmp_path / "copy"), "iceberg", DatasetSettings())
    assert load_iceberg(dataset.root).metadata_location == table.metadata_location


def test_tables_of_a_dataset_in_a_bucket(s3, tmp_path, open_dataset, article):
    dataset = open_dataset(new_url())
    with pytest.raises(UsageError, match="Name a catalog"):
        follow_log(dataset.root, "iceberg", DatasetSettings())
    catalog = IcebergSettings(catalog={"type": "sql", "uri": f"sqlite:///{tmp_path}/catalog.db"})
    settings = DatasetSettings(tables=FORMATS, iceberg=catalog)
    for number in range(6):
        add(dataset, article, [f"a{number}", f"b{number}"], f"u{number}")
        update_tables(dataset.root, settings)
    keep_up(dataset.root, settings)
    update_tables(dataset.root, settings)
    forget(dataset.root, settings, urls=["https://news.example/a0"])
    update_tables(dataset.root, settings)
    add(dataset, article, "c", "later")
    update_tables(dataset.root, settings)
    newest = head(dataset.root)
    for form in FORMATS:
        found = versions(dataset.root, form, catalog)
        assert sorted(found) == [newest - 1, newest]
        for number in found:
            counts = by_writer(dataset.root, form, found[number], catalog)
            assert counts == by_log(dataset.root, number)
    polars = pl.scan_delta(dataset.root).group_by("date", "language").len().collect().rows()
    assert {(str(d), code): n for d, code, n in polars} == by_log(dataset.root)


def test_a_bucket_is_reached_by_what_the_configuration_says(
    s3, tmp_path, open_dataset, article, monkeypatch
):
    dataset = open_dataset(new_url())
    add(dataset, article, "ab", "u1")
    said = environment(s3.port)
    for name in said:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    reached = S3Settings(
        endpoint=said["AWS_ENDPOINT_URL"],
        region=said["AWS_REGION"],
        access_key_id=KEY,
        secret_access_key=SECRET,
        allow_http=True,
    )
    use_buckets(BucketSettings(s3=reached))
    forget_stores()
    try:
        catalog = {"type": "sql", "uri": f"sqlite:///{tmp_path}/catalog.db"}
        settings = DatasetSettings(iceberg=IcebergSettings(catalog=catalog))
        assert [follow_log(dataset.root, form, settings).commit for form in FORMATS] == [1, 1]
    finally:
        use_buckets(BucketSettings())
        forget_stores()


def test_a_job_keeps_its_tables_up(dataset, tmp_path, caplog):
    for number in range(2):
        line = {"url": f"https://news.example/{number}", "text": f"It rained {number} times. " * 9}
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(line))
    asked = ["ingest", f"{tmp_path}/*.jsonl", "--output", dataset.root]
    settings = ("duplicates.near=false", "passes.max_bytes=1", "dataset.tables=[delta, iceberg]")
    assert run([*asked, *(each for one in settings for each in ("--set", one))]) == 0
    assert "does not show it yet" not in caplog.text
    for form in FORMATS:
        assert sorted(versions(dataset.root, form).keys() - {0}) == [1, 2]
        assert by_reader(dataset.root, form) == by_log(dataset.root)


@pytest.mark.parametrize("name", ["a#b", "what?", "a;b"])
def test_iceberg_is_refused_where_its_addresses_would_lead_elsewhere(tmp_path, name):
    with pytest.raises(UsageError, match="in the name of a folder"):
        follow_log(str(tmp_path / name), "iceberg", DatasetSettings())
    assert not (tmp_path / name).exists()
