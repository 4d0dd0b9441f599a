import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.core.settings import DuplicateSettings
from transforms.dedup.candidates import band_keys, link_bucket
from transforms.dedup.clusters import find_components
from transforms.dedup.near import NearResult, NewArticle, find_near_duplicates
from transforms.dedup.signatures import SignatureBlock, decode_block, encode_signature, sign

SETTINGS = DuplicateSettings()
DAY = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = [f"word{i}" for i in range(3000)]


def made_words(seed: int, count: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def edited(words: Sequence[str], seed: int, share: float) -> list[str]:
    rng = random.Random(seed)
    return [f"new{rng.randrange(10**6)}" if rng.random() < share else word for word in words]


@dataclass(frozen=True)
class Piece:
    id: str
    text: str
    published: datetime | None = DAY
    seen: datetime = DAY


def new(piece: Piece) -> NewArticle:
    return NewArticle(
        article_id=piece.id,
        published_at=piece.published,
        first_seen_at=piece.seen,
        length=len(piece.text),
        signature=encode_signature(sign(piece.text)),
    )


def run(
    pieces: Iterable[Piece],
    *,
    known: Iterable[Piece] = (),
    block_size: int = 1000,
    settings: DuplicateSettings = SETTINGS,
) -> NearResult:
    pieces, known = list(pieces), list(known)
    texts = {piece.id: piece.text for piece in [*known, *pieces]}
    blocks = (known[at : at + block_size] for at in range(0, len(known), block_size))
    return find_near_duplicates(
        map(new, pieces), texts.__getitem__, settings, [block_of(part) for part in blocks]
    )


def block_of(pieces: Sequence[Piece]) -> SignatureBlock:
    return decode_block(
        [piece.id for piece in pieces], [encode_signature(sign(piece.text)) for piece in pieces]
    )


def outcome(result: NearResult) -> dict[str, str]:
    return {one.article_id: one.duplicate_of for one in result.duplicates}


def corpus(seed: int, stories: int) -> list[Piece]:
    """Stories, each with up to five copies that are cut, enlarged or edited a little."""
    rng = random.Random(seed)
    pieces = []
    for story in range(stories):
        words = made_words(seed * 1000 + story, rng.randrange(80, 300))
        versions = [words]
        for copy in range(rng.randrange(5)):
            versions.append(
                rng.choice(
                    (
                        words,
                        edited(words, copy, 0.015),
                        words[: int(len(words) * 0.8)],
                        [*made_words(copy, 15), *words],
                    )
                )
            )
        for number, version in enumerate(versions):
            published = DAY + timedelta(minutes=rng.randrange(10_000))
            pieces.append(
                Piece(
                    f"{story:03d}-{number}",
                    " ".join(version),
                    rng.choice((published, published, None)),
                    DAY + timedelta(hours=rng.randrange(3)),
                )
            )
    return pieces


def groups(duplicates: Mapping[str, str], pieces: Iterable[Piece]) -> set[frozenset[str]]:
    members: dict[str, set[str]] = {}
    for piece in pieces:
        members.setdefault(duplicates.get(piece.id, piece.id), set()).add(piece.id)
    return {frozenset(one) for one in members.values()}


def stories(pieces: Iterable[Piece]) -> set[frozenset[str]]:
    return groups({piece.id: piece.id.split("-")[0] for piece in pieces}, pieces)


def test_nothing_comes_of_nothing() -> None:
    assert run([]) == NearResult(duplicates=(), compared=0, left_out=0)
    assert outcome(run([Piece("a", ""), Piece("b", "")])) == {}


def test_finds_the_copies_of_each_story() -> None:
    pieces = corpus(1, 80)
    result = run(pieces)
    assert groups(outcome(result), pieces) == stories(pieces)
    assert result.left_out == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            Piece("b", "T", DAY, DAY),
            Piece("a", "T", DAY + timedelta(hours=1), DAY),
            id="published",
        ),
        pytest.param(Piece("b", "T", DAY), Piece("a", "T", None), id="date known"),
        pytest.param(
            Piece("b", "T", DAY, DAY), Piece("a", "T", DAY, DAY + timedelta(1)), id="seen"
        ),
        pytest.param(Piece("b", "T and more"), Piece("a", "T"), id="longer"),
        pytest.param(Piece("a", "T"), Piece("b", "T"), id="smaller id"),
    ],
)
def test_written_first_stays(first: Piece, second: Piece) -> None:
    text = " ".join(made_words(1))
    pair = [
        Piece(one.id, one.text.replace("T", text), one.published, one.seen)
        for one in (first, second)
    ]
    assert outcome(run(pair)) == outcome(run(pair[::-1])) == {second.id: first.id}


def test_what_is_known_stays_even_if_published_later() -> None:
    text = " ".join(made_words(1))
    known, late = Piece("z", text, DAY + timedelta(days=9)), Piece("a", text + " end", DAY)
    assert outcome(run([late], known=[known])) == {"a": "z"}


def test_a_revision_is_not_a_duplicate_of_itself() -> None:
    words = made_words(1)
    before, after = Piece("a", " ".join(words)), Piece("a", " ".join(edited(words, 1, 0.03)))
    assert outcome(run([after], known=[before])) == {}


def test_a_duplicate_is_verified_against_the_article_that_stays() -> None:
    words = made_words(1, 400)
    a, b, c = words[:240], words[80:320], words[160:]  # each like its neighbour, a not like c
    pieces = [
        Piece(name, " ".join(text), DAY + timedelta(hours=hour))
        for hour, (name, text) in enumerate((("a", a), ("b", b), ("c", c)))
    ]
    likes = SETTINGS.model_copy(update={"jaccard": 0.4})
    assert outcome(run(pieces, settings=likes)) == {"b": "a"}
    assert outcome(run(pieces[1:], settings=likes)) == {"c": "b"}


def test_says_how_alike_they_are() -> None:
    words = made_words(1, 204)
    pieces = [Piece("a", " ".join(words)), Piece("b", " ".join(words[:154]))]
    (duplicate,) = run(pieces).duplicates
    assert duplicate.verdict.similarity == pytest.approx(150 / 200, abs=0.02)
    assert duplicate.verdict.containment == 1.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_any_order_gives_the_same(seed: int, rng: random.Random) -> None:
    pieces = corpus(seed, 8)
    expected = run(pieces)
    rng.shuffle(pieces)
    assert run(pieces) == expected


def run_in_passes(pieces: Sequence[Piece], cuts: Iterable[int]) -> dict[str, str]:
    found: dict[str, str] = {}
    known: list[Piece] = []
    bounds = sorted({0, len(pieces), *(cut % (len(pieces) + 1) for cut in cuts)})
    for start, stop in pairwise(bounds):
        one_pass = pieces[start:stop]
        found |= outcome(run(one_pass, known=known, block_size=3))
        known += [piece for piece in one_pass if piece.id not in found]
    return found


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 1000), max_size=6))
def test_passes_in_writing_order_give_exactly_what_one_pass_gives(
    seed: int, cuts: list[int]
) -> None:
    pieces = sorted(
        corpus(seed, 8),
        key=lambda one: (
            one.published is None,
            one.published or one.seen,
            one.seen,
            -len(one.text),
            one.id,
        ),
    )
    assert run_in_passes(pieces, cuts) == outcome(run(pieces))


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 10**6),
    st.lists(st.integers(0, 1000), max_size=6),
    st.randoms(use_true_random=False),
)
def test_any_passes_in_any_order_give_the_same_clusters(
    seed: int, cuts: list[int], rng: random.Random
) -> None:
    pieces = corpus(seed, 8)
    expected = groups(outcome(run(pieces)), pieces)
    rng.shuffle(pieces)
    assert groups(run_in_passes(pieces, cuts), pieces) == expected == stories(pieces)


def test_shards_of_candidates_give_exactly_what_one_pass_gives() -> None:
    pieces = corpus(5, 60)
    buckets: dict[int, list[Piece]] = {}
    for piece in pieces:
        for key in band_keys(sign(piece.text)):
            buckets.setdefault(key, []).append(piece)
    links = {
        pair
        for key, members in buckets.items()
        for pair in link_bucket(
            key, [(piece.id, sign(piece.text)) for piece in members], SETTINGS
        ).pairs
    }
    shards: dict[str, list[Piece]] = {}
    labels = find_components(links)
    for piece in pieces:
        shards.setdefault(labels.get(piece.id, piece.id), []).append(piece)
    assert len(shards) > 40
    by_shard: dict[str, str] = {}
    for shard in shards.values():
        by_shard |= outcome(run(shard))
    assert by_shard == outcome(run(pieces))


def test_a_reprint_that_many_print_costs_one_comparison_each() -> None:
    words = made_words(1, 300)
    pieces = [Piece(f"{i:03d}", " ".join(edited(words, i, 0.02))) for i in range(200)]
    result = run(pieces)
    assert len(result.duplicates) == 199
    assert result.compared == 199


def test_boilerplate_that_many_share_hides_no_copy() -> None:
    block = made_words(0, 60)
    pieces = []
    for i in range(400):
        own = made_words(i + 1, 120)
        pieces.append(Piece(f"{i:03d}-0", " ".join([*own, *block])))
        if i % 20 == 0:
            pieces.append(Piece(f"{i:03d}-1", " ".join([*edited(own, i, 0.05), *block])))
    result = run(pieces)
    assert groups(outcome(result), pieces) == stories(pieces)
    assert result.compared <= SETTINGS.comparisons * len(pieces)


def test_only_texts_with_a_candidate_are_asked_for() -> None:
    pieces = {f"{i:03d}": Piece(f"{i:03d}", " ".join(made_words(i))) for i in range(50)}
    pieces["copy"] = Piece("copy", pieces["007"].text + " end")
    asked = []

    def text_of(article_id: str) -> str:
        asked.append(article_id)
        return pieces[article_id].text

    result = find_near_duplicates(map(new, pieces.values()), text_of, SETTINGS)
    assert len(result.duplicates) == 1
    assert sorted(asked) == ["007", "copy"]
