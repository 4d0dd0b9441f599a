"""``GET /metrics`` and ``GET /healthz``, in a thread of their own while a watch lasts."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

from prometheus_client.exposition import choose_encoder

from newsbeam.pipelines.watching.health import Health
from newsbeam.pipelines.watching.metrics import Metrics
from newsbeam.transforms.core.errors import UsageError

#: Seconds after which a connection that says nothing is closed.
IDLE_S = 10.0
_ADDRESS = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>\d{1,5})")


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of ``text``, such as 127.0.0.1:9464 or [::1]:9464.

    Raises UsageError.
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or int(found["port"]) > 65535:
        raise UsageError(f"--metrics {text}: write HOST:PORT, such as 127.0.0.1:9464.")
    return found["v6"] or found["host"], int(found["port"])


class MetricsServer:
    """Serves ``metrics`` and ``health`` at an address, which is taken when it is made.

    Raises UsageError if it cannot be.
    """

    def __init__(self, address: str, metrics: Metrics, health: Health) -> None:
        host, port = parse_address(address)
        kind = _ServerV6 if ":" in host else _Server
        try:
            self._server = kind((host, port), _Handler)
        except OSError as error:
            raise UsageError(
                f"--metrics {address}: nothing can listen there: {error.strerror}. Give another "
                "port, or end what has it."
            ) from error
        self._server.metrics, self._server.health = metrics, health
        where = f"[{host}]" if ":" in host else host
        self.url = f"http://{where}:{self._server.server_address[1]}"

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer while the block lasts."""
        thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="metrics", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    block_on_close = False  # a client that hangs must not keep the watch from ending
    daemon_threads = True
    metrics: Metrics
    health: Health

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's would look up the name of the address


class _ServerV6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    server_version = "newsbeam"
    sys_version = ""
    timeout = IDLE_S
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        status, kind, body = self._find(self.path.partition("?")[0])
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the client left: nothing to tell anybody

    def _find(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        text = "text/plain; charset=utf-8"
        if path == "/metrics":
            encode, kind = choose_encoder(self.headers.get("Accept", ""))
            return HTTPStatus.OK, kind, encode(self.server.metrics.registry)
        if path == "/healthz":
            is_well, sentence = self.server.health.verdict()
            status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
            return status, text, f"{sentence}\n".encode()
        return HTTPStatus.NOT_FOUND, text, b"There are /metrics and /healthz.\n"

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: each scrape would be a line."""
