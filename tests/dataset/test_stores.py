"""The same protocol on a disk, in memory and on S3: the same tests, and what a glob sees."""

import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from buckets import forget_stores

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.dataset import compact as compact_module
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.fold import fold_log
from newsbeam.transforms.dataset.forget import forget
from newsbeam.transforms.dataset.log import head, live_files, read_commits
from newsbeam.transforms.dataset.recovery import recover
from newsbeam.transforms.dataset.state import load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.dedup.exact import duplicate_of

CHANGES = ("write", "create", "publish", "replace", "remove", "remove_files", "move", "exchange")


class Crash(BaseException):
    """The process is gone: nothing may catch this."""


@contextmanager
def changes_of(root, on_change):
    """Call ``on_change`` before and after each change of the store, by the number of the call."""
    kind = type(open_storage(root))
    calls = 0
    lock = threading.Lock()

    def watched(real):
        def method(self, *args):
            nonlocal calls
            with lock:
                calls += 1
                number = calls
            on_change(number, before=True)
            result = real(self, *args)
            on_change(number, before=False)
            return result

        return method

    with pytest.MonkeyPatch.context() as patch:
        for name in CHANGES:
            if hasattr(kind, name):
                patch.setattr(kind, name, watched(getattr(kind, name)))
        yield


def rows_by_glob(root) -> Counter:
    """What a reader sees who lists ``articles/`` and reads what it found."""
    storage = open_storage(root, fresh=True)
    rows: Counter = Counter()
    for path in storage.walk("articles"):
        try:
            with storage.open(path) as file:
                table = pq.read_table(file, columns=["article_id", "revision"])
        except FileNotFoundError:
            continue  # listed, and replaced before it was opened: readers get an error
        rows.update(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return rows


def rows_by_log(dataset) -> set:
    return {(row["article_id"], row["revision"]) for row in dataset.rows("articles")}


def test_one_of_many_creates_wins(store):
    won = []
    storages = [open_storage(store.root) for _ in range(8)]
    ready = threading.Barrier(len(storages))

    def create(number):
        ready.wait(20)
        if storages[number].create("commits/000000000001.json", f"by {number}".encode()):
            won.append(number)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    (winner,) = won
    assert open_storage(store.root, fresh=True).read("commits/000000000001.json") == (
        f"by {winner}".encode()
    )


def test_files_are_written_copied_listed_and_removed(store):
    storage = open_storage(store.root)
    storage.write("staging/u1/a", b"one")
    storage.write("staging/u1/b", b"two and more")
    assert storage.publish("staging/u1/a", "articles/date=2026-01-01/x")
    assert storage.read("articles/date=2026-01-01/x") == b"one"
    assert storage.size("staging/u1/b") == 12
    assert storage.names("staging") == ["u1"]
    assert storage.names("staging/u1") == ["a", "b"]
    assert storage.names("nothing") == []
    assert storage.walk("articles") == ["articles/date=2026-01-01/x"]
    assert 0 <= storage.age_s("staging/u1") < 30
    assert storage.age_s("nothing") == 0
    with storage.open("staging/u1/b") as file:
        assert file.size() == 12
        file.seek(4)
        assert file.read(3) == b"and"
    storage.remove("staging")
    assert storage.names("staging") == []
    assert not storage.exists("staging/u1/a")
    assert not storage.publish("staging/u1/a", "articles/date=2026-01-01/x"), "done, and swept"
    with pytest.raises(DatasetError):
        storage.publish("staging/u1/a", "articles/date=2026-01-01/y")
    with pytest.raises(FileNotFoundError):
        storage.read("staging/u1/a")
    storage.replace("checkpoints/latest", b"1")
    storage.replace("checkpoints/latest", b"2")
    assert open_storage(store.root).read("checkpoints/latest") == b"2"
    for name in "ab":
        storage.write(f"checkpoints/{name}", b"3")
    storage.remove_files(["none", "checkpoints/a", "checkpoints/none", "checkpoints/b", "no"])
    assert storage.walk("checkpoints") == ["checkpoints/latest"]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_writer_may_die_at_any_moment(make_store, article, reject, poll, before):
    a = article("a")
    copy = duplicate_of(article("c"), a, how="near")
    rows = [a, article("b", language="de"), copy, reject(), poll()]
    deaths = 0
    for change in range(1, 60):
        dataset = make_store()
        dataset.commit("u0", [article("z")])

        def die(number, *, before, at=change, when=before):
            if number > at or (number == at and before is when):
                raise Crash

        died = False
        with changes_of(dataset.root, die):
            try:
                dataset.commit("u1", rows)
            except Crash:
                died = True
        forget_stores() if "memory" not in dataset.root else None
        committed = head(dataset.root) == 2
        assert len(dataset.rows("articles")) == (3 if committed else 1)
        assert set(rows_by_glob(dataset.root)) <= rows_by_log(dataset)
        assert dataset.audit().faults == ()
        recover(dataset.root, dataset.settings)
        assert dataset.audit().unpublished == 0
        dataset.commit("u1", rows, base=1)
        assert rows_by_glob(dataset.root) == Counter(rows_by_log(dataset))
        assert len(dataset.rows("articles")) == 3
        assert dataset.files("staging") == []
        assert dataset.audit().faults == ()
        if not died:
            break
        deaths += 1
    else:
        pytest.fail("the writer never came to its end")
    assert deaths > 8


def test_a_glob_never_sees_what_is_not_committed(store, article):
    """At each moment of a commit, of upkeep and of forget."""
    for number in range(6):
        store.commit(f"u{number}", [article(f"{number}-{n}") for n in range(3)])
    seen, missing = [], []

    def look(_number, *, before):
        found = rows_by_glob(store.root)
        committed = rows_by_log(store)
        assert set(found) <= committed
        assert not [row for row, count in found.items() if count > 1]
        seen.append(len(found))
        missing.append(len(committed) - len(found))

    with changes_of(store.root, look):
        store.commit("u7", [article("new"), article("neu", language="de")])
    assert min(seen) == 18, "what was there stays there"
    assert rows_by_glob(store.root) == Counter(rows_by_log(store))

    seen.clear(), missing.clear()
    with changes_of(store.root, look):
        keep_up(store.root, store.settings)
    assert len(live_files(read_commits(store.root), "articles")) < 8
    if open_storage(store.root).folders is not None:
        assert set(missing) == {0}, "on a disk folders are exchanged at once"
    assert rows_by_glob(store.root) == Counter(rows_by_log(store))

    def look_twice(_number, *, before):
        assert not [row for row, count in rows_by_glob(store.root).items() if count > 1]

    with changes_of(store.root, look_twice):
        forget(store.root, store.settings, urls=["https://news.example/new"])
    assert rows_by_glob(store.root) == Counter(rows_by_log(store))
    assert len(rows_by_log(store)) == 19
    assert store.audit().faults == ()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_upkeep_may_die_at_any_moment(make_store, article, poll, before):
    step = 1 if "memory" in make_store().root else 7
    for change in range(1, 120, step):
        dataset = make_store()
        for number in range(5):
            dataset.commit(f"u{number}", [article(f"{number}"), poll()])
        expected = rows_by_log(dataset)

        def die(number, *, before, at=change, when=before):
            if number > at or (number == at and before is when):
                raise Crash

        died = False
        with changes_of(dataset.root, die):
            try:
                keep_up(dataset.root, dataset.settings)
                fold_log(open_storage(dataset.root), dataset.settings, least=1)
            except Crash:
                died = True
        assert rows_by_log(dataset) == expected
        assert max(rows_by_glob(dataset.root).values(), default=0) <= 1
        recover(dataset.root, dataset.settings)
        assert rows_by_glob(dataset.root) == Counter(expected)
        assert dataset.audit().faults == ()
        dataset.commit("last", [article("last")])
        assert len(rows_by_log(dataset)) == 6
        if not died:
            break
    else:
        pytest.fail("upkeep never came to its end")
    assert change > 8
    assert load_state(open_storage(dataset.root)).folded > 0


def test_many_writers_at_once_lose_nothing_and_double_nothing(store, article):
    units = {f"u{w}": [article(str(n)) for n in range(w, w + 5)] for w in range(4)}
    staged = {unit: store.stage(unit, rows) for unit, rows in units.items()}
    ready, errors = threading.Barrier(len(units)), []

    def write(unit):
        ready.wait(timeout=20)
        try:
            commit_unit(
                store.root, unit, staged[unit], {}, base=0, info={}, settings=store.settings
            )
        except DatasetError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(unit,)) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert sorted(commit.unit for commit in read_commits(store.root)) == sorted(units)
    ids = [row["article_id"] for row in store.rows("articles")]
    assert sorted(ids) == sorted({article(str(n)).article_id for n in range(8)})
    assert rows_by_glob(store.root) == Counter(rows_by_log(store))


def make_old(monkeypatch, root) -> None:
    kind = type(open_storage(root))
    monkeypatch.setattr(kind, "age_s", lambda self, folder: 1e9 if self.walk(folder) else 0.0)


def test_a_writer_that_slept_cannot_commit_what_was_swept(store, article, monkeypatch):
    staged = store.stage("slow", [article("slow")])
    with monkeypatch.context() as patch:
        make_old(patch, store.root)
        recover(store.root, store.settings)
    with pytest.raises(DatasetError, match=r"swept|missing"):
        commit_unit(store.root, "slow", staged, {}, base=0, info={}, settings=store.settings)
    store.commit("quick", [article("quick")])
    recover(store.root, store.settings)
    assert store.files("staging") == []
    assert [row["source_id"] for row in store.rows("articles")] == ["quick"]
    store.commit("slow", [article("slow")])
    assert store.audit().faults == ()


def test_a_writer_that_looked_before_the_fence_lands_or_looks_again(
    store, article, events, monkeypatch
):
    """In a bucket files are removed only when no writer that saw no fence can land any more."""
    if open_storage(store.root).folders is not None:
        pytest.skip("on a disk the folder is moved away instead")
    store.commit("u0", [article("z")])
    staged = store.stage("slow", [article("slow")])
    real, swept = type(open_storage(store.root)).create, []

    def sweep_then_create(self, path, data):
        if path.startswith("commits/") and not swept:
            swept.append(path)
            with monkeypatch.context() as patch:
                make_old(patch, store.root)
                recover(store.root, store.settings)  # the fence goes up
                recover(store.root, store.settings)
            assert store.files("staging/slow"), "nothing has landed since: it may be committed"
        return real(self, path, data)

    monkeypatch.setattr(type(open_storage(store.root)), "create", sweep_then_create)
    counted = events([article("slow")])
    commit_unit(store.root, "slow", staged, counted, base=1, info={}, settings=store.settings)
    assert swept
    assert len(store.rows("articles")) == 2
    assert store.audit().faults == ()
    assert store.files("staging") == []


def test_a_copy_that_comes_late_is_withdrawn(store, article, monkeypatch):
    """A writer sleeps before its copy, and what it copies has been replaced meanwhile."""
    storage = open_storage(store.root)
    if storage.folders is not None:
        pytest.skip("a link cannot come late: it is made in the folder or fails")
    store.commit("u0", [article("a")])
    real, slept = type(storage).publish, []

    def sleep_then_copy(self, staged, path):
        if path.startswith("articles/") and not slept:
            slept.append(path)
            data = self.read(staged)
            with monkeypatch.context() as patch:
                patch.setattr(type(storage), "publish", real)
                forget(store.root, store.settings, domains=["news.example"])
            self.write(path, data)  # the copy was under way
            return True
        return real(self, staged, path)

    monkeypatch.setattr(type(storage), "publish", sleep_then_copy)
    store.commit("u1", [article("b")])
    assert slept
    assert rows_by_glob(store.root) == Counter()
    assert store.audit().faults == ()


def test_upkeep_leaves_what_may_still_be_under_way(store, article, monkeypatch):
    monkeypatch.setattr(compact_module, "GRACE_S", 3600.0)
    for number in range(6):
        store.commit(f"u{number}", [article(f"{number}")])
    merged = keep_up(store.root, store.settings).merged
    assert (merged == 0) == (open_storage(store.root).folders is None)


def test_a_hint_that_was_not_renewed_hides_nothing(store, article, monkeypatch):
    """The writer died between the checkpoint and the hint, which still says that there is none."""
    for number in range(6):
        store.commit(f"u{number}", [article(f"{number}")])
    storage = open_storage(store.root)
    with monkeypatch.context() as patch:
        patch.setattr(type(storage), "replace", lambda *_: None)
        assert fold_log(storage, store.settings, least=1)
    assert head(store.root) == 6
    assert len(store.rows_of("articles")) == 6
    store.commit("later", [article("later")])
    assert fold_log(storage, store.settings, least=1)
    assert load_state(open_storage(store.root, fresh=True)).folded == 7
    assert len(store.rows_of("articles")) == 7
    assert store.audit().faults == ()


def test_replaced_files_go_when_no_pass_can_need_them(store, article):
    for number in range(6):
        store.commit(f"u{number}", [article(f"{number}")])
    keep_up(store.root, store.settings)
    assert store.files("replaced/articles")
    fold_log(open_storage(store.root), store.settings, least=1)
    soon = store.settings.model_copy(update={"staging_ttl_s": 1e-6})
    recover(store.root, soon)
    assert store.files("replaced/articles") == []
    assert len(store.rows_of("articles")) == 6


def test_a_store_that_writes_over_is_refused(make_store, article, monkeypatch):
    store = make_store()
    if open_storage(store.root).folders is not None:
        pytest.skip("a disk has links")
    import obstore

    real = obstore.put

    def forgetful(*args, mode=None, **kwargs):
        return real(*args, **kwargs)

    monkeypatch.setattr(obstore, "put", forgetful)
    with pytest.raises(UsageError, match="cannot create an object only if there is none"):
        store.commit("u1", [article("a")])
    monkeypatch.undo()
    assert head(store.root) == 0
    assert store.files("commits") == store.files("articles") == []


@pytest.mark.parametrize("root", ["hdfs://host/news", "http://host/news"])
def test_other_places_are_no_roots(root):
    with pytest.raises(UsageError, match="s3://, gs:// and az://"):
        open_storage(root)


@pytest.mark.parametrize("root", ["s3://key:word@bucket/news", "az://box/news?sig=word"])
def test_an_address_with_credentials_is_refused_and_not_repeated(root):
    with pytest.raises(UsageError) as raised:
        open_storage(root)
    assert "word" not in str(raised.value)


def test_days_ago(store, article):
    """``--older-than`` works on every store."""
    old = datetime.now(UTC) - timedelta(days=900)
    store.commit("u0", [article("old", published_at=old), article("a")])
    forget(store.root, store.settings, before=datetime.now(UTC) - timedelta(days=800))
    assert [row["source_id"] for row in store.rows("articles")] == ["a"]
    assert sum(rows_by_glob(store.root).values()) == 1
