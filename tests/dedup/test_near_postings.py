import random

import numpy as np
import pytest

from transforms.dedup.postings import Postings, drop_repeats, find_slots
from transforms.dedup.shingles import Hashes

KEYS = np.arange(100, 160, dtype=np.uint64)
CROWD = 5
NOWHERE = np.empty(0, np.int64)


def anchors_of(seed: int) -> Hashes:
    return np.random.default_rng(seed).integers(0, 2**64, 20, np.uint64)


def slots_of(*slots: int) -> np.ndarray:
    return np.array(slots, np.int64)


def test_drops_repeats() -> None:
    assert drop_repeats(np.array([1, 1, 2, 5, 5, 5], np.uint64)).tolist() == [1, 2, 5]
    assert drop_repeats(np.empty(0, np.uint64)).tolist() == []


def test_finds_slots() -> None:
    slots, there = find_slots(KEYS, np.array([100, 99, 159, 160], np.uint64))
    assert there.tolist() == [True, False, True, False]
    assert slots[there].tolist() == [0, 59]
    assert not find_slots(np.empty(0, np.uint64), KEYS)[1].any()


def test_finds_each_article_under_each_of_its_keys_once() -> None:
    postings = Postings(KEYS, CROWD)
    postings.add(slots_of(1, 2, 3), anchors_of(0))
    postings.add(slots_of(), anchors_of(1))
    postings.add(slots_of(3, 2, 9), anchors_of(2))
    assert postings.find(slots_of(1), anchors_of(9)) == ([0], 0)
    assert postings.find(slots_of(2, 3), anchors_of(9)) == ([0, 2], 0)
    assert postings.find(slots_of(50), anchors_of(9)) == ([], 0)
    assert postings.find(NOWHERE, anchors_of(9)) == ([], 0)


def test_grows() -> None:
    postings = Postings(KEYS, 10**6)
    for article in range(3000):
        postings.add(slots_of(article % 60, (article + 7) % 60), anchors_of(0))
    found, _ = postings.find(slots_of(5), anchors_of(0))
    assert found == [a for a in range(3000) if 5 in (a % 60, (a + 7) % 60)]


def test_in_a_crowd_only_those_with_like_anchors_are_found() -> None:
    postings = Postings(KEYS, CROWD)
    for article in range(200):
        postings.add(slots_of(7), anchors_of(article % 100))  # each comes twice
    for article in range(100):
        found, full = postings.find(slots_of(7), anchors_of(article))
        assert {article, article + 100} <= set(found)
        assert len(found) <= CROWD
        assert full == 0


def test_a_crowd_of_equals_is_full_and_says_so() -> None:
    postings = Postings(KEYS, CROWD)
    for _ in range(50):
        postings.add(slots_of(7), anchors_of(1))
    assert postings.find(slots_of(7), anchors_of(1)) == ([0, 1, 2, 3, 4], 1)


@pytest.mark.parametrize("seed", range(20))
def test_loading_at_once_gives_what_adding_one_by_one_gives(seed: int) -> None:
    rng = random.Random(seed)
    entries = [
        (article, sorted(rng.sample(range(60), rng.randrange(1, 12)))) for article in range(80)
    ]
    one_by_one, at_once = Postings(KEYS, CROWD), Postings(KEYS, CROWD)
    for article, slots in entries:
        one_by_one.add(slots_of(*slots), anchors_of(article))
    at_once.load(
        np.array([slot for _, slots in entries for slot in slots]),
        np.array([article for article, slots in entries for _ in slots]),
        [anchors_of(article) for article, _ in entries],
    )
    for postings in (one_by_one, at_once):
        postings.add(slots_of(3, 4), anchors_of(1000))
    for article in [*range(0, 80, 7), 1000, 2000]:
        slots = slots_of(*rng.sample(range(60), 6))
        anchors = anchors_of(article)
        assert at_once.find(slots, anchors) == one_by_one.find(slots, anchors)


def test_loading_nothing() -> None:
    postings = Postings(KEYS, CROWD)
    postings.load(NOWHERE, NOWHERE, [])
    postings.add(slots_of(1), anchors_of(0))
    assert postings.find(slots_of(1), anchors_of(0)) == ([0], 0)
