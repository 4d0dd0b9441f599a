"""Train the model that tells which blocks of a page are its article, and say how good it is.

    pip install catboost==1.2.10
    python -m benchmarks.train_body            # cross-validation: benchmarks/results/train_body.md
    python -m benchmarks.train_body --write    # … and transforms/extraction/body.npz

It reads the pages outside the repository (NEWSBEAM_DATA, or ../shared/data): those whose text is
known (fundus, wcxb's articles, and readability's with less weight), and those of trafeval, where
some segments are known and trafilatura, the teacher, says the rest with little weight. Each page
teaches three times: as it is, with the names of its elements taken away or its paragraphs made of
other elements, and without the frame around its article. A page that is judged in the
cross-validation is of a site that was not trained on. What is trained is the same
with each run on one machine; what is evaluated is the same to the bit everywhere.
"""

import argparse
import json
import math
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import trafilatura

from benchmarks.body_labels import label_blocks, label_segments, tokens
from benchmarks.pages import (
    FETCHED_AT,
    ROOT,
    data_folder,
    half_of,
    read_page,
    read_truth,
    site_of,
)
from newsbeam.transforms.core.records import Page
from newsbeam.transforms.extraction.body import judged_blocks, told_paragraphs
from newsbeam.transforms.extraction.features import FEATURES, MEANING, measure_blocks
from newsbeam.transforms.extraction.model import (
    PATH,
    UNITS,
    BodyModel,
    Trees,
    context_features,
    save_model,
)
from newsbeam.transforms.metadata.page_metadata import read_metadata
from newsbeam.transforms.pages.charset import decode_page
from newsbeam.transforms.pages.outline import Outline
from newsbeam.transforms.pages.walk import read_outline

RESULT = ROOT / "benchmarks" / "results" / "train_body.md"
COMMAND = "python -m benchmarks.train_body"
#: Which pages teach, and with what weight.
SOURCES = {
    "pages/fundus": 2.5,
    "wcxb/pages/articles": 1.0,
    "pages/readability": 0.4,
    "pages/trafeval": 0.4,
}
_SEGMENT_WEIGHT = 10.0
VARIANT_WEIGHT = 0.4
#: Most blocks are links of the frame: of those only so many are learned from.
LINKS_SHARE = 0.3
FOLDS = 5
ITERATIONS, DEPTH, RATE = 160, 6, 0.12


@dataclass(slots=True)
class Sample:
    """A page with the features, labels and weights of its blocks."""

    known: dict[str, Any]
    source: str
    site: str
    is_variant: bool
    texts: list[str]
    rows: np.ndarray
    keys: list[np.ndarray]
    labels: np.ndarray
    weights: np.ndarray
    scores: np.ndarray = field(default_factory=lambda: np.zeros(0))
    verdicts: np.ndarray = field(default_factory=lambda: np.zeros(0))
    context: np.ndarray = field(default_factory=lambda: np.zeros(0))


def main() -> None:
    """Train, and print how the model does on sites that it was not trained on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PATH.name}")
    parser.add_argument(
        "--verdicts",
        type=Path,
        help="keep what the cross-validation says there, for benchmarks.quality --unseen",
    )
    arguments = parser.parse_args()
    samples = list(read_samples(data_folder()))
    chances = chances_table()
    fold = folds({sample.site for sample in samples})
    for number in range(FOLDS):
        trees = train([s for s in samples if fold[s.site] != number], second=False)
        for sample in samples:
            if fold[sample.site] == number:
                sample.scores = trees.score(sample.rows)
    for sample in samples:
        sample.context = add_context(sample, chances)
    for number in range(FOLDS):
        trees = train([s for s in samples if fold[s.site] != number], second=True)
        for sample in samples:
            if fold[sample.site] == number:
                sample.verdicts = trees.score(sample.context)
    table = report(samples)
    print(table)
    RESULT.write_text(table + "\n", encoding="utf-8")
    if arguments.verdicts:
        seen = {s.known["id"]: s.verdicts.tolist() for s in samples if not s.is_variant}
        arguments.verdicts.write_text(json.dumps(seen))
    if arguments.write:
        first, second = train(samples, second=False), train(samples, second=True)
        save_model(PATH, BodyModel(first=first, second=second, table=chances), MEANING)
        print(f"{PATH.name}: {PATH.stat().st_size} bytes")


def read_samples(data: Path) -> Iterator[Sample]:
    """Yield the pages that teach."""
    for source, weight in SOURCES.items():
        truth = data / source / "truth.jsonl"
        for known in read_truth(truth):
            yield from read_variants(known, source, weight, read_page(truth, known))


def read_variants(
    known: dict[str, Any], source: str, weight: float, page: Page
) -> Iterator[Sample]:
    """Yield a page as it is judged, and as it might have been made by others."""
    outline = read_outline(decode_page(page.body, None).text)
    data = read_metadata(
        outline, url=page.url, entry=page.entry, fetched_at=FETCHED_AT, max_future_s=0
    )
    blocks = judged_blocks(outline)
    if not blocks:
        return
    if known.get("body"):
        labels = label_blocks(blocks, known["body"])
        weights = np.full(len(blocks), weight)
    else:
        document = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=False)
        labels = label_blocks(blocks, (document and document.text) or "")
        weights = np.full(len(blocks), weight if document else 0.0)
        label_segments(
            blocks, labels, weights, known["with"], known["without"], weight * _SEGMENT_WEIGHT
        )

    def sample(first: int, last: int, *, is_variant: bool) -> Sample:
        part = slice(first, last)
        rows, keys = measure_blocks(
            outline,
            blocks[part],
            headline=data.headline.first if data.headline is not None else None,
            title=data.metadata.title,
            summary=data.metadata.summary,
            told=told_paragraphs(data.metadata.body)[1],
        )
        return Sample(
            known=known,
            source=source,
            site=site_of(known),
            is_variant=is_variant,
            texts=[block.text for block in blocks[part]],
            rows=rows,
            keys=keys,
            labels=labels[part],
            weights=weights[part] * (VARIANT_WEIGHT if is_variant else 1),
        )

    yield sample(0, len(blocks), is_variant=False)
    chance = random.Random(known["id"])
    found = np.flatnonzero(labels)
    if not len(found):
        return
    head = data.headline.first if data.headline is not None else blocks[found[0]].index
    above = sum(block.index < min(head, blocks[found[0]].index) for block in blocks)
    below = int(found[-1]) + 1 + chance.choice((0, 4, 10, 20))
    change_markup(outline, chance)
    yield sample(0, len(blocks), is_variant=True)
    yield sample(max(0, above - chance.choice((0, 0, 3, 8))), below, is_variant=True)


def change_markup(outline: Outline, chance: random.Random) -> None:
    """Take the names of elements away, or make paragraphs of other elements."""
    if nameless := chance.random() < 0.6:
        for element in outline.elements:
            element.attrs = {k: v for k, v in element.attrs.items() if k not in ("class", "id")}
    if not nameless or chance.random() < 0.5:
        share = chance.choice((0.3, 0.6, 1.0))
        tag = chance.choice(("div", "div", "section", "x-line"))
        for element in outline.elements:
            if element.tag == "p" and chance.random() < share:
                element.tag = tag
    if chance.random() < 0.5:
        tags = {"article": "div", "main": "div"} if chance.random() < 0.7 else {"article": "aside"}
        for element in outline.elements:
            element.tag = tags.get(element.tag, element.tag)


def folds(sites: set[str]) -> dict[str, int]:
    """Return the fold of each site."""
    order = np.random.RandomState(1).permutation(sorted(sites))
    return {site: number % FOLDS for number, site in enumerate(order)}


def train(samples: Sequence[Sample], *, second: bool) -> Trees:
    """Return the trees that tell text from the rest; the second set knows the first's verdicts."""
    from catboost import CatBoostClassifier, Pool

    rows = np.concatenate([s.context if second else s.rows for s in samples])
    labels = np.concatenate([s.labels for s in samples])
    weights = np.concatenate([weigh(s) for s in samples])
    model = CatBoostClassifier(
        iterations=ITERATIONS,
        depth=DEPTH,
        learning_rate=RATE,
        l2_leaf_reg=3,
        border_count=64,
        random_seed=1,
        thread_count=1,
        verbose=0,
        allow_writing_files=False,
    )
    is_link = (rows[:, FEATURES.index("linked")] > 900) & (labels == 0)
    spared = is_link & (np.random.RandomState(2).random(len(rows)) > LINKS_SHARE)
    weights = np.where(is_link, weights / LINKS_SHARE, weights)
    known = (weights > 0) & ~spared
    model.fit(Pool(rows[known], labels[known], weight=weights[known]))
    return export(model)


def weigh(sample: Sample) -> np.ndarray:
    """Return weights by which long blocks count more, and long pages not much more."""
    sizes = sample.rows[:, 0]
    text = min(max(500, int((sizes * sample.labels).sum())), 20_000)
    return sample.weights * np.sqrt(np.minimum(sizes, 600)) * (3000 / text) ** 0.4


def export(model: Any) -> Trees:
    """Return a trained model in whole numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model.save_model(str(path), format="json")
        stored = json.loads(path.read_text())
    trees = stored["oblivious_trees"]
    features = np.zeros((len(trees), DEPTH), dtype=np.int32)
    thresholds = np.full((len(trees), DEPTH), np.iinfo(np.int32).max, dtype=np.int32)
    leaves = np.zeros((len(trees), 2**DEPTH), dtype=np.int32)
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            features[number, level] = split["float_feature_index"]
            thresholds[number, level] = math.floor(split["border"])
        values = np.round(np.array(tree["leaf_values"]) * UNITS)
        leaves[number, : len(values)] = values
    scale, bias = stored["scale_and_bias"]
    assert scale == 1
    return Trees(features, thresholds, leaves, round(float(np.ravel(bias)[0]) * UNITS))


def chances_table() -> np.ndarray:
    """Return probabilities in thousandths for scores from -8 to 8, in steps of an eighth."""
    return np.array([round(1000 / (1 + math.exp(-k / 8))) for k in range(-64, 65)], dtype=np.int32)


def add_context(sample: Sample, table: np.ndarray) -> np.ndarray:
    """Return the features of a page with what the first trees say of its blocks."""
    trees = Trees(
        np.zeros((1, 1), np.int32), np.zeros((1, 1), np.int32), np.zeros((1, 2), np.int32), 0
    )
    chances = BodyModel(trees, trees, table).chances(sample.scores)
    context = context_features(sample.scores, chances, sample.rows[:, 0], sample.keys)
    return np.hstack([sample.rows, context])


def report(samples: Sequence[Sample]) -> str:
    """Return body F1 by source and half, by the verdicts alone, as Markdown."""
    found: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        if not sample.is_variant and (truth := sample.known.get("body")):
            chosen = sample.verdicts > 0
            text = "\n".join(t for t, take in zip(sample.texts, chosen, strict=True) if take)
            for name in (sample.source, f"{sample.source}, half {half_of(sample.known)}"):
                found[name].append(f1(truth, text))
    return "\n".join(
        [
            "# The model of bodies, on sites that it was not trained on",
            "",
            f"`{COMMAND}`",
            "",
            "| Pages | Number | Body F1, blocks alone |",
            "|---|---:|---:|",
            *(
                f"| {name} | {len(values)} | {sum(values) / len(values):.4f} |"
                for name, values in sorted(found.items())
            ),
        ]
    )


def f1(truth: str, text: str) -> float:
    """Return F1 over runs of four words, as ``score.py`` counts it."""
    one, other = (
        Counter(zip(*(words[i:] for i in range(4)), strict=False))
        for words in (tokens(truth), tokens(text))
    )
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 0.0


if __name__ == "__main__":
    main()
