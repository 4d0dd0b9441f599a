"""``demo`` and ``watch`` with a bucket as output, as a person would run them."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from buckets import KEY, SECRET, Server, new_url
from jobs import PARAGRAPHS

from newsbeam.pipelines.cli import run
from newsbeam.transforms.dataset.log import head, read_commits
from newsbeam.transforms.dataset.storage import open_storage

pytestmark = pytest.mark.timeout(400)
WAIT_S = 150.0


def test_the_demo_runs_into_a_bucket(s3, capsys):
    root = new_url()
    assert run(["demo", "--output", root]) == 0
    said = capsys.readouterr().err
    assert "The dataset equals the newsroom's truth, and its audit passes." in said
    assert f"Report: {root}/report.html" in said
    assert b"</html>" in open_storage(root, fresh=True).read("report.html")
    # The line that it tells to look with can be run as it is.
    (line,) = re.findall(r"Look at it: (newsbeam sql .*)", said)
    assert run([*shlex.split(line)[1:], "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 20
    assert run(["demo", "--output", root, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["counts"]["written"], told["differences"]) == (0, [])


def write(folder: Path, number: int) -> None:
    """Let a file of one article appear at once."""
    text = f"{' '.join(PARAGRAPHS['harbour'])} It was vote {number}, and {number * 37} people knew."
    row = {"url": f"https://news.example/{number}", "text": text, "published_at": "2026-03-03"}
    fresh = folder / f"{number}.arriving"
    fresh.write_text(json.dumps(row) + "\n")
    fresh.rename(folder / f"{number}.jsonl")


def wait_for(root: str, commits: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + WAIT_S
    while head(root) < commits:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until, f"commit {commits} did not come"
        time.sleep(0.2)


def test_watch_goes_on_in_a_bucket_after_a_stop_and_a_kill(s3, tmp_path: Path):
    root, arriving = new_url(), tmp_path / "in"
    arriving.mkdir()
    config = tmp_path / "news.yaml"
    config.write_text(
        json.dumps(
            {
                "inputs": [f"{arriving}/*.jsonl"],
                "duplicates": {"near": False},
                "upkeep": {"share": 0.5},
            }
        )
    )
    command = [sys.executable, "-m", "newsbeam", "watch", "--config", str(config)]
    said = ""
    for number, end in enumerate((signal.SIGKILL, signal.SIGINT)):
        process = subprocess.Popen(
            [*command, "--output", root, "--every", "1s", "--log-format", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        try:
            for each in range(2):
                write(arriving, number * 2 + each)
                wait_for(root, number * 2 + each + 1, process)
            process.send_signal(end)
            out, err = process.communicate(timeout=180)
            said += out + err
        finally:
            process.kill()
            process.wait(30)
    assert process.returncode == 130
    assert "Stopped. What was committed stays" in said
    assert SECRET not in said
    assert "Traceback" not in said
    assert run(["check", root]) == 0
    written = [
        line for each in read_commits(root) for line in each.ledger if line.kind == "written"
    ]
    assert sum(line.count for line in written) == 4


def test_watch_reaches_a_bucket_by_its_configuration_alone(s3: Server, tmp_path: Path):
    root, arriving = new_url(), tmp_path / "in"
    arriving.mkdir()
    write(arriving, 1)
    reached = {"endpoint": f"http://127.0.0.1:{s3.port}", "region": "us-east-1"}
    reached |= {"access_key_id": KEY, "secret_access_key": SECRET, "allow_http": True}
    config = tmp_path / "news.yaml"
    config.write_text(json.dumps({"inputs": [f"{arriving}/*.jsonl"], "buckets": {"s3": reached}}))
    variables = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "newsbeam", "watch", "-c", str(config), "-o", root, "--every", "1s"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=variables,
    )
    try:
        wait_for(root, 1, process)
        process.send_signal(signal.SIGINT)
        assert "Stopped. What was committed stays" in "".join(process.communicate(timeout=180))
    finally:
        process.kill()
        process.wait(30)
