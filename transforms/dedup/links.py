"""Which articles of a pass are worth comparing with which: links from each to those before it.

Articles are signed where they are; their signatures alone meet, by band key (``candidates``). A
link is a pair that shares a key and whose signatures say that it may be the same story. Keys can be
divided into shards: a shard finds the links of its own keys, those of all shards together are the
links of the pass, and of each article the best ones are the same however many shards there were.

What is held in memory is about 500 bytes an article, and the signatures of known articles that
share a key with one of them. All is arrays; no text is looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from newsbeam.transforms.core.records import Article
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dedup.candidates import Sieve, band_keys, find_band_keys
from newsbeam.transforms.dedup.crowds import (
    EARLIER,
    LATER,
    Groups,
    Pairs,
    drop_repeats,
    gather_anchors,
    pair_up,
)
from newsbeam.transforms.dedup.exact import came_by_wire
from newsbeam.transforms.dedup.shingles import Hashes
from newsbeam.transforms.dedup.signatures import SignatureBlock, concat_blocks, decode_block
from newsbeam.transforms.dedup.signing import encode_signature, sign

# Articles whose band keys are made at once, and pairs whose anchors are compared at once; both
# bound memory and change no result. Pairs must fit the bits above _ANCHOR.
_BATCH = 8192
_PAIRS = 1 << 15
_PAIR_SHIFT = np.uint64(48)
_ANCHOR = np.uint64((1 << 48) - 1)

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """What has to be known of an article of this pass to find its links."""

    article_id: str
    published_at: datetime | None
    first_seen_at: datetime
    length: int  # of the text, in characters
    signature: bytes  # as signing.encode_signature gives it
    by_wire: bool = False  # it came from an agency's own hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An article that another one may repeat."""

    article_id: str
    estimate: float  # share of the shorter text's shingles that both have
    place: int | None  # among known articles, the oldest first; None for one of this pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An article of this pass with those before it that it may repeat, best first."""

    article_id: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search for links found."""

    linked: tuple[Linked, ...]
    left_out: int  # pairs that were not looked at, because too many shared the same keys


def writing_order(
    published_at: datetime | None,
    first_seen_at: datetime,
    length: int,
    article_id: str,
    *,
    by_wire: bool = False,
) -> tuple[bool, datetime, datetime, int, str]:
    """Return a sort key: by wire first, published first (unknown last), seen first, longer, …"""
    return not by_wire, published_at or _NEVER, first_seen_at, -length, article_id


def order_of(article: Article) -> tuple[bool, datetime, datetime, int, str]:
    """Return the ``writing_order`` of an article."""
    return writing_order(
        article.published_at,
        article.first_seen_at,
        len(article.text),
        article.article_id,
        by_wire=came_by_wire(article),
    )


def order_of_new(new: NewArticle) -> tuple[bool, datetime, datetime, int, str]:
    """Return the ``writing_order`` of an article of this pass."""
    return writing_order(
        new.published_at, new.first_seen_at, new.length, new.article_id, by_wire=new.by_wire
    )


def new_article(article: Article) -> NewArticle:
    """Return what the search for links needs of an article; sign it if nobody has."""
    return NewArticle(
        article_id=article.article_id,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        length=len(article.text),
        signature=article.signature or encode_signature(sign(article.text)),
        by_wire=came_by_wire(article),
    )


def shards_of(signature: bytes, shards: int) -> list[int]:
    """Return the shards that the band keys of an encoded signature belong to, ascending."""
    return sorted({int(shard) for shard in band_keys(signature) % np.uint64(shards)})


def find_links(
    articles: Iterable[NewArticle],
    settings: DuplicateSettings,
    known: Iterable[SignatureBlock] = (),
    *,
    shard: int = 0,
    shards: int = 1,
) -> Found:
    """Return the links that the band keys of ``shard`` make.

    ``articles`` have distinct ids. ``known`` are the articles that stay from earlier passes, oldest
    first; one block is held at a time, and of it only what shares a key with this pass.
    """
    new = _in_writing_order(articles)
    mine = _Shard(shard, shards)
    entries = _find_entries(new, known, mine)
    groups = Groups.of(entries.keys, entries.members, np.empty(0, np.int64))
    met = pair_up(groups, entries.new_from, entries.block, settings.crowd)
    pairs, estimates = _estimate(met.pairs, entries.block, settings.reject_containment)
    return Found(
        linked=tuple(_take_best(pairs, estimates, entries, settings.comparisons)),
        left_out=met.left_out,
    )


def _in_writing_order(articles: Iterable[NewArticle]) -> SignatureBlock:
    ordered = sorted(
        articles,
        key=order_of_new,
    )
    return decode_block([a.article_id for a in ordered], [a.signature for a in ordered])


@dataclass(frozen=True, slots=True)
class _Shard:
    number: int
    of: int

    def keys(
        self, block: SignatureBlock, sieve: Sieve | None = None
    ) -> tuple[Hashes, NDArray[np.int64]]:
        """Return the band keys of a block that belong to this shard, with their owners."""
        keys, owners = find_band_keys(block, sieve)
        if self.of == 1:
            return keys, owners
        mine = keys % np.uint64(self.of) == self.number
        return keys[mine], owners[mine]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entries:
    """Who has which of the keys that are shared, known articles first."""

    keys: Hashes
    members: NDArray[np.int64]  # indices into block
    block: SignatureBlock
    new_from: int  # the first new article in block
    places: NDArray[np.int64]  # of the known articles in block


def _find_entries(new: SignatureBlock, known: Iterable[SignatureBlock], mine: _Shard) -> _Entries:
    """Return the keys that a new article shares with another, and whose they are."""
    made = [mine.keys(part)[0] for part in _batches(new)]
    ordered = np.sort(np.concatenate([np.empty(0, np.uint64), *made]))
    del made
    repeated = drop_repeats(ordered[1:][ordered[1:] == ordered[:-1]])
    ordered = drop_repeats(ordered)

    keys, members = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    blocks, places = [], [np.empty(0, np.int64)]
    count = passed = 0
    sieve = None
    for block in known if len(ordered) else ():
        sieve = sieve or Sieve.of(new.words)
        for part in _batches(block):
            likely = sieve.choose(part)
            some = part.take(likely)
            theirs, whose = mine.keys(some, sieve)
            met = _is_among(ordered, theirs)
            chosen, renumbered = np.unique(whose[met], return_inverse=True)
            keys.append(theirs[met])
            members.append(renumbered + count)
            blocks.append(some.take(chosen))
            places.append(likely[chosen] + passed)
            count += len(chosen)
            passed += len(part)
    shared = drop_repeats(np.sort(np.concatenate((repeated, *keys))))
    begin = count
    for part in _batches(new):
        theirs, whose = mine.keys(part)
        met = _is_among(shared, theirs)
        keys.append(theirs[met])
        members.append(whose[met] + begin)
        begin += len(part)
    return _Entries(
        keys=np.concatenate(keys),
        members=np.concatenate(members),
        block=concat_blocks([*blocks, new]) if blocks else new,
        new_from=count,
        places=np.concatenate(places),
    )


def _batches(block: SignatureBlock) -> Iterator[SignatureBlock]:
    for start in range(0, len(block), _BATCH):
        yield block.part(start, min(start + _BATCH, len(block)))


def _is_among(ordered: Hashes, keys: Hashes) -> NDArray[np.bool_]:
    """Return which of ``keys`` are among the ascending ``ordered``."""
    if not len(ordered):
        return np.zeros(len(keys), np.bool_)
    at = np.searchsorted(ordered, keys)
    at[at == len(ordered)] = 0
    found: NDArray[np.bool_] = ordered[at] == keys
    return found


def _estimate(
    pairs: Pairs, block: SignatureBlock, least: float
) -> tuple[Pairs, NDArray[np.float64]]:
    """Return the pairs whose containment is estimated at ``least`` or more, and the estimates.

    As ``signatures.estimate_containment``, for many pairs at once: the anchors of a pair, cut to 48
    bits below the number of the pair, are sorted, and those that both have stand side by side.
    """
    levels = block.levels
    kept, estimates = [np.empty(0, np.uint64)], [np.empty(0)]
    for start in range(0, len(pairs), _PAIRS):
        some = pairs[start : start + _PAIRS]
        a, b = (some >> LATER).astype(np.int64), (some & EARLIER).astype(np.int64)
        level = np.maximum(levels[a], levels[b]).astype(np.uint64)
        limits = np.uint64(0xFFFF_FFFF_FFFF_FFFF) >> level
        parts, counts = [], []
        for side in (a, b):
            anchors, starts = gather_anchors(block, side)
            numbers = np.repeat(np.arange(len(some)), np.diff(starts, append=len(anchors)))
            below = anchors <= limits[numbers]
            numbers = numbers[below]
            counts.append(np.bincount(numbers, minlength=len(some)))
            parts.append(numbers.astype(np.uint64) << _PAIR_SHIFT | anchors[below] & _ANCHOR)
        coded = np.sort(np.concatenate(parts))
        twice = coded[1:][coded[1:] == coded[:-1]] >> _PAIR_SHIFT
        shared = np.bincount(twice.astype(np.int64), minlength=len(some))
        estimate = shared / np.maximum(np.minimum(*counts), 1)
        likely = estimate >= least
        kept.append(some[likely])
        estimates.append(estimate[likely])
    return np.concatenate(kept), np.concatenate(estimates)


def _take_best(
    pairs: Pairs, estimates: NDArray[np.float64], entries: _Entries, most: int
) -> Iterator[Linked]:
    """Yield each article with its ``most`` best links, the older first among equals."""
    later, earlier = (pairs >> LATER).astype(np.int64), (pairs & EARLIER).astype(np.int64)
    order = np.lexsort((earlier, -estimates, later))
    later, earlier, estimates = later[order], earlier[order], estimates[order]
    starts, sizes = _runs(later)
    best = np.arange(len(later)) - np.repeat(starts, sizes) < most
    later, earlier, estimates = later[best], earlier[best], estimates[best]
    ids = entries.block.ids
    names = ids.take(pa.array(earlier)).to_pylist()
    places: Sequence[int | None] = [
        int(entries.places[each]) if each < entries.new_from else None for each in earlier.tolist()
    ]
    starts, sizes = _runs(later)
    owners = ids.take(pa.array(later[starts])).to_pylist()
    shares = estimates.tolist()
    for article_id, start, size in zip(owners, starts.tolist(), sizes.tolist(), strict=True):
        yield Linked(
            article_id=article_id,
            links=tuple(
                Link(article_id=names[at], estimate=shares[at], place=places[at])
                for at in range(start, start + size)
            ),
        )


def _runs(ordered: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each run of equal values begins, and how long it is."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    return starts, np.diff(starts, append=len(ordered))
