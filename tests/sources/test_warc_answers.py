"""HTTP answers in archives: heads, codings of bodies, types of pages."""

import gzip
import zlib

import brotli
import pytest
import zstandard
from archives import (
    HTML,
    http,
    open_archive,
    outcomes,
    record,
)
from warc_forms import chunked, page_of

from newsbeam.transforms.core.records import Page


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n",
        b"HTTP/1.1 200 OK\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\n",
        b"HTTP/1.1 200 OK\r\ncontent-type:text/html\r\n\r\n",
        b"HTTP/1.1 200\r\nCONTENT-TYPE : text/html\r\n\r\n",
        b"HTTP/1.1 200 \r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.0 203 Non-Authoritative Information\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/2 200\r\ncontent-type: text/html\r\n\r\n",
        b"http/1.1 200 ok\r\nContent-Type: text/html\r\n\r\n",
        b"ICY 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno field at all\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",  # markup follows at once
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-99/100\r\n\r\n",
        b"\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"",  # HTTP/0.9
        b"\xef\xbb\xbf",
    ],
)
def test_heads_of_answers(head):
    assert page_of(record("1", head + HTML)).body.endswith(HTML)


@pytest.mark.parametrize(
    "before",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 100 Continue\n\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
    ],
)
@pytest.mark.parametrize(("status", "outcome"), [("200 OK", "1"), ("404 Gone", "http_status")])
def test_interim_answers_come_before_the_answer(before, status, outcome):
    data = record("1", before + http(status=f"HTTP/1.1 {status}"))
    assert outcomes(data) == [outcome]


@pytest.mark.parametrize(
    ("status", "more"),
    [
        ("HTTP/1.1 100 Continue", []),
        ("HTTP/1.1 101 Switching Protocols", []),
        ("HTTP/1.1 204 No Content", []),
        ("HTTP/1.1 206 Partial Content", ["Content-Range: bytes 0-99/5000"]),
        ("HTTP/1.1 206 Partial Content", []),
        ("HTTP/1.1 301 Moved", ["Location: /2"]),
        ("HTTP/1.1 503 Busy", []),
        ("HTTP/1.1 abc", []),
        ("SMTP/1.1 200 OK", []),
    ],
)
def test_other_answers_are_rejects(status, more):
    body = b"" if "204" in status else b"x" * 50
    data = record("1", http(body, status=status, fields=["Content-Type: text/html", *more]))
    reason = {"204": "empty", "abc": "bad_record", "SMT": "bad_record"}
    expected = reason.get(status[9:12], reason.get(status[:3], "http_status"))
    assert outcomes(data + record("2", http())) == [expected, "2"]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (["Content-Encoding: gzip, br"], brotli.compress(gzip.compress(HTML))),
        (["Content-Encoding: gzip", "Content-Encoding: br"], brotli.compress(gzip.compress(HTML))),
        (["Content-Encoding: gzip, gzip"], gzip.compress(gzip.compress(HTML))),
        (["Content-Encoding: gzip, gzip"], gzip.compress(HTML)),
        (["Content-Encoding: gzip, gzip"], HTML),
        (["content-encoding: X-GZIP, identity"], gzip.compress(HTML)),
        (["Content-Encoding: identity"], HTML),
        (['Content-Encoding: "gzip"'], gzip.compress(HTML)),
        (["Content-Encoding: gzip;q=1.0"], gzip.compress(HTML)),
        (["Content-Encoding: utf-8"], HTML),
        (["Content-Encoding: none, utf-8"], HTML),
        (["Content-Encoding: gzip, utf-8"], gzip.compress(HTML)),
        (["Content-Encoding: gzip"], HTML),
        (["Content-Encoding: br"], HTML),
        (["Content-Encoding: deflate"], HTML),
        (["Content-Encoding: zstd"], HTML),
        (["Content-Encoding: zstd"], zstandard.compress(HTML)),
        (["Content-Encoding: deflate"], zlib.compress(HTML, 1)),
        (["Content-Encoding: deflate"], zlib.compress(HTML)[2:-4]),
        (["Content-Encoding:"], HTML),
        ([], gzip.compress(HTML)),
        (["Transfer-Encoding: chunked"], chunked(gzip.compress(HTML))),
        (["Transfer-Encoding: chunked"], chunked(HTML)),
        (["Transfer-Encoding: chunked"], chunked(HTML, b"\n")),
        (["transfer-encoding: Chunked"], HTML),
        (["Transfer-Encoding: gzip, chunked"], chunked(gzip.compress(HTML))),
        (["Transfer-Encoding: chunked", "Content-Encoding: br"], chunked(brotli.compress(HTML))),
        (["Transfer-Encoding: chunked", "Content-Encoding: gzip"], gzip.compress(HTML)),
    ],
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_codings_of_a_body(fields, body, end):
    page = page_of(record("1", http(body, fields=["Content-Type: text/html", *fields], end=end)))
    assert (page.body, page.truncated) == (HTML, None)


@pytest.mark.parametrize("size", [b"00000000000f", b"f" * 8, b"F" * 40])
def test_sizes_of_chunks_that_are_odd(size):
    fields = ["Content-Type: text/html", "Transfer-Encoding: chunked"]
    body = size + b"\r\n" + HTML[:15] + b"\r\n0\r\n\r\n"
    (item,) = open_archive(record("1", http(body, fields=fields)))
    assert isinstance(item, Page)
    assert HTML[:15] in item.body


def test_a_text_that_begins_with_a_number_is_no_chunk():
    fields = ["Content-Type: text/plain", "Transfer-Encoding: chunked"]
    text = b"12\nyears have passed since the bridge was closed.\n"
    assert page_of(record("1", http(text, fields=fields))).body == text


@pytest.mark.parametrize(
    "fields",
    [
        ["Content-Encoding: aes128gcm"],
        ["Content-Encoding: " + ", ".join(["gzip"] * 9)],
    ],
)
def test_codings_that_cannot_be_undone_are_rejects(fields):
    body = bytes(range(256)) * 4
    data = record("1", http(body, fields=["Content-Type: text/html", *fields]))
    assert outcomes(data + record("2", http())) == ["bad_encoding", "2"]


@pytest.mark.parametrize(
    ("name", "pack"),
    [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstandard.compress)],
)
def test_a_bomb_in_two_codings_is_too_large(name, pack):
    bomb = gzip.compress(pack(bytes(64 << 20)))
    fields = ["Content-Type: text/html", f"Content-Encoding: {name}, gzip"]
    assert outcomes(record("1", http(bomb, fields=fields))) == ["too_large"]


@pytest.mark.parametrize(
    "types",
    [
        ["text/html, text/html; charset=utf-8"],
        ["text/html", "text/html; charset=utf-8"],
        ["TEXT/HTML;CHARSET=UTF-8"],
        ["text/plain, text/html"],
        ["application/xhtml+xml"],
        ["application/vnd.wap.xhtml+xml"],
        ["html"],
        ["text/htm"],
        ["text/html;"],
        [";charset=utf-8"],
        ["*/*"],
        ["unknown/unknown"],
        ["application/octet-stream"],
        ["application/xml"],
        ["text/plain"],
        [],
    ],
)
def test_types_of_pages(types):
    fields = [f"Content-Type: {each}" for each in types]
    page = page_of(record("1", http(fields=fields)))
    assert (page.media, page.body) == ("html", HTML)


@pytest.mark.parametrize(
    "kind",
    [
        "image/png",
        "application/json",
        "text/css",
        "application/javascript",
        "video/mp4",
        "text/csv",
    ],
)
def test_types_of_what_is_no_page(kind):
    assert outcomes(record("1", http(fields=[f"Content-Type: {kind}"]))) == ["not_html"]


@pytest.mark.parametrize("declared", ["", "text/html", "Application/HTTP;msgtype=response"])
def test_an_answer_is_known_by_how_it_begins(declared):
    assert page_of(record("1", http(), fields={"Content-Type": declared})).http_status == 200
