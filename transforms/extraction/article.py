"""The whole way from the bytes of a page to an article or a reject."""

import re
from collections.abc import Mapping
from typing import TypeVar, cast

from transforms.core.errors import InputError
from transforms.core.identity import article_id
from transforms.core.records import Article, Cleaning, Page, Reject
from transforms.core.rejects import reject_entry
from transforms.core.rejects import scrub as scrub_identifier
from transforms.core.urls import host_of, registered_domain
from transforms.extraction.body import extract_body
from transforms.extraction.charset import Decoded, decode_page
from transforms.extraction.completeness import check_wall, judge_kinds, judge_text
from transforms.extraction.dom import parse_dom
from transforms.extraction.metadata import Metadata, read_metadata
from transforms.extraction.options import ExtractOptions
from transforms.extraction.plain import read_plain_text
from transforms.text.article_text import clean_text
from transforms.text.columns import text_columns
from transforms.text.language import detect_language
from transforms.text.unicode import scrub

T = TypeVar("T")

#: Scripts without spaces say as much in half the characters.
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")

#: Control characters that no text has, and what undecodable bytes become.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\ufffd]")


def extract_article(page: Page, options: ExtractOptions) -> Article | Reject:
    """Return the article on ``page``, or why there is none."""
    try:
        return _extract(page, options)
    except InputError as error:
        return reject_page(page, error)


def reject_page(page: Page, error: InputError) -> Reject:
    """Return the reject of a page that ``error`` stopped."""
    return reject_entry(page.entry, error, stage="extract", rejected_at=page.fetched_at)


def make_article(
    page: Page,
    options: ExtractOptions,
    *,
    metadata: Metadata,
    text: str,
    extractor: str,
    completeness: str,
    charset: str | None,
    charset_source: str | None,
    agency: str | None,
    dateline_place: str | None,
    quality_flags: tuple[str, ...],
    cleaning: Mapping[str, int],
) -> Article:
    """Return the row of an article. The one place where rows are made: all strings are safe here.

    Lone surrogates, NUL and control characters are replaced everywhere; where there were any, the
    row has the flag ``characters_replaced``.
    """
    scrubber = _Scrubber()
    text = scrubber.clean(text)
    metadata = scrubber.clean_record(metadata)
    language, confidence = detect_language(
        text, title=metadata.title, hint=page.entry.language or metadata.language
    )
    url, content_type = scrubber.clean(page.url), scrubber.clean(page.content_type)
    agency, dateline_place = scrubber.clean(agency), scrubber.clean(dateline_place)
    flags = (*quality_flags, *(("characters_replaced",) if scrubber.count else ()))
    derived = text_columns(text, language, flags, options.text, options.quality)
    canonical_url = metadata.canonical_url
    identity = article_id(canonical_url, derived["content_hash"])
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
        language_confidence=confidence,
        published_at=published.at if published else None,
        modified_at=modified.at if modified else None,
        fetched_at=page.fetched_at,
        first_seen_at=entry.seen_at,
        published_source=published.source if published else None,
        published_precision=published.precision if published else None,
        published_flags=published.flags if published else (),
        published_utc_offset=published.utc_offset if published else None,
        title_source=metadata.title_source,
        authors_source=metadata.authors_source,
        image_url=metadata.image_url,
        completeness=completeness,
        free_access=metadata.free_access,
        ai_training_opt_out=metadata.ai_training_opt_out,
        cluster_id=identity,
        extractor=extractor,
        http_status=page.http_status,
        content_type=content_type,
        charset=charset,
        charset_source=charset_source,
        pipeline_version=options.pipeline_version,
        cleaning=tuple(Cleaning(rule=rule, count=n) for rule, n in sorted(cleaning.items())),
        **derived,
    )


def _extract(page: Page, options: ExtractOptions) -> Article:
    decoded = decode_page(page.body, page.content_type)
    if _is_binary(decoded.text):
        raise InputError("not_text", "The bytes are no text in any encoding.")
    if page.media == "text":
        return _extract_plain(page, options, decoded)
    dom = parse_dom(decoded.text)
    data = read_metadata(
        dom.tree,
        url=page.url,
        entry=page.entry,
        fetched_at=page.fetched_at,
        max_future_s=options.max_future_s,
    )
    body = extract_body(dom.tree, url=page.url, metadata=data.metadata, near=data.near)
    text = "\n\n".join(body.paragraphs)
    check_wall(text, data.metadata.title)
    whole = judge_text(text, walls=body.walls, metadata=data.metadata, cut_by_parser=dom.truncated)
    kinds = judge_kinds(text, data.metadata, is_gallery=body.is_gallery)
    return _finish(
        page,
        options,
        decoded,
        data.metadata,
        text,
        extractor=body.extractor,
        completeness=whole.value,
        flags=(*whole.evidence, *kinds, *(("characters_replaced",) if dom.replaced else ())),
    )


def _extract_plain(page: Page, options: ExtractOptions, decoded: Decoded) -> Article:
    metadata, text = read_plain_text(page, decoded.text)
    return _finish(
        page, options, decoded, metadata, text, extractor="text", completeness="full", flags=()
    )


def _finish(
    page: Page,
    options: ExtractOptions,
    decoded: Decoded,
    metadata: Metadata,
    raw: str,
    *,
    extractor: str,
    completeness: str,
    flags: tuple[str, ...],
) -> Article:
    cleaned = clean_text(raw, language=metadata.language, keep_credits=options.text.keep_credits)
    length = len(cleaned.text) + len(_DENSE.findall(cleaned.text[: options.min_chars]))
    if not cleaned.text.strip():
        raise InputError("no_article", "Nothing is left of the text once it is cleaned.")
    if length < options.min_chars:
        raise InputError(
            "too_short",
            f"The text has {len(cleaned.text)} characters; the least is {options.min_chars} "
            "(extract.min_chars).",
        )
    article = make_article(
        page,
        options,
        metadata=metadata,
        text=cleaned.text,
        extractor=extractor,
        completeness=completeness,
        charset=decoded.charset,
        charset_source=decoded.source,
        agency=cleaned.agency,
        dateline_place=cleaned.dateline_place,
        quality_flags=flags + tuple(cleaned.flags),
        cleaning=cleaned.counts,
    )
    failed = [rule for rule in options.quality.drop if rule in article.quality_flags]
    if failed:
        raise InputError(
            "low_quality", f"The text fails {', '.join(failed)}, which quality.drop names."
        )
    return article


def _is_binary(text: str) -> bool:
    """Say whether more than a tenth of the beginning is characters that no text has."""
    sample = text[:4096]
    return len(_NO_TEXT.findall(sample)) * 10 > len(sample)


class _Scrubber:
    """Makes values safe to store and counts what it replaced."""

    def __init__(self) -> None:
        self.count = 0

    def clean(self, value: T) -> T:
        """Return a string or a tuple of strings without characters that no text may have."""
        if isinstance(value, str):
            clean, count = scrub(value)
            self.count += count
            return cast(T, clean)
        if isinstance(value, tuple):
            return cast(T, tuple(self.clean(each) for each in value))
        return value

    def clean_record(self, record: Metadata) -> Metadata:
        """Return ``record`` with all its strings cleaned."""
        names = (name for name in Metadata.__dataclass_fields__ if name not in ("body", "titles"))
        return Metadata(**{name: self.clean(getattr(record, name)) for name in names})
