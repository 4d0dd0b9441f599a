"""The configuration of a watch: a file that is read anew when it has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.tables import check_tables
from newsbeam.pipelines.watching.events import Configured, Follower, Refused
from newsbeam.transforms.core.errors import NewsbeamError, UsageError
from newsbeam.transforms.core.own_steps import load_steps
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.stores.credentials import buckets_in_use, use_buckets


@dataclass(frozen=True, slots=True)
class Plan:
    """What is watched now, and how."""

    config: Config
    sources: tuple[Source, ...]


class WatchedConfig:
    """Reads a configuration, and again at each look if its bytes have changed.

    One that cannot be used is told once and tried again at each look, since what it names may come
    to be there; meanwhile the one before goes on. Raises UsageError if there is none before.
    """

    def __init__(
        self,
        path: str,
        overrides: Sequence[str],
        root: str,
        tell: Follower,
        check: Callable[[Sequence[Source]], None] = lambda _: None,
    ) -> None:
        """``root`` is that of the dataset; ``check`` raises UsageError for sources that cannot be
        watched.
        """
        self._path = path
        self._root = root
        self._check = check
        self._overrides = tuple(overrides)
        self._tell = tell
        self._refused: str | None = None  # why what was seen last cannot be used
        self._seen = self._read()
        self._plan = self._load()

    @property
    def plan(self) -> Plan:
        """Return what held at the last look."""
        return self._plan

    def look(self) -> Plan:
        """Return what holds now.

        Raises UsageError for inputs that are not there any more, and DatasetError for a dataset
        that cannot be reached.
        """
        found = self._read()
        if (found == self._seen and self._refused is None) or not self._take(found):
            sources = resolve_inputs(self._plan.config.inputs)  # a glob may match other files
            self._plan = Plan(self._plan.config, sources)
        return self._plan

    def _take(self, found: bytes | None) -> bool:
        """Take what has changed, and return whether it can be used."""
        try:
            self._plan = self._load()
        except UsageError as error:
            if (found, str(error)) != (self._seen, self._refused):
                self._tell(Refused(self._path, str(error)))
            self._seen, self._refused = found, str(error)
            return False
        self._seen, self._refused = found, None
        self._tell(Configured(self._path))
        return True

    def _read(self) -> bytes | None:
        try:
            return Path(self._path).read_bytes()
        except OSError:
            return None  # why, says whoever loads it

    def _load(self) -> Plan:
        config = load_config(self._path, self._overrides)
        before = buckets_in_use()
        use_buckets(config.buckets)  # inputs may be in one
        try:
            return self._check_all(config)
        except NewsbeamError:
            use_buckets(before)
            raise

    def _check_all(self, config: Config) -> Plan:
        if not config.inputs:
            raise UsageError(f"{self._path} has no inputs to watch.")
        if config.entities.model:
            from newsbeam.transforms.text.entities import check_model

            check_model(config.entities)
        load_steps(config.steps)
        check_tables(self._root, config.dataset)
        sources = resolve_inputs(config.inputs)
        self._check(sources)
        return Plan(config, sources)
