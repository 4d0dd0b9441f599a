import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.dedup.shingles import shingle_hashes
from newsbeam.transforms.dedup.signatures import (
    decode_block,
    decode_column,
    decode_signature,
    estimate_containment,
)
from newsbeam.transforms.dedup.signing import (
    ALGORITHM,
    FEWEST_ANCHORS,
    encode_signature,
    sample,
    sign,
    sign_shingles,
)

WORDS = [f"word{i}" for i in range(4000)]


def made_text(seed: int, words: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


# Stored in the index: a change of any of these needs a new ALGORITHM.
def test_signatures_are_pinned() -> None:
    assert ALGORITHM == "sampled-shingles/1"
    long = sign(made_text(1, 1000))
    assert (long.shingles, long.level, len(long.anchors)) == (996, 5, 32)
    assert encode_signature(sign("the quick brown fox jumps over")).hex() == (
        "0200000000000000"  # shingles and level
        "2bafb1ab496262a364e0680167692b0b"
    )


@pytest.mark.parametrize("words", [60, 100, 300, 1000, 5000])
def test_size_hardly_depends_on_the_text(words: int) -> None:
    sizes = [len(sign(made_text(seed, words)).anchors) for seed in range(20)]
    assert min(sizes) >= FEWEST_ANCHORS
    assert max(sizes) <= 5 * FEWEST_ANCHORS
    assert np.mean(sizes) == pytest.approx(1.45 * FEWEST_ANCHORS, rel=0.15)


@pytest.mark.parametrize(("text", "anchors"), [("", 0), ("one", 1), ("a b c d e f", 2)])
def test_short_texts_keep_every_shingle(text: str, anchors: int) -> None:
    signature = sign(text)
    assert (signature.level, len(signature.anchors)) == (0, anchors)


def test_anchors_stand_in_the_order_of_the_text() -> None:
    hashes = shingle_hashes(made_text(3, 2000))
    signature = sign_shingles(hashes)
    places = {int(value): place for place, value in enumerate(hashes)}
    order = [places[int(anchor)] for anchor in signature.anchors]
    assert order == sorted(order)


def test_a_text_that_repeats_itself_keeps_different_anchors() -> None:
    text = " ".join([*["read this first or go back"] * 300, made_text(4, 200)])
    anchors = sign(text).anchors.tolist()
    assert len(set(anchors)) == len(anchors) >= FEWEST_ANCHORS
    assert len(sign("again and " * 100_000).anchors) == 2


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(30, 600), st.floats(0.1, 1.0))
def test_the_anchors_of_a_part_are_among_those_of_the_whole(
    seed: int, words: int, share: float
) -> None:
    text = made_text(seed, words)
    part, whole = sign(" ".join(text.split()[: max(6, int(words * share))])), sign(text)
    assert part.level <= whole.level
    assert set(sample(part.anchors, whole.level).tolist()) <= set(whole.anchors.tolist())


def test_estimates_containment() -> None:
    errors = []
    for seed in range(100):
        words = made_text(seed, 1200).split()
        shared = random.Random(seed).randrange(0, 900)
        other = [*words[:shared], *made_text(seed + 1000, 1000 - shared).split()]
        a, b = shingle_hashes(" ".join(words)), shingle_hashes(" ".join(other))
        exact = len(np.intersect1d(a, b)) / min(len(a), len(b))
        errors.append(estimate_containment(sign_shingles(a), sign_shingles(b)) - exact)
    assert abs(np.mean(errors)) < 0.05
    assert np.std(errors) < 0.12


@pytest.mark.parametrize("text", ["", "one", "a b c d e f g h", made_text(5, 700)])
def test_encoding_is_undone(text: str) -> None:
    before, after = sign(text), decode_signature(encode_signature(sign(text)))
    assert (after.shingles, after.level) == (before.shingles, before.level)
    assert after.anchors.tolist() == before.anchors.tolist()


def test_blocks_hold_signatures_side_by_side() -> None:
    texts = ["", "one", made_text(6, 700), "", made_text(7, 90)]
    block = decode_block(list("abcde"), [encode_signature(sign(text)) for text in texts])
    assert len(block) == 5
    for index, text in enumerate(texts):
        assert block[index].anchors.tolist() == sign(text).anchors.tolist()
        assert block[index].level == sign(text).level
    part = block.part(2, 4)
    assert part.ids.to_pylist() == ["c", "d"]
    assert part[0].anchors.tolist() == block[2].anchors.tolist()


def test_columns_are_read_where_they_stand() -> None:
    texts = [made_text(seed, 50 * seed) for seed in range(8)]
    column = pa.array([encode_signature(sign(text)) for text in texts], pa.large_binary())
    ids = pa.array([f"id{seed}" for seed in range(8)])
    block = decode_column(ids.slice(3, 4), column.slice(3, 4)).part(1, 4)
    assert block.ids.to_pylist() == ["id4", "id5", "id6"]
    taken = block.take(np.array([0, 2]))
    assert taken.ids.to_pylist() == ["id4", "id6"]
    for index, text in enumerate((texts[4], texts[6])):
        assert taken[index].anchors.tolist() == sign(text).anchors.tolist()
    assert len(decode_column(ids.slice(0, 0), column.slice(0, 0))) == 0
    narrow = decode_column(ids, column.cast(pa.binary()))
    assert narrow[7].anchors.tolist() == sign(texts[7]).anchors.tolist()


@pytest.mark.parametrize("data", [b"", b"\x00" * 7, b"\x00" * 12])
def test_damaged_signatures_are_refused(data: bytes) -> None:
    with pytest.raises(DatasetError, match="rebuild it from the articles"):
        decode_signature(data)
