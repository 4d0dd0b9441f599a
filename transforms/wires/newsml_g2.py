"""NewsML-G2: newsItem and packageItem, alone or in a newsMessage."""

from collections.abc import Iterable, Iterator, Mapping

from newsbeam.transforms.core.records import Wire, WireLink, WireNote, WireSubject
from newsbeam.transforms.wires.bodies import tell_story
from newsbeam.transforms.wires.codes import (
    is_kill,
    last_part,
    read_class,
    read_status,
    resolve,
)
from newsbeam.transforms.wires.item import WITHDRAWN, WireItem
from newsbeam.transforms.wires.newsml_g2_content import find_text_url, read_content
from newsbeam.transforms.wires.times import later, read_time, write_time
from newsbeam.transforms.wires.written import EXTENSION, restore
from newsbeam.transforms.wires.xml_tree import (
    LANG,
    OWN_URN,
    Element,
    Parts,
    attribute,
    child,
    descendants,
    name_of,
    number_in,
    once,
    text_of,
    texts_of,
    tidy,
)

#: Roots of what NewsML-G2 sends, the first two of which are news.
ITEMS = ("newsitem", "packageitem")
OTHERS = ("conceptitem", "knowledgeitem", "planningitem", "catalogitem", "hopitem")


def find_items(root: Element) -> Iterator[Element]:
    """Yield the items in a document: its root, or those of a message, not those within others."""
    if name_of(root) in ITEMS + OTHERS:
        yield root
        return
    for part in root:
        yield from find_items(part)


def read_newsml_g2(item: Element) -> WireItem:
    """Return what one item says."""
    parts = Parts(item)
    meta, content = Parts(parts.first("itemmeta")), Parts(parts.first("contentmeta"))
    rights = [Parts(each) for each in parts.every("rightsinfo")]
    contents = Parts(parts.first("contentset"))
    names = _asserted(parts)
    language = attribute(content.first("language"), "tag")
    body, story, body_language = read_content(contents, language)
    headline = _headline(content, language) or (story.headline if story else None)
    story_summary = story.summary if story else None
    summary = _summary(content) or story_summary
    by = text_of(content.first("by"))
    created = read_time(text_of(meta.first("versioncreated")))
    first = read_time(text_of(meta.first("firstcreated")))
    embargoed = meta.first("embargoed")
    embargo = read_time(text_of(embargoed))
    version = attribute(item, "version")
    status = read_status(attribute(meta.first("pubstatus"), "qcode", "uri", "literal"))
    signals = once(attribute(each, "qcode", "uri", "literal") for each in meta.every("signal"))
    creators = list(content.every("creator"))
    people = once(_name(each, names) for each in creators if _is_person(each)) or (
        story.people if story else ()
    )
    own = item.get(LANG)
    kind = _kind(item, meta, has_text=bool(body.paragraphs), status=status)
    is_elsewhere = not body.paragraphs and kind in ("text", "other")
    text_url = find_text_url(contents) if is_elsewhere and name_of(item) == "newsitem" else None
    facts = Wire(
        language=language or body_language or attribute(item, LANG),
        format="newsml-g2",
        format_version=attribute(item, "standardversion"),
        guid=_guid(item),
        version=version,
        pub_status=status,
        urgency=number_in(text_of(content.first("urgency")) or text_of(meta.first("urgency"))),
        slugline=text_of(content.first("slugline")),
        byline=by or (story.byline if story else None),
        credit=text_of(content.first("creditline")) or (story.credit if story else None),
        provider=_name(meta.first("provider"), names),
        dateline=text_of(content.first("dateline")) or (story.dateline if story else None),
        version_created=write_time(created),
        first_created=write_time(first),
        content_created=write_time(read_time(text_of(content.first("contentcreated")))),
        embargoed=write_time(embargo),
        subjects=tuple(_subjects(content, names, _explained(parts))),
        genres=once(_name(each, names) for each in content.every("genre")),
        located=once(_name(each, names) for each in content.every("located")),
        signals=signals,
        notes=tuple(_notes(meta)),
        links=tuple(_links(meta)),
        captions=tuple(body.captions),
        copyright=_lines(rights, "copyrightnotice", own)
        or next((_name(each.first("copyrightholder"), names) for each in rights), None),
        usage_terms=_lines(rights, "usageterms", own),
    )
    is_revision = created is not None and first is not None and created.at > first.at
    found = WireItem(
        kind="text" if text_url else kind,
        facts=facts,
        headline=headline,
        subheadline=_subheadline(content) or (story.subheadline if story else None),
        summary=summary,
        url=next(
            (attribute(each, "href") for each in meta.every("link") if _is_canonical(each)), None
        ),
        text_url=text_url,
        authors=once(_named(each) for each in creators if last_part(each.get("role")) == "author"),
        people=people,
        publisher=_publisher(meta, content),
        dateline_place=story.place if story else None,
        section=next((text_of(each) for each in _sections(content)), None),
        image_url=_image(contents),
        keywords=texts_of(content.every("keyword")),
        published=later(first or created, embargo),
        modified=created if is_revision else None,
        embargo=embargo,
        is_embargoed=embargoed is not None or facts.pub_status == "embargoed",
        is_killed=any(map(is_kill, signals)),
        paragraphs=tell_story(body, headline, summary),
    )
    rest = _rest(meta)
    return restore(found, rest) if rest else found


def _kind(item: Element, meta: Parts, *, has_text: bool, status: str | None) -> str:
    if name_of(item) == "packageitem":
        return "package"
    if name_of(item) != "newsitem":
        return "other"
    kind = read_class(attribute(meta.first("itemclass"), "qcode", "uri"))
    if kind == "package" and has_text:
        return "text"
    # What is taken back has often neither a class nor a text any more.
    return kind or ("text" if has_text or status in WITHDRAWN else "other")


def _asserted(item: Parts) -> Mapping[str, str]:
    """Return the names that the item gives its codes apart from where they are used."""
    return {
        code: name
        for each in item.every("assert")
        if (code := attribute(each, "qcode", "uri")) and (name := text_of(child(each, "name")))
    }


def _explained(item: Parts) -> Mapping[str, str]:
    """Return the schemes that the item's own catalogue explains, by their aliases."""
    return {
        alias: uri
        for scheme in descendants(item.first("catalog"), "scheme")
        if (alias := attribute(scheme, "alias")) and (uri := attribute(scheme, "uri"))
    }


def _named(element: Element | None) -> str | None:
    """Return the name of a party as a reader would say it, never its code."""
    return text_of(child(element, "name")) or attribute(element, "literal")


def _name(element: Element | None, names: Mapping[str, str]) -> str | None:
    code = attribute(element, "qcode", "uri")
    return _named(element) or names.get(code or "") or code


def _guid(item: Element) -> str | None:
    guid = attribute(item, "guid")
    return None if guid and guid.startswith(OWN_URN) else guid


def _is_canonical(link: Element) -> bool:
    """Return whether a link leads to the page that the item is of."""
    return last_part(link.get("rel")) == "canonical"


def _publisher(meta: Parts, content: Parts) -> str | None:
    sources = content.every("infosource")
    named = (_named(each) for each in sources if last_part(each.get("role")) == "publisher")
    return next(filter(None, named), None) or _named(meta.first("provider"))


def _sections(content: Parts) -> Iterator[Element]:
    subjects = content.every("subject")
    return (each for each in subjects if last_part(each.get("type")) == "section")


def _image(contents: Parts) -> str | None:
    for each in contents.every("remotecontent"):
        if (each.get("contenttype") or "").startswith("image/") and (
            href := attribute(each, "href")
        ):
            return href
    return None


def _is_person(creator: Element) -> bool:
    kind = last_part(attribute(creator, "type"))
    return kind == "person" or (kind is None and child(creator, "name") is not None)


def _headline(content: Parts, language: str | None) -> str | None:
    """Return the first headline without a role, in the content's language where there are more."""
    listed = content.every("headline")
    if len(listed) < 2:
        return text_of(content.first("headline"))
    found = [each for each in listed if text_of(each)]
    plain = [each for each in found if not _is_second(each)] or found
    own = [each for each in plain if language and each.get(LANG) in (None, language)]
    main = [each for each in own or plain if last_part(each.get("role")) in (None, "main")]
    ranked = sorted(main or own or plain, key=_rank)
    return text_of(ranked[0]) if ranked else None


def _is_second(headline: Element) -> bool:
    return "sub" in (last_part(headline.get("role")) or "")


def _subheadline(content: Parts) -> str | None:
    return next(iter(texts_of(filter(_is_second, content.every("headline")))), None)


def _rank(element: Element) -> int:
    rank = element.get("rank") or ""
    return int(rank) if rank.isdecimal() and len(rank) < 6 else 1


def _summary(content: Parts) -> str | None:
    """Return the best ranked description, captions of pictures last."""
    found = [each for each in content.every("description") if text_of(each)]
    found.sort(key=_rank)
    return text_of(found[0]) if found else None


def _subjects(
    content: Parts, names: Mapping[str, str], catalog: Mapping[str, str]
) -> Iterator[WireSubject]:
    for subject in content.every("subject"):
        code = attribute(subject, "qcode", "literal", "uri")
        name = text_of(child(subject, "name")) or names.get(code or "")
        if (code or name) and last_part(subject.get("type")) != "section":
            uri = attribute(subject, "uri") or resolve(code, catalog)
            yield WireSubject(code=code, name=name, uri=uri)


def _notes(meta: Parts) -> Iterator[WireNote]:
    """Yield the notes that are not confidential, nor their confidential parts."""
    for note in meta.every("ednote"):
        if _is_secret(attribute(note, "pubconstraint")):
            continue
        if text := tidy("".join(_public_text(note))):
            yield WireNote(text=text, role=attribute(note, "role", "roleuri"))


def _public_text(element: Element) -> Iterator[str]:
    if _is_secret(element.get("class")):
        return
    yield element.text or ""
    for each in element:
        yield " "
        yield from _public_text(each)
        yield " "
        yield each.tail or ""


def _is_secret(said: str | None) -> bool:
    return "nonpublic" in (said or "").lower().replace("-", "").replace("_", "")


def _links(meta: Parts) -> Iterator[WireLink]:
    for link in meta.every("link"):
        if not _is_canonical(link) and (
            target := attribute(link, "residref", "href", "qcode", "uri")
        ):
            yield WireLink(
                relation=attribute(link, "rel", "reluri"),
                target=target,
                version=attribute(link, "version"),
            )


def _rest(meta: Parts) -> dict[str, str | None]:
    """Return the properties of our own that an exported item has."""
    own = f"{EXTENSION}:"
    properties = ((each, each.get("rel") or "") for each in meta.every("itemmetaextproperty"))
    return {
        name.removeprefix(own): each.get("value")
        for each, name in properties
        if name.startswith(own)
    }


def _lines(rights: Iterable[Parts], name: str, own: str | None) -> str | None:
    """Return what the rights say under ``name``, once where they say it in several languages."""
    found: dict[str | None, list[str]] = {}
    for part in rights:
        for each in part.every(name):
            if text := text_of(each):
                found.setdefault(each.get(LANG), []).append(text)
    chosen = found.get(own) or next(iter(found.values()), [])
    return " ".join(dict.fromkeys(found.get(None, chosen))) or None
