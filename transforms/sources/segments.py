"""Records written in segments (WARC/1.1, 7): joined again, as far as one file has them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from newsbeam.transforms.sources.warc_records import PAGE_TYPES, Damage, Record

#: Records that wait for more of their segments; a writer has one at a time.
_MAX_WAITING = 4


@dataclass(slots=True)
class _Waiting:
    """The first segment of a record, and what came after it."""

    first: Record
    blocks: list[bytes] = field(default_factory=list)
    size: int = 0
    segments: int = 1

    def join(self, cut: str | None = None) -> Record:
        """Return what has come as one record."""
        return replace(self.first, block=b"".join(self.blocks), cut=cut)


class Segments:
    """Joins the segments among the records of one file."""

    def __init__(self, max_block_bytes: int) -> None:
        self._max_block_bytes = max_block_bytes
        self._waiting: dict[str, _Waiting] = {}

    @property
    def is_waiting(self) -> bool:
        """Tell whether there are records whose last segment has not come."""
        return bool(self._waiting)

    def join(self, items: Iterator[Record | Damage]) -> Iterator[Record | Damage]:
        """Yield ``items`` with segmented records as one, at the place of their last segment.

        A continuation that was joined comes as one without a block; one whose beginning the file
        does not have comes as it is. What never came is missing from a record that is ``cut``.
        """
        for item in items:
            number = "" if isinstance(item, Damage) else item.fields.get("warc-segment-number", "")
            if isinstance(item, Damage) or not number.isdecimal():
                yield item
            elif item.type == "continuation":
                yield from self._go_on(item, int(number[:9]))
            elif item.type in PAGE_TYPES and int(number[:9]) == 1 and not item.missing:
                yield from self._begin(item)
            else:
                yield item
        while self._waiting:
            yield self._let_go(next(iter(self._waiting)))

    def _begin(self, item: Record) -> Iterator[Record]:
        identity = item.fields.get("warc-record-id", "")
        if identity in self._waiting:
            yield self._let_go(identity)
        elif len(self._waiting) == _MAX_WAITING:
            yield self._let_go(next(iter(self._waiting)))
        self._waiting[identity] = _Waiting(item, [item.block], len(item.block))
        yield from self._finish(identity, item)

    def _go_on(self, item: Record, number: int) -> Iterator[Record]:
        identity = item.fields.get("warc-segment-origin-id", "")
        waiting = self._waiting.get(identity)
        if waiting is None or number != waiting.segments + 1 or item.missing:
            yield item
            return
        room = max(0, self._max_block_bytes - waiting.size)
        waiting.blocks.append(item.block[:room])
        waiting.size += min(room, len(item.block))
        waiting.segments += 1
        yield replace(item, block=b"", type="joined")
        yield from self._finish(identity, item)

    def _finish(self, identity: str, item: Record) -> Iterator[Record]:
        """Yield the record if ``item`` is its last segment."""
        if "warc-segment-total-length" in item.fields:
            yield self._waiting.pop(identity).join()

    def _let_go(self, identity: str) -> Record:
        return self._waiting.pop(identity).join(cut="segments")
