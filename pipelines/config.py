"""Reading a configuration: YAML, then ``--set``, checked as a whole."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from newsbeam.transforms.core.errors import ConfigError
from newsbeam.transforms.core.settings import Config, InputSettings


def load_config(path: str | None = None, overrides: Iterable[str] = ()) -> Config:
    """Return the configuration in the YAML file ``path`` with ``key=value`` overrides applied.

    Raises ConfigError that names the file and the key.
    """
    values: dict[str, Any] = {} if path is None else _read_yaml(path)
    for override in overrides:
        _apply(values, override)
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        lines = {} if path is None else _find_lines(path)
        raise ConfigError(_explain(error, path or "--set", lines)) from None


def _find_lines(path: str) -> dict[tuple[int | str, ...], int]:
    """Return the line of each key and item of a YAML file, by the way that leads to it."""
    lines: dict[tuple[int | str, ...], int] = {}
    root = yaml.compose(Path(path).read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    waiting: list[tuple[tuple[int | str, ...], Any]] = [((), root)]
    while waiting:
        way, node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            inner = [((*way, key.value), key, value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            inner = [((*way, number), each, each) for number, each in enumerate(node.value)]
        else:
            continue
        for place, named, value in inner:
            if place not in lines:  # an alias may lead back
                lines[place] = named.start_mark.line + 1
                waiting.append((place, value))
    return lines


def _read_yaml(path: str) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The configuration {path} cannot be read: {error.strerror}. "
            "Give the path of a YAML file with --config."
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}, line {mark.line + 1}, column {mark.column + 1}" if mark else path
        what = ", ".join(each for each in (error.context, error.problem) if each)
        raise ConfigError(
            f"{where}: this is not valid YAML: {what}. Mend that line; often the indentation, a "
            "colon or a quotation mark is missing."
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # of bytes that are no text, or no such day
        raise ConfigError(f"The configuration {path} is not valid YAML: {error}.") from None
    except RecursionError:
        raise ConfigError(f"The configuration {path} is nested too deep to be read.") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ConfigError(f"The configuration {path} must be a mapping of keys to values.")
    return loaded


def _apply(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key:
        raise ConfigError(f"--set {override}: write it as key=value, for example fetch.delay_s=2.")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        value = text
    *sections, last = key.split(".")
    place = values
    for section in sections:
        place = place.setdefault(section, {})
        if not isinstance(place, dict):
            raise ConfigError(f"--set {key}=…: {section} is a value and has no keys.")
    place[last] = value


def _explain(error: ValidationError, path: str, lines: Mapping[tuple[int | str, ...], int]) -> str:
    sentences: list[tuple[int, str]] = []
    for problem in error.errors():
        location = problem["loc"]
        way = tuple(part for part in location if part != InputSettings.__name__)
        key = ".".join(map(str, way))
        known = (lines[way[:end]] for end in range(len(way), 0, -1) if way[:end] in lines)
        line = next(known, None)
        where = path if line is None else f"{path}, line {line}"
        if problem["type"] == "extra_forbidden":
            told = f"unknown key {key}{_suggest(location)}"
        elif location[:1] == ("inputs",) and location[-1] in ("str", InputSettings.__name__):
            continue  # the other arm of the union says it better
        elif problem["type"] == "secret":
            told = f"{key}: {problem['msg']}."
        else:
            # What stands where a secret belongs is shown to nobody.
            found = "" if location[:1] == ("buckets",) else f" (found {problem['input']!r})"
            told = f"{key}: {problem['msg']}{found}."
        sentences.append((line or 0, f"{where}: {told}"))
    ordered = sorted(sentences, key=lambda each: each[0])
    return "\n".join(dict.fromkeys(said for _, said in ordered)) or f"{path}: {error}"


def _suggest(location: tuple[int | str, ...]) -> str:
    section: Any = Config
    for part in location[:-1]:
        if part == InputSettings.__name__:  # how pydantic names the arm of the union
            section = InputSettings
        elif section is not None and part in section.model_fields:
            found = section.model_fields[part].annotation
            section = found if hasattr(found, "model_fields") else None
    names = list(section.model_fields) if section is not None else []
    close = difflib.get_close_matches(str(location[-1]), names, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known here: {', '.join(names)}." if names else "."
