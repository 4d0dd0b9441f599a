"""Run a fuzz target, or give it inputs that were found before.

    pip install atheris                       # into the environment, or beside it with PYTHONPATH
    python -m benchmarks.fuzz feeds --seconds 600 --work /tmp/fuzz
    python -m benchmarks.fuzz feeds --replay /tmp/fuzz/feeds/crash-…

Targets: feeds, sitemaps, robots, http, archives, wires. The corpus and what was found stand below
the work folder.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.fuzz.seeds import SEEDS
from benchmarks.fuzz.words import WORDS

_INSTRUMENTED = ["newsbeam", "feedparser", "protego", "aiohttp"]
#: So many times as long as otherwise does instrumented code take.
_SLOWER = 4


def main() -> None:
    """Fuzz or replay."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(SEEDS))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--work", type=Path, default=Path("out/fuzz"))
    parser.add_argument("--replay", type=Path, nargs="+")
    arguments = parser.parse_args()
    if arguments.replay:
        from benchmarks.fuzz.targets import describe_findings

        findings = list(describe_findings(arguments.target, arguments.replay))
        print("\n".join(findings) or "Nothing is wrong with them.")
        sys.exit(bool(findings))
    fuzz(arguments.target, arguments.seconds, arguments.work / arguments.target)


def fuzz(target: str, seconds: int, folder: Path) -> None:
    """Fuzz until the time is over or something is found; does not return."""
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        from benchmarks.fuzz.targets import MAX_CPU_S, OPTIONS, run_target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[target]):
        (corpus / f"seed-{number}").write_bytes(seed + b"\0" * OPTIONS)
    words = folder / "words"
    words.write_text("".join(f'"{word}"\n' for word in WORDS[target]))
    options = [f"-max_total_time={seconds}", "-max_len=16384", "-timeout=30", "-rss_limit_mb=2048"]
    options += [
        f"-dict={words}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
        "-verbosity=1",
    ]

    def run(data: bytes) -> None:
        run_target(target, data, max_cpu_s=_SLOWER * MAX_CPU_S)

    atheris.Setup([sys.argv[0], str(corpus), *options], run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
