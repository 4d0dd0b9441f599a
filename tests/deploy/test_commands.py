"""What the examples in ``configs/deploy`` call exists: commands, options, settings, versions."""

import ast
import json
import re
import shlex
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from apache_beam.options.pipeline_options import PipelineOptions

import newsbeam
from newsbeam.pipelines.cli import app
from newsbeam.pipelines.config import load_config
from newsbeam.pipelines.options import parse_duration
from newsbeam.pipelines.watching.server import parse_address
from newsbeam.transforms.core.settings import Config

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "configs" / "deploy"
#: How many commands of newsbeam each example has; one that is not found cannot be checked.
COMMANDS = {
    "image/Dockerfile": 2,
    "systemd/newsbeam-ingest.service": 2,
    "systemd/newsbeam-watch.service": 1,
    "cron/newsbeam.crontab": 3,
    "kubernetes/ingest.yaml": 2,
    "kubernetes/watch.yaml": 1,
    "airflow/newsbeam_dag.py": 3,
    "dagster/newsbeam_assets.py": 3,
}


def examples() -> list[Path]:
    return [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def find_commands(path: Path) -> Iterator[list[str]]:
    """Yield the arguments of each call of newsbeam in an example."""
    text = path.read_text("utf-8")
    match path.suffix:
        case ".service":
            for line in re.findall(r"^ExecStart=\S+/newsbeam (.*)$", text, re.MULTILINE):
                yield shlex.split(line)
        case ".crontab":
            for line in re.findall(r'/bin/newsbeam" (.*?)(?: >.*)?$', text, re.MULTILINE):
                yield shlex.split(line)
        case ".yaml":
            for container in _containers(yaml.safe_load_all(text)):
                yield container["args"]
        case ".py":
            for call in ast.walk(ast.parse(text)):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "run":
                    # What is no constant is a place or a number; commands take both as text.
                    known = [getattr(each, "value", "1") for each in call.args]
                    yield [each if isinstance(each, str) else "1" for each in known] + ["--json"]
        case "":  # a Dockerfile
            for line in re.findall(r"^CMD (.*)$", text, re.MULTILINE):
                yield json.loads(line)
            for line in re.findall(r"docker run .* newsbeam:\S+ (.*)$", text, re.MULTILINE):
                yield shlex.split(line)


def _containers(documents: Any) -> Iterator[dict[str, Any]]:
    for document in documents:
        if document["kind"] == "CronJob":
            document = document["spec"]["jobTemplate"]
        pod = document.get("spec", {}).get("template", {}).get("spec", {})
        yield from pod.get("initContainers", ())
        yield from pod.get("containers", ())


def parse(arguments: list[str]) -> dict[str, Any]:
    """Return what the command line makes of ``arguments``, without running the command."""
    group = typer.main.get_command(app)
    name, *rest = arguments
    assert isinstance(group, typer.core.TyperGroup)
    command = group.commands[name]
    with command.make_context(name, rest) as context:
        return dict(context.params)


def check(arguments: list[str]) -> None:
    if "--" in arguments:
        split = arguments.index("--")
        arguments, beam = arguments[:split], arguments[split + 1 :]
        options = PipelineOptions(beam)
        known = options.get_all_options()
        assert set(options.get_all_options(retain_unknown_options=True)) == set(known)
    values = parse(arguments)
    load_config(None, values.get("overrides") or ())
    if values.get("every"):
        parse_duration(values["every"])
    if values.get("metrics"):
        parse_address(values["metrics"])
    assert values.get("log_format", "text") in ("text", "json")


@pytest.mark.parametrize(("name", "count"), COMMANDS.items())
def test_the_commands_of_an_example_are_newsbeams(name: str, count: int):
    commands = list(find_commands(DEPLOY / name))
    assert len(commands) == count
    for arguments in commands:
        check(arguments)


def test_no_example_is_left_out():
    others = {"image/Dockerfile.dockerignore", "systemd/newsbeam-ingest.timer"}
    found = {str(path.relative_to(DEPLOY)) for path in examples()}
    assert {name for name in found if not name.startswith("dataflow/")} == {*COMMANDS, *others}


def test_the_commands_of_the_document_are_newsbeams():
    text = (ROOT / "docs" / "deploy.md").read_text("utf-8").replace("\\\n", " ")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    lines = re.findall(r"^newsbeam (.*)$", blocks, re.MULTILINE)
    assert lines
    for line in lines:
        check(shlex.split(line, comments=True))


def test_the_document_names_every_example():
    text = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    named = {ROOT / path.rstrip("/") for path in re.findall(r"`(configs/deploy/[^`]+)`", text)}
    assert all(path.exists() for path in named)
    assert {path.parent for path in examples()} <= named | {path.parent for path in named}


def test_the_configuration_in_the_config_map_is_valid():
    documents = yaml.safe_load_all((DEPLOY / "kubernetes/ingest.yaml").read_text("utf-8"))
    [found] = [each for each in documents if each["kind"] == "ConfigMap"]
    for text in found["data"].values():
        assert Config.model_validate(yaml.safe_load(text)).inputs


def test_secrets_stand_in_no_example():
    for name in ("ingest.yaml", "watch.yaml"):
        documents = yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text("utf-8"))
        named = [each for pod in _containers(documents) for each in pod["env"]]
        assert named
        for variable in named:
            assert ("value" in variable) == (variable["name"] == "AWS_REGION")


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe"])
def test_probes_ask_the_port_that_the_watch_serves(probe: str):
    documents = yaml.safe_load_all((DEPLOY / "kubernetes/watch.yaml").read_text("utf-8"))
    [watch] = _containers(documents)
    assert watch[probe]["httpGet"]["path"] in ("/healthz", "/metrics")
    served = parse_address(parse(watch["args"])["metrics"])[1]
    assert [port["containerPort"] for port in watch["ports"]] == [served]


def locked(name: str, requirements: str) -> str:
    found = re.search(rf"^{name}==(\S+)", (ROOT / requirements).read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1]


def test_versions_are_those_of_the_lock_files():
    image = (DEPLOY / "image/Dockerfile").read_text("utf-8")
    template = (DEPLOY / "dataflow/Dockerfile").read_text("utf-8")
    beam = locked("apache-beam", "requirements.txt")
    assert re.findall(r"beam_python3\.11_sdk:(\S+)", image) == [beam]
    assert re.findall(r"apache-beam\[gcp\]==([\d.]+)", template) == [beam]
    assert re.findall(r"setuptools==([\d.]+)", image) == [
        locked("setuptools", "requirements-dev.txt")
    ]
    # One Python for the command, its workers and the template's launcher.
    pythons = re.findall(r"python:?(3\.\d+|3\d\d)(?:-slim|_sdk|-template)", image + template)
    assert {each.replace(".", "") for each in pythons} == {"311"}
    every = "".join(path.read_text("utf-8") for path in examples())
    named = re.findall(r"newsbeam(?:-worker|-template)?:(\d\S*?\d)(?=\s)", every)
    assert named
    assert set(named) == {newsbeam.__version__}


def test_cron_has_five_fields_and_no_percent_sign():
    lines = (DEPLOY / "cron/newsbeam.crontab").read_text("utf-8").splitlines()
    jobs = [line for line in lines if not re.match(r"#|\w+=", line)]
    assert len(jobs) == 3
    for line in jobs:
        assert re.match(r"(?:[\d*/,-]+ ){5}\S", line)
        assert "%" not in line  # which cron takes for the end of the line
    assert set(string.printable) >= set("".join(jobs))
