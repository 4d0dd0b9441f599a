"""What every step of one pass needs to know. Travels to the workers once, with the steps."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from newsbeam.transforms.core.settings import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One run of the unbounded pipeline: passes, called rounds, that follow one another."""

    name: str
    base: int  # the newest commit when it began


@dataclass(frozen=True, slots=True, kw_only=True)
class PassContext:
    """One bounded pass over some sources into one dataset, or one round of a stream."""

    root: str  # of the dataset
    unit: str  # name of the pass and of its commit
    base: int  # the newest commit when the pass was planned: what the pass is judged against
    started_at: datetime  # UTC; "now" of everything in the pass that is not a fetch
    config: Config
    #: Sources that other sources list are asked only when they are due.
    only_due: bool = False
    #: The engine is elsewhere: its workers show that they live (see ``dataset.life``).
    remote: bool = False
    #: In a stream, unit, base and started_at are those of a window (see ``dataset.rounds``).
    stream: Stream | None = None
    info: tuple[tuple[str, str], ...] = ()  # the engine and its like, for the commit record


def new_unit() -> str:
    """Return a name that no other pass or stream has; names have the order of time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
