"""XML feeds cut down to what is read of them, before feedparser sees them.

feedparser takes time quadratic in the length of a name, in the attributes of an element and in the
categories of an entry, and has a second, slower parser for documents that are not well-formed. So
the document is made well-formed by lxml here, loses everything that no ``Entry`` holds, and is
bounded in all that is left.
"""

import re
from dataclasses import dataclass

from lxml import etree

from transforms.core.errors import InputError
from transforms.sources.feed_draft import MAX_OVER_CAP
from transforms.sources.xml_text import drop_cut_end, limit_tags, make_safe

#: A feed with more tags is not news but an attack: the largest real ones have some ten thousand.
_MAX_TAGS = 100_000
_MAX_CHILDREN = 50  # of an entry, of the same sort
_MAX_ELEMENTS = 30_000  # that are left of it: feedparser takes some 30 microseconds for each
_MAX_ATTRIBUTES = 32  # of an element; whoever has more loses all of them
_MAX_NAMESPACES = 64
_MAX_DEPTH = 64  # below an entry; XHTML summaries nest a little

#: How much text of an element is kept, in characters.
_MAX_NAME, _MAX_LINE = 256, 4096
_ADDRESSES = {"link", "guid", "id", "origlink"}
_NAMES = {"name", "email", "publisher", "pubdate", "date"}
_NAMES |= {"published", "issued", "created", "updated", "modified", "lastmod"}

_BREAKS = re.compile(r"[\r\n]+[ \t\r\n]*")

_ROOTS = {"rss", "rdf", "feed", "channel"}
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

_WEEKDAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

_MEDIA = "http://search.yahoo.com/mrss"
#: Prefixes that feeds use without declaring them.
_PREFIXES = {
    "media": _MEDIA + "/",
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
class EntryXml:
    """What is read of an entry here, as it stands in the feed: feedparser changes it."""

    id: str | None
    link: str | None
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedXml:
    """A feed for feedparser, and what feedparser does not read."""

    document: bytes  # well-formed UTF-8 with at most ``max_entries`` entries
    entries: tuple[EntryXml, ...]
    over_cap: tuple[EntryXml, ...]
    skip_hours: tuple[int, ...]  # UTC
    skip_days: tuple[str, ...]  # English names, lower case


def prepare_feed(body: bytes, content_type: str | None, max_entries: int) -> FeedXml:
    """Return the feed in ``body`` made well-formed and bounded.

    Raises ``InputError``: ``unsafe_xml``, ``too_large`` or ``not_a_feed``.
    """
    document = drop_cut_end(make_safe(body, content_type), "item|entry")
    limit_tags(document, _MAX_TAGS)
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise InputError("not_a_feed", f"It is no XML: {error}.") from error
    if root is None or local_name(root) not in _ROOTS:
        raise InputError("not_a_feed", "It is XML, but neither RSS, RDF, Atom nor CDF.")
    # References behind a section that is not closed were not mended, and mean nothing.
    etree.strip_elements(root, etree.Entity, with_tail=False)
    _settle_namespaces(root)
    hours, days = _read_skips(root)
    for holder in (root, *(child for child in root if local_name(child) == "channel")):
        _prune(holder, _FEED_FIELDS, _MAX_TAGS)
    entries = _part_entries(root)
    if len(entries) > max_entries * MAX_OVER_CAP:
        raise InputError("too_large", f"The feed has {len(entries):,} entries.")
    read = [_read_entry(entry) for entry in entries]
    for entry in entries[max_entries:]:
        _drop(entry)
    for entry in entries[:max_entries]:
        _prune(entry, _ENTRY_FIELDS, _MAX_CHILDREN)
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise InputError("too_large", f"The feed has more than {_MAX_ELEMENTS:,} elements to read.")
    for element in root.iter():
        _shorten(element)
    return FeedXml(
        document=etree.tostring(root, encoding="utf-8"),
        entries=tuple(read[:max_entries]),
        over_cap=tuple(read[max_entries:]),
        skip_hours=hours,
        skip_days=days,
    )


def local_name(element: etree._Element) -> str:
    """Return the name of ``element`` without namespace, in lower case; "" for what has none."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _part_entries(root: etree._Element) -> list[etree._Element]:
    """Return all entries in document order, none of them inside another.

    Where the end of one is missing, the parser finds the next inside it; it is put behind it. One
    inside another that is empty is taken out.
    """
    entries: list[etree._Element] = []
    for element in list(root.iter(etree.Element)):
        if local_name(element) not in _ENTRIES:
            continue
        if any(local_name(outer) in _ENTRIES for outer in element.iterancestors()):
            if len(element) == 0:
                _drop(element)
                continue
            entries[-1].addnext(element)
        entries.append(element)
    return entries


def _prune(parent: etree._Element, wanted: set[str], max_same: int) -> None:
    """Remove the children of ``parent`` that are not read, and those of a sort over the limit."""
    seen: dict[str, int] = {}
    for child in list(parent):
        name = local_name(child)
        seen[name] = seen.get(name, 0) + 1
        # Full texts: only what Media RSS calls content, an image or a film, is read.
        is_text = name == "content" and _MEDIA not in str(child.tag)
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


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _read_entry(entry: etree._Element) -> EntryXml:
    found: dict[str, str] = {}
    authors: list[str] = []
    for child in entry:
        name = local_name(child)
        text = (child.text or "").strip()
        if name in ("guid", "id") and text:
            found.setdefault("id", text)
        elif name == "link" and (child.get("rel") or "alternate") == "alternate":
            found.setdefault("link", text or child.get("href") or "")
        elif name in ("author", "creator") and len(authors) < _MAX_CHILDREN:
            names = [part.text or "" for part in child if local_name(part) == "name"]
            authors.append((names[0] if names else text)[:_MAX_NAME])
    return EntryXml(
        id=found.get("id"),
        link=found.get("link") or entry.get("href"),
        authors=tuple(authors),
    )


def _read_skips(root: etree._Element) -> tuple[tuple[int, ...], tuple[str, ...]]:
    hours, days = set(), set()
    for holder in root.iterfind("./channel"):
        for hour in holder.iterfind("./skipHours/hour"):
            text = (hour.text or "").strip()
            if text.isdecimal() and int(text[:3]) <= 24:
                hours.add(int(text[:3]) % 24)
        for day in holder.iterfind("./skipDays/day"):
            text = (day.text or "").strip().lower()
            if text in _WEEKDAYS:
                days.add(text)
    return tuple(sorted(hours)), tuple(sorted(days))


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
        if len(known) > _MAX_NAMESPACES:
            raise InputError("too_large", f"It has more than {_MAX_NAMESPACES} namespaces.")
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
