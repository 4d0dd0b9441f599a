"""Which engine a command line means, and what is refused in a sentence."""

import socket
from pathlib import Path

import pytest
from jobs import Dataset, page

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.engine import ALONE, choose_engine
from newsbeam.pipelines.report import measure_dataset
from newsbeam.pipelines.report_json import to_json
from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.log import read_commits

IN_PROCESS = "FnApiRunner (in process)"


@pytest.fixture
def silent_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("name", ["DirectRunner", "FnApiRunner"])
def test_both_names_of_the_engine_in_process_mean_it(name: str):
    engine = choose_engine([f"--runner={name}"])
    assert engine.name == IN_PROCESS
    assert engine.in_process


def test_without_a_runner_named_it_is_this_process():
    assert choose_engine().in_process


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (["--runner=PrismRunner", "--prism_location=/opt/prism"], "Prism"),
        (["--runner=flinkrunner", "--flink_master=[local]"], "Flink"),
        (["--runner=SparkRunner"], "Spark"),
        (["--runner=DataflowRunner"], "Dataflow"),
        (["--runner=SparkRunner", "--only_the_job_server_knows_this=1"], "Spark"),
    ],
)
def test_other_engines_go_by_their_names(given: list[str], name: str):
    engine = choose_engine(given)
    assert engine.name == name
    assert not engine.in_process


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--runner=DaskRunner"], "drops outputs and tags in silence"),
        (["--runner=apache_beam.runners.dask.DaskRunner"], "drops outputs and tags in silence"),
        (["--runner=BundleBasedDirectRunner"], "is not known here"),
        (["--runner=PortableRunner"], "needs --job_endpoint=HOST:PORT"),
        (["--runner=FlinkRunner", "--job_endpoint=there"], "write HOST:PORT"),
        (["--rnner=FlinkRunner"], "did you mean --runner"),
        (["--runner=FlinkRunner", "--paralellism=2"], "did you mean --parallelism"),
        (["--my_own_option=1"], "no option of Beam's, and the in-process engine takes no others"),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(given: list[str], said: str):
    with pytest.raises(UsageError, match=said):
        choose_engine(given)


def test_an_endpoint_where_nobody_listens_ends_the_command(
    tmp_path: Path, silent_port: int, capsys: pytest.CaptureFixture[str]
):
    story = tmp_path / "story.html"
    story.write_text(page("harbour"))
    options = ["--", "--runner=PortableRunner", f"--job_endpoint=127.0.0.1:{silent_port}"]
    assert run(["ingest", str(story), "--output", str(tmp_path / "out"), *options]) == 2
    said = capsys.readouterr().err
    assert f"--job_endpoint=127.0.0.1:{silent_port}: nobody answers there" in said.replace("\n", "")
    assert not (tmp_path / "out").exists()


def test_commit_record_and_report_say_which_engine_ran(tmp_path: Path, dataset: Dataset):
    story = tmp_path / "story.html"
    story.write_text(page("harbour"))
    assert (
        run(["ingest", str(story), "--output", str(dataset.root), "--", "--runner=DirectRunner"])
        == 0
    )
    info = read_commits(str(dataset.root))[0].info
    assert info["engine"] == IN_PROCESS
    assert info["beam"].startswith("2.")
    engines = to_json(measure_dataset(str(dataset.root), DatasetSettings()))["engines"]
    assert engines == [{"engine": IN_PROCESS, "beam": info["beam"], "commits": 1}]
    assert dataset.ingest(story) == 0
    engines = to_json(measure_dataset(str(dataset.root), DatasetSettings()))["engines"]
    assert engines[-1] == {"engine": ALONE, "beam": "", "commits": 1}


def test_results_do_not_depend_on_the_number_of_parts(tmp_path: Path):
    for name, story in (("a", "harbour"), ("b", "library"), ("c", "harbour")):
        (tmp_path / f"{name}.html").write_text(page(story, title=f"A title for {story}"))
    found = []
    for shards in (1, 2, 7):
        dataset = Dataset(tmp_path / f"dataset-{shards}")
        parts = {f"{part}__shards": shards for part in ("read", "fetch", "duplicates", "dataset")}
        assert dataset.ingest(tmp_path / "*.html", **parts) == 0
        assert dataset.check() == 0
        found.append(
            (
                {(row["article_id"], row["revision"]) for row in dataset.rows("articles")},
                {(row["source_ref"], row["duplicate_of"]) for row in dataset.rows("duplicates")},
            )
        )
        assert dataset.ingest(tmp_path / "*.html", read__shards=shards + 1) == 0
        assert dataset.ledger()("not_modified") == 3
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) == 2 and len(found[0][1]) == 1
