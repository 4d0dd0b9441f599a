"""Which runner of Beam's is used. ``DirectRunner`` is a switch between three; here it is one."""

import difflib
import platform
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import (
    FlinkRunnerOptions,
    PipelineOptions,
    PortableOptions,
    PrismRunnerOptions,
    StandardOptions,
)
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from newsbeam.pipelines.ingest import ingest_pass
from newsbeam.pipelines.remote import Job, check_endpoint, flink_version, gave_up, run_remotely
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.core.errors import DatasetError, NewsbeamError, UsageError
from newsbeam.transforms.dataset.life import Signs
from newsbeam.transforms.extraction.models import check_models
from newsbeam.transforms.sources.plan import Pass

IN_PROCESS = "FnApiRunner (in process)"
#: What else may be named with ``--runner``.
_REMOTE = {
    "PrismRunner": "Prism",
    "FlinkRunner": "Flink",
    "SparkRunner": "Spark",
    "DataflowRunner": "Dataflow",
    "PortableRunner": "job service",
}
#: Without it, what a step puts out while a checkpoint is made can come behind the watermark, and is
#: dropped as late.
_FOR_FLINK = ("--finish_bundle_before_checkpointing",)
#: Beam gives up following a job on Prism after this time, 300 s unless told otherwise.
_JOB_S = 10 * 365 * 86400
_INTERRUPTED = re.compile(r"^(?:\w+: )?KeyboardInterrupt\b", re.MULTILINE)
_OUR_ERROR = re.compile(
    r"newsbeam\.transforms\.core\.errors\.(\w+): (.*?)(?: \[while running '|\n|$)"
)


@dataclass(frozen=True, slots=True)
class Runner:
    """A runner with its options and the name that goes into logs, reports and commit records."""

    name: str
    runner: Any
    options: PipelineOptions

    @property
    def in_process(self) -> bool:
        """Return whether passes run in this very process."""
        return isinstance(self.runner, FnApiRunner)

    @property
    def info(self) -> tuple[tuple[str, str], ...]:
        """Return what a commit record keeps of where its pass ran."""
        return (
            ("engine", self.name),
            ("beam", beam.__version__),
            ("python", platform.python_version()),
        )

    def read(self, plan: Pass, context: PassContext) -> None:
        """Run the pipeline of a pass; see ``_run`` for what it raises."""
        check_models()  # in extraction processes elsewhere a bad one would fail each page by itself
        info = (*self.info, *context.info)
        context = replace(context, remote=not self.in_process, info=info)
        build = partial(ingest_pass, plan=plan, context=context)
        self._run(build, context)

    def _run(self, build: Any, context: PassContext) -> None:
        """Run the pipeline that ``build(pipeline)`` makes, to its end.

        Raises DatasetError or UsageError where a step raised one; RuntimeError for anything else in
        process, DatasetError elsewhere.
        """
        pipeline = beam.Pipeline(runner=self.runner, options=self.options)
        build(pipeline)
        try:
            if self.in_process:
                state = pipeline.run().wait_until_finish()
            else:
                with closing(Signs(context.root, context.unit)) as signs:
                    start_s = context.config.passes.worker_start_s
                    state = run_remotely(self.name, pipeline, signs, start_s)
        except Exception as error:
            told = _unwrap(error)
            if told is None and self.in_process:
                raise
            raise told or gave_up(self.name, error) from None
        if str(state) not in ("DONE", "None"):
            raise DatasetError(f"The engine {self.name} ended the pass as {state}.")

    @contextmanager
    def running(self, build: Any) -> Iterator[Job]:
        """Run the unbounded pipeline that ``build(pipeline)`` makes while the block lasts.

        Raises UsageError if the engine runs bounded pipelines only.
        """
        if self.in_process:
            raise UsageError(
                "The in-process engine has no streams. Name one that has, for example with "
                "-- --runner=PrismRunner, or leave --streaming out."
            )
        self.options.view_as(StandardOptions).streaming = True
        pipeline = beam.Pipeline(runner=self.runner, options=self.options)
        build(pipeline)
        job = Job(pipeline.run())
        try:
            yield job
        finally:
            job.cancel()

    def why_ended(self, job: Job) -> str:
        """Return why ``job`` ended. Raises DatasetError or UsageError where a step raised one."""
        try:
            return f"{self.name} ended it as {job.state()}."
        except Exception as error:  # noqa: BLE001 - what is no error of ours is told
            told = _unwrap(error)
            if told is None:
                return str(gave_up(self.name, error))
            raise told from None


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


def choose_runner(beam_args: Sequence[str] = ()) -> Runner:
    """Return the runner that the Beam options name; without one, the one in process.

    Raises UsageError for an engine that gives wrong results or is not known, for options that it
    lacks, and for a job endpoint where nobody listens.
    """
    options = _Options(list(beam_args))
    unknown = _unknown_options(options) if beam_args else []
    runner = options.view_as(StandardOptions).runner or "DirectRunner"
    if "dask" in runner.lower():
        raise UsageError(
            "The Dask runner is not supported: it drops outputs and tags in silence and reports "
            "success. Use the in-process engine, Prism, Flink, Spark or Dataflow."
        )
    known = {name.lower(): name for name in ("DirectRunner", "FnApiRunner", *_REMOTE)}
    named = known.get(runner.lower())
    if named is None:
        raise UsageError(
            f"--runner={runner} is not known here. Use DirectRunner or FnApiRunner (in process), "
            f"{', '.join(_REMOTE)}."
        )
    if named not in _REMOTE:
        if unknown:
            raise UsageError(
                f"--{unknown[0]} is no option of Beam's, and the in-process engine takes no others."
            )
        return Runner(IN_PROCESS, FnApiRunner(), options)
    if named == "FlinkRunner":
        options = PipelineOptions([*beam_args, *_FOR_FLINK])
    portable = options.view_as(PortableOptions)
    portable.job_server_timeout = max(portable.job_server_timeout, _JOB_S)
    endpoint = portable.job_endpoint
    if endpoint:
        check_endpoint(endpoint)
    elif named == "PortableRunner":
        raise UsageError("--runner=PortableRunner needs --job_endpoint=HOST:PORT of a job service.")
    if named == "PrismRunner":
        _find_prism(options)
    return Runner(_name(named, options), named, options)


def _unknown_options(options: PipelineOptions) -> list[str]:
    """Return the names of options that Beam passes over in silence.

    Raises UsageError for one that is nearly one of Beam's; others may be for an engine elsewhere.
    """
    known = options.get_all_options()
    unknown = [
        name for name in options.get_all_options(retain_unknown_options=True) if name not in known
    ]
    for name in unknown:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        if close:
            raise UsageError(f"--{name} is no option of Beam's; did you mean --{close[0]}?")
    return unknown


def _name(runner: str, options: PipelineOptions) -> str:
    name = _REMOTE[runner]
    if runner == "PortableRunner":
        return f"{name} at {options.view_as(PortableOptions).job_endpoint}"
    if runner == "FlinkRunner":
        version = flink_version(options.view_as(FlinkRunnerOptions).flink_master)
        return f"{name} {version}" if version else name
    return name


def _find_prism(options: PipelineOptions) -> None:
    """Use the Prism on the path, if none is named; without one, Beam downloads it."""
    prism = options.view_as(PrismRunnerOptions)
    prism.prism_location = prism.prism_location or shutil.which("prism")


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
