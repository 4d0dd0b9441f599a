"""The headings of a page: which are headlines, without kickers, and which name the site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from transforms.extraction.markup import Markup, text_of

#: The line above a headline, inside of its element.
_KICKER = re.compile(
    r"kicker|over-?line|eyebrow|dach-?zeile|top-?line|roof-?line|pre-?(?:title|headline|heading)"
    r"|super-?(?:title|headline)|sur-?titre|ante-?titulo|volanta|occhiello|spitzmarke|chapeu\b"
    r"|vignett|headline-?(?:intro|prefix|label|category)|ober-?zeile",
    re.IGNORECASE,
)
_KICKER_DATA = re.compile(r"data-(?:[a-z]+-)*(?:kicker|overline|topline)$")
_SITE = re.compile(
    r"(?:^|[\s_-])(?:site[-_]?(?:title|name|logo|branding)|logo|brand(?:ing)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HOME = re.compile(r"^(?:https?://[^/?#]+)?/?(?:index\.\w{3,5})?$")
_BREAKS = frozenset({"br", "div", "p"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """Texts of the headings of a page."""

    headlines: tuple[str, ...]  # without kickers, h1 first
    kickers: tuple[str, ...]  # what stands above a headline in its own element
    sites: tuple[str, ...]  # headings that lead home: names of the site


def read_headings(markup: Markup) -> Headings:
    """Return what the headings of a page say, in the order of ``markup.headings``."""
    headlines: list[str] = []
    kickers: list[str] = []
    sites: list[str] = []
    for heading in markup.headings:
        if not (whole := text_of(heading)):
            continue
        if _leads_home(heading):
            sites.append(whole)
            continue
        kicker, headline = _split(heading)
        headlines.append(headline or whole)
        if kicker and headline:
            kickers.append(kicker)
    return Headings(headlines=tuple(headlines), kickers=tuple(kickers), sites=tuple(sites))


def _split(heading: HtmlElement) -> tuple[str, str]:
    """Return the kicker and the headline proper of a heading."""
    texts: dict[bool, list[str]] = {True: [], False: []}
    for is_kicker, text in _texts(heading, kicker=False):
        texts[is_kicker].append(text)
    kicker = " ".join("".join(texts[True]).split())
    headline = " ".join("".join(texts[False]).split()).strip(" ¶#§:").strip()
    return kicker, headline


def _texts(element: HtmlElement, *, kicker: bool) -> Iterator[tuple[bool, str]]:
    if element.text:
        yield kicker, element.text
    for child in element:
        if isinstance(child.tag, str) and child.tag != "style":
            if child.tag in _BREAKS:
                yield kicker, " "
            inside = kicker or _is_kicker(child)
            yield from _texts(child, kicker=inside)
            if child.tag in _BREAKS or (inside and not kicker):
                yield kicker, " "
        if child.tail:
            yield kicker, child.tail


def _is_kicker(element: HtmlElement) -> bool:
    if _KICKER.search(element.get("class") or ""):
        return True
    return any(_KICKER_DATA.match(name) for name in element.attrib)


def _leads_home(heading: HtmlElement) -> bool:
    """Say whether a heading is the site's: it is marked so, or all of it is a link to the root."""
    parent = heading.getparent()
    for element in (heading, parent):
        if element is not None and _SITE.search(
            f"{element.get('class') or ''} {element.get('id') or ''}"
        ):
            return True
    link = heading.find(".//a")
    if link is None and parent is not None and parent.tag == "a":
        link = parent
    if link is None or text_of(link) != text_of(heading):
        return False
    return link.get("rel") == "home" or bool(_HOME.match((link.get("href") or "#").strip()))
