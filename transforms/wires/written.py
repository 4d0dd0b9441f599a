"""A row of ``articles/`` as an item that can be sent: what the writers of formats share.

What is written is what the readers read, so that a dataset made of it has the same articles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from typing import Any

import msgspec

from newsbeam.transforms.core.records import Wire
from newsbeam.transforms.dates.values import read_value
from newsbeam.transforms.wires.item import WITHDRAWN, WireItem
from newsbeam.transforms.wires.times import later, read_time, write_time
from newsbeam.transforms.wires.xml_tree import OWN_URN

Row = Mapping[str, Any]

#: Facts that are written otherwise, or not at all, where the row's own form of them fits no format.
_FACTS = (
    *("format", "format_version", "guid", "version", "pub_status", "provider"),
    *("version_created", "first_created"),
)
#: What our properties are called beside those of a format.
EXTENSION = "newsbeam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A row made ready: who and when it is as an item, and its text as XHTML."""

    row: Row
    facts: Wire
    guid: str
    url: str | None
    version: str | None
    created: str | None  # ISO 8601
    first: str | None
    status: str | None
    language: str | None  # as its sender wrote it, or that of a page
    provider: str | None
    keywords: tuple[str, ...]  # the tags that no subject gives
    body: str  # XHTML
    #: What the row has and the fields above do not give: names of facts or columns, and values.
    #: It goes where a format lets senders put properties of their own (see ``restore``).
    rest: Mapping[str, str | None]


def write_item(row: Row, form: str, form_version: str) -> Written:
    """Return a row as an item of this format, named as in ``Wire.format``."""
    facts = _facts_of(row) or Wire(format="newsbeam")
    url = row.get("canonical_url")
    named = {subject.name for subject in facts.subjects}
    created, first = _times(row, facts)
    is_first = facts.guid is not None and row["revision"] == 1
    said = {
        "format": form,
        "format_version": form_version,
        "guid": _guid(row, facts),
        "version": facts.version or (None if is_first else str(row["revision"])),
        "pub_status": _status(row, facts),
        # A page's publisher is who publishes it, and nobody provides it.
        "provider": None if facts.format == "schema.org" else facts.provider,
        "version_created": created,
        "first_created": first,
    }
    return Written(
        row=row,
        facts=facts,
        guid=_guid(row, facts),
        url=url,
        version=said["version"],
        created=created,
        first=first,
        status=said["pub_status"],
        language=facts.language if row.get("wire") else _known_language(row),
        provider=said["provider"],
        keywords=tuple(tag for tag in row.get("tags") or () if tag not in named),
        body=_body(row, facts),
        rest=_rest(row, facts, said),
    )


def restore(item: WireItem, rest: Mapping[str, Any]) -> WireItem:
    """Return ``item`` with what ``Written.rest`` says beside it."""
    facts = {
        name: rest[name]
        for name in _FACTS
        if name in rest and (_text(rest[name]) or (rest[name] is None and name != "format"))
    }
    moments = {"published_at": item.published, "modified_at": item.modified}
    for name in moments.keys() & rest.keys():
        moments[name] = read_value(rest[name], source="wire")
    return replace(
        item,
        facts=replace(item.facts, **facts),
        headline=None if "title" in rest else item.headline,
        publisher=None if "publisher" in rest else item.publisher,
        is_killed=item.is_withdrawn,
        published=moments["published_at"],
        modified=moments["modified_at"],
    )


def item_of_row(row: Row) -> WireItem | None:
    """Return the item that a row of JSON was made of, None where it was none."""
    facts = _facts_of(row)
    text = row.get("text")
    if facts is None or not isinstance(text, str):
        return None
    named = {subject.name for subject in facts.subjects}
    tags = (tag for tag in _texts(row.get("tags")) if tag not in named)
    return WireItem(
        kind="text",
        facts=facts,
        url=_text(row.get("url")),
        headline=_text(row.get("title")),
        subheadline=_text(row.get("subtitle")),
        summary=_text(row.get("summary")),
        authors=_texts(row.get("authors")),
        publisher=_text(row.get("publisher")),
        dateline_place=_text(row.get("dateline_place")),
        section=_text(row.get("section")),
        keywords=tuple(tags),
        image_url=_text(row.get("image_url")),
        published=read_value(row.get("published_at"), source="wire"),
        modified=read_value(row.get("modified_at"), source="wire"),
        is_killed=row.get("withdrawn") is True,
        paragraphs=tuple(part for part in text.split("\n\n") if part),
    )


def write_moment(row: Row, name: str) -> str | None:
    """Return a time of a row in ISO 8601, as exact and with the zone that it was written with."""
    at = row.get(name)
    if not isinstance(at, datetime):
        return None
    at = at.astimezone(UTC)
    if name != "published_at":
        return at.isoformat()
    if row.get("published_precision") == "day":
        return at.date().isoformat()
    unit = "minutes" if row.get("published_precision") == "minute" else "auto"
    if "timezone_assumed" in (row.get("published_flags") or ()):
        return at.replace(tzinfo=None).isoformat(timespec=unit)
    zone = timezone(timedelta(minutes=row.get("published_utc_offset") or 0))
    return at.astimezone(zone).isoformat(timespec=unit)


def _rest(row: Row, facts: Wire, said: Mapping[str, str | None]) -> dict[str, str | None]:
    rest: dict[str, str | None] = {}
    if row.get("wire"):
        known = {name: getattr(facts, name) for name in _FACTS}
        rest |= {name: value for name, value in known.items() if value != said[name]}
    # Readers take who provides it for who publishes it, and a second headline for a first.
    rest |= {name: None for name in ("title", "publisher") if not row.get(name)}
    created, first = read_time(said["version_created"]), read_time(said["first_created"])
    is_revision = created is not None and first is not None and created.at > first.at
    published = later(first or created, read_time(facts.embargoed))
    if write_moment(row, "published_at") != write_time(published):
        rest["published_at"] = write_moment(row, "published_at")
    if row.get("modified_at") != (created.at if created and is_revision else None):
        rest["modified_at"] = write_moment(row, "modified_at")
    return rest


def _known_language(row: Row) -> str | None:
    language = row.get("language")
    return None if language == "und" else language


def _facts_of(row: Row) -> Wire | None:
    try:
        return msgspec.convert(row.get("wire"), Wire | None)
    except msgspec.ValidationError:
        return None  # a field of that name that is not ours


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) else ()
    return tuple(each for each in listed if isinstance(each, str))


def _guid(row: Row, facts: Wire) -> str:
    """Return the identifier that all versions share."""
    guid = facts.guid or row.get("canonical_url") or f"{OWN_URN}article:{row['article_id']}"
    if facts.format == "newsml-1.2" and facts.version:
        return guid.removesuffix(f":{facts.version}")
    return guid


def _status(row: Row, facts: Wire) -> str | None:
    """Return a status; a kill that left it usable is canceled for whoever reads no signals."""
    is_told = facts.pub_status in WITHDRAWN or not row.get("withdrawn")
    return facts.pub_status if is_told else "canceled"


def _times(row: Row, facts: Wire) -> tuple[str | None, str | None]:
    """Return when the version and the first version were made, as far as the row knows."""
    published = write_moment(row, "published_at")
    created = facts.version_created or write_moment(row, "modified_at") or published
    claim = read_time(created)
    if published is None:
        return created, facts.first_created
    same = claim is not None and claim.at == row["published_at"]
    return created, facts.first_created or (None if same else published)


def _body(row: Row, facts: Wire) -> str:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in row["text"].split("\n\n") if part)
    captions = "".join(
        f"<figure><figcaption>{escape(caption)}</figcaption></figure>" for caption in facts.captions
    )
    return paragraphs + captions
