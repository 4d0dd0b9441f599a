"""The decompressed bytes of an archive, with the place in the file where each record begins."""

import re
from collections.abc import Iterator
from itertools import chain

from newsbeam.transforms.sources.streams import DamagedStreamError, Piece

#: The line that begins a WARC record, of any version that was written.
VERSION = re.compile(rb"WARC/\d{1,3}\.\d{1,3}[ \t]*\r?\n", re.IGNORECASE)

_START = re.compile(rb"\n\r?\n(?=WARC/\d{1,3}\.\d{1,3}[ \t]*\r?\n)", re.IGNORECASE)
_HEAD_END = re.compile(rb"\n\r?\n")
_MAX_VERSION = 32
_BLANK = b"\r\n\0"  # some pad with zeros
_NOT_BLANK = re.compile(rb"[^\r\n\0]")
_AHEAD = 96  # bytes: an empty line or two and a version
_MAX_HEAD = 1 << 20


class RecordStream:
    """Pieces of an archive, read as heads and blocks of records.

    What the pieces raise comes out of every method that reads.
    """

    def __init__(self, pieces: Iterator[Piece], *, is_plain: bool) -> None:
        self._pieces = pieces
        self._is_plain = is_plain
        self._data = b""
        self._at = 0  # of the next byte in the data
        self._start = 0  # in the file, of the member of the data, or of plain data
        self._next: Piece | None = None
        self._error: DamagedStreamError | None = None
        self._begins_member = False

    @property
    def offset(self) -> int:
        """Return where the next byte stands in the file; within a member, where that begins."""
        return self._start + self._at if self._is_plain else self._start

    @property
    def begins_member(self) -> bool:
        """Tell whether reading can begin here: nothing of a compressed member was read yet."""
        return self._is_plain or (self._begins_member and self._at == 0)

    def skip_blank(self) -> bool:
        """Go to the next byte that is no end of a line and no zero; tell whether there is one."""
        while (found := _NOT_BLANK.search(self._data, self._at)) is None:
            self._at = len(self._data)
            if not self._pull():
                return False
        self._at = found.start()
        return True

    def is_start(self) -> bool:
        """Tell whether a record begins here."""
        return VERSION.match(self._look(_MAX_VERSION)) is not None

    def read_head(self) -> bytes | None:
        """Return the record's head without its empty line; None if it has no end or is too long."""
        searched = self._at
        while (end := _HEAD_END.search(self._data, searched)) is None:
            size = len(self._data) - self._at
            if size > _MAX_HEAD or not self._extend():
                self._at += 1  # no record begins here any more
                return None
            searched = max(0, size - 2)
        head = self._data[self._at : end.start()]
        self._at = end.end()
        return head

    def read_block(self, size: int, keep: int, *, bounded: bool) -> tuple[bytes, int]:
        """Return at most ``keep`` of the next ``size`` bytes, and how many of all are missing.

        With ``bounded``, the block ends where a member begins that begins with a record.
        """
        parts: list[bytes] = []
        while size > 0:
            if self._at == len(self._data) and (not self._pull() or (bounded and self._is_next())):
                break
            step = min(size, len(self._data) - self._at)
            if keep > 0:
                parts.append(self._data[self._at : self._at + min(step, keep)])
            self._at += step
            size -= step
            keep -= step
        return b"".join(parts), size

    def is_between(self) -> bool:
        """Tell whether what follows is no sign of damage: a record, or hardly anything."""
        rest = self._look(_AHEAD).lstrip(_BLANK)
        return len(rest) < _MAX_VERSION or VERSION.match(rest) is not None

    def unread(self, block: bytes, start: int) -> int:
        """Go back to the first start of a record in ``block``, which ends here, if there is one.

        Return how many bytes that is. ``start`` is the offset of the record that the block is of.
        """
        found = _START.search(block + self._look(_MAX_VERSION))
        if found is None or found.end() >= len(block):
            return 0
        tail = block[found.end() :]
        left = [Piece(self.offset, self._data[self._at :]), self._next]
        self._pieces = chain([each for each in left if each and each.data], self._pieces)
        self._start = self.offset - len(tail) if self._is_plain else start
        self._data, self._at, self._next, self._begins_member = tail, 0, None, False
        return len(tail)

    def find_start(self) -> bool:
        """Go to the next start of a record behind an empty line; tell whether there is one."""
        while not (self._at == 0 and self._is_next()):
            if found := _START.search(self._data, self._at):
                self._at = found.end()
                return True
            tail = self._data[max(self._at, len(self._data) - _MAX_VERSION - 4) :]
            if not self._pull():
                return False
            if self._is_next():
                break
            self._data, self._at = tail + self._data, 0
            self._start -= len(tail) if self._is_plain else 0
            self._begins_member = False
        return True

    def _look(self, size: int) -> bytes:
        """Return what comes next, ``size`` bytes or more, as far as two pieces have them."""
        ahead = self._data[self._at : self._at + size]
        if len(ahead) < size:
            self._next = self._take()
            ahead += self._next.data[:size] if self._next else b""
        return ahead

    def _is_next(self) -> bool:
        """Tell whether the data begins a member, and that a record."""
        return self._begins_member and VERSION.match(self._data) is not None

    def _extend(self) -> bool:
        """Add the next piece to what is ahead; tell whether there is one."""
        ahead, start, begins = self._data[self._at :], self.offset, self.begins_member
        if not self._pull():
            return False
        if ahead:
            self._data, self._start = ahead + self._data, start
            self._begins_member = begins and not self._is_plain
        return True

    def _pull(self) -> bool:
        """Take the next piece for the data, all of which was read; tell whether there is one."""
        piece, self._next = self._take(), None
        if piece is None:
            return False
        is_new = not self._is_plain and (piece.start != self._start or not self._data)
        data = piece.data
        # The line that begins a record is not to be cut where a member begins.
        while is_new and len(data) < _MAX_VERSION:
            self._next = self._take()
            if self._next is None or self._next.start != piece.start:
                break
            data += self._next.data
            self._next = None
        self._data, self._at, self._start, self._begins_member = data, 0, piece.start, is_new
        return True

    def _take(self) -> Piece | None:
        """Return the piece after the data; a piece that cannot be read fails again each time."""
        if self._next is None and self._error is None:
            try:
                return next(self._pieces, None)
            except DamagedStreamError as error:
                self._error = error
        if self._error is not None and self._next is None:
            raise self._error
        return self._next
