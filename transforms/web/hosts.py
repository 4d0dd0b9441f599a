"""When each host may be asked next: one request at a time, and a pause after each.

The pause runs from the end of one request to the start of the next. It is the largest of the
configured delay, the host's Crawl-delay and its usual response time (as Scrapy's AutoThrottle has
it: a host that answers slowly is asked less often); after a 429 or 503 the host is left alone for
as long as it asks, or for a minute, doubling each time; after other failures for some seconds,
doubling too. Times are seconds since the epoch.

Hosts of one registered domain that share an address are one server and wait for one another.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.core.urls import registered_domain
from newsbeam.transforms.web.responses import parse_http_date

#: Weight of the newest answer in a host's usual response time.
_LATENCY_WEIGHT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What a later pass must know of a host."""

    host: str
    next_at: float  # not to be asked before this, in seconds since the epoch
    backoff_s: float  # wait that the last 429 or 503 led to; 0 when all is well


@dataclass(slots=True)
class Group:
    """Hosts that are one server, and when it may be asked."""

    name: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended_at: float = 0.0  # of the last request
    alone_until: float = 0.0  # as it asked, or as its failures suggest
    next_at: float = 0.0
    backoff_s: float = 0.0  # of the last 429 or 503 without Retry-After
    failures: int = 0  # in a row
    crawl_delay_s: float = 0.0
    latency_s: float = 0.0


class Hosts:
    """The pacing of all hosts. ``clock`` gives seconds since the epoch and never goes back."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Callable[[], float],
        state: Iterable[HostState] = (),
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._groups: dict[str, Group] = {}  # by host
        self._by_address: dict[tuple[str, str], Group] = {}  # by registered domain and address
        self._state = {one.host: one for one in state}

    def add(self, host: str, addresses: Iterable[str]) -> None:
        """Make ``host`` known: it joins the hosts of its domain with which it shares an address."""
        if host in self._groups:
            return
        name, _, port = host.partition(":") if host.count(":") == 1 else (host, "", "")
        keys = [(f"{registered_domain(name)}:{port}", address) for address in addresses]
        group = next((self._by_address[key] for key in keys if key in self._by_address), None)
        if group is None:
            group = Group(host)
        for key in keys:
            self._by_address.setdefault(key, group)
        self._groups[host] = group
        before = self._state.get(host)
        if before is not None:
            self._leave_alone(group, before.next_at)
            group.backoff_s = max(group.backoff_s, before.backoff_s)

    def group_name(self, host: str) -> str | None:
        """Return the name of the group of ``host``; None while the host is not known."""
        group = self._groups.get(host)
        return None if group is None else group.name

    def ready_at(self, host: str) -> float:
        """Return when a request to ``host`` can be decided on.

        That is at once for a host that is deferred or not known yet.
        """
        group = self._groups.get(host)
        return 0.0 if group is None or self.is_deferred(group) else group.next_at

    def is_deferred(self, group: Group) -> bool:
        """Return whether a server is to be left alone for longer than a pass waits."""
        return group.alone_until - self._clock() > self._settings.max_wait_s

    def wait_s(self, host: str) -> float:
        """Return for how many seconds ``host`` is to be left alone, beyond the usual pause."""
        group = self._groups.get(host)
        return 0.0 if group is None else max(0.0, group.alone_until - self._clock())

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Group]:
        """Wait until ``host`` may be asked, and hold off all other requests to it meanwhile.

        A host that asked to be left alone for longer than ``max_wait_s`` is an
        InputError("host_deferred").
        """
        group = self._groups[host]
        async with group.lock:
            while (wait := group.next_at - self._clock()) > 0:
                if self.is_deferred(group):
                    until = datetime.fromtimestamp(group.alone_until, UTC)
                    raise InputError(
                        "host_deferred",
                        f"{host} is to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC.",
                    )
                await asyncio.sleep(wait)
            try:
                yield group
            finally:
                group.ended_at = self._clock()
                self._pause(group)

    def note_answer(
        self, group: Group, *, status: int, latency_s: float, retry_after: str | None
    ) -> None:
        """Learn from an answer: how long it took, and whether the host wants to be left alone."""
        settings = self._settings
        group.latency_s += _LATENCY_WEIGHT * (latency_s - group.latency_s)
        if status in (429, 503):
            asked = parse_retry_after(retry_after, self._clock())
            if asked is None:
                group.backoff_s = min(
                    max(2 * group.backoff_s, settings.backoff_s), settings.max_backoff_s
                )
                asked = group.backoff_s
            self._leave_alone(group, self._clock() + min(asked, settings.max_backoff_s))
        elif status < 400:
            group.backoff_s = 0.0
        if status < 500:
            group.failures = 0

    def note_failure(self, group: Group, jitter: float) -> None:
        """Leave a server alone for a while after a failure that may pass; double it each time.

        The count is the server's, not the page's: one that fails on every page is deferred soon.
        ``jitter`` is -1 to 1.
        """
        # Beyond 2^40 every wait is at its cap, and a float must not overflow.
        wait_s = self._settings.retry_delay_s * 2.0 ** min(group.failures, 40) * (1 + jitter / 2)
        group.failures += 1
        self._leave_alone(group, self._clock() + min(wait_s, self._settings.max_backoff_s))

    def set_crawl_delay(self, host: str, delay_s: float) -> None:
        """Honour what the robots.txt of ``host`` asks for, from the last request on."""
        group = self._groups[host]
        group.crawl_delay_s = max(group.crawl_delay_s, delay_s)
        self._pause(group)

    def export_state(self) -> tuple[HostState, ...]:
        """Return what a later pass must know, by host: only of hosts that must wait or back off."""
        now = self._clock()
        known = {
            host: HostState(host=host, next_at=group.next_at, backoff_s=group.backoff_s)
            for host, group in self._groups.items()
        }
        return tuple(
            one
            for _, one in sorted((self._state | known).items())
            if one.next_at > now or one.backoff_s
        )

    def pause_s(self, group: Group) -> float:
        """Return the seconds that a server is left alone after each request."""
        settings = self._settings
        grown = max(group.crawl_delay_s, settings.latency_factor * group.latency_s)
        return max(settings.delay_s, min(grown, settings.max_crawl_delay_s))

    def _leave_alone(self, group: Group, until: float) -> None:
        group.alone_until = max(group.alone_until, until)
        group.next_at = max(group.next_at, group.alone_until)

    def _pause(self, group: Group) -> None:
        group.next_at = max(group.next_at, group.ended_at + self.pause_s(group))


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, in seconds or as a date, else None."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:12])
    moment = parse_http_date(value)
    return None if moment is None else max(0.0, moment.timestamp() - now)
