"""ninjs 1 to 3: an item as a JSON object, in whatever case and age its keys are."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from newsbeam.transforms.core.records import Wire, WireLink, WireNote, WireSubject
from newsbeam.transforms.wires.bodies import Body, read_plain, read_text, tell_story
from newsbeam.transforms.wires.codes import is_kill, last_part, read_class, read_status, resolve
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.times import later, read_time, write_time
from newsbeam.transforms.wires.written import EXTENSION, restore
from newsbeam.transforms.wires.xml_tree import OWN_URN, once, tidy

Node = Mapping[str, Any]

#: Keys of which one says, beside an identifier, that an object is ninjs.
_KEYS = frozenset(
    (
        *("associations", "bodies", "copyrightnotice", "copyrightholder", "eventdetails"),
        *("firstcreated", "headlines", "plannedcoverage", "pubstatus", "renditions"),
        *("representationtype", "usageterms", "versioncreated"),
    )
)
_BODY = "body_"
#: Roles of a headline or description that is another one's companion.
_SUB_ROLES = ("sub", "subheadline", "subhead", "subtitle", "deck")
_NO_SUMMARY = ("creditline", "writer", "slugline", "credit")
#: Bodies that say the same, best first: markup has the paragraphs that plain text may lack.
_MARKUP = re.compile(r"html|nitf|xml|richtext", re.I)
_MAX_ASSOCIATIONS = 500


def is_ninjs(value: object) -> bool:
    """Return whether a JSON object is an item of ninjs."""
    if not isinstance(value, Mapping):
        return False
    keys = {str(key).lower() for key in value}
    standard = value.get("standard") or value.get("$standard")
    if isinstance(standard, Mapping) and "ninjs" in str(standard.get("name", "")).lower():
        return True
    bodies = any(key.startswith(_BODY) for key in keys)
    return bool(keys & {"uri", "guid"}) and (bodies or bool(keys & _KEYS))


def find_items(value: Any) -> Iterator[Node]:
    """Yield the items in a JSON document: one, a list of them, or one in an answer's wrapping."""
    if isinstance(value, list):
        for each in value:
            yield from find_items(each)
    elif isinstance(value, Mapping):
        if is_ninjs(value):
            yield value
            yield from _associated_texts(value)
            return
        is_row = "html" in value or "text" in value  # of a table
        for key in () if is_row else ("data", "item", "items", "_items"):
            if isinstance(value.get(key), Mapping | list):
                yield from find_items(value[key])
                return
        yield value


def read_ninjs(node: Node) -> WireItem:
    """Return what one item says."""
    get = _Getter(node)
    body = _read_body(get)
    headline, subheadline = _headlines(get)
    summary = _summary(get)
    related = list(_associations(get))
    created = read_time(get.text("versioncreated"))
    first = read_time(get.text("firstcreated", "firstversion"))
    embargo_text = get.text("embargoed", "embargo")
    embargo = read_time(embargo_text)
    kind, typed = _kind(get, body), get.text("type")
    signals = once(_name_of(each) for each in get.items("signals", "signal"))
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
        credit=get.text("creditline", "credit") or _described(get, "creditline"),
        provider=get.text("source", "provider") or _source(get, "provider"),
        dateline=get.text("dateline"),
        version_created=write_time(created),
        first_created=write_time(first),
        content_created=write_time(read_time(get.text("contentcreated"))),
        embargoed=write_time(embargo),
        subjects=tuple(_subjects(get)),
        genres=once(_name_of(each) or _code(each) for each in get.items("genres", "genre")),
        located=_located(get),
        signals=signals,
        notes=tuple(_notes(get)),
        links=tuple(_links(get, related)),
        captions=tuple(dict.fromkeys([*body.captions, *_captions(related)])),
        copyright=get.text("copyrightnotice", "copyrightholder"),
        usage_terms=get.text("usageterms", "usage"),
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
        authors=_authors(get),
        publisher=get.text("source") or _source(get, "publisher"),
        section=_section(get),
        keywords=_keywords(get),
        image_url=_image(get) or next(filter(None, (_image(_Getter(n)) for _, n in related)), None),
        published=later(first or created, embargo),
        modified=created if is_revision else None,
        embargo=embargo,
        is_embargoed=embargo_text is not None or facts.pub_status == "embargoed",
        is_killed=any(map(is_kill, signals)) or typed == "kill",
        paragraphs=tell_story(body, headline, summary) if kind == "text" else (),
    )
    return restore(item, rest) if isinstance(rest, Mapping) else item


class _Getter:
    """Looks keys up in whatever case, with or without a hyphen, they are written."""

    def __init__(self, node: Node) -> None:
        self.values = {str(key).lower().replace("-", ""): value for key, value in node.items()}

    def value(self, *keys: str) -> Any:
        return next((self.values[key] for key in keys if self.values.get(key) is not None), None)

    def text(self, *keys: str) -> str | None:
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, int | float) and not isinstance(value, bool):
                value = str(value)
            if isinstance(value, str) and (said := tidy(value)):
                return said
        return None

    def items(self, *keys: str) -> list[Any]:
        value = self.value(*keys)
        if isinstance(value, list):
            return value
        return list(value.values()) if isinstance(value, Mapping) else []


def _text(node: Any, *keys: str) -> str | None:
    return _Getter(node).text(*keys) if isinstance(node, Mapping) else None


def _name_of(node: Any) -> str | None:
    return tidy(node) if isinstance(node, str) else _text(node, "name", "title", "fullname")


def _code(node: Any) -> str | None:
    return _text(node, "code", "qcode", "uri", "literal")


def _roles(get: _Getter, plural: str, singular: str) -> Iterator[tuple[str, Any, str]]:
    """Yield (role, value, content type) of a list of versions 2 and 3, or the keys of version 1."""
    for each in get.items(plural):
        if isinstance(each, Mapping):
            role, kind = _text(each, "role") or "", _text(each, "contenttype") or ""
            yield role, _Getter(each).value("value"), kind
    for key, value in get.values.items():
        if key == singular or key.startswith(singular + "_"):
            yield key.removeprefix(singular).removeprefix("_"), value, ""


def _headlines(get: _Getter) -> tuple[str | None, str | None]:
    mains, subs = [], [get.text("subhead", "subheadline")]
    for role, value, kind in _roles(get, "headlines", "headline"):
        text = _plain(value, kind)
        if text and role.lower() in _SUB_ROLES:
            subs.append(text)
        elif text:
            mains.append((role.lower() not in ("", "main"), text))
    mains.sort(key=lambda pair: pair[0])
    headline = mains[0][1] if mains else get.text("title")
    return headline, next(filter(None, subs), None)


def _plain(value: Any, kind: str) -> str | None:
    if not isinstance(value, str):
        return None
    if "<" in value and (_MARKUP.search(kind) or "</" in value):
        return tidy(" ".join(each.text for each in read_text(value).paragraphs))
    return tidy(value)


def _summary(get: _Getter) -> str | None:
    """Return the first description; one that is called a caption only where there is no other."""
    found = []
    for role, value, kind in _roles(get, "descriptions", "description"):
        if not any(word in role.lower() for word in _NO_SUMMARY) and (text := _plain(value, kind)):
            found.append(("caption" in role.lower(), text))
    found.sort(key=lambda pair: pair[0])
    return get.text("abstract", "summary") or (found[0][1] if found else None)


def _described(get: _Getter, role: str) -> str | None:
    found = (_plain(v, k) for r, v, k in _roles(get, "descriptions", "description") if r == role)
    return next(filter(None, found), None)


def _read_body(get: _Getter) -> Body:
    """Return the best of the bodies that say the same: markup before plain text."""
    found: list[tuple[bool, bool, int, str, str]] = []
    for role, value, kind in _roles(get, "bodies", "body"):
        if not isinstance(value, str) or not value.strip():
            continue
        is_markup = bool(_MARKUP.search(kind) or (not kind and _MARKUP.search(role)))
        is_other = "teaser" in role.lower() or "nonpublic" in role.lower()
        found.append((is_other, not is_markup, len(found), value, kind))
    for *_, value, kind in sorted(found):
        body = read_plain(value) if kind == "text/plain" and "</" not in value else read_text(value)
        if body.paragraphs:
            return body
    return Body()


def _kind(get: _Getter, body: Body) -> str:
    typed = (get.text("type") or "").lower()
    if typed in ("event", "planning"):
        return "other"
    kind = read_class(typed)
    if kind == "package":
        return "text" if body.paragraphs else "package"
    return kind or "text"


def _version(get: _Getter) -> str | None:
    standard = get.value("standard", "$standard")
    return _text(standard, "version")


def _urgency(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) == 1:
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value <= 9 else None


def _guid(get: _Getter) -> str | None:
    guid = get.text("uri", "guid")
    return None if guid and guid.startswith(OWN_URN) else guid


def _canonical(get: _Getter) -> str | None:
    """Return the address of the page that the item is of, where a link says so."""
    found = (_text(each, "href") for each in get.items("links") if _is_canonical(each))
    return next(filter(None, found), None)


def _is_canonical(link: Any) -> bool:
    return last_part(_text(link, "rel")) == "canonical"


def _authors(get: _Getter) -> tuple[str, ...]:
    people = (each for each in get.items("people", "person") if _text(each, "rel") == "author")
    return once(_name_of(each) for each in (*get.items("authors"), *people))


def _source(get: _Getter, role: str) -> str | None:
    """Return the source of this role, else the first where none has a role."""
    found = [(last_part(_text(each, "role")), _name_of(each)) for each in get.items("infosources")]
    roles = {each for each, _ in found} & {"provider", "publisher"}
    return next((name for each, name in found if name and (each == role or not roles)), None)


def _located(get: _Getter) -> tuple[str, ...]:
    """Return where the item was made: a text, or the places that are marked so."""
    places = (each for each in get.items("places") if _text(each, "rel") == "located")
    located = get.text("located") or _name_of(get.value("located"))
    return once(map(_name_of, places)) or ((located,) if located else ())


def _section(get: _Getter) -> str | None:
    found = (each for each in get.items("subjects", "subject") if _text(each, "rel") == "section")
    return next(filter(None, map(_name_of, found)), None)


def _subjects(get: _Getter) -> Iterator[WireSubject]:
    found = get.value("subjects", "subject")
    if isinstance(found, Mapping):
        found = found.get("code")  # a list of codes alone
    listed = found if isinstance(found, list) else []
    for each in ({"code": each} if isinstance(each, str) else each for each in listed):
        code, name = _code(each), _name_of(each)
        scheme = _text(each, "scheme")
        if (code or name) and _text(each, "rel") != "section":
            in_scheme = scheme + code if code and scheme and "://" in scheme else None
            uri = _text(each, "uri") or resolve(code) or in_scheme
            yield WireSubject(code=code, name=name, uri=uri)


def _keywords(get: _Getter) -> tuple[str, ...]:
    value = get.value("keywords")
    parts = re.split(r"[;,]", value) if isinstance(value, str) else get.items("keywords")
    return once(_name_of(part) for part in parts)


def _notes(get: _Getter) -> Iterator[WireNote]:
    for key in ("ednote", "embargoedreason"):
        if text := get.text(key):
            yield WireNote(text=text, role=None if key == "ednote" else key)
    for each in get.items("ednotes"):
        if text := _name_of(each) or _text(each, "value"):
            yield WireNote(text=text, role=_text(each, "role"))


def _associations(get: _Getter) -> Iterator[tuple[str | None, Node]]:
    value = get.value("associations")
    pairs: list[tuple[str | None, Any]] = []
    if isinstance(value, Mapping):
        pairs = [(str(key), each) for key, each in value.items()]
    elif isinstance(value, list):
        pairs = [(_text(each, "name"), each) for each in value]
    for name, each in pairs[:_MAX_ASSOCIATIONS]:
        if isinstance(each, Mapping):
            yield name, each


def _associated_texts(node: Node) -> Iterator[Node]:
    """Yield the texts that come along with an item and are items of their own."""
    for _, each in _associations(_Getter(node)):
        get = _Getter(each)
        if is_ninjs(each) and _kind(get, Body()) == "text" and _read_body(get).paragraphs:
            yield each


def _captions(related: list[tuple[str | None, Node]]) -> Iterator[str]:
    for _, each in related:
        get = _Getter(each)
        if _kind(get, Body()) in ("picture", "graphic", "video"):
            caption = _described(get, "caption") or _summary(get)
            if caption:
                yield caption


def _links(get: _Getter, related: list[tuple[str | None, Node]]) -> Iterator[WireLink]:
    for name, each in related:
        if target := _text(each, "uri", "guid", "href"):
            relation = name or _text(each, "rel")
            yield WireLink(relation=relation, target=target, version=_text(each, "version"))
    for key in ("evolvedfrom", "rewriteof", "replaces"):
        if target := get.text(key):
            yield WireLink(relation=key, target=target, version=None)
    for each in get.items("links"):
        if not _is_canonical(each) and (target := _text(each, "href", "uri")):
            version = _text(each, "version")
            yield WireLink(relation=_text(each, "rel"), target=target, version=version)


def _image(get: _Getter) -> str | None:
    for each in get.items("renditions"):
        href = _text(each, "href")
        if href and "image" in (_text(each, "mimetype", "contenttype") or ""):
            return href
    return None
