"""A report as one HTML page that loads nothing: no script, no font, no picture from elsewhere."""

from collections.abc import Callable

from newsbeam.pipelines.report import COMMIT_META, Report
from newsbeam.pipelines.report_articles import (
    articles_by_time,
    kinds_and_completeness,
    lag_to_commit,
    stories_told,
)
from newsbeam.pipelines.report_html import escape, paragraph, prose, section
from newsbeam.pipelines.report_inner import columns_told, passes_told, sizes_told
from newsbeam.pipelines.report_inputs import funnel_told, rejects_told, sources_told
from newsbeam.pipelines.report_style import STYLE
from newsbeam.pipelines.report_verdict import Finding, headline, judge, worst

_MARKS = {"good": ("✓", "good"), "warn": ("!", "worth a look"), "bad": ("✗", "needs a person")}
#: Nothing may be asked for, whatever else went wrong.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
_SECTIONS: tuple[tuple[str, str, Callable[[Report], list[str]]], ...] = (
    ("articles", "Articles over time", articles_by_time),
    ("funnel", "From entries to articles", funnel_told),
    ("sources", "Sources", sources_told),
    ("lag", "From publication to commit", lag_to_commit),
    ("kinds", "Completeness and kinds of page", kinds_and_completeness),
    ("stories", "Most printed stories", stories_told),
    ("rejects", "Rejects", rejects_told),
    ("columns", "Columns", columns_told),
    ("passes", "Passes", passes_told),
    ("sizes", "Sizes and upkeep", sizes_told),
)


def write_page(report: Report) -> str:
    """Return the report as one HTML page."""
    findings = judge(report)
    root = escape(report.root)
    told = [(anchor, title, make(report)) for anchor, title, make in _SECTIONS]
    links = "".join(
        f'<a href="#{anchor}">{escape(title)}</a>' for anchor, title, has in told if has
    )
    sections = "\n".join(section(anchor, title, *has) for anchor, title, has in told if has)
    empty = ", ".join(title for _, title, has in told if not has)
    if empty:
        sections += section("nothing", "Nothing yet", paragraph(f"{empty}.", "none"))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="{COMMIT_META}" content="{report.number}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="data:,"><title>newsbeam: {root}</title>'
        f"<style>{STYLE}</style></head>\n<body><header>"
        f'<h1 class="{worst(findings)}">{escape(headline(report, findings))}</h1>'
        f'<p class="meta">{root}, commit {report.number:,}, '
        f"{report.made_at:%Y-%m-%d %H:%M} UTC</p></header>\n<main>"
        f"{section('verdict', 'Verdict', _verdict(report, findings))}"
        f'<nav aria-label="Sections">{links}</nav>\n{sections}</main>\n'
        f"<footer>{paragraph(prose(_footer(report)))}</footer></body></html>\n"
    )


def _verdict(report: Report, findings: list[Finding]) -> str:
    items = []
    for finding in findings:
        mark, said = _MARKS[finding.level]
        items.append(
            f'<li><span class="mark {finding.level}" role="img" aria-label="{said}">{mark}</span>'
            f"<b>{escape(finding.title)}</b><span>{prose(finding.text).text}</span></li>"
        )
    faults = "".join(f"<li>{prose(fault).text}</li>" for fault in report.faults[1:])
    more = f"<details><summary>All faults</summary><ul>{faults}</ul></details>" if faults else ""
    return f'<ul class="verdict">{"".join(items)}</ul>{more}'


def _footer(report: Report) -> str:
    return (
        f"Made by `newsbeam report` at {report.made_at:%Y-%m-%d %H:%M} UTC, from the log, the "
        "ledger and a few columns of the dataset. All times are in UTC."
    )
