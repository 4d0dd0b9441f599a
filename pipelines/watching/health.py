"""Whether a watch does what it is there for, in one sentence for a load balancer or a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from newsbeam.pipelines.watching.events import Ended, Event, Failed, Waiting
from newsbeam.transforms.sources.schedule import Schedule

#: A watch that gave no sign of life for so long, though it should have, is overdue. A host may ask
#: for two minutes of rest and a request take one; a pass elsewhere shows nothing before its commit.
PATIENCE, PATIENCE_ELSEWHERE = timedelta(minutes=10), timedelta(hours=1)


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Health:
    """Follows a watch and says how it is.

    It is ill if the last round failed or its ledger has a fault, if every source failed at its
    last poll, or if it gives no sign of life.
    """

    def __init__(self, patience: timedelta, clock: Callable[[], datetime] = utc_now) -> None:
        self._patience = patience
        self._clock = clock
        self._failed: str | None = None  # why the last look or round failed
        self._fault: str | None = None  # in the ledger of the last round
        self._silent: str | None = None  # why nothing can come
        self._ended_at: datetime | None = None
        self._sign_at = clock()
        self._expected_by = self._sign_at + patience

    def __call__(self, event: Event) -> None:
        """Take note of ``event``; each is a sign of life."""
        self._sign_at = self._clock()
        begins = self._sign_at
        match event:
            case Failed(why):
                self._failed = f"The last round failed: {why}"
            case Ended(_, outcome):
                self._ended_at = self._sign_at
                self._fault = outcome.faults[0] if outcome.faults else None
            case Waiting(looks_at, schedule, went_well):
                begins = max(begins, looks_at)
                # What a round that failed was to read stays due: if nothing is, all is read.
                self._failed = None if went_well else self._failed
                self._silent = _silence(schedule)
        self._expected_by = begins + self._patience

    def verdict(self) -> tuple[bool, str]:
        """Return whether all is well, and a sentence."""
        if self._clock() > self._expected_by:
            return False, f"Overdue: nothing was heard since {self._sign_at:%Y-%m-%d %H:%M:%S} UTC."
        problem = self._failed or self._fault or self._silent
        if problem is not None:
            return False, " ".join(problem.split())
        if self._ended_at is None:
            return True, "No round has ended yet."
        return True, f"The last round ended at {self._ended_at:%Y-%m-%d %H:%M:%S} UTC."


def _silence(schedule: Schedule) -> str | None:
    """Return a sentence if there are URLs and the last poll of each failed."""
    states = schedule.states
    bad = states["failing"] + states["gone"]
    if not bad or bad < sum(states.values()):
        return None
    return (
        "The last poll of the only source failed." if bad == 1 else f"All {bad:,} sources failed."
    )
