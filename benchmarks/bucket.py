"""A dataset in a bucket beside one on a disk: wall time, requests, and what a long past costs.

The store is SeaweedFS on this machine, reached through a proxy that counts; both take their share
of the same cores, so a store of its own is faster. Everything is measured in turns in one run.

    python -m benchmarks.bucket > benchmarks/results/bucket.md

Needs the evaluation data for the pages (see ``benchmarks.real``); without it there are the texts.
"""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import obstore

from benchmarks import past
from benchmarks.measure import Measured, machine, run
from benchmarks.real import DATA, unpack_pages
from benchmarks.years import write_input
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.upkeep import keep_up
from newsbeam.transforms.stores.objects import open_bucket
from tests.support.buckets import BUCKET, Pointed, Proxy, Server, new_url

PASS = 100  # articles of a small pass
YOUNG = 10  # commits of the dataset that an old one is compared with
FULL_EVERY, UPKEEP_EVERY = 20, 50  # commits
MOST_WALL, MOST_PAST, MOST_REQUESTS = 1.25, 1.2, 8
#: Dollars for a thousand requests to S3 Standard, Northern Virginia, in 2025: those that write or
#: list, and those that read. Deletions cost nothing.
WRITING, READING = 0.005, 0.0004


def ingest(source: str, root: str) -> Measured:
    """Run the command, and end if it fails."""
    line = [sys.executable, "-m", "newsbeam", "ingest", source, "--output", root]
    done = run([*line, "--log-format", "json"], memory=False)
    if done.code:
        raise SystemExit(f"newsbeam ingest {source}: {done.err[-2000:]}")
    return done


def in_turns(roots: Sequence[Callable[[], str]], source: str, turns: int) -> list[Measured]:
    """Return for each place the run of the least wall time; one place after the other."""
    done: list[list[Measured]] = [[] for _ in roots]
    for _ in range(turns):
        for place, root in enumerate(roots):
            done[place].append(ingest(source, root()))
            print(f"{done[place][-1].wall_s:.1f} s", file=sys.stderr, flush=True)
    return [min(each, key=lambda one: one.wall_s) for each in done]


def compare_walls(
    work: Path, proxy: Proxy, pages: int, texts: int, turns: int
) -> tuple[list[str], Counter]:
    """Return lines of a table, and the requests of one run over the texts."""
    inputs = []
    if (DATA / "pages").is_dir():
        unpacked = unpack_pages(work)
        kept = unpacked[:: max(1, len(unpacked) // pages)][:pages]
        for page in {*unpacked} - {*kept}:
            page.unlink()
        inputs.append((f"{len(kept)} pages", str(work / "html")))
    inputs.append((f"{texts:,} texts", write_input(work / "texts.jsonl", "texts", texts)))
    lines = [
        "| Input | disk, wall (CPU) s | bucket, wall (CPU) s | ratio of wall | to reach |",
        "|---|---:|---:|---:|---:|",
    ]
    requests: Counter[str] = Counter()
    for name, source in inputs:
        roots = (lambda: str(work / f"disk-{time.monotonic_ns()}"), new_url)
        proxy.requests.clear()
        disk, bucket = in_turns(roots, source, turns)
        requests = Counter({kind: n // turns for kind, n in proxy.requests.items()})
        lines.append(
            f"| {name} | {disk.wall_s:.1f} ({disk.cpu_s:.1f}) | {bucket.wall_s:.1f} "
            f"({bucket.cpu_s:.1f}) | {bucket.wall_s / disk.wall_s:.2f} | ≤ {MOST_WALL} |"
        )
        print(lines[-1], dict(requests), file=sys.stderr, flush=True)
    return lines, requests


def make_past(root: str, commits: int) -> None:
    """Make many small commits, with upkeep now and then.

    The first ones and each 20th bring articles and polls; in the others nothing was due.
    """
    for number in range(commits):
        if number < YOUNG or number % FULL_EVERY == 0:
            past.small_commit(root, number, full=True)
        else:
            past.commit_rows(root, f"s{number:09d}", [], [])
        if number % UPKEEP_EVERY == UPKEEP_EVERY - 1 or number == commits - 1:
            keep_up(root, past.SETTINGS)
        if number % 500 == 0:
            print(f"{number:,} commits", file=sys.stderr, flush=True)


def copy_to_bucket(folder: Path) -> str:
    """Copy a dataset on a disk into the bucket and return where it is."""
    url = new_url()
    store, prefix = open_bucket(f"s3://{BUCKET}"), url.rpartition("/")[2]

    def put(path: Path) -> None:
        key = f"{prefix}/{path.relative_to(folder).as_posix()}"
        obstore.put(store, key, path.read_bytes(), use_multipart=False)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put, [path for path in folder.rglob("*") if path.is_file()]))
    return url


def requests_of_commit(root: str, proxy: Proxy, count: int = 3) -> int:
    """Make commits and return how many requests one needs beside three for each data file.

    It is the median: each 32nd makes a checkpoint too.
    """
    found = []
    for _ in range(count + 1):
        number = head(root)
        proxy.requests.clear()
        past.small_commit(root, number, full=True)
        # ``small_commit`` asks for the head itself, as a plan does: the hint and two records.
        needed = total(proxy.requests) - 3
        (commit,) = read_commits(root, after=number)
        found.append(needed - 3 * len(commit.files))
    # The first of a process asks whether the store creates, and fills caches.
    return statistics.median_low(found[1:])


def compare_pasts(work: Path, proxy: Proxy, folder: Path, turns: int) -> tuple[list[str], Counter]:
    """Return lines of a table, and the requests of a small pass after many commits."""
    old, young = copy_to_bucket(folder), new_url()
    make_past(young, YOUNG)
    commits = head(old)
    print(f"{commits:,} commits are in the bucket", file=sys.stderr, flush=True)
    names = iter(range(1000))

    def source() -> str:
        name = f"pass-{next(names)}"
        return write_input(work / f"{name}.jsonl", name, PASS)

    passes: dict[str, list[Measured]] = {old: [], young: []}
    requests: dict[str, list[Counter[str]]] = {old: [], young: []}
    for _ in range(turns):
        for root in (old, young):
            file = source()
            proxy.requests.clear()
            passes[root].append(ingest(file, root))
            requests[root].append(Counter(proxy.requests))
    of_commits = {root: requests_of_commit(root, proxy) for root in (old, young)}
    walls = {root: min(each.wall_s for each in passes[root]) for root in passes}
    cpus = {root: min(each.cpu_s for each in passes[root]) for root in passes}
    asked = {root: statistics.median(map(total, requests[root])) for root in requests}
    lines = [
        f"| | after {commits:,} commits | after {YOUNG} | ratio | to reach |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| A pass of {PASS} articles, {what} s | {each[old]:.2f} | {each[young]:.2f} | "
            f"{each[old] / each[young]:.2f} | ≤ {MOST_PAST} |"
            for what, each in (("wall", walls), ("CPU", cpus))
        ),
        f"| … requests of the whole command | {asked[old]:.0f} | {asked[young]:.0f} | "
        f"{asked[old] / asked[young]:.2f} | |",
        f"| Requests of a commit beside 3 for each data file | {of_commits[old]} | "
        f"{of_commits[young]} | | ≤ {MOST_REQUESTS} |",
    ]
    return lines, requests[old][-1]


def total(requests: Counter) -> int:
    """Return how many requests these are; listings are counted as GET too."""
    return requests.total() - requests["LIST"]


def price(requests: Counter) -> tuple[int, float]:
    """Return how many requests these are, and what they cost in dollars."""
    reading = requests["GET"] + requests["HEAD"] - requests["LIST"]
    writing = requests["PUT"] + requests["COPY"] + requests["LIST"]
    return total(requests), (reading * READING + writing * WRITING) / 1000


class Listing(Proxy):
    """Counts listings too, which are GET and are paid for like writing."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.rule = self._count

    def _count(self, method: str, path: str, _headers: dict[str, str]) -> None:
        if method == "GET" and "list-type=2" in path:
            self.requests["LIST"] += 1


def main() -> int:
    """Run and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=735)
    parser.add_argument("--texts", type=int, default=50_000, help="0: leave the walls out")
    parser.add_argument("--commits", type=int, default=10_000, help="0: leave the past out")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--past", help="a dataset with that many commits, made before")
    arguments = parser.parse_args()
    began = time.monotonic()
    memory = Path("/dev/shm")
    quick = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if arguments.past:
            folder = Path(arguments.past)
        elif arguments.commits:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=quick)), "old")
            make_past(str(folder), arguments.commits)
        server = Server(work / "weed")
        stack.callback(server.kill)
        server.start()
        proxy = Listing(server.port)
        stack.callback(proxy.close)
        stack.enter_context(Pointed(proxy.port))
        walls, pasts, paper = [], [], []
        if arguments.texts:
            walls, found = compare_walls(
                work, proxy, arguments.pages, arguments.texts, arguments.turns
            )
            paper.append((f"as texts, {arguments.texts:,} a command", found, arguments.texts))
        if arguments.commits:
            pasts, found = compare_pasts(work, proxy, folder, arguments.turns)
            paper.append(
                (f"as news, {PASS} a pass, after {arguments.commits:,} commits", found, PASS)
            )
        load = os.getloadavg()[2]
    print("# A dataset in a bucket\n")
    print(
        f"`python -m benchmarks.bucket --pages {arguments.pages} --texts {arguments.texts} "
        f"--commits {arguments.commits} --turns {arguments.turns}`, {machine()}\n"
    )
    print("SeaweedFS, the proxy that counts and newsbeam share the cores; the least of each turn;")
    print(f"{(time.monotonic() - began) / 60:.0f} minutes in all, load {load:.1f}.\n")
    if walls:
        print("\n".join(walls), end="\n\n")
    if pasts:
        print("\n".join(pasts), end="\n\n")
        print(
            f"Of the commits of the past, the first {YOUNG} and each {FULL_EVERY}th bring "
            f"{past.ROWS} articles and {past.FEEDS} polls,\nthe others nothing; upkeep after each "
            f"{UPKEEP_EVERY}th; the long one was made on a disk and copied.\n"
        )
    print("| A million articles, on paper | passes | requests | dollars |\n|---|---:|---:|---:|")
    for what, each, articles in paper:
        count, dollars = price(each)
        share = 1_000_000 / articles
        print(f"| {what} | {share:,.0f} | {count * share:,.0f} | {dollars * share:.2f} |")
    print(
        f"\nAt ${WRITING} for a thousand requests that write or list and ${READING} for those that "
        "read. Upkeep and\nreaders come on top: upkeep writes each merged file once more "
        "(3 requests) and copies each replaced one."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
