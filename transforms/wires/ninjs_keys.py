"""Keys of ninjs, in whatever case they are: versions 1, 2 and 3 name and nest them apart."""

from collections.abc import Iterator
from typing import Any

from newsbeam.transforms.wires.xml_tree import tidy

Node = dict[str, Any]


class Getter:
    """Looks keys up in whatever case, with or without a hyphen, they are written."""

    def __init__(self, node: Node) -> None:
        self.values = {str(key).lower().replace("-", ""): value for key, value in node.items()}

    def value(self, *keys: str) -> Any:
        """Return the first of these keys that there is."""
        for key in keys:
            if (value := self.values.get(key)) is not None:
                return value
        return None

    def text(self, *keys: str) -> str | None:
        """Return the first of these keys that says something, on one line."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, int | float) and not isinstance(value, bool):
                value = str(value)
            if isinstance(value, str) and (said := tidy(value)):
                return said
        return None

    def items(self, *keys: str) -> list[Any]:
        """Return what a list or an object holds."""
        value = self.value(*keys)
        if isinstance(value, list):
            return value
        return list(value.values()) if isinstance(value, dict) else []


def text_in(node: Any, *keys: str) -> str | None:
    """Return the first of these keys of ``node`` that says something."""
    return Getter(node).text(*keys) if isinstance(node, dict) else None


def name_in(node: Any) -> str | None:
    """Return what ``node``, a text or an object, is called."""
    return tidy(node) if isinstance(node, str) else text_in(node, "name", "title", "fullname")


def code_in(node: Any) -> str | None:
    """Return the code of ``node``, an object."""
    return text_in(node, "code", "qcode", "uri", "literal")


def roles_of(get: Getter, plural: str, singular: str) -> Iterator[tuple[str, Any, str]]:
    """Yield (role, value, content type) of a list of versions 2 and 3, or the keys of version 1."""
    for each in get.items(plural):
        if isinstance(each, dict):
            role, kind = text_in(each, "role") or "", text_in(each, "contenttype") or ""
            yield role, Getter(each).value("value"), kind
    for key, value in get.values.items():
        if key == singular or key.startswith(singular + "_"):
            yield key.removeprefix(singular).removeprefix("_"), value, ""
