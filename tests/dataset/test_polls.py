from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from newsbeam.transforms.core.records import WaitingEntry
from newsbeam.transforms.core.schema import file_schema
from newsbeam.transforms.dataset.compact import compact
from newsbeam.transforms.dataset.polls import last_polls


def test_a_new_dataset_has_no_polls(dataset):
    assert last_polls(dataset.root) == {}


def test_the_latest_poll_of_each_source_counts(dataset, poll):
    first, other = poll("https://a.example/feed"), poll("https://b.example/feed", etag='"x"')
    later = replace(
        first,
        polled_at=first.polled_at + timedelta(hours=1),
        outcome="not_modified",
        position=12,
        complete=False,
        body_hash="abc",
    )
    dataset.commit("u1", [first, other])
    dataset.commit("u2", [later])
    assert last_polls(dataset.root) == {
        first.source_ref: replace(later, unit="u2"),
        other.source_ref: replace(other, unit="u1"),
    }


def test_of_two_polls_in_one_pass_the_later_counts(dataset, poll):
    first = poll()
    later = replace(first, polled_at=first.polled_at + timedelta(minutes=5))
    dataset.commit("u1", [later, first])
    assert last_polls(dataset.root) == {first.source_ref: replace(later, unit="u1")}


def test_polls_of_older_versions_are_read(dataset, poll):
    with pytest.MonkeyPatch.context() as patch:
        old = partial(file_schema, version=4)
        patch.setattr("newsbeam.transforms.dataset.encoding.file_schema", old)
        patch.setattr("newsbeam.transforms.dataset.rows.file_schema", old)
        dataset.commit("u1", [poll()])
    assert [each.waiting for each in last_polls(dataset.root).values()] == [()]
    assert dataset.audit().faults == ()


def test_what_waits_is_kept_in_its_order(dataset, poll):
    waiting = tuple(
        WaitingEntry(
            source_ref="https://a.example/feed", source_id=name, url=f"https://a.example/{n}"
        )
        for n, name in enumerate(("z", None, "a"))
    )
    dataset.commit("u1", [poll(waiting=waiting)])
    dataset.commit("u2", [poll("https://b.example/feed")])
    compact(dataset.root, dataset.settings)
    assert last_polls(dataset.root)[poll().source_ref].waiting == waiting
    (sentence,) = dataset.audit().waiting
    assert "3 entries" in sentence
    assert "https://a.example/0" in sentence
