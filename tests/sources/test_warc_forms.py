"""WARC and ARC as they were written: versions, cases, line ends, compression, segments."""

import gzip
import re
import time
import tracemalloc
import zlib
from datetime import UTC, datetime
from itertools import pairwise

import brotli
import pytest
import zstandard
from archives import (
    HTML,
    MAX_BYTES,
    SEEN,
    http,
    open_archive,
    outcomes,
    passed_over,
    record,
    skippable,
    zstd_with_dictionary,
)
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.records import Page

DATE = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


def page_of(data: bytes) -> Page:
    (page,) = open_archive(data)
    assert isinstance(page, Page), page
    return page


def recase(data: bytes, change: str) -> bytes:
    """Return a record with the names of its fields, its type and version in another case."""
    head, empty, block = data.partition(b"\r\n\r\n")
    names = re.sub(rb"(?m)^[\w-]+(?=:)", lambda name: getattr(name[0], change)(), head)
    kind = re.sub(rb"(?mi)(?<=^warc-type: )\w+", lambda word: getattr(word[0], change)(), names)
    return kind + empty + block


@pytest.mark.parametrize("change", ["lower", "upper", "title", "swapcase"])
def test_names_and_types_have_no_case(change):
    data = recase(record("1", http()), change) + recase(record("2", http()), change)
    assert outcomes(data) == ["1", "2"]
    request = recase(record("r", b"GET", fields={"WARC-Type": "request"}), change)
    assert passed_over(request + data) == {"request": 1}


@pytest.mark.parametrize(
    "version",
    ["WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1", "warc/1.0", "WARC/1.0 ", "WARC/2.0"],
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("between", [b"\r\n\r\n", b"\n\n", b"\r\n", b"", b"\r\n" * 5])
def test_versions_and_line_ends(version, end, between):
    shape = {"version": version, "end": end, "between": between}
    data = record("1", http(), **shape) + record("2", http(), **shape)
    assert outcomes(data) == ["1", "2"]
    assert page_of(record("1", http(), **shape)).entry.seen_at == DATE


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_head_may_have_folded_lines(end):
    folded = record("1", http(), end=end).replace(
        b"application/http; ", b"application/http;%s\t " % end.encode()
    )
    assert outcomes(folded) == ["1"]
    answer = http(fields=["Content-Type: text/html;", "  charset=koi8-r"], end=end)
    assert page_of(record("1", answer)).content_type == "text/html; charset=koi8-r"


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
    ],
)
def test_heads_of_answers(head):
    assert page_of(record("1", head + HTML)).body == HTML


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


def chunked(body: bytes, end: bytes = b"\r\n") -> bytes:
    pieces = [body[:7], body[7:]]
    return (
        b"".join(b"%X;a=b%s%s%s" % (len(each), end, each, end) for each in pieces)
        + b"0"
        + end
        + end
    )


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


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2020-02-03T04:05:06Z", DATE),
        ("2020-02-03T04:05:06.123456789Z", DATE),
        ("2020-02-03T05:05:06+01:00", DATE),
        ("2020-02-03T04:05:06", DATE),
        ("20200203040506", DATE),
        ("2020-02-03T04:05Z", DATE.replace(second=0)),
        ("2020-02-03", DATE.replace(hour=0, minute=0, second=0)),
        ("2020", datetime(2020, 1, 1, tzinfo=UTC)),
        ("", SEEN),
        ("yesterday", SEEN),
        ("2020-13-40T99:00:00Z", SEEN),
        ("0001-01-01T00:00:00+23:00", SEEN),
    ],
)
def test_dates_of_records(written, expected):
    page = page_of(record("1", http(), fields={"WARC-Date": written}))
    assert page.fetched_at == expected


def test_addresses_in_brackets():
    fields = {"WARC-Target-URI": "<https://paper.example/1>"}
    assert page_of(record("x", http(), fields=fields)).url == "https://paper.example/1"


@pytest.mark.parametrize("declared", ["", "text/html", "Application/HTTP;msgtype=response"])
def test_an_answer_is_known_by_how_it_begins(declared):
    assert page_of(record("1", http(), fields={"Content-Type": declared})).http_status == 200


@pytest.mark.parametrize(
    ("kind", "declared", "block", "outcome"),
    [
        ("resource", "text/html", HTML, "1"),
        ("resource", "", HTML, "1"),
        ("resource", "image/png", b"\x89PNG", "not_html"),
        ("conversion", "text/plain", b"The ferry sails again.", "1"),
        ("conversion", "application/json", b"{}", "not_html"),
        ("Resource", "text/html", HTML, "1"),
        ("revisit", "application/http; msgtype=response", http(b""), "revisit"),
        ("", "application/http; msgtype=response", http(), "bad_record"),
        ("continuation", "text/html", HTML, "bad_record"),
    ],
)
def test_each_type_of_record_has_its_outcome(kind, declared, block, outcome):
    data = record("1", block, fields={"WARC-Type": kind, "Content-Type": declared})
    assert outcomes(data + record("2", http())) == [outcome, "2"]


def test_what_is_passed_over_is_counted_by_its_type():
    kinds = ["warcinfo", "request", "Request", "metadata", "screenshot", "x-thing"]
    data = b"".join(
        record(str(number), b"x: y\r\n", fields={"WARC-Type": kind})
        for number, kind in enumerate(kinds)
    )
    counted = {"warcinfo": 1, "request": 2, "metadata": 1, "other": 2}
    assert passed_over(data) == counted
    assert passed_over(b"".join(map(gzip.compress, [data[:900], data[900:]]))) == counted


@pytest.mark.parametrize("kind", ["request", "metadata"])
def test_a_record_that_is_cut_is_damaged_whatever_its_type(kind):
    data = record("1", http()) + record("2", b"x" * 100, fields={"WARC-Type": kind})[:-60]
    assert outcomes(data) == ["1", "bad_record"]


THREE = [record(name, http()) for name in "123"]


def by_record(pack):
    return lambda parts: b"".join(map(pack, parts))


@pytest.mark.parametrize(
    "pack",
    [
        b"".join,
        by_record(gzip.compress),
        lambda parts: gzip.compress(b"".join(parts)),
        by_record(zstandard.compress),
        lambda parts: zstandard.compress(b"".join(parts)),
        lambda parts: zstandard.compress(b"") + by_record(zstandard.compress)(parts),
        lambda parts: skippable(b"note") + by_record(zstandard.compress)(parts),
        lambda parts: skippable(b"x", 3).join([b"", *map(zstandard.compress, parts), b""]),
        lambda parts: (
            by_record(zstandard.compress)([part[:99] for part in parts[:1]])
            + zstandard.compress(parts[0][99:])
            + by_record(zstandard.compress)(parts[1:])
        ),
        lambda parts: zstd_with_dictionary(parts, compressed=False),
        lambda parts: zstd_with_dictionary(parts, compressed=True),
        lambda parts: b"\r\n" + b"".join(parts),
        lambda parts: gzip.compress(b"".join(parts)[:700]) + gzip.compress(b"".join(parts)[700:]),
    ],
)
def test_compression_of_the_file(pack):
    data = pack(THREE)
    assert outcomes(data) == ["1", "2", "3"]
    parts, position = [], 0
    while True:
        reader = open_archive(data, position=position, max_bytes=1)
        parts += [item.url for item in reader]
        if reader.complete:
            break
        assert reader.position > position
        position = reader.position
    assert parts == [item.url for item in open_archive(data)]


def test_a_torn_frame_of_a_file_with_a_dictionary_takes_only_itself_along():
    whole = zstd_with_dictionary(THREE, compressed=True)
    second = whole.rindex(b"\x28\xb5\x2f\xfd", 0, whole.rindex(b"\x28\xb5\x2f\xfd"))
    torn = bytearray(whole)
    torn[second + 30] ^= 0xFF
    assert outcomes(bytes(torn)) == ["1", "bad_record", "3"]


@pytest.mark.parametrize("frame", [b"no dictionary", zstandard.compress(b"no dictionary")])
def test_a_file_with_a_dictionary_that_is_none_says_so(frame):
    data = skippable(frame, 0xD) + zstandard.compress(THREE[0])
    assert "bad_record" in outcomes(data, kind="warc")


def test_a_dictionary_that_is_damaged_is_told_once():
    whole = zstd_with_dictionary(THREE, compressed=False)
    torn = whole[:20] + bytes(200) + whole[220:]
    assert outcomes(torn, kind="warc") == ["bad_record"]


def test_a_long_line_of_an_arc_takes_no_time():
    line = "http://paper.example/" + " 1.2.3.4 20200203040506 text/html x" * 1500 + "  " * 5000
    started = time.process_time()
    assert len(outcomes(arc((line, http())))) == 1
    assert time.process_time() - started < 1


def test_neighbours_of_a_damaged_record_in_one_gzip_member_are_read():
    broken = THREE[1].replace(b"Content-Length", b"Content-Size")
    data = gzip.compress(THREE[0] + broken + THREE[2] + b"garbage\r\n\r\n" + THREE[0] + b"junk")
    found = list(open_archive(data))
    assert [isinstance(item, Page) for item in found] == [True, False, True, False, True, False]
    assert len({item.reject_id for item in found if not isinstance(item, Page)}) == 3


def test_a_record_longer_than_its_member_does_not_take_the_next_one():
    longer = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % (len(THREE[1]) + 40), THREE[1])
    data = b"".join(map(gzip.compress, [THREE[0], longer, THREE[2]]))
    assert outcomes(data) == ["1", "bad_record", "3"]


@pytest.mark.parametrize("length", ["9" * 18, "9" * 40, "-1", "1e3", "", "12 13"])
def test_lengths_that_cannot_be_end_as_rejects(length):
    wrong = record("1", http(), fields={"Content-Length": length})
    assert outcomes(wrong + THREE[1]) == ["bad_record", "2"]


def segmented(name: str, block: bytes, sizes: list[int], *, total: bool = True) -> list[bytes]:
    """Return a record as segments of these sizes and the rest."""
    cuts = [0, *sizes, len(block)]
    parts = [block[start:end] for start, end in pairwise(cuts)]
    made = []
    for number, part in enumerate(parts, start=1):
        fields = {"WARC-Segment-Number": str(number)}
        if number > 1:
            fields |= {
                "WARC-Type": "continuation",
                "WARC-Record-ID": f"<urn:uuid:{name}.{number}>",
                "WARC-Segment-Origin-ID": f"<urn:uuid:{name}>",
                "Content-Type": "",
            }
        if number == len(parts) and total:
            fields["WARC-Segment-Total-Length"] = str(len(block))
        made.append(record(name, part, fields=fields))
    return made


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_segments_are_joined(pack):
    first, second, third = segmented("1", http(), [20, 60])
    parts = [first, THREE[1], second, third, THREE[2]]
    data = b"".join(map(pack, parts))
    assert outcomes(data) == ["2", "1", "3"]
    page = next(item for item in open_archive(data) if item.url and item.url.endswith("/1"))
    assert (page.body, page.truncated) == (HTML, None)
    assert passed_over(data) == {"continuation": 2}
    # No pass ends between them.
    reader = open_archive(data, max_bytes=1)
    found = [item.url for item in reader]
    rest = open_archive(data, position=reader.position)
    assert found + [item.url for item in rest] == [item.url for item in open_archive(data)]


def test_segments_that_never_come_are_missing_from_the_page():
    first, second, _ = segmented("1", http(), [90, 110])
    (page,) = open_archive(first + second)
    assert isinstance(page, Page)
    assert (page.truncated, HTML.startswith(page.body)) == ("segments", True)


def test_segments_without_a_beginning_or_out_of_order_are_rejects():
    first, second, third = segmented("1", http(), [90, 110])
    assert outcomes(second + third) == ["bad_record", "bad_record"]
    assert outcomes(first + third + second) == ["bad_record", "1"]


def test_many_first_segments_are_not_kept():
    firsts = [segmented(str(number), http(), [90])[0] for number in range(30)]
    assert outcomes(b"".join(firsts)) == [str(number) for number in range(30)]


def test_segments_together_are_under_the_limit_of_a_page():
    parts = segmented("1", http(b"<p>" + b"x" * (3 * MAX_BYTES)), [MAX_BYTES, 2 * MAX_BYTES])
    assert outcomes(b"".join(parts)) == ["too_large"]


KINDS = [
    "response",
    "Response",
    "request",
    "metadata",
    "warcinfo",
    "revisit",
    "resource",
    "odd",
    "",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.sampled_from(["\r\n", "\n"])), min_size=1, max_size=9
    ),
    st.sampled_from([bytes, gzip.compress, zstandard.compress]),
    st.sampled_from(["lower", "upper", "title"]),
)
def test_every_record_is_a_page_a_reject_or_counted(kinds, pack, change):
    data = b"".join(
        pack(recase(record(str(number), http(end=end), fields={"WARC-Type": kind}), change))
        for number, (kind, end) in enumerate(kinds)
    )
    reader = open_archive(data)
    settled = len(list(reader))
    assert settled + sum(tally.count for tally in reader.passed_over.values()) == len(kinds)


def arc(*entries: tuple[str, bytes], version: int = 1) -> bytes:
    """Return an ARC file; each entry is its line without the length, and its block."""
    about = b"%d 0 archive\nURL IP-address Archive-date Content-type Archive-length\n" % version
    lines = [("filedesc://a.arc 0.0.0.0 20200101000000 text/plain", about), *entries]
    return b"".join(b"%s %d\n%s\n" % (line.encode(), len(block), block) for line, block in lines)


LINE = "https://paper.example/1 1.2.3.4 20200203040506 text/html"
LINE_2 = f"{LINE} 200 abc123 - 777 a.arc"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("line", "block"),
    [
        (LINE, http()),
        (LINE, http(end="\n")),
        (LINE, b"HTTP/1.1 100 Continue\r\n\r\n" + http()),
        (LINE, http(gzip.compress(HTML), fields=["content-encoding: gzip"])),
        (LINE, http(chunked(HTML), fields=["Transfer-Encoding: chunked"])),
        (LINE, HTML),
        (LINE.replace("text/html", "no-type"), HTML),
        (LINE.replace("text/html", "text/html; charset=utf-8"), http()),
        (LINE.replace("1.2.3.4", "2001:db8::1"), http()),
        (LINE_2, http()),
        (LINE_2.replace("text/html", "text/html; charset=utf-8"), http()),
    ],
)
def test_arc_of_both_versions(pack, line, block):
    data = pack(
        arc((line, block), (LINE.replace("/1", "/2"), http()), version=2 if "abc" in line else 1)
    )
    assert outcomes(data) == ["1", "2"]
    first, _ = open_archive(data)
    assert (first.body, first.fetched_at) == (HTML, DATE)
    assert passed_over(data) == {"filedesc": 1}


def test_arc_addresses_with_blanks_and_other_records():
    data = arc(
        (LINE.replace("/1", "/a b c"), http()),
        ("dns:paper.example 1.2.3.4 20200203040506 text/dns", b"20200203040506\npaper.example. A"),
        (LINE, http(status="HTTP/1.1 404 Gone")),
        (LINE, http(status="HTTP/1.1 203 Other")),
    )
    assert outcomes(data) == ["a b c", "not_html", "http_status", "1"]


def test_reading_needs_no_more_memory_than_a_page_whatever_a_length_says():
    big = record("1", http(b"<p>" + b"x" * (24 << 20)))
    data = big + record("2", b"x" * (24 << 20), fields={"WARC-Type": "metadata"}) + THREE[2]
    tracemalloc.start()
    assert outcomes(data) == ["too_large", "3"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MAX_BYTES
