"""What stands near the headline, as a reader meets it: where dates and bylines are."""

import re
from dataclasses import dataclass

from newsbeam.transforms.core.identity import normalize_text
from newsbeam.transforms.metadata.headings import find_headings, is_hidden
from newsbeam.transforms.pages.outline import Block, Element, Outline, named

#: How far from the headline, in characters of text, something still belongs to it.
_MAX_AFTER = 1500
_MAX_BEFORE = 300
_MAX_BLOCKS_BEFORE = 40
#: A headline of several lines has so many characters at most.
_MAX_CHARS = 200

_is_elsewhere_name = named(
    # Elementor puts all that it draws into widgets, and Blogger the post.
    r"comment|komment|related|teaser|recommend|(?<!elementor-)widget(?!\s+blog\b)|popular|disqus"
    r"|respond|more-?from|also-?read|figure|caption|(?:^|[\s_-])(?:promo|latest)(?:[\s_-]|$)",
)
#: A margin by its own name; "has-sidebar" is the page around one.
_is_sidebar = named(
    r"(?<![\w-])(?:(?:main|page|site|article|content|primary|secondary|widget|post|news|blog)[_-]+)?side-?bar",
)
_MARGINS = frozenset({"aside", "footer", "nav", "form", "figure", "figcaption"})
#: Who wrote an article and when: its own, in whatever element.
_is_meta = named(r"(?:article|entry|post)[_-]?(?:meta|info|author|byline)")
_ENTRY = re.compile(r"(?:^|\s)h-?entry(?:\s|$)")
_ARTICLE = re.compile(r"(?:^|\s)(?:h-?entry|post|article)(?:[\s_-]|$)")


@dataclass(frozen=True, slots=True)
class Near:
    """A block near the headline. What stands before counts as twice as far as what follows."""

    distance: int  # characters of text between the headline and the block
    block: Block
    above: bool = False  # it stands before the headline
    headline: int = -1  # index of a block of the headline, -1 if there is none


def find_headline(outline: Outline, title: str | None) -> Element | None:
    """Return the heading that shows ``title``, else the only first-level heading there is.

    The end of a trail of links stands in where no other serves.
    """
    wanted = normalize_text(title or "")
    headings, crumb = find_headings(outline, [title or ""])
    candidates = headings if crumb is None else [*headings, crumb]
    texts = [(normalize_text(outline.text_of(heading)), heading) for heading in candidates]
    filled = [(text, heading) for text, heading in texts if text]
    matching = [(text, heading) for text, heading in filled if text in wanted or wanted in text]
    if wanted and matching:
        return max(matching, key=lambda each: min(len(each[0]), len(wanted)))[1]
    first = [heading for _, heading in filled if heading.tag == "h1"]
    own = [heading for heading in first if heading is not crumb] or first
    own = [heading for heading in own if not is_hidden(outline, heading)] or own
    return own[0] if len(own) == 1 else None


def headline_blocks(outline: Outline, headline: Element) -> range:
    """Return which blocks are the headline's; a heading that is not closed holds the whole page."""
    last, chars = headline.first, 0
    for block in outline.blocks[headline.first : headline.last]:
        chars += len(block.text)
        is_text = chars > _MAX_CHARS or block.text.endswith((".", "。", "।"))
        if is_text and last > headline.first:
            break
        last += 1
    return range(headline.first, last)


def near_headline(outline: Outline, headline: Element) -> tuple[Near, ...]:
    """Return the visible blocks around ``headline``, without its own, in the order of the page."""
    before: list[Near] = []
    distance = 0
    for block in reversed(
        outline.blocks[max(0, headline.first - _MAX_BLOCKS_BEFORE) : headline.first]
    ):
        distance += len(block.text)
        if distance > _MAX_BEFORE:
            break
        if not block.hidden:
            before.append(Near(2 * distance, block, above=True, headline=headline.first))
    after: list[Near] = []
    distance = 0
    for block in outline.blocks[headline_blocks(outline, headline).stop :]:
        if block.hidden:
            continue
        after.append(Near(distance, block, headline=headline.first))
        distance += len(block.text)
        if distance > _MAX_AFTER:
            break
    return (*reversed(before), *after)


def is_elsewhere(element: Element, headline: int = -1) -> bool:
    """Say whether an element is in a margin, a teaser, a caption or among comments.

    What also holds the headline, a block of this index, is the article's, however it is called.
    """
    for ancestor in element.chain():
        names = ancestor.names
        if ancestor.tag in ("body", "html") or is_whole_article(ancestor):
            return False
        # An entry's class also lists its tags and categories, whatever they are called.
        if ancestor.tag != "article" and _ENTRY.search(names):
            return False
        if ancestor.tag == "footer" and any(
            _is_article(each) for each in (ancestor.parent.chain() if ancestor.parent else ())
        ):
            continue  # what an article calls its footer is its own
        if ancestor.tag == "aside" and _is_meta(names):
            continue
        if ancestor.first <= headline < ancestor.last:
            return False
        if ancestor.tag in _MARGINS or _is_elsewhere_name(names) or _is_sidebar(names):
            return True
    return False


def is_whole_article(element: Element) -> bool:
    """Say whether an element is an article, and not one within another or in its margin."""
    return (
        element.tag == "article"
        and element.parent is not None
        and element.parent.within("article", "aside") is None
    )


def _is_article(element: Element) -> bool:
    return element.tag == "article" or bool(_ARTICLE.search(element.get("class")))
