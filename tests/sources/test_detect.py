"""What an input is, found from its content and not from its name."""

import gzip

import pytest

from newsbeam.transforms.sources.detect import detect_kind

RSS = b'<?xml version="1.0"?><!-- c --><rss version="2.0"><channel><title>x</title></channel></rss>'


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.html", RSS, "feed"),
        ("a", RSS.decode().encode("utf-16"), "feed"),
        ("a", RSS.decode().encode("utf-16-be"), "feed"),
        ("a.xml", b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "feed"),
        ("a.xml", b'<rdf:RDF xmlns:rdf="x"></rdf:RDF>', "feed"),
        ("a.xml", b'<!DOCTYPE rss PUBLIC "x" "y.dtd">\n<rss version="0.91"/>', "feed"),
        ("a", b"\n\nWarning: stray output\n" + RSS, "feed"),
        ("a.json", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
        ("a", b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "sitemap"),
        ("a", b"<sm:sitemapindex xmlns:sm='x'></sm:sitemapindex>", "sitemap"),
        ("a", b'<opml version="2.0"><body/></opml>', "opml"),
        ("a.xml", b"<!DOCTYPE html><html><head></head></html>", "html"),
        ("a", b"\xef\xbb\xbf<!-- saved --><HTML><body>x</body></HTML>", "html"),
        ("a.htm", b"<p>One paragraph</p>", "html"),
        ("a.md", b"# Title\n\nText with <b>one</b> tag and <a href='x'>a link</a>.", "text"),
        ("a.txt", b"The parliament voted on Thursday.", "text"),
        ("a.html", b"\x00\x01\x02PNG" * 50, "binary"),
        ("a.txt", gzip.compress(b"compressed twice"), "binary"),
        ("a.txt", "Nachrichten für Ärzte".encode("latin-1"), "text"),
        ("a.txt", "記事の本文です。".encode("shift_jis"), "text"),
        ("a.txt", b"# mine\nhttps://a.example/1\n\nfeed:https://a.example/rss\n", "urls"),
        ("a.txt", b"https://a.example/1 is where it stood", "text"),
        ("a", b'{"url": "https://a.example/1"}\n{"url": "https://a.example/2"}', "jsonl"),
        ("a", b'[{"url": "https://a.example/1"}]', "jsonl"),
        ("a", b"[1] A footnote", "text"),
        ("a.warc", b"PAR1\x15\x04", "parquet"),
        ("a.parquet", b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "warc"),
        ("a", b"filedesc://x.arc 0.0.0.0 20200101000000 text/plain 76\n1 0 x\n", "warc"),
        ("a", b"", "empty"),
        ("a", b" \n\t ", "empty"),
    ],
)
def test_the_content_decides(name, head, kind):
    assert detect_kind(name, head) == kind
