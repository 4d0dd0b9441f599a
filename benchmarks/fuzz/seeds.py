"""What fuzzing starts from: small documents of each kind, invented for it."""

import gzip
import io
import zipfile
import zlib

import brotli
import zstandard

from benchmarks.fuzz.archive_seeds import ARCHIVES

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://a.example/rss.dtd">
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>A &amp; B</title>
<link>http://a.example/</link><atom:link rel="hub" href="http://hub.example/"/><ttl>30</ttl>
<language>en-gb</language><sy:updatePeriod>hourly</sy:updatePeriod>
<skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<item><title><![CDATA[One <b>two</b>]]></title><link>/one?utm_source=rss</link>
<guid isPermaLink="false">1</guid><pubDate>Tue, 03 Mar 2026 09:30:00 +0100</pubDate>
<dc:creator>Ana</dc:creator><author>a@b.example (Bo)</author><category>x</category>
<description>&lt;p&gt;Text&nbsp;&#8212; more&lt;/p&gt;</description>
<media:content url="i.jpg" medium="image" width="640"/><enclosure url="i.png" type="image/png"/>
</item></channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="http://a.example/">
<title type="html">T</title><link rel="self" href="feed"/><entry><id>tag:a.example,2026:1</id>
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Eins</div></title>
<link href="eins"/><link rel="enclosure" href="e.png" type="image/png"/>
<published>2026-03-03T09:30:00.5+01:00</published><updated>2026-03-03</updated>
<author><name>Bo</name><email>b@a.example</email></author><category term="k" label="K"/>
<summary>Kurz</summary></entry></feed>"""

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://a.example/"><title>R</title>
</channel><item rdf:about="http://a.example/1"><title>Un</title><link>http://a.example/1</link>
<dc:date>2026-03-03T09:30Z</dc:date></item></rdf:RDF>"""

CDF = b"""<CHANNEL HREF="http://a.example/"><TITLE>C</TITLE><ITEM HREF="/1" LASTMOD="2026-03-03">
<TITLE>One</TITLE><ABSTRACT>Short</ABSTRACT></ITEM></CHANNEL>"""

JSON_FEED = b"""{"version":"https://jsonfeed.org/version/1.1","title":"J","home_page_url":"http://a.example/",
"language":"fr","hubs":[{"type":"WebSub","url":"http://hub.example/"}],"items":[{"id":7,"url":"/7",
"title":"Sept","summary":"\\ud83d","date_published":"2026-03-03T09:30:00Z","tags":["a",1],
"authors":[{"name":"Ana"}],"image":"i.png"}]}"""

FEEDS = (
    RSS,
    ATOM,
    RDF,
    CDF,
    JSON_FEED,
    RSS.decode().encode("utf-16"),
    RSS.replace(b"utf-8", b"windows-1252").replace(b"Text", b"T\xe9xt"),
    RSS.replace(b"</item>", b"").replace(b"&amp;", b"&"),
    b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>',
    b"<rss><channel>" + b"<item><link>http://a.example/</link></item>" * 20 + b"</channel></rss>",
)

SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>http://a.example/1</loc>
<lastmod>2026-03-03T09:30:00+00:00</lastmod><news:news><news:publication><news:name>A</news:name>
<news:language>en</news:language></news:publication><news:title>One</news:title>
<news:publication_date>2026-03-03</news:publication_date><news:keywords>a, b</news:keywords>
</news:news><image:image><image:loc>/i.png</image:loc></image:image></url>
<url><loc>/2</loc></url></urlset>"""

SITEMAPS = (
    SITEMAP,
    b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>'
    b"<loc>http://a.example/s.xml</loc><lastmod>2026-03</lastmod></sitemap></sitemapindex>",
    b"http://a.example/1\nhttps://b.example/2\n\nnonsense\n",
    SITEMAP.decode().encode("utf-16-be"),
    SITEMAP[:-40],
    b'<urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><image:loc>/i'
    b"</image:loc><video:loc>/v</video:loc><loc>/1</loc></url></urlset>",
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
)

#: A path, a zero byte, a robots.txt.
ROBOTS = (
    b"/news/1\0User-agent: *\nDisallow: /private/\nAllow: /private/open$\nCrawl-delay: 2.5\n"
    b"Sitemap: http://a.example/s.xml\n",
    b"/a?b=c\0\xef\xbb\xbfUser-agent: newsbeam\nUser-agent: other\r\nDisallow: /*?*b=*c$ # no\r\n",
    b"/%C3%A9\0user-AGENT:newsbeam/1.0\rdisallow:/\xc3\xa9\rallow:/%7Eok*\r",
    b"/\0User-agent: *\nDisallow:\nRequest-rate: 1/5m 0800-1200\nVisit-time: 0600-0845\nHost: x\n",
    b"/\0User-agent: news\nDisallow: /\nUser-agent: newsbeam*\n\nUser agent x\nAllow: /\xe2\x80",
    b"/\0<!doctype html><title>Not found</title>",
)

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"


def _response(body: bytes, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return b"%s%sContent-Length: %d\r\n\r\n%s" % (_HEAD, lines, len(body), body)


#: Whole answers of a server, as they go over the wire.
RESPONSES = (
    _response(RSS, b'ETag: W/"1"', b"Last-Modified: Tue, 03 Mar 2026 09:30:00 GMT"),
    _response(ATOM, b"Cache-Control: public, max-age=60", b"Expires: 0", b"X-Robots-Tag: noai"),
    _response(gzip.compress(JSON_FEED), b"Content-Encoding: gzip"),
    _response(zlib.compress(RDF), b"Content-Encoding: deflate"),
    _response(brotli.compress(SITEMAP), b"Content-Encoding: br"),
    _response(zstandard.compress(RSS), b"Content-Encoding: zstd"),
    _response(brotli.compress(gzip.compress(RSS)), b"Content-Encoding: gzip, br"),
    _response(b'<meta http-equiv="refresh" content="0;url=/2"><p>On', b"Refresh: 1;url='/3'"),
    _response(b"<!doctype html><title>Page</title><p>Text.", b"Set-Cookie: a=b", b"Refresh: 0"),
    _HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n<rss>\r\n6\r\n</rss>\r\n0\r\nA: b\r\n\r\n",
    b"HTTP/1.1 301 Moved\r\nLocation: /feed?x=%zz#y\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: //other.example:8080/\xe9\r\n\r\n",
    b"HTTP/1.1 503 Busy\r\nRetry-After: Tue, 03 Mar 2026 09:30:00 GMT\r\n\r\n",
    b"HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
    b'HTTP/1.1 304 Same\r\nETag: "1"\r\nDate: Tue, 03 Mar 2026 09:30:00 GMT\r\n\r\n',
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n"
    b"Expires: Tue, 03 Mar 2026 09:30:00 GMT\r\n\r\n<feed/>",
)

NEWSML_G2 = b"""<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">
<header><sent>2026-03-03T09:30:00Z</sent></header><itemSet><newsItem guid="urn:x:1" version="2"
 standardversion="2.29" xml:lang="en"><rightsInfo><copyrightHolder literal="E"/><usageTerms>No
</usageTerms></rightsInfo><itemMeta><itemClass qcode="ninat:text"/><provider qcode="p:E">
<name>E</name>
</provider><versionCreated>2026-03-03T10:30:00+01:00</versionCreated><embargoed/>
<pubStatus qcode="stat:usable"/><edNote role="r:n" pubconstraint="c:nonpublic">x</edNote>
<signal qcode="sig:correction"/><link rel="irel:seeAlso" residref="urn:x:0" version="1"/>
</itemMeta>
<contentMeta><urgency>3</urgency><located qcode="g:1"><name>P</name></located><creator>
<name>A B</name>
</creator><language tag="de"/><subject qcode="medtop:20000763"><name xml:lang="en">r</name>
</subject>
<slugline>S</slugline><headline rank="1">H</headline><headline role="h:sub">S</headline>
<by>By A B</by>
<dateline>P (E) -</dateline><description>D</description></contentMeta><contentSet><inlineXML
 contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>
</head>
<body><header><h1>H</h1></header><p class="teaser">D</p><p>One<br/>two</p><figure><figcaption>C
</figcaption></figure><table><tr><td>1</td><td>2</td></tr></table><ul><li>x</li></ul></body></html>
</inlineXML><inlineData contenttype="text/plain">One</inlineData></contentSet></newsItem></itemSet>
</newsMessage>"""

NEWSML_12 = b"""<NewsML Version="1.2"><NewsItem xml:lang="en"><Identification><NewsIdentifier>
<ProviderId>e</ProviderId><NewsItemId>1</NewsItemId><RevisionId PreviousRevision="1">2</RevisionId>
<PublicIdentifier>urn:newsml:e:1:2</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement>
<FirstCreated>20260303T093000+0100</FirstCreated><ThisRevisionCreated>20260303T103000Z
</ThisRevisionCreated><Status FormalName="Usable"/><Urgency FormalName="3"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine>H</HeadLine><DateLine>P</DateLine></NewsLines>
<DescriptiveMetadata><Language FormalName="en"/><SubjectCode><Subject FormalName="04000000"/>
</SubjectCode></DescriptiveMetadata><NewsComponent><Role FormalName="Caption"/><ContentItem>
<DataContent><p>C</p></DataContent></ContentItem></NewsComponent><ContentItem><MediaType
 FormalName="Text"/><DataContent><nitf><body><body.content><p>One</p></body.content></body></nitf>
</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""

NITF = b"""<!DOCTYPE nitf SYSTEM "nitf-3-5.dtd"><nitf version="-//IPTC//DTD NITF 3.5//EN"><head>
<title>t</title><tobject><tobject.subject tobject.subject.refnum="04000000"/></tobject><docdata
 management-status="embargoed"><doc-id id-string="1" regsrc="E"/><urgency ed-urg="3"/><date.issue
 norm="20260303T093000Z"/><date.release norm="20260304T093000"/><ed-msg info="x"/>
<du-key version="2"/>
</docdata></head><body><body.head><hedline><hl1>H</hl1><hl2>S</hl2></hedline><byline>By <person>A B
</person><byttl>W</byttl></byline><dateline><location>P</location></dateline></body.head>
<body.content>
<block><p>One &nbsp; two</p><media><media-caption>C</media-caption></media></block></body.content>
<body.end><tagline>e</tagline></body.end></body></nitf>"""

NINJS = b"""{"standard":{"name":"ninjs","version":"3.0"},"uri":"urn:x:1","version":"2",
"type":"text",
"versionCreated":"2026-03-03T09:30:00Z","firstCreated":"2026-03-03","pubStatus":"canceled",
"embargoed":"2026-03-04T00:00:00","headlines":[{"role":"main",
"value":"H"}],"bodies":[{"role":"main",
"contentType":"text/html","value":"<p>One</p>"}],"subjects":[{"uri":"http://x/1",
"name":"s"}],"by":"A B",
"associations":[{"name":"p","type":"picture","descriptions":[{"role":"caption","value":"C"}]}]}"""

NINJS_1 = b"""{"uri":"urn:x:2","versioncreated":"2026-03-03T09:30:00Z","headline":"H","urgency":3,
"body_html":"<p>One</p>","body_text":"One","associations":{"a":{"uri":"urn:x:3",
"body_text":"Two"}}}"""

NEWS_ARTICLE = b"""{"@context":"https://schema.org",
"@graph":[{"@type":["NewsArticle"],"headline":"H",
"articleBody":"&lt;p&gt;One&lt;/p&gt;","author":[{"name":"A B"}],"url":"http://a.example/1",
"datePublished":"2026-03-03T09:30:00Z",
"image":{"url":"http://a.example/i.jpg"},"keywords":"a, b"}]}"""

IPTC_7901 = (
    b"\x7f\r\n\x01abc026 3 i 121   epa 968\r\n\r\nA/B/\r\n\x022ND LEAD\r\nTitle\r\n"
    b"Von A B, epa =\r\n\r\n   P (epa) - One two\r\nthree.\r\n\r\n| a | b |\r\n* * * *\r\nx\r\n"
    b"\x03131137 GMT Nov 24\r\n\x7f\x04"
)
ANPA = (
    b"\x16\x16\x01W2871\x1f_a\r\nu i\x13\x11 BC-X KILL   11-13 0040\r\n\x02\x02^BC-X, KILL,40<\r\n"
    b"^KILL X<\r\n^Eds: Kill.<\r\n^By A B=\r\n\t   P (E) _ One.\r\n"
    b"\x03E-WF-11-13-24 1655GMT<\r\n\x04"
)


def _zipped(*documents: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, document in enumerate(documents):
            archive.writestr(zipfile.ZipInfo(str(number)), document)
    return packed.getvalue()


#: Documents of the news trade, and archives of them.
WIRES = (
    NITF + b"\n" + NITF,
    b'<s:Envelope xmlns:s="urn:s"><s:Body>' + NITF.partition(b">")[2] + b"</s:Body></s:Envelope>",
    b'<newsItem><contentSet><inlineData encoding="base64">QQoKQg==</inlineData></contentSet>'
    b"</newsItem>",
    b"<newsItem><contentSet><inlineXML><p><![CDATA[<p>a</p>]]></p></inlineXML></contentSet>"
    b"</newsItem>",
    b'{"uri": "a\\ud800", "versioncreated": "2026-03-03T09:30:00Z", "headline": "\\udfff"}',
    NEWSML_G2,
    NEWSML_12,
    NITF,
    NINJS,
    NINJS_1,
    NINJS.replace(b"\n", b" ") + b"\n" + NINJS_1.replace(b"\n", b" "),
    NEWS_ARTICLE,
    IPTC_7901,
    ANPA,
    _zipped(NITF, NINJS),
    _zipped(_zipped(ANPA)),
    NEWSML_G2.replace(b"newsMessage", b"x:newsMessage").replace(b"<p", b"<x:p"),
    b'<newsMessage><newsItem guid="a"><itemMeta><itemClass qcode="ninat:text"/></itemMeta>'
    b'<contentSet><remoteContent contenttype="text/html" href="https://a.example/t.html"/>'
    b"</contentSet></newsItem><newsItem><contentSet><inlineXML><p>a</p></inlineXML></contentSet>"
    b"</newsItem></newsMessage>",
    # well-formed but for a prefix that nobody declares, and a time with a fraction
    b'<newsItem guid="a" version="3"><itemMeta><versionCreated>2026-03-03T09:30:00.125Z'
    b'</versionCreated><signal qcode="sig:kill"/></itemMeta><contentSet><inlineXML><h:body>'
    b"<h:p>a</h:p></h:body></inlineXML></contentSet></newsItem>",
    # tables within tables, and frames within lines
    b"<nitf><body><body.content><table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr>"
    b"</table></td></tr></table><p>d<figure><p>e</p><figcaption>f<p>g</p></figcaption></figure>"
    b"<pre>h\n i</pre></p></body.content></body></nitf>",
    # one story in two languages and two lengths
    b'<NewsML><NewsItem><NewsComponent><NewsComponent xml:lang="de"><Role FormalName="Short"/>'
    b"<ContentItem><DataContent>a</DataContent></ContentItem></NewsComponent><NewsComponent "
    b'xml:lang="de"><Role FormalName="Original"/><ContentItem Href="a.txt"/></NewsComponent>'
    b'<NewsComponent><DescriptiveMetadata><Language FormalName="en"/><Location><Property FormalName'
    b'="City" Value="P"/></Location></DescriptiveMetadata></NewsComponent></NewsComponent>'
    b"</NewsItem></NewsML>",
    # columns and points of a telegram
    b"\x01abc026 3 i 121\r\n\x02EMBARGO: not before noon\r\nTitle =\r\n\r\n  1. a\r\n   b\r\n"
    b"x   y\tz\r\n|a||b|\r\n# Notizblock\r\nn\r\n\x03131137 CET Nov 24\r\n\x04",
)

SEEDS = {
    "feeds": FEEDS,
    "sitemaps": SITEMAPS,
    "robots": ROBOTS,
    "http": RESPONSES,
    "archives": ARCHIVES,
    "wires": WIRES,
}
