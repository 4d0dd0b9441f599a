"""Text out of the bits of HTML that titles and summaries are written in."""

import html
import re

from newsbeam.transforms.core.rejects import scrub

#: What is never shown. Where the end is missing, everything to the end is hidden, as in a browser;
#: that also keeps the search linear.
_HIDDEN = re.compile(
    r"<(script|style|template)\b(?:[^<]++|<(?!/\1\b))*+(?:</\1\b[^<>]*>?|$)"
    r"|<!--(?:[^-]++|-(?!->))*+(?:-->|$)",
    re.I,
)
_BREAK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|tr|td|th|table|h[1-6]|blockquote|figure|figcaption|"
    r"section|article|header|footer|img|iframe)\b[^<>]*>",
    re.I,
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!\[CDATA\[|\]\]>")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


def plain_text(markup: str | None, max_chars: int = 1 << 14) -> str | None:
    """Return what a reader sees of ``markup`` on one line, None if that is nothing.

    ``markup`` may be plain text as well: "x < y" and "AT&T" stay. What is behind ``max_chars``
    is not looked at: a summary is no article.
    """
    if not markup:
        return None
    text = markup[:max_chars]
    if "<" in text:
        text = _HIDDEN.sub(" ", text)
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    return scrub(" ".join(_CONTROL.sub("", text).split())) or None


def literal_text(text: str | None, max_chars: int = 1 << 14) -> str | None:
    """Return ``text``, in which tags and references are words, on one line; None if it is empty."""
    if not text:
        return None
    return scrub(" ".join(_CONTROL.sub("", text[:max_chars]).split())) or None
