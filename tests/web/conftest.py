"""Shared by the tests of fetching; the servers themselves stand in ``loopback``."""

import asyncio
import sys
from pathlib import Path

import pytest

# Test folders are no packages, so their helpers are found by path.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[2]))  # benchmarks


@pytest.fixture
def run():
    """Run a coroutine with a bound on its time."""

    def runner(work, seconds: float = 30.0):
        return asyncio.run(asyncio.wait_for(work, seconds))

    return runner
