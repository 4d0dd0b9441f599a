"""Quality: annotated on demand, and a reason to drop only where the configuration says so."""

import json
from pathlib import Path

from jobs import PARAGRAPHS, Dataset

LISTED = "\n\n".join(f"Berth {number}: free" for number in range(40))


def write(path: Path) -> Path:
    rows = [
        {"id": "report", "text": "\n\n".join(PARAGRAPHS["harbour"])},
        {"id": "list", "text": LISTED},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_nothing_is_measured_by_default(dataset: Dataset, tmp_path: Path):
    dataset.ingest(write(tmp_path / "a.jsonl"))
    assert [row["quality"] for row in dataset.rows("articles")] == [None, None]
    assert dataset.check() == 0


def test_annotation_drops_nothing(dataset: Dataset, tmp_path: Path):
    dataset.ingest(write(tmp_path / "a.jsonl"), quality__annotate=True)
    rows = {row["source_id"]: row for row in dataset.rows("articles")}
    report, listed = (
        {measure["name"]: measure["value"] for measure in rows[name]["quality"]}
        for name in ("report", "list")
    )
    assert report["word_count"] == rows["report"]["word_count"]
    assert "fineweb_short_lines" in rows["list"]["quality_flags"]
    assert listed["short_lines"] == 1.0
    assert "fineweb_short_lines" not in rows["report"]["quality_flags"]
    assert dataset.check() == 0


def test_a_rule_that_is_named_drops_with_a_reason(dataset: Dataset, tmp_path: Path):
    dataset.ingest(write(tmp_path / "a.jsonl"), quality__drop=["fineweb_short_lines"])
    (kept,) = dataset.rows("articles")
    (reject,) = dataset.rows("rejects")
    assert kept["source_id"] == "report"
    assert (reject["stage"], reject["reason"]) == ("extract", "low_quality")
    assert "fineweb_short_lines" in reject["detail"]
    assert dataset.check() == 0


def test_an_unknown_rule_is_a_wrong_configuration(dataset: Dataset, tmp_path: Path, capsys):
    assert dataset.ingest(write(tmp_path / "a.jsonl"), quality__drop=["gopher_typo"]) == 2
    assert "quality.drop" in capsys.readouterr().err
