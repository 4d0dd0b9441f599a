"""Near-duplicates of a whole pass: which articles repeat one that was written before them.

Articles are taken in the order in which they count as written (``writing_order``), after those that
earlier passes wrote. An article is a duplicate if its text is the same (``verify``) as that of a
candidate that stays; else it stays itself. So each duplicate is verified against the article that
it is a duplicate of, never through a chain of others: where A is like B and B like C, but C not
like A, and A was written first, B is a duplicate and C stays. It follows that

- the order of input does not matter, nor how the articles are divided into shards, as long as
  candidates stay together;
- passes that take the articles in writing order give what one pass over all of them gives;
- in any other order another member of a group may be the one that stays, and only where likeness
  is a chain may a group fall apart differently.

Everything is held as arrays of signatures, about 0.5 KB an article; texts are asked for one at a
time, and only those that have a candidate.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.core.settings import DuplicateSettings
from transforms.dedup.candidates import crowd_key, find_band_keys
from transforms.dedup.shingles import Hashes
from transforms.dedup.signatures import (
    Signature,
    SignatureBlock,
    decode_block,
    estimate_containment,
)
from transforms.dedup.verify import Verdict, compare_prepared, prepare_text

# Articles whose band keys are made at once; bounds memory, changes no result.
_BATCH = 8192

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """What has to be known of an article of this pass; its text is asked for when needed."""

    article_id: str
    published_at: datetime | None
    first_seen_at: datetime
    signature: bytes  # as signatures.encode_signature gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicate:
    """An article that is another one over again."""

    article_id: str
    duplicate_of: str  # an article that stays
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class NearResult:
    """What a pass found, and what it cost."""

    duplicates: tuple[NearDuplicate, ...]  # in writing order
    compared: int  # pairs whose texts were compared
    left_out: int  # candidates that were not looked at, because too many shared the same keys


def writing_order(
    published_at: datetime | None, first_seen_at: datetime, length: int, article_id: str
) -> tuple[datetime, datetime, int, str]:
    """Return a sort key: published first (unknown last), seen first, longer, smaller id."""
    return published_at or _NEVER, first_seen_at, -length, article_id


def find_near_duplicates(
    articles: Iterable[NewArticle],
    text_of: Callable[[str], str],
    settings: DuplicateSettings,
    known: Iterable[SignatureBlock] = (),
) -> NearResult:
    """Return which of ``articles`` are near-duplicates of each other or of ``known`` ones.

    ``articles`` have distinct ids and are no exact duplicates of each other, or the work is wasted.
    ``known`` are blocks of the articles that stay from earlier passes, oldest first; one block is
    held at a time, and of it only what shares a key with this pass. ``text_of`` gives the text of
    an article of either kind.
    """
    new = _in_writing_order(articles)
    keys, older = _match_known(new, known)
    postings = _Postings(keys, settings.crowd)
    staying: list[tuple[str, Signature]] = []
    for one in older:
        postings.add(len(staying), _find_slots(keys, one.keys)[0], one.signature.anchors)
        staying.append((one.article_id, one.signature))
    prepare = lru_cache(settings.prepared_texts)(lambda one: prepare_text(text_of(one)))
    found: list[NearDuplicate] = []
    compared = 0
    for _, part in _batches(new):
        theirs, owners = _keys_by_article(part)
        slots, met = _find_slots(keys, theirs)
        for owner, its in _split_by_owner(owners[met], slots[met]):
            article_id, signature = part.ids[owner], part[owner]
            duplicate = None
            for other_id, _ in _rank_candidates(
                signature, [staying[i] for i in postings.find(its, signature.anchors)], settings
            ):
                if other_id == article_id:
                    continue
                compared += 1
                verdict = compare_prepared(prepare(article_id), prepare(other_id), settings)
                if verdict.same:
                    duplicate = NearDuplicate(
                        article_id=article_id, duplicate_of=other_id, verdict=verdict
                    )
                    break
            if duplicate is None:
                postings.add(len(staying), its, signature.anchors)
                staying.append((article_id, signature))
            else:
                found.append(duplicate)
    return NearResult(duplicates=tuple(found), compared=compared, left_out=postings.left_out)


def _rank_candidates(
    signature: Signature, candidates: list[tuple[str, Signature]], settings: DuplicateSettings
) -> list[tuple[str, Signature]]:
    """Return the candidates worth comparing, the likeliest first, the older first among equals."""
    scored = [(estimate_containment(signature, other[1]), other) for other in candidates]
    worth = [one for one in scored if one[0] >= settings.reject_containment]
    worth.sort(key=lambda one: -one[0])
    return [other for _, other in worth]


def _in_writing_order(articles: Iterable[NewArticle]) -> SignatureBlock:
    listed = list(articles)
    block = decode_block([a.article_id for a in listed], [a.signature for a in listed])
    lengths = block.shingles.tolist()
    order = sorted(
        range(len(listed)),
        key=lambda i: writing_order(
            listed[i].published_at, listed[i].first_seen_at, lengths[i], listed[i].article_id
        ),
    )
    return decode_block([listed[i].article_id for i in order], [listed[i].signature for i in order])


def _batches(block: SignatureBlock) -> Iterator[tuple[int, SignatureBlock]]:
    for start in range(0, len(block), _BATCH):
        yield start, block.part(start, min(start + _BATCH, len(block)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An article of an earlier pass that shares keys with this one."""

    article_id: str
    signature: Signature
    keys: Hashes


def _match_known(
    new: SignatureBlock, known: Iterable[SignatureBlock]
) -> tuple[Hashes, list[_Known]]:
    """Return the keys that at least two articles have, and the known articles that have one."""
    made = [_keys_by_article(part)[0] for _, part in _batches(new)]
    keys = np.concatenate(made) if made else np.empty(0, np.uint64)
    del made
    keys.sort()
    shared = [_drop_repeats(keys[1:][keys[1:] == keys[:-1]])]
    keys = _drop_repeats(keys)
    older = []
    for block in known:
        for _, part in _batches(block):
            theirs, owners = _keys_by_article(part)
            _, met = _find_slots(keys, theirs)
            shared.append(theirs[met])
            for owner, its in _split_by_owner(owners[met], theirs[met]):
                signature = part[owner]
                copied = replace(signature, anchors=signature.anchors.copy())
                older.append(_Known(article_id=part.ids[owner], signature=copied, keys=its))
    return np.unique(np.concatenate(shared)), older


def _keys_by_article(block: SignatureBlock) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the band keys of a block, ordered by article, each once for an article."""
    keys, owners = find_band_keys(block)
    order = np.lexsort((keys, owners))
    keys, owners = keys[order], owners[order]
    first = np.ones(len(keys), np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
    return keys[first], owners[first]


def _drop_repeats(ordered: Hashes) -> Hashes:
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _find_slots(ordered: Hashes, keys: Hashes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each of ``keys`` stands in ``ordered``, and whether it does."""
    if not len(ordered):
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    slots = np.searchsorted(ordered, keys)
    slots[slots == len(ordered)] = 0
    return slots, ordered[slots] == keys


def _split_by_owner(
    owners: NDArray[np.int64], values: NDArray[Any]
) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield each of the ascending ``owners`` once, with its part of ``values``."""
    bounds = np.flatnonzero(owners[1:] != owners[:-1]) + 1
    starts = [0, *bounds.tolist()] if len(owners) else []
    for start, stop in zip(starts, [*starts[1:], len(owners)], strict=False):
        yield int(owners[start]), values[start:stop]


class _Postings:
    """The articles that stay, by the slot of each of their keys: linked lists in arrays."""

    def __init__(self, keys: Hashes, crowd: int) -> None:
        self._keys = keys
        self._crowd = crowd
        self._last = np.full(len(keys), -1, np.int32)  # entry of the latest article at a slot
        self._count = np.zeros(len(keys), np.int32)
        self._article = np.empty(1024, np.int32)  # of each entry
        self._before = np.empty(1024, np.int32)  # the entry before it at the same slot, or -1
        self._size = 0
        self._crowds: dict[int, list[int]] = {}
        self.left_out = 0

    def add(self, article: int, slots: NDArray[np.int64], anchors: Hashes) -> None:
        """Enter ``article`` at ``slots``, or where they are crowded in the divided crowd."""
        crowded = self._count[slots] >= self._crowd
        for slot in slots[crowded].tolist():
            members = self._crowds.setdefault(crowd_key(int(self._keys[slot]), anchors), [])
            if len(members) < self._crowd:
                members.append(article)
        slots = slots[~crowded]
        start, stop = self._size, self._size + len(slots)
        if stop > len(self._article):
            self._article = np.resize(self._article, 2 * stop)
            self._before = np.resize(self._before, 2 * stop)
        self._article[start:stop] = article
        self._before[start:stop] = self._last[slots]
        self._last[slots] = np.arange(start, stop)
        self._count[slots] += 1
        self._size = stop

    def find(self, slots: NDArray[np.int64], anchors: Hashes) -> list[int]:
        """Return the articles at ``slots``, ascending, each once."""
        parts = []
        entries = self._last[slots]
        entries = entries[entries >= 0]
        while len(entries):
            parts.append(self._article[entries])
            entries = self._before[entries]
            entries = entries[entries >= 0]
        for slot in slots[self._count[slots] >= self._crowd].tolist():
            members = self._crowds.get(crowd_key(int(self._keys[slot]), anchors), [])
            self.left_out += len(members) == self._crowd
            parts.append(np.array(members, np.int32))
        return np.unique(np.concatenate(parts)).tolist() if parts else []
