"""The fetcher: one safe and polite request at a time, as often as one URL needs it.

Everything goes through one connector: pages, feeds, sitemaps and robots.txt. A fetch is a chase:
``advance`` does one thing for it (an address lookup, one request for robots.txt, or one request for
the page), so that whoever runs many of them (``batch.fetch_all``) never waits for a host inside of
one; ``get`` advances a single chase to its end.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.web.hosts import Hosts, HostState
from newsbeam.transforms.web.refresh import find_refresh
from newsbeam.transforms.web.resolver import CheckedResolver, Lookup, look_up
from newsbeam.transforms.web.responses import HTML_ACCEPT, Chase, Response, header_text, validator
from newsbeam.transforms.web.robots import RobotsCache, Rules, robots_url
from newsbeam.transforms.web.transport import Answer, RequestError, Transport
from newsbeam.transforms.web.urls import hostname_of, join_redirect, origin_of, parse_url, server_of

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)


def steady_clock() -> Callable[[], float]:
    """Return a clock of seconds since the epoch that no adjustment of the system's sets back."""
    offset = time.time() - time.monotonic()
    return lambda: offset + time.monotonic()


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
        self._transport: Transport | None = None

    async def __aenter__(self) -> "Fetcher":
        self._transport = Transport(self.settings, self._resolver)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._transport is not None:
            await self._transport.close()
        await self._resolver.close()

    async def get(
        self,
        url: str,
        *,
        max_bytes: int,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = HTML_ACCEPT,
        byte_range: tuple[int, int] | None = None,
        if_range: str | None = None,
    ) -> Response:
        """Fetch ``url``, waiting for its host, and return the final answer (2xx or 304).

        ``byte_range`` asks for the bytes from the first to the last of the two, ``if_range`` for
        all if the ETag is another by now; the server may send all in any case (status 200).

        Every failure is an InputError whose reason stands in ``core.errors.REASONS``.
        """
        chase = self.start(
            url, max_bytes=max_bytes, etag=etag, last_modified=last_modified, accept=accept
        )
        if byte_range is not None:
            chase.headers["Range"] = f"bytes={byte_range[0]}-{byte_range[1]}"
            chase.headers["Accept-Encoding"] = "identity"
            if if_range is not None:
                chase.headers["If-Range"] = if_range
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
        follows_refresh: bool = False,
    ) -> Chase:
        """Return the chase for ``url``; nothing is asked yet. InputError("bad_url") if it is none.

        ``etag`` and ``last_modified`` make the request conditional. With ``follows_refresh``, a
        page that only sends its readers on is a redirect, once.
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
            follows_refresh=follows_refresh,
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
        assert self._transport is not None, "the fetcher is used outside of its context"
        url = chase.url
        self._check_dead(url)
        if await self._locate(url):
            return None
        async with self.hosts.turn(server_of(url)) as group:
            if chase.done or chase.url != url:  # a robots.txt that someone else went on with
                return None
            soon = self.hosts.pause_s(group) <= self.settings.keep_alive_s
            try:
                answer = await self._transport.ask(
                    url,
                    chase.headers,
                    max_bytes=chase.max_bytes,
                    truncate=chase.truncate,
                    keep_alive=keep_alive and soon,
                )
                self.hosts.note_answer(
                    group,
                    status=answer.status,
                    latency_s=answer.latency_s,
                    retry_after=answer.headers.get("Retry-After"),
                )
                response = self._judge(chase, answer)
            except RequestError as error:
                if error.passing or error.reason == "timeout":
                    self.hosts.note_failure(group, _jitter(url))
                tries_left = chase.tries < self.settings.retries
                if error.passing and tries_left and not self.hosts.is_deferred(group):
                    chase.tries += 1
                    return None
                if error.dead:
                    self._bury(url, error)
                raise
            chase.done = response is not None
            return response

    def _judge(self, chase: Chase, answer: Answer) -> Response | None:
        """Return the response that an answer is, or None after a redirect."""
        status = answer.status
        location = answer.headers.get("Location")
        if status in _REDIRECTS and location is not None:
            self._redirect(chase, location, permanent=status in _PERMANENT)
            return None
        if not (200 <= status < 300 or (status == 304 and chase.is_conditional)):
            raise RequestError(
                "http_status",
                f"{chase.url}: status {status}.",
                passing=status in self.settings.retry_statuses,
                http_status=status,
            )
        headers = answer.headers
        response = Response(
            requested_url=chase.requested_url,
            url=chase.url,
            status=status,
            body=answer.body,
            redirects=tuple(chase.visited),
            permanent=bool(chase.visited) and chase.permanent,
            fetched_at=datetime.fromtimestamp(self.clock(), UTC),
            content_type=header_text(headers, "Content-Type"),
            etag=validator(headers, "ETag"),
            last_modified=validator(headers, "Last-Modified"),
            cache_control=header_text(headers, "Cache-Control"),
            expires=header_text(headers, "Expires"),
            robots_tag=header_text(headers, "X-Robots-Tag"),
            tdm_reservation=header_text(headers, "TDM-Reservation"),
            refresh=header_text(headers, "Refresh"),
            content_range=header_text(headers, "Content-Range"),
        )
        if chase.follows_refresh and self._follow_refresh(chase, response):
            return None
        return response

    def _follow_refresh(self, chase: Chase, response: Response) -> bool:
        """Go on to where a page only sends its readers, once; tell whether it does."""
        reference = find_refresh(response)
        if reference is None:
            return False
        try:
            target = join_redirect(chase.url, reference, self.settings.max_url_chars)
        except InputError:
            return False  # the page is all that there is
        if target == chase.url or target in chase.visited:
            return False
        chase.follows_refresh = False
        self._redirect(chase, reference, permanent=False)
        return True

    def _redirect(self, chase: Chase, location: str, *, permanent: bool) -> None:
        target = join_redirect(chase.url, location, self.settings.max_url_chars)
        chase.visited.append(chase.url)
        if len(chase.visited) > chase.max_redirects or target in chase.visited:
            raise InputError(
                "too_many_redirects",
                f"{chase.requested_url}: a loop, or more than {chase.max_redirects} redirects.",
            )
        chase.permanent = chase.permanent and permanent
        chase.url = target
        chase.tries = 0

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


def _jitter(url: str) -> float:
    """Return -1 to 1, the same for the same URL each time, so that runs are alike."""
    seed = hashlib.blake2b(url.encode(), digest_size=2).digest()
    return int.from_bytes(seed, "big") / 0xFFFF * 2 - 1
