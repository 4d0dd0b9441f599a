"""What comes back from a fetch, and what is kept while a URL is followed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from multidict import CIMultiDictProxy

HTML_ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
FEED_ACCEPT = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A final answer: 2xx, or 304 to a conditional request."""

    requested_url: str  # as asked for
    url: str  # final, after redirects
    status: int
    body: bytes  # decompressed, undecoded; empty with 304
    redirects: tuple[str, ...] = ()  # each URL that redirected, first to last
    permanent: bool = False  # there were redirects, and all of them were 301 or 308
    fetched_at: datetime  # UTC; end of the body
    # Headers as sent, with bytes that are not UTF-8 replaced; None where absent.
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    cache_control: str | None = None
    expires: str | None = None
    robots_tag: str | None = None  # X-Robots-Tag, all of them, joined by ", "
    tdm_reservation: str | None = None  # W3C TDM Reservation Protocol
    refresh: str | None = None
    content_range: str | None = None  # of a part (status 206)


@dataclass(slots=True)
class Chase:
    """One URL on its way through redirects and further tries. Belongs to the fetcher."""

    requested_url: str
    url: str  # what is to be asked next
    max_bytes: int
    max_redirects: int
    headers: dict[str, str]
    truncate: bool = False  # cut a body at max_bytes instead of refusing it
    visited: list[str] = field(default_factory=list)
    permanent: bool = True
    tries: int = 0  # failed ones for this URL
    done: bool = False
    follows_refresh: bool = False  # of the page that is asked next

    @property
    def is_conditional(self) -> bool:
        """Whether 304 is an answer to it."""
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


def header_text(headers: CIMultiDictProxy[str], name: str) -> str | None:
    """Return a header, its values joined by ", ", as valid Unicode; None where absent."""
    values = headers.getall(name, None)
    if values is None:
        return None
    return ", ".join(values).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def validator(headers: CIMultiDictProxy[str], name: str) -> str | None:
    """Return an ETag or Last-Modified that can be sent back byte for byte, else None."""
    value = headers.get(name)
    return value if value and value.isascii() and value.isprintable() else None


def parse_http_date(value: str) -> datetime | None:
    """Return the moment that a header like Expires names, in UTC where it names no zone."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # years and zones may have any number of digits
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
