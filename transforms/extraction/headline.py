"""What stands near the headline, as a reader meets it: where dates and bylines are."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from transforms.core.identity import normalize_text
from transforms.extraction.markup import Markup, text_of

#: How far from the headline, in characters of text, something still belongs to it.
_MAX_AFTER = 1500
_MAX_BEFORE = 300
_MAX_ELEMENTS_BEFORE = 100

_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "textarea", "option", "select", "label", "form"}
)

_ELSEWHERE = re.compile(
    r"comment|komment|related|teaser|recommend|widget|popular|disqus|respond|more-?from"
    r"|also-?read|figure|caption|(?:^|[\s_-])(?:promo|latest)(?:[\s_-]|$)",
    re.IGNORECASE,
)
#: A margin by its own name; "has-sidebar" is the page around one.
_SIDEBAR = re.compile(
    r"(?<![\w-])(?:(?:main|page|site|article|content|primary|secondary|widget|post|news|blog)[_-]+)?side-?bar",
    re.IGNORECASE,
)
_MARGINS = frozenset({"aside", "footer", "nav", "form", "figure", "figcaption"})
_ENTRY = re.compile(r"(?:^|\s)h-?entry(?:\s|$)")
_ARTICLE = re.compile(r"(?:^|\s)(?:h-?entry|post|article)(?:[\s_-]|$)")


@dataclass(frozen=True, slots=True)
class Near:
    """An element near the headline. What stands before counts as twice as far as what follows."""

    distance: int  # characters of text
    element: HtmlElement
    text: str  # its own text up to its first child
    tail: str  # the text behind it
    above: bool = False  # it stands before the headline


def find_headline(markup: Markup, title: str | None) -> HtmlElement | None:
    """Return the heading that shows ``title``, else the only first-level heading there is.

    The end of a trail of links stands in where no other serves.
    """
    wanted = normalize_text(title or "")
    candidates = (*markup.headings, *([] if markup.crumb is None else [markup.crumb]))
    texts = [(normalize_text(text_of(heading)), heading) for heading in candidates]
    filled = [(text, heading) for text, heading in texts if text]
    matching = [(text, heading) for text, heading in filled if text in wanted or wanted in text]
    if wanted and matching:
        return max(matching, key=lambda each: min(len(each[0]), len(wanted)))[1]
    first = [heading for _, heading in filled if heading.tag == "h1"]
    own = [heading for heading in first if heading is not markup.crumb] or first
    return own[0] if len(own) == 1 else None


def near_headline(tree: HtmlElement, headline: HtmlElement) -> tuple[Near, ...]:
    """Return the elements around ``headline`` in the order of the page."""
    return tuple(_walk(tree, headline))


def _walk(tree: HtmlElement, headline: HtmlElement) -> Iterator[Near]:
    before: deque[tuple[int, HtmlElement, str, str]] = deque(maxlen=_MAX_ELEMENTS_BEFORE)
    position, start = 0, None
    for element in tree.iter():
        if element is headline:
            start = position
            for at, other, own, behind in before:
                if start - at <= _MAX_BEFORE:
                    yield Near(2 * (start - at), other, own, behind, above=True)
        tag = element.tag
        # Comments and processing instructions have a function for a tag.
        silent = not isinstance(tag, str) or tag in _SKIPPED
        text = "" if silent else (element.text or "").strip()
        tail = (element.tail or "").strip()
        position += len(text)
        if start is not None:
            yield Near(position - start, element, text, tail)
        elif not silent or tail:
            before.append((position, element, text, tail))
        position += len(tail)
        if start is not None and position - start > _MAX_AFTER:
            return


def is_elsewhere(element: HtmlElement) -> bool:
    """Say whether an element is in a margin, a teaser, a caption or among comments."""
    for ancestor in [element, *element.iterancestors()]:
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        # An entry's class also lists its tags and categories, whatever they are called.
        if ancestor.tag in ("article", "body", "html") or _ENTRY.search(names):
            return False
        if ancestor.tag == "footer" and any(_is_article(a) for a in ancestor.iterancestors()):
            continue  # what an article calls its footer is its own
        if ancestor.tag in _MARGINS or _ELSEWHERE.search(names) or _SIDEBAR.search(names):
            return True
    return False


def _is_article(element: HtmlElement) -> bool:
    return element.tag == "article" or bool(_ARTICLE.search(element.get("class") or ""))
