"""How each source stood when it was last polled, and what it brought day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from newsbeam.transforms.core.errors import REMEDIES, say_reason
from newsbeam.transforms.dataset.polls import last_rows
from newsbeam.transforms.dataset.state import State
from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.reading import (
    codes_of,
    ends_before,
    micros_of,
    read_batches,
)

#: Days of a sparkline, the last of them that of the last pass.
DAYS = 28
_LAST = ["source_ref", "source_kind", "polled_at", "outcome", "reason", "detail"]
_LAST += ["title", "entries", "failures", "next_at", "last_new_at", "gone", "moved_to", "url"]
_POLLED = ["source_ref", "polled_at", "outcome", "entries", "seen_before"]
_DAY_US = 86_400_000_000
_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source: its last poll, and its last weeks."""

    source: str
    title: str | None
    kind: str
    state: str  # failing, gone, moved, fine
    outcome: str  # of the last poll: changed, not_modified, failed
    entries: int  # that the last poll found
    error: str | None  # in words, of what fails or is gone
    reason: str | None
    failures: int  # polls in a row that failed
    polled_at: datetime
    good_at: datetime | None  # of what fails: the last poll of the last weeks that did not
    next_at: datetime | None
    last_new_at: datetime | None
    polls: int  # of the last weeks
    failed_polls: int
    new_by_day: tuple[int, ...]  # entries that were not known, of each day; the last is the newest
    failed_by_day: tuple[int, ...]  # polls that failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All sources, those first that need a person."""

    sources: tuple[SourceHealth, ...]
    #: Which of them fail now and did not at a moment in the last weeks, and the other way round.
    began_to_fail: tuple[str, ...]
    work_again: tuple[str, ...]


def measure_sources(
    state: State, polls: Sequence[StagedFile], now: datetime, since: datetime | None = None
) -> Sources:
    """Return how the sources of ``state`` are doing, where the last pass ended at ``now``.

    ``polls`` are the files of its polls, oldest first; ``since`` is the moment with which the
    present is compared. Raises ``DatasetError``.
    """
    last = last_rows(state, _LAST)
    # What is remembered of a host that wants to be left alone is no source.
    rows = [row for row in last.to_pylist() if row["source_kind"] != "host"]
    weeks = _Weeks(rows, now, since)
    weeks.read(state.storage, polls)
    by_day = zip(weeks.new.tolist(), weeks.failed.tolist(), strict=True)
    found = [
        _health(row, weeks, place, tuple(new), tuple(failed))
        for place, (row, (new, failed)) in enumerate(zip(rows, by_day, strict=True))
    ]
    failed_then = (weeks.failed_before > weeks.good_before).tolist()
    known_then = (np.maximum(weeks.failed_before, weeks.good_before) != _NEVER).tolist()
    pairs = list(zip(found, failed_then, known_then, strict=True))
    compared = pairs if since is not None else []
    ranks = {"failing": 0, "gone": 1, "moved": 2, "fine": 3}
    return Sources(
        sources=tuple(
            sorted(found, key=lambda each: (ranks[each.state], -each.failures, each.source))
        ),
        began_to_fail=tuple(
            each.source for each, then, _ in compared if each.state == "failing" and not then
        ),
        work_again=tuple(
            each.source
            for each, then, known in compared
            if known and then and each.state not in ("failing", "gone")
        ),
    )


class _Weeks:
    """The polls of the last weeks, added up by source and day."""

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], now: datetime, since: datetime | None
    ) -> None:
        self._places = {row["source_ref"]: place for place, row in enumerate(rows)}
        # Of these alone it is asked when they were good.
        self._fails = np.array([row["outcome"] == "failed" for row in rows], bool)
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._begin = midnight - timedelta(days=DAYS - 1)
        self._start = _micros(self._begin)
        self._since = _NEVER if since is None else _micros(since)
        size = len(rows)
        self._new = np.zeros(size * DAYS, np.int64)
        self._failed = np.zeros(size * DAYS, np.int64)
        self.polls = np.zeros(size, np.int64)
        self.good_at = np.full(size, _NEVER)
        self.good_before = np.full(size, _NEVER)
        self.failed_before = np.full(size, _NEVER)

    @property
    def new(self) -> NDArray[np.int64]:
        """Return entries that were not known, by source and day."""
        return self._new.reshape(-1, DAYS)

    @property
    def failed(self) -> NDArray[np.int64]:
        """Return polls that failed, by source and day."""
        return self._failed.reshape(-1, DAYS)

    def read(self, storage: Storage, polls: Sequence[StagedFile]) -> None:
        """Add the polls of all files that reach into the last weeks, the newest files first."""
        for file in reversed(polls):
            reaches = False
            for batch in read_batches(storage, [file], _POLLED, is_wanted=self._may_reach):
                reaches |= self._add(batch.rows)
            # Files stand in the order of their commits: none before this one reaches further.
            if not reaches:
                break

    def _may_reach(self, group: pq.RowGroupMetaData) -> bool:
        return not ends_before(group, "polled_at", self._begin)

    def _add(self, rows: pa.Table) -> bool:
        at = micros_of(rows["polled_at"])
        recent = at >= self._start
        if not recent.any():
            return False
        codes, refs = codes_of(rows["source_ref"])
        # A row group has few sources, and most polls bring nothing: what is asked of a source is
        # asked once, and of its polls only of those that count.
        places = np.array([self._places.get(ref or "", -1) for ref in refs], np.int64)
        known = np.flatnonzero(places >= 0)
        if len(known) < len(refs):
            recent &= (places >= 0)[codes]
        self.polls[places[known]] += np.bincount(codes[recent], minlength=len(refs))[known]
        outcomes, names = codes_of(rows["outcome"])
        failed = outcomes == (names.index("failed") if "failed" in names else -1)
        changed = outcomes == (names.index("changed") if "changed" in names else -1)
        some = np.flatnonzero(changed & recent)
        entries = rows["entries"].to_numpy()[some] - rows["seen_before"].to_numpy()[some]
        self._count(self._new, places[codes[some]], at[some], np.maximum(entries, 0))
        some = np.flatnonzero(failed & recent)
        self._count(self._failed, places[codes[some]], at[some], np.ones(len(some), np.int64))
        fails = np.zeros(len(refs), bool)
        fails[known] = self._fails[places[known]]
        if fails.any():
            self._latest(self.good_at, ~failed & recent & fails[codes], places, codes, at)
        if self._since != _NEVER:
            earlier = recent & (at <= self._since)
            self._latest(self.failed_before, failed & earlier, places, codes, at)
            self._latest(self.good_before, ~failed & earlier, places, codes, at)
        return True

    def _count(
        self,
        found: NDArray[np.int64],
        places: NDArray[np.int64],
        at: NDArray[np.int64],
        weights: NDArray[np.int64],
    ) -> None:
        days = np.minimum((at - self._start) // _DAY_US, DAYS - 1)
        np.add.at(found, places * DAYS + days, weights)

    @staticmethod
    def _latest(
        found: NDArray[np.int64],
        mask: NDArray[np.bool_],
        places: NDArray[np.int64],
        codes: NDArray[np.int32],
        at: NDArray[np.int64],
    ) -> None:
        some = np.flatnonzero(mask)
        np.maximum.at(found, places[codes[some]], at[some])


def _health(
    row: Mapping[str, Any],
    weeks: _Weeks,
    place: int,
    new: tuple[int, ...],
    failed: tuple[int, ...],
) -> SourceHealth:
    state = _state(row)
    good_at = int(weeks.good_at[place])
    return SourceHealth(
        source=row["source_ref"],
        title=row["title"],
        kind=row["source_kind"],
        state=state,
        outcome=row["outcome"],
        entries=row["entries"],
        error=_error(row, state),
        reason=row["reason"],
        failures=row["failures"] or int(state == "failing"),
        polled_at=_utc(row["polled_at"]) or datetime.fromtimestamp(0, UTC),
        good_at=None if good_at == _NEVER else datetime.fromtimestamp(good_at / 1e6, UTC),
        next_at=_utc(row["next_at"]),
        last_new_at=_utc(row["last_new_at"]),
        polls=int(weeks.polls[place]),
        failed_polls=sum(failed),
        new_by_day=new,
        failed_by_day=failed,
    )


def _state(row: Mapping[str, Any]) -> str:
    if row["gone"]:
        return "gone"
    if row["outcome"] == "failed":
        return "failing"
    return "moved" if row["url"] not in (None, row["source_ref"]) or row["moved_to"] else "fine"


def _error(row: Mapping[str, Any], state: str) -> str | None:
    if state == "gone":
        return "The server says that it is gone for good (410); it is not asked again."
    if state == "moved":
        return f"It has moved to {row['moved_to'] or row['url']}."
    if state == "fine":
        return None
    reason = row["reason"] or ""
    sentences = [say_reason(reason), row["detail"] or "", REMEDIES.get(reason, "")]
    return " ".join(each for each in sentences if each)


def _micros(at: datetime) -> int:
    return int(at.timestamp() * 1e6)


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
