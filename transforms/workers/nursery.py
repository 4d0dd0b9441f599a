"""The process that extraction processes are forked from, and what those do.

``multiprocessing`` would run the parent's main module again in each child, which in a Beam worker
or under the command line means all of Beam. So the pool starts this module as a process of its
own: it imports the extractors once and then forks a worker whenever it is asked to, in a few
milliseconds and with most memory shared.

What extraction loads when it is first needed is loaded before the second worker is forked, or at
``w``: the first may be the only one, for a page or two, which need little of it. What one page of
HTML in many needs is loaded at ``h`` alone.

When it is ready, its process id comes over the control socket, or 0 and why it cannot be.

The control socket speaks single bytes: ``f`` with a socket attached asks for a worker that serves
it and is answered by its process id, ``k`` and a process id has it killed. A worker reads its
options and then pages, and writes outcomes (see ``wire``), until its socket closes.
"""

import contextlib
import ctypes
import gc
import os
import resource
import select
import signal
import socket
import sys
from datetime import UTC, datetime
from functools import cache
from importlib import import_module

from newsbeam.transforms.core.errors import InputError, ModelError
from newsbeam.transforms.core.garbage import Trimmer
from newsbeam.transforms.core.records import Entry, Page
from newsbeam.transforms.core.urls import registered_domain
from newsbeam.transforms.dedup.shingles import shingle
from newsbeam.transforms.dedup.signing import sign_article
from newsbeam.transforms.extraction.article import extract_article, reject_page
from newsbeam.transforms.extraction.models import check_models
from newsbeam.transforms.extraction.options import ExtractOptions
from newsbeam.transforms.text.gazetteer import is_city
from newsbeam.transforms.text.places import find_places
from newsbeam.transforms.workers.wire import (
    LENGTH,
    PID,
    pack_fault,
    pack_outcome,
    receive,
    unpack_options,
    unpack_page,
)

_PR_SET_PDEATHSIG = 1
_REAP_EVERY_S = 1.0
#: Bytes of pages after which a worker gives back what they left free: some 30 MB of its heap, which
#: the largest pages made. It takes a millisecond.
_TRIM_EVERY = 2 << 20


def main(control_fd: int, memory_mb: int) -> None:
    """Fork workers as told over the socket ``control_fd``; end with all of them when it closes."""
    workers: set[int] = set()
    with socket.socket(fileno=control_fd) as control:
        # The parent may end before it has read all that it is told.
        with contextlib.suppress(ConnectionError):
            _obey(control, workers, memory_mb)
        for pid in tuple(workers):
            _kill(pid, workers)


def _obey(control: socket.socket, workers: set[int], memory_mb: int) -> None:
    try:
        check_models()
    except ModelError as error:
        control.sendall(PID.pack(0) + pack_fault(error))
        return
    is_alone = True  # no worker was asked for yet
    control.sendall(PID.pack(os.getpid()))
    while True:
        ready, _, _ = select.select([control], [], [], _REAP_EVERY_S)
        _reap(workers)
        if not ready:
            continue
        order, fds, _, _ = socket.recv_fds(control, 1, 1)
        if order == b"w":
            _warm_up()
        elif order == b"h":
            _warm_up_second_reader()
        elif order == b"f":
            if not is_alone:
                _warm_up()
            is_alone = False
            gc.freeze()  # what is shared stays shared: no child's collection writes to it
            workers.add(pid := _fork(control, fds[0], memory_mb))
            os.close(fds[0])
            control.sendall(PID.pack(pid))
        elif order == b"k":
            (pid,) = PID.unpack(receive(control, PID.size))
            _kill(pid, workers)
        else:
            return


@cache
def _warm_up() -> None:
    """Extract a page once: what is loaded on first use is then shared by all workers."""

    now = datetime(2000, 1, 1, tzinfo=UTC)
    entry = Entry(source_kind="url", source_ref="warm-up", seen_at=now)
    body = (
        b"<html><body><article><h1>Title</h1><p>By Jane Doe</p><p>Text.</p></article></body></html>"
    )
    page = Page(entry=entry, url=None, body=body, media="html", fetched_at=now)
    options = ExtractOptions(
        min_chars=0,
        max_future_s=0,
        engine="newsbeam",
        other_pages="write",
        keep_removed=False,
        keep_credits=True,
        keywords=10,
        measures_quality=False,
        dropped_quality=(),
        pipeline_version="",
    )
    sign_article(extract_article(page, options))
    find_places("", "en")
    is_city("Any Town")
    registered_domain("example.com")
    shingle("\N{OPEN BOOK}")  # its letters beyond the first plane


def _warm_up_second_reader() -> None:
    """Load what one page in many needs: it takes a third of a second and 75 MB of each worker."""
    second_reader = import_module("newsbeam.transforms.extraction.trafilatura_engine")
    second_reader.warm_up()
    for language in ("de", "ru"):  # with them come the tables that other languages need
        find_places("", language)


def _fork(control: socket.socket, channel_fd: int, memory_mb: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        gc.enable()
        control.close()
        _end_with_parent()
        limit = memory_mb << 20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _serve(socket.socket(fileno=channel_fd))
    finally:
        os._exit(0)


def _serve(channel: socket.socket) -> None:
    """Extract page after page until the pool closes the channel or memory runs out."""
    try:
        options = unpack_options(_receive_message(channel))
    except EOFError:
        return
    trimmer = Trimmer(_TRIM_EVERY)
    while True:
        try:
            page = unpack_page(_receive_message(channel))
        except EOFError:
            return
        try:
            outcome = sign_article(extract_article(page, options))
        except MemoryError:
            error = InputError("extraction_memory", "Extraction needed more memory than allowed.")
            channel.sendall(pack_outcome(reject_page(page, error)))
            return
        except Exception as error:  # noqa: BLE001 - one page must not end the others' run
            detail = f"Extraction failed: {type(error).__name__}: {error}"
            outcome = reject_page(page, InputError("extraction_failed", detail))
        channel.sendall(pack_outcome(outcome))
        # The answer is out: whoever waits for it does not wait for this.
        size = len(page.body)
        del page, outcome
        trimmer.count(size)


def _receive_message(channel: socket.socket) -> bytearray:
    (size,) = LENGTH.unpack(receive(channel, LENGTH.size))
    return receive(channel, size)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(0)


def _kill(pid: int, workers: set[int]) -> None:
    # Only a child that has not been waited for: its id cannot be another process's.
    if pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        workers.discard(pid)


def _reap(workers: set[int]) -> None:
    for pid in tuple(workers):
        if os.waitpid(pid, os.WNOHANG)[0]:
            workers.discard(pid)
