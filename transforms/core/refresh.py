"""What a refresh says: after how long, and where to (HTML, "shared declarative refresh steps")."""

import re

_REFRESH = re.compile(
    r"\s*(\d{1,9})(?:\.\d*)?\s*[;,]?\s*(?:url\s*=)?\s*[\"']?([^\"']*)", re.IGNORECASE
)
#: Pages that reload to show what is new wait longer.
_MAX_DELAY_S = 10
#: A page with more text than this has something to say itself.
MAX_REFRESH_CHARS = 600


def refresh_reference(content: str) -> str | None:
    """Return where ``content`` sends readers soon, as it is written; None if it does not."""
    match = _REFRESH.match(content)
    if match is None or int(match[1]) > _MAX_DELAY_S:
        return None
    return match[2].strip() or None
