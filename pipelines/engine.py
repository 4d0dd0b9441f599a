"""Which engine runs a pass. ``DirectRunner`` is a switch between three; here it is always one."""

import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from transforms.core.errors import DatasetError, NewsbeamError, UsageError

_IN_PROCESS = {"", "DirectRunner", "FnApiRunner", "BundleBasedDirectRunner"}
_INTERRUPTED = re.compile(r"^(?:\w+: )?KeyboardInterrupt\b", re.MULTILINE)
_OUR_ERROR = re.compile(r"transforms\.core\.errors\.(\w+): (.*?)(?: \[while running '|\n|$)")


@dataclass(frozen=True, slots=True)
class Engine:
    """A runner with its options and the name that goes into logs, reports and commit records."""

    name: str
    runner: Any
    options: PipelineOptions

    @property
    def in_process(self) -> bool:
        """Return whether passes run in this very process."""
        return isinstance(self.runner, FnApiRunner)

    def run(self, build: Any) -> None:
        """Run the pipeline that ``build(pipeline)`` makes, to its end.

        Raises DatasetError or UsageError where a step raised one, RuntimeError for anything else.
        """
        try:
            state = self._start(build).wait_until_finish()
        except Exception as error:
            told = _unwrap(error)
            if told is None:
                raise
            raise told from None
        if str(state) not in ("DONE", "None"):
            raise DatasetError(f"The engine {self.name} ended the pass as {state}.")

    @contextmanager
    def running(self, build: Any) -> Iterator["Future[str]"]:
        """Run the unbounded pipeline that ``build(pipeline)`` makes while the block lasts.

        Yields the state or the error that it will end with. Raises UsageError if the engine runs
        bounded pipelines only.
        """
        if self.in_process:
            raise UsageError(
                "The in-process engine has no streams. Name one that has, for example with "
                "-- --runner=PrismRunner, or leave --streaming out."
            )
        self.options.view_as(StandardOptions).streaming = True
        result = self._start(build)
        end: Future[str] = Future()
        threading.Thread(target=_follow, args=(result, end), name="follow", daemon=True).start()
        try:
            yield end
        finally:
            if not end.done():
                result.cancel()

    def _start(self, build: Any) -> Any:
        pipeline = beam.Pipeline(runner=self.runner, options=self.options)
        build(pipeline)
        return pipeline.run()


def _follow(result: Any, end: "Future[str]") -> None:
    try:
        end.set_result(str(result.wait_until_finish()))
    except Exception as error:  # noqa: BLE001  whoever waits for the end gets it
        end.set_exception(_unwrap(error) or error)


def choose_engine(beam_args: Sequence[str] = ()) -> Engine:
    """Return the engine that the Beam options name; without one, the in-process engine.

    Raises UsageError for an engine that gives wrong results.
    """
    options = PipelineOptions(list(beam_args))
    named = options.view_as(StandardOptions).runner or ""
    if "dask" in named.lower():
        raise UsageError(
            "The Dask runner is not supported: it drops outputs and tags in silence and reports "
            "success. Use the in-process engine, Prism, Flink, Spark or Dataflow."
        )
    if named in _IN_PROCESS:
        return Engine("FnApiRunner (in process)", FnApiRunner(), options)
    return Engine(named, named, options)


def _unwrap(error: Exception) -> BaseException | None:
    """Return the error of ours that a runner has wrapped into text, None if there is none."""
    if isinstance(error, NewsbeamError):  # Beam makes it anew, with the step's name behind it
        return type(error)(str(error).partition(" [while running '")[0])
    if _INTERRUPTED.search(str(error)):
        return KeyboardInterrupt()
    found = _OUR_ERROR.findall(str(error))
    if not found:
        return None
    name, message = found[-1]
    return UsageError(message) if name in ("UsageError", "ConfigError") else DatasetError(message)
