"""One HTTP request: its deadline, its limits, and the name of whatever goes wrong.

Pages, feeds, sitemaps and robots.txt all go through one session, which keeps no cookies, takes no
proxy from the environment, follows no redirect and decodes nothing by itself.
"""

import asyncio
import ssl
import time
from dataclasses import dataclass
from functools import cache

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from newsbeam import __version__
from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.web.bodies import ENCODINGS, read_body
from newsbeam.transforms.web.resolver import CheckedResolver


class RequestError(InputError):
    """A request that failed.

    ``passing``: a further try may not fail. ``dead``: no connection came about, so there is no use
    in asking that server for anything else.
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        passing: bool = False,
        dead: bool = False,
        http_status: int | None = None,
    ) -> None:
        super().__init__(reason, detail, http_status=http_status)
        self.passing = passing
        self.dead = dead


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; the body only of a 2xx, decompressed."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    latency_s: float  # until the end of the headers


@cache
def _tls_context() -> ssl.SSLContext:
    """Making one takes 40 ms, so all sessions of a process share it."""
    return ssl.create_default_context()


class Transport:
    """A session of requests, each under the settings' limits. Belongs to one event loop."""

    def __init__(self, settings: FetchSettings, resolver: CheckedResolver) -> None:
        self._settings = settings
        contact = f" (+{settings.contact_url})" if settings.contact_url else ""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=settings.connections,
                keepalive_timeout=settings.keep_alive_s,
                resolver=resolver,
                use_dns_cache=False,  # the resolver has one
                ssl=_tls_context(),
                socket_factory=resolver.make_socket,
            ),
            headers={
                "User-Agent": f"newsbeam/{__version__}{contact}",
                "Accept-Encoding": ENCODINGS,
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            # The deadline is kept by ask(): it must hold for everything together.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_timeout_s),
            max_line_size=settings.max_header_bytes,
            max_field_size=settings.max_header_bytes,
            max_headers=settings.max_headers,
        )
        # aiohttp would ask once more at once, without the pause that the host is owed; there is
        # no public switch, but aiohttp's own test client sets this too.
        self._session._retry_connection = False

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def ask(
        self,
        url: str,
        headers: dict[str, str],
        *,
        max_bytes: int,
        truncate: bool = False,
        keep_alive: bool = True,
    ) -> Answer:
        """Make one request and return its answer, whatever its status.

        The body of a 2xx may have ``max_bytes`` bytes once decompressed, and is cut there with
        ``truncate``; any other body is not read. Failures are a RequestError or an InputError.
        """
        if not keep_alive:
            headers = headers | {"Connection": "close"}
        started = time.monotonic()
        try:
            async with (
                asyncio.timeout(self._settings.deadline_s),
                self._session.get(
                    URL(url, encoded=True),
                    headers=headers,
                    allow_redirects=False,
                    proxy=self._settings.proxy,
                ) as answer,
            ):
                latency_s = time.monotonic() - started
                body = b""
                if 200 <= answer.status < 300:
                    body = await read_body(answer, max_bytes, truncate=truncate)
                return Answer(
                    status=answer.status, headers=answer.headers, body=body, latency_s=latency_s
                )
        except InputError:
            raise
        except (OSError, ValueError, aiohttp.ClientError) as error:
            raise self._named(error, url) from error

    def _named(self, error: Exception, url: str) -> RequestError:
        """Return the failure of a request under the name that it has here."""
        match error:
            case aiohttp.ConnectionTimeoutError():
                return RequestError(
                    "connect_failed", f"{url}: connecting took too long.", passing=True, dead=True
                )
            case TimeoutError():
                return RequestError(
                    "timeout", f"{url}: not done after {self._settings.deadline_s:g} seconds."
                )
            case aiohttp.ClientSSLError() | ssl.SSLError():
                return RequestError("tls_failed", f"{url}: {error}.", dead=True)
            case aiohttp.ClientConnectorError():
                return RequestError("connect_failed", f"{url}: {error}.", passing=True, dead=True)
            case OSError() | aiohttp.ServerDisconnectedError():
                return RequestError(
                    "connect_failed", f"{url}: the connection was lost ({error}).", passing=True
                )
            case aiohttp.ClientPayloadError():
                return RequestError("bad_response", f"{url}: the body ends early.", passing=True)
        lines = str(error).splitlines() or [type(error).__name__]
        return RequestError("bad_response", f"{url}: {lines[0][:200]}.")
