"""How far the reading of one file has come, and how much of it this pass may still read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from newsbeam.transforms.core.ledger import PASSED_OVER_KINDS, Tally

T = TypeVar("T")


@dataclass(slots=True)
class Progress:
    """What a reader of a long file keeps for its caller; the reader alone changes it."""

    position: int = 0  # where the next pass goes on: a byte offset, or a count of lines or rows
    max_bytes: int | None = None  # None: to the end
    bytes_read: int = 0
    complete: bool = True
    title: str | None = None
    #: Records of an archive that are no pages by their type, by that type.
    passed_over: dict[str, Tally] = field(default_factory=dict)

    def spend(self, size: int) -> None:
        """Count ``size`` bytes as read."""
        self.bytes_read += size

    def pass_over(self, kind: str, identity: str) -> None:
        """Count a record that is no page by its type; kinds that nobody knows are ``other``."""
        kind = kind if kind in PASSED_OVER_KINDS else "other"
        self.add_passed_over({kind: Tally.of([identity])})

    def add_passed_over(self, tallies: Mapping[str, Tally]) -> None:
        """Count what was passed over in a part of the file."""
        for kind, tally in tallies.items():
            self.passed_over[kind] = self.passed_over.get(kind, Tally()) + tally

    def count(self, parts: Iterable[tuple[T, int]]) -> Iterator[tuple[int, T]]:
        """Yield each part behind the position with its number, until this pass has read its share.

        ``parts`` are pairs of a line or an item and its size in bytes, from the file's start on.
        """
        begin = self.position
        number = 0
        for number, (part, size) in enumerate(parts, start=1):
            if number <= begin:
                continue
            if self.must_stop():
                self.stop_at(number - 1)
                return
            self.spend(size)
            yield number, part
        self.position = number

    def must_stop(self) -> bool:
        """Tell whether this pass has read its share; it always gets something done first."""
        return self.max_bytes is not None and self.bytes_read >= self.max_bytes

    def stop_at(self, position: int) -> None:
        """End the pass here: what is at ``position`` and after it is left to the next one."""
        self.position, self.complete = position, False
