"""A server of files that sends parts of them, on a free port of this machine."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer(ThreadingHTTPServer):
    """Serves ``files`` by path; ``etag`` is their version; ``requests`` are paths and ranges."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.etag = '"1"'
        self.sends_parts = True
        self.requests: list[tuple[str, str]] = []
        #: After so many answers every other is an error.
        self.fails_after = 10**9

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.server.requests.append((self.path, wanted))
        data = self.server.files.get(self.path.lstrip("/"))
        if data is None or len(self.server.requests) > self.server.fails_after:
            self.send_error(404 if data is None else 500)
            return
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", wanted)
        same = self.headers.get("If-Range") in (None, self.server.etag)
        if not (match and same and self.server.sends_parts):
            self._send(200, data, {})
            return
        first, last = int(match[1]), min(int(match[2]), len(data) - 1)
        if first >= len(data):
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        part = f"bytes {first}-{last}/{len(data)}"
        self._send(206, data[first : last + 1], {"Content-Range": part})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        named = {"Content-Length": str(len(body)), "ETag": self.server.etag, **headers}
        for name, value in named.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve_files() -> Iterator[FileServer]:
    """Run a server while the block lasts."""
    server = FileServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
