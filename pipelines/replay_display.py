"""What extracting pages again has shown: change by change, and in sum."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from newsbeam.pipelines.display import cell, inert, show_json, show_outcome
from newsbeam.pipelines.report_words import count

if TYPE_CHECKING:  # which imports Beam
    from newsbeam.pipelines.replay import Change, Replay

#: A value is shown up to so many characters.
_CHARS = 240
#: Words of a text that are shown on each side of what differs.
_AROUND = 4


@dataclass
class ChangeLines:
    """Prints each change when it is found, or keeps it for JSON."""

    console: Console
    as_json: bool
    kept: list[dict[str, Any]] = field(default_factory=list)

    def add(self, change: "Change") -> None:
        """Take in a change."""
        if self.as_json:
            self.kept.append(
                {
                    "url": change.url,
                    "source_ref": change.source_ref,
                    "before": change.before,
                    "after": change.after,
                    "commits": change.commits,
                    "columns": {
                        name: list(_values(name, *v)) for name, v in change.columns.items()
                    },
                }
            )
            return
        named = inert(change.url or change.source_ref)
        stays = "" if change.commits else " (its row stays)"
        self.console.print(Text(f"{named}: {change.kind}{stays}", style="bold"), soft_wrap=True)
        for name, pair in change.columns.items():
            shown = " → ".join(_values(name, *pair))
            self.console.print(Text(f"  {name}: {inert(shown)}"), soft_wrap=True)


def _values(name: str, before: object, after: object) -> Iterator[str]:
    """Yield what is shown of two values: of texts one line with where they differ."""
    if name != "text":
        yield from (_clip(_plain(value)) for value in (before, after))
        return
    from newsbeam.transforms.dedup.difference import compare_words, shorten

    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    changes = shorten(compare_words(str(before), str(after)), _AROUND)
    yield _clip(" ".join(marks[change.op].format(change.text) for change in changes))


def _plain(value: object) -> str:
    if value is None or value == ():
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value))
    slots = getattr(value, "__slots__", None)
    if slots is not None and not hasattr(value, "isoformat"):
        return " ".join(str(getattr(value, name)) for name in slots)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _clip(text: str) -> str:
    return text if len(text) <= _CHARS else text[: _CHARS - 1] + "…"


def show_replay(console: Console, done: "Replay", lines: ChangeLines, as_json: bool) -> None:
    """Print the sum of what was found, and what was committed."""
    if as_json:
        outcome = None if done.outcome is None else done.outcome.to_json()
        show_json(
            {
                "pages": done.pages,
                "changed": sum(done.counts.values()),
                "outdated": done.outdated,
                "rejects_without_bytes": done.unkept,
                "counts": done.counts,
                "columns": done.columns,
                "changes": lines.kept,
                "committed": outcome,
            }
        )
        return
    for sentence in _sentences(done):
        console.print(cell(sentence), soft_wrap=True)
    if done.outcome is not None:
        show_outcome(console, done.outcome, "text")


def _sentences(done: "Replay") -> Iterator[str]:
    changed = sum(done.counts.values())
    were = "was" if done.pages == 1 else "were"
    yield f"{count(done.pages, 'page')} {were} extracted again, {changed:,} changed."
    for kind, number in sorted(done.counts.items(), key=lambda each: (-each[1], each[0])):
        yield f"  {kind}: {number:,}"
    for name, number in sorted(done.columns.items(), key=lambda each: (-each[1], each[0])):
        yield f"    {name}: {number:,}"
    if not done.kept:
        yield "The dataset keeps no bytes of pages: set keep.bytes before they are read."
    if done.outdated:
        yield f"Older than what the dataset has of their articles: {done.outdated:,}."
    if done.unkept:
        yield (
            f"Rejects without kept bytes: {done.unkept:,}; they failed before there was a page, or "
            "keep.bytes was off."
        )
