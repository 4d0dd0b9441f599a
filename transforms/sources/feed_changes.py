"""What changed in a feed between two polls, although GUIDs and links are not to be relied on.

Feeds leave GUIDs out, give one to several entries, or make new ones at each poll; links carry
tokens or lead through redirectors that change. An entry is the one of the last poll if its link is
(in canonical form), or if its GUID is and both polls have that GUID once.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from newsbeam.transforms.core.identity import digest
from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.core.urls import url_id

_SHORT = 8  # hex digits of a GUID's and a content's hash: told apart within one feed only
_URL = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """One entry with what the last poll says of it."""

    entry: Entry
    #: Identities of the link, now and in the last poll: if one is settled, so is the entry.
    url_ids: tuple[str, ...]
    is_known: bool  # it stood in the last poll
    is_edited: bool  # ... and says something else now


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChanges:
    """All entries of a poll, and what they say of how well the feed serves its readers."""

    entries: tuple[EntryChange, ...]
    keys: tuple[str, ...]  # to compare the next poll with
    may_have_missed: bool  # nothing of the last poll is left: there may have been more between
    guid_churn: float | None  # share of the known links with GUIDs whose GUID has changed


def compare_polls(entries: Sequence[Entry], last_keys: Collection[str]) -> FeedChanges:
    """Return how ``entries`` differ from the poll that left ``last_keys``."""
    last = [_split(key) for key in last_keys]
    by_url = {url: (guid, content) for guid, content, url in last}
    by_guid = _once({guid: (url, content) for guid, content, url in last if guid}, last)
    keys = tuple(_key(entry) for entry in entries)
    guids_now = Counter(_split(key)[0] for key in keys)
    changes, links, churned = [], 0, 0
    for entry, key in zip(entries, keys, strict=True):
        guid, content, url = _split(key)
        url_ids: tuple[str, ...] = (url,)
        before = None
        if url in by_url:
            guid_before, before = by_url[url]
            links += bool(guid and guid_before)
            churned += bool(guid and guid_before and guid != guid_before)
        elif guid in by_guid and guids_now[guid] == 1:
            url_before, before = by_guid[guid]
            url_ids = (url, url_before)
        changes.append(
            EntryChange(
                entry=entry,
                url_ids=url_ids,
                is_known=before is not None,
                is_edited=before is not None and before != content,
            )
        )
    return FeedChanges(
        entries=tuple(changes),
        keys=keys,
        may_have_missed=bool(last and changes) and not any(each.is_known for each in changes),
        guid_churn=churned / links if links else None,
    )


def _key(entry: Entry) -> str:
    guid = digest("guid", entry.source_id)[:_SHORT] if entry.source_id else " " * _SHORT
    dates = [str(claim.at) if claim else None for claim in (entry.published, entry.modified)]
    content = digest("content", entry.title, entry.summary, *dates)[:_SHORT]
    return guid + content + (url_id(entry.url) or "").ljust(_URL)


def _split(key: str) -> tuple[str, str, str]:
    guid, content, url = key[:_SHORT], key[_SHORT : 2 * _SHORT], key[2 * _SHORT :]
    return guid.strip(), content, url.strip()


def _once(
    by_guid: dict[str, tuple[str, str]], keys: Sequence[tuple[str, str, str]]
) -> dict[str, tuple[str, str]]:
    """Return the entries of those GUIDs that stand once among ``keys``."""
    counts = Counter(guid for guid, _, _ in keys)
    return {guid: value for guid, value in by_guid.items() if counts[guid] == 1}
