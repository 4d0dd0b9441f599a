"""WARC and ARC: pages, rejects, damage, and resuming."""

import gzip
import hashlib
import io
import json
import os
import re
import resource
import time
import zlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.records import Page, Reject, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.documents import open_documents

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
DATE = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
MAX_BYTES = 4 << 20
HTML = b"<html><p>Body</p></html>"


def record(
    name: str,
    body: bytes = HTML,
    *,
    status: str = "200 OK",
    headers: str = "Content-Type: text/html; charset=utf-8",
    kind: str = "response",
    uri: str | None = None,
) -> bytes:
    http = f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body
    return (
        (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\n"
            f"WARC-Target-URI: {uri or 'https://a.example/' + name}\r\n"
            f"WARC-Date: 2020-02-03T04:05:06Z\r\nWARC-Record-ID: <urn:uuid:{name}>\r\n"
            f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(http)}\r\n\r\n"
        ).encode()
        + http
        + b"\r\n\r\n"
    )


class Pipe(io.BytesIO):
    """A stream that cannot be seeked."""

    def seekable(self) -> bool:
        return False


def open_warc(data: bytes, *, stream: type[io.BytesIO] = io.BytesIO, **source: object):
    given = Source(**{"ref": "/w.warc.gz", **source})  # type: ignore[arg-type]
    settings = ReadSettings(max_text_bytes=MAX_BYTES)
    return open_documents(stream(data), given, settings, seen_at=SEEN, max_entries=1)


def brief(item: object) -> str:
    if isinstance(item, Page):
        return (item.url or "").rpartition("/")[2]
    assert isinstance(item, Reject)
    return item.reason


def read(data: bytes, **more: object) -> list[str]:
    return [brief(item) for item in open_warc(data, **more)]  # type: ignore[arg-type]


def test_a_page_and_where_it_came_from():
    data = gzip.compress(record("request", kind="request")) + gzip.compress(record("1"))
    reader = open_warc(data, publisher="P", language="de")
    (page,) = reader
    offset = len(gzip.compress(record("request", kind="request")))
    assert isinstance(page, Page)
    assert (page.body, page.media, page.http_status) == (HTML, "html", 200)
    assert page.content_type == "text/html; charset=utf-8"
    assert (page.fetched_at, page.entry.seen_at) == (DATE, DATE)
    assert page.entry.source_ref == f"/w.warc.gz#{offset}"
    assert page.entry.source_id == "<urn:uuid:1>"
    assert (page.entry.publisher, page.entry.language) == ("P", "de")
    assert (reader.kind, reader.position, reader.complete) == ("warc", len(data), True)


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({}, "x"),
        ({"status": "404 Not Found"}, "http_status"),
        ({"headers": "Content-Type: image/png"}, "not_html"),
        ({"headers": "Content-Type: text/plain", "body": b"A report."}, "x"),
        ({"headers": "X: y"}, "x"),
        ({"headers": "X: y", "body": b"%PDF-1.4 \x00\x01\x02" * 30}, "not_html"),
        ({"body": b"\x00\x01\x02\x03" * 30}, "not_html"),
        ({"body": b""}, "empty"),
        ({"body": b"a" * MAX_BYTES + b"b"}, "too_large"),
        ({"kind": "revisit"}, "revisit"),
        ({"uri": "dns:a.example"}, "bad_url"),
        ({"uri": "<https://a.example/x>"}, "x"),
        ({"uri": "https://a.example/robots.txt"}, "not_html"),
        ({"status": "abc"}, "bad_record"),
    ],
)
def test_each_record_has_one_outcome(changes, result):
    assert read(record("x", **changes) + record("next")) == [result, "next"]


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n%x;ext\r\n%s\r\n0\r\n\r\n" % (5, data[:5], len(data) - 5, data[5:])


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Encoding: gzip", gzip.compress(HTML)),
        ("Content-Encoding: br", brotli.compress(HTML)),
        ("Content-Encoding: zstd", zstandard.compress(HTML)),
        ("Content-Encoding: deflate", zlib.compress(HTML)),
        ("Content-Encoding: deflate", zlib.compress(HTML)[2:-4]),
        ("Transfer-Encoding: chunked", chunked(HTML)),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: x-gzip", chunked(gzip.compress(HTML))),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", HTML),  # decoded by the archive
    ],
)
def test_encodings(headers, body):
    (page,) = open_warc(record("1", body, headers=f"Content-Type: text/html\r\n{headers}"))
    assert isinstance(page, Page)
    assert page.body == HTML


LONG = b"<html><p>" + hashlib.sha256(b"").hexdigest().encode() * 2000
#: Hard to compress, as compressors deliver whole blocks only.
NOISE = b"<html><p>" + "".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(2000)).encode()


def truncated(body: bytes, headers: str) -> str | None:
    (page,) = open_warc(record("1", body, headers=f"Content-Type: text/html\r\n{headers}"))
    assert isinstance(page, Page)
    return page.truncated


@pytest.mark.parametrize(
    ("headers", "body", "why"),
    [
        (f"Content-Length: {len(HTML)}", HTML, None),
        (f"Content-Length: {len(HTML) + 1}", HTML, "content_length"),
        (f"Content-Length: {len(HTML) - 1}", HTML, None),
        ("Content-Length: many", HTML, None),
        ("Transfer-Encoding: chunked", chunked(HTML)[:-5], "chunks"),
        ("Transfer-Encoding: chunked", chunked(HTML)[:-9], "chunks"),
        ("Transfer-Encoding: chunked", HTML, None),
        # what is chunked has no other length
        ("Transfer-Encoding: chunked\r\nContent-Length: 999", chunked(HTML), None),
        ("Content-Encoding: gzip", gzip.compress(LONG)[:-50], "encoding"),
        ("Content-Encoding: br", brotli.compress(NOISE)[:-50], "encoding"),
        ("Content-Encoding: deflate", zlib.compress(LONG)[:-50], "encoding"),
        ("Content-Encoding: gzip\r\nContent-Length: 999999", gzip.compress(LONG), "content_length"),
        # of a body that the archive has decoded, it says how long it was before
        ("Content-Encoding: gzip\r\nContent-Length: 999", HTML, None),
    ],
)
def test_a_body_that_was_cut_is_known_by_what_its_headers_say(headers, body, why):
    assert truncated(body, headers) == why


@pytest.mark.parametrize("kind", ["response", "resource"])
@pytest.mark.parametrize(
    ("said", "why"), [("length", "length"), (" Time ", "time"), ("x" * 99, "x" * 40), ("", None)]
)
def test_an_archive_says_that_it_cut_a_record(kind, said, why):
    whole = record("1", kind=kind)
    cut = whole.replace(b"WARC-Date", b"WARC-Truncated: %s\r\nWARC-Date" % said.encode())
    if kind == "resource":
        cut = re.sub(rb"application/http; msgtype=resource", b"text/html", cut)
    (page,) = open_warc(cut)
    assert isinstance(page, Page)
    assert page.truncated == why


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(record("bomb", bytes(64 << 20))),
        record(
            "bomb",
            gzip.compress(bytes(256 << 20)),
            headers="Content-Type: text/html\r\nContent-Encoding: gzip",
        ),
    ],
    ids=["record", "content"],
)
def test_bombs_are_not_inflated(bomb):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pack = gzip.compress if bomb.startswith(b"\x1f") else bytes
    assert read(bomb + pack(record("next"))) == ["too_large", "next"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10


def test_header_bombs_are_counted_and_passed():
    huge = b"WARC/1.0\r\nX: " + b"a" * (64 << 20) + b"\r\n\r\n"
    started = time.process_time()
    parts = map(gzip.compress, (record("1"), huge, record("2")))
    assert read(b"".join(parts)) == ["1", "bad_record", "2"]
    http = record("h", headers="X: " + "a" * (8 << 20))
    assert read(gzip.compress(http) + gzip.compress(record("2"))) == ["bad_record", "2"]
    assert time.process_time() - started < 3


FIVE = [record(str(number)) for number in range(5)]
PACKED = [gzip.compress(each) for each in FIVE]


@pytest.mark.parametrize("at", [30, 100, 200])
@pytest.mark.parametrize("torn", [0, 2])
def test_a_torn_gzip_member_takes_only_itself_along(torn, at):
    members = list(PACKED)
    damaged = bytearray(members[torn])
    damaged[at] ^= 0xFF
    members[torn] = bytes(damaged)
    expected = [str(number) for number in range(5)]
    expected[torn] = "bad_record"
    assert read(b"".join(members)) == expected


def test_garbage_between_records_is_counted():
    data = FIVE[0] + b"garbage\r\n\r\n" + FIVE[1]
    assert read(data) == ["0", "bad_record", "1"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_wrong_length_does_not_swallow_what_follows(pack):
    wrong = re.sub(rb"Content-Length: \d+", b"Content-Length: 999999", FIVE[1])
    assert read(pack(FIVE[0]) + pack(wrong) + pack(FIVE[2])) == ["0", "bad_record", "2"]


@pytest.mark.parametrize("parts", [FIVE, PACKED], ids=["plain", "gzip"])
@given(cut=st.integers(1, 10_000))
def test_a_cut_file_counts_the_record_that_was_cut(parts, cut):
    data = b"".join(parts)
    cut = cut % len(data) or 1
    whole, at = 0, len(parts[0])
    while at <= cut:
        whole += 1
        at += len(parts[whole]) if whole < 5 else len(data)
    found = read(data[:cut], kind="warc")
    assert found[:whole] == [str(number) for number in range(whole)]
    # The last one is there if only what follows its body was cut.
    assert found[whole:] in ([], ["bad_record"], [str(whole)])


@pytest.mark.parametrize(
    "data", [b"".join(FIVE), b"".join(PACKED), b"".join(map(zstandard.compress, FIVE))]
)
@given(max_bytes=st.integers(1, 2000))
def test_an_archive_in_parts_is_the_whole(data, max_bytes):
    items: list[object] = []
    position = 0
    while True:
        reader = open_warc(data, position=position, max_bytes=max_bytes)
        items += reader
        if reader.complete:
            break
        assert reader.position > position
        position = reader.position
    assert items == list(open_warc(data))


def test_an_archive_that_is_one_gzip_member_is_read_at_once():
    reader = open_warc(gzip.compress(b"".join(FIVE)), max_bytes=1)
    assert [brief(item) for item in reader] == list("01234")
    assert reader.complete


def test_a_stream_that_cannot_be_seeked():
    assert read(b"".join(PACKED), stream=Pipe) == list("01234")
    damaged = PACKED[0] + PACKED[1][:60] + PACKED[2]
    assert read(damaged, stream=Pipe) == ["0", "bad_record"]


ARC = b"filedesc://x.arc 0.0.0.0 20200101000000 text/plain 12\n1 0 x\nURL I\n\n"
ARC_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML
ARC += b"https://a.example/1 1.2.3.4 20200203040506 text/html %d\n%s\n" % (len(ARC_HTTP), ARC_HTTP)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_arc(pack):
    (page,) = open_warc(pack(ARC))
    assert isinstance(page, Page)
    assert (page.url, page.body, page.fetched_at) == ("https://a.example/1", HTML, DATE)
    assert read(pack(ARC[:-40])) == ["bad_record"]


def find_data(*parts: str) -> Path:
    root = Path(__file__).parents[2]
    path = Path(os.environ.get("NEWSBEAM_DATA", root.parent / "shared" / "data")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is absent: set NEWSBEAM_DATA to the folder of the evaluation data")
    return path


def test_real_archives_give_their_pages():
    folder = find_data("warc")
    for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        pages = [p for p in open_warc((folder / truth["file"]).read_bytes()) if isinstance(p, Page)]
        found = Counter((page.url, hashlib.sha1(page.body).hexdigest()) for page in pages)
        expected = Counter((page["url"], page["sha1"]) for page in truth["html_200"])
        assert not expected - found, truth["file"]
