"""Rows of JSON lines and Parquet become pages or entries, by the names of their fields."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.records import DateClaim, Entry, Page, Reject
from newsbeam.transforms.core.rejects import scrub
from newsbeam.transforms.core.urls import host_of
from newsbeam.transforms.dates.locales import Locale, country_of, read_locale
from newsbeam.transforms.dates.values import read_value
from newsbeam.transforms.sources.cells import (
    is_nothing,
    is_pickle,
    read_bytes,
    read_id,
    read_name,
    split_list,
)
from newsbeam.transforms.sources.languages import tag_language
from newsbeam.transforms.sources.links import absolute_url
from newsbeam.transforms.sources.markup import plain_text
from newsbeam.transforms.sources.other_names import other_names
from newsbeam.transforms.sources.stated_dates import flags_of
from newsbeam.transforms.sources.wires import settle_item
from newsbeam.transforms.wires.written import item_of_row

#: What a row may hold; ``ReadSettings.fields`` maps these names to those that a file has.
FIELDS = (
    "id",
    "url",
    "html",
    "text",
    "title",
    "summary",
    "authors",
    "published_at",
    "modified_at",
    "language",
    "publisher",
    "section",
    "tags",
)
#: Text under another name than ours is a page if it is marked up like one.
_MARKUP = re.compile(r"<(?:p|div|br|article|section|h[1-6]|body|html)\b[^<>]*>", re.IGNORECASE)


def identify_row(row: Mapping[str, Any], names: Mapping[str, str], known: Entry) -> Entry:
    """Return ``known`` with the id and the URL that the row gives, as far as they are text."""
    identity, url = find_field(row, names, "id"), find_field(row, names, "url")
    return replace(known, source_id=_line(read_id(identity)), url=_line(url))


def read_row(
    row: Mapping[str, Any],
    names: Mapping[str, str],
    known: Entry,
    *,
    max_bytes: int,
    max_url_chars: int = 2048,
) -> Page | Entry | Reject:
    """Return the page in ``row`` where it has HTML or text, else the entry that is to be fetched.

    ``known`` is what ``identify_row`` returned. ``names`` maps our field names to the row's; dots
    reach into nested objects. What ``known`` says of publisher and language wins over the row.
    Raises ``InputError``: ``bad_row``, ``bad_url``, ``empty`` or ``too_large``.
    """

    def get(field: str) -> Any:
        return find_field(row, names, field)

    # What an export wrote of an item of the news trade.
    if row.get("wire") is not None and (item := item_of_row(row)) is not None:
        return settle_item(item, known, max_url_chars=max_url_chars)
    language = known.language or tag_language(_string(get("language")))
    locale = read_locale(language, country_of(host_of(known.url)) if known.url else None)
    published = get("published_at")
    stated = _date(published, locale)
    html, text = _document(get("html"), "html"), _document(get("text"), "text")
    if html is None and text and _is_markup(row, names, text):
        html = text
    about: dict[str, Any] = {
        "title": plain_text(_string(get("title"))),
        "summary": plain_text(_string(get("summary"))),
        "authors": _names(get("authors"), r"[;|\n]"),
        "published": stated,
        "published_flags": flags_of(stated, [published]),
        "modified": _date(get("modified_at"), locale),
        "language": language,
        "publisher": known.publisher or plain_text(_name(get("publisher"))),
        "section": plain_text(_name(get("section"))),
        "tags": _names(get("tags"), r"[;|,\n]"),
    }
    if html is None and text is None:
        if known.url is None:
            raise InputError("bad_row", _missing(names))
        return replace(known, url=absolute_url(known.url, None, max_url_chars), **about)
    try:
        url = absolute_url(known.url or "", None, max_url_chars)
    except InputError:
        url = None  # an article that is at hand needs no address that can be fetched
    body = html if html is not None else text or b""
    if len(body) > max_bytes:
        raise InputError("too_large", f"The row's document has more than {max_bytes:,} bytes.")
    media = "html" if html is not None else "text"
    raw = isinstance(get("text" if html is text else media), bytes)
    return Page(
        entry=replace(known, url=url, **about),
        url=url,
        body=body,
        media=media,
        # Text was encoded here, whatever a meta element in it says of the page that it came from.
        content_type=None
        if raw
        else f"text/{'html' if media == 'html' else 'plain'}; charset=utf-8",
        fetched_at=known.seen_at,
    )


def find_field(row: Mapping[str, Any], names: Mapping[str, str], field: str) -> Any:
    """Return what ``row`` holds for our ``field``, None where it holds nothing.

    Where nothing stands under the field's own name, and ``names`` has none for it, other names are
    tried that are common for it. Not a number, which pandas writes for nothing, and words like
    "null" are nothing.
    """
    own = names.get(field, field)
    if own in row and not is_nothing(value := row[own]):
        return value
    holder = holder_of(row, names, field)
    return None if holder is None else look_up(row, holder)


def holder_of(row: Mapping[str, Any], names: Mapping[str, str], field: str) -> str | None:
    """Return the name under which ``row`` holds our ``field``, None where it holds nothing."""
    own = names.get(field, field)
    if not is_nothing(look_up(row, own)):
        return own
    if field in names:
        return None
    for other in other_names(tuple(row)).get(field, ()):
        if other not in names.values() and not is_nothing(row[other]):
            return other
    return None


def look_up(row: Mapping[str, Any], path: str) -> Any:
    """Return what ``row`` holds at ``path``, where dots reach into nested objects; else None."""
    if path in row:
        return row[path]
    if "." not in path:
        return None
    value: Any = row
    for key in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key[:6]) < len(value):
            value = value[int(key[:6])]
        else:
            return None
    return value


def _is_markup(row: Mapping[str, Any], names: Mapping[str, str], text: bytes) -> bool:
    is_guessed = "text" not in names and holder_of(row, names, "text") != "text"
    return is_guessed and _MARKUP.search(text.decode("utf-8", "replace")) is not None


def _document(value: Any, field: str) -> bytes | None:
    """Return the bytes of an article's text or page, None where there is nothing but whitespace."""
    if value is None:
        return None
    if isinstance(value, bytes):
        if is_pickle(value):
            raise InputError(
                "bad_row",
                f"The field {field} holds pickles of Python, as Daft writes columns that it takes "
                "for objects: cast them to texts before they are written.",
            )
        return value if value.strip() else None
    if isinstance(value, list):
        value = [part for part in value if not is_nothing(part)]
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)  # paragraphs
    if not isinstance(value, str):
        kind = type(value).__name__
        raise InputError("bad_row", f"The field {field} is no text, but a {kind}.")
    return scrub(value).encode("utf-8") if value.strip() else None


def _missing(names: Mapping[str, str]) -> str:
    html, text, url = (repr(names.get(field, field)) for field in ("html", "text", "url"))
    return (
        f"The row has no {html}, no {text} and no {url}. If they have other names, "
        "set read.fields in the configuration."
    )


def _string(value: Any) -> str | None:
    if isinstance(value, bytes):
        value = read_bytes(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = read_id(value)
    return scrub(value) if isinstance(value, str) else None


def _line(value: Any) -> str | None:
    text = _string(value) if isinstance(value, str | bytes) else None
    return (text.strip() or None) if text else None


def _name(value: Any) -> str | None:
    """Return the name in a string or in an object like {"name": …}."""
    return None if is_nothing(name := read_name(value)) else _string(name)


def _names(value: Any, separators: str) -> tuple[str, ...]:
    parts = split_list(value)
    if parts == [value] and isinstance(value, str):
        parts = re.split(separators, html.unescape(value))  # or the ";" of "&amp;" parts it
    names = (plain_text(_name(part)) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))


def _date(value: Any, locale: Locale) -> DateClaim | None:
    return read_value(value, source="row", locale=locale)
