"""From host names to checked addresses: what was checked is what is dialled.

A name is looked up once; every address of the answer is checked, and one that is not public blocks
the name. The connector asks this resolver alone, and each socket is made by ``make_socket``, which
checks the address once more: so addresses that stand in a URL as numbers, for which aiohttp asks
no resolver, pass the same gate.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from newsbeam.transforms.core.errors import ConfigError, InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.web.addresses import check_address, parse_networks
from newsbeam.transforms.web.urls import is_numeric

#: Host name to numeric addresses, in the order of preference; OSError where there is none.
Lookup = Callable[[str], tuple[str, ...]]


def look_up(hostname: str) -> tuple[str, ...]:
    """Return the addresses of ``hostname`` as the operating system knows them. Blocks."""
    found = socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class CheckedResolver(AbstractResolver):
    """Resolves names for aiohttp, and for those who need to know which host is which machine."""

    def __init__(
        self, settings: FetchSettings, *, clock: Callable[[], float], lookup: Lookup = look_up
    ) -> None:
        self._allowed = parse_networks(settings.allow_addresses)
        self._mapped = _parse_targets(settings.connect_to)
        self._settings = settings
        self._clock = clock
        self._lookup = lookup
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}
        # Its own threads, so that slow name servers hold up nothing but their own hosts.
        self._threads = ThreadPoolExecutor(settings.connections, thread_name_prefix="resolve")

    async def addresses(self, hostname: str) -> tuple[str, ...]:
        """Return the checked addresses of ``hostname``.

        InputError: "dns_failed" where there is none, "blocked_address" where one is not public.
        """
        target = self._target(hostname)
        if target is not None:
            found: tuple[str, ...] = (target[0],)
        elif is_numeric(hostname):
            found = (hostname,)
        else:
            found = await self._find(hostname)
        for address in found:
            check_address(address, self._allowed)
        return found

    def check_numeric(self, hostname: str) -> None:
        """Raise InputError("blocked_address") if ``hostname`` is an address that is not public."""
        if is_numeric(hostname):
            check_address(hostname, self._allowed)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        """Return what aiohttp dials for ``host`` and ``port``: checked addresses only."""
        target = self._target(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port if target is None else target[1],
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await self.addresses(host)
        ]

    def make_socket(self, address_info: tuple[Any, ...]) -> socket.socket:
        """Return a socket for an address that is about to be dialled, or block it."""
        family, kind, protocol, _, address = address_info
        check_address(address[0], self._allowed)
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Let go of the threads; lookups under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _find(self, hostname: str) -> tuple[str, ...]:
        known = self._known.get(hostname)
        if known is not None and known[0] > self._clock():
            return known[1]
        for tries_left in range(self._settings.retries, -1, -1):
            try:
                found = await asyncio.get_running_loop().run_in_executor(
                    self._threads, self._lookup, hostname
                )
                break
            except (OSError, UnicodeError) as error:
                passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
                if not (passing and tries_left):
                    raise InputError(
                        "dns_failed", f"{hostname} does not resolve: {error}."
                    ) from error
                await asyncio.sleep(self._settings.retry_delay_s)
        if not found:
            raise InputError("dns_failed", f"{hostname} has no address.")
        self._known[hostname] = (self._clock() + self._settings.dns_ttl_s, found)
        return found

    def _target(self, hostname: str) -> tuple[str, int] | None:
        """Return the address and port that ``connect_to`` names for a host or a suffix of it."""
        if not self._mapped:
            return None
        rest = hostname.rstrip(".")
        found = self._mapped.get(rest)
        while found is None and rest:
            _, _, rest = rest.partition(".")
            found = self._mapped.get(f"*.{rest}")
        return found


def _parse_targets(connect_to: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    targets = {}
    for name, target in connect_to.items():
        address, _, port = target.rpartition(":")
        address = address.strip("[]")
        if not (is_numeric(address) and port.isdecimal()):
            raise ConfigError(
                f"fetch.connect_to: {target!r}, given for {name!r}, is no address:port. "
                "Write it as 127.0.0.1:8080 or [::1]:8080."
            )
        targets[name.lower()] = (address, int(port))
    return targets
