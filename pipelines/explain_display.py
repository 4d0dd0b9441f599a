"""An explanation for people: what was decided, when and why, and how texts differ."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from rich.console import Console
from rich.text import Text

from newsbeam.pipelines.display import cell, inert, show_json
from newsbeam.pipelines.explain import Comparison, Explanation
from newsbeam.transforms.dataset.lookup import Row
from newsbeam.transforms.dedup.difference import Change, shorten

_STYLES = {"same": "", "removed": "red", "added": "green"}
#: What was taken out of a page for a column of its own is green, what was left out is red.
_OWN_COLUMN = ("headline", "standfirst", "byline", "date")
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def show_explanation(console: Console, explained: Explanation, as_json: bool) -> None:
    """Print an explanation: plain where there is no terminal, coloured where there is."""
    if as_json:
        show_json(explained.to_json())
        return
    for line in _lines(explained):
        console.print(line, soft_wrap=True)


def _lines(explained: Explanation) -> Iterable[Text]:
    times = len(explained.entries)
    yield _heading("Met once" if times == 1 else f"Met {times} times")
    for row in explained.entries:
        stage = f" at {row['stage']}" if row["stage"] else ""
        revision = f", revision {row['revision']}" if row["revision"] else ""
        yield _item(f"{row['outcome']}{stage}{revision}", row["fetched_at"], row)
    for row in explained.rejects:
        yield _heading(f"Rejected at {row['stage']}: {row['reason']}")
        yield from _facts(row, "detail", "url", "http_status", "bytes_ref")
        yield _source(row)
    for row in explained.revisions:
        yield _heading(f"Written: {row['article_id']}, revision {row['revision']}")
        yield from _sourced(row, "title", row["title"])
        yield from _sourced(row, "authors", ", ".join(row["authors"]))
        yield from _facts(row, "publisher", "url", "canonical_url", "requested_url")
        yield _fact("published", _dated(row))
        yield from _facts(row, "modified_at", "first_seen_at", "fetched_at")
        yield _fact("language", f"{row['language']} ({row['language_confidence']:.2f})")
        yield from _facts(row, "agency", "page_kind", "completeness", "quality_flags", "extractor")
        yield from _cleaned(row)
        yield from _sent(row)
        yield from _facts(row, "supersedes", "cluster_id", "path")
        yield _source(row)
        yield from _taken_out(row)
        yield from _difference(explained.comparisons.get(f"revision {row['revision']}"))
    for number, row in enumerate(explained.repeats, 1):
        yield _heading(f"Duplicate of {row['duplicate_of']}, found by {_HOW[row['how']]}")
        yield from _facts(row, "duplicate_of_url", "title", "publisher", "url", "published_at")
        numbers = f"{row['similarity']:.3f}, containment {row['containment']:.3f}"
        yield _fact("similarity", numbers)
        yield from _facts(row, "cluster_id", "path")
        yield _source(row)
        yield from _difference(explained.comparisons.get(f"duplicate {number}"))
    if explained.copies:
        yield _heading(f"Other copies of the story: {len(explained.copies)}")
    for row in sorted(explained.copies, key=lambda row: str(row["published_at"])):
        said = f"{row['publisher'] or row['url'] or row['article_id']} ({row['how']}"
        yield _item(f"{said}, {row['similarity']:.2f})", row["published_at"], row)


_HOW = {"url": "its URL and text", "exact": "its text, word for word", "near": "nearly its text"}


def _sent(row: Row) -> Iterable[Text]:
    """Yield what a wire item says of itself, and whether it takes the article back."""
    wire = row.get("wire")
    if wire:
        yield _fact("wire", f"{wire['format']} {wire['format_version'] or ''}".strip())
        yield from _facts(wire, "guid", "version", "pub_status", "version_created", "embargoed")
        if wire["signals"]:
            yield _fact("signals", ", ".join(wire["signals"]))
        for note in wire["notes"]:
            yield _fact("note", note["text"])
    yield from _facts(row, "withdrawn")


def _cleaned(row: Row) -> Iterable[Text]:
    if row["cleaning"]:
        rules = (f"{cleaning['rule']} {cleaning['count']}" for cleaning in row["cleaning"])
        yield _fact("cleaning", ", ".join(rules))


def _taken_out(row: Row) -> Iterable[Text]:
    """Yield what readers see near the article and was taken out, under what it was taken for."""
    by_kind: dict[str, list[str]] = {}
    for removed in row["removed"]:
        by_kind.setdefault(removed["kind"], []).append(removed["text"])
    if by_kind:
        counts = (f"{kind} {len(texts)}" for kind, texts in by_kind.items())
        yield _fact("taken out", ", ".join(counts))
    for kind, texts in by_kind.items():
        style = _STYLES["added" if kind in _OWN_COLUMN else "removed"]
        for place, text in enumerate(texts):
            line = Text().append(f"    {'' if place else inert(kind):<15} ", style="dim")
            yield line.append(inert(text), style=style)


def _difference(compared: Comparison | None) -> Iterable[Text]:
    if compared is None:
        return
    verdict = compared.verdict
    yield _fact(
        "compared",
        f"with {compared.with_article}, revision {compared.with_revision}: Jaccard "
        f"{verdict.similarity:.3f}, containment {verdict.containment:.3f}, covered "
        f"{verdict.covered:.3f}, aligned {verdict.aligned:.3f}; decided by {verdict.basis}",
    )
    counts = {
        op: sum(each.words for each in compared.changes if each.op == op)
        for op in ("removed", "added")
    }
    yield _fact("difference", f"{counts['removed']} words removed, {counts['added']} added")
    text = Text("    ")
    for change in shorten(compared.changes):
        text.append_text(_shown(change)).append(" ")
    yield text


def _shown(change: Change) -> Text:
    marked = _MARKS[change.op].format(inert(change.text.strip().replace("\n\n", " ¶ ")))
    return Text(marked, style=_STYLES[change.op])


def _dated(row: Row) -> str:
    flags = "".join(f", {flag}" for flag in row["published_flags"])
    if row["published_at"] is None:
        return f"unknown{flags}"
    at, offset, local = row["published_at"], row["published_utc_offset"], ""
    if offset is not None:
        there = datetime.fromisoformat(at).astimezone(timezone(timedelta(minutes=offset)))
        local = f"{there.isoformat(' ', 'minutes')} there, "
    return (
        f"{at} ({local}from {row['published_source']}, to the {row['published_precision']}{flags})"
    )


def _sourced(row: Row, name: str, value: str | None) -> Iterable[Text]:
    source = row[f"{name}_source"]
    if value:
        yield _fact(name, f"{value} (from {source})" if source else value)


def _source(row: Row) -> Text:
    name = f" ({row['source_id']})" if row["source_id"] else ""
    return _fact(
        "source", f"{row['source_kind']} {row['source_ref']}{name}, commit {row['commit']}"
    )


def _facts(row: Row, *names: str) -> Iterable[Text]:
    for name in names:
        value = row[name]
        if isinstance(value, list | tuple):
            value = ", ".join(value)
        if value not in (None, ""):
            yield _fact(name, value)


def _fact(name: str, value: object) -> Text:
    return Text(f"  {name:<17} ", style="dim").append_text(cell(value))


def _item(what: str, when: object, row: Row) -> Text:
    return Text("  ").append_text(cell(f"{when or 'undated'}  {what}, commit {row['commit']}"))


def _heading(text: str) -> Text:
    return Text(inert(text), style="bold")
