"""Items of the news trade become pages to make rows of, addresses to fetch, or rejects."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.links import absolute_url
from newsbeam.transforms.sources.messages import is_message, read_message
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.streams import peek, read_capped, read_lines
from newsbeam.transforms.wires.item import WireItem, encode_item
from newsbeam.transforms.wires.read import is_json_line, read_items, read_json

#: An embargo without a zone has ended everywhere on earth once it has ended here.
_ANY_ZONE = timedelta(hours=12)

_WHAT = {
    "picture": "a picture",
    "graphic": "a graphic",
    "video": "a film",
    "audio": "a sound",
    "package": "a package of other items",
    "other": "no news",
}


def read_wires(
    stream: BinaryIO,
    kind: str,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    *,
    seen_at: datetime,
    max_url_chars: int = 2048,
) -> Iterator[Page | Entry | Reject]:
    """Yield what each item in ``stream`` (decompressed, from its start) comes to.

    A document is read whole; lines of JSON, and the items of a message that is larger than a
    document may be, one by one. Positions are counts of lines or items.
    """
    if kind in ("ninjs", "jsonld"):
        head, stream = peek(stream, 1 << 16)
        if is_json_line(head):
            yield from _read_lines(stream, kind, source, settings, progress, seen_at, max_url_chars)
            return
    head, stream = peek(stream, settings.max_text_bytes + 1)
    if len(head) > settings.max_text_bytes and kind == "newsml" and is_message(head):
        yield from _read_message(stream, kind, source, settings, progress, seen_at, max_url_chars)
        return
    body = read_capped(stream, settings.max_text_bytes)
    items = _number(read_items(body, kind), source.ref)
    yield from _settle_all(items, kind, source, seen_at, max_url_chars)


def open_items(
    items: Iterable[WireItem], entry: Entry, *, max_url_chars: int = 2048
) -> list[Page | Entry | Reject]:
    """Return what the items behind the address of ``entry`` come to; the first is its outcome."""
    found: list[Page | Entry | Reject] = []
    for number, item in enumerate(items, start=1):
        known = entry
        if number > 1:
            ref = f"{entry.url or entry.source_ref}#{number}"
            known = replace(entry, source_ref=ref, source_id=item.facts.guid, url=None)
        found.append(settle_item(item, known, stage="fetch", max_url_chars=max_url_chars))
    return found


def settle_item(
    item: WireItem, known: Entry, *, stage: str = "read", max_url_chars: int = 2048
) -> Page | Entry | Reject:
    """Return the page of a story, the entry of an address, or the reject of anything else."""
    try:
        _check(item, known.seen_at)
    except InputError as error:
        return reject_entry(
            known,
            error,
            stage=stage,
            rejected_at=known.seen_at,
            bytes_ref=known.source_ref if stage == "read" else None,
        )
    url = _url_of(item, max_url_chars)
    if not item.paragraphs and not item.is_withdrawn and url is not None:
        return replace(known, url=url, title=item.headline, summary=item.summary)
    return Page(
        entry=known, url=url, body=encode_item(item), media="wire", fetched_at=known.seen_at
    )


def _check(item: WireItem, now: datetime) -> None:
    """Raise InputError for what is no story, or none yet."""
    if item.kind != "text":
        raise InputError("not_a_story", f"The item is {_WHAT[item.kind]}, and holds no story.")
    if item.is_withdrawn:
        return  # whatever is left of it takes the article back
    if item.is_embargoed:
        ends = item.embargo
        if ends is None:
            raise InputError("embargoed", "The item is under embargo without a stated end.")
        until = ends.at + (timedelta(days=1) if ends.precision == "day" else timedelta())
        until += _ANY_ZONE if "timezone_assumed" in ends.flags else timedelta()
        if until > now:
            raise InputError("embargoed", f"The item is under embargo until {until.isoformat()}.")
    if not item.paragraphs and item.url is None:
        raise InputError("not_a_story", "The item has no text.")


def _url_of(item: WireItem, max_url_chars: int) -> str | None:
    try:
        return absolute_url(item.url, None, max_url_chars) if item.url else None
    except InputError:
        return None  # an article that is at hand needs no address that can be fetched


def _number(items: Iterator[WireItem], ref: str) -> Iterator[tuple[str, WireItem]]:
    """Yield each item with where it stands: a document's only one at the document itself."""
    first = next(items, None)
    if first is None:
        return
    second = next(items, None)
    if second is None:
        yield ref, first
        return
    yield f"{ref}#1", first
    yield f"{ref}#2", second
    for number, item in enumerate(items, start=3):
        yield f"{ref}#{number}", item


def _settle_all(
    items: Iterator[tuple[str, WireItem]],
    kind: str,
    source: Source,
    seen_at: datetime,
    max_url_chars: int,
) -> Iterator[Page | Entry | Reject]:
    for ref, item in items:
        known = replace(_known(kind, source, ref, seen_at), source_id=item.facts.guid)
        yield settle_item(item, known, max_url_chars=max_url_chars)


def _known(kind: str, source: Source, ref: str, seen_at: datetime) -> Entry:
    return Entry(
        source_kind=kind,
        source_ref=scrub(ref),
        publisher=source.publisher,
        language=source.language,
        seen_at=seen_at,
    )


def _read_message(
    stream: BinaryIO,
    kind: str,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    seen_at: datetime,
    max_url_chars: int,
) -> Iterator[Page | Entry | Reject]:
    number = 0
    for number, (size, item) in enumerate(read_message(stream, settings.max_text_bytes), start=1):
        if number <= source.position:
            continue
        if progress.must_stop():
            progress.stop_at(number - 1)
            return
        progress.spend(size)
        ref = f"{source.ref}#{number}"
        known = _known(kind, source, ref, seen_at)
        if isinstance(item, InputError):
            yield reject_entry(known, item, stage="read", rejected_at=seen_at, bytes_ref=ref)
        else:
            known = replace(known, source_id=item.facts.guid)
            yield settle_item(item, known, max_url_chars=max_url_chars)
    progress.position = number


def _read_lines(
    stream: BinaryIO,
    kind: str,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    seen_at: datetime,
    max_url_chars: int,
) -> Iterator[Page | Entry | Reject]:
    number = 0
    for number, (line, size) in enumerate(read_lines(stream, settings.max_text_bytes), start=1):
        if number <= source.position:
            continue
        if progress.must_stop():
            progress.stop_at(number - 1)
            return
        progress.spend(size)
        if line is not None and not line.strip():
            continue
        ref = f"{source.ref}#{number}"
        try:
            if line is None:
                raise InputError("too_large", "The line holds more than read.max_text_bytes.")
            items = _number(read_json(line.decode("utf-8-sig", "replace"), kind), ref)
            yield from _settle_all(items, kind, source, seen_at, max_url_chars)
        except InputError as error:
            known = _known(kind, source, ref, seen_at)
            yield reject_entry(known, error, stage="read", rejected_at=seen_at, bytes_ref=ref)
    progress.position = number
