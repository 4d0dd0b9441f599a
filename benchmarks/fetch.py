"""What the fetcher costs beside bare clients, and whether it keeps its pauses.

    .venv/bin/python -m benchmarks.fetch [--requests N] [--nginx /usr/sbin/nginx]

prints Markdown tables. The server is an nginx with a configuration of its own, else a child
process, on a free port of loopback, that gives every request the same gzipped page; CPU time is
that of the client process alone. Clients that are not installed are left out. Trust the ratios, not
the values.
"""

import argparse
import asyncio
import gzip
import importlib.util
import multiprocessing
import platform
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.web.batch import Job, fetch_all
from newsbeam.transforms.web.client import Fetcher
from newsbeam.transforms.web.responses import Response

AT_ONCE = 64
HOSTS, ARTICLES, DELAY_S = 300, 10, 1.0


def make_page() -> bytes:
    """Return a page of 100 KB that gzip makes a fifth of, as usual ones are."""
    words = [f"{number:x}" for number in range(4096)]
    chooser = random.Random(1)
    return "".join(f"<p>{' '.join(chooser.choices(words, k=40))}</p>" for _ in range(600)).encode()


# --- the server ---


def serve(connection: Connection) -> None:
    """Serve until told to stop; then send the times of each host's requests."""
    seen: dict[bytes, list[tuple[float, float]]] = defaultdict(list)
    body = gzip.compress(make_page(), 6)
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
    page += b"Content-Length: %d\r\n\r\n" % len(body) + body
    robots = b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\nUser-agent: *\nDisallow: /no\n"

    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            started = time.monotonic()
            assert isinstance(self.transport, asyncio.Transport)
            ended = time.monotonic()  # or later: the client cannot have all of it before
            self.transport.write(robots if data.startswith(b"GET /robots.txt") else page)
            host = data.partition(b"Host: ")[2].partition(b"\r\n")[0]
            seen[host].append((started, ended))
            if b"Connection: close" in data:
                self.transport.close()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Server, "127.0.0.1", 0, backlog=1024)
        connection.send(server.sockets[0].getsockname()[1])
        await loop.run_in_executor(None, connection.recv)
        server.close()
        connection.send(dict(seen))

    asyncio.run(work())


@contextmanager
def running_server() -> Iterator[tuple[int, dict[bytes, list[tuple[float, float]]]]]:
    """Give the port, and a dictionary that holds the times of all requests after the block."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    process.start()
    seen: dict[bytes, list[tuple[float, float]]] = {}
    try:
        yield ours.recv(), seen
    finally:
        ours.send(None)
        seen.update(ours.recv())
        process.join(10)


NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; default_type text/html; root {folder}/pages;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location = /robots.txt {{ }}
    location / {{ gzip_static always; try_files /page.html =404; }}
  }}
}}
"""


@contextmanager
def running_nginx(binary: str) -> Iterator[int]:
    """Run nginx on a free port and give the port."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        pages = Path(folder) / "pages"
        pages.mkdir()
        Path(folder).chmod(0o755)  # the worker may be another user
        (pages / "page.html").write_bytes(make_page())
        (pages / "page.html.gz").write_bytes(gzip.compress(make_page(), 6))
        (pages / "robots.txt").write_text("User-agent: *\nDisallow: /no\n")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=port))
        process = subprocess.Popen([binary, "-p", folder, "-c", str(config)])
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(10)


# --- the clients: each fetches ``total`` pages over AT_ONCE hosts ---


async def with_newsbeam(port: int, total: int) -> None:
    """Ask with all checks: robots.txt, one request a host at a time, addresses, limits."""
    settings = FetchSettings(
        connections=AT_ONCE,
        delay_s=0.0,
        latency_factor=0.0,
        allow_addresses=("127.0.0.1",),
        connect_to={"*.example": f"127.0.0.1:{port}"},
    )
    jobs = [Job(url=url_of(number), payload=None) for number in range(total)]
    async with Fetcher(settings) as fetcher:
        async for _, result in fetch_all(fetcher, jobs):
            assert isinstance(result, Response), result


class LoopbackResolver(AbstractResolver):
    """Leads every name to the server."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def resolve(self, host: str, *_: object, **__: object) -> list[ResolveResult]:
        """Return the server's address."""
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self.port,
                family=socket.AF_INET,
                proto=0,
                flags=0,
            )
        ]

    async def close(self) -> None:
        """Do nothing."""


async def with_aiohttp(port: int, total: int) -> None:
    """Ask with nothing but aiohttp."""
    numbers = iter(range(total))
    connector = aiohttp.TCPConnector(limit=AT_ONCE, resolver=LoopbackResolver(port))

    async def worker(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            async with session.get(url_of(number)) as response:
                await response.read()

    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(worker(session) for _ in range(AT_ONCE)))


async def with_requests(port: int, total: int) -> None:
    """Ask with requests, a session in each of AT_ONCE threads."""
    import requests

    numbers = list(range(total))

    def worker(part: list[int]) -> None:
        with requests.Session() as session:
            for number in part:
                headers = {"Host": f"h{number % AT_ONCE}.example"}
                session.get(f"http://127.0.0.1:{port}/{number}", headers=headers, timeout=30)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(worker, (numbers[start::AT_ONCE] for start in range(AT_ONCE))))


async def with_pycurl(port: int, total: int) -> None:
    """Ask with pycurl, a handle in each of AT_ONCE threads."""
    import pycurl

    numbers = list(range(total))

    def worker(part: list[int]) -> None:
        handle = pycurl.Curl()
        handle.setopt(pycurl.ACCEPT_ENCODING, "")
        handle.setopt(pycurl.WRITEFUNCTION, lambda _: None)
        for number in part:
            handle.setopt(pycurl.URL, f"http://127.0.0.1:{port}/{number}")
            handle.perform()
        handle.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(worker, (numbers[start::AT_ONCE] for start in range(AT_ONCE))))


def url_of(number: int) -> str:
    """Return the URL of a page; consecutive ones are on different hosts."""
    return f"http://h{number % AT_ONCE}.example/{number}"


CLIENTS: dict[str, Callable[[int, int], Awaitable[None]]] = {
    "aiohttp": with_aiohttp,
    "newsbeam": with_newsbeam,
    "requests": with_requests,
    "pycurl": with_pycurl,
}


def measure(port: int, total: int, rounds: int = 3) -> dict[str, tuple[float, float]]:
    """Return the CPU and wall seconds of each client: the best of some rounds, taken in turn."""
    found: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for name, client in CLIENTS.items():
            if importlib.util.find_spec(name) is None and name != "newsbeam":
                continue
            cpu, wall = time.process_time(), time.perf_counter()
            asyncio.run(client(port, total))
            spent = (time.process_time() - cpu, time.perf_counter() - wall)
            found[name] = min(found.get(name, spent), spent)
    return found


def print_costs(total: int, nginx: str | None) -> None:
    """Print what each client costs."""
    if nginx:
        with running_nginx(nginx) as port:
            found = measure(port, total)
    else:
        with running_server() as (port, _):
            found = measure(port, total)
    base = found["aiohttp"][0]
    print(
        f"{total} requests, {AT_ONCE} at once over {AT_ONCE} hosts, 100 KB pages, gzipped, from "
        f"{'nginx' if nginx else 'a server in Python'}:\n"
    )
    print("| Client | CPU ms a request | against aiohttp alone | requests a second |")
    print("|---|---|---|---|")
    for name, (cpu, wall) in found.items():
        print(f"| {name} | {1000 * cpu / total:.3f} | {cpu / base:.2f} | {total / wall:.0f} |")


def print_politeness() -> None:
    """Print the pauses that HOSTS hosts of ARTICLES articles saw."""
    with running_server() as (port, seen):
        settings = FetchSettings(
            delay_s=DELAY_S,
            allow_addresses=("127.0.0.1",),
            connect_to={f"daily{number}.example": f"127.0.0.1:{port}" for number in range(HOSTS)},
        )
        jobs = [
            Job(url=f"http://daily{host}.example/{article}", payload=None)
            for article in range(ARTICLES)
            for host in range(HOSTS)
        ]

        async def work() -> int:
            async with Fetcher(settings) as fetcher:
                return len(
                    [1 async for _, r in fetch_all(fetcher, jobs) if isinstance(r, Response)]
                )

        cpu, wall = time.process_time(), time.perf_counter()
        answers = asyncio.run(work())
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    gaps = [
        after[0] - before[1] for times in seen.values() for before, after in pairwise(sorted(times))
    ]
    print(
        f"\n{HOSTS} hosts of {ARTICLES} articles each, robots.txt first, {DELAY_S:g} s between:\n"
    )
    print("| Answers | Smallest pause, s | Median pause, s | Wall, s | CPU, s |")
    print("|---|---|---|---|---|")
    middle = sorted(gaps)[len(gaps) // 2]
    print(f"| {answers} | {min(gaps):.3f} | {middle:.3f} | {wall:.1f} | {cpu:.1f} |")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=6400)
    parser.add_argument("--nginx", default=shutil.which("nginx"), help="where nginx is")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, aiohttp {aiohttp.__version__}\n")
    print_costs(arguments.requests, arguments.nginx)
    print_politeness()


if __name__ == "__main__":
    main()
