import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("store", "kills"), [("disk", 25), ("s3", 10)])
def test_writers_that_are_killed_lose_double_and_tear_nothing(store, kills):
    """kill -9 with a live reader; the benchmark of the same name does it hundreds of times."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill9", "--kills", str(kills), "--store", store],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = {
        cells[1].strip(): int(cells[2])
        for cells in (line.split("|") for line in done.stdout.splitlines())
        if len(cells) == 4 and cells[2].strip().isdigit()
    }
    assert figures["commits that stand"] > 0
    assert figures["rows in articles/"] > 0
    assert figures["times the reader looked"] > 0
    assert sum(n for state, n in figures.items() if state.startswith("killed")) == kills
