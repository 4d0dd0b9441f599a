"""Near-duplicates of a large corpus that is made from real articles, from text to verdict.

    python -m benchmarks.duplicates_scale make FOLDER COUNT
    python -m benchmarks.duplicates_scale pass FOLDER COUNT     one pass over the first COUNT texts
    python -m benchmarks.duplicates_scale shards FOLDER COUNT   the same, its keys in 8 shards
    python -m benchmarks.duplicates_scale index FOLDER COUNT    a pass of 10,000 after COUNT known

``benchmarks.duplicates --scale`` runs all four. Of the corpus, 70 in 100 texts are stories: a real
article with half of its words replaced, so that no two are alike; the others are copies of one of
the 20,000 stories before them, edited, cut or enlarged. The texts belong to 500 sites, and a fifth
of the sites put a block of 60 words, always the same, under each text.
"""

import json
import os
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import starmap
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.duplicates import load_corpus
from newsbeam.transforms.core.settings import DuplicateSettings
from newsbeam.transforms.dedup.clusters import find_components
from newsbeam.transforms.dedup.links import (
    Link,
    Linked,
    NewArticle,
    find_links,
    writing_order,
)
from newsbeam.transforms.dedup.near import (
    NearDuplicate,
    NearResult,
    find_near_duplicates,
    judge_linked,
)
from newsbeam.transforms.dedup.signatures import SignatureBlock, decode_column
from newsbeam.transforms.dedup.signing import encode_signature, sign

SITES = 500
RECENT_STORIES = 20_000
NEW_ARTICLES = 10_000
SHARDS = 8
CHUNK = 2_000
SEEN_AT = datetime(2026, 3, 1, tzinfo=UTC)


class Texts:
    """The texts of a made corpus by number, read from its file when asked for."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "texts.bin", os.O_RDONLY)
        self._offsets = np.load(folder / "offsets.npy", mmap_mode="r")
        self.roots = np.load(folder / "roots.npy", mmap_mode="r")

    def __getitem__(self, number: int) -> str:
        start, stop = self._offsets[number : number + 2].tolist()
        return os.pread(self._file, stop - start, start).decode()


def make(folder: Path, count: int) -> None:
    """Write ``count`` texts and, for each, the number of the story that it tells."""
    rng = random.Random(7)
    bases = [text.split() for text in load_corpus().values() if len(text) > 400]
    vocabulary = [word for words in rng.sample(bases, 300) for word in words]
    blocks = [" ".join(rng.choice(bases)[:60]) if site % 5 == 0 else "" for site in range(SITES)]
    stories: list[tuple[int, list[str]]] = []
    offsets, roots = [0], []
    with (folder / "texts.bin").open("wb") as file:
        for number in range(count):
            if stories and rng.random() < 0.3:
                root, words = rng.choice(stories)
                words = perturb(words, rng, vocabulary)
            else:
                root, words = number, replace_words(rng.choice(bases), 0.5, rng, vocabulary)
                stories.append((root, words))
                if len(stories) > RECENT_STORIES:
                    stories[rng.randrange(RECENT_STORIES)] = stories.pop()
            block = blocks[rng.randrange(SITES)]
            data = (" ".join(words) + "\n\n" + block).encode()
            file.write(data)
            offsets.append(offsets[-1] + len(data))
            roots.append(root)
    np.save(folder / "offsets.npy", np.array(offsets))
    np.save(folder / "roots.npy", np.array(roots))


def replace_words(
    words: list[str], share: float, rng: random.Random, vocabulary: list[str]
) -> list[str]:
    """Return ``words`` with a share of them replaced, drawn one by one."""
    changed = list(words)
    for at in rng.sample(range(len(words)), int(share * len(words))):
        changed[at] = rng.choice(vocabulary)
    return changed


def perturb(words: list[str], rng: random.Random, vocabulary: list[str]) -> list[str]:
    """Return a copy of a story as a reprint would have it."""
    kind = rng.randrange(6)
    if kind == 0:
        return words
    if kind == 1:
        return ["LONDON", "(Agency)", "—", *words]
    if kind == 2:
        return words[: int(len(words) * rng.uniform(0.4, 0.9))]
    if kind == 3:
        at = rng.randrange(len(words))
        return [*words[:at], *rng.choices(vocabulary, k=40), *words[at:]]
    return replace_words(words, 0.02 if kind == 4 else 0.05, rng, vocabulary)


def sign_range(folder: Path, start: int, stop: int) -> list[bytes]:
    """Return the signatures of the texts from ``start`` to ``stop``."""
    texts = Texts(folder)
    return [encode_signature(sign(texts[number])) for number in range(start, stop)]


def sign_all(folder: Path, start: int, stop: int) -> list[bytes]:
    """Return the signatures of the texts from ``start`` to ``stop``, made by two processes."""
    starts = range(start, stop, CHUNK)
    with ProcessPoolExecutor(2) as pool:
        parts = pool.map(
            sign_range, [folder] * len(starts), starts, [min(s + CHUNK, stop) for s in starts]
        )
        return [signature for part in parts for signature in part]


def run_pass(folder: Path, count: int) -> dict[str, float]:
    """Judge the first ``count`` texts in one pass; leave their signatures for ``run_index``."""
    texts = Texts(folder)
    begun, cpu_before_s = time.perf_counter(), cpu_seconds()
    signatures = sign_all(folder, 0, count)
    sign_cpu_s = cpu_seconds() - cpu_before_s
    result = judge(texts, 0, signatures)
    cpu_s = cpu_seconds() - cpu_before_s
    wall_s = time.perf_counter() - begun
    table = {
        "article_id": [f"{number:08d}" for number in range(count)],
        "signature": pa.array(signatures, pa.large_binary()),
    }
    pq.write_table(
        pa.table(table),
        folder / f"index-{count}.parquet",
        row_group_size=50_000,
        compression="zstd",
        compression_level=1,
        use_dictionary=False,
    )
    return {
        "wall_s": wall_s,
        "sign_cpu_s": sign_cpu_s,
        "judge_cpu_s": cpu_s - sign_cpu_s,
        **score(texts, 0, count, result),
    }


def run_shards(folder: Path, count: int) -> dict[str, float]:
    """Judge the first ``count`` texts as the pipeline does with several shards, one by one.

    Each shard is a process of its own, as on a cluster, so that its memory can be told.
    """
    texts = Texts(folder)
    begun, cpu_s = time.perf_counter(), cpu_seconds()
    signatures = sign_all(folder, 0, count)
    articles = [new_article(number, signature) for number, signature in enumerate(signatures)]
    links: dict[str, list[Link]] = defaultdict(list)
    peak_mb = 0.0
    for shard in range(SHARDS):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            linked, used_mb = pool.submit(link_shard, folder, count, shard).result()
        peak_mb = max(peak_mb, used_mb)
        for each in linked:
            links[each.article_id] += each.links
    labels = find_components((one, link.article_id) for one, each in links.items() for link in each)
    order = {
        one.article_id: writing_order(one.published_at, one.first_seen_at, 0, one.article_id)
        for one in articles
    }
    judged: list[NearDuplicate] = []
    for shard in range(SHARDS):
        mine = {one: links[one] for one in links if int(labels[one]) % SHARDS == shard}
        found = judge_linked(order, mine, lambda one: texts[int(one)], DuplicateSettings())
        judged += found.duplicates
    spent = {"wall_s": time.perf_counter() - begun, "cpu_s": cpu_seconds() - cpu_s}
    whole = judge(texts, 0, signatures)
    sizes = Counter(labels.values())
    return {
        **spent,
        "equal": set(whole.duplicates) == set(judged),
        "shard_mb": peak_mb,
        "links": sum(map(len, links.values())),
        "components": len(sizes),
        "largest": max(sizes.values()),
        **score(texts, 0, count, whole),
    }


def link_shard(folder: Path, count: int, shard: int) -> tuple[tuple[Linked, ...], float]:
    """Return the links of one shard, and the most memory that this process used, in MB."""
    signatures = pq.read_table(folder / f"index-{count}.parquet", columns=["signature"])
    # Of 46 keys, one at least is in each of so few shards.
    articles = starmap(new_article, enumerate(signatures["signature"].to_pylist()))
    found = find_links(articles, DuplicateSettings(), shard=shard, shards=SHARDS)
    return found.linked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_index(folder: Path, count: int) -> dict[str, float]:
    """Judge the 10,000 texts after the first ``count`` against an index of these."""
    texts = Texts(folder)
    begun, cpu_s = time.perf_counter(), cpu_seconds()
    signatures = sign_all(folder, count, count + NEW_ARTICLES)
    result = judge(texts, count, signatures, read_index(folder / f"index-{count}.parquet"))
    spent = {"wall_s": time.perf_counter() - begun, "cpu_s": cpu_seconds() - cpu_s}
    return {**spent, **score(texts, count, count + NEW_ARTICLES, result)}


def cpu_seconds() -> float:
    """Return what this process and those that it has waited for have used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def read_index(path: Path) -> Iterator[SignatureBlock]:
    """Yield the signatures in an index file, a row group at a time."""
    for batch in pq.ParquetFile(path).iter_batches(50_000):
        yield decode_column(batch["article_id"], batch["signature"])


def new_article(number: int, signature: bytes) -> NewArticle:
    """Return what has to be known of a text of the corpus."""
    return NewArticle(
        article_id=f"{number:08d}",
        published_at=None,
        first_seen_at=SEEN_AT,
        length=0,
        signature=signature,
    )


def judge(
    texts: Texts, start: int, signatures: list[bytes], known: Iterable[SignatureBlock] = ()
) -> NearResult:
    """Run a pass over the texts from ``start`` on."""
    articles = (
        new_article(number, signature) for number, signature in enumerate(signatures, start)
    )
    return find_near_duplicates(
        articles, lambda article_id: texts[int(article_id)], DuplicateSettings(), known
    )


def score(texts: Texts, start: int, stop: int, result: NearResult) -> dict[str, float]:
    """Return how many of the copies were found, and how much of what was found is right."""
    roots = texts.roots[start:stop]
    copies = int(np.count_nonzero(roots != np.arange(start, stop)))
    right = sum(
        bool(texts.roots[int(one.article_id)] == texts.roots[int(one.duplicate_of)])
        for one in result.duplicates
    )
    return {
        "articles": stop - start,
        "recall": right / copies,
        "precision": right / max(1, len(result.duplicates)),
        "compared": result.compared,
        "left_out": result.left_out,
    }


if __name__ == "__main__":
    action, where, how_many = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if action == "make":
        make(where, how_many)
    else:
        runs = {"pass": run_pass, "shards": run_shards, "index": run_index}
        print(json.dumps(runs[action](where, how_many)))
