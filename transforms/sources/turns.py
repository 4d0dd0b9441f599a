"""Which entries of a poll are read now, and which wait for the next one.

A poll reads at most ``fetch.max_entries``. Those that have waited longest come first, then new
ones, then those that were tried before and failed, so that each has its turn.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from newsbeam.transforms.core.records import Entry, Poll, WaitingEntry
from newsbeam.transforms.core.urls import url_id


def take_turns(
    wanted: Sequence[Entry],
    last: Poll | None,
    max_entries: int,
    was_tried: Callable[[Entry], bool],
) -> tuple[list[Entry], list[Entry]]:
    """Return which of the ``wanted`` entries are read now, and which wait, the next one first."""
    places = {each.url: place for place, each in enumerate(last.waiting if last else ())}

    def turn(entry: Entry) -> tuple[bool, int, bool]:
        place = places.get(entry.url or "")
        return place is None, place or 0, was_tried(entry)

    in_turn = sorted(wanted, key=turn)
    return in_turn[:max_entries], in_turn[max_entries:]


def to_waiting(entries: Sequence[Entry]) -> tuple[WaitingEntry, ...]:
    """Return what is kept of entries until a later poll."""
    return tuple(
        WaitingEntry(source_ref=entry.source_ref, source_id=entry.source_id, url=entry.url)
        for entry in entries
        if entry.url is not None
    )


def recall_entries(
    last: Poll | None,
    *,
    but: Sequence[Entry] = (),
    publisher: str | None,
    language: str | None,
    seen_at: datetime,
) -> list[Entry]:
    """Return the entries that wait since the ``last`` poll, without those that are the same as one
    of ``but``: what its source says of an entry is not kept.
    """
    here = {url_id(entry.url) for entry in but}
    return [
        Entry(
            source_kind=last.source_kind if last else "feed",
            source_ref=each.source_ref,
            source_id=each.source_id,
            url=each.url,
            publisher=publisher,
            language=language,
            seen_at=seen_at,
        )
        for each in (last.waiting if last else ())
        if url_id(each.url) not in here
    ]
