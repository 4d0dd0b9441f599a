"""Web archives: the pages in WARC files."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.sources.archived_page import make_answer, make_page
from newsbeam.transforms.sources.http_head import ANSWER, MAX_HEAD_BYTES, read_http_head
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.segments import Segments
from newsbeam.transforms.sources.selection import Selection, stated_language
from newsbeam.transforms.sources.warc_records import PAGE_TYPES, Damage, Record, read_records

#: Records that have an outcome of their own; one without a type may be a page.
_WITH_OUTCOME = (*PAGE_TYPES, "revisit", "continuation", "")
_HTTP_TYPE = "application/http"
#: W3CDTF in any precision, and the fourteen digits that older tools wrote.
_DATE = re.compile(
    r"(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?)?)?"
    r"\s*(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d))?",
    re.IGNORECASE,
)
_MAX_REASON_CHARS = 40


def read_warc(
    raw: BinaryIO,
    source: Source,
    progress: Progress,
    *,
    max_bytes: int,
    max_url_chars: int = 2048,
    seen_at: datetime,
    selection: Selection,
) -> Iterator[Page | Reject]:
    """Yield the pages of the WARC file ``raw``, and a reject for each record that should be one.

    Records that are no pages by their type, or not in ``selection``, are counted in ``progress``.
    ``max_bytes`` limits one page, decoded. Positions are byte offsets of records in the file.
    ``seen_at`` is taken for records without a date and for rejects.
    """
    begun, furthest = False, -1
    # What stands in one gzip member is told apart by record ids, which may be missing or repeated.
    offset, told = -1, Counter[str]()
    segments = Segments(max_bytes + MAX_HEAD_BYTES + 1)
    records = read_records(raw, source.position, max_bytes + MAX_HEAD_BYTES + 1)
    for item in segments.join(records):
        # In a file that is one gzip member, no pass can begin between records; nor can one
        # between the segments of a record.
        if (
            begun
            and isinstance(item, Record)
            and item.starts_member
            and item.offset > furthest  # one in segments comes behind what stands between them
            and not segments.is_waiting
        ):
            progress.bytes_read = max(progress.bytes_read, item.offset - source.position)
            if progress.must_stop() and item.cut is None:
                progress.stop_at(item.offset)
                return
        begun, furthest = True, max(furthest, item.offset)
        ref = f"{source.ref}#{item.offset}"
        if item.offset != offset:
            offset, told = item.offset, Counter()
        identity = "" if isinstance(item, Damage) else item.fields.get("warc-record-id", "")
        told[identity] += 1
        count = told[identity]
        entry = Entry(
            source_kind="warc",
            source_ref=ref if count == 1 else f"{ref}.{count}",
            publisher=source.publisher,
            language=source.language,
            seen_at=seen_at,
        )
        found = settle_item(
            item,
            entry,
            progress,
            selection,
            bytes_ref=ref,
            max_bytes=max_bytes,
            max_url_chars=max_url_chars,
        )
        if found is not None:
            yield found
    progress.position = raw.tell() if raw.seekable() else 0


def settle_item(
    item: Record | Damage,
    entry: Entry,
    progress: Progress,
    selection: Selection,
    *,
    bytes_ref: str,
    max_bytes: int,
    max_url_chars: int,
) -> Page | Reject | None:
    """Return the outcome of one record: None if it was passed over and counted in ``progress``.

    ``entry`` says where it was found; ``bytes_ref`` where its bytes are.
    """
    seen_at = entry.seen_at
    try:
        if isinstance(item, Damage):
            raise InputError("bad_record", item.detail)
        if not item.missing and item.type not in _WITH_OUTCOME:
            identity = scrub(item.fields.get("warc-record-id", "")) or None
            kind = "continuation" if item.type == "joined" else item.type
            progress.pass_over(kind, entry_id(entry.source_kind, entry.source_ref, identity, None))
            return None
        entry = _describe(item, entry)
        unwanted = _refuse(item, entry, selection)
        if unwanted is None:
            page = _read_page(item, entry, max_bytes, max_url_chars)
            unwanted = refuse_page(page, selection)
        if unwanted is None:
            return page
        identity = entry_id(entry.source_kind, entry.source_ref, entry.source_id, None)
        progress.pass_over(unwanted, identity)
        return None
    except InputError as error:
        return reject_entry(entry, error, stage="read", rejected_at=seen_at, bytes_ref=bytes_ref)


def _describe(record: Record, entry: Entry) -> Entry:
    """Return ``entry`` with what the WARC headers say; its URL is not checked yet."""
    uri = record.fields.get("warc-target-uri", "").strip("<>")  # wget adds brackets
    identity = record.fields.get("warc-record-id", "")
    return replace(
        entry,
        url=scrub(uri.strip()) or None,
        source_id=scrub(identity) or None,
        seen_at=_read_date(record.fields.get("warc-date", "")) or entry.seen_at,
    )


def _refuse(record: Record, entry: Entry, selection: Selection) -> str | None:
    """Return why a record is not wanted, as far as that is known before its body is decoded."""
    head = read_http_head(record.block) if selection.looks_at_statuses else None
    return selection.refuse(
        url=entry.url,
        captured_at=entry.seen_at,
        status=head.status if head else None,
        languages=record.fields.get("warc-identified-content-language"),
    )


def refuse_page(page: Page, selection: Selection) -> str | None:
    """Return why a page is not wanted, by what it states of itself."""
    if not selection.looks_at_languages or page.media != "html":
        return None
    return selection.refuse(url=None, languages=stated_language(page.body))


def _read_date(text: str) -> datetime | None:
    """Return the moment of a WARC-Date, which is in UTC unless it says otherwise."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    offset = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0))
    try:
        moment = datetime(year, month or 1, day or 1, hour, minute, min(second, 59), tzinfo=UTC)
        return moment + offset if match[7] == "-" else moment - offset
    except (ValueError, OverflowError):
        return None


def _read_page(record: Record, entry: Entry, max_bytes: int, max_url_chars: int) -> Page:
    if record.type == "revisit":
        raise InputError("revisit", "The record only points to an earlier capture.")
    if record.missing:
        raise InputError("bad_record", f"The record ends {record.missing:,} bytes too early.")
    if record.type == "continuation":
        raise InputError("bad_record", "It continues a record that is not in this file before it.")
    if record.type not in PAGE_TYPES:
        raise InputError("bad_record", "The record does not say of which type it is.")
    said = record.fields.get("warc-truncated", "").lower()[:_MAX_REASON_CHARS]
    truncated = scrub(said) or record.cut
    declared = record.fields.get("content-type")
    is_http = (declared or "").partition(";")[0].strip().lower() == _HTTP_TYPE
    if is_http or (record.type == "response" and ANSWER.match(record.block)):
        return make_answer(entry, record.block, max_bytes, max_url_chars, truncated)
    fields = {} if declared is None else {"content-type": declared}
    return make_page(entry, fields, record.block, None, max_bytes, max_url_chars, truncated)
