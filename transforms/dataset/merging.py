"""Which of a row of files, oldest first, are merged into one: the rule for everything that grows.

Files grow older in levels: a file joins those younger than it once they have, together, an eighth
of its size. So a row is rewritten about as often as its table has grown eightfold since, and a
table of any size consists of a few files. Only neighbours are merged, the youngest among them, so
the order of rows never changes.
"""

from collections.abc import Sequence

#: How much larger a file may be than all younger ones together, and still be merged with them.
GROWTH = 8


def merge_from(sizes: Sequence[int], most: int, full: int | None = None) -> int:
    """Return the index of the first of the files, oldest first, to merge with all after it.

    At most ``most`` files are to be left. Files of size ``full`` stay as they are, and count for
    none. If nothing is to be merged, that is ``len(sizes)``.
    """
    first = 0
    if full is not None:
        first = max((n + 1 for n, size in enumerate(sizes) if size >= full), default=0)
    if len(sizes) - first <= most:
        return len(sizes)
    start, total = len(sizes) - 1, sizes[-1]
    while start > first and (start - first + 1 > most or sizes[start - 1] <= GROWTH * total):
        start -= 1
        total += sizes[start]
    return start
