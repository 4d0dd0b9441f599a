"""What steps yield: records, each of which goes where those of its type belong."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from newsbeam.transforms.core import observer
from newsbeam.transforms.core.identity import entry_id
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import (
    Article,
    Duplicate,
    Entry,
    LedgerEvent,
    Poll,
    Reject,
    SiteLine,
    Source,
    Unchanged,
)
from newsbeam.transforms.dataset.writer import StagedFile

Output = (
    Article
    | Reject
    | Duplicate
    | Unchanged
    | Entry
    | Source
    | Poll
    | LedgerEvent
    | SiteLine
    | StagedFile
)

_Part = TypeVar("_Part")
_Record = TypeVar("_Record")


def count(kind: str, identity: str, reason: str = "") -> LedgerEvent:
    """Return what enters ``identity`` into the ledger under ``kind``."""
    return LedgerEvent(kind=kind, reason=reason, id=identity)


def count_all(kind: str, tally: Tally, reason: str = "") -> LedgerEvent:
    """Return what enters all ids of ``tally`` into the ledger under ``kind``."""
    return LedgerEvent(kind=kind, reason=reason, count=tally.count, digest=f"{tally.digest:032x}")


def count_entry(entry: Entry | Reject, *kinds: str) -> Iterator[LedgerEvent]:
    """Yield what enters an entry, or the reject of one, under each of ``kinds``."""
    identity = entry_id(entry.source_kind, entry.source_ref, entry.source_id, entry.url)
    return (count(kind, identity) for kind in kinds)


def count_outcomes(outcomes: Iterable[Article | Reject]) -> Iterator[LedgerEvent]:
    """Yield what enters the entries of pages that were extracted once more."""
    for each in outcomes:
        url = each.url if isinstance(each, Reject) else each.requested_url
        identity = entry_id(each.source_kind, each.source_ref, each.source_id, url)
        for kind in ("entries", "admitted", "fetched"):
            yield count(kind, identity)


def told(outcome: Article | Reject) -> Article | Reject:
    """Return what a page turned into, and tell who watches."""
    observer.notify("articles" if isinstance(outcome, Article) else "rejects")
    return outcome


class Records:
    """What steps have put out and no other step has taken yet, by type."""

    def __init__(self, outputs: Iterable[Output] = ()) -> None:
        self._by_type: dict[type, list[Any]] = defaultdict(list)
        self.add(outputs)

    def add(self, outputs: Iterable[Output]) -> None:
        """Take up what a step yields."""
        for output in outputs:
            self._by_type[type(output)].append(output)

    def has(self, kind: type) -> bool:
        """Return whether there are records of a type."""
        return kind in self._by_type

    def take(self, kind: type[_Record]) -> list[_Record]:
        """Return the records of a type; they are not here any more."""
        return self._by_type.pop(kind, [])


def group_by(records: Iterable[_Record], key: Callable[[_Record], str]) -> list[list[_Record]]:
    """Return ``records`` in groups of one key each."""
    return list(by_key((key(record), record) for record in records).values())


def by_key(keyed: Iterable[tuple[Any, _Part]]) -> dict[Any, list[_Part]]:
    """Return what stands behind each key in pairs of both."""
    groups: dict[Any, list[_Part]] = defaultdict(list)
    for key, part in keyed:
        groups[key].append(part)
    return groups
