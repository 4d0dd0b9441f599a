"""What a page says of the dataset itself: its columns, its passes, its sizes."""

from functools import partial

from newsbeam.pipelines import report_plots as plots
from newsbeam.pipelines.report import Report
from newsbeam.pipelines.report_html import (
    Head,
    Markup,
    escape,
    long_table,
    paragraph,
    prose,
    table,
    time,
)
from newsbeam.pipelines.report_words import count, duration, share, size
from newsbeam.transforms.statistics.columns import Column, Lengths
from newsbeam.transforms.statistics.history import count_of


def columns_told(report: Report) -> list[str]:
    """Return a profile of each column of the articles."""
    if not report.articles:
        return []
    heads = (
        Head("Column"),
        Head("Type"),
        Head("Empty", True),
        Head("Distinct", True),
        Head("Length", True),
        Head("Examples", wide=True),
    )
    rows = [
        (
            Markup(f"<b>{escape(column.name)}</b>"),
            Markup(f'<span class="soft">{escape(_type(column.type))}</span>'),
            "–" if column.nulls is None else share(column.nulls, 1),
            f"{column.distinct:,}" if column.distinct else "",
            _lengths(column.lengths),
            _examples(column),
        )
        for column in report.columns
    ]
    sampled = report.columns[0].sampled
    note = (
        f"Empty is the share of all {report.rows(report.articles)}, from Parquet's own statistics. "
        "Distinct values, lengths (least, median, most: characters or items) and examples are of "
        f"a sample of {count(sampled, 'row')}; of texts only the length is known, from char_count."
    )
    return [paragraph(note), long_table(heads, rows, "Columns of articles/", "columns")]


def _type(name: str) -> str:
    """Return a type as people say it; what is in a struct is told by `newsbeam schema`."""
    if name.startswith("struct"):
        return "struct"
    if name.startswith("list<"):
        return "list of structs" if "struct" in name else f"list of {name[5:-1].split(' ')[-1]}s"
    return name.split("[")[0]


def _lengths(lengths: Lengths | None) -> str:
    if lengths is None:
        return ""
    return f"{lengths.least:,} – {lengths.median:,.0f} – {lengths.most:,}"


def _examples(column: Column) -> Markup:
    return Markup(" · ".join(f"<bdi>{escape(each)}</bdi>" for each in column.examples))


def passes_told(report: Report) -> list[str]:
    """Return how long the last passes took, and what each page took of it."""
    timed = [each for each in report.recent if each.seconds is not None]
    if not timed:
        return []
    seconds = [each.seconds or 0.0 for each in timed]
    read = [count_of(each.counts, "fetched") for each in timed]
    pages, total = sum(read), sum(s for s, n in zip(seconds, read, strict=True) if n)
    labels = [f"{each.number:,}" for each in timed]
    # One point is no line, and what read nothing is no bar.
    drawn = []
    took = partial(
        plots.line,
        title="Seconds a pass took",
        description=f"{count(len(timed), 'pass', 'passes')}, from {min(seconds):.1f} to "
        f"{max(seconds):.1f} s.",
        labels=labels,
        values=seconds,
        axes=("commit", "seconds"),
        say=lambda value: f"{value:g}",
    )
    pages_read = partial(
        plots.stacked_bars,
        title="Articles read by a pass",
        description=f"{pages:,} articles in {count(len(timed), 'pass', 'passes')}.",
        labels=labels,
        series=[read],
        axes=("commit", "articles"),
    )
    if len(timed) > 1:
        drawn = [plots.figure(took), *([plots.figure(pages_read)] if pages else [])]
    each_took = f", {total / pages:.2f} s each" if pages else ""
    killed = {
        reason: number
        for (kind, reason), number in report.total.items()
        if kind == "rejected" and reason.startswith("extraction_") and number
    }
    ended = ", ".join(f"{reason} {number:,}" for reason, number in killed.items()) or "none"
    said = f"The last {count(len(timed), 'pass', 'passes')}" if len(timed) > 1 else "The only pass"
    note = (
        f"{said} read {count(pages, 'article')} in "
        f"{duration(sum(seconds))}{each_took}, with all that goes with it: polling, fetching, "
        f"extraction, comparing, writing. Extractions that were stopped or failed, of all time: "
        f"{ended}."
    )
    heads = (Head("Engine"), Head("Beam"), Head("Passes", True))
    engines = [(*key, number) for key, number in report.engines.most_common()]
    return [
        paragraph(note),
        f'<div class="grid">{"".join(drawn)}</div>' if drawn else "",
        table(heads, engines, "Where all passes ran"),
    ]


def sizes_told(report: Report) -> list[str]:
    """Return how large the dataset is, and what upkeep has done and has to do."""
    sizes = report.sizes
    heads = (
        Head("Table"),
        Head("Rows", True),
        Head("Files", True),
        Head("Folders", True),
        Head("Files in a folder, at most", True),
        Head("Size", True),
        Head("A row", True),
    )
    rows = [
        (
            each.table,
            each.rows,
            each.files,
            each.folders,
            each.most_files,
            size(each.bytes),
            size(each.bytes // each.rows) if each.rows else "",
        )
        for each in sizes.tables
    ]
    merged = time(sizes.merged_at, report.made_at).text
    due = (
        f"Upkeep would merge {count(sizes.due_files, 'file')} now (`newsbeam upkeep`)."
        if sizes.due_files
        else "No file is to be merged."
    )
    lines = [
        f"{count(sizes.commits, 'commit')}: {count(sizes.passes, 'pass', 'passes')}, "
        f"{sizes.merging:,} of upkeep, {sizes.forgetting:,} that forgot something.",
        f"The newest checkpoint covers commit {sizes.checkpoint:,}; {sizes.unfolded:,} came later."
        if sizes.checkpoint
        else f"No checkpoint yet; {count(sizes.unfolded, 'record')} to read.",
        due,
    ]
    if sizes.older_files:
        lines.append(f"{count(sizes.older_files, 'file')} of an older version of the schema.")
    if sizes.staged:
        lines.append(f"{count(sizes.staged, 'pass', 'passes')} running, or interrupted.")
    last = f"<p>Files were last merged {merged}.</p>" if merged else ""
    return [
        table(heads, rows, "Files that the newest commit names"),
        *(paragraph(prose(line)) for line in lines),
        last,
    ]
