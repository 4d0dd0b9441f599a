"""An S3 server of its own on loopback, and a proxy before it that counts and misbehaves."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

KEY, SECRET = "newsbeam", "not-a-secret-outside-of-this-machine"
BUCKET = "newsroom"
START_S = 60.0


def free_port() -> int:
    """Return a port where nobody listens. That of gRPC is ours too, so both stay below 55,536."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < 55536:
            return port


class Server:
    """SeaweedFS with its S3 interface; what was written stays over a restart."""

    def __init__(self, folder: Path, *, unsigned: bool = False, with_catalog: bool = False) -> None:
        """``unsigned``: whoever asks may read and write, as long as it does not say who it is."""
        self._folder = folder
        self._ports = {name: free_port() for name in ("s3", "master", "volume", "filer")}
        self._grpc = {name: free_port() for name in self._ports}
        #: Of Iceberg's REST catalog, if ``with_catalog``; 0 is none.
        self.catalog_port = free_port() if with_catalog else 0
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "data").mkdir(parents=True)
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        keys = [{"accessKey": KEY, "secretKey": SECRET}]
        identities = [{"name": "test", "credentials": keys, "actions": actions}]
        if unsigned:
            identities.append({"name": "anonymous", "actions": actions})
        (folder / "identities.json").write_text(json.dumps({"identities": identities}))

    @property
    def port(self) -> int:
        return self._ports["s3"]

    def start(self) -> None:
        """Start it and wait until it takes an object, and gives back all that it has.

        A server that is back answers before its volumes are: what needs none, like an empty
        object, would be taken already, and what was written before is a 500.
        """
        command = [
            str(Path(sys.executable).with_name("weed")),
            f"-logdir={self._folder}",
            "server",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-dir={self._folder / 'data'}",
            "-s3",
            f"-s3.config={self._folder / 'identities.json'}",
            "-master.volumeSizeLimitMB=64",
            "-master.electionTimeout=1s",
            "-master.telemetry=false",
            f"-s3.port.iceberg={self.catalog_port}",
            "-s3.port.lance=0",
            "-volume.max=40",
        ]
        command += [f"-{name}.port={port}" for name, port in self._ports.items()]
        command += [f"-{name}.port.grpc={port}" for name, port in self._grpc.items()]
        with (self._folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        store = S3Store(BUCKET, **options(self.port), retry_config={"max_retries": 0})
        until = time.monotonic() + START_S
        while True:
            try:
                obstore.put(store, "up", b"up")
                for objects in obstore.list(store):
                    for one in objects:
                        obstore.get(store, one["path"]).bytes()
                return
            except BaseError:
                if time.monotonic() > until or self._process.poll() is not None:
                    self.kill()
                    raise
                time.sleep(0.1)

    def make_warehouse(self, name: str) -> None:
        """Make a bucket for tables alone, which the catalog takes as a warehouse."""
        master = f"127.0.0.1:{self._ports['master']}.{self._grpc['master']}"
        subprocess.run(
            [Path(sys.executable).with_name("weed"), "shell", f"-master={master}"],
            input=f"s3tables.bucket -create -name {name} -account {KEY}\n",
            text=True,
            capture_output=True,
            check=True,
            timeout=60,
        )

    def kill(self) -> None:
        """End it at once, as by kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None


def options(port: int) -> dict[str, object]:
    """Return what a client needs to know."""
    return {
        "endpoint": f"http://127.0.0.1:{port}",
        "access_key_id": KEY,
        "secret_access_key": SECRET,
        "region": "us-east-1",
        "client_options": {"allow_http": True},
    }


def environment(port: int) -> dict[str, str]:
    """Return the variables by which newsbeam finds the S3 server, or the proxy before it."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }


def new_url(scheme: str = "s3") -> str:
    """Return a place in the bucket where nothing is."""
    return f"{scheme}://{BUCKET}/{uuid4().hex}"


#: What a rule may ask for: an answer of 503, the answer lost after the server has done it, or no
#: answer for longer than the client waits, with nothing done.
BUSY, LOST, LATE = "busy", "lost", "late"
#: Method, path with query, headers → one of these, or None.
Rule = Callable[[str, str, dict[str, str]], str | None]


def is_copy(headers: Mapping[str, str]) -> bool:
    """Return whether a PUT with these headers (names in small letters) is a copy."""
    return any(f"x-{store}-copy-source" in headers for store in ("amz", "ms", "goog"))


def exchange(
    upstream: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
) -> tuple[http.client.HTTPResponse, bytes]:
    """Return the answer to a request, and its body."""
    upstream.request(method, path, body, headers)
    answer = upstream.getresponse()
    return answer, answer.read()


class Proxy:
    """Passes requests on to the server, unless its rule says otherwise, and counts them."""

    def __init__(
        self,
        port: int,
        *,
        late_s: float = 3.0,
        translate: Callable[[dict[str, str]], dict[str, str]] = dict,
        misses: bool = False,
    ) -> None:
        """``misses``: to remove what is not there is a 404, which it is not on S3."""
        self.requests: Counter[str] = Counter()
        self.lines: list[str] = []
        self.rule: Rule = lambda *_: None
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = dict(self.headers.items())
                named = {name.lower(): value for name, value in headers.items()}
                copies = is_copy(named)
                proxy.requests["COPY" if copies else self.command] += 1
                proxy.lines.append(f"{'COPY' if copies else self.command} {self.path}")
                asked = proxy.rule(self.command, unquote(self.path), named)
                if asked == BUSY:
                    self.send_response(503)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if asked == LATE:
                    time.sleep(late_s)
                    self.close_connection = True
                    return
                upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                try:
                    told = translate(headers)
                    answer, data = None, b""
                    if misses and self.command == "DELETE":
                        answer, data = exchange(upstream, "HEAD", self.path, body, told)
                    if answer is None or answer.status == HTTPStatus.OK:
                        answer, data = exchange(upstream, self.command, self.path, body, told)
                except OSError:
                    self.close_connection = True
                    return
                finally:
                    upstream.close()
                if asked == LOST:
                    self.close_connection = True
                    return
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                length = answer.getheader("Content-Length") if self.command == "HEAD" else None
                if answer.status != 204:
                    self.send_header("Content-Length", length or str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _pass_on  # noqa: N815

            def log_message(self, format: str, *args: object) -> None: ...

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None: ...

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def forget_stores() -> None:
    """Let this process open its buckets anew, with the variables as they are now."""
    from newsbeam.transforms.dataset.bucket import opened_storage
    from newsbeam.transforms.stores.objects import opened_bucket

    opened_storage.cache_clear()
    opened_bucket.cache_clear()


class Pointed:
    """Variables of the environment, while it lasts; a port stands for those of S3."""

    def __init__(self, values: Mapping[str, str] | int) -> None:
        self._values = environment(values) if isinstance(values, int) else dict(values)
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._values}
        os.environ.update(self._values)
        forget_stores()

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            with suppress(KeyError):
                del os.environ[name]
            if value is not None:
                os.environ[name] = value
        forget_stores()
