"""What runs a pass: this process alone where that is enough, else a runner of Beam's."""

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.abc import MetaPathFinder
from typing import Any, Protocol

from newsbeam.pipelines.options import fast_imports
from newsbeam.transforms.core.context import PassContext
from newsbeam.transforms.sources.plan import Pass, bytes_of, count_unchanged, is_web, poll_again
from newsbeam.transforms.steps.outputs import Output, Records
from newsbeam.transforms.steps.write import commit_records

#: What commits of passes without a runner have as their engine.
ALONE = "in process, without Beam"
#: Inputs of so many bytes are a few pages, which need little of what extraction can load.
_FEW_BYTES = 4 << 20


class Engine(Protocol):
    """Runs passes, each of which ends with its commit."""

    @property
    def name(self) -> str:
        """Return the name that goes into logs and reports."""

    @property
    def in_process(self) -> bool:
        """Return whether passes run in this very process."""

    def read(self, plan: Pass, context: PassContext) -> None:
        """Read what ``plan`` names. Raises DatasetError or UsageError where a step raises one."""


@dataclass(frozen=True, slots=True)
class ThisProcess:
    """Passes are done without Beam, but for those that the configuration says are too big."""

    name: str = "in process"
    in_process: bool = True

    def read(self, plan: Pass, context: PassContext) -> None:
        """Read what ``plan`` names, by Beam's runner for one process if that is too much."""
        if not plan.sources:
            known: list[Output] = [*poll_again(plan, context.started_at), *count_unchanged(plan)]
            commit_records(Records(known), alone(context))
            return
        from newsbeam.transforms import resources  # what reads imports much

        size, limit = bytes_of(plan, context.config.passes), context.config.passes.small_bytes
        is_alone, is_much = limit is None or size <= limit, size > _FEW_BYTES
        if is_much or any(not is_web(each.ref) or each.kind == "url" for each in plan.sources):
            resources.warm_up(context.config, much=is_much)  # while other things are imported
        if is_alone:
            from newsbeam.transforms.steps.local_pass import run_local_pass

            run_local_pass(plan, alone(context))
            return
        _import_runner().choose_runner().read(plan, context)


def alone(context: PassContext) -> PassContext:
    """Return ``context`` with what the commit of a pass without a runner says of it."""
    about = (("engine", ALONE), ("python", platform.python_version()))
    return replace(context, info=(*about, *context.info))


def choose_engine(beam_args: Sequence[str] = ()) -> Engine:
    """Return the engine that the Beam options name; without any, this process.

    Raises UsageError as ``choose_runner`` does.
    """
    if not beam_args:
        return ThisProcess()
    found: Engine = _import_runner().choose_runner(beam_args)
    return found


@cache
def spare_pandas() -> None:
    """Keep pyarrow from importing pandas, where it is installed, to make its first array.

    That takes half a second and 40 MB, and no job has use for it. ``to_pandas`` finds it still.
    """
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(finder)


class _NoPandas(MetaPathFinder):
    """Lets an import of pandas fail. Cython takes None in ``sys.modules`` for the module."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


@cache  # each time, what is garbage by then would stay for good
def _import_runner() -> Any:
    """Return the module that imports Beam."""
    with fast_imports():
        from newsbeam.pipelines import runner
    return runner
