"""What a watch tells those who follow it: the log, the terminal, metrics, health, the report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watching.measures import Measures
from newsbeam.transforms.core.observer import Done
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.sources.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Configured:
    """A changed configuration holds from now on."""

    path: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A changed configuration cannot be used; the one before goes on."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Began:
    """A round began."""

    number: int  # 1, 2, … since the watch began
    due: tuple[Source, ...]  # what it asks
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Progressed:
    """In this process a source was read, or an article made. May come from any thread."""

    done: Done


@dataclass(frozen=True, slots=True)
class Committed:
    """A pass of a round has its commit."""

    measures: Measures


@dataclass(frozen=True, slots=True)
class Ended:
    """A round came to its end."""

    number: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Failed:
    """A round could not be brought to its end; the next one tries again."""

    why: str


@dataclass(frozen=True, slots=True)
class KeptUp:
    """Upkeep was done, or tried."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is to be done until the next look."""

    looks_at: datetime
    schedule: Schedule
    went_well: bool = True  # the look and the round before; else ``Failed`` was told


@dataclass(frozen=True, slots=True)
class Alive:
    """An engine elsewhere gave a sign of life."""


Event = (
    Configured
    | Refused
    | Began
    | Progressed
    | Committed
    | Ended
    | Failed
    | KeptUp
    | Waiting
    | Alive
)
Follower = Callable[[Event], None]
