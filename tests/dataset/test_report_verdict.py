"""When what failed needs a person, and when it is worth a look."""

from collections import Counter
from dataclasses import replace

import pytest

from newsbeam.pipelines.report import measure_dataset
from newsbeam.pipelines.report_verdict import judge


def failed_level(report) -> str:
    (level,) = {each.level for each in judge(report) if each.topic == "failed"}
    return level


def test_one_feed_of_several_that_fails_is_worth_a_look_though_the_last_run_asked_no_other(
    dataset, poll, reject
):
    dataset.commit("u1", [poll(ref=f"https://paper{n}.example/feed") for n in range(9)])
    dataset.commit("u2", [poll(outcome="failed", reason="timeout"), reject("feed", stage="poll")])
    assert failed_level(measure_dataset(dataset.root, dataset.settings)) == "warn"


def test_all_feeds_that_fail_need_a_person_whatever_files_were_read_once(dataset, poll, reject):
    dataset.commit("u1", [poll(ref="/data/archive.jsonl", entries=0)])
    dataset.commit("u2", [poll(outcome="failed", reason="timeout"), reject("feed", stage="poll")])
    assert failed_level(measure_dataset(dataset.root, dataset.settings)) == "bad"


@pytest.mark.parametrize(
    ("day", "level"),
    [
        ({("failed", "http_status"): 1}, "warn"),
        ({("failed", "http_status"): 9}, "bad"),
        ({("failed", "http_status"): 9, ("unchanged", ""): 1}, "warn"),
        ({("failed", "http_status"): 9, ("unchanged", ""): 90}, "good"),
        ({("failed", "http_status"): 9, ("not_modified", ""): 90}, "bad"),
        ({("failed", "http_status"): 4, ("not_modified", ""): 90}, "warn"),
        ({("invalid", "embargoed"): 9}, "warn"),
        ({("not_modified", ""): 9}, "good"),
    ],
)
def test_only_a_day_on_which_nothing_could_be_read_needs_a_person(day, level, dataset, poll):
    dataset.commit("u1", [poll(entries=0)])
    report = replace(measure_dataset(dataset.root, dataset.settings), last_day=Counter(day))
    assert failed_level(report) == level
