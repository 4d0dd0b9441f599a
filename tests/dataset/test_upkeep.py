"""Upkeep: few files, a short log, an index with its keys; killed at any moment, nothing is lost."""

import errno
import os
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial

import duckdb
import pytest

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.watch import PacedUpkeep
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.schema import SCHEMA_VERSION, file_schema
from newsbeam.transforms.core.settings import Config, DatasetSettings, UpkeepSettings
from newsbeam.transforms.dataset import compact
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.layout import split_data_path
from newsbeam.transforms.dataset.log import head
from newsbeam.transforms.dataset.merging import GROWTH, merge_from
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import LocalStorage, open_storage
from newsbeam.transforms.dataset.upkeep import keep_up

TABLES = ("articles", "duplicates", "rejects", "feeds", "index", "boilerplate")


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


@pytest.mark.parametrize(
    ("sizes", "start"),
    [
        ([], 0),
        ([1, 1, 1], 3),
        ([1, 1, 1, 1], 0),
        ([1000, 1, 1, 1], 1),
        ([1000, 900, 800, 1], 0),
        ([5000, 30, 3, 1, 1], 1),
        ([5000, 4000, 1, 1, 1], 2),
        ([5000, 4000, 1, 1, 1, 1], 2),
        ([10_000, 10_000, 10_000, 10_000, 1], 5),
    ],
)
def test_what_is_merged_is_what_has_grown(sizes, start):
    assert merge_from(sizes, 3, full=10_000) == start


def test_a_row_is_rewritten_rarely_however_many_come():
    sizes, written = [], 0
    for _ in range(3000):
        sizes.append(1)
        start = merge_from(sizes, 3)
        if len(sizes) - start > 1:
            written += sum(sizes[start:])
            sizes[start:] = [sum(sizes[start:])]
        assert len(sizes) <= 3
    assert sum(sizes) == 3000
    assert written < 40 * 3000
    assert GROWTH == 8


def fill(dataset, article, reject, poll, passes=8):
    for number in range(passes):
        one = article(f"a{number}")
        day = timedelta(days=number % 2)
        rows = [article(f"a{number}", published_at=one.published_at - day), reject(f"r{number}")]
        dataset.commit(f"u{number}", [*rows, poll(polled_at=one.fetched_at + 24 * day)])


def by_log(dataset):
    return {table: sorted(str(row) for row in dataset.rows_of(table)) for table in TABLES}


def by_glob(dataset):
    counts = {}
    for table in TABLES:
        if dataset.files(table):
            glob = str(dataset.path / table / "**" / "*.parquet")
            ((counts[table],),) = duckdb.sql(f"select count(*) from '{glob}'").fetchall()
    return counts


def most_files(dataset):
    files = load_state(open_storage(dataset.root)).files()
    return max(Counter(split_data_path(file.path) for file in files).values())


def test_partitions_have_few_files_and_the_rows_stay(dataset, article, reject, poll):
    fill(dataset, article, reject, poll)
    before, seen = by_log(dataset), by_glob(dataset)
    done = keep_up(dataset.root, dataset.settings)
    assert done.done
    assert done.merged > done.into > 0
    assert most_files(dataset) <= 6
    assert by_log(dataset) == before
    assert by_glob(dataset) == seen
    assert dataset.audit().faults == ()
    assert not keep_up(dataset.root, dataset.settings).merged


def test_files_stay_few_though_passes_go_on(dataset, article):
    for number in range(40):
        dataset.commit(f"u{number}", [article(f"a{number}")])
        keep_up(dataset.root, dataset.settings)
        assert most_files(dataset) <= 6
    assert len(load_state(open_storage(dataset.root)).files("articles")) <= 3
    assert len(load_state(open_storage(dataset.root)).commits) <= 33
    asked = [article(f"a{number}").article_id for number in range(40)]
    assert len(IndexReader(dataset.root, head(dataset.root)).lookup_articles(asked)) == 40
    assert dataset.audit().faults == ()


def test_a_file_has_so_many_rows_at_most_as_memory_holds(dataset, poll, monkeypatch):
    """Polls of feeds that do not change take hardly a byte each: bytes alone do not bound them."""
    monkeypatch.setattr(compact, "_FULL_ROWS", 10)

    def sizes():
        state = load_state(open_storage(dataset.root))
        return {file.path: file.rows for file in state.files("feeds")}

    full = set()
    for number in range(40):
        dataset.commit(f"u{number}", [poll() for _ in range(3)])
        if number % 5 == 4:
            keep_up(dataset.root, dataset.settings)
            assert full <= set(sizes()), "what is full is not written again"
            full = {path for path, rows in sizes().items() if rows > 5}
    assert sum(sizes().values()) == 120
    assert max(sizes().values()) <= 10
    assert len(sizes()) < 20
    assert len(dataset.rows("feeds")) == 120


def test_it_stops_when_its_time_is_over_and_goes_on_later(dataset, article, reject, poll):
    fill(dataset, article, reject, poll)
    small = DatasetSettings(file_bytes=1)
    assert most_files(dataset) == 8
    done = keep_up(dataset.root, dataset.settings, limit_s=0)
    assert not done.done
    assert not done.merged
    keep_up(dataset.root, dataset.settings)
    assert most_files(dataset) <= 6
    assert not keep_up(dataset.root, small).merged, "none is small any more"


def test_a_run_without_keys_gets_them(dataset, article, monkeypatch):
    for module in ("encoding", "keys", "index", "upkeep"):
        monkeypatch.setattr(f"newsbeam.transforms.dataset.{module}.INDEX_GROUP_ROWS", 2)
    dataset.commit("u1", [article(f"a{n}") for n in range(5)])
    names = dataset.files("lookup")
    for name in names:
        (dataset.path / name).unlink()
    assert keep_up(dataset.root, dataset.settings).lookups == 1
    assert dataset.files("lookup") == names
    assert keep_up(dataset.root, dataset.settings).lookups == 0


def test_keys_of_runs_that_are_gone_are_swept_when_no_pass_can_need_them(
    dataset, article, monkeypatch
):
    for module in ("encoding", "keys", "index", "upkeep"):
        monkeypatch.setattr(f"newsbeam.transforms.dataset.{module}.INDEX_GROUP_ROWS", 2)
    for number in range(7):
        dataset.commit(f"u{number}", [article(f"a{number}-{n}") for n in range(5)])
    keep_up(dataset.root, dataset.settings)
    assert len(dataset.files("lookup")) == 16
    for name in dataset.files("lookup"):
        os.utime(dataset.path / name, (time.time() - 90_000,) * 2)
    keep_up(dataset.root, dataset.settings)
    assert len(dataset.files("lookup")) == 16, "the replaced runs are kept, for passes that run"
    for name in dataset.files("replaced/index"):
        (dataset.path / name).unlink()
    keep_up(dataset.root, dataset.settings)
    assert len(dataset.files("lookup")) == 2


def test_files_of_older_versions_become_files_of_this_one(dataset, article):
    for version in (1, 3, SCHEMA_VERSION):
        with pytest.MonkeyPatch.context() as patch:
            old = partial(file_schema, version=version)
            patch.setattr("newsbeam.transforms.dataset.encoding.file_schema", old)
            patch.setattr("newsbeam.transforms.dataset.rows.file_schema", old)
            patch.setattr("newsbeam.transforms.dataset.commits.SCHEMA_VERSION", version)
            dataset.commit(f"u{version}", [article(f"{version}")])
    assert keep_up(dataset.root, dataset.settings).merged
    state = load_state(open_storage(dataset.root))
    assert {placed.version for placed in state.placed()} == {SCHEMA_VERSION}
    assert [row["unit"] for row in dataset.rows_of("index")] == ["u1", "u3", f"u{SCHEMA_VERSION}"]
    assert dataset.audit().faults == ()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_it_may_be_killed_at_any_moment(tmp_path, open_dataset, article, before):
    changes = ("write", "publish", "remove", "move", "exchange", "remove_folder", "replace")
    for change in range(1, 200, 4):
        dataset = open_dataset(tmp_path / f"{change}")
        for number in range(4):
            dataset.commit(f"u{number}", [article(f"a{number}")])
        expected, seen, count = by_log(dataset), by_glob(dataset), 0

        def dying(real, change=change):
            def method(self, *args):
                nonlocal count
                count += 1
                if count >= change and before:
                    raise Crash
                result = real(self, *args)
                if count >= change:
                    raise Crash
                return result

            return method

        with pytest.MonkeyPatch.context() as patch:
            for name in changes:
                patch.setattr(LocalStorage, name, dying(getattr(LocalStorage, name)))
            patch.setattr("newsbeam.transforms.dataset.upkeep.fold_log", partial(fold_log, least=1))
            with suppress(Crash):
                keep_up(dataset.root, dataset.settings)
        assert by_log(dataset) == expected
        assert by_glob(dataset) == seen
        recover(dataset.root, dataset.settings)
        assert by_glob(dataset) == seen
        dataset.commit("u9", [article("late")])
        assert dataset.audit().faults == ()
        if count < change:
            break
    else:
        pytest.fail("it never came to its end")


def test_a_full_disk_is_a_sentence_and_nothing_is_lost(dataset, article, reject, poll, monkeypatch):
    fill(dataset, article, reject, poll)
    before = by_log(dataset)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DatasetError, match="disk is full"):
            keep_up(dataset.root, dataset.settings)
    assert by_log(dataset) == before
    assert dataset.audit().faults == ()
    keep_up(dataset.root, dataset.settings)
    assert by_log(dataset) == before


class TestBetweenRounds:
    """What ``watch`` does by itself."""

    def test_it_takes_its_share_of_the_time_and_no_more(self, dataset, article, monkeypatch):
        clock = [1000.0]
        monkeypatch.setattr("newsbeam.pipelines.watch.time.monotonic", lambda: clock[0])
        asked = []

        def keep_up_slowly(_root, _settings, *, limit_s, obey_kills):
            assert not obey_kills
            asked.append(limit_s)
            clock[0] += 5
            return keep_up(dataset.root, dataset.settings)

        monkeypatch.setattr("newsbeam.pipelines.watch.keep_up", keep_up_slowly)
        upkeep = PacedUpkeep(dataset.root, Config())
        for number in range(100):
            clock[0] += 10
            dataset.commit(f"u{number}", [])
            upkeep.go_on()
        assert 5 * len(asked) <= 0.1 * (clock[0] - 1000) + 5
        assert len(asked) >= 15
        assert asked[0] == pytest.approx(1.0)

    def test_it_does_nothing_without_a_share_or_a_commit(self, dataset, article, monkeypatch):
        calls = []
        monkeypatch.setattr("newsbeam.pipelines.watch.keep_up", lambda *_a, **_k: calls.append(1))
        dataset.commit("u1", [article("a")])
        upkeep = PacedUpkeep(dataset.root, Config(upkeep=UpkeepSettings(share=0)))
        time.sleep(0.01)
        upkeep.go_on()
        assert calls == []

    def test_a_fault_in_upkeep_is_told_and_does_not_end_the_watch(
        self, dataset, article, monkeypatch, caplog
    ):
        def fail(*_args, **_kwargs):
            raise DatasetError("The disk is full: nothing can be written.")

        monkeypatch.setattr("newsbeam.pipelines.watch.keep_up", fail)
        dataset.commit("u1", [article("a")])
        upkeep = PacedUpkeep(dataset.root, Config())
        time.sleep(0.01)
        with caplog.at_level("WARNING", "newsbeam"):
            upkeep.go_on()
        assert "The disk is full" in caplog.text


def test_the_command_says_what_it_did(dataset, article, capsys):
    for number in range(8):
        dataset.commit(f"u{number}", [article(f"a{number}")])
    assert run(["upkeep", dataset.root]) == 0
    assert "16 files became 2" in capsys.readouterr().out
    assert run(["upkeep", dataset.root]) == 0
    assert "Nothing was due" in capsys.readouterr().out
