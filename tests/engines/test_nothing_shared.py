"""Engines whose workers share nothing with the command but the bucket."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import obstore
import pytest
from buckets import SECRET, Pointed, Server, environment, new_url

from newsbeam.pipelines.cli import run as newsbeam
from newsbeam.pipelines.newsroom import Newsroom, make_pages
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.storage import open_storage
from newsbeam.transforms.stores.objects import open_bucket
from tests.engines.clusters import JobService, Prism
from tests.engines.conftest import skip_where_missing
from tests.engines.elsewhere import ElsewhereError, PoolElsewhere, make_environment
from tests.engines.provision import ROOT
from tests.engines.runs import PATIENT, SHARDS, Sets, read_sets, write_newsroom_config

pytestmark = pytest.mark.timeout(900)
_ENGINES = {"job service": JobService, "Prism": Prism}


@pytest.fixture(scope="module")
def worker_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return make_environment(tmp_path_factory.mktemp("elsewhere"))
    except ElsewhereError as error:
        pytest.skip(f"no second environment: {error}")


@pytest.fixture(scope="module")
def s3(s3_server: Server) -> Iterator[Server]:
    with Pointed(s3_server.port):
        yield s3_server


@pytest.fixture(scope="module")
def inputs(s3: Server) -> str:
    """Pages and packed lines in a bucket, some of them twice."""
    url = new_url()
    bucket, _, key = url.removeprefix("s3://").partition("/")
    store = open_bucket(f"s3://{bucket}")
    lines = []
    for number, page in enumerate(make_pages(40)):
        obstore.put(store, f"{key}/pages/{number:03d}.html", page.html)
        if number % 10 == 0:
            obstore.put(store, f"{key}/pages/{number:03d}-copy.html", page.html)
        row = {"url": f"https://lines.example/{number}", "html": page.html.decode()}
        lines.append(json.dumps(row) + "\n")
    obstore.put(store, f"{key}/lines.jsonl.gz", gzip.compress("".join(lines[::4]).encode()))
    return f"{url}/**"


def ingest(folder: Path, root: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of its own, with a configuration that is only there."""
    folder.mkdir(parents=True, exist_ok=True)
    with Newsroom() as room:
        config = write_newsroom_config(room, folder / "newsroom.yaml")
        settings = [part for each in (*PATIENT, *SHARDS) for part in ("--set", each)]
        return subprocess.run(
            [
                *(sys.executable, "-m", "newsbeam", "ingest", *room.inputs),
                *("--output", root, "--config", str(config), *settings, *arguments),
            ],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder)},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )


@pytest.fixture(scope="module")
def expected(inputs: str, tmp_path_factory: pytest.TempPathFactory) -> Sets:
    root = new_url()
    done = ingest(tmp_path_factory.mktemp("reference"), root, inputs)
    assert done.returncode == 0, done.stderr
    return read_sets(root)


@pytest.mark.parametrize("name", _ENGINES)
def test_workers_that_share_nothing_but_the_bucket_make_the_same_dataset(
    name: str, s3: Server, inputs: str, expected: Sets, worker_python: Path, tmp_path: Path
):
    skip_where_missing(name)
    command, elsewhere, root = tmp_path / "command", tmp_path / "elsewhere", new_url()
    command.mkdir()
    with ExitStack() as stack:
        pool = stack.enter_context(
            PoolElsewhere(elsewhere, worker_python, [ROOT, command], environment(s3.port))
        )
        engine = stack.enter_context(_ENGINES[name](tmp_path / "engine"))
        done = ingest(command, root, inputs, "--", *engine.options, *pool.options)
        said = pool.programs[0].tail()
    assert done.returncode == 0, done.stderr + said
    assert read_sets(root) == expected
    assert newsbeam(["check", root]) == 0
    assert {commit.info["engine"].split(" at ")[0] for commit in read_commits(root)} == {
        "job service"
    }
    assert open_storage(root, fresh=True).walk("staging") == []
    assert SECRET not in done.stdout + done.stderr + said
