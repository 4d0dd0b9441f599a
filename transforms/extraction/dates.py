"""When an article was published and changed: all that the page and its feed claim, compared."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from htmldate import find_date
from lxml.html import HtmlElement

from transforms.core.records import DateClaim, Entry
from transforms.extraction.headline import Near
from transforms.extraction.markup import Markup
from transforms.extraction.shown_dates import (
    dates_beside_headline,
    dates_elsewhere,
    embedded_date,
)
from transforms.extraction.stamps import date_in_url, parse_claim
from transforms.extraction.structured import Node, text_of_key
from transforms.extraction.written_dates import read_date
from transforms.extraction.zones import find_offset

#: No article on the web is older: what is, is a broken field.
EARLIEST = datetime(1994, 1, 1, tzinfo=UTC)

#: Two claims further apart than this contradict each other.
_CONFLICT = timedelta(days=2)
_DAY = timedelta(days=1)
#: "3/11/2026" is in March or in November.
_EITHER_WAY = re.compile(r"\D*(?:0?\d|1[0-2])[/-](?:0?\d|1[0-2])[/-]\d{4}")
#: What is longer is no date.
_MAX_CHARS = 60
#: A local day may end so many hours after its midnight in UTC.
_ONE_DAY_EVERYWHERE = timedelta(hours=36)

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
    "published",
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
    the last change, flagged ``last_change``; what htmldate finds. Of claims of one day the most
    exact is taken. Where claims are days apart, the one that readers see beside the headline wins,
    and the result is flagged ``conflicting``. A claim further ahead of ``now`` (when the page was
    fetched) than ``max_future_s`` only counts if there is no other: as ``now``, flagged
    ``future_clamped``.
    """
    latest = now + timedelta(seconds=max_future_s)
    beside = dates_beside_headline(near, markup.language)
    claims = list(_page_claims(markup, article))
    changes = list(_modified_claims(markup, article, entry, beside.changed))
    modified = _best(changes, latest)
    if entry.published is not None:
        claims.insert(_place_of(entry.published, claims), entry.published)
    plausible = [claim for claim in claims if EARLIEST <= claim.at <= latest]
    shown = _within(beside.published, latest)
    if plausible:
        published = _compare(plausible, shown, modified, latest, is_sure=beside.is_sure)
    else:
        published = shown or date_in_url(url)
    if published is None:
        apart = dates_elsewhere(tree, markup.language, has_headline=bool(near))
        modified = modified or _within(apart.changed, latest)
        stated = apart.published if beside.changed is None or apart.is_sure else None
        published = (
            _within(stated, latest)
            or _within(embedded_date(tree, markup.language), latest)
            or (modified and replace(modified, flags=(*modified.flags, "last_change")))
            or _search(tree, now, latest)
        )
    if published is None:
        future = [claim for claim in claims if claim.at > latest]
        if future:
            published = replace(future[0], at=now, flags=(*future[0].flags, "future_clamped"))
    if published is not None:
        # A field that has the day of the last change contradicts nothing.
        others = [c for c in plausible if modified is None or abs(c.at - modified.at) >= _DAY]
        if any(abs(claim.at - published.at) > _CONFLICT for claim in others):
            published = replace(published, flags=(*published.flags, "conflicting"))
        offset = find_offset(
            published,
            [*claims, *changes, *_claims(map(_value, markup.times), "time", markup.language)],
            changes,
            near,
            markup.language,
        )
        published = replace(published, utc_offset=offset)
        # The clocks that readers see are those of one place.
        if modified is not None and modified is beside.changed and offset:
            modified = _in_utc(modified, offset)
        if modified is not None and modified.at < published.at:
            modified = None
    return Dates(published=published, modified=modified)


def _page_claims(markup: Markup, article: Node) -> Iterator[DateClaim]:
    yield from _claims([text_of_key(article, "datePublished")], "jsonld", markup.language)
    yield from _claims(markup.values(*PUBLISHED_META), "meta", markup.language)
    yield from _claims(
        [text_of_key(article, "dateCreated", "uploadDate")], "jsonld", markup.language
    )
    yield from _claims(_marked(markup, "datepublished"), "meta", markup.language)
    for element in markup.times:
        if element.get("pubdate") is not None or "ublish" in (element.get("class") or ""):
            yield from _claims([_value(element)], "time", markup.language)


def _modified_claims(
    markup: Markup, article: Node, entry: Entry, shown: DateClaim | None
) -> Iterator[DateClaim]:
    yield from _claims([text_of_key(article, "dateModified")], "jsonld", markup.language)
    yield from _claims(markup.values(*MODIFIED_META), "meta", markup.language)
    yield from _claims(_marked(markup, "datemodified"), "meta", markup.language)
    yield from (claim for claim in (entry.modified, shown) if claim is not None)


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


def _compare(
    claims: Sequence[DateClaim],
    shown: DateClaim | None,
    modified: DateClaim | None,
    latest: datetime,
    *,
    is_sure: bool,
) -> DateClaim | None:
    """Return which of ``claims`` holds, or that it is the date ``shown`` to readers.

    It is the first, unless readers are shown another: where claims are a day apart, or the first is
    later than the last change, that of the shown day holds, or the shown day itself if it is before
    that change. Sites that move, or save a page again, may write its stamps anew: a date at the
    headline that ``is_sure`` and is earlier than all of them holds in any case. A shown day that is
    that of the last change says nothing.
    """
    published = _best(claims, latest)
    if published is None or shown is None:
        return published
    if modified is not None and abs(shown.at - modified.at) < _DAY:
        return published  # readers see when it was changed
    same_day = [claim for claim in claims if _may_be_same_day(claim, shown)]
    if (
        is_sure
        and not same_day
        and all(shown.at + _ONE_DAY_EVERYWHERE < claim.at for claim in claims)
    ):
        return shown
    apart = any(abs(claim.at - claims[0].at) >= _DAY for claim in claims)
    late = modified is not None and modified.at + _DAY < claims[0].at
    if same_day and (apart or late):
        return _best(same_day, latest)
    between = modified is not None and shown.at < modified.at < published.at
    return shown if (apart or late) and between else published


def _may_be_same_day(claim: DateClaim, shown: DateClaim) -> bool:
    """Say whether ``shown`` may be the day of ``claim``: "3/11" is in March or in November."""
    day = claim.at
    swapped = (day.year, day.day, day.month) == (shown.at.year, shown.at.month, shown.at.day)
    return swapped or abs(day - shown.at) < _DAY


def _in_utc(claim: DateClaim, offset: int) -> DateClaim:
    """Return what a clock without a zone says at a place ``offset`` minutes east of UTC."""
    if "timezone_assumed" not in claim.flags:
        return claim
    return replace(claim, at=claim.at - timedelta(minutes=offset))


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


def _marked(markup: Markup, name: str) -> Iterator[str]:
    for element in markup.properties:
        if (element.get("itemprop") or "").lower() == name:
            yield _value(element)


def _value(element: HtmlElement) -> str:
    return (
        element.get("datetime") or element.get("content") or element.text_content() or ""
    ).strip()


def _claims(texts: Iterable[str | None], source: str, language: str | None) -> Iterator[DateClaim]:
    for text in texts:
        if not text:
            continue
        claim = parse_claim(text, source)
        if claim is None and len(text) <= _MAX_CHARS and not _EITHER_WAY.match(text):
            claim = read_date(text, language)
        if claim is not None:
            yield replace(claim, source=source)
