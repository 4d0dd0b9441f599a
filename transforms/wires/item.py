"""What one item of the news trade says, whatever format said it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from newsbeam.transforms.core.records import DateClaim, Wire
from newsbeam.transforms.core.rejects import scrub

#: What an item is. Only text becomes an article.
ITEM_KINDS = ("text", "picture", "graphic", "video", "audio", "package", "other")

#: ``pub_status`` of what must not be published, or not any more.
WITHDRAWN = ("canceled", "withheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class WireItem:
    """One item: what every article has, and in ``facts`` what only the trade says."""

    kind: str  # one of ITEM_KINDS
    facts: Wire
    url: str | None = None  # of its page, where it says so
    text_url: str | None = None  # of its text, as it is written, where it does not come along
    headline: str | None = None
    subheadline: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()  # whom the format itself lists as authors
    people: tuple[str, ...] = ()  # its creators: they may be authors, desks or logins
    publisher: str | None = None
    dateline_place: str | None = None  # where the format marks it
    section: str | None = None
    keywords: tuple[str, ...] = ()
    image_url: str | None = None
    published: DateClaim | None = None
    modified: DateClaim | None = None
    embargo: DateClaim | None = None
    is_embargoed: bool = False  # says so itself, with or without a time
    is_killed: bool = False  # a notice that takes the item back, whatever its status is
    paragraphs: tuple[str, ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        """Return whether its sender took it back."""
        return self.is_killed or self.facts.pub_status in WITHDRAWN


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(WireItem)


def encode_item(item: WireItem) -> bytes:
    """Return the item as the bytes of a page."""
    try:
        return _ENCODER.encode(item)
    except UnicodeEncodeError:  # JSON can escape half a character
        return _ENCODER.encode(_mend(msgspec.to_builtins(item, builtin_types=(datetime,))))


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: _mend(each) for key, each in value.items()}
    return [*map(_mend, value)] if isinstance(value, list | tuple) else value


def decode_item(body: bytes) -> WireItem:
    """Read what ``encode_item`` wrote."""
    return _DECODER.decode(body)
