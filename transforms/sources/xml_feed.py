"""RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0 and CDF, read by feedparser."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import feedparser

from transforms.core.errors import InputError
from transforms.core.records import DateClaim, Entry
from transforms.core.rejects import scrub
from transforms.sources.dates import parse_date
from transforms.sources.feed_draft import EntryDraft, FeedDraft
from transforms.sources.feed_xml import EntryXml, FeedXml, prepare_feed
from transforms.sources.languages import tag_language
from transforms.sources.markup import plain_text

#: RSS asks for "mail@example.com (Name)", and gets it from some.
_ADDRESS = re.compile(r"<?\(?\b(?:mailto:)?[^\s()<>@]+@[^\s()<>@]+\b\)?>?")
_PERIODS_S = {"hourly": 3600, "daily": 86400, "weekly": 604800}
_PERIODS_S |= {"monthly": 30 * 86400, "yearly": 365 * 86400}


def read_xml_feed(
    body: bytes, content_type: str | None, known: Entry, max_entries: int
) -> FeedDraft:
    """Return what the XML feed in ``body`` says; ``known`` is what all its entries share.

    Raises ``InputError``: ``not_a_feed``, ``unsafe_xml`` or ``too_large``.
    """
    xml = prepare_feed(body, content_type, max_entries)
    parsed = _run_feedparser(xml.document)
    feed = dict(parsed["feed"])
    language = tag_language(feed.get("language")) or _inherited_language(feed)
    return FeedDraft(
        title=plain_text(feed.get("title")),
        site_url=_text(feed.get("link")),
        language=language,
        publisher=plain_text(feed.get("publisher")),
        entries=tuple(
            _read_entry(entry, given, known, language, parsed.get("version") or "")
            for entry, given in _pair(parsed["entries"], xml.entries)
        ),
        over_cap=tuple(_over_cap(xml, known)),
        ttl_s=_minutes(feed.get("ttl")),
        update_period_s=_update_period(feed),
        skip_hours=xml.skip_hours,
        skip_days=xml.skip_days,
    )


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
    entries: Sequence[Mapping[str, Any]], given: Sequence[EntryXml]
) -> Iterator[tuple[dict[str, Any], EntryXml]]:
    """Yield each entry of feedparser with what was read of it before.

    Entries become plain dicts: feedparser's own answer "updated" with what is "published".
    """
    if len(given) != len(entries):
        given = [EntryXml(id=None, link=None, authors=())] * len(entries)
    for entry, own in zip(entries, given, strict=True):
        yield dict(entry), own


def _read_entry(
    raw: Mapping[str, Any],
    given: EntryXml,
    known: Entry,
    feed_language: str | None,
    version: str,
) -> EntryDraft:
    language = known.language or tag_language(raw.get("language")) or _inherited_language(raw)
    language = language or feed_language
    published = _date(raw.get("published") or raw.get("created"), language)
    modified = _date(raw.get("updated"), language)
    if published is None and not raw.get("published") and version.startswith("rss"):
        # RSS has no date of change: dc:date and the like say when an item was published.
        published, modified = modified, None
    tags = (_text(tag.get("label") or tag.get("term")) for tag in raw.get("tags", ()))
    entry = replace(
        known,
        # Without an element for it, RDF has the id in rdf:about.
        source_id=_text(given.id or raw.get("id")),
        title=plain_text(raw.get("title")),
        summary=plain_text(raw.get("summary")),
        authors=tuple(dict.fromkeys(_authors(given))),
        published=published,
        modified=modified,
        language=language,
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        image_url=_image(raw),
    )
    links = [raw.get("feedburner_origlink"), raw.get("link")]
    permalink = _text(raw.get("id"))
    if permalink and raw.get("guidislink", True) and permalink.startswith(("http://", "https://")):
        links.append(permalink)
    return EntryDraft(entry=entry, links=tuple(link for link in map(_text, links) if link))


def _over_cap(xml: FeedXml, known: Entry) -> Iterator[EntryDraft]:
    for given in xml.over_cap:
        entry = replace(known, source_id=_text(given.id))
        links = (given.link, given.id if (given.id or "").startswith("http") else None)
        yield EntryDraft(entry=entry, links=tuple(each for each in links if each))


def _authors(given: EntryXml) -> Iterator[str]:
    for author in given.authors:
        name = " ".join(_ADDRESS.sub(" ", plain_text(author) or "").split())
        if name.startswith("(") and name.endswith(")"):
            name = name[1:-1].strip()
        if name:
            yield name


def _image(raw: Mapping[str, Any]) -> str | None:
    """Return the largest image of Media RSS, else an enclosed image, else a thumbnail."""
    media = [
        item
        for item in raw.get("media_content", ())
        if item.get("medium") == "image" or str(item.get("type")).startswith("image/")
    ]
    media.sort(key=lambda item: -_number(item.get("width")))  # stable: the first of equals
    enclosures = [
        {"url": link.get("href")}
        for link in raw.get("links", ())
        if link.get("rel") == "enclosure" and str(link.get("type")).startswith("image/")
    ]
    image = raw.get("image")
    others = [{"url": image.get("href")}] if isinstance(image, Mapping) else []
    for item in (*media, *enclosures, *raw.get("media_thumbnail", ()), *others):
        if url := _text(item.get("url")):
            return url
    return None


def _inherited_language(raw: Mapping[str, Any]) -> str | None:
    """Return the xml:lang that held where the title stood."""
    detail = raw.get("title_detail")
    return tag_language(detail.get("language")) if isinstance(detail, Mapping) else None


def _date(value: object, language: str | None) -> DateClaim | None:
    if not isinstance(value, str):
        return None
    return parse_date(value, source="feed", language=language)


def _minutes(value: object) -> int | None:
    minutes = _number(value)
    return minutes * 60 if minutes > 0 else None


def _update_period(feed: Mapping[str, Any]) -> int | None:
    period_s = _PERIODS_S.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    frequency = _number(feed.get("sy_updatefrequency")) or 1
    return None if period_s is None else max(1, period_s // frequency)


def _number(value: object) -> int:
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _text(value: object) -> str | None:
    return (scrub(value).strip() or None) if isinstance(value, str) else None
