"""The HTTP server of the newsroom: virtual hosts on one loopback port.

One thread serves each connection. All waiting is on an event that ends with the server, so that
leaving ``with Newsroom()`` takes no longer than ``STOP_S`` even in the middle of a slow answer.
"""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from newsbeam.pipelines.newsroom.behaviour import Behaviour
from newsbeam.pipelines.newsroom.content import CONTENT, Content, load_content
from newsbeam.pipelines.newsroom.site import Resource, Site, strip_tracking

#: The host at whose address nobody listens; ``content/troubles.yaml`` links to it.
DEAD_HOST = "gone-herald.example"
#: Seconds within which the server has ended.
STOP_S = 5.0
#: Seconds after which a connection without a request is closed.
IDLE_S = 30.0
#: Bytes that a dripping answer sends at a time.
DRIP_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that was answered."""

    at: float  # time.monotonic() when it had been read
    host: str
    path: str  # with the query
    headers: Mapping[str, str]  # names in lower case
    status: int


class Newsroom:
    """Serves ``content`` while the ``with`` block lasts; the embedded one unless told otherwise."""

    def __init__(self, content: Content | None = None) -> None:
        self.content = content or load_content()
        self.edition = 1
        self.revised_at: datetime | None = None
        self._site = Site(self.content)
        self._lock = threading.Lock()
        self._log: list[Request] = []
        self._behaviours = {
            _address(trouble.url): trouble.answer
            for trouble in self.content.troubles
            if trouble.answer
        }
        self._used: dict[str, int] = {}
        self._stopping = threading.Event()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._closed_port: socket.socket | None = None

    def __enter__(self) -> "Newsroom":
        self._stopping.clear()
        self._server = _Server(self)
        self._closed_port = socket.socket()
        self._closed_port.bind(("127.0.0.1", 0))  # bound, never listening: it refuses
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="newsroom"
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        server, thread, closed_port = self._server, self._thread, self._closed_port
        if server is None or thread is None or closed_port is None:
            return
        deadline = time.monotonic() + STOP_S
        self._stopping.set()
        server.shutdown()
        thread.join(deadline - time.monotonic())
        server.server_close()
        server.hang_up(deadline)
        closed_port.close()

    @property
    def address(self) -> str:
        """Where the server listens, as host:port."""
        if self._server is None:
            raise RuntimeError("The newsroom is closed: use it in a with block.")
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def connect_to(self) -> dict[str, str]:
        """Host names to addresses, for ``FetchSettings.connect_to``."""
        if self._closed_port is None:
            raise RuntimeError("The newsroom is closed: use it in a with block.")
        dead = f"127.0.0.1:{self._closed_port.getsockname()[1]}"
        return {DEAD_HOST: dead, "*.example": self.address}

    @property
    def inputs(self) -> list[str]:
        """What a run starts from."""
        return list(self.content.inputs)

    @property
    def log(self) -> list[Request]:
        """The requests that were answered so far, in order of their arrival."""
        with self._lock:
            return sorted(self._log, key=lambda request: request.at)

    def advance(self, at: datetime | None = None) -> None:
        """Bring out the second edition: changed and new articles.

        ``at`` is when the changed ones were modified. It is the present unless given, in whole
        seconds and rounded up, so that it is later than whatever was fetched before.
        """
        at = at or datetime.now(UTC) + timedelta(seconds=1)
        self.revised_at = at.replace(microsecond=0)
        self.edition = 2
        self._site = Site(self.content, self.revised_at)

    def behave(self, where: str, **changes: Any) -> None:
        """Answer differently at a URL or on a whole host from now on.

        ``changes`` are the fields of ``Behaviour``; none of them goes back to what is usual.
        """
        address = _address(where)
        with self._lock:
            self._behaviours.pop(address, None)
            self._used.pop(address, None)
            if changes:
                self._behaviours[address] = Behaviour(**changes)

    def behaviour(self, host: str, target: str) -> Behaviour:
        """Return how to answer at ``target`` of ``host``, and count that it was asked for."""
        with self._lock:
            for address in (host + target, host + strip_tracking(target), host):
                found = self._behaviours.get(address)
                if found is None:
                    continue
                used = self._used[address] = self._used.get(address, 0) + 1
                if found.times is None or used <= found.times:
                    return found
        return Behaviour()

    def find(self, host: str, target: str) -> Resource | None:
        """Return what stands at ``target`` of ``host`` in the present edition."""
        return self._site.find(host, target)

    def record(self, request: Request) -> None:
        """Add ``request`` to the log."""
        with self._lock:
            self._log.append(request)

    def wait(self, seconds: float) -> bool:
        """Wait; return whether the server is still running."""
        return not self._stopping.wait(seconds)


def _address(where: str) -> str:
    """Return ``where``, a URL or a host, as host and target in one string."""
    if "://" not in where:
        return where
    parts = urlsplit(where)
    return f"{parts.netloc}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


class _Server(ThreadingHTTPServer):
    block_on_close = False  # hang_up does it, and not for ever
    request_queue_size = 512

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's would look up the name of the address

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._connections[request]

    def hang_up(self, deadline: float) -> None:
        """Close every connection and wait for its thread, at most until ``deadline``."""
        with self._lock:
            connections = dict(self._connections)
        for connection, thread in connections.items():
            with contextlib.suppress(OSError):  # the other side was faster
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(max(0.0, deadline - time.monotonic()))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    sys_version = ""
    timeout = IDLE_S
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True  # the client left: nothing to tell anybody

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        at = time.monotonic()
        room = self.server.room
        asked = {name.lower(): value for name, value in self.headers.items()}
        host = asked.get("host", "").partition(":")[0].lower()
        how = room.behaviour(host, self.path)
        status, headers, body = _compose(room.find(host, self.path), how, asked)
        room.record(Request(at=at, host=host, path=self.path, headers=asked, status=status))
        if how.delay_s and not room.wait(how.delay_s):
            self.close_connection = True
            return
        if how.truncate:
            self.close_connection = True
            body = body[: len(body) // 2]
        head = [f"HTTP/1.1 {status} {_phrase(status)}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        data = "\r\n".join([*head, "", ""]).encode("latin-1")
        if not with_body:
            self.wfile.write(data)
        elif how.drip_s:
            self.wfile.write(data)
            self._drip(body, how.drip_s)
        else:
            self.wfile.write(data + body)

    def _drip(self, body: bytes, pause_s: float) -> None:
        for start in range(0, len(body), DRIP_BYTES):
            self.wfile.write(body[start : start + DRIP_BYTES])
            if not self.server.room.wait(pause_s):
                self.close_connection = True
                return

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: ``Newsroom.log`` is the log."""


def _compose(
    resource: Resource | None, how: Behaviour, asked: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the answer to a request with the headers ``asked``."""
    headers = {"Content-Type": "text/html; charset=utf-8", "Date": _http_date(datetime.now(UTC))}
    status, body = 200, b""
    if how.body is not None:
        body = how.body
    elif how.page is not None:
        body = (CONTENT / "pages" / how.page).read_bytes()
    elif resource is not None and (how.status is None or how.status < 300):
        body = resource.body
        headers["Content-Type"] = resource.content_type
    elif how.status is None:
        status = 404
    status = how.status or status
    if how.charset is not None:
        kind = headers["Content-Type"].partition(";")[0]
        headers["Content-Type"] = f"{kind}; charset={how.charset}"
    if status == 200 and resource is not None:
        headers["ETag"] = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if resource.modified_at is not None:
            headers["Last-Modified"] = _http_date(resource.modified_at)
        if _is_known(headers, asked):
            status, body = 304, b""
    if how.bad_gzip:
        headers["Content-Encoding"] = "gzip"
        body = b"\x1f\x8b\x08\x00" + body[::-1]
    elif body and "gzip" in asked.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        headers["Vary"] = "Accept-Encoding"
        body = gzip.compress(body, 6, mtime=0)
    if status != HTTPStatus.NOT_MODIFIED:
        headers["Content-Length"] = str(len(body))
    headers.update(how.headers)
    return status, headers, body


def _is_known(headers: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Return whether the client has this version: its ETag decides, else its date (RFC 9110)."""
    if "if-none-match" in asked:
        return headers["ETag"] in asked["if-none-match"]
    if "if-modified-since" in asked and "Last-Modified" in headers:
        try:
            since = parsedate_to_datetime(asked["if-modified-since"])
        except ValueError:
            return False
        return parsedate_to_datetime(headers["Last-Modified"]) <= since
    return False


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
