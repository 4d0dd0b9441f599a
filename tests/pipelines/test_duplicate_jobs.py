"""One story once: copies with edits, within a pass and across passes, with their evidence."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from jobs import ORCHARDS, PARAGRAPHS, Dataset, page

from newsbeam.transforms.core.ledger import total
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.writer import to_ledger
from newsbeam.transforms.dedup.verify import compare_texts

STORY = [*PARAGRAPHS["harbour"], *PARAGRAPHS["library"]]
OTHER = [*ORCHARDS[:3]]


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(name: str, paragraphs: list[str], *, day: int = 3) -> dict[str, object]:
    return {
        "url": f"https://{name}.example/story",
        "publisher": name,
        "published_at": f"2026-03-{day:02d}T08:00:00Z",
        "text": "\n\n".join(paragraphs),
    }


def edited(paragraphs: list[str]) -> list[str]:
    """Return the story as another desk would print it: a dateline before it, its end cut."""
    return [f"PORT ELLERY (Coast Wire) - {paragraphs[0]}", *paragraphs[1:-1]]


@pytest.mark.parametrize("in_one_pass", [True, False])
def test_an_edited_copy_is_a_near_duplicate_with_its_evidence(
    dataset: Dataset, tmp_path: Path, in_one_pass: bool
):
    first, copy = row("first", STORY, day=2), row("copy", edited(STORY), day=3)
    if in_one_pass:
        dataset.ingest(write(tmp_path / "a.jsonl", copy, first))
    else:
        dataset.ingest(write(tmp_path / "a.jsonl", first))
        dataset.ingest(write(tmp_path / "b.jsonl", copy))
    (kept,) = dataset.rows("articles")
    (found,) = dataset.rows("duplicates")
    assert kept["canonical_url"] == "https://first.example/story"
    assert (found["how"], found["duplicate_of"]) == ("near", kept["article_id"])
    assert found["duplicate_of_url"] == kept["canonical_url"]
    assert found["cluster_id"] == kept["cluster_id"]
    assert 0.5 < found["similarity"] < 1.0
    assert found["containment"] > 0.9
    assert dataset.ledger()("near_duplicate") == 1
    assert dataset.check() == 0


def test_what_was_written_first_stays_though_the_copy_was_published_later(
    dataset: Dataset, tmp_path: Path
):
    dataset.ingest(write(tmp_path / "a.jsonl", row("late", STORY, day=9)))
    dataset.ingest(write(tmp_path / "b.jsonl", row("early", edited(STORY), day=1)))
    (kept,) = dataset.rows("articles")
    assert kept["publisher"] == "late"


@pytest.mark.parametrize("in_one_pass", [True, False])
def test_pages_with_one_canonical_are_the_articles_that_they_are(
    dataset: Dataset, tmp_path: Path, in_one_pass: bool
):
    rows = [
        {
            "url": f"https://paper.example/2026/{story}-story-of-the-day",
            "html": page(story, url="/topics/town", title=f"{story} makes news".capitalize()),
        }
        for story in ("harbour", "library")
    ]
    files = [write(tmp_path / f"{number}.jsonl", each) for number, each in enumerate(rows)]
    for each in [files] if in_one_pass else [files[:1], files[1:]]:
        dataset.ingest(*each)
    for file, each in zip(files, rows, strict=True):  # the file is new, what it says is not
        write(file, each, {"text": OTHER[0] + OTHER[1]})
    dataset.ingest(*files)
    found = {each["url"]: each for each in dataset.rows("articles") if each["url"]}
    assert len(found) == len({each["article_id"] for each in found.values()}) == 2
    assert {each["revision"] for each in found.values()} == {1}
    assert found[rows[1]["url"]]["canonical_url"] == rows[1]["url"]
    assert dataset.ledger()("unchanged") == 2
    assert dataset.check() == 0


def test_articles_that_share_a_block_stay_apart(dataset: Dataset, tmp_path: Path):
    one = row("one", [*PARAGRAPHS["harbour"], OTHER[0]])
    two = row("two", [*PARAGRAPHS["library"], OTHER[0]])
    dataset.ingest(write(tmp_path / "a.jsonl", one, two))
    assert len(dataset.rows("articles")) == 2


def test_a_later_revision_is_no_duplicate_of_the_first(dataset: Dataset, tmp_path: Path):
    dataset.ingest(write(tmp_path / "a.jsonl", row("paper", STORY)))
    dataset.ingest(write(tmp_path / "b.jsonl", row("paper", [*STORY, *OTHER[:1]])))
    assert sorted(each["revision"] for each in dataset.rows("articles")) == [1, 2]
    assert dataset.check() == 0


def test_a_near_duplicate_that_is_read_again_is_unchanged(dataset: Dataset, tmp_path: Path):
    path = tmp_path / "a.jsonl"
    dataset.ingest(write(path, row("first", STORY, day=2), row("copy", edited(STORY))))
    rows = [row("first", STORY, day=2), row("copy", edited(STORY)), row("new", OTHER)]
    dataset.ingest(write(path, *rows))
    assert (dataset.ledger()("unchanged"), dataset.ledger()("written")) == (2, 1)
    assert len(dataset.rows("duplicates")) == 1
    assert dataset.check() == 0


def test_ten_passes_in_the_order_of_writing_give_what_one_gives(tmp_path: Path):
    rows = [
        row("a", STORY, day=1),
        row("b", edited(STORY), day=2),
        row("c", OTHER, day=3),
        row("d", [*OTHER, "The union meets again in May."], day=4),
        row("e", STORY[1:], day=5),
    ]
    whole, parts = Dataset(tmp_path / "whole"), Dataset(tmp_path / "parts")
    whole.ingest(write(tmp_path / "all.jsonl", *reversed(rows)))
    for number, each in enumerate(rows):
        parts.ingest(write(tmp_path / f"{number}.jsonl", each))

    def clusters(dataset: Dataset) -> set[tuple[str, str]]:
        found = dataset.rows("articles") + dataset.rows("duplicates")
        return {(each["article_id"], each["cluster_id"]) for each in found}

    assert clusters(whole) == clusters(parts)
    assert len({cluster for _, cluster in clusters(whole)}) == 2


#: Each shares seven of its eight paragraphs with its neighbour, and the first six with the last.
CHAIN = {name: [*STORY, *ORCHARDS][at : at + 8] for at, name in enumerate("abc")}


def alike(one: str, other: str) -> bool:
    return compare_texts(one, other, DuplicateSettings()).same


@pytest.mark.parametrize(
    ("order", "in_one_pass", "small_bytes"),
    [
        ("abc", True, None),
        ("bac", True, None),
        ("bac", True, 0),  # by Beam
        ("abc", False, None),
        ("cab", False, None),
        ("bac", False, None),
        ("bac", False, 0),
    ],
)
def test_what_holds_of_a_chain_however_it_is_divided_into_passes(
    tmp_path: Path, order: str, in_one_pass: bool, small_bytes: int | None
):
    texts = {name: "\n\n".join(text) for name, text in CHAIN.items()}
    assert alike(texts["a"], texts["b"])
    assert alike(texts["b"], texts["c"])
    assert not alike(texts["a"], texts["c"])
    dataset = Dataset(tmp_path / "dataset")
    rows = [row(name, CHAIN[name], day=3 + "abc".index(name)) for name in order]
    dataset.ingest(
        write(tmp_path / "chain.jsonl", *rows),
        passes__max_bytes=10**6 if in_one_pass else 1,
        passes__small_bytes=small_bytes,
    )
    assert len(read_commits(str(dataset.root))) == (1 if in_one_pass else 3)
    written = {each["article_id"]: each["text"] for each in dataset.rows("articles")}
    repeated = dataset.rows("duplicates")
    # What was written first stays: within a pass what was published first, whatever the order.
    assert len(written) == (1 if order == "bac" and not in_one_pass else 2)
    assert len(written) + len(repeated) == 3
    assert all(alike(each["text"], written[each["duplicate_of"]]) for each in repeated)
    assert not any(alike(*pair) for pair in combinations(written.values(), 2))
    assert dataset.check() == 0


@pytest.mark.parametrize("in_one_pass", [True, False])
def test_what_repeats_a_near_duplicate_word_for_word_is_one_itself(
    dataset: Dataset, tmp_path: Path, in_one_pass: bool
):
    rows = [
        row("first", STORY, day=1),
        row("copy", edited(STORY), day=2),
        row("twin", edited(STORY), day=3),
        row("twin", edited(STORY), day=3) | {"id": "the same page again"},
    ]
    max_bytes = 10**6 if in_one_pass else 1
    dataset.ingest(write(tmp_path / "a.jsonl", *rows), passes__max_bytes=max_bytes)
    (kept,) = dataset.rows("articles")
    found = dataset.rows("duplicates")
    assert {each["duplicate_of"] for each in found} == {kept["article_id"]}
    assert [each["how"] for each in found] == ["near"] * 3
    assert {each["text"] for each in found} == {"\n\n".join(edited(STORY))}
    assert len({each["similarity"] for each in found} | {1.0}) == 2
    ledgers = [to_ledger(each.ledger) for each in read_commits(str(dataset.root))]
    assert sum(total(each, "near_duplicate").count for each in ledgers) == 3
    assert dataset.check() == 0


def test_any_number_of_shards_gives_the_same_dataset(tmp_path: Path):
    rows = [row("a", STORY, day=1), row("b", edited(STORY), day=2), row("c", OTHER)]
    later = [row("d", [*OTHER, "The union meets again in May."]), row("e", STORY[1:], day=5)]
    later += [row("f", [*edited(OTHER[1:]), OTHER[0]], day=6), row("g", [OTHER[2]] * 2, day=7)]
    found = []
    for shards in (1, 8):
        dataset = Dataset(tmp_path / f"{shards}")
        dataset.ingest(write(tmp_path / "1.jsonl", *rows), duplicates__shards=shards)
        dataset.ingest(write(tmp_path / "2.jsonl", *later), duplicates__shards=shards)
        assert dataset.check() == 0
        names = ("article_id", "duplicate_of", "similarity", "cluster_id")
        both = dataset.rows("articles") + dataset.rows("duplicates")
        found.append({tuple(each.get(name) for name in names) for each in both})
    assert found[0] == found[1]
    assert len(found[0]) == 7


def test_what_lies_beyond_the_horizon_is_not_compared(dataset: Dataset, tmp_path: Path):
    dataset.ingest(write(tmp_path / "a.jsonl", row("first", STORY)))
    dataset.ingest(write(tmp_path / "b.jsonl", row("b", edited(STORY))), duplicates__near=False)
    assert len(dataset.rows("articles")) == 2
    copy = row("c", [*edited(STORY), OTHER[0]])
    dataset.ingest(write(tmp_path / "c.jsonl", copy), duplicates__horizon_days=1e-9)
    assert len(dataset.rows("articles")) == 3


URL = "https://paper.example/breakwater"


def with_advert(html: str, words: str) -> str:
    """Return a page with an advert between its paragraphs and a teaser beside them."""
    advert = f'<div class="advertisement"><p>{words} Order today and pay in May.</p></div>'
    teaser = f'<aside class="related"><h2>Most read</h2><ul><li>{words}</li></ul></aside>'
    first, rest = html.split("</p>", 1)
    return f"{first}</p>{advert}{rest.replace('</article>', f'</article>{teaser}')}"


def test_a_corrected_word_and_a_rewritten_story_are_revisions_a_changed_advert_is_not(
    dataset: Dataset, tmp_path: Path
):
    story = page("harbour", url=URL)
    rewritten = page("library", url=URL).replace("river barge", "barge on the river")
    versions = [
        with_advert(story, "Garden chairs for less than you think."),
        with_advert(story, "Seven winter coats that our testers would buy again."),
        with_advert(story.replace("41 million", "44 million"), "Garden chairs for less."),
        with_advert(rewritten, "Garden chairs for less than you think."),
    ]
    hashes = []
    for number, html in enumerate(versions):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / "page.html").write_text(html, encoding="utf-8")
        dataset.ingest(folder / "page.html")
        hashes.append(max(dataset.rows("articles"), key=lambda each: each["revision"]))
    assert [each["revision"] for each in hashes] == [1, 1, 2, 3]
    assert [each["supersedes"] for each in hashes[2:]] == [
        hashes[0]["content_hash"],
        hashes[2]["content_hash"],
    ]
    assert {each["cluster_id"] for each in hashes} == {hashes[0]["article_id"]}
    assert {each["first_seen_at"] for each in hashes} == {hashes[0]["first_seen_at"]}
    (repeat,) = dataset.rows("duplicates")
    assert (repeat["how"], repeat["duplicate_of"]) == ("url", hashes[0]["article_id"])
    assert dataset.check() == 0
