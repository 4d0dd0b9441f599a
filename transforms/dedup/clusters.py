"""Connected components of links.

A near-duplicate is linked to the article that stays and to no other (``near``), so clusters are
stars, the ``cluster_id`` is that of the article that stays, and it never changes. Components of the
*links* are what a pass is divided by: articles of different components have nothing to do with each
other, so each component can be judged on a worker of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The component that an article belongs to."""

    label: str  # the smallest article_id in it


def find_components(edges: Iterable[Edge]) -> dict[str, str]:
    """Return the label of each node that has an edge: the smallest node of its component."""
    parent: dict[str, str] = {}

    def find(node: str) -> str:
        root = node
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[node] != root:
            parent[node], node = root, parent[node]
        return root

    for a, b in edges:
        first, second = sorted((find(a), find(b)))
        parent[second] = first
    return {node: find(node) for node in list(parent)}
