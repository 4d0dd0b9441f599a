"""Indexes of archives: each line is one outcome, read from the place that it names."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard
from archives import HTML, SEEN, http, record, zstd_with_dictionary

from newsbeam.transforms.core.records import Page, Source
from newsbeam.transforms.core.settings import ReadSettings, SelectSettings
from newsbeam.transforms.sources.detect import detect_kind
from newsbeam.transforms.sources.documents import open_documents


def pack(records: list[bytes], compress=gzip.compress) -> tuple[bytes, list[int]]:
    """Return an archive with a member for each record, and where each begins."""
    members = [compress(each) for each in records]
    return b"".join(members), [sum(map(len, members[:n])) for n in range(len(members))]


def cdxj(name: str, offset: int, **fields: str) -> str:
    values = {"url": f"https://paper.example/{name}", "filename": "crawl.warc.gz"}
    values |= {"offset": str(offset), "status": "200", **fields}
    return f"example,paper)/{name} 20200203040506 {json.dumps(values)}"


def read(index: Path, position: int = 0, max_bytes: int | None = None, **settings: object):
    source = Source(ref=str(index), position=position, max_bytes=max_bytes)
    with index.open("rb") as raw:
        reader = open_documents(raw, source, ReadSettings(**settings), seen_at=SEEN, max_entries=1)
        return list(reader), reader


def told(items) -> list[str]:
    return [item.url if isinstance(item, Page) else item.reason for item in items]


@pytest.fixture
def crawl(tmp_path: Path) -> tuple[Path, list[int]]:
    data, places = pack([record(name, http()) for name in ("one", "two", "three")])
    (tmp_path / "crawl.warc.gz").write_bytes(data)
    return tmp_path, places


def test_lines_with_json_lead_to_the_records(crawl):
    folder, places = crawl
    index = folder / "index.cdxj"
    index.write_text("\n".join([cdxj("three", places[2]), cdxj("one", places[0])]))
    items, reader = read(index)
    assert told(items) == ["https://paper.example/three", "https://paper.example/one"]
    assert {item.entry.source_kind for item in items} == {"cdx"}
    assert items[0].body == HTML
    assert items[0].fetched_at.year == 2020
    assert reader.kind == "cdx"
    assert reader.position == 2


def test_an_answer_of_an_index_server_is_an_index(crawl):
    folder, places = crawl
    index = folder / "answer.json"
    line = cdxj("two", places[1]).partition(" ")[2].partition(" ")[2]
    index.write_text(line + "\n" + line.replace("two", "three"))
    assert told(read(index)[0]) == ["https://paper.example/two"] * 2


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (
            " CDX N b a m s k r M S V g",
            "example,paper)/two 20200203040506 https://paper.example/two text/html 200 ABC - - 99 "
            "{at} crawl.warc.gz",
        ),
        (
            " CDX N b a m s k r V g",
            "example,paper)/two 20200203040506 https://paper.example/two text/html 200 ABC - {at} "
            "crawl.warc.gz",
        ),
        (" CDX g V a", "crawl.warc.gz {at} https://paper.example/two"),
        ("\ufeff CDX g V a", "crawl.warc.gz {at} https://paper.example/two"),
        ("\tCDX\tg\tV\ta", "crawl.warc.gz\t{at}\thttps://paper.example/two"),
        ("# made by hand\n!meta 0 {{}}\n CDX g V", "crawl.warc.gz {at}"),
        (
            "!meta 0 {{}}",
            cdxj("two", 0).replace("{", "{{").replace("}", "}}").replace('"0"', "{at}"),
        ),
        *(
            ("", f"example,paper)/two 20200203040506 https://paper.example/two text/html {rest}")
            for rest in (
                "200 ABC - {at} crawl.warc.gz",
                "- ABC - - {at} crawl.warc.gz",
                "200 - - - - {at} crawl.warc.gz",
            )
        ),
    ],
)
def test_fields_stand_where_the_first_line_says(crawl, head, line):
    folder, places = crawl
    index = folder / "index.cdx"
    index.write_bytes(gzip.compress(f"{head}\n{line}\n".format(at=places[1]).encode()))
    assert told(read(index)[0]) == ["https://paper.example/two"]


def test_a_line_that_leads_nowhere_is_one_reject_and_its_neighbours_are_read(crawl):
    folder, places = crawl
    index = folder / "index.cdxj"
    index.write_text(
        "\n".join(
            [
                cdxj("one", places[0]),
                cdxj("one", places[0] + 5),
                cdxj("one", 10**9),
                cdxj("one", 0, filename="gone.warc.gz"),
                cdxj("one", 0, filename="../crawl.warc.gz"),
                cdxj("one", 0, filename=str(folder.parent / "crawl.warc.gz")),
                cdxj("three", places[2], filename=str(folder / "crawl.warc.gz")),
                cdxj("one", 0).replace('"0"', '"-"'),
                'example,paper)/x 20200203040506 {"url": ',
                cdxj("two", places[1]),
            ]
        )
    )
    items, _ = read(index)
    nowhere = ["bad_record", "bad_record", "unreadable", "unreadable", "unreadable"]
    assert told(items) == [
        "https://paper.example/one",
        *nowhere,
        "https://paper.example/three",
        "bad_record",
        "bad_record",
        "https://paper.example/two",
    ]
    refs = [item.source_ref if not isinstance(item, Page) else "" for item in items]
    assert refs[1:3] == [f"{index}#2", f"{index}#3"]
    assert [item.url for item in items[1:6]] == ["https://paper.example/one"] * 5
    assert "index" in items[1].detail
    assert items[1].bytes_ref == f"{folder / 'crawl.warc.gz'}#{places[0] + 5}"


def test_an_archive_that_changed_since_it_was_indexed_gives_one_outcome_a_line(crawl):
    folder, places = crawl
    (folder / "crawl.warc.gz").write_bytes(pack([record("other", http())])[0])
    index = folder / "index.cdxj"
    index.write_text("\n".join(cdxj(str(n), place) for n, place in enumerate(places)))
    assert told(read(index)[0]) == ["https://paper.example/other", "bad_record", "bad_record"]


def test_a_record_in_segments_says_that_its_page_is_cut(tmp_path):
    first = record("one", http(), fields={"WARC-Segment-Number": "1"})
    (tmp_path / "crawl.warc.gz").write_bytes(gzip.compress(first))
    index = tmp_path / "index.cdxj"
    index.write_text(cdxj("one", 0))
    assert [item.truncated for item in read(index)[0]] == ["segments"]


def test_archives_lie_where_the_setting_says(crawl, tmp_path_factory):
    folder, places = crawl
    index = tmp_path_factory.mktemp("elsewhere") / "index.cdxj"
    index.write_text(cdxj("one", places[0]))
    assert told(read(index)[0]) == ["unreadable"]
    assert told(read(index, archives=str(folder))[0]) == ["https://paper.example/one"]


@pytest.mark.parametrize("form", ["plain", "zstd", "dictionary"])
def test_archives_of_every_compression_are_read_at_a_place(tmp_path, form):
    records = [record(name, http()) for name in ("one", "two")]
    if form == "dictionary":
        data = zstd_with_dictionary(records, compressed=True)
        place = data.rindex(b"\x28\xb5\x2f\xfd")
    else:
        data, places = pack(records, bytes if form == "plain" else zstandard.compress)
        place = places[1]
    (tmp_path / "crawl.warc.gz").write_bytes(data)
    index = tmp_path / "index.cdxj"
    index.write_text(cdxj("two", place))
    assert told(read(index)[0]) == ["https://paper.example/two"]


def test_what_is_not_wanted_is_told_from_the_line_and_no_archive_is_opened(tmp_path):
    index = tmp_path / "index.cdxj"
    lines = [
        cdxj("a", 0, languages="deu"),
        cdxj("a", 0, status="404"),
        cdxj("a", 0, languages="eng,deu"),
    ]
    index.write_text("\n".join(lines))
    items, reader = read(index, select=SelectSettings(languages=("en",), statuses=(200,)))
    assert told(items) == ["unreadable"]
    counted = {kind: tally.count for kind, tally in reader.passed_over.items()}
    assert counted == {"unwanted_language": 1, "unwanted_status": 1}


def test_a_pass_ends_between_lines_and_the_next_goes_on_there(crawl):
    folder, places = crawl
    index = folder / "index.cdxj"
    index.write_text("\n".join(cdxj(str(n), place) for n, place in enumerate(places)))
    items, reader = read(index, max_bytes=1)
    assert (len(items), reader.complete) == (1, False)
    items, reader = read(index, position=reader.position)
    assert told(items) == ["https://paper.example/two", "https://paper.example/three"]
    assert reader.complete


@pytest.mark.parametrize(
    "text",
    ['{"url": "https://a.example/", "offset": "here"}', "com,example)/ 2020 something", "a b c"],
)
def test_what_only_looks_like_an_index_is_none(text):
    assert detect_kind("x", text.encode()) != "cdx"
