"""Acceptance tests 5 to 8: bodies that are not to be trusted."""

import gzip
import time
import zlib

import brotli
import pytest
import zstandard
from loopback import answer, fetch, fetch_page, resident_mb, serve

MIB = 1 << 20


def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    head = packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(64 * MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + 32 * block + packer.flush()


def br_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    block = bytes(64 * MIB)
    return b"".join([packer.process(block) for _ in range(32)]) + packer.finish()


def zstd_bomb() -> bytes:
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    block = bytes(64 * MIB)
    return b"".join([packer.compress(block) for _ in range(32)]) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "make"), [("gzip", gzip_bomb), ("br", br_bomb), ("zstd", zstd_bomb)]
)
def test_two_gib_behind_an_encoding_end_as_too_large(run, encoding, make):
    bomb = make()

    async def work():
        async with serve({"/": answer(bomb, headers={"Content-Encoding": encoding})}) as site:
            before, started = resident_mb(), time.process_time()
            assert await fetch(site.url()) == "too_large"
            assert time.process_time() - started < 2
            assert resident_mb() - before < 100

    run(work())


def test_the_body_of_a_redirect_is_never_read(run):
    bomb = gzip_bomb()

    async def bait(request, writer):
        head = "HTTP/1.1 302 X\r\nLocation: /page\r\nContent-Encoding: gzip\r\n"
        writer.write(f"{head}Content-Length: {len(bomb)}\r\n\r\n".encode() + bomb)
        await writer.drain()

    async def work():
        async with serve({"/": bait, "/page": answer(b"page")}) as site:
            before = resident_mb()
            assert (await fetch(site.url())).body == b"page"
            assert resident_mb() - before < 50

    run(work())


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Encoding: " + ", ".join(["gzip"] * 200),
        "\r\n".join(["Content-Encoding: gzip"] * 100),
        "Content-Encoding: gzip, gzip",
        "Content-Encoding: gzip\r\nContent-Encoding: gzip",
        "Content-Encoding: gzip, identity",
        "Content-Encoding: compress",
        "Content-Encoding: aes128gcm",
        "Content-Encoding: \u00fc",
        "Content-Encoding: gzip",  # ... but the body is not
    ],
)
def test_what_is_not_exactly_one_known_encoding_is_refused(run, headers):
    async def handle(request, writer):
        writer.write(f"HTTP/1.1 200 X\r\n{headers}\r\nContent-Length: 5\r\n\r\nhello".encode())
        await writer.drain()

    assert fetch_page(handle, run) == "bad_encoding"


@pytest.mark.parametrize(
    "encoding", ["gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "identity"]
)
def test_known_encodings_are_decoded(run, encoding):
    packers = {
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.ZstdCompressor().compress,
        "identity": bytes,
    }
    body = packers.get(encoding, gzip.compress)(b"hello")
    assert fetch_page(answer(body, headers={"Content-Encoding": encoding}), run).body == b"hello"


def test_an_endless_body_ends_as_too_large(run):
    async def endless(request, writer):
        writer.write(b"HTTP/1.1 200 X\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    assert fetch_page(endless, run) == "too_large"


def test_a_body_at_the_limit_is_whole_and_one_byte_more_is_too_large(run):
    assert len(fetch_page(answer(b"x" * 5000), run, max_bytes=5000).body) == 5000
    assert fetch_page(answer(b"x" * 5001), run, max_bytes=5000) == "too_large"


def test_a_body_shorter_than_announced_is_no_answer(run):
    async def short(request, writer):
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nhello")
        await writer.drain()
        writer.close()

    assert fetch_page(short, run) == "bad_response"
