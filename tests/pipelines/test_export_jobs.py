"""What is exported and read again gives the same articles."""

import json
from pathlib import Path

import pytest
from jobs import PARAGRAPHS, Dataset, page
from wires import g2_item, g2_message, nitf

from newsbeam.pipelines.cli import run

SAME = (
    *("article_id", "revision", "supersedes", "content_hash", "text", "title", "subtitle"),
    *("summary", "authors", "tags", "section", "language", "published_at", "publisher"),
    *("published_precision", "published_flags", "published_utc_offset", "agency"),
    *("dateline_place", "canonical_url", "withdrawn"),
)


def kept(dataset: Dataset) -> dict[tuple[str, int], dict[str, object]]:
    return {
        (row["article_id"], row["revision"]): {name: row[name] for name in SAME}
        for row in dataset.rows("articles")
    }


@pytest.fixture
def full(dataset: Dataset, tmp_path: Path) -> Dataset:
    kill = g2_item(
        version=3, created="2026-03-03T12:00:00+01:00", status="canceled", meta="<edNote>K</edNote>"
    )
    (tmp_path / "a.xml").write_text(
        g2_message(
            g2_item(paragraphs=PARAGRAPHS["harbour"]),
            g2_item(version=2, paragraphs=PARAGRAPHS["harbour"][:2], headline="A & B <C>"),
            kill,
        )
    )
    (tmp_path / "b.xml").write_text(
        nitf(
            ("Nobody had seen the lock keeper since noon.", "She is “on leave” & well."),
            data='<date.issue norm="20260303T093000"/>',
        )
    )
    (tmp_path / "c.html").write_text(page("library", url="https://gazette.example/barge?id=1"))
    assert dataset.ingest(*(tmp_path / name for name in ("a.xml", "b.xml", "c.html"))) == 0
    return dataset


@pytest.mark.parametrize("form", ["ninjs", "jsonl", "newsml"])
def test_what_is_read_again_gives_the_same_rows(full: Dataset, tmp_path: Path, form: str):
    out = tmp_path / f"out.{form}"
    assert run(["export", str(full.root), "--format", form, "-o", str(out)]) == 0
    again = Dataset(tmp_path / "again")
    assert again.ingest(out) == 0
    assert kept(again) == kept(full)
    assert again.check() == 0


def test_a_query_chooses_what_is_written(full: Dataset, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    query = ["--where", "wire.version=2", "--since", "2026-03-03", "--until", "2026-03-03"]
    assert run(["export", str(full.root), "--format", "jsonl", "-o", str(out), *query]) == 0
    (line,) = out.read_text().splitlines()
    assert json.loads(line)["wire"]["version"] == "2"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "pdf"], "ninjs, jsonl, newsml"),
        (["--format", "jsonl", "--where", "titel=x"], "no such column"),
        (["--format", "jsonl", "--where", "title"], "COLUMN=VALUE"),
        (["--format", "jsonl", "--where", "tags=x"], "one text"),
        (["--format", "jsonl", "--since", "yesterday"], "2026-11-22"),
    ],
)
def test_a_mistake_ends_in_a_sentence(full: Dataset, capsys, arguments: list[str], told: str):
    assert run(["export", str(full.root), *arguments]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("form", ["ninjs", "jsonl", "newsml"])
def test_a_day_of_fetching_does_not_become_one_of_publication(
    dataset: Dataset, tmp_path: Path, form: str
):
    (tmp_path / "undated.txt").write_text("\n\n".join(PARAGRAPHS["harbour"]))
    assert dataset.ingest(tmp_path / "undated.txt") == 0
    out = tmp_path / f"out.{form}"
    assert run(["export", str(dataset.root), "--format", form, "-o", str(out)]) == 0
    again = Dataset(tmp_path / "again")
    assert again.ingest(out) == 0
    assert [row["published_at"] for row in again.rows("articles")] == [None]


def test_a_file_that_is_there_stays_until_the_new_one_is_whole(
    full: Dataset, tmp_path: Path, capsys
):
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "news.jsonl"
    out.write_text("of yesterday")
    argv = ["export", str(full.root), "--format", "jsonl", "-o", str(out)]
    assert run([*argv, "--where", "titel=x"]) == 2
    assert out.read_text() == "of yesterday"
    file = next((full.root / "articles").rglob("*.parquet"))
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    assert run(argv) == 1
    assert out.read_text() == "of yesterday"
    file.write_bytes(whole)
    capsys.readouterr()
    assert run(argv) == 0
    assert capsys.readouterr().err == f"Wrote {out}: 5 articles.\n"
    assert len(out.read_text().splitlines()) == 5
    assert list(out.parent.iterdir()) == [out]
