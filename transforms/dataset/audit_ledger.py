"""What an audit finds in ledgers: what a commit says, beside what the rows of its unit say."""

from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa

from newsbeam.transforms.core.ledger import Ledger, Tally, imbalances, total
from newsbeam.transforms.dataset.layout import commit_path
from newsbeam.transforms.dataset.log import Commit
from newsbeam.transforms.dataset.projection import POLL, ROW_KINDS
from newsbeam.transforms.dataset.spill import Spill
from newsbeam.transforms.dataset.writer import LedgerLine, to_ledger

_POLLS = ("changed", "not_modified", "poll_failed")

#: Where a tally is from: a commit's ledger, its repeated rejects; or the rows: those that settle
#: entries, polls, what follows from them for the index, and the index itself; or a later commit,
#: which has forgotten some of the rows.
SAID, REPEATED, ROWS, POLLS, PROJECTED, INDEXED, GONE = range(7)

_SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("number", pa.int64()),  # of the commit
        ("path", pa.string()),  # of the file that the rows are in
        ("source", pa.int8()),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("count", pa.int64()),
        ("digest", pa.string()),
    ]
)

#: Tallies of rows by unit, source, kind and reason.
Tallies = dict[tuple[str, int, str, str], Tally]


class LedgerAudit:
    """Takes in tallies, and judges them in the end, unit by unit."""

    def __init__(self) -> None:
        self._spill = Spill(_SCHEMA, "unit")
        self._faults: list[str] = []

    def close(self) -> None:
        """Remove what was kept on the disk."""
        self._spill.__exit__(None, None, None)

    def add_commit(self, commit: Commit) -> None:
        """Take in what a commit says."""
        path = commit_path(commit.number)
        self._faults += [f"{path}: {each}" for each in imbalances(to_ledger(commit.ledger))]
        tallies: Tallies = {(commit.unit, SAID, "", ""): Tally()}
        for source, lines in ((SAID, commit.ledger), (REPEATED, commit.repeated)):
            for line in lines:
                tallies[commit.unit, source, line.kind, line.reason] = _tally(line)
        self._add(tallies, number=commit.number)
        self._add(
            {
                (line.unit, GONE, line.kind, line.reason): Tally(line.count, int(line.digest, 16))
                for line in commit.gone
            }
        )

    def add_rows(self, path: str, tallies: Tallies) -> None:
        """Take in what the rows of a file say."""
        self._add(tallies, path=path)

    def _add(self, tallies: Tallies, *, number: int | None = None, path: str | None = None) -> None:
        if not tallies:
            return
        units, sources, kinds, reasons = zip(*tallies, strict=True)
        self._spill.add(
            pa.table(
                {
                    "unit": pa.array(units, pa.string()),
                    "number": pa.array([number] * len(units), pa.int64()),
                    "path": pa.array([path] * len(units), pa.string()),
                    "source": pa.array(sources, pa.int8()),
                    "kind": pa.array(kinds, pa.string()),
                    "reason": pa.array(reasons, pa.string()),
                    "count": pa.array([tally.count for tally in tallies.values()], pa.int64()),
                    "digest": pa.array([f"{tally.digest:032x}" for tally in tallies.values()]),
                }
            )
        )

    def faults(self, *, complete: bool, broken: set[str]) -> Iterator[str]:
        """Yield a sentence for each fault.

        Where not all files could be read (``complete``), or a commit names one that is ``broken``
        by unit, nothing is concluded of their rows.
        """
        yield from self._faults
        for rows in self._spill.parts():
            units: dict[str, list[dict[str, object]]] = defaultdict(list)
            for row in rows.to_pylist():
                units[row["unit"]].append(row)
            for unit, found in units.items():
                yield from _judge(unit, found, complete=complete and unit not in broken)


def _judge(unit: str, rows: list[dict[str, object]], *, complete: bool) -> Iterator[str]:
    numbers = sorted({int(str(row["number"])) for row in rows if row["number"] is not None})
    paths = sorted({str(row["path"]) for row in rows if row["path"] is not None})
    if not numbers:
        yield f"{paths[0]}: its unit {unit} has no commit."
        return
    if len(numbers) > 1:
        for number in numbers:
            yield f"{commit_path(number)}: unit {unit} has other commits."
        return
    if not complete:
        return
    path = commit_path(numbers[0])
    of: dict[int, Ledger] = defaultdict(dict)
    for row in rows:
        key = (str(row["kind"]), str(row["reason"]))
        tally = Tally(int(str(row["count"])), int(str(row["digest"]), 16))
        ledger = of[int(str(row["source"]))]
        ledger[key] = ledger.get(key, Tally()) + tally
    said = of[SAID]
    found: Ledger = {}
    for source in (ROWS, REPEATED, GONE):
        for key, tally in of[source].items():
            found[key] = found.get(key, Tally()) + tally
    for kind, reason in sorted(said.keys() | found.keys()):
        if kind not in ROW_KINDS:
            continue
        left, right = said.get((kind, reason), Tally()), found.get((kind, reason), Tally())
        if left != right:
            name = f"{kind}({reason})" if reason else kind
            yield (
                f"{path}: the ledger has {left.count} {name}, the rows are {right.count}"
                + (", of other entries." if left.count == right.count else ".")
            )
    for kind in _POLLS:
        polls = of[POLLS].get((kind, ""), Tally()) + of[GONE].get((POLL + kind, ""), Tally())
        if total(said, kind) != polls:
            yield (
                f"{path}: the ledger has {total(said, kind).count} {kind}, feeds/ has "
                f"{polls.count}, or they are other sources."
            )
    projected = of[PROJECTED].get(("", ""), Tally())
    indexed = of[INDEXED].get(("", ""), Tally())
    if projected != indexed:
        index = [
            str(row["path"]) for row in rows if row["source"] == INDEXED and row["path"] is not None
        ]
        yield (
            f"{index[0] if index else path}: the index of unit {unit} has {indexed.count} rows "
            f"that are not what follows from its {projected.count} articles, duplicates and "
            "rejects."
        )


def _tally(line: LedgerLine) -> Tally:
    return Tally(line.count, int(line.digest, 16))
