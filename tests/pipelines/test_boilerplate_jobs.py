"""Lines that recur over the articles of a site: learned in a pass, kept, and taken out."""

import json
from pathlib import Path

import pytest
from jobs import Dataset

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.demo import read_table

FOOTER = "Ellery Times: the paper of the northern coast since 1871"
NAMES = [f"{letter}na" for letter in "ABCDEFGHIJKLMNOP"]


def article(number: int, *, footer: bool = True) -> dict[str, object]:
    """One of many stories that have nothing in common but the line below them."""
    name, other = NAMES[number % 16], NAMES[(5 * number + 3) % 16]
    own = (
        f"{name} Marek of house {number} found a chest with {number + 3} coins below the stairs.",
        f"Her neighbour {other} says that the {number + 40} steps were built before the war.",
        f"Museum number {number % 7 + 2} wants to show it from day {number + 11} of the year on.",
    )
    return {
        "id": str(number),
        "url": f"https://ellery.example/story/{number}",
        "published_at": f"2026-03-{number % 27 + 1:02d}T08:00:00Z",
        "text": "\n\n".join([*own, FOOTER] if footer else own),
    }


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def outcomes(dataset: Dataset) -> set[tuple[object, ...]]:
    names = ("canonical_url", "revision", "text", "content_hash", "word_count", "char_count")
    return {tuple(row[name] for name in names) for row in dataset.rows("articles")}


def test_a_recurring_line_is_taken_out_and_kept_in_the_dataset(dataset: Dataset, tmp_path: Path):
    dataset.ingest(write(tmp_path / "a.jsonl", [article(n) for n in range(10)]))
    rows = dataset.rows("articles")
    assert len(rows) == 10
    assert not any(FOOTER in row["text"] for row in rows)
    assert all(row["quality_flags"] == ["site_boilerplate"] for row in rows)
    assert all(row["char_count"] == len(row["text"].replace("\n", "")) for row in rows)
    (line,) = dataset.rows("boilerplate")
    assert (line["domain"], line["line"]) == ("ellery.example", FOOTER)
    assert (line["articles"], line["site_articles"]) == (10, 10)
    assert dataset.check() == 0


def test_what_was_learned_serves_later_passes_from_their_first_article(
    dataset: Dataset, tmp_path: Path
):
    dataset.ingest(write(tmp_path / "a.jsonl", [article(n) for n in range(10)]))
    dataset.ingest(write(tmp_path / "b.jsonl", [article(20)]))
    assert not any(FOOTER in row["text"] for row in dataset.rows("articles"))
    assert len(dataset.rows("boilerplate")) == 1
    assert dataset.check() == 0


def test_a_page_read_again_is_not_revised_by_what_was_learned_meanwhile(
    dataset: Dataset, tmp_path: Path
):
    early = write(tmp_path / "early.jsonl", [article(n) for n in range(3)])
    dataset.ingest(early)
    dataset.ingest(write(tmp_path / "more.jsonl", [article(n) for n in range(3, 13)]))
    assert len(dataset.rows("boilerplate")) == 1
    for extra in (30, 31):  # another line of the file, so that it is read again
        write(early, [*(article(n) for n in range(3)), article(extra)])
        dataset.ingest(early)
        assert dataset.ledger()("unchanged") >= 3
    assert {row["revision"] for row in dataset.rows("articles")} == {1}
    assert len(dataset.rows("articles")) == 15
    assert dataset.check() == 0


def test_a_page_that_was_corrected_is_a_revision_without_the_line(dataset: Dataset, tmp_path: Path):
    early = write(tmp_path / "early.jsonl", [article(0)])
    dataset.ingest(early)
    dataset.ingest(write(tmp_path / "more.jsonl", [article(n) for n in range(3, 13)]))
    corrected = article(0)
    corrected["text"] = str(corrected["text"]).replace("3 coins", "4 coins")
    dataset.ingest(write(early, [corrected]))
    (revised,) = (row for row in dataset.rows("articles") if row["revision"] == 2)
    assert "4 coins" in revised["text"]
    assert FOOTER not in revised["text"]
    assert dataset.check() == 0


def test_an_index_made_anew_knows_the_texts_without_their_lines(dataset: Dataset, tmp_path: Path):
    path = write(tmp_path / "a.jsonl", [article(n) for n in range(10)])
    dataset.ingest(path)
    assert run(["reindex", str(dataset.root)]) == 0
    dataset.ingest(write(path, [article(n) for n in range(11)]))
    assert (dataset.ledger()("unchanged"), dataset.ledger()("written")) == (10, 1)
    assert dataset.check() == 0


@pytest.mark.parametrize("shards", [1, 7])
def test_order_and_shards_change_nothing(tmp_path: Path, shards: int):
    rows = [article(n, footer=n % 3 > 0) for n in range(20)]
    one, other = Dataset(tmp_path / "one"), Dataset(tmp_path / "other")
    one.ingest(write(tmp_path / "a.jsonl", rows))
    other.ingest(write(tmp_path / "b.jsonl", rows[::-1]), duplicates__shards=shards)
    assert outcomes(one) == outcomes(other)
    assert [row["line"] for row in read_table(str(one.root), "boilerplate")] == [FOOTER]


def test_can_be_switched_off(dataset: Dataset, tmp_path: Path):
    path = write(tmp_path / "a.jsonl", [article(n) for n in range(10)])
    dataset.ingest(path, text__learn_boilerplate=False)
    assert all(FOOTER in row["text"] for row in dataset.rows("articles"))
    assert dataset.rows("boilerplate") == []
