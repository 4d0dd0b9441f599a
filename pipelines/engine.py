"""Which engine runs a pass. ``DirectRunner`` is a switch between three; here it is always one."""

import re
from collections.abc import Sequence
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
        pipeline = beam.Pipeline(runner=self.runner, options=self.options)
        build(pipeline)
        try:
            result = pipeline.run()
            state = result.wait_until_finish()
        except Exception as error:
            told = _unwrap(error)
            if told is None:
                raise
            raise told from None
        if str(state) not in ("DONE", "None"):
            raise DatasetError(f"The engine {self.name} ended the pass as {state}.")


class _Options(PipelineOptions):
    """Options that remember their views.

    Beam asks for a view some 700 times to build one pipeline, and makes a parser of all its options
    each time: a third of a second for each pass.
    """

    def view_as(self, cls: type[Any]) -> Any:
        """Return the same view each time; it shares its values with the options themselves."""
        views: dict[type[Any], Any] = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        return views[cls]


def choose_engine(beam_args: Sequence[str] = ()) -> Engine:
    """Return the engine that the Beam options name; without one, the in-process engine.

    Raises UsageError for an engine that gives wrong results.
    """
    options = _Options(list(beam_args))
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
