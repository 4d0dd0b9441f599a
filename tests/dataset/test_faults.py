"""A disk that is full, a file system that cannot link, folders that cannot be written."""

import errno
import os
import random
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.records import Reject
from newsbeam.transforms.dataset import storage as storage_module
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.storage import LocalStorage
from newsbeam.transforms.dedup.exact import entry_of


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of 3 MB, or a skip where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
        timeout=20,
    )
    if mounted.returncode:
        pytest.skip("a tmpfs can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True, timeout=20)


def noise(number: int) -> str:
    """Words that do not compress."""
    return " ".join(os.urandom(8).hex() for _ in range(2000)) + str(number)


def glob_count(root: Path) -> int:
    glob = str(root / "articles" / "**" / "*.parquet")
    return duckdb.sql(f"select count(*) from read_parquet('{glob}')").fetchall()[0][0]


def test_a_full_disk_fails_loudly_and_the_same_unit_goes_on_later(
    small_disk, open_dataset, article
):
    dataset = open_dataset(small_disk / "dataset")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * 1_500_000)
    committed, failed = 0, None
    for number in range(50):
        rows = [article(f"{number}-{k}", text=noise(k)) for k in range(10)]
        try:
            dataset.commit(f"u{number}", rows)
            committed += 1
        except DatasetError as error:
            failed = (number, rows, str(error))
            break
    assert failed is not None
    assert committed >= 1
    number, rows, message = failed
    assert "disk is full" in message
    assert str(small_disk) in message
    assert "run the same command again" in message

    # Nothing of the unit counts, and everything before it can be read.
    assert head(dataset.root) == committed
    assert glob_count(dataset.path) == committed * 10
    assert dataset.audit().faults == ()

    ballast.unlink()
    recover(dataset.root, dataset.settings)
    dataset.commit(f"u{number}", rows)
    assert glob_count(dataset.path) == (committed + 1) * 10
    assert dataset.audit().faults == ()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_failing_disk_at_any_point_is_loud_and_can_be_resumed(
    tmp_path, open_dataset, article, call, error
):
    """Each fsync or link in turn fails: never a commit that says it is done and is not."""
    real = getattr(os, call)
    for failing in range(1, 60):
        dataset = open_dataset(tmp_path / f"dataset-{failing}")
        dataset.commit("u0", [article("z")])
        calls = 0

        def flaky(*args, failing=failing):
            nonlocal calls
            calls += 1
            if calls == failing:
                raise OSError(error, os.strerror(error))
            return real(*args)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, call, flaky)
            try:
                dataset.commit("u1", [article("a"), article("b", language="de")])
            except DatasetError as raised:
                assert str(dataset.path) in str(raised)
            else:
                assert calls < failing, "an error was swallowed"
                break
        assert dataset.audit().faults == ()
        recover(dataset.root, dataset.settings)
        dataset.commit("u1", [article("a"), article("b", language="de")], base=1)
        assert len(dataset.rows("articles")) == 3
        assert dataset.audit().faults == ()
        assert dataset.audit().unpublished == 0
    else:
        pytest.fail("the writer never came to its end")


def test_each_of_a_thousand_inputs_has_one_outcome_though_links_fail(
    dataset, article, reject, events, monkeypatch
):
    """Good, bad and repeated inputs, in passes that are tried again until they are done."""
    real, draw = os.link, random.Random(30)

    def flaky(*args):
        if draw.random() < 0.2:
            raise OSError(errno.EIO, "Input/output error")
        return real(*args)

    monkeypatch.setattr(os, "link", flaky)
    outcomes, failures = {}, 0
    for number in range(10):
        good = [article(f"{number}-{n}") for n in range(60)]
        again = [replace(each, source_id=f"{each.source_id} again") for each in good[:25]]
        bad = [reject(f"{number}-{n}", *REJECTED[n % 2]) for n in range(15)]
        for expected, rows in (("written", good), ("duplicate", again), ("rejected", bad)):
            outcomes |= {entry_of_any(row): expected for row in rows}
        base = head(dataset.root)
        rows = [*dataset.judge([*good, *again], base), *bad]
        for _ in range(200):
            try:
                recover(dataset.root, dataset.settings)
                dataset.commit(f"u{number}", rows, base=base)
            except DatasetError:
                failures += 1
            else:
                # Done means done: every file of it stands in its place.
                commit = read_commits(dataset.root)[-1]
                assert all((dataset.path / file.path).exists() for file in commit.files)
                break
    assert failures > 10
    assert len(outcomes) == 1000
    found = [(row["entry_id"], row["outcome"]) for row in dataset.rows("index")]
    assert sorted(found) == sorted(outcomes.items())
    assert dataset.audit().faults == ()


REJECTED = [("fetch", "timeout"), ("extract", "no_article")]


def entry_of_any(row) -> str:
    if isinstance(row, Reject):
        return entry_id(row.source_kind, row.source_ref, row.source_id, row.url)
    return entry_of(row)


def test_a_file_system_without_links_is_never_done(dataset, article, monkeypatch):
    def refuse(*_args):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(DatasetError, match="Publishing needs hard links"):
        dataset.commit("u1", [article("a")])
    assert head(dataset.root) == 0
    assert dataset.files("articles") == []


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: data[:-9] + b"?" + data[-8:]]
)
def test_a_file_that_does_not_come_back_as_it_was_written_is_an_error(
    dataset, article, monkeypatch, damage
):
    write = LocalStorage.write

    def fail(storage, path, data, final=None):
        write(storage, path, damage(bytes(data)), final)

    monkeypatch.setattr(LocalStorage, "write", fail)
    with pytest.raises(DatasetError, match="is not what can be read"):
        dataset.stage("u1", [article("a")])


def test_publishing_never_replaces(tmp_path):
    storage = LocalStorage(str(tmp_path))
    storage.write("staging/a", b"one")
    storage.write("staging/b", b"two")
    assert storage.publish("staging/a", "data/x")
    assert not storage.publish("staging/b", "data/x")
    assert storage.publish("staging/a", "data/x"), "the same again is done"
    storage.remove("staging/a")
    assert not storage.publish("staging/a", "data/x"), "somebody did it, and removed it"
    assert storage.read("data/x") == b"one"
    with pytest.raises(DatasetError):
        storage.publish("staging/a", "data/y")


def test_an_answer_that_was_lost_is_no_lost_race(tmp_path, monkeypatch):
    """NFS may answer EEXIST to a link that it made itself."""
    storage = LocalStorage(str(tmp_path))
    storage.write("staging/a", b"one")
    real = os.link

    def link_and_lose_the_answer(source, target):
        real(source, target)
        raise FileExistsError(errno.EEXIST, "File exists")

    monkeypatch.setattr(storage_module.os, "link", link_and_lose_the_answer)
    assert storage.publish("staging/a", "commits/000000000001.json")


def test_many_writers_at_once_lose_nothing_and_double_nothing(dataset, article):
    """Four writers with overlapping input, all judged before any of them committed."""
    units = {f"u{w}": [article(str(n)) for n in range(w, w + 5)] for w in range(4)}
    staged = {unit: dataset.stage(unit, rows) for unit, rows in units.items()}
    ready = threading.Barrier(len(units))
    errors = []

    def write(unit):
        ready.wait(timeout=20)
        try:
            commit_unit(
                dataset.root, unit, staged[unit], {}, base=0, info={}, settings=dataset.settings
            )
        except DatasetError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(unit,)) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert sorted(commit.unit for commit in read_commits(dataset.root)) == sorted(units)
    ids = [row["article_id"] for row in dataset.rows("articles")]
    assert sorted(ids) == sorted({article(str(n)).article_id for n in range(8)})
    assert len(dataset.rows("index")) == 20
