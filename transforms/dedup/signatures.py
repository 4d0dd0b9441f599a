"""Signatures of many articles as they are stored, side by side: as arrays, and compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dedup.shingles import Hashes
from newsbeam.transforms.dedup.signing import ALGORITHM, LEVEL_SHIFT, SHINGLES, Signature, sample


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """The signatures of many articles as they are stored, side by side."""

    ids: pa.StringArray
    words: Hashes  # of each article its head, then its anchors
    offsets: NDArray[np.int64]  # the words of article i are those from offsets[i] to offsets[i + 1]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Signature:
        start, stop = self.offsets[index : index + 2].tolist()
        head = int(self.words[start])
        return Signature(
            shingles=head & SHINGLES,
            level=head >> LEVEL_SHIFT,
            anchors=self.words[start + 1 : stop],
        )

    @property
    def levels(self) -> NDArray[np.int64]:
        """The level of each article."""
        return (self.words[self.offsets[:-1]] >> np.uint64(LEVEL_SHIFT)).astype(np.int64)

    def take(self, chosen: NDArray[np.int64]) -> "SignatureBlock":
        """Return the articles with these indices, ascending, as a block of their own."""
        sizes = np.diff(self.offsets)
        mask = np.zeros(len(self), np.bool_)
        mask[chosen] = True
        return SignatureBlock(
            ids=self.ids.take(pa.array(chosen)),
            words=self.words[self.offsets[0] : self.offsets[-1]][np.repeat(mask, sizes)],
            offsets=np.concatenate(([0], np.cumsum(sizes[chosen]))),
        )

    def part(self, start: int, stop: int) -> "SignatureBlock":
        """Return the articles from ``start`` to ``stop`` as a block; nothing is copied."""
        return SignatureBlock(
            ids=self.ids.slice(start, stop - start),
            words=self.words,
            offsets=self.offsets[start : stop + 1],
        )


def concat_blocks(blocks: Sequence[SignatureBlock]) -> SignatureBlock:
    """Return the articles of ``blocks``, of which there is one at least, as one block."""
    sizes = np.concatenate([np.diff(block.offsets) for block in blocks])
    return SignatureBlock(
        ids=pa.concat_arrays([block.ids for block in blocks]),
        words=np.concatenate([b.words[b.offsets[0] : b.offsets[-1]] for b in blocks]),
        offsets=np.concatenate(([0], np.cumsum(sizes))),
    )


def estimate_containment(a: Signature, b: Signature) -> float:
    """Return the estimated share of the shorter text's shingles that the longer one has too.

    Both are compared at the coarser level; the standard error is .1 to .2 with 8 to 32 anchors.
    """
    level = max(a.level, b.level)
    first, second = set(sample(a.anchors, level).tolist()), set(sample(b.anchors, level).tolist())
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def decode_signature(data: bytes) -> Signature:
    """Read what ``encode_signature`` wrote; raise ``DatasetError`` for anything else."""
    return decode_block([""], [data])[0]


def decode_block(ids: Sequence[str], encoded: Iterable[bytes]) -> SignatureBlock:
    """Read the encoded signatures of ``ids``; raise ``DatasetError`` if one of them is none."""
    return decode_column(pa.array(ids, pa.string()), pa.array(encoded, pa.large_binary()))


def decode_column(ids: pa.StringArray, encoded: pa.LargeBinaryArray) -> SignatureBlock:
    """Read a column of encoded signatures without copying it; errors as ``decode_block``.

    A binary column, whose offsets are narrower, is widened first.
    """
    encoded = encoded.cast(pa.large_binary())
    _, offsets, data = encoded.buffers()
    bounds = np.zeros(1, np.int64)
    if offsets is not None and len(encoded):
        part = slice(encoded.offset, encoded.offset + len(encoded) + 1)
        bounds = np.frombuffer(offsets, np.int64)[part]
    if len(bounds) != len(ids) + 1 or np.any(np.diff(bounds) < 8) or np.any(bounds % 8):
        raise DatasetError(
            f"Of {len(encoded)} signatures for {len(ids)} articles, not each is a {ALGORITHM} "
            "signature: the index is damaged or of another version; rebuild it from the articles."
        )
    words = np.frombuffer(data or b"", "<u8", count=int(bounds[-1]) // 8)
    return SignatureBlock(ids=ids, words=words.astype(np.uint64, copy=False), offsets=bounds // 8)
