"""The fetcher: one safe and polite request at a time, as often as one URL needs it.

Everything goes through one connector: pages, feeds, sitemaps and robots.txt. A fetch is a chase:
``advance`` does one thing for it (an address lookup, one request for robots.txt, or one request for
the page), so that whoever runs many of them (``batch.fetch_all``) never waits for a host inside of
one; ``get`` advances a single chase to its end.
"""

import asyncio
import hashlib
import ssl
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from types import TracebackType

import aiohttp
from yarl import URL

from transforms import __version__
from transforms.core.errors import InputError
from transforms.core.settings import FetchSettings
from transforms.web.bodies import ENCODINGS, read_body
from transforms.web.hosts import Group, Hosts, HostState
from transforms.web.resolver import CheckedResolver, Lookup, look_up
from transforms.web.responses import HTML_ACCEPT, Chase, Response, header_text, validator
from transforms.web.robots import RobotsCache, Rules, robots_url
from transforms.web.urls import hostname_of, join_redirect, origin_of, parse_url, server_of

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)


class _PassingError(InputError):
    """A failure that a further try may not meet."""


class _DeadHostError(_PassingError):
    """No connection came about at all."""


def steady_clock() -> Callable[[], float]:
    """Return a clock of seconds since the epoch that no adjustment of the system's sets back."""
    offset = time.time() - time.monotonic()
    return lambda: offset + time.monotonic()


@cache
def _tls_context() -> ssl.SSLContext:
    """Making one takes 40 ms, so all fetchers of a process share it."""
    return ssl.create_default_context()


class Fetcher:
    """Fetches URLs; used as an async context manager, in one event loop.

    ``state`` is what ``hosts.export_state()`` of an earlier fetcher gave. ``lookup`` finds the
    addresses of a host name.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Callable[[], float] | None = None,
        lookup: Lookup = look_up,
        state: Iterable[HostState] = (),
    ) -> None:
        self.settings = settings
        self.clock = clock or steady_clock()
        self.hosts = Hosts(settings, clock=self.clock, state=state)
        self._robots = RobotsCache(settings, clock=self.clock)
        self._robots_chases: dict[str, Chase] = {}  # by origin
        self._dead: dict[str, tuple[float, str, str]] = {}  # by origin: until when, and why
        self._resolver = CheckedResolver(settings, clock=self.clock, lookup=lookup)
        self._session: aiohttp.ClientSession | None = None
        contact = f" (+{settings.contact_url})" if settings.contact_url else ""
        self._user_agent = f"newsbeam/{__version__}{contact}"

    async def __aenter__(self) -> "Fetcher":
        settings = self.settings
        connector = aiohttp.TCPConnector(
            limit=settings.connections,
            keepalive_timeout=settings.keep_alive_s,
            resolver=self._resolver,
            use_dns_cache=False,  # the resolver has one
            ssl=_tls_context(),
            socket_factory=self._resolver.make_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self._user_agent, "Accept-Encoding": ENCODINGS},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            # The deadline is kept by _ask: it must hold for everything together.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_timeout_s),
            max_line_size=settings.max_header_bytes,
            max_field_size=settings.max_header_bytes,
            max_headers=settings.max_headers,
        )
        # aiohttp would ask once more at once, without the pause that the host is owed; there is
        # no public switch, but aiohttp's own test client sets this too.
        self._session._retry_connection = False
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    async def get(
        self,
        url: str,
        *,
        max_bytes: int,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = HTML_ACCEPT,
    ) -> Response:
        """Fetch ``url``, waiting for its host, and return the final answer (2xx or 304).

        Every failure is an InputError whose reason stands in ``core.errors.REASONS``.
        """
        chase = self.start(
            url, max_bytes=max_bytes, etag=etag, last_modified=last_modified, accept=accept
        )
        while (response := await self.advance(chase)) is None:
            pass
        return response

    async def get_rules(self, url: str) -> Rules:
        """Return the robots.txt rules for ``url``, reading them if need be."""
        url = parse_url(url, self.settings.max_url_chars)
        while (rules := self._robots.get(url)) is None:
            await self._advance_robots(url)
        return rules

    def start(
        self,
        url: str,
        *,
        max_bytes: int,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = HTML_ACCEPT,
    ) -> Chase:
        """Return the chase for ``url``; nothing is asked yet. InputError("bad_url") if it is none.

        ``etag`` and ``last_modified`` make the request conditional.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return Chase(
            requested_url=url,
            url=parse_url(url, self.settings.max_url_chars),
            max_bytes=max_bytes,
            max_redirects=self.settings.max_redirects,
            headers=headers,
        )

    def next_url(self, chase: Chase) -> str:
        """Return what ``advance`` will ask for next: the page, or the robots.txt before it."""
        if self.settings.robots and self._robots.get(chase.url) is None:
            pending = self._robots_chases.get(origin_of(chase.url))
            return chase.url if pending is None else pending.url
        return chase.url

    async def advance(self, chase: Chase, *, keep_alive: bool = True) -> Response | None:
        """Make at most one request for ``chase``; return its final answer if that was it.

        None means that there is more to do: call it again. Waits until the host may be asked.
        Every failure that ends the chase is an InputError. Without ``keep_alive`` the server is
        told that nothing else will be asked of it soon.
        """
        self._check_dead(chase.url)
        if await self._locate(chase.url):
            return None
        if self.settings.robots:
            rules = self._robots.get(chase.url)
            if rules is None:
                await self._advance_robots(chase.url)
                return None
            rules.check(chase.url)
        return await self._step(chase, keep_alive=keep_alive)

    async def _advance_robots(self, url: str) -> None:
        """Make at most one request for the robots.txt that holds for ``url``."""
        origin = origin_of(url)
        chase = self._robots_chases.get(origin)
        if chase is None:
            chase = self._robots_chases[origin] = Chase(
                requested_url=robots_url(url),
                url=robots_url(url),
                max_bytes=self.settings.robots_max_bytes,
                max_redirects=self.settings.robots_max_redirects,
                headers={"Accept": "text/plain,*/*;q=0.5"},
                truncate=True,
            )
        try:
            response = await self._step(chase)
        except InputError as error:
            if error.reason == "host_deferred":
                raise
            chase.done = True
            self._robots.learn_failure(url, error)
        else:
            if response is None:
                return
            rules = self._robots.learn(url, response.body)
            self.hosts.set_crawl_delay(server_of(url), rules.crawl_delay_s)
        self._robots_chases.pop(origin, None)

    async def _step(self, chase: Chase, *, keep_alive: bool = True) -> Response | None:
        url = chase.url
        self._check_dead(url)
        if await self._locate(url):
            return None
        async with self.hosts.turn(server_of(url)) as group:
            if chase.done or chase.url != url:  # a robots.txt that someone else went on with
                return None
            soon = self.hosts.pause_s(group) <= self.settings.keep_alive_s
            try:
                response = await self._ask(chase, group, keep_alive and soon)
            except _PassingError as error:
                if chase.tries >= self.settings.retries or self.hosts.is_deferred(group):
                    if isinstance(error, _DeadHostError):
                        self._bury(url, error)
                    raise InputError(
                        error.reason, error.detail, http_status=error.http_status
                    ) from error
                self.hosts.defer(group, self._retry_delay_s(chase))
                chase.tries += 1
                return None
            chase.done = response is not None
            return response

    async def _ask(self, chase: Chase, group: Group, keep_alive: bool) -> Response | None:
        """Make one request; return its answer, or None after a redirect."""
        assert self._session is not None, "the fetcher is used outside of its context"
        url = chase.url
        started = time.monotonic()
        try:
            async with (
                asyncio.timeout(self.settings.deadline_s),
                self._session.get(
                    URL(url, encoded=True),
                    headers=chase.headers
                    if keep_alive
                    else chase.headers | {"Connection": "close"},
                    allow_redirects=False,
                    proxy=self.settings.proxy,
                ) as answer,
            ):
                self.hosts.note_answer(
                    group,
                    status=answer.status,
                    latency_s=time.monotonic() - started,
                    retry_after=answer.headers.get("Retry-After"),
                )
                if not self._is_final(chase, answer):
                    answer.close()  # the body of a redirect is never read
                    return None
                body = b""
                if answer.status != 304:
                    body = await read_body(answer, chase.max_bytes, truncate=chase.truncate)
                return self._response(chase, answer, body, time.monotonic() - started)
        except InputError:
            raise
        except aiohttp.ConnectionTimeoutError as error:
            raise _DeadHostError("connect_failed", f"{url}: connecting took too long.") from error
        except TimeoutError as error:
            raise InputError(
                "timeout", f"{url}: not done after {self.settings.deadline_s:g} seconds."
            ) from error
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            failure = InputError("tls_failed", f"{url}: {error}.")
            self._bury(url, failure)
            raise failure from error
        except aiohttp.ClientConnectorError as error:
            raise _DeadHostError("connect_failed", f"{url}: {error}.") from error
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, OSError) as error:
            raise _PassingError("connect_failed", f"{url}: connection lost ({error}).") from error
        except aiohttp.ClientPayloadError as error:
            raise _PassingError("bad_response", f"{url}: the body ends early.") from error
        except (aiohttp.ClientError, ValueError) as error:
            detail = str(error).splitlines() or [type(error).__name__]
            raise InputError("bad_response", f"{url}: {detail[0][:200]}.") from error

    def _is_final(self, chase: Chase, answer: aiohttp.ClientResponse) -> bool:
        """Return whether this answer ends the chase well; a redirect is taken note of."""
        status = answer.status
        location = answer.headers.get("Location")
        if status in _REDIRECTS and location is not None:
            target = join_redirect(chase.url, location, self.settings.max_url_chars)
            chase.visited.append(chase.url)
            if len(chase.visited) > chase.max_redirects or target in chase.visited:
                raise InputError(
                    "too_many_redirects",
                    f"{chase.requested_url}: a loop, or more than {chase.max_redirects} redirects.",
                )
            chase.permanent = chase.permanent and status in _PERMANENT
            chase.url = target
            chase.tries = 0
            return False
        if 200 <= status < 300 or (status == 304 and _is_conditional(chase)):
            return True
        kind = _PassingError if status in self.settings.retry_statuses else InputError
        raise kind("http_status", f"{chase.url}: status {status}.", http_status=status)

    def _response(
        self, chase: Chase, answer: aiohttp.ClientResponse, body: bytes, elapsed_s: float
    ) -> Response:
        headers = answer.headers
        return Response(
            requested_url=chase.requested_url,
            url=chase.url,
            status=answer.status,
            body=body,
            redirects=tuple(chase.visited),
            permanent=bool(chase.visited) and chase.permanent,
            fetched_at=datetime.fromtimestamp(self.clock(), UTC),
            elapsed_s=elapsed_s,
            content_type=header_text(headers, "Content-Type"),
            etag=validator(headers, "ETag"),
            last_modified=validator(headers, "Last-Modified"),
            cache_control=header_text(headers, "Cache-Control"),
            expires=header_text(headers, "Expires"),
            date=header_text(headers, "Date"),
            retry_after=header_text(headers, "Retry-After"),
            robots_tag=header_text(headers, "X-Robots-Tag"),
            tdm_reservation=header_text(headers, "TDM-Reservation"),
        )

    async def _locate(self, url: str) -> bool:
        """Look up the host of ``url`` if it is new, and say whether it was."""
        host = server_of(url)
        if self.hosts.group_name(host) is not None:
            return False
        # A proxy resolves names by itself, and may be all that can; numbers are checked here.
        addresses: tuple[str, ...] = ()
        if self.settings.proxy is None:
            try:
                addresses = await asyncio.wait_for(
                    self._resolver.addresses(hostname_of(url)), self.settings.deadline_s
                )
            except TimeoutError as error:
                failure = InputError("dns_failed", f"{host}: the lookup took too long.")
                self._bury(url, failure)
                raise failure from error
            except InputError as error:
                self._bury(url, error)
                raise
        else:
            self._resolver.check_numeric(hostname_of(url))
        self.hosts.add(host, addresses)
        return True

    def _bury(self, url: str, error: InputError) -> None:
        until = self.clock() + self.settings.dead_host_ttl_s
        self._dead[origin_of(url)] = (until, error.reason, error.detail)

    def _check_dead(self, url: str) -> None:
        dead = self._dead.get(origin_of(url))
        if dead is not None and dead[0] > self.clock():
            raise InputError(dead[1], dead[2])

    def _retry_delay_s(self, chase: Chase) -> float:
        """Return 2, 4, … seconds, each times 0.5 to 1.5: by the URL, so that runs are alike."""
        seed = hashlib.blake2b(f"{chase.url} {chase.tries}".encode(), digest_size=2).digest()
        jitter = 0.5 + int.from_bytes(seed, "big") / 0xFFFF
        return self.settings.retry_delay_s * 2.0**chase.tries * jitter


def _is_conditional(chase: Chase) -> bool:
    return "If-None-Match" in chase.headers or "If-Modified-Since" in chase.headers
