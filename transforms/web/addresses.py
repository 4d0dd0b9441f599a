"""Which network addresses may be asked: public unicast ones, and those that the user allows.

``ipaddress.is_global`` alone is not enough: it is True for multicast, for cloud services at
"public" addresses, and for IPv6 addresses that only wrap a private IPv4 address.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from functools import lru_cache

from newsbeam.transforms.core.errors import ConfigError, InputError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks = tuple[Network, ...]

# Global unicast is allotted from 2000::/3 alone; 64:ff9b::/96 is what DNS64 answers with.
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOW_32_BITS = 0xFFFF_FFFF

# What is_global lets pass in Python 3.11 and is no public server.
_NOT_PUBLIC: Networks = (
    ipaddress.IPv4Network("168.63.129.16/32"),  # Azure's host agent
    ipaddress.IPv4Network("192.0.0.0/24"),  # IETF protocols; Oracle's metadata at .192
    ipaddress.IPv4Network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)


def parse_networks(ranges: Iterable[str]) -> Networks:
    """Return ``ranges`` (CIDR, or single addresses) as networks; a bad one is a ConfigError."""
    networks = []
    for one in ranges:
        try:
            networks.append(ipaddress.ip_network(one, strict=False))
        except ValueError as error:
            raise ConfigError(
                f"fetch.allow_addresses: {one!r} is no address range ({error}). "
                "Write it as 10.0.0.0/8 or fd00::/8."
            ) from error
    return tuple(networks)


@lru_cache(maxsize=16384)
def check_address(address: str, allowed: Networks = ()) -> None:
    """Raise InputError("blocked_address") unless ``address`` is public or in ``allowed``.

    ``address`` is a numeric IPv4 or IPv6 address, as a resolver returns it. An IPv6 address that
    leads to an IPv4 address is judged by both.
    """
    try:
        outer = ipaddress.ip_address(address.partition("%")[0])
    except ValueError as error:
        raise InputError("blocked_address", f"{address!r} is no network address.") from error
    if _is_listed(outer, allowed):
        return
    for one in _with_wrapped(outer):
        if not (_is_public(one) or _is_listed(one, allowed)):
            raise InputError(
                "blocked_address",
                f"{address} is not a public address. "
                "If it is meant to be asked, add its range to fetch.allow_addresses.",
            )


def _with_wrapped(address: Address) -> Iterator[Address]:
    """Yield the IPv4 address that an IPv6 address leads to, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    wrapped = address.ipv4_mapped
    if wrapped is None and address in _NAT64:
        wrapped = ipaddress.IPv4Address(int(address) & _LOW_32_BITS)
    if wrapped is not None:
        yield wrapped
        return
    yield address  # also judges Teredo and IPv4-compatible addresses, none of which is public
    if address.sixtofour is not None:
        yield address.sixtofour


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or _is_listed(address, _NOT_PUBLIC):
        return False
    return address.version == 4 or address in _GLOBAL_IPV6


def _is_listed(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks)
