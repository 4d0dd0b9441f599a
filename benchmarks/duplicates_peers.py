"""What other tools find, used as their documentation shows it: texts in, pairs out.

Run by ``benchmarks.duplicates --peers`` with an interpreter that has them; no dependency of ours.
The argument names the tool; a JSON object of texts by id comes from standard input.

- datasketch: MinHashLSH over word 5-grams, 128 permutations, threshold .6; a match counts if the
  estimated Jaccard is at least .6.
- datatrove: its four MinHash stages with their defaults, 14 buckets of 8 hashes over word 5-grams.
"""

import contextlib
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = re.compile(r"\w+")
Pairs = list[tuple[str, str]]


def find_with_datasketch(texts: dict[str, str]) -> Pairs:
    """Return pairs of an article with each earlier one that it matches."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=0.6, num_perm=128)
    signatures: dict[str, Any] = {}
    pairs = []
    for article_id, text in texts.items():
        words = WORDS.findall(text.lower())
        grams = {" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))}
        signature = MinHash(num_perm=128)
        signature.update_batch([gram.encode() for gram in grams])
        for other in lsh.query(signature):
            if signature.jaccard(signatures[other]) >= 0.6:
                pairs.append((article_id, other))
        lsh.insert(article_id, signature)
        signatures[article_id] = signature
    return pairs


def find_with_datatrove(texts: dict[str, str]) -> Pairs:
    """Return pairs of each article with the first of its cluster."""
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig

    def read(*_: object) -> Iterator[Document]:
        for article_id, text in texts.items():
            yield Document(text=text, id=article_id)

    members: dict[int, list[str]] = {}

    class Keep:
        """Stands for the writer of what the filter drops."""

        def __enter__(self) -> "Keep":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def write(self, document: Document, _: int = 0) -> None:
            members.setdefault(document.metadata["minhash_cluster_id"], []).append(document.id)

    def keep(data: Iterator[Document], *_: object) -> Iterator[Document]:
        for document in data:
            cluster = document.metadata.get("minhash_cluster_id", -1)
            if cluster != -1:
                members.setdefault(cluster, []).append(document.id)
            yield document

    config = MinhashConfig()
    with tempfile.TemporaryDirectory() as root:
        signatures, buckets, clusters, logs = (
            str(Path(root) / name) for name in ("signatures", "buckets", "clusters", "logs")
        )
        stages: list[tuple[int, list[Any]]] = [
            (1, [read, MinhashDedupSignature(signatures, config=config)]),
            (config.num_buckets, [MinhashDedupBuckets(signatures, buckets, config=config)]),
            (1, [MinhashDedupCluster(buckets, clusters, config=config, save_cluster_id=True)]),
            (
                1,
                [
                    read,
                    MinhashDedupFilter(clusters, exclusion_writer=Keep(), load_cluster_ids=True),
                    keep,
                ],
            ),
        ]
        for number, (tasks, steps) in enumerate(stages):
            LocalPipelineExecutor(
                pipeline=steps, tasks=tasks, workers=1, logging_dir=f"{logs}/{number}"
            ).run()
    return [(other, first) for first, *others in members.values() for other in others]


def main() -> None:
    """Write the pairs and the CPU seconds."""
    find = {"datasketch": find_with_datasketch, "datatrove": find_with_datatrove}[sys.argv[1]]
    texts = json.load(sys.stdin)
    begun = time.process_time()
    with contextlib.redirect_stdout(sys.stderr):
        pairs = find(texts)
    print(json.dumps({"pairs": pairs, "cpu_s": time.process_time() - begun}))


if __name__ == "__main__":
    main()
