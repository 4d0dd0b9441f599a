"""Whole jobs over news as the trade sends it: versions, kills, embargoes, archives, copies."""

import io
import json
import tarfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jobs import PARAGRAPHS, Dataset, page
from wires import g2_item, g2_message, nitf

from newsbeam.pipelines.cli import run

HARBOUR, LIBRARY = PARAGRAPHS["harbour"], PARAGRAPHS["library"]


def reasons(dataset: Dataset) -> list[str]:
    return sorted(row["reason"] for row in dataset.rows("rejects"))


def by_revision(dataset: Dataset) -> list[dict[str, object]]:
    return sorted(dataset.rows("articles"), key=lambda row: row["revision"])


def zipped(members: dict[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_all_that_an_item_says_is_in_its_row(dataset: Dataset, tmp_path: Path):
    (tmp_path / "item.xml").write_text(g2_item(paragraphs=HARBOUR))
    assert dataset.ingest(tmp_path / "item.xml") == 0
    (row,) = dataset.rows("articles")
    assert row["title"] == "A vote on the breakwater"
    assert row["text"] == "\n\n".join(HARBOUR)
    assert (row["authors"], row["agency"]) == (["Ana Moreira"], "Ellery Press")
    assert row["publisher"] == "Ellery Press"
    assert row["published_at"].isoformat() == "2026-03-03T08:30:00+00:00"
    assert row["published_utc_offset"] == 60
    assert (row["language"], row["source_kind"]) == ("en", "newsml")
    wire = row["wire"]
    assert (wire["guid"], wire["version"]) == ("urn:newsml:ellery.example:20260303:breakwater", "1")
    assert wire["content_created"] == "2026-03-03T09:10:00+01:00"
    assert (wire["urgency"], wire["slugline"]) == (4, "Harbour-Vote")
    assert wire["located"] == ["Port Ellery"]
    assert wire["usage_terms"] == "Not for archives."
    assert wire["subjects"][0] == {
        "code": "medtop:20000763",
        "name": "road transport",
        "uri": "http://cv.iptc.org/newscodes/mediatopic/20000763",
    }
    assert row["tags"] == ["road transport", "harbour"]
    assert row["withdrawn"] is None
    assert dataset.check() == 0


@pytest.mark.parametrize("obey", [False, True])
def test_versions_are_revisions_and_a_kill_is_the_last(
    dataset: Dataset, tmp_path: Path, obey: bool
):
    first = g2_item(version=1, paragraphs=HARBOUR)
    correction = g2_item(
        version=2,
        paragraphs=(*HARBOUR[:2], "Corrects the cost."),
        created="2026-03-03T11:00:00+01:00",
        meta='<edNote>Corrects: 41 million, not 14</edNote><signal qcode="sig:correction"/>',
    )
    kill = g2_item(
        version=3,
        paragraphs=HARBOUR,
        created="2026-03-03T12:00:00+01:00",
        status="canceled",
        meta="<edNote>Kill: the board has not voted.</edNote>",
    )
    # In the wrong order within one message, and the second one once more.
    (tmp_path / "a.xml").write_text(g2_message(correction, first, correction))
    assert dataset.ingest(tmp_path / "a.xml") == 0
    one, two = by_revision(dataset)
    assert (one["wire"]["version"], two["wire"]["version"]) == ("1", "2")
    assert two["wire"]["notes"][0]["text"] == "Corrects: 41 million, not 14"
    assert two["modified_at"].isoformat() == "2026-03-03T10:00:00+00:00"
    assert len(dataset.rows("duplicates")) == 1

    (tmp_path / "b.xml").write_text(kill)
    assert dataset.ingest(tmp_path / "b.xml", wires__obey_kills=obey) == 0
    *_, last = by_revision(dataset)
    assert (last["revision"], last["withdrawn"]) == (3, True)
    assert last["article_id"] == one["article_id"]
    told = "Kill: the board has not voted." if obey else "\n\n".join(HARBOUR)
    assert last["text"] == told
    assert (last["summary"] is None) == obey

    # What is older than the dataset's version comes too late; the kill itself is nothing new.
    (tmp_path / "late.xml").write_text(first.replace("March 3", "March 03"))
    (tmp_path / "b.xml").write_text(kill + "\n")
    assert dataset.ingest(tmp_path / "late.xml", tmp_path / "b.xml", wires__obey_kills=obey) == 0
    assert reasons(dataset) == ["superseded"]
    assert [row["revision"] for row in by_revision(dataset)] == ([3] if obey else [1, 2, 3])
    assert len(dataset.rows("duplicates")) == (0 if obey else 1)
    assert dataset.ledger()("unchanged") == 1
    assert dataset.check() == 0


def killed(version: int = 2) -> str:
    return g2_item(
        version=version,
        created="2026-03-03T12:00:00+01:00",
        status="canceled",
        headline="KILL",
        meta="<edNote>Kill: the board has not voted.</edNote>",
    )


def test_a_kill_in_the_same_pass_takes_the_story_with_it(dataset: Dataset, tmp_path: Path):
    story, copy = g2_item(paragraphs=HARBOUR), page("harbour", url="https://gazette.example/vote")
    (tmp_path / "a.xml").write_text(g2_message(story, killed()))
    (tmp_path / "b.html").write_text(copy)
    (tmp_path / "c.xml").write_text(g2_item("urn:x:other", paragraphs=LIBRARY))
    documents = [tmp_path / name for name in ("a.xml", "b.html", "c.xml")]
    assert dataset.ingest(*documents, wires__obey_kills=True) == 0
    rows = {(row["wire"]["guid"], row["revision"]) for row in dataset.rows("articles")}
    assert rows == {("urn:newsml:ellery.example:20260303:breakwater", 2), ("urn:x:other", 1)}
    assert dataset.rows("duplicates") == []  # the paper's copy had the wire's text
    assert dataset.check() == 0
    assert run(["reindex", str(dataset.root)]) == 0
    assert dataset.check() == 0


def test_what_was_killed_leaves_every_file_once_no_pass_can_need_it(
    dataset: Dataset, tmp_path: Path
):
    (tmp_path / "a.xml").write_text(g2_item(paragraphs=HARBOUR))
    assert dataset.ingest(tmp_path / "a.xml") == 0
    (tmp_path / "b.xml").write_text(killed())
    assert dataset.ingest(tmp_path / "b.xml", wires__obey_kills=True) == 0
    assert list((dataset.root / "replaced" / "articles").rglob("*.parquet"))
    over = ["--set", "dataset.staging_ttl_s=0.01"]
    assert run(["forget", str(dataset.root), "--domain", "nowhere.example"]) == 0  # a checkpoint
    assert run(["upkeep", str(dataset.root), *over]) == 0
    assert not list((dataset.root / "replaced" / "articles").rglob("*.parquet"))
    # The sender may give the article free again.
    (tmp_path / "c.xml").write_text(
        g2_item(version=3, created="2026-03-03T13:00:00+01:00", paragraphs=HARBOUR[:2])
    )
    assert dataset.ingest(tmp_path / "c.xml", wires__obey_kills=True) == 0
    assert [(row["revision"], row["withdrawn"]) for row in by_revision(dataset)] == [
        (2, True),
        (3, None),
    ]
    assert dataset.check() == 0


def test_upkeep_takes_out_what_a_pass_has_left(dataset: Dataset, tmp_path: Path):
    for name, text in (("a", g2_item(paragraphs=HARBOUR)), ("b", killed())):
        (tmp_path / f"{name}.xml").write_text(text)
        assert dataset.ingest(tmp_path / f"{name}.xml") == 0
    assert run(["upkeep", str(dataset.root)]) == 0
    assert len(dataset.rows("articles")) == 2
    assert run(["upkeep", str(dataset.root), "--set", "wires.obey_kills=true"]) == 0
    assert [row["revision"] for row in dataset.rows("articles")] == [2]
    assert dataset.check() == 0


def test_what_is_withheld_is_not_published(dataset: Dataset, tmp_path: Path):
    (tmp_path / "item.xml").write_text(g2_item(paragraphs=HARBOUR, status="withheld"))
    assert dataset.ingest(tmp_path / "item.xml") == 0
    (row,) = dataset.rows("articles")
    assert (row["withdrawn"], row["text"], row["title"], row["summary"]) == (True, "", None, None)
    assert dataset.check() == 0


def test_an_embargo_is_kept_and_its_end_too(dataset: Dataset, tmp_path: Path):
    ends = datetime.now(UTC) + timedelta(seconds=25)
    held = g2_item(
        "urn:x:held", paragraphs=HARBOUR, meta=f"<embargoed>{ends.isoformat()}</embargoed>"
    )
    for_ever = g2_item("urn:x:open", paragraphs=LIBRARY, meta="<embargoed/>")
    (tmp_path / "a.xml").write_text(g2_message(held, for_ever))
    assert dataset.ingest(tmp_path / "a.xml") == 0
    assert dataset.rows("articles") == []
    assert reasons(dataset) == ["embargoed", "embargoed"]
    assert not any("breakwater" in row["detail"] for row in dataset.rows("rejects"))
    time.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds() + 0.1))
    assert dataset.ingest(tmp_path / "a.xml") == 0
    (row,) = dataset.rows("articles")
    assert row["wire"]["guid"] == "urn:x:held"
    assert row["published_at"] >= ends.replace(microsecond=0)
    assert dataset.check() == 0


def test_archives_are_read_member_by_member(dataset: Dataset, tmp_path: Path):
    inner = zipped({"deep.xml": g2_item("urn:x:deep", paragraphs=LIBRARY)})
    too_deep = zipped({"b.zip": zipped({"c.zip": inner})})
    picture = g2_item("urn:x:photo", kind="picture")
    members = {
        "story.xml": g2_item("urn:x:story", paragraphs=HARBOUR),
        "photo.xml": picture,
        "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4,
        "inner.zip": inner,
        "more/a.zip": too_deep,
        "bomb.xml": b"<newsItem>" + b" " * (1 << 21),
    }
    (tmp_path / "all.zip").write_bytes(zipped(members))
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w:gz") as archive:
        data = json.dumps(
            {
                "uri": "urn:x:ninjs",
                "type": "text",
                "versioncreated": "2026-03-04T10:00:00Z",
                "headline": "On the water",
                "body_text": "\n\n".join(LIBRARY[1:]) + " The last stop is the lock at noon.",
            }
        ).encode()
        info = tarfile.TarInfo("one.json")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    (tmp_path / "more.tar.gz").write_bytes(plain.getvalue())
    (tmp_path / "cut.zip").write_bytes(zipped(members)[:-40])
    assert dataset.ingest(tmp_path / "*.*", read__max_text_bytes=1 << 20) == 0
    found = {row["wire"]["guid"]: row["source_ref"] for row in dataset.rows("articles")}
    assert found == {
        "urn:x:story": f"{tmp_path}/all.zip#story.xml",
        "urn:x:deep": f"{tmp_path}/all.zip#inner.zip#deep.xml",
        "urn:x:ninjs": f"{tmp_path}/more.tar.gz#one.json",
    }
    why = ["not_a_story", "not_text", "too_deep", "too_large", "truncated_archive"]
    assert reasons(dataset) == why
    assert dataset.check() == 0


def test_the_dispatch_stays_and_the_papers_copy_is_a_duplicate(dataset: Dataset, tmp_path: Path):
    # The paper dates its copy to the day, which is before the dispatch.
    copy = page("harbour", url="https://gazette.example/vote").replace("T09:30:00+01:00", "")
    (tmp_path / "a.html").write_text(copy)
    (tmp_path / "b.xml").write_text(g2_item(paragraphs=HARBOUR))
    assert dataset.ingest(tmp_path / "a.html", tmp_path / "b.xml") == 0
    (row,) = dataset.rows("articles")
    assert row["source_kind"] == "newsml"
    (duplicate,) = dataset.rows("duplicates")
    assert duplicate["url"] is None
    assert duplicate["duplicate_of"] == row["article_id"]
    assert dataset.check() == 0


def test_bad_input_has_one_outcome_each_and_the_run_goes_on(dataset: Dataset, tmp_path: Path):
    files = {
        "namespace.xml": g2_item("urn:x:1", paragraphs=HARBOUR, namespace=' xmlns="urn:wrong"'),
        "twice.xml": g2_message(
            g2_item("urn:x:2", paragraphs=LIBRARY),
            g2_item("urn:x:2", paragraphs=(*LIBRARY[:2], "The crew sings at the last quay.")),
        ),
        "empty.xml": g2_item("urn:x:3"),
        "zone.xml": nitf(
            ("Nobody had seen the lock keeper since noon.",),
            data='<date.issue norm="20260303T093000"/>',
        ),
        "control.xml": g2_item("urn:x:5", paragraphs=("\x08A bell\x07 rang twice at the lock.",)),
        "bomb.xml": '<!DOCTYPE nitf [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nitf>&b;</nitf>',
        "large.xml": g2_item("urn:x:7", paragraphs=("long " * 300_000,)),
        "cut.xml": g2_item("urn:x:8", paragraphs=HARBOUR)[:-200],
        "no.json": '{"uri": "urn:x:9", "versioncreated": ',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert dataset.ingest(*(tmp_path / name for name in files), read__max_text_bytes=1 << 20) == 0
    rows = {row["source_ref"].rpartition("/")[2]: row for row in dataset.rows("articles")}
    assert set(rows) == {
        *("namespace.xml", "twice.xml#1", "twice.xml#2", "zone.xml", "control.xml"),
    }
    assert sorted(rows[f"twice.xml#{number}"]["revision"] for number in (1, 2)) == [1, 2]
    assert rows["control.xml"]["text"] == "A bell rang twice at the lock."
    assert "timezone_assumed" in rows["zone.xml"]["published_flags"]
    assert rows["zone.xml"]["wire"]["version_created"] == "2026-03-03T09:30:00"
    found = {row["source_ref"].rpartition("/")[2]: row["reason"] for row in dataset.rows("rejects")}
    assert found == {
        "empty.xml": "not_a_story",
        "bomb.xml": "unsafe_xml",
        "large.xml": "too_large",
        "cut.xml": "bad_xml",
        "no.json": "bad_json",
    }
    assert dataset.check() == 0


def test_items_without_an_identifier_or_with_a_plain_one_have_one_outcome_each(
    dataset: Dataset, tmp_path: Path
):
    def named(guid: str, provider: str, text: tuple[str, ...], version: int = 1) -> str:
        whole = g2_item(
            guid, version, paragraphs=text, created=f"2026-03-03T{version + 8:02}:00:00Z"
        )
        whole = whole.replace('guid="" ', "")
        return whole.replace("Ellery Press</name>", f"{provider}</name>", 1)

    other = ("The crew sang at the last quay.", "Nobody had asked them to.")
    (tmp_path / "a.xml").write_text(
        g2_message(
            named("", "Ellery", HARBOUR),  # two versions that nothing ties together
            named("", "Ellery", (*HARBOUR[:1], *other), 2),
            named("", "Ellery", HARBOUR),  # the same once more
            named("17", "Ellery", LIBRARY),
            named("17", "Ellery", LIBRARY[:2], 2),
            named("17", "Ellery", LIBRARY[:2], 2),  # the same once more
            named("17", "Gazette", other),  # another sender's 17
        )
    )
    assert dataset.ingest(tmp_path / "a.xml") == 0
    found = sorted(
        (row["wire"]["guid"] or "", row["publisher"], row["revision"])
        for row in dataset.rows("articles")
    )
    assert found == [
        *(("", "Ellery", 1), ("", "Ellery", 1)),
        *(("17", "Ellery", 1), ("17", "Ellery", 2), ("17", "Gazette", 1)),
    ]
    assert len(dataset.rows("duplicates")) == 2
    assert dataset.check() == 0


def test_what_was_forgotten_of_an_outlet_is_not_read_again(dataset: Dataset, tmp_path: Path):
    for version in (1, 2):
        item = g2_item(version=version, paragraphs=HARBOUR[:version])
        (tmp_path / f"{version}.xml").write_text(item)
    assert dataset.ingest(tmp_path / "1.xml") == 0
    assert run(["forget", str(dataset.root), "--publisher", "Ellery Press"]) == 0
    assert dataset.rows("articles") == []
    assert dataset.ingest(tmp_path / "2.xml") == 0
    assert dataset.rows("articles") == []
    assert dataset.check() == 0
