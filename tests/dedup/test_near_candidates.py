import random

import numpy as np
import pytest

from newsbeam.transforms.dedup.candidates import Sieve, band_keys, find_band_keys
from newsbeam.transforms.dedup.signatures import decode_block
from newsbeam.transforms.dedup.signing import encode_signature, sign

WORDS = [f"word{i}" for i in range(4000)]


def made_words(seed: int, count: int) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def keys_of_text(text: str) -> set[int]:
    return set(band_keys(encode_signature(sign(text))).tolist())


def keys_of(words: list[str]) -> set[int]:
    return keys_of_text(" ".join(words))


def test_keys_are_pinned() -> None:
    keys = sorted(keys_of_text("the quick brown fox jumps over it"))
    assert [f"{key:016x}" for key in keys] == ["1ff814e32b746f04", "d4554d6e5b04534e"]


def test_a_text_without_words_has_no_key() -> None:
    assert keys_of_text("") == set()


@pytest.mark.parametrize("count", [1, 4, 5])
def test_a_text_of_one_shingle_has_one_key(count: int) -> None:
    assert len(keys_of(made_words(1, count))) == 1


def test_long_texts_have_no_more_keys_than_short_ones() -> None:
    for count in (40, 400, 4000):
        assert 30 <= np.mean([len(keys_of(made_words(seed, count))) for seed in range(20)]) <= 60


def cut(words: list[str], share: float) -> list[str]:
    return words[: int(len(words) * share)]


def edited(words: list[str], every: int) -> list[str]:
    return [f"changed{i}" if i % every == 3 else word for i, word in enumerate(words)]


@pytest.mark.parametrize("length", [60, 250, 1000])
@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(lambda words: cut(words, 0.4), id="lead"),
        pytest.param(lambda words: cut(words, 0.25), id="short lead"),
        pytest.param(lambda words: words[len(words) // 2 :], id="second half"),
        pytest.param(lambda words: edited(words, 10), id="every tenth word changed"),
        pytest.param(lambda words: [*made_words(99, 3 * len(words)), *words], id="long preface"),
        pytest.param(
            lambda words: words[len(words) // 2 :] + words[: len(words) // 2], id="turned round"
        ),
    ],
)
def test_copies_share_a_key(copy, length: int) -> None:  # type: ignore[no-untyped-def]
    texts = [made_words(seed, length) for seed in range(100)]
    met = sum(bool(keys_of(words) & keys_of(copy(words))) for words in texts)
    assert met >= 99


def test_different_texts_share_no_key_for_a_common_phrase() -> None:
    phrase = ["said", "in", "a", "statement", "on", "the"]
    texts = []
    for seed in range(100):
        words = made_words(seed, 500)
        words[100:100] = phrase
        texts.append(keys_of(words))
    shared = sum(bool(a & b) for i, a in enumerate(texts) for b in texts[:i])
    assert shared == 0


def test_a_block_gives_the_keys_of_each_article() -> None:
    texts = ["", "one", " ".join(made_words(1, 30)), " ".join(made_words(2, 900)), "a b c d e f"]
    block = decode_block(list("abcde"), [encode_signature(sign(text)) for text in texts])
    keys, owners = find_band_keys(block)
    for index, text in enumerate(texts):
        assert set(keys[owners == index].tolist()) == keys_of_text(text)


def test_a_sieve_lets_all_shared_keys_pass_and_few_others() -> None:
    texts = [made_words(seed, 300) for seed in range(200)]
    copies = [edited(words, 10) for words in texts[:20]]
    known, new = (
        decode_block(
            [str(number) for number in range(len(some))],
            [encode_signature(sign(" ".join(words))) for words in some],
        )
        for some in (texts, copies)
    )
    everything = set(zip(*(part.tolist() for part in find_band_keys(known)), strict=True))
    passed = set(
        zip(*(part.tolist() for part in find_band_keys(known, Sieve.of(new.words))), strict=True)
    )
    wanted = set(find_band_keys(new)[0].tolist())
    assert {entry for entry in everything if entry[0] in wanted} <= passed <= everything
    assert len(passed) < 0.2 * len(everything)


def test_a_sieve_chooses_all_that_share_a_key_and_few_others() -> None:
    texts = ["", "one", "two", *(" ".join(made_words(seed, 300)) for seed in range(300))]
    copies = ["one", *(" ".join(edited(text.split(), 10)) for text in texts[3:23])]
    known, new = (
        decode_block(
            [str(number) for number in range(len(some))],
            [encode_signature(sign(text)) for text in some],
        )
        for some in (texts, copies)
    )
    keys, owners = find_band_keys(known)
    wanted = set(find_band_keys(new)[0].tolist())
    sharing = {o for k, o in zip(keys.tolist(), owners.tolist(), strict=True) if k in wanted}
    chosen = set(Sieve.of(new.words).choose(known).tolist())
    assert sharing <= chosen
    assert len(chosen - sharing) < 10
    part = known.part(5, 40)
    assert {n + 5 for n in Sieve.of(new.words).choose(part).tolist()} == {
        n for n in chosen if 5 <= n < 40
    }
