"""How each source stood when it was last read."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

import pyarrow as pa

from newsbeam.transforms.core.records import Poll
from newsbeam.transforms.dataset.checkpoint import Part, SortedPart, read_part
from newsbeam.transforms.dataset.fold import last_places, polls_of
from newsbeam.transforms.dataset.rows import to_polls
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import open_storage


def last_polls(root: str, *, until: int | None = None) -> "LastPolls":
    """Return the latest poll of each source by its ``source_ref``, up to commit ``until``.

    Raises ``DatasetError``.
    """
    return LastPolls(load_state(open_storage(root), until))


def last_rows(state: State, columns: Sequence[str]) -> pa.Table:
    """Return these columns of the latest poll of each source, sorted by source.

    ``source_ref`` must be among ``columns``, and all must be in the files of every version.
    Raises ``DatasetError``.
    """
    parts = state.checkpoint.cursors if state.checkpoint else ()
    tables = [rows for part in parts for rows in read_part(state.storage, part, columns)]
    tables.append(polls_of(state.storage, state.commits, state.commits).select(columns))
    rows = pa.concat_tables([each.select(columns) for each in tables], promote_options="default")
    return rows.take(last_places(rows["source_ref"]))


class LastPolls(Mapping[str, Poll]):
    """The latest poll of each source, looked up when it is asked for.

    What it costs to ask for one does not depend on how many sources there are, nor on how often
    they were polled.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._group = lru_cache(maxsize=32)(self._read_group)

    @cached_property
    def _fresh(self) -> tuple[list[str], pa.Table]:
        """What was polled since the checkpoint, with the sources, sorted."""
        commits = self._state.commits
        rows = polls_of(self._state.storage, commits, commits)
        return rows["source_ref"].to_pylist(), rows

    @cached_property
    def _parts(self) -> list[SortedPart]:
        checkpoint = self._state.checkpoint
        parts: tuple[Part, ...] = checkpoint.cursors if checkpoint else ()
        return [SortedPart(self._state.storage, part, "source_ref") for part in reversed(parts)]

    def _read_group(self, part: int, group: int) -> tuple[list[str], pa.Table]:
        rows = self._parts[part].read(group)
        return rows["source_ref"].to_pylist(), rows

    def _groups(self, least: str, most: str) -> Iterator[tuple[list[str], pa.Table]]:
        """Yield sources and rows, the newest first, among which those of a range are."""
        yield self._fresh
        for number, part in enumerate(self._parts):
            for group in part.groups(least, most):
                yield self._group(number, group)

    def __getitem__(self, source_ref: str) -> Poll:
        for refs, rows in self._groups(source_ref, source_ref):
            place = bisect_left(refs, source_ref)
            if place < len(refs) and refs[place] == source_ref:
                return to_polls(rows.slice(place, 1))[0]
        raise KeyError(source_ref)

    def __iter__(self) -> Iterator[str]:
        return iter(self.starting_with(""))

    def __len__(self) -> int:
        return len(self.starting_with(""))

    def starting_with(self, prefix: str) -> list[str]:
        """Return the sources whose names begin with ``prefix``, sorted."""
        return sorted(
            {
                ref
                for refs, _ in self._groups(prefix, prefix + "\U0010ffff")
                for ref in refs
                if ref.startswith(prefix)
            }
        )
