"""Rows whose fields have other names than ours, and what is said of them."""

import io
import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Page, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources import row_notes
from newsbeam.transforms.sources.documents import open_documents

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "The ferry will cross again from Monday, the harbour office said."


@pytest.fixture(autouse=True)
def nothing_said_yet(monkeypatch):
    monkeypatch.setattr(row_notes, "_said", set())


def read_lines(*rows, fields=None):
    data = "\n".join(map(json.dumps, rows)).encode()
    return read(data, fields)


def read_table(*rows, fields=None):
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file)
    return read(file.getvalue(), fields)


def read(data, fields):
    settings = ReadSettings(fields=fields or {})
    source = Source(ref="/in/rows")
    return list(open_documents(io.BytesIO(data), source, settings, seen_at=SEEN, max_entries=10))


@pytest.mark.parametrize("read_rows", [read_lines, read_table])
@pytest.mark.parametrize(
    ("title", "text", "date", "author"),
    [
        ("headline", "body", "date", "author"),
        ("Headline", "articleBody", "datePublished", "byline"),
        ("article_title", "content", "pubDate", "creator"),
        ("title", "maintext", "date_publish", "Authors"),
        ("Title", "Full Text", "Publication Date", "Author"),
    ],
)
def test_common_names_are_read_and_told(read_rows, title, text, date, author, caplog):
    row = {title: "Ferry returns", text: TEXT, date: "2025-03-04", author: "Ada Quell"}
    (page,) = read_rows(row)
    assert isinstance(page, Page)
    assert (page.entry.title, page.body.decode(), page.media) == ("Ferry returns", TEXT, "text")
    assert page.entry.published.at.date().isoformat() == "2025-03-04"
    assert page.entry.authors == ("Ada Quell",)
    assert f"published_at from '{date}'" in caplog.text
    assert "read.fields" in caplog.text


def test_our_own_names_come_first_and_are_not_told(caplog):
    row = {"title": "Ours", "headline": "Theirs", "text": TEXT, "published_at": "2025-03-04"}
    (page,) = read_lines({**row, "date": "1999-01-01"})
    assert (page.entry.title, page.entry.published.at.year) == ("Ours", 2025)
    assert not caplog.records


def test_a_name_that_the_configuration_gives_is_the_only_one():
    row = {"lead": "A lead", "headline": "Theirs", "body": TEXT, "date": "2025-03-04"}
    (page,) = read_lines(row, fields={"title": "lead"})
    assert (page.entry.title, page.entry.summary) == ("A lead", None)
    (page,) = read_lines(row, fields={"title": "kicker"})
    assert page.entry.title is None


def test_a_body_that_is_marked_up_is_a_page():
    (page,) = read_lines({"content": f"<p>{TEXT}</p>", "date": "2025-03-04"})
    assert page.media == "html"


@pytest.mark.parametrize("read_rows", [read_lines, read_table])
def test_rows_without_a_date_are_told_with_the_names_that_are_there(read_rows, caplog):
    read_rows(*({"text": TEXT, "when_it_ran": "2025-03-04"} for _ in range(3)))
    (record,) = caplog.records
    told = record.getMessage()
    assert "/in/rows: no row of 3 had a date" in told
    assert "read.fields: {published_at: NAME}" in told
    assert "when_it_ran" in told


def test_a_key_that_no_line_has_is_told(caplog):
    read_lines({"text": TEXT, "date": "2025-03-04"}, fields={"title": "hedline"})
    assert "no row has 'hedline', which read.fields names for title" in caplog.text


def test_a_column_that_a_table_lacks_is_an_error():
    with pytest.raises(InputError, match=r"no column hedline, which read\.fields names for title"):
        read_table({"text": TEXT, "headline": "x"}, fields={"title": "hedline"})


def test_the_same_is_told_once_of_many_tables(caplog):
    for _ in range(3):
        read_lines({"body": TEXT, "date": "2025-03-04"})
    assert len(caplog.records) == 1
