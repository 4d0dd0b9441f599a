"""Which source is due when: what a look costs is what is due, not what is watched.

A schedule keeps of each source what its next turn depends on, and nothing that grows with its
entries: thousands of feeds stay in memory for months. It takes no note of time; whoever looks says
what time it is.
"""

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from newsbeam.transforms.core.records import Poll, Source
from newsbeam.transforms.sources.answers import listed_sources
from newsbeam.transforms.sources.plan import is_web

#: How a source stands: never asked, answering, failing at its last poll, gone for good.
STATES = ("new", "fine", "failing", "gone")
#: When what was never asked is due; before all others.
_AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one source stands, as far as its next turn and whoever watches want to know."""

    source: Source
    state: str = "new"  # one of STATES
    title: str | None = None  # the feed's own
    polled_at: datetime | None = None
    due_at: datetime | None = _AT_ONCE  # None: never again
    entries: int = 0  # of the last poll
    seen_before: int = 0  # of these
    failures: int = 0  # in a row
    reason: str | None = None  # of the last failure
    children: tuple[str, ...] = ()  # what it lists as sources, with kinds in front


class Schedule:
    """When each of some sources is due, and of those that they list.

    Files are due at each look, for they may have changed; URLs when their last polls say so.
    """

    def __init__(self, sources: Sequence[Source] = (), polls: Mapping[str, Poll] | None = None):
        self._sources: tuple[Source, ...] = ()
        self._standings: dict[str, Standing] = {}
        self._files: list[Source] = []
        self._states: Counter[str] = Counter()
        #: Due time, place and name of a source, earliest first. An item whose time is not that of
        #: its source any more is passed over.
        self._heap: list[tuple[datetime, int, str]] = []
        self._pushed = 0
        self.follow(sources, polls or {})

    def __len__(self) -> int:
        """Return how many sources there are, listed ones included."""
        return len(self._standings)

    @property
    def states(self) -> dict[str, int]:
        """Return how many URLs are in each of ``STATES``."""
        return {state: self._states[state] for state in STATES}

    def follow(
        self, sources: Sequence[Source], polls: Mapping[str, Poll], polled: Iterable[str] = ()
    ) -> None:
        """Take over what is watched now, and how the last polls of the sources ``polled`` ended.

        ``polls`` is asked for these, and for sources that were not watched before.
        """
        lists_others = False
        for ref in sorted(set(polled) & self._standings.keys()):
            before = self._standings[ref]
            after = _stand(before.source, polls.get(ref))
            lists_others |= after.children != before.children
            self._put(after)
        if lists_others or tuple(sources) != self._sources:
            self._walk(tuple(sources), polls)
        if len(self._heap) > 2 * len(self._standings) + 64:
            self._order()

    def due(self, now: datetime) -> list[Source]:
        """Return what is to be read at ``now``: files, then URLs, the longest overdue first.

        They stay due until ``follow`` is told of a poll.
        """
        found: dict[str, tuple[datetime, int, str]] = {}
        while self._heap and self._heap[0][0] <= now:
            item = heapq.heappop(self._heap)
            if self._is_valid(item):
                found.setdefault(item[2], item)
        for item in found.values():
            heapq.heappush(self._heap, item)
        return [*self._files, *(self._standings[ref].source for ref in found)]

    @property
    def next_at(self) -> datetime | None:
        """Return when the first URL is due; None if none ever is."""
        while self._heap and not self._is_valid(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def upcoming(self, count: int) -> list[Standing]:
        """Return how the ``count`` URLs stand whose turns come first, in order."""
        valid = (item for item in self._heap if self._is_valid(item))
        first = dict.fromkeys(ref for _, _, ref in heapq.nsmallest(count, valid))
        return [self._standings[ref] for ref in first]

    def _is_valid(self, item: tuple[datetime, int, str]) -> bool:
        standing = self._standings.get(item[2])
        return standing is not None and standing.due_at == item[0]

    def _put(self, standing: Standing) -> None:
        ref = standing.source.ref
        before = self._standings.get(ref)
        self._standings[ref] = standing
        if not is_web(ref):
            return
        if before is not None:
            self._states[before.state] -= 1
        self._states[standing.state] += 1
        if before is None or before.due_at != standing.due_at:
            self._push(standing)

    def _push(self, standing: Standing) -> None:
        if standing.due_at is not None:
            self._pushed += 1
            heapq.heappush(self._heap, (standing.due_at, self._pushed, standing.source.ref))

    def _walk(self, sources: tuple[Source, ...], polls: Mapping[str, Poll]) -> None:
        """Find what is watched: ``sources``, what they list, what that lists, each once."""
        before, self._standings = self._standings, {}
        waiting = deque(sources)
        while waiting:
            source = waiting.popleft()
            if source.ref in self._standings:
                continue
            known = before.get(source.ref)
            standing = (
                replace(known, source=source) if known else _stand(source, polls.get(source.ref))
            )
            self._standings[source.ref] = standing
            waiting.extend(listed_sources(source, standing.children))
        self._sources = sources
        self._files = [each.source for ref, each in self._standings.items() if not is_web(ref)]
        self._states = Counter(each.state for each in self._web())
        self._order()

    def _order(self) -> None:
        self._heap = []
        for standing in self._web():
            self._push(standing)

    def _web(self) -> Iterator[Standing]:
        return (each for ref, each in self._standings.items() if is_web(ref))


def _stand(source: Source, poll: Poll | None) -> Standing:
    if poll is None:
        return Standing(source=source)
    state = "gone" if poll.gone else "failing" if poll.outcome == "failed" else "fine"
    return Standing(
        source=source,
        state=state,
        title=poll.title,
        polled_at=poll.polled_at,
        due_at=None if poll.gone else poll.next_at or _AT_ONCE,
        entries=poll.entries,
        seen_before=poll.seen_before,
        failures=poll.failures,
        reason=poll.reason,
        children=poll.children,
    )
