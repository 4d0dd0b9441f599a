"""What is in a dataset, as numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsbeam.transforms.core.ledger import KINDS, Tally
from newsbeam.transforms.core.records import Poll
from newsbeam.transforms.core.schema import TABLES
from newsbeam.transforms.dataset.layout import partition_values, split_data_path
from newsbeam.transforms.dataset.log import Commit, read_data
from newsbeam.transforms.dataset.polls import last_polls
from newsbeam.transforms.dataset.state import State, load_state
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.dataset.writer import StagedFile, to_ledger

#: Rows of a section that has one row for each publisher, source and the like.
_TOP = 30


_OUTCOMES = ("articles", "duplicates", "rejects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of a report; the last ``numbers`` columns are numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    numbers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All sections of a report on the dataset at ``root``."""

    root: str
    made_at: datetime
    sections: tuple[Section, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values: section title to a list of rows."""
        return {
            "root": self.root,
            "made_at": self.made_at,
            **{
                section.title: [
                    dict(zip(section.columns, row, strict=True)) for row in section.rows
                ]
                for section in self.sections
            },
        }


def measure_dataset(root: str) -> Report:
    """Return the report on the dataset at ``root``, from the files that its commits name."""
    state = load_state(open_storage(root))
    commits = list(state.history())
    articles = _read(state, "articles", ["publisher", "word_count", "completeness", "page_kind"])
    duplicates = _read(state, "duplicates", ["how", "publisher"])
    rejects = _read(state, "rejects", ["stage", "reason"])
    dates = {_partition(file)["date"] for file in state.files("articles")}
    return Report(
        root=root,
        made_at=datetime.now(UTC),
        sections=(
            Section(
                title="Volume",
                columns=("Table", "Rows"),
                rows=(
                    *((table, _rows(state, table)) for table in _OUTCOMES),
                    ("words", pc.sum(articles["word_count"]).as_py() or 0),
                    ("days", len(dates)),
                ),
            ),
            Section(title="Ledger", columns=("Class", "Count"), rows=_ledger(commits)),
            Section(title="Languages", columns=("Language", "Articles"), rows=_languages(state)),
            Section(
                title="Publishers",
                columns=("Publisher", "Articles"),
                rows=_counts(articles["publisher"]),
            ),
            Section(
                title="Completeness",
                columns=("Completeness", "Articles"),
                rows=_counts(articles["completeness"]),
            ),
            Section(
                title="Kinds of page",
                columns=("Kind", "Articles"),
                rows=_counts(articles["page_kind"]),
            ),
            Section(
                title="Duplicates", columns=("Found by", "Rows"), rows=_counts(duplicates["how"])
            ),
            Section(
                title="Rejects",
                columns=("Stage", "Reason", "Rows"),
                rows=_pairs(rejects, "stage", "reason"),
            ),
            Section(title="Engines", columns=("Engine", "Beam", "Commits"), rows=_engines(commits)),
            Section(
                title="Sources",
                columns=("Source", "Kind", "Last outcome", "Reason", "Entries"),
                rows=_sources(last_polls(root)),
            ),
        ),
    )


def _rows(state: State, table: str) -> int:
    return sum(file.rows for file in state.files(table))


def _partition(file: StagedFile) -> Mapping[str, str]:
    return partition_values(*split_data_path(file.path))


def _read(state: State, table: str, columns: list[str]) -> pa.Table:
    none = pa.schema([TABLES[table].field(name) for name in columns]).empty_table()
    tables = [read_data(state.storage, file, columns) for file in state.files(table)]
    # A column that an older file does not have is null there.
    return pa.concat_tables([none, *tables], promote_options="default")


def _counts(column: pa.ChunkedArray) -> tuple[tuple[Any, ...], ...]:
    counted = Counter(column.to_pylist())
    ranked = sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple((value or "unknown", number) for value, number in ranked[:_TOP])


def _pairs(table: pa.Table, *columns: str) -> tuple[tuple[Any, ...], ...]:
    counted = Counter(zip(*(table[name].to_pylist() for name in columns), strict=True))
    return tuple((*pair, number) for pair, number in counted.most_common())


def _languages(state: State) -> tuple[tuple[Any, ...], ...]:
    counted: Counter[str] = Counter()
    for file in state.files("articles"):
        counted[_partition(file)["language"]] += file.rows
    return tuple(counted.most_common())


def _ledger(commits: Iterable[Commit]) -> tuple[tuple[Any, ...], ...]:
    totals = {kind: Tally() for kind in KINDS}
    for commit in commits:
        for (kind, reason), tally in sorted(to_ledger(commit.ledger).items()):
            name = f"{kind} ({reason})" if kind == "passed_over" else kind
            totals[name] = totals.get(name, Tally()) + tally
    return tuple((kind, tally.count) for kind, tally in totals.items() if tally.count)


def _engines(commits: Iterable[Commit]) -> tuple[tuple[Any, ...], ...]:
    ran = Counter(
        (each.info.get("engine", "unknown"), each.info.get("beam", "unknown")) for each in commits
    )
    return tuple((*engine, number) for engine, number in ran.most_common())


def _sources(polls: Mapping[str, Poll]) -> tuple[tuple[Any, ...], ...]:
    last = [
        (ref, poll.source_kind, poll.outcome, poll.reason or "", poll.entries)
        for ref, poll in polls.items()
    ]
    failed_first = sorted(last, key=lambda row: (row[2] != "failed", row[0]))
    return tuple(failed_first[:_TOP])
