"""Records in segments, and records of ARC."""

import gzip
import time
import tracemalloc
from collections import Counter
from itertools import pairwise

import pytest
import zstandard
from archives import (
    HTML,
    MAX_BYTES,
    http,
    open_archive,
    outcomes,
    passed_over,
    record,
)
from warc_forms import DATE, THREE, chunked

from newsbeam.transforms.core.records import Page


def test_a_long_line_of_an_arc_takes_no_time():
    line = "http://paper.example/" + " 1.2.3.4 20200203040506 text/html x" * 1500 + "  " * 5000
    started = time.process_time()
    assert len(outcomes(arc((line, http())))) == 1
    assert time.process_time() - started < 1


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


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_passes_that_end_beside_segments_read_and_count_each_record_once(pack):
    first, second, third = segmented("2", http(), [20, 60])
    others = [record(name, http()) for name in ("1", "3", "4")]
    data = b"".join(map(pack, [others[0], first, others[1], second, third, others[2]]))
    found, counts, position = [], Counter(), 0
    while True:
        reader = open_archive(data, position=position, max_bytes=1)
        found += [item.entry.source_ref for item in reader]
        counts.update({kind: tally.count for kind, tally in reader.passed_over.items()})
        if reader.complete:
            break
        position = reader.position
    assert found == [item.entry.source_ref for item in open_archive(data)]
    assert counts == {"continuation": 2}


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


def arc_parts() -> list[bytes]:
    """Return the parts of an ARC file: what it says of itself, and four records."""
    first = arc()
    return [first, *(arc((LINE.replace("/1", f"/{n}"), http()))[len(first) :] for n in range(4))]


def in_parts(data: bytes) -> list[object]:
    found, position = [], 0
    while True:
        reader = open_archive(data, position=position, max_bytes=1)
        found += reader
        if reader.complete:
            return found
        assert reader.position > position
        position = reader.position


@pytest.mark.parametrize("at", [0, 30, 150])
def test_a_gzip_member_of_an_arc_that_is_damaged_takes_only_itself_along(at):
    members = [gzip.compress(part) for part in arc_parts()]
    torn = bytearray(members[2])
    torn[at : at + 6] = b"xxxxxx"
    data = b"".join([*members[:2], bytes(torn), *members[3:]])
    assert outcomes(data) == ["0", "bad_record", "2", "3"]
    found = list(open_archive(data))
    refs = [item.entry.source_ref if isinstance(item, Page) else item.source_ref for item in found]
    assert len(set(refs)) == 4
    assert in_parts(data) == found


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_arc_is_read_on_behind_a_length_that_is_wrong_and_behind_noise(pack):
    parts = arc_parts()
    parts[2] = parts[2].replace(b" %d\n" % len(http()), b" %d\n" % (len(http()) - 40))
    data = pack(b"".join([*parts[:3], b"noise\nmore noise\n", *parts[3:]]) + bytes(700))
    assert outcomes(data) == ["0", "1", "bad_record", "2", "3"]
    assert in_parts(data) == list(open_archive(data))


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("wrong", [1, 3])
@pytest.mark.parametrize("more", [2, 9, 60, 400, 900, 90_000, 10**12])
def test_a_length_of_an_arc_that_is_too_large_costs_its_own_record_alone(wrong, more, pack, apart):
    parts = arc_parts()
    size = len(http())
    parts[wrong] = parts[wrong].replace(b" %d\n" % size, b" %d\n" % (size + more))
    data = b"".join(map(pack, parts)) if apart else pack(b"".join(parts))
    expected = ["0", "1", "2", "3"]
    expected[wrong - 1] = "bad_record"
    assert outcomes(data) == expected
    assert in_parts(data) == list(open_archive(data))


def test_an_arc_that_lies_about_itself_takes_no_page_along():
    first, *others = arc_parts()
    longer = first.replace(b" text/plain ", b" text/plain 9")
    assert outcomes(b"".join([longer, *others])) == ["bad_record", "0", "1", "2", "3"]


def test_a_page_of_an_arc_that_is_too_large_has_neighbours():
    big = http(b"<p>" + b"More than a page may have.\n" * (MAX_BYTES // 8))
    lines = [LINE.replace("/1", f"/{n}") for n in range(3)]
    data = arc((lines[0], http()), (lines[1], big), (lines[2], http()))
    assert outcomes(data) == ["0", "too_large", "2"]
    assert in_parts(data) == list(open_archive(data))


def test_a_page_of_an_arc_may_have_lines_like_headers():
    block = http(b"%s\n%s 999\n" % (HTML, LINE.encode()))
    assert outcomes(arc((LINE, block), (LINE.replace("/1", "/2"), http()))) == ["1", "2"]


def test_reading_needs_no_more_memory_than_a_page_whatever_a_length_says():
    big = record("1", http(b"<p>" + b"x" * (24 << 20)))
    data = big + record("2", b"x" * (24 << 20), fields={"WARC-Type": "metadata"}) + THREE[2]
    tracemalloc.start()
    assert outcomes(data) == ["too_large", "3"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MAX_BYTES
