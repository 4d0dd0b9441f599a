"""Which articles are the same by their URL or, word for word, by their text.

All functions are pure and give the same result whatever the order of their input, so that it does
not depend on shards, workers or engine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.records import Article, Duplicate, Entry, Reject, Unchanged
from newsbeam.transforms.core.rejects import reject_entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    """The version of a wire item that the dataset has last."""

    version: str | None
    version_created: str | None  # as in the column wire
    withdrawn: bool

    @staticmethod
    def of(article: Article) -> "ItemState | None":
        """Return the state of an article that is a wire item with a guid, None of any other."""
        if article.wire is None or article.wire.guid is None:
            return None
        return ItemState(
            version=article.wire.version,
            version_created=article.wire.version_created,
            withdrawn=article.withdrawn is True,
        )

    def is_older_than(self, other: "ItemState") -> bool:
        """Return whether its version came before another: by number, without one by time."""
        mine, its = _number(self.version), _number(other.version)
        if mine is not None and its is not None:
            return mine < its
        if self.version_created is None or other.version_created is None:
            return False
        return _moment(self.version_created) < _moment(other.version_created)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the dataset has of one article."""

    article_id: str
    revision: int  # the latest; 0 if it is known as a duplicate of another article only
    content_hash: str  # of the latest revision
    canonical_url: str | None
    cluster_id: str
    published_at: datetime | None
    first_seen_at: datetime | None
    fetched_at: datetime | None = None  # of the latest revision, as the dates are
    #: What the latest revision was of, if it came as the trade sends it.
    item: ItemState | None = None
    #: Entries that gave this article, each with the content_hash that it had last.
    entries: tuple[tuple[str, str], ...] = ()
    #: ``url_id`` of each URL that gave it when it was asked for.
    url_ids: frozenset[str] = frozenset()


def settle_same_url(
    articles: Sequence[Article], known: Known | None
) -> list[Article | Duplicate | Unchanged | Reject]:
    """Judge all articles of one article_id in a pass against what the dataset has of it.

    An entry whose text is what it was before is unchanged; the text of the latest revision from
    another entry is a duplicate; every other text is a revision (in the order of their dates), and
    each further article with that text a duplicate of it. What was extracted again from kept bytes,
    and is not as it was, is a revision whatever its text. Wire items are told apart by their
    versions too (``settle_versions``).
    """
    if any(ItemState.of(article) for article in articles):
        return settle_versions(articles, known)
    last_texts = dict(known.entries) if known else {}
    number = known.revision if known else 0
    text_before = known.content_hash if known and known.revision else None
    outcomes: list[Article | Duplicate | Unchanged | Reject] = []
    same_text: dict[str, list[Article]] = {}
    for article in _in_order(articles):
        if article.is_reread:
            same_text.setdefault(article.content_hash, []).append(article)
        elif known and last_texts.get(entry_of(article)) == article.content_hash:
            outcomes.append(unchanged(article, known))
        elif known and article.content_hash == text_before:
            outcomes.append(_repeat(article, known))
        else:
            same_text.setdefault(article.content_hash, []).append(article)

    first_seen_at = known.first_seen_at if known and known.revision else None
    for kept, *others in sorted(same_text.values(), key=lambda group: _changed_at(group[0])):
        number += 1
        first_seen_at = first_seen_at or kept.first_seen_at
        revision = kept
        if known or (number, text_before) != (kept.revision, kept.supersedes):  # mostly it is new
            revision = replace(
                kept,
                revision=number,
                supersedes=text_before,
                first_seen_at=first_seen_at,
                cluster_id=known.cluster_id if known and known.revision else kept.cluster_id,
            )
        outcomes.append(revision)
        outcomes.extend(_repeat(other, revision) for other in others)
        text_before = kept.content_hash
    return outcomes


def settle_versions(
    articles: Sequence[Article], known: Known | None
) -> list[Article | Duplicate | Unchanged | Reject]:
    """Judge all articles of one wire item in a pass against what the dataset has of it.

    Each later version is a revision, even one whose text is the same: it may take the item back, or
    correct its headline. A version before the one that the dataset has comes too late.
    """
    outcomes: list[Article | Duplicate | Unchanged | Reject] = []
    last_texts = dict(known.entries) if known else {}
    stays: Article | Known | None = known if known and known.revision else None
    state = known.item if known else None
    first_seen_at = known.first_seen_at if known and known.revision else None
    number = known.revision if known else 0
    for article in sorted(articles, key=_version_order):
        mine = ItemState.of(article)
        if stays and mine and state and mine.is_older_than(state):
            outcomes.append(_too_late(article, state))
        elif (
            stays
            and not article.is_reread
            and article.content_hash == stays.content_hash
            and state in (mine, None)
        ):
            is_known = known and last_texts.get(entry_of(article)) == article.content_hash
            outcomes.append(
                unchanged(article, known) if known and is_known else _repeat(article, stays)
            )
        else:
            number += 1
            first_seen_at = first_seen_at or article.first_seen_at
            revision = replace(
                article,
                revision=number,
                supersedes=stays.content_hash if stays else None,
                first_seen_at=first_seen_at,
                cluster_id=stays.cluster_id if stays else article.cluster_id,
            )
            outcomes.append(revision)
            stays, state = revision, mine
    return outcomes


def _version_order(article: Article) -> tuple[object, ...]:
    state = ItemState.of(article)
    created = _moment(state.version_created) if state and state.version_created else _EPOCH
    version = _number(state.version) if state else None
    return (version or 0, created, *_dated(article), article.source_ref, article.content_hash)


def _number(version: str | None) -> int | None:
    return int(version) if version and version.isdecimal() and len(version) < 20 else None


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _too_late(article: Article, state: ItemState) -> Reject:
    version = state.version or state.version_created
    error = InputError("superseded", f"The dataset has version {version} of this item.")
    entry = Entry(
        source_kind=article.source_kind,
        source_ref=article.source_ref,
        source_id=article.source_id,
        url=article.requested_url,
        seen_at=article.fetched_at,
    )
    return reject_entry(entry, error, stage="extract", rejected_at=article.fetched_at)


def settle_same_text(articles: Sequence[Article], known: Known | None) -> list[Article | Duplicate]:
    """Judge all articles of one content_hash in a pass; ``known`` is the one that has it already.

    Only first revisions take part: a later one is news of its own URL and passes, and so does what
    was taken back. What is known stays; else what came by wire, then the earliest published, then
    the first seen, then the longer, then the smaller id.
    """
    outcomes: list[Article | Duplicate] = []
    stays: Article | Known | None = known
    for article in sorted(articles, key=_precedence):
        is_known = isinstance(stays, Known) and stays.article_id == article.article_id
        if not is_compared(article) or is_known:
            outcomes.append(article)
        elif stays is None:
            stays = article
            outcomes.append(article)
        else:
            outcomes.append(duplicate_of(article, stays, how="exact"))
    return outcomes


def is_compared(article: Article) -> bool:
    """Return whether an article is compared with others: no later revision, no notice."""
    return article.revision == 1 and not article.withdrawn


def came_by_wire(article: Article) -> bool:
    """Return whether an article came from an agency's own hand: papers copy it, not it them."""
    return article.wire is not None and article.wire.format != "schema.org"


def entry_of(row: Article | Duplicate) -> str:
    """Return the identity of the entry that gave ``row``."""
    return entry_id(row.source_kind, row.source_ref, row.source_id, row.requested_url)


def duplicate_of(
    article: Article,
    stays: Article | Known,
    *,
    how: str,
    similarity: float = 1.0,
    containment: float = 1.0,
) -> Duplicate:
    """Return the row that says that ``article`` repeats the article that stays."""
    return Duplicate(
        article_id=article.article_id,
        url=article.url,
        source_kind=article.source_kind,
        source_ref=article.source_ref,
        source_id=article.source_id,
        title=article.title,
        publisher=article.publisher,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        content_hash=article.content_hash,
        duplicate_of=stays.article_id,
        duplicate_of_url=stays.canonical_url,
        how=how,
        similarity=similarity,
        containment=containment,
        cluster_id=stays.cluster_id,
        requested_url=article.requested_url,
        unit=article.unit,
        text=article.text if how == "near" else None,
    )


def unchanged(row: Article | Duplicate, known: Known) -> Unchanged:
    """Return the record that the entry of ``row`` gave what it had given before."""
    return Unchanged(
        source_kind=row.source_kind,
        source_ref=row.source_ref,
        source_id=row.source_id,
        requested_url=row.requested_url,
        article_id=row.article_id,
        revision=known.revision,
        canonical_url=known.canonical_url,
        content_hash=row.content_hash,
        cluster_id=known.cluster_id,
        published_at=row.published_at,
        fetched_at=row.fetched_at,
        first_seen_at=known.first_seen_at or row.fetched_at,
    )


def _repeat(article: Article, stays: Article | Known) -> Duplicate:
    # Without a URL, identity is the text itself.
    how = "exact" if article.canonical_url is None else "url"
    return duplicate_of(article, stays, how=how)


def _in_order(articles: Iterable[Article]) -> list[Article]:
    """Return articles of one id, the one that stays first. Ties end only where all is equal."""
    found = list(articles)
    if len(found) < 2:
        return found
    return sorted(
        found,
        key=lambda article: (
            *_dated(article),
            article.source_ref,
            article.source_kind,
            article.source_id or "",
            article.requested_url or "",
            repr(article),
        ),
    )


def _precedence(article: Article) -> tuple[object, ...]:
    return (not came_by_wire(article), *_dated(article), article.article_id, article.revision)


def _dated(article: Article) -> tuple[object, ...]:
    return (
        article.published_at is None,
        article.published_at or _EPOCH,
        article.first_seen_at,
        -len(article.text),
    )


def _changed_at(article: Article) -> tuple[object, ...]:
    changed_at = article.modified_at or article.published_at or article.fetched_at
    return (changed_at, *_dated(article), article.content_hash)
