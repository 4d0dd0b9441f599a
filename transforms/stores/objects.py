"""Open a bucket by its URL, and say in a sentence what went wrong in it.

Credentials and endpoints come from the configuration (``buckets``, see ``stores.credentials``) and
from the environment (``AWS_…``, ``GOOGLE_…``, ``AZURE_…``). What a
store's client says of an error may hold an address with a token in it, so none of its text is ever
passed on: the cause is told in words of our own.
"""

import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from obstore.exceptions import (
    BaseError,
    GenericError,
    NotSupportedError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import MemoryStore, ObjectStore, from_url

from newsbeam.transforms.core.errors import DatasetError, UsageError
from newsbeam.transforms.core.settings import BucketSettings
from newsbeam.transforms.stores.credentials import buckets_in_use, options_of

_VARIABLES = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for a store that is not "
    "Amazon's, AWS_ENDPOINT_URL (with AWS_ALLOW_HTTP=true if it has no TLS)",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}
_FAMILIES = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    "gs": "gs",
    "az": "az",
}
#: What the variables of each family begin with, and those of them that are the client's.
_PREFIXES = {"s3": "AWS", "gs": "GOOGLE", "az": "AZURE"}
_FLAGS = frozenset(("allow_http", "allow_invalid_certificates"))
_CLIENT = (*sorted(_FLAGS), "connect_timeout", "proxy_url", "proxy_excludes", "timeout")
#: A bucket in the memory of this process, which ends with it.
_MEMORY = "memory"

#: Of one request, and of all its repetitions by the client; in seconds.
REQUEST_S, RETRY_S, RETRIES = 60.0, 60.0, 5
#: How often a request is made again that the client has given up.
TRIES = 3

_STATUS = re.compile(r"status code: (\d{3})")
_WORDS = {
    "403": "the store refuses the credentials (403)",
    "404": "there is no such bucket (404)",
    "429": "the store asks for fewer requests (429)",
}
_UNREACHABLE = ("tcp connect", "Connection refused", "dns error", "error sending request")

Result = TypeVar("Result")


def is_bucket(url: str) -> bool:
    """Return whether ``url`` names a place in an object store that is read and written here."""
    scheme, found, _ = url.partition("://")
    return bool(found) and (scheme.lower() in _FAMILIES or scheme == _MEMORY)


def open_bucket(url: str) -> ObjectStore:
    """Return the store at ``url``; paths in it are relative to the path of the URL.

    Raises ``UsageError`` for a URL that cannot be used.
    """
    return opened_bucket(url, buckets_in_use())


@lru_cache(maxsize=64)  # a store keeps its connections
def opened_bucket(url: str, settings: BucketSettings) -> ObjectStore:
    """Do what ``open_bucket`` does, with ``settings``."""
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError(
            f"{parts.scheme}://{parts.hostname or ''}…: an address of a bucket has no user, "
            "question mark or number sign in it. Credentials come from the environment, or from "
            "buckets in the configuration."
        )
    if not parts.netloc:
        raise UsageError(f"{url} names no bucket; write {parts.scheme}://BUCKET/PATH.")
    if parts.scheme == _MEMORY:
        return MemoryStore()
    said: Any = options_of(settings, _family(url))
    client = _client_options(url, {name: said.pop(name) for name in _CLIENT if name in said})
    try:
        return from_url(
            url,
            config=said,
            client_options=client,
            retry_config={
                "max_retries": RETRIES,
                "retry_timeout": timedelta(seconds=RETRY_S),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=5),
                    "base": 2,
                },
            },
        )
    except (BaseError, ValueError) as error:  # which may repeat what a variable holds
        raise UsageError(
            f"{url} cannot be opened ({type(error).__name__}). Set {_variables(url)}."
        ) from None


def _client_options(url: str, said: dict[str, Any]) -> Any:
    """Return the options of the client: those of the environment, and before them what is ``said``.

    The store reads variables itself, but not if any options are given (obstore 0.12).
    """
    named = {name: os.environ.get(f"{_PREFIXES[_family(url)]}_{name.upper()}") for name in _CLIENT}
    given: dict[str, Any] = {name: value for name, value in named.items() if value}
    flags = {name: given[name].lower() in ("1", "true", "yes", "on") for name in _FLAGS & {*given}}
    return {"timeout": f"{REQUEST_S:g}s", "connect_timeout": "5s", **given, **flags, **said}


def _family(url: str) -> str:
    return _FAMILIES.get(urlsplit(url).scheme, "")


def ask(url: str, path: str, doing: str, request: Callable[[], Result]) -> Result:
    """Return what ``request`` returns; it may be made several times, so it must not matter.

    Raises ``FileNotFoundError`` if nothing is there, else ``DatasetError``.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return request()
        except GenericError as error:
            if attempt == TRIES:
                raise explain(url, path, doing, error) from None
            time.sleep(0.2 * 2**attempt)
        except BaseError as error:
            raise explain(url, path, doing, error) from None
    raise AssertionError("the last attempt returns or raises")


def explain(url: str, path: str, doing: str, error: BaseException) -> DatasetError:
    """Return a ``DatasetError`` that says what ``error`` means, without a word of its own."""
    return DatasetError(f"Cannot {doing} {place(url, path)}: {_cause(url, error)}.")


def place(url: str, path: str) -> str:
    """Return the address of a path in a bucket."""
    return f"{url.rstrip('/')}/{path}" if path else url


def _cause(url: str, error: BaseException) -> str:
    text = str(error)
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return f"the store refuses the credentials; check {_variables(url)}"
    if isinstance(error, NotSupportedError):
        return "the store has no such operation"
    if "BadScheme" in text:
        return "its endpoint has no TLS; set AWS_ALLOW_HTTP=true if that is meant"
    if "169.254.169.254" in text or "metadata.google" in text:
        return f"there are no credentials; set {_variables(url)}"
    if status := _STATUS.search(text):
        return _WORDS.get(status[1], f"the store answers with {status[1]}") + _AGAIN
    if "timed out" in text or "TimedOut" in text:
        return "the store does not answer in time" + _AGAIN
    if any(each in text for each in _UNREACHABLE):
        return f"the store cannot be reached; check {_variables(url)}" + _AGAIN
    return f"{type(error).__name__}" + _AGAIN


_AGAIN = ". What was committed is safe; run the same command again"


def _variables(url: str) -> str:
    family = _family(url)
    return f"{_VARIABLES.get(family, 'its variables')}, or buckets.{family} in the configuration"
