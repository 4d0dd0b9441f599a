"""What is in a dataset, as numbers and as a page that needs nothing else."""

import html
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.core.ledger import KINDS, Tally
from transforms.dataset.commits import Commit, read_commits
from transforms.dataset.layout import data_path

#: Rows of a section that has one row for each publisher, source and the like.
_TOP = 30


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
            "made_at": self.made_at.isoformat(),
            **{
                section.title: [
                    dict(zip(section.columns, row, strict=True)) for row in section.rows
                ]
                for section in self.sections
            },
        }


def measure_dataset(root: str) -> Report:
    """Return the report on the dataset at ``root``, from the files that its commits name."""
    commits = read_commits(root)
    articles = _read(root, commits, "articles", ["publisher", "word_count", "completeness"])
    duplicates = _read(root, commits, "duplicates", ["how", "publisher"])
    rejects = _read(root, commits, "rejects", ["stage", "reason"])
    feeds = _read(
        root, commits, "feeds", ["source_ref", "source_kind", "outcome", "reason", "entries"]
    )
    dates = [dict(file.partition)["date"] for file in _files(commits, "articles") for _ in (0,)]
    return Report(
        root=root,
        made_at=datetime.now(UTC),
        sections=(
            Section(
                title="Volume",
                columns=("Table", "Rows"),
                rows=tuple(
                    (table, sum(file.rows for file in _files(commits, table)))
                    for table in ("articles", "duplicates", "rejects")
                )
                + (
                    ("words", pc.sum(articles["word_count"]).as_py() or 0),
                    ("days", len(set(dates))),
                ),
            ),
            Section(title="Ledger", columns=("Class", "Count"), rows=_ledger(commits)),
            Section(title="Languages", columns=("Language", "Articles"), rows=_languages(commits)),
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
                title="Duplicates", columns=("Found by", "Rows"), rows=_counts(duplicates["how"])
            ),
            Section(
                title="Rejects",
                columns=("Stage", "Reason", "Rows"),
                rows=_pairs(rejects, "stage", "reason"),
            ),
            Section(
                title="Sources",
                columns=("Source", "Kind", "Last outcome", "Reason", "Entries"),
                rows=_sources(feeds),
            ),
        ),
    )


def _files(commits: Iterable[Commit], table: str) -> list[Any]:
    return [file for commit in commits for file in commit.files if file.table == table]


def _read(root: str, commits: list[Commit], table: str, columns: list[str]) -> pa.Table:
    tables = [
        pq.ParquetFile(data_path(root, file)).read(columns=columns)
        for file in _files(commits, table)
    ]
    if not tables:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    return pa.concat_tables(tables)


def _counts(column: pa.ChunkedArray) -> tuple[tuple[Any, ...], ...]:
    counted = Counter(column.to_pylist())
    ranked = sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple((value or "unknown", number) for value, number in ranked[:_TOP])


def _pairs(table: pa.Table, *columns: str) -> tuple[tuple[Any, ...], ...]:
    counted = Counter(zip(*(table[name].to_pylist() for name in columns), strict=True))
    return tuple((*pair, number) for pair, number in counted.most_common())


def _languages(commits: Iterable[Commit]) -> tuple[tuple[Any, ...], ...]:
    counted: Counter[str] = Counter()
    for file in _files(commits, "articles"):
        counted[dict(file.partition)["language"]] += file.rows
    return tuple(counted.most_common())


def _ledger(commits: Iterable[Commit]) -> tuple[tuple[Any, ...], ...]:
    totals = {kind: Tally() for kind in KINDS}
    for commit in commits:
        for (kind, _), tally in commit.ledger.items():
            totals[kind] += tally
    return tuple((kind, tally.count) for kind, tally in totals.items() if tally.count)


def _sources(feeds: pa.Table) -> tuple[tuple[Any, ...], ...]:
    last: dict[str, tuple[Any, ...]] = {}
    for row in feeds.to_pylist():  # in the order of the commits: later rows win
        last[row["source_ref"]] = (
            row["source_ref"],
            row["source_kind"],
            row["outcome"],
            row["reason"] or "",
            row["entries"],
        )
    failed_first = sorted(last.values(), key=lambda row: (row[2] != "failed", row[0]))
    return tuple(failed_first[:_TOP])


_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;color:#1c2024}
h1{font-size:1.6rem;margin-bottom:0}p.meta{color:#60646c;margin-top:.2rem}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));gap:1.2rem;align-items:start}
section{border:1px solid #e0e1e6;border-radius:.5rem;padding:.4rem 1rem 1rem;overflow-x:auto}
section.wide{grid-column:1/-1}h2{font-size:1.05rem}
table{border-collapse:collapse;width:100%}th{text-align:left;color:#60646c;font-weight:600}
td,th{padding:.15rem .6rem .15rem 0;border-bottom:1px solid #f0f0f3;overflow-wrap:anywhere}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.bar{width:30%}td.bar i{display:block;height:.7rem;background:#3e63dd;border-radius:.2rem}
"""


def write_page(report: Report) -> str:
    """Return the report as one HTML page, without scripts and with nothing loaded from elsewhere."""
    sections = "\n".join(_section(section) for section in report.sections)
    root, made_at = html.escape(report.root), f"{report.made_at:%Y-%m-%d %H:%M} UTC"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>newsbeam: {root}</title><style>{_STYLE}</style></head><body>"
        f'<h1>newsbeam</h1><p class="meta">{root}, {made_at}</p><main>{sections}</main></body></html>'
    )


def _section(section: Section) -> str:
    wide = ' class="wide"' if len(section.columns) > 3 else ""
    first_number = len(section.columns) - section.numbers
    with_bar = section.numbers == 1 and not wide
    most = max((row[-1] for row in section.rows if isinstance(row[-1], int)), default=0) or 1
    head = "".join(
        f'<th class="n">{html.escape(name)}</th>'
        if at >= first_number
        else f"<th>{html.escape(name)}</th>"
        for at, name in enumerate(section.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="n">{value:,}</td>'
            if at >= first_number and isinstance(value, int)
            else f"<td>{html.escape(str(value))}</td>"
            for at, value in enumerate(row)
        )
        + (
            f'<td class="bar"><i style="width:{100 * row[-1] / most:.1f}%"></i></td>'
            if with_bar
            else ""
        )
        + "</tr>"
        for row in section.rows
    )
    return (
        f"<section{wide}><h2>{html.escape(section.title)}</h2>"
        f"<table><tr>{head}{'<th></th>' if with_bar else ''}</tr>{body}</table></section>"
    )
