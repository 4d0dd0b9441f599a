"""What a feed of any format says, before its links are made absolute and checked."""

from dataclasses import dataclass

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry

#: A feed with more entries is refused whole; the largest real ones have some thousands.
MAX_ENTRIES = 20_000


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
    ttl_s: int | None = None
    update_period_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()


def require_few(entries: int) -> None:
    """Raise ``InputError("too_large")`` for a feed of more ``entries`` than any that is news."""
    if entries > MAX_ENTRIES:
        raise InputError(
            "too_large", f"The feed has {entries:,} entries, and at most {MAX_ENTRIES:,} are read."
        )
