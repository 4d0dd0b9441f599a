"""The command line: exit codes, sentences instead of tracebacks, output for machines."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from jobs import Dataset, page

from newsbeam.pipelines.cli import run
from newsbeam.transforms.core.schema import TABLES


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["ingest", "--output", "out"], "Nothing to read"),
        (["ingest", "no/such/file.html", "--output", "out"], "matches no file"),
        (["ingest", "x", "--output", "out", "--set", "fetch.delay=1"], "did you mean delay_s"),
        (["ingest", "x", "--output", "out", "--config", "none.yaml"], "cannot be read"),
        (["ingest", "x"], "--output"),
        (["check", "no/such/dataset"], "no dataset"),
        (["schema", "nothing"], "no table nothing"),
        (["validate", "--config", "none.yaml"], "cannot be read"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_is_a_sentence_and_exit_code_2(argv, words, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert run(argv) == 2
    said = re.sub(r"[\s│]+", " ", capsys.readouterr().err)
    assert words in said
    assert "Traceback" not in said


def test_an_engine_that_loses_data_is_refused(tmp_path, capsys):
    (tmp_path / "page.html").write_text(page("harbour"))
    argv = ["ingest", str(tmp_path / "page.html"), "--output", str(tmp_path / "out")]
    assert run([*argv, "--", "--runner=DaskRunner"]) == 2
    assert "Dask" in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("--", "--runner=DirectRunner")])
def test_a_damaged_model_ends_the_command_with_a_sentence(tmp_path, options):
    installed = tmp_path / "installed"
    shutil.copytree("newsbeam", installed / "newsbeam")
    bad = installed / "newsbeam" / "transforms" / "extraction" / "body.npz"
    bad.write_bytes(bad.read_bytes()[:5000])
    (tmp_path / "page.html").write_text(page("harbour"))
    done = subprocess.run(
        [sys.executable, "-m", "newsbeam", "ingest", "page.html", "--output", "out", *options],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 2, done.stderr
    said = " ".join(done.stderr.split())
    assert "body.npz is damaged. Install newsbeam anew." in said
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "commits").exists()


def test_help_and_version_import_neither_beam_nor_pyarrow():
    for argv in (["--help"], ["--version"], ["ingest", "--help"]):
        code = (
            "import sys; from newsbeam.pipelines.cli import run; assert run(sys.argv[1:]) == 0; "
            "assert not {'apache_beam', 'pyarrow', 'trafilatura'} & sys.modules.keys()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *argv], capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(("newsbeam 0.", "Usage: newsbeam"))


@pytest.mark.parametrize("table", list(TABLES))
def test_every_column_of_every_table_is_described(table, capsys):
    assert run(["schema", table, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [column["name"] for column in answer["columns"]] == TABLES[table].names
    assert all(column["description"] for column in answer["columns"])


def test_validate_prints_the_defaults(tmp_path, capsys):
    path = tmp_path / "news.yaml"
    path.write_text("fetch: {delay_s: 2}\n")
    assert run(["validate", "--config", str(path), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["fetch"]["delay_s"], values["fetch"]["deadline_s"]) == (2.0, 60.0)


@pytest.mark.parametrize("name", ["demo.yaml", "world.yaml"])
def test_the_shipped_configurations_are_valid(name):
    assert run(["validate", "--config", f"configs/{name}"]) == 0


def test_check_fails_and_names_the_file(dataset: Dataset, tmp_path: Path, capsys):
    (tmp_path / "page.html").write_text(page("harbour"))
    dataset.ingest(tmp_path / "page.html")
    (path,) = (dataset.root / "articles").rglob("*.parquet")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    capsys.readouterr()
    assert dataset.check() == 1
    assert path.name in capsys.readouterr().out.replace("\n", "")


def test_logs_are_json_lines_on_demand(tmp_path):
    (tmp_path / "page.html").write_text(page("harbour"))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "newsbeam",
            "ingest",
            "page.html",
            "-o",
            "out",
            "--log-format",
            "json",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["message"] for line in lines] == ["started", "committed", "finished"]
    assert lines[-1]["counts"]["written"] == 1
    assert lines[-1]["engine"] == "in process, without Beam"


def test_what_a_title_says_is_not_obeyed_by_a_terminal(dataset: Dataset, tmp_path: Path, capsys):
    title = "Quiet \x1b]0;owned\x07 \x1b[31mred [bold]now[/bold]"
    (tmp_path / "page.html").write_text(page("harbour").replace("A vote on", title))
    dataset.ingest(tmp_path / "page.html")
    page_path = tmp_path / "report.html"
    assert run(["report", str(dataset.root)]) == 0
    assert run(["report", str(dataset.root), "--html", str(page_path)]) == 0
    assert "\x1b]0" not in capsys.readouterr().out
    assert "<script" not in page_path.read_text()


@pytest.mark.parametrize("command", ["check", "report", "feeds"])
def test_every_read_command_speaks_json(dataset: Dataset, tmp_path: Path, capsys, command: str):
    (tmp_path / "page.html").write_text(page("harbour"))
    dataset.ingest(tmp_path / "page.html")
    capsys.readouterr()
    assert run([command, str(dataset.root), "--json"]) == 0
    json.loads(capsys.readouterr().out)


def test_a_file_is_no_place_for_a_dataset(tmp_path: Path, capsys):
    (tmp_path / "page.html").write_text(page("harbour"))
    argv = ["ingest", str(tmp_path / "page.html"), "-o", str(tmp_path / "page.html")]
    assert run(argv) == 2
    assert "is a file" in capsys.readouterr().err


def test_ctrl_c_in_the_middle_of_a_pass_is_a_sentence_and_the_job_goes_on(
    dataset: Dataset, tmp_path: Path
):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.html").write_text(page("harbour", url=f"https://n.example/{number}"))
    argv = [sys.executable, "-m", "newsbeam", "ingest", str(folder), "-o", str(dataset.root)]
    settings = ["--log-format", "json", "--set", "passes.max_bytes=20000"]
    with subprocess.Popen([*argv, *settings], stderr=subprocess.PIPE, text=True) as job:
        assert job.stderr is not None
        for line in job.stderr:
            if "committed" in line:
                break
        job.send_signal(signal.SIGINT)
        said = job.stderr.read()
        assert job.wait(timeout=120) == 130
    assert "Stopped" in said
    assert "Traceback" not in said
    assert dataset.check() == 0
    assert dataset.ingest(folder) == 0
    assert len(dataset.rows("articles")) + len(dataset.rows("duplicates")) == 400
    assert dataset.check() == 0


def test_a_container_that_is_stopped_ends_as_by_ctrl_c(dataset: Dataset, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.html").write_text(page("harbour", url=f"https://n.example/{number}"))
    argv = [sys.executable, "-m", "newsbeam", "ingest", str(folder), "-o", str(dataset.root)]
    settings = ["--log-format", "json", "--set", "passes.max_bytes=2000"]
    # As in a container, SIGTERM is not what ends a process that has no handler for it.
    deaf = partial(signal.signal, signal.SIGTERM, signal.SIG_IGN)
    with subprocess.Popen(
        [*argv, *settings], stderr=subprocess.PIPE, text=True, preexec_fn=deaf
    ) as job:
        assert job.stderr is not None
        for line in job.stderr:
            if "committed" in line:
                break
        job.send_signal(signal.SIGTERM)
        said = job.stderr.read()
        assert job.wait(timeout=120) == 130
    assert "Stopped" in said
    assert "Traceback" not in said
    assert dataset.check() == 0
