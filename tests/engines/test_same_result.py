"""Every engine makes the same dataset, whatever the number of parts and workers."""

import json
from pathlib import Path

import pytest

from newsbeam.pipelines.cli import run as newsbeam
from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.transforms.dataset.log import read_commits
from tests.engines.runs import (
    SHARDS,
    Sets,
    command,
    read_sets,
    run,
    sample_pages,
    write_newsroom_config,
)

pytestmark = pytest.mark.timeout(900)
_PAGES = 60
_NAMES = {
    "in process": "FnApiRunner (in process)",
    "job service": "job service at localhost:",
    "Prism": "job service at localhost:",
    "Flink": "Flink 2.2",
    "Spark": "Spark",
}


def ingest_newsroom(root: Path, options: tuple[str, ...], settings: tuple[str, ...] = ()) -> str:
    root.parent.mkdir(parents=True, exist_ok=True)
    with Newsroom() as room:
        config = write_newsroom_config(room, root.parent / "newsroom.yaml")
        done = run(command(room.inputs, root, options, config=config, settings=settings))
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="session")
def newsroom_sets(tmp_path_factory: pytest.TempPathFactory) -> Sets:
    root = tmp_path_factory.mktemp("reference") / "newsroom"
    ingest_newsroom(root, ())
    return read_sets(root)


@pytest.fixture(scope="session")
def page_sets(tmp_path_factory: pytest.TempPathFactory) -> Sets:
    pages = sample_pages(_PAGES)
    if not pages:
        pytest.skip("There is no evaluation data here (NEWSBEAM_DATA).")
    root = tmp_path_factory.mktemp("reference") / "pages"
    done = run(command(pages, root, ()))
    assert done.returncode == 0, done.stderr
    return read_sets(root)


def test_the_newsroom_becomes_the_same_dataset(
    engine: tuple[str, tuple[str, ...]], root: Path, newsroom_sets: Sets
):
    name, options = engine
    log = ingest_newsroom(root, options, SHARDS)
    assert read_sets(root) == newsroom_sets
    assert newsbeam(["check", str(root)]) == 0
    ran = json.loads(log.splitlines()[0])["engine"]
    assert ran.startswith(_NAMES[name])
    assert {commit.info["engine"] for commit in read_commits(str(root))} == {ran}
    assert not any((root / "staging").iterdir())


def test_real_pages_become_the_same_dataset(
    engine: tuple[str, tuple[str, ...]], root: Path, page_sets: Sets
):
    _, options = engine
    done = run(command(sample_pages(_PAGES), root, options, settings=SHARDS))
    assert done.returncode == 0, done.stderr
    assert read_sets(root) == page_sets
    assert newsbeam(["check", str(root)]) == 0
