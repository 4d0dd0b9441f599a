"""Messages of NewsML-G2 that are too large to be held: an item at a time."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.xml_text import make_safe
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.read import read_items

_CHUNK = 1 << 16
_ROOT = re.compile(rb"<(?:[\w.-]+:)?newsMessage[\s>]")
_DECLARATION = re.compile(rb"\A\s*(<\?xml[^>]{0,200}\?>)")
_ITEM = re.compile(
    rb"<((?:[\w.-]+:)?(?:newsItem|packageItem|conceptItem|knowledgeItem|planningItem|catalogItem))"
    rb"[\s>/]"
)
#: Names of items have no more characters than these, with a prefix.
_MAX_NAME = 64

Split = tuple[bytes | None, int]


def is_message(head: bytes) -> bool:
    """Return whether ``head`` begins a newsMessage whose items can be told by their tags."""
    return b"\0" not in head[:64] and _ROOT.search(head[:_CHUNK]) is not None


def read_message(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[WireItem | InputError, int]]:
    """Yield what each item of a message holds, and the bytes read for it.

    No more than an item of ``max_bytes`` is in memory. Raises ``InputError("unsafe_xml")`` for a
    document type that declares entities.
    """
    for document, size in _split(stream, max_bytes):
        if document is None:
            yield InputError("too_large", f"The item has more than {max_bytes:,} bytes."), size
            continue
        try:
            for number, item in enumerate(read_items(document, "newsml")):
                yield item, 0 if number else size
        except InputError as error:
            yield error, size


def _split(stream: BinaryIO, max_bytes: int) -> Iterator[Split]:
    """Yield each item as a document of its own, None where it is too large, with its size."""
    declaration: bytes | None = None
    name = b""
    buffer = b""
    skipped = 0  # bytes of an item that is too large
    while data := stream.read(_CHUNK):
        buffer += data
        while True:
            if not name:
                match = _ITEM.search(buffer)
                if match is None:
                    if declaration is None and len(buffer) > max_bytes:
                        raise InputError("too_large", "It has no item where one could be read.")
                    keep = len(buffer) if declaration is None else _MAX_NAME
                    buffer = buffer[-keep:]
                    break
                if declaration is None:
                    make_safe(buffer[: match.start()])  # refuses entities
                    told = _DECLARATION.match(buffer)
                    declaration = told[1] if told else b""
                name, buffer = match[1], buffer[match.start() :]
            end = re.search(rb"</" + re.escape(name) + rb"\s*>", buffer)
            if end is not None:
                size = skipped + end.end()
                yield (
                    (None if size > max_bytes else (declaration or b"") + buffer[: end.end()]),
                    size,
                )
                name, buffer, skipped = b"", buffer[end.end() :], 0
                continue
            if skipped + len(buffer) > max_bytes:
                skipped += max(0, len(buffer) - _MAX_NAME)
                buffer = buffer[-_MAX_NAME:]
            break
    if name:
        yield (None if skipped else (declaration or b"") + buffer), skipped + len(buffer)
