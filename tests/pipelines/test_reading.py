"""``newsbeam.open``: the same rows for every reader."""

import json
import re
import tarfile
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from jobs import Dataset, page

import newsbeam
from newsbeam.pipelines.cli import run
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.schema import SCHEMA_VERSION


@pytest.fixture
def two_commits(dataset: Dataset, tmp_path: Path) -> Dataset:
    for story in ("harbour", "library"):
        (tmp_path / f"{story}.html").write_text(page(story, title=f"About the {story}"))
        assert dataset.ingest(tmp_path / f"{story}.html") == 0
    return dataset


def test_every_reader_gets_the_same_rows_with_day_and_language(two_commits: Dataset):
    articles = newsbeam.open(two_commits.root).articles
    table = articles.arrow().to_table()
    assert set(table["date"].to_pylist()) == {date(2026, 3, 3)}
    assert set(table["language"].to_pylist()) == {"en"}
    titles = sorted(table["title"].to_pylist())
    assert titles == ["About the harbour", "About the library"]
    assert sorted(articles.pandas()["title"]) == titles
    assert sorted(articles.polars().collect()["title"]) == titles
    query = "SELECT title, date FROM articles WHERE language = 'en' ORDER BY title"
    rows = articles.duckdb().query("articles", query).fetchall()
    assert rows == [(title, date(2026, 3, 3)) for title in titles]


@pytest.mark.parametrize("table", ["duplicates", "rejects"])
def test_an_empty_table_has_its_columns(two_commits: Dataset, table: str):
    empty = getattr(newsbeam.open(two_commits.root), table)
    assert empty.arrow().to_table().num_rows == 0
    assert "date" in empty.arrow().schema.names
    assert empty.polars().collect().height == 0
    assert empty.duckdb().aggregate("count(*)").fetchall() == [(0,)]


def test_since_a_commit_there_is_what_came_after_it(two_commits: Dataset):
    opened = newsbeam.open(two_commits.root, since=1)
    assert opened.number == 2
    for titles in (
        opened.articles.arrow().to_table()["title"].to_pylist(),
        list(opened.articles.polars().collect()["title"]),
        [row[0] for row in opened.articles.duckdb().project("title").fetchall()],
    ):
        assert titles == ["About the library"]
    assert newsbeam.open(two_commits.root, since=2).articles.arrow().count_rows() == 0


def test_merged_files_give_nothing_twice(two_commits: Dataset):
    assert run(["compact", str(two_commits.root)]) == 0
    newer = newsbeam.open(two_commits.root, since=1).articles.arrow().to_table()
    assert newer["title"].to_pylist() == ["About the library"]
    assert newsbeam.open(two_commits.root, since=2).articles.arrow().to_table().num_rows == 0


def test_files_of_an_older_version_are_read_with_those_of_this_one(tmp_path: Path):
    assert SCHEMA_VERSION > 4
    with tarfile.open("tests/dataset/version-4.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    (root,) = (path.parent for path in tmp_path.rglob("commits"))
    dataset = Dataset(root)
    before = newsbeam.open(root).articles.arrow().to_table()
    assert before.num_rows
    assert before["wire"].null_count == before.num_rows
    (tmp_path / "new.html").write_text(page("harbour"))
    assert dataset.ingest(tmp_path / "new.html") == 0
    after = newsbeam.open(root).articles
    assert after.arrow().to_table().num_rows == before.num_rows + 1
    assert after.polars().collect().height == before.num_rows + 1


def test_what_is_missing_is_a_sentence(two_commits: Dataset, tmp_path: Path, monkeypatch):
    with pytest.raises(UsageError, match="There is no dataset at"):
        newsbeam.open(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="has the commits 1 to 2"):
        newsbeam.open(two_commits.root, since=3)

    def without(name: str):
        if name == "datasets":
            raise ImportError
        return import_module(name)

    monkeypatch.setattr("newsbeam.reading.import_module", without)
    with pytest.raises(UsageError, match="pip install datasets"):
        newsbeam.open(two_commits.root).articles.hugging_face()


def test_sql_asks_all_tables(two_commits: Dataset, capsys):
    root = str(two_commits.root)
    capsys.readouterr()
    query = "SELECT title, date, published_at FROM articles ORDER BY title"
    assert run(["sql", root, query, "--json"]) == 0
    first, _ = json.loads(capsys.readouterr().out)
    assert first == {
        "title": "About the harbour",
        "date": "2026-03-03",
        "published_at": "2026-03-03T08:30:00Z",
    }
    query = "SELECT (SELECT count(*) FROM feeds) AS polls, count(*) AS n FROM rejects, duplicates"
    assert run(["sql", root, query]) == 0
    assert "polls" in capsys.readouterr().out


def test_columns_of_one_name_are_each_told(two_commits: Dataset, capsys):
    capsys.readouterr()
    assert run(["sql", str(two_commits.root), "SELECT 1 AS n, 2 AS n, 3 AS n_1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"n": 1, "n_2": 2, "n_1": 3}]


def test_a_query_that_is_wrong_is_a_sentence(two_commits: Dataset, capsys):
    assert run(["sql", str(two_commits.root), "SELECT headline FROM articles"]) == 2
    said = capsys.readouterr().err
    assert "headline" in said
    assert "Traceback" not in said
    assert run(["sql", str(two_commits.root), "SELECT CAST(title AS INTEGER) FROM articles"]) == 2
    assert "DuckDB cannot answer that: Conversion Error" in capsys.readouterr().err


def test_the_queries_of_the_manual_hold_on_empty_tables(tmp_path: Path):
    """Those of a dataset in which nothing was written, by the views of ``newsbeam sql``."""
    dataset = Dataset(tmp_path / "dataset")
    (tmp_path / "empty.html").write_text("")
    assert dataset.ingest(tmp_path / "empty.html") == 3
    opened = newsbeam.open(dataset.root)
    pages = [Path("README.md"), *Path("docs").glob("*.md")]
    shown = "".join(page.read_text(encoding="utf-8") for page in pages)
    pieces = re.findall(r"```sql\n(.*?)```", shown, re.DOTALL)
    assert len(pieces) > 4
    for piece in pieces:
        query = re.sub(
            r"read_parquet\('out/demo/(\w+)/\*\*/\*\.parquet'(?:, hive_partitioning = true)?\)",
            r"\1",
            piece,
        )
        rows = opened.sql(query.replace(";", "")).fetchall()
        assert len(rows) == ("FROM rejects" in query)
