"""The ledger: what came in and what became of it, compared by sets of ids and not only by counts.

Each class of the ledger is a ``Tally``: how many ids, and a digest of them that does not depend on
their order (the sum of their hashes modulo 2^128), so tallies made anywhere can be added up. Two
tallies are equal only if they hold the same ids, each as often.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_MODULUS = 1 << 128

#: The classes of the ledger. Those marked with ``(reason)`` are split by it.
KINDS = (
    "polled",  # sources that were read or asked
    "changed",  # ... and had something new
    "not_modified",  # ... and had not
    "poll_failed",  # (reason)
    "entries",  # what the sources held
    "seen_before",  # known already, by this dataset or earlier in this pass: not read
    "invalid",  # (reason) could not even be asked for
    "over_cap",  # more than a source may have in one poll: read by a later one
    "admitted",  # to be fetched or read
    "failed",  # (reason) could not be fetched or read
    "fetched",
    "written",
    "exact_duplicate",
    "near_duplicate",
    "unchanged",  # read again and found the same
    "rejected",  # (reason)
    "passed_over",  # (kind) records of archives that are no pages, or not wanted: in no equation
    "forgotten",  # of what was deleted on request, or older than is kept: it leaves no row
)

#: What records of archives are that are passed over.
PASSED_OVER_KINDS = (
    *("warcinfo", "request", "metadata", "continuation", "filedesc", "other"),
    "unlisted",  # captures of a WACZ that are no page by its lists
    # ... and captures that ``read.select`` leaves out
    *("unwanted_host", "unwanted_language", "unwanted_date", "unwanted_status"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """A count of ids and the order-free digest of them."""

    count: int = 0
    digest: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, (self.digest + other.digest) % _MODULUS)

    @staticmethod
    def of(ids: Iterable[str]) -> "Tally":
        """Return the tally of ``ids``."""
        count = total = 0
        for one in ids:
            count += 1
            total += int.from_bytes(
                hashlib.blake2b(one.encode("utf-8", "surrogatepass"), digest_size=16).digest(),
                "big",
            )
        return Tally(count, total % _MODULUS)

    def to_json(self) -> dict[str, object]:
        """Return the tally as JSON values."""
        return {"count": self.count, "digest": f"{self.digest:032x}"}

    @staticmethod
    def from_json(value: Mapping[str, object]) -> "Tally":
        """Read what ``to_json`` wrote."""
        return Tally(int(str(value["count"])), int(str(value["digest"]), 16))


#: A ledger: tallies by (kind, reason); the reason is "" for kinds without.
Ledger = dict[tuple[str, str], Tally]


def total(ledger: Ledger, kind: str) -> Tally:
    """Return the tally of one kind over all its reasons."""
    result = Tally()
    for (each, _), tally in ledger.items():
        if each == kind:
            result += tally
    return result


#: Each equation: the left side's kind and the kinds that must add up to it.
EQUATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("polled", ("changed", "not_modified", "poll_failed")),
    ("entries", ("admitted", "seen_before", "invalid", "over_cap")),
    ("admitted", ("fetched", "failed")),
    (
        "fetched",
        ("written", "exact_duplicate", "near_duplicate", "unchanged", "rejected", "forgotten"),
    ),
)


def imbalances(ledger: Ledger) -> list[str]:
    """Return a sentence for each equation of the ledger that does not hold."""
    faults = []
    for left, right in EQUATIONS:
        expected, found = total(ledger, left), Tally()
        for kind in right:
            found += total(ledger, kind)
        if expected.count != found.count:
            faults.append(
                f"{left} = {expected.count}, but {' + '.join(right)} = {found.count}: "
                f"{abs(expected.count - found.count)} without an outcome or with two."
            )
        elif expected != found:
            faults.append(f"{left} and {' + '.join(right)} have the same count but other ids.")
    return faults
