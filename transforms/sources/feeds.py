"""Feeds of every format become entries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Reject
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.sources.json_feed import read_json_feed
from newsbeam.transforms.sources.links import absolute_or_none, absolute_url
from newsbeam.transforms.sources.xml_feed import read_xml_feed


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What one feed held, and what it says of when to ask again."""

    title: str | None
    site_url: str | None
    language: str | None  # BCP 47
    entries: tuple[Entry, ...]
    invalid: tuple[Reject, ...]  # entries without a link that could be fetched
    ttl_s: int | None = None  # RSS ttl
    update_period_s: int | None = None  # sy:updatePeriod divided by sy:updateFrequency
    skip_hours: tuple[int, ...] = ()  # UTC
    skip_days: tuple[str, ...] = ()  # English names, lower case


def parse_feed(
    body: bytes,
    *,
    ref: str,
    seen_at: datetime,
    content_type: str | None = None,
    max_url_chars: int = 2048,
    publisher: str | None = None,
    language: str | None = None,
) -> ParsedFeed:
    """Return the feed in ``body``, the decompressed bytes of ``ref`` (a URL or a path).

    ``publisher`` and ``language`` override what the feed says. Relative links are resolved against
    xml:base, else the feed's site, else ``ref``. Raises ``InputError``: ``not_a_feed``,
    ``unsafe_xml`` or ``too_large``; nothing else, whatever the bytes.
    """
    known = Entry(
        source_kind="feed",
        source_ref=scrub(ref),
        seen_at=seen_at,
        publisher=publisher,
        language=language,
    )
    is_json = body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"{")
    draft = read_json_feed(body, known) if is_json else read_xml_feed(body, content_type, known)
    base = ref if ref.startswith(("http://", "https://")) else None
    site_url = absolute_or_none(draft.site_url, base, max_url_chars)
    base = site_url or base
    publisher = publisher or draft.publisher
    entries: list[Entry] = []
    invalid: list[Reject] = []
    for each in draft.entries:
        fault: InputError | None = None
        try:
            url: str | None = _choose_link(each.links, base, max_url_chars)
        except InputError as error:
            url, fault = each.links[0] if each.links else None, error
        entry = replace(
            each.entry,
            url=url,
            publisher=publisher,
            source_title=draft.title,
            image_url=absolute_or_none(each.entry.image_url, base, max_url_chars),
        )
        if fault is None:
            entries.append(entry)
        else:
            invalid.append(reject_entry(entry, fault, stage="read", rejected_at=seen_at))
    return ParsedFeed(
        title=draft.title,
        site_url=site_url,
        language=language or draft.language,
        entries=tuple(entries),
        invalid=tuple(invalid),
        ttl_s=draft.ttl_s,
        update_period_s=draft.update_period_s,
        skip_hours=draft.skip_hours,
        skip_days=draft.skip_days,
    )


def _choose_link(links: Sequence[str], base: str | None, max_url_chars: int) -> str:
    """Return the first of ``links`` that can be fetched, or say what is wrong with the first."""
    failure = InputError("bad_url", "The entry has no link.")
    for number, link in enumerate(links):
        try:
            return absolute_url(link, base, max_url_chars)
        except InputError as error:
            failure = error if number == 0 else failure
    raise failure
