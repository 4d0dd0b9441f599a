"""The whole way from the bytes of a page to an article or a reject."""

import re

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.garbage import uncollected
from newsbeam.transforms.core.records import (
    Article,
    Page,
    Reject,
)
from newsbeam.transforms.core.rejects import reject_entry
from newsbeam.transforms.extraction.body import Body, read_body
from newsbeam.transforms.extraction.classes import Known
from newsbeam.transforms.extraction.completeness import (
    PAYWALLED_CHARS,
    check_wall,
    explain_no_text,
    judge_text,
)
from newsbeam.transforms.extraction.dispatch import read_dispatch
from newsbeam.transforms.extraction.kinds import Kind, judge_kind, redirect_target
from newsbeam.transforms.extraction.options import ExtractOptions, is_unwanted
from newsbeam.transforms.extraction.plain import read_plain_text
from newsbeam.transforms.extraction.row import make_article
from newsbeam.transforms.extraction.walls import read_walls
from newsbeam.transforms.metadata.headline import headline_blocks
from newsbeam.transforms.metadata.page_metadata import Metadata, PageData, read_metadata
from newsbeam.transforms.pages.charset import Decoded, decode_page
from newsbeam.transforms.pages.outline import Outline
from newsbeam.transforms.pages.walk import read_outline
from newsbeam.transforms.text.article_text import clean_text
from newsbeam.transforms.text.language import detect_language

#: Scripts without spaces say as much in half the characters.
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")

#: A shorter text is no second opinion.
_MIN_OPINION_CHARS = 200
#: trafilatura may take minutes over longer pages.
_MAX_OPINION_CHARS = 1_000_000

#: What undecodable bytes become, and all bytes of UTF-8 but control characters that no text has.
_UNDECODED = "\ufffd".encode()
_OF_TEXT = bytes(set(range(256)).difference(*map(range, (0, 11, 14, 28), (9, 12, 27, 32))))


def extract_article(page: Page, options: ExtractOptions) -> Article | Reject:
    """Return the article on ``page``, or why there is none."""
    try:
        with uncollected():
            return _extract(page, options)
    except InputError as error:
        return reject_page(page, error)


def reject_page(page: Page, error: InputError) -> Reject:
    """Return the reject of a page that ``error`` stopped."""
    return reject_entry(page.entry, error, stage="extract", rejected_at=page.fetched_at)


def _extract(page: Page, options: ExtractOptions) -> Article:
    if page.media == "wire":
        return _extract_wire(page, options)
    decoded = decode_page(page.body, page.content_type)
    if _is_binary(decoded.text):
        raise InputError("not_text", "The bytes are no text in any encoding.")
    if page.media == "text":
        return _extract_plain(page, options, decoded)
    outline = read_outline(decoded.text)
    data = read_metadata(
        outline,
        url=page.url,
        entry=page.entry,
        fetched_at=page.fetched_at,
        max_future_s=options.max_future_s,
    )
    metadata = data.metadata
    kind = judge_kind(outline, article=data.article, url=page.url, title=metadata.title)
    _check_kind(outline, page, kind, options)
    body = _read_text(page, options, decoded, outline, data)
    if not body.paragraphs:
        raise explain_no_text(outline)
    text = "\n\n".join(body.paragraphs)
    check_wall(text, metadata.title)
    whole = judge_text(
        text,
        walls=read_walls(
            outline,
            last=body.last,
            selectors=metadata.locked,
            cut=body.cut,
            read_barriers=len(text) < PAYWALLED_CHARS,
        ),
        metadata=metadata,
        truncated=page.truncated is not None,
    )
    if body.is_gallery and kind.value == "article":
        kind = Kind("gallery", is_article=True, score=kind.score)
    return _finish(
        page,
        options,
        decoded,
        metadata,
        text,
        body=body,
        completeness=whole.value,
        flags=(*whole.evidence, *_kind_flags(kind), *_character_flags(outline)),
        page_kind=kind.value,
    )


def _read_text(
    page: Page, options: ExtractOptions, decoded: Decoded, outline: Outline, data: PageData
) -> Body:
    """Return the text of the article by the engine that is asked for.

    Where our own reading is not sure of it, trafilatura's is taken, if it has any.
    """
    headline = range(0) if data.headline is None else headline_blocks(outline, data.headline)
    known = Known(headline=headline, byline=data.byline, date=data.dates)
    own = read_body(outline, data.metadata, known) if options.engine == "newsbeam" else None
    if own is not None and own.is_sure:
        return own
    if own is not None and len(decoded.text) > _MAX_OPINION_CHARS:
        return own
    # Few pages need it: only those pay for its import.
    from newsbeam.transforms.extraction.trafilatura_engine import read_with_trafilatura

    calls = data.metadata.free_access is not True
    try:
        other = read_with_trafilatura(
            outline, decoded.text, page.url, calls=calls, fast=own is not None
        )
    except InputError:
        if own is None:
            raise
        return own
    if own is not None and sum(map(len, other.paragraphs)) < _MIN_OPINION_CHARS:
        return own
    return other


def _check_kind(outline: Outline, page: Page, kind: Kind, options: ExtractOptions) -> None:
    """Raise if a page only leads elsewhere, or is none that its source is trusted with."""
    if target := redirect_target(outline, page.url):
        raise InputError("no_article", f"The page only sends its readers on, to {target}.")
    if is_unwanted(kind.is_article, page.entry.source_kind, options):
        raise InputError(
            "not_an_article",
            f"The page is no article, but of the kind {kind.value} (extract.other_pages: write "
            "keeps such pages).",
        )


def _kind_flags(kind: Kind) -> tuple[str, ...]:
    """Return the flag of a kind of page that is no article of the common kind."""
    if kind.value == "article":
        return ()
    return (kind.value if kind.is_article else f"kind_{kind.value}",)


def _character_flags(outline: Outline) -> tuple[str, ...]:
    return ("characters_replaced",) if outline.replaced else ()


def _extract_plain(page: Page, options: ExtractOptions, decoded: Decoded) -> Article:
    metadata, text = read_plain_text(page, decoded.text)
    body = Body(paragraphs=(text,), extractor="text")
    truncated = page.truncated is not None
    return _finish(
        page,
        options,
        decoded,
        metadata,
        text,
        body=body,
        completeness="truncated" if truncated else "full",
        flags=("capture_truncated",) if truncated else (),
    )


def _extract_wire(page: Page, options: ExtractOptions) -> Article:
    found = read_dispatch(page, options.obey_kills)
    metadata = found.metadata
    language, confidence = detect_language(found.text, title=metadata.title, hint=metadata.language)
    cleaned = clean_text(found.text, language=language, keep_credits=options.keep_credits)
    if not found.withdrawn:
        _check_length(cleaned.text, options)
    article = make_article(
        page,
        options,
        metadata=metadata,
        text=cleaned.text,
        language=language,
        language_confidence=confidence,
        extractor=found.facts.format,
        completeness="full",
        charset=None,
        charset_source=None,
        agency=found.agency or cleaned.agency,
        dateline_place=found.dateline_place or cleaned.dateline_place,
        quality_flags=tuple(cleaned.flags),
        cleaning=cleaned.counts,
        wire=found.facts,
        withdrawn=found.withdrawn,
    )
    if not found.withdrawn:
        _check_quality(article, options)
    return article


def _check_length(text: str, options: ExtractOptions) -> None:
    """Raise InputError for a text that is too short to be an article."""
    if not text.strip():
        raise InputError("no_article", "Nothing is left of the text once it is cleaned.")
    length = len(text) + len(_DENSE.findall(text[: options.min_chars]))
    if length < options.min_chars:
        raise InputError(
            "too_short",
            f"The text has {len(text)} characters; the least is {options.min_chars} "
            "(extract.min_chars).",
        )


def _finish(
    page: Page,
    options: ExtractOptions,
    decoded: Decoded,
    metadata: Metadata,
    raw: str,
    *,
    body: Body,
    completeness: str,
    flags: tuple[str, ...] = (),
    page_kind: str | None = None,
) -> Article:
    # What the page declares is a hint; how a text is cleaned follows from the text itself.
    hint = page.entry.language or metadata.language
    language, confidence = detect_language(raw, title=metadata.title, hint=hint)
    cleaned = clean_text(raw, language=language, keep_credits=options.keep_credits)
    _check_length(cleaned.text, options)
    article = make_article(
        page,
        options,
        metadata=metadata,
        text=cleaned.text,
        language=language,
        language_confidence=confidence,
        extractor=body.extractor,
        completeness=completeness,
        charset=decoded.charset,
        charset_source=decoded.source,
        agency=cleaned.agency,
        dateline_place=cleaned.dateline_place,
        quality_flags=flags + tuple(cleaned.flags),
        cleaning={**cleaned.counts, **body.counts},
        page_kind=page_kind,
        removed=body.removed if options.keep_removed else (),
    )
    _check_quality(article, options)
    return article


def _check_quality(article: Article, options: ExtractOptions) -> None:
    failed = [rule for rule in options.dropped_quality if rule in article.quality_flags]
    if failed:
        raise InputError(
            "low_quality", f"The text fails {', '.join(failed)}, which quality.drop names."
        )


def _is_binary(text: str) -> bool:
    """Say whether more than a tenth of the beginning is characters that no text has."""
    sample = text[:4096]
    data = sample.encode("utf-8", "surrogatepass")
    return (len(data.translate(None, _OF_TEXT)) + data.count(_UNDECODED)) * 10 > len(sample)
