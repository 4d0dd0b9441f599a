"""The process that extraction processes are forked from, as its parent sees it.

What it is and does says ``nursery``, which runs in it.
"""

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading

from newsbeam.transforms.workers.wire import LENGTH, PID, outcome_size, receive, unpack_fault

#: It imports the extractors: a second, or many on a machine under load.
_START_S = 60.0
_END_S = 5.0


class Nursery:
    """Forks extraction processes of at most ``memory_mb`` each; threads may share it.

    It is started by ``begin``, or when it is needed, and started again where it was killed: by the
    system's memory guard for one.
    """

    def __init__(self, memory_mb: int) -> None:
        self.memory_mb = memory_mb
        self._lock = threading.Lock()  # guards what follows
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_ready = False
        atexit.register(self.close)

    @property
    def pid(self) -> int | None:
        """Return the id of its process, if there is one."""
        return self._process.pid if self._process else None

    def begin(self) -> None:
        """Start it, without waiting: its imports take half a second of another core."""
        # What fails here is tried again for the first page, and fails loudly there.
        with self._lock, contextlib.suppress(OSError):
            self._begun()

    def load(self, *, second_reader: bool = False) -> None:
        """Have loaded what many pages need, before the next process is forked.

        What only one in many needs, and only of HTML, is loaded if ``second_reader``.
        """
        with self._lock, contextlib.suppress(OSError):
            self._begun().sendall(b"h" if second_reader else b"w")

    def fork(self, channel: socket.socket) -> int:
        """Fork a process that serves ``channel``, and return its id.

        Raises:
            ModelError: A model of the extraction cannot be used.
            OSError, EOFError: No process could be started.
        """
        with self._lock:
            try:
                return self._fork(channel)
            except (OSError, EOFError):
                self._stop()
            try:
                return self._fork(channel)
            except (OSError, EOFError):
                self._stop()
                raise

    def kill(self, pid: int) -> None:
        """Kill a process that it forked, whatever that is doing."""
        with self._lock:
            if self._control is not None:
                try:
                    self._control.sendall(b"k" + PID.pack(pid))
                except OSError:
                    self._stop()

    def close(self) -> None:
        """End it with all that it forked."""
        with self._lock:
            self._stop()
        atexit.unregister(self.close)

    def _fork(self, channel: socket.socket) -> int:
        control = self._ready()
        socket.send_fds(control, [b"f"], [channel.fileno()])
        (pid,) = PID.unpack(receive(control, PID.size))
        return int(pid)

    def _ready(self) -> socket.socket:
        control = self._begun()
        if not self._is_ready:
            (pid,) = PID.unpack(receive(control, PID.size))
            if not pid:
                fault = unpack_fault(receive(control, outcome_size(receive(control, LENGTH.size))))
                self._stop()
                raise fault
            self._is_ready = True
        return control

    def _begun(self) -> socket.socket:
        if self._control is None:
            self._control, its = socket.socketpair()
            self._control.settimeout(_START_S)
            with its:
                self._process = _start(its.fileno(), self.memory_mb)
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            if not self._is_ready:  # it has no processes yet, and would first import to the end
                self._process.kill()
            try:
                self._process.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        self._is_ready = False


def _start(control_fd: int, memory_mb: int) -> "subprocess.Popen[bytes]":
    # Ctrl-C goes to the whole group; the parent decides when its processes end. What is imported
    # stays: looking for garbage in it takes a fifth of the time to start.
    code = (
        "import gc, signal; gc.disable(); signal.signal(signal.SIGINT, signal.SIG_IGN); "
        f"from newsbeam.transforms.workers.nursery import main; main({control_fd}, {memory_mb})"
    )
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-P", "-c", code],
        pass_fds=[control_fd],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        # Parent and child must see the same modules; one thread each, for they are many.
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "OPENBLAS_NUM_THREADS": "1",
        },
    )


_early: list[Nursery] = []  # one at most


def begin_early(memory_mb: int) -> None:
    """Start a nursery for the first pool, which is not there yet: what makes one imports much."""
    if not _early:
        _early.append(Nursery(memory_mb))
        _early[0].begin()


def new_nursery(memory_mb: int) -> Nursery:
    """Return a nursery: the one that was begun early, if it is of this kind."""
    while _early:
        nursery = _early.pop()
        if nursery.memory_mb == memory_mb:
            return nursery
        nursery.close()
    return Nursery(memory_mb)
