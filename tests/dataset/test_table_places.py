"""Where tables may stand and who may write them: jobs, buckets, catalogs, mistakes."""

import json
import shutil

import polars as pl
import pytest
from buckets import KEY, SECRET, Pointed, Server, environment, forget_stores, new_url
from pyiceberg.utils.config import Config
from table_views import FORMATS, add, by_log, by_reader, by_writer, load_iceberg, versions

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
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.stores.credentials import use_buckets
from newsbeam.transforms.tables import view
from newsbeam.transforms.tables.follow import follow_log


def test_what_cannot_be_is_said_before_anything_is_read(dataset, article, monkeypatch, capsys):
    page = dataset.path.parent / "one.jsonl"
    page.write_text(json.dumps({"url": "https://news.example/x", "text": "It rained. " * 9}))
    monkeypatch.setattr(view, "find_spec", lambda _name: None)
    asked = ["ingest", str(page), "--output", dataset.root, "--set", "dataset.tables=[delta]"]
    assert run(asked) == 2
    assert "pip install 'newsbeam[delta]'" in capsys.readouterr().err
    assert not dataset.path.exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token", "t0p"),
        ("uri", "postgresql://me:t0p@db.example/catalog"),
        ("adls.account-key", "t0p"),
        ("adls.connection-string", "AccountKey=t0p"),
        ("header.Authorization", "Bearer t0p"),
    ],
)
def test_a_secret_is_refused_in_a_configuration(key, value, capsys):
    assert run(["tables", ".", "--set", f"dataset.iceberg.catalog={{{key}: '{value}'}}"]) == 2
    told = capsys.readouterr().err
    name = key.upper().replace("-", "_").replace(".", "__")
    assert f"PYICEBERG_CATALOG__NEWSBEAM__{name}" in told
    assert "t0p" not in told


def test_a_secret_of_the_environment_is_not_told(dataset, article, monkeypatch, capsys):
    add(dataset, article, "ab", "u1")
    monkeypatch.setenv("PYICEBERG_CATALOG__NEWSBEAM__URI", "mysql://me:t0p@db.example/catalog")
    assert run(["tables", dataset.root, "--set", "dataset.tables=[iceberg]"]) == 1
    told = capsys.readouterr().err
    assert "Iceberg table" in told
    assert "t0p" not in told
    # Nothing was begun: no later command looks for it.
    assert not (dataset.path / "tables").exists()


def test_a_command_without_the_configuration_begins_no_second_table(
    dataset, article, tmp_path, caplog
):
    catalog = {"type": "sql", "uri": f"sqlite:///{tmp_path}/mine.db"}
    settings = DatasetSettings(tables=("iceberg",), iceberg=IcebergSettings(catalog=catalog))
    add(dataset, article, "ab", "u1")
    update_tables(dataset.root, settings)
    assert run(["forget", dataset.root, "--url", "https://news.example/a"]) == 0
    assert "the Iceberg table of" in caplog.text
    assert f"newsbeam.articles in {catalog['uri']}" in caplog.text
    assert not (dataset.path / "iceberg" / "catalog.db").exists()
    update_tables(dataset.root, settings)
    counts = by_writer(dataset.root, "iceberg", settings=settings.iceberg)
    assert counts == by_log(dataset.root)
    assert sum(counts.values()) == 1


def test_a_new_index_is_a_version_too(dataset, article):
    add(dataset, article, "ab", "u1")
    follow_log(dataset.root, "delta", DatasetSettings())
    assert run(["reindex", dataset.root]) == 0
    assert head(dataset.root) in versions(dataset.root, "delta")


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


def test_a_rest_catalog_that_takes_no_place_but_its_own(
    tmp_path_factory, open_dataset, article, monkeypatch
):
    """Metadata stands in a bucket for tables, and the articles in the dataset as ever."""
    server = Server(tmp_path_factory.mktemp("weed"), with_catalog=True)
    server.start()
    try:
        server.make_warehouse("warehouse")
        address = f"http://127.0.0.1:{server.catalog_port}"
        monkeypatch.setenv("PYICEBERG_CATALOG__NEWSBEAM__CREDENTIAL", f"{KEY}:{SECRET}")
        # pyiceberg has looked at the environment when it was imported.
        monkeypatch.setattr("pyiceberg.catalog._ENV_CONFIG", Config())
        catalog = {
            "type": "rest",
            "uri": address,
            "warehouse": "s3://warehouse",
            "oauth2-server-uri": f"{address}/v1/oauth/tokens",
        }
        reached = IcebergSettings(catalog=catalog, metadata="catalog")
        settings = DatasetSettings(tables=("iceberg",), iceberg=reached)
        with Pointed(server.port):
            dataset = open_dataset(new_url())
            with pytest.raises(DatasetError, match="BadRequest"):
                follow_log(
                    dataset.root,
                    "iceberg",
                    DatasetSettings(iceberg=IcebergSettings(catalog=catalog)),
                )
            for number in range(6):
                add(dataset, article, [f"a{number}", f"b{number}"], f"u{number}")
                update_tables(dataset.root, settings)
            keep_up(dataset.root, settings)
            update_tables(dataset.root, settings)
            forget(dataset.root, settings, urls=["https://news.example/a0"])
            add(dataset, article, "c", "later")
            update_tables(dataset.root, settings)
            found = versions(dataset.root, "iceberg", reached)
            newest = head(dataset.root)
            assert sorted(found) == [newest - 1, newest]
            for number in found:
                counts = by_writer(dataset.root, "iceberg", found[number], reached)
                assert counts == by_log(dataset.root, number)
            place = load_iceberg(dataset.root, reached).metadata_location
            assert place.startswith("s3://warehouse/")
            assert dataset.files("iceberg") == []
            other = open_dataset(new_url())
            add(other, article, "x", "u1")
            with pytest.raises(DatasetError, match="another dataset"):
                follow_log(other.root, "iceberg", settings)
    finally:
        server.kill()


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
