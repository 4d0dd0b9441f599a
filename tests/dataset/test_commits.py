import pytest

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.ledger import Tally, imbalances
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.writer import to_ledger
from newsbeam.transforms.dedup.exact import duplicate_of, entry_of, unchanged


def test_a_unit_becomes_one_commit_with_all_its_rows(dataset, article, reject, poll):
    kept = article("a")
    rows = [
        kept,
        article("b", language="de"),
        duplicate_of(article("c"), kept, how="near"),
        reject("r"),
        poll(),
    ]
    commit = dataset.commit("u1", rows)
    assert commit.number == 1 == head(dataset.root)
    assert {file.table for file in commit.files} == {
        "articles",
        "duplicates",
        "rejects",
        "feeds",
        "index",
    }
    assert len(dataset.rows("articles")) == 2
    assert {row["unit"] for table in ("articles", "index") for row in dataset.rows(table)} == {"u1"}
    assert imbalances(to_ledger(commit.ledger)) == []
    assert dataset.audit().faults == ()
    assert dataset.audit().rows == {
        "articles": 2,
        "duplicates": 1,
        "rejects": 1,
        "feeds": 1,
        "index": 4,
        "boilerplate": 0,
    }


def test_only_finished_files_stand_in_data_folders_and_staging_is_empty(dataset, article):
    dataset.commit("u1", [article("a")])
    assert dataset.files("staging") == []
    assert all(name.endswith(".parquet") for name in dataset.files("articles"))
    assert dataset.files("commits") == ["commits/000000000001.json"]


def test_a_unit_without_rows_still_has_its_ledger(dataset):
    events = {("polled", ""): Tally.of(["s"]), ("not_modified", ""): Tally.of(["s"])}
    commit = commit_unit(dataset.root, "u1", [], events, base=0, info={}, settings=dataset.settings)
    assert to_ledger(commit.ledger) == events
    assert commit.files == ()


def test_committing_a_unit_again_gives_the_commit_that_stands(dataset, article):
    first = dataset.commit("u1", [article("a"), article("b")])
    # A retry of the whole unit, with files of its own and a later base.
    again = dataset.commit("u1", [article("a"), article("b")])
    assert again == first
    assert len(read_commits(dataset.root)) == 1
    assert len(dataset.rows("articles")) == 2
    assert dataset.files("staging") == []


def test_a_retry_with_files_that_are_published_already_succeeds(dataset, article):
    staged = dataset.stage("u1", [article("a")])
    commits = [
        commit_unit(dataset.root, "u1", staged, {}, base=0, info={}, settings=dataset.settings)
        for _ in range(2)
    ]
    assert commits[0] == commits[1]
    assert len(dataset.rows("articles")) == 1


def test_a_unit_that_is_done_again_with_other_inputs_loses_nothing(dataset, article):
    def commit_again(*slugs: str):
        rows = [article(slug) for slug in slugs]
        staged = dataset.stage("u1", rows)
        entries = Tally.of([entry_of(row) for row in rows])
        events = {(kind, ""): entries for kind in ("entries", "admitted", "fetched")}
        return commit_unit(
            dataset.root, "u1", staged, events, base=0, info={}, settings=dataset.settings
        )

    first = commit_again("a", "b")
    other = commit_again("b", "c")
    assert (first.number, other.number) == (1, 2)
    assert other.unit.startswith("u1-again-")
    assert sorted(row["url"][-1] for row in dataset.rows("articles")) == ["a", "b", "c"]
    assert to_ledger(other.ledger)["unchanged", ""].count == 1
    assert {row["unit"] for row in dataset.rows("articles") if row["url"][-1] == "c"} == {
        other.unit
    }
    assert commit_again("b", "c") == other
    assert commit_again("a", "b") == first
    assert dataset.files("staging") == []
    assert dataset.audit().faults == ()


def test_two_attempts_at_one_shard_count_once(dataset, article):
    staged = dataset.stage("u1", [article("a")]) + dataset.stage("u1", [article("a")])
    commit_unit(dataset.root, "u1", staged, {}, base=0, info={}, settings=dataset.settings)
    assert len(dataset.rows("articles")) == 1
    assert len(dataset.rows("index")) == 1


def test_a_reject_that_repeats_is_counted_but_not_written_again(dataset, reject):
    dataset.commit("u1", [reject("r"), reject("s")])
    commit = dataset.commit("u2", [reject("r"), reject("t")])
    assert [row["reject_id"] for row in dataset.rows("rejects")].count(reject("r").reject_id) == 1
    assert len(dataset.rows("rejects")) == 3
    assert to_ledger(commit.ledger)["failed", "timeout"].count == 2
    assert to_ledger(commit.repeated)["failed", "timeout"].count == 1
    assert dataset.audit().faults == ()


def test_a_commit_of_repeated_rejects_only_has_no_rejects_file(dataset, reject):
    dataset.commit("u1", [reject("r")])
    commit = dataset.commit("u2", [reject("r")])
    assert commit.files == ()
    assert dataset.audit().faults == ()


def test_the_same_reject_twice_in_a_unit_is_one_row(dataset, reject):
    dataset.commit("u1", [reject("r"), reject("r")])
    assert len(dataset.rows("rejects")) == 1
    assert dataset.audit().faults == ()


def test_duplicates_name_the_article_that_stays_in_the_end(dataset, article):
    # b was kept as the first of its URL, and then found to have a's text.
    a, b = article("a"), article("b", text=article("a").text)
    again = article("b", text=b.text, source_id="other")
    rows = [a, duplicate_of(b, a, how="exact"), duplicate_of(again, b, how="url")]
    dataset.commit("u1", rows)
    assert {row["duplicate_of"] for row in dataset.rows("duplicates")} == {a.article_id}
    assert {row["duplicate_of_url"] for row in dataset.rows("duplicates")} == {a.canonical_url}
    assert dataset.audit().faults == ()


def test_an_unchanged_entry_is_an_index_row_only(dataset, article):
    a = article("a")
    dataset.commit("u1", [a])
    known = IndexReader(dataset.root, 1).lookup_articles([a.article_id])[a.article_id]
    commit = dataset.commit("u2", [unchanged(a, known)])
    assert [file.table for file in commit.files] == ["index"]
    assert to_ledger(commit.ledger)["unchanged", ""].count == 1
    assert dataset.audit().faults == ()


def test_kinds_that_are_counted_from_rows_cannot_come_as_events(dataset):
    with pytest.raises(ValueError, match="written"):
        commit_unit(
            dataset.root,
            "u1",
            [],
            {("written", ""): Tally.of(["x"])},
            base=0,
            info={},
            settings=dataset.settings,
        )


def test_files_that_were_swept_before_the_commit_are_an_error_and_no_commit(dataset, article):
    staged = dataset.stage("u1", [article("a")])
    (dataset.path / staged[0].staged).unlink()
    with pytest.raises(DatasetError, match="missing"):
        commit_unit(dataset.root, "u1", staged, {}, base=0, info={}, settings=dataset.settings)
    assert head(dataset.root) == 0
