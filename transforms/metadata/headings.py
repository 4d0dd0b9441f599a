"""The headings of a page: which are headlines, without kickers, and which name the site."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.pages.outline import Block, Element, Mark, Outline

_LEVELS = frozenset({"h1", "h2", "h3", "h4"})
#: Pages that call their headline h2 have it among the first.
_MAX_LOWER_HEADINGS = 8
_MAX_HEADINGS = 1000
_HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:entry|post|article)-?title(?:$|\s)|(?:^|\s)headline(?:$|\s)"
)
#: The line above a headline, inside of its element.
_KICKER = re.compile(
    r"kicker|over-?line|eyebrow|dach-?zeile|top-?line|roof-?line|pre-?(?:title|headline|heading)"
    r"|super-?(?:title|headline)|sur-?titre|ante-?titulo|volanta|occhiello|spitzmarke|chapeu\b"
    r"|(?:topic|section|category|article|story)-?(?:label|name|tag)\b|vignett|headline-?(?:intro|prefix|label|category)|ober-?zeile",
    re.IGNORECASE,
)
#: The line below a headline, inside of its element.
_SUBTITLE = re.compile(
    r"(?:^|[\s_-])(?:(?:sub|under|unter|onder)-?(?:title|head(?:line|ing)?|line|titel|zeile|kop|rubrik)"
    r"|sous-?titre|subt[ií]tulo|bajada|sottotitolo|catenaccio|standfirst|dek|deck|strapline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_KICKER_DATA = re.compile(r"data-(?:[a-z]+-)*(?:kicker|overline|topline)$")
_SITE = re.compile(
    r"(?:^|[\s_-])(?:site[-_]?(?:title|name|logo|branding)|logo|brand(?:ing)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HOME = re.compile(r"^(?:https?://[^/?#]+)?/?(?:index\.\w{3,5})?$")
#: What parts a kicker from its headline on one line.
_PARTED = re.compile(r"\s*[:/|–—·•-]\s*")
#: What parts headline and site.
_PARTS = re.compile(r"\s+[-–—|·•»]{1,2}\s+|\s*[|｜»丨]\s*|\s*::\s*")
#: A headline has so many words at least, and its kicker so many at most.
_MIN_WORDS = 3
_MAX_KICKER_WORDS = 3
_MAX_HEADING_CHARS = 1000
#: A trail, and no class that says that there is none.
_CRUMB = re.compile(r"(?<!no-)(?<!has-)(?<!hide-)(?<!without-)bread-?crumb", re.IGNORECASE)
_NAMES = ("class", "id", "itemtype", "data-testid", "style")
_MAX_NAME_CHARS = 1000
_TRAIL_LEVELS = 3
_MAX_TRAIL_CHARS = 100
_MAX_TRAIL_BLOCKS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """Texts of the headings of a page."""

    headlines: tuple[str, ...]  # without kickers, h1 first
    kickers: tuple[str, ...]  # what stands above a headline in its own element
    sites: tuple[str, ...]  # headings that lead home: names of the site
    only: str | None  # the headline that is the only one of the first level …
    main: str | None  # … the same, if it opens what the page calls its article or main part


def read_headings(outline: Outline, claims: Iterable[str | None] = ()) -> Headings:
    """Return what the headings of a page say, h1 first.

    ``claims`` are the headlines that the page declares: what parts kicker and headline there does
    so in a heading.
    """
    declared = [" ".join(claim[:_MAX_HEADING_CHARS].split()) for claim in claims if claim]
    found = find_headings(outline, declared)[0]
    opening = _opening(outline, found, declared)
    headlines: list[str] = []
    kickers: list[str] = []
    sites: list[str] = []
    firsts: dict[str, Element] = {}
    unseen: dict[str, Element] = {}
    for heading in found:
        whole = outline.text_of(heading)
        if not 0 < len(whole) <= _MAX_HEADING_CHARS:
            continue
        if heading is opening or _leads_home(outline, heading, whole):
            sites.append(whole)
            continue
        kicker, headline = _split(outline, heading)
        if not kicker and headline in ("", whole):
            kicker, headline = _split_declared(outline, heading, declared)
        headlines.append(headline or whole)
        if heading.tag == "h1":
            (unseen if is_hidden(outline, heading) else firsts)[headlines[-1]] = heading
        if kicker and headline:
            kickers.append(kicker)
    firsts = firsts or unseen
    only, first = next(iter(firsts.items())) if len(firsts) == 1 else (None, None)
    return Headings(
        headlines=tuple(headlines),
        kickers=tuple(kickers),
        sites=tuple(sites),
        only=only,
        main=only if first is not None and _opens_article(outline, first) else None,
    )


def find_headings(
    outline: Outline, claims: Iterable[str] = ()
) -> tuple[list[Element], Element | None]:
    """Return the headings that may be a headline, h1 first, and the one that ends a trail of links.

    Those of lower levels are among them if they are marked as headlines or part of a claim. What
    nobody sees comes last: it names a menu, or a box that opens over the page.
    """
    told = {normalize_text(part) for claim in claims for part in (claim, *_PARTS.split(claim))}
    firsts: list[Element] = []
    lower: list[Element] = []
    unseen: list[Element] = []
    crumb: Element | None = None
    number = 0  # of those that stand there by their level
    found = outline.tagged(_LEVELS)
    for element in found[:_MAX_HEADINGS]:
        if element.tag == "h1":
            if _is_crumb(outline, element):
                crumb = element
            else:
                (unseen if is_hidden(outline, element) else firsts).append(element)
            continue
        by_level = element.tag == "h2" and number < _MAX_LOWER_HEADINGS
        if not (by_level or _is_headline(element) or _is_told(outline, element, told)):
            continue
        if is_hidden(outline, element):
            unseen.append(element)
        else:
            lower.append(element)
            number += by_level
    return [*firsts, *lower, *unseen], crumb


def is_hidden(outline: Outline, heading: Element) -> bool:
    """Say whether no browser draws a heading."""
    return all(block.hidden for block in outline.blocks[heading.first : heading.last])


def _is_headline(element: Element) -> bool:
    return bool(_HEADLINE.search(f"{element.get('class')} {element.get('itemprop')}"))


def _is_told(outline: Outline, element: Element, told: Collection[str]) -> bool:
    text = outline.text_of(element)
    if text.count(" ") + 1 < _MIN_WORDS or len(text) > _MAX_HEADING_CHARS:
        return False
    words = normalize_text(text)
    return words.count(" ") + 1 >= _MIN_WORDS and words in told


def _opening(
    outline: Outline, headings: Sequence[Element], claims: Sequence[str]
) -> Element | None:
    """Return the heading that a title begins with, if the one that it ends with stands below.

    Such a title begins with the site: "The Daily - Council votes on the bridge".
    """
    shown = {normalize_text(outline.text_of(heading)): heading for heading in reversed(headings)}
    whole = set(map(normalize_text, claims))
    for claim in claims:
        parted = _PARTS.split(claim)
        parts = [*map(normalize_text, parted if len(parted) > 1 else claim.split(": ", 1))]
        if len(parts) != 2 or parts[0] in whole or len(parts[1].split()) < _MIN_WORDS:
            continue
        site, headline = (shown.get(part) for part in parts)
        if site is not None and headline is not None and _is_above(outline, site, headline):
            return site
    return None


def _opens_article(outline: Outline, heading: Element) -> bool:
    if heading.within("article", "main") is None or is_hidden(outline, heading):
        return False
    before = sum(len(block.text) for block in outline.blocks[: heading.first])
    return 2 * before < sum(len(block.text) for block in outline.blocks)


def _is_above(outline: Outline, site: Element, headline: Element) -> bool:
    """Say whether ``site`` stands above ``headline``, with less between them than what follows."""
    between = sum(len(block.text) for block in outline.blocks[site.last : headline.first])
    behind = sum(len(block.text) for block in outline.blocks[headline.last :])
    return site.index < headline.index and between <= behind


def _is_crumb(outline: Outline, heading: Element) -> bool:
    """Say whether a heading ends a trail of links: it is what search engines are to show."""
    above = [*islice(heading.chain(), 1, 1 + _TRAIL_LEVELS)]
    before = outline.elements[heading.index - 1] if heading.index else heading
    is_item = before.parent is heading.parent and before.tag in ("a", "span")
    if not is_item and all(each.tag != "li" for each in above):
        return False
    if any(_CRUMB.search(name) for name in heading.attrs):
        return True
    longest = len(outline.text_of(heading)) + _MAX_TRAIL_CHARS
    return any(
        _CRUMB.search(" ".join(map(each.get, _NAMES))[:_MAX_NAME_CHARS])
        and each.last - each.first <= _MAX_TRAIL_BLOCKS
        and sum(len(block.text) for block in outline.blocks[each.first : each.last]) <= longest
        and any(outline.blocks[i].link_chars for i in range(each.first, each.last))
        for each in above
    )


def _split(outline: Outline, heading: Element) -> tuple[str, str]:
    """Return the kicker and the headline proper of a heading."""
    kickers: list[str] = []
    headline: list[str] = []
    for block in outline.blocks[heading.first : heading.last]:
        above = [*_up_to(block.element, heading)]
        if any(map(_is_kicker, above)):
            kickers.append(block.text)
            continue
        if headline and any(map(_is_subtitle, above)):
            continue
        start = 0
        for first, last, is_kicker in _apart_in(block, heading):
            headline.append(block.text[start:first])
            if is_kicker:
                kickers.append(block.text[max(start, first) : last])
            start = max(start, last)
        headline.append(block.text[start:])
    return (
        " ".join(" ".join(kickers).split()),
        " ".join(" ".join(headline).split()).strip(" ¶#§:").strip(),
    )


def _split_declared(outline: Outline, heading: Element, declared: list[str]) -> tuple[str, str]:
    """Return the kicker and the headline of a heading that has an element or a line for each.

    They are that if the page declares the headline alone, or a mark between the two.
    """
    blocks = outline.blocks[heading.first : heading.last]
    whole = _text(blocks)
    fronts = [blocks[0].text] if len(blocks) > 1 else []
    fronts += [blocks[0].text[: m.end] for m in blocks[0].marks if m.start == 0 and m.end]
    fronts += blocks[0].text.split("\n")[:1]
    for front in fronts:
        rest = whole[len(front) :].strip()
        if len(front.split()) > _MAX_KICKER_WORDS or len(rest.split()) < _MIN_WORDS:
            continue
        for claim in map(str.lower, declared):
            start = claim.find(rest.lower())
            parted = claim.startswith(front.lower()) and _PARTED.fullmatch(
                claim[len(front) : start]
            )
            if start == 0 or (start > 0 and parted):
                return front, rest
    return "", _without_badge(blocks[-1], whole, declared)


def _without_badge(block: Block, whole: str, declared: list[str]) -> str:
    """Return a headline without the element at its end that no claim has: "Subscribers only"."""
    for mark in block.marks:
        badge = block.text[mark.start :] if 0 < mark.start < mark.end == len(block.text) else ""
        rest = whole.removesuffix(badge).strip()
        longest = _MAX_HEADING_CHARS if mark.element.tag == "small" else _MAX_KICKER_WORDS
        if not 0 < len(badge.split()) <= longest or len(rest.split()) < _MIN_WORDS:
            continue
        if any(rest == _PARTS.split(claim)[0] for claim in declared):
            return rest
    return whole


def _text(blocks: Sequence[Block]) -> str:
    """Return the text of a heading, with a space where an element begins or ends within a word.

    Behind a mark that ends something, too.
    """
    texts = []
    for block in blocks:
        text = block.text
        edges = {edge for mark in block.marks for edge in (mark.start, mark.end)}
        for at in sorted(edges, reverse=True):
            ends = 0 < at < len(text) and (text[at - 1].islower() or text[at - 1] in ":?!")
            if ends and text[at].isupper():
                text = f"{text[:at]} {text[at:]}"
        texts.append(text)
    return " ".join(" ".join(texts).split()).strip(" ¶#§").strip()


def _apart_in(block: Block, heading: Element) -> list[tuple[int, int, bool]]:
    """Return where kickers and subtitles begin and end, and whether each is a kicker."""
    return sorted(
        (mark.start, mark.end, is_kicker)
        for mark in block.marks
        if mark.element.index > heading.index
        and ((is_kicker := _is_kicker(mark.element)) or _ends_as_subtitle(block, mark))
    )


def _up_to(element: Element, heading: Element) -> Iterator[Element]:
    """Yield the elements from ``element`` up, below ``heading``."""
    for each in element.chain():
        if each is heading:
            return
        yield each


def _is_kicker(element: Element) -> bool:
    if _KICKER.search(element.get("class")):
        return True
    return any(_KICKER_DATA.match(name) for name in element.attrs)


def _ends_as_subtitle(block: Block, mark: Mark) -> bool:
    """Say whether a subtitle ends a block; what is called so in front is a kicker, or a part."""
    return 0 < mark.start < mark.end == len(block.text) and _is_subtitle(mark.element)


def _is_subtitle(element: Element) -> bool:
    return bool(_SUBTITLE.search(element.get("class")))


def _leads_home(outline: Outline, heading: Element, text: str) -> bool:
    """Say whether a heading is the site's: it is marked so, or all of it is a link to the root."""
    for element in islice(heading.chain(), 2):
        if _SITE.search(element.names):
            return True
    links = [
        mark.element
        for block in outline.blocks[heading.first : heading.last]
        for mark in block.marks
        if mark.element.tag == "a"
    ]
    if not links or outline.text_of(links[0]) != text:
        return False
    return links[0].get("rel") == "home" or bool(_HOME.match((links[0].get("href") or "#").strip()))
