"""Explaining one article: each decision, the numbers, and how two texts differ."""

import io
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from jobs import PARAGRAPHS, Dataset
from rich.console import Console

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.explain import explain
from newsbeam.pipelines.explain_display import show_explanation
from newsbeam.transforms.core.identity import article_id, content_hash
from newsbeam.transforms.core.records import Article, Cleaning, Removed
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.core.settings import DatasetSettings, DuplicateSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.layout import partition_of
from newsbeam.transforms.dataset.writer import write_shard

STORY = [*PARAGRAPHS["harbour"], *PARAGRAPHS["library"]]


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(name: str, paragraphs: list[str], day: int = 2) -> dict[str, object]:
    return {
        "id": name,
        "url": f"https://{name}.example/story",
        "publisher": name,
        "title": "A vote",
        "published_at": f"2026-03-{day:02d}T08:00:00Z",
        "text": "\n\n".join(paragraphs),
    }


def explained(dataset: Dataset, asked: str, capsys):
    capsys.readouterr()
    assert run(["explain", str(dataset.root), asked, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_near_duplicate_shows_the_numbers_and_the_difference(
    dataset: Dataset, tmp_path: Path, capsys
):
    copy = [STORY[0].replace("on Tuesday", "late on Monday"), *STORY[1:-1]]
    dataset.ingest(write(tmp_path / "a.jsonl", row("first", STORY)))
    dataset.ingest(write(tmp_path / "b.jsonl", row("copy", copy, 3), row("third", STORY, 4)))
    answer = explained(dataset, "https://copy.example/story?utm_source=x", capsys)
    (repeats,) = answer["repeats"]
    assert (repeats["how"], repeats["duplicate_of_url"]) == ("near", "https://first.example/story")
    assert (repeats["commit"], repeats["source_id"]) == (2, "copy")
    compared = answer["comparisons"]["duplicate 1"]
    assert compared["verdict"]["same"]
    assert compared["verdict"]["similarity"] == pytest.approx(repeats["similarity"])
    assert {"covered", "aligned", "basis"} <= compared["verdict"].keys()
    changed = [(each["op"], each["text"]) for each in compared["changes"] if each["op"] != "same"]
    assert changed[:3] == [("added", "late"), ("removed", "Tuesday"), ("added", "Monday")]
    assert [each["publisher"] for each in answer["copies"]] == ["third"]

    assert run(["explain", str(dataset.root), "https://copy.example/story"]) == 0
    said = capsys.readouterr().out
    assert "found by nearly its text" in said
    assert "[-Tuesday-]" in said
    assert "\x1b" not in said


def test_a_revision_shows_what_changed(dataset: Dataset, tmp_path: Path, capsys):
    dataset.ingest(write(tmp_path / "a.jsonl", row("paper", STORY)))
    corrected = [STORY[0], STORY[1].replace("41 million", "44 million"), *STORY[2:]]
    dataset.ingest(write(tmp_path / "b.jsonl", row("paper", corrected)))
    first, second = explained(dataset, "https://paper.example/story", capsys)["revisions"]
    assert (first["revision"], second["revision"]) == (1, 2)
    assert second["supersedes"] is not None
    assert run(["explain", str(dataset.root), second["article_id"]]) == 0
    said = capsys.readouterr().out
    assert "1 words removed, 1 added" in said
    assert "[-41-] {+44+} million" in said


def test_the_local_time_and_where_the_title_is_from_are_shown(
    dataset: Dataset, tmp_path: Path, capsys
):
    story = row("paper", STORY) | {"published_at": "2026-03-02T21:30:00-05:00"}
    dataset.ingest(write(tmp_path / "a.jsonl", story))
    assert run(["explain", str(dataset.root), "https://paper.example/story"]) == 0
    said = capsys.readouterr().out
    assert "2026-03-03T02:30:00+00:00 (2026-03-02 21:30-05:00 there, from row, to the" in said
    assert "A vote (from row)" in said


REMOVED = (
    Removed(kind="headline", text="A vote on the breakwater"),
    Removed(kind="related", text="Older: the storm of January"),
    Removed(kind="byline", text="By Ana Moreira"),
    Removed(kind="related", text="Older: \x1b[31mthe fleet"),
)


def commit_article(root: Path, **fields: object) -> str:
    """Commit one row that is made by hand and return its URL."""
    url, now = "https://paper.example/story", datetime(2026, 3, 3, 8, tzinfo=UTC)
    text = "\n\n".join(STORY)
    identity = article_id(url, content_hash(text))
    row = Article(
        article_id=identity,
        url=url,
        canonical_url=url,
        requested_url=url,
        domain="paper.example",
        host="paper.example",
        text=text,
        language="en",
        language_confidence=0.9,
        fetched_at=now,
        first_seen_at=now,
        word_count=130,
        char_count=len(text),
        sentence_count=9,
        reading_minutes=1,
        completeness="full",
        cluster_id=identity,
        content_hash=content_hash(text),
        extractor="newsbeam",
        source_kind="feed",
        source_ref="https://paper.example/feed",
        pipeline_version="0",
        **fields,
    )
    settings = DatasetSettings()
    partition = partition_of("articles", row)
    file = write_shard(str(root), "u1", "articles", partition, [row], settings)
    commit_unit(str(root), "u1", [file], {}, base=0, info={}, settings=settings)
    return url


def test_what_was_taken_out_of_a_page_is_shown_by_kind(dataset: Dataset, capsys):
    cleaning = (Cleaning(rule="removed_related", count=2),)
    url = commit_article(dataset.root, page_kind="article", removed=REMOVED, cleaning=cleaning)
    (row,) = explained(dataset, url, capsys)["revisions"]
    assert row["page_kind"] == "article"
    assert row["cleaning"] == [{"rule": "removed_related", "count": 2}]
    assert [(each["kind"], each["text"]) for each in row["removed"]] == [
        (each.kind, each.text) for each in REMOVED
    ]
    assert run(["explain", str(dataset.root), url]) == 0
    said = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert {"page_kind article", "cleaning removed_related 2"} <= set(lines)
    at = lines.index("taken out headline 1, related 2, byline 1")
    assert lines[at + 1 :] == [
        "headline A vote on the breakwater",
        "related Older: the storm of January",
        "Older: \N{REPLACEMENT CHARACTER}[31mthe fleet",
        "byline By Ana Moreira",
    ]
    assert "\x1b" not in said


def test_on_a_terminal_it_is_coloured_by_whether_it_has_a_column_of_its_own(dataset: Dataset):
    url = commit_article(dataset.root, removed=REMOVED[1:3])
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="standard", width=200)
    show_explanation(console, explain(str(dataset.root), url, DuplicateSettings()), False)
    assert "\x1b[31mOlder: the storm of January" in screen.getvalue()
    assert "\x1b[32mBy Ana Moreira" in screen.getvalue()


def test_where_nothing_was_taken_out_nothing_is_said_of_it(dataset: Dataset, capsys):
    url = commit_article(dataset.root)
    assert run(["explain", str(dataset.root), url]) == 0
    said = capsys.readouterr().out
    assert "taken out" not in said
    assert "page_kind" not in said


def test_a_report_counts_kinds_of_page_and_reads_files_that_do_not_have_them(
    dataset: Dataset, tmp_path: Path, capsys, monkeypatch
):
    with monkeypatch.context() as patch:
        older = partial(file_schema, version=3)
        patch.setattr("newsbeam.transforms.dataset.rows.file_schema", older)
        patch.setattr("newsbeam.transforms.dataset.encoding.file_schema", older)
        commit_article(dataset.root, page_kind="article", removed=REMOVED)
    dataset.ingest(write(tmp_path / "a.jsonl", row("other", STORY[:3])))
    capsys.readouterr()
    assert run(["report", str(dataset.root), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["page_kinds"] == {"unknown": 2}
    (revision,) = explained(dataset, "https://paper.example/story", capsys)["revisions"]
    assert (revision["page_kind"], revision["removed"]) == (None, [])


def test_a_reject_shows_its_reason(dataset: Dataset, tmp_path: Path, capsys):
    rows = [row("paper", STORY), {"url": "https://short.example/story", "text": "Too short."}]
    dataset.ingest(write(tmp_path / "a.jsonl", *rows))
    (reject,) = explained(dataset, "https://short.example/story", capsys)["rejects"]
    assert reject["stage"] == "extract"
    assert explained(dataset, reject["reject_id"], capsys)["rejects"] == [reject]


def test_what_was_read_from_a_file_is_known_by_its_name(
    dataset: Dataset, tmp_path: Path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.jsonl", row("first", STORY), {"id": "nothing"})
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    dataset.ingest(tmp_path / "a.jsonl", tmp_path / "noise.bin")
    (revision,) = explained(dataset, "a.jsonl#1", capsys)["revisions"]
    assert revision["url"] == "https://first.example/story"
    (reject,) = explained(dataset, str(tmp_path / "a.jsonl#2"), capsys)["rejects"]
    assert reject["reason"] == "bad_row"
    (reject,) = explained(dataset, "noise.bin", capsys)["rejects"]
    assert (reject["stage"], reject["reason"]) == ("poll", "not_text")


def test_what_nobody_knows_is_wrong_usage(dataset: Dataset, tmp_path: Path, capsys):
    dataset.ingest(write(tmp_path / "a.jsonl", row("paper", STORY)))
    assert run(["explain", str(dataset.root), "https://paper.example/other"]) == 2
    assert "Nothing in" in capsys.readouterr().err


def test_text_from_outside_is_inert(dataset: Dataset, tmp_path: Path, capsys):
    dataset.ingest(write(tmp_path / "a.jsonl", row("first", STORY)))
    copy = {**row("copy", ["[red]Dateline[/red] \x1b[31m", *STORY]), "title": "\x1b]0;x\x07"}
    dataset.ingest(write(tmp_path / "b.jsonl", copy))
    assert run(["explain", str(dataset.root), "https://copy.example/story"]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "[red]Dateline[/red]" in said


def test_small_files_are_merged_and_the_index_made_anew(dataset: Dataset, tmp_path: Path, capsys):
    for name in ("a", "b", "c"):
        text = [f"{paragraph} Thus the {name} paper." for paragraph in STORY]
        dataset.ingest(write(tmp_path / f"{name}.jsonl", row(name, text)), duplicates__near=False)
    before = dataset.rows("articles")
    capsys.readouterr()
    assert run(["compact", str(dataset.root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["before"] == 9
    assert run(["compact", str(dataset.root), "--date", "2026-03-02"]) == 0
    assert "Nothing to merge" in capsys.readouterr().out
    assert run(["reindex", str(dataset.root)]) == 0
    assert "3 rows" in capsys.readouterr().out
    assert dataset.check() == 0
    assert len(dataset.rows("articles")) == len(before) == 3
    assert run(["compact", str(dataset.root), "--date", "yesterday"]) == 2
