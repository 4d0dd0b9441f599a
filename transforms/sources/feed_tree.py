"""RSS 0.9x to 2.0, RDF and Atom 0.3 and 1.0, read from the tree of the document.

Which of several elements counts is as in feedparser, which takes many times as long, except where a
standard says otherwise: an item's own title and description come before those of its media, and
what Atom declares to be text is text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.dates.locales import ANYWHERE, read_locale
from newsbeam.transforms.sources.feed_draft import EntryDraft, FeedDraft
from newsbeam.transforms.sources.feed_names import Names
from newsbeam.transforms.sources.feed_texts import address_of, date_of, line_of, read_text
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
from newsbeam.transforms.sources.stated_dates import flags_of, source_country

_MAX_SAME = 50  # of the elements of an entry that may stand several times
_MAX_MEDIA = 500  # elements inside an entry's media

_XML = "{http://www.w3.org/XML/1998/namespace}"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_HTML_TYPES = (None, "", "text/html", "html", "application/xhtml+xml", "xhtml")

#: Elements that say the same, and how near they are to the item: the lowest that has text counts.
_TITLES = {("", "title"): 0, ("dc", "title"): 1, ("media", "title"): 2}
_SUMMARIES = {
    ("", "description"): 0,
    ("", "summary"): 0,
    ("", "abstract"): 0,
    ("dc", "description"): 1,
    ("itunes", "summary"): 2,
    ("media", "description"): 3,
}
_INSIDE = 10  # is added for what stands inside of media
_PUBLISHED = {("", "pubdate"), ("", "published"), ("", "issued"), ("dcterms", "issued")}
_CREATED = {("", "created"), ("dcterms", "created")}
_UPDATED = {("", "updated"), ("", "modified"), ("", "lastbuilddate"), ("dc", "date")}
_UPDATED |= {("dcterms", "modified")}
_DATES = {
    **dict.fromkeys(_PUBLISHED, "published"),
    **dict.fromkeys(_CREATED, "created"),
    **dict.fromkeys(_UPDATED, "updated"),
}
_FEED_VALUES = {"language", "publisher", "ttl", "updateperiod", "updatefrequency"}
_AUTHORS = {"author", "creator"}
_TAGS = {("", "category"), ("dc", "subject"), ("media", "category"), ("itunes", "category")}


def read_tree(root: etree._Element, known: Entry) -> FeedDraft:
    """Return what the feed says; ``known`` is what all its entries share.

    Raises ``InputError("too_large")``, and ``UnusualTextError`` for what is left to feedparser.
    """
    return _Reader(root, known).read()


@dataclass(slots=True)
class _Found:
    """The elements of one entry by what they say."""

    titles: list[tuple[int, etree._Element]] = field(default_factory=list)
    summaries: list[tuple[int, etree._Element]] = field(default_factory=list)
    dates: dict[str, list[str]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    original_links: list[str] = field(default_factory=list)
    permalinks: list[str] = field(default_factory=list)
    authors: list[etree._Element] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    media: list[dict[str, str]] = field(default_factory=list)
    enclosures: list[dict[str, str]] = field(default_factory=list)
    thumbnails: list[dict[str, str]] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)


class _Reader:
    def __init__(self, root: etree._Element, known: Entry) -> None:
        self._root = root
        self._known = known
        self._names = Names(root)
        self._is_rss = local_name(root) != "feed"
        self._has_base = bool(root.xpath("boolean(//@xml:base | //@base)"))
        self._language: str | None = None
        self._country: str | None = None
        self._locale = ANYWHERE

    def read(self) -> FeedDraft:
        entries = part_entries(self._root)
        feed = self._read_feed()
        skip_hours, skip_days = read_skips(self._root)
        return replace(
            feed,
            entries=tuple(map(self._read_entry, entries)),
            skip_hours=skip_hours,
            skip_days=skip_days,
        )

    def _read_feed(self) -> FeedDraft:
        titles: list[tuple[int, etree._Element]] = []
        links: list[str] = []
        values: dict[tuple[str, str], str] = {}
        channels = (each for each in self._root if local_name(each) == "channel")
        holder = next(channels, None) if self._is_rss else self._root
        for child in holder if holder is not None else ():
            name = self._names.of(child)
            if name in _TITLES:
                titles.append((_TITLES[name], child))
            elif name == ("", "link"):
                links += self._alternates(child)
            elif name[1] in _FEED_VALUES and (text := line_of(child)):
                values[name] = text
        title = _first_text(titles)
        said = values.get(("", "language")) or values.get(("dc", "language"))
        scopes = [each for _, each in titles[:1]] or [self._root if holder is None else holder]
        self._language = tag_language(said) or self._inherited_language(scopes[0])
        site_url = links[-1] if links else None
        self._country = source_country(self._known.source_ref, site_url)
        self._locale = read_locale(self._language, self._country)
        publisher = values.get(("dc", "publisher")) or values.get(("", "publisher"))
        return FeedDraft(
            title=title,
            site_url=site_url,
            language=self._language,
            publisher=publisher,
            entries=(),
            ttl_s=minutes(values.get(("", "ttl"))),
            update_period_s=update_period(
                values.get(("sy", "updateperiod")), values.get(("sy", "updatefrequency"))
            ),
        )

    def _read_entry(self, entry: etree._Element) -> EntryDraft:
        found = _Found()
        for child in entry:
            self._sort(child, found, 0)
        titles = [each for _, each in found.titles]
        language = self._known.language or _first_language(found.languages)
        if language is None and titles:
            language = self._inherited_language(titles[0])
        language = language or self._language
        locale = self._locale
        if language != self._language:
            locale = read_locale(language, self._country)
        stated, updated = found.dates.get("published", []), found.dates.get("updated", [])
        created = found.dates.get("created", [])
        published = last_date(stated, locale) or last_date(created, locale)
        modified = last_date(updated, locale)
        if published is None and self._is_rss and not stated:
            # RSS has no date of change: dc:date and the like say when an item was published.
            published, modified, stated = modified, None, updated
        about = stripped(entry.get(_ABOUT))
        links = [*found.original_links[:1], *found.links[-1:]]
        permalinks = found.permalinks or [about or ""]
        if not links or permalinks[0].startswith(("http://", "https://")):
            links += permalinks[:1]
        return EntryDraft(
            entry=replace(
                self._known,
                # Without an element for it, RDF has the id in rdf:about.
                source_id=found.ids[0] if found.ids else about,
                title=_first_text(found.titles),
                summary=_first_text(found.summaries),
                authors=clean_authors(map(self._author, found.authors[:_MAX_SAME])),
                published=published,
                published_flags=flags_of(published, (*stated, *created)),
                modified=modified,
                language=language,
                tags=tuple(dict.fromkeys(found.tags[:_MAX_SAME])),
                image_url=choose_image(
                    found.media[:_MAX_SAME],
                    (*found.enclosures, *found.thumbnails, *found.images),
                ),
            ),
            links=tuple(dict.fromkeys(filter(None, links))),
        )

    def _sort(self, element: etree._Element, found: _Found, depth: int) -> None:
        """Put one element of an entry to those that say the same."""
        name = self._names.of(element)
        space, local = name
        if name in _TITLES:
            found.titles.append((_TITLES[name] + depth, element))
        elif name in _SUMMARIES:
            found.summaries.append((_SUMMARIES[name] + depth, element))
        elif space == "media":
            self._sort_media(element, local, found, depth)
        elif name in _TAGS:
            found.tags += _tags_of(element)
        elif depth:
            return
        elif name in _DATES:
            if text := date_of(element):
                found.dates.setdefault(_DATES[name], []).append(text)
        elif local in ("guid", "id"):
            if text := address_of(element):
                found.ids.append(text)
                if space == "" and (element.get("isPermaLink") or "true").lower() == "true":
                    found.permalinks.append(self._resolve(text, element))
        elif name == ("", "link"):
            found.links += self._alternates(element)
            rel = (element.get("rel") or "").lower()
            if rel == "enclosure" and (href := _href(element)):
                self._enclose(self._resolve(href, element), element, found)
        elif local in _AUTHORS:
            found.authors.append(element)
        elif name == ("", "enclosure"):
            self._enclose(_href(element), element, found)
        elif name == ("feedburner", "origlink"):
            found.original_links += [text for text in (address_of(element),) if text]
        elif local == "language" and space in ("", "dc"):
            found.languages += [text for text in (line_of(element),) if text]
        elif name in (("itunes", "image"), ("itunes", "link")):
            found.images.append({"url": element.get("href") or element.get("url") or ""})

    def _sort_media(self, element: etree._Element, local: str, found: _Found, depth: int) -> None:
        if local == "content":
            found.media.append(_lower(element))
        elif local == "thumbnail":
            url = element.get("url") or address_of(element) or ""
            found.thumbnails.append({"url": url})
        if depth == 0 and local in ("content", "group"):
            for inner in islice(element.iterdescendants(etree.Element), _MAX_MEDIA):
                self._sort(inner, found, _INSIDE)

    @staticmethod
    def _enclose(url: str | None, element: etree._Element, found: _Found) -> None:
        if (element.get("type") or "").lower().startswith("image/"):
            found.enclosures.append({"url": url or ""})

    def _alternates(self, link: etree._Element) -> Iterator[str]:
        """Yield the address of a link that leads to the page itself."""
        href = _href(link)
        if href is None:
            if text := address_of(link):
                yield self._resolve(text, link)
            return
        rel = (link.get("rel") or "alternate").lower()
        kind = link.get("type")
        if rel == "alternate" and (kind and kind.lower()) in _HTML_TYPES:
            yield self._resolve(href, link)

    def _resolve(self, url: str, element: etree._Element) -> str:
        """Return ``url`` made absolute as far as xml:base says against what."""
        if not self._has_base:
            return url
        holders = (element, *element.iterancestors())
        bases = [base for each in holders if (base := each.get(_XML + "base") or each.get("base"))]
        try:
            for base in bases:
                url = urljoin(base, url)
        except ValueError:
            pass  # what cannot be joined is refused when the link is checked
        return url

    def _inherited_language(self, element: etree._Element) -> str | None:
        """Return the xml:lang that holds where ``element`` stands."""
        for holder in (element, *element.iterancestors()):
            said = holder.get(_XML + "lang")
            if said is None:
                said = holder.get("lang")
            if said is not None:
                return tag_language(said)
        return None

    def _author(self, element: etree._Element) -> str | None:
        for part in element:
            if local_name(part) == "name":
                return line_of(part)
        return line_of(element)


def _first_text(ranked: Iterable[tuple[int, etree._Element]]) -> str | None:
    """Return the text of the nearest element that has one; of equals, of the first."""
    for _, element in sorted(ranked, key=lambda pair: pair[0]):
        if text := read_text(element):
            return text
    return None


def _first_language(texts: Iterable[str]) -> str | None:
    return next((tag for text in texts if (tag := tag_language(text))), None)


def _tags_of(element: etree._Element) -> list[str]:
    term, label = stripped(element.get("term")), stripped(element.get("label"))
    text = stripped(element.get("text")) if local_name(element) == "category" else None
    own = line_of(element)
    return [tag for tag in (label or term or text, own) if tag]


def _href(element: etree._Element) -> str | None:
    return element.get("url") or element.get("uri") or element.get("href") or None


def _lower(element: etree._Element) -> dict[str, str]:
    return {str(key).lower(): str(value) for key, value in islice(element.attrib.items(), 32)}
