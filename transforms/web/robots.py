"""robots.txt as RFC 9309 has it: what it allows, and when it must be read again.

A robots.txt that is not there (4xx) allows everything. One that could not be read (429, 5xx,
network errors, more redirects than allowed) forbids everything until it is asked for again.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

from newsbeam.transforms.core.errors import InputError
from newsbeam.transforms.core.settings import FetchSettings
from newsbeam.transforms.web.robots_groups import select_groups
from newsbeam.transforms.web.urls import origin_of

#: The product token that a robots.txt addresses newsbeam by.
ROBOTS_AGENT = "newsbeam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is known of one origin's robots.txt."""

    #: What it says to us, zlib; None: there is none, or it could not be read.
    packed: bytes | None = None
    failure: str | None = None  # why it could not be read, which forbids everything
    sitemaps: tuple[str, ...] = ()
    crawl_delay_s: float = 0.0
    expires_at: float

    def check(self, url: str) -> None:
        """Raise InputError "robots_denied" or "robots_unreachable" unless ``url`` is allowed."""
        if self.failure is not None:
            raise InputError("robots_unreachable", self.failure)
        if self.packed is not None and not _parse(self.packed).can_fetch(url, ROBOTS_AGENT):
            raise InputError("robots_denied", f"{robots_url(url)} forbids {url}.")


def robots_url(url: str) -> str:
    """Return where the robots.txt for a parsed ``url`` stands."""
    return f"{origin_of(url)}/robots.txt"


class RobotsCache:
    """The rules of each origin, for as long as they hold."""

    def __init__(self, settings: FetchSettings, *, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._rules: dict[str, Rules] = {}

    def get(self, url: str) -> Rules | None:
        """Return the rules for a parsed ``url``; None when robots.txt must be read (again)."""
        rules = self._rules.get(origin_of(url))
        return rules if rules is not None and rules.expires_at > self._clock() else None

    def learn(self, url: str, body: bytes) -> Rules:
        """Keep what the robots.txt for ``url`` says; ``body`` may have been cut at the limit."""
        if len(body) >= self._settings.robots_max_bytes:
            # "Disallow: /" must not be what a cut left of "Disallow: /private/".
            body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
        text = select_groups(body.decode("utf-8-sig", "replace"), ROBOTS_AGENT)
        packed = zlib.compress(text.encode(), 1)
        parsed = _parse(packed)
        return self._keep(
            url,
            Rules(
                packed=packed,
                sitemaps=tuple(dict.fromkeys(parsed.sitemaps)),
                crawl_delay_s=max(0.0, parsed.crawl_delay(ROBOTS_AGENT) or 0.0),
                expires_at=self._clock() + self._settings.robots_ttl_s,
            ),
        )

    def learn_failure(self, url: str, error: InputError) -> Rules:
        """Keep that the robots.txt for ``url`` is not there (allows all) or failed (forbids)."""
        status = error.http_status
        if status is not None and 400 <= status < 500 and status != 429:
            return self._keep(url, Rules(expires_at=self._clock() + self._settings.robots_ttl_s))
        return self._keep(
            url,
            Rules(
                failure=f"{robots_url(url)} could not be read: {error.detail}",
                expires_at=self._clock() + self._settings.robots_error_ttl_s,
            ),
        )

    def _keep(self, url: str, rules: Rules) -> Rules:
        self._rules[origin_of(url)] = rules
        return rules


# Parsed, a usual robots.txt takes 70 KB; of ten thousand hosts only those at work are kept so.
@lru_cache(maxsize=512)
def _parse(packed: bytes) -> Protego:
    return Protego.parse(zlib.decompress(packed).decode())
