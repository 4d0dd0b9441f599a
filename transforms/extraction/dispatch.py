"""What an item of the news trade gives a row: metadata, text and the facts of the wire."""

import re
from dataclasses import dataclass, replace

from newsbeam.transforms.core.canonical import canonical_of
from newsbeam.transforms.core.records import Page, Wire
from newsbeam.transforms.metadata.authors import clean_authors
from newsbeam.transforms.metadata.names import is_account, is_person
from newsbeam.transforms.metadata.page_metadata import Metadata
from newsbeam.transforms.sources.languages import tag_language
from newsbeam.transforms.text.credits import read_head
from newsbeam.transforms.wires.item import WireItem, decode_item

#: "MARLBOROUGH, Mass.": no digit, bracket or dash that stands alone.
_PLACE = re.compile(r"(?!.*\s[-–—])[^\W\d][^\d()\[\]/:]{1,60}")
#: "nprov:AFP", "http://…", "afp.com": codes and addresses.
_CODE = re.compile(r":|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """An item made ready for its row."""

    metadata: Metadata
    text: str
    facts: Wire
    agency: str | None
    dateline_place: str | None
    withdrawn: bool


def read_dispatch(page: Page, obey_kills: bool) -> Dispatch:
    """Return what the item in ``page`` says.

    Of an item that its sender withholds, and of one that is taken back where ``obey_kills``, only
    the notice stays.
    """
    item = decode_item(page.body)
    withdrawn = item.is_withdrawn
    if withdrawn:
        item = _take_back(item, obey_kills)
    facts, entry = item.facts, page.entry
    names, source = _authors(item)
    credit = read_head(f"{facts.dateline} {item.paragraphs[0]}") if _has_dateline(item) else None
    metadata = Metadata(
        title=item.headline or entry.title,
        title_source="wire" if item.headline else ("feed" if entry.title else None),
        subtitle=item.subheadline,
        summary=item.summary,
        authors=names or entry.authors,
        authors_source=source if names else ("feed" if entry.authors else None),
        published=item.published or entry.published,
        modified=item.modified,
        publisher=entry.publisher or item.publisher,
        section=item.section or entry.section,
        tags=tuple(dict.fromkeys([*item.keywords, *_subject_names(facts)])),
        image_url=item.image_url,
        language=entry.language or tag_language(facts.language),
        canonical_url=canonical_of(page.url),
    )
    return Dispatch(
        metadata=metadata,
        text="\n\n".join(item.paragraphs),
        facts=facts,
        agency=(credit.agency if credit else None) or facts.credit or _agency(facts),
        dateline_place=item.dateline_place
        or _bare_place(facts.dateline)
        or (credit.place if credit else None),
        withdrawn=withdrawn,
    )


def _take_back(item: WireItem, obey_kills: bool) -> WireItem:
    """Return what may stay of an item that must not be published, or not any more."""
    facts = item.facts
    notice = tuple(note.text for note in facts.notes)
    is_secret = facts.pub_status == "withheld"
    if not is_secret and not obey_kills:
        return replace(item, paragraphs=item.paragraphs or notice or (item.headline or "",))
    return replace(
        item,
        headline=None if is_secret else item.headline,
        subheadline=None,
        summary=None,
        paragraphs=notice,
        facts=replace(facts, captions=()),
    )


def _authors(item: WireItem) -> tuple[tuple[str, ...], str | None]:
    """Return who wrote it: whom the byline names, else the creators that are people."""
    outlets = [name for name in (item.publisher, item.facts.credit, item.facts.provider) if name]
    if item.authors:
        source = "jsonld" if item.facts.format == "schema.org" else "wire"
        return clean_authors(item.authors, outlets), source
    if item.facts.byline:
        names = clean_authors([item.facts.byline], outlets)
        people = tuple(name for name in names if is_person(name))
        # Initials and logins are no names: "cae/tcr".
        return people or tuple(name for name in names if not name.islower()), "byline"
    creators = clean_authors(item.people, outlets)
    return tuple(name for name in creators if is_person(name) and not is_account(name)), "wire"


def _has_dateline(item: WireItem) -> bool:
    return item.facts.dateline is not None and bool(item.paragraphs)


def _bare_place(dateline: str | None) -> str | None:
    """Return a dateline that is nothing but a place: without a date, an agency or a dash."""
    return dateline if dateline and _PLACE.fullmatch(dateline) else None


def _subject_names(facts: Wire) -> list[str]:
    return [subject.name for subject in facts.subjects if subject.name]


def _agency(facts: Wire) -> str | None:
    """Return who sent it, if that is a name and no code or address."""
    provider = facts.provider
    if facts.format == "schema.org" or not provider or _CODE.search(provider):
        return None
    return provider
