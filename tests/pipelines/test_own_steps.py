"""Steps of a user's own: what they may do to rows, and what becomes of an article otherwise."""

import json

import pytest
from jobs import PARAGRAPHS, page

from newsbeam.transforms.core.own_steps import CHANGEABLE


@pytest.fixture
def pages(tmp_path):
    for story in ("harbour", "library"):
        (tmp_path / f"{story}.html").write_text(page(story), "utf-8")
    return tmp_path / "*.html"


def test_a_step_changes_columns_and_the_next_sees_it(dataset, pages):
    steps = ["own_rows:mark", "own_rows:mark", "own_rows:tag_revision"]
    assert dataset.ingest(pages, steps=steps) == 0
    for row in dataset.rows("articles"):
        assert row["section"] == "harbour"
        assert row["tags"] == ["marked", "marked", "revision-1"]
    assert dataset.check() == 0


@pytest.mark.parametrize(
    ("step", "reason", "detail"),
    [
        ("drop_libraries", "off_topic", "No libraries."),
        (
            "fail_on_libraries",
            "step_failed",
            "own_rows:fail_on_libraries raised RuntimeError: no shelf left",
        ),
        (
            "leave_on_libraries",
            "step_failed",
            "own_rows:leave_on_libraries raised SystemExit: 0",
        ),
    ],
)
def test_what_a_step_drops_or_fails_on_is_a_reject_and_the_run_goes_on(
    dataset, pages, step, reason, detail
):
    assert dataset.ingest(pages, steps=[f"own_rows:{step}"]) == 0
    [article] = dataset.rows("articles")
    assert "breakwater" in article["text"]
    [reject] = dataset.rows("rejects")
    assert (reject["stage"], reject["reason"], reject["detail"]) == ("step", reason, detail)
    assert reject["source_ref"].endswith("library.html")
    assert dataset.ledger()("rejected") == 1
    assert dataset.check() == 0


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("change_identity", "changed article_id, which a step may not"),
        ("change_text", "changed text, which a step may not"),
        ("forget_to_return", "returned NoneType instead of an Article or a Drop"),
        ("use_a_reason_of_ours", "'no_article' is a reason that newsbeam uses itself"),
        ("give_a_number_as_tag", "gave what a column cannot hold"),
        ("give_a_time_without_zone", "gave a time without a zone"),
        ("give_a_text_as_time", "'2026-01-01' is no time"),
        ("give_a_number_beyond_all", "gave what a column cannot hold"),
        ("give_a_time_before_all", "gave what a column cannot hold"),
        ("drop_without_a_sentence", "5 is no sentence"),
    ],
)
def test_what_a_step_may_not_do_costs_the_article(dataset, pages, step, says):
    dataset.ingest(pages, steps=[f"own_rows:{step}"])
    assert dataset.rows("articles") == []
    rejects = dataset.rows("rejects")
    assert [(each["stage"], each["reason"]) for each in rejects] == [("step", "step_failed")] * 2
    assert all(says in each["detail"] for each in rejects)
    assert dataset.check() == 0


def test_what_is_dropped_before_writing_takes_its_duplicates_along(dataset, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.html").write_text(page("harbour"), "utf-8")
    dataset.ingest(tmp_path / "*.html", steps=["own_rows:drop_all"])
    assert dataset.rows("articles") == []
    assert dataset.rows("duplicates") == []
    rejects = dataset.rows("rejects")
    assert [each["reason"] for each in rejects] == ["embargo_of_ours"] * 2
    assert sum("The article that it follows" in each["detail"] for each in rejects) == 1
    assert dataset.check() == 0


@pytest.mark.parametrize("small_bytes", [None, 0])  # 0: by Beam
def test_what_is_dropped_takes_along_the_copies_of_its_copies(dataset, tmp_path, small_bytes):
    story = [*PARAGRAPHS["harbour"], *PARAGRAPHS["library"]]
    texts = {"first": story, "copy": story[:-1], "twin": story[:-1]}
    rows = [
        {
            "url": f"https://{name}.example/story",
            "published_at": f"2026-03-0{day}",
            "text": "\n\n".join(text),
        }
        for day, (name, text) in enumerate(texts.items(), start=1)
    ]
    rows.append({**rows[-1], "id": "the page of the twin again"})
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
    settings = {"passes__small_bytes": small_bytes}
    dataset.ingest(tmp_path / "rows.jsonl", steps=["own_rows:drop_all"], **settings)
    assert dataset.rows("articles") == dataset.rows("duplicates") == []
    assert [each["reason"] for each in dataset.rows("rejects")] == ["embargo_of_ours"] * 4
    assert dataset.check() == 0


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("no_such_module:mark", "no_such_module:mark cannot be imported"),
        ("own_rows:no_such_step", "own_rows has nothing called no_such_step"),
        ("own_rows:NUMBER", "own_rows:NUMBER is no function"),
        ("own_rows", "String should match pattern"),
        (".own_rows:mark", "String should match pattern"),
        ("broken_rows:mark", "broken_rows cannot be imported: it raised NameError"),
        ("leaving_rows:mark", "leaving_rows cannot be imported: it raised SystemExit"),
    ],
)
def test_a_step_that_is_not_there_is_told_before_anything_is_read(
    dataset, pages, step, says, capsys
):
    assert dataset.ingest(pages, steps=[step]) == 2
    assert says in capsys.readouterr().err
    assert not dataset.root.exists()


def test_what_rows_are_known_by_is_not_to_be_changed():
    assert CHANGEABLE.isdisjoint(("article_id", "content_hash", "text", "url", "source_ref"))
