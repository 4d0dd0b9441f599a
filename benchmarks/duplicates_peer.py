"""What datasketch's MinHashLSH finds, as its documentation shows it: texts in, pairs out.

Run by ``benchmarks.duplicates --peers`` with an interpreter that has datasketch; not a dependency.
Word 5-grams, 128 permutations, threshold .6; each match is kept if the estimated Jaccard is at
least .6. Reads a JSON object of texts by id from standard input.
"""

import json
import re
import sys
import time

from datasketch import MinHash, MinHashLSH

WORDS = re.compile(r"\w+")


def main() -> None:
    """Write the pairs and the CPU seconds."""
    texts = json.load(sys.stdin)
    begun = time.process_time()
    lsh = MinHashLSH(threshold=0.6, num_perm=128)
    signatures = {}
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
    print(json.dumps({"pairs": pairs, "cpu_s": time.process_time() - begun}))


if __name__ == "__main__":
    main()
