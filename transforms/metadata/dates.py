"""When an article was published and changed: all that the page and its feed claim, compared."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain

from newsbeam.transforms.core.records import DateClaim, Entry
from newsbeam.transforms.core.urls import host_of
from newsbeam.transforms.dates.locales import Locale, country_of, read_locale
from newsbeam.transforms.dates.written import AMBIGUOUS, read_date
from newsbeam.transforms.metadata.date_lines import MAX_APART_CHARS, ONE_DAY_EVERYWHERE
from newsbeam.transforms.metadata.headline import Near
from newsbeam.transforms.metadata.shown_dates import (
    dates_beside_headline,
    dates_elsewhere,
    embedded_date,
    is_above_article,
    is_foreign,
    is_of_teaser,
)
from newsbeam.transforms.metadata.stamps import date_in_url, parse_claim
from newsbeam.transforms.metadata.time_elements import date_property, stamp_of
from newsbeam.transforms.metadata.zones import find_offset
from newsbeam.transforms.pages.outline import TIMES, Element, Outline
from newsbeam.transforms.pages.structured import Node, text_of_key

#: No article on the web is older: what is, is a broken field.
EARLIEST = datetime(1994, 1, 1, tzinfo=UTC)

#: Two claims further apart than this contradict each other.
_CONFLICT = timedelta(days=2)
_DAY = timedelta(days=1)
#: What is longer is no date.
_MAX_CHARS = 90

PUBLISHED_META = (
    *("article:published_time", "og:article:published_time", "og:published_time"),
    *("article:published", "datepublished", "parsely-pub-date", "sailthru.date"),
    *("cxenseparse:recs:publishtime", "cxenseparse:publishtime", "published", "publishdate"),
    *("publish-date", "publish_date", "publication_date", "publicationdate", "published_at"),
    *("pubdate", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created"),
    *("dc.created", "dc.date", "dcterms.date", "citation_publication_date", "citation_date"),
    *("article.published", "article:post_date", "date_published", "vr:published_time"),
    *("rnews:datepublished", "bt:pubdate", "date"),
)
#: Other names of the same.
_PUBLISHED_NAME = re.compile(
    r"^(?!.*(?:modif|updat|chang|edit|expir|event|read|valid))"
    r".*(?:(?:publi|creat|issue|releas|post|article|original|first).{0,12}(?:date|time)"
    r"|date.{0,3}(?:publi|creat|issue|releas|post))"
)
MODIFIED_META = (
    *("article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified"),
    *("dcterms.modified", "dc.date.modified", "last-modified", "lastmod"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of an article."""

    published: DateClaim | None
    modified: DateClaim | None
    #: unreadable: the source, or the page alone, states a day of publication that cannot be read.
    flags: tuple[str, ...] = ()
    #: Blocks near the headline that say nothing but dates.
    blocks: tuple[int, ...] = ()


def find_dates(
    outline: Outline,
    article: Node,
    *,
    entry: Entry,
    url: str | None,
    near: Sequence[Near],
    now: datetime,
    max_future_s: float,
    headline: Element | None = None,
) -> Dates:
    """Return when the article was published and modified, out of all claims; never a guess at now.

    Published, in order of trust: the feed's, if it has a zone and the page does not contradict it
    by days; JSON-LD; meta elements; microdata and ``time`` elements; the date beside the headline;
    the day in the URL; the first element that is marked or labelled as a date; what scripts say;
    the last change, flagged ``last_change``; a day that stands alone somewhere or in the address of
    the picture, flagged ``unlabelled``. Of claims of one day the most exact is taken. Where claims
    are days apart, the one that readers see beside the headline wins, and the result is flagged
    ``conflicting``. A claim further ahead of ``now`` (when the page was fetched) than
    ``max_future_s`` only counts if there is no other: as ``now``, flagged ``future_clamped``.
    "3/11" is in March or November: where nothing tells, it is flagged ``day_month_ambiguous``.
    """
    latest = now + timedelta(seconds=max_future_s)
    page = _Page(outline, article, headline, _locale(outline, url))
    beside = dates_beside_headline(outline, near, page.locale, headline)
    claims = list(page.published())
    doubtful = [claim for claim in claims if AMBIGUOUS in claim.flags]
    claims = [claim for claim in claims if AMBIGUOUS not in claim.flags]
    changes = [*page.modified(), *filter(None, (entry.modified, beside.changed))]
    modified = _best(changes, latest)
    if entry.published is not None:
        claims.insert(_place_of(entry.published, claims), entry.published)
    plausible = [claim for claim in claims if _within(claim, latest)]
    shown = _within(beside.published, latest)
    if plausible:
        published = _compare(plausible, shown, modified, latest, is_sure=beside.is_sure)
    else:
        published = _surest(shown, date_in_url(url), *(_within(each, latest) for each in doubtful))
    if published is None:
        apart = dates_elsewhere(outline, page.locale, headline)
        modified = modified or _within(apart.changed, latest)
        stated = apart.published if beside.changed is None or apart.is_sure else None
        published = (
            _within(stated, latest)
            or _within(embedded_date(outline, page.locale), latest)
            or (modified and replace(modified, flags=(*modified.flags, "last_change")))
            or _within(apart.guess, latest)
            or _within(page.pictured(), latest)
        )
    if published is None:
        future = [claim for claim in claims if claim.at > latest]
        if future:
            published = replace(future[0], at=now, flags=(*future[0].flags, "future_clamped"))
    if published is not None:
        if zone := _zone_of(published, shown):
            published = _moved(published, zone)
            modified = _moved(modified, zone) if modified else None
        # A field that has the day of the last change contradicts nothing.
        others = [c for c in plausible if modified is None or abs(c.at - modified.at) >= _DAY]
        if any(abs(claim.at - published.at) > _CONFLICT for claim in others):
            published = replace(published, flags=(*published.flags, "conflicting"))
        offset = find_offset(
            published,
            chain(claims, changes, page.times()),
            changes,
            [line.text for line in beside.lines],
            page.locale,
        )
        published = replace(published, utc_offset=offset)
        # The clocks that readers see are those of one place.
        if modified is not None and modified is beside.changed and offset:
            modified = _in_utc(modified, offset)
        if modified is not None and modified.at < published.at:
            modified = None
    flags = entry.published_flags
    if published is None and not flags and page.states_date():
        flags = ("unreadable",)
    return Dates(published=published, modified=modified, flags=flags, blocks=beside.blocks)


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page says for machines."""

    outline: Outline
    article: Node
    headline: Element | None
    locale: Locale

    def published(self) -> Iterator[DateClaim]:
        """Yield the claims of when it came out, in order of trust."""
        yield from self._claims([text_of_key(self.article, "datePublished")], "jsonld")
        yield from self._claims(self.outline.values(*PUBLISHED_META), "meta")
        yield from self._marked("datepublished")
        others = (name for name in self.outline.meta if _is_published(name[:_MAX_CHARS]))
        yield from self._claims(self.outline.values(*others), "meta")
        yield from self._claims([text_of_key(self.article, "dateCreated", "uploadDate")], "jsonld")
        for element in self.outline.tagged(TIMES):
            is_marked = "pubdate" in element.attrs or "ublish" in element.get("class")
            if is_marked and self._is_own(element):
                yield from self._claims([self._value(element)], "time")

    def states_date(self) -> bool:
        """Say whether a field for machines states when it came out, readable or not."""
        fields = (text_of_key(self.article, "datePublished"), *self.outline.values(*PUBLISHED_META))
        return any(any(map(str.isdigit, text)) for text in fields if text)

    def modified(self) -> Iterator[DateClaim]:
        """Yield the claims of when it was changed."""
        yield from self._claims([text_of_key(self.article, "dateModified")], "jsonld")
        yield from self._claims(self.outline.values(*MODIFIED_META), "meta")
        yield from self._marked("datemodified")

    def pictured(self) -> DateClaim | None:
        """Return the day in the address of the page's picture: when that was put there."""
        claim = date_in_url(self.outline.first("og:image", "twitter:image"))
        return replace(claim, flags=("unlabelled",)) if claim else None

    def times(self) -> Iterator[DateClaim]:
        """Yield the moments of all ``time`` elements, whatever they are of."""
        return self._claims(map(self._value, self.outline.tagged(TIMES)), "time")

    def _marked(self, name: str) -> Iterator[DateClaim]:
        for element in self.outline.properties:
            if date_property(element) == name and self._is_own(element):
                yield from self._claims([self._value(element)], "meta")

    def _is_own(self, element: Element) -> bool:
        """Say whether a stamp is not that of a picture, a comment or another article."""
        home = self.headline
        if is_foreign(element, home) or element.within("nav") is not None:
            return False
        if home is None or element.within("a") is not None:  # mostly to the page itself
            return True
        # Each has a character at least: no more of them need be looked at.
        last = min(element.first, home.last + MAX_APART_CHARS + 1)
        behind = self.outline.blocks[home.last : last]
        is_far = sum(len(block.text) for block in behind) > MAX_APART_CHARS
        is_apart = is_far or is_above_article(element, home)
        return not (is_apart and is_of_teaser(self.outline, element, home))

    def _value(self, element: Element) -> str:
        stamp = element.get("content") or element.get("datetime") or stamp_of(element)
        return (stamp or self.outline.text_of(element)).strip()

    def _claims(self, texts: Iterable[str | None], source: str) -> Iterator[DateClaim]:
        for text in texts:
            if not text:
                continue
            claim = parse_claim(text, source, self.locale)
            if claim is None and len(text) <= _MAX_CHARS:
                # Programs write the American order anywhere, unless they are told otherwise.
                is_english = self.locale.language == "en"
                order = self.locale.month_first if is_english else None
                claim = read_date(text, replace(self.locale, month_first=order))
            if claim is not None:
                yield replace(claim, source=source)


@lru_cache(maxsize=4096)  # pages share most names
def _is_published(name: str) -> bool:
    return _PUBLISHED_NAME.match(name) is not None


def _locale(outline: Outline, url: str | None) -> Locale:
    """Return where the page was written, if anything tells that.

    Themes say "en-US" everywhere: where the address is of another country, that counts as "en".
    """
    claims = (outline.language, *outline.values("content-language", "og:locale"))
    tags = [claim.strip().replace("_", "-") for claim in claims if claim and claim.strip()]
    country = country_of(host_of(url)) if url else None
    tag = tags[0] if tags else None
    if tag is not None and tag.lower() in ("en", "en-us"):
        if tag.lower() == "en-us":
            tag = tag if country in (None, "US") else "en"
        elif country:
            tag = f"en-{country}"
        else:
            tag = next((each for each in tags if each.lower().startswith("en-")), tag)
    return read_locale(tag, country)


def _surest(*claims: DateClaim | None) -> DateClaim | None:
    """Return the first claim that can be read in one way only, else the first."""
    present = [claim for claim in claims if claim is not None]
    sure = [claim for claim in present if AMBIGUOUS not in claim.flags]
    return next(iter(sure or present), None)


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
    that of the last change says nothing where two fields agree on another; one alone does not hold
    against what readers see.
    """
    published = _best(claims, latest)
    if published is None or shown is None:
        return published
    if modified is not None and abs(shown.at - modified.at) < _DAY:
        # Readers see when it was changed; against that, one field that nothing confirms is too
        # little.
        if len(claims) > 1 or shown.at - published.at < _CONFLICT:
            return published
        return replace(modified, flags=(*modified.flags, "last_change"))
    same_day = [claim for claim in claims if _may_be_same_day(claim, shown)]
    if (
        is_sure
        and not same_day
        and all(shown.at + ONE_DAY_EVERYWHERE < claim.at for claim in claims)
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


def _zone_of(claim: DateClaim, shown: DateClaim | None) -> int:
    """Return the offset with which readers see the clock that ``claim`` has in UTC, else 0.

    Programs write local times, and call them UTC.
    """
    offset = (shown.utc_offset if shown else None) or 0
    if shown is None or claim.utc_offset or claim.precision == "day":
        return 0
    apart = abs(claim.at - timedelta(minutes=offset) - shown.at)
    return offset if apart < timedelta(minutes=1) else 0


def _moved(claim: DateClaim, offset: int) -> DateClaim:
    """Return what ``claim`` says if its clock is ``offset`` minutes east of UTC."""
    if claim.utc_offset or claim.precision == "day":
        return claim
    flags = tuple(flag for flag in claim.flags if flag != "timezone_assumed")
    at = claim.at - timedelta(minutes=offset)
    return replace(claim, at=at, flags=flags, utc_offset=offset)


def _within(claim: DateClaim | None, latest: datetime) -> DateClaim | None:
    return claim if claim is not None and EARLIEST <= claim.at <= latest else None
