"""trafilatura's own text of a page, for those who want exactly it."""

import logging

from trafilatura import bare_extraction

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.extraction.body import Body, body_of_lines
from newsbeam.transforms.extraction.paragraphs import split_paragraphs
from newsbeam.transforms.pages.outline import Outline

# They report each step; what matters reaches the reject's detail.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def warm_up() -> None:
    """Have trafilatura load what it loads when it is first needed: stop words of all languages."""
    page = "<html><body><p>Text.</p></body></html>"
    bare_extraction(page, with_metadata=False, include_comments=False)


def read_with_trafilatura(
    outline: Outline, page: str, url: str | None, *, calls: bool, fast: bool = False
) -> Body:
    """Return the text that trafilatura finds in a page, with its default settings.

    ``calls``: a call to subscribe and read on ends it. ``fast``: it asks no other extractors.

    Raises:
        InputError: ``extraction_failed`` if the page breaks it.
    """
    try:
        document = bare_extraction(
            page, url=url, with_metadata=False, include_comments=False, fast=fast
        )
    # Hostile pages break it in ways that nobody can list.
    except Exception as error:
        raise InputError(
            "extraction_failed", f"trafilatura failed: {type(error).__name__}: {error}"
        ) from error
    text = getattr(document, "text", None) or ""
    return body_of_lines(outline, split_paragraphs(text), extractor="trafilatura", calls=calls)
