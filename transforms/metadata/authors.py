"""The people who wrote an article, out of what its page and its feed call authors."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.metadata.byline_text import blocks_naming, stand_together
from newsbeam.transforms.metadata.bylines import find_byline, find_list, find_signed
from newsbeam.transforms.metadata.headline import Near
from newsbeam.transforms.metadata.name_lists import read_names
from newsbeam.transforms.metadata.names import (
    is_account,
    is_agency,
    is_house,
    is_nobody,
    is_person,
)
from newsbeam.transforms.pages.outline import Outline
from newsbeam.transforms.pages.structured import Node, texts_of, types_of
from newsbeam.transforms.text.byline_words import names_author, without_local_label
from newsbeam.transforms.text.gazetteer import is_place

#: Names of meta elements that hold authors, most exact first.
META_NAMES = (
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "article:author_name",
    "article:author",
    "citation_author",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "cse_author",
    "byl",
    "author",
    "og:author",
    "book:author",
)
_MAX_AUTHORS = 20
_TAG = re.compile(r"<[^<>]{1,500}>")


class Authors(NamedTuple):
    """The authors of an article and where they were found."""

    names: tuple[str, ...] = ()
    source: str | None = None  # jsonld, feed, meta, byline
    blocks: tuple[int, ...] = ()  # indexes of the blocks that name them


def find_authors(
    outline: Outline,
    article: Node,
    *,
    entry: Entry,
    outlets: Iterable[str],
    near: Sequence[Near],
    days: Collection[date] = (),
) -> Authors:
    """Return the people of the first source that names any, else the first house or account.

    Trusted in this order: JSON-LD, the feed, meta elements, the byline that readers see. A byline
    that names the same people and more goes before all, and one that is signed with other names
    before what neither a feed nor a news node says. ``days`` are those on which it came out.
    """
    authors = _find(outline, article, entry, outlets, near, days)
    names = tuple(without_local_label(name, outline.language) for name in authors.names)
    blocks = blocks_naming((each.block for each in near), names)
    return authors._replace(names=names, blocks=blocks)


def _find(
    outline: Outline,
    article: Node,
    entry: Entry,
    outlets: Iterable[str],
    near: Sequence[Near],
    days: Collection[date],
) -> Authors:
    known = frozenset(map(normalize_text, outlets))
    rest = Authors()
    for source, claim in _declared(outline, article, entry):
        names = _clean(claim, known)
        if any(_is_somebody(name, known) for name in names):
            # In a feed and a news node the newsroom says who wrote it; elsewhere often whoever put
            # it into the system is named, whatever the line below the headline says.
            is_sure = source == "feed" or any("News" in kind for kind in types_of(article))
            seen = _clean(find_byline(outline, near, days=days, near_alone=True), known)
            signed = () if is_sure else _clean(find_signed(outline, near), known)
            for line in (seen, _clean(find_list(outline, near, names), known)):
                if _adds(outline, line, names):
                    return Authors(line, "byline")
            if signed and not any(_is_same(one, other) for one in signed for other in names):
                return Authors(signed, "byline")
            return Authors(names, source)
        if names and not rest.names:
            rest = Authors(names, source)
    seen = _clean(find_byline(outline, near, days=days), known)
    if seen and (not rest.names or any(_is_somebody(name, known) for name in seen)):
        return Authors(seen, "byline")
    return rest


def _is_same(one: str, other: str) -> bool:
    """Say whether two names share a word: that of one person in two forms mostly do."""
    return bool({*normalize_text(one).split()} & {*normalize_text(other).split()})


def _adds(outline: Outline, seen: Sequence[str], names: Sequence[str]) -> bool:
    """Say whether the byline names all of ``names``, and right beside them more people.

    An agency that only the byline names adds nobody: ``agency`` is a column of its own.
    """
    keys = [f" {normalize_text(name)} " for name in seen]
    told = [f" {normalize_text(name)} " for name in names]
    return (
        any(key not in told and is_person(name) for key, name in zip(keys, seen, strict=True))
        and all(is_person(name) or is_agency(name) for name in seen)
        and all(any(name in key for key in keys) for name in told)
        and stand_together(outline, seen)
    )


def clean_authors(raw: Iterable[str], outlets: Iterable[str] = ()) -> tuple[str, ...]:
    """Return who signs by ``raw``, each once, in order: people and news agencies.

    The outlet, a desk or a company is kept only where neither signs, and what is nobody's name
    ("admin") never.
    """
    return _clean(raw, frozenset(map(normalize_text, outlets)))


def _clean(raw: Iterable[str], known: frozenset[str]) -> tuple[str, ...]:
    """Return the names in ``raw``; ``known`` are those of the outlet, normalized."""
    people: dict[str, str] = {}
    houses: dict[str, str] = {}
    for text in raw:
        whole = " ".join(_TAG.sub(" ", text).split())
        is_known = normalize_text(whole) in known
        first, *others = [whole] if is_known else read_names(whole, declared=True) or [""]
        if normalize_text(first) in known:  # "The Daily, Anytown": where it sits
            others = [name for name in others if " " in name]
        for name in (first, *others):
            key = normalize_text(name)
            if key and not is_nobody(name):
                group = houses if key in known or is_house(name) else people
                group.setdefault(key, name)
    names = [*(people or houses).values()]
    if len(names) > 1:  # beside a name, where they write from
        names = [name for name in names if not is_place(name)] or names
    return tuple(names[:_MAX_AUTHORS])


def names_in(value: Any) -> Iterator[str]:
    """Yield the names in a JSON-LD ``author`` value: strings, nodes, or lists of them."""
    if isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, dict) and value and all(map(str.isdecimal, value)):
        yield from names_in(list(value.values()))  # a list, as PHP writes one with gaps
    elif isinstance(value, dict) and not value.get("name"):
        parts = [value.get("givenName"), value.get("familyName")]
        if all(isinstance(part, str) for part in parts):
            yield " ".join(str(part) for part in parts)
    else:
        yield from texts_of(value)


def _declared(outline: Outline, article: Node, entry: Entry) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what is declared as author, best first."""
    yield "jsonld", [*names_in(article.get("author") or article.get("creator"))]
    yield "feed", entry.authors
    for name in META_NAMES:
        if values := [*outline.values(name)]:
            yield "meta", values
    for number in "12":  # what a link's preview says: "Written by", "Jane Doe"
        if names_author(outline.first(f"twitter:label{number}") or "-", colon=False):
            yield "meta", [*outline.values(f"twitter:data{number}")]


def _is_somebody(name: str, known: frozenset[str]) -> bool:
    return not (is_account(name) or is_house(name) or normalize_text(name) in known)
