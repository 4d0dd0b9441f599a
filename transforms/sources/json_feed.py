"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from dataclasses import replace
from typing import Any

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import Entry
from newsbeam.transforms.core.rejects import scrub
from newsbeam.transforms.dates.locales import read_locale
from newsbeam.transforms.sources.feed_draft import EntryDraft, FeedDraft, require_few
from newsbeam.transforms.sources.languages import tag_language
from newsbeam.transforms.sources.markup import literal_text
from newsbeam.transforms.sources.stated_dates import flags_of, read_stated, source_country
from newsbeam.transforms.sources.xml_text import decode_xml

#: Commas in texts count too; ten million values would take gigabytes.
_MAX_VALUES = 1_000_000


def read_json_feed(body: bytes, known: Entry) -> FeedDraft:
    """Return what the JSON Feed in ``body`` says; ``known`` is what all its entries share.

    Raises ``InputError``: ``not_a_feed`` or ``too_large``.
    """
    text = decode_xml(body)
    if sum(map(text.count, "{[,")) > _MAX_VALUES:
        raise InputError("too_large", f"The feed has more than {_MAX_VALUES:,} values.")
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("not_a_feed", f"It is no JSON: {error}.") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise InputError("not_a_feed", "It is JSON, but no JSON Feed: it has no list of items.")
    language, site_url = tag_language(feed.get("language")), _text(feed.get("home_page_url"))
    country = source_country(known.source_ref, site_url)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    require_few(len(items))
    return FeedDraft(
        title=literal_text(_text(feed.get("title"))),
        site_url=site_url,
        language=language,
        publisher=None,
        entries=tuple(_read_item(item, known, language, country) for item in items),
    )


def _read_item(
    item: dict[str, Any], known: Entry, feed_language: str | None, country: str | None
) -> EntryDraft:
    identity = item.get("id")
    if isinstance(identity, int | float) and not isinstance(identity, bool):
        identity = str(identity)  # the specification asks readers to coerce numbers
    authors = [_text(author.get("name")) for author in _authors(item)]
    language = known.language or tag_language(item.get("language")) or feed_language
    locale, stated = read_locale(language, country), item.get("date_published")
    published = read_stated(stated, source="feed", locale=locale)
    entry = replace(
        known,
        source_id=_text(identity),
        # Both are plain text by the specification: what looks like a tag is words.
        title=literal_text(_text(item.get("title"))),
        summary=literal_text(_text(item.get("summary"))),
        authors=tuple(dict.fromkeys(name for name in authors if name)),
        published=published,
        published_flags=flags_of(published, [stated]),
        modified=read_stated(item.get("date_modified"), source="feed", locale=locale),
        language=language,
        tags=tuple(dict.fromkeys(tag for each in _list(item.get("tags")) if (tag := _text(each)))),
        image_url=_text(item.get("image")) or _text(item.get("banner_image")),
    )
    links = (item.get("url"), identity if _is_web(identity) else None, item.get("external_url"))
    return EntryDraft(entry=entry, links=tuple(link for link in map(_text, links) if link))


def _authors(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the authors of version 1.1, or the one of version 1."""
    authors = _list(item.get("authors")) or [item.get("author")]
    return [author for author in authors if isinstance(author, dict)]


def _text(value: object) -> str | None:
    return (scrub(value).strip() or None) if isinstance(value, str) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_web(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))
