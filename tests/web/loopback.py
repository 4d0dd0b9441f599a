"""Loopback servers of raw sockets, that misbehave as a test scripts them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.web.client import Fetcher


@dataclass
class Request:
    """One request as a server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    host: str
    reader: asyncio.StreamReader
    started: float
    ended: float = 0.0


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def answer(
    body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None, *, length=True
) -> Handler:
    """Return a handler that gives the same complete answer to every request."""
    lines = [f"HTTP/1.1 {status} X"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    data = "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return handle


def redirect(location: str, status: int = 302, body: bytes = b"") -> Handler:
    return answer(body, status, {"Location": location})


def in_turn(*handlers: Handler) -> Handler:
    """Return a handler that uses each of ``handlers`` once, the last one for good."""
    left = list(handlers)

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(request, writer)

    return handle


@dataclass
class Site:
    """A server on a free port; unknown paths are 404."""

    pages: dict[str, Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    port: int = 0
    busy: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            while True:
                try:
                    head = await reader.readuntil(b"\r\n\r\n")
                except asyncio.IncompleteReadError:
                    break
                first, *lines = head.decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ", 2)
                headers = {
                    name.strip().lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in lines if line)
                }
                request = Request(method, path, headers, headers["host"], reader, time.monotonic())
                self.requests.append(request)
                self.busy[request.host] += 1
                self.most_at_once[request.host] = max(
                    self.most_at_once[request.host], self.busy[request.host]
                )
                try:
                    handler = self.pages.get(path) or self.pages.get("*") or answer(status=404)
                    await handler(request, writer)
                finally:
                    request.ended = time.monotonic()
                    self.busy[request.host] -= 1
                if headers.get("connection") == "close":
                    break
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def serve(
    pages: dict[str, Handler] | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Site]:
    """Run a site on a free port of ``host`` until the block ends."""
    site = Site(pages or {})
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await site.serve(reader, writer)
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(connected, host, port)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def fast_settings(**changes: object) -> FetchSettings:
    """Return settings for loopback: no delay, no robots.txt, short waits."""
    values: dict[str, object] = {
        "allow_addresses": ("127.0.0.0/8",),
        "delay_s": 0.0,
        "latency_factor": 0.0,
        "robots": False,
        "retries": 0,
        "retry_delay_s": 0.01,
        "deadline_s": 5.0,
        **changes,
    }
    return FetchSettings(**values)


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


async def fetch(url, *, max_bytes=10 << 20, lookup=None, **settings):
    """Fetch one URL; return the response or the reason of its failure."""
    options = {} if lookup is None else {"lookup": lookup}
    async with Fetcher(fast_settings(**settings), **options) as fetcher:
        try:
            return await fetcher.get(url, max_bytes=max_bytes)
        except InputError as error:
            return error.reason


def fetch_page(handler, run, **settings):
    """Serve ``handler`` at / and fetch it."""

    async def work():
        async with serve({"/": handler}) as site:
            return await fetch(site.url(), **settings)

    return run(work())
