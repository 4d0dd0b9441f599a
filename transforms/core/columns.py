"""The columns of the dataset's tables, each with its description. The one place for them."""

import pyarrow as pa

from newsbeam.transforms.core.column_types import (
    CLEANING,
    ENTITY,
    KEYWORD,
    MEASURE,
    PLACE,
    REMOVED,
    STRINGS,
    TIME,
    WAITING,
    WIRE,
)
from newsbeam.transforms.core.records import PAGE_KINDS, REMOVED_KINDS


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _schema(fields: list[tuple[str, pa.DataType, bool, str]]) -> pa.Schema:
    return pa.schema(
        [
            pa.field(name, kind, nullable=nullable, metadata={"description": description})
            for name, kind, nullable, description in fields
        ]
    )


_SOURCE: list[tuple[str, pa.DataType, bool, str]] = [
    (
        "source_kind",
        pa.string(),
        False,
        "feed, sitemap, url, file, jsonl, parquet or warc; newsml, nitf, ninjs, iptc7901 or jsonld "
        "of items as the news trade sends them.",
    ),
    (
        "source_ref",
        pa.string(),
        False,
        "The feed's URL or the file's path; #row for tables, #offset for WARC, #member of an "
        "archive, #number of an item in a message.",
    ),
    (
        "source_id",
        pa.string(),
        True,
        "The id that the source itself gave: GUID, id field, WARC-Record-ID.",
    ),
]

#: Order and names are a contract.
ARTICLES = _schema(
    [
        (
            "article_id",
            pa.string(),
            False,
            "32 hex digits of BLAKE2b-128 over the canonical URL; where there is none, over the "
            "guid of a wire item, or else over the normalized text.",
        ),
        (
            "revision",
            pa.int32(),
            False,
            "1, 2, …: the same URL with changed text counts up, and each later version of a guid.",
        ),
        ("supersedes", pa.string(), True, "The content_hash of the revision before."),
        ("url", pa.string(), True, "Final URL, after redirects."),
        (
            "canonical_url",
            pa.string(),
            True,
            "Its own, or what rel=canonical or og:url say, if that holds; no tracking.",
        ),
        ("requested_url", pa.string(), True, "URL as asked for."),
        ("domain", pa.string(), True, "Registered domain of the canonical URL."),
        ("host", pa.string(), True, "Host of the canonical URL."),
        ("publisher", pa.string(), True, "Name of the outlet."),
        ("agency", pa.string(), True, "Wire agency or outlet credited in the text."),
        ("dateline_place", pa.string(), True, "Place named in the dateline."),
        ("title", pa.string(), True, "Headline, without the name of the site."),
        ("subtitle", pa.string(), True, "Second headline."),
        ("summary", pa.string(), True, "Teaser or description."),
        ("text", pa.string(), False, "The article; paragraphs are separated by an empty line."),
        (
            "authors",
            STRINGS,
            False,
            "Who signs, in the order of the byline: people, and news agencies alone or beside "
            "them; a desk, a company or the outlet itself only where nobody else signs.",
        ),
        ("tags", STRINGS, False, "Topics that the publisher gave."),
        ("section", pa.string(), True, "Section of the outlet."),
        ("language", pa.string(), False, "BCP 47, und when unknown. Stands in the path only."),
        ("language_confidence", pa.float32(), False, "0 to 1."),
        ("published_at", TIME, True, "Null when unknown."),
        ("modified_at", TIME, True, "Null when unknown."),
        ("fetched_at", TIME, False, "When the page was fetched or the file read."),
        ("first_seen_at", TIME, False, "When the first revision became known."),
        (
            "published_source",
            pa.string(),
            True,
            "feed, sitemap, jsonld, meta, time, script, url, warc, row or wire.",
        ),
        ("published_precision", pa.string(), True, "second, minute or day."),
        (
            "published_flags",
            STRINGS,
            False,
            "timezone_assumed, future_clamped, conflicting, last_change (no other date is stated), "
            "day_month_ambiguous, unlabelled (a lone day somewhere on the page), unreadable (what "
            "is stated cannot be read, or cannot be a date).",
        ),
        ("word_count", pa.int32(), False, "Words, by Unicode rules; CJK and Thai too."),
        ("char_count", pa.int32(), False, "Characters."),
        ("sentence_count", pa.int32(), False, "Sentences."),
        ("reading_minutes", pa.int32(), False, "Minutes to read, rounded up."),
        ("places", pa.list_(PLACE), False, "Places that the text names, most mentioned first."),
        ("countries", STRINGS, False, "ISO 3166-1 alpha-2, most mentioned first."),
        ("keywords", pa.list_(KEYWORD), False, "Typical terms, best first."),
        ("image_url", pa.string(), True, "Main image."),
        (
            "completeness",
            pa.string(),
            False,
            "full, teaser, paywalled, truncated, consent_wall or script_shell.",
        ),
        ("quality_flags", STRINGS, False, "Evidence for completeness, kind of page, faults."),
        ("free_access", pa.bool_(), True, "JSON-LD isAccessibleForFree."),
        (
            "ai_training_opt_out",
            pa.bool_(),
            True,
            "By robots and TDM reservations, as meta or header.",
        ),
        ("cluster_id", pa.string(), False, "article_id of the first member of the story."),
        ("cluster_size_at_write", pa.int32(), False, "Members known when the row was written."),
        ("content_hash", pa.string(), False, "BLAKE2b-128 of the normalized text."),
        ("extractor", pa.string(), False, "What gave the text."),
        *_SOURCE,
        ("http_status", pa.int32(), True, "Status of the answer that gave the page."),
        ("content_type", pa.string(), True, "As the server sent it."),
        ("charset", pa.string(), True, "Encoding that the page was decoded with."),
        ("charset_source", pa.string(), True, "bom, header, meta, utf-8 or detected."),
        ("unit", pa.string(), False, "The pass that wrote the row."),
        ("schema_version", pa.int32(), False, "Version of this schema."),
        ("pipeline_version", pa.string(), False, "Version of newsbeam."),
        # From version 2 on.
        (
            "cleaning",
            pa.list_(CLEANING),
            False,
            "Rules that changed the text, and how often; removed_… counts what of the page was "
            "taken out as what.",
        ),
        (
            "quality",
            pa.list_(MEASURE),
            True,
            "Measures of Gopher, C4 and FineWeb; null unless the quality section asks for them.",
        ),
        (
            "entities",
            pa.list_(ENTITY),
            True,
            "Persons, organisations and places by a model; null unless entities.model is set.",
        ),
        # From version 3 on.
        (
            "published_utc_offset",
            pa.int16(),
            True,
            "Minutes east of UTC where published_at was written; null where nothing says so.",
        ),
        (
            "title_source",
            pa.string(),
            True,
            "jsonld, meta, heading, title_element, feed, row, text or wire.",
        ),
        ("authors_source", pa.string(), True, "jsonld, feed, meta, byline, row or wire."),
        # From version 4 on.
        (
            "page_kind",
            pa.string(),
            True,
            f"{_either(PAGE_KINDS)}; null where there was no page.",
        ),
        (
            "removed",
            pa.list_(REMOVED),
            False,
            f"What readers see near the article and was taken out as {_either(REMOVED_KINDS)}: the "
            "beginning of each, in the order of the page; empty if extract.keep_removed is off.",
        ),
        # From version 5 on.
        (
            "wire",
            WIRE,
            True,
            "What an item of NewsML, NITF, ninjs, IPTC 7901, ANPA or schema.org says beyond the "
            "other columns, as written: format and its version; guid, version and pub_status "
            "(usable, withheld, canceled, embargoed; null: not said); urgency; slugline; byline, "
            "credit and provider; dateline; language; version_created, first_created, "
            "content_created and embargoed (ISO 8601 with the zone that the item gives, without "
            "one where it gives none); subjects (code, name, uri: IPTC's and those of schemes "
            "that the item explains); genres; places where it was made (located); signals; notes "
            "to editors that are not confidential; links to other items; captions of pictures; "
            "copyright and usage_terms. Null of what came otherwise.",
        ),
        (
            "withdrawn",
            pa.bool_(),
            True,
            "True: who sent the article took it back, by this revision or for as long as a later "
            "one does not say otherwise; null otherwise.",
        ),
    ]
)

DUPLICATES = _schema(
    [
        ("article_id", pa.string(), False, "Identity of the duplicate."),
        ("url", pa.string(), True, "Its final URL."),
        *_SOURCE,
        ("title", pa.string(), True, "Its headline."),
        ("publisher", pa.string(), True, "Its outlet."),
        ("published_at", TIME, True, "When it was published."),
        ("fetched_at", TIME, False, "When it was fetched."),
        ("content_hash", pa.string(), False, "BLAKE2b-128 of its normalized text."),
        ("duplicate_of", pa.string(), False, "article_id of the row that stays."),
        ("duplicate_of_url", pa.string(), True, "Canonical URL of the row that stays."),
        ("how", pa.string(), False, "url, exact or near."),
        ("similarity", pa.float32(), False, "Jaccard similarity of word 5-grams."),
        ("containment", pa.float32(), False, "Shared 5-grams over those of the shorter text."),
        ("cluster_id", pa.string(), False, "The story's cluster."),
        ("requested_url", pa.string(), True, "URL as asked for."),
        ("unit", pa.string(), False, "The pass that wrote the row."),
        # From version 2 on.
        (
            "text",
            pa.string(),
            True,
            "Text of a near-duplicate, to show where it differs; others have the article's.",
        ),
    ]
)

REJECTS = _schema(
    [
        ("reject_id", pa.string(), False, "The same input failing the same way has the same id."),
        ("stage", pa.string(), False, "poll, read, fetch, extract or step."),
        ("reason", pa.string(), False, "Short name of the cause."),
        ("detail", pa.string(), False, "The cause in a sentence."),
        ("url", pa.string(), True, "URL as asked for."),
        *_SOURCE,
        ("http_status", pa.int32(), True, "Status of the answer, where there was one."),
        ("bytes_ref", pa.string(), True, "Where its bytes can be read again."),
        ("rejected_at", TIME, False, "When."),
        ("unit", pa.string(), False, "The pass that wrote the row."),
    ]
)

FEEDS = _schema(
    [
        ("source_ref", pa.string(), False, "URL or path of the source."),
        ("source_kind", pa.string(), False, "What it was found to be."),
        ("polled_at", TIME, False, "When it was asked or read."),
        ("outcome", pa.string(), False, "changed, not_modified or failed."),
        ("reason", pa.string(), True, "Short name of a failure's cause."),
        ("detail", pa.string(), True, "The cause in a sentence."),
        ("http_status", pa.int32(), True, "Status of the answer."),
        ("title", pa.string(), True, "The feed's own title."),
        ("entries", pa.int32(), False, "Entries that it held."),
        ("children", STRINGS, False, "Sources that it lists, with their kind in front."),
        ("has_links", pa.bool_(), False, "It holds addresses of articles to fetch."),
        ("fingerprint", pa.string(), True, "Size, modification time and reading of a file."),
        ("position", pa.int64(), False, "How far a file has been read."),
        ("complete", pa.bool_(), False, "Whether that is all of it."),
        ("url", pa.string(), True, "Where it is asked for; changes after a lasting move."),
        ("etag", pa.string(), True, "Sent back with the next request."),
        ("last_modified", pa.string(), True, "Sent back with the next request."),
        ("validators_lie", pa.bool_(), False, "They stayed the same while the body changed."),
        ("body_hash", pa.string(), True, "BLAKE2b-128 of the body."),
        ("full_at", TIME, True, "Last unconditional answer with a body."),
        ("moved_to", pa.string(), True, "Where permanent redirects lead."),
        ("moves_seen", pa.int32(), False, "Times in a row that they led there."),
        ("gone", pa.bool_(), False, "410: never asked again."),
        ("interval_s", pa.float64(), True, "Its own interval between polls, in seconds."),
        ("next_at", TIME, True, "When it is due again."),
        ("failures", pa.int32(), False, "Failed polls in a row."),
        ("seen_before", pa.int32(), False, "Entries that were known already."),
        ("last_new_at", TIME, True, "Poll at which the last new entry was found."),
        (
            "may_have_missed",
            pa.bool_(),
            False,
            "No entry was known: some may have come and gone since the poll before.",
        ),
        ("guid_churn", pa.float32(), True, "Share of known links whose GUID has changed."),
        (
            "entry_keys",
            STRINGS,
            False,
            "Hashes of GUID, link and content of each entry, to compare the next poll with.",
        ),
        ("unit", pa.string(), False, "The pass that wrote the row."),
        # From version 5 on.
        (
            "waiting",
            pa.list_(WAITING),
            False,
            "Entries above fetch.max_entries that no pass has read yet, the next one first.",
        ),
    ]
)

#: What later passes need: a projection of the other tables, one row for each settled entry.
INDEX = _schema(
    [
        ("entry_id", pa.string(), False, "Identity of the input."),
        ("url_id", pa.string(), True, "Identity of the canonical form of the URL as asked."),
        ("outcome", pa.string(), False, "written, duplicate, unchanged or rejected."),
        ("article_id", pa.string(), True, "Identity of the article."),
        ("revision", pa.int32(), True, "Its revision."),
        ("canonical_url", pa.string(), True, "Its canonical URL."),
        ("content_hash", pa.string(), True, "BLAKE2b-128 of its normalized text."),
        ("cluster_id", pa.string(), True, "The story's cluster."),
        ("reject_id", pa.string(), True, "Identity of the reject."),
        ("stage", pa.string(), True, "Stage of the reject."),
        ("published_at", TIME, True, "When it was published."),
        ("fetched_at", TIME, False, "When it was last read."),
        ("first_seen_at", TIME, True, "When the article became known."),
        (
            "signature",
            pa.large_binary(),
            True,
            "Sample of the text's shingles, by which near-duplicates are found.",
        ),
        ("signature_algorithm", pa.string(), True, "Name and version of what made it."),
        ("unit", pa.string(), False, "The pass that wrote the row."),
    ]
)

#: What later passes take out of the articles of a site. A line never leaves it again.
BOILERPLATE = _schema(
    [
        ("line_id", pa.string(), False, "Identity of the line: over domain and line."),
        ("domain", pa.string(), False, "Registered domain of the articles that share the line."),
        ("line", pa.string(), False, "A paragraph, word for word."),
        ("articles", pa.int32(), False, "Articles that had it when it was learned."),
        ("site_articles", pa.int32(), False, "Articles of the site that were looked at."),
        ("learned_at", TIME, False, "Start of the pass that learned it."),
        ("unit", pa.string(), False, "The pass that wrote the row."),
    ]
)
