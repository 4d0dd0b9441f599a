"""URLs as a browser reads them (WHATWG), so that each spelling of a host ends as one host."""

import ipaddress
import re

import can_ada

from newsbeam.transforms.core.errors import InputError

_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def parse_url(url: str, max_chars: int) -> str:
    """Return ``url`` in its normal form, without fragment.

    ``http://①②⑦.1`` becomes ``http://127.0.0.1/``. What is no http(s) URL or has more than
    ``max_chars`` characters is an InputError("bad_url").
    """
    if len(url) > max_chars:
        raise InputError("bad_url", f"The URL has {len(url)} characters, more than {max_chars}.")
    try:
        parsed = can_ada.parse(url.encode("utf-8", "replace").decode())
    except ValueError as error:
        raise InputError("bad_url", f"{url!r} is no valid URL.") from error
    if parsed.protocol not in ("http:", "https:"):
        raise InputError("bad_url", f"{url!r} is neither http nor https.")
    parsed.hash = ""
    return str(parsed.href)


def join_redirect(base: str, location: str, max_chars: int) -> str:
    """Return where a redirect from ``base`` leads; ``location`` is the header as aiohttp gives it.

    A name and password in it are dropped. Anything that is neither http nor https is an
    InputError("blocked_scheme"), what cannot be parsed an InputError("bad_response").
    """
    # Raw bytes arrive as surrogates: they are sent back percent-encoded, as browsers do.
    raw = location.encode("utf-8", "surrogateescape")
    ascii_location = _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], raw).decode()
    if len(ascii_location) > max_chars:
        raise InputError(
            "bad_response", f"{base} redirects to a URL of more than {max_chars} characters."
        )
    try:
        parsed = can_ada.parse(base) + ascii_location
    except ValueError as error:
        raise InputError("bad_response", f"{base} redirects to no valid URL.") from error
    if parsed.protocol not in ("http:", "https:"):
        raise InputError(
            "blocked_scheme", f"{base} redirects to {parsed.protocol}, which is not followed."
        )
    parsed.username = parsed.password = parsed.hash = ""
    return str(parsed.href)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a parsed ``url``: what a robots.txt holds for."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}"


def hostname_of(url: str) -> str:
    """Return the host name or numeric address of a ``url``, without brackets; "" of what is none.

    The dot that may end a name is left out: with it or without, it is the same server.
    """
    try:
        host: str = can_ada.parse(url).hostname
    except ValueError:
        return ""
    return host.strip("[]").rstrip(".")


def server_of(url: str) -> str:
    """Return the server of a ``url``, as pacing counts servers: its host name.

    Plain and TLS ports are one server; any other port is one of its own: ``name:8080``.
    """
    name = hostname_of(url)
    port = can_ada.parse(url).port if name else ""
    return name if port in ("", "80", "443") else f"{name}:{port}"


def is_numeric(hostname: str) -> bool:
    """Return whether ``hostname`` of a parsed URL is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(hostname)
    except ValueError:
        return False
    return True
