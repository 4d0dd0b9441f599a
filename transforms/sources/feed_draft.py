"""What a feed of any format says, before its links are made absolute and checked."""

from dataclasses import dataclass

from transforms.core.records import Entry

#: Entries over the cap are counted one by one, but not without end: this many times the cap.
MAX_OVER_CAP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """One entry without its URL, and the links that may be it, best first."""

    entry: Entry
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDraft:
    """A feed as read from XML or JSON; its fields are those of ``ParsedFeed``."""

    title: str | None
    site_url: str | None
    language: str | None
    publisher: str | None
    entries: tuple[EntryDraft, ...]
    over_cap: tuple[EntryDraft, ...]
    ttl_s: int | None = None
    update_period_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
