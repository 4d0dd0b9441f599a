"""Whether log, ledger and files agree, as far as it can be told without reading the rows.

``newsbeam check`` proves more: it reads every byte and compares every identity.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from newsbeam.transforms.core.ledger import imbalances
from newsbeam.transforms.dataset.log import places_of
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.history import History, count_of

#: Which classes of the ledger have the rows of a table.
_ROWS = {
    "articles": ("written",),
    "duplicates": ("exact_duplicate", "near_duplicate"),
    "rejects": ("poll_failed", "invalid", "failed", "rejected"),
}
#: Faults that are told one by one.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Balance:
    """What does not agree."""

    faults: tuple[str, ...]  # sentences
    broken: frozenset[str]  # paths of files that are missing or of another size


def find_faults(storage: Storage, files: Sequence[StagedFile], history: History) -> Balance:
    """Return which equations do not hold and which of ``files`` are not whole."""
    faults = [f"The ledger does not balance: {fault}" for fault in imbalances(history.ledger)]
    rows: Counter[str] = Counter()
    for file in files:
        rows[file.table] += file.rows
    counted = Counter({key: tally.count for key, tally in history.ledger.items()})
    for table, kinds in _ROWS.items():
        expected = count_of(counted, *kinds)
        expected -= count_of(history.gone, *kinds) + count_of(history.repeated, *kinds)
        if expected != rows[table]:
            faults.append(
                f"The ledger counts {expected:,} rows of {table}/, its files have {rows[table]:,}."
            )
    found = storage.for_each(lambda file: _fault(storage, file), files)
    broken = {file.path: fault for file, fault in zip(files, found, strict=True) if fault}
    faults += list(broken.values())[:_MOST]
    if len(broken) > _MOST:
        faults.append(f"{len(broken) - _MOST:,} more files are missing or have another size.")
    return Balance(tuple(faults), frozenset(broken))


def _fault(storage: Storage, file: StagedFile) -> str | None:
    for path in places_of(file):
        try:
            size = storage.size(path)
        except FileNotFoundError:
            continue
        if size != file.bytes:
            return f"{path} has {size:,} bytes instead of {file.bytes:,}."
        return None
    return f"{file.path} is missing though it was committed."
