"""Two passes at once: the one that commits second must come out as if it had run second."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from transforms.core.records import Article
from transforms.dataset.index import IndexReader
from transforms.dataset.log import read_commits
from transforms.dataset.writer import to_ledger
from transforms.dedup.exact import duplicate_of, settle_same_text, settle_same_url


def judge(dataset, articles: Sequence[Article], base: int) -> list:
    """What the pipeline makes of articles, each of its own URL and text, at commit ``base``."""
    reader = IndexReader(dataset.root, base)
    known = reader.lookup_articles([each.article_id for each in articles])
    outcomes = [o for a in articles for o in settle_same_url([a], known.get(a.article_id))]
    texts = reader.lookup_texts([each.content_hash for each in articles])
    return [
        judged
        for outcome in outcomes
        for judged in (
            settle_same_text([outcome], texts.get(outcome.content_hash))
            if isinstance(outcome, Article)
            else [outcome]
        )
    ]


def summary(dataset) -> dict:
    articles = dataset.rows("articles")
    return {
        "articles": sorted((r["article_id"], r["revision"], r["supersedes"]) for r in articles),
        "duplicates": sorted(
            (r["article_id"], r["duplicate_of"], r["how"]) for r in dataset.rows("duplicates")
        ),
        "outcomes": sorted((r["entry_id"], r["outcome"]) for r in dataset.rows("index")),
    }


CASES = {
    "the same input": lambda a: ([a("a"), a("b")], [a("a"), a("b")]),
    "one article more": lambda a: ([a("a")], [a("a"), a("b")]),
    "another feed has it too": lambda a: ([a("a")], [a("a", source_id="other")]),
    "the text changed": lambda a: ([a("a")], [a("a", text="A new text.")]),
    "another URL has its text": lambda a: ([a("a")], [a("b", text=a("a").text)]),
    "nothing in common": lambda a: ([a("a")], [a("b")]),
    "in another language's folder": lambda a: ([a("a")], [a("a", language="de")]),
}


@pytest.mark.parametrize("case", CASES)
def test_the_second_commit_is_as_if_it_had_run_second(case, tmp_path, open_dataset, article):
    first, second = CASES[case](article)
    together, apart = open_dataset(tmp_path / "together"), open_dataset(tmp_path / "apart")

    apart.commit("u1", judge(apart, first, 0))
    apart.commit("u2", judge(apart, second, 1))

    rows = judge(together, second, 0)
    together.commit("u1", judge(together, first, 0))
    together.commit("u2", rows, base=0)

    assert summary(together) == summary(apart)
    assert together.audit().faults == ()


def test_a_revision_follows_the_one_that_was_faster(dataset, article):
    dataset.commit("u0", [article("a", text="First.")])
    ours = judge(dataset, [article("a", text="Ours.")], 1)
    theirs = judge(dataset, [article("a", text="Theirs.")], 1)
    dataset.commit("u1", theirs, base=1)
    dataset.commit("u2", ours, base=1)
    rows = sorted(dataset.rows("articles"), key=lambda row: row["revision"])
    assert [(row["text"], row["revision"]) for row in rows] == [
        ("First.", 1),
        ("Theirs.", 2),
        ("Ours.", 3),
    ]
    assert dataset.audit().faults == ()


def test_duplicates_follow_an_article_that_became_one_itself(dataset, article):
    theirs = article("a")
    ours = article("b", text=theirs.text)
    reprint = article("c", text="Nearly the same.")
    rows = [ours, duplicate_of(reprint, ours, how="near", similarity=0.8, containment=0.9)]
    dataset.commit("u1", [theirs])
    dataset.commit("u2", rows, base=0)
    found = {row["how"]: row for row in dataset.rows("duplicates")}
    assert found["exact"]["duplicate_of"] == theirs.article_id
    assert found["near"]["duplicate_of"] == theirs.article_id
    assert found["near"]["cluster_id"] == theirs.cluster_id
    assert round(found["near"]["similarity"], 3) == 0.8
    assert dataset.audit().faults == ()


def test_a_duplicate_that_the_other_pass_entered_is_not_entered_twice(dataset, article):
    a = article("a")
    rows = [a, duplicate_of(article("b"), a, how="near")]
    dataset.commit("u1", rows)
    commit = dataset.commit("u2", rows, base=0)
    assert len(dataset.rows("duplicates")) == 1
    assert to_ledger(commit.ledger)["unchanged", ""].count == 2
    assert dataset.audit().faults == ()


def test_rows_that_nobody_touched_keep_their_file(dataset, article):
    staged = dataset.stage("u2", [article("a", language="en"), article("b", language="de")])
    untouched = next(file for file in staged if "language=de" in file.path)
    dataset.commit("u1", [article("a", language="en")])
    commit = dataset.commit("u2", [article("a"), article("b", language="de")], base=0)
    assert untouched.path in {file.path for file in commit.files}


def test_losing_the_race_for_a_number_ends_as_the_next_one(dataset, article, monkeypatch):
    """The other commit lands between our look at the log and our record."""
    from transforms.dataset import commits

    real, raced = commits.append_commit, []

    def append_after_another(storage, commit):
        if not raced:
            raced.append(True)
            dataset.commit("faster", [article("a")])
        return real(storage, commit)

    monkeypatch.setattr(commits, "append_commit", append_after_another)
    mine = [article("a", source_id="other"), article("b")]
    commit = dataset.commit("slower", mine, base=0)
    assert commit.number == 2
    assert [each.unit for each in read_commits(dataset.root)] == ["faster", "slower"]
    assert len(dataset.rows("articles")) == 2
    assert [row["how"] for row in dataset.rows("duplicates")] == ["url"]
    assert dataset.files("staging") == []
    assert dataset.audit().faults == ()


def test_all_fields_survive_being_judged_again(dataset, article):
    before = article(
        "a", text="Another text.", tags=("t",), published_flags=("conflicting",), free_access=True
    )
    dataset.commit("u1", [article("a")])
    dataset.commit("u2", [before], base=0)
    row = next(row for row in dataset.rows("articles") if row["revision"] == 2)
    assert row["tags"] == ["t"]
    assert row["published_flags"] == ["conflicting"]
    assert row["free_access"] is True
    assert row["places"] == [{"name": "Vienna", "country": "AT", "count": 2}]
    assert row["published_at"] == before.published_at
    assert replace(before, revision=2).title == row["title"]
