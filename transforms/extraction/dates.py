"""When an article was published and changed: all that the page and its feed claim, compared."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from htmldate import find_date
from lxml.html import HtmlElement

from transforms.core.records import DateClaim
from transforms.extraction.markup import Markup
from transforms.extraction.structured import Node, text_of_key

#: No article on the web is older: what is, is a broken field.
EARLIEST = datetime(1994, 1, 1, tzinfo=UTC)

#: Two claims further apart than this contradict each other.
_CONFLICT = timedelta(days=2)

PUBLISHED_META = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publicationdate",
    "published_at",
    "pubdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.created",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "citation_date",
    "article.published",
    "article:post_date",
    "date_published",
    "vr:published_time",
    "rnews:datepublished",
    "bt:pubdate",
    "date",
)
MODIFIED_META = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
)

_ISO = re.compile(
    r"^(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_SLASHED = re.compile(
    r"^(\d{4})/(\d{1,2})/(\d{1,2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_DOTTED = re.compile(
    r"^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[\s,|-]+(\d{1,2})[:.](\d{2})(?::(\d{2}))?)?"
)
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of an article."""

    published: DateClaim | None
    modified: DateClaim | None


def choose_dates(
    *,
    published: Iterable[DateClaim],
    modified: Iterable[DateClaim],
    now: datetime,
    max_future_s: float,
) -> Dates:
    """Return the best of the claims, given in order of trust.

    The first plausible claim wins; a later one of the same day that is more exact takes its place.
    It is flagged ``conflicting`` if another claim is days away. A claim further ahead of ``now``
    (when the page was fetched) than ``max_future_s`` is clamped to it and flagged, and only taken
    if there is no other.
    """
    return Dates(
        published=_choose(published, now, max_future_s),
        modified=_choose(modified, now, max_future_s),
    )


def claims_of_page(markup: Markup, article: Node) -> tuple[list[DateClaim], list[DateClaim]]:
    """Return what JSON-LD and meta elements claim: published and modified, best first."""
    published = list(_claims([text_of_key(article, "datePublished")], "jsonld"))
    published += _claims(markup.values(*PUBLISHED_META), "meta")
    published += _claims([text_of_key(article, "dateCreated", "uploadDate")], "jsonld")
    modified = list(_claims([text_of_key(article, "dateModified")], "jsonld"))
    modified += _claims(markup.values(*MODIFIED_META), "meta")
    return published, modified


def claims_of_elements(markup: Markup) -> Iterator[DateClaim]:
    """Yield what microdata and ``time`` elements of the body claim as the date of publication."""
    for element in markup.properties:
        if (element.get("itemprop") or "").lower() == "datepublished":
            yield from _claims([_value(element)], "meta")
    for element in markup.times:
        if element.get("pubdate") is not None or "ublish" in (element.get("class") or ""):
            yield from _claims([_value(element)], "time")


def claim_by_search(
    tree: HtmlElement, url: str | None, now: datetime, max_future_s: float
) -> DateClaim | None:
    """Return the date that htmldate finds in the address or text of a page: the last resort."""
    found = find_date(
        tree,
        original_date=True,
        extensive_search=True,
        url=url or "",
        min_date=EARLIEST.replace(tzinfo=None),
        max_date=(now + timedelta(seconds=max_future_s)).replace(tzinfo=None),
        outputformat="%Y-%m-%d",
    )
    return parse_claim(found, "htmldate") if found else None


def parse_claim(text: str, source: str) -> DateClaim | None:
    """Return the moment that ``text`` names, or None: ISO 8601 and its kin, RFC 2822, epoch.

    A time without a zone is taken as UTC and flagged ``timezone_assumed``. Midnight sharp in the
    writer's own zone says that only the day is known.
    """
    text = text.strip()
    match = _ISO.match(text) or _SLASHED.match(text)
    if match:
        return _claim(match.groups(), source)
    match = _DOTTED.match(text)
    if match:
        day, month, year, *time = match.groups()
        return _claim((year, month, day, *time, None), source)
    if _EPOCH.match(text):
        at = datetime.fromtimestamp(int(text[:10]), UTC)
        return DateClaim(at=at, source=source)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _from_local(at, source, precision="second", zoned=at.tzinfo is not None)


def _claim(groups: Sequence[str | None], source: str) -> DateClaim | None:
    year, month, day, hour, minute, second, zone = groups
    try:
        at = datetime(int(year or 0), int(month or 0), int(day or 0))
        if hour is None:
            return DateClaim(at=at.replace(tzinfo=UTC), source=source, precision="day")
        at = at.replace(hour=int(hour), minute=int(minute or 0), second=int(second or 0))
        offset = _offset(zone)
        zoned = offset is not None
        at = (at - offset if offset is not None else at).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if int(hour) == int(minute or 0) == int(second or 0) == 0:
        day_at = datetime(int(year or 0), int(month or 0), int(day or 0), tzinfo=UTC)
        return DateClaim(at=day_at, source=source, precision="day")
    flags = () if zoned else ("timezone_assumed",)
    return DateClaim(
        at=at, source=source, precision="minute" if second is None else "second", flags=flags
    )


def _from_local(at: datetime, source: str, *, precision: str, zoned: bool) -> DateClaim | None:
    try:
        at = at.astimezone(UTC) if zoned else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return DateClaim(
        at=at, source=source, precision=precision, flags=() if zoned else ("timezone_assumed",)
    )


def _offset(zone: str | None) -> timedelta | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return timedelta(0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def _value(element: HtmlElement) -> str:
    return (
        element.get("datetime") or element.get("content") or element.text_content() or ""
    ).strip()


def _claims(texts: Iterable[str | None], source: str) -> Iterator[DateClaim]:
    for text in texts:
        if text and (claim := parse_claim(text, source)):
            yield claim


def _choose(claims: Iterable[DateClaim], now: datetime, max_future_s: float) -> DateClaim | None:
    latest = now + timedelta(seconds=max_future_s)
    plausible: list[DateClaim] = []
    future: DateClaim | None = None
    for claim in claims:
        if claim.at > latest:
            future = future or replace(claim, at=now, flags=(*claim.flags, "future_clamped"))
        elif claim.at >= EARLIEST:
            plausible.append(claim)
    if not plausible:
        return future
    best = plausible[0]
    for claim in plausible[1:]:
        if _exactness(claim) > _exactness(best) and abs(claim.at - best.at) < timedelta(days=1):
            best = claim
    if any(abs(claim.at - best.at) > _CONFLICT for claim in plausible):
        best = replace(best, flags=(*best.flags, "conflicting"))
    return best


def _exactness(claim: DateClaim) -> tuple[bool, bool]:
    return claim.precision != "day", "timezone_assumed" not in claim.flags
