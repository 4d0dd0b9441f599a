"""What a commit brought, under the names that logs and metrics share.

A measure has one name: ``entries`` in a JSON log is ``newsbeam_entries_total`` in Prometheus, and
``lag_seconds`` is ``newsbeam_lag_seconds``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsbeam.transforms.core.errors import REASONS
from newsbeam.transforms.core.ledger import total
from newsbeam.transforms.core.stages import KIND_OF_STAGE, stage_of
from newsbeam.transforms.dataset.log import Commit, read_data
from newsbeam.transforms.dataset.storage import Storage, open_storage
from newsbeam.transforms.dataset.writer import StagedFile, to_ledger

#: Stages of newsbeam that reject entries and pages. Polls that fail are counted by themselves, and
#: a user's own steps, which are one more stage, have no other reasons than two.
STAGES = tuple(stage for stage in KIND_OF_STAGE if stage not in ("poll", "step"))
#: How a duplicate repeats, and the kinds of the ledger for that.
DUPLICATES = {"exact": "exact_duplicate", "near": "near_duplicate"}
#: How a poll can end, and the kinds of the ledger for that.
POLLS = {"changed": "changed", "not_modified": "not_modified", "failed": "poll_failed"}
#: A reason of a user's own step, or one that this version of newsbeam does not know.
OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What one or more commits brought."""

    entries: int = 0
    articles: int = 0
    duplicates: Counter[str] = field(default_factory=Counter)  # by DUPLICATES
    rejects: Counter[tuple[str, str]] = field(default_factory=Counter)  # by stage and reason
    polls: Counter[str] = field(default_factory=Counter)  # by POLLS
    poll_failures: Counter[str] = field(default_factory=Counter)  # by reason
    lag_seconds: tuple[float, ...] = ()  # from publication to commit, of each new article
    commit_seconds: tuple[float, ...] = ()  # none where commits are made on another machine

    def __add__(self, other: "Measures") -> "Measures":
        return Measures(
            entries=self.entries + other.entries,
            articles=self.articles + other.articles,
            duplicates=self.duplicates + other.duplicates,
            rejects=self.rejects + other.rejects,
            polls=self.polls + other.polls,
            poll_failures=self.poll_failures + other.poll_failures,
            lag_seconds=(*self.lag_seconds, *other.lag_seconds),
            commit_seconds=(*self.commit_seconds, *other.commit_seconds),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what a line of the log says."""
        by_reason: Counter[str] = Counter()
        for (_, reason), count in self.rejects.items():
            by_reason[reason] += count
        return {
            "entries": self.entries,
            "articles": self.articles,
            "duplicates": {how: self.duplicates[how] for how in DUPLICATES},
            "rejects": dict(sorted(by_reason.items())),
            "polls": {outcome: self.polls[outcome] for outcome in POLLS},
            "poll_failures": dict(sorted(self.poll_failures.items())),
            "lag_seconds": _spread(self.lag_seconds),
            "commit_seconds": round(sum(self.commit_seconds), 3) if self.commit_seconds else None,
        }


def measure_commit(root: str, commit: Commit, seconds: float | None = None) -> Measures:
    """Return what ``commit``, which took ``seconds``, brought to the dataset at ``root``.

    Raises ``DatasetError``.
    """
    ledger = to_ledger(commit.ledger)

    def count(kinds: Mapping[str, str]) -> Counter[str]:
        return Counter({name: total(ledger, kind).count for name, kind in kinds.items()})

    rejects: Counter[tuple[str, str]] = Counter()
    poll_failures: Counter[str] = Counter()
    for (kind, given), tally in ledger.items():
        reason = given if given in REASONS else OTHER
        stage = stage_of(kind, given)
        if stage == "poll":
            poll_failures[reason] += tally.count
        elif stage is not None:
            rejects[stage, reason] += tally.count
    return Measures(
        entries=total(ledger, "entries").count,
        articles=total(ledger, "written").count,
        duplicates=count(DUPLICATES),
        rejects=rejects,
        polls=count(POLLS),
        poll_failures=poll_failures,
        lag_seconds=tuple(_lags(open_storage(root), commit)),
        commit_seconds=() if seconds is None else (seconds,),
    )


def _lags(storage: Storage, commit: Commit) -> list[float]:
    """Return the seconds from publication to commit of new articles that state the hour."""

    def read(file: StagedFile) -> list[float]:
        rows = read_data(storage, file, ["published_at", "published_precision", "revision"])
        return [
            max((commit.committed_at - row["published_at"]).total_seconds(), 0.0)
            for row in rows.to_pylist()
            if row["revision"] == 1 and row["published_precision"] in ("second", "minute")
        ]

    files = [file for file in commit.files if file.table == "articles"]
    return [lag for lags in storage.for_each(read, files) for lag in lags]


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    ordered = sorted(values)
    last = len(ordered) - 1
    return {
        name: round(ordered[round(last * share)], 1)
        for name, share in (("p50", 0.5), ("p90", 0.9), ("max", 1.0))
    }


def memory_bytes() -> int | None:
    """Return the memory of this process and of those it has begun; None where nothing tells.

    Pages that several of them share count once, so that forked processes do not count for what
    they have in common. Linux alone tells.
    """
    found = [_pss_bytes(pid) for pid in _family()]
    known = [each for each in found if each is not None]
    return sum(known) if known else None


def _family() -> list[str]:
    members = ["self"]
    for member in members:
        try:
            for task in Path(f"/proc/{member}/task").iterdir():
                members += (task / "children").read_text().split()
        except OSError:  # it ended meanwhile
            continue
    return members


def _pss_bytes(pid: str) -> int | None:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return None
    return (
        next((int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:"), 0) << 10
    )
