"""Items of the news trade become pages to make rows of, addresses to fetch, or rejects."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Page, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.links import absolute_or_none
from newsbeam.transforms.sources.messages import is_message, read_message
from newsbeam.transforms.sources.progress import Progress
from newsbeam.transforms.sources.streams import peek, read_lines, too_large
from newsbeam.transforms.sources.xml_text import decode_xml
from newsbeam.transforms.wires.item import WireItem, decode_item, encode_item
from newsbeam.transforms.wires.read import is_json_line, read_items, read_json
from newsbeam.transforms.wires.times import read_time

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

#: What an item comes to: a story at hand, an address to fetch, or neither.
Settled = Page | Entry | Reject


def read_wires(
    stream: BinaryIO,
    kind: str,
    source: Source,
    settings: ReadSettings,
    progress: Progress,
    *,
    seen_at: datetime,
    max_url_chars: int = 2048,
) -> Iterator[Settled]:
    """Yield what each item in ``stream`` (decompressed, from its start) comes to.

    A document is read whole; lines of JSON, and the items of a message that is larger than a
    document may be, one by one. Positions are counts of lines or items.
    """
    reading = _Reading(kind=kind, source=source, seen_at=seen_at, max_url_chars=max_url_chars)
    head, stream = peek(stream, settings.max_text_bytes + 1)
    if kind in ("ninjs", "jsonld") and is_json_line(head):
        for number, line in progress.count(read_lines(stream, settings.max_text_bytes)):
            yield from reading.settle_line(number, line)
    elif len(head) <= settings.max_text_bytes:
        yield from reading.settle_all(read_items(head, kind), source.ref)
    elif kind == "newsml" and is_message(head):
        for number, item in progress.count(read_message(stream, settings.max_text_bytes)):
            yield reading.settle(f"{source.ref}#{number}", item)
    else:
        raise too_large(settings.max_text_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What all items of a file share."""

    kind: str
    source: Source
    seen_at: datetime
    max_url_chars: int

    def settle(self, ref: str, item: WireItem | InputError) -> Settled:
        """Return what the item at ``ref`` comes to, or the reject of one that cannot be read."""
        known = Entry(
            source_kind=self.kind,
            source_ref=scrub(ref),
            source_id=None if isinstance(item, InputError) else _identifier(item),
            publisher=self.source.publisher,
            language=self.source.language,
            seen_at=self.seen_at,
        )
        if isinstance(item, InputError):
            return _refuse(known, item, "read", ref)
        base = self.source.ref if "://" in self.source.ref else None
        return settle_item(item, known, base=base, max_url_chars=self.max_url_chars)

    def settle_all(self, items: Iterator[WireItem], ref: str) -> Iterator[Settled]:
        """Yield what each item comes to; a document's only one stands at the document itself."""
        first = next(items, None)
        if first is None:
            return
        try:
            second = next(items, None)
        except InputError:  # the document ends in its second item
            yield self.settle(f"{ref}#1", first)
            raise
        yield self.settle(ref if second is None else f"{ref}#1", first)
        if second is not None:
            yield self.settle(f"{ref}#2", second)
        for number, item in enumerate(items, start=3):
            yield self.settle(f"{ref}#{number}", item)

    def settle_line(self, number: int, line: bytes | None) -> Iterator[Settled]:
        """Yield what the items of a line come to; None is a line that is too long."""
        ref = f"{self.source.ref}#{number}"
        try:
            if line is None:
                raise InputError("too_large", "The line holds more than read.max_text_bytes.")
            if line.strip():
                yield from self.settle_all(read_json(decode_xml(line), self.kind), ref)
        except InputError as error:
            yield self.settle(ref, error)


def open_items(
    items: Iterable[WireItem | InputError],
    entry: Entry,
    *,
    base: str,
    max_url_chars: int = 2048,
) -> list[Settled]:
    """Return what the items behind the address of ``entry`` come to; the first is its outcome.

    Raises the ``InputError`` of the first; a later one is a reject.
    """
    found: list[Settled] = []
    for number, item in enumerate(items, start=1):
        known = entry
        if isinstance(item, InputError):
            if number == 1:
                raise item
            ref = f"{entry.url or entry.source_ref}#{number}"
            rest = replace(entry, source_ref=ref, source_id=None, url=None)
            found.append(_refuse(rest, item, "fetch", ref))
            continue
        if number > 1:
            ref = f"{entry.url or entry.source_ref}#{number}"
            known = replace(entry, source_ref=ref, source_id=_identifier(item), url=None)
        settled = settle_item(item, known, stage="fetch", base=base, max_url_chars=max_url_chars)
        found.append(settled)
    return found


def settle_item(
    item: WireItem,
    known: Entry,
    *,
    stage: str = "read",
    base: str | None = None,
    max_url_chars: int = 2048,
) -> Settled:
    """Return the page of a story, the entry of an address, or the reject of anything else.

    An item whose text is elsewhere goes with the entry, to be joined with it. ``base`` is the
    address of its document, which its own may be relative to.
    """
    url = absolute_or_none(item.url, None, max_url_chars)
    text_url = absolute_or_none(item.text_url, base, max_url_chars)
    try:
        _check(item, known.seen_at, text_url)
    except InputError as error:
        return _refuse(known, error, stage, known.source_ref)
    if item.paragraphs or item.is_withdrawn or (url is None and text_url is None):
        return Page(
            entry=known, url=url, body=encode_item(item), media="wire", fetched_at=known.seen_at
        )
    if text_url is None:
        told = decode_item(encode_item(item))  # without halves of characters
        return replace(known, url=url, title=told.headline, summary=told.summary)
    # A later version under the same address is asked for again.
    changed = read_time(item.facts.version_created)
    return replace(known, url=text_url, modified=changed, item=encode_item(item))


def _identifier(item: WireItem) -> str | None:
    return scrub(item.facts.guid) if item.facts.guid else None


def _refuse(known: Entry, error: InputError, stage: str, ref: str) -> Reject:
    return reject_entry(
        known,
        error,
        stage=stage,
        rejected_at=known.seen_at,
        bytes_ref=ref if stage == "read" else None,
    )


def _check(item: WireItem, now: datetime, text_url: str | None) -> None:
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
    if not item.paragraphs and item.url is None and text_url is None:
        where = f", but names {item.text_url}, which is no address" if item.text_url else ""
        raise InputError("not_a_story", f"The item has no text{where}.")
