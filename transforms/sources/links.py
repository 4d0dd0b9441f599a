"""URLs as sources give them: made absolute and checked, otherwise left as they are."""

import re
from urllib.parse import urljoin

import can_ada

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.rejects import scrub

#: Whitespace around a URL, and line breaks and tabs inside one, mean nothing (WHATWG URL).
_BREAKS = re.compile(r"[\t\r\n]+\s*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def absolute_url(url: str, base: str | None, max_chars: int) -> str:
    """Return ``url`` made absolute against ``base``; an absolute one stays as it was written.

    Raises ``InputError("bad_url")`` for what cannot be parsed, is longer than ``max_chars``
    characters, or is neither http nor https.
    """
    url = scrub(_BREAKS.sub("", url.strip()))
    if not url:
        raise InputError("bad_url", "There is no URL.")
    try:
        full = url if _SCHEME.match(url) else urljoin(base or "", url)
        parsed = can_ada.parse(full)
        protocol, host = parsed.protocol, parsed.hostname
    except ValueError as error:
        raise InputError("bad_url", f"{url!r} is no URL.") from error
    if protocol not in ("http:", "https:"):
        raise InputError("bad_url", f"{url!r} is neither http nor https.")
    if not host:
        raise InputError("bad_url", f"{url!r} names no host.")
    if len(full) > max_chars:
        raise InputError("bad_url", f"The URL has {len(full):,} characters, over {max_chars:,}.")
    return full


def absolute_or_none(url: str | None, base: str | None, max_chars: int) -> str | None:
    """Return ``url`` as ``absolute_url`` does, None if there is none that can be fetched."""
    try:
        return absolute_url(url, base, max_chars) if url else None
    except InputError:
        return None
