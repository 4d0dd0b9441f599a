"""NewsML 1: a NewsItem is a tree of NewsComponents, each with a role, metadata and content."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsbeam.transforms.core.records import DateClaim, Wire, WireLink, WireNote, WireSubject
from newsbeam.transforms.wires.bodies import Body, read_base64, read_element, read_text, tell_story
from newsbeam.transforms.wires.codes import (
    is_kill,
    is_text_address,
    read_class,
    read_status,
    resolve,
)
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.nitf import Story, read_story
from newsbeam.transforms.wires.times import read_time, write_time
from newsbeam.transforms.wires.xml_tree import (
    LANG,
    Element,
    Parts,
    attribute,
    child,
    children,
    descendants,
    name_of,
    number_in,
    once,
    text_of,
    tidy,
)

#: Roles of components that are no part of the text (lower case).
_TITLES = frozenset(("headline", "title", "heading"))
_SUBTITLES = frozenset(("subheadline", "subtitle", "subtitulo"))
_CAPTIONS = frozenset(("caption", "captions", "legend", "photocaption", "picturecaption"))
_SUMMARIES = frozenset(("abstract", "summary", "teaser", "short", "synopsis"))
_NO_TEXTS = _TITLES | _SUBTITLES | _CAPTIONS | _SUMMARIES
_OTHER_NAMES = (
    "contact contacts stylesheet logo thumbnail quicklook highdef preview advisory credit byline "
    "dateline keywords ednote metadata"
)
_OTHERS = frozenset(_OTHER_NAMES.split())
#: Parts that say by their own names how an item belongs to another.
_RELATIONS = {"associatedwith": "AssociatedWith", "derivedfrom": "DerivedFrom"}
_PLACE_PARTS = ("city", "area", "countryarea", "country")
_TAKEN_BACK = ("delete", "kill", "withdraw", "cancel")


@dataclass(slots=True)
class _Parts:
    """What the content of an item was found to hold, by role."""

    body: Body = field(default_factory=Body)
    stories: list[Story] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    subtitles: list[str] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    media: set[str] = field(default_factory=set)
    text_url: str | None = None


class _Component:
    """A component with its children by name."""

    def __init__(self, element: Element, above: "_Component | None") -> None:
        self.element = element
        self.parts = Parts(element)
        self.above = above
        self.tells = False  # the text is in it
        own = attribute(self.parts.first("role"), "FormalName")
        #: Its own, else that of the nearest above it that has one.
        self.role: str = own.lower() if own else above.role if above else ""

    def language(self) -> str | None:
        """Return the language that it says it is in."""
        metadata = self.parts.first("descriptivemetadata")
        said = _first_name(descendants(metadata, "language")) if metadata is not None else None
        return said or attribute(self.element, LANG)


def find_items(root: Element) -> Iterator[Element]:
    """Yield the items of a document."""
    if name_of(root) == "newsitem":
        yield root
        return
    for part in root:
        if len(part) or name_of(part) == "newsitem":  # most others have nothing in them
            yield from find_items(part)


def read_newsml_12(item: Element, version: str | None) -> WireItem:
    """Return what one item says; ``version`` is that of NewsML."""
    told_of = Parts(item)
    identity = Parts(child(told_of.first("identification"), "newsidentifier"))
    management = Parts(told_of.first("newsmanagement"))
    chosen = _choose(told_of)
    parts = _Parts()
    for component in chosen:
        _read_content(component, parts)
    # A picture that comes along has lines and metadata of its own.
    own = [each for each in chosen if each.tells] or chosen
    lines = _gather(own, "newslines")
    described = _gather(own, "descriptivemetadata")
    managed = _gather(own, "administrativemetadata")
    rights = _gather(chosen, "rightsmetadata")
    story = parts.stories[0] if parts.stories else None
    headline = (
        _line(lines, "headline")
        or next(iter(parts.titles), None)
        or (story.headline if story else None)
    )
    subheadline = _line(lines, "subheadline") or next(iter(parts.subtitles), None)
    summary = next(iter(parts.summaries), None) or (story.summary if story else None)
    first = read_time(text_of(management.first("firstcreated")))
    created = read_time(text_of(management.first("thisrevisioncreated")))
    status = read_status(attribute(management.first("status"), "FormalName"))
    release = _release(management, status)
    provider = _party(managed, "provider")
    places = tuple(_places(described))
    dateline = _line(lines, "dateline") or (story.dateline if story else None)
    facts = Wire(
        language=_first_name(described.every("language")) or attribute(item, LANG),
        format="newsml-1.2",
        format_version=version,
        guid=text_of(identity.first("publicidentifier")),
        version=text_of(identity.first("revisionid")),
        pub_status=status,
        urgency=number_in(attribute(management.first("urgency"), "FormalName")),
        slugline=_line(lines, "slugline"),
        byline=_line(lines, "byline") or (story.byline if story else None),
        credit=_line(lines, "creditline") or (story.credit if story else None),
        provider=provider,
        dateline=dateline,
        version_created=write_time(created),
        first_created=write_time(first),
        embargoed=write_time(release),
        subjects=tuple(_subjects(described)),
        genres=once(attribute(each, "FormalName") for each in described.every("genre")),
        located=places,
        notes=tuple(_notes(lines)),
        links=tuple(_links(identity, management)),
        captions=tuple(dict.fromkeys(parts.body.captions)),
        copyright=_line(lines, "copyrightline") or _copyright(rights),
        usage_terms=_line(lines, "rightsline") or text_of(rights.first("usagerights")),
    )
    is_revision = created is not None and first is not None and created.at > first.at
    instruction = attribute(management.first("instruction"), "FormalName") or ""
    return WireItem(
        kind=_kind(parts),
        facts=facts,
        text_url=None if parts.body.paragraphs else parts.text_url,
        headline=headline,
        subheadline=subheadline,
        summary=summary,
        people=(story.people if story else ()) or _people(managed),
        publisher=provider,
        dateline_place=story.place if story else None,
        keywords=once(_keywords(lines, described)),
        published=first or created,
        modified=created if is_revision else None,
        embargo=release,
        is_embargoed=status == "embargoed",
        is_killed=is_kill(instruction) or instruction.lower().startswith(_TAKEN_BACK),
        paragraphs=tell_story(parts.body, headline, summary),
    )


def _choose(item: Parts) -> list[_Component]:
    """Return the components of one language, depth first.

    Where an item holds its story in several, each in a component, it is the first.
    """
    chosen: list[_Component] = []

    def visit(component: _Component) -> None:
        chosen.append(component)
        parts = [_Component(part, component) for part in component.parts.every("newscomponent")]
        if len(parts) > 1:
            parts = _keep_one_language(component, parts)
        # One story of several lengths: the others repeat it.
        roles = [part.role for part in parts]
        for part in parts:
            if part.role != "short" or "original" not in roles:
                visit(part)

    for element in item.every("newscomponent"):
        visit(_Component(element, None))
    return chosen


def _keep_one_language(component: _Component, parts: list[_Component]) -> list[_Component]:
    spoken = [(part, part.language()) for part in parts]
    named = [language for _, language in spoken if language]
    if len(set(named)) < 2:
        return parts
    own = component.language()
    kept = own if own in named else named[0]
    return [part for part, language in spoken if language in (None, kept)]


def _read_content(component: _Component, parts: _Parts) -> None:
    role = component.role
    for content in component.parts.every("contentitem"):
        inner = Parts(content)
        medium = attribute(inner.first("mediatype"), "FormalName")
        mime = attribute(inner.first("mimetype"), "FormalName") or ""
        kind = read_class(medium) or read_class(mime.partition("/")[0])
        if kind and kind != "text":
            parts.media.add(kind)
        if role in _OTHERS or "css" in mime:
            continue
        data = inner.first("datacontent")
        packed = child(inner.first("encoding"), "datacontent")
        if packed is not None and kind in (None, "text"):
            body, story = read_base64(packed.text), None
        elif data is not None:
            body, story = _read_data(data)
        else:
            href = attribute(content, "Href")
            is_text = kind in (None, "text") and role not in _NO_TEXTS
            if is_text and is_text_address(href, mime or None):
                parts.text_url = parts.text_url or href
            continue
        texts = [each.text for each in body.paragraphs]
        if role in _CAPTIONS:
            parts.body.captions += [" ".join(texts)] if texts else []
        elif role in _TITLES:
            parts.titles += texts
        elif role in _SUBTITLES:
            parts.subtitles += texts
        elif role in _SUMMARIES:
            parts.summaries += [" ".join(texts)] if texts else []
        else:
            parts.body.captions += body.captions
            parts.body.paragraphs += body.paragraphs
            parts.stories += [story] if story else []
            holder: _Component | None = component
            while holder is not None:
                holder.tells, holder = True, holder.above


def _read_data(data: Element) -> tuple[Body, Story | None]:
    nitf = next(descendants(data, "nitf"), None)
    if nitf is not None:
        story = read_story(nitf)
        return story.body, story
    if len(data) == 0:
        return read_text(data.text), None
    return read_element(data), None


def _kind(parts: _Parts) -> str:
    if parts.body.paragraphs or parts.text_url:
        return "text"
    media = parts.media - {"text"}
    return min(media, key=("picture", "graphic", "video", "audio", "package").index, default="text")


def _gather(components: Iterable[_Component], name: str) -> Parts:
    """Return all that stands in the metadata of this name, component by component."""
    found: list[Element] = []
    for component in components:
        if (holder := component.parts.first(name)) is not None:
            found += holder.iter()
    return Parts(found)


def _line(lines: Parts, name: str) -> str | None:
    for each in lines.every(name):
        if text := text_of(each):
            return text
    return None


def _party(managed: Parts, name: str) -> str | None:
    return _first_name(child(each, "party") for each in managed.every(name))


def _people(managed: Parts) -> tuple[str, ...]:
    return once(attribute(child(each, "party"), "FormalName") for each in managed.every("creator"))


def _first_name(elements: Iterable[Element | None]) -> str | None:
    for each in elements:
        if name := attribute(each, "FormalName"):
            return name
    return None


def _subjects(described: Parts) -> Iterator[WireSubject]:
    for each in described.every("subject", "subjectmatter", "subjectdetail", "subjectqualifier"):
        code = attribute(each, "FormalName")
        if code:
            yield WireSubject(code=code, name=attribute(each, "name"), uri=resolve(code))


def _keywords(lines: Parts, described: Parts) -> Iterator[str | None]:
    for each in lines.every("keywordline"):
        yield text_of(each)
    for each in described.every("property"):
        if (each.get("FormalName") or "").lower() == "keyword":
            yield attribute(each, "Value")


def _places(described: Parts) -> Iterator[str]:
    """Yield the places that the item comes from, or that its events were at."""
    for location in described.every("location"):
        values = {}
        for each in children(location, "property"):
            part = (each.get("FormalName") or "").lower()
            if part in _PLACE_PARTS:
                values[part] = attribute(each, "Value")
        if text := ", ".join(filter(None, map(values.get, _PLACE_PARTS))):
            yield text


def _notes(lines: Parts) -> Iterator[WireNote]:
    for each in lines.every("newsline"):
        role = attribute(child(each, "newslinetype"), "FormalName")
        text = text_of(child(each, "newslinetext"))
        is_note = role and ("advisory" in role.lower() or "note" in role.lower())
        if text and is_note:
            yield WireNote(text=text, role=role)


def _links(identity: Parts, management: Parts) -> Iterator[WireLink]:
    before = attribute(identity.first("revisionid"), "PreviousRevision")
    own = text_of(identity.first("newsitemid"))
    if before and before != "0" and own:
        yield WireLink(relation="PreviousRevision", target=own, version=before)
    for each in management.every(*_RELATIONS):
        if target := attribute(each, "NewsItem"):
            relation = attribute(each, "FormalName") or _RELATIONS[name_of(each)]
            yield WireLink(relation=relation, target=target, version=None)


def _release(management: Parts, status: str | None) -> DateClaim | None:
    """Return when an embargo ends: at the moment when the status becomes another."""
    if status != "embargoed":
        return None
    return read_time(text_of(child(management.first("statuswillchange"), "dateandtime")))


def _copyright(rights: Parts) -> str | None:
    for each in rights.every("copyright"):
        parts = (text_of(child(each, name)) for name in ("copyrightdate", "copyrightholder"))
        if said := tidy(" ".join(part for part in parts if part)):
            return said
    return None
