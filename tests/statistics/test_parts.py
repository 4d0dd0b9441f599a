from collections import Counter

import numpy as np

from newsbeam.transforms.statistics.calendar import DayCounts
from newsbeam.transforms.statistics.funnel import build_funnel, reject_counts
from newsbeam.transforms.statistics.lag import LagCounts


def test_days_are_counted_by_name_whatever_order_they_come_in():
    counts = DayCounts()
    counts.add(np.array([0, 1, 0]), ["en", "de"], np.array([20_000, 20_001, -700_000]))
    counts.add(np.array([0, 0]), ["de"], np.array([20_001, 20_000]))
    names, days, numbers = counts.pairs()
    found = {
        (counts.names[name], day): number
        for name, day, number in zip(names.tolist(), days.tolist(), numbers.tolist(), strict=True)
    }
    assert found == {("en", 20_000): 1, ("en", -700_000): 1, ("de", 20_001): 2, ("de", 20_000): 1}
    places = np.where(days == 20_001, 0, -1)
    assert counts.by_place(places, 1).tolist() == [[0], [2]]


def test_lags_have_classes_medians_and_days():
    lags = LagCounts(2)
    minutes = np.array([1, 4, 10, 50, 90, 60 * 24 * 30])
    lags.add(minutes * 60_000_000, np.array([0, 0, 0, 1, 1, -1]))
    lags.add(np.array([-5_000_000]), np.array([1]))  # dated after its commit
    lag = lags.lag()
    assert lag.articles == 7
    assert lag.classes == {
        "1 min": 2,
        "5 min": 1,
        "15 min": 1,
        "1 h": 1,
        "6 h": 1,
        "1 d": 0,
        "7 d": 0,
        "longer": 1,
    }
    assert lag.median_s is not None and abs(lag.median_s / 600 - 1) < 0.1
    first, second = lag.median_by_day
    assert first is not None and abs(first / 240 - 1) < 0.1
    assert second is not None and abs(second / 3000 - 1) < 0.1


def test_no_lag_is_no_number():
    lag = LagCounts(1).lag()
    assert (lag.articles, lag.median_s, lag.median_by_day) == (0, None, (None,))


def test_the_funnel_has_every_class_of_the_ledger_each_stage_with_its_ways_out():
    total = Counter(
        {
            ("written", ""): 5,
            ("near_duplicate", ""): 1,
            ("entries", ""): 10,
            ("fetched", ""): 6,
            ("polled", ""): 2,
            ("failed", "timeout"): 4,
        }
    )
    ways = build_funnel(total, Counter({("written", ""): 2}), Counter())
    assert [(way.kind, way.total) for way in ways] == [
        ("polled", 2),
        ("entries", 10),
        ("failed", 4),
        ("fetched", 6),
        ("near_duplicate", 1),
        ("written", 5),
    ]
    assert [way.last_day for way in ways] == [0, 0, 0, 0, 0, 2]


def test_rejects_stand_under_their_stage_those_of_steps_too():
    total = Counter(
        {
            ("written", ""): 5,
            ("poll_failed", "timeout"): 1,
            ("invalid", "bad_url"): 2,
            ("failed", "timeout"): 3,
            ("rejected", "no_article"): 4,
            ("rejected", "off_topic"): 5,
            ("rejected", "step_failed"): 6,
        }
    )
    assert reject_counts(total) == {
        ("poll", "timeout"): 1,
        ("read", "bad_url"): 2,
        ("fetch", "timeout"): 3,
        ("extract", "no_article"): 4,
        ("step", "off_topic"): 5,
        ("step", "step_failed"): 6,
    }
