import os
import time
from pathlib import Path

import pytest

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dataset import recovery
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.log import head, live_files, open_data, read_commits
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.storage import LocalStorage, open_storage
from newsbeam.transforms.dedup.exact import duplicate_of


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


#: Everything by which a writer changes the disk.
CHANGES = ("write", "publish", "remove", "move")


def crash_at(monkeypatch, change: int, *, before: bool) -> None:
    """Let the process die just before or just after its ``change``-th change of the disk."""
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
        monkeypatch.setattr(LocalStorage, name, dying(getattr(LocalStorage, name)))


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_writer_may_die_at_any_moment(tmp_path, open_dataset, article, reject, poll, before):
    a = article("a")
    rows = [
        a,
        article("b", language="de"),
        duplicate_of(article("c"), a, how="near"),
        reject(),
        poll(),
    ]
    visible_first = [article("z")]
    deaths = 0
    for change in range(1, 100):
        dataset = open_dataset(tmp_path / f"dataset-{change}")
        dataset.commit("u0", visible_first)
        with pytest.MonkeyPatch.context() as patch:
            crash_at(patch, change, before=before)
            try:
                dataset.commit("u1", rows)
                died = False
            except Crash:
                died = True
        committed = head(dataset.root) == 2

        # Whoever reads now sees all of the unit or nothing, by the log and at most that by glob.
        assert len(dataset.rows("articles")) == (3 if committed else 1)
        named = {file.path for file in live_files(read_commits(dataset.root))}
        tables = ("articles", "duplicates", "rejects", "feeds", "index")
        assert {path for table in tables for path in dataset.files(table)} <= named
        assert dataset.audit().faults == ()

        # The next writer finishes it, and a retry neither loses nor doubles anything.
        recover(dataset.root, dataset.settings)
        assert dataset.audit().unpublished == 0
        dataset.commit("u1", rows, base=1)
        assert len(dataset.rows("articles")) == 3
        assert len(dataset.rows("feeds")) == 1
        assert dataset.files("staging") == []
        assert dataset.audit().faults == ()
        if not died:
            break
        deaths += 1
    else:
        pytest.fail("the writer never came to its end")
    assert deaths > 10


def test_everything_is_on_the_disk_before_the_next_step_relies_on_it(dataset, article, monkeypatch):
    """Power may fail where a kill cannot hurt: synced are files, then the record, then links."""
    steps = []
    real_fsync, real_link, real_remove = os.fsync, os.link, LocalStorage.remove

    def fsync(descriptor):
        steps.append(("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        real_fsync(descriptor)

    def link(source, target):
        steps.append(("link", str(target)))
        real_link(source, target)

    def remove(self, path):
        steps.append(("remove", str(dataset.path / path)))
        real_remove(self, path)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(LocalStorage, "remove", remove)
    commit = dataset.commit("u1", [article("a"), article("b", language="de")])

    at = {step: place for place, step in reversed(list(enumerate(steps)))}
    record = at["link", str(dataset.path / "commits/000000000001.json")]
    removed = at["remove", str(dataset.path / "staging/u1")]
    commits_synced = at["sync", str(dataset.path / "commits")]
    for file in commit.files:
        linked = at["link", str(dataset.path / file.path)]
        assert at["sync", str(dataset.path / file.staged)] < record < commits_synced < linked
        folder = (dataset.path / file.path).parent
        while folder != dataset.path.parent:
            last = max(n for n, step in enumerate(steps) if step == ("sync", str(folder)))
            assert linked < last < removed
            folder = folder.parent
    assert at["sync", str(dataset.path / "staging/u1")] < record


def test_recover_does_nothing_to_a_dataset_that_is_not_there(tmp_path, dataset):
    recover(str(tmp_path / "nothing"), dataset.settings)
    assert not (tmp_path / "nothing").exists()


def test_a_live_writers_staging_is_left_alone(dataset, article):
    staged = dataset.stage("u1", [article("a")])
    recover(dataset.root, dataset.settings)
    commit_unit(dataset.root, "u1", staged, {}, base=0, info={}, settings=dataset.settings)
    assert len(dataset.rows("articles")) == 1


def make_old(dataset, unit: str) -> None:
    old = time.time() - dataset.settings.staging_ttl_s - 10
    os.utime(dataset.path / "staging" / unit, (old, old))


def test_old_leftovers_are_swept(dataset, article):
    dataset.stage("u1", [article("a")])
    dataset.stage("u2", [article("b")])
    make_old(dataset, "u1")
    recover(dataset.root, dataset.settings)
    assert [name.split("/")[1] for name in dataset.files("staging")] == ["u2"]


def test_old_files_of_a_commit_are_published_and_not_swept(dataset, article, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("newsbeam.transforms.dataset.commits.finish", lambda *_: None)
        dataset.commit("u1", [article("a")])
    make_old(dataset, "u1")
    assert dataset.files("articles") == []
    recover(dataset.root, dataset.settings)
    assert len(dataset.files("articles")) == 1
    assert dataset.audit().faults == ()


@pytest.mark.parametrize("moment", ["before the record", "after the record"])
def test_a_writer_whose_files_are_swept_fails_and_commits_nothing(
    dataset, article, monkeypatch, moment
):
    """The sweeper comes between the writer's files and its record, at the last moment."""
    real = LocalStorage.write

    def write_while_sweeping(self, path, data, final=None):
        if path.endswith(".json") and moment == "after the record":
            real(self, path, data, final)
        if path.endswith(".json"):
            make_old(dataset, "u1")
            recover(dataset.root, dataset.settings)
        if not path.endswith(".json") or moment == "before the record":
            real(self, path, data, final)

    monkeypatch.setattr(LocalStorage, "write", write_while_sweeping)
    with pytest.raises(DatasetError):
        dataset.commit("u1", [article("a")])
    assert head(dataset.root) == 0
    monkeypatch.undo()
    dataset.commit("u1", [article("a")])
    assert dataset.audit().faults == ()


def test_a_writer_that_is_faster_than_the_sweeper_loses_nothing(dataset, article, monkeypatch):
    """The commit lands after the sweeper found the folder old and before it moves it."""
    dataset.stage("u1", [article("b")])
    make_old(dataset, "u1")
    real = LocalStorage.move

    def move_after_commit(self, folder, target):
        with monkeypatch.context() as patch:
            patch.setattr("newsbeam.transforms.dataset.commits.finish", lambda *_: None)
            dataset.commit("u1", [article("a")])
        return real(self, folder, target)

    monkeypatch.setattr(LocalStorage, "move", move_after_commit)
    recover(dataset.root, dataset.settings)
    assert len(dataset.files("articles")) == 1
    assert dataset.files("staging") == []
    assert dataset.audit().faults == ()


def test_a_sweeper_that_died_is_finished_by_the_next(dataset, article, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("newsbeam.transforms.dataset.commits.finish", lambda *_: None)
        dataset.commit("u1", [article("a")])
    staging = dataset.path / "staging"
    (staging / "u1").rename(staging / f"{recovery.SWEPT}u1")
    recover(dataset.root, dataset.settings)
    assert len(dataset.files("articles")) == 1
    assert dataset.files("staging") == []


def test_a_reader_of_the_log_finds_a_file_that_is_not_published_yet(dataset, article, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("newsbeam.transforms.dataset.commits.finish", lambda *_: None)
        commit = dataset.commit("u1", [article("a")])
    with open_data(open_storage(dataset.root), commit.files[0]) as parquet:
        assert parquet.metadata.num_rows == 1
    assert dataset.audit().unpublished == 2
    assert dataset.audit().faults == ()


def test_a_foreign_file_in_the_way_is_an_error_that_names_it(dataset, article, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("newsbeam.transforms.dataset.commits.finish", lambda *_: None)
        commit = dataset.commit("u1", [article("a")])
    path = dataset.path / commit.files[0].path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"something else")
    with pytest.raises(DatasetError, match=path.name):
        recover(dataset.root, dataset.settings)
    assert path.read_bytes() == b"something else"
