"""Plain text and Markdown: what little metadata they have."""

import re

from newsbeam.transforms.core.canonical import canonical_of
from newsbeam.transforms.core.records import Page
from newsbeam.transforms.metadata.authors import clean_authors
from newsbeam.transforms.metadata.page_metadata import Metadata, told_by

_HEADING = re.compile(r"\A\s*#\s+(\S.*?)\s*#*\s*(?:\n|\Z)")
_SETEXT = re.compile(r"\A\s*(\S.*?)\s*\n=+\s*\n")
_MARKUP = re.compile(r"^#{1,6}\s+|^\s{0,3}(?:[*-]\s*){3,}$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")

#: Longest first line that can be a headline, and least text that must follow it.
_MAX_TITLE_CHARS = 150


def read_plain_text(page: Page, text: str) -> tuple[Metadata, str]:
    """Return the metadata and the text of a page of plain text.

    The title is the source's own, else a Markdown heading, else a first line that stands alone
    above an empty line and does not end like a sentence. Nothing else is guessed.
    """
    entry = page.entry
    title, title_source = entry.title, told_by(entry) if entry.title else "text"
    if match := _HEADING.match(text) or _SETEXT.match(text):
        title = title or match[1]
        text = _unmark(text[match.end() :])
    elif title is None and (line := _first_line_title(text)):
        title = line
        text = text.lstrip().partition("\n")[2]
    elif title and text.lstrip().startswith(title + "\n"):
        text = text.lstrip()[len(title) :]
    authors = clean_authors(entry.authors, filter(None, (entry.publisher, entry.source_title)))
    metadata = Metadata(
        title=title,
        title_source=title_source if title else None,
        summary=entry.summary,
        authors=authors,
        authors_source=told_by(entry) if authors else None,
        published=entry.published,
        published_flags=entry.published_flags,
        modified=entry.modified,
        publisher=entry.publisher,
        section=entry.section,
        tags=entry.tags,
        image_url=entry.image_url,
        language=entry.language,
        canonical_url=canonical_of(page.url),
    )
    return metadata, text


def _first_line_title(text: str) -> str | None:
    first, _, rest = text.strip().partition("\n")
    line = first.strip()
    stands_alone = rest.startswith("\n") or rest.lstrip(" \t\r").startswith("\n")
    if (
        stands_alone
        and 0 < len(line) <= _MAX_TITLE_CHARS
        and line[-1] not in ".,;:。．،؛…-–—\"”»’'"
        and len(rest.strip()) > 2 * len(line)
    ):
        return line
    return None


def _unmark(text: str) -> str:
    text = _LINK.sub(r"\1", _MARKUP.sub("", text))
    return _EMPHASIS.sub(r"\2", text)
