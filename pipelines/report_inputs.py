"""What a page says of the inputs: the funnel, the sources, the rejects."""

from collections import defaultdict
from functools import partial

from newsbeam.pipelines import report_plots as plots
from newsbeam.pipelines.report import Report
from newsbeam.pipelines.report_html import (
    OPENED,
    SHOWN,
    Head,
    Markup,
    escape,
    link,
    long_table,
    paragraph,
    prose,
    quote,
    table,
    time,
)
from newsbeam.pipelines.report_words import count, say_kind, share
from newsbeam.transforms.core.errors import REASONS, REMEDIES, say_reason
from newsbeam.transforms.statistics.funnel import STAGES
from newsbeam.transforms.statistics.history import count_of
from newsbeam.transforms.statistics.rejects import EXAMPLES, Rejected
from newsbeam.transforms.statistics.sources import DAYS, SourceHealth

_STATES = {"failing": "bad", "gone": "warn", "moved": "warn", "fine": "good"}


def funnel_told(report: Report) -> list[str]:
    """Return the funnel as a plot, and every way out of it as a table."""
    if not report.funnel:
        return []
    rows, keys = [], []
    for stage, ways in STAGES:
        whole = count_of(report.total, stage)
        named = [
            (place + 1, count_of(report.total, way), say_kind(way))
            for place, way in enumerate(ways)
        ]
        rest = whole - sum(number for _, number, _ in named)
        rows.append((f"{say_kind(stage)}: {whole:,}", [(0, rest), *((c, n) for c, n, _ in named)]))
        left = [(colour, f"{name} {number:,}") for colour, number, name in named if number]
        if left:
            keys.append(f"<h3>Of {whole:,} {say_kind(stage)}</h3>")
            keys.append(plots.key([(0, f"went on {rest:,}"), *left]))
    outs = [
        f"{say_kind(way)} {count_of(report.total, way):,}"
        for _, ways in STAGES
        for way in ways
        if count_of(report.total, way)
    ]
    described = f"{'; '.join(label for label, _ in rows)}. Ways out: {', '.join(outs) or 'none'}."
    figure = plots.figure(
        partial(
            plots.rows_of_bars,
            title="From what the sources held to what was written",
            description=described,
            rows=rows,
            unit="entries",
        )
    )
    plot = f'<div class="grid">{figure}<div>{"".join(keys)}</div></div>' if keys else ""
    heads = (
        Head("Stage or way out"),
        Head("Last run", True),
        Head("24 hours", True),
        Head("All", True),
        Head("Of entries", True),
    )
    entries = count_of(report.total, "entries")
    lines = [
        (
            Markup(_way(way.kind, way.reason)),
            way.last_pass,
            way.last_day,
            way.total,
            "" if way.kind in _NOT_ENTRIES else share(way.total, entries),
        )
        for way in report.funnel
    ]
    return [
        plot,
        table(heads, lines, "Every stage, and every way out, as the ledger counts"),
    ]


_NOT_ENTRIES = ("polled", "changed", "not_modified", "poll_failed", "passed_over")


def _way(kind: str, reason: str) -> str:
    name = escape(say_kind(kind, reason))
    if kind in dict(STAGES):
        return f"<b>{name}</b>"
    meaning = REASONS.get(reason)
    return f'{name} <span class="soft">({escape(meaning)})</span>' if meaning else name


def sources_told(report: Report) -> list[str]:
    """Return the sources, failing first, with their last weeks and the error in words."""
    if not report.sources:
        return []
    states: dict[str, int] = defaultdict(int)
    for source in report.sources:
        states[source.state] += 1
    said = ", ".join(f"{number:,} {state}" for state, number in states.items())
    heads = (
        Head("Source"),
        Head("State"),
        Head(f"New, last {DAYS} days"),
        Head("Last asked"),
        Head("Next"),
        Head("Error", wide=True),
    )
    rows = [_source(source, report) for source in report.sources[: SHOWN + OPENED]]
    note = "Bars are new entries a day; a mark below is a day with a failed poll."
    return [
        paragraph(f"{count(len(report.sources), 'source')}: {said}. {note}"),
        long_table(heads, rows, "Those first that need a person", "sources", len(report.sources)),
    ]


def _source(source: SourceHealth, report: Report) -> tuple[Markup | str, ...]:
    name = link(source.source, source.title or source.source)
    if source.title:
        name = Markup(f'{name.text}<br><span class="soft">{quote(source.source).text}</span>')
    state = f'<span class="state {_STATES[source.state]}">{source.state}</span>'
    is_due = source.next_at is not None and source.next_at <= report.made_at
    if source.state == "failing":
        good = time(source.good_at, report.made_at).text
        state += f' <span class="soft">{count(source.failures, "poll")}'
        state += " in a row" if source.failures > 1 else ""
        state += f", good {good}</span>" if good else "</span>"
    state = f"<span>{state}</span>"  # on a phone it stays together
    spark = plots.sparkline(
        source.new_by_day,
        source.failed_by_day,
        f"{source.title or source.source}: new entries a day",
        f"{sum(source.new_by_day):,} new entries in {DAYS} days, at most "
        f"{max(source.new_by_day):,} a day; "
        f"{source.failed_polls:,} of {source.polls:,} polls failed.",
    )
    return (
        name,
        Markup(state),
        Markup(spark),
        time(source.polled_at, report.made_at),
        "now" if is_due else time(source.next_at, report.made_at),
        _detail(source.error),
    )


def _detail(text: str | None) -> Markup:
    """Return what is said of a failure, some of it by the input: its direction stays with it."""
    return Markup(f"<bdi>{prose(text).text}</bdi>" if text else "")


def rejects_told(report: Report) -> list[str]:
    """Return why inputs failed, and where, with examples."""
    if not report.reject_reasons:
        return []
    total = report.reject_reasons.total()
    reasons = [
        (
            reason,
            stage,
            number,
            share(number, total),
            " ".join(
                filter(
                    None, (say_reason(reason) if reason in REASONS else "", REMEDIES.get(reason))
                )
            ),
        )
        for (stage, reason), number in report.reject_reasons.most_common()
    ]
    heads = (
        Head("Reason"),
        Head("Stage"),
        Head("Inputs", True),
        Head("Share", True),
        Head("Meaning", wide=True),
    )
    by_host = [
        (
            Markup(f"{escape(each.reason)} <span class=soft>({escape(each.stage)})</span>"),
            quote(each.host or "files"),
            each.count,
            _examples(each, report),
        )
        for each in report.rejected[: SHOWN + OPENED]
    ]
    told = [long_table(heads, reasons, "Of all time, as the ledger counts", "reasons")]
    if by_host:
        hosts = (Head("Reason"), Head("Host"), Head("Inputs", True), Head("Newest", wide=True))
        caption = (
            "Of the last weeks, by reason and host; an input counts once, however often it failed. "
            f"With up to {EXAMPLES} examples each"
        )
        told += [
            "<h3>Where</h3>",
            long_table(hosts, by_host, caption, "reasons and hosts", len(report.rejected)),
        ]
    return told


def _examples(rejected: Rejected, report: Report) -> Markup:
    lines = []
    for each in rejected.examples:
        status = f" (HTTP {each.http_status})" if each.http_status else ""
        lines.append(
            f'<li>{link(each.input).text} <span class="soft">{time(each.at, report.made_at).text}'
            f"{escape(status)}: {_detail(each.detail).text}</span></li>"
        )
    first, rest = lines[:1], lines[1:]
    shown = f'<ul class="plain">{"".join(first)}</ul>'
    if rest:
        shown += (
            f"<details><summary>1 of {len(lines)} examples: show more</summary>"
            f'<ul class="plain">{"".join(rest)}</ul></details>'
        )
    return Markup(shown)
