"""Connected components of edges, and the article at the end of a chain of duplicates.

A near-duplicate is linked to the article that stays and to no other (``near``), so clusters are
stars, the ``cluster_id`` is that of the article that stays, and it never changes. Components of the
*candidate* pairs are what a large pass may be divided by: articles of different components have
nothing to do with each other, so each component can be judged on a worker of its own.

``find_components`` holds all edges in one process. Where there are too many, alternate
``large_star`` and ``small_star`` (Kiveris et al., "Connected components in MapReduce and beyond",
SoCC 2014): each is a ``GroupByKey`` of edges by node and one call for each node. After a number of
rounds that grows with the logarithm of the longest chain (8 for 100 articles, 15 for 10,000)
nothing changes any more, and each node is linked to its label alone.
"""

from collections.abc import Iterable, Iterator, Mapping

Edge = tuple[str, str]


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


def large_star(node: str, neighbours: Iterable[str]) -> Iterator[Edge]:
    """Link each larger neighbour of ``node`` to the smallest of all of them.

    ``neighbours`` are those of all edges that ``node`` is in, on either side.
    """
    near = set(neighbours)
    least = min(near | {node})
    for each in near:
        if each > node:
            yield each, least


def small_star(node: str, neighbours: Iterable[str]) -> Iterator[Edge]:
    """Link ``node`` and each smaller neighbour to the smallest of them.

    ``neighbours`` are those of the edges in which ``node`` is the larger; others are passed over.
    """
    near = {each for each in neighbours if each < node}
    if near:
        least = min(near)
        for each in (near | {node}) - {least}:
            yield each, least


def follow_chains(duplicate_of: Mapping[str, str]) -> dict[str, str]:
    """Return for each duplicate the article that stays: the end of its chain.

    So the exact copies of an article that turns out to be a near-duplicate follow it.
    """
    followed: dict[str, str] = {}
    for article in duplicate_of:
        stays, passed = article, {article}
        while stays in duplicate_of:
            stays = duplicate_of[stays]
            if stays in passed:
                raise ValueError(f"{stays} is a duplicate of itself, through {sorted(passed)}")
            passed.add(stays)
        followed[article] = stays
    return followed
