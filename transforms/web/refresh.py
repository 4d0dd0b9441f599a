"""Pages that do nothing but send their readers on, by a refresh: a redirect in other words."""

import html
import re

from newsbeam.transforms.core.refresh import MAX_REFRESH_CHARS, refresh_reference
from newsbeam.transforms.web.responses import Response

#: No page that only sends on is longer; bounds what the expressions below have to do.
_MAX_BYTES = 1 << 14
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|template|textarea|title)\b.*?(?:</\1\s*>|$)",
    re.IGNORECASE | re.DOTALL,
)
_UNDRAWN = re.compile(r"<noscript\b.*?(?:</noscript\s*>|$)", re.IGNORECASE | re.DOTALL)
_META = re.compile(r"""<meta\b((?:[^<>"']++|"[^"]*+"|'[^']*+'){1,100}+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]{1,64}+)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++)""")
_TAG = re.compile(r"<[^>]*>")


def find_refresh(response: Response) -> str | None:
    """Return the reference to which an answer only sends its readers on, None if it does not.

    The header counts as the element does. Whether the page has a text of its own is judged roughly;
    whoever extracts it looks closer.
    """
    if len(response.body) > _MAX_BYTES:
        return None
    reference = refresh_reference(response.refresh or "")
    if reference is None and b"refresh" not in response.body.lower():
        return None
    text = _HIDDEN.sub(" ", response.body.decode("utf-8", "replace"))
    if reference is None:
        reference = next(filter(None, map(_read_meta, _META.findall(text))), None)
    drawn = html.unescape(_TAG.sub(" ", _UNDRAWN.sub(" ", text)))
    return reference if len(" ".join(drawn.split())) <= MAX_REFRESH_CHARS else None


def _read_meta(attributes: str) -> str | None:
    values = {
        name.lower(): html.unescape(value.strip("\"'"))
        for name, value in reversed(_ATTRIBUTE.findall(attributes))
    }
    if values.get("http-equiv", "").strip().lower() != "refresh":
        return None
    return refresh_reference(values.get("content", ""))
