"""NITF 3: a whole document, or the story inside an envelope of NewsML."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsbeam.transforms.core.records import Wire, WireNote, WireSubject
from newsbeam.transforms.wires.bodies import Body, read_element, tell_story
from newsbeam.transforms.wires.codes import read_status, resolve
from newsbeam.transforms.wires.item import WireItem
from newsbeam.transforms.wires.times import later, read_time, write_time
from newsbeam.transforms.wires.xml_tree import (
    LANG,
    Element,
    attribute,
    child,
    children,
    descendants,
    number_in,
    once,
    text_of,
    texts_of,
    tidy,
)

_VERSION = "DTD NITF "


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the body of a NITF document says."""

    headline: str | None
    subheadline: str | None
    byline: str | None
    people: tuple[str, ...]
    credit: str | None
    dateline: str | None
    place: str | None
    summary: str | None
    body: Body


def read_nitf(root: Element) -> WireItem:
    """Return the item that a document with the root ``nitf`` is."""
    head = child(root, "head")
    data = child(head, "docdata")
    story = read_story(root)
    headline = story.headline or text_of(child(head, "title"))
    identity = child(data, "doc-id")
    issued = read_time(attribute(child(data, "date.issue"), "norm"))
    released = read_time(attribute(child(data, "date.release"), "norm"))
    changed = read_time(attribute(child(head, "pubdata"), "date.publication"))
    status = read_status(attribute(data, "management-status"))
    is_later = bool(released and issued and released.at > issued.at)
    is_embargoed = status == "embargoed" or is_later
    facts = Wire(
        language=attribute(root, LANG, "baselang", "lang") or attribute(child(root, "body"), LANG),
        format="nitf",
        format_version=_version(root),
        guid=attribute(identity, "id-string"),
        version=attribute(child(data, "du-key"), "version"),
        pub_status=status,
        urgency=number_in(attribute(child(data, "urgency"), "ed-urg")),
        byline=story.byline,
        credit=story.credit,
        provider=attribute(identity, "regsrc"),
        dateline=story.dateline,
        version_created=write_time(issued),
        embargoed=write_time(released) if is_embargoed else None,
        subjects=tuple(_subjects(head)),
        located=(story.place,) if story.place else (),
        notes=tuple(_notes(data, root)),
        captions=tuple(story.body.captions),
        copyright=_copyright(data, root),
        usage_terms=text_of(child(data, "doc.rights")),
    )
    return WireItem(
        kind="text",
        facts=facts,
        headline=headline,
        subheadline=story.subheadline,
        summary=story.summary,
        people=story.people,
        publisher=story.credit or attribute(identity, "regsrc"),
        dateline_place=story.place,
        section=attribute(child(head, "pubdata"), "position.section"),
        keywords=once(attribute(word, "key") for word in descendants(data, "keyword")),
        published=later(released, issued) if is_embargoed else issued or changed or released,
        embargo=released if is_embargoed else None,
        is_embargoed=is_embargoed,
        paragraphs=tell_story(story.body, headline, story.summary),
    )


def read_story(root: Element) -> Story:
    """Return what stands in the body of ``root``, which may be the body's content alone."""
    body = child(root, "body")
    head = child(body, "body.head")
    content = child(body, "body.content")
    if content is None:
        content = next(descendants(root, "body.content"), None)
    if content is not None:
        found = read_element(content)
    else:  # a body without parts, in which its head is passed over
        found = read_element(body) if body is not None else Body()
    if content is not None and (end := child(body, "body.end")) is not None:
        found.paragraphs += read_element(end).paragraphs
    titles = child(head, "hedline")
    dateline = child(head, "dateline")
    return Story(
        headline=text_of(child(titles, "hl1")),
        subheadline=text_of(child(titles, "hl2")),
        byline=_byline(head),
        people=texts_of(descendants(child(head, "byline"), "person")),
        credit=text_of(child(head, "distributor")),
        dateline=_dateline(dateline),
        place=text_of(child(dateline, "location")),
        summary=text_of(child(head, "abstract")),
        body=found,
    )


def _version(root: Element) -> str | None:
    said = attribute(root, "version") or ""
    return said.partition(_VERSION)[2].partition("/")[0].strip() or None


def _byline(head: Element | None) -> str | None:
    """Return all bylines as they stand; between a name and what follows it is a blank at least."""
    lines = (tidy(" ".join(byline.itertext())) for byline in children(head, "byline"))
    said = (line.replace(" ,", ",") for line in lines if line)
    return ", ".join(dict.fromkeys(said)) or None


def _dateline(dateline: Element | None) -> str | None:
    """Return the words of a dateline without a date that is only made for machines."""
    if dateline is None:
        return None
    parts = [dateline.text or ""]
    for part in dateline:
        text = "".join(part.itertext())
        is_norm = text.strip() == (part.get("norm") or "").strip() and bool(text.strip())
        parts += ["" if is_norm else text, part.tail or ""]
    return tidy("".join(parts))


def _subjects(head: Element | None) -> Iterator[WireSubject]:
    for subject in descendants(child(head, "tobject"), "tobject.subject"):
        code = attribute(subject, "tobject.subject.refnum", "tobject.subject.code")
        levels = ("detail", "matter", "type")
        name = attribute(subject, *(f"tobject.subject.{level}" for level in levels))
        if code or name:
            yield WireSubject(code=code, name=name, uri=resolve(code))


def _notes(data: Element | None, root: Element) -> Iterator[WireNote]:
    for message in children(data, "ed-msg"):
        if text := attribute(message, "info"):
            yield WireNote(text=text, role=attribute(message, "msg-type"))
    for correction in children(data, "correction"):
        if text := attribute(correction, "info"):
            yield WireNote(text=text, role="correction")
    for note in children(child(root, "body", "body.head"), "note"):
        # "npa": not for publication.
        if note.get("noteclass") != "npa" and note.get("type") != "npa" and (text := text_of(note)):
            yield WireNote(text=text, role=attribute(note, "noteclass"))


def _copyright(data: Element | None, root: Element) -> str | None:
    said = child(data, "doc.copyright")
    parts = (attribute(said, "year"), attribute(said, "holder"))
    return " ".join(part for part in parts if part) or text_of(
        child(root, "body", "body.head", "rights")
    )
