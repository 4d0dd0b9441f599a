"""Codes of the trade: what a status, a class or a signal means, and the address of a concept."""

import re
from collections.abc import Mapping
from functools import lru_cache

_NEWSCODES = "http://cv.iptc.org/newscodes/"
#: Aliases of IPTC's own catalogue (catalog.IPTC-G2-Standards), which every sender may use.
_SCHEMES = {
    "medtop": _NEWSCODES + "mediatopic/",
    "subj": _NEWSCODES + "subjectcode/",
    "genre": _NEWSCODES + "genre/",
    "cpnat": _NEWSCODES + "cpnature/",
    "ninat": _NEWSCODES + "newsitemtype/",
    "stat": _NEWSCODES + "pubstatusg2/",
    "sig": _NEWSCODES + "signal/",
    "irel": _NEWSCODES + "itemrelation/",
    "iso3166-1a2": "http://cvx.iptc.org/iso3166-1a2/",
    "iso3166-1a3": "http://cvx.iptc.org/iso3166-1a3/",
    "wikidata": "http://www.wikidata.org/entity/",
}
#: Of a Media Topic, and of the Subject Codes that came before them.
_IPTC_DIGITS = 8

_STATUSES = {"cancelled": "canceled", "killed": "canceled", "kill": "canceled"}
_CLASSES = {
    "text": "text",
    "picture": "picture",
    "photo": "picture",
    "image": "picture",
    "still": "picture",
    "graphic": "graphic",
    "animated": "graphic",
    "video": "video",
    "audio": "audio",
    "composite": "package",
    "package": "package",
}
#: Content that may be the text of an item, by its media type, else by the end of its address.
_TEXT_TYPE = re.compile(
    r"text/(?!css|calendar|javascript)|[\w.+/-]*(?:x(?:ht)?ml|nitf|json)\b", re.I
)
_MEDIA_TYPE = re.compile(r"(?:image|video|audio|font|model)/", re.I)
_TEXT_ENDING = re.compile(r"\.(?:html?|xhtml|txt|xml|nitf|json)(?:[?#]|$)", re.I)
_KILLS = re.compile(r"(?:mandatory)?[\s_-]?(?:kill|cancel|withdraw)(?:ed|led|al|n)?", re.I)


@lru_cache(maxsize=4096)  # they are the words of vocabularies
def last_part(code: str | None) -> str | None:
    """Return a code without the scheme before it, or the last step of an address, in lower case."""
    if not code:
        return None
    steps = code.rstrip("/").replace("#", "/").replace(":", "/")
    return steps.rpartition("/")[2].strip().lower() or None


def read_status(code: str | None) -> str | None:
    """Return usable, withheld, canceled, embargoed or whatever else a status says."""
    status = last_part(code)
    return _STATUSES.get(status, status) if status else None


def read_class(code: str | None) -> str | None:
    """Return the kind of item that a class names, None if it names none that is known."""
    return _CLASSES.get(last_part(code) or "")


def is_kill(signal: str | None) -> bool:
    """Return whether a signal takes the item back."""
    return _KILLS.fullmatch(last_part(signal) or "") is not None


def resolve(code: str | None, catalog: Mapping[str, str] | None = None) -> str | None:
    """Return the address of a concept, None where its scheme is not known.

    ``catalog`` holds the aliases that the document itself explains.
    """
    if not code:
        return None
    if len(code) == _IPTC_DIGITS and code.isascii() and code.isdecimal():
        return _NEWSCODES + ("mediatopic/" if code[0] == "2" else "subjectcode/") + code
    if code.startswith(("http://", "https://", "urn:")):
        return code
    alias, colon, value = code.partition(":")
    if not colon:
        return None
    scheme = (catalog or {}).get(alias) or _SCHEMES.get(alias.lower())
    return scheme + value if scheme else None


def is_text_address(address: str | None, media_type: str | None) -> bool:
    """Return whether what is behind ``address`` may be the text of an item."""
    if not address:
        return False
    if media_type:
        return _TEXT_TYPE.match(media_type) is not None and not _MEDIA_TYPE.match(media_type)
    return _TEXT_ENDING.search(address) is not None
