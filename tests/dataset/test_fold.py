"""Checkpoints: what the log adds up to, without reading all of it."""

import os
import time
from datetime import timedelta

import pytest

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset import fold
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.index import IndexReader
from newsbeam.transforms.dataset.log import head, live_files, read_commits
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import LocalStorage, open_storage

CHANGES = ("write", "publish", "replace", "remove", "move")


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


@pytest.fixture
def filled(dataset, article, reject, poll):
    """Nine commits, one of them a merge."""
    for number in range(8):
        if number == 5:
            compact(dataset.root, dataset.settings)
        polls = [
            poll(polled_at=poll().polled_at + timedelta(hours=number), etag=f'"{number}"'),
            poll(f"https://news.example/{number}"),
        ]
        dataset.commit(f"u{number}", [article(f"a{number}"), reject(f"r{number}"), *polls])
    return dataset


def seen(dataset, until=None):
    """What commands find at one commit, whether by a checkpoint or by all records."""
    state = load_state(open_storage(dataset.root), until)
    return (
        sorted(state.files(), key=lambda file: file.path),
        state.files("index"),
        [commit.unit for commit in state.history()],
        dict(last_polls(dataset.root, until=until)),
    )


def checkpoints(dataset):
    return [name for name in dataset.files("checkpoints") if name.endswith(".json")]


def test_a_checkpoint_says_what_all_records_say_at_each_commit(filled):
    expected = {number: seen(filled, number) for number in range(head(filled.root) + 1)}
    assert expected[9][1] == live_files(read_commits(filled.root), "index")
    assert fold_log(open_storage(filled.root), filled.settings, least=1)
    assert {number: seen(filled, number) for number in expected} == expected
    filled.commit("u9", [])
    fold_log(open_storage(filled.root), filled.settings, least=1)
    assert {number: seen(filled, number) for number in expected} == expected
    assert seen(filled)[2][-1] == "u9"
    assert filled.audit().faults == ()


def test_folding_again_and_again_is_as_good_as_once(dataset, article, poll):
    storage = open_storage(dataset.root)
    for number in range(12):
        dataset.commit(
            f"u{number}", [article(f"a{number}"), poll(f"https://{number % 5}.example/")]
        )
        if number in (6, 9):
            compact(dataset.root, dataset.settings)
        assert fold_log(storage, dataset.settings, least=1)
        assert not fold_log(storage, dataset.settings, least=1)
    state = load_state(storage)
    assert state.commits == ()
    assert set(state.files()) == set(live_files(read_commits(dataset.root)))
    assert list(state.history()) == read_commits(dataset.root)
    assert len(last_polls(dataset.root)) == 5
    assert last_polls(dataset.root)["https://4.example/"].unit == "u9"
    assert "https://7.example/" not in last_polls(dataset.root)
    assert len(state.checkpoint.history) <= 4
    assert dataset.audit().faults == ()


def test_whoever_commits_makes_one_now_and_then(dataset, article):
    for number in range(fold.EVERY + 1):
        dataset.commit(f"u{number}", [])
    assert checkpoints(dataset) == [f"checkpoints/{fold.EVERY:012d}.json"]
    assert len(load_state(open_storage(dataset.root)).commits) == 1
    assert head(dataset.root) == fold.EVERY + 1


def test_what_a_checkpoint_covers_is_not_read_again(filled, monkeypatch):
    fold_log(open_storage(filled.root), filled.settings, least=1)
    for path in (filled.path / "commits").iterdir():
        path.write_bytes(b"not to be read")
    last = open_storage(filled.root).names("commits")[-1]
    assert last == "000000000009.json"
    assert len(seen(filled)[2]) == 9
    assert IndexReader(filled.root, 9).lookup_articles(
        [filled.rows_of("articles")[0]["article_id"]]
    )


DAMAGES = {
    "removed": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-20]),
    "other text": lambda path: path.write_bytes(b"\xff" * 300),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("which", ["latest", "0*.json", "files-*", "history-*", "cursors-*", "*"])
def test_a_damaged_checkpoint_is_made_again_from_the_records(filled, damage, which):
    storage = open_storage(filled.root)
    expected = seen(filled)
    fold_log(storage, filled.settings, least=1)
    for path in sorted((filled.path / "checkpoints").glob(which)):
        DAMAGES[damage](path)
    assert seen(filled) == expected
    filled.commit("u9", [])
    fold_log(storage, filled.settings, least=1)
    assert load_state(storage).folded == 10
    assert seen(filled)[0] == expected[0]
    assert seen(filled)[3] == expected[3]
    assert filled.audit().faults == ()


def test_a_part_with_a_changed_byte_is_told_with_what_to_do(filled):
    fold_log(open_storage(filled.root), filled.settings, least=1)
    for path in (filled.path / "checkpoints").glob("cursors-*"):
        data = bytearray(path.read_bytes())
        data[len(data) // 8] ^= 0xFF
        path.write_bytes(data)
    assert any("Remove the folder checkpoints/" in fault for fault in filled.audit().faults)
    with pytest.raises(DatasetError, match="Remove the folder checkpoints/"):
        dict(last_polls(filled.root))


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_folding_may_die_at_any_moment(filled, before, monkeypatch):
    storage, expected = open_storage(filled.root), seen(filled)
    for change in range(1, 60):
        count = 0

        def dying(real, change=change):
            def method(self, *args):
                nonlocal count
                count += 1
                if count == change and before:
                    raise Crash
                result = real(self, *args)
                if count == change:
                    raise Crash
                return result

            return method

        with pytest.MonkeyPatch.context() as patch:
            for name in CHANGES:
                patch.setattr(LocalStorage, name, dying(getattr(LocalStorage, name)))
            try:
                fold_log(storage, filled.settings, least=1)
            except Crash:
                pass
            else:
                if count < change:
                    break
        assert seen(filled) == expected
        assert filled.audit().faults == ()
    else:
        pytest.fail("it never came to its end")
    assert load_state(storage).folded == 9


def test_an_interrupted_commit_is_finished_before_it_is_folded(dataset, article, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("newsbeam.transforms.dataset.commits.finish", lambda *_: None)
        dataset.commit("u1", [article("a")])
    assert dataset.files("articles") == []
    assert fold_log(open_storage(dataset.root), dataset.settings, least=1)
    assert len(dataset.files("articles")) == 1
    assert dataset.files("staging") == []
    assert dataset.audit().faults == ()


def test_a_unit_that_is_tried_again_after_it_was_folded_has_its_commit(dataset, article):
    first = dataset.commit("u1", [article("a")])
    for number in range(3):
        dataset.commit(f"x{number}", [article(f"x{number}")])
    fold_log(open_storage(dataset.root), dataset.settings, least=1)
    assert dataset.commit("u1", [article("a")], base=0) == first
    assert len(dataset.rows_of("articles")) == 4


def test_two_who_fold_at_once_make_one_checkpoint(filled, monkeypatch):
    real, storage = fold.publish_checkpoint, open_storage(filled.root)

    def publish_after_another(storage, made):
        with monkeypatch.context() as patch:
            patch.setattr(fold, "publish_checkpoint", real)
            fold_log(storage, filled.settings, least=1)
        real(storage, made)

    monkeypatch.setattr(fold, "publish_checkpoint", publish_after_another)
    expected = seen(filled)
    fold_log(storage, filled.settings, least=1)
    assert seen(filled) == expected
    assert len(checkpoints(filled)) == 1
    assert filled.audit().faults == ()


def test_old_checkpoints_are_swept_and_those_that_a_pass_may_need_are_not(filled):
    storage = open_storage(filled.root)
    for number in range(4):
        fold_log(storage, filled.settings, least=1)
        filled.commit(f"v{number}", [])
    assert len(checkpoints(filled)) == 4
    expected = seen(filled)
    for path in (filled.path / "checkpoints").iterdir():
        old = time.time() - filled.settings.staging_ttl_s - 10
        os.utime(path, (old, old))
    fold_log(storage, filled.settings, least=1)
    assert len(checkpoints(filled)) == 5, "their own words count, and they are young"
    filled.commit("v9", [])
    fold_log(storage, DatasetSettings(staging_ttl_s=1e-9), least=1)
    assert len(checkpoints(filled)) == 1
    assert seen(filled)[0] == expected[0]
    assert filled.audit().faults == ()


def test_replaced_files_go_when_no_pass_can_need_them(filled):
    storage = open_storage(filled.root)
    fold_log(storage, filled.settings, least=1)
    assert len(filled.files("replaced")) > 1
    recover(filled.root, filled.settings)
    assert len(filled.files("replaced")) > 1
    recover(filled.root, DatasetSettings(staging_ttl_s=1e-9))
    assert [name for name in filled.files("replaced") if name.endswith(".parquet")] == []
    filled.commit("u9", [])
    fold_log(storage, DatasetSettings(staging_ttl_s=1e-9), least=1)
    assert load_state(storage).checkpoint.replacing == ()


def test_a_gap_in_the_log_is_told_and_nothing_is_written_into_it(dataset, article):
    for number in range(3):
        dataset.commit(f"u{number}", [article(str(number))])
    (dataset.path / "commits/000000000002.json").unlink()
    with pytest.raises(DatasetError, match=r"000000000002\.json is missing"):
        dataset.commit("u3", [article("3")])
    assert not (dataset.path / "commits/000000000002.json").exists()
