"""Which items of the trade have their texts asked for: told by item and version, not by address.

Several items, and all versions of one, may name one address. That it was asked for says nothing of
those that came later, nor does the time at which a version was made: it may be sent much later.
"""

from collections.abc import Callable, Collection, Iterable

from newsbeam.transforms.core.canonical import canonical_of
from newsbeam.transforms.core.identity import article_id, entry_id, item_id
from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.core.urls import url_id
from newsbeam.transforms.dataset.index import IndexFiles, UrlState
from newsbeam.transforms.dedup.exact import ItemState, Known
from newsbeam.transforms.sources.links import absolute_or_none
from newsbeam.transforms.wires.item import decode_item

#: ``StoryReader.with_items``.
WithItems = Callable[[Iterable[Known]], dict[str, Known]]


class AskedItems:
    """What the dataset knows of those of ``entries`` that have an item, told by ``is_new``."""

    def __init__(
        self,
        entries: Collection[Entry],
        index: IndexFiles,
        with_items: WithItems,
        max_url_chars: int,
    ) -> None:
        self._items = {each.item: _read(each.item, max_url_chars) for each in entries if each.item}
        ids = {identity for identity, _ in self._items.values() if identity}
        known = index.lookup_articles(ids)
        self._known = with_items(known.values()) if known else known
        urls = {url_id(each.url) or "" for each in entries if each.item}
        self._asked = index.lookup_entries(urls)

    def is_new(self, entry: Entry) -> bool:
        """Return whether the text of this entry's item is to be asked for.

        It is if the dataset does not have this version and has not judged this entry, or if what is
        told of the entry has changed since.
        """
        identity, state = self._items[entry.item or b""]
        known = self._known.get(identity or "")
        has = known.item if known else None
        asked = self._asked.get(_entry_id(entry))
        if asked is None or asked.stage == "fetch":  # what could not be fetched is tried again
            return has is None or has != state
        if _is_modified(entry, asked):
            return True
        # What was rejected may have been this version: asked for again, it would be once more.
        is_read = asked.outcome != "rejected"
        return is_read and has is not None and has.is_older_than(state)


def _is_modified(entry: Entry, asked: UrlState) -> bool:
    return entry.modified is not None and entry.modified.at > asked.fetched_at


def _read(encoded: bytes, max_url_chars: int) -> tuple[str | None, ItemState]:
    """Return the id of the article that an item becomes, None without a guid, and its version."""
    item = decode_item(encoded)
    facts = item.facts
    named = item_id(facts.format, facts.guid, facts.version, facts.provider)
    url = canonical_of(absolute_or_none(item.url, None, max_url_chars))
    state = ItemState(
        version=facts.version,
        version_created=facts.version_created,
        withdrawn=item.is_withdrawn,
    )
    return (article_id(url, "", named) if named else None), state


def _entry_id(entry: Entry) -> str:
    return entry_id(entry.source_kind, entry.source_ref, entry.source_id, entry.url)
