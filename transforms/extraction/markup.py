"""What a page says of itself in its head and headings, read in one walk over the tree."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

#: Longest value of a meta element that is looked at; some pages keep whole scripts in one.
_MAX_VALUE_CHARS = 10_000
#: Pages that call their headline h2 have it among the first.
_MAX_LOWER_HEADINGS = 8
_HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:entry|post|article)-?title(?:$|\s)|(?:^|\s)headline(?:$|\s)"
)
#: A trail, and no class that says that there is none.
_CRUMB = re.compile(r"(?<!no-)(?<!has-)(?<!hide-)(?<!without-)bread-?crumb", re.IGNORECASE)
_NAMES = ("class", "id", "itemtype", "data-testid", "style")
_MAX_NAME_CHARS = 1000
_TRAIL_LEVELS = 3
_MAX_TRAIL_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """Raw metadata of a page, nothing judged yet."""

    #: Contents by lower-case ``property``, ``name``, ``itemprop`` or ``http-equiv``, as they come.
    meta: Mapping[str, tuple[str, ...]]
    #: ``href`` by ``rel``; the first of each.
    links: Mapping[str, str]
    title: str | None  # the title element
    headings: tuple[HtmlElement, ...]  # h1, then the first h2 and others marked as headlines
    crumb: HtmlElement | None  # a heading that ends a trail of links
    times: tuple[HtmlElement, ...]  # time elements
    properties: tuple[HtmlElement, ...]  # elements with itemprop, outside the head
    json_ld: tuple[str, ...]
    language: str | None  # html lang

    def first(self, *names: str) -> str | None:
        """Return the first value of the first of ``names`` that has one."""
        return next(self.values(*names), None)

    def values(self, *names: str) -> Iterator[str]:
        """Yield all values of ``names``, in their order."""
        for name in names:
            yield from self.meta.get(name, ())


def read_markup(tree: HtmlElement) -> Markup:
    """Return the metadata that stands in elements of ``tree``; the tree is not changed."""
    meta: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    title: str | None = None
    headings: list[HtmlElement] = []
    lower: list[HtmlElement] = []
    times: list[HtmlElement] = []
    json_ld: list[str] = []
    for element in tree.iter("meta", "link", "title", "h1", "h2", "h3", "h4", "time", "script"):
        tag = element.tag
        if tag == "meta":
            _add_meta(element, meta)
        elif tag == "link":
            href = element.get("href")
            for rel in (element.get("rel") or "").lower().split():
                if href:
                    links.setdefault(rel, href.strip())
        elif tag == "title":
            parent = element.getparent()
            if title is None and (parent is None or parent.tag != "svg"):
                title = text_of(element) or None
        elif tag == "h1":
            headings.append(element)
        elif tag == "h2" or tag in ("h3", "h4"):
            if len(lower) < _MAX_LOWER_HEADINGS and (tag == "h2" or _is_headline(element)):
                lower.append(element)
        elif tag == "time":
            times.append(element)
        elif "ld+json" in (element.get("type") or "").lower():
            json_ld.append(element.text_content())
    crumbs: list[HtmlElement] = []
    firsts: list[HtmlElement] = []
    for heading in headings:
        (crumbs if _is_crumb(heading) else firsts).append(heading)
    return Markup(
        meta={name: tuple(values) for name, values in meta.items()},
        links=links,
        title=title,
        headings=(*firsts, *lower),
        crumb=crumbs[-1] if crumbs else None,
        times=tuple(times),
        properties=tuple(e for e in tree.xpath("//body//*[@itemprop]")),
        json_ld=tuple(json_ld),
        language=tree.get("lang") or tree.get("xml:lang"),
    )


def _is_crumb(heading: HtmlElement) -> bool:
    """Say whether a heading ends a trail of links: it is what search engines are to show."""
    above = [*islice(heading.iterancestors(), _TRAIL_LEVELS)]
    before = heading.getprevious()
    is_item = before is not None and before.tag in ("a", "span")
    if not is_item and all(each.tag != "li" for each in above):
        return False
    longest = len(text_of(heading)) + _MAX_TRAIL_CHARS
    if any(_CRUMB.search(name) for name in heading.attrib):
        return True
    return any(
        _CRUMB.search(" ".join(each.get(name) or "" for name in _NAMES)[:_MAX_NAME_CHARS])
        and each.find(".//a") is not None
        and len(text_of(each)) <= longest
        for each in above
    )


def _is_headline(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return len(names) > 1 and bool(_HEADLINE.search(names))


def text_of(element: HtmlElement) -> str:
    """Return the text of an element on one line, without the mark of a permanent link."""
    return " ".join(element.text_content().split()).rstrip("¶#§ ")


def _add_meta(element: HtmlElement, meta: dict[str, list[str]]) -> None:
    content = (element.get("content") or element.get("value") or "")[:_MAX_VALUE_CHARS].strip()
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = (element.get(attribute) or "").strip().lower()
        if name and content not in meta.setdefault(name, []):
            meta[name].append(content)
