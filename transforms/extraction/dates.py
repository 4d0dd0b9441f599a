"""When an article was published and changed: all that the page and its feed claim, compared."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from htmldate import find_date
from lxml.html import HtmlElement

from transforms.core.records import DateClaim, Entry
from transforms.extraction.headline import Near
from transforms.extraction.markup import Markup
from transforms.extraction.shown_dates import (
    date_beside_headline,
    date_in_url,
    embedded_date,
    first_marked_date,
    labelled_date,
)
from transforms.extraction.stamps import parse_claim
from transforms.extraction.structured import Node, text_of_key
from transforms.extraction.zones import find_offset

#: No article on the web is older: what is, is a broken field.
EARLIEST = datetime(1994, 1, 1, tzinfo=UTC)

#: Two claims further apart than this contradict each other.
_CONFLICT = timedelta(days=2)
_DAY = timedelta(days=1)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of an article."""

    published: DateClaim | None
    modified: DateClaim | None


def find_dates(
    tree: HtmlElement,
    markup: Markup,
    article: Node,
    *,
    entry: Entry,
    url: str | None,
    near: Sequence[Near],
    now: datetime,
    max_future_s: float,
) -> Dates:
    """Return when the article was published and modified, out of all claims; never a guess at now.

    Published, in order of trust: the feed's, if it has a zone and the page does not contradict it
    by days; JSON-LD; meta elements; microdata and ``time`` elements; the date beside the headline;
    the day in the URL; the first element that is marked or labelled as a date; what scripts say;
    what htmldate finds. Of claims
    of one day the most exact is taken. Where claims are days apart, the one that readers see beside
    the headline wins, and the result is flagged ``conflicting``. A claim further ahead of ``now``
    (when the page was fetched) than ``max_future_s`` only counts if there is no other: as ``now``,
    flagged ``future_clamped``.
    """
    latest = now + timedelta(seconds=max_future_s)
    claims = list(_page_claims(markup, article))
    changes = list(_modified_claims(markup, article, entry))
    modified = _best(changes, latest)
    if entry.published is not None:
        claims.insert(_place_of(entry.published, claims), entry.published)
    plausible = [claim for claim in claims if EARLIEST <= claim.at <= latest]
    published = _best(plausible, latest)
    shown: DateClaim | None = None
    if published is None or _doubtful(plausible, modified):
        shown = _within(date_beside_headline(near, markup.language), latest)
        if published and shown and modified and abs(shown.at - modified.at) < _DAY:
            shown = None  # readers see when it was changed
    if published is None:
        published = (
            shown
            or date_in_url(url)
            or _within(first_marked_date(tree, markup.language), latest)
            or _within(labelled_date(tree, markup.language), latest)
            or _within(embedded_date(tree, markup.language), latest)
            or _search(tree, now, latest)
        )
    elif shown is not None:
        same_day = [claim for claim in plausible if abs(claim.at - shown.at) < _DAY]
        if same_day:
            published = _best(same_day, latest)
        elif modified is not None and shown.at < modified.at < published.at:
            published = shown
    if published is None:
        future = [claim for claim in claims if claim.at > latest]
        if future:
            published = replace(future[0], at=now, flags=(*future[0].flags, "future_clamped"))
    if published is not None:
        if any(abs(claim.at - published.at) > _CONFLICT for claim in plausible):
            published = replace(published, flags=(*published.flags, "conflicting"))
        offset = find_offset(
            published,
            [*claims, *changes, *_claims(map(_value, markup.times), "time")],
            changes,
            near,
            markup.language,
        )
        published = replace(published, utc_offset=offset)
        if modified is not None and modified.at < published.at:
            modified = None
    return Dates(published=published, modified=modified)


def _page_claims(markup: Markup, article: Node) -> Iterator[DateClaim]:
    yield from _claims([text_of_key(article, "datePublished")], "jsonld")
    yield from _claims(markup.values(*PUBLISHED_META), "meta")
    yield from _claims([text_of_key(article, "dateCreated", "uploadDate")], "jsonld")
    for element in markup.properties:
        if (element.get("itemprop") or "").lower() == "datepublished":
            yield from _claims([_value(element)], "meta")
    for element in markup.times:
        if element.get("pubdate") is not None or "ublish" in (element.get("class") or ""):
            yield from _claims([_value(element)], "time")


def _modified_claims(markup: Markup, article: Node, entry: Entry) -> Iterator[DateClaim]:
    yield from _claims([text_of_key(article, "dateModified")], "jsonld")
    yield from _claims(markup.values(*MODIFIED_META), "meta")
    if entry.modified is not None:
        yield entry.modified


def _place_of(fed: DateClaim, claims: Sequence[DateClaim]) -> int:
    """Return where the feed's claim stands among the page's: first or last."""
    exact = fed.precision != "day" and "timezone_assumed" not in fed.flags
    contradicted = bool(claims) and abs(claims[0].at - fed.at) > _CONFLICT
    return 0 if exact and not contradicted else len(claims)


def _best(claims: Sequence[DateClaim], latest: datetime) -> DateClaim | None:
    """Return the first plausible claim, or a more exact one of its day."""
    plausible = [claim for claim in claims if EARLIEST <= claim.at <= latest]
    if not plausible:
        return None
    near = [claim for claim in plausible if abs(claim.at - plausible[0].at) < _DAY]
    return max(near, key=_exactness)  # the first of equals


def _exactness(claim: DateClaim) -> tuple[bool, bool]:
    return claim.precision != "day", "timezone_assumed" not in claim.flags


def _doubtful(claims: Sequence[DateClaim], modified: DateClaim | None) -> bool:
    """Say whether claims are a day apart, or the first is days later than the last change."""
    first = claims[0].at
    apart = any(abs(claim.at - first) >= _DAY for claim in claims)
    return apart or (modified is not None and modified.at + _DAY < first)


def _within(claim: DateClaim | None, latest: datetime) -> DateClaim | None:
    return claim if claim is not None and EARLIEST <= claim.at <= latest else None


def _search(tree: HtmlElement, now: datetime, latest: datetime) -> DateClaim | None:
    """Return the day that htmldate finds in a page: the last resort."""
    found = find_date(
        tree,
        original_date=True,
        # The extensive search makes dates of years alone, and loads the grammars of 200 languages.
        extensive_search=False,
        url="",  # or it would look for one in the page
        min_date=EARLIEST.replace(tzinfo=None),
        max_date=min(now, latest).replace(tzinfo=None),
        outputformat="%Y-%m-%d",
    )
    return parse_claim(found, "htmldate") if found else None


def _value(element: HtmlElement) -> str:
    return (
        element.get("datetime") or element.get("content") or element.text_content() or ""
    ).strip()


def _claims(texts: Iterable[str | None], source: str) -> Iterator[DateClaim]:
    for text in texts:
        if text and (claim := parse_claim(text, source)):
            yield claim
