"""How a step hands on what it found: each type of record has a tag of its own.

A step yields what ``route`` makes of its records and is applied with ``outputs``; its result then
has one collection for each tag: ``step.articles``, ``step.rejects``, and so on.

Each step counts what it puts out as metrics of Beam, in the namespace ``newsbeam``: ``articles``,
``duplicates``, ``unchanged``, ``rejects``, ``entries``, ``sources`` and ``polls``, and rejects once
more by their reason, as in ``rejects_too_short``. These names stay.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.metrics.metric import Counter
from apache_beam.pvalue import DoOutputsTuple, PCollection, TaggedOutput

from newsbeam.transforms import coders as coders  # whoever routes records needs their coders
from newsbeam.transforms.core.records import (
    Article,
    Duplicate,
    Entry,
    LedgerEvent,
    Poll,
    Reject,
    SiteLine,
    Source,
    Unchanged,
)
from newsbeam.transforms.dataset.writer import StagedFile

_TAGS: dict[type, str] = {
    Reject: "rejects",
    Duplicate: "duplicates",
    Unchanged: "unchanged",
    Entry: "entries",
    Source: "sources",
    Poll: "polls",
    LedgerEvent: "events",
    SiteLine: "boilerplate",
    StagedFile: "pages",
}
MAIN = "articles"
#: What of the records is for the dataset's own book-keeping, and no measure of anybody's.
_INNER = frozenset((LedgerEvent, SiteLine, StagedFile))

#: What ``process`` of a step returns; the types tell Beam the coders.
Routed = Iterable[
    Article
    | TaggedOutput[Literal["rejects"], Reject]
    | TaggedOutput[Literal["duplicates"], Duplicate]
    | TaggedOutput[Literal["unchanged"], Unchanged]
    | TaggedOutput[Literal["entries"], Entry]
    | TaggedOutput[Literal["sources"], Source]
    | TaggedOutput[Literal["polls"], Poll]
    | TaggedOutput[Literal["events"], LedgerEvent]
    | TaggedOutput[Literal["boilerplate"], SiteLine]
    | TaggedOutput[Literal["pages"], StagedFile]
]


def route(record: Any) -> Any:
    """Return ``record`` as the output of its tag, and count it; articles are the main output."""
    tag = _TAGS.get(type(record))
    if type(record) not in _INNER:
        _counter(tag or MAIN).inc()
    if isinstance(record, Reject):
        _counter(f"rejects_{record.reason}").inc()
    return record if tag is None else TaggedOutput(tag, record)


@cache
def _counter(name: str) -> Counter:
    return Metrics.counter("newsbeam", name)


def outputs(step: beam.DoFn) -> Any:
    """Return the ParDo of ``step`` with one output for each tag."""
    return beam.ParDo(step).with_outputs(*_TAGS.values(), main=MAIN)


def gather_tables(judged: Mapping[str, Any], *steps: DoOutputsTuple) -> dict[str, Any]:
    """Return the rows of all tables: what ``DropDuplicates`` gave, and what ``steps`` put aside."""
    return {
        **judged,
        "rejects": (gather("rejects", steps), judged["rejects"]) | "All rejects" >> beam.Flatten(),
        "feeds": gather("polls", steps),
        "events": (gather("events", steps), judged["events"]) | "All events" >> beam.Flatten(),
        "pages": gather("pages", steps),
    }


def gather(tag: str, steps: Iterable[DoOutputsTuple]) -> PCollection[Any]:
    """Return what several steps put out under ``tag`` as one collection."""
    return tuple(getattr(step, tag) for step in steps) | f"Gather {tag}" >> beam.Flatten()
