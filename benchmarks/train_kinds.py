"""Train the model that tells articles from other kinds of pages, and say how well it does.

    pip install lightgbm==4.7.0 scikit-learn==1.9.1
    python -m benchmarks.train_kinds            # cross-validates: benchmarks/results/train_kinds.md
    python -m benchmarks.train_kinds --write    # and writes the model

newsbeam itself needs neither of the two.

Trees learn from the numbers of a page, a logistic regression from the words by which its makers
name its parts; what the two say is added. Words are known from several sites, so that none names a
publisher. Thresholds are chosen by margins out of fold; the folds are of registrable domains. Among
the pages are articles of a headline and a few paragraphs alone, made of the texts in
the truth, so that nothing becomes a listing for want of a frame.
"""

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.pages import ROOT, data_folder, half_of, read_page, read_truth, site_of, truths
from newsbeam.transforms.extraction.kind_model import MODEL, make_model, write_model
from newsbeam.transforms.extraction.page_features import page_features
from newsbeam.transforms.extraction.page_names import page_names
from newsbeam.transforms.pages.charset import decode_page
from newsbeam.transforms.pages.structured import find_article
from newsbeam.transforms.pages.walk import read_outline

RESULT = ROOT / "benchmarks" / "results" / "train_kinds.md"
COMMAND = "python -m benchmarks.train_kinds"
KINDS = ("article", "listing", "collection", "product", "service", "forum", "documentation")
GROUPS = (("listing", "collection", "product"), ("service", "forum", "documentation"))
SOURCES = ("fundus", "trafeval", "wcxb", "htmldate", "readability")
#: Share of a source's articles that may be rejected out of fold. Three threads of forums are among
#: the articles of trafeval, home pages and manuals among those of the last two.
BUDGET = {"fundus": 0.0, "trafeval": 0.0064, "wcxb": 0.005, "htmldate": 0.02, "readability": 0.03}
FOLDS, SEEDS, ROUNDS = 5, 2, 200
#: A word is known from so many sites; its weights are held small.
MIN_SITES, STRENGTH = 8, 0.05
#: What says less than this is left out.
MIN_WEIGHT = 10
MADE_WEIGHT = 0.5
SCALE = 1000  # of leaves, which are whole numbers in the model
SETTINGS = {
    "objective": "multiclass",
    "num_class": len(KINDS),
    "learning_rate": 0.06,
    "num_leaves": 6,
    "max_depth": 3,
    "min_data_in_leaf": 12,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True, slots=True)
class Example:
    """A page and what is known of it."""

    source: str  # "made" if it is no page but a text of the truth
    kind: str
    site: str
    half: int
    features: dict[str, int]
    names: frozenset[str]


def main() -> None:
    """Train and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {MODEL}")
    arguments = parser.parse_args()
    examples = list(read_examples(data_folder()))
    names = sorted(examples[0].features)
    fold = np.array([fold_of(each.site) for each in examples])
    margins = np.zeros((len(examples), len(KINDS) - 1))
    for number in range(FOLDS):
        others = [examples[row] for row in np.flatnonzero(fold != number)]
        rows = np.flatnonzero(fold == number)
        margins[rows] = evaluate(train(names, others), [examples[row] for row in rows])
    thresholds = choose_thresholds(examples, margins)
    print("thresholds", dict(zip(KINDS[1:], thresholds.tolist(), strict=True)))
    tables = [report("out of fold, on sites not trained on", examples, margins, thresholds)]
    content = train(names, examples)
    own = evaluate(content, examples)
    tables.append(report("the model, on what it was trained on", examples, own, thresholds))
    text = "\n".join(["# The model of page kinds", "", f"`{COMMAND}`", *tables])
    print(text)
    RESULT.write_text(text + "\n", encoding="utf-8")
    if arguments.write:
        content["thresholds"] = [0, *map(int, thresholds)]
        size = write_model(MODEL, content)
        print(f"{MODEL}: {size} bytes, {len(content['names'])} words")


def read_examples(data: Path) -> Iterator[Example]:
    """Yield all pages, and articles of a few paragraphs made of their texts."""
    for truth in truths(data):
        source = truth.parent.name if "wcxb" not in truth.parts else "wcxb"
        for number, known in enumerate(read_truth(truth)):
            page = read_page(truth, known)
            kind, site, half = known.get("kind", "article"), site_of(known), half_of(known)
            found = features_of(decode_page(page.body, None).text, page.url)
            yield Example(source, kind, site, half, *found)
            if kind == "article" and known.get("body") and known.get("title"):
                found = features_of(make_page(known, number), page.url if number % 3 else None)
                yield Example("made", kind, site, half, *found)


def features_of(html: str, url: str | None) -> tuple[dict[str, int], frozenset[str]]:
    """Return the features and the names of a page."""
    outline = read_outline(html)
    article = find_article(outline.json_ld, url)
    features = dict(page_features(outline, article=article, url=url))
    return features, page_names(outline)


def make_page(known: dict[str, Any], number: int) -> str:
    """Return a page of a headline and one to seven paragraphs, in elements of several kinds."""
    lines = [line for line in known["body"].split("\n") if line.strip()][: 1 + number % 7]
    tag = ("p", "div", "p")[number % 3]
    text = "".join(f"<{tag}>{escape(line)}</{tag}>" for line in lines)
    box = ("article", "main", "div class='content'")[number // 3 % 3]
    title = escape(known["title"])
    day = f"<time datetime='2026-03-{1 + number % 28:02}'></time>" if number % 2 else ""
    return (
        f"<html><head><title>{title}</title></head><body><{box}><h1>{title}</h1>{day}{text}"
        f"</{box.split()[0]}></body></html>"
    )


def fold_of(site: str) -> int:
    """Return the fold of a site; other bits than the half's."""
    digest = hashlib.md5(site.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[1:4], "big") % FOLDS


def train(features: list[str], examples: list[Example]) -> dict[str, Any]:
    """Return the content of a model that has no thresholds yet."""
    trees, names = train_trees(features, examples), train_names(examples)
    return {
        "features": features,
        "kinds": KINDS,
        "thresholds": [0] * len(KINDS),
        "trees": trees,
        "names": names,
    }


def train_trees(features: list[str], examples: list[Example]) -> list[list[Any]]:
    """Return the trees of each kind: ``[feature, threshold, left, right]`` or a leaf."""
    import lightgbm

    table = np.array([[each.features[name] for name in features] for each in examples])
    trees: list[list[Any]] = [[] for _ in KINDS]
    for seed in range(SEEDS):
        dataset = lightgbm.Dataset(table, kinds_of(examples), weight=weights_of(examples))
        booster = lightgbm.train({**SETTINGS, "seed": seed + 1}, dataset, ROUNDS)
        for number, tree in enumerate(booster.dump_model()["tree_info"]):
            trees[number % len(KINDS)].append(plain(tree["tree_structure"]))
    return trees


def train_names(examples: list[Example]) -> dict[str, list[int]]:
    """Return what each word says for each kind."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    pages = [each for each in examples if each.source != "made"]  # the others have no names
    sites: dict[str, set[str]] = {}
    for each in pages:
        for name in each.names:
            sites.setdefault(name, set()).add(each.site)
    known = sorted(name for name, used in sites.items() if len(used) >= MIN_SITES)
    columns = {name: number for number, name in enumerate(known)}
    cells = [
        (row, columns[name])
        for row, each in enumerate(pages)
        for name in sorted(each.names)
        if name in columns
    ]
    rows, used_columns = zip(*cells, strict=True)
    table = csr_matrix((np.ones(len(cells)), (rows, used_columns)), (len(pages), len(known)))
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(table, kinds_of(pages))
    weights = np.rint(model.coef_.T * SCALE).astype(int)
    return {
        name: each.tolist()
        for name, each in zip(known, weights, strict=True)
        if np.abs(each).max() >= MIN_WEIGHT
    }


def kinds_of(examples: list[Example]) -> list[int]:
    """Return the number of each example's kind."""
    return [KINDS.index(each.kind) for each in examples]


def weights_of(examples: list[Example]) -> list[float]:
    """Return how much each example counts."""
    return [MADE_WEIGHT if each.source == "made" else 1.0 for each in examples]


def plain(node: dict[str, Any]) -> Any:
    """Return a tree of LightGBM as lists of whole numbers, its leaves shares of all boosters."""
    if "leaf_value" in node:
        return round(node["leaf_value"] * SCALE / SEEDS)
    left, right = plain(node["left_child"]), plain(node["right_child"])
    if left == right and isinstance(left, int):
        return left
    return [node["split_feature"], int(np.floor(node["threshold"])), left, right]


def evaluate(content: dict[str, Any], examples: list[Example]) -> np.ndarray:
    """Return by how much each other kind is likelier than an article."""
    model = make_model(content)
    return np.array(
        [model.margins([e.features[name] for name in model.features], e.names) for e in examples]
    )


def choose_thresholds(examples: list[Example], margins: np.ndarray) -> np.ndarray:
    """Return what each margin must exceed, so that most is rejected within the budget."""
    sources = np.array([each.source for each in examples])
    kinds = np.array([each.kind for each in examples])
    articles = kinds == "article"
    allowed = {s: int(share * (articles & (sources == s)).sum()) for s, share in BUDGET.items()}
    gains = sum(np.isin(kinds, group) / np.isin(kinds, group).sum() for group in GROUPS)
    never = 10**6
    best, most = np.full(len(KINDS) - 1, never), 0.0
    for price in np.geomspace(0.3, 0.003, 25):
        thresholds = np.full(len(KINDS) - 1, never)
        # At first an article costs a price, so that no kind takes the whole budget; then nothing.
        for cost in (price, price, price, 0.0, 0.0):
            for column in range(len(thresholds)):
                found = (-np.inf, never)
                for threshold in (*np.sort(margins[articles, column])[-25:], never):
                    thresholds[column] = threshold
                    rejected = (margins > thresholds).any(axis=1)
                    wrong = {s: (rejected & articles & (sources == s)).sum() for s in allowed}
                    if cost or all(wrong[s] <= number for s, number in allowed.items()):
                        gain = float(gains[rejected].sum()) - cost * sum(wrong.values())
                        found = max(found, (gain, int(threshold)))
                thresholds[column] = found[1]
        if found[0] > most:
            best, most = thresholds.copy(), found[0]
    return best


def report(name: str, examples: list[Example], margins: np.ndarray, thresholds: np.ndarray) -> str:
    """Return what is written as an article and which articles are rejected, by halves of sites."""
    rejected = (margins > thresholds).any(axis=1)
    kinds = np.array([each.kind for each in examples])
    sources = np.array([each.source for each in examples])
    halves = np.array([each.half for each in examples])
    named = np.array([KINDS[1 + int(row)] for row in margins.argmax(axis=1)])
    lines = [
        f"\n## {name.capitalize()}\n",
        "| | all | first half | second half |",
        "|---|---|---|---|",
    ]
    for title, mask in [
        *((f"{', '.join(group)}: written", np.isin(kinds, group)) for group in GROUPS),
        *((f"{kind}: written", kinds == kind) for kind in KINDS[1:]),
    ]:
        cells = [f"{1 - rejected[mask & part].mean():.3f}" for part in parts(halves)]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    for source in (*SOURCES, "made"):
        mask = (kinds == "article") & (sources == source)
        cells = [
            f"{rejected[mask & part].sum()} of {(mask & part).sum()}" for part in parts(halves)
        ]
        lines.append(f"| {source}, articles: rejected | {' | '.join(cells)} |")
    right = named[rejected] == kinds[rejected]
    lines.append(f"\nOf the pages rejected, {right.mean():.3f} are given their own kind.")
    return "\n".join(lines)


def parts(halves: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return masks of all pages and of each half."""
    return halves >= 0, halves == 0, halves == 1


if __name__ == "__main__":
    main()
