"""Health, by the clock of the test."""

from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watching.events import Began, Ended, Failed, Progressed, Waiting
from newsbeam.pipelines.watching.health import Health
from newsbeam.transforms.core.observer import Done
from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.sources.schedule import Schedule

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DONE = Ended(1, Outcome("news", "engine"))


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(10 * MINUTE, clock)


def schedule(**outcomes: str) -> Schedule:
    sources = [Source(ref=f"http://{name}.example/feed", kind="feed") for name in outcomes]
    polls = {
        each.ref: Poll(source_ref=each.ref, source_kind="feed", polled_at=NOON, outcome=outcome)
        for each, outcome in zip(sources, outcomes.values(), strict=True)
        if outcome != "never"
    }
    return Schedule(sources, polls)


def test_it_is_well_before_the_first_round_has_ended_and_after(health: Health):
    assert health.verdict() == (True, "No round has ended yet.")
    health(Began(1, (), Schedule()))
    assert health.verdict()[0]
    health(DONE)
    assert health.verdict() == (True, "The last round ended at 2026-11-22 12:00:00 UTC.")


def test_a_round_that_failed_is_a_reason_until_a_look_goes_well(health: Health):
    for _ in range(2):
        health(Failed("The disk is full:\nnothing can be written."))
        expected = "The last round failed: The disk is full: nothing can be written."
        assert health.verdict() == (False, expected)
        health(Waiting(NOON + MINUTE, schedule(a="changed"), went_well=False))
        assert health.verdict() == (False, expected)
    health(Waiting(NOON + MINUTE, schedule(a="changed")))
    assert health.verdict()[0]


def test_a_fault_in_the_ledger_is_a_reason_until_a_round_has_none(health: Health, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Outcome, "faults", ("Commit 7: polled = 2, but 1.",))
        health(DONE)
    health(Waiting(NOON, schedule(a="changed")))
    assert health.verdict() == (False, "Commit 7: polled = 2, but 1.")
    health(DONE)
    assert health.verdict()[0]


def test_a_long_round_is_well_as_long_as_it_gives_signs_of_life(health: Health, clock: Clock):
    health(Began(1, (), Schedule()))
    for _ in range(30):
        clock.now += 9 * MINUTE
        assert health.verdict()[0]
        health(Progressed(Done("source", "http://a.example/feed")))
    clock.now += 11 * MINUTE
    assert health.verdict() == (
        False,
        "Overdue: nothing was heard since 2026-11-22 16:30:00 UTC.",
    )


def test_it_may_wait_for_the_next_look_and_ten_minutes_more(health: Health, clock: Clock):
    health(Waiting(NOON + 60 * MINUTE, schedule(a="changed")))
    clock.now += 69 * MINUTE
    assert health.verdict()[0]
    clock.now += 2 * MINUTE
    assert not health.verdict()[0]


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({"a": "failed"}, "The last poll of the only source failed."),
        ({"a": "failed", "b": "failed"}, "All 2 sources failed."),
        ({"a": "failed", "b": "not_modified"}, None),
        ({"a": "failed", "b": "never"}, None),
        ({}, None),
    ],
)
def test_it_is_ill_if_every_source_fails(
    outcomes: dict[str, str], words: str | None, health: Health
):
    health(DONE)
    health(Waiting(NOON, schedule(**outcomes)))
    is_well, sentence = health.verdict()
    assert is_well == (words is None)
    assert words is None or sentence == words
    health(Waiting(NOON, schedule(a="changed")))
    assert health.verdict()[0]
