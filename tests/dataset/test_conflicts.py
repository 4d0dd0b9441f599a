"""Two passes at once: the one that commits second must come out as if it had run second."""

from dataclasses import replace

import pytest

from newsbeam.transforms.core.identity import item_id
from newsbeam.transforms.core.records import Wire
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.writer import to_ledger
from newsbeam.transforms.dedup.claims import replace_id
from newsbeam.transforms.dedup.exact import duplicate_of


def summary(dataset) -> dict:
    articles = dataset.rows("articles")
    return {
        "articles": sorted((r["article_id"], r["revision"], r["supersedes"]) for r in articles),
        "duplicates": sorted(
            (r["article_id"], r["duplicate_of"], r["how"]) for r in dataset.rows("duplicates")
        ),
        "outcomes": sorted((r["entry_id"], r["outcome"]) for r in dataset.rows("index")),
    }


STORIES = [
    "Nobody in the town had expected the old mill to be sold before the spring floods were over.",
    "Apples will be cheap this autumn because the frost stayed away from the valley in May.",
    "A judge is to hear sixty residents who want to stop the quarry behind their school house.",
]


def page_at(article, number, own=None, **fields):
    """One of three articles that all claim one URL."""
    url = f"https://news.example/{own or f'page{number}'}"
    return article(
        "claimed",
        **{
            "text": STORIES[number - 1],
            "title": f"The headline of number {number}",
            "url": url,
            "requested_url": url,
            **fields,
        },
    )


def item(article, version, text=None, **fields):
    """A version of one item of the trade, each from a file of its own."""
    wire = Wire(format="newsml-g2", guid="urn:newsml:ellery.example:1", version=str(version))
    text = text or f"{STORIES[0]} This is version {version}."
    row = article(None, text=text, wire=wire, source_ref=f"/wire/{version}.xml", **fields)
    return replace_id(row, item_id(wire.format, wire.guid, wire.version, wire.provider))


CASES = {
    "a later version of an item": lambda a: ([item(a, 1)], [item(a, 2)]),
    "a version that comes too late": lambda a: ([item(a, 2)], [item(a, 1)]),
    "a version between two": lambda a: ([item(a, 1), item(a, 3)], [item(a, 2), item(a, 4)]),
    "an item is taken back": lambda a: (
        [item(a, 1)],
        [item(a, 2, item(a, 1).text, withdrawn=True), a("b")],
    ),
    "the same input": lambda a: ([a("a"), a("b")], [a("a"), a("b")]),
    "one article more": lambda a: ([a("a")], [a("a"), a("b")]),
    "another feed has it too": lambda a: ([a("a")], [a("a", source_id="other")]),
    "the text changed": lambda a: ([a("a")], [a("a", text="A new text.")]),
    "another URL has its text": lambda a: ([a("a")], [a("b", text=a("a").text)]),
    "nothing in common": lambda a: ([a("a")], [a("b")]),
    "another page claims its URL": lambda a: ([page_at(a, 1)], [page_at(a, 2)]),
    "two other pages claim its URL": lambda a: (
        [page_at(a, 1)],
        [page_at(a, 2), page_at(a, 3), a("b")],
    ),
    "the page at the URL itself": lambda a: ([page_at(a, 1)], [page_at(a, 3, own="claimed")]),
    "a page that claims its URL": lambda a: ([page_at(a, 3, own="claimed")], [page_at(a, 1)]),
    "a duplicate of a false claim": lambda a: (
        [page_at(a, 2)],
        [page_at(a, 1), page_at(a, 1, source_id="other")],
    ),
    "in another language's folder": lambda a: ([a("a")], [a("a", language="de")]),
}


@pytest.mark.parametrize("case", CASES)
def test_the_second_commit_is_as_if_it_had_run_second(case, tmp_path, open_dataset, article):
    first, second = CASES[case](article)
    together, apart = open_dataset(tmp_path / "together"), open_dataset(tmp_path / "apart")

    apart.commit("u1", apart.judge(first, 0))
    apart.commit("u2", apart.judge(second, 1))

    rows = together.judge(second, 0)
    together.commit("u1", together.judge(first, 0))
    together.commit("u2", rows, base=0)

    assert summary(together) == summary(apart)
    assert together.audit().faults == ()


def test_a_revision_follows_the_one_that_was_faster(dataset, article):
    dataset.commit("u0", [article("a", text="First.")])
    ours = dataset.judge([article("a", text="Ours.")], 1)
    theirs = dataset.judge([article("a", text="Theirs.")], 1)
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


def test_duplicates_follow_an_article_that_the_other_pass_found_to_be_one(dataset, article):
    y, x = article("y"), article("x")
    dataset.commit("u1", [y, duplicate_of(x, y, how="near", similarity=0.7)])
    reprint = article("z", text="Much like x.")
    dataset.commit("u2", [x, duplicate_of(reprint, x, how="near", similarity=0.8)], base=0)
    found = {row["article_id"]: row for row in dataset.rows("duplicates")}
    assert found[reprint.article_id]["duplicate_of"] == y.article_id
    assert [row["article_id"] for row in dataset.rows("articles")] == [y.article_id]
    assert dataset.audit().faults == ()


def test_duplicates_go_on_naming_an_article_whose_later_text_is_a_duplicate(dataset, article):
    x, y = article("x"), article("y")
    dataset.commit("u1", [x, y])
    dataset.commit("u2", [duplicate_of(article("x", text="As y."), y, how="near")])
    reprint = duplicate_of(article("z"), x, how="near")
    dataset.commit("u3", [reprint], base=1)
    found = {row["article_id"]: row for row in dataset.rows("duplicates")}
    assert found[reprint.article_id]["duplicate_of"] == x.article_id
    assert dataset.audit().faults == ()


@pytest.mark.parametrize("shards", [1, 3])
def test_the_same_input_again_adds_no_rows_whatever_the_shards(dataset, article, events, shards):
    def stage_in_parts(unit, base):
        rows = dataset.judge(articles, base)
        parts = [part for n in range(shards) if (part := rows[n::shards])]
        return [file for part in parts for file in dataset.stage(unit, part)], events(rows)

    articles = [article(str(n), text=f"Text {n % 7}.", language="de") for n in range(20)]
    for number, unit in enumerate(["u1", "u2", "u3"]):
        staged, counted = stage_in_parts(unit, number)
        commit_unit(
            dataset.root, unit, staged, counted, base=number, info={}, settings=dataset.settings
        )
        assert len(dataset.rows("articles")) == 7
        assert len(dataset.rows("duplicates")) == 13
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
    from newsbeam.transforms.dataset import commits

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


STORY = (
    "The harbour board of Port Ellery voted on Tuesday to rebuild the northern breakwater, which "
    "two winter storms had damaged beyond repair. Work is to begin in March and to last two years. "
    "The board expects it to cost 41 million, a third of which the region has promised to pay. "
    "Fishing crews had asked for an earlier start. Their speaker said that each storm now costs "
    "the fleet a week at sea."
)
COPY = f"PORT ELLERY (Coast Wire) - {STORY}"
LATER = STORY.replace("on Tuesday", "late on Monday")


def commit_nearly(dataset, unit, rows, events, *, base):
    """Commit as the pipeline does: with the settings by which near-duplicates are judged."""
    return commit_unit(
        dataset.root,
        unit,
        dataset.stage(unit, rows),
        events(rows),
        base=base,
        info={},
        settings=dataset.settings,
        duplicates=DuplicateSettings(),
    )


def test_near_duplicates_of_two_passes_at_once_are_found(dataset, article, events):
    first, copy = article("first", text=STORY), article("copy", text=COPY)
    other = article("other")
    commit_nearly(dataset, "u1", [first], events, base=0)
    commit_nearly(dataset, "u2", [copy, other], events, base=0)
    assert {row["article_id"] for row in dataset.rows("articles")} == {
        first.article_id,
        other.article_id,
    }
    (found,) = dataset.rows("duplicates")
    assert (found["article_id"], found["how"]) == (copy.article_id, "near")
    assert (found["duplicate_of"], found["cluster_id"]) == (first.article_id, first.article_id)
    assert found["text"] == COPY
    assert found["containment"] > 0.9
    assert dataset.audit().faults == ()
    ledger = to_ledger(read_commits(dataset.root)[-1].ledger)
    assert (ledger["near_duplicate", ""].count, ledger["written", ""].count) == (1, 1)


def test_duplicates_of_what_became_a_duplicate_follow(dataset, article, events):
    first, copy, later = (
        article(slug, text=text)
        for slug, text in (("first", STORY), ("copy", COPY), ("later", LATER))
    )
    same = article("same", text=COPY)
    ours = [copy, duplicate_of(later, copy, how="near"), duplicate_of(same, copy, how="exact")]
    commit_nearly(dataset, "u1", [first], events, base=0)
    commit_nearly(dataset, "u2", ours, events, base=0)
    assert [row["article_id"] for row in dataset.rows("articles")] == [first.article_id]
    rows = dataset.rows("duplicates")
    assert {row["article_id"] for row in rows} == {each.article_id for each in (copy, later, same)}
    assert {(row["duplicate_of"], row["cluster_id"]) for row in rows} == {
        (first.article_id, first.article_id)
    }
    assert dataset.audit().faults == ()


def test_a_later_revision_is_not_compared_nearly(dataset, article, events):
    dataset.commit("u0", [article("a")])
    revision = dataset.judge([article("a", text=COPY)], 1)
    commit_nearly(dataset, "u1", [article("first", text=STORY)], events, base=1)
    commit_nearly(dataset, "u2", revision, events, base=1)
    assert len(dataset.rows("articles")) == 3
    assert dataset.audit().faults == ()


def test_compaction_meanwhile_changes_nothing(dataset, article, events):
    for slug in "abc":
        dataset.commit(slug, [article(slug)])
    copy = dataset.judge([article("copy", text=COPY), article("a")], 3)
    commit_nearly(dataset, "u1", [article("first", text=STORY)], events, base=3)
    compact(dataset.root, dataset.settings)
    commit_nearly(dataset, "u2", copy, events, base=3)
    assert len(dataset.rows("articles")) == 4
    assert [row["how"] for row in dataset.rows("duplicates")] == ["near"]
    assert dataset.audit().faults == ()
