"""The people who wrote an article, out of what its page and its feed call authors."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lxml.html import HtmlElement

from transforms.core.identity import normalize_text
from transforms.core.records import Entry
from transforms.extraction.bylines import find_byline
from transforms.extraction.headline import Near
from transforms.extraction.markup import Markup
from transforms.extraction.names import is_account, is_house, is_nobody, read_names
from transforms.extraction.structured import Node, texts_of

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


class Authors(NamedTuple):
    """The authors of an article and where they were found."""

    names: tuple[str, ...] = ()
    source: str | None = None  # jsonld, feed, meta, byline


def find_authors(
    tree: HtmlElement,
    markup: Markup,
    article: Node,
    *,
    entry: Entry,
    outlets: Iterable[str],
    near: Sequence[Near],
) -> Authors:
    """Return the people of the first source that names any, else the first house or account.

    Trusted in this order: JSON-LD, the feed, meta elements, the byline that readers see.
    """
    known = frozenset(map(normalize_text, outlets))
    rest = Authors()
    for source, claim in _declared(markup, article, entry):
        names = clean_authors(claim, known)
        if any(_is_somebody(name, known) for name in names):
            return Authors(names, source)
        if names and not rest.names:
            rest = Authors(names, source)
    names = clean_authors(find_byline(tree, near), known)
    if names and (not rest.names or any(_is_somebody(name, known) for name in names)):
        return Authors(names, "byline")
    return rest


def clean_authors(raw: Iterable[str], outlets: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names in ``raw`` as a list of people and agencies, each once, in order.

    A name that is the outlet's own, a desk's or a company's goes where somebody signs, and
    nobody's always.
    """
    known = frozenset(map(normalize_text, outlets))
    people: dict[str, str] = {}
    houses: dict[str, str] = {}
    for text in raw:
        whole = " ".join(text.split())
        for name in [whole] if normalize_text(whole) in known else read_names(whole, declared=True):
            key = normalize_text(name)
            if key and not is_nobody(name):
                group = houses if key in known or is_house(name) else people
                group.setdefault(key, name)
    return tuple((people or houses).values())[:_MAX_AUTHORS]


def names_in(value: Any) -> Iterator[str]:
    """Yield the names in a JSON-LD ``author`` value: strings, nodes, or lists of them."""
    if isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, dict) and not value.get("name"):
        parts = [value.get("givenName"), value.get("familyName")]
        if all(isinstance(part, str) for part in parts):
            yield " ".join(str(part) for part in parts)
    else:
        yield from texts_of(value)


def _declared(markup: Markup, article: Node, entry: Entry) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what is declared as author, best first."""
    yield "jsonld", [*names_in(article.get("author") or article.get("creator"))]
    yield "feed", entry.authors
    for name in META_NAMES:
        yield "meta", [*markup.values(name)]


def _is_somebody(name: str, known: frozenset[str]) -> bool:
    return not (is_account(name) or is_house(name) or normalize_text(name) in known)
