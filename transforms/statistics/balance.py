"""Whether log, ledger and files agree, as far as it can be told without reading the rows.

``newsbeam check`` proves more: it reads every byte and compares every identity.
"""

from collections import Counter
from collections.abc import Sequence

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


def find_faults(storage: Storage, files: Sequence[StagedFile], history: History) -> list[str]:
    """Return a sentence for each equation that does not hold and each file that is not whole."""
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
    broken = [
        fault for fault in storage.for_each(lambda file: _fault(storage, file), files) if fault
    ]
    if len(broken) > _MOST:
        broken[_MOST:] = [f"{len(broken) - _MOST:,} more files are missing or have another size."]
    return faults + broken


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
