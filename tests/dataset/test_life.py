"""Signs of life, as those who wait for workers see them, on each kind of store."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.life import Mark, Signs, show_life
from newsbeam.transforms.dataset.storage import new_name, open_storage

BEAT_S = 0.05


@pytest.fixture
def work(store) -> PassContext:
    """A pass on an engine elsewhere, of a name of its own: a process shows life once for each."""
    return PassContext(
        root=store.root,
        unit=new_name(""),
        base=0,
        started_at=datetime.now(UTC),
        config=Config(),
        remote=True,
    )


def staged(work: PassContext) -> list[str]:
    return open_storage(work.root).walk("staging")


def wait_until(condition) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_worker_shows_that_it_lives_until_the_pass_is_committed(store, work, article):
    signs = Signs(work.root, work.unit, look_s=0)
    signs.silent_s()
    assert not signs.begun
    for _ in range(2):  # as each of its steps does
        show_life(work, BEAT_S)
    first = staged(work)
    assert len(first) == 1
    signs.silent_s()
    assert signs.begun
    wait_until(lambda: staged(work) != first)
    for _ in range(3):
        wait_until(lambda: signs.silent_s() == 0)

    store.commit(work.unit, [article("a")])
    wait_until(lambda: not staged(work))
    time.sleep(4 * BEAT_S)
    assert not open_storage(work.root).names("staging"), "the staging folder came back"
    wait_until(lambda: signs.silent_s() > 4 * BEAT_S)


def test_nothing_is_shown_in_process(work):
    show_life(replace(work, remote=False), BEAT_S)
    assert not staged(work)


def test_who_waits_no_longer_takes_the_marks_and_nothing_else(work):
    storage = open_storage(work.root)
    kept = f"staging/{work.unit}/{new_name('.parquet')}"
    storage.write(kept, b"rows")
    mark = Mark(storage, work.unit)
    assert mark.renew()
    Signs(work.root, work.unit).close()
    assert staged(work) == [kept]
    assert not mark.renew()
    assert staged(work) == [kept]


def test_a_mark_that_is_renewed_while_the_folder_is_swept_goes_with_the_next_beat(work):
    storage = open_storage(work.root)
    mark = Mark(storage, work.unit)
    assert mark.renew()
    listed = storage.walk("staging")
    assert mark.renew()
    storage.remove_files(listed)  # by somebody who has not seen the new name
    if storage.folders is None:
        assert not mark.renew()
        assert not staged(work)
    else:
        assert mark.renew()
        storage.remove(f"staging/{work.unit}")
        assert not mark.renew()
        assert not storage.names("staging")


def test_a_store_that_is_away_for_a_moment_ends_no_sign_of_life(work, monkeypatch):
    storage = open_storage(work.root)
    tried = []

    def fail(*_args: object) -> None:
        tried.append(1)
        raise DatasetError("The store is away.")

    show_life(work, BEAT_S)
    with monkeypatch.context() as patch:
        patch.setattr(type(storage), "move" if storage.folders else "exists", fail)
        wait_until(lambda: len(tried) > 1)
    now = staged(work)
    wait_until(lambda: staged(work) != now)
    Signs(work.root, work.unit).close()


def test_a_look_that_fails_is_no_sign_and_told(work, monkeypatch):
    storage = open_storage(work.root)
    signs = Signs(work.root, work.unit, look_s=0)
    Mark(storage, work.unit)
    signs.silent_s()

    def fail(*_args: object) -> list[str]:
        raise DatasetError("The store is away.")

    with monkeypatch.context() as patch:
        patch.setattr(type(storage), "names", fail)
        time.sleep(0.02)
        assert signs.silent_s() > 0
        assert "away" in str(signs.failure)
    signs.silent_s()
    assert signs.failure is None
