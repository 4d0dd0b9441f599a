"""The manual and the README: commands, configurations and links in them hold."""

import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup

from benchmarks.make_reference import FOLDER, pages
from newsbeam.pipelines.cli import app
from newsbeam.transforms.core.settings import Config

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
ALL = sorted([*PAGES, *ROOT.glob("docs/*/*.md")])
_NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def blocks(page: Path, *languages: str) -> list[str]:
    """What stands between fences of these languages."""
    names = "|".join(languages)
    return re.findall(rf"^```(?:{names})\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.M)


def commands(page: Path) -> list[list[str]]:
    """The words of each call of newsbeam in a page."""
    lines = "\n".join(blocks(page, "sh", "bash")).replace("\\\n", " ").splitlines()
    found = [shlex.split(line, comments=True) for line in lines]
    return [words[1:] for words in found if words[:1] == ["newsbeam"]]


@pytest.mark.parametrize("page", PAGES, ids=_NAMES)
def test_each_command_is_one_that_newsbeam_takes(page):
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for words in commands(page):
        if words[0].startswith("--"):
            continue  # --version and the like
        name, arguments = words[0], words[1:]
        assert name in group.commands, words
        for end in ("--", ">"):  # what is for Beam, and for the shell
            arguments = arguments[: arguments.index(end)] if end in arguments else arguments
        group.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("page", PAGES, ids=_NAMES)
def test_each_configuration_is_one(page):
    for block in blocks(page, "yaml"):
        Config.model_validate(yaml.safe_load(block))


def test_the_defaults_that_a_page_states_are_those_of_the_settings():
    config, units = Config().model_dump(), {"": 1, "MiB": 1 << 20}
    stated = re.findall(
        r"^\| `(\w+)\.(\w+)` \| (\d+)(?:: [^|]*)?(?: (MiB))? \|",
        (ROOT / "docs/engines.md").read_text("utf-8"),
        re.M,
    )
    assert len(stated) > 5
    for section, name, number, unit in stated:
        assert config[section][name] == int(number) * units[unit], name


def test_there_is_something_to_look_at():
    assert sum(len(commands(page)) for page in PAGES) > 40
    assert sum(len(blocks(page, "yaml")) for page in PAGES) > 4


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to the headings of a page."""
    found = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-") for line in found}


@pytest.mark.parametrize("page", ALL, ids=[str(page.relative_to(ROOT)) for page in ALL])
def test_each_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        aim = page.parent / path if path else page
        assert aim.exists(), target
        assert not anchor or anchor in anchors(aim), target


def test_the_pages_that_follow_from_the_code_do():
    for name, text in pages().items():
        assert (FOLDER / name).read_text("utf-8") == text, "run make docs"
