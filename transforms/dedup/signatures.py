"""A signature: a small sample of a text's shingles, by which copies find each other.

MinHash by one hash in place of 128 permutations: the shingles whose hash is below 2^(64 - level)
are kept, in the order of the text, as *anchors*. Whether a shingle is kept depends on itself alone,
so two texts sample what they share alike, however much else stands around it, and the anchors of a
text at a coarser level are among those of a finer one. Hence the sample of a cut or enlarged copy
still meets that of the original, which bands over the minima of whole texts miss, at a fraction of
their cost (``benchmarks/results/duplicates.md``). The level is the coarsest that leaves at least
``FEWEST_ANCHORS`` different ones; a signature has 35 on average, and a short text keeps them all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.core.errors import DatasetError
from transforms.dedup.shingles import Hashes, shingle

#: Stands beside each stored signature; others must not be compared with it. It covers the
#: normalization, the tokens, the hashes, the sampling and the encoding.
ALGORITHM = "sampled-shingles/1"

#: Different anchors of a signature, unless the text has fewer shingles.
FEWEST_ANCHORS = 24

# A signature is stored as 8-byte words: the level above the number of shingles, then the anchors.
_LEVEL_SHIFT = 56


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The sample of one text."""

    shingles: int  # how many the text has
    level: int  # anchors are below 2^(64 - level)
    anchors: Hashes  # in the order of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """The signatures of many articles, side by side in arrays."""

    ids: Sequence[str]
    shingles: NDArray[np.int64]
    levels: NDArray[np.int64]
    anchors: Hashes
    offsets: NDArray[np.int64]  # the anchors of article i are those from offsets[i] to offsets[i+1]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Signature:
        return Signature(
            shingles=int(self.shingles[index]),
            level=int(self.levels[index]),
            anchors=self.anchors[self.offsets[index] : self.offsets[index + 1]],
        )

    def part(self, start: int, stop: int) -> "SignatureBlock":
        """Return the articles from ``start`` to ``stop`` as a block; nothing is copied."""
        offsets = self.offsets[start : stop + 1]
        return SignatureBlock(
            ids=self.ids[start:stop],
            shingles=self.shingles[start:stop],
            levels=self.levels[start:stop],
            anchors=self.anchors[offsets[0] : offsets[-1]],
            offsets=offsets - offsets[0],
        )


def sign(text: str) -> Signature:
    """Return the signature of ``text``."""
    return sign_shingles(shingle(text).hashes)


def sign_shingles(hashes: Hashes) -> Signature:
    """Return the signature of a text with these shingles."""
    ordered = np.sort(hashes)  # a plain sort: np.unique takes five times as long
    distinct = np.flatnonzero(ordered[1:] != ordered[:-1])  # the last of each but the greatest
    level = 0
    if len(distinct) >= FEWEST_ANCHORS:
        level = 64 - int(ordered[distinct[FEWEST_ANCHORS - 1]]).bit_length()
    return Signature(shingles=len(hashes), level=level, anchors=sample(hashes, level))


def sample(hashes: Hashes, level: int) -> Hashes:
    """Return those of ``hashes`` that are kept at ``level``: one in 2^level."""
    return hashes if level == 0 else hashes[hashes < np.uint64(1 << (64 - level))]


def estimate_containment(a: Signature, b: Signature) -> float:
    """Return the estimated share of the shorter text's shingles that the longer one has too.

    Both are compared at the coarser level; the standard error is .1 to .2 with 8 to 32 anchors.
    """
    level = max(a.level, b.level)
    first, second = set(sample(a.anchors, level).tolist()), set(sample(b.anchors, level).tolist())
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def encode_signature(signature: Signature) -> bytes:
    """Return ``signature`` as bytes: about 290 of them."""
    words = np.empty(len(signature.anchors) + 1, "<u8")
    words[0] = signature.shingles | signature.level << _LEVEL_SHIFT
    words[1:] = signature.anchors
    return words.tobytes()


def decode_signature(data: bytes) -> Signature:
    """Read what ``encode_signature`` wrote; raise ``DatasetError`` for anything else."""
    return decode_block([""], [data])[0]


def decode_block(ids: Sequence[str], encoded: Iterable[bytes]) -> SignatureBlock:
    """Read the encoded signatures of ``ids``; raise ``DatasetError`` if one of them is none."""
    parts = list(encoded)
    sizes = np.fromiter(map(len, parts), np.int64, len(parts))
    if len(parts) != len(ids) or np.any((sizes < 8) | (sizes % 8 != 0)):
        raise DatasetError(
            f"Of {len(parts)} signatures for {len(ids)} articles, not each is a {ALGORITHM} "
            "signature: the index is damaged or of another version; rebuild it from the articles."
        )
    words = np.frombuffer(b"".join(parts), "<u8").astype(np.uint64, copy=False)
    ends = np.cumsum(sizes // 8)
    starts = ends - sizes // 8
    keep = np.ones(len(words), np.bool_)
    keep[starts] = False
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum(sizes // 8 - 1, out=offsets[1:])
    heads = words[starts].astype(np.int64)
    return SignatureBlock(
        ids=ids,
        shingles=heads & ((1 << _LEVEL_SHIFT) - 1),
        levels=heads >> _LEVEL_SHIFT,
        anchors=words[keep],
        offsets=offsets,
    )
