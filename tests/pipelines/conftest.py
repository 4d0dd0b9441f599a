"""What the tests of whole jobs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jobs import Dataset

from newsbeam.transforms import resources


@pytest.fixture(scope="session", autouse=True)
def close_resources() -> Iterator[None]:
    yield
    resources.close_all()


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(tmp_path / "dataset")
