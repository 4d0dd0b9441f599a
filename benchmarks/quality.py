"""Quality and speed of extraction on real pages, beside trafilatura's own on the same pages.

    python -m benchmarks.train_body --verdicts unseen.json
    python -m benchmarks.quality --unseen unseen.json            # prints the table
    python -m benchmarks.quality --unseen unseen.json --write    # and keeps it

The pages lie outside the repository: NEWSBEAM_DATA, or ../shared/data beside it. Predictions are
what ``ExtractionPool`` gives; its reference is ``trafilatura.bare_extraction(with_metadata=True)``
in this same run. Times are CPU seconds of one process over all pages, one extractor after the
other on each page, so that their ratio holds on any machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import trafilatura

from benchmarks.pages import ROOT, data_folder, half_of, read_pages, read_truth, truths
from newsbeam.transforms.core.records import Article, Page, Reject
from newsbeam.transforms.core.settings import ExtractSettings, QualitySettings, TextSettings
from newsbeam.transforms.extraction.article import extract_article
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.workers.pool import ExtractionPool

RESULT = ROOT / "benchmarks" / "results" / "quality.md"
COMMAND = "python -m benchmarks.quality"
OPTIONS = ExtractOptions.of(ExtractSettings(), TextSettings(), QualitySettings(), "benchmark")

#: Figures of the table: source, measure of score.py, what is aimed at.
FIGURES = (
    ("fundus", "body_F1", 0.974),
    ("fundus", "title_exact", 0.92),
    ("fundus", "author_exact", 0.94),
    ("fundus", "date_day", 0.99),
    ("fundus", "lang", None),
    ("articles", "body_F1", 0.955),
    ("articles", "title_exact", 0.91),
    ("articles", "author_exact", None),
    ("articles", "date_day", 0.91),
    ("trafeval", "seg_F1", 0.955),
    ("trafeval", "title_exact", 0.90),
    ("trafeval", "author_exact", 0.76),
    ("trafeval", "date_day", 0.92),
    ("htmldate", "date_day", 0.879),
    ("readability", "body_F1", None),
    ("readability", "title_exact", None),
    ("readability", "author_exact", None),
    ("readability", "date_day", None),
)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}")
    parser.add_argument("--keep", type=Path, help="leave the predictions in this folder")
    parser.add_argument(
        "--unseen",
        type=Path,
        help="what benchmarks.train_body --verdicts wrote: blocks judged by models that were not "
        "trained on their site",
    )
    arguments = parser.parse_args()
    data = data_folder()
    pages = list(read_pages(data))
    with tempfile.TemporaryDirectory() as folder:
        mine, theirs = Path(folder, "newsbeam"), Path(folder, "trafilatura")
        outcomes, wall = extract_all([page for _, page in pages])
        write(mine, (p for key, _ in pages if (p := predict(key, outcomes[key]))))
        write(theirs, (reference(key, page) for key, page in pages))
        scores = [score(data, each) for each in (mine, theirs)]
        for half in (0, 1):
            scores.append(score(data, mine, truth=write_half(data, Path(folder, str(half)), half)))
        unseen = Path(folder, "unseen")
        verdicts = json.loads(arguments.unseen.read_text()) if arguments.unseen else {}
        write(unseen, extract_unseen(pages, verdicts))
        scores.append(score(data, unseen))
        if arguments.keep:
            write(arguments.keep, (p for key, _ in pages if (p := predict(key, outcomes[key]))))
    timed = [(key, page) for key, page in pages if not key.startswith("wcxb/")]
    times = measure([page for _, page in timed])
    kinds = written_by_kind(data, outcomes)
    table = render(scores, times, [key for key, _ in timed], outcomes, wall, kinds)
    if arguments.unseen:
        table = table.replace(f"`{COMMAND}`", f"`{COMMAND} --unseen {arguments.unseen.name}`")
    print(table)
    if arguments.write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(table + "\n", encoding="utf-8")


def written_by_kind(data: Path, outcomes: dict[str, Article | Reject]) -> dict[str, list[bool]]:
    """Return of each page whether a row came of it, by source, or by kind where that is known."""
    written: dict[str, list[bool]] = {}
    for truth in truths(data):
        for known in read_truth(truth):
            name = known.get("kind") or truth.parent.name
            name = "wcxb, articles" if name == "article" else name
            written.setdefault(name, []).append(isinstance(outcomes[known["id"]], Article))
    return written


def extract_all(pages: list[Page]) -> tuple[dict[str, Article | Reject], float]:
    """Return the outcome of each page by its id, and the wall time of the pool."""
    with ExtractionPool(ExtractSettings(), OPTIONS) as pool:
        next(pool.map_unordered(pages[:1]))
        start = time.perf_counter()
        outcomes = {outcome.source_ref: outcome for outcome in pool.map_unordered(pages)}
        return outcomes, time.perf_counter() - start


def extract_unseen(
    pages: list[tuple[str, Page]], verdicts: dict[str, list[int]]
) -> Iterator[dict[str, Any]]:
    """Yield predictions for the pages of ``verdicts``, of blocks that were judged beforehand."""
    for key, page in pages:
        if key in verdicts:
            judged = np.array(verdicts[key], dtype=np.int64)
            model = SimpleNamespace(judge=lambda _rows, _keys, judged=judged: judged)
            with mock.patch(
                "newsbeam.transforms.extraction.body.body_model", lambda model=model: model
            ):
                outcome = extract_article(page, OPTIONS)
            if found := predict(key, outcome):
                yield found


def predict(key: str, outcome: Article | Reject) -> dict[str, Any] | None:
    """Return a row as score.py wants it, its date where it was written if the row says so."""
    if isinstance(outcome, Reject):
        return None
    published = outcome.published_at
    if published is None:
        date = None
    elif outcome.published_precision == "day":
        date = published.date().isoformat()
    else:
        zone = timezone(timedelta(minutes=outcome.published_utc_offset or 0))
        date = published.astimezone(zone).isoformat()
    return {
        "id": key,
        "title": outcome.title,
        "authors": list(outcome.authors),
        "date": date,
        "text": outcome.text,
        "lang": outcome.language,
    }


def reference(key: str, page: Page) -> dict[str, Any]:
    """Return what trafilatura itself finds, with its default settings."""
    document = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)
    if document is None:
        return {"id": key}
    return {
        "id": key,
        "title": document.title,
        "authors": (document.author or "").split("; "),
        "date": document.date,
        "text": document.text,
    }


def write(folder: Path, predictions: Iterator[dict[str, Any]]) -> None:
    """Write predictions where score.py looks for them."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(each) + "\n" for each in predictions)


def write_half(data: Path, folder: Path, half: int) -> Path:
    """Write the truth of half of the sites: rules were written looking at the first alone."""
    for source in truths(data):
        target = folder / source.relative_to(data)
        target.parent.mkdir(parents=True)
        with source.open(encoding="utf-8") as lines:
            target.write_text("".join(line for line in lines if half_of(json.loads(line)) == half))
    return folder


def score(data: Path, folder: Path, truth: Path | None = None) -> dict[str, dict[str, float]]:
    """Return the scores of a folder of predictions by source and measure."""
    scores: dict[str, dict[str, float]] = {}
    for part in ("", "wcxb"):
        command = [sys.executable, data / "score.py", (truth or data) / part, folder]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        scores |= {key.removeprefix("pages/"): value for key, value in json.loads(output).items()}
    return scores


def measure(pages: list[Page]) -> dict[str, list[float]]:
    """Return CPU seconds for each page: ours, and trafilatura's."""
    runs: dict[str, Callable[[Page], object]] = {
        "newsbeam": lambda page: extract_article(page, OPTIONS),
        "trafilatura": lambda page: trafilatura.bare_extraction(
            page.body, url=page.url, with_metadata=True
        ),
    }
    for run in runs.values():
        for page in pages[:20]:
            run(page)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number, page in enumerate(pages):
        # The second finds trafilatura's caches warm, so they take turns.
        for name, run in list(runs.items())[:: 1 if number % 2 else -1]:
            start = time.process_time()
            run(page)
            times[name].append(time.process_time() - start)
    return times


def render(
    scores: list[dict[str, dict[str, float]]],
    times: dict[str, list[float]],
    ids: list[str],
    outcomes: dict[str, Article | Reject],
    wall: float,
    kinds: dict[str, list[bool]],
) -> str:
    """Return the results as Markdown; ``times`` are those of the pages ``ids``, in their order."""
    mine, theirs, first, second, unseen = scores
    rejects = sum(isinstance(outcome, Reject) for outcome in outcomes.values())
    lines = [
        "# Extraction: quality and speed",
        "",
        f"`{COMMAND}` ({len(outcomes)} pages, {rejects} rejected)",
        "",
        "| Pages | Measure | trafilatura | newsbeam | half 1 | half 2 | unseen | aimed at |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for source, name, aim in FIGURES:
        before = theirs[source].get(name)
        shown = "–" if name == "lang" or before is None else f"{before:.3f}"
        target = "" if aim is None else f"{aim:.3f}"
        halves = " | ".join(f"{half[source][name]:.3f}" for half in (first, second))
        lines.append(
            f"| {'wcxb' if source == 'articles' else source} | {name} | {shown} "
            f"| {mine[source][name]:.3f} | {halves} "
            f"| {show_unseen(unseen, source, name)} | {target} |"
        )
    ours, reference_times = times["newsbeam"], times["trafilatura"]
    lines += [
        "",
        "The halves are of sites; rules were written looking at failures of the first alone, but "
        "for dates, the titles of fundus and the authors of wcxb, where both were looked at, and "
        "for the authors of trafeval, of which half of the second half was; titles that a rule "
        "changed were looked at in both. The models were "
        "trained on both. Texts under unseen are of blocks that were judged by models which had "
        "not seen their site, all else being the same (`train_body.md`); `train_kinds.md` says it "
        "of kinds.",
        "",
        "| Pages | Number | Written |",
        "|---|---:|---:|",
        *(
            f"| {name} | {len(values)} | {sum(values) / len(values):.1%} |"
            for name, values in kinds.items()
        ),
        "",
        "Dates are compared as days where they were written: published_at with "
        "published_utc_offset, where a row has one.",
        "",
        "| CPU a page | trafilatura with metadata | newsbeam, all of it | ratio |",
        "|---|---|---|---|",
        f"| mean | {mean_ms(reference_times):.1f} ms | {mean_ms(ours):.1f} ms "
        f"| {sum(ours) / sum(reference_times):.2f} |",
        *(
            f"| p{percent} | {percentile_ms(reference_times, percent):.1f} ms "
            f"| {percentile_ms(ours, percent):.1f} ms "
            f"| {percentile_ms(ours, percent) / percentile_ms(reference_times, percent):.2f} |"
            for percent in (50, 99)
        ),
        f"| slowest | {max(reference_times) * 1e3:.0f} ms | {max(ours) * 1e3:.0f} ms | |",
        "",
        f"Slowest of ours is {ids[ours.index(max(ours))]}, of trafilatura's "
        f"{ids[reference_times.index(max(reference_times))]}.",
        "",
        f"The pool took {wall:.1f} s of wall time: {len(outcomes) / wall:.0f} pages a second.",
    ]
    return "\n".join(lines)


def show_unseen(unseen: dict[str, dict[str, float]], source: str, name: str) -> str:
    """Return the figure of texts on sites that the model has not seen, where there is one."""
    value = unseen[source].get(name) if name in ("body_F1", "seg_F1") else None
    return f"{value:.3f}" if value else ""


def mean_ms(seconds: list[float]) -> float:
    """Return the mean in milliseconds."""
    return sum(seconds) / len(seconds) * 1e3


def percentile_ms(seconds: list[float], percent: int) -> float:
    """Return a percentile in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * percent // 100)] * 1e3


if __name__ == "__main__":
    main()
