import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dedup.clusters import find_components
from newsbeam.transforms.dedup.links import (
    Link,
    NewArticle,
    find_links,
    order_of_new,
    shards_of,
    writing_order,
)
from newsbeam.transforms.dedup.near import NearResult, find_near_duplicates, judge_linked
from newsbeam.transforms.dedup.signatures import SignatureBlock, decode_block
from newsbeam.transforms.dedup.signing import encode_signature, sign

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


def test_which_of_two_articles_a_copy_of_both_repeats_is_the_same_in_later_passes() -> None:
    words = made_words(1, 500)
    a, b = words[:300], words[100:500]  # their end and beginning are the same, no more
    copy, both = words[60:300], words[100:300]
    pieces = [
        Piece(name, " ".join(text), DAY + timedelta(hours=hour))
        for hour, (name, text) in enumerate((("a", a), ("b", b), ("copy", copy), ("both", both)))
    ]
    expected = {"copy": "a", "both": "a"}
    assert outcome(run(pieces)) == run_in_passes(pieces, [1, 2, 3]) == expected
    # Likelier by a duplicate than by itself: later passes do not know the duplicate.
    texts = {piece.id: piece.text for piece in pieces}
    order = {piece.id: order_of_new(new(piece)) for piece in pieces}
    links = {
        "copy": [Link(article_id="a", estimate=1.0, place=None)],
        "both": [
            Link(article_id="copy", estimate=1.0, place=None),
            Link(article_id="b", estimate=0.9, place=None),
        ],
    }
    result = judge_linked(order, links, texts.__getitem__, SETTINGS)
    assert outcome(result) == {"copy": "a", "both": "b"}


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


def run_in_shards(
    pieces: Sequence[Piece],
    shards: int,
    *,
    known: Sequence[Piece] = (),
    settings: DuplicateSettings = SETTINGS,
) -> tuple[dict[str, str], int]:
    """As the pipeline does: links by shard, components, each judged alone; and how many these."""
    texts = {piece.id: piece.text for piece in [*known, *pieces]}
    links: dict[str, list[Link]] = {}
    for shard in range(shards):
        mine = [one for one in map(new, pieces) if shard in shards_of(one.signature, shards)]
        found = find_links(mine, settings, [block_of(known)], shard=shard, shards=shards)
        for linked in found.linked:
            links.setdefault(linked.article_id, []).extend(linked.links)
    labels = find_components(
        (one, link.article_id) for one in links for link in links[one] if link.place is None
    )
    components: dict[str, dict[str, list[Link]]] = {}
    for piece in pieces:
        component = components.setdefault(labels.get(piece.id, piece.id), {})
        component[piece.id] = links.get(piece.id, [])
    order = {
        one.article_id: writing_order(
            one.published_at, one.first_seen_at, one.length, one.article_id
        )
        for one in map(new, pieces)
    }
    by_shard: dict[str, str] = {}
    for component in components.values():
        ours = {name: order[name] for name in component}
        by_shard |= outcome(judge_linked(ours, component, texts.__getitem__, settings))
    return by_shard, len(components)


@pytest.mark.parametrize("shards", [1, 2, 7])
def test_any_number_of_shards_gives_exactly_the_same(shards: int) -> None:
    pieces = corpus(5, 60)
    known, later = pieces[:40], pieces[40:]
    known = [piece for piece in known if piece.id not in outcome(run(known))]
    found, components = run_in_shards(later, shards, known=known)
    assert components > 40
    assert found == outcome(run(later, known=known))


@pytest.mark.parametrize("shards", [3, 50])
def test_crowds_in_shards_give_exactly_the_same(shards: int) -> None:
    small = SETTINGS.model_copy(update={"crowd": 6, "comparisons": 3})
    pieces = boilerplate(120)
    known, later = pieces[::5], [piece for at, piece in enumerate(pieces) if at % 5]
    found, _ = run_in_shards(later, shards, known=known, settings=small)
    assert found == outcome(run(later, known=known, settings=small))


def test_a_reprint_that_many_print_costs_one_comparison_each() -> None:
    words = made_words(1, 300)
    pieces = [Piece(f"{i:03d}", " ".join(edited(words, i, 0.02))) for i in range(200)]
    result = run(pieces)
    assert len(result.duplicates) == 199
    assert result.compared == 199


def boilerplate(count: int) -> list[Piece]:
    """Articles that all share a block; every twentieth has an edited copy."""
    block = made_words(0, 60)
    pieces = []
    for i in range(count):
        own = made_words(i + 1, 120)
        pieces.append(Piece(f"{i:03d}-0", " ".join([*own, *block])))
        if i % 20 == 0:
            pieces.append(Piece(f"{i:03d}-1", " ".join([*edited(own, i, 0.05), *block])))
    return pieces


def test_boilerplate_that_many_share_hides_no_copy() -> None:
    pieces = boilerplate(400)
    result = run(pieces)
    assert groups(outcome(result), pieces) == stories(pieces)
    assert result.compared <= SETTINGS.comparisons * len(pieces)


def test_a_story_that_hundreds_print_in_part_is_found_whole() -> None:
    words = made_words(1, 600)
    rng = random.Random(1)
    pieces = [Piece("000", " ".join(words), DAY)]
    for i in range(1, 500):
        start = rng.randrange(360)
        part = [*made_words(i, 40), *words[start : start + 240]]
        pieces.append(Piece(f"{i:03d}", " ".join(part), DAY + timedelta(hours=i)))
    assert outcome(run(pieces)) == {piece.id: "000" for piece in pieces[1:]}


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
