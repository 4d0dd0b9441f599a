"""What is deleted on request is gone, stays away, and leaves a ledger that balances."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.options import parse_age
from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.records import DateClaim, Entry, WaitingEntry
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.forgotten import Forgotten, make_marks
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.rebuild import rebuild_index
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dedup.exact import duplicate_of

SECRET = "A sentence about somebody who asked to be left alone."


@pytest.fixture
def filled(dataset, article, reject, site_line):
    """An article in two revisions with copies and a reject, beside others that stay."""
    wanted = article("secret", SECRET, publisher="The Daily Noise")
    other = article("other", domain="calm.example", url="https://calm.example/other")
    copy = replace(
        duplicate_of(article("copy", SECRET + " It was long."), wanted, how="near"),
        url="https://calm.example/copy",
        publisher="Calm",
    )
    dataset.commit("u1", [wanted, other, copy, reject("secret"), reject("r"), site_line()])
    changed = article("secret", SECRET + " It was changed.", publisher="The Daily Noise")
    again = article("secret", SECRET, publisher="The Daily Noise")
    dataset.commit("u2", dataset.judge([changed, again, article("third")], 1))
    assert dataset.audit().faults == ()
    return dataset


def words_left(dataset, *words):
    """The words that any live file, record or checkpoint still has."""
    live = [file.path for file in load_state(open_storage(dataset.root)).files()]
    found = set()
    rows = [
        str(row)
        for table in ("articles", "duplicates", "rejects", "index", "feeds")
        for row in dataset.rows_of(table)
    ]
    texts = [*rows, *((dataset.path / name).read_text() for name in dataset.files("commits"))]
    assert live
    for word in words:
        found |= {word for text in texts if word in text}
    return found


def test_an_article_is_gone_with_its_revisions_copies_and_rejects(filled, article):
    url = "https://news.example/secret"
    done = forget(filled.root, filled.settings, urls=[url])
    assert dict(done.rows) == {"articles": 2, "duplicates": 1, "rejects": 1, "index": 5}
    assert {row["url"] for row in filled.rows_of("articles")} == {
        "https://calm.example/other",
        "https://news.example/third",
    }
    assert words_left(filled, "left alone", url, "/secret") == set()
    assert filled.audit().faults == ()
    assert filled.files("articles") == sorted(
        file.path for file in load_state(open_storage(filled.root)).files("articles")
    )


SOURCE = "https://news.example/secret"
ELSEWHERE = "https://calm.example/feed"


@pytest.fixture
def polled(dataset, article, poll, reject):
    """A page that was named as a source, and failed once; a feed that lists it and has it wait."""
    listing = poll(
        ELSEWHERE,
        children=(f"url:{SOURCE}", "feed:https://calm.example/more"),
        waiting=tuple(
            WaitingEntry(source_ref=ELSEWHERE, source_id=None, url=url)
            for url in (SOURCE, "https://calm.example/waits")
        ),
    )
    page = poll(SOURCE, source_kind="url", entries=1)
    failed = replace(page, outcome="failed", reason="timeout", detail="It took too long.")
    lost = replace(reject("lost"), url=SOURCE, source_ref=SOURCE, stage="poll", reason="timeout")
    dataset.commit("u1", [failed, lost, listing])
    fold_log(open_storage(dataset.root), dataset.settings, least=1)
    dataset.commit("u2", [article("secret", SECRET), article("third"), page])
    assert dataset.audit().faults == ()
    return dataset


@pytest.mark.parametrize("named", [{"urls": [SOURCE]}, {"domains": ["news.example"]}])
def test_no_poll_names_what_was_forgotten(polled, named):
    done = forget(polled.root, polled.settings, **named)
    assert done.rows["feeds"] == 2
    [left] = polled.rows_of("feeds")
    assert left["source_ref"] == ELSEWHERE
    assert left["children"] == ["feed:https://calm.example/more"]
    assert [each["url"] for each in left["waiting"]] == ["https://calm.example/waits"]
    assert polled.audit().faults == ()
    cursors = last_polls(polled.root)
    assert list(cursors) == [ELSEWHERE]
    assert cursors[ELSEWHERE].children == ("feed:https://calm.example/more",)
    assert [each.url for each in cursors[ELSEWHERE].waiting] == ["https://calm.example/waits"]
    keep_up(polled.root, polled.settings)
    compact(polled.root, polled.settings)
    assert polled.audit().faults == ()


def test_polls_that_are_gone_without_a_word_are_a_fault(polled):
    """The ledger says which ones were forgotten: one more that is missing is found."""
    forget(polled.root, polled.settings, urls=[SOURCE])
    record = next(polled.path.glob("commits/*3.json"))
    commit = json.loads(record.read_text())["commit"]
    assert {line["kind"]: line["count"] for line in commit["gone"]}["poll:changed"] == 1
    [feeds] = polled.path.glob("feeds/*.parquet")
    feeds.unlink()
    assert any("feeds" in fault for fault in polled.audit().faults)


def test_a_source_that_is_read_again_later_is_a_source_again(polled, article, poll):
    forget(polled.root, polled.settings, urls=[SOURCE])
    polled.commit("u3", [poll(SOURCE, source_kind="url", entries=1)])
    fold_log(open_storage(polled.root), polled.settings, least=1)
    assert sorted(last_polls(polled.root)) == [ELSEWHERE, SOURCE]
    assert polled.audit().faults == ()


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ({"domains": ["calm.example"]}, {"secret", "third"}),
        ({"domains": ["News.Example "]}, {"other"}),
        ({"publishers": ["the  daily NOISE"]}, {"other", "third"}),
        ({"urls": ["https://news.example/secret", "https://news.example/third"]}, {"other"}),
        ({"domains": ["elsewhere.example"]}, {"secret", "other", "third"}),
        ({"before": datetime(2026, 11, 21, tzinfo=UTC)}, {"secret", "other", "third"}),
        ({"before": datetime(2026, 11, 23, tzinfo=UTC)}, set()),
    ],
)
def test_it_can_be_named_in_several_ways(filled, named, left):
    forget(filled.root, filled.settings, **named)
    assert {row["url"].rpartition("/")[2] for row in filled.rows_of("articles")} == left
    assert filled.audit().faults == ()
    compact(filled.root, filled.settings)
    if left:
        rebuild_index(filled.root, filled.settings)
    assert filled.audit().faults == ()


def test_marks_tell_what_was_forgotten_and_do_not_say_it(filled, article):
    forget(
        filled.root, filled.settings, urls=["https://news.example/secret"], domains=["x.example"]
    )
    fold_log(open_storage(filled.root), filled.settings, least=1)
    marks = load_state(open_storage(filled.root)).marks()
    forgotten = Forgotten(marks)
    assert forgotten.has_article(article("secret", "Another text altogether."))
    assert forgotten.has_url("https://news.example/secret?utm_source=feed")
    assert forgotten.has_url("https://www.x.example/anything")
    assert not forgotten.has_article(article("other"))
    assert not forgotten.has_url("https://news.example/other")
    said = json.dumps([[mark.kind, mark.value] for mark in marks])
    assert "secret" not in said
    assert article("secret").article_id not in said, "an unsalted hash can be looked up"
    later = forget(filled.root, filled.settings, urls=["https://news.example/third"])
    assert later.commit == head(filled.root)
    assert len({m.salt for m in load_state(open_storage(filled.root)).marks()}) == 1


def test_a_row_that_is_left_is_a_fault(filled, article, monkeypatch):
    forget(filled.root, filled.settings, domains=["elsewhere.example"])
    row = article("e", domain="elsewhere.example", url="https://elsewhere.example/e")
    filled.commit("u9", [row])
    faults = filled.audit().faults
    assert any("1 rows are among what was to be forgotten" in fault for fault in faults)


def test_a_pass_that_ran_meanwhile_writes_nothing_and_says_so(filled, article):
    base = head(filled.root)
    staged = [article("secret", "Yet another text.")]
    forget(filled.root, filled.settings, urls=["https://news.example/secret"])
    with pytest.raises(DatasetError, match="run the same command again"):
        filled.commit("u9", staged, base=base)
    assert [commit.unit for commit in read_commits(filled.root)][-1] != "u9"


def test_what_lands_while_it_is_prepared_is_forgotten_too(filled, article, monkeypatch):
    from newsbeam.transforms.dataset import replacing

    real, raced = replacing.append_commit, []

    def append_after_others(storage, commit):
        if not raced:
            raced.append(True)
            late = article("late", publisher="The Daily Noise")
            filled.commit("u8", [late])
        return real(storage, commit)

    monkeypatch.setattr(replacing, "append_commit", append_after_others)
    forget(filled.root, filled.settings, publishers=["The Daily Noise"])
    assert "late" not in {row["url"].rpartition("/")[2] for row in filled.rows_of("articles")}
    assert filled.audit().faults == ()


def test_replaced_files_go_with_later_upkeep(filled):
    forget(filled.root, filled.settings, urls=["https://news.example/secret"])
    assert any("articles" in name for name in filled.files("replaced"))
    keep_up(filled.root, DatasetSettings(staging_ttl_s=1e-9))
    assert [name for name in filled.files("replaced") if name.endswith(".parquet")] == []


def test_keep_days_does_it_by_itself_and_once_a_day(dataset, article):
    now = datetime.now(UTC)
    old = article("old", published_at=now - timedelta(days=40))
    dataset.commit("u1", [old, article("new", published_at=now)])
    settings = DatasetSettings(keep_days=30)
    keep_up(dataset.root, settings)
    assert [row["url"] for row in dataset.rows_of("articles")] == ["https://news.example/new"]
    number = head(dataset.root)
    keep_up(dataset.root, settings)
    assert head(dataset.root) == number
    assert dataset.audit().faults == ()
    kept = Forgotten([], 30)
    assert kept.has_article(old)
    entries = [
        Entry(
            source_kind="feed",
            source_ref="https://news.example/feed",
            url="https://news.example/e",
            published=DateClaim(at=now - timedelta(days=age), source="feed", precision="second"),
            seen_at=now,
        )
        for age in (40, 20)
    ]
    assert [kept.has_entry(entry) for entry in entries] == [True, False], "not fetched at all"


def test_nothing_named_is_a_usage_error(dataset):
    with pytest.raises(UsageError, match="--older-than"):
        forget(dataset.root, dataset.settings)
    assert parse_age("2y") == timedelta(days=730.5)
    with pytest.raises(UsageError, match="such as 2y"):
        parse_age("two years")


def test_the_command_forgets_and_what_was_forgotten_is_not_read_again(tmp_path, capsys):
    rows = [
        {"url": f"https://news.example/{n}", "title": f"Report {n}", "text": f"{word} " * 60}
        for n, word in enumerate(["harbour", "library"])
    ]
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    root = str(tmp_path / "dataset")
    assert run(["ingest", str(source), "--output", root, "--log-format", "json"]) == 0
    assert run(["forget", root, "--url", "https://news.example/1", "--json"]) == 0
    source.write_text("".join(json.dumps(row) + "\n" for row in [*rows, rows[0]]) + "\n")
    assert run(["ingest", str(source), "--output", root, "--log-format", "json"]) == 0
    assert run(["check", root]) == 0
    ledger = {line.kind: line.count for line in read_commits(root)[-1].ledger}
    assert ledger["forgotten"] == 1
    capsys.readouterr()
    assert run(["explain", root, "https://news.example/1"]) == 2


def test_a_mark_needs_its_salt():
    one, other = (make_marks(salt, domains=["x.example"])[0] for salt in ("00" * 16, "01" * 16))
    assert one.value != other.value
