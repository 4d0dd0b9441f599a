"""Whole jobs over the embedded newsroom: what comes out equals what the newsroom knows."""

import re
import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from jobs import Dataset, page

import newsbeam
from newsbeam.pipelines.cli import run
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.newsroom import Newsroom, compare, expected
from newsbeam.pipelines.plan import resolve_inputs
from newsbeam.pipelines.run import Outcome, run_job


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """One dataset for the module: its tests are the passes of one story, in order."""
    return Dataset(tmp_path_factory.mktemp("newsroom") / "dataset")


def ingest(room: Newsroom, dataset: Dataset) -> Outcome:
    with as_file(files("newsbeam.configs") / "demo.yaml") as path:
        config = load_config(str(path))
    fetch = config.fetch.model_copy(update={"connect_to": room.connect_to, "delay_s": 0.05})
    config = config.model_copy(update={"fetch": fetch})
    return run_job(resolve_inputs(room.inputs), str(dataset.root), config, choose_engine())


def differences(room: Newsroom, dataset: Dataset, edition: int = 1) -> list[str]:
    tables = {table: dataset.rows(table) for table in ("articles", "duplicates", "rejects")}
    return compare(expected(room, edition=edition, near=True), **tables)


def test_the_first_pass_equals_the_truth(room: Newsroom, dataset: Dataset):
    outcome = ingest(room, dataset)
    assert outcome.faults == ()
    assert differences(room, dataset) == []
    assert dataset.check() == 0


@pytest.mark.parametrize("page_name", ["README", "docs/inputs", "docs/reading", "docs/cookbook"])
@pytest.mark.parametrize("language", ["sql", "python"])
def test_what_the_manual_shows_runs_as_written(
    dataset: Dataset, page_name: str, language: str, capsys, tmp_path: Path, monkeypatch
):
    shown = Path(f"{page_name}.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"```{language}\n(.*?)```", shown, re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    shutil.copytree(dataset.root, "out/demo")
    assert run(["tables", "out/demo", "--set", "dataset.tables=[delta]"]) == 0
    Path("story.html").write_text(page("harbour"))
    capsys.readouterr()
    for block in blocks:
        if language == "sql":
            assert duckdb.sql(block.strip().removesuffix(";")).fetchall()
        else:
            exec(block, {})
            assert bool(capsys.readouterr().out) == ("print(" in block)
    if language == "python" and page_name == "README":
        assert newsbeam.open("news").articles.arrow().count_rows() == 1


def test_the_second_pass_adds_nothing_and_asks_for_no_article_again(
    room: Newsroom, dataset: Dataset
):
    before = len(room.log)
    outcome = ingest(room, dataset)
    assert outcome.count("written") == outcome.count("entries") == 0
    asked = {urlsplit(request.path).path for request in room.log[before:]}
    written = {urlsplit(row["url"]).path for row in dataset.rows("articles")}
    assert not asked & written
    assert differences(room, dataset) == []
    assert dataset.check() == 0


def test_a_second_edition_adds_the_revision_and_nothing_else(room: Newsroom, dataset: Dataset):
    rows = len(dataset.rows("articles"))
    room.advance()
    outcome = ingest(room, dataset)
    assert outcome.faults == ()
    assert differences(room, dataset, edition=2) == []
    assert len(dataset.rows("articles")) == rows + outcome.count("written")
    assert dataset.check() == 0
