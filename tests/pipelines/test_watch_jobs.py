"""``newsbeam watch`` as people and machines see it, over the newsroom's server."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from jobs import Dataset
from prometheus_client.parser import text_string_to_metric_families

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.engine import choose_engine
from newsbeam.pipelines.newsroom import Newsroom
from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watch import watch
from newsbeam.pipelines.watching.config import Plan
from newsbeam.pipelines.watching.events import Began, Ended, Event, Failed, Waiting
from newsbeam.pipelines.watching.measures import Measures
from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.ledger import total
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import Config
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.writer import to_ledger

WAIT_S = 150.0
FEED = "http://elbtal-anzeiger.example/feed.atom"
GONE = "http://elbtal-anzeiger.example/no-such-feed"
SLOW = "http://harbour-gazette.example/feed.xml"
LATER = "http://www.prairie-ledger.example/rss"


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as served:
        yield served


def write_config(path: Path, room: Newsroom, *inputs: str) -> None:
    fetch = {"connect_to": room.connect_to, "allow_addresses": ["127.0.0.1/32"], "delay_s": 0.02}
    fetch |= {"retries": 0, "max_wait_s": 1, "deadline_s": 30}
    # As an editor does it that cares: nobody reads half a file.
    new = path.with_suffix(".new")
    new.write_text(yaml.safe_dump({"inputs": list(inputs), "fetch": fetch}))
    new.replace(path)


def wait_until(holds: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + WAIT_S
    while not (found := holds()):
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(0.05)
    return found


class Watching:
    """A ``newsbeam watch`` in a process of its own, with what it logs as JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.other: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if line.startswith("{"):
                self.lines.append(json.loads(line))
            else:
                self.other.append(line)

    def line(self, words: str) -> dict[str, Any]:
        """Return the first line whose message has ``words``, when it is there."""

        def find() -> dict[str, Any] | None:
            assert self.process.poll() is None or not self._reader.is_alive(), self.other
            return next((each for each in self.lines if words in each["message"]), None)

        return wait_until(find, words)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=180)
        self._reader.join(10)
        return code


@contextmanager
def watching(config: Path, dataset: Dataset, *options: str) -> Iterator[Watching]:
    command = [sys.executable, "-m", "newsbeam", "watch", "--every", "1s", "--log-format", "json"]
    command += ["--config", str(config), "--output", str(dataset.root), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Watching(process)
        finally:
            process.kill()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=180) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Scrape:
    """What Prometheus reads at one moment."""

    def __init__(self, url: str) -> None:
        status, text = get(f"{url}/metrics")
        assert status == 200
        self.families = {each.name: each for each in text_string_to_metric_families(text)}

    def value(self, name: str, **labels: str) -> float:
        for family in self.families.values():
            for sample in family.samples:
                if sample.name == f"newsbeam_{name}" and sample.labels == labels:
                    return sample.value
        raise AssertionError(f"{name} {labels} is not exposed")


@pytest.mark.timeout(500)
def test_metrics_health_logs_report_and_configuration_of_one_watch(
    room: Newsroom, dataset: Dataset, tmp_path: Path
):
    config, report = tmp_path / "watch.yaml", tmp_path / "report.html"
    write_config(config, room, FEED, GONE, SLOW)
    room.behave(SLOW, delay_s=8.0)

    options = ("--metrics", "127.0.0.1:0", "--report", str(report))
    with watching(config, dataset, *options) as watched:
        url = watched.line("Metrics are at")["url"]

        watched.line("Round 1 reads 3 sources.")
        midway = Scrape(url)  # while the slow feed keeps the round from its end
        assert midway.value("due_sources") == midway.value("sources", state="new") == 3
        assert midway.value("entries_total") == 0
        assert get(f"{url}/healthz") == (200, "No round has ended yet.\n")

        first = watched.line("Round 1: ")
        room.behave(SLOW)
        watched.line("Looks again at")
        scrape = Scrape(url)
        (ledger,) = (to_ledger(commit.ledger) for commit in read_commits(str(dataset.root)))
        assert scrape.value("entries_total") == total(ledger, "entries").count > 0
        assert scrape.value("articles_total") == total(ledger, "written").count > 0
        assert scrape.value("poll_failures_total", reason="http_status") == 1
        assert scrape.value("polls_total", outcome="failed") == 1
        assert scrape.value("sources", state="failing") == 1
        assert scrape.value("commit_seconds_count") == scrape.value("round_seconds_count") == 1
        assert scrape.value("lag_seconds_count") > 0
        assert scrape.value("memory_bytes") > 1e7
        assert scrape.value("healthy") == 1
        status, sentence = get(f"{url}/healthz")
        assert (status, sentence[:24]) == (200, "The last round ended at ")

        # JSON logs have the names of the metrics, and their numbers.
        assert first["entries"] == scrape.value("entries_total")
        assert first["articles"] == scrape.value("articles_total")
        assert first["poll_failures"] == {"http_status": 1}
        assert first["commit_seconds"] == pytest.approx(
            scrape.value("commit_seconds_sum"), abs=0.01
        )
        for name in (*Measures().to_json(), "round_seconds", "memory_bytes"):
            assert name in first
            assert f"newsbeam_{name}" in scrape.families

        wait_until(report.exists, "the report")
        assert report.read_text(encoding="utf-8").startswith("<!doctype html>")

        upkeep = watched.line("Upkeep took")["upkeep_seconds"]
        assert 0 < upkeep <= scrape.value("upkeep_seconds_sum") + 0.01

        config.write_text("inputs: [\n")
        refused = watched.line("is refused; the one before goes on")
        assert "not valid YAML" in refused["why"]
        wait_until(lambda: Scrape(url).value("config_refused") == 1, "the refusal")
        assert get(f"{url}/healthz")[0] == 200
        write_config(config, room, FEED, LATER)
        watched.line("holds from now on")
        assert watched.line("Round 2: ")["polls"]["changed"] == 1  # FEED is not due yet
        after = Scrape(url)
        assert after.value("config_refused") == 0
        assert after.value("articles_total") > scrape.value("articles_total")
        assert watched.stop() == 130
    assert "Traceback" not in "".join(watched.other)
    assert dataset.check() == 0


def read_all(fd: int, process: subprocess.Popen[bytes], enough: str) -> str:
    """Return what a terminal was sent until ``enough`` was there and the process has ended."""
    text, deadline, is_stopped = "", time.monotonic() + WAIT_S, False
    while time.monotonic() < deadline:
        try:
            text += os.read(fd, 65536).decode("utf-8", "replace")
        except OSError:  # the other side is closed
            return text
        if enough in text and not is_stopped:
            process.send_signal(signal.SIGINT)
            is_stopped = True
    raise AssertionError(f"{enough!r} was not shown: {text[-2000:]!r}")


@pytest.mark.timeout(500)
def test_a_terminal_shows_each_source_and_is_left_as_it_was(
    room: Newsroom, dataset: Dataset, tmp_path: Path
):
    config = tmp_path / "watch.yaml"
    write_config(config, room, FEED, GONE)
    command = [sys.executable, "-m", "newsbeam", "watch", "--every", "60s"]
    command += ["--config", str(config), "--output", str(dataset.root)]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "110", "LINES": "30"}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        try:
            shown = read_all(ours, process, "Waits; looks again")
        finally:
            process.kill()
    os.close(ours)
    assert process.returncode == 130
    assert "its turn" in shown
    assert "http_status, " in shown  # why the feed that is not there fails
    assert "Round 1: " in shown, "what is logged scrolls above"
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "the cursor is shown again"
    assert "Stopped. What was committed stays" in shown
    assert "Traceback" not in shown


@pytest.mark.timeout(500)
def test_without_a_terminal_there_are_plain_lines(room: Newsroom, dataset: Dataset, tmp_path: Path):
    config = tmp_path / "watch.yaml"
    write_config(config, room, FEED)
    command = [sys.executable, "-m", "newsbeam", "watch", "--every", "60s"]
    command += ["--config", str(config), "--output", str(dataset.root)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            lines = []
            for line in process.stderr:
                lines.append(line)
                if "Looks again" in line:
                    break
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=180)
        finally:
            process.kill()
    assert out == ""
    assert "\x1b" not in "".join(lines)
    assert [line.split(": ")[1] for line in lines if "Round" in line] == [
        "Round 1 reads 1 source.\n",
        "Round 1",
    ]
    assert f"next is {FEED} at " in lines[-1]


def test_a_port_that_is_taken_is_said_before_anything_begins(
    dataset: Dataset, tmp_path: Path, capsys
):
    (tmp_path / "watch.yaml").write_text(f"inputs: ['{FEED}']\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        argv = ["watch", "-c", str(tmp_path / "watch.yaml"), "-o", str(dataset.root)]
        assert run([*argv, "--metrics", address]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"--metrics {address}: nothing can listen there: Address already in use." in said
    assert not dataset.root.exists()


class TestRoundsThatFail:
    """The loop alone, with rounds that do what the test says."""

    def follow(self, dataset: Dataset, monkeypatch, *rounds: Exception | None) -> list[Event]:
        """Return the events of a watch whose rounds end so; it stops behind them."""
        left, stop, events = list(rounds), threading.Event(), []

        def run_job(_due: object, root: str, *_args: object, **_more: object) -> Outcome:
            error = left.pop(0)
            if not left:
                stop.set()
            if error is not None:
                raise error
            return Outcome(root, "engine")

        monkeypatch.setattr("newsbeam.pipelines.watch.run_job", run_job)
        plan = Plan(Config(), (Source(ref=FEED, kind="feed"),))
        watch(
            lambda: plan,
            str(dataset.root),
            choose_engine(),
            every_s=0.01,
            stop=stop,
            tell=events.append,
        )
        return events

    def test_one_that_fails_is_told_and_the_next_tries_again(self, dataset, monkeypatch):
        errors = (DatasetError("The disk is full."), UsageError("No file is there."))
        events = self.follow(dataset, monkeypatch, None, *errors, None)
        kinds = [type(each) for each in events if not isinstance(each, Waiting)]
        assert kinds == [Began, Ended, Began, Failed, Began, Failed, Began, Ended]
        told = [each.why for each in events if isinstance(each, Failed)]
        assert told == ["The disk is full.", "No file is there."]
        waits = [each.went_well for each in events if isinstance(each, Waiting)]
        assert waits == [True, False, False, True]

    @pytest.mark.parametrize("error", [DatasetError, UsageError])
    def test_what_has_never_gone_well_ends_the_watch(self, error, dataset, monkeypatch):
        with pytest.raises(error, match="Not there"):
            self.follow(dataset, monkeypatch, error("Not there."), None)

    def test_a_bug_is_no_round_that_fails(self, dataset, monkeypatch):
        with pytest.raises(ZeroDivisionError):
            self.follow(dataset, monkeypatch, None, ZeroDivisionError(), None)
