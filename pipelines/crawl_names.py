"""Which inputs are crawls, and which share of one is meant; without what it takes to read them."""

import re

from newsbeam.transforms.core.errors import UsageError
from newsbeam.transforms.core.settings import InputSettings

_PREFIXES = ("cc-news:", "cc-main:", "cc-wet:")


def is_crawl(given: InputSettings | str) -> bool:
    """Return whether an input names a crawl."""
    ref = given if isinstance(given, str) else given.ref
    return ref.startswith(_PREFIXES)


def parse_share(text: str) -> tuple[int, int]:
    """Return number and count of a share such as 3/16. Raises UsageError."""
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise UsageError(f"--part {text}: write a number and a count, from 1/16 to 16/16.")
    return int(match[1]), int(match[2])
