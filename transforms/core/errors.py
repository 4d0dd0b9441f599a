"""What can go wrong, as one tree.

::

    NewsbeamError
    ├── UsageError        a person asked for something that cannot be: exit code 2
    │   ├── ConfigError   ... in a configuration
    │   └── ModelError    a file of numbers that ships with the package is of no use
    ├── DatasetError      the dataset cannot be read or written as it is: exit code 1
    └── InputError        one input cannot become an article: it ends as a reject, the run goes on

Only ``InputError`` has a reason; it is a short name from ``REASONS`` and becomes a column, while
the message is a sentence for people and becomes ``detail``. Anything else that is raised is a bug.
"""

from pathlib import Path

#: Every reason a poll can fail, an entry be invalid, or a page be rejected for, with its meaning.
REASONS: dict[str, str] = {
    # reading files and feeds
    "empty": "the input has no bytes",
    "not_text": "the bytes are neither text nor anything else that is read",
    "not_found": "nothing is there",
    "unreadable": "the file cannot be opened or read",
    "truncated_archive": "the compressed data ends early or is damaged",
    "too_large": "more bytes than the configured limit, counted after decompression",
    "not_a_feed": "it was to be a feed, but is none",
    "not_a_sitemap": "it was to be a sitemap, but is none",
    "unsafe_xml": "the XML declares entities or a huge document type",
    "bad_json": "the line is no JSON object",
    "bad_row": "the row has neither text, HTML nor a URL, or a field of the wrong type",
    "bad_record": "the WARC record is damaged",
    "revisit": "the WARC record only points to an earlier capture",
    "bad_url": "the URL cannot be parsed, is too long, or is neither http nor https",
    "not_html": "the response or record is not a page: an image, a PDF, a feed",
    "http_status": "the server answered with an error",
    "too_deep": "a sitemap index or an archive nested deeper than the limit",
    "bad_xml": "the document is no XML",
    "bad_wire": "it was to be a document of the news trade, but holds none",
    "not_a_story": "the wire item is a picture, a film, a package or the like, or has no text",
    "embargoed": "the wire item must not be published yet; it is read again until it may",
    "superseded": "a later version of the wire item is in the dataset",
    # fetching
    "blocked_address": "the host resolves to an address that is not public",
    "blocked_scheme": "a redirect leads to something that is neither http nor https",
    "robots_denied": "robots.txt forbids it",
    "robots_unreachable": "robots.txt could not be read, which forbids it for now",
    "dns_failed": "the host name does not resolve",
    "connect_failed": "no connection to the host",
    "tls_failed": "the certificate or the handshake is bad",
    "timeout": "the deadline passed",
    "bad_encoding": "the content encoding is unknown or damaged",
    "bad_response": "the answer is not valid HTTP",
    "too_many_redirects": "more redirects than allowed, or a loop",
    "host_deferred": "the host asked to be left alone for longer than this pass lasts",
    # extraction
    "no_article": "the page has no article text",
    "not_an_article": "the page is a listing, a product, a forum or the like, and no feed names it",
    "consent_wall": "the page shows only a consent dialogue",
    "script_shell": "the page is a shell that scripts would fill",
    "extraction_timeout": "extraction took longer than the limit and was killed",
    "extraction_memory": "extraction needed more memory than the limit",
    "extraction_crashed": "the extraction process died",
    "extraction_failed": "extraction raised an error",
    "too_short": "less text than the configured minimum",
    "low_quality": "the text fails a rule of quality that the configuration drops by",
    # steps of the user's own, which also have reasons of their own
    "step_failed": "a step raised an error, or changed what it may not",
}

#: What a person can do about a reason, where a setting decides.
REMEDIES: dict[str, str] = {
    "blocked_address": "fetch.allow_addresses names the ranges that may be asked though they are "
    "not public, such as [10.0.0.0/8].",
    "bad_row": "read.fields names the columns or keys that hold text, HTML or URL.",
    "not_an_article": "extract.other_pages: write keeps such pages.",
}


class NewsbeamError(Exception):
    """Base of all errors that newsbeam raises on purpose."""


class UsageError(NewsbeamError):
    """A command that cannot be carried out as given; the message says what to do instead."""


class ConfigError(UsageError):
    """A configuration that cannot be used; the message names the file and the key."""


class ModelError(UsageError):
    """A file of numbers that ships with the package and is of no use."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"The model {path} {fault}. Install newsbeam anew.")
        self.path, self.fault = path, fault

    def __reduce__(self) -> tuple[object, ...]:
        return (ModelError, (self.path, self.fault))


class DatasetError(NewsbeamError):
    """A dataset that cannot be read or written; the message names the file."""


class InputError(NewsbeamError):
    """One input that cannot become an article."""

    def __init__(self, reason: str, detail: str, *, http_status: int | None = None) -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}")
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.http_status = http_status

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.reason, self.detail, self.http_status))


def _rebuild(reason: str, detail: str, http_status: int | None) -> InputError:
    return InputError(reason, detail, http_status=http_status)


def say_reason(reason: str) -> str:
    """Return what a reason means, as a sentence; that of a step of one's own is its name."""
    meaning = REASONS.get(reason, reason)
    return f"{meaning[:1].upper()}{meaning[1:]}."
