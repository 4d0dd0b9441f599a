"""What a watch says: a sentence an event, or a line of JSON with the names of the metrics."""

import logging
from datetime import datetime
from typing import Any

from newsbeam.pipelines.display import inert
from newsbeam.pipelines.run import Outcome
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
from newsbeam.pipelines.watching.measures import Measures, memory_bytes

#: What people are told even where only warnings are shown (see ``logs``).
_log = logging.getLogger("newsbeam.watch")


class WatchLog:
    """Follows a watch and logs what it does, and what it does next and when."""

    def __init__(self) -> None:
        self._round = Measures()
        self._told: datetime | None = None  # until when nothing is due, as was told last
        self._is_news = True

    def __call__(self, event: Event) -> None:
        """Log ``event``."""
        match event:
            case Began(number, due):
                self._round = Measures()
                sources = "1 source" if len(due) == 1 else f"{len(due):,} sources"
                _say(f"Round {number} reads {sources}.", {"round": number, "sources": len(due)})
            case Committed(measures):
                self._round += measures
            case Ended(number, outcome):
                self._is_news = True
                data = {"round": number, **_to_json(self._round, outcome)}
                _say(f"Round {number}: {describe(self._round)}, {outcome.seconds:.1f} s.", data)
                for fault in outcome.faults:
                    _log.warning("FAULT: %s", fault)
            case Failed(why):
                self._is_news = True
                _log.error("The round failed; the next one tries again. %s", inert(why))
            case KeptUp(seconds):
                data = {"upkeep_seconds": round(seconds, 3)}
                _say(f"Upkeep took {seconds:.1f} s.", data)
            case Configured(path):
                _say(f"The changed configuration {path} holds from now on.", {"config": path})
            case Refused(path, why):
                _log.error(
                    "The changed configuration %s is refused; the one before goes on. %s",
                    path,
                    inert(why),
                    extra={"data": {"config": path, "why": why}},
                )
            case Waiting():
                self._say_when(event)

    def _say_when(self, event: Waiting) -> None:
        due_at = event.schedule.next_at
        if due_at == self._told and not self._is_news:
            return  # nothing has changed since the look before
        self._told, self._is_news = due_at, False
        said = f"Looks again at {event.looks_at:%H:%M:%S} UTC"
        data: dict[str, Any] = {"looks_at": event.looks_at, "due_at": due_at}
        if due_at is not None and due_at > event.looks_at:
            (first,) = event.schedule.upcoming(1)
            data["source"] = first.source.ref
            said += f"; next is {inert(first.source.ref)} at {due_at:%Y-%m-%d %H:%M:%S} UTC"
        _say(f"{said}.", data)


def say_where(url: str) -> None:
    """Log where metrics and health are served."""
    _say(f"Metrics are at {url}/metrics, health is at {url}/healthz.", {"url": url})


def describe(measures: Measures) -> str:
    """Return what ``measures`` are in words, such as "3 entries, 2 articles, 1 duplicate"."""
    counts = {
        ("entry", "entries"): measures.entries,
        ("article", "articles"): measures.articles,
        ("duplicate", "duplicates"): measures.duplicates.total(),
        ("reject", "rejects"): measures.rejects.total(),
        ("failed poll", "failed polls"): measures.poll_failures.total(),
    }
    always = ("entry", "article")
    return ", ".join(
        f"{count:,} {one if count == 1 else many}"
        for (one, many), count in counts.items()
        if count or one in always
    )


def _to_json(measures: Measures, outcome: Outcome) -> dict[str, Any]:
    return {
        **measures.to_json(),
        "round_seconds": round(outcome.seconds, 3),
        "memory_bytes": memory_bytes(),
        "commits": [commit.number for commit in outcome.commits],
        "faults": list(outcome.faults),
    }


def _say(sentence: str, data: dict[str, Any]) -> None:
    _log.info("%s", sentence, extra={"data": data})
