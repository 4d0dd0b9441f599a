"""Words that a fuzzer would be long in finding by itself, in libFuzzer's notation."""

_XML = (
    *("<!DOCTYPE", "<!ENTITY", "<![CDATA[", "]]>", "<!--", "-->", "<?xml", "?>", "&amp;", "&#x"),
    *("&lt;", "&nbsp;", "xmlns=", "xmlns:", "encoding=", "http://", "https://", "javascript:"),
    *(r"\xef\xbb\xbf", r"\xff\xfe", r"\xed\xa0\x80", r"\x00", r"\xe2\x80\xae"),
)

WORDS: dict[str, tuple[str, ...]] = {
    "feeds": (
        *_XML,
        *("<rss", "<channel>", "<item>", "</item>", "<entry>", "</entry>", "<feed", "<rdf:RDF"),
        *("<link", "rel=", "href=", "<guid", "<pubDate>", "<dc:date>", "<author>", "<category"),
        *("<media:group>", "<media:content", "<content:encoded>", "type=", "xhtml", "text/html"),
        *("base64", "xml:base=", "xml:lang=", "<hour>", "<day>", "<ttl>", "<georss:point>"),
        *("<gml:posList>", "<itunes:duration>", "<psc:chapter", "<image>", "<cloud", "<textInput>"),
    ),
    "sitemaps": (
        *_XML,
        *("<urlset", "<sitemapindex", "<url>", "</url>", "<loc>", "</loc>", "<lastmod>", "<news:"),
        *("<image:image>", "<sitemap>", "</sitemap>", "<publication_date>"),
    ),
    "wires": (
        *_XML,
        *("<newsMessage", "<newsItem", "</newsItem>", "<packageItem", "<itemMeta>", "qcode="),
        *("<contentSet>", "<inlineXML", "<inlineData", "<NewsML", "<NewsItem", "<NewsComponent>"),
        *("<DataContent>", "FormalName=", "<Role ", "<nitf", "<body.content>", "<hl1>", "<p>"),
        *("<br/>", "<table>", "<tr>", "<td>", "<embargoed/>", "stat:canceled", "stat:withheld"),
        *("sig:kill", '"uri":', '"bodies":[', '"associations":', '"@type":', '"@graph":[', "{}"),
        *(r"\x01", r"\x02", r"\x03", r"\x04", r"\x13", r"\x16", "^", "=", "* * * *", "GMT"),
        *("2026-03-03", "20260303T093000", "T09:30:00", "+24:00", "9999-12-31", "PK", "ustar"),
    ),
    "robots": (
        *("User-agent:", "Disallow:", "Allow:", "Crawl-delay:", "Sitemap:", "newsbeam", "*", "$"),
        *("Request-rate:", "Visit-time:", "Host:", "%2F", "%C3", "1e999", "nan", "-1", "#", "?"),
        *("/", r"\x0d", r"\x0a", r"\x00", r"\xef\xbb\xbf", r"\xe2\x80\xa8", "index.html"),
    ),
    "http": (
        *("HTTP/1.1 ", "HTTP/1.0 ", "200", "204", "206", "301", "302", "304", "307", "429", "503"),
        *("100 Continue", "103 Early Hints", r"\x0d\x0a", r"\x0d\x0a\x0d\x0a", "Location: "),
        *("Content-Length: ", "Transfer-Encoding: chunked", "Content-Encoding: ", "gzip", "br"),
        *("zstd", "deflate", "identity", "x-gzip", "Retry-After: ", "Cache-Control: max-age="),
        *("Expires: ", "ETag: ", "Last-Modified: ", "Content-Type: ", "charset=", "Set-Cookie: "),
        *("TDM-Reservation: ", "X-Robots-Tag: ", "Connection: close", "Upgrade: websocket", "GMT"),
        *("http://a.example/", "//", "file:///", "99999999999999999999", "-1", "+2400", r"\xff"),
        *("[::1]", "127.0.0.1", "@", "%00", "multipart/byteranges", "0;", "Tue, 03 Mar 2026 "),
    ),
}
