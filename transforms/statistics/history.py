"""What the log tells: the passes, what they counted, when and on which engine they ran."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import msgspec

from newsbeam.transforms.core.errors import DatasetError
from newsbeam.transforms.core.ledger import Ledger, Tally
from newsbeam.transforms.dataset.layout import commit_path
from newsbeam.transforms.dataset.log import Commit
from newsbeam.transforms.dataset.state import State

#: Passes of which it is told how long they took.
_LAST_PASSES = 200
_DAY = timedelta(days=1)
#: A count of ids by class of the ledger: kind and reason.
Counts = Counter[tuple[str, str]]


class _Line(msgspec.Struct):
    kind: str
    reason: str
    count: int
    digest: str


class _Gone(msgspec.Struct):
    kind: str
    reason: str
    count: int


class _Record(msgspec.Struct):
    """What is read of a record: a long log has far more in it than is asked for here."""

    number: int
    unit: str
    committed_at: datetime
    info: dict[str, str]
    removed: list[str] = []
    marks: list[msgspec.Raw] = []
    gone: list[_Gone] = []
    ledger: list[_Line] = []
    repeated: list[_Line] = []


class _Envelope(msgspec.Struct):
    commit: _Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass: its commit and what its ledger counts."""

    number: int
    unit: str
    committed_at: datetime
    seconds: float | None  # from its begin to its commit; None where the record does not say
    engine: str
    counts: Counts


@dataclass
class History:
    """What all commits add up to."""

    now: datetime
    commits: int = 0
    passes: int = 0
    merging: int = 0  # commits that replaced files, and when the last of them was made
    merged_at: datetime | None = None
    forgetting: int = 0
    ledger: Ledger = field(default_factory=dict)
    #: Counted rows that were deleted since, and rejects that have no row since it stood already.
    gone: Counts = field(default_factory=Counter)
    repeated: Counts = field(default_factory=Counter)
    #: Of the passes that ended in the day before ``now``, in the day before that, and after the
    #: commit ``since``.
    last_day: Counts = field(default_factory=Counter)
    day_before: Counts = field(default_factory=Counter)
    later: Counts = field(default_factory=Counter)
    later_passes: int = 0
    by_day: dict[date, Counter[str]] = field(default_factory=dict)
    #: The last passes, the oldest first.
    recent: list[Pass] = field(default_factory=list)
    engines: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: When each unit was committed, in microseconds since 1970.
    committed: dict[str, int] = field(default_factory=dict)

    @property
    def last(self) -> Pass | None:
        """Return the last pass, None if there was none."""
        return self.recent[-1] if self.recent else None


def read_history(state: State, now: datetime, since: int | None) -> History:
    """Return what the log of ``state`` adds up to at ``now``.

    Raises ``DatasetError`` for a record that cannot be read.
    """
    found = History(now=now)
    recent: deque[_Record | Commit] = deque(maxlen=_LAST_PASSES)
    for record in _records(state):
        found.commits += 1
        if _add(found, record, since):
            recent.append(record)
    found.recent = [_to_pass(record) for record in recent]
    return found


def _records(state: State) -> Iterator[_Record | Commit]:
    decoder = msgspec.json.Decoder(_Envelope)
    for number, data in state.records():
        try:
            yield decoder.decode(data).commit
        except msgspec.DecodeError as error:
            raise DatasetError(f"{commit_path(number)} is no commit record: {error}.") from error
    yield from state.commits


def _add(found: History, record: _Record | Commit, since: int | None) -> bool:
    """Add a record, and tell whether it is that of a pass."""
    for gone in record.gone:
        found.gone[gone.kind, gone.reason] += gone.count
    if record.marks:
        found.forgetting += 1
        return False
    if record.removed:
        found.merging += 1
        found.merged_at = record.committed_at
        return False
    found.committed[record.unit] = int(record.committed_at.timestamp() * 1e6)
    found.passes += 1
    engine = (record.info.get("engine", "unknown"), record.info.get("beam", ""))
    found.engines[engine] = found.engines.get(engine, 0) + 1
    for line in record.repeated:
        found.repeated[line.kind, line.reason] += line.count
    is_later = since is not None and record.number > since
    found.later_passes += is_later
    if not record.ledger:
        return True
    age = found.now - record.committed_at
    told = [found.later] if is_later else []
    if age < 2 * _DAY:
        told.append(found.last_day if age < _DAY else found.day_before)
    day = found.by_day.setdefault(record.committed_at.astimezone(UTC).date(), Counter())
    for line in record.ledger:
        key = (line.kind, line.reason)
        day[line.kind] += line.count
        tally = Tally(line.count, int(line.digest, 16))
        found.ledger[key] = found.ledger[key] + tally if key in found.ledger else tally
        for counts in told:
            counts[key] += line.count
    return True


def _to_pass(record: _Record | Commit) -> Pass:
    return Pass(
        number=record.number,
        unit=record.unit,
        committed_at=record.committed_at,
        seconds=_seconds(record),
        engine=record.info.get("engine", "unknown"),
        counts=Counter({(line.kind, line.reason): line.count for line in record.ledger}),
    )


def _seconds(record: _Record | Commit) -> float | None:
    try:
        began = datetime.fromisoformat(record.info["began_at"])
        return max((record.committed_at - began).total_seconds(), 0.0)
    except (KeyError, ValueError, TypeError):
        return None


def count_of(counts: Counts, *kinds: str) -> int:
    """Return how many ids ``counts`` has under ``kinds``, over all reasons."""
    return sum(count for (kind, _), count in counts.items() if kind in kinds)
