"""Lists of sources: OPML, which feed readers exchange, and text files with a URL a line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from xml.sax.saxutils import quoteattr

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.sources.languages import tag_language
from newsbeam.transforms.sources.links import absolute_url
from newsbeam.transforms.sources.markup import plain_text
from newsbeam.transforms.sources.xml_parser import parse_mended
from newsbeam.transforms.sources.xml_text import make_safe

_PREFIX = re.compile(
    r"(feed|sitemap|url|newsml|nitf|ninjs|iptc7901|auto):(?=https?://)", re.IGNORECASE
)


def read_opml(
    body: bytes, source: Source, *, seen_at: datetime, max_url_chars: int = 2048
) -> Iterator[Source | Reject]:
    """Yield the feeds of an OPML document as sources, and a reject for each bad address.

    The title of an outline is the publisher, unless ``source`` has one. Raises ``InputError``:
    ``not_a_feed`` for what is no OPML, or ``unsafe_xml``.
    """
    root = parse_mended(make_safe(body), "not_a_feed")
    if root is None or str(root.tag).lower() != "opml":
        raise InputError("not_a_feed", f"{source.ref} is no OPML: its root is not <opml>.")
    for outline in root.iter("outline"):
        fields = {str(key).lower(): str(value) for key, value in outline.attrib.items()}
        if "xmlurl" in fields:
            title = plain_text(fields.get("title") or fields.get("text"))
            listed = replace(
                source,
                publisher=source.publisher or title,
                language=source.language or tag_language(fields.get("language")),
            )
            yield _check(fields["xmlurl"], "feed", listed, source.ref, seen_at, max_url_chars)


def read_url_line(
    line: str, number: int, source: Source, *, seen_at: datetime, max_url_chars: int = 2048
) -> Source | Reject | None:
    """Return what line ``number`` of a list of URLs names: a source, a reject, or nothing.

    A line may begin with ``feed:``, ``sitemap:`` or ``url:``; one that begins with # is a comment.
    """
    line = line.strip().lstrip("\ufeff")
    if not line or line.startswith("#"):
        return None
    match = _PREFIX.match(line)
    kind = match[1].lower() if match else "auto"
    url = line[match.end() :] if match else line
    return _check(url, kind, source, f"{source.ref}#{number}", seen_at, max_url_chars)


def write_opml(sources: Iterable[Source]) -> bytes:
    """Return an OPML document of ``sources``, which feed readers can import."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head><title>newsbeam</title></head>",
        "  <body>",
    ]
    for source in sources:
        fields = {"type": "rss", "text": source.publisher or source.ref, "xmlUrl": source.ref}
        if source.publisher:
            fields["title"] = source.publisher
        if source.language:
            fields["language"] = source.language
        written = " ".join(f"{key}={quoteattr(scrub(text))}" for key, text in fields.items())
        lines.append(f"    <outline {written}/>")
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines).encode("utf-8")


def _check(
    url: str, kind: str, source: Source, ref: str, seen_at: datetime, max_url_chars: int
) -> Source | Reject:
    try:
        if len(url.split()) > 1:
            raise InputError("bad_url", "There is white space in the URL; give one URL a line.")
        checked = absolute_url(url, None, max_url_chars)
    except InputError as error:
        entry = Entry(source_kind="file", source_ref=ref, url=url or None, seen_at=seen_at)
        return reject_entry(entry, error, stage="read", rejected_at=seen_at)
    return Source(ref=checked, kind=kind, publisher=source.publisher, language=source.language)
