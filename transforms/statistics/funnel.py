"""The funnel from what the sources held to what was written, with every way out."""

from collections import Counter
from dataclasses import dataclass

from newsbeam.transforms.core.ledger import KINDS, PASSED_OVER_KINDS
from newsbeam.transforms.core.stages import stage_of
from newsbeam.transforms.statistics.history import Counts

#: The stages in their order, each with the kinds of the ledger that leave it.
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("entries", ("seen_before", "over_cap", "invalid")),
    ("admitted", ("failed",)),
    ("fetched", ("rejected", "unchanged", "exact_duplicate", "near_duplicate", "forgotten")),
    ("written", ()),
)


#: What is counted before there are entries.
_POLLS = ("polled", "changed", "not_modified", "poll_failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out of the funnel, or one of its stages."""

    kind: str  # of the ledger
    reason: str  # "" of kinds without
    last_pass: int
    last_day: int
    total: int


def build_funnel(total: Counts, last_day: Counts, last_pass: Counts) -> list[Way]:
    """Return all classes of the ledger that count anything: each stage, then what leaves it."""
    staged = [each for stage, ways in STAGES for each in (stage, *ways)]
    order = [*(kind for kind in KINDS if kind not in staged and kind in _POLLS), *staged]
    order += [kind for kind in KINDS if kind not in order]
    ranks = {kind: rank for rank, kind in enumerate(order)}
    keys = sorted(
        (key for key, count in total.items() if count),
        key=lambda key: (ranks.get(key[0], len(ranks)), _rank(key), -total[key], key[1]),
    )
    return [
        Way(
            kind=kind,
            reason=reason,
            last_pass=last_pass[kind, reason],
            last_day=last_day[kind, reason],
            total=total[kind, reason],
        )
        for kind, reason in keys
    ]


def _rank(key: tuple[str, str]) -> int:
    kind, reason = key
    known = kind == "passed_over" and reason in PASSED_OVER_KINDS
    return PASSED_OVER_KINDS.index(reason) if known else 0


def reject_counts(total: Counts) -> Counter[tuple[str, str]]:
    """Return how many inputs failed, by stage and reason, as the ledger counts them."""
    found: Counter[tuple[str, str]] = Counter()
    for (kind, reason), count in total.items():
        stage = stage_of(kind, reason)
        if stage is not None and count:
            found[stage, reason] += count
    return found
