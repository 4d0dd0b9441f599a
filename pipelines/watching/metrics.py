"""The metrics of a watch, as Prometheus reads them.

No label takes a value from the outside: reasons, stages, outcomes and states are closed lists, and
all their series are there from the beginning, so that the first of a kind is an increase too.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from newsbeam.pipelines.watching.events import (
    Began,
    Committed,
    Configured,
    Ended,
    Event,
    Failed,
    KeptUp,
    Refused,
    Waiting,
)
from newsbeam.pipelines.watching.health import Health
from newsbeam.pipelines.watching.measures import (
    DUPLICATES,
    OTHER,
    POLLS,
    STAGES,
    Measures,
    memory_bytes,
)
from newsbeam.transforms.core.errors import REASONS
from newsbeam.transforms.core.stages import STEP_FAILED
from newsbeam.transforms.sources.schedule import STATES, Schedule

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
#: From publication to commit: feeds are asked every 15 minutes to a day.
_LAGS = (
    *(_MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 30 * _DAY),
)
_WORK = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, _MINUTE, 5 * _MINUTE)
_ROUNDS = (1, 5, 15, 30, _MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 4 * _HOUR)
_REASONS = (*REASONS, OTHER)
_PREFIX = "newsbeam"


class Metrics:
    """Follows a watch and counts, in a registry of its own, since it began."""

    def __init__(self, health: Health) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody asks for
        self.registry = CollectorRegistry()
        self._entries = self._counter("entries", "Entries of sources.")
        self._articles = self._counter("articles", "Articles and revisions written.")
        self._duplicates = self._counter(
            "duplicates", "Duplicates, by how they repeat.", how=DUPLICATES
        )
        self._rejects = self._counter(
            "rejects",
            "Entries and pages rejected, by stage and reason.",
            stage=STAGES,
            reason=_REASONS,
        )
        for reason in (STEP_FAILED, OTHER):
            self._rejects.labels("step", reason)
        self._polls = self._counter("polls", "Polls, by how they ended.", outcome=POLLS)
        self._poll_failures = self._counter(
            "poll_failures", "Polls that failed, by reason.", reason=_REASONS
        )
        self._rounds = self._counter(
            "rounds", "Rounds, by how they ended.", result=("done", "failed")
        )
        self._lag = self._histogram(
            "lag_seconds", "From publication to commit, of articles that state the hour.", _LAGS
        )
        self._commit = self._histogram("commit_seconds", "Time that a commit took.", _WORK)
        self._upkeep = self._histogram("upkeep_seconds", "Time that upkeep took.", _WORK)
        self._round = self._histogram("round_seconds", "Time that a round took.", _ROUNDS)
        self._sources = self._gauge("sources", "Sources, by how they stand.", ("state",))
        self._due = self._gauge("due_sources", "Sources that the round under way asks.")
        self._ended_at = self._gauge("last_round_timestamp_seconds", "When a round ended last.")
        self._refused = self._gauge(
            "config_refused", "1 while a changed configuration is refused, else 0."
        )
        for state in STATES:
            self._sources.labels(state)
        self.registry.register(_Now(health))
        ProcessCollector(registry=self.registry)

    def __call__(self, event: Event) -> None:
        """Count ``event``."""
        match event:
            case Began(_, due, schedule):
                self._due.set(len(due))
                self._count_sources(schedule)
            case Committed(measures):
                self._add(measures)
            case Ended(_, outcome):
                self._due.set(0)
                self._rounds.labels("done").inc()
                self._round.observe(outcome.seconds)
                self._ended_at.set_to_current_time()
            case Failed():
                self._due.set(0)
                self._rounds.labels("failed").inc()
            case KeptUp(seconds):
                self._upkeep.observe(seconds)
            case Waiting(_, schedule):
                self._count_sources(schedule)
            case Configured():
                self._refused.set(0)
            case Refused():
                self._refused.set(1)

    def _add(self, measures: Measures) -> None:
        self._entries.inc(measures.entries)
        self._articles.inc(measures.articles)
        for how, count in measures.duplicates.items():
            self._duplicates.labels(how).inc(count)
        for (stage, reason), count in measures.rejects.items():
            self._rejects.labels(stage, reason).inc(count)
        for outcome, count in measures.polls.items():
            self._polls.labels(outcome).inc(count)
        for reason, count in measures.poll_failures.items():
            self._poll_failures.labels(reason).inc(count)
        for seconds in measures.lag_seconds:
            self._lag.observe(seconds)
        for seconds in measures.commit_seconds:
            self._commit.observe(seconds)

    def _count_sources(self, schedule: Schedule) -> None:
        for state, count in schedule.states.items():
            self._sources.labels(state).set(count)

    def _counter(self, name: str, says: str, **labels: Iterable[str]) -> Counter:
        counter = Counter(name, says, list(labels), namespace=_PREFIX, registry=self.registry)
        for values in product(*labels.values()) if labels else ():
            counter.labels(*values)
        return counter

    def _gauge(self, name: str, says: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(name, says, labels, namespace=_PREFIX, registry=self.registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, says, namespace=_PREFIX, registry=self.registry, buckets=buckets)


class _Now(Collector):
    """What is found out when it is asked for."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield health and memory."""
        yield GaugeMetricFamily(
            f"{_PREFIX}_healthy",
            "1 if /healthz answers 200, else 0.",
            value=float(self._health.verdict()[0]),
        )
        memory = memory_bytes()
        if memory is not None:
            yield GaugeMetricFamily(
                f"{_PREFIX}_memory_bytes",
                "Memory of the watch and of the processes that it has begun.",
                value=memory,
            )
