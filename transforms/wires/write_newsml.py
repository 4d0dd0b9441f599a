"""Rows as one newsMessage of NewsML-G2."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from newsbeam.transforms.core.records import WireSubject
from newsbeam.transforms.text.unicode import scrub
from newsbeam.transforms.wires.written import EXTENSION, Row, Written, write_item

_VERSION = "2.33"
_NAR = "http://iptc.org/std/nar/2006-10-01/"
_XHTML = "http://www.w3.org/1999/xhtml"
_CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml"


def write_newsml(rows: Iterable[Row], *, sent: datetime) -> Iterator[str]:
    """Yield the pieces of a message: its head, an item each, its end."""
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<newsMessage xmlns="{_NAR}">\n'
        f"<header><sent>{sent.astimezone(UTC).isoformat()}</sent></header>\n<itemSet>\n"
    )
    for row in rows:
        yield to_news_item(row) + "\n"
    yield "</itemSet>\n</newsMessage>\n"


def to_news_item(row: Row) -> str:
    """Return a row as a newsItem without a namespace of its own."""
    item = write_item(row, "newsml-g2", _VERSION)
    facts = item.facts
    rights = _element("copyrightNotice", facts.copyright) + _element(
        "usageTerms", facts.usage_terms
    )
    text = (
        f"<newsItem{_attributes(guid=item.guid, version=item.version)} "
        f'standard="NewsML-G2" standardversion="{_VERSION}" conformance="power">'
        f'<catalogRef href="{_CATALOG}"/>'
        f"{f'<rightsInfo>{rights}</rightsInfo>' if rights else ''}"
        f"<itemMeta>{_meta(item)}</itemMeta>"
        f"<contentMeta>{_content(item)}</contentMeta>"
        f"<contentSet>{_set(item)}</contentSet></newsItem>"
    )
    return scrub(text)[0]


def _meta(item: Written) -> str:
    facts = item.facts
    parts = [
        '<itemClass qcode="ninat:text"/>',
        f"<provider{_coded(item.provider)}/>" if item.provider else "",
        _element("versionCreated", item.created),
        _element("firstCreated", item.first),
        _element("embargoed", facts.embargoed),
        f'<pubStatus qcode="stat:{escape(item.status)}"/>' if item.status else "",
        *(_element("edNote", note.text, role=note.role) for note in facts.notes),
        *(f"<signal{_coded(signal)}/>" for signal in facts.signals),
        f"<link{_attributes(rel='irel:canonical', href=item.url)}/>" if item.url else "",
        *(
            f"<link{_attributes(rel=each.relation, residref=each.target, version=each.version)}/>"
            for each in facts.links
        ),
        *(
            f"<itemMetaExtProperty{_attributes(rel=f'{EXTENSION}:{name}', value=value)}/>"
            for name, value in item.rest.items()
        ),
    ]
    return "".join(parts)


def _content(item: Written) -> str:
    facts, row = item.facts, item.row
    parts = [
        _element("urgency", None if facts.urgency is None else str(facts.urgency)),
        _element("contentCreated", facts.content_created),
        *(_named("located", None, name) for name in facts.located),
        *(
            f'<creator role="crol:author"><name>{escape(name)}</name></creator>'
            for name in row.get("authors") or ()
        ),
        _named("infoSource", "isrol:publisher", row.get("publisher")),
        f"<language{_attributes(tag=item.language)}/>" if item.language else "",
        *map(_subject, facts.subjects),
        f'<subject type="nbtype:section"><name>{escape(row["section"])}</name></subject>'
        if row.get("section")
        else "",
        *(_element("keyword", word) for word in item.keywords),
        *(_named("genre", None, name) for name in facts.genres),
        _element("slugline", facts.slugline),
        _element("headline", row.get("title")),
        _element("headline", row.get("subtitle"), role="hlrole:sub"),
        _element("dateline", facts.dateline),
        _element("by", facts.byline),
        _element("creditline", facts.credit),
        _element("description", row.get("summary"), role="drol:summary"),
    ]
    return "".join(parts)


def _set(item: Written) -> str:
    picture = item.row.get("image_url")
    return (
        '<inlineXML contenttype="application/xhtml+xml">'
        f'<html xmlns="{_XHTML}"><head><title/></head><body>{item.body}</body></html></inlineXML>'
        + (f"<remoteContent{_attributes(href=picture, contenttype='image/*')}/>" if picture else "")
    )


def _subject(subject: WireSubject) -> str:
    name = f"<name>{escape(subject.name)}</name>" if subject.name else ""
    code = _coded(subject.code) if subject.code else ""
    if subject.uri and subject.uri != subject.code:
        code += _attributes(uri=subject.uri)
    return f"<subject{code}>{name}</subject>"


def _coded(code: str) -> str:
    """Return a code as the attribute that it is: an address, a qualified code, or a word."""
    if "://" in code or code.startswith("urn:"):
        return _attributes(uri=code)
    return _attributes(qcode=code) if ":" in code else _attributes(literal=code)


def _named(tag: str, role: str | None, name: str | None) -> str:
    if not name:
        return ""
    return f"<{tag}{_attributes(role=role)}><name>{escape(name)}</name></{tag}>"


def _element(tag: str, text: str | None, **attributes: str | None) -> str:
    return f"<{tag}{_attributes(**attributes)}>{escape(text)}</{tag}>" if text else ""


def _attributes(**values: str | None) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items() if value)
