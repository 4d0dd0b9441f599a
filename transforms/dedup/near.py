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

What is held in memory is the signatures and their keys, about 2 KB an article; texts are asked for
one at a time, and only those that have a candidate.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transforms.core.settings import DuplicateSettings
from transforms.dedup.candidates import find_band_keys, make_sieve
from transforms.dedup.postings import Postings, drop_repeats, find_slots
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
    length: int  # of the text, in characters
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

    ``articles`` have distinct ids; exact duplicates among them cost time, but do no harm. ``known``
    are the articles that stay from earlier passes, oldest first; one block is held at a time, and
    of it only what shares a key with this pass. An article is never compared with its own id.
    ``text_of`` gives the text of an article of either kind.
    """
    new = _in_writing_order(articles)
    keys, older = _match_known(new, known)
    search = _Search(keys, older, text_of, settings)
    found = []
    for part in _batches(new):
        theirs, owners = find_band_keys(part)
        slots, met = find_slots(keys, theirs)
        ids = part.ids.to_pylist()
        for owner, its in _split_by_owner(owners[met], slots[met]):
            article_id, signature = ids[owner], part[owner]
            duplicate = search.find(article_id, signature, its)
            if duplicate is None:
                search.keep(article_id, signature, its)
            else:
                found.append(duplicate)
    return NearResult(duplicates=tuple(found), compared=search.compared, left_out=search.left_out)


class _Search:
    """The articles that stay, and how a further one is judged against them."""

    def __init__(
        self,
        keys: Hashes,
        older: "_Known",
        text_of: Callable[[str], str],
        settings: DuplicateSettings,
    ) -> None:
        self._settings = settings
        self._staying = list(zip(older.ids, older.signatures, strict=True))
        self._postings = Postings(keys, settings.crowd)
        self._postings.load(
            find_slots(keys, older.keys)[0],
            older.owners,
            [signature.anchors for signature in older.signatures],
        )
        self._prepare = lru_cache(settings.prepared_texts)(lambda one: prepare_text(text_of(one)))
        self.compared = self.left_out = 0

    def keep(self, article_id: str, signature: Signature, slots: NDArray[np.int64]) -> None:
        """Let an article stay."""
        self._postings.add(slots, signature.anchors)
        self._staying.append((article_id, signature))

    def find(
        self, article_id: str, signature: Signature, slots: NDArray[np.int64]
    ) -> NearDuplicate | None:
        """Return what an article is a duplicate of, the likeliest candidate first."""
        found, full = self._postings.find(slots, signature.anchors)
        candidates = self._rank(article_id, signature, found)
        most = self._settings.comparisons
        self.left_out += full + max(0, len(candidates) - most)
        for other_id in candidates[:most]:
            self.compared += 1
            verdict = compare_prepared(
                self._prepare(article_id), self._prepare(other_id), self._settings
            )
            if verdict.same:
                return NearDuplicate(article_id=article_id, duplicate_of=other_id, verdict=verdict)
        return None

    def _rank(self, article_id: str, signature: Signature, found: list[int]) -> list[str]:
        """Return the candidates worth comparing, best estimate first, the older among equals."""
        scored = []
        for index in found:
            other_id, other = self._staying[index]
            estimate = estimate_containment(signature, other)
            if estimate >= self._settings.reject_containment and other_id != article_id:
                scored.append((-estimate, index, other_id))
        return [other_id for _, _, other_id in sorted(scored)]


def _in_writing_order(articles: Iterable[NewArticle]) -> SignatureBlock:
    ordered = sorted(
        articles,
        key=lambda a: writing_order(a.published_at, a.first_seen_at, a.length, a.article_id),
    )
    return decode_block([a.article_id for a in ordered], [a.signature for a in ordered])


def _batches(block: SignatureBlock) -> Iterator[SignatureBlock]:
    for start in range(0, len(block), _BATCH):
        yield block.part(start, min(start + _BATCH, len(block)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The articles of earlier passes that share band keys with this one."""

    ids: list[str]
    signatures: list[Signature]
    keys: Hashes  # that they share
    owners: NDArray[np.int64]  # of each of these keys, an index into the lists


def _match_known(new: SignatureBlock, known: Iterable[SignatureBlock]) -> tuple[Hashes, _Known]:
    """Return the keys that at least two articles have, and the known articles that have one."""
    made = [find_band_keys(part)[0] for part in _batches(new)]
    keys = np.concatenate([np.empty(0, np.uint64), *made])
    del made
    keys.sort()
    repeated = keys[1:][keys[1:] == keys[:-1]]
    keys = drop_repeats(keys)
    sieve = None
    ids: list[str] = []
    signatures: list[Signature] = []
    shared, owners = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for block in known:
        sieve = make_sieve(new.words) if sieve is None else sieve
        for part in _batches(block):
            theirs, whose = find_band_keys(part, sieve)
            met = find_slots(keys, theirs)[1]
            chosen, renumbered = np.unique(whose[met], return_inverse=True)
            shared.append(theirs[met])
            owners.append(renumbered + len(ids))
            matched = part.take(chosen)
            ids += matched.ids.to_pylist()
            signatures += [matched[index] for index in range(len(matched))]
    older = _Known(
        ids=ids,
        signatures=signatures,
        keys=np.concatenate(shared),
        owners=np.concatenate(owners),
    )
    return np.unique(np.concatenate((repeated, older.keys))), older


def _split_by_owner(
    owners: NDArray[np.int64], values: NDArray[Any]
) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield each of the ascending ``owners`` once, with its part of ``values``."""
    bounds = np.flatnonzero(owners[1:] != owners[:-1]) + 1
    starts = [0, *bounds.tolist()] if len(owners) else []
    for start, stop in zip(starts, [*starts[1:], len(owners)], strict=False):
        yield int(owners[start]), values[start:stop]
