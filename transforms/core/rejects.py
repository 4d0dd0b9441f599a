"""The one place where a failed input becomes a ``Reject``."""

import re
from datetime import datetime

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import entry_id, reject_id, source_identity
from newsbeam.transforms.core.records import Article, Duplicate, Entry, Poll, Reject, Source

#: Lone surrogates cannot be written as UTF-8, and NUL ends strings in half the tools that read us.
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")

#: Details are for people; a parser that quotes its whole input in a message helps nobody.
_MAX_DETAIL_CHARS = 500


def scrub(text: str) -> str:
    """Return ``text`` with each lone surrogate and NUL replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)


def reject_entry(
    entry: Entry,
    error: InputError,
    *,
    stage: str,
    rejected_at: datetime,
    bytes_ref: str | None = None,
) -> Reject:
    """Return the reject of an entry that ``error`` stopped at ``stage`` (read, fetch, extract)."""
    source_ref = scrub(entry.source_ref)
    source_id = None if entry.source_id is None else scrub(entry.source_id)
    url = None if entry.url is None else scrub(entry.url)
    identity = entry_id(entry.source_kind, source_ref, source_id, url)
    return Reject(
        reject_id=reject_id(stage, error.reason, identity),
        stage=stage,
        reason=error.reason,
        detail=_clip(error.detail),
        url=url,
        source_kind=entry.source_kind,
        source_ref=source_ref,
        source_id=source_id,
        http_status=error.http_status,
        bytes_ref=None if bytes_ref is None else scrub(bytes_ref),
        rejected_at=rejected_at,
    )


def reject_article(article: Article | Duplicate, reason: str, detail: str) -> Reject:
    """Return the reject of a row that a step of the user's own did not let pass."""
    identity = entry_id(
        article.source_kind, article.source_ref, article.source_id, article.requested_url
    )
    return Reject(
        reject_id=reject_id("step", reason, identity),
        stage="step",
        reason=reason,
        detail=_clip(detail),
        url=article.requested_url,
        source_kind=article.source_kind,
        source_ref=article.source_ref,
        source_id=article.source_id,
        http_status=article.http_status if isinstance(article, Article) else None,
        rejected_at=article.fetched_at,
    )


def reject_source(
    source: Source, error: InputError, *, rejected_at: datetime, stage: str = "poll"
) -> Reject:
    """Return the reject of a whole source that could not be polled or read."""
    source_ref = scrub(source.ref)
    return Reject(
        reject_id=reject_id(stage, error.reason, source_identity(source_ref)),
        stage=stage,
        reason=error.reason,
        detail=_clip(error.detail),
        url=source_ref if "://" in source_ref else None,
        source_kind=source.kind,
        source_ref=source_ref,
        source_id=None,
        http_status=error.http_status,
        rejected_at=rejected_at,
    )


def failed_poll(source: Source, error: InputError, *, polled_at: datetime) -> Poll:
    """Return the row of ``feeds/`` that says why ``source`` could not be read."""
    return Poll(
        source_ref=scrub(source.ref),
        source_kind=source.kind,
        polled_at=polled_at,
        outcome="failed",
        reason=error.reason,
        detail=_clip(error.detail),
        http_status=error.http_status,
        fingerprint=source.fingerprint,
    )


def _clip(detail: str) -> str:
    clean = " ".join(scrub(detail).split())
    return clean if len(clean) <= _MAX_DETAIL_CHARS else clean[: _MAX_DETAIL_CHARS - 1] + "…"
