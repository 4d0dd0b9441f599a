"""A report as JSON. Names of keys are a contract: they are only ever added."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from newsbeam.pipelines.report import Report, Series
from newsbeam.pipelines.report_verdict import headline, judge, worst
from newsbeam.transforms.statistics.history import Counts, Pass

#: Goes up if the meaning of a key changes.
FORMAT = 1


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON values; moments are datetimes in UTC, times are in seconds."""
    findings = judge(report)
    return {
        "format": FORMAT,
        "root": report.root,
        "made_at": report.made_at,
        "commit": report.number,
        "verdict": {
            "level": worst(findings),
            "headline": headline(report, findings),
            "findings": [asdict(finding) for finding in findings],
        },
        "audit": {"faults": report.faults},
        "last_run": _pass(report.last) if report.last else None,
        "last_24_hours": _counts(report.last_day),
        "24_hours_before": _counts(report.day_before),
        "changed": _changed(report),
        "volume": {
            "articles": report.articles,
            "revisions": report.revisions,
            "duplicates": report.duplicates,
            "rejects": report.rejects,
            "words": report.words,
        },
        "dates": {
            "newest": report.newest,
            "undated": report.undated,
            "to_the_day": report.to_the_day,
            "in_the_future": report.in_the_future,
        },
        "ledger": _counts(report.total),
        "periods": {
            "unit": report.periods.unit,
            "starts": [start.isoformat() for start in report.periods.starts],
        },
        "languages": _series(report.languages),
        "publishers": _series(report.publishers),
        "funnel": [asdict(way) for way in report.funnel],
        "sources": [asdict(source) for source in report.sources],
        "lag": asdict(report.lag),
        "completeness": dict(report.completeness.most_common()),
        "page_kinds": dict(report.page_kinds.most_common()),
        "stories": [asdict(story) for story in report.stories],
        "reject_reasons": [
            {"stage": stage, "reason": reason, "count": number}
            for (stage, reason), number in report.reject_reasons.most_common()
        ],
        "rejects": [asdict(rejected) for rejected in report.rejected],
        "columns": [asdict(column) for column in report.columns],
        "passes": [_pass(each) for each in report.recent],
        "sizes": asdict(report.sizes),
        "engines": [
            {"engine": engine, "beam": beam, "commits": number}
            for (engine, beam), number in report.engines.most_common()
        ],
        **_former(report),
    }


def _counts(counts: Counts) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "reason": reason, "count": number}
        for (kind, reason), number in sorted(counts.items())
        if number
    ]


def _pass(one: Pass) -> dict[str, Any]:
    return {
        "commit": one.number,
        "unit": one.unit,
        "committed_at": one.committed_at,
        "seconds": one.seconds,
        "engine": one.engine,
        "ledger": _counts(one.counts),
    }


def _changed(report: Report) -> dict[str, Any] | None:
    changed = report.changed
    return None if changed is None else {**asdict(changed), "counts": _counts(changed.counts)}


def _series(series: Sequence[Series]) -> list[dict[str, Any]]:
    return [asdict(each) for each in series]


def _former(report: Report) -> dict[str, Any]:
    """Return what was there before under its old names."""
    return {
        "Volume": [
            {"Table": table, "Rows": rows}
            for table, rows in (
                ("articles", report.articles),
                ("duplicates", report.duplicates),
                ("rejects", report.rejects),
                ("words", report.words),
                ("days", report.days),
            )
        ],
        "Ledger": [
            {"Class": f"{kind} ({reason})" if kind == "passed_over" else kind, "Count": number}
            for (kind, reason), number in _former_ledger(report.total).items()
        ],
        "Duplicates": [
            {"Found by": how, "Rows": report.total[f"{how}_duplicate", ""]}
            for how in ("exact", "near")
        ],
        "Languages": [
            {"Language": each.name, "Articles": each.articles} for each in report.languages
        ],
        "Publishers": [
            {"Publisher": each.name, "Articles": each.articles} for each in report.publishers[:30]
        ],
        "Completeness": _named("Completeness", report.completeness.most_common()),
        "Kinds of page": _named("Kind", report.page_kinds.most_common()),
        "Engines": [
            {"Engine": engine, "Beam": beam, "Commits": number}
            for (engine, beam), number in report.engines.most_common()
        ],
        "Rejects": [
            {"Stage": stage, "Reason": reason, "Rows": number}
            for (stage, reason), number in report.reject_reasons.most_common()
        ],
        "Sources": [
            {
                "Source": each.source,
                "Kind": each.kind,
                "Last outcome": each.outcome,
                "Reason": each.reason or "",
                "Entries": each.entries,
            }
            for each in report.sources[:30]
        ],
    }


def _former_ledger(total: Counts) -> Counts:
    """Return counts by kind, and of what was passed over by reason too."""
    found: Counts = Counter()
    for (kind, reason), number in total.items():
        found[kind, reason if kind == "passed_over" else ""] += number
    return found


def _named(name: str, counts: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{name: value, "Articles": number} for value, number in counts]
