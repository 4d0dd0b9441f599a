"""Explaining one article: each decision, the numbers, and how two texts differ."""

import json
from pathlib import Path

import pytest
from jobs import PARAGRAPHS, Dataset

from pipelines.cli import run

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


def test_a_reject_shows_its_reason(dataset: Dataset, tmp_path: Path, capsys):
    rows = [row("paper", STORY), {"url": "https://short.example/story", "text": "Too short."}]
    dataset.ingest(write(tmp_path / "a.jsonl", *rows))
    (reject,) = explained(dataset, "https://short.example/story", capsys)["rejects"]
    assert reject["stage"] == "extract"
    assert explained(dataset, reject["reject_id"], capsys)["rejects"] == [reject]


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
