"""Files of every kind through the one entry point."""

import bz2
import contextlib
import gzip
import io
import json
import lzma
import pickle
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.documents import DocumentReader, open_documents

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = [lambda data: data, gzip.compress, zstandard.compress, bz2.compress, lzma.compress]


def open_bytes(data: bytes, fields: dict[str, str] | None = None, **source: object):
    given = Source(**{"ref": "/in/file", **source})  # type: ignore[arg-type]
    settings = ReadSettings(fields=fields or {}, max_text_bytes=1 << 20)
    return open_documents(io.BytesIO(data), given, settings, seen_at=SEEN, max_entries=100)


def read(data: bytes, fields: dict[str, str] | None = None, **source: object) -> list[object]:
    return list(open_bytes(data, fields, **source))


def brief(item: object) -> tuple[str, ...]:
    if isinstance(item, Page):
        return ("page", item.entry.source_ref, item.body.decode("utf-8"))
    if isinstance(item, Entry):
        return ("entry", item.source_ref, item.url or "")
    assert isinstance(item, Reject)
    return (item.reason, item.source_ref)


def read_in_parts(data: bytes, max_bytes: int) -> tuple[list[object], int]:
    """Read ``data`` in passes, each going on where the one before stopped."""
    items: list[object] = []
    position = passes = 0
    while True:
        reader: DocumentReader = open_bytes(data, position=position, max_bytes=max_bytes)
        items += reader
        passes += 1
        if reader.complete:
            return items, passes
        assert reader.position > position
        position = reader.position


@pytest.mark.parametrize("compress", PLAIN)
@pytest.mark.parametrize(
    ("data", "media"),
    [(b"A report.\n\nSecond.", "text"), (b"<!doctype html><p>A report", "html")],
)
def test_a_single_document(compress, data, media):
    reader = open_bytes(compress(data), publisher="P", language="de")
    (page,) = reader
    assert (page.body, page.media, page.url) == (data, media, None)
    assert (page.entry.source_kind, page.entry.source_ref) == ("file", "/in/file")
    assert (page.entry.publisher, page.entry.language, page.entry.source_id) == ("P", "de", None)
    assert (page.fetched_at, reader.kind, reader.complete) == (SEEN, "file", True)


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"", "auto", "empty"),
        (gzip.compress(b""), "auto", "empty"),
        (bytes(range(32)) * 99, "auto", "not_text"),
        (gzip.compress(b"x" * 10_000)[:15], "auto", "truncated_archive"),
        (gzip.compress(b"abc" * 10_000)[:-9], "auto", "truncated_archive"),
        (b"word " * 1_000_000, "auto", "too_large"),
        (b"<html><p>x</p></html>", "feed", "not_a_feed"),
        (b"<rss/>", "sitemap", "not_a_sitemap"),
        (b"PAR1 and nothing else", "auto", "unreadable"),
        (b'[\n{"text": "a"}\n]', "auto", "bad_json"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, kind, reason):
    with pytest.raises(InputError) as caught:
        read(data, kind=kind)
    assert caught.value.reason == reason


def test_a_large_text_is_refused_without_reading_it():
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            buffer[:] = b"a" * len(buffer)
            self.given += len(buffer)
            return len(buffer)

    stream = Endless()
    with pytest.raises(InputError) as caught:
        settings = ReadSettings(max_text_bytes=1 << 20)
        open_documents(stream, Source(ref="x"), settings, seen_at=SEEN, max_entries=1)  # type: ignore[arg-type]
    assert caught.value.reason == "too_large"
    assert stream.given < 2 << 20


def test_a_feed_and_a_list_in_files():
    rss = (
        b"<rss version='2.0'><channel><title>T</title><item><link>https://a.example/1</link></item>"
    )
    reader = open_bytes(rss + b"</channel></rss>")
    assert [brief(item) for item in reader] == [("entry", "/in/file", "https://a.example/1")]
    assert (reader.kind, reader.title) == ("feed", "T")
    urls = b"# mine\nhttps://a.example/1\nfeed:https://a.example/rss\n"
    assert [(item.ref, item.kind) for item in open_bytes(urls)] == [
        ("https://a.example/1", "auto"),
        ("https://a.example/rss", "feed"),
    ]


ROWS = [
    {"id": 7, "text": "Body", "url": "https://a.example/1", "title": "A &amp; B", "authors": "X;Y"},
    {"html": "<p>Body</p>", "published_at": "2019-03-05T09:12:30Z", "tags": ["a", "b"]},
    {"url": "https://a.example/2", "language": "pt_br", "publisher": {"name": "P"}},
    {"title": "nothing to read"},
    {"text": ["One.", "Two."], "authors": [{"name": "Z"}], "published_at": 1551777150},
    {"text": "lone \ud83d and \x00"},
    {"text": {"a": 1}},
    {"url": "nonsense"},
]


@pytest.mark.parametrize("compress", PLAIN)
def test_json_lines(compress):
    lines = "".join(json.dumps(row) + "\n" for row in ROWS) + "\nno json\n[1]\n"
    items = read(compress(lines.encode()))
    assert [brief(item) for item in items] == [
        ("page", "/in/file#1", "Body"),
        ("page", "/in/file#2", "<p>Body</p>"),
        ("entry", "/in/file#3", "https://a.example/2"),
        ("bad_row", "/in/file#4"),
        ("page", "/in/file#5", "One.\n\nTwo."),
        ("page", "/in/file#6", "lone \ufffd and \ufffd"),
        ("bad_row", "/in/file#7"),
        ("bad_url", "/in/file#8"),
        ("bad_json", "/in/file#10"),
        ("bad_json", "/in/file#11"),
    ]
    first, second, third, _, fifth = items[:5]
    assert isinstance(first, Page)
    assert (first.entry.source_id, first.url, first.media) == ("7", "https://a.example/1", "text")
    assert (first.entry.title, first.entry.authors) == ("A & B", ("X", "Y"))
    assert isinstance(second, Page)
    assert (second.media, second.entry.tags) == ("html", ("a", "b"))
    assert second.entry.published is not None
    assert second.entry.published.source == "row"
    assert isinstance(third, Entry)
    assert (third.language, third.publisher) == ("pt-BR", "P")
    assert isinstance(fifth, Page)
    assert fifth.entry.authors == ("Z",)


def test_other_names_and_nested_fields():
    row = {"body": {"plain": "Text"}, "meta": [{"link": "https://a.example/1"}], "dotted.name": "T"}
    fields = {"text": "body.plain", "url": "meta.0.link", "title": "dotted.name"}
    (page,) = read(json.dumps(row).encode(), fields)
    assert isinstance(page, Page)
    assert (page.body, page.url, page.entry.title) == (b"Text", "https://a.example/1", "T")


def test_invalid_utf_8_takes_nothing_along():
    assert [brief(item)[0] for item in read(b'{"text": "a\xff"}\n{"text": "b"}')] == ["page"] * 2


def test_a_break_in_the_middle_is_one_reject():
    lines = b"".join(b'{"text": "%d"}\n' % n for n in range(50_000))
    reader = open_bytes(gzip.compress(lines)[:-20])
    items = list(reader)
    assert len(items) > 10_000
    assert [brief(item)[0] for item in items if isinstance(item, Reject)] == ["truncated_archive"]
    assert reader.complete


@given(
    st.lists(st.sampled_from([json.dumps(row) for row in ROWS] + ["", "{"])), st.integers(1, 300)
)
def test_json_lines_in_parts_are_the_whole(lines, max_bytes):
    data = b'{"text": "first"}\n' + "\n".join(lines).encode()
    parts, _ = read_in_parts(data, max_bytes)
    assert parts == read(data)


def test_nan_is_nothing_and_no_word():
    line = '{"text": "Body", "title": NaN, "publisher": NaN, "authors": [NaN], "tags": -Infinity}'
    (page,) = read(line.encode())
    assert isinstance(page, Page)
    entry = page.entry
    assert (entry.title, entry.publisher, entry.authors, entry.tags) == (None, None, (), ())


def test_an_escaped_ampersand_does_not_part_names_by_its_semicolon():
    (page,) = read(b'{"text": "Body", "authors": "Ana Moreira &amp; Bo Li; Cy Ek"}')
    assert isinstance(page, Page)
    assert page.entry.authors == ("Ana Moreira & Bo Li", "Cy Ek")


@pytest.mark.parametrize("text", ["0000-00-00", "20226-01-01", "soon", 0, "1970-01-01T00:00:00Z"])
def test_a_date_that_cannot_be_read_costs_the_date_alone(text):
    rows = [{"text": "Body", "published_at": text}, {"text": "Body", "published_at": "NaT"}]
    stated, unstated = read("\n".join(map(json.dumps, rows)).encode())
    assert isinstance(stated, Page)
    assert isinstance(unstated, Page)
    assert (stated.entry.published, stated.entry.published_flags) == (None, ("unreadable",))
    assert (unstated.entry.published, unstated.entry.published_flags) == (None, ())


def test_a_row_is_of_the_language_and_the_country_that_it_names():
    rows = [
        {"text": "Body", "published_at": "2569-11-03", "language": "th"},
        {
            "text": "Body",
            "published_at": "3 Nov 2026 12:30 EST",
            "url": "https://a.example.com.au/",
        },
    ]
    pages = read("\n".join(map(json.dumps, rows)).encode())
    dates = [page.entry.published for page in pages if isinstance(page, Page)]
    assert [(each and each.at.isoformat()) for each in dates] == [
        "2026-11-03T00:00:00+00:00",
        "2026-11-03T02:30:00+00:00",
    ]


SEQUENCE = (
    b'\x1e{"text": "One"}\n\x1e{\n "text":\n "Two"\n}\n\n\x1e\n\x1e{"text": "Three"}\n\x1e{"text"\n'
)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_text_sequences(mark):
    items = read(mark + SEQUENCE)
    assert [brief(item) for item in items] == [
        ("page", "/in/file#1", "One"),
        ("page", "/in/file#2", "Two"),
        ("page", "/in/file#8", "Three"),
        ("bad_json", "/in/file#9"),
    ]


@pytest.mark.parametrize("max_bytes", [1, 30])
def test_json_text_sequences_in_parts_are_the_whole(max_bytes):
    parts, passes = read_in_parts(SEQUENCE, max_bytes)
    assert parts == read(SEQUENCE)
    assert passes > 1


def test_json_lines_may_each_begin_with_a_separator():
    items = read(b'{"text": "One"}\n\x1e{"text": "Two"}\n')
    assert [brief(item)[0] for item in items] == ["page", "page"]


def make_parquet(rows: dict[str, object], **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(rows), sink, **options)
    return sink.getvalue()


TABLE = {
    "text": ["one", "two", None, None],
    "url": [None, "https://a.example/2", "https://a.example/3", None],
    "published_at": pa.array([1551777150 * 10**9 + 1] * 4, pa.timestamp("ns", "Europe/Paris")),
    "authors": [["A", "B"], [], None, ["C"]],
    "unused": [1, 2, 3, 4],
}


@pytest.mark.parametrize("compress", PLAIN)
def test_parquet(compress):
    reader = open_bytes(compress(make_parquet(TABLE)))
    items = list(reader)
    assert [brief(item) for item in items] == [
        ("page", "/in/file#1", "one"),
        ("page", "/in/file#2", "two"),
        ("entry", "/in/file#3", "https://a.example/3"),
        ("bad_row", "/in/file#4"),
    ]
    assert isinstance(items[0], Page)
    assert items[0].entry.authors == ("A", "B")
    assert items[0].entry.published is not None
    assert items[0].entry.published.at == datetime(2019, 3, 5, 9, 12, 30, tzinfo=UTC)
    assert (reader.kind, reader.position, reader.complete) == ("parquet", 4, True)


def test_one_bad_cell_takes_only_its_row_along():
    texts = pa.Array.from_buffers(pa.string(), 3, pa.array([b"a", b"\xff", b"c"]).buffers())
    items = read(make_parquet({"text": texts}))
    assert [brief(item)[2] for item in items] == ["a", "\ufffd", "c"]


def moments(kind: pa.DataType, *numbers: int) -> pa.Array:
    return pa.array(numbers, pa.int64()).cast(kind)


@pytest.mark.parametrize(
    "dates",
    [
        moments(pa.timestamp("s"), 1551777150, 10**12),
        moments(pa.timestamp("s", "UTC"), 1551777150, 10**14),
        moments(pa.timestamp("ms"), 1551777150000, -(10**15)),
        moments(pa.timestamp("us", "Europe/Madrid"), 1551777150000000, 2**60),
        moments(pa.timestamp("ns"), 1551777150000000000, 7),
        pa.array([1551777150.0, float("nan")]),
        pa.array([Decimal("1551777150"), Decimal(3)]),
        pa.array(["2019-03-05T09:12:30Z", "0000-00-00"]),
    ],
)
def test_dates_of_every_type_and_none_that_costs_its_row(dates):
    good, bad = read(make_parquet({"text": ["Body", "Body"], "published_at": dates}))
    assert isinstance(good, Page)
    assert isinstance(bad, Page)
    assert good.entry.published is not None
    assert good.entry.published.at == datetime(2019, 3, 5, 9, 12, 30, tzinfo=UTC)
    assert bad.entry.published is None


def test_the_zone_of_a_column_is_where_its_dates_were_written():
    for zone, minutes in (("America/New_York", -300), ("+05:30", 330), ("Mars/Olympus", None)):
        dates = moments(pa.timestamp("us", zone), 1551777150000000)
        (page,) = read(make_parquet({"text": ["Body"], "published_at": dates}))
        assert isinstance(page, Page)
        assert page.entry.published is not None
        assert page.entry.published.utc_offset == minutes


def test_what_pandas_writes_for_nothing_is_nothing():
    nothing = pa.array([float("nan")])
    table = {"text": ["Body"], "title": nothing, "authors": nothing, "id": pa.array([7.0])}
    (page,) = read(make_parquet(table))
    assert isinstance(page, Page)
    assert (page.entry.title, page.entry.authors, page.entry.source_id) == (None, (), "7")


def test_bytes_that_are_no_text_are_no_title_nor_name():
    table = {
        "text": ["Body"],
        "id": [pickle.dumps("7")],
        "title": [pickle.dumps("Port reopens")],
        "authors": [[pickle.dumps("Ana Moreira")]],
        "section": ["Ports".encode("utf-16")],
        "publisher": [b"Times\0\0"],
    }
    (page,) = read(make_parquet(table))
    assert isinstance(page, Page)
    entry = page.entry
    assert (entry.title, entry.authors, entry.source_id, entry.section) == (None, (), None, None)
    assert entry.publisher == "Times"


@pytest.mark.parametrize("protocol", [4, 5])
@pytest.mark.parametrize("field", ["text", "html"])
def test_a_pickled_document_is_refused_with_what_to_do(protocol, field):
    data = make_parquet({field: [pickle.dumps("<p>The port reopened.</p>", protocol)]})
    (reject,) = read(data)
    assert isinstance(reject, Reject)
    assert reject.reason == "bad_row"
    assert f"The field {field} holds pickles" in (reject.detail or "")


@pytest.mark.parametrize("max_bytes", [1, 100, 1000])
def test_parquet_in_parts_is_the_whole(max_bytes):
    data = make_parquet({"text": [f"text {n}" for n in range(200)]}, row_group_size=30)
    parts, passes = read_in_parts(data, max_bytes)
    assert parts == read(data)
    assert passes > 1


def test_a_table_without_our_fields_says_what_to_set():
    with pytest.raises(InputError, match=r"content_body.*read\.fields"):
        read(make_parquet({"content_body": ["x"]}))


@given(
    st.binary(max_size=200), st.sampled_from(["auto", "feed", "sitemap", "jsonl", "file", "warc"])
)
def test_arbitrary_bytes_never_raise_anything_else(data, kind):
    with contextlib.suppress(InputError):
        read(data, kind=kind)
