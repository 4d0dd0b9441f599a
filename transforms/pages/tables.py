"""Tables: those of data have one block a row; those that only place things are left as they are."""

from newsbeam.transforms.pages.outline import Block, Element, Mark

#: A cell of data is short; what is longer is laid out by the table.
_MAX_CELL_CHARS = 200


class Table:
    """A table that is being read: where it holds data, each of its rows becomes one block."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.rows: list[Element] = []

    def join_rows(self, blocks: list[Block], elements: list[Element]) -> None:
        """Make one block of the cells of each row if they are data.

        ``blocks`` and ``elements`` are those of the page up to the end of the table, which are
        changed in place.
        """
        first = self.element.first
        rows = [blocks[row.first : row.last] for row in self.rows]
        filled = [row for row in rows if row]
        if len(filled) < 2 or not all(map(_is_data, filled)):
            return
        if sum(len(row) > 1 for row in filled) * 2 < len(filled):
            return
        starts = {row.first: row for row in self.rows if row.last > row.first}
        joined: list[Block] = []
        place: dict[int, int] = {}
        at = first
        while at < len(blocks):
            place[at] = first + len(joined)
            if (row := starts.get(at)) is None:
                blocks[at].index = first + len(joined)
                joined.append(blocks[at])
                at += 1
                continue
            joined.append(_join(blocks[at : row.last], row, first + len(joined)))
            for each in range(at, row.last):
                place[each] = first + len(joined) - 1
            at = row.last
        place[at] = first + len(joined)
        for element in elements[self.element.index :]:
            if element.first < element.last:
                last = place.get(element.last - 1, element.last - 1) + 1
                element.first, element.last = place.get(element.first, element.first), last
            else:
                element.first = element.last = place.get(element.first, element.first)
        blocks[first:] = joined


def _is_data(row: list[Block]) -> bool:
    cells = [block.element for block in row]
    return all(
        cell.tag in ("td", "th") and len(block.text) <= _MAX_CELL_CHARS
        for cell, block in zip(cells, row, strict=True)
    ) and len(set(map(id, cells))) == len(cells)


def _join(cells: list[Block], row: Element, index: int) -> Block:
    marks: list[Mark] = []
    texts: list[str] = []
    at = 0
    for cell in cells:
        for mark in cell.marks:
            marks.append(Mark(mark.start + at, mark.end + at, mark.element))
        texts.append(" ".join(cell.text.split("\n")))
        at += len(texts[-1]) + 3
    return Block(
        " | ".join(texts),
        row,
        tuple(marks),
        sum(cell.link_chars for cell in cells),
        sum(cell.media for cell in cells),
        any(cell.hidden for cell in cells),
        index,
    )
