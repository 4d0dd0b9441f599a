from dataclasses import replace
from datetime import timedelta

from transforms.dataset.polls import last_polls


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
