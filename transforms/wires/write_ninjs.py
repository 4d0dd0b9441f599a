"""Rows as ninjs 3, an object a line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from newsbeam.transforms.wires.written import EXTENSION, Row, Written, write_item

_STANDARD = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json",
}


def write_ninjs(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a file of JSON lines, an item each."""
    for row in rows:
        yield json.dumps(to_ninjs(row), ensure_ascii=False, separators=(",", ":")) + "\n"


def to_ninjs(row: Row) -> dict[str, Any]:
    """Return a row as an object of ninjs."""
    item = write_item(row, "ninjs", _STANDARD["version"])
    facts = item.facts
    values = {
        "standard": _STANDARD,
        "uri": item.guid,
        "type": "text",
        "version": item.version,
        "versionCreated": item.created,
        "firstCreated": item.first,
        "contentCreated": facts.content_created,
        "embargoed": facts.embargoed,
        "pubStatus": item.status,
        "urgency": facts.urgency,
        "language": item.language,
        "headlines": _roles(main=row.get("title"), sub=row.get("subtitle")),
        "descriptions": _roles(summary=row.get("summary"), creditline=facts.credit),
        "by": facts.byline,
        "people": [{"name": name, "rel": "author"} for name in row.get("authors") or ()],
        "dateline": facts.dateline,
        "slugline": facts.slugline,
        "subjects": _subjects(item),
        "keywords": list(item.keywords),
        "genres": [{"name": name} for name in facts.genres],
        "located": ", ".join(facts.located) or None,
        "places": _places(facts.located),
        "infoSources": _sources(item),
        "copyrightNotice": facts.copyright,
        "usageTerms": facts.usage_terms,
        "signals": list(facts.signals),
        "edNotes": [_told(value=note.text, role=note.role) for note in facts.notes],
        "links": _links(item),
        "associations": _picture(row),
        EXTENSION: dict(item.rest),
        "bodies": [{"role": "main", "contentType": "application/xhtml+xml", "value": item.body}],
    }
    return {key: value for key, value in values.items() if value not in (None, [], {}, "")}


def _told(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _roles(**values: str | None) -> list[dict[str, str]]:
    return [{"role": role, "value": value} for role, value in values.items() if value]


def _subjects(item: Written) -> list[dict[str, Any]]:
    found = [_told(name=each.name, code=each.code, uri=each.uri) for each in item.facts.subjects]
    if section := item.row.get("section"):
        found.append({"name": section, "rel": "section"})
    return found


def _places(located: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the places of an item that was made at several; one has a field of its own."""
    return [{"name": name, "rel": "located"} for name in located] if len(located) > 1 else []


def _sources(item: Written) -> list[dict[str, str]]:
    named = {"provider": item.provider, "publisher": item.row.get("publisher")}
    return [{"name": name, "role": role} for role, name in named.items() if name]


def _links(item: Written) -> list[dict[str, Any]]:
    found = [
        _told(rel=each.relation, href=each.target, version=each.version)
        for each in item.facts.links
    ]
    return ([{"rel": "canonical", "href": item.url}] if item.url else []) + found


def _picture(row: Row) -> list[dict[str, Any]]:
    if not row.get("image_url"):
        return []
    rendition = {"name": "main", "href": row["image_url"], "contentType": "image/*"}
    return [{"name": "main", "type": "picture", "renditions": [rendition]}]
