"""What the tests on engines share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.runs import MISSING, started

_ENGINES = ("in process", "job service", "Prism", "Flink", "Spark")


@pytest.fixture(scope="session", params=_ENGINES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each engine in turn, as its name and the options of Beam that lead to it."""
    skip_where_missing(request.param)
    work = tmp_path_factory.mktemp(request.param.replace(" ", "-"))
    with started(request.param, work) as (options, _):
        yield request.param, options


def skip_where_missing(name: str) -> None:
    missing = MISSING[name]()
    if missing:
        pytest.skip(f"{name} left out: {missing}")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "dataset"
