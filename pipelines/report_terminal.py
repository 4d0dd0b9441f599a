"""A report on a terminal, short: the verdict, and what is behind it."""

from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsbeam.pipelines.display import cell, inert
from newsbeam.pipelines.report import Report, Series
from newsbeam.pipelines.report_verdict import headline, judge, worst
from newsbeam.pipelines.report_words import count, duration, period, say_kind, size

_STYLES = {"good": "green", "warn": "yellow", "bad": "bold red"}
_MARKS = {"good": "✓", "warn": "!", "bad": "✗"}
_BARS = " ▁▂▃▄▅▆▇█"
#: Rows of a list, and characters of an error in one.
_TOP, _CHARS = 10, 90


def show_report(console: Console, report: Report) -> None:
    """Print the report."""
    findings = judge(report)
    console.print(Text(inert(headline(report, findings)), style=_STYLES[worst(findings)]))
    for finding in findings:
        line = Text(f"{_MARKS[finding.level]} ", style=_STYLES[finding.level])
        line.append(f"{finding.title}: ", style="bold").append(inert(finding.text))
        console.print(line, soft_wrap=True)
    for table in _tables(report):
        console.print(table)
    for title, text in _lines(report):
        line = Text(f"{title}: ", style="bold").append(inert(text))
        console.print(line, soft_wrap=True)


def _tables(report: Report) -> Iterable[Table]:
    yield _table(
        "What became of the inputs",
        ("", "Last run", "24 hours", "All"),
        (
            (say_kind(way.kind, way.reason), way.last_pass, way.last_day, way.total)
            for way in report.funnel
        ),
        numbers=3,
    )
    yield from _over_time(report, "Publishers", report.publishers)
    some = [source for source in report.sources if source.state != "fine"]
    if report.sources:
        yield _table(
            f"Sources{_of(min(len(some), _TOP), len(report.sources), 'that need a look')}",
            ("Source", "State", "Since", "New in 4 weeks", "Error"),
            (
                (
                    each.title or each.source,
                    each.state,
                    count(each.failures, "poll") if each.failures else "",
                    sparkline(each.new_by_day),
                    _clip(each.error or ""),
                )
                for each in some[:_TOP]
            ),
            numbers=0,
        )
    if report.stories:
        yield _table(
            f"Most printed{_of(min(len(report.stories), _TOP), len(report.stories))}",
            ("Story", "Copies"),
            ((story.title or story.cluster_id, story.copies) for story in report.stories[:_TOP]),
        )


def _clip(text: str) -> str:
    return text if len(text) <= _CHARS else text[: _CHARS - 1] + "…"


def _lines(report: Report) -> Iterable[tuple[str, str]]:
    """Yield what one line says."""
    lag = report.lag
    if lag.articles:
        yield (
            "From publication to commit",
            f"half within {duration(lag.median_s or 0)}, nine of ten within "
            f"{duration(lag.p90_s or 0)}, of {count(lag.articles, 'article')} with a time of day",
        )
    yield "Languages", _counted({each.name: each.articles for each in report.languages})
    yield "Completeness", _counted(report.completeness)
    yield "Kinds of page", _counted(report.page_kinds)
    tables = (f"{each.table} {each.rows:,} ({size(each.bytes)})" for each in report.sizes.tables)
    yield "Rows", ", ".join(tables)
    engines = (
        f"{engine}{beam and f', Beam {beam}'} ({number:,})"
        for (engine, beam), number in report.engines.most_common()
    )
    yield "Passes", "; ".join(engines)


def _over_time(report: Report, title: str, series: Sequence[Series]) -> Iterable[Table]:
    if not series:
        return
    starts, unit = report.periods.starts, report.periods.unit
    span = f"{period(starts[0], unit)} to {period(starts[-1], unit)}, by {unit}"
    yield _table(
        f"{title}{_of(min(len(series), _TOP), len(series))}",
        (title[:-1], span, "Articles"),
        ((each.name, sparkline(each.counts), each.articles) for each in series[:_TOP]),
    )


def _counted(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{name} {number:,}" for name, number in ranked[:_TOP])
    return f"{shown}{_of(_TOP, len(ranked))}" if len(ranked) > _TOP else shown or "none"


def _of(shown: int, there: int, which: str = "") -> str:
    if shown == there and not which:
        return ""
    return f": {shown:,} of {there:,} {which}".rstrip()


def sparkline(counts: Sequence[int]) -> str:
    """Return numbers as bars of the height of a letter."""
    most = max(counts, default=0) or 1
    last = len(_BARS) - 1
    return "".join(_BARS[-(-count * last // most)] for count in counts)


def _table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: int = 1
) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, title=Text(inert(title)), title_justify="left", title_style="bold"
    )
    for place, column in enumerate(columns):
        is_number = place >= len(columns) - numbers
        table.add_column(column, justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(cell(f"{each:,}" if isinstance(each, int) else each) for each in row))
    return table
