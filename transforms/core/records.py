"""The records that travel through the pipeline, one type for each level of knowledge.

``Source`` (what to read) → ``Entry`` (what is known of an article before its page is read) →
``Page`` (its bytes) → ``Article``, ``Duplicate``, ``Reject`` or ``Unchanged`` (its one outcome).
``Poll`` is the one outcome of reading a ``Source``. All are immutable; all datetimes are aware and
in UTC; all collections are tuples.
"""

from dataclasses import dataclass
from datetime import datetime

#: What a source is, once known. ``url`` is one article's page; ``auto`` is to be found by content.
SOURCE_KINDS = (
    *("auto", "feed", "sitemap", "url", "file", "jsonl", "parquet", "warc"),
    *("newsml", "nitf", "ninjs", "iptc7901", "jsonld", "archive", "cdx"),
)

#: Those of them that are items as the news trade sends them (see ``newsbeam.transforms.wires``).
WIRE_KINDS = ("newsml", "nitf", "ninjs", "iptc7901", "jsonld")

#: What a page is. The first four are articles of some form.
PAGE_KINDS = (
    *("article", "live_blog", "gallery", "video"),
    *("listing", "product", "forum", "service", "documentation", "other"),
)

#: What stands near an article and is no part of its text. The first four have columns of their own.
REMOVED_KINDS = (
    *("headline", "standfirst", "byline", "date"),
    *("caption", "credit", "related", "call", "frame", "comment", "other"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing to read in a pass: a URL to poll or a file to read from ``position`` on."""

    ref: str  # an http(s) URL, or the absolute path / object-store URL of a file
    kind: str = "auto"  # one of SOURCE_KINDS
    #: Bytes of a file or an estimate for a URL: what a pass is budgeted by.
    size: int = 0
    #: Changes when a file's content does (size and modification time). None for URLs.
    fingerprint: str | None = None
    #: Where the pass before stopped: a byte offset in a WARC file, a row number in a table.
    position: int = 0
    #: How many bytes of the file this pass may read; None reads to the end.
    max_bytes: int | None = None
    #: What the person who configured the source knows: overrides what the source says of itself.
    publisher: str | None = None
    language: str | None = None
    #: How far sitemap indexes were followed to come here.
    depth: int = 0
    #: How the last poll of it ended, if there was one.
    last: "Poll | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateClaim:
    """A date that some part of the input claims, with where it stood and how exact it is."""

    at: datetime  # UTC
    source: str  # feed, sitemap, jsonld, meta, time, script, url, warc, row, wire
    precision: str = "second"  # second, minute, day
    #: timezone_assumed, future_clamped, conflicting, last_change, day_month_ambiguous, unlabelled
    flags: tuple[str, ...] = ()
    #: Minutes east of UTC where it was written; None where that is unknown or UTC is all it says.
    utc_offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source says of one article, before its page is read."""

    source_kind: str  # one of SOURCE_KINDS without "auto"
    source_ref: str  # the feed's URL or the file's path, with #row or #offset where there are many
    source_id: str | None = None  # GUID, "id" field, WARC-Record-ID: what the source itself gave
    url: str | None = None  # as the source gives it, made absolute; None: nothing to fetch
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published: DateClaim | None = None
    #: unreadable: a day of publication is stated that cannot be read, or cannot be.
    published_flags: tuple[str, ...] = ()
    modified: DateClaim | None = None
    language: str | None = None
    publisher: str | None = None  # as configured, or as the source says plainly
    source_title: str | None = None  # of the feed: often, but not always, the publisher's name
    section: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    #: Its feed says something else of it than in the poll before: worth asking for again.
    edited: bool = False
    #: The item of the news trade whose text is at ``url``: an encoded ``WireItem``.
    item: bytes | None = None
    #: When newsbeam first knew of it: the start of the pass, or the WARC record's own date.
    #: Never the moment of reading, so that no result depends on the order of work.
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of one article with what is known of where they came from."""

    entry: Entry
    url: str | None  # final URL, after redirects
    body: bytes  # decompressed, undecoded
    media: str  # "html", "text" (plain text or Markdown) or "wire" (an encoded ``WireItem``)
    content_type: str | None = None  # the header as sent
    http_status: int | None = None
    robots_tag: str | None = None  # X-Robots-Tag header
    tdm_reservation: str | None = None  # header of the W3C TDM Reservation Protocol
    #: Why the body ends early: what WARC-Truncated says (length, time, disconnect, …), or
    #: content_length, chunks or encoding where that says more than was kept, or segments where
    #: the rest of the record is in another file.
    truncated: str | None = None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that the text names: English name, ISO 3166-1 alpha-2 country, times named."""

    name: str
    country: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A term of one or two words that is typical of the text, scored 0 to 1."""

    term: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """A rule of cleaning that changed the text, and how often."""

    rule: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Something that readers see near the article and that is no part of its text."""

    kind: str  # one of REMOVED_KINDS
    text: str  # its beginning, where it is long


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number that Gopher, C4 or FineWeb judge a text by, named as in ``text.quality``."""

    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something that the text names: as written, its kind as the model says, times named."""

    text: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WireSubject:
    """What a wire item is about, as its sender codes it."""

    code: str | None  # as written: "medtop:20000763", "04000000", "i"
    name: str | None
    uri: str | None  # of the concept, where the item or a scheme of IPTC's gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class WireNote:
    """A note to editors that is not marked as confidential."""

    text: str
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLink:
    """Another item, or a page, that a wire item names."""

    relation: str | None  # as written: "irel:seeAlso", "PreviousRevision"
    target: str  # guid or address
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What an item of the news trade says beyond what every article has.

    Times are ISO 8601 with the zone that the item gives, without one where it gives none.
    """

    format: str  # newsml-g2, newsml-1.2, nitf, ninjs, iptc-7901, anpa, schema.org
    format_version: str | None = None
    guid: str | None = None
    version: str | None = None
    pub_status: str | None = None  # usable, withheld, canceled, embargoed; None: not said
    urgency: int | None = None  # 1 to 9
    slugline: str | None = None
    byline: str | None = None
    credit: str | None = None
    provider: str | None = None
    dateline: str | None = None
    language: str | None = None
    version_created: str | None = None
    first_created: str | None = None
    content_created: str | None = None
    embargoed: str | None = None
    subjects: tuple[WireSubject, ...] = ()
    genres: tuple[str, ...] = ()
    located: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    notes: tuple[WireNote, ...] = ()
    links: tuple[WireLink, ...] = ()
    captions: tuple[str, ...] = ()
    copyright: str | None = None
    usage_terms: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One row of ``articles/``; fields, order and meaning are those of ``schema.ARTICLES``.

    The last two fields are no columns: they travel with the row until it is compared.
    """

    article_id: str
    revision: int = 1
    supersedes: str | None = None
    url: str | None
    canonical_url: str | None
    requested_url: str | None
    domain: str | None
    host: str | None
    publisher: str | None = None
    agency: str | None = None
    dateline_place: str | None = None
    title: str | None = None
    subtitle: str | None = None
    summary: str | None = None
    text: str
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str | None = None
    language: str
    language_confidence: float
    published_at: datetime | None = None
    modified_at: datetime | None = None
    fetched_at: datetime
    first_seen_at: datetime
    published_source: str | None = None
    published_precision: str | None = None
    published_flags: tuple[str, ...] = ()
    word_count: int
    char_count: int
    sentence_count: int
    reading_minutes: int
    places: tuple[Place, ...] = ()
    countries: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    image_url: str | None = None
    completeness: str
    quality_flags: tuple[str, ...] = ()
    free_access: bool | None = None
    ai_training_opt_out: bool | None = None
    cluster_id: str
    cluster_size_at_write: int = 1
    content_hash: str
    extractor: str
    source_kind: str
    source_ref: str
    source_id: str | None = None
    http_status: int | None = None
    content_type: str | None = None
    charset: str | None = None
    charset_source: str | None = None
    unit: str = ""
    schema_version: int = 5
    pipeline_version: str
    cleaning: tuple[Cleaning, ...] = ()
    quality: tuple[Measure, ...] | None = None
    entities: tuple[Entity, ...] | None = None  # None: not looked for
    published_utc_offset: int | None = None  # minutes
    title_source: str | None = None
    authors_source: str | None = None
    page_kind: str | None = None  # one of PAGE_KINDS; None where there was no page
    removed: tuple[Removed, ...] = ()  # in the order of the page
    wire: Wire | None = None  # None of what did not come as the trade sends it
    withdrawn: bool | None = None  # True: whoever sent it took it back
    #: Of the text, as ``dedup.signing`` encodes it; no column. None: to be made from the text.
    signature: bytes | None = None
    #: Extracted again from kept bytes, and not as the row is: a revision, even with the same text.
    is_reread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """One row of ``duplicates/``: an article that the dataset already has under another row."""

    article_id: str
    url: str | None
    source_kind: str
    source_ref: str
    source_id: str | None
    title: str | None
    publisher: str | None
    published_at: datetime | None
    fetched_at: datetime
    content_hash: str
    duplicate_of: str  # article_id of the row that stays
    duplicate_of_url: str | None
    how: str  # url: same canonical URL and text; exact: same text; near: nearly the same text
    similarity: float  # word 5-gram Jaccard; 1.0 for url and exact
    containment: float  # shared 5-grams over those of the shorter text
    cluster_id: str
    requested_url: str | None
    unit: str = ""
    text: str | None = None  # of a near-duplicate; the others have that of the article


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One row of ``rejects/``: an input that did not become an article, and why."""

    reject_id: str
    stage: str  # poll, read, fetch, extract, step
    reason: str  # a short name from errors.REASONS, or of a step of the user's own
    detail: str  # a sentence for people
    url: str | None
    source_kind: str
    source_ref: str
    source_id: str | None
    http_status: int | None = None
    bytes_ref: str | None = None  # where its bytes can be read again: a path#offset or a URL
    rejected_at: datetime
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """An entry that was read again and is, word for word, the article it was before."""

    source_kind: str
    source_ref: str
    source_id: str | None
    requested_url: str | None
    article_id: str
    revision: int
    canonical_url: str | None
    content_hash: str
    cluster_id: str
    published_at: datetime | None
    fetched_at: datetime
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEntry:
    """An entry above ``fetch.max_entries`` of a poll, which a later poll of its source reads."""

    source_ref: str
    source_id: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One row of ``feeds/``: how reading one source ended, and what the next poll needs."""

    source_ref: str
    source_kind: str  # as found from the content
    polled_at: datetime
    outcome: str  # changed, not_modified, failed
    reason: str | None = None  # of a failure
    detail: str | None = None
    http_status: int | None = None
    title: str | None = None  # the feed's own
    entries: int = 0  # found in the source this time
    #: Sources that it lists, with their kind in front: they are asked though it has not changed.
    children: tuple[str, ...] = ()
    #: It holds addresses of articles, or items under embargo: they may be wanted again though it
    #: has not changed.
    has_links: bool = False
    # Files: which content was read, how far, and whether that is all of it.
    fingerprint: str | None = None
    position: int = 0
    complete: bool = True
    # URLs: where it is asked for (it may have moved for good) and what is sent along.
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validators_lie: bool = False  # they stayed the same while the body changed
    body_hash: str | None = None
    full_at: datetime | None = None  # last unconditional answer with a body
    moved_to: str | None = None  # where permanent redirects lead
    moves_seen: int = 0  # times in a row that they led there
    gone: bool = False  # 410: never asked again
    # URLs: when to ask again.
    interval_s: float | None = None
    next_at: datetime | None = None
    failures: int = 0  # in a row
    # Feeds: how well they serve their readers.
    seen_before: int = 0  # of the entries
    last_new_at: datetime | None = None  # poll at which the last new entry was found
    may_have_missed: bool = False  # no entry was known: some may have come and gone between polls
    guid_churn: float | None = None  # share of known links whose GUID has changed
    entry_keys: tuple[str, ...] = ()  # of this poll's entries, to compare the next one with
    unit: str = ""
    waiting: tuple[WaitingEntry, ...] = ()  # entries that were not read yet, the next one first


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One row of ``boilerplate/``: a line that recurs over the articles of one site."""

    line_id: str
    domain: str
    line: str
    articles: int  # of the site, in the pass that learned it, that have the line
    site_articles: int  # of the site in that pass
    learned_at: datetime  # start of that pass
    unit: str = ""


#: What an entry, once its page is read and judged, turns into.
Outcome = Article | Duplicate | Reject | Unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEvent:
    """One line of the ledger: an entry or source, or several, counted under ``kind``."""

    kind: str  # one of ledger.KINDS
    reason: str = ""  # for kinds that have reasons
    id: str = ""  # entry_id, or for polls the identity of the source; empty: it is several
    # Of several: how many ids, and their digest in hexadecimal (see ``ledger.Tally``).
    count: int = 1
    digest: str = ""
