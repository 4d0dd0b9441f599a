"""The row of an article: the one place where it is made, and where all strings become safe."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, TypeVar, cast

from newsbeam.transforms.core.identity import article_id, item_id
from newsbeam.transforms.core.records import (
    Article,
    Cleaning,
    Page,
    Removed,
    Wire,
    WireLink,
    WireNote,
    WireSubject,
)
from newsbeam.transforms.core.rejects import scrub as scrub_identifier
from newsbeam.transforms.core.urls import host_of, registered_domain
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.metadata.page_metadata import Metadata
from newsbeam.transforms.metadata.reservations import is_reserved
from newsbeam.transforms.text.columns import text_columns
from newsbeam.transforms.text.unicode import scrub

T = TypeVar("T")
R = TypeVar("R", Metadata, Wire)


def make_article(
    page: Page,
    options: ExtractOptions,
    *,
    metadata: Metadata,
    text: str,
    language: str,
    language_confidence: float,
    extractor: str,
    completeness: str,
    charset: str | None,
    charset_source: str | None,
    agency: str | None,
    dateline_place: str | None,
    quality_flags: tuple[str, ...],
    cleaning: Mapping[str, int],
    page_kind: str | None = None,
    removed: Sequence[Removed] = (),
    wire: Wire | None = None,
    withdrawn: bool = False,
) -> Article:
    """Return the row of an article. The one place where rows are made: all strings are safe here.

    Lone surrogates, NUL and control characters are replaced everywhere; where there were any, the
    row has the flag ``characters_replaced``.
    """
    scrubber = _Scrubber()
    text = scrubber.clean(text)
    metadata = scrubber.clean_record(metadata)
    wire = scrubber.clean_record(wire) if wire else None
    url, content_type = scrubber.clean(page.url), scrubber.clean(page.content_type)
    agency, dateline_place = scrubber.clean(agency), scrubber.clean(dateline_place)
    flags = (*quality_flags, *(("characters_replaced",) if scrubber.count else ()))
    derived = text_columns(
        text,
        language,
        flags,
        keywords=options.keywords,
        measures_quality=options.measures_quality,
    )
    canonical_url = metadata.canonical_url
    item = item_id(wire.format, wire.guid, wire.version, wire.provider) if wire else None
    identity = article_id(canonical_url, derived["content_hash"], item)
    host = host_of(canonical_url) if canonical_url else None
    published, modified = metadata.published, metadata.modified
    entry = page.entry
    return Article(
        article_id=identity,
        url=url,
        canonical_url=canonical_url,
        # The ledger knows inputs by these three: written as it hashes them.
        requested_url=None if entry.url is None else scrub_identifier(entry.url),
        source_ref=scrub_identifier(entry.source_ref),
        source_id=None if entry.source_id is None else scrub_identifier(entry.source_id),
        source_kind=entry.source_kind,
        domain=registered_domain(host) if host else None,
        host=host,
        # A text without any other sign of its outlet may credit it: "The Daily - …".
        publisher=metadata.publisher or (agency if dateline_place is None else None),
        agency=agency,
        dateline_place=dateline_place,
        title=metadata.title,
        subtitle=metadata.subtitle,
        summary=metadata.summary,
        authors=metadata.authors,
        tags=metadata.tags,
        section=metadata.section,
        language=language,
        language_confidence=language_confidence,
        published_at=published.at if published else None,
        modified_at=modified.at if modified else None,
        fetched_at=page.fetched_at,
        first_seen_at=entry.seen_at,
        published_source=published.source if published else None,
        published_precision=published.precision if published else None,
        published_flags=(*(published.flags if published else ()), *metadata.published_flags),
        published_utc_offset=published.utc_offset if published else None,
        title_source=metadata.title_source,
        authors_source=metadata.authors_source,
        image_url=metadata.image_url,
        completeness=completeness,
        free_access=metadata.free_access,
        ai_training_opt_out=is_reserved(page, metadata.ai_training_opt_out),
        cluster_id=identity,
        extractor=extractor,
        http_status=page.http_status,
        content_type=content_type,
        charset=charset,
        charset_source=charset_source,
        pipeline_version=options.pipeline_version,
        cleaning=tuple(Cleaning(rule=rule, count=n) for rule, n in sorted(cleaning.items())),
        page_kind=page_kind,
        removed=tuple(Removed(kind=each.kind, text=scrub(each.text)[0]) for each in removed),
        wire=wire,
        withdrawn=withdrawn or None,
        **derived,
    )


class _Scrubber:
    """Makes values safe to store and counts what it replaced."""

    def __init__(self) -> None:
        self.count = 0

    def clean(self, value: T) -> T:
        """Return strings, in tuples and records too, without characters that no text may have."""
        if isinstance(value, str):
            clean, count = scrub(value)
            self.count += count
            return cast(T, clean)
        if isinstance(value, tuple):
            return cast(T, tuple(self.clean(each) for each in value))
        if isinstance(value, WireSubject | WireNote | WireLink):
            return cast(T, self._clean_fields(value))
        return value

    def clean_record(self, record: R) -> R:
        """Return ``record`` with all its strings cleaned."""
        return cast(R, self._clean_fields(record))

    def _clean_fields(self, record: Any) -> Any:
        changed = {}
        for name in _cleaned_fields(record.__class__):
            value = getattr(record, name)
            if value and (clean := self.clean(value)) != value:
                changed[name] = clean
        return replace(record, **changed) if changed else record


@cache
def _cleaned_fields(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name not in ("body", "titles"))
