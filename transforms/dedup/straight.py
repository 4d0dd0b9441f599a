"""Duplicates name articles that stay, not other duplicates.

Steps judge one after the other: what was kept as the first of its URL can turn out to have another
article's text, and that one nearly to repeat a third. Whatever named the first two names the third
then; and what has the text of a near-duplicate, word for word, is a near-duplicate itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newsbeam.transforms.core.records import Duplicate

#: An article with one of its texts.
Told = tuple[str, str]


def named_by(row: Duplicate) -> Told:
    """Return the article that ``row`` names, with the text that it has of it."""
    return row.duplicate_of, row.content_hash


def told_by(row: Duplicate) -> Told | None:
    """Return the article that ``row`` says to be a duplicate; None if only its copies are."""
    is_copy = row.article_id == row.duplicate_of
    return None if is_copy else (row.article_id, row.content_hash)


def follow(row: Duplicate, link: Duplicate) -> Duplicate:
    """Return ``row``, which names the article that ``link`` is of, as one of what ``link`` names.

    Where both have the same text, what was found of that text is true of both. Where ``row`` was
    compared itself, its numbers are those of the comparison that was made.
    """
    named = replace(
        row,
        duplicate_of=link.duplicate_of,
        duplicate_of_url=link.duplicate_of_url,
        cluster_id=link.cluster_id,
    )
    if row.how == "near":
        return named
    return replace(
        named,
        how=link.how,
        similarity=link.similarity,
        containment=link.containment,
        text=link.text,
    )


def straighten(rows: Iterable[Duplicate]) -> Iterator[Duplicate]:
    """Yield all duplicates of a pass, each naming an article and not another duplicate."""
    rows = list(rows)
    links = {told: row for row in rows if (told := told_by(row))}
    for row in rows:
        found = row
        for _ in links:
            link = links.get(named_by(found))
            if link is None:
                break
            found = follow(found, link)
        yield found


def key_duplicate(row: Duplicate) -> Iterator[tuple[str, Duplicate]]:
    """Yield ``row`` by what it names, and by what others may name it by (for ``follow_links``)."""
    yield " ".join(named_by(row)), row
    if told := told_by(row):
        yield " ".join(told), row


def follow_links(keyed: tuple[str, Iterable[Duplicate]]) -> Iterator[Duplicate]:
    """Yield the duplicates that name the article of a key, each one link further if it has one."""
    key, rows = keyed[0], list(keyed[1])
    links = [row for row in rows if (told := told_by(row)) and " ".join(told) == key]
    for row in rows:
        if " ".join(named_by(row)) == key:
            yield follow(row, links[0]) if links else row
