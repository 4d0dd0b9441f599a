"""Inputs that failed, by stage, reason and host, with examples."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from newsbeam.transforms.dataset.storage import Storage
from newsbeam.transforms.dataset.writer import StagedFile
from newsbeam.transforms.statistics.reading import Batch, codes_of, read_batches

EXAMPLES = 5
_COLUMNS = ["stage", "reason", "url", "source_ref", "detail", "http_status", "rejected_at"]
#: Of an address; what has none is a file, named by where it lies.
_HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>[^/?#:]+)"
#: Hosts of which rows are told, at most.
_GROUPS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One input that failed."""

    input: str  # its address, or its source
    detail: str
    http_status: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Rejects of one stage and reason at one host; the examples are the newest."""

    stage: str
    reason: str
    host: str  # "" of files
    count: int
    examples: tuple[Example, ...]


def count_rejects(storage: Storage, files: Sequence[StagedFile]) -> list[Rejected]:
    """Return what the rejects in ``files``, newest last, add up to: most first.

    Raises ``DatasetError``.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], list[Example]] = defaultdict(list)
    for batch in read_batches(storage, files[::-1], _COLUMNS):
        _add(counts, examples, batch)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        Rejected(
            stage=stage,
            reason=reason,
            host=host,
            count=count,
            examples=tuple(examples[stage, reason, host][:EXAMPLES]),
        )
        for (stage, reason, host), count in ranked[:_GROUPS]
    ]


def _add(
    counts: Counter[tuple[str, str, str]],
    examples: dict[tuple[str, str, str], list[Example]],
    batch: Batch,
) -> None:
    # The newest first, so that the first examples of each are those.
    order = pc.sort_indices(batch.rows, sort_keys=[("rejected_at", "descending")])
    rows = batch.rows.take(order)
    inputs = pc.coalesce(rows["url"], rows["source_ref"])
    hosts = pc.struct_field(pc.extract_regex(inputs, _HOST), "host").fill_null("")
    rows = rows.append_column("input", inputs)
    columns = [codes_of(column) for column in (rows["stage"], rows["reason"], _chunked(hosts))]
    keys = np.zeros(rows.num_rows, np.int64)
    for codes, values in columns:
        keys = keys * len(values) + codes
    found, first, where, times = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    wanted: dict[int, tuple[str, str, str]] = {}
    for number in range(len(found)):
        at = int(first[number])
        stage, reason, host = (str(values[int(codes[at])]) for codes, values in columns)
        counts[stage, reason, host] += int(times[number])
        if len(examples[stage, reason, host]) < EXAMPLES:
            wanted[number] = (stage, reason, host)
    places = _first_of_each(where, EXAMPLES)
    places = places[np.isin(where[places], list(wanted))]
    shown = rows.take(pa.array(places)).to_pylist()
    for place, row in zip(places, shown, strict=True):
        some = examples[wanted[int(where[place])]]
        if len(some) < EXAMPLES:
            some.append(
                Example(
                    input=row["input"],
                    detail=row["detail"],
                    http_status=row["http_status"],
                    at=row["rejected_at"].astimezone(UTC),
                )
            )


def _chunked(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _first_of_each(groups: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return the places of the first ``most`` rows of each group, ascending."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    ranks = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    return np.sort(order[ranks < most])
