"""Whole jobs over items of the trade behind addresses: of feeds, and of texts that come apart."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jobs import PARAGRAPHS, Dataset
from wires import g2_item, g2_message, nitf

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.newsroom import Newsroom

HARBOUR, LIBRARY = PARAGRAPHS["harbour"], PARAGRAPHS["library"]
PAGE = "http://harbour-gazette.example/wire"


def reasons(dataset: Dataset) -> list[str]:
    return sorted(row["reason"] for row in dataset.rows("rejects"))


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


def web(room: Newsroom) -> dict[str, object]:
    return {
        "fetch__connect_to": room.connect_to,
        "fetch__allow_addresses": ["127.0.0.1/32"],
        "fetch__delay_s": 0.0,
        "fetch__deadline_s": 5,
    }


def test_a_feed_may_lead_to_items_of_the_trade(room: Newsroom, dataset: Dataset, tmp_path: Path):
    room.behave(
        PAGE,
        status=200,
        headers={"Content-Type": "application/xml"},
        body=g2_message(
            g2_item("urn:x:a", paragraphs=HARBOUR), g2_item("urn:x:b", paragraphs=LIBRARY)
        ),
    )
    (tmp_path / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>Gazette</title><item><title>A vote</title>'
        f"<link>{PAGE}</link></item></channel></rss>"
    )
    assert dataset.ingest(tmp_path / "feed.xml", **web(room)) == 0
    rows = {row["wire"]["guid"]: row for row in dataset.rows("articles")}
    assert set(rows) == {"urn:x:a", "urn:x:b"}
    assert rows["urn:x:a"]["requested_url"] == PAGE
    assert dataset.check() == 0

    assert run(["forget", str(dataset.root), "--url", PAGE]) == 0
    assert dataset.rows("articles") == []
    assert dataset.ingest(tmp_path / "feed.xml", f"newsml:{PAGE}", **web(room)) == 0
    assert dataset.rows("articles") == []
    assert dataset.check() == 0


def test_what_is_behind_an_address_and_under_embargo_is_asked_for_again(
    room: Newsroom, dataset: Dataset, tmp_path: Path
):
    held = nitf(
        HARBOUR,
        data='<date.issue norm="20260303T093000Z"/><date.release norm="21260303T093000Z"/>',
    )
    room.behave(PAGE, status=200, headers={"Content-Type": "application/xml"}, body=held)
    (tmp_path / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>Gazette</title><item><title>A vote</title>'
        f"<link>{PAGE}</link></item></channel></rss>"
    )
    assert dataset.ingest(tmp_path / "feed.xml", f"nitf:{PAGE}", **web(room)) == 0
    assert reasons(dataset) == ["embargoed", "embargoed"]
    assert dataset.rows("articles") == []
    room.behave(
        PAGE,
        status=200,
        headers={"Content-Type": "application/xml"},
        body=held.replace("21260303", "20260304"),
    )
    assert dataset.ingest(tmp_path / "feed.xml", **web(room)) == 0
    (row,) = dataset.rows("articles")
    assert row["published_at"].isoformat() == "2026-03-04T09:30:00+00:00"
    assert dataset.check() == 0


def linked(guid: str, href: str, *, kind: str = "text/html", version: int = 1) -> str:
    """Return an item whose text is at ``href``."""
    remote = f'<contentSet><remoteContent href="{href}" contenttype="{kind}"/></contentSet>'
    whole = g2_item(guid, version, headline=f"On {guid}")
    return whole[: whole.index("<contentSet>")] + remote + "</newsItem>"


def test_a_text_behind_an_address_is_fetched_and_joined_with_its_item(
    room: Newsroom, dataset: Dataset, tmp_path: Path
):
    text = "".join(f"<p>{part}</p>" for part in HARBOUR)
    answers = {
        "/a": ("text/html", f"<html><body>{text}</body></html>"),
        "/b": ("application/xml", nitf(LIBRARY, head="<byline>By Jo Lund</byline>")),
        "/c": ("image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1"),
        "/d": (
            "application/xml",
            nitf(
                HARBOUR,
                data='<date.issue norm="20260303T093000Z"/><date.release norm="21260303T093000Z"/>',
            ),
        ),
    }
    for path, (kind, body) in answers.items():
        room.behave(PAGE + path, status=200, headers={"Content-Type": kind}, body=body)
    (tmp_path / "a.xml").write_text(
        g2_message(
            *(linked(f"urn:x:{path[1:]}", PAGE + path) for path in answers),
            linked("urn:x:gone", PAGE + "/nowhere"),
            linked("urn:x:relative", "text.html"),
            linked("urn:x:photo", PAGE + "/a", kind="image/jpeg"),
        )
    )
    assert dataset.ingest(tmp_path / "a.xml", **web(room)) == 0
    rows = {row["wire"]["guid"]: row for row in dataset.rows("articles")}
    assert set(rows) == {"urn:x:a", "urn:x:b"}
    assert (rows["urn:x:a"]["text"], rows["urn:x:a"]["title"]) == (
        "\n\n".join(HARBOUR),
        "On urn:x:a",
    )
    assert rows["urn:x:a"]["requested_url"] == PAGE + "/a"
    assert rows["urn:x:b"]["text"] == "\n\n".join(LIBRARY)
    assert rows["urn:x:b"]["wire"]["usage_terms"] == "Not for archives."
    assert reasons(dataset) == [
        *("embargoed", "http_status", "no_article", "not_a_story", "not_a_story"),
    ]
    assert dataset.check() == 0


def test_an_item_behind_a_feeds_link_may_lead_on_to_its_text_on_the_same_site(
    room: Newsroom, dataset: Dataset, tmp_path: Path
):
    xml = {"Content-Type": "application/xml"}
    room.behave(PAGE, status=200, headers=xml, body=linked("urn:x:a", "/text", kind="text/plain"))
    text = PAGE.rpartition("/")[0] + "/text"
    plain = {"Content-Type": "text/plain"}
    room.behave(text, status=200, headers=plain, body="\n\n".join(HARBOUR))
    other = linked("urn:x:b", "https://elsewhere.example/text.html")
    room.behave(PAGE + "/other", status=200, headers=xml, body=other)
    (tmp_path / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>Gazette</title>'
        + "".join(
            f"<item><title>A vote</title><link>{url}</link></item>"
            for url in (PAGE, PAGE + "/other")
        )
        + "</channel></rss>"
    )
    assert dataset.ingest(tmp_path / "feed.xml", **web(room)) == 0
    (row,) = dataset.rows("articles")
    assert (row["wire"]["guid"], row["text"]) == ("urn:x:a", "\n\n".join(HARBOUR))
    assert row["requested_url"] == PAGE
    assert reasons(dataset) == ["no_article"]
    assert dataset.check() == 0


def rendition(guid: str, version: int, headline: str, created: str) -> str:
    """Return an item of ninjs whose text is at an address that others have too."""
    return json.dumps(
        {
            "uri": guid,
            "type": "text",
            "version": str(version),
            "versioncreated": created,
            "headline": headline,
            "renditions": {"main": {"href": PAGE + "/text", "mimetype": "text/html"}},
        }
    )


@pytest.fixture
def shared(room: Newsroom) -> Newsroom:
    """Serve one text that several items are of."""
    text = "".join(f"<p>{part}</p>" for part in HARBOUR)
    html = {"Content-Type": "text/html"}
    body = f"<html><body>{text}</body></html>"
    room.behave(PAGE + "/text", status=200, headers=html, body=body)
    return room


def titles(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Return guid, version and headline of what was written, and guid and "" of what repeats it."""
    rows = [
        (row["wire"]["guid"], row["wire"]["version"], row["title"])
        for row in dataset.rows("articles")
    ]
    return sorted(
        [*rows, *((row["source_id"] or "", "", "") for row in dataset.rows("duplicates"))]
    )


FIRST = rendition("urn:x:1", 1, "Old", "2026-03-03T09:30:00Z")
SECOND = rendition("urn:x:1", 2, "Corrected", "2026-03-03T10:30:00Z")
OTHER = rendition("urn:x:2", 1, "Another", "2026-03-03T09:30:00Z")


def test_items_with_one_address_are_each_joined_with_what_it_answers_once(
    shared: Newsroom, dataset: Dataset, tmp_path: Path
):
    for name, body in (("a", FIRST), ("b", SECOND), ("c", OTHER)):
        (tmp_path / f"{name}.json").write_text(body)
    (tmp_path / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>Gazette</title><item><title>A vote</title>'
        f"<link>{PAGE}/text</link></item></channel></rss>"
    )
    names = [tmp_path / name for name in ("feed.xml", "a.json", "b.json", "c.json")]
    assert dataset.ingest(*names, **web(shared)) == 0
    found = titles(dataset)
    assert ("urn:x:1", "1", "Old") in found
    assert ("urn:x:1", "2", "Corrected") in found
    assert any(guid == "urn:x:2" for guid, _, _ in found)
    assert dataset.ledger()("fetched") == 4
    assert [each.path for each in shared.log].count("/wire/text") == 1
    assert dataset.check() == 0


def test_an_item_with_a_known_address_is_read_whenever_it_was_made(
    shared: Newsroom, dataset: Dataset, tmp_path: Path
):
    (tmp_path / "a.json").write_text(FIRST)
    assert dataset.ingest(tmp_path / "a.json", **web(shared)) == 0
    (tmp_path / "b.json").write_text(SECOND)  # made long before its text was asked for
    (tmp_path / "c.json").write_text(OTHER)
    (tmp_path / "again.json").write_text(FIRST)
    names = [tmp_path / f"{name}.json" for name in ("a", "b", "c", "again")]
    assert dataset.ingest(*names, **web(shared)) == 0
    found = titles(dataset)
    assert ("urn:x:1", "2", "Corrected") in found
    assert any(guid == "urn:x:2" for guid, _, _ in found)
    assert dataset.ledger()("fetched") == 2

    assert dataset.ingest(*names[:3], **web(shared)) == 0
    assert dataset.ledger()("fetched") == 0
    assert titles(dataset) == found
    (tmp_path / "late.json").write_text(FIRST)
    dataset.ingest(tmp_path / "late.json", **web(shared))
    assert reasons(dataset) == ["superseded"]
    assert dataset.check() == 0


def test_items_of_a_polled_address_are_told_apart_by_their_versions(
    shared: Newsroom, dataset: Dataset
):
    json_type = {"Content-Type": "application/json"}
    shared.behave(PAGE, status=200, headers=json_type, body=f"[{FIRST}]")
    assert dataset.ingest(f"ninjs:{PAGE}", **web(shared)) == 0
    shared.behave(PAGE, status=200, headers=json_type, body=f"[{SECOND}, {OTHER}]")
    assert dataset.ingest(f"ninjs:{PAGE}", **web(shared)) == 0
    found = titles(dataset)
    assert ("urn:x:1", "2", "Corrected") in found
    assert any(guid == "urn:x:2" for guid, _, _ in found)
    assert dataset.check() == 0


@pytest.mark.parametrize("itself", [False, True])
def test_a_text_that_several_links_lead_to_is_asked_for_once(
    shared: Newsroom, dataset: Dataset, tmp_path: Path, itself: bool
):
    links = {PAGE + "/one": FIRST, PAGE + "/two": OTHER}
    for url, body in links.items():
        shared.behave(url, status=200, headers={"Content-Type": "application/json"}, body=body)
    listed = [*links, PAGE + "/text"] if itself else links
    (tmp_path / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>Gazette</title>'
        + "".join(f"<item><title>A vote</title><link>{url}</link></item>" for url in listed)
        + "</channel></rss>"
    )
    assert dataset.ingest(tmp_path / "feed.xml", **web(shared)) == 0
    assert len(titles(dataset)) == len(listed)
    assert [each.path for each in shared.log].count("/wire/text") == 1
    assert dataset.check() == 0
