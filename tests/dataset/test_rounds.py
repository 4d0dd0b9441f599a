from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.transforms.core.context import PassContext, Stream
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset import rounds
from newsbeam.transforms.dataset.rounds import is_committed, name_round, round_context

BEGAN = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
LATER = BEGAN + timedelta(seconds=10)


@pytest.fixture
def stream(dataset, article) -> PassContext:
    """A stream over a dataset that had a commit when it began."""
    dataset.commit("before", [article("old")])
    return PassContext(
        root=dataset.root,
        unit="s",
        base=1,
        started_at=BEGAN,
        config=Config(),
        stream=Stream(name="s", base=1),
    )


def test_a_round_is_named_and_judged_by_when_it_began(stream):
    first = round_context(stream, BEGAN)
    assert first.unit == "s-20261122T123000Z"
    assert (first.base, first.started_at) == (1, BEGAN)
    assert round_context(first, LATER).unit == name_round(stream, LATER) > first.unit


def test_a_round_is_judged_against_the_commit_of_the_one_before_whatever_else_lands(
    stream, dataset, article
):
    dataset.commit(name_round(stream, BEGAN), [article("a")])
    dataset.commit("another-writer", [article("b")])
    assert round_context(stream, LATER).base == 2
    dataset.commit(name_round(stream, BEGAN) + "-again-0123abcd", [article("c")])
    dataset.commit(name_round(stream, LATER), [article("d")])
    rounds._base.cache_clear()  # another worker, later
    assert round_context(stream, LATER).base == 2
    assert round_context(stream, BEGAN).base == 1
    assert round_context(stream, LATER + timedelta(seconds=1)).base == 5


def test_the_next_round_waits_for_the_commit_of_the_last(stream, dataset, article):
    assert not is_committed(stream, BEGAN)
    dataset.commit(name_round(stream, BEGAN), [article("a")])
    dataset.commit("another-writer", [article("b")])
    assert is_committed(stream, BEGAN)
    assert not is_committed(stream, LATER)


def test_a_pass_has_no_rounds(stream):
    with pytest.raises(ValueError, match="no stream"):
        round_context(replace(stream, stream=None), BEGAN)
