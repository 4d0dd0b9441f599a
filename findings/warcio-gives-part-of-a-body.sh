#!/usr/bin/env bash
# warcio 1.8.1, content_stream(): of a page that was sent in several gzip members it gives the first, and
# behind a chunked page with trailers it gives their rest as part of the page.
#
# The gzip coding is the format of RFC 1952 (RFC 9110, 8.4.1.3), which is one member or several; servers
# that compress piece by piece, or put stored pieces together, send several. A chunked message may end in
# fields (RFC 9112, 7.1.2); warcio takes the last chunk's "0" and all but two letters of the fields for
# text of the page, and says nothing. FastWARC 2.0.1 gives both members, and the page alone.
#
# Output seen, each time of a page <p>One</p><p>Two</p>:
#   one member: warcio <p>One</p><p>Two</p>, FastWARC <p>One</p><p>Two</p>
#   two members: warcio <p>One</p>, FastWARC <p>One</p><p>Two</p>
#   chunked: warcio <p>One</p><p>Two</p>, FastWARC <p>One</p><p>Two</p>
#   chunked, with a trailer: warcio <p>One</p><p>Two</p>0\r\npires: 0\r\n\r\n, FastWARC <p>One</p><p>Two</p>
# Remedy: take raw_stream, and undo the codings oneself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    warcio==1.8.1 fastwarc==2.0.1
"$folder/venv/bin/python" - <<'PYTHON'
import gzip
import io

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

ONE, TWO = b"<p>One</p>", b"<p>Two</p>"
CHUNKED = b"a\r\n" + ONE + b"\r\na\r\n" + TWO + b"\r\n0\r\n"


def look(name, field, body):
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{field}\r\n\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        "WARC-Date: 2026-03-03T09:30:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    data = head.encode() + block + b"\r\n\r\n"
    by_warcio = next(iter(ArchiveIterator(io.BytesIO(data)))).content_stream().read()
    by_fastwarc = next(iter(FastIterator(io.BytesIO(data), auto_decode="all"))).reader.read()
    print(f"{name}: warcio {repr(by_warcio)[2:-1]}, FastWARC {repr(by_fastwarc)[2:-1]}")
    assert by_fastwarc == ONE + TWO
    return by_warcio


coded, chunked = "Content-Encoding: gzip", "Transfer-Encoding: chunked"
page = ONE + TWO
seen = [
    look("one member", coded, gzip.compress(page)),
    look("two members", coded, gzip.compress(ONE) + gzip.compress(TWO)),
    look("chunked", chunked, CHUNKED + b"\r\n"),
    look("chunked, with a trailer", chunked, CHUNKED + b"Expires: 0\r\n\r\n"),
]
assert seen[0] == seen[2] == page
assert seen[1] == ONE and seen[3] == page + b"0\r\npires: 0\r\n\r\n", "the behaviour has changed"
PYTHON
