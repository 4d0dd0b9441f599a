"""A dataset that an older newsbeam wrote goes on living.

``version-4.tar.xz`` was written by newsbeam at schema version 4, before the log had checkpoints and
the index had keys: three passes with an article, a near-duplicate, a reject and a poll each, a
revision, and a learned line.
"""

import json
import shutil
import tarfile
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from newsbeam.pipelines.cli import run
from newsbeam.transforms.core.schema import SCHEMA_VERSION, file_schema, version_of
from newsbeam.transforms.dataset.boilerplate import BoilerplateReader
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.schemas import find_older
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up

ARCHIVE = Path(__file__).parent / "version-4.tar.xz"


@pytest.fixture
def old(tmp_path, open_dataset):
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    return open_dataset(tmp_path / "version-4")


def versions(dataset):
    files = [name for name in dataset.files() if name.endswith(".parquet") and "/part-" in name]
    tables = ("articles", "duplicates", "rejects", "feeds", "index", "boilerplate")
    return {
        version_of(pq.read_schema(dataset.path / name))
        for name in files
        if name.split("/")[0] in tables
    }


def test_it_is_whole_and_every_command_reads_it(old, article, capsys):
    assert versions(old) == {4}
    assert old.audit().faults == ()
    assert len(old.audit().older) == 18
    for command in (["check"], ["report", "--json"], ["feeds"], ["explain"]):
        asked = ["https://news.example/a0"] if command == ["explain"] else []
        assert run([command[0], old.root, *asked, *command[1:]]) == 0, command
    assert "version 4" not in capsys.readouterr().err
    known = IndexReader(old.root, head(old.root)).lookup_articles([article("a0").article_id])
    assert known[article("a0").article_id].revision == 2
    assert last_polls(old.root)["https://news.example/feed"].etag == '"2"'
    assert BoilerplateReader(old.root, 5).lookup_sites(["news.example"])


def test_passes_go_on_in_it(old, article, poll):
    again = old.judge([article("a0"), article("a1"), article("new")], head(old.root))
    old.commit("u9", [*again, poll(etag='"9"')])
    assert sorted({row["revision"] for row in old.rows("articles")}) == [1, 2, 3]
    assert last_polls(old.root)["https://news.example/feed"].etag == '"9"'
    assert fold_log(open_storage(old.root), old.settings, least=1)
    assert old.audit().faults == ()
    assert versions(old) == {4, SCHEMA_VERSION}


def test_polls_that_were_merged_long_ago_are_still_known(old, poll):
    """As an older newsbeam left it: files that ``compact`` replaced are gone after a day."""
    compact(old.root, old.settings)
    old.commit("u8", [poll("https://calm.example/feed")])
    shutil.rmtree(old.path / "replaced")
    for _ in ("by the records", "by a checkpoint"):
        polls = last_polls(old.root)
        assert polls["https://news.example/feed"].etag == '"2"'
        assert set(polls) == {"https://news.example/feed", "https://calm.example/feed"}
        fold_log(open_storage(old.root), old.settings, least=1)
    assert old.audit().faults == ()


def test_upkeep_brings_it_to_the_present_version(old):
    before = {table: old.rows(table) for table in ("articles", "duplicates", "rejects", "feeds")}
    assert len(find_older(old.root)) == 18
    keep_up(old.root, old.settings)
    assert find_older(old.root) == {}
    assert versions(old) == {SCHEMA_VERSION}
    assert old.audit().faults == ()
    assert old.audit().older == ()
    for table, rows in before.items():
        known = rows[0].keys()  # what newer versions have appended is empty
        now = [{name: row[name] for name in known} for row in old.rows(table)]
        key = str
        assert sorted(map(key, now)) == sorted(map(key, rows))
    schema = pq.read_schema(old.path / old.files("articles")[0])
    assert schema.equals(file_schema("articles"), check_metadata=False)
    assert {field.metadata for field in schema if field.metadata} == set()


def test_schema_check_names_the_files_that_differ(old, capsys):
    assert run(["schema", "--check", old.root]) == 1
    out = capsys.readouterr().out
    assert "articles/date=2026-11-21/language=en/part-u1-" in out.replace("\n", "")
    assert "18 files differ" in out
    keep_up(old.root, old.settings)
    assert run(["schema", "--check", old.root, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {}


def test_readers_read_both_versions_with_the_options_of_the_readme(old, article):
    old.commit("u9", [article("new")])
    glob = str(old.path / "articles/**/*.parquet")
    query = f"SELECT count(*) FROM read_parquet('{glob}', union_by_name = true)"
    assert duckdb.sql(query).fetchall() == [(5,)]
    articles = pl.scan_parquet(
        glob, hive_partitioning=True, missing_columns="insert", extra_columns="ignore"
    )
    assert articles.select(pl.len()).collect().item() == 5
