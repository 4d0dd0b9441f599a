#!/usr/bin/env bash
# httpx2 2.16.2, like httpx, gives of an answer in gzip the first member alone: of a sitemap of two members half is
# left, of one that begins with an empty member nothing. The status is 200, and nothing is raised.
#
# A gzip body is one member or several, one behind the other (RFC 1952, 2.2; RFC 9110, 8.4.1.3). Servers that
# join pieces they keep compressed (head, story, foot; parts of a sitemap), or that write something before they
# flush, send several. requests 2.34.2, urllib3 2.8.0 and aiohttp 3.14.5 read all of them, and httpx2 reads all
# frames of zstd.
#
# Output seen, of 8,400 bytes:
#   one member: requests 8400, urllib3 8400, aiohttp 8400, httpx2 8400
#   two members: requests 8400, urllib3 8400, aiohttp 8400, httpx2 4200
#   an empty member first: requests 8400, urllib3 8400, aiohttp 8400, httpx2 0
#   zstd, two frames: requests 8400, urllib3 8400, aiohttp 8400, httpx2 8400
# Remedy: ask for the bytes as they came (iter_raw), and decompress them by gzip.decompress.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    'httpx2[zstd]==2.16.2' requests==2.34.2 urllib3==2.8.0 aiohttp==3.14.5 zstandard==0.25.0
"$work/venv/bin/python" - <<'PYTHON'
import asyncio
import gzip
import http.server
import threading

import aiohttp
import httpx2
import requests
import urllib3
import zstandard

HALVES = b"<url><loc>https://a.example/1</loc></url>\n" * 100, b"<url><loc>https://a.example/2</loc></url>\n" * 100
frames = zstandard.ZstdCompressor()
BODIES = {
    "one member": ("gzip", gzip.compress(b"".join(HALVES))),
    "two members": ("gzip", b"".join(map(gzip.compress, HALVES))),
    "an empty member first": ("gzip", gzip.compress(b"") + gzip.compress(b"".join(HALVES))),
    "zstd, two frames": ("zstd", b"".join(map(frames.compress, HALVES))),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        encoding, body = list(BODIES.values())[int(self.path[1:])]
        self.send_response(200)
        self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def by_aiohttp(url):
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.read()


clients = {
    "requests": lambda url: requests.get(url).content,
    "urllib3": lambda url: urllib3.request("GET", url).data,
    "aiohttp": lambda url: asyncio.run(by_aiohttp(url)),
    "httpx2": lambda url: httpx2.get(url).content,
}
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
whole = len(b"".join(HALVES))
expected = {"two members": whole // 2, "an empty member first": 0}
for number, name in enumerate(BODIES):
    seen = {client: len(ask(f"http://127.0.0.1:{server.server_port}/{number}")) for client, ask in clients.items()}
    print(f"{name}:", ", ".join(f"{client} {size}" for client, size in seen.items()))
    found = expected.get(name, whole)
    assert seen == {"requests": whole, "urllib3": whole, "aiohttp": whole, "httpx2": found}, "the behaviour has changed"
server.shutdown()
PYTHON
