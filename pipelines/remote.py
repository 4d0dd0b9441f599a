"""Engines outside this process: run a pipeline there without ever waiting for good."""

import json
import logging
import socket
import threading
import urllib.request
from contextlib import suppress
from typing import Any

import grpc

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.dataset.life import Signs

_log = logging.getLogger("newsbeam")
_LOOK_EVERY_S = 0.5
_ANSWER_S = 5.0
#: How late it may be noticed that a worker is gone and another is there. An engine learns of the
#: first by a heartbeat that is missing (50 s on Flink, 120 s on Spark), and NFS lists what was
#: there up to 60 s ago.
_NOTICED_S = 120.0
_AGAIN = "What was committed stays; run the same command again."


def run_remotely(
    name: str, pipeline: Any, signs: Signs, start_s: float, noticed_s: float = _NOTICED_S
) -> object:
    """Run ``pipeline`` to its end and return the state that it ended in.

    The job is cancelled if its workers show that there is nobody to wait for (see ``why_lost``).
    Raises DatasetError.
    """
    try:
        job = Job(pipeline.run())
        try:
            while job.runs():
                why = why_lost(name, signs, start_s, noticed_s)
                if why is not None:
                    raise DatasetError(f"{why} {_AGAIN}")
        except BaseException:  # Ctrl-C too: nobody would wait for the job any more
            job.cancel()
            raise
        return job.state()
    except (grpc.RpcError, grpc.FutureTimeoutError) as error:
        _log.debug("%s", error)
        raise DatasetError(
            f"The connection to {name} broke before the pass had ended. It may go on there and "
            f"still be committed. {_AGAIN}"
        ) from None


def why_lost(name: str, signs: Signs, start_s: float, noticed_s: float = _NOTICED_S) -> str | None:
    """Return why it is in vain to wait for the workers of an engine, None as long as it is not.

    An engine whose worker cannot start waits for it without an end, and tells nobody; so do some
    whose worker was killed. A worker has ``start_s`` to begin, also one that stands in for another;
    ``noticed_s`` more is how late it may be noticed that one is gone, and that another is there.
    """
    silent_s = signs.silent_s()
    limit_s = start_s + noticed_s if signs.begun else start_s
    if silent_s <= limit_s:
        return None
    if signs.failure is not None:
        return f"Whether {name} still works cannot be told. {signs.failure}"
    if not signs.begun:
        return (
            f"No worker of {name} has begun within {start_s:g} s (passes.worker_start_s), so its "
            "job was cancelled. Check that what --environment_type and --environment_config name "
            "is there, that newsbeam is installed in it, that the engine has a free slot, and that "
            "the dataset's folder is one that this machine and the workers share."
        )
    return (
        f"No worker of {name} has given a sign of life for {silent_s:.0f} s, so its job was "
        "cancelled: they were killed, or have no way to the dataset any more."
    )


def gave_up(name: str, error: Exception) -> DatasetError:
    """Return the error that says that an engine gave a pass up, and what it said of it."""
    _log.debug("%s", error)
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[-1] if lines else type(error).__name__
    return DatasetError(f"The engine {name} gave the pass up: {said[:500]} {_AGAIN}")


def check_endpoint(endpoint: str) -> None:
    """Raise UsageError unless somebody listens at the job endpoint HOST:PORT."""
    host, _, port = endpoint.rpartition(":")
    if not port.isdecimal():
        raise UsageError(f"--job_endpoint={endpoint}: write HOST:PORT of a job service.")
    try:
        socket.create_connection((host, int(port)), timeout=_ANSWER_S).close()
    except OSError as error:
        raise UsageError(
            f"--job_endpoint={endpoint}: nobody answers there ({error}). Start the job service, "
            "or mend the address."
        ) from None


def flink_version(master: str | None) -> str | None:
    """Return the version of the cluster whose REST interface is at ``master``, None if unknown.

    Beam's own words for "start one" and "wherever you are" are no addresses.
    """
    if not master or master.startswith("["):
        return None
    url = master if "://" in master else f"http://{master}"
    try:
        with urllib.request.urlopen(f"{url}/config", timeout=_ANSWER_S) as answer:  # noqa: S310
            version = json.load(answer).get("flink-version")
    except (OSError, ValueError):  # it may be reachable for the job server alone
        return None
    return version if isinstance(version, str) else None


class Job:
    """A job that somebody else runs, waited for in a thread, since Beam knows no limit there."""

    def __init__(self, result: Any) -> None:
        self._result = result
        self._state: object = None
        self._error: Exception | None = None
        self._waiter = threading.Thread(target=self._wait, name="wait-for-job", daemon=True)
        self._waiter.start()

    def _wait(self) -> None:
        try:
            self._state = self._result.wait_until_finish()
        except Exception as error:  # noqa: BLE001 - raised again by ``state``
            self._error = error

    def runs(self) -> bool:
        """Return whether the job runs, after waiting a moment for its end."""
        self._waiter.join(_LOOK_EVERY_S)
        return self._waiter.is_alive()

    def state(self) -> object:
        """Return how the job ended. Raises what waiting for it raised."""
        if self._error is not None:
            raise self._error
        return self._state

    def cancel(self) -> None:
        """Ask for the end of the job, and wait for the answer for a moment only."""
        asking = threading.Thread(target=self._cancel, name="cancel-job", daemon=True)
        asking.start()
        asking.join(_ANSWER_S)

    def _cancel(self) -> None:
        with suppress(Exception):  # the engine may be gone, or know no such thing
            self._result.cancel()
