import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.dedup.clusters import Edge, find_components

EDGES = st.lists(st.tuples(st.integers(0, 30).map(str), st.integers(0, 30).map(str)), max_size=60)


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
