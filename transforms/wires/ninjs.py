"""ninjs 1 to 3: an item as a JSON object, in whatever case and age its keys are."""

import re
from collections.abc import Iterator
from typing import Any

from newsbeam.transforms.core.records import Wire, WireLink, WireNote, WireSubject
from newsbeam.transforms.wires.bodies import Body, tell_story
from newsbeam.transforms.wires.codes import (
    is_kill,
    is_text_address,
    last_part,
    read_class,
    read_status,
    resolve,
)
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.ninjs_keys import Getter, Node, code_in, name_in, text_in
from newsbeam.transforms.wires.ninjs_text import (
    read_body,
    read_described,
    read_headlines,
    read_summary,
)
from newsbeam.transforms.wires.times import later, read_time, write_time
from newsbeam.transforms.wires.written import EXTENSION, restore
from newsbeam.transforms.wires.xml_tree import OWN_URN, once

#: Keys of which one says, beside an identifier, that an object is ninjs.
_KEYS = frozenset(
    (
        *("associations", "bodies", "copyrightnotice", "copyrightholder", "eventdetails"),
        *("firstcreated", "headlines", "plannedcoverage", "pubstatus", "renditions"),
        *("representationtype", "usageterms", "versioncreated"),
    )
)
_BODY = "body_"
_MAX_ASSOCIATIONS = 500


def is_ninjs(value: object) -> bool:
    """Return whether a JSON object is an item of ninjs."""
    if not isinstance(value, dict):
        return False
    keys = {str(key).lower() for key in value}
    standard = value.get("standard") or value.get("$standard")
    if isinstance(standard, dict) and "ninjs" in str(standard.get("name", "")).lower():
        return True
    bodies = any(key.startswith(_BODY) for key in keys)
    return bool(keys & {"uri", "guid"}) and (bodies or bool(keys & _KEYS))


def find_items(value: Any) -> Iterator[Node]:
    """Yield the items in a JSON document: one, a list of them, or one in an answer's wrapping."""
    waiting = [value]  # the last is next: as deep as JSON may be, Python may not call itself
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            inner = None if is_ninjs(node) else _unwrap(node)
            if inner is not None:
                waiting.append(inner)
                continue
            yield node
            if is_ninjs(node):
                yield from _associated_texts(node)


def _unwrap(node: Node) -> Any:
    """Return what stands in an answer's wrapping, None of what is none."""
    if "html" in node or "text" in node:  # a row of a table
        return None
    found = (node.get(key) for key in ("data", "item", "items", "_items"))
    return next((each for each in found if isinstance(each, dict | list)), None)


def read_ninjs(node: Node) -> WireItem:
    """Return what one item says."""
    get = Getter(node)
    body = read_body(get)
    headline, subheadline = read_headlines(get)
    summary = read_summary(get)
    related = list(_associations(get))
    created = read_time(get.text("versioncreated"))
    first = read_time(get.text("firstcreated", "firstversion"))
    embargo_text = get.text("embargoed", "embargo")
    embargo = read_time(embargo_text)
    kind, typed = _kind(get, body), get.text("type")
    signals = once(name_in(each) for each in get.items("signals", "signal"))
    rights = _rights(get)
    facts = Wire(
        language=get.text("language"),
        format="ninjs",
        format_version=_version(get),
        guid=_guid(get),
        version=get.text("version"),
        pub_status=read_status(get.text("pubstatus")),
        urgency=_urgency(get.value("urgency")),
        slugline=get.text("slugline", "slug"),
        byline=get.text("by", "byline"),
        credit=get.text("creditline", "credit") or read_described(get, "creditline"),
        provider=get.text("source", "provider") or _source(get, "provider"),
        dateline=get.text("dateline"),
        version_created=write_time(created),
        first_created=write_time(first),
        content_created=write_time(read_time(get.text("contentcreated"))),
        embargoed=write_time(embargo),
        subjects=tuple(_subjects(get)),
        genres=once(name_in(each) or code_in(each) for each in get.items("genres", "genre")),
        located=_located(get),
        signals=signals,
        notes=tuple(_notes(get)),
        links=tuple(_links(get, related)),
        captions=tuple(dict.fromkeys([*body.captions, *_captions(related)])),
        copyright=get.text("copyrightnotice", "copyrightholder")
        or rights.text("copyrightnotice", "copyrightholder"),
        usage_terms=get.text("usageterms", "usage") or rights.text("usageterms"),
    )
    is_revision = created is not None and first is not None and created.at > first.at
    rest = get.value(EXTENSION)
    item = WireItem(
        kind=kind,
        facts=facts,
        headline=headline,
        subheadline=subheadline,
        summary=summary,
        url=_canonical(get),
        text_url=None if kind != "text" or body.paragraphs else _text_url(get),
        authors=_authors(get),
        publisher=get.text("source") or _source(get, "publisher"),
        section=_section(get),
        keywords=_keywords(get),
        image_url=_image(get) or next(filter(None, (_image(Getter(n)) for _, n in related)), None),
        published=later(first or created, embargo),
        modified=created if is_revision else None,
        embargo=embargo,
        is_embargoed=embargo_text is not None or facts.pub_status == "embargoed",
        is_killed=any(map(is_kill, signals)) or typed == "kill",
        paragraphs=tell_story(body, headline, summary) if kind == "text" else (),
    )
    return restore(item, rest) if isinstance(rest, dict) else item


def _kind(get: Getter, body: Body) -> str:
    typed = (get.text("type") or "").lower()
    if typed in ("event", "planning"):
        return "other"
    kind = read_class(typed)
    if kind == "package":
        return "text" if body.paragraphs else "package"
    return kind or "text"


def _version(get: Getter) -> str | None:
    standard = get.value("standard", "$standard")
    return text_in(standard, "version")


def _urgency(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) == 1:
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value <= 9 else None


def _guid(get: Getter) -> str | None:
    guid = get.text("uri", "guid")
    return None if guid and guid.startswith(OWN_URN) else guid


def _canonical(get: Getter) -> str | None:
    """Return the address of the page that the item is of, where a link says so."""
    found = (text_in(each, "href") for each in get.items("links") if _is_canonical(each))
    return next(filter(None, found), None)


def _is_canonical(link: Any) -> bool:
    return last_part(text_in(link, "rel")) == "canonical"


def _authors(get: Getter) -> tuple[str, ...]:
    people = (each for each in get.items("people", "person") if text_in(each, "rel") == "author")
    return once(name_in(each) for each in (*get.items("authors"), *people))


def _source(get: Getter, role: str) -> str | None:
    """Return the source of this role, else the first where none has a role."""
    found = [(last_part(text_in(each, "role")), name_in(each)) for each in get.items("infosources")]
    roles = {each for each, _ in found} & {"provider", "publisher"}
    return next((name for each, name in found if name and (each == role or not roles)), None)


def _located(get: Getter) -> tuple[str, ...]:
    """Return where the item was made: a text, or the places that are marked so."""
    places = (each for each in get.items("places") if text_in(each, "rel") == "located")
    located = get.text("located") or name_in(get.value("located"))
    return once(map(name_in, places)) or ((located,) if located else ())


def _section(get: Getter) -> str | None:
    found = (each for each in get.items("subjects", "subject") if text_in(each, "rel") == "section")
    return next(filter(None, map(name_in, found)), None)


def _subjects(get: Getter) -> Iterator[WireSubject]:
    found = get.value("subjects", "subject")
    if isinstance(found, dict):
        found = found.get("code")  # a list of codes alone
    listed = found if isinstance(found, list) else []
    for each in ({"code": each} if isinstance(each, str) else each for each in listed):
        code, name = code_in(each), name_in(each)
        scheme = text_in(each, "scheme")
        if (code or name) and text_in(each, "rel") != "section":
            in_scheme = scheme + code if code and scheme and "://" in scheme else None
            uri = text_in(each, "uri") or resolve(code) or in_scheme
            yield WireSubject(code=code, name=name, uri=uri)


def _keywords(get: Getter) -> tuple[str, ...]:
    value = get.value("keywords")
    parts = re.split(r"[;,]", value) if isinstance(value, str) else get.items("keywords")
    return once(name_in(part) for part in parts)


def _notes(get: Getter) -> Iterator[WireNote]:
    for key in ("ednote", "embargoedreason"):
        if text := get.text(key):
            yield WireNote(text=text, role=None if key == "ednote" else key)
    for each in get.items("ednotes"):
        if text := name_in(each) or text_in(each, "value"):
            yield WireNote(text=text, role=text_in(each, "role"))


def _associations(get: Getter) -> Iterator[tuple[str | None, Node]]:
    value = get.value("associations")
    pairs: list[tuple[str | None, Any]] = []
    if isinstance(value, dict):
        pairs = [(str(key), each) for key, each in value.items()]
    elif isinstance(value, list):
        pairs = [(text_in(each, "name"), each) for each in value]
    for name, each in pairs[:_MAX_ASSOCIATIONS]:
        if isinstance(each, dict):
            yield name, each


def _associated_texts(node: Node) -> Iterator[Node]:
    """Yield the texts that come along with an item and are items of their own."""
    for _, each in _associations(Getter(node)):
        get = Getter(each)
        if is_ninjs(each) and _kind(get, Body()) == "text" and read_body(get).paragraphs:
            yield each


def _captions(related: list[tuple[str | None, Node]]) -> Iterator[str]:
    for _, each in related:
        get = Getter(each)
        if _kind(get, Body()) in ("picture", "graphic", "video"):
            caption = read_described(get, "caption") or read_summary(get)
            if caption:
                yield caption


def _links(get: Getter, related: list[tuple[str | None, Node]]) -> Iterator[WireLink]:
    for name, each in related:
        if target := text_in(each, "uri", "guid", "href"):
            relation = name or text_in(each, "rel")
            yield WireLink(relation=relation, target=target, version=text_in(each, "version"))
    for key in ("evolvedfrom", "rewriteof", "replaces"):
        if target := get.text(key):
            yield WireLink(relation=key, target=target, version=None)
    for each in get.items("links"):
        if not _is_canonical(each) and (target := text_in(each, "href", "uri")):
            version = text_in(each, "version")
            yield WireLink(relation=text_in(each, "rel"), target=target, version=version)


def _rights(get: Getter) -> Getter:
    """Return the rights of version 3, which stand together, or in a list of such."""
    found = get.value("rightsinfo")
    first = next(iter(found), None) if isinstance(found, list) else found
    return Getter(first if isinstance(first, dict) else {})


def _text_url(get: Getter) -> str | None:
    """Return where the text is, if it does not come along."""
    for each in (*get.items("bodies"), *get.items("renditions")):
        href = text_in(each, "href")
        if is_text_address(href, text_in(each, "contenttype", "mimetype")):
            return href
    return None


def _image(get: Getter) -> str | None:
    for each in get.items("renditions"):
        href = text_in(each, "href")
        if href and "image" in (text_in(each, "mimetype", "contenttype") or ""):
            return href
    return None
