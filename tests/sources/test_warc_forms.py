"""WARC as it was written: versions, cases, line ends, types of records, compression."""

import gzip
import re
from datetime import UTC, datetime
from itertools import permutations

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
from warc_forms import DATE, THREE, page_of

from newsbeam.transforms.core.records import Page


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


def test_records_of_one_gzip_member_without_an_id_or_with_the_same_are_told_apart():
    ids = {"WARC-Record-ID": ""}, {"WARC-Record-ID": ""}, {"WARC-Record-ID": "<urn:x>"}
    parts = [record(str(number), http(), fields=each) for number, each in enumerate([*ids, ids[2]])]
    found = list(open_archive(gzip.compress(b"".join(parts) + b"noise")))
    assert [isinstance(item, Page) for item in found] == [True] * 4 + [False]
    entries = [item.entry if isinstance(item, Page) else item for item in found]
    assert len({(entry.source_ref, entry.source_id) for entry in entries}) == 5


def test_a_place_that_is_no_record_is_told_once_however_often_it_is_come_to():
    block = http(b"<p>" + b"x" * 20)
    shorter = record("2", block, fields={"Content-Length": str(len(block) - 20)})
    longer = record("0", http(), fields={"Content-Length": str(2 * len(shorter) - 60)})
    found = list(open_archive(longer + THREE[0] + shorter + THREE[2]))
    refs = [item.entry.source_ref if isinstance(item, Page) else item.source_ref for item in found]
    assert len(set(refs)) == len(refs)


@pytest.mark.parametrize("url", ["https://[paper.example/1", "https://a[b@paper.example/1", "h[:]"])
def test_an_address_with_odd_brackets_is_no_end_of_the_archive(url):
    data = record("x", http(), fields={"WARC-Target-URI": url}) + THREE[1]
    first, second = outcomes(data)
    assert (first in ("1", "bad_url"), second) == (True, "2")


PACKS = {"plain": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}


@pytest.mark.parametrize("pack", [b"".join, lambda parts: gzip.compress(b"".join(parts))])
@pytest.mark.parametrize("more", [6, 14, 200, 500, 10_000])
def test_a_length_that_is_too_large_costs_its_own_record_alone(pack, more):
    block = http()
    longer = record("1", block, fields={"Content-Length": str(len(block) + more)})
    parts = [record("0", http()), longer, *(record(name, http()) for name in "234")]
    found = list(open_archive(pack(parts)))
    assert [item.url.rpartition("/")[2] for item in found] == list("01234")
    assert [isinstance(item, Page) and item.body for item in found] == [HTML, False, *[HTML] * 3]


def test_a_page_over_the_limit_with_a_wrong_length_has_one_outcome():
    block = http(b"<p>\r\n\r\nWARC/1.0\r\n\r\n" + b"x" * (3 * MAX_BYTES))
    longer = record("1", block, fields={"Content-Length": str(len(block) + 50)})
    assert outcomes(gzip.compress(THREE[0] + longer + THREE[1] + THREE[2])) == [
        "1",
        "too_large",
        "bad_record",
        "3",
    ]


def test_a_page_that_quotes_a_record_is_whole():
    quote = HTML + b"<pre>\n\nWARC/1.0\nWARC-Type: response\n\n</pre>"
    assert page_of(record("1", http(quote))).body == quote
    first, second = open_archive(gzip.compress(record("1", http(quote)) + THREE[1]))
    assert (first.body, second.body) == (quote, HTML)


@pytest.mark.parametrize("forms", [*permutations(PACKS), ("gzip", "plain", "gzip")])
def test_files_of_several_forms_that_were_put_together(forms):
    data = b"".join(PACKS[form](each) for form, each in zip(forms, THREE, strict=True))
    assert outcomes(data) == ["1", "2", "3"]
    assert outcomes(THREE[0] + b"noise\r\n" + gzip.compress(THREE[1]) + THREE[2])[-2:] == ["2", "3"]
    found, position = [], 0
    while True:
        reader = open_archive(data, position=position, max_bytes=1)
        found += [item.entry.source_ref for item in reader]
        if reader.complete:
            break
        position = reader.position
    assert found == [item.entry.source_ref for item in open_archive(data)]


@pytest.mark.parametrize("pack", PACKS.values())
def test_zeros_that_pad_a_file_are_no_record(pack):
    data = pack(THREE[0]) + bytes(512) + pack(THREE[1]) + bytes(100_000)
    assert outcomes(data) == ["1", "2"]
    assert outcomes(pack(THREE[0] + bytes(77))) == ["1"]


@pytest.mark.parametrize("pack", PACKS.values())
def test_what_is_no_record_at_the_end_is_counted(pack):
    assert outcomes(pack(THREE[0]) + b"something else") == ["1", "bad_record"]
    assert outcomes(pack(THREE[0]) + gzip.compress(b"something else")) == ["1", "bad_record"]


@pytest.mark.parametrize("length", ["9" * 18, "9" * 40, "-1", "1e3", "", "12 13"])
def test_lengths_that_cannot_be_end_as_rejects(length):
    wrong = record("1", http(), fields={"Content-Length": length})
    assert outcomes(wrong + THREE[1]) == ["bad_record", "2"]


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
