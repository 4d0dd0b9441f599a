"""CDF, and whatever else ``feed_tree`` leaves to it, read by feedparser.

feedparser takes time quadratic in the length of a name, in the attributes of an element and in the
categories of an entry, and has a second, slower parser for documents that are not well-formed. So
it gets a well-formed document that has lost everything that no ``Entry`` holds, and is bounded in
all that is left.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import feedparser
from lxml import etree

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.dates.locales import read_locale
from newsbeam.transforms.sources.feed_draft import EntryDraft, FeedDraft
from newsbeam.transforms.sources.feed_names import MAX_NAMESPACES, MEDIA
from newsbeam.transforms.sources.feed_values import (
    choose_image,
    clean_authors,
    last_date,
    minutes,
    stripped,
    update_period,
)
from newsbeam.transforms.sources.feed_xml import local_name, part_entries, read_skips
from newsbeam.transforms.sources.languages import tag_language
from newsbeam.transforms.sources.markup import literal_text, plain_text
from newsbeam.transforms.sources.stated_dates import flags_of, source_country

_MAX_CHILDREN = 50  # of an entry, of the same sort
_MAX_ELEMENTS = 30_000  # that are left of it: feedparser takes some 30 microseconds for each
_MAX_ATTRIBUTES = 32  # of an element; whoever has more loses all of them
_MAX_FIELDS = 100_000  # of a feed, of the same sort
_MAX_DEPTH = 64  # below an entry; XHTML summaries nest a little

#: How much text of an element is kept, in characters.
_MAX_NAME, _MAX_LINE = 256, 4096
_ADDRESSES = {"link", "guid", "id", "origlink"}
_NAMES = {"name", "email", "publisher", "pubdate", "date"}
_NAMES |= {"published", "issued", "created", "updated", "modified", "lastmod"}

_BREAKS = re.compile(r"[\r\n]+[ \t\r\n]*")

_ENTRIES = {"item", "entry"}
_ENTRY_FIELDS = {
    *("title", "link", "guid", "id", "origlink", "language"),
    *(
        "category",
        "subject",
        "pubdate",
        "date",
        "published",
        "issued",
        "created",
        "updated",
        "modified",
    ),
    *("description", "summary", "abstract"),
    *("thumbnail", "group", "content", "enclosure", "image"),
}
_FEED_FIELDS = {"title", "link", "language", "publisher", "ttl", "channel", "a", "logo"}
_FEED_FIELDS |= {"updateperiod", "updatefrequency"} | _ENTRIES

#: Prefixes that feeds use without declaring them.
_PREFIXES = {
    "media": MEDIA + "/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "dcterms": "http://purl.org/dc/terms/",
}
_UNDECLARED = "urn:undeclared"
#: Those of attributes that are read: xml:base, xml:lang, rdf:about and rdf:resource.
_ATTRIBUTE_NAMESPACES = {
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _EntryXml:
    """What is read of an entry here, as it stands in the feed: feedparser changes it."""

    id: str | None = None
    authors: tuple[str, ...] = ()


def read_by_feedparser(root: etree._Element, known: Entry) -> FeedDraft:
    """Return what the feed says; ``known`` is what all its entries share. Changes the tree.

    Raises ``InputError``: ``not_a_feed`` or ``too_large``.
    """
    skip_hours, skip_days = read_skips(root)
    document, entries = _prepare(root)
    parsed = _run_feedparser(document)
    feed = dict(parsed["feed"])
    version = parsed.get("version") or ""
    language = tag_language(feed.get("language")) or _inherited_language(feed)
    site_url = stripped(feed.get("link"))
    country = source_country(known.source_ref, site_url)
    return FeedDraft(
        title=_shown(feed, "title", version),
        site_url=site_url,
        language=language,
        publisher=plain_text(stripped(feed.get("publisher"))),
        entries=tuple(
            _read_entry(entry, given, known, language, country, version)
            for entry, given in _pair(parsed["entries"], entries)
        ),
        ttl_s=minutes(feed.get("ttl")),
        update_period_s=update_period(feed.get("sy_updateperiod"), feed.get("sy_updatefrequency")),
        skip_hours=skip_hours,
        skip_days=skip_days,
    )


def _prepare(root: etree._Element) -> tuple[bytes, list[_EntryXml]]:
    """Return the document for feedparser, well-formed and bounded, and what it does not read."""
    _settle_namespaces(root)
    for holder in (root, *(child for child in root if local_name(child) == "channel")):
        _prune(holder, _FEED_FIELDS, _MAX_FIELDS)
    entries = part_entries(root)
    read = [_read_own(entry) for entry in entries]
    for entry in entries:
        _prune(entry, _ENTRY_FIELDS, _MAX_CHILDREN)
        for child in list(entry):  # the first text counts, and a picture's is not the item's
            if str(child.tag).startswith(f"{{{MEDIA}"):
                entry.append(child)
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise InputError("too_large", f"The feed has more than {_MAX_ELEMENTS:,} elements to read.")
    for element in root.iter():
        _shorten(element)
    return etree.tostring(root, encoding="utf-8"), read


def _prune(parent: etree._Element, wanted: set[str], max_same: int) -> None:
    """Remove the children of ``parent`` that are not read, and those of a sort over the limit."""
    seen: dict[str, int] = {}
    for child in list(parent):
        name = local_name(child)
        seen[name] = seen.get(name, 0) + 1
        # Full texts: only what Media RSS calls content, an image or a film, is read.
        is_text = name == "content" and MEDIA not in str(child.tag)
        if (
            name not in wanted
            or is_text
            or seen[name] > max_same
            or (wanted is _ENTRY_FIELDS and _depth(child) > _MAX_DEPTH)
        ):
            parent.remove(child)


def _depth(element: etree._Element) -> int:
    depth, level = 0, list(element)
    while level and depth <= _MAX_DEPTH:
        depth, level = depth + 1, [child for each in level for child in each]
    return depth


def _shorten(element: etree._Element) -> None:
    name = local_name(element)
    if element.text:
        # feedparser is called for each line and each reference, unless they stand in CDATA.
        text = element.text[: _MAX_NAME if name in _NAMES else _MAX_LINE]
        text = _BREAKS.sub("" if name in _ADDRESSES else " ", text)
        element.text = text if "]]>" in text else etree.CDATA(text)
    if element.tail and len(element.tail) > _MAX_LINE:
        element.tail = element.tail[:_MAX_LINE]
    if len(element.attrib) > _MAX_ATTRIBUTES:
        element.attrib.clear()


def _read_own(entry: etree._Element) -> _EntryXml:
    identity = None
    authors: list[str] = []
    for child in entry:
        name = local_name(child)
        text = (child.text or "").strip()
        if name in ("guid", "id") and text:
            identity = identity or text
        elif name in ("author", "creator") and len(authors) < _MAX_CHILDREN:
            names = [part.text or "" for part in child if local_name(part) == "name"]
            authors.append((names[0] if names else text)[:_MAX_NAME])
    return _EntryXml(id=identity, authors=tuple(authors))


def _settle_namespaces(root: etree._Element) -> None:
    """Declare all namespaces at the root, once each, and those that feeds forget to declare.

    feedparser looks at all declarations that it has seen, at each element.
    """
    known = {"", _UNDECLARED}
    for element in root.iter(etree.Element):
        uri, name = _split_name(element.tag)
        prefix, colon, rest = name.partition(":")
        if colon and not uri:
            _rename(element, _PREFIXES.get(prefix, _UNDECLARED), rest)
        elif uri not in known and not _is_uri(uri):
            _rename(element, _UNDECLARED, name)
        known.add(_split_name(element.tag)[0])
        if len(known) > MAX_NAMESPACES:
            raise InputError("too_large", f"It has more than {MAX_NAMESPACES} namespaces.")
        for key in element.attrib:
            if ":" in str(key) and _split_name(key)[0] not in _ATTRIBUTE_NAMESPACES:
                del element.attrib[key]
    declared = {f"n{number}": uri for number, uri in enumerate(sorted(known - {""}))}
    etree.cleanup_namespaces(root, top_nsmap=declared)


def _rename(element: etree._Element, uri: str, name: str) -> None:
    try:
        element.tag = f"{{{uri}}}{name}"
    except ValueError:  # what follows a colon may be no name: "a:", "a:1", "a:b:c"
        element.tag = f"{{{_UNDECLARED}}}unnamed"


def _split_name(name: object) -> tuple[str, str]:
    """Return namespace and name of what lxml writes as ``{namespace}name``."""
    uri, closed, rest = str(name).removeprefix("{").partition("}")
    return (uri, rest) if closed else ("", uri)


def _is_uri(text: str) -> bool:
    try:
        etree.Element("any", nsmap={"any": text})
    except ValueError:
        return False
    return True


def _run_feedparser(document: bytes) -> Mapping[str, Any]:
    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(document),  # a str would be taken for a path or a URL, and opened
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    except Exception as error:  # feedparser raises whatever its handlers stumble on
        raise InputError("not_a_feed", f"The feed cannot be parsed: {error!r}.") from error
    return parsed


def _pair(
    entries: Sequence[Mapping[str, Any]], given: Sequence[_EntryXml]
) -> Iterator[tuple[dict[str, Any], _EntryXml]]:
    """Yield each entry of feedparser with what was read of it before.

    Entries become plain dicts: feedparser's own answer "updated" with what is "published".
    """
    if len(given) != len(entries):
        given = [_EntryXml()] * len(entries)
    for entry, own in zip(entries, given, strict=True):
        yield dict(entry), own


def _read_entry(
    raw: Mapping[str, Any],
    given: _EntryXml,
    known: Entry,
    feed_language: str | None,
    country: str | None,
    version: str,
) -> EntryDraft:
    language = known.language or tag_language(raw.get("language")) or _inherited_language(raw)
    language = language or feed_language
    locale = read_locale(language, country)
    stated, updated = raw.get("published") or raw.get("created"), raw.get("updated")
    published, modified = last_date([stated], locale), last_date([updated], locale)
    if published is None and not raw.get("published") and version.startswith("rss"):
        # RSS has no date of change: dc:date and the like say when an item was published.
        published, modified, stated = modified, None, stated or updated
    tags = (plain_text(tag.get("label") or tag.get("term")) for tag in raw.get("tags", ()))
    entry = replace(
        known,
        # Without an element for it, RDF has the id in rdf:about.
        source_id=stripped(given.id or raw.get("id")),
        title=_shown(raw, "title", version),
        summary=_shown(raw, "summary", version),
        authors=clean_authors(map(plain_text, given.authors)),
        published=published,
        published_flags=flags_of(published, [stated]),
        modified=modified,
        language=language,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        image_url=_image(raw),
    )
    links = [raw.get("feedburner_origlink"), raw.get("link")]
    permalink = stripped(raw.get("id"))
    if permalink and raw.get("guidislink", True) and permalink.startswith(("http://", "https://")):
        links.append(permalink)
    return EntryDraft(entry=entry, links=tuple(link for link in map(stripped, links) if link))


def _shown(raw: Mapping[str, Any], field: str, version: str) -> str | None:
    """Return a text as readers see it; Atom says where tags are words."""
    detail = raw.get(f"{field}_detail")
    if version == "atom10" and isinstance(detail, Mapping) and detail.get("type") == "text/plain":
        return literal_text(raw.get(field))
    return plain_text(raw.get(field))


def _image(raw: Mapping[str, Any]) -> str | None:
    """Return the largest image of Media RSS, else an enclosed image, else a thumbnail."""
    enclosures = [
        {"url": link.get("href")}
        for link in raw.get("links", ())
        if link.get("rel") == "enclosure" and str(link.get("type")).startswith("image/")
    ]
    image = raw.get("image")
    others = [{"url": image.get("href")}] if isinstance(image, Mapping) else []
    return choose_image(
        raw.get("media_content", ()), (*enclosures, *raw.get("media_thumbnail", ()), *others)
    )


def _inherited_language(raw: Mapping[str, Any]) -> str | None:
    """Return the xml:lang that held where the title stood."""
    detail = raw.get("title_detail")
    return tag_language(detail.get("language")) if isinstance(detail, Mapping) else None
