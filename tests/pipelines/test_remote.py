"""Nobody waits for good for an engine elsewhere, and nobody is given up who works."""

import threading
import time
from datetime import UTC, datetime

import apache_beam as beam
import pytest
from jobs import Dataset

from newsbeam.pipelines import stream as stream  # all steps
from newsbeam.pipelines.remote import run_remotely, why_lost
from newsbeam.transforms.core.context import PassContext, new_unit
from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.life import Signs, show_life
from newsbeam.transforms.pass_fn import PassFn

BEAT_S = 0.05


class Engine:
    """A pipeline and its job, which ends after ``lasts_s`` or when it is cancelled."""

    def __init__(self, lasts_s: float = 60) -> None:
        self._lasts_s = lasts_s
        self._ended = threading.Event()

    def run(self) -> "Engine":
        return self

    def wait_until_finish(self) -> str:
        self._ended.wait(self._lasts_s)
        return "DONE"

    def cancel(self) -> None:
        self._ended.set()

    @property
    def is_cancelled(self) -> bool:
        return self._ended.is_set()


@pytest.fixture
def work(dataset: Dataset) -> PassContext:
    return PassContext(
        root=str(dataset.root),
        unit=new_unit(),
        base=0,
        started_at=datetime.now(UTC),
        config=Config(),
        remote=True,
    )


def test_each_step_lets_its_worker_show_that_it_lives():
    steps = [step for step in beam.DoFn.__subclasses__() if step.__module__.startswith("newsbeam.")]
    assert steps == [PassFn]
    assert len(PassFn.__subclasses__()) > 10


def signs_of(work: PassContext) -> Signs:
    return Signs(work.root, work.unit, look_s=0)


def test_an_engine_whose_workers_were_killed_is_given_up(work: PassContext):
    engine, signs = Engine(), signs_of(work)
    show_life(work, BEAT_S)
    signs.silent_s()
    # As if the worker were killed: its mark stays, and nobody renews it.
    Signs(work.root, work.unit).close()
    with pytest.raises(
        DatasetError,
        match=r"No worker of the engine has given a sign of life for \d+ s, so its job was"
        r" cancelled.* run the same command again",
    ):
        run_remotely("the engine", engine, signs, start_s=0.2, noticed_s=0.2)
    assert engine.is_cancelled


def test_an_engine_whose_worker_lives_is_waited_for(work: PassContext):
    show_life(work, BEAT_S)
    engine = Engine(lasts_s=3)
    assert run_remotely("the engine", engine, signs_of(work), start_s=1, noticed_s=1) == "DONE"
    assert not engine.is_cancelled


def test_an_engine_without_workers_is_given_up(work: PassContext):
    engine = Engine()
    with pytest.raises(DatasetError, match=r"No worker of the engine has begun within 0\.2 s"):
        run_remotely("the engine", engine, signs_of(work), start_s=0.2)
    assert engine.is_cancelled


def test_another_worker_has_the_time_to_begin(work: PassContext):
    signs = signs_of(work)
    show_life(work, 60)
    why_lost("the engine", signs, 0.2, 60)
    time.sleep(0.3)  # longer than a first worker may take
    assert why_lost("the engine", signs, 0.2, 60) is None


def test_a_dataset_that_cannot_be_looked_at_is_named(work: PassContext, monkeypatch):
    def fail(*_args: object) -> list[str]:
        raise DatasetError("The store is away.")

    signs = signs_of(work)
    monkeypatch.setattr("newsbeam.transforms.dataset.storage.LocalStorage.names", fail)
    assert why_lost("the engine", signs, 0.1) is None
    time.sleep(0.15)
    assert "cannot be told. The store is away." in str(why_lost("the engine", signs, 0.1))
