"""How far the reading of one file has come, and how much of it this pass may still read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from newsbeam.transforms.core.ledger import PASSED_OVER_KINDS, Tally


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

    def must_stop(self) -> bool:
        """Tell whether this pass has read its share; it always gets something done first."""
        return self.max_bytes is not None and self.bytes_read >= self.max_bytes

    def stop_at(self, position: int) -> None:
        """End the pass here: what is at ``position`` and after it is left to the next one."""
        self.position, self.complete = position, False
