"""How fast archives are read, beside FastWARC: CPU of both, in turns, over the same bytes.

    pip install fastwarc==2.0.1        # in an environment of its own; no dependency of ours
    python -m benchmarks.archives --peer THAT/bin/python > benchmarks/results/archives.md

Three things are measured: FastWARC, which parses the heads of answers and reads all blocks; our
reader of records, which reads the blocks of those that may be pages; and the whole of our reading,
with bodies decoded and each record judged. The archives are those of the evaluation data, and one
of them without its compression.
"""

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import ReadSettings
from newsbeam.transforms.sources.documents import open_documents
from newsbeam.transforms.sources.warc_records import read_records

_ROUNDS = 7
_BYTES = 30_000_000  # read in a round, of a file that is repeated until it has so many
_PEER = """
import io, sys, time
from fastwarc.warc import ArchiveIterator
data = open(sys.argv[1], "rb").read()
began = time.process_time()
for record in ArchiveIterator(io.BytesIO(data), parse_http=True):
    record.reader.read()
print(time.process_time() - began)
"""


def read_pages(data: bytes) -> tuple[float, int]:
    """Return seconds of CPU, and how many records had an outcome or were passed over."""
    began = time.process_time()
    reader = open_documents(
        BytesIO(data),
        Source(ref="a.warc"),
        ReadSettings(),
        seen_at=datetime(2026, 1, 1, tzinfo=UTC),
        max_entries=1,
    )
    settled = sum(1 for _ in reader)
    counted = sum(tally.count for tally in reader.passed_over.values())
    return time.process_time() - began, settled + counted


def read_blocks(data: bytes) -> float:
    """Return seconds of CPU of reading records alone."""
    began = time.process_time()
    for _ in read_records(BytesIO(data), 0, 1 << 24):
        pass
    return time.process_time() - began


def read_with_peer(python: str, path: Path) -> float:
    """Return FastWARC's seconds of CPU."""
    done = subprocess.run(
        [python, "-c", _PEER, str(path)], capture_output=True, text=True, check=True, timeout=600
    )
    return float(done.stdout)


def measure(name: str, data: bytes, python: str) -> str:
    """Return a line of the table."""
    data *= max(1, _BYTES // len(data))
    pages, blocks, peer, records = [], [], [], 0
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        for _ in range(_ROUNDS):
            seconds, records = read_pages(data)
            pages.append(seconds)
            blocks.append(read_blocks(data))
            peer.append(read_with_peer(python, Path(file.name)))
    whole, mine, other = map(statistics.median, (pages, blocks, peer))
    return (
        f"| {name} | {len(data) / 1e6:.0f} | {records:,} | {other:.2f} | {mine:.2f} | "
        f"{mine / other:.1f} | {whole:.2f} | {records / whole:,.0f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", required=True, help="a Python that has FastWARC")
    python = parser.parse_args().peer
    root = Path(__file__).parents[1]
    folder = Path(os.environ.get("NEWSBEAM_DATA", root.parent / "shared" / "data")) / "warc"
    if not folder.exists():
        sys.exit(f"{folder} is absent: set NEWSBEAM_DATA to the folder of the evaluation data.")
    news = (folder / "fundus_pages_cc-news-shape.warc.gz").read_bytes()
    mixed = (folder / "real" / "aut_example.warc.gz").read_bytes()
    print("# Reading archives\n\n`python -m benchmarks.archives --peer PYTHON-WITH-FASTWARC`\n")
    print(f"Median of {_ROUNDS} rounds in turns; FastWARC 2.0.1; seconds are of CPU.\n")
    print("| Archive | MB | Records | FastWARC | Records | Ratio | Pages | Records a second |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    print(measure("news pages, a gzip member each", news, python))
    print(measure("small records of all kinds, a gzip member each", mixed, python))
    print(measure("news pages, not compressed", gzip.decompress(news), python))


if __name__ == "__main__":
    main()
