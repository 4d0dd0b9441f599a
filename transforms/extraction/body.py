"""The text of an article out of its page's tree, and how whole it is."""

import logging
from dataclasses import dataclass

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.external import jt_stoplist_init

from transforms.core.errors import InputError

# It reports each step; what matters reaches the reject's detail.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text of a page's article."""

    text: str  # paragraphs separated by line breaks
    extractor: str


def extract_body(tree: HtmlElement, *, url: str | None) -> Body:
    """Return the article's text. The tree is not changed.

    Raises:
        InputError: ``no_article`` if there is none, ``extraction_failed`` if the page breaks the
            extractor.
    """
    try:
        document = bare_extraction(
            tree,
            url=url,
            include_comments=False,
            with_metadata=False,
            # It would compare with pages seen before, and so depend on the order of work.
            deduplicate=False,
        )
    # Hostile pages break it in ways that nobody can list.
    except Exception as error:
        raise InputError(
            "extraction_failed", f"The extractor failed: {type(error).__name__}: {error}"
        ) from error
    text: str | None = getattr(document, "text", None)
    if not text:
        raise InputError("no_article", "The page has no text that reads like an article.")
    return Body(text=text, extractor="trafilatura")


def warm_up() -> None:
    """Load what the extractor loads on first use, so that forked processes share it."""
    jt_stoplist_init()
