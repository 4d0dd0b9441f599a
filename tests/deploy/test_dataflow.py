"""The flex template: its metadata are of the documented form, and its launcher commits one pass."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jobs import Dataset, page

from newsbeam.transforms.core.errors import ConfigError

DATAFLOW = Path(__file__).resolve().parents[2] / "configs" / "deploy" / "dataflow"
METADATA = json.loads((DATAFLOW / "metadata.json").read_text("utf-8"))
#: TemplateMetadata and ParameterMetadata of Dataflow's API v1b3, as far as files have them.
SCHEMA = {
    "type": "object",
    "required": ["name", "parameters"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "description": {"type": "string"},
        "streaming": {"type": "boolean"},
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "label", "helpText"],
                "additionalProperties": False,
                "properties": {
                    "name": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
                    "label": {"type": "string"},
                    "helpText": {"type": "string"},
                    "isOptional": {"type": "boolean"},
                    "regexes": {"type": "array", "items": {"type": "string", "format": "regex"}},
                    "paramType": {"enum": ["DEFAULT", "TEXT", "GCS_READ_FILE", "GCS_WRITE_FOLDER"]},
                },
            },
        },
    },
}


@pytest.fixture
def launcher() -> Any:
    spec = importlib.util.spec_from_file_location("launcher", DATAFLOW / "launcher.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def launch(launcher: Any, folder: Path, *more: str) -> None:
    runner = "--runner=apache_beam.runners.portability.fn_api_runner.FnApiRunner"
    launcher.main([f"--inputs={folder}/in/*.html", f"--output={folder}/news", runner, *more])


def test_the_metadata_are_of_the_documented_form():
    jsonschema.validate(METADATA, SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("parameter", METADATA["parameters"], ids=lambda each: each["name"])
def test_the_example_of_a_parameter_matches_its_pattern(parameter: dict[str, Any]):
    _, _, example = parameter["helpText"].partition("Example: ")
    assert example
    assert all(re.search(pattern, example) for pattern in parameter["regexes"])


def test_the_parameters_are_those_of_the_launcher(
    launcher: Any, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit):
        launcher.main(["--help"])
    said = capsys.readouterr().out
    options = set(re.findall(r"^  --(\w+)", said, re.MULTILINE))
    assert options == {each["name"] for each in METADATA["parameters"]}
    needed = set(re.findall(r"(?<!\[)--(\w+)", said.partition("options:")[0]))
    assert needed == {each["name"] for each in METADATA["parameters"] if "isOptional" not in each}


def test_the_launcher_commits_a_pass_and_the_command_goes_on_from_there(
    launcher: Any, tmp_path: Path
):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_text(page("harbour"), "utf-8")
    launch(launcher, tmp_path, "--settings=extract.workers=1 keep.bytes=all")
    dataset = Dataset(tmp_path / "news")
    assert [row["title"] for row in dataset.rows("articles")] == ["A vote on the breakwater"]
    assert dataset.check() == 0
    assert dataset.ingest(tmp_path / "in") == 0
    assert dataset.ledger()("not_modified") == 1
    assert dataset.check() == 0


def test_a_setting_that_is_none_ends_the_launch_with_a_sentence(launcher: Any, tmp_path: Path):
    with pytest.raises(ConfigError, match="passes"):
        launch(launcher, tmp_path, "--settings=passes.max_byte=1")
