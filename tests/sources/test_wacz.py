"""WACZ files: one outcome for each page that they list, found by their index."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from archives import SEEN, http, record

from newsbeam.transforms.core.records import Page, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.documents import open_documents


def make_wacz(
    path: Path,
    pages: list[dict | str],
    *,
    index: bool = True,
    compression: int = zipfile.ZIP_STORED,
) -> Path:
    """Write a WACZ of three captures, one of them a picture."""
    picture = http(b"\x89PNG", fields=("Content-Type: image/png",))
    blocks = {"one": http(), "two": http(), "dot.png": picture}
    members = [gzip.compress(record(name, block)) for name, block in blocks.items()]
    places = [sum(map(len, members[:n])) for n in range(len(members))]
    lines = [
        f"example,paper)/{name} 20200203040506 "
        + json.dumps(
            {"url": f"https://paper.example/{name}", "offset": str(at), "filename": "data.warc.gz"}
        )
        for name, at in zip(blocks, places, strict=True)
    ]
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    listed = [each if isinstance(each, str) else json.dumps(each) for each in (head, *pages)]
    with zipfile.ZipFile(path, "w", compression) as out:
        out.writestr("archive/data.warc.gz", b"".join(members))
        if index:
            out.writestr("indexes/index.cdx.gz", gzip.compress("\n".join(lines).encode()))
        out.writestr("pages/pages.jsonl", "\n".join(listed))
        out.writestr("datapackage.json", "{}")
    return path


def listed(name: str) -> dict:
    return {"url": f"https://paper.example/{name}", "ts": "2020-02-03T04:05:06Z", "title": "x"}


def read(path: Path, position: int = 0, max_bytes: int | None = None):
    source = Source(ref=str(path), position=position, max_bytes=max_bytes)
    reader = open_documents(
        io.BytesIO(path.read_bytes()), source, ReadSettings(), seen_at=SEEN, max_entries=1
    )
    items = list(reader)
    told = [
        (item.url or "").rpartition("/")[2] if isinstance(item, Page) else item.reason
        for item in items
    ]
    return told, reader


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_each_listed_page_is_read_from_its_place(tmp_path, compression):
    path = make_wacz(tmp_path / "a.wacz", [listed("two"), listed("one")], compression=compression)
    told, reader = read(path)
    assert told == ["two", "one"]
    assert (reader.position, reader.complete) == (2, True)
    assert {kind: tally.count for kind, tally in reader.passed_over.items()} == {"unlisted": 1}


def test_a_page_without_a_capture_or_an_address_is_one_reject(tmp_path):
    pages = [
        listed("one"),
        listed("gone"),
        "{broken",
        {"id": "x"},
        listed("dot.png"),
        listed("two"),
    ]
    told, _ = read(make_wacz(tmp_path / "a.wacz", pages))
    assert told == ["one", "not_found", "bad_json", "bad_json", "not_html", "two"]


def test_a_page_is_found_by_another_spelling_of_its_address(tmp_path):
    pages = [listed("one#top"), {"url": "HTTPS://Paper.example:443/two"}]
    assert read(make_wacz(tmp_path / "a.wacz", pages))[0] == ["one", "two"]


def test_a_page_that_was_visited_again_has_the_capture_that_holds_it(tmp_path):
    path = make_wacz(tmp_path / "a.wacz", [listed("one") | {"ts": "2021-01-01T00:00:00Z"}])
    again = record("one", http(b""), fields={"WARC-Type": "revisit"})
    values = {"url": "https://paper.example/one", "filename": "more.warc.gz", "offset": "0"}
    line = "example,paper)/one 20210101000000 " + json.dumps(values | {"mime": "warc/revisit"})
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("archive/more.warc.gz", gzip.compress(again))
        out.writestr("indexes/more.cdxj", line)
    assert read(path)[0] == ["one"]


def test_without_an_index_all_that_is_in_it_is_read(tmp_path):
    told, reader = read(make_wacz(tmp_path / "a.wacz", [listed("one")], index=False))
    assert told[:3] == ["one", "two", "not_html"]
    assert reader.kind == "archive"


def test_where_the_lists_have_no_page_all_that_is_in_it_is_read(tmp_path):
    told, reader = read(make_wacz(tmp_path / "a.wacz", []))
    assert told == ["one", "two", "not_html"]
    assert reader.passed_over == {}


def test_other_visits_of_a_listed_page_are_counted(tmp_path):
    path = make_wacz(tmp_path / "a.wacz", [listed("one")])
    values = {"url": "https://paper.example/one", "filename": "data.warc.gz", "offset": "0"}
    lines = [f"example,paper)/one {year}0203040506 {json.dumps(values)}" for year in (2019, 2021)]
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("indexes/more.cdxj", "\n".join(lines))
    told, reader = read(path)
    assert told == ["one"]
    assert reader.passed_over["unlisted"].count == 4, "two visits, another page and a picture"


def test_a_pass_ends_between_pages_and_the_next_goes_on_there(tmp_path):
    path = make_wacz(tmp_path / "a.wacz", [listed("one"), listed("two")])
    told, reader = read(path, max_bytes=1)
    assert (told, reader.complete) == (["one"], False)
    told, reader = read(path, position=reader.position)
    assert told == ["two"]
    assert reader.passed_over == {}, "they were counted when the reading began"


def test_damage_within_the_archive_costs_the_page_that_it_hits(tmp_path):
    path = make_wacz(tmp_path / "a.wacz", [listed("one"), listed("two")])
    data = bytearray(path.read_bytes())
    place = data.index(b"\x1f\x8b\x08")
    data[place + 40 : place + 60] = b"\0" * 20
    path.write_bytes(data)
    told, _ = read(path)
    assert told == ["bad_record", "two"]
