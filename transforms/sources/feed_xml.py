"""XML feeds made safe and parsed, before anything is read of them."""

from lxml import etree

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.sources.feed_draft import require_few
from newsbeam.transforms.sources.xml_parser import parse_mended
from newsbeam.transforms.sources.xml_text import drop_cut_end, limit_tags, make_safe

#: A feed with more tags is not news but an attack: the largest real ones have some ten thousand.
_MAX_TAGS = 100_000

_ROOTS = {"rss", "rdf", "feed", "channel"}
_ENTRIES = {"item", "entry"}
_ENTRY_TAGS = [f"{{*}}{tag}" for name in _ENTRIES for tag in (name, name.upper(), name.title())]
_WEEKDAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}


def parse_feed_xml(body: bytes, content_type: str | None) -> etree._Element:
    """Return the root of the feed in ``body``, mended where it is not well-formed.

    Raises ``InputError``: ``unsafe_xml``, ``too_large`` or ``not_a_feed``.
    """
    document = drop_cut_end(make_safe(body, content_type), "item|entry")
    limit_tags(document, _MAX_TAGS)
    root = parse_mended(document, "not_a_feed")
    if root is None or local_name(root) not in _ROOTS:
        raise InputError("not_a_feed", "It is XML, but neither RSS, RDF, Atom nor CDF.")
    return root


def local_name(element: etree._Element) -> str:
    """Return the name of ``element`` without namespace, in lower case; "" for what has none."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def part_entries(root: etree._Element) -> list[etree._Element]:
    """Return all entries in document order, none of them inside another.

    Where the end of one is missing, the parser finds the next inside it; it is put behind it. One
    inside another that is empty is taken out. Raises ``InputError("too_large")``.
    """
    entries: list[etree._Element] = []
    outer: etree._Element | None = None
    for element in list(root.iter(*_ENTRY_TAGS)):
        # Most stand beside the one before, which is in no other.
        if outer is None or element.getparent() is not outer:
            if next(element.iterancestors(*_ENTRY_TAGS), None) is not None:
                if len(element) == 0:
                    drop(element)
                    continue
                entries[-1].addnext(element)
            outer = element.getparent()
        entries.append(element)
    require_few(len(entries))
    return entries


def drop(element: etree._Element) -> None:
    """Take ``element`` out of its document, with what stands behind it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def read_skips(root: etree._Element) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the hours (UTC) and the days (English, lower case) when an RSS feed rests."""
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
