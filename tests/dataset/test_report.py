"""What a report tells of a dataset, and how it is shown."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pyarrow.parquet as pq
import pytest

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.report import _of_days, measure_dataset, write_report
from newsbeam.pipelines.report_json import to_json
from newsbeam.pipelines.report_page import write_page
from newsbeam.pipelines.report_verdict import judge
from newsbeam.pipelines.report_words import ago
from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watching.events import Ended
from newsbeam.pipelines.watching.report import ReportFile
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.layout import data_path
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.periods import last_days

FEED = "https://news.example/feed"


@pytest.fixture
def told(dataset, article, reject, poll):
    """Three passes: articles of two papers, a copy, failures, and a feed that breaks."""
    first = article("a", publisher="The Echo", published_precision="second")
    copy = article("b", text=first.text, publisher="Elbe-Bote", language="de")
    undated = article("c", publisher=None, published_at=None, page_kind="article")
    dataset.commit("u1", [*dataset.judge([first, undated], 0), poll(entries=5, seen_before=1)])
    dataset.commit("u2", [*dataset.judge([copy], 1), reject("r", reason="timeout")])
    now = poll().polled_at + timedelta(hours=1)
    broken = poll(
        outcome="failed", reason="dns_failed", detail="No such host.", polled_at=now, failures=1
    )
    dataset.commit("u3", [broken, reject("feed", stage="poll", reason="dns_failed")])
    return dataset


def test_what_is_counted_follows_from_log_and_ledger(told):
    report = to_json(measure_dataset(told.root, told.settings))
    assert report["volume"] == {
        "articles": 2,
        "revisions": 0,
        "duplicates": 1,
        "rejects": 2,
        "words": 18,
    }
    assert report["dates"]["undated"] == 1
    assert {each["name"]: each["articles"] for each in report["publishers"]} == {
        "The Echo": 1,
        "unknown": 1,
    }
    assert report["page_kinds"] == {"article": 1, "unknown": 1}
    assert report["reject_reasons"] == [
        {"stage": "fetch", "reason": "timeout", "count": 1},
        {"stage": "poll", "reason": "dns_failed", "count": 1},
    ]
    (story,) = report["stories"]
    assert (story["title"], story["copies"]) == ("Title of a", 1)
    assert [each["how"] for each in story["prints"]] == ["first", "exact"]
    funnel = {(way["kind"], way["reason"]): way["total"] for way in report["funnel"]}
    assert funnel["written", ""] == 2
    assert funnel["exact_duplicate", ""] == 1
    assert report["lag"]["articles"] == 1
    assert report["audit"]["faults"] == ()
    assert report["last_run"]["commit"] == report["commit"] == 3


def test_a_revision_is_no_article_that_was_late(told, article):
    later = {"revision": 2, "published_precision": "second"}
    told.commit("u4", [article("a", text="The council met again.", publisher="The Echo", **later)])
    report = measure_dataset(told.root, told.settings)
    assert report.lag.articles == 1
    assert to_json(report)["volume"]["revisions"] == 1
    page = write_page(report)
    assert "of 3 articles and revisions" in page
    assert "1 is a revision of an article." in page
    assert ": 1 article or revision." in page


def test_names_of_keys_are_a_contract(told):
    report = to_json(measure_dataset(told.root, told.settings))
    assert {key for key in report if key.islower()} == {
        *("format", "root", "made_at", "commit", "verdict", "audit", "last_run", "changed"),
        *("last_24_hours", "24_hours_before", "volume", "dates", "ledger", "periods", "languages"),
        *("publishers", "funnel", "sources", "lag", "completeness", "page_kinds", "stories"),
        *("reject_reasons", "rejects", "columns", "passes", "sizes", "engines"),
    }
    assert [finding["topic"] for finding in report["verdict"]["findings"]] == [
        *("audit", "last_run", "newest", "undated", "failed")
    ]
    assert report["Volume"][0] == {"Table": "articles", "Rows": 2}  # a former name


def test_former_keys_are_what_they_were(told, poll):
    told.commit("u4", [poll(ref="https://a.example/feed", outcome="not_modified", entries=0)])
    told.commit("u5", [poll(ref="https://b.example/feed", entries=7)])
    report = to_json(measure_dataset(told.root, told.settings))
    assert report["Sources"] == [
        {
            "Source": source,
            "Kind": "feed",
            "Last outcome": outcome,
            "Reason": reason,
            "Entries": entries,
        }
        for source, outcome, reason, entries in (
            (FEED, "failed", "dns_failed", 3),
            ("https://a.example/feed", "not_modified", "", 0),
            ("https://b.example/feed", "changed", "", 7),
        )
    ]
    assert {"Table": "days", "Rows": 1} in report["Volume"]


def test_a_source_that_fails_comes_first_with_its_error_in_words(told, poll):
    told.commit("u4", [poll(ref="https://a.example/feed")])
    first, second = measure_dataset(told.root, told.settings).sources
    assert (first.source, first.state, first.failures) == (FEED, "failing", 1)
    assert first.error == "The host name does not resolve. No such host."
    assert (first.polls, first.failed_polls, sum(first.new_by_day)) == (2, 1, 4)
    assert first.good_at is not None
    assert second.state == "fine"


def test_a_source_is_told_of_by_the_checkpoint_as_by_the_records(told):
    before = measure_dataset(told.root, told.settings)
    assert fold_log(open_storage(told.root), told.settings, least=1)
    after = measure_dataset(told.root, told.settings)
    assert after.sources == before.sources
    assert after.total == before.total
    assert after.sizes.checkpoint == 3


def test_merged_and_forgotten_rows_are_no_fault(told, article):
    for number in range(5):
        told.commit(f"m{number}", told.judge([article(f"n{number}")], 3 + number))
    keep_up(told.root, told.settings)
    forget(told.root, told.settings, urls=["https://news.example/a"])
    report = measure_dataset(told.root, told.settings)
    assert report.faults == ()
    assert report.sizes.merging
    assert report.sizes.forgetting == 1
    assert report.articles == 6


def test_what_upkeep_would_merge_is_by_the_settings_of_the_dataset(told, article, capsys):
    for number in range(9):
        told.commit(f"m{number}", told.judge([article(f"n{number}")], 3 + number))
    words = "Upkeep would merge"
    assert words in write_page(measure_dataset(told.root, told.settings))
    small = ["--set", "dataset.file_bytes=1"]
    assert run(["report", told.root, "--html", "-", *small]) == 0
    assert words not in capsys.readouterr().out
    assert run(["report", told.root, "--json", *small]) == 0
    assert json.loads(capsys.readouterr().out)["sizes"]["due_files"] == 0


def test_a_file_that_is_gone_is_the_first_thing_that_is_said(told):
    lost = next(name for name in told.files("rejects"))
    (told.path / lost).unlink()
    report = measure_dataset(told.root, told.settings)
    assert report.faults == (f"{lost} is missing though it was committed.",)
    assert '<h1 class="bad">The dataset has 1 fault.</h1>' in write_page(report)


def test_a_file_of_another_size_is_told_with_its_name(told, capsys):
    index = next(name for name in told.files("index"))
    (told.path / index).write_bytes(b"short")
    assert run(["report", told.root]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("The dataset has 1 fault.")
    assert f"{index} has 5 bytes instead of" in said


def test_texts_are_never_read(told, monkeypatch):
    asked: list[str] = []
    read, batches = pq.ParquetFile.read_row_group, pq.ParquetFile.iter_batches

    def note(real):
        def noted(self, *positional, columns=None, **named):
            asked.extend(["everything"] if columns is None else columns)
            return real(self, *positional, columns=columns, **named)

        return noted

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", note(read))
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", note(batches))
    (column,) = [
        each for each in measure_dataset(told.root, told.settings).columns if each.name == "text"
    ]
    assert column.lengths is not None and column.lengths.most == 46
    assert "publisher" in asked
    assert not {"text", "everything"} & set(asked)


def test_polls_of_long_ago_are_not_read_though_they_stand_in_the_same_file(
    dataset, poll, monkeypatch
):
    dataset.settings = DatasetSettings(row_group_rows=10)
    last = datetime.now(UTC)
    refs = [f"https://paper{number}.example/feed" for number in range(5)]
    for days in range(89, -1, -1):
        at = last - timedelta(days=days)
        polls = [poll(ref=ref, polled_at=at, entries=3, seen_before=1) for ref in refs]
        dataset.commit(f"u{days}", polls)
    while not keep_up(dataset.root, dataset.settings).done:
        pass
    (merged, *_) = load_state(open_storage(dataset.root)).files("feeds")
    assert merged.rows > 400
    read, asked = pq.ParquetFile.read_row_group, []

    def noted(self, number, *positional, columns=None, **named):
        asked.extend([number] if "seen_before" in (columns or ()) else [])
        return read(self, number, *positional, columns=columns, **named)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", noted)
    report = measure_dataset(dataset.root, dataset.settings)
    since = (report.recent_days[-1] - last.date()).days  # midnight may pass meanwhile
    expected = (2,) * (28 - since) + (0,) * since
    assert [each.new_by_day for each in report.sources] == [expected] * 5
    assert [each.polls for each in report.sources] == [28 - since] * 5
    assert len(asked) <= 20  # of 45


def test_the_profile_of_a_column(told):
    columns = {column.name: column for column in measure_dataset(told.root, told.settings).columns}
    assert columns["publisher"].nulls == 0.5
    assert columns["publisher"].examples == ("The Echo",)
    assert columns["wire"].nulls == 1
    assert columns["places"].nulls == 0
    assert columns["places"].lengths.most == 1
    assert columns["article_id"].distinct == 2


def test_a_page_says_what_changed_since_the_one_before(told, article, poll, tmp_path, capsys):
    target = tmp_path / "report.html"
    write_report(told.root, str(target), told.settings)
    assert "Since the last report" not in target.read_text()
    told.commit("u4", [*told.judge([article("new")], 3), poll(ref="https://a.example/feed")])
    later = poll().polled_at + timedelta(hours=2)
    told.commit("u5", [poll(polled_at=later)])
    assert run(["report", told.root, "--html", str(target)]) == 0
    page = target.read_text()
    assert "Since the last report (commit 3 of" in page
    assert "2 passes, 1 article." in page
    write_report(told.root, str(target), told.settings)
    assert "no pass." in target.read_text()


def test_what_began_to_fail_and_what_works_again(told, poll, monkeypatch):
    """By the times of the polls, whenever the commits were made."""
    report = measure_dataset(told.root, told.settings, since=3)
    assert report.changed is not None and report.changed.passes == 0
    at = poll().polled_at
    moments = {1: at, 3: at + timedelta(hours=1)}
    from newsbeam.pipelines import report as module

    monkeypatch.setattr(module, "_committed_at", lambda _state, since: moments[since])
    assert measure_dataset(told.root, told.settings, since=1).changed.began_to_fail == (FEED,)
    told.commit("u4", [poll(polled_at=at + timedelta(hours=2), title="The Echo – News")])
    report = measure_dataset(told.root, told.settings, since=3)
    assert report.changed.work_again == (FEED,)
    assert judge(report)[-1].text.endswith("Work again: The Echo – News.")


def test_the_key_of_a_plot_names_what_the_plot_shows(dataset, article):
    old = article("old", language="fr", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    new = article("new", language="de", published_at=datetime.now(UTC) - timedelta(days=1))
    dataset.commit("u1", dataset.judge([old, new], 0))
    page = write_page(measure_dataset(dataset.root, dataset.settings))
    (key,) = re.findall(r'<ul class="key">(.*?)</ul>', page.partition("<h3>Languages")[0])
    assert re.sub("<[^>]+>", "", key) == "de"


def test_stories_with_as_many_copies_come_newest_first(dataset, article):
    start = datetime(2026, 11, 20, tzinfo=UTC)
    for number, day in enumerate((1, 3, 2)):
        first = article(f"s{number}", text=f"Story {number}.", published_at=start)
        copy = article(f"c{number}", text=first.text, published_at=start + timedelta(days=day))
        dataset.commit(f"a{number}", dataset.judge([first], 2 * number))
        dataset.commit(f"b{number}", dataset.judge([copy], 2 * number + 1))
    stories = measure_dataset(dataset.root, dataset.settings).stories
    assert [story.title for story in stories] == ["Title of s1", "Title of s2", "Title of s0"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.3, "just now"),
        (6.3, "6 s ago"),
        (66, "1.1 min ago"),
        (3 * 86_400 - 60, "3 d ago"),
        (-1.4, "in 1 s"),
        (-7200, "in 2 h"),
    ],
)
def test_how_long_ago_is_said_in_round_numbers(seconds, told):
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == told


def test_abbreviations_stay_as_they_are_in_sentences(dataset, reject):
    dataset.commit("u1", [reject("a", stage="read", reason="bad_json")])
    assert "The line is no JSON object." in write_page(
        measure_dataset(dataset.root, dataset.settings)
    )


def test_a_commit_that_is_not_there_is_wrong_usage(told, capsys):
    assert run(["report", told.root, "--since", "9", "--json"]) == 2
    assert "the newest commit is 3" in capsys.readouterr().err
    assert run(["report", told.root, "--since", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"]["passes"] == 1


class Tags(HTMLParser):
    """What a browser would see of tags and links."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]
        assert not any(name.startswith("on") for name, _ in attrs)


def test_what_comes_from_inputs_is_text_and_only_addresses_of_the_web_are_links(
    dataset, article, poll, reject
):
    bad = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e'
    first = article("a", publisher=bad, title=bad, url="javascript:alert(3)")
    copy = article("b", text=first.text, publisher=bad, url=f"https://x.example/{bad}")
    broken = poll(ref=f"javascript:{bad}", outcome="failed", reason="timeout", detail=bad)
    failed = replace(reject("r"), url=f"http://h.example/{bad}", detail=bad)
    dataset.commit("u1", [*dataset.judge([first], 0), broken, failed])
    dataset.commit("u2", dataset.judge([copy], 1))
    page = write_page(measure_dataset(dataset.root, dataset.settings))
    tags = Tags()
    tags.feed(page)
    assert not {"script", "img", "iframe", "object"} & set(tags.tags)
    assert all(re.match(r"https?://|#|data:,$", each) for each in tags.links)
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page


def test_an_empty_dataset_and_one_with_everything_failing(dataset, poll, reject):
    dataset.commit("u1", [poll(entries=0)])
    empty = measure_dataset(dataset.root, dataset.settings)
    page = write_page(empty)
    assert "There are no articles yet." in page
    assert "Articles over time, From publication to commit, Completeness and kinds of page" in page
    assert page.count("Articles over time") == 1  # neither a section nor a link to one
    assert "Seconds a pass took" not in page  # one point is no line
    failed = poll(outcome="failed", reason="timeout", detail="Too late.")
    dataset.commit("u2", [failed, reject("feed", stage="poll")])
    verdict = to_json(measure_dataset(dataset.root, dataset.settings))["verdict"]
    assert (verdict["level"], verdict["headline"]) == ("bad", "Needs a person: failed.")
    (said,) = [each["text"] for each in verdict["findings"] if each["topic"] == "failed"]
    assert said.startswith("1 source of 1 failing: https://news.example/feed (timeout)")


@pytest.mark.parametrize(
    ("folder", "is_read"),
    [
        ("2026-01-01", True),
        ("2025-12-01", True),
        ("2025-12-31", True),
        ("2025-12-30", False),
        ("2025-01-01", True),
        ("2025-11-01", False),
        ("2025-12-28", False),
    ],
)
def test_a_folder_may_have_rows_up_to_the_last_day_of_its_month_or_year(folder, is_read):
    file = StagedFile(
        table="rejects",
        path=data_path("rejects", f"date={folder}", "u", "0" * 64),
        staged="",
        rows=1,
        bytes=1,
        sha256="",
        tallies=(),
    )
    recent = last_days(datetime(2026, 2, 3, tzinfo=UTC))
    assert recent.starts[0].isoformat() == "2025-12-31"
    assert bool(_of_days([file], recent)) == is_read


def test_long_lists_say_how_much_of_them_is_shown(dataset, article):
    names = [f"Paper {number:02}" for number in range(44)]
    dataset.commit("u1", dataset.judge([article(name, publisher=name) for name in names], 0))
    page = write_page(measure_dataset(dataset.root, dataset.settings))
    assert "10 of 44 publishers" in page
    assert "Paper 43" in page


@pytest.mark.parametrize("place", ["/", "~no-such-user/x.html", "s3://box", "no/such/x.html"])
def test_a_place_where_no_page_can_be_is_wrong_usage(place, told, capsys):
    assert run(["report", told.root, "--html", place]) == 2
    assert place in capsys.readouterr().err


def test_a_watch_writes_its_report_into_a_bucket_after_each_round(store, article):
    store.commit("u1", store.judge([article("a")], 0))
    place = f"{store.root.rstrip('/')}/report.html"
    ReportFile(store.root, place, lambda: store.settings)(Ended(1, Outcome(store.root, "engine")))
    assert b"</html>" in open_storage(store.root, fresh=True).read("report.html")


def test_a_report_on_what_is_in_a_bucket_goes_into_a_bucket(store, article):
    store.commit("u1", store.judge([article("a")], 0))
    place = f"{store.root.rstrip('/')}/report.html"
    write_report(store.root, place, store.settings)
    write_report(store.root, place, store.settings)
    page = open_storage(store.root, fresh=True).read("report.html").decode()
    assert "Since the last report" in page
    assert isinstance(measure_dataset(store.root, store.settings).made_at, datetime)
