"""What a page says of the articles: when, by whom, how late, how complete, how often printed."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from newsbeam.pipelines import report_plots as plots
from newsbeam.pipelines.report import Report, Series
from newsbeam.pipelines.report_html import (
    OPENED,
    SHOWN,
    Head,
    Markup,
    escape,
    link,
    long_table,
    paragraph,
    quote,
)
from newsbeam.pipelines.report_words import count, duration, moment, period, share
from newsbeam.transforms.statistics.periods import LEAST_DAYS
from newsbeam.transforms.statistics.stories import Story

_UNITS = ((86_400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))
_HOW = {"first": "first", "url": "same URL", "exact": "word for word", "near": "nearly"}


def articles_by_time(report: Report) -> list[str]:
    """Return the plot by language, and publishers with what they brought when."""
    if not report.articles:
        return []
    starts, unit = report.periods.starts, report.periods.unit
    labels = [_short(period(start, unit), unit) for start in starts]
    names, series = _colours(report.languages)
    present = [(place, name) for place, name in enumerate(names) if any(series[place])]
    shown = sum(map(sum, series))
    span = f"{period(starts[0], unit)} to {period(starts[-1], unit)}"
    title = f"Articles a {unit}, by language"
    description = (
        f"{shown:,} of {report.rows(report.articles)}, by {unit} of publication, {span}. "
        + ", ".join(f"{name}: {sum(series[place]):,}" for place, name in present)
        + "."
    )
    figure = plots.figure(
        partial(
            plots.stacked_bars,
            title=title,
            description=description,
            labels=labels,
            series=series,
            axes=(f"{unit} of publication", "articles"),
        ),
        plots.WIDE,
    )
    note = f"{span}: {shown:,} of {report.rows(report.articles)}."
    if report.undated:
        note += f" {report.rows(report.undated)} without a date."
    if report.revisions:
        note += f" {count(report.revisions, 'is a revision', 'are revisions')} of an article."
    if elsewhen := report.articles - shown - report.undated:
        note += f" {elsewhen:,} of other times."
    return [
        figure,
        plots.key(present),
        paragraph(note, "soft"),
        "<h3>Languages</h3>",
        _over_time(report.languages, "Language", "languages", unit),
        "<h3>Publishers</h3>",
        _over_time(report.publishers, "Publisher", "publishers", unit),
    ]


def _colours(languages: Sequence[Series]) -> tuple[list[str], list[tuple[int, ...]]]:
    """Return as many series as there are colours; the last is all others together."""
    if len(languages) <= plots.COLOURS:
        return [each.name for each in languages], [each.counts for each in languages]
    own, others = languages[: plots.COLOURS - 1], languages[plots.COLOURS - 1 :]
    rest = tuple(map(sum, zip(*(each.counts for each in others), strict=True)))
    return (
        [*(each.name for each in own), f"{len(others)} others"],
        [*(each.counts for each in own), rest],
    )


def _short(name: str, unit: str) -> str:
    return name.removeprefix("week of ")[5:] if unit == "day" else name.removeprefix("week of ")


def _over_time(series: Sequence[Series], name: str, noun: str, unit: str) -> str:
    total = sum(each.articles for each in series)
    heads = (Head(name), Head(f"By {unit}"), Head("Articles", True), Head("Share", True))
    rows = [
        (
            quote(each.name),
            Markup(
                plots.sparkline(
                    each.counts,
                    (),
                    f"{each.name}: articles a {unit}",
                    f"{sum(each.counts):,} articles over {len(each.counts)} {unit}s, "
                    f"at most {max(each.counts, default=0):,} a {unit}.",
                )
            ),
            each.articles,
            share(each.articles, total),
        )
        for each in series[: SHOWN + OPENED]
    ]
    return long_table(heads, rows, f"Articles by {name.lower()}", noun, len(series), hidden=True)


def lag_to_commit(report: Report) -> list[str]:
    """Return how long articles take from publication to commit."""
    lag = report.lag
    if not report.articles:
        return []
    dates = f"{report.to_the_day:,} are dated to the day alone, {report.undated:,} not at all"
    if not lag.articles:
        return [paragraph(f"No article has a time of day and a known commit: {dates}.")]
    median, p90 = lag.median_s or 0.0, lag.p90_s or 0.0
    said = f"Half within {duration(median)}, nine of ten within {duration(p90)}"
    classes = [
        name.replace("longer", "more").replace(" min", "m").replace(" ", "") for name in lag.classes
    ]
    histogram = plots.figure(
        partial(
            plots.stacked_bars,
            title="Articles by time to commit",
            description=f"{said}. "
            + ", ".join(f"{name}: {number:,}" for name, number in lag.classes.items())
            + ".",
            labels=classes,
            series=[tuple(lag.classes.values())],
            axes=("up to so long after publication", "articles"),
        )
    )
    size, unit = next(
        (pair for pair in _UNITS if max(filter(None, lag.median_by_day), default=0) >= 2 * pair[0]),
        _UNITS[-1],
    )
    # From the first day that has any on, as articles by day are.
    known = (place for place, each in enumerate(lag.median_by_day) if each is not None)
    first = min(next(known, 0), max(len(report.recent_days) - LEAST_DAYS, 0))
    days = report.recent_days[first:]
    values = [None if each is None else each / size for each in lag.median_by_day[first:]]
    trend = plots.figure(
        partial(
            plots.line,
            title="Median time to commit, by day",
            description=f"In {unit}, of the articles committed each day, "
            f"{days[0]} to {days[-1]}; "
            f"{sum(value is not None for value in values)} days have articles.",
            labels=[f"{day:%m-%d}" for day in days],
            values=values,
            axes=("day of the commit", unit),
            say=lambda value: f"{value:g}",
        )
    )
    note = (
        f"{said}: of {count(lag.articles, 'article')} with a time of day; "
        f"{dates}. A back catalogue that is read for the first time is as late as it is old."
    )
    return [paragraph(note), f'<div class="grid">{histogram}{trend}</div>']


def kinds_and_completeness(report: Report) -> list[str]:
    """Return two plots: how complete the articles are, and what kinds of page."""
    if not report.articles:
        return []
    parts = (
        _bars("How complete the articles are", report.completeness),
        _bars("What kinds of page they are", report.page_kinds),
    )
    note = "“unknown” is what had no page (rows, wire items), or was written by an older version."
    told = [f'<div class="grid">{"".join(parts)}</div>']
    if "unknown" in report.completeness or "unknown" in report.page_kinds:
        told.append(paragraph(note, "soft"))
    return told


def _bars(title: str, counts: Counter[str]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    total = sum(counts.values())
    rows = [(f"{name}: {n:,} ({share(n, total)})", [(0, n)]) for name, n in ranked]
    said = ", ".join(name for name, _ in rows)
    return plots.figure(
        partial(plots.rows_of_bars, title=title, description=f"{said}.", rows=rows, unit="articles")
    )


def stories_told(report: Report) -> list[str]:
    """Return the stories that were printed most often, with who printed them when."""
    heads = (Head("Story"), Head("Copies", True), Head("Who printed it when", wide=True))
    rows = [(quote(_title(story)), story.copies, _prints(story)) for story in report.stories]
    if not rows:
        return []
    return [
        long_table(
            heads, rows, "By number of copies in the last weeks, the newest first", "stories"
        )
    ]


def _title(story: Story) -> str:
    return story.title or "(without a title)"


def _prints(story: Story) -> Markup:
    lines = []
    for each in story.prints:
        how = _HOW.get(each.how, each.how)
        alike = f", {each.similarity:.0%} alike" if each.how == "near" else ""
        who = link(each.url, each.publisher or each.url or "unknown publisher")
        when = moment(each.published_at) or "undated"
        lines.append(
            f'<li>{who.text} <span class="soft">{escape(f"{when}, {how}{alike}")}</span></li>'
        )
    if len(lines) <= 5:
        return Markup(f'<ul class="plain">{"".join(lines)}</ul>')
    known = story.copies + any(each.how == "first" for each in story.prints)
    more = known - len(lines)
    last = f"<li class=soft>and {more:,} more</li>" if more > 0 else ""
    return Markup(
        f'<ul class="plain">{"".join(lines[:3])}</ul><details><summary>3 of {known:,} prints: show '
        f'more</summary><ul class="plain">{"".join(lines[3:])}{last}</ul></details>'
    )
