"""Coders of the records: typed msgpack, never pickle."""

import struct
from typing import Any

import msgspec
from apache_beam import coders

from newsbeam.transforms.core.ledger import Tally
from newsbeam.transforms.core.records import (
    Article,
    Duplicate,
    Entry,
    LedgerEvent,
    Page,
    Poll,
    Reject,
    SiteLine,
    Source,
    Unchanged,
)
from newsbeam.transforms.dataset.writer import LedgerLine, StagedFile
from newsbeam.transforms.dedup.clusters import Component
from newsbeam.transforms.dedup.links import Linked, NewArticle

#: A record's coded form begins with its place in this tuple: append, never reorder.
RECORDS = (
    Source,
    Entry,
    Article,
    Duplicate,
    Reject,
    Unchanged,
    Poll,
    LedgerEvent,
    StagedFile,
    LedgerLine,
    SiteLine,
    NewArticle,
    Linked,
    Component,
    Page,
)
_NUMBER = {record: number for number, record in enumerate(RECORDS)}
_TALLY = struct.Struct(">Q16s")


class CommitPart:
    """Type hint of what meets in a commit, ``StagedFile`` or ``LedgerLine``.

    Beam would code a union of them by pickle.
    """


class NearPart:
    """Type hint of what meets among near-duplicates: ``Article``, ``Linked`` or ``Component``."""


class StoryPart:
    """Type hint of what meets before it is written: ``Article`` or ``Duplicate``."""


class RecordCoder(coders.Coder):
    """Code any of ``RECORDS`` as one byte for its type and msgpack for its fields."""

    def __init__(self) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._decoders = [msgspec.msgpack.Decoder(record) for record in RECORDS]

    def __reduce__(self) -> tuple[Any, ...]:
        return (RecordCoder, ())

    def encode(self, value: Any) -> bytes:
        """Return the bytes of one record."""
        return bytes((_NUMBER[type(value)],)) + self._encoder.encode(value)

    def decode(self, encoded: bytes) -> Any:
        """Return the record of these bytes."""
        return self._decoders[encoded[0]].decode(memoryview(encoded)[1:])

    def is_deterministic(self) -> bool:
        """Return True: fields are coded in their order."""
        return True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class TallyCoder(coders.Coder):
    """Code a tally as its count and its digest, 24 bytes."""

    def encode(self, value: Tally) -> bytes:
        """Return the 24 bytes of one tally."""
        return _TALLY.pack(value.count, value.digest.to_bytes(16, "big"))

    def decode(self, encoded: bytes) -> Tally:
        """Return the tally of these bytes."""
        count, digest = _TALLY.unpack(encoded)
        return Tally(count, int.from_bytes(digest, "big"))

    def is_deterministic(self) -> bool:
        """Return True."""
        return True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


def register_coders() -> None:
    """Tell Beam how records are coded; importing this module does."""
    for record in RECORDS:
        coders.registry.register_coder(record, RecordCoder)
    for part in (CommitPart, NearPart, StoryPart):
        coders.registry.register_coder(part, RecordCoder)
    coders.registry.register_coder(Tally, TallyCoder)


register_coders()
