"""Metrics: what they count, how they are served, and that what names them names what is there."""

import http.client
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jobs import Dataset, page
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from newsbeam.pipelines.cli import run
from newsbeam.pipelines.run import Outcome
from newsbeam.pipelines.watching.events import (
    Began,
    Committed,
    Configured,
    Ended,
    Event,
    Failed,
    KeptUp,
    Refused,
    Waiting,
)
from newsbeam.pipelines.watching.health import Health
from newsbeam.pipelines.watching.measures import Measures, measure_commit, memory_bytes
from newsbeam.pipelines.watching.metrics import Metrics
from newsbeam.pipelines.watching.server import MetricsServer, parse_address
from newsbeam.transforms.core.errors import REASONS, UsageError
from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import Source
from newsbeam.transforms.core.settings import DatasetSettings
from newsbeam.transforms.dataset.commits import commit_unit
from newsbeam.transforms.dataset.log import read_commits
from newsbeam.transforms.dataset.writer import to_lines
from newsbeam.transforms.sources.schedule import Schedule

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parse(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Watch:
    """A watch of which only the events are there."""

    def __init__(self) -> None:
        self.health = Health(timedelta(minutes=10))
        self.metrics = Metrics(self.health)

    def tell(self, *events: Event) -> None:
        for event in events:
            self.health(event)
            self.metrics(event)

    def samples(self) -> Samples:
        return parse(generate_latest(self.metrics.registry).decode())

    def value(self, name: str, **labels: str) -> float:
        return self.samples()[f"newsbeam_{name}", frozenset(labels.items())]


@pytest.fixture
def watch() -> Watch:
    return Watch()


class TestMeasures:
    def test_a_commit_is_measured_by_its_ledger_and_its_articles(
        self, dataset: Dataset, tmp_path: Path
    ):
        (tmp_path / "a.html").write_text(page("harbour"))
        (tmp_path / "b.html").write_text(page("harbour", title="The same"))
        (tmp_path / "c.html").write_text("<html><title>Empty</title></html>")
        assert dataset.ingest(tmp_path / "*.html") == 0
        (commit,) = read_commits(str(dataset.root))
        found = measure_commit(str(dataset.root), commit, 1.5)
        assert (found.entries, found.articles) == (3, 1)
        assert found.duplicates.total() == 1
        assert found.rejects.total() == 1
        assert found.polls == {"changed": 3, "not_modified": 0, "failed": 0}
        (lag,) = found.lag_seconds  # published on 2026-03-03 at 8:30 UTC, by the page
        published = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
        assert lag == (commit.committed_at - published).total_seconds()
        told = (found + found).to_json()
        assert told["entries"] == 6
        assert told["commit_seconds"] == 3.0
        assert told["lag_seconds"] == dict.fromkeys(("p50", "p90", "max"), round(lag, 1))

    def test_a_reason_that_is_not_known_is_one_other_reason(self, dataset: Dataset):
        ledger = {
            ("polled", ""): Tally.of(["a", "b"]),
            ("poll_failed", "http://x.example/no-reason"): Tally.of(["a"]),
            ("poll_failed", "timeout"): Tally.of(["b"]),
        }
        root = str(dataset.root)
        commit = commit_unit(root, "u", [], {}, base=0, info={}, settings=DatasetSettings())
        commit = replace(commit, ledger=to_lines(ledger))
        found = measure_commit(root, commit)
        assert found.poll_failures == {"other": 1, "timeout": 1}

    def test_what_steps_of_ones_own_reject_has_a_stage_of_its_own(
        self, dataset: Dataset, watch: Watch
    ):
        ledger = {
            ("rejected", "off_topic"): Tally.of(["a"]),
            ("rejected", "step_failed"): Tally.of(["b"]),
            ("rejected", "no_article"): Tally.of(["c"]),
        }
        root = str(dataset.root)
        commit = commit_unit(root, "u", [], {}, base=0, info={}, settings=DatasetSettings())
        before = watch.samples().keys()
        watch.tell(Committed(measure_commit(root, replace(commit, ledger=to_lines(ledger)))))
        assert watch.value("rejects_total", stage="step", reason="other") == 1
        assert watch.value("rejects_total", stage="step", reason="step_failed") == 1
        assert watch.value("rejects_total", stage="extract", reason="no_article") == 1
        assert watch.samples().keys() == before

    def test_memory_is_that_of_all_processes_where_the_system_tells(self):
        memory = memory_bytes()
        if not Path("/proc/self/smaps_rollup").exists():
            assert memory is None
        else:
            assert 10e6 < memory < 100e9


class TestCounting:
    def test_all_series_are_there_from_the_beginning_and_labels_are_closed_lists(self, watch):
        before = watch.samples()
        assert watch.value("rejects_total", stage="fetch", reason="timeout") == 0
        for number, reason in enumerate([*REASONS, "other"]):
            rejects = {("fetch", reason): number, ("extract", reason): 1}
            failures = {reason: number}
            measures = Measures()
            measures.rejects.update(rejects)
            measures.poll_failures.update(failures)
            watch.tell(Committed(measures))
        after = watch.samples()
        assert after.keys() == before.keys()
        assert len(after) < 300
        values = {value for _, labels in after for name, value in labels if name != "le"}
        assert not [value for value in values if "/" in value or "." in value]

    def test_what_a_round_brought_is_added(self, watch):
        measures = Measures(
            entries=9, articles=4, lag_seconds=(50.0, 4000.0), commit_seconds=(0.2,)
        )
        measures.duplicates["near"] = 2
        for _ in range(2):
            watch.tell(Committed(measures), Ended(1, Outcome("news", "engine", seconds=7.0)))
        watch.tell(Failed("No."), KeptUp(3.0))
        assert watch.value("entries_total") == 18
        assert watch.value("articles_total") == 8
        assert watch.value("duplicates_total", how="near") == 4
        assert watch.value("lag_seconds_count") == 4
        assert watch.value("lag_seconds_bucket", le="60.0") == 2
        assert watch.value("commit_seconds_sum") == pytest.approx(0.4)
        assert watch.value("round_seconds_sum") == 14
        assert watch.value("upkeep_seconds_sum") == 3
        assert watch.value("rounds_total", result="done") == 2
        assert watch.value("rounds_total", result="failed") == 1

    def test_sources_health_and_configuration_are_as_they_are_now(self, watch):
        schedule = Schedule([Source(ref="http://a.example/feed", kind="feed")])
        due = tuple(schedule.due(datetime.now(UTC)))
        watch.tell(Refused("watch.yaml", "No."), Began(1, due, schedule))
        assert watch.value("sources", state="new") == watch.value("due_sources") == 1
        assert watch.value("config_refused") == 1
        assert watch.value("healthy") == 1
        after = Waiting(datetime.now(UTC), schedule, went_well=False)
        watch.tell(Configured("watch.yaml"), Failed("No."), after)
        assert watch.value("due_sources") == watch.value("config_refused") == 0
        assert watch.value("healthy") == 0


@pytest.fixture
def server(watch: Watch) -> Iterator[MetricsServer]:
    made = MetricsServer("127.0.0.1:0", watch.metrics, watch.health)
    with made.serving():
        yield made


def ask(server: MetricsServer, path: str, method: str = "GET") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Content-Type"], body


class TestServer:
    def test_metrics_are_read_by_the_parser_of_prometheus(self, server, watch):
        status, kind, body = ask(server, "/metrics")
        assert status == 200
        assert kind.startswith("text/plain; version=")
        assert parse(body).keys() == watch.samples().keys()

    def test_health_is_200_or_503_with_the_reason(self, server, watch):
        assert ask(server, "/healthz")[0] == 200
        watch.tell(Failed("The disk is full."))
        status, _, body = ask(server, "/healthz?verbose")
        assert (status, body) == (503, "The last round failed: The disk is full.\n")
        assert ask(server, "/healthz", "HEAD") == (503, "text/plain; charset=utf-8", "")

    def test_other_places_are_not_found_and_nothing_can_be_sent(self, server):
        assert ask(server, "/")[0] == 404
        assert ask(server, "/metrics", "POST")[0] == 501

    def test_a_client_that_says_nothing_keeps_nobody_from_asking(self, server):
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            assert ask(server, "/metrics")[0] == 200

    def test_a_port_that_is_taken_is_a_sentence(self, server, watch):
        address = server.url.removeprefix("http://")
        with pytest.raises(
            UsageError, match=f"--metrics {address}: nothing can listen there: Addr"
        ):
            MetricsServer(address, watch.metrics, watch.health)

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("127.0.0.1:9464", ("127.0.0.1", 9464)),
            ("localhost:0", ("localhost", 0)),
            ("[::1]:9464", ("::1", 9464)),
        ],
    )
    def test_addresses_are_read(self, text: str, address: tuple[str, int]):
        assert parse_address(text) == address

    @pytest.mark.parametrize(
        "text", ["", "9464", ":9464", "host", "host:", "host:99999", "::1:9464", "http://h:1"]
    )
    def test_what_is_no_address_is_a_sentence(self, text: str):
        with pytest.raises(UsageError, match=r"write HOST:PORT, such as 127\.0\.0\.1:9464"):
            parse_address(text)


def named_metrics(text: str) -> set[str]:
    return set(re.findall(r"\bnewsbeam_[a-z_]+", text))


def read_config(name: str) -> str:
    return (files("newsbeam.configs") / name).read_text(encoding="utf-8")


class TestExamples:
    def test_every_metric_that_dashboard_and_alerts_name_is_exposed(self, watch):
        exposed = {name for name, _ in watch.samples()}
        targets = [
            target["expr"]
            for panel in json.loads(read_config("grafana.json"))["panels"]
            for target in panel["targets"]
        ]
        rules = [
            rule["expr"]
            for group in yaml.safe_load(read_config("alerts.yaml"))["groups"]
            for rule in group["rules"]
        ]
        assert len(rules) == 3
        for expression in (*targets, *rules):
            assert named_metrics(expression), expression
        for text in (read_config("grafana.json"), read_config("alerts.yaml")):
            assert named_metrics(text) <= exposed

    def test_every_metric_is_on_the_dashboard(self, watch):
        shown = named_metrics(read_config("grafana.json"))
        families = {
            re.sub(r"_(bucket|count|sum)$", "", name)
            for name, _ in watch.samples()
            if name.startswith("newsbeam_")
        }
        assert not families - {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown}

    def test_labels_that_they_group_by_are_there(self, watch):
        labels: dict[str, set[str]] = {}
        for name, given in watch.samples():
            labels.setdefault(name, set()).update(label for label, _ in given)
        text = read_config("grafana.json") + read_config("alerts.yaml")
        found = re.findall(r"(?:by|without) \(([a-z, ]+)\) \((?:increase\()?(newsbeam_\w+)", text)
        assert len(found) >= 6
        for given, name in found:
            assert set(given.split(", ")) <= labels[name], name


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--metrics", "9464"], "write HOST:PORT"),
        (["--report", "no/such/folder/report.html"], "cannot be written: No such file"),
        (["--report", "."], "is a folder"),
        (["--report", "/"], "is a folder"),
        (["--report", "~no-such-user/report.html"], "no user with a home of that name"),
        (["--report", "s3://box"], "names no file in a bucket"),
        (["--report", "ftp://box/report.html"], "are kept on local or mounted file systems"),
        (["--report", f"{'a' * 300}.html"], "File name too long"),
        (["--report", "-"], "give the name of a file"),
    ],
)
def test_what_cannot_be_had_is_said_before_anything_begins(
    options: list[str], words: str, dataset: Dataset, tmp_path: Path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("watch.yaml").write_text("inputs: ['http://a.example/feed']\n")
    assert run(["watch", "-c", "watch.yaml", "-o", str(dataset.root), *options]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert words in said
    assert not dataset.root.exists()
