"""Acceptance tests 1 to 4, 9 to 11 and 23: servers that are not to be trusted."""

import asyncio
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from loopback import answer, fast_settings, fetch, fetch_page, redirect, resident_mb, serve

from newsbeam.transforms.web.batch import Job, fetch_all
from newsbeam.transforms.web.client import Fetcher

MIB = 1 << 20


# --- 1 to 4: addresses ---


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "①②⑦.⓪.⓪.①", "[::ffff:7f00:1]"]
)
def test_no_spelling_of_a_private_address_is_connected_to(run, host):
    async def work():
        async with serve({"/": answer(b"secret")}) as site:
            reason = await fetch(site.url(host=host), allow_addresses=())
            assert reason == "blocked_address"
            assert site.connections == 0

    run(work())


def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(run):
    async def work():
        async with serve({"/": answer(b"secret")}) as site:
            reason = await fetch(
                site.url(host="inner.example"), allow_addresses=(), lookup=lambda _: ("127.0.0.1",)
            )
            assert reason == "blocked_address"
            assert site.connections == 0

    run(work())


@pytest.mark.parametrize("dns_ttl_s", [300.0, 1e-9])
def test_a_name_that_changes_its_address_gets_the_checked_one_or_none(run, dns_ttl_s):
    """127.0.0.2 stands for a public address: only it is allowed."""
    answers = [("127.0.0.2",)]

    def lookup(_):
        return answers.pop() if answers else ("127.0.0.1",)

    async def work():
        async with (
            serve({"/": answer(b"public")}, "127.0.0.2") as public,
            serve({"/": answer(b"secret")}, "127.0.0.1", public.port) as private,
        ):
            got = await fetch(
                public.url(host="rebind.example"),
                lookup=lookup,
                allow_addresses=("127.0.0.2",),
                dns_ttl_s=dns_ttl_s,
            )
            assert private.connections == 0
            if dns_ttl_s > 1:
                assert got.body == b"public"
            else:
                assert got == "blocked_address"

    run(work())


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "blocked_address"),
        ("http://[64:ff9b::a9fe:a9fe]/", "blocked_address"),
        ("//0xa9fea9fe/", "blocked_address"),
        ("file:///etc/passwd", "blocked_scheme"),
        ("gopher://127.0.0.1:70/x", "blocked_scheme"),
        ("javascript:alert(1)", "blocked_scheme"),
        ("http://a b/", "bad_response"),
    ],
)
def test_redirects_out_of_the_web_are_not_followed(run, location, reason):
    assert fetch_page(redirect(location), run) == reason


def test_one_private_address_among_public_ones_blocks_the_name(run):
    async def work():
        async with serve({"/": answer(b"x")}) as site:
            reason = await fetch(
                site.url(host="mixed.example"),
                lookup=lambda _: ("127.0.0.1", "10.0.0.1"),
            )
            assert reason == "blocked_address"
            assert site.connections == 0

    run(work())


def test_connect_to_changes_address_and_port_but_not_the_host_header(run):
    async def work():
        async with serve({"/a": answer(b"here")}) as site:
            got = await fetch(
                "http://www.daily.example/a",
                connect_to={"*.daily.example": f"127.0.0.1:{site.port}"},
            )
            assert got.body == b"here"
            assert got.url == "http://www.daily.example/a"
            assert site.requests[0].host == "www.daily.example"

    run(work())


def test_connect_to_does_not_lift_the_check(run):
    settings = {"connect_to": {"daily.example": "127.0.0.1:9"}, "allow_addresses": ()}
    assert run(fetch("http://daily.example/", **settings)) == "blocked_address"


def test_a_name_without_an_address_is_a_failed_lookup(run):
    def lookup(_):
        raise OSError("no such name")

    assert run(fetch("http://nowhere.example/", lookup=lookup)) == "dns_failed"


def test_a_proxy_is_used_only_as_configured_and_for_no_private_address(run):
    async def work():
        async with serve({"http://far.example/a": answer(b"through")}) as proxy:
            settings = {"proxy": proxy.url().rstrip("/")}
            got = await fetch("http://far.example/a", **settings)
            assert got.body == b"through"
            assert proxy.requests[0].host == "far.example"
            assert await fetch("http://10.0.0.1/a", **settings) == "blocked_address"
            assert len(proxy.requests) == 1

    run(work())


def test_a_dot_at_the_end_of_a_name_is_the_same_host(run):
    async def work():
        async with serve({"/a": answer(b"here")}) as site:
            target = f"127.0.0.1:{site.port}"
            got = await fetch("http://daily.example./a", connect_to={"daily.example": target})
            assert got.body == b"here"

    run(work())


def test_a_lookup_that_fails_for_the_moment_is_tried_again(run):
    answers = [socket.gaierror(socket.EAI_AGAIN, "later"), ("127.0.0.1",)]

    def lookup(_):
        one = answers.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def work():
        async with serve({"/": answer(b"here")}) as site:
            url = site.url(host="daily.example")
            assert (await fetch(url, lookup=lookup, retries=1)).body == b"here"

    run(work())


# --- 9 to 11: slow servers and header floods ---


async def drip_body(request, writer):
    writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def drip_headers(request, writer):
    writer.write(b"HTTP/1.1 200 X\r\n")
    while True:
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


async def drip_one_header(request, writer):
    writer.write(b"HTTP/1.1 200 X\r\nX-Long: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def continue_forever(request, writer):
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        await writer.drain()


async def silent(request, writer):
    await request.reader.read()  # until the client goes


@pytest.mark.parametrize(
    "handler", [drip_body, drip_headers, drip_one_header, continue_forever, silent]
)
def test_the_deadline_ends_whatever_the_server_does_and_others_do_not_wait(run, handler):
    async def work():
        async with serve({"/": handler}) as slow, serve({"/": answer(b"quick")}) as quick:
            targets = {"slow.example": slow.port, "quick.example": quick.port}
            settings = fast_settings(
                deadline_s=1.0,
                connect_to={name: f"127.0.0.1:{port}" for name, port in targets.items()},
            )
            jobs = [Job(url=f"http://{name}.example/", payload=name) for name in ("slow", "quick")]
            results, before = {}, resident_mb()
            async with Fetcher(settings) as fetcher:
                started = time.monotonic()
                async for job, result in fetch_all(fetcher, jobs):
                    results[job.payload] = result
                assert time.monotonic() - started < settings.deadline_s + 1
            assert list(results) == ["quick", "slow"]
            assert results["quick"].body == b"quick"
            assert results["slow"].reason in ("timeout", "bad_response")
            assert resident_mb() - before < 50
            while any(slow.busy.values()):  # until the server sees that the socket is closed
                await asyncio.sleep(0.01)

    run(work())


async def many_headers(request, writer):
    writer.write(b"HTTP/1.1 200 X\r\n")
    for number in range(200):
        writer.write(b"".join(b"X-%d-%d: y\r\n" % (number, one) for one in range(1000)))
        await writer.drain()
    writer.write(b"Content-Length: 0\r\n\r\n")
    await writer.drain()


async def long_header(request, writer):
    writer.write(b"HTTP/1.1 200 X\r\nX-Long: ")
    for _ in range(200):
        writer.write(b"x" * 1_000_000)
        await writer.drain()
    writer.write(b"\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def long_status_line(request, writer):
    writer.write(b"HTTP/1.1 200 ")
    for _ in range(200):
        writer.write(b"x" * 1_000_000)
        await writer.drain()


@pytest.mark.parametrize("handler", [many_headers, long_header, long_status_line])
def test_header_floods_are_refused_at_no_cost(run, handler):
    async def work():
        async with serve({"/": handler}) as site:
            before, started = resident_mb(), time.process_time()
            assert await fetch(site.url()) == "bad_response"
            assert time.process_time() - started < 2
            assert resident_mb() - before < 20

    run(work())


def test_headers_as_long_as_real_sites_send_them_are_read(run):
    page = answer(b"page", headers={"Content-Security-Policy": "x" * 30_000})
    assert fetch_page(page, run).body == b"page"


async def garbage(request, writer):
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    await writer.drain()


def test_what_is_no_http_is_a_bad_response(run):
    assert fetch_page(garbage, run) == "bad_response"


def test_plain_http_where_tls_is_expected_fails(run):
    async def work():
        async def plain(_, writer):
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await fetch(f"https://127.0.0.1:{port}/")

    assert run(work()) == "tls_failed"


def make_certificate(folder, name):
    """Write a certificate for ``name`` that nobody vouches for; return a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(run, tmp_path):
    asked = []

    async def work():
        async def page(reader, writer):
            asked.append(await reader.read(100))
            writer.close()

        context = make_certificate(tmp_path, "daily.example")
        async with await asyncio.start_server(page, "127.0.0.1", 0, ssl=context) as server:
            port = server.sockets[0].getsockname()[1]
            return await fetch(
                "https://daily.example/", connect_to={"daily.example": f"127.0.0.1:{port}"}
            )

    assert run(work()) == "tls_failed"
    assert asked == []


# --- 23: loops and cookies ---


def test_a_loop_ends_at_once_and_a_long_chain_after_five_hops(run):
    async def work():
        pages = {"/a": redirect("/b"), "/b": redirect("/a")}
        pages |= {f"/{n}": redirect(f"/{n + 1}") for n in range(10)}
        async with serve(pages) as site:
            assert await fetch(site.url("/a")) == "too_many_redirects"
            assert site.paths == ["/a", "/b"]
            site.requests.clear()
            assert await fetch(site.url("/0")) == "too_many_redirects"
            assert site.paths == ["/0", "/1", "/2", "/3", "/4", "/5"]
            assert (await fetch(site.url("/8"), max_redirects=2)) == "http_status"

    run(work())


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301, 308), True), ((301, 302), False), ((307,), False), ((303,), False), ((), False)],
)
def test_a_move_is_permanent_only_if_each_step_is(run, statuses, permanent):
    async def work():
        pages = {f"/{n}": redirect(f"/{n + 1}", status) for n, status in enumerate(statuses)}
        pages[f"/{len(statuses)}"] = answer(b"end")
        async with serve(pages) as site:
            got = await fetch(site.url("/0"))
            assert got.permanent is permanent
            assert got.redirects == tuple(site.url(f"/{n}") for n in range(len(statuses)))
            assert got.url == site.url(f"/{len(statuses)}")
            assert got.requested_url == site.url("/0")

    run(work())


def test_neither_cookies_nor_referer_nor_credentials_are_sent(run, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    cookies = {"Set-Cookie": "a=" + "x" * 4000}

    async def work():
        async with serve({}) as site:
            target = site.url("/b", host="user:secret@127.0.0.1")
            site.pages["/a"] = answer(status=302, headers={"Location": target} | cookies)
            site.pages["/b"] = answer(b"b", headers=cookies)
            async with Fetcher(fast_settings(contact_url="https://me.example/bot")) as fetcher:
                for _ in range(3):
                    await fetcher.get(site.url("/a"), max_bytes=100)
            for request in site.requests:
                sent = set(request.headers)
                assert sent == {"host", "user-agent", "accept", "accept-encoding"}
                assert request.headers["user-agent"].startswith("newsbeam/")
                assert request.headers["user-agent"].endswith(" (+https://me.example/bot)")

    run(work())


def test_a_location_in_raw_bytes_is_followed_as_browsers_do(run):
    async def moved(request, writer):
        location = "/städte".encode()
        writer.write(b"HTTP/1.1 301 X\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
        await writer.drain()

    async def work():
        async with serve({"/": moved, "/st%C3%A4dte": answer(b"x")}) as site:
            assert (await fetch(site.url())).url == site.url("/st%C3%A4dte")

    run(work())
