"""What a browser makes of an element: a block, a word in a line, or nothing that is seen."""

import re
from collections.abc import Mapping

from newsbeam.transforms.pages.outline import HEADINGS, TIMES, Element, named

#: Elements that begin and end a block.
BLOCKS = HEADINGS | frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd"),
        *("details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
        *("footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "listing"),
        *("main", "menu", "nav", "noscript", "ol", "optgroup", "p", "pre", "search", "section"),
        *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp"),
    )
)
#: What is in them is drawn by scripts, plug-ins or controls, or never.
SILENT = frozenset(
    (
        *("annotation", "annotation-xml", "audio", "canvas", "datalist", "frameset", "iframe"),
        *("map", "meter", "noembed", "noframes", "object", "progress", "rp", "rt", "rtc"),
        *("script", "select", "style", "svg", "template", "textarea", "video"),
    )
)
MEDIA = frozenset({"img", "picture", "video", "iframe", "audio", "object", "embed"})
#: They declare something, and have no text of the page.
DECLARING = frozenset({"meta", "link", "title", "base"})
QUIET = SILENT | DECLARING
#: A browser with scripts draws the first never, the second when it is asked to.
UNDRAWN = frozenset({"noscript", "dialog"})
#: A custom element in one of these is a word of a sentence; elsewhere it is a block.
_SENTENCES = HEADINGS | {"p", "li", "td", "th", "dt", "dd"}

_is_unseen_name = named(
    r"(?:^|[\s_-])(?:sr[_-]?only|(?:visually|visibly|vis)-?hidden|hidden-?visually|screen-?reader(?:-?(?:text|only))?"
    r"|a11y-?(?:text|hidden|only)|assistive-?text|off-?screen(?:-?text)?)(?:-focusable)?(?:$|\s)",
    *("only", "hidden", "reader", "a11y", "assistive", "screen"),
)
#: How React names the pieces of a page that is streamed.
_STREAMED = re.compile(r"S:[0-9a-f]+")
#: What is moved far to the left, or cut to nothing, is there for screen readers.
_hides = named(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|text-indent)\s*:\s*-\d{4}"
    r"|clip\s*:\s*rect\((?:[01](?:px)?[\s,]*){4}\)",
    *("none", "hidden", "left", "indent", "clip"),
)


def makes_block(tag: str, parent: Element | None) -> bool:
    """Say whether an element begins and ends a block.

    A custom element does, unless it stands in a sentence, where it is a word.
    """
    if tag in BLOCKS:
        return True
    if "-" not in tag or tag in TIMES:
        return False
    return parent is None or (parent.is_block and parent.tag not in _SENTENCES)


def is_unseen(tag: str, attrs: Mapping[str, str | None]) -> bool:
    """Say whether no browser draws an element."""
    if tag in UNDRAWN and "open" not in attrs:
        return True
    if "hidden" in attrs and attrs["hidden"] != "until-found":
        # What a server sends piece by piece is moved into its place by a script right away.
        return _STREAMED.fullmatch(attrs.get("id") or "") is None
    style = attrs.get("style")
    if style and _hides(style):
        return True
    names = attrs.get("class")
    return names is not None and _is_unseen_name(names)
