"""Items of the news trade for tests, written as their senders write them."""

from html import escape

G2 = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"


def g2_item(
    guid: str = "urn:newsml:ellery.example:20260303:breakwater",
    version: int = 1,
    *,
    paragraphs: tuple[str, ...] = (),
    created: str = "2026-03-03T09:30:00+01:00",
    first: str = "2026-03-03T09:30:00+01:00",
    status: str = "usable",
    headline: str = "A vote on the breakwater",
    meta: str = "",
    kind: str = "text",
    namespace: str = f' xmlns="{G2}"',
) -> str:
    """Return a newsItem of NewsML-G2; ``meta`` is put into itemMeta as it stands."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        f'<newsItem{namespace} guid="{guid}" version="{version}" standard="NewsML-G2" '
        'standardversion="2.29" xml:lang="en">'
        "<rightsInfo><copyrightNotice>(c) Ellery Press</copyrightNotice>"
        "<usageTerms>Not for archives.</usageTerms></rightsInfo>"
        f'<itemMeta><itemClass qcode="ninat:{kind}"/>'
        '<provider literal="ELL"><name>Ellery Press</name></provider>'
        f"<versionCreated>{created}</versionCreated><firstCreated>{first}</firstCreated>{meta}"
        f'<pubStatus qcode="stat:{status}"/></itemMeta>'
        "<contentMeta><urgency>4</urgency>"
        "<contentCreated>2026-03-03T09:10:00+01:00</contentCreated>"
        '<located qcode="geo:1"><name>Port Ellery</name></located>'
        '<language tag="en-GB"/><genre qcode="genre:current"><name>Current</name></genre>'
        '<subject qcode="medtop:20000763"><name>road transport</name></subject>'
        '<subject qcode="ell:harbour"><name>harbour</name></subject>'
        "<slugline>Harbour-Vote</slugline>"
        f"<headline>{escape(headline)}</headline>"
        "<dateline>PORT ELLERY, March 3 (Ellery Press) -</dateline>"
        "<by>By Ana Moreira</by><creditline>Ellery Press</creditline>"
        "<description>The harbour board voted.</description></contentMeta>"
        '<contentSet><inlineXML contenttype="application/xhtml+xml">'
        f'<html xmlns="{XHTML}"><head><title/></head><body>{body}</body></html>'
        "</inlineXML></contentSet></newsItem>"
    )


def g2_message(*items: str) -> str:
    """Return a newsMessage with these items."""
    return f'<newsMessage xmlns="{G2}"><itemSet>{"".join(items)}</itemSet></newsMessage>'


def nitf(paragraphs: tuple[str, ...], *, data: str = "", head: str = "") -> str:
    """Return a NITF document; ``data`` is put into docdata, ``head`` into body.head."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        '<nitf version="-//IPTC//DTD NITF 3.5//EN"><head><title>slug</title>'
        f'<docdata><doc-id regsrc="ELL" id-string="ellery-17"/>{data}</docdata></head>'
        f"<body><body.head><hedline><hl1>A vote on the breakwater</hl1></hedline>{head}</body.head>"
        f"<body.content>{body}</body.content></body></nitf>"
    )
