"""Acceptance test 24, as far as feeds go: when a feed is asked again, and how."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.core.settings import PollSettings
from newsbeam.transforms.web.polling import (
    FeedHints,
    PollAnswer,
    PollState,
    has_changed,
    is_due,
    judge_poll,
    request_poll,
)

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)  # a Wednesday
FEED = "https://daily.example/feed"
SETTINGS = PollSettings(jitter=0.0)
MINUTE, HOUR, DAY = 60, 3600, 86400


def ok(at=NOW, **changes):
    values = {"status": 200, "final_url": FEED, "body_hash": "1", "entries": 10, "seen_before": 5}
    return PollAnswer(**(values | {"at": at} | changes))


def wait_after(answer, state=None, settings=SETTINGS):
    """Return the seconds until the next poll."""
    after = judge_poll(state or PollState(url=FEED), answer, settings)
    return (after.next_at - answer.at).total_seconds()


def test_a_new_feed_is_asked_at_once_and_then_after_an_hour():
    state = PollState(url=FEED)
    assert request_poll(state, NOW, SETTINGS).url == FEED
    state = judge_poll(state, ok(), SETTINGS)
    assert not is_due(state, NOW + timedelta(minutes=59))
    assert is_due(state, NOW + timedelta(minutes=60))


@pytest.mark.parametrize(("seen", "trend"), [(0, -1), (3, -1), (4, 0), (6, 0), (7, 1), (10, 1)])
def test_the_interval_follows_the_share_of_entries_known_already(seen, trend):
    wait = wait_after(ok(seen_before=seen), PollState(url=FEED, interval_s=HOUR))
    assert (wait > HOUR) - (wait < HOUR) == trend


@pytest.mark.parametrize(
    "answer", [ok(status=304, body_hash=None, entries=0), ok(entries=0, seen_before=0)]
)
def test_nothing_new_makes_the_interval_longer(answer):
    assert wait_after(answer, PollState(url=FEED, interval_s=HOUR)) > HOUR


@pytest.mark.parametrize(("seen", "limit"), [(0, 15 * MINUTE), (10, DAY)])
def test_the_interval_stays_between_a_quarter_of_an_hour_and_a_day(seen, limit):
    state = PollState(url=FEED)
    for _ in range(30):
        state = judge_poll(state, ok(seen_before=seen), SETTINGS)
    assert (state.next_at - NOW).total_seconds() == limit


@given(st.text(max_size=50))
def test_jitter_is_at_most_a_tenth_and_the_same_for_the_same_feed(name):
    settings = PollSettings()
    first, second = (
        wait_after(ok(final_url=name), PollState(url=name), settings) for _ in range(2)
    )
    assert first == second
    assert 0.9 * HOUR <= first <= 1.1 * HOUR


def test_jitter_spreads_feeds():
    urls = [f"https://a.example/{number}" for number in range(50)]
    waits = {wait_after(ok(), PollState(url=url), PollSettings()) for url in urls}
    assert max(waits) - min(waits) > 0.1 * HOUR


@pytest.mark.parametrize(
    ("changes", "wait"),
    [
        ({"hints": FeedHints(ttl_s=90 * 60)}, 90 * MINUTE),
        ({"hints": FeedHints(ttl_s=5 * 60)}, HOUR),
        ({"hints": FeedHints(ttl_s=999999 * 60)}, DAY),
        ({"hints": FeedHints(update_period_s=6 * 3600)}, 6 * HOUR),
        ({"hints": FeedHints(update_period_s=7 * 86400)}, DAY),
        ({"cache_control": "public, Max-Age=7200"}, 2 * HOUR),
        ({"cache_control": 'max-age="7200"'}, 2 * HOUR),
        ({"cache_control": "max-age=forever"}, HOUR),
        ({"expires": format_datetime(NOW + timedelta(hours=3), usegmt=True)}, 3 * HOUR),
        ({"expires": "0"}, HOUR),
        ({"expires": f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"}, HOUR),
        ({"expires": f"Mon, 01 Jan 2024 00:00:00 +{'9' * 20}"}, HOUR),
        (
            {
                "cache_control": "max-age=7200",
                "expires": format_datetime(NOW + timedelta(hours=9), usegmt=True),
            },
            2 * HOUR,
        ),
        ({"retry_after_s": 4 * HOUR}, 4 * HOUR),
        (
            {"hints": FeedHints(ttl_s=90 * 60), "cache_control": "max-age=7200"},
            2 * HOUR,
        ),
    ],
)
def test_the_longest_of_all_waits_counts_up_to_a_day(changes, wait):
    assert wait_after(ok(**changes)) == wait


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        (FeedHints(skip_hours=(11, 12)), datetime(2024, 5, 15, 13, 0, tzinfo=UTC)),
        (FeedHints(skip_hours=(10,)), datetime(2024, 5, 15, 11, 30, tzinfo=UTC)),
        (FeedHints(skip_days=("Wednesday",)), datetime(2024, 5, 16, 0, 0, tzinfo=UTC)),
        (
            FeedHints(skip_days=("wednesday", "Thursday"), skip_hours=(0, 24)),
            datetime(2024, 5, 17, 1, 0, tzinfo=UTC),
        ),
        (FeedHints(skip_hours=tuple(range(24))), datetime(2024, 5, 15, 11, 30, tzinfo=UTC)),
    ],
)
def test_hours_and_days_that_the_feed_skips_are_skipped(hints, expected):
    assert judge_poll(PollState(url=FEED), ok(hints=hints), SETTINGS).next_at == expected


def test_a_feed_moves_after_three_equal_permanent_redirects_in_a_row():
    state, new = PollState(url=FEED), "https://daily.example/new"
    moved = ok(final_url=new, permanent=True)
    for urls in [FEED, FEED, new]:
        state = judge_poll(state, moved, SETTINGS)
        assert state.url == urls
    assert (state.moved_to, state.moves_seen) == (None, 0)


@pytest.mark.parametrize(
    "between",
    [
        ok(),
        ok(final_url="https://daily.example/new", permanent=False),
        ok(final_url="https://other.example/", permanent=True),
        ok(status=500, body_hash=None),
    ],
)
def test_a_move_that_is_not_consistent_is_not_followed(between):
    state, moved = PollState(url=FEED), ok(final_url="https://daily.example/new", permanent=True)
    for answer in [moved, moved, between, moved, moved]:
        state = judge_poll(state, answer, SETTINGS)
        assert state.url == FEED


def test_a_feed_that_is_gone_is_never_asked_again():
    state = judge_poll(PollState(url=FEED), ok(status=410, body_hash=None), SETTINGS)
    assert state.gone
    assert not is_due(state, NOW + timedelta(days=10_000))


def failures(status, times):
    state, at, waits = PollState(url=FEED, interval_s=HOUR), NOW, []
    for _ in range(times):
        state = judge_poll(state, ok(at, status=status, body_hash=None), SETTINGS)
        waits.append((state.next_at - at).total_seconds())
        at = state.next_at
    return waits


def test_a_feed_that_is_not_found_is_asked_less_and_less_up_to_a_month():
    waits = failures(404, 60)
    assert waits[:4] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert waits[-1] == 30 * DAY


@pytest.mark.parametrize("status", [500, 403, 429, None])
def test_other_failures_back_off_up_to_a_day(status):
    assert failures(status, 2000)[-1] == DAY


def test_retry_after_counts_after_a_failure():
    answer = ok(status=503, body_hash=None, retry_after_s=5 * HOUR)
    assert wait_after(answer) == 5 * HOUR
    assert wait_after(replace(answer, retry_after_s=90 * DAY)) == DAY


def test_a_success_ends_the_back_off():
    state = PollState(url=FEED, interval_s=HOUR, failures=5)
    assert judge_poll(state, ok(), SETTINGS).failures == 0


def test_validators_are_sent_back_but_once_a_day_the_whole_feed_is_asked_for():
    state = judge_poll(PollState(url=FEED), ok(etag='"a"', last_modified="yesterday"), SETTINGS)
    soon = request_poll(state, NOW + timedelta(hours=2), SETTINGS)
    assert (soon.etag, soon.last_modified) == ('"a"', "yesterday")
    state = judge_poll(state, ok(NOW + timedelta(hours=23), status=304, body_hash=None), SETTINGS)
    late = request_poll(state, NOW + timedelta(hours=49), SETTINGS)
    assert (late.etag, late.last_modified) == (None, None)


def test_a_server_whose_validators_lie_is_asked_without_them_from_then_on():
    state = judge_poll(PollState(url=FEED), ok(etag='"a"', body_hash="1"), SETTINGS)
    state = judge_poll(state, ok(status=304, body_hash=None, etag='"a"'), SETTINGS)
    later = ok(NOW + timedelta(days=1), etag='"a"', body_hash="2")
    assert has_changed(state, later)
    state = judge_poll(state, later, SETTINGS)
    for days in (2, 3):
        at = NOW + timedelta(days=days)
        assert request_poll(state, at, SETTINGS).etag is None
        state = judge_poll(state, ok(at, etag='"a"', body_hash="2"), SETTINGS)


def test_the_same_body_again_is_no_change_whatever_the_validators_say():
    state = judge_poll(PollState(url=FEED), ok(etag='"a"'), SETTINGS)
    again = ok(etag='"b"')
    assert not has_changed(state, again)
    assert judge_poll(state, again, SETTINGS).etag == '"b"'
