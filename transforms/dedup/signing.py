"""A signature: a small sample of a text's shingles, by which copies find each other.

MinHash by one hash in place of 128 permutations: the shingles whose hash is below 2^(64 - level)
are kept, in the order of the text, as *anchors*. Whether a shingle is kept depends on itself alone,
so two texts sample what they share alike, however much else stands around it, and the anchors of a
text at a coarser level are among those of a finer one. Hence the sample of a cut or enlarged copy
still meets that of the original, which bands over the minima of whole texts miss, at a fraction of
their cost (``benchmarks/results/duplicates.md``). The level is the coarsest that leaves at least
``FEWEST_ANCHORS`` different ones; a signature has 35 on average, and a short text keeps them all.
"""

from dataclasses import dataclass, replace

import numpy as np

from newsbeam.transforms.core.records import Article, Reject
from newsbeam.transforms.dedup.shingles import Hashes, shingle_hashes

#: Stands beside each stored signature; others must not be compared with it. It covers the
#: normalization, the tokens, the hashes, the sampling and the encoding.
ALGORITHM = "sampled-shingles/1"

#: Different anchors of a signature, unless the text has fewer shingles.
FEWEST_ANCHORS = 24

# A signature is stored as 8-byte words: the level above the number of shingles, then the anchors.
LEVEL_SHIFT = 56
SHINGLES = (1 << LEVEL_SHIFT) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The sample of one text."""

    shingles: int  # how many the text has
    level: int  # anchors are below 2^(64 - level)
    anchors: Hashes  # in the order of the text, each once


def sign_article(outcome: Article | Reject) -> Article | Reject:
    """Return an article with the signature of its text: where many are made, it is made beside."""
    if isinstance(outcome, Reject):
        return outcome
    return replace(outcome, signature=encode_signature(sign(outcome.text)))


def sign(text: str) -> Signature:
    """Return the signature of ``text``."""
    return sign_shingles(shingle_hashes(text))


def sign_shingles(hashes: Hashes) -> Signature:
    """Return the signature of a text with these shingles."""
    ordered = np.sort(hashes)  # a plain sort: np.unique takes five times as long
    distinct = ordered[np.append(ordered[:-1] != ordered[1:], True)] if len(ordered) else ordered
    level = 0
    if len(distinct) > FEWEST_ANCHORS:
        level = 64 - int(distinct[FEWEST_ANCHORS - 1]).bit_length()
    anchors = sample(hashes, level)
    if len(anchors) > len(sample(distinct, level)):
        anchors = anchors[np.sort(np.unique(anchors, return_index=True)[1])]
    return Signature(shingles=len(hashes), level=level, anchors=anchors)


def sample(hashes: Hashes, level: int) -> Hashes:
    """Return those of ``hashes`` that are kept at ``level``: one in 2^level."""
    return hashes if level == 0 else hashes[hashes < np.uint64(1 << (64 - level))]


def encode_signature(signature: Signature) -> bytes:
    """Return ``signature`` as bytes: about 290 of them."""
    words = np.empty(len(signature.anchors) + 1, "<u8")
    words[0] = signature.shingles | signature.level << LEVEL_SHIFT
    words[1:] = signature.anchors
    return words.tobytes()
