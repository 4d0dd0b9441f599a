from dataclasses import replace
from datetime import timedelta
from functools import partial

import duckdb
import pytest

from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.records import Cleaning, Removed, SiteLine
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset import replacing
from newsbeam.transforms.dataset.boilerplate import BoilerplateReader
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.log import head, live_files, open_data, read_commits
from newsbeam.transforms.dataset.rebuild import rebuild_index
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.storage import LocalStorage
from newsbeam.transforms.dedup.exact import duplicate_of

TABLES = ("articles", "duplicates", "rejects", "feeds", "index")
CHANGES = ("write", "publish", "remove", "move", "exchange", "remove_folder")


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


@pytest.fixture
def filled(dataset, article, reject, poll):
    """A dataset of five commits: several files of each table, two days, a revision."""
    return fill(dataset, article, reject, poll)


def fill(dataset, article, reject, poll):
    for number in range(4):
        day = timedelta(days=number % 2)
        one = article(f"a{number}")
        rows = [
            replace(one, published_at=one.published_at - day),
            duplicate_of(article(f"copy{number}"), one, how="near"),
            reject(f"r{number}"),
            poll(polled_at=poll().polled_at + timedelta(hours=number)),
        ]
        dataset.commit(f"u{number}", rows)
    changed = article("a0", "The council changed its mind on Tuesday. It rained again.")
    dataset.commit("u9", dataset.judge([changed], 4))
    return dataset


def ids(rows):
    names = ("article_id", "revision", "reject_id", "source_ref", "polled_at", "entry_id")
    return sorted(str([row.get(name) for name in names]) for row in rows)


def by_log(dataset):
    return {table: ids(dataset.rows(table)) for table in TABLES}


def by_glob(dataset):
    """What a reader sees who knows nothing of commits."""
    counts = {}
    for table in TABLES:
        if not dataset.files(table):
            continue
        glob = str(dataset.path / table / "**" / "*.parquet")
        ((counts[table],),) = duckdb.sql(f"select count(*) from '{glob}'").fetchall()
    return counts


def test_small_files_become_one_and_nothing_else_changes(filled):
    before, seen = by_log(filled), by_glob(filled)
    done = compact(filled.root, filled.settings)
    assert by_log(filled) == before
    assert by_glob(filled) == seen
    files = {table: filled.files(table) for table in TABLES}
    assert {table: len(names) for table, names in files.items()} == {
        "articles": 2,
        "duplicates": 1,
        "rejects": 1,
        "feeds": 1,
        "index": 1,
    }
    assert (done.before, done.after) == (22, 6)
    assert filled.audit().faults == ()
    assert filled.files("staging") == []


def test_files_of_older_versions_become_files_of_this_one(dataset, article):
    def commit(unit, rows, version):
        with pytest.MonkeyPatch.context() as patch:
            old = partial(file_schema, version=version)
            patch.setattr("newsbeam.transforms.dataset.encoding.file_schema", old)
            patch.setattr("newsbeam.transforms.dataset.rows.file_schema", old)
            dataset.commit(unit, rows)

    cleaning = (Cleaning(rule="glued", count=2),)
    removed = (Removed(kind="call", text="Subscribe."),)
    for version in (1, 2, 3, 4):
        fields = {"cleaning": cleaning, "page_kind": "article", "removed": removed}
        one = article(f"{version}", published_utc_offset=60, **fields)
        copy = duplicate_of(article(f"copy {version}"), one, how="near")
        commit(f"u{version}", [one, copy], version)
    compact(dataset.root, dataset.settings)
    rows = sorted(dataset.rows("articles"), key=lambda row: row["url"])
    assert [len(row["cleaning"]) for row in rows] == [0, 1, 1, 1]
    assert [row["published_utc_offset"] for row in rows] == [None, None, 60, 60]
    assert [row["page_kind"] for row in rows] == [None, None, None, "article"]
    assert [len(row["removed"]) for row in rows] == [0, 0, 0, 1]
    texts = {article(f"copy {version}").text for version in (2, 3, 4)}
    assert {row["text"] for row in dataset.rows("duplicates")} == {None, *texts}
    assert dataset.audit().faults == ()


def test_again_there_is_nothing_to_do(filled):
    compact(filled.root, filled.settings)
    number = head(filled.root)
    assert compact(filled.root, filled.settings).before == 0
    assert head(filled.root) == number


def test_a_date_alone_is_compacted(filled):
    compact(filled.root, filled.settings, "2026-11-22")
    assert len(filled.files("articles/date=2026-11-22")) == 1
    assert len(filled.files("articles/date=2026-11-21")) == 2
    assert len(filled.files("index")) == 5
    assert filled.audit().faults == ()


def test_large_files_stay_as_they_are(filled):
    large = DatasetSettings(file_bytes=1000)
    assert compact(filled.root, large).before == 0


def test_what_is_known_stays_known_in_the_order_in_which_it_came(filled, article):
    asked = [article(f"{name}{n}") for name in ("a", "copy") for n in range(4)]

    def known():
        reader = IndexReader(filled.root, head(filled.root))
        return (
            reader.lookup_articles([each.article_id for each in asked]),
            reader.lookup_texts([each.content_hash for each in asked]),
            reader.lookup_urls([url_id(each.requested_url) for each in asked]),
        )

    before = known()
    compact(filled.root, filled.settings)
    assert known() == before
    filled.commit("u10", filled.judge([article("a0", "A third text of this address.")], 6))
    assert max(row["revision"] for row in filled.rows("articles")) == 3
    compact(filled.root, filled.settings)
    rebuild_index(filled.root, filled.settings)
    assert filled.audit().faults == ()


def test_a_pass_that_began_before_reads_what_it_knew(filled, article):
    base = head(filled.root)
    files = live_files(read_commits(filled.root))
    reader = IndexReader(filled.root, base)
    compact(filled.root, filled.settings)
    assert reader.lookup_articles([article("a1").article_id])
    for file in files:
        with open_data(LocalStorage(filled.root), file) as parquet:
            assert parquet.read().num_rows == file.rows
    fold_log(LocalStorage(filled.root), filled.settings, least=1)
    recover(filled.root, DatasetSettings(staging_ttl_s=1e-9))
    assert [name for name in filled.files("replaced") if name.endswith(".parquet")] == []
    assert filled.audit().faults == ()


def crash_at(patch, change, *, before):
    count = 0

    def dying(real):
        def method(self, *args):
            nonlocal count
            count += 1
            if count > change or (count == change and before):
                raise Crash
            result = real(self, *args)
            if count == change:
                raise Crash
            return result

        return method

    for name in CHANGES:
        patch.setattr(LocalStorage, name, dying(getattr(LocalStorage, name)))


@pytest.mark.parametrize("at_once", [True, False], ids=["exchange", "two renames"])
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_it_may_die_at_any_moment(tmp_path, open_dataset, article, before, at_once, monkeypatch):
    if not at_once:
        monkeypatch.setattr(
            "newsbeam.transforms.dataset.storage._exchange_at_once", lambda *_: False
        )
    deaths = 0
    for change in range(1, 100, 1 if at_once else 5):
        dataset = open_dataset(tmp_path / f"{change}")
        for slug in "ab":
            dataset.commit(slug, [article(slug)])
        expected, seen = by_log(dataset), by_glob(dataset)
        with pytest.MonkeyPatch.context() as patch:
            crash_at(patch, change, before=before)
            try:
                compact(dataset.root, dataset.settings)
                died = False
            except Crash:
                died = True
        assert by_log(dataset) == expected
        assert by_glob(dataset) == seen
        recover(dataset.root, dataset.settings)
        assert by_log(dataset) == expected
        assert by_glob(dataset) == seen
        dataset.commit("u10", [article("late")])
        assert dataset.audit().faults == ()
        if not died:
            break
        deaths += 1
    else:
        pytest.fail("it never came to its end")
    assert deaths > 3


def test_a_crash_between_two_renames_is_mended(filled, monkeypatch):
    expected, seen = by_log(filled), by_glob(filled)
    monkeypatch.setattr("newsbeam.transforms.dataset.storage._exchange_at_once", lambda *_: False)
    path = type(filled.path)
    real, count = path.rename, 0

    def dying(self, target):
        nonlocal count
        count += 1
        if count in deadly:
            raise Crash
        return real(self, target)

    monkeypatch.setattr(path, "rename", dying)
    deadly = {2, 4, 9}
    for _ in deadly:
        with pytest.raises(Crash):
            compact(filled.root, filled.settings)
    recover(filled.root, filled.settings)
    assert by_log(filled) == expected
    assert by_glob(filled) == seen
    assert filled.audit().faults == ()
    assert filled.files("staging") == []


def test_what_others_publish_into_a_folder_meanwhile_stays(filled, article, monkeypatch):
    real, raced = LocalStorage.exchange, []

    def exchange_after_others(self, folder, target):
        if target == "articles/date=2026-11-22/language=en":
            raced.append(True)
            filled.commit("u10", [article("late")])
        real(self, folder, target)

    monkeypatch.setattr(LocalStorage, "exchange", exchange_after_others)
    compact(filled.root, filled.settings)
    assert raced
    assert by_glob(filled)["articles"] == 6
    assert filled.audit().faults == ()


def test_what_others_commit_meanwhile_stays_beside(filled, article, monkeypatch):
    real, raced = replacing.append_commit, []

    def append_after_others(storage, commit):
        if not raced:
            raced.append(True)
            filled.commit("u10", [article("late")])
        return real(storage, commit)

    monkeypatch.setattr(replacing, "append_commit", append_after_others)
    compact(filled.root, filled.settings)
    assert len(filled.rows("articles")) == 6
    assert by_glob(filled)["articles"] == 6
    assert filled.audit().faults == ()


def test_twice_at_once_is_as_good_as_once(filled, monkeypatch):
    expected, seen = by_log(filled), by_glob(filled)
    real, raced = replacing.append_commit, []

    def append_after_another(storage, commit):
        if not raced:
            raced.append(True)
            compact(filled.root, filled.settings)
        return real(storage, commit)

    monkeypatch.setattr(replacing, "append_commit", append_after_another)
    compact(filled.root, filled.settings)
    assert by_log(filled) == expected
    assert by_glob(filled) == seen
    assert filled.audit().faults == ()


def test_what_was_learned_of_a_site_keeps_the_order_of_its_commits(dataset, article):
    for number, line in enumerate(("Z comes first.", "A comes later.", "M comes last.")):
        learned = SiteLine(
            line_id=digest("line", "news.example", line),
            domain="news.example",
            line=line,
            articles=9,
            site_articles=12,
            learned_at=article().fetched_at,
        )
        dataset.commit(f"u{number}", [article(f"a{number}"), learned])
    before = BoilerplateReader(dataset.root, 3).lookup_sites(["news.example"])
    assert [len(lines) for lines in before["news.example"]] == [1, 1, 1]
    compact(dataset.root, dataset.settings)
    assert len(dataset.files("boilerplate")) == 1
    assert BoilerplateReader(dataset.root, 4).lookup_sites(["news.example"]) == before
