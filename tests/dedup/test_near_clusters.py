import random
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.dedup.clusters import (
    Edge,
    find_components,
    follow_chains,
    large_star,
    small_star,
)

EDGES = st.lists(st.tuples(st.integers(0, 30).map(str), st.integers(0, 30).map(str)), max_size=60)


def grouped(edges: Iterable[Edge]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for a, b in edges:
        groups[a].add(b)
        groups[b].add(a)
    return groups


def run_rounds(edges: Iterable[Edge]) -> tuple[dict[str, str], int]:
    before, rounds = set[Edge](), 0
    now = {(a, b) for a, b in edges if a != b}
    while now != before:
        before, rounds = now, rounds + 1
        linked = {edge for node, near in grouped(now).items() for edge in large_star(node, near)}
        now = {edge for node, near in grouped(linked).items() for edge in small_star(node, near)}
    return dict(now), rounds


@pytest.mark.parametrize(
    ("edges", "labels"),
    [
        ([], {}),
        ([("b", "a")], {"a": "a", "b": "a"}),
        ([("a", "a")], {"a": "a"}),
        ([("c", "b"), ("d", "e"), ("b", "a")], {"a": "a", "b": "a", "c": "a", "d": "d", "e": "d"}),
        ([("a", "z"), ("y", "b"), ("z", "y")], dict.fromkeys("abyz", "a")),
    ],
)
def test_labels_each_node_with_the_smallest(edges: list[Edge], labels: dict[str, str]) -> None:
    assert find_components(edges) == labels


@given(EDGES, st.randoms(use_true_random=False))
def test_components_do_not_depend_on_order_or_direction(
    edges: list[Edge], rng: random.Random
) -> None:
    turned = [(b, a) if rng.random() < 0.5 else (a, b) for a, b in edges]
    rng.shuffle(turned)
    assert find_components(turned) == find_components(edges)


@given(EDGES)
def test_rounds_of_stars_end_in_the_same_labels(edges: list[Edge]) -> None:
    expected = find_components(edges)
    assert run_rounds(edges)[0] == {
        node: label for node, label in expected.items() if node != label
    }


@pytest.mark.parametrize(("length", "most"), [(10, 6), (100, 9), (1000, 12)])
def test_long_chains_need_few_rounds(length: int, most: int) -> None:
    nodes = [f"{i:05d}" for i in range(length)]
    random.Random(3).shuffle(nodes)
    labels, rounds = run_rounds(pairwise(nodes))
    assert set(labels.values()) == {"00000"}
    assert len(labels) == length - 1
    assert rounds <= most


def test_duplicates_of_duplicates_follow_to_the_article_that_stays() -> None:
    assert follow_chains({"d": "c", "c": "b", "b": "a", "y": "x"}) == {
        "d": "a",
        "c": "a",
        "b": "a",
        "y": "x",
    }


def test_a_circle_of_duplicates_is_an_error() -> None:
    with pytest.raises(ValueError, match="duplicate of itself"):
        follow_chains({"a": "b", "b": "a"})
