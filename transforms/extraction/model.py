"""The model that tells which blocks of a page are its article, and how it is kept and read.

Two sets of oblivious trees judge each block: the first by its features, the second by those and by
what the first says of the blocks around it. Features, thresholds and leaves are whole numbers, and
so are all sums: the verdict is the same to the bit on every machine. ``benchmarks/train_body.py``
makes the file.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import ModelError
from newsbeam.transforms.extraction.features import MEANING

Ints = NDArray[np.int64]

#: Changes with the meaning of features and trees: a file of another version is refused.
VERSION = 1
PATH = Path(__file__).with_name("body.npz")
#: Leaves are in units of this share of a logit; above zero, text is the likelier verdict.
UNITS = 1024
#: Probabilities in thousandths for scores from -8 to 8, in steps of an eighth.
_STEP = UNITS // 8
_EDGE = 64
_SURE = 700
_SURE_CHARS = 80
_FAR = 100
_MAX = 30_000

_AROUND = (-4, -3, -2, -1, 1, 2, 3, 4)
_WINDOWS = (3, 8, 20)


@dataclass(frozen=True, slots=True)
class Trees:
    """Oblivious trees: all nodes of one level ask the same question."""

    features: NDArray[np.int32]  # (trees, depth): which feature a level asks for …
    thresholds: NDArray[np.int32]  # … and above which value it takes the second branch
    leaves: NDArray[np.int32]  # (trees, 2 ** depth), in ``UNITS``
    bias: int

    def score(self, rows: NDArray[np.int32]) -> Ints:
        """Return the score of each row of features, in ``UNITS`` of a logit."""
        trees, depth = self.features.shape
        columns = np.ascontiguousarray(rows.T)
        leaf = np.zeros((trees, len(rows)), dtype=np.uint8)
        for level in range(depth):
            above = columns[self.features[:, level]] > self.thresholds[:, level, None]
            leaf |= above.view(np.uint8) << level
        places = leaf + np.arange(0, self.leaves.size, 2**depth, dtype=np.int32)[:, None]
        scores: Ints = self.leaves.take(places).sum(axis=0, dtype=np.int64) + self.bias
        return scores


@dataclass(frozen=True, slots=True)
class BodyModel:
    """Both sets of trees, and the table that makes probabilities of scores."""

    first: Trees
    second: Trees
    table: NDArray[np.int32]

    def judge(self, rows: NDArray[np.int32], keys: Sequence[Ints]) -> Ints:
        """Return the score of each block: above zero it is text of the article.

        ``rows`` are its features, ``keys`` what groups blocks (see ``features.measure_blocks``).
        """
        if not len(rows):
            return np.zeros(0, dtype=np.int64)
        scores = self.first.score(rows)
        context = context_features(scores, self.chances(scores), rows[:, 0], keys)
        return self.second.score(np.hstack([rows, context]))

    def chances(self, scores: Ints) -> Ints:
        """Return probabilities in thousandths."""
        steps = np.clip((scores + _STEP // 2) // _STEP, -_EDGE, _EDGE) + _EDGE
        return self.table[steps].astype(np.int64)


def context_features(
    scores: Ints, chances: Ints, sizes: NDArray[np.int32], keys: Sequence[Ints]
) -> NDArray[np.int32]:
    """Return what the first verdicts say of the blocks around each block, one row each."""
    count = len(scores)
    places = np.arange(count)
    size = sizes.astype(np.int64)
    mass = chances * size // 1000
    upto = np.concatenate(([0], np.cumsum(mass)))
    sizes_upto = np.concatenate(([0], np.cumsum(size)))
    total = max(1, int(upto[-1]))
    padded = np.full(count + 8, -1, dtype=np.int64)
    padded[4 : count + 4] = chances
    columns = [scores * 100 // UNITS, *(padded[4 + k : 4 + k + count] for k in _AROUND)]
    before, behind = upto[:-1], upto[-1] - upto[1:]
    columns += [before * 1000 // total, behind * 1000 // total, before, behind]
    for width in _WINDOWS:
        low, high = np.maximum(places - width, 0), np.minimum(places + width + 1, count)
        columns.append(
            (upto[places] - upto[low]) * 1000 // _one(sizes_upto[places] - sizes_upto[low])
        )
        columns.append(
            (upto[high] - upto[places + 1])
            * 1000
            // _one(sizes_upto[high] - sizes_upto[places + 1])
        )
    for key in keys:
        masses = _sums(key, mass)
        columns.append((masses[key] - mass) * 1000 // _one(_sums(key, size)[key] - size))
        columns.append(masses[key] * 1000 // total)
    sure = (chances > _SURE) & (size > _SURE_CHARS)
    last = np.maximum.accumulate(np.where(sure, places, -_FAR))
    ahead = np.minimum.accumulate(np.where(sure, places, count + _FAR)[::-1])[::-1]
    columns += [np.minimum(places - last, _FAR), np.minimum(ahead - places, _FAR)]
    found = np.flatnonzero(sure)
    start, end = (int(found[0]), int(found[-1])) if len(found) else (0, count - 1)
    columns += [np.clip(places - start, -300, 300), np.clip(places - end, -300, 300)]
    return np.minimum(np.stack(columns, axis=1), _MAX).astype(np.int32)


def _one(values: Ints) -> Ints:
    return np.maximum(1, values)


def _sums(key: Ints, values: Ints) -> Ints:
    sums = np.zeros(int(key.max()) + 1, dtype=np.int64)
    np.add.at(sums, key, values)
    return sums


@lru_cache(maxsize=1)
def body_model() -> BodyModel:
    """Return the model that ships with the package.

    Raises:
        ModelError: The file is missing, damaged or of another version.
    """
    return load_model(PATH)


def save_model(path: Path, model: BodyModel, names: Sequence[str]) -> None:
    """Write a model, and of what features it is: ``names`` says what they mean."""
    arrays: dict[str, NDArray[np.int32]] = {"table": model.table}
    for which, trees in (("first", model.first), ("second", model.second)):
        arrays[f"{which}_features"] = trees.features
        arrays[f"{which}_thresholds"] = trees.thresholds
        arrays[f"{which}_leaves"] = trees.leaves
        arrays[f"{which}_bias"] = np.array([trees.bias], dtype=np.int32)
    arrays = {name: value.astype(np.int32) for name, value in arrays.items()}
    stored: dict[str, Any] = {"version": np.array([VERSION]), "digest": _digest(arrays, names)}
    with path.open("wb") as file:
        np.savez_compressed(file, **(stored | arrays))


def load_model(path: Path, names: Sequence[str] = MEANING) -> BodyModel:
    """Return the model in a file that ``save_model`` wrote.

    Raises:
        ModelError: The file is missing, damaged or of another version.
    """
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
    except OSError as error:
        raise ModelError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, EOFError, NotImplementedError, BadZipFile, zlib.error) as error:
        raise ModelError(path, "is damaged") from error
    version = stored.pop("version", np.array([0]))
    digest = stored.pop("digest", np.array([], dtype=np.uint8))
    if version.tolist() != [VERSION]:
        raise ModelError(path, f"is of version {version.tolist()}; {VERSION} is needed")
    if digest.tolist() != _digest(stored, names).tolist():
        raise ModelError(path, "is damaged, or was made for other features")
    try:
        first, second = (
            Trees(
                features=stored[f"{which}_features"],
                thresholds=stored[f"{which}_thresholds"],
                leaves=stored[f"{which}_leaves"],
                bias=int(stored[f"{which}_bias"][0]),
            )
            for which in ("first", "second")
        )
        return BodyModel(first=first, second=second, table=stored["table"])
    except (KeyError, IndexError) as error:
        raise ModelError(path, "is damaged") from error


def _digest(arrays: dict[str, NDArray[np.int32]], names: Sequence[str]) -> NDArray[np.uint8]:
    """Return what tells that numbers and features are those that were trained."""
    digest = hashlib.sha256("\n".join(names).encode())
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].astype("<i4").tobytes())
    return np.frombuffer(digest.digest(), dtype=np.uint8)
