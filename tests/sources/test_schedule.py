"""Which source is due when, by the clock of the test."""

import pickle
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.sources.schedule import Schedule

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def feed(name: str) -> Source:
    return Source(ref=f"http://{name}.example/feed", kind="feed")


def poll(source: Source, at: datetime, minutes: float, **values: object) -> Poll:
    return Poll(
        source_ref=source.ref,
        source_kind="feed",
        polled_at=at,
        outcome="changed",
        next_at=at + timedelta(minutes=minutes),
        **values,
    )


def by_ref(*polls: Poll) -> dict[str, Poll]:
    return {each.source_ref: each for each in polls}


def names(sources: list[Source]) -> list[str]:
    return [source.ref for source in sources]


class TestDue:
    def test_what_was_never_asked_is_due_first_and_in_the_order_given(self):
        a, b, c = feed("a"), feed("b"), feed("c")
        schedule = Schedule([c, a, b], by_ref(poll(b, NOON - timedelta(hours=9), 30)))
        assert schedule.due(NOON) == [c, a, b]

    def test_a_poll_puts_a_source_off_until_its_time_and_not_longer(self):
        a = feed("a")
        schedule = Schedule([a], by_ref(poll(a, NOON, 30)))
        assert schedule.due(NOON + timedelta(minutes=29)) == []
        assert schedule.due(NOON + timedelta(minutes=30)) == [a]
        assert schedule.next_at == NOON + timedelta(minutes=30)

    def test_the_longest_overdue_come_first_so_that_a_full_pass_starves_nobody(self):
        sources = [feed(name) for name in "abc"]
        waits = dict(zip(sources, (30, 10, 20), strict=True))
        polls = by_ref(*(poll(each, NOON, wait) for each, wait in waits.items()))
        due = Schedule(sources, polls).due(NOON + timedelta(hours=1))
        assert due == sorted(sources, key=lambda each: waits[each])

    def test_a_source_stays_due_until_its_poll_is_told(self):
        a = feed("a")
        schedule = Schedule([a])
        assert schedule.due(NOON) == schedule.due(NOON) == [a]
        schedule.follow([a], by_ref(poll(a, NOON, 30)), [a.ref])
        assert schedule.due(NOON) == []

    def test_an_earlier_time_replaces_a_later_one_and_back_again(self):
        a = feed("a")
        schedule = Schedule([a])
        for minutes in (30, 10, 30):
            schedule.follow([a], by_ref(poll(a, NOON, minutes)), [a.ref])
        assert schedule.due(NOON + timedelta(minutes=10)) == []
        assert schedule.due(NOON + timedelta(minutes=30)) == [a]

    def test_what_is_gone_is_never_due_and_counted_as_such(self):
        a, b = feed("a"), feed("b")
        gone = replace(poll(a, NOON, 1), gone=True, next_at=None, outcome="failed")
        failing = replace(poll(b, NOON, 1), outcome="failed", reason="timeout", failures=3)
        schedule = Schedule([a, b, feed("c")], by_ref(gone, failing))
        assert a not in schedule.due(NOON + timedelta(days=365))
        assert schedule.states == {"new": 1, "fine": 0, "failing": 1, "gone": 1}
        schedule.follow([a, b, feed("c")], by_ref(gone, poll(b, NOON, 1)), [b.ref])
        assert schedule.states == {"new": 1, "fine": 1, "failing": 0, "gone": 1}

    def test_files_are_due_at_each_look(self):
        file = Source(ref="/news/feeds.opml", kind="opml")
        schedule = Schedule([feed("a"), file], by_ref(poll(feed("a"), NOON, 60)))
        assert schedule.due(NOON) == [file]


class TestFollow:
    def test_what_a_source_lists_is_due_too_and_no_more_when_it_is_struck_off(self):
        opml = Source(ref="http://list.example/all.opml", kind="opml", publisher="Ours")
        a, b = (replace(feed(name), publisher="Ours", depth=1) for name in "ab")
        both = poll(opml, NOON, 60, children=(f"feed:{a.ref}", f"feed:{b.ref}"))
        schedule = Schedule([opml], by_ref(both, poll(a, NOON, 5)))
        assert len(schedule) == 3
        assert schedule.due(NOON) == [b]
        one = replace(both, children=(f"feed:{b.ref}",))
        schedule.follow([opml], by_ref(one), [opml.ref])
        assert schedule.due(NOON + timedelta(minutes=30)) == [b]
        assert len(schedule) == 2

    def test_another_list_of_sources_keeps_what_is_known_of_those_that_stay(self):
        a, b, c = feed("a"), feed("b"), feed("c")
        schedule = Schedule([a, b], by_ref(poll(a, NOON, 30), poll(b, NOON, 30)))
        schedule.follow([b, c], {})
        assert schedule.due(NOON) == [c]
        assert schedule.due(NOON + timedelta(hours=1)) == [c, b]

    def test_polls_of_sources_that_are_not_watched_are_passed_over(self):
        a, b = feed("a"), feed("b")
        schedule = Schedule([a])
        schedule.follow([a], by_ref(poll(b, NOON, 30)), [b.ref])
        assert schedule.due(NOON) == [a]
        assert len(schedule) == 1


def test_the_next_turns_are_told_in_order():
    sources = [feed(f"s{number}") for number in range(50)]
    waits = random.Random(4).sample(range(1, 500), len(sources))
    polls = by_ref(*(poll(s, NOON, wait) for s, wait in zip(sources, waits, strict=True)))
    told = Schedule(sources, polls).upcoming(7)
    assert [each.due_at for each in told] == [
        NOON + timedelta(minutes=wait) for wait in sorted(waits)[:7]
    ]


class Asked(Mapping[str, Poll]):
    """Last polls that count how often they are looked up."""

    def __init__(self) -> None:
        self.polls: dict[str, Poll] = {}
        self.times = 0

    def __getitem__(self, ref: str) -> Poll:
        self.times += 1
        return self.polls[ref]

    def __iter__(self) -> Iterator[str]:
        return iter(self.polls)

    def __len__(self) -> int:
        return len(self.polls)


def test_ten_thousand_feeds_over_a_day_are_each_asked_at_their_time_in_flat_memory():
    chance = random.Random(17)
    sources = [feed(f"paper{number}") for number in range(10_000)]
    every = {each.ref: 3600.0 * 24 ** chance.random() for each in sources}  # an hour to a day
    polls, schedule = Asked(), Schedule()
    schedule.follow(sources, polls)
    look, turns, sizes = timedelta(minutes=5), Counter(), []
    for number in range(24 * 12):
        now = NOON + number * look
        due = schedule.due(now)
        for source in due:
            before = polls.polls.get(source.ref)
            if before is not None:
                assert before.next_at <= now < before.next_at + look, "late, or too early"
            polls.polls[source.ref] = poll(source, now, every[source.ref] / 60)
        turns.update(source.ref for source in due)
        schedule.follow(sources, polls, names(due))
        if number % (6 * 12) == 12:
            sizes.append(len(pickle.dumps(schedule)))  # all that it holds
    for source in sources:
        assert abs(turns[source.ref] - 86400 / every[source.ref]) <= 2 + turns[source.ref] * 0.1
    # Each poll was looked up once, and beyond that each source once, when it was new: looks at
    # which nothing is due ask for nothing.
    assert polls.times <= sum(turns.values()) + len(sources)
    assert max(sizes) < 1.1 * sizes[0]
