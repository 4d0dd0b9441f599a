"""A job over one archive that is killed with -9 again and again: what is extracted twice.

    python -m benchmarks.archive_kills ARCHIVE --kills 20

The command is killed after random numbers of pages, each time begun again, and at last let run to
its end; each page that goes to an extraction process is noted. Prints figures as JSON.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.noted import NOTED

_PATIENCE_S = 1800


def main() -> None:
    """Kill, finish, and print what became of the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--pages", type=int, required=True, help="how many the archive has")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.archive, arguments.pages, arguments.kills, arguments.seed)))


def measure(archive: Path, pages: int, kills: int, seed: int = 1) -> dict[str, int]:
    """Return pages, kills that came in mid-archive, and extractions beyond one for each page."""
    draw, came = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as name:
        root, notes = Path(name) / "dataset", Path(name) / "notes"
        command = [sys.executable, "-c", NOTED, str(notes), "ingest", str(archive)]
        command += ["--output", str(root), "--log-format", "json"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        for extracted in sorted(draw.sample(range(pages // 50, pages), kills)):
            process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
            until = time.monotonic() + _PATIENCE_S
            while process.poll() is None and len(_given(notes)) < extracted:
                time.sleep(0.02)
                if time.monotonic() > until:
                    break
            if process.poll() is None:
                came += 1
                os.kill(process.pid, signal.SIGKILL)
            process.wait()
        done = subprocess.run(command, **quiet, timeout=_PATIENCE_S, check=False)  # type: ignore[call-overload]
        given = Counter(_given(notes))
    return {
        "code": done.returncode,
        "pages": len(given),
        "kills": came,
        "extracted twice": given.total() - len(given),
    }


def _given(notes: Path) -> list[str]:
    return notes.read_text().splitlines() if notes.exists() else []


if __name__ == "__main__":
    main()
