"""``newsbeam.open`` and ``newsbeam sql`` on a dataset in a bucket: all rows, and few requests."""

import datetime
import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from buckets import BUSY, SECRET, Pointed, Proxy, Server, forget_stores, new_url
from jobs import PARAGRAPHS, Dataset

import newsbeam
from newsbeam.pipelines.cli import run
from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.dataset import compact, scanning
from newsbeam.transforms.stores import objects

TEXTS = {
    "en": "\n\n".join(PARAGRAPHS["harbour"]),
    "de": "Der Rat hat am Montag beschlossen, die alte Brücke am Hafen nicht abzureißen. Sie soll "
    "im nächsten Jahr von Grund auf erneuert werden, sagte die Bürgermeisterin. Für die "
    "Arbeiten sind vier Millionen Kronen vorgesehen, von denen das Land die Hälfte trägt.",
}


@pytest.fixture(scope="module")
def proxy(s3_server: Server) -> Iterator[Proxy]:
    between = Proxy(s3_server.port)
    yield between
    between.close()


@pytest.fixture(scope="module")
def dataset(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """Two commits, articles in two languages and of two days."""
    folder = tmp_path_factory.mktemp("in")
    with Pointed(proxy.port):
        dataset = Dataset(new_url())
        for day in (3, 4):
            rows = [
                {
                    "url": f"https://news.example/{day}/{language}/{n}",
                    "text": f"{TEXTS[language]} ({day * 1000 + n * 7})",
                    "published_at": f"2026-03-0{day}",
                }
                for language in TEXTS
                for n in range(3)
            ]
            file = folder / f"{day}.jsonl"
            file.write_text("".join(json.dumps(row) + "\n" for row in rows))
            settings = {"duplicates__near": False, "dataset__archived_days": None}
            assert dataset.ingest(file, **settings) == 0
        yield dataset


@pytest.fixture(autouse=True)
def counted(proxy: Proxy) -> Iterator[Proxy]:
    with Pointed(proxy.port):
        proxy.lines.clear()
        yield proxy
    proxy.rule = lambda *_: None


def read(proxy: Proxy) -> list[str]:
    """The files of articles that were asked for."""
    return [line for line in proxy.lines if "/articles/" in line]


def test_a_bucket_is_opened_like_a_folder(dataset: Dataset):
    opened = newsbeam.open(f"{dataset.root}/")
    frame = opened.articles.pandas()
    assert sorted(frame["url"]) == sorted(row["url"] for row in dataset.rows("articles"))
    assert set(frame["language"]) == {"de", "en"}
    assert {str(day) for day in frame["date"]} == {"2026-03-03", "2026-03-04"}
    assert opened.articles.polars().collect().height == 12
    assert opened.articles.duckdb().count("*").fetchall() == [(12,)]
    assert opened.rejects.arrow().count_rows() == 0
    assert opened.feeds.arrow().count_rows() == 2
    later = newsbeam.open(dataset.root, since=1)
    assert {str(day) for day in later.articles.pandas()["date"]} == {"2026-03-04"}


def test_only_partitions_that_are_asked_for_are_read_and_each_file_once(
    dataset: Dataset, counted: Proxy
):
    opened = newsbeam.open(dataset.root)
    assert read(counted) == []
    query = "SELECT count(*) FROM articles WHERE language = 'de' AND date = '2026-03-04'"
    assert opened.rows(query) == (["count_star()"], [(3,)])
    (line,) = read(counted)
    assert line.startswith("GET")
    assert "date%3D2026-03-04/language%3Dde" in line


def test_only_columns_that_are_asked_for_are_read(dataset: Dataset, monkeypatch):
    monkeypatch.setattr(scanning, "_WHOLE_BYTES", 0)
    monkeypatch.setattr(scanning, "_HOLE_BYTES", 0)
    asked = []
    real = scanning.RangeReader.readinto

    def watched(self, buffer):
        got = real(self, buffer)
        asked.append(got)
        return got

    monkeypatch.setattr(scanning.RangeReader, "readinto", watched)
    opened = newsbeam.open(dataset.root)
    opened.rows("SELECT max(word_count) FROM articles")
    footers_and_one_column = sum(asked)
    asked.clear()
    opened.rows("SELECT max(hash(text)), max(word_count) FROM articles")
    assert 0 < footers_and_one_column < sum(asked)


def test_what_was_replaced_after_the_opening_is_read_where_it_is_kept(
    dataset: Dataset, monkeypatch, capsys
):
    monkeypatch.setattr(compact, "GRACE_S", 0.0)
    before = newsbeam.open(dataset.root)
    extra = [
        {"url": "https://news.example/more", "text": TEXTS["en"], "published_at": "2026-03-03"}
    ]
    file = Path(str(dataset.root).replace("://", "-").replace("/", "-"))
    file.write_text(json.dumps(extra[0]) + "\n")
    try:
        assert dataset.ingest(f"jsonl:{file}", duplicates__near=False) == 0
    finally:
        file.unlink()
    assert run(["compact", str(dataset.root)]) == 0
    assert before.articles.arrow().to_table().num_rows == 12
    assert newsbeam.open(dataset.root).articles.arrow().to_table().num_rows == 13


def test_sql_on_a_bucket(dataset: Dataset, capsys):
    query = "SELECT language, count(*) AS n FROM articles WHERE date = '2026-03-04' GROUP BY ALL"
    assert run(["sql", str(dataset.root), f"{query} ORDER BY language", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"language": "de", "n": 3},
        {"language": "en", "n": 3},
    ]
    assert run(["sql", new_url(), "SELECT 1"]) == 2
    assert "There is no dataset at s3://" in capsys.readouterr().err
    with pytest.raises(UsageError, match="There is no dataset at s3://"):
        newsbeam.open(new_url())


def test_a_store_that_does_not_answer_is_a_sentence_without_a_secret(
    dataset: Dataset, counted: Proxy, monkeypatch, capsys
):
    monkeypatch.setattr(objects, "TRIES", 1)
    monkeypatch.setattr(objects, "RETRIES", 0)
    forget_stores()
    opened = newsbeam.open(dataset.root)
    counted.rule = lambda _verb, path, _headers: BUSY if "/articles/" in path else None
    for _ in range(5):  # PyArrow and DuckDB wait for each other, unless they are kept from it
        with pytest.raises(DatasetError, match="the store answers with 503"):
            opened.rows("SELECT max(hash(text)) FROM articles")
    with pytest.raises(DatasetError, match="the store answers with 503") as raised:
        opened.rows("SELECT max(hash(text)) FROM articles")
    assert "Traceback" not in str(raised.value)
    with pytest.raises((DatasetError, OSError)) as direct:
        opened.articles.arrow().to_table()
    assert run(["sql", str(dataset.root), "SELECT max(hash(text)) FROM articles"]) == 1
    said = capsys.readouterr().err
    assert "503" in said
    assert "Traceback" not in said
    for text in (said, str(raised.value), str(direct.value), repr(opened)):
        assert SECRET not in text
        assert "Signature" not in text


def test_what_arrow_makes_of_a_table_has_the_same_rows(dataset: Dataset):
    """A filter, another schema and a copy for another process keep to the commits asked for."""
    opened = newsbeam.open(str(dataset.root), since=1).articles.arrow()
    whole = newsbeam.open(str(dataset.root)).articles.arrow()
    rows = opened.count_rows()
    assert 0 < rows == whole.count_rows() - 6
    german = opened.filter(pc.field("language") == "de")
    assert german.count_rows() == 3
    assert german.filter(pc.field("date") == datetime.date(2026, 3, 3)).count_rows() == 0
    narrow = pa.schema([opened.schema.field(name) for name in ("url", "unit")])
    assert opened.replace_schema(narrow).count_rows() == rows
    assert pickle.loads(pickle.dumps(opened)).count_rows() == rows
