"""How other people's servers and their feeds are asked."""

import re

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from newsbeam.transforms.core.settings.base import (
    MIB,
    NonNegative,
    Positive,
    PositiveInt,
    Settings,
)

#: What may stand within the brackets of a User-Agent.
_PLAIN = re.compile(r"[!-'*-~]+")
_PAGE_OR_MAIL = re.compile(r"https?://[^/@]+(?:/.*)?|(?:mailto:)?[^@:/]+@[^@:/]+", re.IGNORECASE)


class FetchSettings(Settings):
    """How other people's servers are asked, and what is taken from them."""

    contact_url: str | None = Field(
        None,
        description="A page that says who runs this crawler, or an address of mail; goes into the "
        "User-Agent.",
    )

    @field_validator("contact_url")
    @classmethod
    def _leads_to_somebody(cls, contact: str | None) -> str | None:
        if contact is not None and not (
            _PLAIN.fullmatch(contact) and _PAGE_OR_MAIL.fullmatch(contact)
        ):
            raise PydanticCustomError(
                "contact",
                "write an address that site owners can open or write to, such as "
                "https://example.org/our-crawler or mailto:crawler@example.org, without blanks, "
                "brackets and letters beyond ASCII",
            )
        return contact

    delay_s: NonNegative = Field(5.0, description="Least time between two requests to a host.")
    max_crawl_delay_s: NonNegative = Field(
        120.0, description="Crawl-delay in robots.txt is honoured up to this."
    )
    connections: PositiveInt = Field(64, description="Requests under way at once, over all hosts.")
    deadline_s: Positive = Field(60.0, description="Total time for one request and its body.")
    connect_timeout_s: Positive = Field(10.0, description="Time to connect to one address.")
    max_page_bytes: PositiveInt = Field(10 * MIB, description="Largest page, decompressed.")
    max_feed_bytes: PositiveInt = Field(
        20 * MIB, description="Largest feed or sitemap, decompressed."
    )
    max_header_bytes: PositiveInt = Field(65536, description="Longest line of response headers.")
    max_headers: PositiveInt = Field(128, description="Most response headers.")
    max_redirects: int = Field(5, ge=0, description="Redirects that are followed.")
    max_url_chars: PositiveInt = Field(2048, description="Longest URL that is asked for.")
    max_entries: PositiveInt = Field(
        2000,
        description="Entries of a feed or sitemap that are read in a pass; the rest waits for the "
        "next.",
    )
    retries: int = Field(2, ge=0, description="Further tries in a pass after a passing failure.")
    retry_statuses: tuple[int, ...] = Field(
        (408, 429, 500, 502, 503, 504, 522, 524), description="Answers that are tried again."
    )
    retry_delay_s: NonNegative = Field(
        2.0, description="Wait before the first further try; doubles, with jitter of a half."
    )
    backoff_s: Positive = Field(
        60.0, description="First wait after a 429 or 503 without Retry-After; doubles."
    )
    max_backoff_s: Positive = Field(
        86400.0, description="Longest time that a host is left alone, whatever it asks for."
    )
    max_wait_s: NonNegative = Field(
        120.0, description="A host that must be left alone for longer is deferred to a later pass."
    )
    latency_factor: NonNegative = Field(
        1.0, description="The delay grows to this many times the host's usual response time."
    )
    keep_alive_s: NonNegative = Field(
        2.0, description="A connection is kept for a next request that may follow within this."
    )
    dns_ttl_s: Positive = Field(300.0, description="How long an address lookup is remembered.")
    dead_host_ttl_s: Positive = Field(
        600.0, description="How long a host that could not be reached is not tried again."
    )
    robots: bool = Field(True, description="Obey robots.txt (RFC 9309).")
    robots_max_bytes: PositiveInt = Field(500 * 1024, description="How much of robots.txt is read.")
    robots_max_redirects: int = Field(
        5, ge=0, description="Redirects that are followed to a robots.txt."
    )
    robots_ttl_s: Positive = Field(86400.0, description="How long robots.txt is remembered.")
    robots_error_ttl_s: Positive = Field(
        3600.0, description="How long a robots.txt that failed forbids the host."
    )
    allow_addresses: tuple[str, ...] = Field(
        (), description="Address ranges (CIDR) that may be asked though they are not public."
    )
    connect_to: dict[str, str] = Field(
        {},
        description="Host names (or *.suffix) to the address:port that serves them, as in curl's "
        "--connect-to: for tests and intranets. The address must be public or allowed.",
    )
    proxy: str | None = Field(
        None, description="An http proxy; none is taken from the environment."
    )
    shards: PositiveInt = Field(
        1, description="Parts that hosts are divided into, one worker each; 1 on one machine."
    )


class PollSettings(Settings):
    """How often a feed is asked."""

    start_interval_s: Positive = Field(3600.0, description="Interval of a new feed.")
    min_interval_s: Positive = Field(900.0, description="Shortest interval.")
    max_interval_s: Positive = Field(
        86400.0, description="Longest interval, whatever the feed or its server asks for."
    )
    interval_step: float = Field(
        1.5, gt=1, description="Factor by which an interval becomes shorter or longer."
    )
    shorter_below: float = Field(
        0.33, ge=0, le=1, description="Share of entries known already that shortens the interval."
    )
    longer_above: float = Field(
        0.67, ge=0, le=1, description="Share of entries known already that lengthens it."
    )
    jitter: float = Field(
        0.1, ge=0, lt=1, description="Largest share by which a wait is changed, by the URL's hash."
    )
    max_missing_s: Positive = Field(
        30 * 86400.0, description="Longest wait for a feed that is not found."
    )
    moves_before_following: PositiveInt = Field(
        3, description="Equal permanent redirects in a row after which a feed's URL is changed."
    )
    unconditional_s: Positive = Field(
        86400.0, description="Time after which a feed is asked for whole, unchanged or not."
    )
