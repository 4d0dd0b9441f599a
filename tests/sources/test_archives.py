"""Archives and messages that are more than they seem."""

import io
import json
import tarfile
import zipfile
from datetime import UTC, datetime

import pytest
from wires import g2_item, g2_message

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Page, Reject, Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.archives import open_members
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.wires.item import decode_item

SEEN = datetime(2026, 3, 5, tzinfo=UTC)
TEXT = ("The lock at Port Ellery opens at six on Tuesdays and Fridays.",)


def read(data: bytes, settings: ReadSettings | None = None, **source: object) -> list[object]:
    given = Source(**{"ref": "/in/a", **source})  # type: ignore[arg-type]
    settings = settings or ReadSettings()
    reader = open_documents(io.BytesIO(data), given, settings, seen_at=SEEN, max_entries=100)
    return list(reader)


def zipped(members: dict[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def outcomes(items: list[object]) -> list[tuple[str, str]]:
    return [
        (item.entry.source_ref, "page")
        if isinstance(item, Page)
        else (item.source_ref, item.reason)
        for item in items
        if isinstance(item, Page | Reject)
    ]


def test_a_bomb_is_one_loss_and_what_came_before_it_stays():
    data = zipped(
        {
            "a.xml": g2_item(paragraphs=TEXT),
            "bomb.xml": b"<nitf>" + b" " * (8 << 20),
            "c.xml": g2_item(paragraphs=TEXT),
        }
    )
    settings = ReadSettings(max_text_bytes=16 << 20, max_archive_bytes=1 << 20)
    assert outcomes(read(data, settings)) == [
        ("/in/a#a.xml", "page"),
        ("/in/a#bomb.xml", "too_large"),
        ("/in/a#3", "too_large"),
    ]


def test_members_beyond_the_limit_are_one_loss():
    data = zipped({f"{number}.xml": g2_item(paragraphs=TEXT) for number in range(5)})
    settings = ReadSettings(max_archive_members=2)
    found = outcomes(read(data, settings))
    assert [what for _, what in found] == ["page", "page", "too_large"]


def test_a_kind_in_front_is_that_of_the_members():
    (page,) = read(zipped({"a.bin": g2_item(paragraphs=TEXT)}), kind="newsml")
    assert isinstance(page, Page)
    assert page.entry.source_kind == "newsml"


def test_an_archive_is_read_in_parts():
    data = zipped(
        {f"{number}.xml": g2_item(f"urn:x:{number}", paragraphs=TEXT) for number in range(4)}
    )
    found, position, passes = [], 0, 0
    while True:
        source = Source(ref="/in/a", position=position, max_bytes=1)
        reader = open_documents(
            io.BytesIO(data), source, ReadSettings(), seen_at=SEEN, max_entries=9
        )
        found += outcomes(list(reader))
        passes += 1
        if reader.complete:
            break
        position = reader.position
    assert [ref for ref, _ in found] == [f"/in/a#{number}.xml" for number in range(4)]
    assert passes > 1


@pytest.mark.parametrize("kind", ["jsonl", "newsml"])
def test_a_member_with_more_rows_than_a_pass_may_read_is_read_in_parts(kind: str):
    if kind == "jsonl":
        row = json.dumps({"text": TEXT[0] * 20}).encode()
        member = b"\n".join([row] * 9)
    else:
        parts = (g2_item(f"urn:x:{n}", paragraphs=TEXT * 20, namespace="") for n in range(9))
        member = g2_message(*parts).encode()
    data = zipped({"a.xml": g2_item(paragraphs=TEXT), "big": member, "z.html": b"<p>x</p>" * 9})
    settings = ReadSettings(max_text_bytes=len(member) // 2)
    found, position, each = [], 0, []
    for _ in range(20):
        source = Source(ref="/in/a", position=position, max_bytes=len(member) // 4)
        reader = open_documents(io.BytesIO(data), source, settings, seen_at=SEEN, max_entries=9)
        part = outcomes(list(reader))
        found += part
        each.append(len(part))
        if reader.complete:
            break
        position = reader.position
    big = [f"/in/a#big#{number}" for number in range(1, 10)]
    assert [ref for ref, _ in found] == ["/in/a#a.xml", *big, "/in/a#z.html"]
    assert {what for _, what in found} == {"page"}
    assert max(each) < 6


def test_an_archive_within_an_archive_is_read_in_one_pass():
    inner = zipped({f"{number}.xml": g2_item(paragraphs=TEXT) for number in range(4)})
    source = Source(ref="/in/a", max_bytes=1)
    data = zipped({"a.zip": inner, "b.xml": g2_item(paragraphs=TEXT)})
    reader = open_documents(io.BytesIO(data), source, ReadSettings(), seen_at=SEEN, max_entries=9)
    assert len(outcomes(list(reader))) == 4
    assert (reader.complete, reader.position) == (False, 1)


def test_a_feed_in_an_archive_is_read_whole_and_what_is_passed_over_in_it_is_counted():
    items = "".join(f"<item><link>http://a.example/{n}</link></item>" for n in range(9))
    info = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    data = zipped({"feed.xml": f"<rss><channel>{items}</channel></rss>", "crawl.warc": info})
    reader = open_documents(
        io.BytesIO(data), Source(ref="/in/a"), ReadSettings(), seen_at=SEEN, max_entries=2
    )
    assert len(list(reader)) == 9
    assert reader.complete
    assert {kind: tally.count for kind, tally in reader.passed_over.items()} == {"warcinfo": 1}


@pytest.mark.parametrize("name", ["__MACOSX/a.xml", "x/._a.xml", "folder/"])
def test_what_is_no_document_is_passed_over(name: str):
    assert read(zipped({name: b""})) == []


def test_a_member_without_a_name_does_no_harm():
    # A name ends at its first zero byte.
    data = zipped({"QQ": g2_item(paragraphs=TEXT)}).replace(b"QQ", b"\0Q")
    assert [what for _, what in outcomes(read(data))] == ["page"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-10],
        lambda data: data.replace(b"PK\x01\x02\x14\x03", b"PK\x01\x02\x14\x03", 1)[
            : len(data) // 2
        ],
        # An extract version that nobody knows.
        lambda data: (
            data[: data.rindex(b"PK\x01\x02") + 6]
            + b"\xc1"
            + data[data.rindex(b"PK\x01\x02") + 7 :]
        ),
    ],
)
def test_a_damaged_archive_says_so(spoil):
    data = spoil(zipped({"a.xml": g2_item(paragraphs=TEXT)}))
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.reason == "truncated_archive"


def test_a_header_that_asks_for_memory_is_refused():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a.xml")
        info.pax_headers = {"comment": "x" * (2 << 20)}
        archive.addfile(info)
    with pytest.raises(InputError) as caught:
        list(open_members(io.BytesIO(packed.getvalue()), "a.tar", ReadSettings()))
    assert caught.value.reason == "truncated_archive"


def test_a_message_larger_than_a_document_is_read_item_by_item():
    items = [g2_item(f"urn:x:{number}", paragraphs=TEXT * 40, namespace="") for number in range(20)]
    items[3] = g2_item("urn:x:3", paragraphs=("word " * 20_000,), namespace="")
    message = g2_message(*items).encode()
    settings = ReadSettings(max_text_bytes=30_000)
    assert len(message) > 2 * settings.max_text_bytes
    found = read(message, settings)
    pages = [decode_item(item.body).facts.guid for item in found if isinstance(item, Page)]
    assert pages == [f"urn:x:{number}" for number in range(20) if number != 3]
    (lost,) = (item for item in found if isinstance(item, Reject))
    assert (lost.source_ref, lost.reason) == ("/in/a#4", "too_large")
    cut = read(message[: message.rindex(b"</p>")], settings)
    assert outcomes(cut)[-1] == ("/in/a#20", "bad_xml")
