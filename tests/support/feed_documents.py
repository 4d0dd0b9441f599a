"""The same entry in every format of feeds, and how tests read them."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsbeam.transforms.sources.feeds import ParsedFeed, parse_feed

SEEN = datetime(2026, 1, 1, tzinfo=UTC)


AT = datetime(2019, 3, 5, 8, 12, tzinfo=UTC)


ITEM = """<item><title>Flood &amp; fire</title><link>https://a.example/1</link><guid>g1</guid>
<pubDate>Tue, 05 Mar 2019 09:12:00 +0100</pubDate><description>&lt;p&gt;A&lt;/p&gt;B</description>
<author>desk@a.example (Ada Li)</author><category>World</category>
<enclosure url="/i.jpg" type="image/jpeg" length="1"/></item>"""


RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>A Post</title>
<link>https://a.example/</link><language>en-us</language><ttl>30</ttl>
<skipHours><hour>1</hour></skipHours><skipDays><day>Sunday</day></skipDays>{ITEM}</channel></rss>"""


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>A Post</title><link>https://a.example/</link>
<dc:language>en-us</dc:language></channel>
<item rdf:about="g1"><title>Flood &amp; fire</title><link>https://a.example/1</link>
<dc:date>2019-03-05T09:12+01:00</dc:date><dc:creator>Ada Li</dc:creator>
<dc:subject>World</dc:subject><description>A B</description></item></rdf:RDF>"""


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us" xml:base="https://a.example/">
<title>A Post</title><link href="/"/>
<entry><id>g1</id><title type="html">Flood &amp;amp; fire</title>
<link rel="self" href="/self"/><link rel="alternate" href="1"/>
<published>2019-03-05T09:12+01:00</published><updated>2019-03-06T00:00:00Z</updated>
<author><name>Ada Li</name></author><category term="World"/><summary>A B</summary></entry></feed>"""


ATOM03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en-us">
<title>A Post</title><link rel="alternate" type="text/html" href="https://a.example/"/>
<entry><id>g1</id><title>Flood &amp; fire</title>
<link rel="alternate" type="text/html" href="https://a.example/1"/>
<issued>2019-03-05T09:12+01:00</issued><author><name>Ada Li</name></author>
<summary>A B</summary></entry></feed>"""


JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A Post",
        "home_page_url": "https://a.example/",
        "language": "en-us",
        "items": [
            {
                "id": "g1",
                "url": "/1",
                "title": "Flood & fire",
                "summary": "A B",
                "date_published": "2019-03-05T09:12+01:00",
                "authors": [{"name": "Ada Li"}],
                "tags": ["World"],
            }
        ],
    }
)


def parse(body: str | bytes, **more: object) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    known: dict[str, object] = {"ref": "https://f.example/feed", "seen_at": SEEN}
    return parse_feed(data, **{**known, **more})  # type: ignore[arg-type]


ITEM_OF_LINK = "<item><link>http://a.example/</link>{}</item>"


def find_data(*parts: str) -> Path:
    root = Path(__file__).parents[2]
    path = Path(os.environ.get("NEWSBEAM_DATA", root.parent / "shared" / "data")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is absent: set NEWSBEAM_DATA to the folder of the evaluation data")
    return path
