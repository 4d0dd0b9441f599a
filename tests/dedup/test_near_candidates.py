import random

import numpy as np
import pytest

from transforms.core.settings import DuplicateSettings
from transforms.dedup.candidates import band_keys, find_band_keys, link_bucket, make_sieve
from transforms.dedup.signatures import Signature, decode_block, encode_signature, sign

SETTINGS = DuplicateSettings()
WORDS = [f"word{i}" for i in range(4000)]


def made_words(seed: int, count: int) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def keys_of(words: list[str]) -> set[int]:
    return set(band_keys(sign(" ".join(words))))


def test_keys_are_pinned() -> None:
    keys = band_keys(sign("the quick brown fox jumps over it"))
    assert [f"{key:016x}" for key in keys] == ["1ff814e32b746f04", "d4554d6e5b04534e"]


def test_a_text_without_words_has_no_key() -> None:
    assert band_keys(sign("")) == ()


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
        assert set(keys[owners == index].tolist()) == set(band_keys(sign(text)))


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
        zip(*(part.tolist() for part in find_band_keys(known, make_sieve(new.words))), strict=True)
    )
    wanted = set(find_band_keys(new)[0].tolist())
    assert {entry for entry in everything if entry[0] in wanted} <= passed <= everything
    assert len(passed) < 0.2 * len(everything)


def crowd(members: int, spread: int) -> list[tuple[str, Signature]]:
    """Articles of 100 own words and a block of 50 that all of them share."""
    block = made_words(7, 50)
    return [
        (f"id{i:04d}", sign(" ".join([*made_words(1000 + i // spread, 100), *block])))
        for i in range(members)
    ]


def test_a_bucket_links_all_that_may_be_copies() -> None:
    links = link_bucket(1, crowd(20, 2), SETTINGS)
    assert {(f"id{i:04d}", f"id{i + 1:04d}") for i in range(0, 20, 2)} <= set(links.pairs)
    assert links.left_out == 0


def test_a_bucket_does_not_depend_on_the_order_of_its_members() -> None:
    members = crowd(300, 2)
    shuffled = random.Random(1).sample(members, len(members))
    assert link_bucket(5, members, SETTINGS) == link_bucket(5, shuffled, SETTINGS)


def test_a_crowd_is_divided_and_keeps_its_copies_together() -> None:
    small = SETTINGS.model_copy(update={"crowd": 16})
    links = link_bucket(9, crowd(600, 2), small)
    copies = {(f"id{i:04d}", f"id{i + 1:04d}") for i in range(0, 600, 2)}
    assert copies <= set(links.pairs)
    assert links.left_out == 0
    assert len(links.pairs) < 0.05 * 600 * 599 / 2


def test_what_a_crowd_leaves_out_is_counted() -> None:
    small = SETTINGS.model_copy(update={"crowd": 10})
    members = [(f"id{i}", sign("all of these are one and the same")) for i in range(30)]
    links = link_bucket(3, members, small)
    assert len(links.pairs) + links.left_out == 30 * 29 // 2
