"""Measure a command as a whole: CPU of all its processes, wall time, peak memory of them all."""

import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
#: Summing up the pages of a process costs milliseconds: more often would slow what is measured.
_SAMPLE_S = 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a command took."""

    cpu_s: float  # user and system, all processes that were waited for
    wall_s: float
    peak_mb: float  # largest sum of the proportional memory of all processes, sampled
    code: int
    out: str
    err: str


def run(command: Sequence[str], *, timeout_s: float = 1800, memory: bool = True) -> Measured:
    """Run ``command`` to its end and return what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen(
        list(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid)
    if memory:
        peak.start()
    try:
        out, err = process.communicate(timeout=timeout_s)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        peak.stop()
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(cpu, wall, peak.kib / 1024, process.returncode, out, err)


class _Peak:
    """Samples the memory of a process and its descendants.

    Shared pages are divided by those who share them (PSS), so forked processes are not counted
    for what they have in common.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.kib = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            self.kib = max(self.kib, memory_kib(self._pid))


def memory_kib(pid: int) -> int:
    """Return the proportional memory of a process and its descendants."""
    return sum(_pss_kib(one) for one in family(pid))


def family(pid: int) -> list[int]:
    """Return a process and its descendants, itself first."""
    members = [pid]
    for member in members:
        try:
            for task in Path(f"/proc/{member}/task").iterdir():
                members += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return members


def _pss_kib(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:"), 0)


def machine() -> str:
    """Return what machine this is, for a table."""
    total = os.sysconf("SC_PHYS_PAGES") * _PAGE_KIB / 1024 / 1024
    return f"{len(os.sched_getaffinity(0))} cores, {total:.0f} GiB"
