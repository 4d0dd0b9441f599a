"""The model of page kinds: by how much each kind is likelier than an article.

Two judgements are added: that of trees over the numbers of ``page_features``, and that of the words
of ``page_names``, each of which speaks for some kinds and against others. All of it is whole
numbers, so that the verdict is the same on all machines. ``benchmarks/train_kinds.py`` makes it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import ModelError
from newsbeam.transforms.extraction.page_features import page_features
from newsbeam.transforms.pages.walk import read_outline

MODEL = Path(__file__).with_name("kinds.json")
_VERSION = 2
#: Trees ask three questions, one after the other.
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Model:
    """Trees for each kind, the first of which is the article, all filled up to the same depth."""

    features: tuple[str, ...]
    kinds: tuple[str, ...]
    thresholds: NDArray[np.int64]  # by how much a kind must be likelier than an article
    starts: NDArray[np.int64]  # the first tree of each kind
    #: Of each level of the trees, from the roots: the features that its nodes ask for, and the most
    #: that goes left. Behind node n of a level stand nodes 2n and 2n + 1 of the next.
    levels: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    leaves: NDArray[np.int64]  # the last level: eight a tree
    names: Mapping[str, int]  # row of each word in ``weights``
    weights: NDArray[np.int64]  # (words, kinds): what a word says for each kind

    def judge(self, values: Sequence[int], names: Collection[str]) -> tuple[str, float]:
        """Return the likeliest other kind, and by how much the page is an article rather."""
        margins = self.margins(values, names)
        beyond = int((margins - self.thresholds[1:]).max())
        return self.kinds[1 + int(margins.argmax())], -beyond / 1000

    def margins(self, values: Sequence[int], names: Collection[str]) -> NDArray[np.int64]:
        """Return by how much each other kind is likelier than an article."""
        given = np.array(values, dtype=np.int64)
        at = np.arange(len(self.leaves) >> _DEPTH)
        for asked, limits in self.levels:
            at = 2 * at + (given.take(asked.take(at)) > limits.take(at))
        rows = [self.names[name] for name in names if name in self.names]
        said = self.weights[rows].sum(axis=0)
        sums = np.add.reduceat(self.leaves.take(at), self.starts) + said
        return np.asarray(sums[1:] - sums[0])


def make_model(content: Mapping[str, Any]) -> Model:
    """Return a model as it is evaluated, from what its file has."""
    levels: list[list[tuple[int, int]]] = [[] for _ in range(_DEPTH)]
    leaves: list[int] = []
    for tree in (tree for trees in content["trees"] for tree in trees):
        _add(tree, 0, levels, leaves)
    lengths = [len(trees) for trees in content["trees"]]
    weights = np.array(list(content["names"].values()), dtype=np.int64)
    return Model(
        features=tuple(content["features"]),
        kinds=tuple(content["kinds"]),
        thresholds=np.array(content["thresholds"], dtype=np.int64),
        starts=np.array([0, *accumulate(lengths[:-1])], dtype=np.int64),
        levels=tuple(
            (np.array(asked, dtype=np.int64), np.array(limits, dtype=np.int64))
            for asked, limits in (zip(*level, strict=True) for level in levels)
        ),
        leaves=np.array(leaves, dtype=np.int64),
        names={name: row for row, name in enumerate(content["names"])},
        weights=weights.reshape(-1, len(lengths)),
    )


def _add(tree: Any, depth: int, levels: list[list[tuple[int, int]]], leaves: list[int]) -> None:
    """Add the nodes of a tree to their levels; a leaf above the depth goes both ways."""
    if depth == _DEPTH:
        leaves.append(int(tree))
        return
    feature, limit, left, right = tree if isinstance(tree, list) else (0, 0, tree, tree)
    levels[depth].append((feature, limit))
    _add(left, depth + 1, levels, leaves)
    _add(right, depth + 1, levels, leaves)


@cache
def load_model(path: Path = MODEL) -> Model:
    """Return the model in ``path``.

    Raises:
        ModelError: The file is missing, damaged or of another version.
    """
    try:
        stored = json.loads(path.read_bytes())
        content = stored["model"]
        if stored["version"] != _VERSION:
            raise ValueError(f"it is of version {stored['version']}, not {_VERSION}")
        if stored["checksum"] != _checksum(content):
            raise ValueError("its checksum is wrong")
        known = page_features(read_outline("<p>"), article={}, url=None)
        if set(content["features"]) != set(known):
            raise ValueError("it was trained on other features of pages")
        return make_model(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(path, f"cannot be used: {error}") from error


def write_model(path: Path, content: Mapping[str, Any]) -> int:
    """Write what ``make_model`` takes and return the size of the file."""
    stored = {"version": _VERSION, "checksum": _checksum(content), "model": content}
    return path.write_text(json.dumps(stored, separators=(",", ":")) + "\n", encoding="utf-8")


def _checksum(content: object) -> str:
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
