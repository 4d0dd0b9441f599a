"""Sitemaps: plain, news and image sitemaps, indexes of them, and text files of URLs."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lxml import etree

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry, Reject, Source
from newsbeam.transforms.core.rejects import reject_entry, scrub
from newsbeam.transforms.dates.locales import read_locale
from newsbeam.transforms.dates.stamps import read_stamp
from newsbeam.transforms.sources.languages import tag_language
from newsbeam.transforms.sources.links import absolute_or_none, absolute_url
from newsbeam.transforms.sources.markup import plain_text
from newsbeam.transforms.sources.stated_dates import flags_of, source_country
from newsbeam.transforms.sources.xml_parser import OPTIONS
from newsbeam.transforms.sources.xml_text import decode_xml, drop_cut_end, limit_tags, make_safe

_ROOTS = ("urlset", "sitemapindex")
#: The most that a sitemap may have (https://www.sitemaps.org/protocol.html).
_MAX_URLS = 50_000
#: Ten for each address, and some: whoever has more sends a bomb.
_MAX_TAGS = 600_000
#: Namespaces, or prefixes that nobody declared, of what else is said of an address.
_EXTENSION = re.compile("image|video|news|mobile|xhtml|geo|pagemap", re.IGNORECASE)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedSitemap:
    """What one sitemap held; newest first, since a sitemap has no order of its own."""

    children: tuple[Source, ...]  # of an index, one level deeper than it
    entries: tuple[Entry, ...]
    invalid: tuple[Reject, ...]  # addresses that cannot be fetched


def parse_sitemap(
    body: bytes,
    *,
    ref: str,
    seen_at: datetime,
    content_type: str | None = None,
    max_url_chars: int = 2048,
    depth: int = 0,
    publisher: str | None = None,
    language: str | None = None,
) -> ParsedSitemap:
    """Return the sitemap in ``body``, the decompressed bytes of ``ref`` (a URL or a path).

    ``depth`` is how many indexes were followed to it; ``publisher`` and ``language`` override what
    it says. Raises ``InputError``: ``not_a_sitemap``, ``unsafe_xml`` or ``too_large``;
    nothing else.
    """
    known = Entry(
        source_kind="sitemap",
        source_ref=scrub(ref),
        seen_at=seen_at,
        publisher=publisher,
        language=language,
    )
    base = ref if ref.startswith(("http://", "https://")) else None
    found = _read_xml(body, content_type, known) if b"<" in body else _read_text(body, known)
    entries: list[Entry] = []
    children: list[tuple[datetime, Source]] = []
    invalid: list[Reject] = []
    for number, (is_index, entry) in enumerate(found):
        if number == _MAX_URLS:
            raise InputError("too_large", f"The sitemap has more than {_MAX_URLS:,} addresses.")
        try:
            url = absolute_url(entry.url or "", base, max_url_chars)
        except InputError as error:
            invalid.append(reject_entry(entry, error, stage="read", rejected_at=seen_at))
            continue
        if is_index:
            child = Source(
                ref=url, kind="sitemap", depth=depth + 1, publisher=publisher, language=language
            )
            children.append((_newest(entry), child))
        else:
            image_url = absolute_or_none(entry.image_url, base, max_url_chars)
            same = (url, image_url) == (entry.url, entry.image_url)
            entries.append(entry if same else replace(entry, url=url, image_url=image_url))
    entries.sort(key=_newest, reverse=True)
    children.sort(key=lambda pair: pair[0], reverse=True)
    return ParsedSitemap(
        children=tuple(child for _, child in children),
        entries=tuple(entries),
        invalid=tuple(invalid),
    )


def _of_other_root(name: str) -> str:
    if name in ("rss", "feed", "rdf"):
        return f"It is a feed: its root is <{name}>. Put feed: before it, or nothing."
    return f"It is XML, but its root is <{name}>."


def _read_xml(body: bytes, content_type: str | None, known: Entry) -> Iterator[tuple[bool, Entry]]:
    """Yield (stands in an index, entry with its address as given)."""
    document = drop_cut_end(make_safe(body, content_type), "url|sitemap")
    limit_tags(document, _MAX_TAGS)
    events = etree.iterparse(io.BytesIO(document), events=("start", "end"), **OPTIONS)
    root = None
    try:
        for event, element in events:
            if root is None:
                root = element
                if _name(root) not in _ROOTS:
                    raise InputError("not_a_sitemap", _of_other_root(_name(root)))
            if event == "end" and element.getparent() is root:
                if _name(element) == "url":
                    yield False, _read_url(element, known)
                elif _name(element) == "sitemap":
                    yield True, _read_url(element, known)
                root.remove(element)
    except etree.XMLSyntaxError as error:
        if root is None:
            raise InputError("not_a_sitemap", f"It is no XML: {error}.") from error
    if root is None:
        raise InputError("not_a_sitemap", "It is neither XML nor a list of URLs.")


def _read_url(element: etree._Element, known: Entry) -> Entry:
    fields = {_name(child): child for child in reversed(element)}  # the first of equals stays
    image = {_name(child): child for child in fields.get("image", ())}
    url = _text(_own(element, "loc")) or None
    is_web = known.source_ref.startswith(("http://", "https://"))
    country = source_country(known.source_ref if is_web else url)
    locale = read_locale(known.language, country)
    entry = replace(
        known,
        url=url,
        modified=read_stamp(_text(_own(element, "lastmod")), source="sitemap", locale=locale),
        image_url=_text(image.get("loc")) or None,
    )
    return entry if "news" not in fields else _read_news(fields["news"], entry, country)


def _own(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first child of that name in the namespace of ``element``.

    If there is none, a child in another that is no extension's will do.
    """
    named = [child for child in element if _name(child) == name]
    space = _space(element)
    own = [child for child in named if _space(child) == space]
    own += [child for child in named if not _EXTENSION.search(_space(child))]
    return own[0] if own else None


def _read_news(element: etree._Element, entry: Entry, country: str | None) -> Entry:
    news = {_name(child): child for child in reversed(element)}
    publication = {_name(child): child for child in news.get("publication", ())}
    keywords = _text(news.get("keywords")).split(",")
    language = entry.language or tag_language(_text(publication.get("language")))
    stated = _text(news.get("publication_date"))
    published = read_stamp(stated, source="sitemap", locale=read_locale(language, country))
    return replace(
        entry,
        title=plain_text(_text(news.get("title"))),
        published=published,
        published_flags=flags_of(published, [stated]),
        language=language,
        publisher=entry.publisher or plain_text(_text(publication.get("name"))),
        tags=tuple(dict.fromkeys(tag for each in keywords if (tag := plain_text(each)))),
    )


def _read_text(body: bytes, known: Entry) -> Iterator[tuple[bool, Entry]]:
    lines = [line.strip() for line in decode_xml(body).splitlines()]
    lines = [line for line in lines if line]
    if not any(line.startswith(("http://", "https://")) for line in lines):
        raise InputError("not_a_sitemap", "It is neither XML nor a list of URLs.")
    for line in lines:
        yield False, replace(known, url=line)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _space(element: etree._Element) -> str:
    """Return the namespace of an element, or the prefix that stands for none."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    space, _, name = tag.rpartition("}")
    return space or name.rpartition(":")[0]


def _text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def _newest(entry: Entry) -> datetime:
    claim = entry.published or entry.modified
    return _NEVER if claim is None else claim.at
