"""Ten thousand hosts in one pass: an article and a robots.txt of each, through the whole job.

    .venv/bin/python -m benchmarks.fetch_hosts [--hosts N]

prints a Markdown table. The server is a child process on loopback that answers for every name;
``newsbeam ingest`` is run as a command on a list of addresses, all of them in one pass.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.measure import run
from newsbeam.transforms.dataset.log import live_files, read_commits

DELAY_S = 1.0
_WORDS = [f"{start}{end}" for start in "bdfgklmnprst" for end in ("ano", "eri", "ula", "ost", "im")]


def make_page(host: str) -> bytes:
    """Return an article that no other host has."""
    chooser = random.Random(host)
    paragraphs = (f"{' '.join(chooser.choices(_WORDS, k=40)).capitalize()}." for _ in range(12))
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang=en><title>{host}</title><body><article><h1>News of {host}</h1>"
        f"{body}</article></html>"
    ).encode()


def serve(connection: Connection) -> None:
    """Serve until told to stop; then send how often pages and robots.txt were asked for."""
    asked = {"pages": 0, "robots": 0}

    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            assert isinstance(self.transport, asyncio.Transport)
            is_robots = data.startswith(b"GET /robots.txt")
            asked["robots" if is_robots else "pages"] += 1
            host = data.partition(b"Host: ")[2].partition(b"\r\n")[0].decode()
            body = b"User-agent: *\nDisallow: /no\n" if is_robots else make_page(host)
            kind = b"text/plain" if is_robots else b"text/html"
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                % (kind, len(body), body)
            )
            if b"Connection: close" in data:
                self.transport.close()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Server, "127.0.0.1", 0, backlog=1024)
        connection.send(server.sockets[0].getsockname()[1])
        await loop.run_in_executor(None, connection.recv)
        server.close()
        connection.send(asked)

    asyncio.run(work())


def main() -> None:
    """Run the pass and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=10_000)
    hosts = parser.parse_args().hosts
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    server.start()
    port = ours.recv()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "dataset"
        config = {
            "inputs": [f"url:http://daily{number}.example/article-1" for number in range(hosts)],
            "fetch": {
                "delay_s": DELAY_S,
                "allow_addresses": ["127.0.0.1/32"],
                "connect_to": {"*.example": f"127.0.0.1:{port}"},
            },
            "passes": {"max_bytes": 1 << 40},
        }
        path = Path(folder) / "hosts.yaml"
        path.write_text(json.dumps(config))  # JSON is YAML
        newsbeam = str(Path(sys.executable).with_name("newsbeam"))
        took = run([newsbeam, "ingest", "--config", str(path), "--output", str(root)])
        commits = read_commits(str(root))
        articles = sum(file.rows for file in live_files(commits, "articles"))
        rejects = sum(file.rows for file in live_files(commits, "rejects"))
    ours.send(None)
    asked = ours.recv()
    server.join(10)
    print(f"{hosts} hosts of an article each, robots.txt first, {DELAY_S:g} s between:\n")
    print("| Commits | Requests | Articles | Rejects | Peak MB | Wall, s | CPU, s | Exit |")
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {len(commits)} | {sum(asked.values())} | {articles} | {rejects} | {took.peak_mb:.0f} "
        f"| {took.wall_s:.0f} | {took.cpu_s:.0f} | {took.code} |"
    )
    if took.code:
        print(took.err, file=sys.stderr)


if __name__ == "__main__":
    main()
