"""The schedule of what is watched into a dataset, kept from look to look."""

from collections.abc import Sequence

from newsbeam.transforms.core.records import Source
from newsbeam.transforms.dataset.fold import polls_of
from newsbeam.transforms.dataset.log import head, load_commits
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.sources.schedule import Schedule


class Agenda:
    """What is due of the sources of a dataset; what has landed since is learned at each look.

    All that decides stands in the dataset, so that a restart changes nothing.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._storage = open_storage(root)
        self.schedule = Schedule()  # as of the last look
        self._sources: tuple[Source, ...] = ()
        #: The commit up to which the schedule knows all polls; None before the first look.
        self._number: int | None = None

    def look(self, sources: Sequence[Source]) -> Schedule:
        """Return the schedule of ``sources`` as the dataset stands now. Raises ``DatasetError``."""
        newest, before = head(self._root), self._number
        if newest == before and tuple(sources) == self._sources:
            return self.schedule
        polled: list[str] = []
        if before is not None and newest > before:
            landed = load_commits(self._storage, after=before, until=newest)
            polled = polls_of(self._storage, landed, landed)["source_ref"].to_pylist()
        self.schedule.follow(sources, last_polls(self._root, until=newest), polled)
        self._number, self._sources = newest, tuple(sources)
        return self.schedule
