"""Beam's worker pool, for several TaskManagers on one machine.

    python tests/engines/shared_pool.py PORT

TaskManagers number their workers alike. Beam's pool keeps them by that number only: when one
TaskManager is done and has its worker stopped, another's dies in mid-work. Where each has a pool of
its own, as on machines of their own, that cannot be. Here no worker is stopped; each ends by itself
when its TaskManager closes the connection.
"""

import subprocess
import sys
from typing import Any

from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer


class SharedWorkerPool(BeamFnExternalWorkerPoolServicer):
    """A pool that never stops a worker because of its number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.started: list[subprocess.Popen[bytes]] = []

    def StartWorker(self, start_worker_request: Any, context: Any) -> Any:  # noqa: N802
        """Start a worker and forget its number."""
        response = super().StartWorker(start_worker_request, context)
        process = self._worker_processes.pop(start_worker_request.worker_id, None)
        self.started = [one for one in self.started if one.poll() is None]
        if process is not None:
            self.started.append(process)
        return response


if __name__ == "__main__":
    _, server = SharedWorkerPool.start(use_process=True, port=int(sys.argv[1]))
    server.wait_for_termination()
